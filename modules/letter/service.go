package letter

import "anbiao/rbac"

// Service is what the rest of the program may ask of this module.
type Service struct {
	Gate *rbac.Gate
}
