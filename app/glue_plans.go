package main

import (
	"context"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/modules/checklist"
	"anbiao/modules/hazard"
	"anbiao/modules/inspection"
	"anbiao/modules/notice"
	"anbiao/modules/staff"
	"anbiao/rbac"
)

// gluePlans gives the planning of checks the standard and the tree, and lets it follow who holds
// which post.
func (h *house) gluePlans() {
	h.inspection.Outline, h.inspection.Tell, h.inspection.EventItems = h.outline, tellInspection, h.eventItems
	h.hazard.Graded = func(ctx context.Context, tx db.Tx, scope rbac.Scope, x hazard.Hazard) error {
		_, err := h.inspection.Occurred(ctx, tx, scope, inspection.Occurrence{Kind: inspection.MajorHazard, Note: x.Number + " " + x.Place, Ref: "hazard|" + x.ID.String()})
		return err
	}
	h.staff.Joining, h.staff.Moving = []staff.Moved{h.happensTo(inspection.StaffJoined)}, []staff.Moved{h.happensTo(inspection.StaffTransferred)}
	h.staff.Returning = append(h.staff.Returning, h.happensTo(inspection.StaffTransferred))
	h.staff.Seated = append(h.staff.Seated, func(ctx context.Context, tx db.Tx, _ rbac.Scope, home rbac.Home, _ []id.Of[id.Staff]) error {
		return jobs.Enqueue(ctx, tx, inspection.Replan{CompanyID: home.CompanyID, From: day.In(tx.Now, day.Shanghai)})
	})
}

// happensTo reports that something of a kind happened to a person, once a day.
func (h *house) happensTo(kind string) staff.Moved {
	return func(ctx context.Context, tx db.Tx, scope rbac.Scope, m staff.Mover) error {
		_, err := h.inspection.Occurred(ctx, tx, scope, inspection.Occurrence{Kind: kind, Note: m.Name, Ref: kind + "|" + m.StaffID.String() + "|" + m.On.String()})
		return err
	}
}

func (h *house) outline(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID) ([]inspection.PointAsks, error) {
	found, err := h.checklist.Outline(ctx, tx, scope, c)
	if checklist.ErrNoStandard.Is(err) {
		return nil, inspection.ErrNoStandard
	}
	out := make([]inspection.PointAsks, len(found))
	for i, p := range found {
		out[i] = inspection.PointAsks{PointID: p.PointID, Name: p.Name, Place: p.Place}
		for _, a := range p.Asks {
			out[i].Items = append(out[i].Items, inspection.ItemAsked{Code: a.Code, Frequency: inspection.Frequency(a.Frequency), Posts: a.Posts})
		}
	}
	return out, err
}

// eventItems are the items of the standard that are looked at when something happens.
func (h *house) eventItems(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID) ([]inspection.EventItem, error) {
	found, err := h.checklist.EventItems(ctx, tx, scope, c)
	if checklist.ErrNoStandard.Is(err) {
		return nil, inspection.ErrNoStandard
	}
	out := make([]inspection.EventItem, len(found))
	for i, a := range found {
		out[i] = inspection.EventItem{Code: a.Code, Requirement: a.Requirement, ModuleName: a.ModuleName, Own: a.Own, Points: a.Points}
	}
	return out, err
}

func tellInspection(ctx context.Context, tx db.Tx, m inspection.Message) error {
	n := notice.Note{Company: m.CompanyID, Noun: "inspection_task", Object: m.Object, Code: m.Code, Params: m.Params, Key: "inspection|" + m.CompanyID.String() + "|" + m.Key}
	if m.StaffID == 0 {
		return told(ctx, tx, n, 0, 0, m.Roles)
	}
	key := staff.Key{CompanyID: m.CompanyID, StaffID: m.StaffID}
	found, err := staff.Contacts(ctx, tx, []staff.Key{key})
	if err != nil || found[key].PersonID == 0 {
		return err // who has no login reads no message
	}
	return told(ctx, tx, n, found[key].PersonID, 0, nil)
}
