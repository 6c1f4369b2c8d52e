package selfreport

import (
	"encoding/json"
	"slices"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/id"
)

// ReportRow is a report in a list.
type ReportRow struct {
	ID              id.Of[id.Report]  `json:"id"`
	CompanyID       id.Of[id.Company] `json:"companyId"`
	CompanyName     string            `json:"companyName,omitempty" doc:"in lists"`
	Cycle           string            `json:"cycle" example:"HZ-Q"`
	Period          string            `json:"period" example:"2026-Q1"`
	From            day.Date          `json:"from"`
	Until           day.Date          `json:"until"`
	DueOn           day.Date          `json:"dueOn"`
	DaysLeft        int               `json:"daysLeft" doc:"until the last day; negative after it"`
	State           State             `json:"state" enum:"open,draft,signed,submitted,received,returned,outside"`
	Ready           int               `json:"ready" doc:"percent of the way to submission: 0 open or returned, 50 compiled, 80 signed, 100 submitted or made elsewhere"`
	Zero            bool              `json:"zero" doc:"nothing was found in the period"`
	Late            bool              `json:"late" doc:"submitted after the last day, Beijing time"`
	Overdue         bool              `json:"overdue" doc:"due and never submitted"`
	CompiledAt      *time.Time        `json:"compiledAt,omitempty"`
	SignedAt        *time.Time        `json:"signedAt,omitempty"`
	SignedByName    string            `json:"signedByName"`
	SignedHow       How               `json:"signedHow" enum:",signature,paper" doc:"empty until signed; paper: the printed form, stamped and scanned (纸质盖章)"`
	OutsideSystem   string            `json:"outsideSystem" doc:"name of the other system it was made in; empty: here"`
	OutsideNumber   string            `json:"outsideNumber"`
	OutsideOn       day.Date          `json:"outsideOn,omitempty"`
	SubmittedAt     *time.Time        `json:"submittedAt,omitempty"`
	SubmittedByName string            `json:"submittedByName"`
	DecidedAt       *time.Time        `json:"decidedAt,omitempty" doc:"received or returned"`
	DecidedByName   string            `json:"decidedByName"`
	Rounds          int16             `json:"rounds" doc:"submissions so far"`
}

var readiness = map[State]int{Opened: 0, Draft: 50, Returned: 0, Signed: 80, Submitted: 100, Received: 100, Outside: 100}

func rowOn(today day.Date) func(Report) ReportRow {
	return func(r Report) ReportRow {
		row := ReportRow{
			ID: r.ID, CompanyID: r.CompanyID, Cycle: r.Cycle, Period: r.Period, From: r.PeriodFrom, Until: r.PeriodUntil, DueOn: r.DueOn,
			DaysLeft: r.DueOn.DaysSince(today), State: r.State, Ready: readiness[r.State], Zero: r.Zero, Late: r.Late,
			Overdue: r.FirstSubmittedAt == nil && today.After(r.DueOn), CompiledAt: r.CompiledAt, SignedAt: r.SignedAt, SignedByName: r.SignedByName,
			SubmittedAt: r.SubmittedAt, SubmittedByName: r.SubmittedByName, DecidedAt: r.DecidedAt, DecidedByName: r.DecidedByName, Rounds: r.Rounds, OutsideNumber: r.OutsideNumber, OutsideOn: r.OutsideOn,
		}
		if r.SignedAt != nil {
			row.SignedHow = r.SignedHow
		}
		if system, err := systemByID(r.OutsideSystem); err == nil {
			row.OutsideSystem = system.Zh
		}
		return row
	}
}

// lineOn makes a row of a list that may hold several companies.
func lineOn(today day.Date) func(Listed) ReportRow {
	row := rowOn(today)
	return func(l Listed) ReportRow {
		r := row(l.Report)
		r.CompanyName = l.CompanyName
		return r
	}
}

// reportDetail is everything a printed report shows.
type reportDetail struct {
	ReportRow
	CycleName     string                 `json:"cycleName" doc:"in Chinese, as the form is headed"`
	Remark        string                 `json:"remark"`
	ContentHash   string                 `json:"contentHash" doc:"SHA-256 of the canonical content; empty until compiled"`
	Content       *Content               `json:"content,omitempty" doc:"absent until compiled"`
	Official      []groupView            `json:"official" nullable:"false" doc:"the issued form: its columns in their order with the values; empty until compiled"`
	SignatureID   id.Of[id.Attachment]   `json:"signatureId,omitempty"`
	Scans         []id.Of[id.Attachment] `json:"scans" nullable:"false" doc:"of the stamped form"`
	OutsideFiles  []id.Of[id.Attachment] `json:"outsideFiles" nullable:"false"`
	OutsideByName string                 `json:"outsideByName"`
	OutsideAt     *time.Time             `json:"outsideAt,omitempty"`
	Reasons       []Reason               `json:"reasons" nullable:"false" doc:"why it was returned last, as long as it is not handed in again"`
	Steps         []stepView             `json:"steps" nullable:"false" doc:"what happened, oldest first"`
	Submissions   []submissionView       `json:"submissions" nullable:"false" doc:"what was submitted, newest first"`
	May           []Event                `json:"may" nullable:"false" doc:"what the reader may do next"`
}

