package fund

import "anbiao/jobs"

func (s *Service) statementJobs(*jobs.Registry) {}
