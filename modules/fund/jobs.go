package fund

import "anbiao/jobs"

// Jobs registers what the job runner does for this module.
func (s *Service) Jobs(r *jobs.Registry) {
	s.closeJobs(r)
	s.statementJobs(r)
}
