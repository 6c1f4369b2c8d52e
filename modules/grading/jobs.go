package grading

import (
	"context"
	"fmt"
	"slices"
	"time"

	"anbiao/jobs"
	"anbiao/kit/calendar"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/id"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// Settle does what follows a step: what falls due, who is told, and the days of the review team that checks what
// was mended.
type Settle struct {
	CompanyID     rbac.CompanyID
	ApplicationID id.Of[id.Application]
	Step          int32
}

// Kind names the job.
func (Settle) Kind() string { return "grading.settle" }

func (t Settle) key() string {
	return fmt.Sprintf("%d:%d:%d", int64(t.CompanyID), int64(t.ApplicationID), t.Step)
}

// Scan does what follows from terms that end: silence accepts, what is not mended fails, what is late is passed up.
type Scan struct {
	On    day.Date
	After int64
}

// Kind names the job.
func (Scan) Kind() string { return "grading.scan" }

// scanned is how many applications one transaction looks at.
const scanned = 200

// Jobs registers what the job runner does for this module.
func (s *Service) Jobs(r *jobs.Registry) {
	jobs.Handle(r, s.settle)
	jobs.Handle(r, s.scan)
	r.Schedule(jobs.Schedule{Name: "grading.scan", Next: jobs.DailyAt(0, 40), Task: func(at time.Time) jobs.Task { return Scan{On: day.In(at, day.Shanghai)} }})
}

func (s *Service) settle(ctx context.Context, tx db.Tx, t Settle) error {
	a, err := applicationByID(ctx, tx, rbac.ScopeOf(ctx), t.ApplicationID, false)
	if err != nil {
		return err
	}
	if s.Due != nil {
		if err := s.Due(ctx, tx, rbac.Home{CompanyID: a.CompanyID, RegionPath: a.RegionPath, Line: a.OversightLine}, a.Items()); err != nil {
			return err
		}
	}
	if s.Touch != nil {
		if err := s.Touch(ctx, tx, a.CompanyID); err != nil {
			return err
		}
	}
	steps, err := stepsOf(ctx, tx, a)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(steps, func(x Step) bool { return x.N == t.Step })
	if i < 0 {
		return nil
	}
	if steps[i].Event == AskCheck && a.State == RectifyCheck {
		from := steps[i].HappenedOn
		if err := letIn(ctx, tx, a, from, calendar.China().Ahead(from, a.Form().Limits.Check.WorkingDays)); err != nil {
			return err
		}
	}
	if s.Tell == nil {
		return nil
	}
	for n, to := range a.concerned(steps[i]) {
		if err := s.Tell(ctx, tx, a.note(to, string(steps[i].Event), fmt.Sprintf("%d|%d", steps[i].N, n), steps[i].Note)); err != nil {
			return err
		}
	}
	return nil
}

// concerned are the sides that are told of a step; who did it is not.
func (a Application) concerned(s Step) []Side {
	switch s.Event {
	case Submit:
		if s.ToState == Listed {
			return []Side{Authority}
		}
		return []Side{Organizer}
	case Resubmit, AskExtension:
		return []Side{Organizer}
	case Accept, AcceptSilently:
		if a.OrganizerLevel == a.AuthorityLevel {
			return []Side{Firm, Authority}
		}
		return []Side{Firm, Organizer}
	case Endorse:
		return []Side{Authority}
	case Assign:
		return []Side{Firm, Reviewer}
	case Declare:
		if s.Detail.V.Conflict {
			return []Side{Authority, Organizer}
		}
		return nil
	case Report, PassCheck, FailCheck, Lapse:
		return []Side{Firm, Authority}
	case AskCheck:
		return []Side{Reviewer, Organizer}
	case Object:
		return []Side{Firm, Authority}
	case AskCorrection, Confirm, Reject, GrantExtension, RefuseExtension, Publicize, Announce, Fail, Terminate:
		return []Side{Firm}
	default:
		return nil
	}
}

// note is a message to a side.
func (a Application) note(to Side, code, key, said string) Note {
	g, _ := a.Form().Grade(a.Level)
	n := Note{
		CompanyID: a.CompanyID, ApplicationID: a.ID, Key: key + "|" + code, RegionPath: a.RegionPath, Line: a.OversightLine, Code: "grading.note-" + dashed(code),
		Params: map[string]string{
			"number": a.Number(), "company": a.CompanyName, "level": g.Zh, "level@en": g.En, "note": said, "due": a.DueOn.String(), "until": a.PublicUntil.String(), "unit": a.ReviewUnit, "notice": a.NoticeNo,
		},
	}
	if a.DueOn.IsZero() {
		n.Params["due"] = "—"
	}
	switch to {
	case Firm:
		n.Roles = []string{"principal", "safety"}
	case Organizer:
		n.Rank = a.OrganizerLevel
	case Authority:
		n.Rank = a.AuthorityLevel
	case Reviewer:
		if a.ReviewOrganisationID != nil {
			n.Organisation = *a.ReviewOrganisationID
		}
	case Anybody, Clock:
	}
	return n
}

// Items are what falls due for the company; one is settled where its day is zero.
func (a Application) Items() []due.Item {
	item := due.Item{Kind: "grading.rectify", Before: []int{15, 7, 3, 1, 0}, Ref: int64(a.ID), Title: a.Number(), Path: "/gradings/" + a.ID.String()}
	if a.State == Rectifying {
		item.On = a.DueOn
	}
	return []due.Item{item}
}

// scan looks at the terms that end on a day or have ended. Doing it twice does nothing more.
func (s *Service) scan(ctx context.Context, tx db.Tx, t Scan) error {
	rows, err := lateOnes(ctx, tx, t.On.AddDays(3), t.After, scanned)
	if err != nil {
		return err
	}
	scope := rbac.ScopeOf(ctx)
	for _, a := range rows {
		if err := s.expire(ctx, tx, scope, a, t.On); err != nil {
			return err
		}
		t.After = int64(a.ID)
	}
	if len(rows) < scanned {
		return nil
	}
	return jobs.Enqueue(ctx, tx, t)
}

func (s *Service) expire(ctx context.Context, tx db.Tx, scope rbac.Scope, a Application, on day.Date) error {
	if a.DueMissing > 0 {
		return s.recount(ctx, tx, a)
	}
	if !a.Late(on) {
		return s.remind(ctx, tx, a, on)
	}
	return s.acting(ctx, tx, scope, a.ID, func(_ db.Tx, _ rbac.Scope, f *file) error {
		switch {
		case f.State == Submitted:
			if err := f.acceptSilently(); err != nil || !f.Late(on) || f.DueSide == Firm {
				return err
			}
			return f.escalate()
		case f.State == Rectifying && f.ExtensionAskedOn.IsZero():
			return f.lapse(text.Say(text.Chinese, "grading.lapsed", map[string]string{"due": f.DueOn.String()}))
		case f.EscalatedTo == "" && f.DueSide != Firm && f.DueSide != "":
			return f.escalate()
		default:
			return nil
		}
	})
}

// recount counts a term anew that ran into a year without a list of holidays; where there still is none, nothing happens.
func (s *Service) recount(ctx context.Context, tx db.Tx, a Application) error {
	f := &file{Application: a, now: tx.Now, cal: calendar.China(), by: rbac.ScopeOf(ctx).Actor()}
	if f.clock(); f.DueMissing > 0 {
		return nil
	}
	return updateApplication(ctx, tx, f)
}

// remind tells whoever has to act that his term is about to end.
func (s *Service) remind(ctx context.Context, tx db.Tx, a Application, on day.Date) error {
	if s.Tell == nil || a.DueSide == "" || a.DueSide == Firm {
		return nil // the company is reminded with what else falls due for it
	}
	key := fmt.Sprintf("%d|%s|%s", a.Steps, a.DueOn, on)
	return s.Tell(ctx, tx, a.note(a.DueSide, "due", key, ""))
}
