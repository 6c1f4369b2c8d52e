package permit

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"anbiao/jobs"
	"anbiao/kit/calendar"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
)

const noun = "permit"

// clockSlack is how far the clock of a phone may run ahead.
const clockSlack = 10 * time.Minute

// Request asks for a permit. A request with the client id of an earlier one is that one; one
// made without a connection that cannot stand is kept, refused, with its problem.
// Errors: those of draft.fill, ErrPointUnknown, ErrPhotoUnknown, ErrPosition, ErrFuture.
func (s *Service) Request(ctx context.Context, in RequestForm) (made id.Of[id.Permit], err error) {
	err = s.Gate.Write(ctx, ActionRequest, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		if made, err = stepBy(ctx, tx, home.CompanyID, in.ClientID); err != nil || made != 0 {
			scope.Made(int64(made))
			return err
		}
		at, err := in.when(tx.Now)
		if err != nil {
			return err
		}
		pack := PackOn(day.In(at, day.Shanghai))
		form, err := pack.form(in.Kind)
		if err != nil {
			return err
		}
		f := &file{Permit: blank(home, whoIs(scope), in.ClientID, tx.Now), form: form, by: whoIs(scope), at: at, now: tx.Now}
		f.FormVersion, f.Steps = pack.Version, 0
		problem := s.draw(ctx, tx, f, in)
		if problem != nil && (!in.Offline || !kept(problem)) {
			return problem
		}
		if err := s.file(ctx, tx, f, form, in.Deed, problem); err != nil {
			return err
		}
		made = f.ID
		scope.Changed(noun, int64(f.ID), f.CompanyID, Permit{}, f.Permit)
		return s.save(ctx, tx, scope, f)
	})
	return made, err
}

// file stores a new permit under its number.
func (s *Service) file(ctx context.Context, tx db.Tx, f *file, form Form, d Deed, problem error) error {
	f.begin(Request, d)
	f.step.FromState = ""
	if problem != nil {
		f.State = Refused
		f.step.Problem, f.step.Detail.V.Field = problemOf(problem)
	}
	f.end()
	if err := number(ctx, tx, &f.Permit, form.Short); err != nil {
		return err
	}
	if err := insertPermit(ctx, tx, &f.Permit); err != nil {
		return err
	}
	f.step.PermitID = f.ID
	return nil
}

// draw fills a permit from what was asked.
func (s *Service) draw(ctx context.Context, tx db.Tx, f *file, in RequestForm) error {
	ids := []id.Of[id.Staff]{in.WatcherID, in.ApproverID}
	if f.ApplicantID != nil {
		ids = append(ids, *f.ApplicantID)
	}
	for _, c := range in.Crew {
		ids = append(ids, c.StaffID)
	}
	slices.Sort(ids)
	ids = slices.DeleteFunc(slices.Compact(ids), func(n id.Of[id.Staff]) bool { return n == 0 })
	people, units, err := s.staffed(ctx, tx, f.CompanyID, ids, f.at)
	if err != nil {
		return err
	}
	set, err := settingOf(ctx, tx, f.CompanyID)
	if err != nil {
		return err
	}
	d := draft{form: in, kind: f.form, people: people, units: units, at: f.at, now: f.now, raise: func(on day.Date) bool {
		_, holiday := s.days().On(on)
		return set.HolidayUp && holiday
	}}
	problem := d.fill(&f.Permit)
	if in.PointID != 0 {
		there, err := pointThere(ctx, tx, f.CompanyID, in.PointID)
		if err != nil {
			return err
		}
		if !there {
			f.PointID = nil
			problem = errors.Join(problem, ErrPointUnknown.At("body.pointId"))
		}
	}
	if first, ok := errors.AsType[*fault.Error](problem); ok {
		return first
	}
	return problem
}

// when is the instant of a deed. Errors: ErrFuture, ErrPosition.
func (d Deed) when(now time.Time) (time.Time, error) {
	if (d.Longitude == nil) != (d.Latitude == nil) {
		return now, ErrPosition.At("body.longitude")
	}
	if d.At == nil {
		return now, nil
	}
	switch at := d.At.UTC(); {
	case at.After(now.Add(clockSlack)) && !d.Offline:
		return now, ErrFuture.At("body.at")
	case at.After(now), at.Before(now.AddDate(-1, 0, 0)):
		return now, nil // the phone's clock is wrong
	default:
		return at, nil
	}
}

