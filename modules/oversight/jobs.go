package oversight

import (
	"context"
	"time"

	"anbiao/jobs"
	"anbiao/kit/db"
	"anbiao/rbac"
)

const (
	refreshBatch = 2000 // companies a transaction
	foldBatch    = 20_000
	foldEvery    = time.Second
)

// RefreshCompanies brings the board up to date for companies about which something changed.
type RefreshCompanies struct {
	IDs []rbac.CompanyID `json:"ids"`
}

// Kind names the job.
func (RefreshCompanies) Kind() string { return "oversight.refresh-companies" }

// RefreshAll brings the board up to date for every company behind After: what is overdue
// changes at midnight without any event.
type RefreshAll struct {
	Day   string         `json:"day"` // of the round, so that each has its own jobs
	After rbac.CompanyID `json:"after"`
}

// Kind names the job.
func (RefreshAll) Kind() string { return "oversight.refresh-all" }

// FoldCounts moves changes of the counts into the rollup.
type FoldCounts struct{}

// Kind names the job.
func (FoldCounts) Kind() string { return "oversight.fold-counts" }

// ProveCounts compares the counts with the board and repairs them.
type ProveCounts struct{}

// Kind names the job.
func (ProveCounts) Kind() string { return "oversight.prove-counts" }

// Enqueue asks for the board to follow what happened to companies in tx. Call it in the
// transaction of the event: of a hazard, a report, the register or a first sign-in.
func Enqueue(ctx context.Context, tx db.Tx, ids ...rbac.CompanyID) error {
	ids = distinct(ids)
	for len(ids) > 0 {
		n := min(len(ids), refreshBatch)
		if err := jobs.Enqueue(ctx, tx, RefreshCompanies{ids[:n]}); err != nil {
			return err
		}
		ids = ids[n:]
	}
	return nil
}

// Jobs registers the module's jobs.
func (s *Service) Jobs(r *jobs.Registry) {
	jobs.Handle(r, func(ctx context.Context, tx db.Tx, j RefreshCompanies) error { return s.Refresh(ctx, tx, j.IDs) })
	jobs.Handle(r, s.refreshAll)
	jobs.Handle(r, s.foldCounts)
	jobs.Handle(r, s.proveCounts)
	s.trendJobs(r)
	jobs.Handle(r, s.tellCompanies)
	r.Schedule(jobs.Schedule{Name: "oversight.refresh", Next: jobs.DailyAt(0, 5), Task: func(due time.Time) jobs.Task {
		return RefreshAll{Day: due.UTC().Format(time.RFC3339)}
	}})
	r.Schedule(jobs.Schedule{Name: "oversight.prove", Next: jobs.DailyAt(4, 10), Task: func(time.Time) jobs.Task { return ProveCounts{} }})
}

// Refresh computes the board's rows of companies anew, in a system transaction. Companies are
// locked first, so that of two refreshes the later one sees what the earlier one wrote.
func (s *Service) Refresh(ctx context.Context, tx db.Tx, ids []rbac.CompanyID) error {
	ids, err := lockCompanies(ctx, tx, distinct(ids))
	if err != nil || len(ids) == 0 {
		return err
	}
	facts, shown, err := s.facts(ctx, tx, ids)
	if err != nil {
		return err
	}
	standings := make([]Standing, len(facts))
	for i, f := range facts {
		standings[i] = StandingOf(f)
	}
	if err := writeBoard(ctx, tx, ids, facts, standings, shown); err != nil {
		return err
	}
	next := tx.Now.Truncate(foldEvery).Add(foldEvery)
	return jobs.Enqueue(ctx, tx, FoldCounts{}, jobs.At(next), jobs.Key(next.Format(time.RFC3339)))
}

func (s *Service) refreshAll(ctx context.Context, tx db.Tx, j RefreshAll) error {
	ids, err := companiesAfter(ctx, tx, j.After, refreshBatch)
	if err != nil || len(ids) == 0 {
		return err
	}
	if err := s.Refresh(ctx, tx, ids); err != nil {
		return err
	}
	last := ids[len(ids)-1]
	return jobs.Enqueue(ctx, tx, RefreshAll{j.Day, last}, jobs.Key(j.Day+":"+last.String()))
}

func (*Service) foldCounts(ctx context.Context, tx db.Tx, _ FoldCounts) error {
	n, err := fold(ctx, tx, foldBatch)
	if err != nil || n < foldBatch {
		return err
	}
	return jobs.Enqueue(ctx, tx, FoldCounts{})
}

// proved is what the trail keeps when the counts had to be repaired.
type proved struct{ WrongCells int }

// shownDrift is how many wrong counts a proof keeps.
const shownDrift = 20

func (*Service) proveCounts(ctx context.Context, tx db.Tx, _ ProveCounts) error {
	wrong, err := drift(ctx, tx, shownDrift)
	if err != nil {
		return err
	}
	n, err := prove(ctx, tx)
	if err != nil {
		return err
	}
	if n > 0 {
		rbac.ScopeOf(ctx).Changed("oversight.counts", 0, 0, proved{}, proved{n})
	}
	return insertProof(ctx, tx, Proof{At: tx.Now, WrongCells: int32(n), Drift: db.JSON[[]Drift]{V: wrong}})
}
