package account

import (
	"context"
	"time"

	"anbiao/jobs"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// EndLogin ends what a person who has left may do in the name of a company: the membership,
// and with it every session and link of it. Whoever records a leaving need not be allowed to
// administer members.
type EndLogin struct {
	CompanyID rbac.CompanyID  `json:"companyId"`
	StaffID   id.Of[id.Staff] `json:"staffId"`
}

// Kind names the job.
func (EndLogin) Kind() string { return "account.end-login" }

// Jobs registers the module's background work.
func (s *Service) Jobs(r *jobs.Registry) {
	jobs.Handle(r, s.tellLifted)
	jobs.Handle(r, func(ctx context.Context, tx db.Tx, _ Sweep) error {
		more, err := forget(ctx, tx, sweepBatch)
		if err == nil && more {
			err = jobs.Enqueue(ctx, tx, Sweep{})
		}
		return err
	})
	r.Schedule(jobs.Schedule{Name: "account.sweep", Next: jobs.DailyAt(4, 10), Task: func(time.Time) jobs.Task { return Sweep{} }})
	jobs.Handle(r, func(ctx context.Context, tx db.Tx, t EndLogin) error {
		ended, err := endOf(ctx, tx, t.CompanyID, t.StaffID)
		for _, m := range ended {
			after := m
			m.EndedAt = nil
			rbac.ScopeOf(ctx).Changed("membership", int64(after.ID), t.CompanyID, m, after)
		}
		return err
	})
}
