package risk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// Cycles that follow from an occasion; the others from the calendar.
const (
	First    = "RISK-FIRST"
	OnChange = "RISK-CHG"
)

// ReportFilter narrows a list of reports.
type ReportFilter struct {
	page.Query
	CompanyID rbac.CompanyID `query:"companyId" doc:"for regulators: one company"`
	State     string         `query:"state" enum:",due,overdue,submitted"`
	Cycle     string         `query:"cycle" enum:",RISK-FIRST,RISK-Y,RISK-CHG,RISK-Q"`
}

// Content is a report as it was submitted: the larger and major risks, and how many there are
// of each level. Its JSON, fields in this order, is hashed and frozen.
type Content struct {
	Form     string        `json:"form" doc:"cycle and version of the rules"`
	Period   string        `json:"period"`
	On       day.Date      `json:"on"`
	Company  Card          `json:"company"`
	Counts   map[Level]int `json:"counts"`
	Events   []Reported    `json:"events" nullable:"false"`
	Triggers []Trigger     `json:"triggers" nullable:"false"`
	Remark   string        `json:"remark"`
	FilledBy string        `json:"filledBy"`
}

// Reported is an event in a report.
type Reported struct {
	Number        int               `json:"number"`
	Unit          string            `json:"unit"`
	Hazard        string            `json:"hazard"`
	Accidents     []string          `json:"accidents" nullable:"false"`
	Method        Method            `json:"method"`
	Score         string            `json:"score"`
	Level         Level             `json:"level" enum:"major,larger,general,low"`
	ResidualLevel Level             `json:"residualLevel" enum:",major,larger,general,low"`
	Catalogue     bool              `json:"catalogue"`
	ControlLevel  ControlLevel      `json:"controlLevel" enum:"company,workshop,team,post"`
	Responsible   string            `json:"responsible" doc:"unit and person"`
	Controls      []ReportedControl `json:"controls" nullable:"false"`
}

// ReportedControl is a control in a report.
type ReportedControl struct {
	Kind string `json:"kind"`
	Text string `json:"text"`
}

// Reports lists reports, the latest opened first. Errors: page.ErrCursor.
func (s *Service) Reports(ctx context.Context, f ReportFilter) (rows []ReportRow, k page.Key, on day.Date, err error) {
	if k, err = f.Start("id", 1); err != nil {
		return nil, k, on, err
	}
	err = s.Gate.Read(ctx, ActionReports, func(tx db.Tx, scope rbac.Scope) (err error) {
		on = today(tx)
		rows, err = reportsBy(ctx, tx, scope, f, k)
		return err
	})
	return rows, k, on, err
}

// OneReport is a report whole: as it was frozen, or as it would be submitted now.
type OneReport struct {
	Report
	Content Content
	Today   day.Date
}

// Report returns one report. Errors: rbac.ErrNotFound.
func (s *Service) Report(ctx context.Context, n id.Of[Report]) (o OneReport, err error) {
	err = s.Gate.Read(ctx, ActionReports, func(tx db.Tx, scope rbac.Scope) (err error) {
		if o.Report, err = reportByID(ctx, tx, scope, n); err != nil {
			return err
		}
		o.Today = today(tx)
		if o.State == "submitted" {
			return json.Unmarshal([]byte(o.Report.Content), &o.Content)
		}
		o.Content, err = s.compile(ctx, tx, scope, o.Report, o.Today)
		return err
	})
	return o, err
}

// Opening asks for a report that an occasion makes due.
type Opening struct {
	Cycle      string   `json:"cycle" enum:"RISK-FIRST,RISK-CHG" doc:"first report after the acceptance of completion, or a change of the company's data"`
	AcceptedOn day.Date `json:"acceptedOn" required:"false" doc:"day of acceptance, of a first report"`
	Note       string   `json:"note" required:"false" maxLength:"200" doc:"what changed"`
}

