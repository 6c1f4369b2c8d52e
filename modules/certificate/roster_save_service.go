package certificate

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/rbac"
)

// save writes what was planned, in a fixed number of statements.
func (l *list) save(ctx context.Context, tx db.Tx, a rbac.Actor, scope rbac.Scope) error {
	if len(l.fresh)+len(l.other) == 0 {
		return nil
	}
	fresh := make([]Certificate, len(l.fresh))
	for i, c := range l.fresh {
		fresh[i] = *c
	}
	if err := equip(ctx, tx, fresh); err != nil {
		return err
	}
	for i := range fresh {
		if err := fresh[i].settle(l.today); err != nil {
			return err
		}
	}
	for i, c := range l.fresh { // one that replaces another of the same file waits for its id
		if p := l.prior[c]; p != nil && p.ID != 0 {
			fresh[i].SupersedesID = &p.ID
		}
	}
	others := make([]Certificate, len(l.other))
	for i, c := range l.other {
		if err := c.settle(l.today); err != nil {
			return err
		}
		others[i] = *c
	}
	if err := insertCertificates(ctx, tx, fresh); err != nil {
		return err
	}
	if err := updateCertificates(ctx, tx, others); err != nil {
		return err
	}
	if err := l.note(ctx, tx, a, scope, fresh, others); err != nil {
		return err
	}
	if err := l.s.ask(ctx, tx, fresh, a.StaffID, l.today); err != nil {
		return err
	}
	if err := l.s.put(ctx, tx, append(fresh, others...)); err != nil {
		return err
	}
	return withdrawAll(ctx, tx, l.s, l.was, others)
}

// note keeps what happened to each certificate, in its history and in the trail.
func (l *list) note(ctx context.Context, tx db.Tx, a rbac.Actor, scope rbac.Scope, fresh, others []Certificate) error {
	var events []Event
	keep := func(c Certificate, typ string, on day.Date) {
		events = append(events, Event{
			CompanyID: c.CompanyID, RegionPath: c.RegionPath, OversightLine: c.OversightLine, CertificateID: c.ID, Type: typ, HappenedOn: on, AttachmentIDs: db.Ints{}, At: tx.Now,
			ByPersonID: a.PersonID, ByName: a.Name,
		})
	}
	for _, c := range fresh {
		keep(c, "registered", l.today)
		for _, on := range c.Reviews.V {
			keep(c, "review", on)
		}
	}
	for _, c := range others {
		was := l.was[c.ID]
		switch {
		case c.SupersededOn != was.SupersededOn:
			keep(c, "renewed", c.SupersededOn)
		case len(c.Reviews.V) > len(was.Reviews.V):
			keep(c, "review", c.Reviews.V[len(c.Reviews.V)-1])
		default:
			keep(c, "completed", l.today)
		}
		scope.Changed(Noun, int64(c.ID), c.CompanyID, was, c)
	}
	scope.Changed("certificate_roster", 0, l.home.CompanyID, saved{}, saved{len(fresh), len(others)})
	return insertEvents(ctx, tx, events)
}
