package inspection

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/org"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// Plans lists a company's plans, latest first. Errors: ErrCompanyNeeded.
func (s *Service) Plans(ctx context.Context, company rbac.CompanyID, f PlanFilter, p page.Query) (list page.List[PlanRow], err error) {
	err = s.Gate.Read(ctx, ActionPlans, func(tx db.Tx, scope rbac.Scope) error {
		c, err := companyOf(scope, company)
		if err != nil {
			return err
		}
		k, err := start(p)
		if err != nil {
			return err
		}
		rows, err := plans(ctx, tx, scope, c, f, day.In(tx.Now, day.Shanghai), k, p.Limit+1)
		if err != nil {
			return err
		}
		list = page.Of(rows, k, p.Limit, func(n PlanLine) []string { return keyOf(n.StartsOn, n.ID.String()) }, planRow)
		return nil
	})
	return list, err
}

// Plan makes a plan and the tasks of the year ahead. Errors: ErrDays, ErrWeekdays,
// ErrUnknownPoint, ErrUnknownItem, ErrUnknownStaff, ErrUnknownPost, ErrUnknownShift, ErrVacant.
func (s *Service) Plan(ctx context.Context, f PlanForm) (n id.Of[Plan], err error) {
	err = s.Gate.Write(ctx, ActionPlan, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		p, err := s.made(ctx, tx, scope, home, f)
		if err != nil {
			return err
		}
		n = p.ID
		scope.Changed("inspection_plan", int64(n), home.CompanyID, Plan{}, p)
		scope.Made(int64(n))
		return nil
	})
	return n, err
}

// PlanAll makes several plans at once, all or none, and returns how many. Errors: those of Plan.
func (s *Service) PlanAll(ctx context.Context, forms []PlanForm) (n int, err error) {
	err = s.Gate.Write(ctx, ActionPlan, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		var keys []planKey
		for i, f := range forms {
			p, err := s.entered(ctx, tx, scope, home, f)
			if err != nil {
				return within(err, "body.plans", i)
			}
			scope.Changed("inspection_plan", int64(p.ID), home.CompanyID, Plan{}, p)
			keys = append(keys, planKey{home.CompanyID, p.ID})
		}
		n = len(keys)
		today := day.In(tx.Now, day.Shanghai)
		return s.drawSome(ctx, tx, keys, today)
	})
	return n, err
}

// made adds a plan and its tasks.
func (s *Service) made(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, f PlanForm) (Plan, error) {
	p, err := s.entered(ctx, tx, scope, home, f)
	if err != nil {
		return p, err
	}
	return p, s.drawSome(ctx, tx, []planKey{{home.CompanyID, p.ID}}, day.In(tx.Now, day.Shanghai))
}

// entered adds a plan.
func (s *Service) entered(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, f PlanForm) (Plan, error) {
	sat, err := seatOf(ctx, tx, scope, f.AssigneeID, f.PostID)
	if err != nil {
		return Plan{}, err
	}
	p, err := newPlan(home, f, sat, tx.Now)
	if err != nil {
		return Plan{}, err
	}
	if err := s.fitAll(ctx, tx, home.CompanyID, f.points(), f.Items); err != nil {
		return Plan{}, err
	}
	return p, insertPlan(ctx, tx, &p)
}

// drawSome plans the tasks of a few plans at once, of many in jobs.
func (s *Service) drawSome(ctx context.Context, tx db.Tx, keys []planKey, from day.Date) error {
	today := day.In(tx.Now, day.Shanghai)
	first := keys[:min(len(keys), atOnce)]
	if err := draw(ctx, tx, first, s.outlookOn(today, from)); err != nil {
		return referred(err)
	}
	if len(keys) == len(first) {
		return nil
	}
	last := first[len(first)-1]
	return jobs.Enqueue(ctx, tx, Replan{CompanyID: last.CompanyID, PlanID: last.PlanID, From: from})
}

