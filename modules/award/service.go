// Package award keeps the levels that companies hold (安全生产标准化等级): certificate, yearly evaluation,
// renewal, expiry, revocation and change of name.
package award

import "anbiao/rbac"

// Service is what the rest of the program may ask about this module.
type Service struct {
	Gate *rbac.Gate
}
