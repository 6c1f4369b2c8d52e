package selfreport

import (
	"context"
	"encoding/json"
	"slices"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// Permissions of this module.
const (
	ActionList    rbac.Action = "selfreport.report.list"
	ActionOpen    rbac.Action = "selfreport.report.open"
	ActionCompile rbac.Action = "selfreport.report.compile"
	ActionSign    rbac.Action = "selfreport.report.sign" // the principal's alone
	ActionSubmit  rbac.Action = "selfreport.report.submit"
	ActionReceive rbac.Action = "selfreport.report.receive" // the regulator's
	ActionReturn  rbac.Action = "selfreport.report.return"  // the regulator's
	ActionPaper   rbac.Action = "selfreport.report.paper"   // submits the stamped form
	ActionMark    rbac.Action = "selfreport.report.mark"    // as reported in another system
	ActionRate    rbac.Action = "selfreport.rate.read"      // the regulator's
	ActionUrge    rbac.Action = "selfreport.rate.urge"      // the regulator's
	ActionCycles  rbac.Action = "selfreport.cycle.list"
	ActionProfile rbac.Action = "selfreport.profile.list"
	ActionBind    rbac.Action = "selfreport.profile.bind" // of areas that are wholly one's own
)

// LedgerStatistics adds up a company's hazard ledger over a period.
type LedgerStatistics func(ctx context.Context, tx db.Tx, scope rbac.Scope, company id.Of[id.Company], p Period) ([]Line, Plans, error)

// Card names a company as the form prints it.
type Card func(ctx context.Context, tx db.Tx, scope rbac.Scope, company id.Of[id.Company]) (Company, error)

// Bound lists companies that were on the register by the end of a day, in order of id. Called
// by the job runner.
type Bound func(ctx context.Context, tx db.Tx, q Wanted) ([]Firm, error)

// Wanted says which companies are wanted: at most Limit of those behind After.
type Wanted struct {
	By         day.Date
	After      id.Of[id.Company]
	Areas      []string // paths; nil: everywhere
	Industries []string // first digits of GB/T 4754; nil: all
	Limit      int
}

// Firm is what a cycle wants to know of a company.
type Firm struct {
	rbac.Home
	Name       string
	Industry   string // GB/T 4754
	Tags       []string
	AboveScale bool // 规模以上企业
}

// Claim ties files the actor has uploaded to a report.
type Claim func(ctx context.Context, tx db.Tx, scope rbac.Scope, files []id.Of[id.Attachment], noun string, object int64) error

// Picture returns a copy of a picture that can be printed; nil if there is none.
type Picture func(ctx context.Context, tx db.Tx, company id.Of[id.Company], n id.Of[id.Attachment]) ([]byte, error)

// TellMany puts messages into the inboxes of the members of companies who hold one of some
// roles, all at once; one whose Key was used before is not written again. Called by the job runner.
type TellMany func(ctx context.Context, tx db.Tx, notes []Note, roles ...string) error

// Entries lists the rows of the hazard ledger that lay open in a period, field by field, for
// systems that want each hazard.
type Entries func(ctx context.Context, tx db.Tx, scope rbac.Scope, company id.Of[id.Company], p Period) ([]map[string]string, error)

// OtherCycles lists the reports that other modules ask of a company in a region on a day.
type OtherCycles func(region string, on day.Date) []Elsewhere

// Tell puts a message into the inbox of the members of a company who hold one of some roles.
// Called by the job runner.
type Tell func(ctx context.Context, tx db.Tx, n Note) error

// Touch says that what the regulator's board shows of a company has changed.
type Touch func(ctx context.Context, tx db.Tx, company id.Of[id.Company]) error

// Note is a message about a report.
type Note struct {
	CompanyID id.Of[id.Company]
	ReportID  id.Of[id.Report]
	Step      int32 // makes a message unique: the same step is told once
	Roles     []string
	Except    id.Of[id.Person] // who did it need not be told
	Code      string           // of the text catalogues
	Params    map[string]string
	Key       string // of messages told by the many
}

// Service is what the rest of the program may ask about reports.
type Service struct {
	Gate   *rbac.Gate
	Ledger LedgerStatistics
	Card   Card
	Bound  Bound
	Tell   Tell
	Touch  Touch

	Claim    Claim
	Picture  Picture
	TellMany TellMany
	Entries  Entries
	Others   OtherCycles
}

// Filter narrows the list of reports.
type Filter struct {
	page.Query
	CompanyID id.Of[id.Company] `query:"companyId" doc:"for regulators: one company"`
	Cycle     string            `query:"cycle" maxLength:"20" pattern:"^[A-Z0-9-]+$" doc:"e.g. HZ-Q"`
	Period    string            `query:"period" maxLength:"7" pattern:"^[0-9]{4}(-Q[1-4]|-[0-9]{2})?$" doc:"e.g. 2026-Q1"`
	State     []State           `query:"state,explode" enum:"open,draft,signed,submitted,received,returned,outside"`
	Late      bool              `query:"late" doc:"only those submitted late, or due and not submitted"`
}

// Listed is a report with the name of its company, which a regulator wants.
type Listed struct {
	Report
	CompanyName string
}

// List lists the reports in scope, the latest due first, and today. Errors: page.ErrCursor.
func (s *Service) List(ctx context.Context, f Filter) (rows []Listed, k page.Key, today day.Date, err error) {
	if k, err = f.Start("due", 2); err != nil {
		return nil, k, today, err
	}
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) (err error) {
		today = day.In(tx.Now, day.Shanghai)
		rows, err = reports(ctx, tx, scope, f, k, today)
		return err
	})
	return rows, k, today, err
}

