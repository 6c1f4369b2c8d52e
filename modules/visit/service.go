// Package visit keeps the inspections that regulators make of companies (执法检查、督查), their plans, findings and orders.
package visit

import "anbiao/rbac"

// Service is what the rest of the program may ask about this module.
type Service struct {
	Gate *rbac.Gate
}
