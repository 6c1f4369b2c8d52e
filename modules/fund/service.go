package fund

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/id"
	"anbiao/kit/org"
	"anbiao/rbac"
)

// Permissions of this module.
const (
	ActionRules     rbac.Action = "fund.rule.read"
	ActionCorrect   rbac.Action = "fund.rule.correct"
	ActionLedger    rbac.Action = "fund.ledger.read"
	ActionEntries   rbac.Action = "fund.entry.list"
	ActionProfile   rbac.Action = "fund.profile.keep"
	ActionYear      rbac.Action = "fund.year.keep"
	ActionClose     rbac.Action = "fund.month.close"
	ActionReopen    rbac.Action = "fund.month.reopen"
	ActionTransfer  rbac.Action = "fund.transfer.book"
	ActionImport    rbac.Action = "fund.old.import"
	ActionExpenses  rbac.Action = "fund.expense.list"
	ActionRecord    rbac.Action = "fund.expense.record"
	ActionApprove   rbac.Action = "fund.expense.approve"
	ActionReverse   rbac.Action = "fund.expense.reverse"
	ActionPlan      rbac.Action = "fund.plan.read"
	ActionPlanKeep  rbac.Action = "fund.plan.keep"
	ActionPlanPass  rbac.Action = "fund.plan.approve"
	ActionStatement rbac.Action = "fund.statement.read"
	ActionState     rbac.Action = "fund.statement.keep"
	ActionSubmit    rbac.Action = "fund.statement.submit"
	ActionArea      rbac.Action = "fund.area.read"
)

// What this module needs of others. Each works within the caller's transaction.
type (
	// Card is how papers name the company.
	Card struct{ Name, USCC, Industry, Address string }
	// Tied is something that an expense may have paid for.
	Tied struct {
		ID    int64
		Title string // number and what it is
		On    day.Date
	}
)

// Service is what the rest of the program may ask about the fund.
type Service struct {
	Gate *rbac.Gate
	// Firm returns how papers name a company.
	Firm func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) (Card, error)
	// Claim ties files the actor has uploaded to an object of this module.
	Claim func(ctx context.Context, tx db.Tx, scope rbac.Scope, files []id.Of[id.Attachment], noun string, object int64) error
	// Tree returns how a company is organised on a day.
	Tree func(ctx context.Context, tx db.Tx, company rbac.CompanyID, on day.Date) (org.Tree, error)
	// Ties finds, by kind, what an expense may have paid for: those with words in their title, the latest first; with an id, that one.
	Ties map[string]func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, words string, one int64, limit int) ([]Tied, error)
	// Due keeps what falls due; nil: nobody does.
	Due func(ctx context.Context, tx db.Tx, home rbac.Home, items []due.Item) error
	// Tell sends a message to whoever holds one of the roles, or to one person.
	Tell func(ctx context.Context, tx db.Tx, n Note) error
	// Touch has the board of companies look at companies again.
	Touch func(ctx context.Context, tx db.Tx, companies ...rbac.CompanyID) error
}

// Note is a message about the fund.
type Note struct {
	Company rbac.CompanyID
	Object  int64
	Code    string
	Params  map[string]string
	Key     string // what is sent once
	Person  id.Of[id.Person]
	Except  id.Of[id.Person]
	Roles   []string
}

func today(tx db.Tx) day.Date { return day.In(tx.Now, day.Shanghai) }

// whose returns the company a request is about: the actor's own, or the one that somebody who sees several names; it must
// lie in his scope. Errors: ErrCompanyNeeded.
func whose(scope rbac.Scope, asked rbac.CompanyID) (rbac.CompanyID, error) {
	if h, err := scope.Home(); err == nil {
		return h.CompanyID, nil
	}
	if asked == 0 {
		return 0, ErrCompanyNeeded.At("query.companyId")
	}
	return asked, nil
}

// monthOf is the first day of a day's month.
func monthOf(d day.Date) day.Date { return day.Of(d.Year(), d.Month(), 1) }
