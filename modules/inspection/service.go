package inspection

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"anbiao/kit/calendar"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/org"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// Permissions of this module.
const (
	ActionWork       rbac.Action = "inspection.work.read"
	ActionTasks      rbac.Action = "inspection.task.list"
	ActionAssign     rbac.Action = "inspection.task.create"
	ActionPlans      rbac.Action = "inspection.plan.list"
	ActionPlan       rbac.Action = "inspection.plan.edit"
	ActionExplain    rbac.Action = "inspection.task.explain" // without ActionTasks: one's own only
	ActionTake       rbac.Action = "inspection.task.take"
	ActionExcuse     rbac.Action = "inspection.task.excuse" // and reassign
	ActionCompliance rbac.Action = "inspection.compliance.read"
	ActionSpecials   rbac.Action = "inspection.special.list"
	ActionSpecial    rbac.Action = "inspection.special.issue"
	ActionCampaigns  rbac.Action = "inspection.campaign.list"
	ActionCampaign   rbac.Action = "inspection.campaign.issue"
	ActionCalendar   rbac.Action = "inspection.calendar.edit" // shifts and shutdowns
	ActionEvent      rbac.Action = "inspection.event.create"
	ActionSubmit     rbac.Action = "inspection.check.submit"
	ActionChecks     rbac.Action = "inspection.check.list"
	ActionRead       rbac.Action = "inspection.check.read" // without ActionChecks: one's own only
	ActionMend       rbac.Action = "inspection.check.correct"
	ActionAmend      rbac.Action = "inspection.check.amend" // beside ActionMend: another's check, and without a term
)

// Ask returns what an answer given at a point is held against. Standard 0 means the newest.
// No such point or standard: rbac.ErrNotFound.
type Ask func(ctx context.Context, tx db.Tx, company rbac.CompanyID, point id.Of[id.Point], standard id.Of[id.Standard]) (Sheet, error)

// AskAll returns the sheets of several points in one statement; a point that does not exist
// is missing. Standard 0 means the newest. No such standard: rbac.ErrNotFound.
type AskAll func(ctx context.Context, tx db.Tx, company rbac.CompanyID, points []id.Of[id.Point], standard id.Of[id.Standard]) (map[id.Of[id.Point]]Sheet, error)

// ClaimFiles makes files belong to an object, in the same transaction. A file may be shared;
// one that the actor may not use is refused.
type ClaimFiles func(ctx context.Context, tx db.Tx, scope rbac.Scope, files []id.Of[id.Attachment], noun string, object int64) error

// Failed is what a check found wrong: what a hazard needs to know, so that nobody types it
// again.
type Failed struct {
	CheckID    id.Of[id.Check]
	StartedOn  day.Date
	ClientID   uuid.UUID
	PointID    id.Of[id.Point]
	PointName  string
	Place      string
	FinderID   id.Of[id.Staff] // zero: a service agency's consultant
	FinderName string
	FoundAt    time.Time
	Items      []FailedItem
}

// FailedItem is one failed item.
type FailedItem struct {
	Code        string
	PointID     id.Of[id.Point] // where on a route
	PointName   string
	Place       string
	Module      string
	ModuleName  string
	Requirement string
	Note        string // what the inspector saw; may be empty where a photo says it
	Measured    string
	Photos      []id.Of[id.Attachment]
	Major       bool            // suggested level; a person confirms it
	Clause      string          // legal basis of the item
	Why         string          // the clause that makes it major; empty if none does
	OwnerID     id.Of[id.Staff] // proposed to fix it; zero: nobody
	DueOn       day.Date        // proposed; zero: none
}

// RaiseHazards makes a hazard of each failed item, in the same transaction.
type RaiseHazards func(ctx context.Context, tx db.Tx, scope rbac.Scope, found Failed) error

// Service is what the rest of the program may ask about checks.
type Service struct {
	Gate     *rbac.Gate
	Ask      Ask
	AskAll   AskAll
	Claim    ClaimFiles
	Raise    RaiseHazards
	Pictures Pictures
	Blobs    Blobs
	BaseURL  string // in QR codes on paper, e.g. https://anbiao.example
	Due      DueDays

	// Outline returns what the company's standard asks at its points. Errors: ErrNoStandard.
	Outline func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) ([]PointAsks, error)
	// EventItems returns the items of the company's standard that are looked at when something happens,
	// without what creates them. Errors: ErrNoStandard.
	EventItems func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) ([]EventItem, error)
	// Tree returns how the company is organised on a day.
	Tree func(ctx context.Context, tx db.Tx, company rbac.CompanyID, on day.Date) (org.Tree, error)
	Tell Tell // nil: nobody is told

	Calendar *calendar.Calendar // nil: the one the program carries
	// Submitted is told of each new check of a company, in the same transaction; nil: nobody is.
	Submitted func(ctx context.Context, tx db.Tx, company rbac.CompanyID) error
}

