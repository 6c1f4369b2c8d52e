package fund

import (
	"context"
	"maps"
	"slices"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// PlanSheet is what there is of a year's plan.
type PlanSheet struct {
	Draft    *Plan
	InForce  *Plan
	Versions []Plan // the latest first
	Year     Year
	Labels   labels
}

// planYear refuses years that are not kept. Errors: ErrYear.
func planYear(year int) error {
	if year < firstYear || year > lastYear {
		return ErrYear.At("path.year")
	}
	return nil
}

// Plans returns the plan of a year, in force and in draft. Errors: ErrYear, ErrCompanyNeeded.
func (s *Service) Plans(ctx context.Context, asked rbac.CompanyID, year int) (x PlanSheet, err error) {
	if err := planYear(year); err != nil {
		return x, err
	}
	err = s.Gate.Read(ctx, ActionPlan, func(tx db.Tx, scope rbac.Scope) error {
		company, err := whose(scope, asked)
		if err != nil {
			return err
		}
		if x.Versions, err = plansOf(ctx, tx, scope, company, year); err != nil {
			return err
		}
		for i, p := range x.Versions {
			switch p.State {
			case "draft":
				x.Draft = &x.Versions[i]
			case "approved":
				x.InForce = &x.Versions[i]
			}
		}
		if scope.Actor().Kind == rbac.Regulator {
			x.Draft = nil // nobody's word yet
			x.Versions = slices.DeleteFunc(x.Versions, func(p Plan) bool { return p.State == "draft" })
		}
		all, err := rulesNow(ctx, tx)
		if err != nil {
			return err
		}
		x.Labels = labelsOf(all)
		x.Year, err = yearCounted(ctx, tx, scope, company, year)
		return err
	})
	return x, err
}

// KeepPlan writes the draft of a year's plan. Errors: ErrNoProfile, ErrYear, ErrPlan, ErrItem, ErrAmount, ErrUnit.
func (s *Service) KeepPlan(ctx context.Context, year int, f PlanForm) (n id.Of[Plan], err error) {
	if err := planYear(year); err != nil {
		return 0, err
	}
	err = s.Gate.Write(ctx, ActionPlanKeep, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		if err := lockCompany(ctx, tx, home.CompanyID); err != nil {
			return err
		}
		was, found, err := planIn(ctx, tx, home.CompanyID, year, "draft")
		if err != nil {
			return err
		}
		is := was
		if !found {
			is = Plan{CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, Year: int32(year), State: "draft"}
			if is.Version, err = nextVersion(ctx, tx, home.CompanyID, year); err != nil {
				return err
			}
		}
		if err := s.fillPlan(ctx, tx, scope, &is, f); err != nil {
			return err
		}
		if found {
			err = savePlan(ctx, tx, &is)
		} else {
			err = insertPlan(ctx, tx, &is)
		}
		if err != nil {
			return err
		}
		n = is.ID
		scope.Made(int64(n))
		scope.Changed("fund_plan", int64(n), home.CompanyID, was, is)
		if !f.Tell {
			return nil
		}
		return s.tell(ctx, tx, planNote(tx, &is, "fund.note-plan", scope.Actor().PersonID))
	})
	return n, err
}

func planNote(tx db.Tx, p *Plan, code string, except id.Of[id.Person]) Note {
	return Note{
		Company: p.CompanyID, Code: code, Key: code + "|" + p.ID.String() + "|" + tx.Now.UTC().Format("20060102150405"), Except: except, Roles: []string{principal},
		Params: map[string]string{"year": id.Of[Plan](p.Year).String(), "amount": p.TotalFen.Yuan(), "by": p.MadeByName},
	}
}

func (s *Service) fillPlan(ctx context.Context, tx db.Tx, scope rbac.Scope, p *Plan, f PlanForm) error {
	c, r, err := categoryOf(ctx, tx, p.CompanyID)
	if err != nil {
		return err
	}
	tree, err := s.Tree(ctx, tx, p.CompanyID, today(tx))
	if err != nil {
		return err
	}
	if p.Items.V, p.TotalFen, err = f.checked(c, r, tree); err != nil {
		return err
	}
	a := scope.Actor()
	p.Note, p.MadeByName, p.MadePersonID, p.MadeAt = strings.TrimSpace(f.Note), a.Name, some(a.PersonID), tx.Now
	return nil
}

// PlanApproval is a yes to a draft as it was shown.
type PlanApproval struct {
	Version  int32      `json:"version" minimum:"1"`
	TotalFen fen.Amount `json:"totalFen" minimum:"1"`
}

