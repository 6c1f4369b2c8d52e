// Package standardization keeps the evaluations that are made of a company by a scoring table: its own yearly
// one (自评), the review on site (评审), and those of towns and counties (主体责任达标, 分类分级).
package standardization

import "anbiao/rbac"

// Service is what the rest of the program may ask about this module.
type Service struct {
	Gate *rbac.Gate
}
