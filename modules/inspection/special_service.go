package inspection

import (
	"context"
	"errors"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// Specials lists a company's special checks, latest due first. Errors: ErrCompanyNeeded.
func (s *Service) Specials(ctx context.Context, company rbac.CompanyID, f SpecialFilter, p page.Query) (list page.List[SpecialRow], err error) {
	err = s.Gate.Read(ctx, ActionSpecials, func(tx db.Tx, scope rbac.Scope) error {
		c, err := companyOf(scope, company)
		if err != nil {
			return err
		}
		k, err := start(p)
		if err != nil {
			return err
		}
		rows, err := specials(ctx, tx, scope, c, f, k, p.Limit+1)
		if err != nil {
			return err
		}
		list = page.Of(rows, k, p.Limit, func(n SpecialLine) []string { return keyOf(n.DueOn, n.ID.String()) }, specialRow)
		return nil
	})
	return list, err
}

// Order makes a special check from a template and its tasks. Errors: ErrTemplate, ErrDays,
// ErrNoTarget, ErrUnknownPoint, ErrUnknownStaff, ErrUnknownPost, ErrVacant.
func (s *Service) Order(ctx context.Context, f SpecialForm) (n id.Of[SpecialCheck], err error) {
	err = s.Gate.Write(ctx, ActionSpecial, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		is, err := newSpecial(home, f, scope.Actor().Name, day.In(tx.Now, day.Shanghai))
		if err != nil {
			return err
		}
		now := tx.Now
		is.CreatedAt, is.IssuedAt = now, &now
		if err := insertRow(ctx, tx, &is); err != nil {
			return err
		}
		n = is.ID
		scope.Changed("inspection_special", int64(n), home.CompanyID, SpecialCheck{}, is)
		scope.Made(int64(n))
		return s.giveOut(ctx, tx, scope, home, is, f.Targets)
	})
	return n, err
}

// giveOut makes the tasks of a special check: of each point the items that its modules ask there.
func (s *Service) giveOut(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, is SpecialCheck, targets []Target) error {
	today := day.In(tx.Now, day.Shanghai)
	var list []*Task
	for _, at := range targets {
		sheet, err := s.Ask(ctx, tx, home.CompanyID, at.PointID, 0)
		if errors.Is(err, rbac.ErrNotFound) || (err == nil && sheet.Retired) {
			return ErrUnknownPoint.At("body.targets")
		}
		if err != nil {
			return err
		}
		codes := is.asks(sheet.At)
		if len(codes) == 0 {
			continue
		}
		sat, err := seatOf(ctx, tx, scope, at.AssigneeID, at.PostID)
		if err != nil {
			return err
		}
		t, err := newTask(home, TaskForm{Title: is.Title, PointID: at.PointID, Items: codes, DueOn: is.DueOn}, sat, tx.Now)
		if err != nil {
			return err
		}
		t.Kind, t.OpensOn, t.SpecialID = Special, today, &is.ID
		list = append(list, &t)
	}
	if len(list) == 0 {
		return ErrNoTarget.At("body.targets")
	}
	return insertTasks(ctx, tx, list)
}

// Issue gives a proposed special check out. Errors: rbac.ErrNotFound, ErrNotProposed, and those of
// Order.
func (s *Service) Issue(ctx context.Context, n id.Of[SpecialCheck], f IssueForm) error {
	return s.onSpecial(ctx, n, func(tx db.Tx, scope rbac.Scope, home rbac.Home, is *SpecialCheck) error {
		today, now := day.In(tx.Now, day.Shanghai), tx.Now
		if len(f.Modules) > 0 {
			is.Modules = f.Modules
		}
		if !f.DueOn.IsZero() {
			if f.DueOn.Before(today) || (is.CampaignID != nil && f.DueOn.After(is.DueOn)) {
				return ErrDays.At("body.dueOn")
			}
			is.DueOn = f.DueOn
		}
		if is.DueOn.Before(today) {
			is.DueOn = today // it was ordered until then; now it is late, and still to be done
		}
		is.State, is.IssuedAt, is.MadeBy = Issued, &now, scope.Actor().Name
		return s.giveOut(ctx, tx, scope, home, *is, f.Targets)
	})
}

// Dismiss puts a proposed special check aside; what an authority ordered cannot be. Errors:
// rbac.ErrNotFound, ErrNotProposed, ErrOrdered, ErrBlank.
func (s *Service) Dismiss(ctx context.Context, n id.Of[SpecialCheck], reason string) error {
	return s.onSpecial(ctx, n, func(_ db.Tx, scope rbac.Scope, _ rbac.Home, is *SpecialCheck) error {
		if is.CampaignID != nil {
			return ErrOrdered
		}
		is.State, is.Reason, is.MadeBy = Dismissed, strings.TrimSpace(reason), scope.Actor().Name
		if is.Reason == "" {
			return ErrBlank.At("body.reason")
		}
		return nil
	})
}

func (s *Service) onSpecial(ctx context.Context, n id.Of[SpecialCheck], do func(db.Tx, rbac.Scope, rbac.Home, *SpecialCheck) error) error {
	return s.Gate.Write(ctx, ActionSpecial, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		was, err := lockSpecial(ctx, tx, scope, home.CompanyID, n)
		if err != nil {
			return err
		}
		if was.State != Proposed {
			return ErrNotProposed
		}
		is := was
		if err := do(tx, scope, home, &is); err != nil {
			return err
		}
		if err := updateSpecial(ctx, tx, is); err != nil {
			return err
		}
		scope.Changed("inspection_special", int64(n), home.CompanyID, was, is)
		scope.Made(int64(n))
		return nil
	})
}
