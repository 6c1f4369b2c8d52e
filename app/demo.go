package main

import (
	"context"

	"anbiao/app/city"
	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/modules/certificate"
	"anbiao/rbac"
)

// cityDeps is what the demo city is built with; every account gets the password.
func (h *house) cityDeps(password string) city.Deps {
	return city.Deps{
		Password: password, Box: h.box, Files: h.ground.files, Shelf: h.checklist.Shelf, Refresh: h.oversight.Refresh, Assess: h.performance, BaseURL: h.proof.BaseURL,
		Accident: h.accident, Emergency: h.emergency, Kit: h.protection, Machines: h.equipment, Meeting: h.meeting, Parties: h.contractor,
	}
}

// demo fills an empty database with the demo city.
func (h *house) demo(ctx context.Context) error {
	if err := city.Demo(ctx, h.gate, h.cityDeps(string(h.ground.cfg.DemoPassword))); err != nil {
		return err
	}
	// The first scan of certificates, which otherwise waits for the morning.
	return h.gate.System(ctx, "city.scan", func(tx db.Tx, _ rbac.Scope) error {
		return jobs.Enqueue(ctx, tx, certificate.Scan{Day: day.In(tx.Now, day.Shanghai)}, jobs.Key("demo"))
	})
}

// accounts are the demo accounts as printed at start.
func (h *house) accounts() string { return city.Accounts(string(h.ground.cfg.DemoPassword)) }