// Amend changes a request that nobody has begun to work under; an approved one has to be approved
// again. Errors: rbac.ErrNotFound, ErrNow, ErrNotMine and those of Request.
func (s *Service) Amend(ctx context.Context, n id.Of[id.Permit], in RequestForm) error {
	return s.move(ctx, ActionRequest, n, Amend, in.Deed, func(tx db.Tx, _ rbac.Scope, f *file) error {
		if err := f.in(Requested, Approved); err != nil {
			return err
		}
		if err := f.mine(); err != nil {
			return err
		}
		if in.Kind != f.Kind {
			return ErrKind.At("body.kind")
		}
		f.ApprovedAt, f.Overridden, f.OverrideName, f.OverrideReason = nil, db.Ints{}, "", ""
		f.to(Requested)
		return s.draw(ctx, tx, f, in)
	})
}

// move locks a permit, lets one event happen to it, and stores what came of it.
func (s *Service) move(ctx context.Context, action rbac.Action, n id.Of[id.Permit], e Event, d Deed, event func(db.Tx, rbac.Scope, *file) error) error {
	return s.Gate.Write(ctx, action, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		done, err := stepBy(ctx, tx, home.CompanyID, d.ClientID)
		if err != nil {
			return err
		}
		if done != 0 {
			scope.Made(int64(done))
			if done != n {
				return ErrOtherUse.At("body.clientId")
			}
			return nil
		}
		at, err := d.when(tx.Now)
		if err != nil {
			return err
		}
		f, err := s.fetch(ctx, tx, scope, n, at)
		if err != nil {
			return err
		}
		before := f.Permit
		f.begin(e, d)
		err = event(tx, scope, f)
		problem, known := errors.AsType[*fault.Error](err)
		switch {
		case err == nil:
			f.end()
		case known && d.Offline && kept(problem):
			f.kept(before, problem)
		default:
			return err
		}
		if err := updatePermit(ctx, tx, &f.Permit); err != nil {
			return err
		}
		scope.Changed(noun, int64(f.ID), f.CompanyID, before, f.Permit)
		return s.save(ctx, tx, scope, f)
	})
}

// kept reports whether a step that meets the fault is kept with it when it was made without a
// connection: what people may not do they may not do there either.
func kept(err error) bool {
	f, ok := errors.AsType[*fault.Error](err)
	return ok && (f.Kind == fault.Invalid || f.Kind == fault.Conflict) && !ErrPhotoUnknown.Is(err) && !ErrOtherUse.Is(err)
}

func problemOf(err error) (code, field string) {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok {
		return "", ""
	}
	if len(f.Fields) > 0 {
		field = f.Fields[0].Path
	}
	return f.Code, field
}

// fetch locks a permit and everything its events are held against, as of an instant.
func (s *Service) fetch(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Permit], at time.Time) (*file, error) {
	p, err := permitByID(ctx, tx, scope, n, true)
	if err != nil {
		return nil, err
	}
	return s.open(ctx, tx, scope, p, at)
}

func (s *Service) open(ctx context.Context, tx db.Tx, scope rbac.Scope, p Permit, at time.Time) (*file, error) {
	f := &file{Permit: p, by: whoIs(scope), at: at, now: tx.Now}
	_, stranger := scope.Home()
	f.wired = s.Cards != nil && stranger == nil // whoever oversees companies sees nobody's certificates
	var err error
	if f.form, err = packOf(p.FormVersion).form(p.Kind); err != nil {
		return nil, err
	}
	if f.level, err = f.form.level(p.Level); err != nil {
		return nil, err
	}
	if f.form.Items, err = s.worded(ctx, tx, scope, p.CompanyID, f.form.Items); err != nil {
		return nil, err
	}
	if f.past, err = stepsOf(ctx, tx, p); err != nil {
		return nil, err
	}
	if f.dark, err = explosiveAt(ctx, tx, p.CompanyID, p.PointID); err != nil {
		return nil, err
	}
	set, err := settingOf(ctx, tx, p.CompanyID)
	if err != nil {
		return nil, err
	}
	if f.rules = set.Approvers.V; len(f.rules) > 0 && s.Tree != nil && f.by.staff != 0 {
		tree, err := s.Tree(ctx, tx, p.CompanyID, day.In(tx.Now, day.Shanghai))
		if err != nil {
			return nil, err
		}
		f.posts = postsOf(tree, f.by.staff)
	}
	if f.wired {
		f.held, err = s.cardsOf(ctx, tx, p, later(p.FromAt, at))
	}
	return f, err
}

