package exam

import "anbiao/jobs"

// Jobs registers the module's jobs.
func (s *Service) Jobs(*jobs.Registry) {}
