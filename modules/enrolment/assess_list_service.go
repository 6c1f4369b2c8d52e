package enrolment

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// CandidateFilter narrows the list of companies to assess.
type CandidateFilter struct {
	page.Query
	Kind     string `query:"kind" required:"true" enum:"duty,class"`
	Division string `query:"division" maxLength:"15" pattern:"^[0-9A-Z]*$"`
	Status   string `query:"status" enum:",none,open,held,expired,appealed" doc:"none: never assessed; held: a result holds; expired: to be looked at again"`
	Result   string `query:"result" enum:",pass,fail,A,B,C,D"`
	Name     string `query:"name" maxLength:"60"`
}

// Candidate is a company to assess with how far that has come.
type Candidate struct {
	CompanyID  rbac.CompanyID
	Name       string
	Town       string
	Staff      *int32
	OpenID     id.Of[Assessment]
	LastID     id.Of[Assessment]
	Decided    string
	Score      int32
	ValidUntil day.Date
	Appealed   bool // an appeal waits for its answer
	Expired    bool
}

// Candidates lists the companies of a kind: those with 20 to 50 people for the duty, all for
// classes. Errors: page.ErrCursor.
func (s *Service) Candidates(ctx context.Context, f CandidateFilter) (rows []Candidate, k page.Key, err error) {
	if k, err = f.Start("company", 1); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) (err error) {
		rows, err = candidatesBy(ctx, tx, scope, f, k)
		return err
	})
	return rows, k, err
}

// Assessments lists what was found of one company, latest first: of the actor's own, or of one that
// he oversees. Errors: rbac.ErrNotFound.
func (s *Service) Assessments(ctx context.Context, company rbac.CompanyID) (rows []Assessment, err error) {
	err = s.Gate.Read(ctx, ActionFound, func(tx db.Tx, scope rbac.Scope) error {
		if home, err := scope.Home(); err == nil {
			company = home.CompanyID
		} else if _, err := homeOf(ctx, tx, scope, company); err != nil {
			return err
		}
		rows, err = assessmentsOf(ctx, tx, scope, company)
		return err
	})
	return rows, err
}

// Known lets whoever may read assessments read the rules behind them, which are the program's own.
func (s *Service) Known(ctx context.Context) error {
	return s.Gate.Read(ctx, ActionFound, func(db.Tx, rbac.Scope) error { return nil })
}
