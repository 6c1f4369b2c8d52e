package hazard

import (
	"time"

	"anbiao/kit/day"
	"anbiao/kit/fen"
	"anbiao/kit/id"
)

// HazardRow is a hazard in a list.
type HazardRow struct {
	ID          id.Of[id.Hazard]  `json:"id"`
	CompanyID   id.Of[id.Company] `json:"companyId"`
	CompanyName string            `json:"companyName,omitempty" doc:"in lists"`
	Number      string            `json:"number" example:"330784-2026-000123"`
	State       State             `json:"state" enum:"registered,graded,assigned,plan_filed,rectifying,extension_pending,awaiting_acceptance,self_evaluated,accepted,under_review,cancelled,transferred,voided"`
	Source      Source            `json:"source" enum:"self_check,snap,regulator,covert_visit,grid_patrol,tip,expert,transfer,drill,alarm"`
	Origin      Origin            `json:"origin" enum:"self,authority" doc:"found by the company itself (自查), or by an authority (检查发现)"`
	Level       Level             `json:"level" doc:"general or major; empty until graded"`
	Suggested   Level             `json:"suggestedLevel" doc:"general or major; empty where nothing suggests one"`
	Category    string            `json:"category" doc:"of the taxonomy; empty until graded"`
	Place       string            `json:"place"`
	Description string            `json:"description"`
	OwnerID     *id.Of[id.Staff]  `json:"ownerId,omitempty"`
	OwnerName   string            `json:"ownerName"`
	OwnerUnit   string            `json:"ownerUnit"`
	FoundOn     day.Date          `json:"foundOn"`
	FoundByName string            `json:"foundByName"`
	Deadline    day.Date          `json:"deadline,omitzero"`
	FixedOn     day.Date          `json:"fixedOn,omitzero"`
	CancelledOn day.Date          `json:"cancelledOn,omitzero"`
	OverdueDays int               `json:"overdueDays" doc:"days the fix is late today, 0 if it is not"`
	ReopenCount int16             `json:"reopenCount" doc:"how often the fix was sent back"`
	Asked       string            `json:"asked" doc:"what waits for a second person: void, transfer or extension; empty for nothing"`
	Extensions  int16             `json:"extensions" doc:"how often more time was granted"`
	Campaign    string            `json:"campaign" doc:"campaign (专项整治) it is filed under"`
	Stock       bool              `json:"stock" doc:"existed before the campaign or this ledger began (存量)"`
	Historical  bool              `json:"historical" doc:"closed before it was entered (历史); counts nowhere"`
	Listed      bool              `json:"listed" doc:"under listed supervision (挂牌督办) now"`
}

func rowOn(today day.Date) func(Hazard) HazardRow {
	return func(h Hazard) HazardRow {
		return HazardRow{
			ID: h.ID, CompanyID: h.CompanyID, Number: h.Number, State: h.State, Source: h.Source, Origin: h.Source.Origin(), Level: h.Level, Suggested: h.SuggestedLevel,
			Category: h.Category, Place: h.Place, Description: h.Description, OwnerID: h.OwnerID, OwnerName: h.OwnerName, OwnerUnit: h.OwnerUnit,
			FoundOn: h.FoundOn, FoundByName: h.FoundByName, Deadline: h.Deadline, FixedOn: h.FixedOn, CancelledOn: h.CancelledOn,
			OverdueDays: h.OverdueOn(today), ReopenCount: h.ReopenCount,
			Asked: h.Asked, Extensions: h.Extensions, Campaign: h.Campaign, Stock: h.Stock, Historical: h.Historical, Listed: !h.ListedOn.IsZero() && h.DelistedOn.IsZero(),
		}
	}
}

// lineOn makes a row of a list that may hold several companies.
func lineOn(today day.Date) func(Listed) HazardRow {
	row := rowOn(today)
	return func(l Listed) HazardRow {
		r := row(l.Hazard)
		r.CompanyName = l.CompanyName
		return r
	}
}

