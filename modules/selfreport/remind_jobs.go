package selfreport

import (
	"context"
	"fmt"
	"slices"
	"time"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
)

// RemindCycles reminds of the reports whose cycles remind on a day at an hour.
type RemindCycles struct {
	On day.Date
	At string // hh:mm, Beijing time
}

// Kind names the job.
func (RemindCycles) Kind() string { return "selfreport.remind-cycles" }

// RemindBatch reminds companies behind one of the report of a period, some days before its last.
type RemindBatch struct {
	Cycle string
	From  day.Date
	Days  int
	After id.Of[id.Company]
}

// Kind names the job.
func (RemindBatch) Kind() string { return "selfreport.remind-batch" }

func (b RemindBatch) key() string {
	return fmt.Sprintf("%s:%s:%d:%d", b.Cycle, b.From, b.Days, int64(b.After))
}

// UrgeBatch tells the companies in an area that the regulator has urged on a day.
type UrgeBatch struct {
	Cycle string
	From  day.Date
	On    day.Date
	Area  string
	After id.Of[id.Company]
}

// Kind names the job.
func (UrgeBatch) Kind() string { return "selfreport.urge-batch" }

// reminded are those who get a reminder: nobody above them.
var reminded = []string{"safety", "principal"}

func (s *Service) remindJobs(r *jobs.Registry) {
	jobs.Handle(r, s.remindCycles)
	jobs.Handle(r, s.remindBatch)
	jobs.Handle(r, s.urgeBatch)
	var hours []string
	for _, c := range cycles.Cycles {
		if c.RemindAt != "" && !slices.Contains(hours, c.RemindAt) {
			hours = append(hours, c.RemindAt)
		}
	}
	for _, at := range hours {
		clock, err := time.Parse("15:04", at)
		if err != nil {
			panic("selfreport: " + err.Error()) // of the data built in
		}
		r.Schedule(jobs.Schedule{
			Name: "selfreport.remind-" + at, Next: jobs.DailyAt(clock.Hour(), clock.Minute()),
			Task: func(due time.Time) jobs.Task { return RemindCycles{day.In(due, day.Shanghai), at} },
		})
	}
}

func (*Service) remindCycles(ctx context.Context, tx db.Tx, t RemindCycles) error {
	for _, c := range cycles.Cycles {
		p := c.Current(t.On)
		days := c.DueOn(p).DaysSince(t.On)
		if c.RemindAt != t.At || !c.inForce(p) || !slices.Contains(c.Remind, days) {
			continue
		}
		b := RemindBatch{Cycle: c.ID, From: p.From, Days: days}
		if err := jobs.Enqueue(ctx, tx, b, jobs.Key(b.key())); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) remindBatch(ctx context.Context, tx db.Tx, b RemindBatch) error {
	c, ok := CycleByID(b.Cycle)
	if !ok {
		return fmt.Errorf("selfreport: no cycle %q", b.Cycle)
	}
	p := c.At(b.From)
	rows, err := waiting(ctx, tx, c, p, b.After, batch)
	if err != nil || len(rows) == 0 {
		return err
	}
	notes := make([]Note, len(rows))
	for i, r := range rows {
		notes[i] = Note{
			CompanyID: r.CompanyID, ReportID: r.ID, Code: "selfreport.note-remind", Key: fmt.Sprintf("selfreport|remind|%s|%d", r.ID, b.Days),
			Params: map[string]string{"name": c.Zh, "period": p.Name, "due": r.DueOn.String(), "days": fmt.Sprint(b.Days)},
		}
	}
	if err := s.TellMany(ctx, tx, notes, reminded...); err != nil {
		return err
	}
	if len(rows) < batch {
		return nil
	}
	b.After = rows[len(rows)-1].CompanyID
	return jobs.Enqueue(ctx, tx, b, jobs.Key(b.key()))
}

func (s *Service) urgeBatch(ctx context.Context, tx db.Tx, b UrgeBatch) error {
	c, ok := CycleByID(b.Cycle)
	if !ok {
		return fmt.Errorf("selfreport: no cycle %q", b.Cycle)
	}
	p := c.At(b.From)
	rows, err := urged(ctx, tx, b, batch)
	if err != nil || len(rows) == 0 {
		return err
	}
	notes := make([]Note, len(rows))
	for i, r := range rows {
		notes[i] = Note{
			CompanyID: r.CompanyID, ReportID: r.ReportID, Code: "selfreport.note-urged", Key: fmt.Sprintf("selfreport|urge|%s|%s|%s|%s", r.CompanyID, b.Cycle, b.From, b.On),
			Params: map[string]string{"name": c.Zh, "period": p.Name, "due": c.DueOn(p).String(), "by": r.ByName},
		}
	}
	if err := s.TellMany(ctx, tx, notes, reminded...); err != nil {
		return err
	}
	if len(rows) < batch {
		return nil
	}
	b.After = rows[len(rows)-1].CompanyID
	return jobs.Enqueue(ctx, tx, b)
}
