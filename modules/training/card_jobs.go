package training

import "anbiao/jobs"

func (s *Service) cardJobs(*jobs.Registry) {}
