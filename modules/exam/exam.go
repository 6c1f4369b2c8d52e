// Package exam keeps question banks (题库), papers made from them and the exams that people of a
// company sit, on the phone, with every answer kept.
package exam

import (
	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Noun is what messages and the trail call an exam.
const Noun = "exam"

// Faults of this module.
var (
	ErrTitle      = fault.New(fault.Invalid, "exam.title")
	ErrTitleTaken = fault.New(fault.Conflict, "exam.title-taken")
	ErrBank       = fault.New(fault.Invalid, "exam.bank-unknown")
	ErrReady      = fault.New(fault.NotFound, "exam.ready-unknown")
	ErrStem       = fault.New(fault.Invalid, "exam.stem")
	ErrStemTaken  = fault.New(fault.Conflict, "exam.stem-taken")
	ErrOptions    = fault.New(fault.Invalid, "exam.options")
	ErrSameOption = fault.New(fault.Invalid, "exam.same-option")
	ErrAnswer     = fault.New(fault.Invalid, "exam.answer")
	ErrKind       = fault.New(fault.Invalid, "exam.kind")
	ErrPoints     = fault.New(fault.Invalid, "exam.points")
	ErrReplaced   = fault.New(fault.Conflict, "exam.replaced")
	ErrParts      = fault.New(fault.Invalid, "exam.parts")
	// ErrPool: {need} questions of a kind are to be drawn, there are {have}.
	ErrPool      = fault.New(fault.Conflict, "exam.pool")
	ErrFixed     = fault.New(fault.Invalid, "exam.fixed")
	ErrRetired   = fault.New(fault.Conflict, "exam.retired")
	ErrPaper     = fault.New(fault.Invalid, "exam.paper-unknown")
	ErrPurpose   = fault.New(fault.Invalid, "exam.purpose")
	ErrNoStaff   = fault.New(fault.Forbidden, "exam.no-staff")
	ErrTries     = fault.New(fault.Conflict, "exam.tries")
	ErrPassed    = fault.New(fault.Conflict, "exam.passed-already")
	ErrRunning   = fault.New(fault.Conflict, "exam.still-running")
	ErrPlace     = fault.New(fault.Invalid, "exam.place")
	ErrChoice    = fault.New(fault.Invalid, "exam.choice")
	ErrDueOn     = fault.New(fault.Invalid, "exam.due-on")
	ErrNobody    = fault.New(fault.Invalid, "exam.nobody")
	ErrWithdrawn = fault.New(fault.Conflict, "exam.withdrawn")
	// ErrWait: another try is possible from {until} on.
	ErrWait = fault.New(fault.Conflict, "exam.wait")
	// ErrBearer: the link is not known or no longer good.
	ErrBearer = fault.New(fault.NotFound, "exam.bearer")
)

// Purpose is what an exam was sat for.
type Purpose struct {
	Noun string // card, session, course; empty: for itself
	Ref  int64
}

// Result is a sitting that has ended.
type Result struct {
	CompanyID rbac.CompanyID
	StaffID   id.Of[id.Staff]
	SittingID int64
	Purpose   Purpose
	Title     string
	On        day.Date
	Score     int // of 100
	Passed    bool
}