// OpenReport opens the first report, or notes a change that the register does not show, e.g.
// of the company's name. Errors: ErrAnchor, ErrFuture, ErrBlank, ErrOpened.
func (s *Service) OpenReport(ctx context.Context, o Opening) (n id.Of[Report], err error) {
	err = s.Gate.Write(ctx, ActionSubmit, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		if o.Cycle == OnChange {
			note, err := tidy(o.Note, "body.note")
			if err != nil {
				return err
			}
			n, err = s.noteChange(ctx, tx, scope, home, []Trigger{{Why: "data", Event: note, On: today(tx)}})
			scope.Made(int64(n))
			return err
		}
		switch {
		case o.AcceptedOn.IsZero():
			return ErrAnchor.At("body.acceptedOn")
		case o.AcceptedOn.After(today(tx)):
			return ErrFuture.At("body.acceptedOn")
		}
		r, fresh, err := s.open(ctx, tx, scope, home, First, today(tx), o.AcceptedOn)
		if err == nil && !fresh {
			err = ErrOpened
		}
		n = r.ID
		scope.Made(int64(n))
		return err
	})
	return n, err
}

// open makes a cycle's first report due whose last day is not before from, unless there is one.
func (s *Service) open(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, cycle string, from, anchor day.Date) (r Report, fresh bool, err error) {
	rules := On(today(tx))
	c, ok := rules.cycle(cycle)
	if !ok {
		return r, false, ErrCycle.At("body.cycle")
	}
	period, dueOn := c.next(from, anchor)
	r = Report{
		CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, Cycle: cycle, Period: period, RuleVersion: rules.Version, AnchorOn: anchor, DueOn: dueOn,
		State: "due", Triggers: db.JSON[[]Trigger]{V: []Trigger{}}, OpenedAt: tx.Now,
	}
	if fresh, err = insertReport(ctx, tx, &r); err != nil || !fresh {
		return r, false, err
	}
	scope.Changed("risk_report", int64(r.ID), home.CompanyID, Report{}, r)
	return r, true, s.put(ctx, tx, scope, home, []due.Item{r.item(c)})
}

// item is the report as it falls due; once submitted it is settled.
func (r Report) item(c Cycle) due.Item {
	item := due.Item{Kind: "risk.report", Ref: int64(r.ID), Title: c.Zh + " " + r.Period, On: r.DueOn, Before: []int{15, 7, 2, 0}, Path: fmt.Sprintf("/risk/reports/%d", int64(r.ID))}
	if r.State == "submitted" {
		item.On = day.Date{}
	}
	return item
}

// keepReports opens the reports of the calendar that a register brings with it, and notes
// changes that have to be reported.
func (s *Service) keepReports(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, triggers []Trigger) error {
	for _, c := range On(today(tx)).CyclesOf(home.RegionPath) {
		if c.Anchor != "" {
			continue
		}
		if _, _, err := s.open(ctx, tx, scope, home, c.ID, today(tx), day.Date{}); err != nil {
			return err
		}
	}
	if len(triggers) == 0 {
		return nil
	}
	before, err := reportedBefore(ctx, tx, home.CompanyID)
	if err != nil || !before {
		return err // nothing was reported yet that could have changed
	}
	_, err = s.noteChange(ctx, tx, scope, home, triggers)
	return err
}

// noteChange adds changes to the change report that is due, or opens one.
func (s *Service) noteChange(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, triggers []Trigger) (id.Of[Report], error) {
	r, fresh, err := s.open(ctx, tx, scope, home, OnChange, today(tx), today(tx))
	if err != nil {
		return 0, err
	}
	if !fresh {
		rows, err := openReports(ctx, tx, home.CompanyID)
		if err != nil {
			return 0, err
		}
		for _, x := range rows {
			if x.Cycle == OnChange {
				r = x
			}
		}
	}
	was := r
	r.Triggers = db.JSON[[]Trigger]{V: append(append([]Trigger{}, r.Triggers.V...), triggers...)}
	scope.Changed("risk_report", int64(r.ID), home.CompanyID, was, r)
	return r.ID, updateReport(ctx, tx, &r)
}

