package selfreport

import (
	"context"
	"fmt"
	"time"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// batch is how many companies one job opens reports for.
const batch = 1000

// OpenCycles opens the reports of every cycle that are open on a day, and counts the companies
// bound at the end of the period before.
type OpenCycles struct{ On day.Date }

// Kind names the job.
func (OpenCycles) Kind() string { return "selfreport.open-cycles" }

// OpenBatch opens one cycle's report of one period for the companies after one.
type OpenBatch struct {
	Cycle string
	From  day.Date // first day of the period
	On    day.Date // of a cycle that opens before its period ends: companies come in meanwhile
	After id.Of[id.Company]
}

// Kind names the job.
func (OpenBatch) Kind() string { return "selfreport.open-batch" }

// key makes a batch happen once, whenever and by whomever it is asked for.
func (b OpenBatch) key() string {
	return fmt.Sprintf("%s:%s:%s:%d", b.Cycle, b.From, b.On, int64(b.After))
}

// Jobs registers what the job runner does for this module. Every night the open periods are
// looked at; a period's batches are made once, so all nights but the first of a period do
// nothing. Companies registered after a period's end owe no report of it.
func (s *Service) Jobs(r *jobs.Registry) {
	r.Schedule(jobs.Schedule{Name: "selfreport.open", Next: jobs.DailyAt(0, 10), Task: func(due time.Time) jobs.Task { return OpenCycles{day.In(due, day.Shanghai)} }})
	jobs.Handle(r, s.openCycles)
	jobs.Handle(r, s.openBatch)
	jobs.Handle(r, s.tellStep)
	s.countJobs(r)
	s.remindJobs(r)
}

// TellStep tells whom one step of a report asks to act.
type TellStep struct {
	CompanyID id.Of[id.Company]
	ReportID  id.Of[id.Report]
	N         int32
}

// Kind names the job.
func (TellStep) Kind() string { return "selfreport.tell-step" }

func (t TellStep) key() string {
	return fmt.Sprintf("%d:%d:%d", int64(t.CompanyID), int64(t.ReportID), t.N)
}

func (s *Service) tellStep(ctx context.Context, tx db.Tx, t TellStep) error {
	scope := rbac.ScopeOf(ctx)
	r, err := reportByID(ctx, tx, scope, t.ReportID)
	if err != nil {
		return err
	}
	steps, err := stepsOf(ctx, tx, r)
	if err != nil {
		return err
	}
	for _, st := range steps {
		if st.N != t.N {
			continue
		}
		if n, ok := note(r, st); ok {
			return s.Tell(ctx, tx, n)
		}
	}
	return nil
}

// note is the message about a step, if somebody has to be told.
func note(r Report, s Step) (Note, bool) {
	n := Note{CompanyID: r.CompanyID, ReportID: r.ID, Step: s.N, Params: map[string]string{"period": r.Period, "due": r.DueOn.String()}}
	if s.PersonID != nil {
		n.Except = *s.PersonID
	}
	switch s.Event {
	case Compile:
		n.Roles, n.Code = []string{"principal"}, "selfreport.note-to-sign"
	case Sign:
		n.Roles, n.Code = []string{"safety"}, "selfreport.note-signed"
	case Return:
		n.Roles, n.Code = []string{"principal", "safety"}, "selfreport.note-returned"
	case Receive:
		n.Roles, n.Code = []string{"safety"}, "selfreport.note-received"
	case Open, Submit, Paper, Mark:
	}
	return n, n.Code != ""
}

func (*Service) openCycles(ctx context.Context, tx db.Tx, t OpenCycles) error {
	for _, c := range cycles.Cycles {
		if p := c.Current(t.On); c.inForce(p) {
			b := OpenBatch{Cycle: c.ID, From: p.From}
			if c.Opens == "first" {
				b.On = t.On
			}
			if err := jobs.Enqueue(ctx, tx, b, jobs.Key(b.key())); err != nil {
				return err
			}
		}
		if p := c.last(t.On); c.inForce(p) {
			b := CountBatch{Cycle: c.ID, From: p.From}
			if err := jobs.Enqueue(ctx, tx, b, jobs.Key(b.key())); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Service) openBatch(ctx context.Context, tx db.Tx, b OpenBatch) error {
	c, p, firms, err := s.bound(ctx, tx, b.Cycle, b.From, b.After)
	if err != nil || len(firms) == 0 {
		return err
	}
	if _, err := openMany(ctx, tx, firms, c, p, b.Kind()); err != nil {
		return err
	}
	if len(firms) < batch {
		return nil
	}
	b.After = firms[len(firms)-1].CompanyID
	return jobs.Enqueue(ctx, tx, b, jobs.Key(b.key()))
}

// bound lists the next companies that a cycle binds in the period that begins on from.
func (s *Service) bound(ctx context.Context, tx db.Tx, cycle string, from day.Date, after id.Of[id.Company]) (c Cycle, p Period, firms []Firm, err error) {
	c, ok := CycleByID(cycle)
	if !ok {
		return c, p, nil, fmt.Errorf("selfreport: no cycle %q", cycle)
	}
	p = c.At(from)
	q := Wanted{By: p.Until, After: after, Industries: c.Industries, Limit: batch}
	if c.Profile != "" {
		if q.Areas, err = areasBound(ctx, tx, c.Profile, p); err != nil || len(q.Areas) == 0 {
			return c, p, nil, err
		}
	}
	firms, err = s.Bound(ctx, tx, q)
	return c, p, firms, err
}
