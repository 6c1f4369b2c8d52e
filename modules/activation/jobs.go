package activation

import "anbiao/jobs"

// Jobs registers the module's background work.
func (s *Service) Jobs(*jobs.Registry) {}