// EditPlan changes a plan and what is planned of it from today on; what is done stays. Errors:
// rbac.ErrNotFound, ErrPlanEnded, those of Plan.
func (s *Service) EditPlan(ctx context.Context, n id.Of[Plan], f PlanForm) error {
	return s.Gate.Write(ctx, ActionPlan, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		was, err := lockPlan(ctx, tx, scope, home.CompanyID, n)
		if err != nil {
			return err
		}
		today := day.In(tx.Now, day.Shanghai)
		if !was.EndsOn.IsZero() && was.EndsOn.Before(today) {
			return ErrPlanEnded
		}
		if f.StartsOn.IsZero() || was.StartsOn.Before(today) {
			f.StartsOn = was.StartsOn // what has begun has begun
		} else if f.StartsOn.Before(today) {
			return ErrDays.At("body.startsOn")
		}
		sat, err := seatOf(ctx, tx, scope, f.AssigneeID, f.PostID)
		if err != nil {
			return err
		}
		is := was
		if err := is.write(f, sat); err != nil {
			return err
		}
		if err := s.fitAll(ctx, tx, home.CompanyID, f.points(), f.Items); err != nil {
			return err
		}
		if err := updatePlan(ctx, tx, is); err != nil {
			return err
		}
		scope.Changed("inspection_plan", int64(n), home.CompanyID, was, is)
		scope.Made(int64(n))
		return s.drawSome(ctx, tx, []planKey{{home.CompanyID, n}}, today)
	})
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
		is, today := was, day.In(tx.Now, day.Shanghai)
		if err := is.end(today); err != nil {
			return err
		}
		scope.Changed("inspection_plan", int64(n), home.CompanyID, was, is)
		scope.Made(int64(n))
		if err := updatePlan(ctx, tx, is); err != nil {
			return err
		}
		return s.drawSome(ctx, tx, []planKey{{home.CompanyID, n}}, today)
	})
}

// Replanned plans a company's tasks again: at once where it has few plans, else in a job. from
// is how far back a change reaches.
func (s *Service) Replanned(ctx context.Context, tx db.Tx, company rbac.CompanyID, from day.Date) error {
	keys, err := lockRunning(ctx, tx, planKey{CompanyID: company}, from, atOnce+1)
	if err != nil || len(keys) == 0 {
		return err
	}
	return s.drawSome(ctx, tx, keys, from)
}

// seatOf resolves whose a plan is to be. Errors: ErrUnknownStaff, ErrUnknownPost, ErrVacant.
func seatOf(ctx context.Context, tx db.Tx, scope rbac.Scope, staff id.Of[id.Staff], post id.Of[id.Post]) (seat, error) {
	today := day.In(tx.Now, day.Shanghai)
	if post == 0 {
		name, err := assignee(ctx, tx, scope, staff, today)
		return seat{StaffID: staff, StaffName: name}, err
	}
	found, err := holderOf(ctx, tx, scope, post, today)
	if err != nil {
		return seat{}, err
	}
	found.PostID = &post
	return found, nil
}

// fitAll refuses points that are not in use, and items that are asked at none of them.
func (s *Service) fitAll(ctx context.Context, tx db.Tx, c rbac.CompanyID, points []id.Of[id.Point], items []string) error {
	if len(points) == 1 {
		return s.fits(ctx, tx, c, points[0], items)
	}
	missing := slices.Clone(items)
	for i, p := range points {
		if i > 0 && len(missing) == 0 {
			break
		}
		if err := s.fits(ctx, tx, c, p, nil); err != nil {
			return err
		}
		sheet, err := s.Ask(ctx, tx, c, p, 0)
		if err != nil {
			return err
		}
		missing = slices.DeleteFunc(missing, func(code string) bool { return slices.Contains(sheet.At, code) })
	}
	if len(missing) > 0 {
		return ErrUnknownItem.With("code", missing[0]).At("body.items")
	}
	return inUse(ctx, tx, c, points)
}

// within puts the place of a fault in a list before its own.
func within(err error, list string, i int) error {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f.At(list + "[" + strconv.Itoa(i) + "]")
	}
	return err
}

// Proposals returns the plans that follow from the company's standard and tree. Errors: those of
// Outline.
func (s *Service) Proposals(ctx context.Context) (list []Proposal, err error) {
	err = s.Gate.Read(ctx, ActionPlan, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		points, err := s.Outline(ctx, tx, scope, home.CompanyID)
		if err != nil {
			return err
		}
		tree, err := s.Tree(ctx, tx, home.CompanyID, day.In(tx.Now, day.Shanghai))
		if err != nil {
			return err
		}
		tree.Posts = slices.DeleteFunc(tree.Posts, func(p org.Post) bool {
			u, ok := tree.Unit(p.UnitID)
			return !ok || !scope.Reaches(u.Path)
		})
		running, err := shifts(ctx, tx, scope, home.CompanyID)
		if err != nil {
			return err
		}
		list = propose(points, tree, len(running))
		there, err := postPlans(ctx, tx, home.CompanyID, day.In(tx.Now, day.Shanghai))
		for i, p := range list {
			list[i].Exists = slices.ContainsFunc(there, func(n Plan) bool { return n.covers(p) })
		}
		return err
	})
	return list, err
}

// covers reports whether n looks at all that p proposes.
func (n Plan) covers(p Proposal) bool {
	if n.PostID == nil || *n.PostID != p.PostID || n.Frequency != p.Frequency {
		return false
	}
	for _, at := range p.Points {
		if n.PointID != at && !slices.Contains(n.Route, int64(at)) {
			return false
		}
	}
	return len(n.Items) == 0 || !slices.ContainsFunc(p.Items, func(code string) bool { return !slices.Contains(n.Items, code) })
}
