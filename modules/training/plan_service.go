package training

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// nounPlan is what the trail and messages call a plan; its id is the year.
const nounPlan = "training_plan"

// PlanPage is the plan of a year with how far it was carried out.
type PlanPage struct {
	Year  int
	Plan  *Plan
	Items []Itemed
	Can   func(rbac.Action) bool
}

// PlanOf shows the plan of a year. Errors: ErrCompany.
func (s *Service) PlanOf(ctx context.Context, asked rbac.CompanyID, year int) (p PlanPage, err error) {
	err = s.Gate.Read(ctx, ActionPlan, func(tx db.Tx, scope rbac.Scope) error {
		company, err := whose(scope, asked)
		if err != nil {
			return err
		}
		if p.Year = year; year == 0 {
			p.Year = today(tx).Year()
		}
		p.Can = scope.Can
		if p.Plan, err = planOf(ctx, tx, scope, company, p.Year); err != nil {
			return err
		}
		p.Items, err = itemsOf(ctx, tx, scope, company, p.Year)
		return err
	})
	return p, err
}

// planned locks the plan of a year for a change, or begins one. Errors: ErrYear, ErrPlan unless it is a draft.
func (s *Service) planned(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, year int) error {
	if now := today(tx).Year(); year < now-5 || year > now+1 {
		return ErrYear.At("path.year")
	}
	p, err := lockPlan(ctx, tx, home.CompanyID, year)
	if err != nil {
		return err
	}
	if p != nil {
		if p.State != planDraft {
			return ErrPlan
		}
		return nil
	}
	made := Plan{CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, Year: int32(year), State: planDraft, MadeByName: scope.Actor().Name, MadeAt: tx.Now}
	return savePlan(ctx, tx, &made)
}

// AddItem enters an item of a year's plan. Errors: ErrYear, ErrPlan, ErrName, ErrKind, ErrUnit, ErrCourse, ErrTaken.
func (s *Service) AddItem(ctx context.Context, year int, f PlanItemForm) (made id.Of[PlanItem], err error) {
	err = s.Gate.Write(ctx, ActionPlanKeep, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		if err := s.planned(ctx, tx, scope, home, year); err != nil {
			return err
		}
		tree, err := s.Tree(ctx, tx, home.CompanyID, today(tx))
		if err != nil {
			return err
		}
		i := PlanItem{CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, Year: int32(year)}
		if err := i.enter(f, tree); err != nil {
			return err
		}
		rows := []PlanItem{i}
		if err := insertItems(ctx, tx, rows); err != nil {
			return err
		}
		made = rows[0].ID
		scope.Changed("training_plan_item", int64(made), home.CompanyID, itemTrail{}, i.trail())
		scope.Made(int64(made))
		return nil
	})
	return made, err
}

// ChangeItem changes an item of a draft. Errors: rbac.ErrNotFound and those of AddItem.
func (s *Service) ChangeItem(ctx context.Context, n id.Of[PlanItem], f PlanItemForm) error {
	return s.changeItem(ctx, n, func(tx db.Tx, i *PlanItem) error {
		tree, err := s.Tree(ctx, tx, i.CompanyID, today(tx))
		if err != nil {
			return err
		}
		return i.enter(f, tree)
	})
}

// DropItem takes an item out of a draft. Errors: rbac.ErrNotFound, ErrPlan.
func (s *Service) DropItem(ctx context.Context, n id.Of[PlanItem]) error {
	return s.changeItem(ctx, n, func(_ db.Tx, i *PlanItem) error { i.Retired = true; return nil })
}

func (s *Service) changeItem(ctx context.Context, n id.Of[PlanItem], fn func(db.Tx, *PlanItem) error) error {
	return s.Gate.Write(ctx, ActionPlanKeep, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		before, err := itemByID(ctx, tx, home.CompanyID, n)
		if err != nil {
			return err
		}
		if err := s.planned(ctx, tx, scope, home, int(before.Year)); err != nil {
			return err
		}
		after := before
		if err := fn(tx, &after); err != nil {
			return err
		}
		scope.Changed("training_plan_item", int64(n), home.CompanyID, before.trail(), after.trail())
		scope.Made(int64(n))
		return updateItem(ctx, tx, &after)
	})
}

// FillPlan puts the usual trainings of a year into a plan that has none of them yet, from the ready courses. Errors:
// ErrYear, ErrPlan.
func (s *Service) FillPlan(ctx context.Context, year int) error {
	return s.Gate.Write(ctx, ActionPlanKeep, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		if err := s.planned(ctx, tx, scope, home, year); err != nil {
			return err
		}
		taken, err := takenTopics(ctx, tx, home.CompanyID, db.Ints{int64(year)})
		if err != nil {
			return err
		}
		have := map[string]bool{}
		for _, t := range taken {
			have[t.Topic] = true
		}
		var rows []PlanItem
		for _, u := range usualYear {
			r, _ := readyBy(u.code)
			if have[r.Zh] {
				continue
			}
			course, err := s.adopt(ctx, tx, scope, home, u.code)
			if err != nil {
				return err
			}
			rows = append(rows, PlanItem{
				CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, Year: int32(year), Month: u.month, Topic: r.Zh, Kind: r.Kind, Types: db.Texts(r.Types), Units: db.Ints{},
				Minutes: r.Hours * ClassHour, CourseID: &course,
			})
		}
		scope.Changed(nounPlan, int64(year), home.CompanyID, itemsAdded{}, itemsAdded{len(rows)})
		scope.Made(int64(year))
		return insertItems(ctx, tx, rows)
	})
}

