package hazard

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// HandOver makes somebody else answer for every hazard that a person, who leaves or changes
// his post, still answers for: those to be fixed, and those whose fix may yet be sent back. It
// belongs to the caller's transaction and returns how many there were. The states stay; what
// was fixed remains his who fixed it.
func (s *Service) HandOver(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, leaver id.Of[id.Staff], to Member, note string) (int, error) {
	owned, err := ownedBy(ctx, tx, company, leaver)
	if err != nil || len(owned) == 0 {
		return 0, err
	}
	steps := make([]Step, len(owned))
	files := make([]*file, len(owned))
	for i, h := range owned {
		f := &file{Hazard: h, by: whoIs(scope), now: tx.Now}
		f.OwnerID, f.OwnerPersonID, f.OwnerName, f.OwnerUnit = &to.ID, some(to.Person), to.Name, to.Unit
		d := Detail{OwnerName: to.Name, OwnerUnit: to.Unit}
		if !h.Deadline.IsZero() {
			d.Deadline = h.Deadline.String()
		}
		f.step(Assign, h.State, note, nil, d)
		scope.Changed("hazard", int64(h.ID), h.CompanyID, h, f.Hazard)
		files[i], steps[i] = f, f.added[0].Step
	}
	if err := handOwned(ctx, tx, company, files, steps); err != nil {
		return 0, err
	}
	for _, f := range files {
		if err := say(ctx, tx, f); err != nil {
			return 0, err
		}
	}
	return len(owned), s.due(ctx, tx, files)
}
