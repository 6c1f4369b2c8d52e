// Package instrument keeps the numbered letters of regulators (督促函、约谈、通报) and their notices, with receipt and reply clocks.
package instrument

import "anbiao/rbac"

// Service is what the rest of the program may ask about this module.
type Service struct {
	Gate *rbac.Gate
}
