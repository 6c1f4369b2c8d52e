package staff

import (
	"context"
	"errors"
	"slices"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// ActionImport is the permission to import a list of units, posts and people.
const ActionImport rbac.Action = "staff.person.import"

// rosterSaved sums up one batch of a staff list for the trail.
type rosterSaved struct{ Units, Posts, New, Changed int }

// CheckRoster says of each row what saving it would do in the name of a, and notes what is
// wrong in the row's Faults; the verdict of a row with a fault means nothing. Identity numbers
// are replaced by their mask and kept sealed. For the job runner.
func (s *Service) CheckRoster(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row) ([]string, error) {
	_, verdicts, err := s.planRoster(ctx, tx, a, rows, false)
	return verdicts, err
}

// SaveRoster makes the units, posts and people that are new and brings the others up to date,
// in the name of a. It checks again: what happened since the preview may add faults to rows,
// which are then left out. Saving the same rows twice changes nothing.
func (s *Service) SaveRoster(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row) ([]string, error) {
	r, verdicts, err := s.planRoster(ctx, tx, a, rows, true)
	if err != nil {
		return nil, err
	}
	scope := rbac.ScopeOf(ctx)
	sum := rosterSaved{}
	for _, v := range verdicts {
		switch v {
		case RowNew:
			sum.New++
		case RowChanged:
			sum.Changed++
		}
	}
	if sum.Units, err = r.saveUnits(ctx, tx, scope); err != nil {
		return nil, err
	}
	posts, err := r.savePosts(ctx, tx, scope)
	if err != nil {
		return nil, err
	}
	sum.Posts = len(posts)
	if err := s.tellPosts(ctx, tx, scope, r.home, posts...); err != nil {
		return nil, err
	}
	if err := r.savePeople(ctx, tx, scope); err != nil {
		return nil, err
	}
	if err := r.saveSeats(ctx, tx); err != nil {
		return nil, err
	}
	scope.Changed("staff-roster", 0, r.home.CompanyID, rosterSaved{}, sum)
	return verdicts, r.saveHeads(ctx, tx, scope)
}

// planRoster reads rows against what the company has. Errors: rbac.ErrForbidden for who does
// not answer for the whole company.
func (s *Service) planRoster(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row, lock bool) (*roster, []string, error) {
	if a.CompanyID == 0 || (a.Kind == rbac.Company && !s.Gate.Can(a, rbac.ActionWhole)) {
		return nil, nil, rbac.ErrForbidden
	}
	home, err := rbac.ScopeOf(ctx).Within(ctx, tx, a.CompanyID)
	if err != nil {
		return nil, nil, err
	}
	if lock {
		if _, err := numberUnits(ctx, tx, home.CompanyID); err != nil {
			return nil, nil, err
		}
	}
	units, err := unitsOf(ctx, tx, home.CompanyID)
	if err != nil {
		return nil, nil, err
	}
	posts, err := allPosts(ctx, tx, home.CompanyID)
	if err != nil {
		return nil, nil, err
	}
	r := newRoster(home, today(tx), units, posts)
	keys := s.Box.Field(int64(home.CompanyID))
	verdicts := make([]string, len(rows))
	var good []entry
	for i := range rows {
		if e := readEntry(i, &rows[i], keys, r.today); len(rows[i].Faults) == 0 {
			good = append(good, e)
		}
	}
	if r.people, err = peopleMet(ctx, tx, home.CompanyID, good, lock); err != nil {
		return nil, nil, err
	}
	var failed error
	if len(s.Bars) > 0 {
		r.bar = func(p Person, o Post) *fault.Error {
			bars, err := s.barsOf(ctx, tx, rbac.ScopeOf(ctx), p, o, r.today)
			if failed = errors.Join(failed, err); len(bars) == 0 {
				return nil
			}
			return ErrBarred.With("bars", sayBars(text.Of(ctx), bars))
		}
	}
	for _, e := range good {
		verdicts[e.row] = r.add(&rows[e.row], e)
	}
	return r, verdicts, failed
}

// saveUnits makes the new units, level by level.
func (r *roster) saveUnits(ctx context.Context, tx db.Tx, scope rbac.Scope) (made int, err error) {
	number, err := numberUnits(ctx, tx, r.home.CompanyID)
	if err != nil {
		return 0, err
	}
	for level := 1; level <= deepest; level++ {
		var plans []*unitPlan
		var units []Unit
		for _, p := range r.units {
			if !p.fresh || !p.needed || p.level() != level {
				continue
			}
			p.Number, p.UnitPath = number, segment(number)
			if p.parent != nil {
				p.ParentID, p.UnitPath = &p.parent.ID, p.parent.UnitPath+p.UnitPath
			}
			number++
			plans, units = append(plans, p), append(units, p.Unit)
		}
		if err := insertUnits(ctx, tx, units); err != nil {
			return made, err
		}
		for i, p := range plans {
			p.Unit = units[i]
			scope.Changed("staff-unit", int64(p.ID), p.CompanyID, Unit{}, p.Unit)
		}
		made += len(plans)
	}
	return made, nil
}

func (u *unitPlan) level() (n int) {
	for ; u != nil; u = u.parent {
		n++
	}
	return n
}

// savePosts makes the new posts and gives others further types; it returns all of these.
func (r *roster) savePosts(ctx context.Context, tx db.Tx, scope rbac.Scope) (posts []Post, err error) {
	var made []*postPlan
	var fresh, changed []Post
	var past []PostPast
	for _, p := range r.all {
		switch {
		case p.fresh && p.needed:
			p.UnitID = p.unit.ID
			made, fresh = append(made, p), append(fresh, p.Post)
		case !p.fresh && !slices.Equal(p.Types, p.was.Types):
			was, kept, err := p.was.from(r.today, r.today)
			if err != nil {
				return nil, err
			}
			if kept {
				was.Types = slices.Clone(was.Types)
				past = append(past, was)
			}
			p.SinceOn = r.today
			changed = append(changed, p.Post)
			scope.Changed("staff-post", int64(p.ID), p.CompanyID, p.was, p.Post)
		}
	}
	if err := insertPosts(ctx, tx, fresh); err != nil {
		return nil, err
	}
	for i, p := range made {
		p.Post = fresh[i]
		scope.Changed("staff-post", int64(p.ID), p.CompanyID, Post{}, p.Post)
	}
	if err := keepPosts(ctx, tx, past...); err != nil {
		return nil, err
	}
	return append(fresh, changed...), retypePosts(ctx, tx, changed)
}

// savePeople enters the new people and updates the others.
func (r *roster) savePeople(ctx context.Context, tx db.Tx, scope rbac.Scope) error {
	var plans []*personPlan
	var fresh, changed []Person
	for _, p := range r.plans {
		if p.unit != nil {
			p.UnitID = &p.unit.ID
		}
		switch {
		case p.fresh:
			p.CreatedAt = tx.Now
			plans, fresh = append(plans, p), append(fresh, p.Person)
		case p.differs || p.unit != nil:
			changed = append(changed, p.Person)
			scope.Changed("staff", int64(p.ID), p.CompanyID, p.was, p.Person)
		}
	}
	if err := insertPeople(ctx, tx, fresh); err != nil {
		return err
	}
	for i, p := range plans {
		p.Person = fresh[i]
		scope.Changed("staff", int64(p.ID), p.CompanyID, Person{}, p.Person)
	}
	return updatePeople(ctx, tx, changed)
}

// saveSeats puts people on their posts: from today on, new people from the day they joined.
func (r *roster) saveSeats(ctx context.Context, tx db.Tx) error {
	var ends, turns, begins []Assignment
	for _, p := range r.plans {
		if p.post == nil {
			continue
		}
		a := Assignment{
			CompanyID: p.CompanyID, RegionPath: p.RegionPath, OversightLine: p.OversightLine, StaffID: p.ID, PostID: p.post.ID, Main: true, FromOn: r.today,
		}
		if p.fresh && !p.JoinedOn.IsZero() {
			a.FromOn = p.JoinedOn
		}
		if p.unit.ID != p.post.UnitID {
			a.UnitID = &p.unit.ID
		}
		switch begunToday := p.main != nil && !p.main.FromOn.Before(r.today); {
		case begunToday && p.held == nil: // put right on the same day
			a.ID = p.main.ID
			turns = append(turns, a)
			continue
		case p.main != nil:
			end := *p.main
			end.UntilOn = r.today.AddDays(-1)
			if begunToday {
				end.UntilOn = end.FromOn
			}
			ends = append(ends, end)
		}
		if p.held != nil {
			a.ID = p.held.ID
			turns = append(turns, a)
		} else {
			begins = append(begins, a)
		}
	}
	return seatPeople(ctx, tx, ends, turns, begins)
}

// saveHeads names who leads the units, from today on.
func (r *roster) saveHeads(ctx context.Context, tx db.Tx, scope rbac.Scope) error {
	for _, u := range r.units {
		if u.lead == nil && !u.vacate {
			continue
		}
		err := alterUnit(ctx, tx, scope, u.ID, day.Date{}, func(now *Unit) error {
			now.HeadID = nil
			if u.lead != nil {
				now.HeadID = &u.lead.ID
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
