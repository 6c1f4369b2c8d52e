package training

import "anbiao/jobs"

// Jobs registers the module's jobs.
func (s *Service) Jobs(r *jobs.Registry) {
	s.courseJobs(r)
	s.cardJobs(r)
}