type itemsAdded struct{ Items int }

// usualYear is what a firm usually holds in a year, by month.
var usualYear = []struct {
	month int16
	code  string
}{
	{2, "first-class"}, {3, "annual-worker"}, {3, "annual-manager"}, {4, "team-leader"}, {4, "health-annual"}, {5, "press"}, {6, "safety-month"}, {7, "confined-space"}, {8, "accident"}, {9, "dust"}, {10, "emergency"}, {11, "fire"},
}

// Step moves a plan on: submit, approve, return, reopen. Errors: rbac.ErrNotFound, rbac.ErrForbidden, ErrPlan, ErrEmpty, ErrReason.
func (s *Service) Step(ctx context.Context, year int, step, reason string) error {
	action := ActionPlanKeep
	if step != "submit" {
		action = ActionApprove
	}
	return s.Gate.Write(ctx, action, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		p, err := lockPlan(ctx, tx, home.CompanyID, year)
		switch {
		case err != nil:
			return err
		case p == nil:
			return rbac.ErrNotFound
		}
		before := p.trail()
		items, err := itemsOf(ctx, tx, scope, home.CompanyID, year)
		if err != nil {
			return err
		}
		if err := p.step(step, strings.TrimSpace(reason), len(items), scope.Actor().Name, tx); err != nil {
			return err
		}
		if err := savePlan(ctx, tx, p); err != nil {
			return err
		}
		scope.Changed(nounPlan, int64(year), home.CompanyID, before, p.trail())
		scope.Made(int64(year))
		return s.planMoved(ctx, tx, scope, home, *p)
	})
}

// step moves a plan on. Errors: ErrPlan, ErrEmpty, ErrReason.
func (p *Plan) step(step, reason string, items int, by string, tx db.Tx) error {
	from := map[string][]string{"submit": {planDraft}, "approve": {planDraft, planSubmitted}, "return": {planSubmitted}, "reopen": {planApproved}}[step]
	ok := false
	for _, f := range from {
		ok = ok || f == p.State
	}
	switch {
	case !ok:
		return ErrPlan
	case items == 0:
		return ErrEmpty
	case reason == "" && (step == "return" || step == "reopen"):
		return ErrReason.At("body.reason")
	}
	p.ApprovedAt, p.ApprovedByName, p.Reason = nil, "", reason
	switch step {
	case "submit":
		p.State = planSubmitted
	case "approve":
		now := tx.Now
		p.State, p.ApprovedAt, p.ApprovedByName = planApproved, &now, by
	default:
		p.State = planDraft
	}
	return nil
}

// planMoved tells those who wait for it, settles what was due and counts anew.
func (s *Service) planMoved(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, p Plan) error {
	year := strconv.Itoa(int(p.Year))
	var n *Note
	switch p.State {
	case planSubmitted:
		n = &Note{Code: "training.note-plan-submitted", Roles: []string{"principal"}}
	case planApproved:
		n = &Note{Code: "training.note-plan-approved", Roles: []string{"safety"}}
	case planDraft:
		n = &Note{Code: "training.note-plan-returned", Roles: []string{"safety"}}
	}
	if s.Tell != nil && n != nil {
		n.CompanyID, n.Noun, n.ObjectID, n.Params = home.CompanyID, nounPlan, int64(p.Year), map[string]string{"year": year, "reason": p.Reason}
		n.Key, n.Except = fmt.Sprintf("training-plan|%s|%s|%s|%d", home.CompanyID, year, p.State, tx.Now.Unix()), scope.Actor().PersonID
		if err := s.Tell(ctx, tx, scope, []Note{*n}); err != nil {
			return err
		}
	}
	if s.PutDue != nil {
		it := due.Item{Kind: duePlan, Ref: int64(p.Year), Title: planTitle(int(p.Year))}
		if p.State != planApproved && p.Year == int32(today(tx).Year()) {
			it.On, it.Path, it.Before = day.Of(int(p.Year), 3, 31), "/training/plan?year="+year, []int{60, 30, 7, 0}
		}
		if err := s.PutDue(ctx, tx, scope, []due.Item{it}); err != nil {
			return err
		}
	}
	return count(ctx, tx, home, int(p.Year))
}

// duePlan is the kind of due item of a plan that is missing.
const duePlan = "training.plan"
