// Package programme keeps the configurable targets of a city plan (四项达标), the statistics forms and the comparison of areas.
package programme

import "anbiao/rbac"

// Service is what the rest of the program may ask about this module.
type Service struct {
	Gate *rbac.Gate
}
