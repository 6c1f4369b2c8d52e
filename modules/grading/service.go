// Package grading leads an application for a standardization level (定级申请) from the company's own evaluation
// to the announcement, by the measures of 应急〔2021〕83号.
package grading

import "anbiao/rbac"

// Service is what the rest of the program may ask about this module.
type Service struct {
	Gate *rbac.Gate
}
