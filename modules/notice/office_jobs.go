package notice

import (
	"time"

	"anbiao/jobs"
)

// officeJobs registers the jobs of the message office.
func (s *Service) officeJobs(r *jobs.Registry) {
	jobs.Handle(r, s.fold)
	jobs.Handle(r, s.checkContacts)
	jobs.Handle(r, s.sendCampaign)
	r.Schedule(jobs.Schedule{Name: "notice.fold-backlog", Next: jobs.Every(15 * time.Minute), Task: func(time.Time) jobs.Task { return Fold{} }})
	r.Schedule(jobs.Schedule{Name: "notice.check-contacts", Next: jobs.Every(10 * time.Minute), Task: func(time.Time) jobs.Task { return CheckContacts{} }})
}
