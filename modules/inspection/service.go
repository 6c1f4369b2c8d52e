package inspection

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// Permissions of this module.
const (
	ActionWork   rbac.Action = "inspection.work.read"
	ActionTasks  rbac.Action = "inspection.task.list"
	ActionAssign rbac.Action = "inspection.task.create"
	ActionPlans  rbac.Action = "inspection.plan.list"
	ActionPlan   rbac.Action = "inspection.plan.edit"
	ActionSubmit rbac.Action = "inspection.check.submit"
	ActionChecks rbac.Action = "inspection.check.list"
	ActionRead   rbac.Action = "inspection.check.read" // without ActionChecks: one's own only
)

// Ask returns what an answer given at a point is held against. Standard 0 means the newest.
// No such point or standard: rbac.ErrNotFound.
type Ask func(ctx context.Context, tx db.Tx, company rbac.CompanyID, point id.Of[id.Point], standard id.Of[id.Standard]) (Sheet, error)

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
	Module      string
	ModuleName  string
	Requirement string
	Note        string // what the inspector saw; may be empty where a photo says it
	Measured    string
	Photos      []id.Of[id.Attachment]
	Major       bool            // suggested level; a person confirms it
	Clause      string          // legal basis of the item
	Why         string          // the clause that makes it major; empty if none does
	OwnerID     id.Of[id.Staff] // proposed to mend it; zero: nobody
	DueOn       day.Date        // proposed; zero: none
}

// RaiseHazards makes a hazard of each failed item, in the same transaction.
type RaiseHazards func(ctx context.Context, tx db.Tx, scope rbac.Scope, found Failed) error

// Service is what the rest of the program may ask about checks.
type Service struct {
	Gate  *rbac.Gate
	Ask   Ask
	Claim ClaimFiles
	Raise RaiseHazards
	Tree  Tree
	Due   DueDays
}

// noun names a check to other modules.
const noun = "inspection_check"

// Submit keeps a finished check, settles the task it was made for, and raises a hazard for
// each failed item: all or nothing. The same submission again answers with the same id and
// does nothing. It takes three statements however many items there are, one more for
// photos, and those of RaiseHazards.
// Errors: those of newCheck and Sheet.verify, ErrContent, ErrUnknownPoint, ErrUnknownTask,
// ErrUnknownSheet.
func (s *Service) Submit(ctx context.Context, in Submission) (n id.Of[id.Check], err error) {
	err = s.Gate.Write(ctx, ActionSubmit, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		c, err := newCheck(home, scope.Actor(), in, tx.Now)
		if err != nil {
			return err
		}
		fresh, err := insertCheck(ctx, tx, &c)
		if err != nil {
			return err
		}
		n = c.ID
		scope.Made(int64(n))
		if !fresh {
			return nil
		}
		scope.Changed(noun, int64(n), home.CompanyID, trail{}, trail{c.StartedOn, c.PointID, c.Passed, c.Failed, c.NotApplicable})
		return s.follow(ctx, tx, scope, c)
	})
	return n, err
}

// trail is what the trail keeps of a check; the check itself never changes.
type trail struct {
	StartedOn     day.Date
	PointID       id.Of[id.Point]
	Passed        int
	Failed        int
	NotApplicable int
}

// follow does what follows from a new check.
func (s *Service) follow(ctx context.Context, tx db.Tx, scope rbac.Scope, c Check) error {
	var wanted []string
	var err error
	if c.TaskID != nil {
		wanted, err = settleTask(ctx, tx, c)
	} else {
		err = settleTasks(ctx, tx, c)
	}
	if err != nil {
		return err
	}
	sheet, err := s.Ask(ctx, tx, c.CompanyID, c.PointID, c.StandardID)
	if err != nil {
		return err
	}
	answers := c.Answers.V
	if err := sheet.verify(answers, sheet.demands(wanted, c.StartedAt)); err != nil {
		return err
	}
	if files := photos(answers); len(files) > 0 {
		if err := s.Claim(ctx, tx, scope, files, noun, int64(c.ID)); err != nil {
			return err
		}
	}
	if c.Failed == 0 {
		return nil
	}
	return s.Raise(ctx, tx, scope, failed(c, sheet))
}

func photos(answers []Answer) (out []id.Of[id.Attachment]) {
	for _, a := range answers {
		out = append(out, a.Photos...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func failed(c Check, sheet Sheet) Failed {
	f := Failed{
		CheckID: c.ID, StartedOn: c.StartedOn, ClientID: c.ClientID, PointID: c.PointID, PointName: sheet.PointName, Place: sheet.Place,
		FinderName: c.PersonName, FoundAt: c.FinishedAt,
	}
	if c.StaffID != nil {
		f.FinderID = id.Of[id.Staff](*c.StaffID)
	}
	for _, a := range c.Answers.V {
		if a.Result != Fail {
			continue
		}
		it, _ := sheet.Find(a.Code) // verify has seen it
		f.Items = append(f.Items, FailedItem{
			Code: a.Code, Module: it.Module, ModuleName: it.ModuleName, Requirement: it.Requirement, Note: a.Note, Measured: a.Measured, Photos: a.Photos,
			Major: it.Major, Clause: it.Clause, Why: it.Why, OwnerID: a.OwnerID, DueOn: a.DueOn,
		})
	}
	return f
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
	Asked Asked
}

// Check returns a check with its answers and the texts as they were answered. Who may not
// list checks sees his own only. Errors: rbac.ErrNotFound, ErrCompanyNeeded.
func (s *Service) Check(ctx context.Context, company rbac.CompanyID, on day.Date, n id.Of[id.Check]) (c CheckLine, told []Told, err error) {
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) error {
		of, err := companyOf(scope, company)
		if err != nil {
			return err
		}
		if c, err = checkByID(ctx, tx, scope, of, on, n); err != nil {
			return err
		}
		mine := c.StaffID != nil && *c.StaffID == int64(scope.Actor().StaffID)
		if !mine && !scope.Can(ActionChecks) {
			return rbac.ErrNotFound
		}
		sheet, err := s.Ask(ctx, tx, of, c.PointID, c.StandardID)
		if err != nil {
			return err
		}
		for _, a := range c.Answers.V {
			asked, _ := sheet.Find(a.Code) // the standard it was held against has it
			told = append(told, Told{a, asked})
		}
		return nil
	})
	return c, told, err
}