func keyOf(r Listed) []string { return []string{r.DueOn.String(), r.ID.String()} }

// Record is a report with its content and history.
type Record struct {
	Report
	Content     *Content // nil until compiled
	Steps       []Step
	Submissions []Submission
	Today       day.Date
	May         []Event // what the actor may do next
}

// ByID reads one report. Errors: rbac.ErrNotFound.
func (s *Service) ByID(ctx context.Context, rid id.Of[id.Report]) (out Record, err error) {
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) (err error) {
		out.Today = day.In(tx.Now, day.Shanghai)
		if out.Report, err = reportByID(ctx, tx, scope, rid); err != nil {
			return err
		}
		if out.Steps, err = stepsOf(ctx, tx, out.Report); err != nil {
			return err
		}
		if out.Submissions, err = submissionsOf(ctx, tx, out.Report); err != nil {
			return err
		}
		if out.Report.Content != "" {
			out.Content = new(Content)
			err = json.Unmarshal([]byte(out.Report.Content), out.Content)
		}
		out.May = may(scope, out.Report)
		return err
	})
	return out, err
}

func may(scope rbac.Scope, r Report) []Event {
	f, out := file{Report: r}, []Event{}
	for _, e := range []struct {
		event  Event
		action rbac.Action
	}{{Compile, ActionCompile}, {Sign, ActionSign}, {Submit, ActionSubmit}, {Paper, ActionPaper}, {Mark, ActionMark}, {Receive, ActionReceive}, {Return, ActionReturn}} {
		if scope.Can(e.action) && f.may(e.event) == nil {
			out = append(out, e.event)
		}
	}
	return out
}

// Coming is a report that is not open yet.
type Coming struct {
	Cycle   Cycle
	Period  Period
	OpensOn day.Date
	DueOn   day.Date
}

// Pending lists the company's reports that are not with the regulator, the first due first,
// and the next of each cycle to come. For the first screen.
func (s *Service) Pending(ctx context.Context) (rows []Report, coming []Coming, today day.Date, err error) {
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) (err error) {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		today = day.In(tx.Now, day.Shanghai)
		duties, err := s.binding(ctx, tx, scope, home)
		if err != nil {
			return err
		}
		for _, c := range duties {
			p := c.At(today)
			coming = append(coming, Coming{c.Cycle, p, c.OpensOn(p), c.DueOn(p)})
		}
		rows, err = pending(ctx, tx, scope)
		return err
	})
	return rows, coming, today, err
}

// Open opens the report of a cycle's current period, if the scheduler has not: for a company
// that came to the platform later. It returns the report there is. Errors: ErrCycle.
func (s *Service) Open(ctx context.Context, cycle string) (rid id.Of[id.Report], err error) {
	err = s.Gate.Write(ctx, ActionOpen, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		duties, err := s.binding(ctx, tx, scope, home)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(duties, func(d Duty) bool { return d.ID == cycle })
		if i < 0 {
			return ErrCycle.At("body.cycle")
		}
		c := duties[i].Cycle
		f := newReport(home, c, c.Current(day.In(tx.Now, day.Shanghai)), scope.Actor(), tx.Now)
		made, err := insertReport(ctx, tx, f)
		if err != nil {
			return err
		}
		if made {
			scope.Changed("selfreport", int64(f.ID), f.CompanyID, Report{}, f.Report)
		}
		rid = f.ID
		scope.Made(int64(rid))
		return nil
	})
	return rid, err
}

