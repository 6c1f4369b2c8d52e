// Package enrolment says which companies must be in standardization (六个一律), since when and by which rule,
// and keeps targets and the claims for rewards.
package enrolment

import "anbiao/rbac"

// Service is what the rest of the program may ask about this module.
type Service struct {
	Gate *rbac.Gate
}