// stepView is one transition.
type stepView struct {
	N           int32     `json:"n"`
	Event       Event     `json:"event" enum:"open,compile,sign,submit,receive,return,paper,mark"`
	From        State     `json:"from" doc:"state before; empty for the first"`
	To          State     `json:"to"`
	At          time.Time `json:"at"`
	ActorKind   string    `json:"actorKind"`
	ActorName   string    `json:"actorName"`
	ContentHash string    `json:"contentHash"`
	Note        string    `json:"note"`
	Reasons     []Reason  `json:"reasons" nullable:"false"`
}

// submissionView is one frozen submission. The hash is of Content, byte for byte.
type submissionView struct {
	Round           int16                  `json:"round"`
	Content         string                 `json:"content" doc:"canonical JSON, as it was signed"`
	ContentHash     string                 `json:"contentHash"`
	SignedAt        time.Time              `json:"signedAt"`
	SignedByName    string                 `json:"signedByName"`
	SubmittedAt     time.Time              `json:"submittedAt"`
	SubmittedByName string                 `json:"submittedByName"`
	Late            bool                   `json:"late"`
	SignedHow       How                    `json:"signedHow" enum:"signature,paper"`
	Scans           []id.Of[id.Attachment] `json:"scans" nullable:"false"`
	Changes         []Change               `json:"changes" nullable:"false" doc:"fields that differ from the round before; empty for the first"`
}

// groupView is a part of the issued form.
type groupView struct {
	ID    string     `json:"id"`
	Zh    string     `json:"zh"`
	Cells []cellView `json:"cells" nullable:"false"`
}

type cellView struct {
	Item  string `json:"item" doc:"as reasons name it"`
	Zh    string `json:"zh"`
	Value string `json:"value"`
}

func officialOf(p printed) []groupView {
	out := make([]groupView, len(form.Groups))
	for i, g := range form.Groups {
		out[i] = groupView{g.ID, g.Zh, make([]cellView, len(g.Columns))}
		for n, c := range g.Columns {
			out[i].Cells[n] = cellView{c.From, c.Zh, p.fields[c.From]}
		}
	}
	return out
}

// reasonsOf are those of the last return, until the report is handed in again.
func reasonsOf(r Record) []Reason {
	if r.State == Submitted || r.State == Received || r.State == Outside {
		return []Reason{}
	}
	for _, s := range slices.Backward(r.Steps) {
		if s.Event == Return {
			return append([]Reason{}, s.Reasons.V...)
		}
	}
	return []Reason{}
}

func detailOf(r Record) reportDetail {
	c, _ := CycleByID(r.Cycle)
	d := reportDetail{
		ReportRow: rowOn(r.Today)(r.Report), CycleName: c.Zh, Remark: r.Remark, ContentHash: r.ContentHash, Content: r.Content,
		Steps: make([]stepView, len(r.Steps)), Submissions: make([]submissionView, len(r.Submissions)), May: append([]Event{}, r.May...),
		Official: []groupView{}, Scans: append([]id.Of[id.Attachment]{}, r.Scans.V...), OutsideFiles: append([]id.Of[id.Attachment]{}, r.OutsideFiles.V...),
		OutsideByName: r.OutsideByName, OutsideAt: r.OutsideAt, Reasons: reasonsOf(r),
	}
	for i, s := range r.Steps {
		d.Steps[i] = stepView{s.N, s.Event, s.FromState, s.ToState, s.At, s.ActorKind, s.ActorName, s.ContentHash, s.Note, append([]Reason{}, s.Reasons.V...)}
	}
	for i, s := range r.Submissions {
		d.Submissions[i] = submissionView{
			s.Round, s.Content, s.ContentHash, s.SignedAt, s.SignedByName, s.SubmittedAt, s.SubmittedByName, s.Late, s.SignedHow,
			append([]id.Of[id.Attachment]{}, s.Scans.V...), changedIn(r.Submissions, i),
		}
	}
	if r.Content != nil {
		d.Official = officialOf(newPrinted(r.Report, *r.Content, nil))
	}
	if r.SignatureID != nil {
		d.SignatureID = *r.SignatureID
	}
	return d
}

// changedIn lists what differs in the i-th submission, newest first, from the one before it.
func changedIn(all []Submission, i int) []Change {
	if i+1 >= len(all) {
		return []Change{}
	}
	var is, was Content
	if json.Unmarshal([]byte(all[i].Content), &is) != nil || json.Unmarshal([]byte(all[i+1].Content), &was) != nil {
		return []Change{}
	}
	return changes(was, is)
}

// comingView is a report that is not open yet.
type comingView struct {
	Cycle     string   `json:"cycle"`
	CycleName string   `json:"cycleName"`
	Period    string   `json:"period"`
	OpensOn   day.Date `json:"opensOn"`
	DueOn     day.Date `json:"dueOn"`
}

type pendingView struct {
	Items  []ReportRow  `json:"items" nullable:"false" doc:"not submitted yet, the first due first"`
	Coming []comingView `json:"coming" nullable:"false" doc:"the running period of each cycle"`
}

func pendingOf(rows []Report, coming []Coming, today day.Date) pendingView {
	v := pendingView{make([]ReportRow, len(rows)), make([]comingView, len(coming))}
	for i, r := range rows {
		v.Items[i] = rowOn(today)(r)
	}
	for i, c := range coming {
		v.Coming[i] = comingView{c.Cycle.ID, c.Cycle.Zh, c.Period.Name, c.OpensOn, c.DueOn}
	}
	return v
}
