package reward

import "anbiao/jobs"

// Jobs registers what the job runner does for this module.
func (s *Service) Jobs(r *jobs.Registry) { jobs.Handle(r, s.propose) }
