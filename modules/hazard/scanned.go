package hazard

import (
	"context"

	"github.com/google/uuid"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// EnterFor enters what a scan of the platform found, for the job runner, which says whose it is
// and who is to see to it; a general one with an owner is assigned to him at once. A discovery of
// the same Ref is the earlier hazard.
func (s *Service) EnterFor(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, e Discovery, owner Member) (made id.Of[id.Hazard], err error) {
	client := uuid.NewSHA1(entries, []byte(e.Ref))
	if made, err = recorded(ctx, tx, home.CompanyID, client.String()); err != nil || made != 0 {
		return made, err
	}
	item := Failed{Description: e.Description, Clause: e.Clause, Category: e.Category, SuggestedLevel: General, Suggestion: e.Suggestion, Proposal: e.Proposal}
	if e.Major {
		item.SuggestedLevel = Major
	}
	people := map[id.Of[id.Staff]]Member{}
	if owner.ID != 0 {
		people[owner.ID] = owner
	}
	item.Proposal.OwnerID = owner.ID
	o := origin{home: home, by: Who{Kind: rbac.System, Name: scope.Actor().Name, Leads: true}, now: tx.Now}
	f := o.found(Finding{Place: e.Place, PointID: e.PointID, DangerSource: e.DangerSource}, item)
	f.Source, f.ClientID = e.Source, &client
	f.propose(item.Proposal, people)
	if err := f.settle(item.Proposal, people); err != nil {
		return 0, err
	}
	err = s.enter(ctx, tx, scope, []*file{f})
	return f.ID, err
}
