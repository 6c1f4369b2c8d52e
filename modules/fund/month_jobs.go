package fund

import "anbiao/jobs"

func (s *Service) closeJobs(*jobs.Registry) {}
