package permit

import (
	"context"
	"fmt"
	"time"

	"anbiao/jobs"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Sweep marks permits that should have been closed, ends those that nobody began, and reminds.
type Sweep struct {
	Turn int `json:"turn"`
}

// Kind names the job.
func (Sweep) Kind() string { return "permit.sweep" }

// TellStep tells of one step those who have to know.
type TellStep struct {
	CompanyID rbac.CompanyID   `json:"companyId"`
	PermitID  id.Of[id.Permit] `json:"permitId"`
	N         int32            `json:"n"`
}

// Kind names the job.
func (TellStep) Kind() string { return "permit.tell-step" }

func (t TellStep) key() string { return fmt.Sprintf("%s:%s:%d", t.CompanyID, t.PermitID, t.N) }

// sweepBatch is how many permits one transaction settles.
const sweepBatch = 500

// Jobs registers the module's jobs: every ten minutes what has ended is looked at.
func (s *Service) Jobs(r *jobs.Registry) {
	jobs.Handle(r, s.sweep)
	jobs.Handle(r, s.tellStep)
	r.Schedule(jobs.Schedule{Name: "permit.sweep", Next: jobs.Every(10 * time.Minute), Task: func(time.Time) jobs.Task { return Sweep{} }})
}

// sweep settles one batch in a few statements; what is settled is not found again, so the job
// may run any number of times.
func (s *Service) sweep(ctx context.Context, tx db.Tx, t Sweep) error {
	lapsedRows, err := lapse(ctx, tx, sweepBatch)
	if err != nil {
		return err
	}
	late, err := overdue(ctx, tx, sweepBatch)
	if err != nil {
		return err
	}
	var notes []Note
	for _, p := range late {
		notes = append(notes, p.reminder())
	}
	if s.Tell != nil && len(notes) > 0 {
		if err := s.Tell(ctx, tx, notes); err != nil {
			return err
		}
	}
	if n := len(late) + lapsedRows; n > 0 {
		rbac.ScopeOf(ctx).Changed(noun, 0, 0, swept{}, swept{len(late), lapsedRows})
	}
	if lapsedRows < sweepBatch && len(late) < sweepBatch {
		return nil
	}
	return jobs.Enqueue(ctx, tx, Sweep{t.Turn + 1})
}

type swept struct{ Late, Lapsed int }

// reminder is what is said of a permit that was not closed, once a step: at its end, an hour
// later, and the next day.
func (p Permit) reminder() Note {
	n := p.note(fmt.Sprintf("permit.overdue-%d", min(p.Reminded, 3)))
	n.Step = -int32(p.Reminded)
	n.Staff = p.concerned(true)
	n.Roles = []string{"safety"}
	return n
}

func (p Permit) note(code string) Note {
	f, err := packOf(p.FormVersion).form(p.Kind)
	kind, english := p.Kind, p.Kind
	if err == nil {
		kind, english = f.NameZh, f.NameEn
	}
	return Note{CompanyID: p.CompanyID, PermitID: p.ID, Code: code, Params: map[string]string{
		"kind": kind, "kind@en": english, "number": p.Number, "place": p.Place, "until": clock(p.UntilAt), "applicant": p.ApplicantName,
	}}
}

// concerned are applicant and watcher, and who approved.
func (p Permit) concerned(approver bool) (out []id.Of[id.Staff]) {
	people := []*id.Of[id.Staff]{p.ApplicantID, p.WatcherID}
	if approver {
		people = append(people, p.ApproverID)
	}
	for _, n := range people {
		if n != nil {
			out = append(out, *n)
		}
	}
	return out
}

// says is the message about the step of f, if there is one.
func (f *file) says() (Note, bool) { return f.told(f.step) }

// told is the message about a step.
func (p Permit) told(s Step) (n Note, ok bool) {
	n = p.note("permit." + string(s.Event) + "-told")
	n.Step = s.N
	if s.PersonID != nil {
		n.Except = *s.PersonID
	}
	n.Params["who"], n.Params["note"] = s.ActorName, s.Note
	if s.Problem != "" {
		n.Code, n.Staff, n.Roles = "permit.problem-told", p.concerned(true), []string{"safety"}
		return n, true
	}
	switch s.Event {
	case Request, Amend:
		if n.Code = "permit.request-told"; p.ApproverID != nil {
			n.Staff = []id.Of[id.Staff]{*p.ApproverID}
		} else {
			n.Roles = []string{"safety"}
		}
	case Approve, Refuse, Extend:
		n.Staff = p.concerned(false)
	case Override:
		n.Staff, n.Roles = p.concerned(true), []string{"principal", "safety"}
	case Read:
		if s.ToState != Suspended || s.FromState == Suspended {
			return n, false
		}
		n.Staff, n.Roles = p.concerned(true), []string{"safety"}
	case Suspend, Start, Resume, Close, Cancel, Overdue, Lapse, Copy:
		return n, false
	}
	return n, true
}

func (s *Service) tellStep(ctx context.Context, tx db.Tx, t TellStep) error {
	p, st, ok, err := stepToTell(ctx, tx, t)
	if err != nil || !ok || s.Tell == nil {
		return err
	}
	n, ok := p.told(st)
	if !ok {
		return nil
	}
	return s.Tell(ctx, tx, []Note{n})
}
