package main

import (
	"context"
	"fmt"

	"anbiao/jobs"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/modules/account"
	"anbiao/modules/hazard"
	"anbiao/modules/inspection"
	"anbiao/modules/staff"
	"anbiao/rbac"
)

// openWork counts what a person has to do in the modules that give people work.
func openWork(ctx context.Context, tx db.Tx, _ rbac.Scope, home rbac.Home, who id.Of[id.Staff]) ([]staff.Open, error) {
	p, err := inspection.PendingOf(ctx, tx, home.CompanyID, who)
	if err != nil {
		return nil, err
	}
	n, err := hazard.OwnedCount(ctx, tx, home.CompanyID, who)
	return []staff.Open{{Noun: "task", Count: p.Tasks}, {Noun: "plan", Count: p.Plans}, {Noun: "hazard", Count: n}}, err
}

// endLogin takes the login of a person who leaves away from him, on the day it is recorded.
func endLogin(ctx context.Context, tx db.Tx, _ rbac.Scope, m staff.Mover) error {
	if m.PersonID == 0 {
		return nil
	}
	return jobs.Enqueue(ctx, tx, account.EndLogin{CompanyID: m.Home.CompanyID, StaffID: m.StaffID}, jobs.Key(fmt.Sprintf("%s:%s:%s", m.Home.CompanyID, m.StaffID, m.On)))
}

// handOver gives all of it to another. What the leaver's certificates concern goes to the
// safety managers by staff.Leaving.
func (h *house) handOver(ctx context.Context, tx db.Tx, scope rbac.Scope, w staff.Handing) (int, error) {
	p, err := inspection.HandOver(ctx, tx, w.Home.CompanyID, w.From, w.To, w.ToName)
	if err != nil {
		return 0, err
	}
	to, err := staff.Contacts(ctx, tx, []staff.Key{{CompanyID: w.Home.CompanyID, StaffID: w.To}})
	if err != nil {
		return 0, err
	}
	c := to[staff.Key{CompanyID: w.Home.CompanyID, StaffID: w.To}]
	n, err := h.hazard.HandOver(ctx, tx, scope, w.Home.CompanyID, w.From, hazard.Member{ID: w.To, Person: c.PersonID, Name: c.Name, Unit: c.Unit}, "")
	return p.Tasks + p.Plans + n, err
}
