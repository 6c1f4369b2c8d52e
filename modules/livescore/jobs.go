package livescore

import (
	"context"
	"slices"
	"time"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/rbac"
)

const (
	scoreBatch = 2000 // companies a transaction
	chains     = 2    // ranges of companies that are scored side by side
)

// ScoreCompanies scores companies about which something changed.
type ScoreCompanies struct {
	IDs []rbac.CompanyID `json:"ids"`
}

// Kind names the job.
func (ScoreCompanies) Kind() string { return "livescore.score-companies" }

// ScoreAll scores every company behind After up to Until, from the figures that are kept or, with
// Measure, from figures computed anew: what is overdue changes at midnight without any event.
type ScoreAll struct {
	Day     string         `json:"day"` // of the round, so that each has its own jobs
	After   rbac.CompanyID `json:"after"`
	Until   rbac.CompanyID `json:"until"`
	Measure bool           `json:"measure"`
}

// Kind names the job.
func (ScoreAll) Kind() string { return "livescore.score-all" }

// ScoreRound cuts the companies into ranges and scores each.
type ScoreRound struct {
	Day     string `json:"day"`
	Measure bool   `json:"measure"`
}

// Kind names the job.
func (ScoreRound) Kind() string { return "livescore.score-round" }

// Enqueue asks for live scores to follow what happened to companies in tx. Call it in the transaction
// of the event. Many events of a company at once cost one scoring.
func Enqueue(ctx context.Context, tx db.Tx, ids ...rbac.CompanyID) error {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	for part := range slices.Chunk(slices.Compact(ids), scoreBatch) {
		if err := await(ctx, tx, part); err != nil {
			return err
		}
		if err := jobs.Enqueue(ctx, tx, ScoreCompanies{part}); err != nil {
			return err
		}
	}
	return nil
}

// Jobs registers what the job runner does for this module.
func (s *Service) Jobs(r *jobs.Registry) {
	jobs.Handle(r, s.scoreCompanies)
	jobs.Handle(r, s.scoreRound)
	jobs.Handle(r, s.scoreAll)
	r.Schedule(jobs.Schedule{Name: "livescore.score", Next: jobs.DailyAt(4, 30), Task: func(due time.Time) jobs.Task {
		return ScoreRound{Day: day.In(due, day.Shanghai).String(), Measure: true}
	}})
}

// scoreCompanies scores those of the companies whose events no other job has taken.
func (s *Service) scoreCompanies(ctx context.Context, tx db.Tx, j ScoreCompanies) error {
	ids, err := taken(ctx, tx, j.IDs)
	if err != nil {
		return err
	}
	return s.Refresh(ctx, tx, ids)
}

func (*Service) scoreRound(ctx context.Context, tx db.Tx, j ScoreRound) error {
	ends, err := parts(ctx, tx, chains)
	if err != nil {
		return err
	}
	after := rbac.CompanyID(0)
	for _, until := range ends {
		next := ScoreAll{j.Day, after, until, j.Measure}
		if err := jobs.Enqueue(ctx, tx, next, jobs.Key(next.key())); err != nil {
			return err
		}
		after = until
	}
	return nil
}

func (j ScoreAll) key() string {
	return j.Day + ":" + j.After.String() + ":" + j.Until.String()
}

func (s *Service) scoreAll(ctx context.Context, tx db.Tx, j ScoreAll) error {
	firms, err := firmsAfter(ctx, tx, j.After, j.Until, scoreBatch)
	if err != nil || len(firms) == 0 {
		return err
	}
	if j.Measure {
		ids := make([]rbac.CompanyID, len(firms))
		for i, f := range firms {
			ids[i] = f.CompanyID
		}
		if err := s.Measure(ctx, tx, ids); err != nil {
			return err
		}
	}
	if err := s.rescore(ctx, tx, firms, false); err != nil || len(firms) < scoreBatch {
		return err
	}
	next := ScoreAll{j.Day, firms[len(firms)-1].CompanyID, j.Until, j.Measure}
	return jobs.Enqueue(ctx, tx, next, jobs.Key(next.key()))
}
