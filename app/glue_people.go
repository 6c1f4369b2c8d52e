package main

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/modules/attachment"
	"anbiao/modules/due"
	"anbiao/modules/hazard"
	"anbiao/modules/staff"
	"anbiao/rbac"
)

// gluePeople gives the hazards what they need to make them known, to keep their deadlines and to
// have them accepted in firms of one or two people.
func (h *house) gluePeople() {
	s := h.hazard
	s.Due, s.DueAll, s.Firm, s.BaseURL = due.PutAt, duePosters, nameOf, h.checklist.BaseURL
	s.Active, s.PhotoKey, s.Blobs = staff.ActiveCount, photoKey, h.attachment.Blobs
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
