package certificate

import (
	"cmp"
	"context"
	"time"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/rbac"
)

// Close keeps every company's rates at the end of a month, batch by batch: each commits its
// rows and the next batch together, and leaves rows that are kept already.
type Close struct {
	Month day.Date       `json:"month"` // first day of it
	After rbac.CompanyID `json:"after"`
}

// Kind names the job.
func (Close) Kind() string { return "certificate.close" }

// closeBatch is how many companies one transaction counts.
const closeBatch = 200

// closeJobs closes a month on the first of the next, at 00:40 in Asia/Shanghai.
func (s *Service) closeJobs(r *jobs.Registry) {
	jobs.Handle(r, func(ctx context.Context, tx db.Tx, t Close) error {
		last, err := s.closeMonth(ctx, tx, t.Month, t.After, cmp.Or(s.Batch, closeBatch))
		if err != nil || last == 0 {
			return err
		}
		return jobs.Enqueue(ctx, tx, Close{t.Month, last})
	})
	r.Schedule(jobs.Schedule{
		Name: "certificate.close",
		Next: jobs.MonthlyAt(1, 0, 40),
		Task: func(due time.Time) jobs.Task {
			on := day.In(due, day.Shanghai)
			return Close{Month: day.Of(on.Year(), on.Month(), 1).AddMonths(-1)}
		},
	})
}

// closed counts a batch, for the trail.
type closed struct{ Companies, Rows int }

// closeMonth keeps the rates of the next n companies and returns the last of them; 0: all are done.
func (s *Service) closeMonth(ctx context.Context, tx db.Tx, month day.Date, after rbac.CompanyID, n int) (rbac.CompanyID, error) {
	end := month.AddMonths(1).AddDays(-1)
	if !end.Before(dayOf(tx)) {
		return 0, nil // not over yet
	}
	scales, err := scalesAfter(ctx, tx, after, end, n)
	if err != nil || len(scales) == 0 {
		return 0, err
	}
	found, err := s.measure(ctx, tx, scales, end)
	if err != nil {
		return 0, err
	}
	var rows []Snapshot
	for _, k := range scales {
		if !k.Peopled {
			continue // not counted: it lowers the coverage of its area
		}
		for _, r := range Rules.Rates {
			x := found[k.CompanyID][r.ID]
			rows = append(rows, Snapshot{
				CompanyID: k.CompanyID, MonthOn: month, Rate: r.ID, RegionPath: k.RegionPath, OversightLine: k.OversightLine,
				Num: x.Num, Den: x.Den, VerifiedNum: x.Verified, RuleVersion: Rules.Version,
			})
		}
	}
	if err := insertSnapshots(ctx, tx, rows); err != nil {
		return 0, err
	}
	rbac.ScopeOf(ctx).Changed("certificate_snapshot", 0, 0, closed{}, closed{len(scales), len(rows)})
	if len(scales) < n {
		return 0, nil
	}
	return scales[len(scales)-1].CompanyID, nil
}
