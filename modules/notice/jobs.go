package notice

import (
	"context"

	"anbiao/jobs"
	"anbiao/kit/id"
)

// Deliver sends one delivery. The job is enqueued by the SQL function notice_put, in the
// statement that writes the message.
type Deliver struct {
	Delivery id.Of[Delivery] `json:"delivery"`
}

// Kind names the job.
func (Deliver) Kind() string { return "notice.deliver" }

// Jobs registers the module's jobs.
func (s *Service) Jobs(r *jobs.Registry) {
	jobs.Outside(r, func(ctx context.Context, t Deliver) error { return s.deliver(ctx, t.Delivery) })
	jobs.Outside(r, s.sendLetter)
	s.officeJobs(r)
}
