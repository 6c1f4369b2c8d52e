// Package penalty keeps penalties and the list of dishonest firms (失信名单), each decided by people, with its term and repair.
package penalty

import "anbiao/rbac"

// Service is what the rest of the program may ask about this module.
type Service struct {
	Gate *rbac.Gate
}