// cardsOf are the certificates of those who do or watch the work, on the day of an instant; once
// the permit is over nobody asks any more.
func (s *Service) cardsOf(ctx context.Context, tx db.Tx, p Permit, at time.Time) (map[id.Of[id.Staff]][]Holding, error) {
	if s.Cards == nil || p.over() {
		return nil, nil
	}
	ids := make([]id.Of[id.Staff], len(p.StaffIDs))
	for i, n := range p.StaffIDs {
		ids[i] = id.Of[id.Staff](n)
	}
	return s.Cards(ctx, tx, p.CompanyID, ids, day.In(at, day.Shanghai))
}

// save stores the step and does what follows from it: files belong to the permit, what was found
// wrong becomes hazards, the beginning of work is an event for the checks, its end falls due.
func (s *Service) save(ctx context.Context, tx db.Tx, scope rbac.Scope, f *file) error {
	if err := insertStep(ctx, tx, &f.step); err != nil {
		return err
	}
	scope.Made(int64(f.ID))
	files := make([]id.Of[id.Attachment], 0, len(f.step.Files)+1)
	for _, n := range f.step.Files {
		files = append(files, id.Of[id.Attachment](n))
	}
	if f.step.SignatureID != nil {
		files = append(files, *f.step.SignatureID)
	}
	if len(files) > 0 && s.Claim != nil {
		if err := s.Claim(ctx, tx, scope, files, noun, int64(f.ID)); err != nil {
			return err
		}
	}
	if s.Raise != nil {
		for _, x := range f.found() {
			if err := s.Raise(ctx, tx, scope, x); err != nil {
				return err
			}
		}
	}
	if err := s.follow(ctx, tx, scope, f); err != nil {
		return err
	}
	if _, ok := f.says(); !ok {
		return nil
	}
	t := TellStep{f.CompanyID, f.ID, f.step.N}
	return jobs.Enqueue(ctx, tx, t, jobs.Key(t.key()))
}

func (s *Service) follow(ctx context.Context, tx db.Tx, scope rbac.Scope, f *file) error {
	if f.step.Problem != "" {
		return nil
	}
	if f.step.Event == Start && s.Occurred != nil {
		o := Occurrence{
			PermitID: f.ID, Kind: f.Kind, Note: f.form.NameZh + " " + f.Number + " " + f.Place, Items: f.form.Codes(), Modules: f.form.Modules,
			On: day.In(f.at, day.Shanghai),
		}
		if f.PointID != nil {
			o.PointID = *f.PointID
		}
		if err := s.Occurred(ctx, tx, scope, o); err != nil {
			return err
		}
	}
	if s.Due == nil || !slices.Contains([]Event{Start, Extend, Close}, f.step.Event) {
		return nil
	}
	it := due.Item{Kind: "permit.close", Ref: int64(f.ID), Title: f.form.NameZh + " " + f.Number + " " + f.Place, Path: "/permits/" + f.ID.String(), Before: []int{0}}
	if f.WatcherID != nil {
		it.OwnerID = *f.WatcherID
	}
	if f.UnitID != nil {
		it.UnitID = *f.UnitID
	}
	if f.State != Closed {
		it.On = day.In(f.UntilAt, day.Shanghai)
	}
	return s.Due(ctx, tx, scope, []due.Item{it})
}

// builtIn is the calendar that the program carries.
var builtIn = sync.OnceValue(func() *calendar.Calendar {
	c, err := calendar.Open()
	if err != nil {
		panic(err) // the file is part of the program
	}
	return c
})

func (s *Service) days() *calendar.Calendar {
	if s.Holidays != nil {
		return s.Holidays
	}
	return builtIn()
}
