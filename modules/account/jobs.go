package account

import (
	"context"

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
