package inspection

import (
	"context"
	"errors"
	"slices"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

const (
	recent  = 7   // days a missed task stays in its person's list, to be made up
	mostDue = 300 // rows of "my work"
)

// Work is what a person has to do, each list soonest due first.
type Work struct {
	Today   []TaskLine // may be done now and is not late
	Overdue []TaskLine // should have been done in the last days
	Done    []TaskLine // settled today
}

// Work returns what the actor has to do himself and as a holder of his posts; of a shift, while
// it lasts. team adds what lies in the part of the company he answers for, if he may see it.
// Somebody who is not of the staff has nothing of his own.
func (s *Service) Work(ctx context.Context, team bool) (w Work, err error) {
	err = s.Gate.Read(ctx, ActionWork, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		rows, err := workOf(ctx, tx, scope, home.CompanyID, team && scope.Can(ActionTasks))
		if err != nil {
			return err
		}
		w = sorted(rows, tx.Now)
		return nil
	})
	return w, err
}

func sorted(rows []TaskLine, now time.Time) (w Work) {
	today := day.In(now, day.Shanghai)
	for _, t := range rows {
		switch {
		case t.CheckID != nil:
			w.Done = append(w.Done, t)
		case t.DueOn.Before(today) || (t.DueAt != nil && t.DueAt.Before(now)):
			w.Overdue = append(w.Overdue, t)
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
// ErrUnknownStaff, ErrUnknownPost, ErrVacant.
func (s *Service) Assign(ctx context.Context, f TaskForm) (n id.Of[id.Task], err error) {
	err = s.Gate.Write(ctx, ActionAssign, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		sat, err := seatOf(ctx, tx, scope, f.AssigneeID, f.PostID)
		if err != nil {
			return err
		}
		t, err := newTask(home, f, sat, tx.Now)
		if err != nil {
			return err
		}
		if err := s.fitAll(ctx, tx, home.CompanyID, f.points(), f.Items); err != nil {
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
