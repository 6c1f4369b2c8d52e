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

// OpenCycles opens the reports of every national cycle that are open on a day.
type OpenCycles struct{ On day.Date }

// Kind names the job.
func (OpenCycles) Kind() string { return "selfreport.open-cycles" }

// OpenBatch opens one cycle's report of one period for the companies after one.
type OpenBatch struct {
	Cycle string
	From  day.Date // first day of the period
	After id.Of[id.Company]
}

// Kind names the job.
func (OpenBatch) Kind() string { return "selfreport.open-batch" }

// key makes a batch happen once, whenever and by whomever it is asked for.
func (b OpenBatch) key() string { return fmt.Sprintf("%s:%s:%d", b.Cycle, b.From, int64(b.After)) }

// Jobs registers what the job runner does for this module. Every night the open periods are
// looked at; a period's batches are made once, so all nights but the first of a period do
// nothing. Companies registered after a period's end owe no report of it.
func (s *Service) Jobs(r *jobs.Registry) {
	r.Schedule(jobs.Schedule{Name: "selfreport.open", Next: jobs.DailyAt(0, 10), Task: func(due time.Time) jobs.Task { return OpenCycles{day.In(due, day.Shanghai)} }})
	jobs.Handle(r, s.openCycles)
	jobs.Handle(r, s.openBatch)
	jobs.Handle(r, s.tellStep)
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
	case Open, Submit:
	}
	return n, n.Code != ""
}

func (*Service) openCycles(ctx context.Context, tx db.Tx, t OpenCycles) error {
	for _, c := range National() {
		p := c.Current(t.On)
		if !c.binds(p) {
			continue
		}
		b := OpenBatch{Cycle: c.ID, From: p.From}
		if err := jobs.Enqueue(ctx, tx, b, jobs.Key(b.key())); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) openBatch(ctx context.Context, tx db.Tx, b OpenBatch) error {
	c, ok := CycleByID(b.Cycle)
	if !ok {
		return fmt.Errorf("selfreport: no cycle %q", b.Cycle)
	}
	p := c.At(b.From)
	firms, err := s.Bound(ctx, tx, p.Until, b.After, batch)
	if err != nil || len(firms) == 0 {
		return err
	}
	if _, err := openMany(ctx, tx, firms, c, p, b.Kind()); err != nil {
		return err
	}
	if len(firms) < batch {
		return nil
	}
	next := OpenBatch{Cycle: b.Cycle, From: b.From, After: firms[len(firms)-1].CompanyID}
	return jobs.Enqueue(ctx, tx, next, jobs.Key(next.key()))
}