// ApprovePlan puts the draft in force in the place of the plan before it. Errors: ErrYear, ErrState, ErrPreview.
func (s *Service) ApprovePlan(ctx context.Context, year int, a PlanApproval) (n id.Of[Plan], err error) {
	err = s.Gate.Write(ctx, ActionPlanPass, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		if err := lockCompany(ctx, tx, home.CompanyID); err != nil {
			return err
		}
		p, found, err := planIn(ctx, tx, home.CompanyID, year, "draft")
		switch {
		case err != nil:
			return err
		case !found:
			return ErrState
		case p.Version != a.Version || p.TotalFen != a.TotalFen:
			return ErrPreview
		}
		if err := s.retirePlan(ctx, tx, scope, home, year); err != nil {
			return err
		}
		was, now := p, tx.Now
		p.State, p.ApprovedByName, p.ApprovedAt = "approved", scope.Actor().Name, &now
		n = p.ID
		scope.Made(int64(n))
		scope.Changed("fund_plan", int64(n), home.CompanyID, was, p)
		if err := savePlan(ctx, tx, &p); err != nil {
			return err
		}
		return s.refresh(ctx, tx, scope, home, year)
	})
	return n, err
}

func (s *Service) retirePlan(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, year int) error {
	old, found, err := planOf(ctx, tx, home.CompanyID, year)
	if err != nil || !found {
		return err
	}
	was := old
	old.State = "replaced"
	scope.Changed("fund_plan", int64(old.ID), home.CompanyID, was, old)
	return savePlan(ctx, tx, &old)
}

// PlanActual puts a year's plan against what was used. Errors: ErrYear, ErrCompanyNeeded.
func (s *Service) PlanActual(ctx context.Context, asked rbac.CompanyID, year int) (a Actual, err error) {
	if err := planYear(year); err != nil {
		return a, err
	}
	err = s.Gate.Read(ctx, ActionPlan, func(tx db.Tx, scope rbac.Scope) error {
		company, err := whose(scope, asked)
		if err != nil {
			return err
		}
		a.Year, a.Over = year, monthsOver(year, today(tx))
		y, err := yearCounted(ctx, tx, scope, company, year)
		if err != nil {
			return err
		}
		a.DueFen, a.AccruedFen = y.DueFen, y.AccruedFen
		p, found, err := planOf(ctx, tx, company, year)
		if err != nil {
			return err
		}
		if found {
			a.Version = p.Version
			for _, i := range p.Items.V {
				for m, amount := range i.MonthsFen {
					a.Plan[m] += amount
				}
			}
		}
		if scope.Actor().Kind == rbac.Regulator {
			return a.fromOutside(ctx, tx, scope, company, y, p)
		}
		return a.fromInside(ctx, tx, company, p)
	})
	return a, err
}

// monthsOver is how many months of a year are wholly over on a day.
func monthsOver(year int, on day.Date) int {
	switch {
	case on.Year() > year:
		return 12
	case on.Year() < year:
		return 0
	}
	return int(on.Month()) - 1
}

func (a *Actual) fromInside(ctx context.Context, tx db.Tx, company rbac.CompanyID, p Plan) error {
	used, err := usedByItem(ctx, tx, company, a.Year)
	if err != nil {
		return err
	}
	for _, u := range used {
		a.CapitalFen += u.CapitalFen
		for i, m := range u.Months {
			a.Used[i] += m
		}
	}
	all, err := rulesNow(ctx, tx)
	if err != nil {
		return err
	}
	a.Items = against(p.Items.V, used, labelsOf(all), a.Over)
	w, err := waitingUse(ctx, tx, company, a.Year)
	a.WaitingFen, a.PaidFen = w.WaitingFen, w.PaidFen
	return err
}

// fromOutside is what somebody sees who does not see the journal: closed months, and the year by kind of item.
func (a *Actual) fromOutside(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, y Year, p Plan) (err error) {
	a.ByTag = true
	last := 0
	if a.Used, a.CapitalFen, last, err = closedUse(ctx, tx, scope, company, a.Year); err != nil {
		return err
	}
	a.Over = min(a.Over, last) // of months that are not closed nothing is told
	at := map[string]int{}
	row := func(tag string) *ItemActual {
		if _, ok := at[tag]; !ok {
			at[tag] = len(a.Items)
			a.Items = append(a.Items, ItemActual{Tag: tag})
		}
		return &a.Items[at[tag]]
	}
	for _, i := range p.Items.V {
		for m, amount := range i.MonthsFen {
			row(i.Tag).Plan[m] += amount
		}
	}
	for _, tag := range slices.Sorted(maps.Keys(y.UsedItems.V)) {
		row(tag).Used[0] += y.UsedItems.V[tag] // of the year: its months are not told
	}
	return nil
}
