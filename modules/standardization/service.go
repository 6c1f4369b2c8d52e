package standardization

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/scoring"
	"anbiao/rbac"
)

// Permissions of this module.
const (
	ActionList    rbac.Action = "standardization.evaluation.list"    // all of an evaluation
	ActionLead    rbac.Action = "standardization.evaluation.lead"    // begin the company's own, assign, keep its facts
	ActionAssess  rbac.Action = "standardization.evaluation.assess"  // begin one of a company, from outside
	ActionFinish  rbac.Action = "standardization.evaluation.finish"  // of the company's own: the principal signs
	ActionPublish rbac.Action = "standardization.report.publish"     // hang it inside the firm
	ActionRead    rbac.Action = "standardization.publication.read"   // what hangs there: everybody of the company
	ActionItems   rbac.Action = "standardization.item.read"          // items that are one's own, or all
	ActionAnswer  rbac.Action = "standardization.item.answer"        // the same, to answer them
	ActionMend    rbac.Action = "standardization.rectification.plan" // findings become hazards
	// Which kinds somebody from outside scores.
	ActionReview rbac.Action = "standardization.review.write"
	ActionDuty   rbac.Action = "standardization.duty.assess"
	ActionClass  rbac.Action = "standardization.class.assess"
)

// Table is a scoring table that can be chosen.
type Table struct {
	ID       id.Of[id.Rubric] `json:"id"`
	Code     string           `json:"code"`
	Version  string           `json:"version"`
	Title    string           `json:"title"`
	TitleEN  string           `json:"titleEn"`
	Region   string           `json:"region" doc:"area that published it; empty: the nation"`
	Issuer   string           `json:"issuer"`
	Total    scoring.Points   `json:"total"`
	Items    int              `json:"items"`
	Scorable bool             `json:"scorable"`
}

// Person is somebody of a company's staff.
type Person struct {
	ID        id.Of[id.Staff]
	Name      string
	Principal bool // 主要负责人
	LeftOn    day.Date
}

// Firm is what the head of a report says of a company.
type Firm struct {
	Name, USCC, Address, Industry, Contact, Phone, Principal string
	Staff                                                    int
}

// Mend is a finding that becomes a hazard.
type Mend struct {
	Ref         string // of the finding: it is entered once
	Expert      bool   // others found it
	Place       string
	Description string
	Clause      string
	Photos      []id.Of[id.Attachment]
	OwnerID     id.Of[id.Staff]
	DueOn       day.Date
	Measures    string
}

// HazardState is how the hazard of a finding stands.
type HazardState struct {
	ID        id.Of[id.Hazard] `json:"id"`
	Number    string           `json:"number"`
	State     string           `json:"state"`
	OwnerName string           `json:"ownerName"`
	DueOn     day.Date         `json:"dueOn"`
	MendedOn  day.Date         `json:"mendedOn"`
}

// What this module needs of others, within the caller's transaction.
type (
	// Load reads a table. Errors: rbac.ErrNotFound.
	Load func(ctx context.Context, tx db.Tx, n id.Of[id.Rubric]) (*scoring.Rubric, error)
	// Use freezes the version of a table.
	Use func(ctx context.Context, tx db.Tx, n id.Of[id.Rubric]) error
	// Offered lists the tables published for an area.
	Offered func(ctx context.Context, tx db.Tx, purpose scoring.Purpose, regionPath string, on day.Date) ([]Table, error)
	// Performance is the safety performance of companies; who keeps no record is missing.
	Performance func(ctx context.Context, tx db.Tx, companies []rbac.CompanyID, from, until day.Date) (map[rbac.CompanyID]scoring.Facts, error)
	// People returns members of a company's staff; who is unknown is missing.
	People func(ctx context.Context, tx db.Tx, company rbac.CompanyID, ids []id.Of[id.Staff]) (map[id.Of[id.Staff]]Person, error)
	// FirmOf describes a company.
	FirmOf func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) (Firm, error)
	// Claim makes attachments belong to something.
	Claim func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, files []id.Of[id.Attachment], noun string, object int64) error
	// Raise makes a hazard of a finding; the same Ref is the same hazard.
	Raise func(ctx context.Context, tx db.Tx, scope rbac.Scope, m Mend) (id.Of[id.Hazard], error)
	// Hazards says how hazards stand that the actor may see.
	Hazards func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, ids []id.Of[id.Hazard]) (map[id.Of[id.Hazard]]HazardState, error)
	// Due keeps what falls due for a company.
	Due func(ctx context.Context, tx db.Tx, home rbac.Home, items []due.Item) error
	// Tell says something to one of a company's staff.
	Tell func(ctx context.Context, tx db.Tx, n Note) error
)

