package training

import (
	"anbiao/kit/fault"
	"anbiao/rbac"
)

// Faults of plan, courses, sessions and records.
var (
	ErrKind    = fault.New(fault.Invalid, "training.kind")
	ErrLevel   = fault.New(fault.Invalid, "training.level")
	ErrName    = fault.New(fault.Invalid, "training.name")
	ErrTaken   = fault.New(fault.Conflict, "training.taken")
	ErrType    = fault.New(fault.Invalid, "training.type")
	ErrUnit    = fault.New(fault.Invalid, "training.unit")
	ErrPerson  = fault.New(fault.Invalid, "training.person")
	ErrCourse  = fault.New(fault.Invalid, "training.course")
	ErrItem    = fault.New(fault.Invalid, "training.item")
	ErrYear    = fault.New(fault.Invalid, "training.year")
	ErrPlan    = fault.New(fault.Conflict, "training.plan-state")
	ErrEmpty   = fault.New(fault.Invalid, "training.plan-empty")
	ErrReason  = fault.New(fault.Invalid, "training.reason")
	ErrDay     = fault.New(fault.Invalid, "training.day")
	ErrState   = fault.New(fault.Conflict, "training.state")
	ErrToken   = fault.New(fault.NotFound, "training.token")
	ErrWindow  = fault.New(fault.Conflict, "training.window")
	ErrNoStaff = fault.New(fault.Forbidden, "training.no-staff")
	ErrNotHis  = fault.New(fault.Forbidden, "training.not-yours")
	ErrNobody  = fault.New(fault.Invalid, "training.nobody")
	ErrAbsent  = fault.New(fault.Conflict, "training.was-absent")
	ErrScore   = fault.New(fault.Invalid, "training.score")
	ErrFuture  = fault.New(fault.Invalid, "training.future")
	ErrCompany = fault.New(fault.Invalid, "training.company-needed")
	ErrArea    = fault.New(fault.Forbidden, "training.area")
	ErrSplit   = fault.New(fault.Invalid, "training.split")
	// ErrRowPerson: nobody, or several people, go by what a row says.
	ErrRowPerson = fault.New(fault.Invalid, "training.row-person")
	ErrRowTwo    = fault.New(fault.Invalid, "training.row-two")
	ErrRowHours  = fault.New(fault.Invalid, "training.row-hours")
	ErrRowDay    = fault.New(fault.Invalid, "training.row-day")
	ErrRowScore  = fault.New(fault.Invalid, "training.row-score")
	ErrRowUnit   = fault.New(fault.Invalid, "training.row-unit")
	ErrRowPlan   = fault.New(fault.Invalid, "training.row-plan")
)

// Permissions of this part of the module.
const (
	ActionSettings rbac.Action = "training.setting.edit"
	ActionCourses  rbac.Action = "training.course.list"
	ActionCourse   rbac.Action = "training.course.keep"
	ActionPlan     rbac.Action = "training.plan.read"
	ActionPlanKeep rbac.Action = "training.plan.keep"
	ActionApprove  rbac.Action = "training.plan.approve"
	ActionSessions rbac.Action = "training.session.list"
	ActionHold     rbac.Action = "training.session.hold"
	ActionAttend   rbac.Action = "training.session.attend" // also to run one as its trainer
	ActionCorrect  rbac.Action = "training.record.correct"
	ActionRecords  rbac.Action = "training.record.list"
	ActionImport   rbac.Action = "training.record.import"
	ActionHours    rbac.Action = "training.hours.list"
	ActionArea     rbac.Action = "training.hours.area"
)
