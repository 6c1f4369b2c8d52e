package main

import (
	"context"

	"anbiao/app/city"
)

// cityDeps is what the demo city is built with; every account gets the password.
func (h *house) cityDeps(password string) city.Deps {
	return city.Deps{Password: password, Box: h.box, Files: h.ground.files, Shelf: h.checklist.Shelf, Refresh: h.oversight.Refresh}
}

// demo fills an empty database with the demo city.
func (h *house) demo(ctx context.Context) error {
	return city.Demo(ctx, h.gate, h.cityDeps(string(h.ground.cfg.DemoPassword)))
}

// accounts are the demo accounts as printed at start.
func (h *house) accounts() string { return city.Accounts(string(h.ground.cfg.DemoPassword)) }
