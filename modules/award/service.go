package award

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
	ActionList    rbac.Action = "award.level.list"
	ActionEnter   rbac.Action = "award.level.enter"   // old certificates, paper reports, numbers of form and plaque
	ActionConfirm rbac.Action = "award.level.confirm" // conditions of direct renewal
	ActionRevoke  rbac.Action = "award.level.revoke"  // propose, decide, announce, take back
	ActionState   rbac.Action = "award.level.state"   // the company's statement
	ActionRename  rbac.Action = "award.name.ask"      // the company's
	ActionNames   rbac.Action = "award.name.decide"   // the authority's
	ActionPublic  rbac.Action = "award.public.read"   // anybody's
)

// Note is a message about an award to those of a company who hold one of some roles, or to the regulators of its area.
type Note struct {
	CompanyID  rbac.CompanyID
	AwardID    id.Of[id.Award]
	RegionPath string
	Line       int16
	Regulators bool // those of the company's area are told, not the company
	Roles      []string
	Code       string
	Params     map[string]string
	Key        string // the same message is written once
}

// Firm is what an award needs of a company.
type Firm struct {
	Name     string
	USCC     string
	Industry string
	Closed   bool
}

// Yearly is one finished self-evaluation.
type Yearly struct {
	EvaluationID id.Of[id.Evaluation]
	RubricID     id.Of[id.Rubric]
	On           day.Date // finished
	Score        int32    // hundredths
	Level        string
}

// Placed is something that falls due, with the company it belongs to.
type Placed struct {
	Home rbac.Home
	Item due.Item
}

// What this module needs of others, within the caller's transaction. One that is nil is not known yet.
type (
	// FirmOf describes a company. Errors: rbac.ErrNotFound.
	FirmOf func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) (Firm, error)
	// SelfYears are the finished self-evaluations of companies.
	SelfYears func(ctx context.Context, tx db.Tx, companies []rbac.CompanyID) (map[rbac.CompanyID][]Yearly, error)
	// Performance are the figures of safety of companies between two days.
	Performance func(ctx context.Context, tx db.Tx, companies []rbac.CompanyID, from, until day.Date) (map[rbac.CompanyID]scoring.Facts, error)
	// MajorsOverdue counts the major hazards of a company that are open after their day.
	MajorsOverdue func(ctx context.Context, tx db.Tx, company rbac.CompanyID, today day.Date) (int, error)
	// Concealed counts the accidents between two days of which people found that they were reported late, falsely or not at all.
	Concealed func(ctx context.Context, tx db.Tx, company rbac.CompanyID, from, until day.Date) (int, error)
	// SameRubric reports whether a scoring table is still the newest version of its kind.
	SameRubric func(ctx context.Context, tx db.Tx, rubric id.Of[id.Rubric]) (bool, error)
	// Open reports whether an application of the company is under way.
	Open func(ctx context.Context, tx db.Tx, company rbac.CompanyID) (bool, error)
	// Claim makes attachments belong to something.
	Claim func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, files []id.Of[id.Attachment], noun string, object int64) error
	// Due keeps what falls due for companies; an item without a day is settled. Called by the job runner.
	Due func(ctx context.Context, tx db.Tx, items []Placed) error
	// Tell writes messages. Called by the job runner.
	Tell func(ctx context.Context, tx db.Tx, notes []Note) error
	// Touch says that what a company's standing rests on has changed.
	Touch func(ctx context.Context, tx db.Tx, companies []rbac.CompanyID) error
)

// Service is what the rest of the program may ask about levels.
type Service struct {
	Gate          *rbac.Gate
	BaseURL       string // of the verification page, in the QR codes of certificates
	FirmOf        FirmOf
	SelfYears     SelfYears
	Performance   Performance
	MajorsOverdue MajorsOverdue
	Concealed     Concealed
	SameRubric    SameRubric
	Open          Open
	Claim         Claim
	Due           Due
	Tell          Tell
	Touch         Touch
	Batch         int // awards that one transaction of the daily job looks at; 0: the usual number
}

func today(tx db.Tx) day.Date { return day.In(tx.Now, day.Shanghai) }

// Filter narrows the list of levels.
type Filter struct {
	page.Query
	CompanyID  rbac.CompanyID `query:"companyId" doc:"for regulators: one company"`
	Division   string         `query:"division" maxLength:"15" pattern:"^[0-9A-Z]*$" doc:"area, by its path"`
	Level      string         `query:"level" enum:",1,2,3,pass"`
	State      State          `query:"state" enum:",in_force,renewal_due,expired,revoked,replaced"`
	Speciality string         `query:"speciality" maxLength:"2" pattern:"^[A-Z]*$" doc:"industry in certificate numbers"`
	Within     int            `query:"within" minimum:"0" maximum:"1200" doc:"in force, and expiring within so many days"`
	Search     string         `query:"q" maxLength:"60" doc:"name, credit code or certificate number"`
	Sort       string         `query:"sort" enum:",announced,expiry" doc:"announced: the latest first; expiry: the nearest first"`
	Revoking   bool           `query:"revoking" doc:"a revocation is under way"`
}

// Line is an award in a list.
type Line struct {
	Award
	Proposed   bool // a revocation is under way
	RenameOpen bool
}

// Awards lists what is in scope, and the day. Errors: page.ErrCursor.
func (s *Service) Awards(ctx context.Context, f Filter) (rows []Line, k page.Key, now day.Date, err error) {
	if f.Sort == "" {
		f.Sort = "announced"
	}
	if k, err = f.Start(f.Sort, 2); err != nil {
		return nil, k, now, err
	}
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) (err error) {
		now = today(tx)
		rows, err = awardsBy(ctx, tx, scope, f, k, now)
		return err
	})
	return rows, k, now, err
}