// Note is a message about an evaluation to somebody of the staff.
type Note struct {
	CompanyID    rbac.CompanyID
	EvaluationID id.Of[id.Evaluation]
	StaffID      id.Of[id.Staff]
	Code         string
	Params       map[string]string
	Key          string // makes it unique
}

// Service is what the rest of the program may ask about this module. A func that is nil is not asked.
type Service struct {
	Gate        *rbac.Gate
	Load        Load
	Use         Use
	Offered     Offered
	Performance Performance
	People      People
	FirmOf      FirmOf
	Claim       Claim
	Raise       Raise
	Hazards     Hazards
	Due         Due
	Tell        Tell
	Sources     []Source // of evidence
	// Touch says, in the same transaction, that a company has finished an evaluation of its own; nil: to nobody.
	Touch func(ctx context.Context, tx db.Tx, company rbac.CompanyID) error
}

func today(tx db.Tx) day.Date { return day.In(tx.Now, day.Shanghai) }

// Filter narrows the list of evaluations.
type Filter struct {
	page.Query
	CompanyID rbac.CompanyID `query:"companyId" doc:"for those who see several companies: one"`
	Division  string         `query:"division" maxLength:"15" pattern:"^[0-9A-Z]*$" doc:"area, by its path"`
	Kind      Kind           `query:"kind" enum:",self,review,duty,class"`
	State     State          `query:"state" enum:",draft,scoring,finished,published,closed"`
	Year      int            `query:"year" minimum:"0" maximum:"2200"`
}

// Listed is an evaluation in a list.
type Listed struct {
	Evaluation
	CompanyName string
	Answered    int
	Items       int
}

// Evaluations lists what is in scope, latest first. Errors: page.ErrCursor.
func (s *Service) Evaluations(ctx context.Context, f Filter) (rows []Listed, k page.Key, err error) {
	if k, err = f.Start("id", 1); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) (err error) {
		rows, err = evaluationsBy(ctx, tx, scope, f, k)
		return err
	})
	return rows, k, err
}

// now refuses what cannot be done in the state of an evaluation.
func (e *Evaluation) now(states ...State) error {
	for _, s := range states {
		if e.State == s {
			return nil
		}
	}
	return ErrNow.With("state", string(e.State))
}

// mine says whether the actor writes this evaluation: a company its own, agencies reviews, regulators theirs.
func (e *Evaluation) mine(scope rbac.Scope) bool {
	switch a := scope.Actor(); e.Kind {
	case Self:
		return a.Kind == rbac.Company || a.Kind == rbac.Service
	case Review:
		return a.Kind == rbac.Agency && scope.Can(ActionReview)
	case Duty:
		return a.Kind == rbac.Regulator && scope.Can(ActionDuty)
	case Class:
		return a.Kind == rbac.Regulator && scope.Can(ActionClass)
	}
	return false
}

// written reads an evaluation that the actor is about to write, locked. Errors: rbac.ErrNotFound, rbac.ErrForbidden, ErrNow.
func written(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Evaluation], lock string, states ...State) (Evaluation, error) {
	e, err := evaluationByID(ctx, tx, scope, n, "") // first without a lock: row security hides what one may not write
	if err != nil {
		return e, err
	}
	if !e.mine(scope) {
		return e, rbac.ErrForbidden
	}
	if e, err = evaluationByID(ctx, tx, scope, n, lock); err != nil {
		return e, err
	}
	return e, e.now(states...)
}
