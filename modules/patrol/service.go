// Package patrol keeps the visits of grid workers (网格员走访) and what they hand up to the town.
package patrol

import "anbiao/rbac"

// Service is what the rest of the program may ask about this module.
type Service struct {
	Gate *rbac.Gate
}