// Compile fills the report from the ledger. Errors: ErrNow.
func (s *Service) Compile(ctx context.Context, rid id.Of[id.Report], remark string) (id.Of[id.Report], error) {
	return s.move(ctx, ActionCompile, rid, Compile, movable, func(tx db.Tx, scope rbac.Scope, f *file) error {
		card, err := s.Card(ctx, tx, scope, f.CompanyID)
		if err != nil {
			return err
		}
		lines, plans, err := s.Ledger(ctx, tx, scope, f.CompanyID, Period{f.Period, f.PeriodFrom, f.PeriodUntil})
		if err != nil {
			return err
		}
		return f.compile(card, sum(lines, plans), remark)
	})
}

// Signing is the principal's signature under the content whose hash he names.
type Signing struct {
	ContentHash string               `json:"contentHash" minLength:"64" maxLength:"64" pattern:"^[0-9a-fA-F]+$" doc:"of the content the signer has seen"`
	SignatureID id.Of[id.Attachment] `json:"signatureId,omitempty" doc:"the strokes drawn on the screen"`
}

// Sign is the principal's signature. Errors: ErrNow, ErrContentMoved.
func (s *Service) Sign(ctx context.Context, rid id.Of[id.Report], in Signing) (id.Of[id.Report], error) {
	return s.move(ctx, ActionSign, rid, Sign, movable, func(tx db.Tx, scope rbac.Scope, f *file) error {
		if err := f.sign(in.ContentHash, in.SignatureID); err != nil || in.SignatureID == 0 {
			return err
		}
		return s.Claim(ctx, tx, scope, []id.Of[id.Attachment]{in.SignatureID}, "selfreport", int64(rid))
	})
}

// Submit freezes the signed report and hands it to the regulator. Errors: ErrNow.
func (s *Service) Submit(ctx context.Context, rid id.Of[id.Report]) (id.Of[id.Report], error) {
	return s.move(ctx, ActionSubmit, rid, Submit, movable, func(tx db.Tx, _ rbac.Scope, f *file) error {
		sub, err := f.submit()
		if err != nil {
			return err
		}
		return insertSubmission(ctx, tx, &sub)
	})
}

// Receive is the regulator taking the report as it is. Errors: ErrNow.
func (s *Service) Receive(ctx context.Context, rid id.Of[id.Report], note string) (id.Of[id.Report], error) {
	return s.move(ctx, ActionReceive, rid, Receive, decidable, func(_ db.Tx, _ rbac.Scope, f *file) error { return f.decide(Receive, note, nil) })
}

// Return is the regulator sending the report back for reasons. Errors: ErrNow, ErrReasons.
func (s *Service) Return(ctx context.Context, rid id.Of[id.Report], note string, reasons []Reason) (id.Of[id.Report], error) {
	return s.move(ctx, ActionReturn, rid, Return, decidable, func(_ db.Tx, _ rbac.Scope, f *file) error { return f.decide(Return, note, reasons) })
}

// move locks a report, lets one event happen to it and stores what came of it.
func (s *Service) move(ctx context.Context, action rbac.Action, rid id.Of[id.Report], e Event, columns []string, event func(db.Tx, rbac.Scope, *file) error) (id.Of[id.Report], error) {
	err := s.Gate.Write(ctx, action, func(tx db.Tx, scope rbac.Scope) error {
		seen, err := reportByID(ctx, tx, scope, rid)
		if err != nil {
			return err
		}
		if scope.Actor().Kind == rbac.Regulator {
			if _, err := scope.Within(ctx, tx, seen.CompanyID); err != nil { // the company does not move while the step is written
				return err
			}
		}
		r, err := lockReport(ctx, tx, scope, seen, e)
		if err != nil {
			return err
		}
		f := &file{Report: r, by: scope.Actor(), now: tx.Now}
		if err := event(tx, scope, f); err != nil {
			return err
		}
		if err := updateReport(ctx, tx, f, columns); err != nil {
			return err
		}
		if err := insertSteps(ctx, tx, f); err != nil {
			return err
		}
		scope.Made(int64(rid))
		scope.Changed("selfreport", int64(rid), f.CompanyID, r, f.Report)
		if err := say(ctx, tx, f); err != nil {
			return err
		}
		return s.Touch(ctx, tx, f.CompanyID)
	})
	return rid, err
}

// say has the people told who have to act next: by the job runner, because a regulator's
// transaction does not see who works in a company.
func say(ctx context.Context, tx db.Tx, f *file) error {
	for _, st := range f.added {
		if _, ok := note(f.Report, st); !ok {
			continue
		}
		t := TellStep{f.CompanyID, f.ID, st.N}
		if err := jobs.Enqueue(ctx, tx, t, jobs.Key(t.key())); err != nil {
			return err
		}
	}
	return nil
}
