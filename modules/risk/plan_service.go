package risk

import (
	"context"
	"fmt"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// PlanForm is what a company draws on a plan.
type PlanForm struct {
	Name         string               `json:"name" minLength:"1" maxLength:"60"`
	Floor        int                  `json:"floor" required:"false" minimum:"-9" maximum:"99" doc:"order of the plans"`
	AttachmentID id.Of[id.Attachment] `json:"attachmentId" doc:"picture of the floor"`
	North        int                  `json:"north" required:"false" minimum:"0" maximum:"359" doc:"degrees clockwise from up"`
	Areas        []Area               `json:"areas" required:"false" nullable:"false" maxItems:"200"`
}

// Drawn is a plan with the units that it shows.
type Drawn struct {
	Plan
	Units map[id.Of[Unit]]UnitRow
}

// Plans returns a company's plans in order of floors, with the colours of their areas: those of
// the gravest inherent risk. Errors: ErrCompanyNeeded.
func (s *Service) Plans(ctx context.Context, company rbac.CompanyID) (out []Drawn, err error) {
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) error {
		c, err := companyOf(scope, company)
		if err != nil {
			return err
		}
		plans, err := plansOf(ctx, tx, scope, c)
		if err != nil {
			return err
		}
		units, err := unitsByID(ctx, tx, scope, c)
		for _, p := range plans {
			out = append(out, Drawn{p, units})
		}
		return err
	})
	return out, err
}

// Plan returns one plan. Errors: rbac.ErrNotFound.
func (s *Service) Plan(ctx context.Context, n id.Of[Plan]) (out Drawn, err error) {
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) (err error) {
		if out.Plan, err = planByID(ctx, tx, scope, n); err != nil {
			return err
		}
		out.Units, err = unitsByID(ctx, tx, scope, out.CompanyID)
		return err
	})
	return out, err
}

func unitsByID(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID) (map[id.Of[Unit]]UnitRow, error) {
	rows, err := allUnits(ctx, tx, scope, c)
	out := map[id.Of[Unit]]UnitRow{}
	for _, u := range rows {
		out[u.ID] = u
	}
	return out, err
}

// AddPlan makes a plan of an uploaded picture. Errors: ErrPicture, ErrOutline, ErrRiskUnit,
// ErrBlank.
func (s *Service) AddPlan(ctx context.Context, f PlanForm) (n id.Of[Plan], err error) {
	err = s.Gate.Write(ctx, ActionDraw, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		p := Plan{CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, MadeBy: scope.Actor().Name, CreatedAt: tx.Now}
		if err := s.takePlan(ctx, tx, scope, &p, f); err != nil {
			return err
		}
		if err := insertPlan(ctx, tx, &p); err != nil {
			return err
		}
		n = p.ID
		scope.Changed("risk_plan", int64(n), p.CompanyID, Plan{}, p)
		scope.Made(int64(n))
		return s.Claim(ctx, tx, scope, []id.Of[id.Attachment]{p.AttachmentID}, "risk_plan", int64(n))
	})
	return n, err
}

// ChangePlan draws a plan anew. Errors: rbac.ErrNotFound, ErrEnded, those of AddPlan.
func (s *Service) ChangePlan(ctx context.Context, n id.Of[Plan], f PlanForm) error {
	return s.editPlan(ctx, n, func(tx db.Tx, scope rbac.Scope, p *Plan) error {
		before := p.AttachmentID
		if err := s.takePlan(ctx, tx, scope, p, f); err != nil || before == p.AttachmentID {
			return err
		}
		return s.Claim(ctx, tx, scope, []id.Of[id.Attachment]{p.AttachmentID}, "risk_plan", int64(n))
	})
}

// EndPlan takes a plan out of use. Errors: rbac.ErrNotFound, ErrEnded.
func (s *Service) EndPlan(ctx context.Context, n id.Of[Plan]) error {
	return s.editPlan(ctx, n, func(tx db.Tx, _ rbac.Scope, p *Plan) error {
		p.EndedOn = today(tx)
		return nil
	})
}

func (s *Service) editPlan(ctx context.Context, n id.Of[Plan], edit func(db.Tx, rbac.Scope, *Plan) error) error {
	return s.Gate.Write(ctx, ActionDraw, func(tx db.Tx, scope rbac.Scope) error {
		was, err := planByID(ctx, tx, scope, n, locked)
		if err != nil {
			return err
		}
		if !was.EndedOn.IsZero() {
			return ErrEnded
		}
		is := was
		if err := edit(tx, scope, &is); err != nil {
			return err
		}
		is.UpdatedAt = tx.Now
		scope.Changed("risk_plan", int64(n), was.CompanyID, was, is)
		return updatePlan(ctx, tx, &is)
	})
}

// takePlan writes a form into p. Errors: ErrPicture, ErrOutline, ErrRiskUnit, ErrBlank.
func (s *Service) takePlan(ctx context.Context, tx db.Tx, scope rbac.Scope, p *Plan, f PlanForm) (err error) {
	if p.Name, err = tidy(f.Name, "body.name"); err != nil {
		return err
	}
	known, err := s.Pictures(ctx, tx, p.CompanyID, []id.Of[id.Attachment]{f.AttachmentID})
	if err != nil {
		return err
	}
	pic := known[f.AttachmentID]
	if pic.Key == "" || pic.Width == 0 || pic.Height == 0 {
		return ErrPicture.At("body.attachmentId")
	}
	units, err := unitsByID(ctx, tx, scope, p.CompanyID)
	if err != nil {
		return err
	}
	for i, a := range f.Areas {
		at := fmt.Sprintf("body.areas[%d]", i)
		if _, ok := units[a.RiskUnitID]; !ok {
			return ErrRiskUnit.At(at + ".riskUnitId")
		}
		if !a.inside() {
			return ErrOutline.At(at + ".points")
		}
	}
	p.Floor, p.AttachmentID, p.Width, p.Height, p.North, p.UpdatedAt = f.Floor, f.AttachmentID, pic.Width, pic.Height, f.North, tx.Now
	p.Areas = db.JSON[[]Area]{V: append([]Area{}, f.Areas...)}
	return nil
}

// inside reports whether the outline has corners enough, all on the picture.
func (a Area) inside() bool {
	for _, p := range a.Points {
		if min(p[0], p[1]) < 0 || max(p[0], p[1]) > 10_000 {
			return false
		}
	}
	return len(a.Points) >= 3
}
