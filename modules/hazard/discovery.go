package hazard

import (
	"context"
	"strings"

	"github.com/google/uuid"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// entries is the name space of the client ids that Enter derives from Discovery.Ref.
var entries = uuid.MustParse("6f1a3f0e-52b4-5c1d-9a57-8e4c0a4b7d21")

// Discovery is what another record found wrong: a test that failed, a drill, a permit.
type Discovery struct {
	Ref         string // of the finding, e.g. equipment_test/42/1: it is entered once
	Source      Source
	Place       string
	PointID     id.Of[id.Point]
	Description string
	Category    string // of the taxonomy; empty: to be graded
	Clause      string // legal basis
	Major       bool   // suggested level
	Suggestion  string // clause and reason of the suggested level
	Photos      []id.Of[id.Attachment]
	Proposal    Proposal

	DangerSource int16 // kind of check, 1 … 10 of the dual-prevention upload; 0 not said
}

// Enter enters a hazard that another record found, within the caller's transaction and under
// the caller's permission; who may assign has it assigned at once. A discovery of the same Ref is
// the earlier hazard. Errors: ErrBlank, ErrSource, ErrPointUnknown, ErrPhotoUnknown.
func (s *Service) Enter(ctx context.Context, tx db.Tx, scope rbac.Scope, e Discovery) (made id.Of[id.Hazard], err error) {
	home, err := scope.Home()
	if err != nil {
		return 0, err
	}
	client := uuid.NewSHA1(entries, []byte(e.Ref))
	if made, err = recorded(ctx, tx, home.CompanyID, client.String()); err != nil || made != 0 {
		return made, err
	}
	e.Place, e.Description = strings.TrimSpace(e.Place), strings.TrimSpace(e.Description)
	switch {
	case e.Place == "":
		return 0, ErrBlank.At("body.place")
	case e.Description == "":
		return 0, ErrBlank.At("body.description")
	case e.Source.FromAuthority():
		return 0, ErrSource.At("body.source")
	}
	item := Failed{
		Description: e.Description, Clause: e.Clause, Category: e.Category, SuggestedLevel: General, Suggestion: e.Suggestion, Photos: e.Photos, Proposal: e.Proposal,
	}
	if e.Major {
		item.SuggestedLevel = Major
	}
	people, err := s.proposed(ctx, tx, scope, []Failed{item})
	if err != nil {
		return 0, err
	}
	f := origin{home: home, by: whoIs(scope), now: tx.Now}.found(Finding{Place: e.Place, PointID: e.PointID, DangerSource: e.DangerSource}, item)
	f.Source, f.ClientID = e.Source, &client
	f.propose(item.Proposal, people)
	if scope.Can(ActionGrade) && scope.Can(ActionAssign) {
		if err := f.settle(item.Proposal, people); err != nil {
			return 0, err
		}
	}
	if err := s.enter(ctx, tx, scope, []*file{f}); err != nil {
		return 0, err
	}
	return f.ID, s.Claim(ctx, tx, scope, e.Photos, "hazard", int64(f.ID))
}