// Submission is what a company says with a report.
type Submission struct {
	Remark string `json:"remark" required:"false" maxLength:"500"`
}

// SubmitReport freezes the larger and major risks as they stand and hands them to the
// regulator. Errors: rbac.ErrNotFound, ErrSubmitted, ErrNothing.
func (s *Service) SubmitReport(ctx context.Context, n id.Of[Report], in Submission) error {
	return s.Gate.Write(ctx, ActionSubmit, func(tx db.Tx, scope rbac.Scope) error {
		was, err := reportByID(ctx, tx, scope, n, locked)
		if err != nil {
			return err
		}
		if was.State == "submitted" {
			return ErrSubmitted
		}
		is := was
		is.Remark, is.SubmittedName = in.Remark, scope.Actor().Name
		content, err := s.compile(ctx, tx, scope, is, today(tx))
		if err != nil {
			return err
		}
		if len(content.Counts) == 0 {
			return ErrNothing
		}
		b, err := json.Marshal(content)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(b)
		is.State, is.Content, is.ContentHash, is.Events = "submitted", string(b), hex.EncodeToString(sum[:]), len(content.Events)
		is.SubmittedAt, is.Late, is.RuleVersion = &tx.Now, today(tx).After(is.DueOn), On(today(tx)).Version
		if err := updateReport(ctx, tx, &is); err != nil {
			return err
		}
		c, _ := On(today(tx)).cycle(is.Cycle)
		scope.Changed("risk_report", int64(n), is.CompanyID, was, is)
		if err := s.put(ctx, tx, scope, homeOf(is), []due.Item{is.item(c)}); err != nil {
			return err
		}
		if c.Anchor != "" || is.DueOn.Before(today(tx)) {
			return s.keepReports(ctx, tx, scope, homeOf(is), nil)
		}
		_, _, err = s.open(ctx, tx, scope, homeOf(is), is.Cycle, is.DueOn.AddDays(1), day.Date{})
		return err
	})
}

// compile lists what a report says on a day.
func (s *Service) compile(ctx context.Context, tx db.Tx, scope rbac.Scope, r Report, on day.Date) (c Content, err error) {
	firm, err := s.Firm(ctx, tx, scope, r.CompanyID)
	if err != nil {
		return c, err
	}
	c = Content{
		Form: r.Cycle + "@" + On(on).Version, Period: r.Period, On: on, Company: firm, Counts: map[Level]int{}, Events: []Reported{},
		Triggers: append([]Trigger{}, r.Triggers.V...), Remark: r.Remark, FilledBy: r.SubmittedName,
	}
	tallies, err := countBy(ctx, tx, scope, r.CompanyID)
	if err != nil {
		return c, err
	}
	for _, t := range tallies {
		if t.N > 0 {
			c.Counts[t.Level] = t.N
		}
	}
	list, err := controlled(ctx, tx, scope, r.CompanyID, EventFilter{}, Major, Larger)
	for _, e := range list {
		c.Events = append(c.Events, e.reported())
	}
	return c, err
}

func (e Controlled) reported() Reported {
	out := Reported{
		Number: e.Number, Unit: e.RiskUnitName, Hazard: e.Hazard, Accidents: append([]string{}, e.Accidents...), Method: e.Mode, Score: decimal(e.Score), Level: e.Level,
		ResidualLevel: e.ResidualLevel, Catalogue: e.Catalogue, ControlLevel: e.ControlLevel, Responsible: joined(e.UnitName, e.PostName, e.OwnerName), Controls: []ReportedControl{},
	}
	for _, c := range e.Controls {
		out.Controls = append(out.Controls, ReportedControl{c.Kind, c.Text})
	}
	return out
}
