package hazard

import (
	"context"
	"strings"

	"github.com/google/uuid"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// inspected are the columns that an order of the regulator changes.
var inspected = []string{"Deadline", "ProposedDueOn", "Steps", "ChangedAt"}

// Inspected enters what a regulator found in a company of his area, registered and in his name, within his transaction; the
// company grades and assigns it, only the regulator passes it. A discovery of the same Ref is the earlier hazard. Errors:
// rbac.ErrNotFound, ErrBlank, ErrSource.
func (s *Service) Inspected(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, e Discovery) (Hazard, error) {
	home, err := scope.Within(ctx, tx, company)
	if err != nil {
		return Hazard{}, err
	}
	client := uuid.NewSHA1(entries, []byte(e.Ref))
	if n, err := recorded(ctx, tx, company, client.String()); err != nil || n != 0 {
		if err != nil {
			return Hazard{}, err
		}
		return hazardByID(ctx, tx, scope, n)
	}
	e.Place, e.Description = strings.TrimSpace(e.Place), strings.TrimSpace(e.Description)
	switch {
	case e.Place == "":
		return Hazard{}, ErrBlank.At("body.place")
	case e.Description == "":
		return Hazard{}, ErrBlank.At("body.description")
	case e.Source != ByRegulator && e.Source != CovertVisit && e.Source != GridPatrol:
		return Hazard{}, ErrSource.At("body.source")
	}
	o := origin{home: home, by: whoIs(scope), now: tx.Now}
	h := o.blank()
	h.Source, h.Place, h.Description, h.Clause, h.ClientID, h.SuggestedLevel, h.Suggestion = e.Source, e.Place, e.Description, e.Clause, &client, General, e.Suggestion
	h.ProposedDueOn = e.Proposal.DueOn
	if e.Major {
		h.SuggestedLevel = Major
	}
	if Categories.Has(e.Category) {
		h.Category = e.Category
	}
	f := o.enter(h, e.Photos)
	if err := s.enter(ctx, tx, scope, []*file{f}); err != nil {
		return Hazard{}, err
	}
	return f.Hazard, nil
}

// Ordered says, as the job runner, that a regulator ordered hazards of a company to be put right by a day: it is proposed
// where nobody is assigned yet, and holds where the deadline is later. Those that are fixed or closed stay as they are.
func (s *Service) Ordered(ctx context.Context, tx db.Tx, company rbac.CompanyID, ids []id.Of[id.Hazard], until day.Date, note string) error {
	for _, n := range ids {
		h, err := lockHazard(ctx, tx, rbac.ScopeOf(ctx), n)
		if err != nil {
			return err
		}
		holds := h.OwnerID != nil && !h.Deadline.IsZero()
		if h.CompanyID != company || h.Closed() || !h.FixedOn.IsZero() || (holds && h.Deadline == until) || (!holds && h.ProposedDueOn == until) {
			continue
		}
		err = s.carry(ctx, tx, rbac.ScopeOf(ctx), h, inspected, func(f *file) error {
			f.ProposedDueOn = until
			if holds {
				f.Deadline = until
			}
			f.step(Demand, f.State, note, nil, Detail{Deadline: until.String(), Was: dayOrNone(h.Deadline)})
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func dayOrNone(d day.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}