// hazardDetail is a hazard with its history.
type hazardDetail struct {
	HazardRow
	Cause          int16                  `json:"cause" doc:"1 act of people, 2 state of things, 3 gap in management, 0 not said"`
	ItemCode       string                 `json:"itemCode" doc:"of the item library; empty where no item failed"`
	Clause         string                 `json:"clause" doc:"suggested legal basis"`
	Suggestion     string                 `json:"suggestion" doc:"clause and reason of the suggested level"`
	PointID        *id.Of[id.Point]       `json:"pointId,omitempty"`
	CheckID        *id.Of[id.Check]       `json:"checkId,omitempty"`
	CheckStartedOn day.Date               `json:"checkStartedOn,omitzero"`
	ProposedOwner  *id.Of[id.Staff]       `json:"proposedOwnerId,omitempty" doc:"whom the finder proposes to mend it; binds nobody"`
	ProposedName   string                 `json:"proposedOwnerName"`
	ProposedDueOn  day.Date               `json:"proposedDueOn,omitzero" doc:"until when he proposes to have it mended"`
	FixType        string                 `json:"fixType" doc:"on_spot, by_date or empty"`
	Goal           string                 `json:"goal"`
	Measures       string                 `json:"measures"`
	Contingency    string                 `json:"contingency"`
	FundsFen       *fen.Amount            `json:"fundsFen,omitempty" doc:"planned"`
	ActualFundsFen *fen.Amount            `json:"actualFundsFen,omitempty" doc:"spent"`
	FoundAt        time.Time              `json:"foundAt"`
	FixedAt        *time.Time             `json:"fixedAt,omitempty"`
	AcceptedOn     day.Date               `json:"acceptedOn,omitzero"`
	AcceptedByName string                 `json:"acceptedByName"`
	ReviewedOn     day.Date               `json:"reviewedOn,omitzero"`
	VoidedOn       day.Date               `json:"voidedOn,omitzero"`
	Before         []id.Of[id.Attachment] `json:"before" nullable:"false" doc:"photos of the hazard as it was found"`
	After          []id.Of[id.Attachment] `json:"after" nullable:"false" doc:"photos of the last fix"`
	Steps          []stepView             `json:"steps" nullable:"false" doc:"what happened, oldest first"`
	May            []Event                `json:"may" nullable:"false" doc:"what the reader may do next"`
	Lights         Lights                 `json:"lights" doc:"the five fixes (五落实), as the row has them"`
	Request        *request               `json:"request,omitempty" doc:"what waits for a second person"`
	History        []request              `json:"extensionHistory" nullable:"false" doc:"every extension asked for, oldest first"`
	Protection     string                 `json:"protection" doc:"temporary, until it is fixed"`
	TransferredTo  string                 `json:"transferredTo"`
	DangerSource   int16                  `json:"dangerSource" doc:"kind of check, 1 … 10 of the dual-prevention upload; 0 not said"`
	OldNumber      string                 `json:"oldNumber" doc:"in the ledger before this one"`
	ReportedAt     *time.Time             `json:"reportedAt,omitempty" doc:"a major hazard: to the regulator"`
	CongressOn     day.Date               `json:"congressOn,omitzero"`
	StoppedOn      day.Date               `json:"stoppedOn,omitzero" doc:"work stopped because of it"`
	ResumedOn      day.Date               `json:"resumedOn,omitzero"`
	ListedOn       day.Date               `json:"listedOn,omitzero"`
	DelistedOn     day.Date               `json:"delistedOn,omitzero"`
	ListedLevel    string                 `json:"listedLevel" doc:"town, county, prefecture or province"`
}

// stepView is one transition.
type stepView struct {
	N         int32                  `json:"n"`
	Event     Event                  `json:"event" enum:"register,grade,assign,start,fix,accept,reject,ask_review,pass,fail,cancel,void,ask_extension,extend,ask_void,ask_transfer,transfer,refuse,report_up,congress,stop_work,file_plan,progress,self_evaluate,resume,list,delist,order,restore"`
	From      State                  `json:"from" doc:"state before; empty for the first"`
	To        State                  `json:"to"`
	At        time.Time              `json:"at"`
	ActorKind string                 `json:"actorKind" doc:"company, service (an engaged safety agency) or regulator"`
	ActorName string                 `json:"actorName" doc:"as it was then"`
	Note      string                 `json:"note"`
	Detail    Detail                 `json:"detail" doc:"what the step decided"`
	Photos    []id.Of[id.Attachment] `json:"photos" nullable:"false"`
}

