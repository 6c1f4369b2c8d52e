package instrument

import "anbiao/jobs"

// Jobs registers what the job runner does for this module.
func (*Service) Jobs(*jobs.Registry) {}
