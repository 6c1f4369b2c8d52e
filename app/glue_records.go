package main

import (
	"context"

	"anbiao/kit/db"
	"anbiao/modules/accident"
	"anbiao/modules/contractor"
	"anbiao/modules/due"
	"anbiao/modules/inspection"
	"anbiao/rbac"
)

// glueRecords gives meetings, protective equipment, accidents and contractors what follows from them.
func (h *house) glueRecords() {
	h.meeting.Due, h.protection.Due = due.PutAt, due.PutAt
	h.accident.Occurred = func(ctx context.Context, tx db.Tx, scope rbac.Scope, o accident.Occurrence) error {
		_, err := h.inspection.Occurred(ctx, tx, scope, inspection.Occurrence{Kind: "accident", Note: o.Note, Ref: "accident|" + o.ID.String()})
		return err
	}
	h.contractor.Occurred = func(ctx context.Context, tx db.Tx, scope rbac.Scope, o contractor.Occasion) error {
		_, err := h.inspection.Occurred(ctx, tx, scope, inspection.Occurrence{Kind: o.Kind, Note: o.Note})
		return err
	}
}
