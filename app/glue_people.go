package main

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/modules/account"
	"anbiao/modules/attachment"
	"anbiao/modules/due"
	"anbiao/modules/hazard"
	"anbiao/modules/reward"
	"anbiao/modules/staff"
	"anbiao/rbac"
)

// gluePeople gives the hazards what they need to make them known, to keep their deadlines and to
// have them accepted in firms of one or two people.
func (h *house) gluePeople() {
	s := h.hazard
	s.Due, s.DueAll, s.Firm, s.BaseURL = due.PutAt, duePosters, nameOf, h.checklist.BaseURL
	s.Confirmed = reward.Enqueue
	h.reward.Snap, h.reward.Officers, h.reward.Firm = snapOf, officers, nameOf
	s.Active, s.PhotoKey, s.Blobs = staff.ActiveCount, photoKey, h.attachment.Blobs
}

// snapOf is a hazard that somebody reported, in the shape that rewards look at.
func snapOf(ctx context.Context, tx db.Tx, _ rbac.CompanyID, n id.Of[id.Hazard]) (reward.Snap, error) {
	f, err := hazard.Known(ctx, tx, n)
	if err != nil {
		return reward.Snap{}, err
	}
	s := reward.Snap{
		Home: rbac.Home{CompanyID: f.CompanyID, RegionPath: f.RegionPath, Line: f.OversightLine}, HazardID: f.ID, Number: f.Number, What: f.Place + " " + f.Description,
		Level: string(f.Level), Category: f.Category, StaffName: f.FoundByName, ReportedOn: f.FoundOn, Snap: f.Source == hazard.Snap,
		Good: f.Level != hazard.Ungraded && f.VoidedOn.IsZero() && !f.Historical,
	}
	if f.FoundByPersonID != nil {
		s.PersonID = *f.FoundByPersonID
	}
	if f.FoundByStaffID == nil {
		return s, nil
	}
	s.StaffID = *f.FoundByStaffID
	key := staff.Key{CompanyID: f.CompanyID, StaffID: s.StaffID}
	found, err := staff.Contacts(ctx, tx, []staff.Key{key})
	s.UnitName = found[key].Unit
	return s, err
}

// officers are those whose work it is to find hazards.
func officers(ctx context.Context, tx db.Tx, c rbac.CompanyID) ([]id.Of[id.Person], error) {
	by, err := account.Holding(ctx, tx, []rbac.CompanyID{c}, "safety", "principal")
	return by[c], err
}

func duePosters(ctx context.Context, tx db.Tx, list []hazard.Placed) error {
	items := make([]due.Placed, len(list))
	for i, p := range list {
		items[i] = due.Placed(p)
	}
	return due.PutMany(ctx, tx, items)
}

// photoKey is where the picture of a photo is kept that people are shown.
func photoKey(ctx context.Context, tx db.Tx, c rbac.CompanyID, photo id.Of[id.Attachment]) (string, error) {
	found, err := attachment.Known(ctx, tx, c, []id.Of[id.Attachment]{photo})
	if err != nil || len(found) == 0 {
		return "", err
	}
	return found[0].DisplayKey, nil
}