func detailOf(r Record) hazardDetail {
	h := r.Hazard
	d := hazardDetail{
		HazardRow: rowOn(r.Today)(h), Cause: h.Cause, ItemCode: h.ItemCode, Clause: h.Clause, Suggestion: h.Suggestion,
		ProposedOwner: h.ProposedOwnerID, ProposedName: h.ProposedOwnerName, ProposedDueOn: h.ProposedDueOn,
		PointID: h.PointID, CheckID: h.CheckID, CheckStartedOn: h.CheckStartedOn, FixType: h.FixType, Goal: h.Goal, Measures: h.Measures,
		Contingency: h.Contingency, FundsFen: h.FundsFen, ActualFundsFen: h.ActualFundsFen, FoundAt: h.FoundAt, FixedAt: h.FixedAt,
		AcceptedOn: h.AcceptedOn, AcceptedByName: h.AcceptedByName, ReviewedOn: h.ReviewedOn, VoidedOn: h.VoidedOn,
		Lights: h.lights(), Request: r.request(), History: extensionsOf(r.Entries), Protection: h.Protection, TransferredTo: h.TransferredTo,
		DangerSource: h.DangerSource, OldNumber: h.OldNumber, ReportedAt: h.ReportedAt, CongressOn: h.CongressOn, StoppedOn: h.StoppedOn, ResumedOn: h.ResumedOn,
		ListedOn: h.ListedOn, DelistedOn: h.DelistedOn, ListedLevel: h.ListedLevel,
		Before: []id.Of[id.Attachment]{}, After: []id.Of[id.Attachment]{}, Steps: make([]stepView, len(r.Entries)), May: append([]Event{}, r.May...),
	}
	for i, e := range r.Entries {
		photos := append([]id.Of[id.Attachment]{}, e.Photos...)
		d.Steps[i] = stepView{e.N, e.Event, e.FromState, e.ToState, e.At, e.ActorKind, e.ActorName, e.Note, e.Detail.V, photos}
		switch e.Event {
		case Register, Restore:
			d.Before = photos
		case Fix:
			d.After = photos
		default: // proves something else
		}
	}
	return d
}

// pileView is one kind of work: the most urgent rows, and how many there are.
type pileView struct {
	Count int64       `json:"count"`
	Items []HazardRow `json:"items" nullable:"false"`
}

// workView is what one person has to do.
type workView struct {
	ToGrade   pileView `json:"toGrade"`
	ToAssign  pileView `json:"toAssign"`
	ToFix     pileView `json:"toFix"`
	ToAccept  pileView `json:"toAccept"`
	ToAnswer  pileView `json:"toAnswer" doc:"asked by others: more time, voiding, a transfer"`
	Overdue   pileView `json:"overdue" doc:"the company's for who assigns, one's own otherwise"`
	MajorOpen int64    `json:"majorOpen" doc:"major hazards of the company not closed"`
	SelfOpen  int64    `json:"selfOpen" doc:"not closed, found by the company itself (自查)"`
	FoundOpen int64    `json:"authorityOpen" doc:"not closed, found by an authority (检查发现)"`
}

func workOf(w Work) workView {
	row := rowOn(w.Today)
	of := func(n int64, rows []Hazard) pileView {
		items := make([]HazardRow, len(rows))
		for i, h := range rows {
			items[i] = row(h)
		}
		return pileView{n, items}
	}
	return workView{of(w.Grades, w.ToGrade), of(w.Assigns, w.ToAssign), of(w.Fixes, w.ToFix), of(w.Accepts, w.ToAccept), of(w.Answers, w.ToAnswer), of(w.OverdueCount, w.Overdue), w.MajorsCount, w.Split.Self, w.Split.Authority}
}