// companyOf returns the company a request is about: the actor's own, or the one a
// regulator names. Errors: ErrCompanyNeeded.
func companyOf(scope rbac.Scope, asked rbac.CompanyID) (rbac.CompanyID, error) {
	if h, err := scope.Home(); err == nil {
		return h.CompanyID, nil
	}
	if asked == 0 {
		return 0, ErrCompanyNeeded.At("query.companyId")
	}
	return asked, nil
}

// latest names the order of every list here: latest first.
const latest = "latest"

func keyOf(d day.Date, n string) []string { return []string{d.String(), n} }

// start reads a cursor of a day and an id.
func start(p page.Query) (page.Key, error) {
	k, err := p.Start(latest, 2)
	if err != nil || k.First() {
		return k, err
	}
	_, badDay := day.Parse(k.Vals[0])
	var n id.Of[id.Check]
	if err := errors.Join(badDay, n.UnmarshalText([]byte(k.Vals[1]))); err != nil || k.Vals[1] == "" {
		return k, page.ErrCursor.At("query.cursor").Because(err)
	}
	return k, nil
}

// Checks lists a company's checks, latest first. Errors: ErrCompanyNeeded.
func (s *Service) Checks(ctx context.Context, company rbac.CompanyID, f CheckFilter, p page.Query) (list page.List[CheckRow], err error) {
	err = s.Gate.Read(ctx, ActionChecks, func(tx db.Tx, scope rbac.Scope) error {
		c, err := companyOf(scope, company)
		if err != nil {
			return err
		}
		k, err := start(p)
		if err != nil {
			return err
		}
		rows, err := checks(ctx, tx, scope, c, f, k, p.Limit+1)
		if err != nil {
			return err
		}
		list = page.Of(rows, k, p.Limit, func(c CheckLine) []string { return keyOf(c.StartedOn, c.ID.String()) }, checkRow)
		return nil
	})
	return list, err
}

// Told is an answer with the texts it was given to.
type Told struct {
	Answer
	At        id.Of[id.Point]
	PointName string
	Asked     Asked
}

// Stop is a point a check went to.
type Stop struct {
	PointID   id.Of[id.Point]
	Number    int
	Name      string
	Place     string
	Explosive bool
	Confirmed []Asked // what a team card confirmed as a whole
}

// Record is a check with everything that is known of it.
type Record struct {
	CheckLine
	Told     []Told
	Stops    []Stop
	Versions []CheckLine // the first first; one where it was never corrected
	May      bool        // the actor may correct it now
}

// record puts a check together: its answers and points, with the texts as they were then.
func (s *Service) record(ctx context.Context, tx db.Tx, c CheckLine) (Record, error) {
	r := Record{CheckLine: c}
	sheets, err := s.AskAll(ctx, tx, c.CompanyID, c.points(), c.StandardID)
	if err != nil {
		return r, err
	}
	for _, a := range c.Answers.V {
		at := c.at(a)
		asked, _ := sheets[at].Find(a.Code) // the standard it was held against has it
		r.Told = append(r.Told, Told{a, at, sheets[at].PointName, asked})
	}
	for _, p := range c.points() {
		sheet := sheets[p]
		stop := Stop{PointID: p, Number: sheet.Number, Name: sheet.PointName, Place: sheet.Place, Explosive: sheet.Explosive}
		for _, code := range c.confirmedAt(p) {
			asked, _ := sheet.Find(code)
			stop.Confirmed = append(stop.Confirmed, asked)
		}
		r.Stops = append(r.Stops, stop)
	}
	r.Versions, err = versions(ctx, tx, c)
	return r, err
}

// Check returns a check with its answers and the texts as they were answered. Who may not
// list checks sees his own only. Errors: rbac.ErrNotFound, ErrCompanyNeeded.
func (s *Service) Check(ctx context.Context, company rbac.CompanyID, on day.Date, n id.Of[id.Check]) (r Record, err error) {
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) error {
		of, err := companyOf(scope, company)
		if err != nil {
			return err
		}
		c, err := visible(ctx, tx, scope, of, on, n)
		if err != nil {
			return err
		}
		if r, err = s.record(ctx, tx, c); err != nil {
			return err
		}
		newest := r.Versions[len(r.Versions)-1].ID == c.ID
		r.May = newest && mayCorrect(scope, c.Check, tx.Now) == nil
		return nil
	})
	return r, err
}

// visible returns a check that the actor may see. Errors: rbac.ErrNotFound.
func visible(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, on day.Date, n id.Of[id.Check]) (CheckLine, error) {
	c, err := checkByID(ctx, tx, scope, company, on, n)
	if err != nil {
		return c, err
	}
	mine := c.StaffID != nil && *c.StaffID == int64(scope.Actor().StaffID)
	if !mine && !scope.Can(ActionChecks) {
		return c, rbac.ErrNotFound
	}
	return c, nil
}
