// Package livescore scores companies continuously from what modules measure of their records (动态得分).
package livescore

import "anbiao/rbac"

// Service is what the rest of the program may ask about this module.
type Service struct {
	Gate *rbac.Gate
}
