package exam

import (
	"context"
	"errors"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/org"
	"anbiao/rbac"
)

// Permissions of this module.
const (
	ActionBanks   rbac.Action = "exam.bank.list"
	ActionKeep    rbac.Action = "exam.bank.keep"
	ActionPapers  rbac.Action = "exam.paper.list"
	ActionPaper   rbac.Action = "exam.paper.keep"
	ActionTasks   rbac.Action = "exam.task.list"
	ActionGive    rbac.Action = "exam.task.give"
	ActionResults rbac.Action = "exam.result.list"
	ActionSit     rbac.Action = "exam.sitting.sit"
	ActionBearer  rbac.Action = "exam.sitting.bear" // by the link a newcomer was given
)

// Sitter is who sits an exam.
type Sitter struct {
	Home    rbac.Home
	StaffID id.Of[id.Staff]
	Name    string
}

// Ticket is what a link lets its bearer sit.
type Ticket struct {
	Sitter
	PaperID id.Of[id.Paper]
	Purpose Purpose
}

// Note is a message to people of a company.
type Note struct {
	CompanyID rbac.CompanyID
	People    []id.Of[id.Staff]
	ObjectID  int64 // of the task
	Code      string
	Params    map[string]string
	Key       string
}

// Service is what the rest of the program may ask about exams.
type Service struct {
	Gate *rbac.Gate
	// Ended is told of every sitting that has ended, in its transaction.
	Ended func(ctx context.Context, tx db.Tx, scope rbac.Scope, r Result) error
	// Claim ties files the actor has uploaded to an object of this module.
	Claim func(ctx context.Context, tx db.Tx, scope rbac.Scope, files []id.Of[id.Attachment], noun string, object int64) error
	// Purposes check, by noun, that a person may sit a paper for an object; a noun without one is refused.
	Purposes map[string]func(ctx context.Context, tx db.Tx, who Sitter, paper id.Of[id.Paper], ref int64) error
	// Bearer tells who holds a link and what he may sit. Errors: rbac.ErrNotFound. In a transaction of the job runner.
	Bearer func(ctx context.Context, tx db.Tx, token string) (Ticket, error)
	// Tree returns how a company is organised on a day.
	Tree func(ctx context.Context, tx db.Tx, company rbac.CompanyID, on day.Date) (org.Tree, error)
	// PutDue opens and settles what falls due.
	PutDue func(ctx context.Context, tx db.Tx, home rbac.Home, items []due.Item) error
	// Tell writes messages.
	Tell func(ctx context.Context, tx db.Tx, scope rbac.Scope, notes []Note) error
}

func today(tx db.Tx) day.Date { return day.In(tx.Now, day.Shanghai) }

// at names the field of a fault; other errors pass unchanged.
func at(err error, path string) error {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f.At(path)
	}
	return err
}

// sitter is the actor as somebody of the staff. Errors: rbac.ErrForbidden, ErrNoStaff.
func sitter(scope rbac.Scope) (Sitter, error) {
	home, err := scope.Home()
	if err != nil {
		return Sitter{}, err
	}
	a := scope.Actor()
	if a.StaffID == 0 {
		return Sitter{}, ErrNoStaff
	}
	return Sitter{home, a.StaffID, a.Name}, nil
}
