package emergency

import (
	"time"

	"anbiao/kit/day"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// filingView is a filing on the wire.
type filingView struct {
	ID          id.Of[Filing]          `json:"id"`
	CompanyID   rbac.CompanyID         `json:"companyId"`
	CompanyName string                 `json:"companyName"`
	PlanID      id.Of[id.Row]          `json:"planId"`
	PlanName    string                 `json:"planName"`
	PlanKind    string                 `json:"planKind" enum:"comprehensive,special,onsite"`
	PlanVersion string                 `json:"planVersion"`
	PublishedOn day.Date               `json:"publishedOn"`
	DueOn       day.Date               `json:"dueOn" doc:"last day to file; empty: the holidays of a year are not published"`
	Late        bool                   `json:"late" doc:"handed in after that day"`
	Documents   []string               `json:"documents" nullable:"false"`
	Files       []id.Of[id.Attachment] `json:"files" nullable:"false"`
	Note        string                 `json:"note"`
	State       string                 `json:"state" enum:"submitted,missing,filed,deemed"`
	SubmittedAt time.Time              `json:"submittedAt"`
	SubmittedBy string                 `json:"submittedBy"`
	ReceivedOn  day.Date               `json:"receivedOn"`
	CheckDueOn  day.Date               `json:"checkDueOn" doc:"last day of the regulator's check"`
	DeemedOn    day.Date               `json:"deemedOn" doc:"from this day silence counts as filed"`
	DaysLeft    int                    `json:"daysLeft" doc:"of the check; negative after it"`
	Missing     []string               `json:"missing" nullable:"false"`
	AskedAt     *time.Time             `json:"askedAt,omitempty"`
	AnsweredAt  *time.Time             `json:"answeredAt,omitempty"`
	AnsweredBy  string                 `json:"answeredBy"`
	Answer      string                 `json:"answer"`
	Number      string                 `json:"number"`
	FiledOn     day.Date               `json:"filedOn"`
}

func viewOn(now day.Date) func(ListedFiling) filingView {
	return func(f ListedFiling) filingView {
		v := filingView{
			ID: f.ID, CompanyID: f.CompanyID, CompanyName: f.CompanyName, PlanID: f.PlanID, PlanName: f.PlanName, PlanKind: f.PlanKind, PlanVersion: f.PlanVersion,
			PublishedOn: f.PublishedOn, DueOn: f.DueOn, Late: f.Late, Documents: append([]string{}, f.Documents...), Files: []id.Of[id.Attachment]{}, Note: f.Note, State: f.State,
			SubmittedAt: f.SubmittedAt, SubmittedBy: f.SubmittedBy, ReceivedOn: f.ReceivedOn, CheckDueOn: f.CheckDueOn, DeemedOn: f.DeemedOn,
			Missing: append([]string{}, f.Missing...), AskedAt: f.AskedAt, AnsweredAt: f.AnsweredAt, AnsweredBy: f.AnsweredBy, Answer: f.Answer, Number: f.Number, FiledOn: f.FiledOn,
		}
		for _, n := range f.Files {
			v.Files = append(v.Files, id.Of[id.Attachment](n))
		}
		if !f.CheckDueOn.IsZero() {
			v.DaysLeft = f.CheckDueOn.DaysSince(now)
		}
		return v
	}
}

// dutyView is a duty to hold drills on the wire.
type dutyView struct {
	Kinds       []string      `json:"kinds" nullable:"false"`
	Months      int           `json:"months"`
	PlanID      id.Of[id.Row] `json:"planId" doc:"0: of any plan of the kinds"`
	PlanName    string        `json:"planName"`
	LastOn      day.Date      `json:"lastOn"`
	Period      string        `json:"period" doc:"of calendar counting, e.g. 2026-H2"`
	DueOn       day.Date      `json:"dueOn"`
	Status      string        `json:"status" enum:"done,due,overdue"`
	DaysLeft    int           `json:"daysLeft"`
	OverdueDays int           `json:"overdueDays"`
}

// standingView is how a company stands on the wire.
type standingView struct {
	Today     day.Date   `json:"today"`
	UnitClass string     `json:"unitClass"`
	Must      string     `json:"must" doc:"why it must file its plans; empty: it need not"`
	ByData    string     `json:"byData" doc:"why it would have to by what it does"`
	Reading   string     `json:"reading" enum:"national,jiangsu"`
	Counting  string     `json:"counting" enum:"calendar,rolling"`
	Reason    string     `json:"reason"`
	Report    bool       `json:"report" doc:"drills are reported to the regulator"`
	Clause    string     `json:"clause"`
	Documents []string   `json:"documents" nullable:"false" doc:"of a filing"`
	Duties    []dutyView `json:"duties" nullable:"false"`
	Tally     tallyView  `json:"tally"`
}

type tallyView struct {
	Plans           int64 `json:"plans"`
	PlansToFile     int64 `json:"plansToFile"`
	PlansFileLate   int64 `json:"plansFileLate"`
	PlansReviewLate int64 `json:"plansReviewLate"`
	PlansReviewSoon int64 `json:"plansReviewSoon"`
	DrillsHeld      int64 `json:"drillsHeld"`
	DrillsPlanned   int64 `json:"drillsPlanned"`
	DrillsLate      int64 `json:"drillsLate"`
	DrillsUntold    int64 `json:"drillsUntold"`
	Supplies        int64 `json:"supplies"`
	SuppliesExpired int64 `json:"suppliesExpired"`
	SuppliesSoon    int64 `json:"suppliesSoon"`
	SuppliesShort   int64 `json:"suppliesShort"`
}

func standingOn(s Standing) standingView {
	v := standingView{
		Today: s.Today, UnitClass: s.Class.Class, Must: s.Class.Must, ByData: s.Class.ByData, Reading: s.Class.Reading, Counting: s.Class.Counting, Reason: s.Class.Reason,
		Report: s.Report, Clause: s.Clause, Documents: Documents(), Duties: make([]dutyView, len(s.Duties)), Tally: tallyView(s.Tally),
	}
	for i, d := range s.Duties {
		v.Duties[i] = dutyView{
			Kinds: d.Kinds, Months: d.Months, PlanID: d.PlanID, PlanName: d.PlanName, LastOn: d.LastOn, Period: d.Period, DueOn: d.Due, Status: d.Status, DaysLeft: d.DaysLeft, OverdueDays: d.OverdueDays,
		}
	}
	return v
}
