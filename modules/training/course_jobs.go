package training

import "anbiao/jobs"

func (s *Service) courseJobs(*jobs.Registry) {}
