package inspection

import (
	"context"
	"errors"
	"slices"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

const (
	recent  = 7   // days a missed task stays in its person's list, to be made up
	ahead   = 7   // days of tasks that a phone takes along
	mostDue = 300 // rows of "my work"
)

// Work is what a person has to do, each list soonest due first.
type Work struct {
	Today   []TaskLine // may be done now and is not late
	Overdue []TaskLine // should have been done in the last days
	Done    []TaskLine // settled today
	Coming  []TaskLine // opens in the next days: a phone without network shows it when it is time
}

// Work returns what the actor has to do himself. Somebody who is not of the staff has
// nothing.
func (s *Service) Work(ctx context.Context) (w Work, err error) {
	err = s.Gate.Read(ctx, ActionWork, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		today := day.In(tx.Now, day.Shanghai)
		rows, err := workOf(ctx, tx, home.CompanyID, scope.Actor().StaffID, today, mostDue)
		if err != nil {
			return err
		}
		w = sorted(rows, today)
		return nil
	})
	return w, err
}

func sorted(rows []TaskLine, today day.Date) (w Work) {
	for _, t := range rows {
		switch {
		case t.CheckID != nil:
			w.Done = append(w.Done, t)
		case t.DueOn.Before(today):
			w.Overdue = append(w.Overdue, t)
		case t.OpensOn.After(today):
			w.Coming = append(w.Coming, t)
		default:
			w.Today = append(w.Today, t)
		}
	}
	return w
}

// Tasks lists a company's tasks, latest due first. Errors: ErrCompanyNeeded.
func (s *Service) Tasks(ctx context.Context, company rbac.CompanyID, f TaskFilter, p page.Query) (list page.List[TaskRow], err error) {
	err = s.Gate.Read(ctx, ActionTasks, func(tx db.Tx, scope rbac.Scope) error {
		c, err := companyOf(scope, company)
		if err != nil {
			return err
		}
		k, err := start(p)
		if err != nil {
			return err
		}
		rows, err := tasks(ctx, tx, scope, c, f, k, p.Limit+1)
		if err != nil {
			return err
		}
		list = page.Of(rows, k, p.Limit, func(t TaskLine) []string { return keyOf(t.DueOn, t.ID.String()) }, taskRow)
		return nil
	})
	return list, err
}

// Assign makes a task by hand. Errors: ErrDays, ErrUnknownPoint, ErrUnknownItem,
// ErrUnknownStaff.
func (s *Service) Assign(ctx context.Context, f TaskForm) (n id.Of[id.Task], err error) {
	err = s.Gate.Write(ctx, ActionAssign, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		name, err := assignee(ctx, tx, scope, f.AssigneeID, day.In(tx.Now, day.Shanghai))
		if err != nil {
			return err
		}
		t, err := newTask(home, f, name, tx.Now)
		if err != nil {
			return err
		}
		if err := s.fits(ctx, tx, home.CompanyID, f.PointID, f.Items); err != nil {
			return err
		}
		if err := insertTask(ctx, tx, &t); err != nil {
			return err
		}
		n = t.ID
		scope.Changed("inspection_task", int64(n), home.CompanyID, Task{}, t)
		scope.Made(int64(n))
		return nil
	})
	return n, err
}

// fits refuses items that are not asked at the point.
func (s *Service) fits(ctx context.Context, tx db.Tx, c rbac.CompanyID, point id.Of[id.Point], items []string) error {
	sheet, err := s.Ask(ctx, tx, c, point, 0)
	if errors.Is(err, rbac.ErrNotFound) || (err == nil && sheet.Retired) {
		return ErrUnknownPoint.At("body.pointId")
	}
	if err != nil {
		return err
	}
	for _, code := range items {
		if !slices.Contains(sheet.At, code) {
			return ErrUnknownItem.With("code", code).At("body.items")
		}
	}
	return nil
}

// Plans lists a company's plans, latest first. Errors: ErrCompanyNeeded.
func (s *Service) Plans(ctx context.Context, company rbac.CompanyID, ended bool, p page.Query) (list page.List[PlanRow], err error) {
	err = s.Gate.Read(ctx, ActionPlans, func(tx db.Tx, scope rbac.Scope) error {
		c, err := companyOf(scope, company)
		if err != nil {
			return err
		}
		k, err := start(p)
		if err != nil {
			return err
		}
		rows, err := plans(ctx, tx, scope, c, ended, day.In(tx.Now, day.Shanghai), k, p.Limit+1)
		if err != nil {
			return err
		}
		list = page.Of(rows, k, p.Limit, func(n PlanLine) []string { return keyOf(n.StartsOn, n.ID.String()) }, planRow)
		return nil
	})
	return list, err
}

// Plan makes a plan, and its first task if it starts today. Errors: ErrDays,
// ErrUnknownPoint, ErrUnknownItem, ErrUnknownStaff.
func (s *Service) Plan(ctx context.Context, f PlanForm) (n id.Of[Plan], err error) {
	err = s.Gate.Write(ctx, ActionPlan, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		name, err := assignee(ctx, tx, scope, f.AssigneeID, day.In(tx.Now, day.Shanghai))
		if err != nil {
			return err
		}
		p, err := newPlan(home, f, name, tx.Now)
		if err != nil {
			return err
		}
		if err := s.fits(ctx, tx, home.CompanyID, f.PointID, f.Items); err != nil {
			return err
		}
		if err := begin(ctx, tx, &p); err != nil {
			return err
		}
		n = p.ID
		scope.Changed("inspection_plan", int64(n), home.CompanyID, Plan{}, p)
		scope.Made(int64(n))
		return nil
	})
	return n, err
}

// begin adds p, and its first task if it starts today.
func begin(ctx context.Context, tx db.Tx, p *Plan) error {
	first, now := p.first(tx.Now)
	if now {
		p.PlannedUntil = first.DueOn
	}
	if err := insertPlan(ctx, tx, p); err != nil || !now {
		return err
	}
	plan := int64(p.ID)
	first.PlanID = &plan
	return insertTask(ctx, tx, &first)
}

// EndPlan lets a plan make no more tasks after today. Errors: rbac.ErrNotFound,
// ErrPlanEnded.
func (s *Service) EndPlan(ctx context.Context, n id.Of[Plan]) error {
	return s.Gate.Write(ctx, ActionPlan, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		was, err := lockPlan(ctx, tx, scope, home.CompanyID, n)
		if err != nil {
			return err
		}
		is := was
		if err := is.end(day.In(tx.Now, day.Shanghai)); err != nil {
			return err
		}
		scope.Changed("inspection_plan", int64(n), home.CompanyID, was, is)
		scope.Made(int64(n))
		return endPlan(ctx, tx, is)
	})
}
