package listing

import (
	"time"

	"anbiao/kit/day"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// taskView is one thing asked now, on the wire.
type taskView struct {
	Code Event    `json:"code"`
	Side Side     `json:"side" enum:"company,regulator"`
	By   day.Date `json:"by" doc:"empty: no day is set"`
	Late bool     `json:"late"`
	Days int      `json:"days" doc:"left until that day, negative after it"`
}

// LineView is a listing in a list, on the wire.
type LineView struct {
	ID            id.Of[id.Listing] `json:"id"`
	CompanyID     rbac.CompanyID    `json:"companyId"`
	CompanyName   string            `json:"companyName"`
	Area          string            `json:"area" doc:"county of the company, by its path"`
	Number        string            `json:"number" doc:"of the notice"`
	HazardID      id.Of[id.Hazard]  `json:"hazardId"`
	HazardNumber  string            `json:"hazardNumber"`
	HazardText    string            `json:"hazardText"`
	HazardPlace   string            `json:"hazardPlace"`
	Profile       string            `json:"profile"`
	Level         string            `json:"level" enum:"town,county,prefecture,province"`
	State         State             `json:"state" enum:"listed,notice_served,plan_filed,in_progress,extension_asked,acceptance_asked,passed,delisted,published,failed,escalated"`
	ListedOn      day.Date          `json:"listedOn"`
	PlanBy        day.Date          `json:"planBy"`
	FinishBy      day.Date          `json:"finishBy"`
	ProgressDueOn day.Date          `json:"progressDueOn"`
	DoneShare     int16             `json:"doneShare"`
	Extensions    int16             `json:"extensions"`
	AnnouncedOn   day.Date          `json:"announcedOn"`
	DelistedOn    day.Date          `json:"delistedOn"`
	PublishedOn   day.Date          `json:"publishedOn"`
	Late          bool              `json:"late"`
	Tasks         []taskView        `json:"tasks" nullable:"false" doc:"what is asked now, the nearest first"`
}

func lineOn(today day.Date) func(Listing) LineView {
	return func(l Listing) LineView {
		v := LineView{
			ID: l.ID, CompanyID: l.CompanyID, CompanyName: l.CompanyName, Area: l.RegionPath[:min(6, len(l.RegionPath))], Number: l.Number(), HazardID: l.HazardID, HazardNumber: l.HazardNumber, HazardText: l.HazardText,
			HazardPlace: l.HazardPlace, Profile: l.Profile, Level: l.Level, State: l.State, ListedOn: l.ListedOn, PlanBy: l.PlanBy, FinishBy: l.FinishBy, ProgressDueOn: l.ProgressDueOn,
			DoneShare: l.DoneShare, Extensions: l.Extensions, AnnouncedOn: l.AnnouncedOn, DelistedOn: l.DelistedOn, PublishedOn: l.PublishedOn, Late: l.Late(today), Tasks: []taskView{},
		}
		for _, t := range l.Tasks(today) {
			one := taskView{Code: t.Code, Side: t.Side, By: t.By, Late: t.Late}
			if !t.By.IsZero() {
				one.Days = t.By.DaysSince(today)
			}
			v.Tasks = append(v.Tasks, one)
		}
		return v
	}
}

// stepView is a step on the wire.
type stepView struct {
	N          int32                  `json:"n"`
	Event      Event                  `json:"event"`
	ToState    State                  `json:"toState"`
	At         time.Time              `json:"at"`
	HappenedOn day.Date               `json:"happenedOn"`
	Side       string                 `json:"side"`
	ActorName  string                 `json:"actorName"`
	Note       string                 `json:"note"`
	Detail     Detail                 `json:"detail"`
	Files      []id.Of[id.Attachment] `json:"files" nullable:"false"`
}

// quarterView is one report of progress that is due.
type quarterView struct {
	DueOn   day.Date `json:"dueOn"`
	FiledOn day.Date `json:"filedOn"`
	Late    bool     `json:"late"`
}

// termView is what the form of the listing says.
type termView struct {
	ID            string `json:"id"`
	Version       string `json:"version"`
	Mode          string `json:"mode" enum:",window,latest" doc:"of an extension"`
	WorkingDays   int    `json:"workingDays" doc:"of an extension, before the deadline"`
	DecideDays    int    `json:"decideDays" doc:"working days to decide on it"`
	ProgressEach  int    `json:"progressMonths"`
	FileDays      int    `json:"fileDays" doc:"working days to hand the listing in above"`
	PublishDays   int    `json:"publishDays" doc:"working days to make it public"`
	DelistDays    int    `json:"delistDays" doc:"working days to make its end public"`
	MaxYears      int    `json:"maxYears"`
	ReviewDays    int    `json:"reviewDays"`
	Notices       int    `json:"noticeCopies"`
	Extensions    int    `json:"extensionCopies"`
	Acceptances   int    `json:"acceptanceCopies"`
	Quota         int    `json:"quota" doc:"listings each district and town makes in a quarter"`
	OrderDeadline bool   `json:"orderDeadline" doc:"the deadline is that of the order"`
	Clause        string `json:"clause"`
	Sure          bool   `json:"sure" doc:"the clause was read in its source, not only known"`
}

func termOf(p Profile) termView {
	return termView{
		ID: p.ID, Version: p.Version, Mode: p.Extension.Mode, WorkingDays: p.Extension.WorkingDays, DecideDays: p.Extension.Decide, ProgressEach: p.ProgressEach, FileDays: p.FileWorking,
		PublishDays: p.Publish, DelistDays: p.DelistPublish, MaxYears: p.MaxYears, ReviewDays: p.ReviewDays, Notices: p.copiesOf(NoticePaper), Extensions: p.copiesOf(ExtensionPaper),
		Acceptances: p.copiesOf(AcceptancePaper), Quota: p.Quota, OrderDeadline: p.OrderDeadline, Clause: p.Clause, Sure: p.Conf == "verified",
	}
}

// oneView is a listing with its past.
type oneView struct {
	LineView
	Terms             termView      `json:"terms"`
	ListingGov        string        `json:"listingGov"`
	ListingDept       string        `json:"listingDept"`
	Signatory         string        `json:"signatory"`
	Requirement       string        `json:"requirement"`
	StopWork          string        `json:"stopWork" enum:",partial,full"`
	ListedBy          string        `json:"listedBy"`
	FinishFirst       day.Date      `json:"finishFirst"`
	DeliveredOn       day.Date      `json:"deliveredOn"`
	DeliveredBy       string        `json:"deliveredBy"`
	ReceivedOn        day.Date      `json:"receivedOn"`
	ReceivedBy        string        `json:"receivedBy"`
	PlanFiledOn       day.Date      `json:"planFiledOn"`
	SpentFen          fen.Amount    `json:"spentFen"`
	ExtensionAskedOn  day.Date      `json:"extensionAskedOn"`
	ExtensionUntil    day.Date      `json:"extensionUntil"`
	ExtensionStanding string        `json:"extensionStanding" enum:",in_window"`
	ExtensionDueOn    day.Date      `json:"extensionDueOn"`
	AcceptanceAskedOn day.Date      `json:"acceptanceAskedOn"`
	ReviewDueOn       day.Date      `json:"reviewDueOn"`
	PassedOn          day.Date      `json:"passedOn"`
	FailedOn          day.Date      `json:"failedOn"`
	FileDueOn         day.Date      `json:"fileDueOn"`
	FiledOn           day.Date      `json:"filedOn"`
	AnnounceDueOn     day.Date      `json:"announceDueOn"`
	PublishDueOn      day.Date      `json:"publishDueOn"`
	WindowOpens       day.Date      `json:"windowOpens" doc:"first day to ask for more time; empty: at any time before it closes"`
	WindowCloses      day.Date      `json:"windowCloses" doc:"empty: the holidays of a year are not published"`
	WindowNow         string        `json:"windowNow" enum:",in_window,too_early,too_late"`
	HazardCancelled   bool          `json:"hazardCancelled" doc:"two officers reviewed the hazard and it passed"`
	HazardEvaluated   bool          `json:"hazardEvaluated" doc:"the company's own evaluation has been made"`
	HazardPlanOn      day.Date      `json:"hazardPlanOn" doc:"day the principal signed the treatment plan in the ledger"`
	Quarters          []quarterView `json:"quarters" nullable:"false"`
	Steps             []stepView    `json:"steps" nullable:"false"`
	May               []Event       `json:"may" nullable:"false" doc:"what the reader can do now"`
}

func oneOf(o One) oneView {
	v := oneView{
		LineView: lineOn(o.Today)(o.Listing), Terms: termOf(o.Terms()), ListingGov: o.ListingGov, ListingDept: o.ListingDept, Signatory: o.Signatory, Requirement: o.Requirement,
		StopWork: o.StopWork, ListedBy: o.ListedBy, FinishFirst: o.FinishFirst, DeliveredOn: o.DeliveredOn, DeliveredBy: o.DeliveredBy, ReceivedOn: o.ReceivedOn, ReceivedBy: o.ReceivedBy,
		PlanFiledOn: o.PlanFiledOn, SpentFen: o.SpentFen, ExtensionAskedOn: o.ExtensionAskedOn, ExtensionUntil: o.ExtensionUntil, ExtensionStanding: o.ExtensionStanding,
		ExtensionDueOn: o.ExtensionDueOn, AcceptanceAskedOn: o.AcceptanceAskedOn, ReviewDueOn: o.ReviewDueOn, PassedOn: o.PassedOn, FailedOn: o.FailedOn, FileDueOn: o.FileDueOn,
		FiledOn: o.FiledOn, AnnounceDueOn: o.AnnounceDueOn, PublishDueOn: o.PublishDueOn, WindowOpens: o.Window.Opens, WindowCloses: o.Window.Closes, WindowNow: o.Window.Standing,
		HazardCancelled: o.Hazard.Cancelled, HazardEvaluated: o.Hazard.Evaluated, HazardPlanOn: o.Hazard.PlanFiledOn, Quarters: []quarterView{}, Steps: []stepView{}, May: o.May,
	}
	for _, q := range o.Quarters {
		late := q.FiledOn.After(q.DueOn) || (q.FiledOn.IsZero() && q.DueOn.Before(o.Today))
		v.Quarters = append(v.Quarters, quarterView{q.DueOn, q.FiledOn, late})
	}
	for _, s := range o.Steps {
		one := stepView{N: s.N, Event: s.Event, ToState: s.ToState, At: s.At, HappenedOn: s.HappenedOn, Side: s.ActorKind, ActorName: s.ActorName, Note: s.Note, Detail: s.Detail.V, Files: []id.Of[id.Attachment]{}}
		for _, n := range s.Files {
			one.Files = append(one.Files, id.Of[id.Attachment](n))
		}
		v.Steps = append(v.Steps, one)
	}
	return v
}

// offerView is what a regulator needs to list a hazard.
type offerView struct {
	ListingID id.Of[id.Listing] `json:"listingId" doc:"the latest listing of the hazard; 0: none"`
	Number    string            `json:"number"`
	State     State             `json:"state,omitempty"`
	May       bool              `json:"may" doc:"the reader may list it now"`
	Today     day.Date          `json:"today"`
	Levels    []string          `json:"levels" nullable:"false" doc:"that he may list at, his own last"`
	Profile   string            `json:"profile" doc:"form of the area"`
	Profiles  []termView        `json:"profiles" nullable:"false"`
	Prefix    string            `json:"prefix" doc:"as in his last notice"`
	Gov       string            `json:"gov"`
	Dept      string            `json:"dept"`
	Signatory string            `json:"signatory"`
	Deadline  day.Date          `json:"deadline" doc:"of the hazard"`
	Hazard    string            `json:"hazard"`
}

func offerOf(o Offer) offerView {
	v := offerView{
		May: o.May, Today: o.Today, Levels: append([]string{}, o.Levels...), Profile: o.Profile.ID, Profiles: []termView{}, Prefix: o.Last.NumberPrefix, Gov: o.Last.ListingGov,
		Dept: o.Last.ListingDept, Signatory: o.Last.Signatory, Deadline: o.Hazard.Deadline, Hazard: o.Hazard.Number,
	}
	if o.Current != nil {
		v.ListingID, v.Number, v.State = o.Current.ID, o.Current.Number(), o.Current.State
	}
	if o.Profile.ID != "" {
		for _, p := range Profiles() {
			v.Profiles = append(v.Profiles, termOf(p))
		}
	}
	return v
}

// publicView is a listing as anybody may read it.
type publicView struct {
	ID          id.Of[id.Listing] `json:"id"`
	Number      string            `json:"number"`
	CompanyName string            `json:"companyName"`
	HazardText  string            `json:"hazardText"`
	Level       string            `json:"level" enum:"town,county,prefecture,province"`
	ListingGov  string            `json:"listingGov"`
	ListingDept string            `json:"listingDept"`
	ListedOn    day.Date          `json:"listedOn"`
	FinishBy    day.Date          `json:"finishBy"`
	AnnouncedOn day.Date          `json:"announcedOn"`
	DelistedOn  day.Date          `json:"delistedOn"`
	PublishedOn day.Date          `json:"publishedOn" doc:"day the end of the listing was made public"`
}

func publicOn(p Public) publicView {
	return publicView{
		ID: p.ID, Number: cite(p.NumberPrefix, p.NumberYear, p.NumberSeq), CompanyName: p.CompanyName, HazardText: p.HazardText, Level: p.Level, ListingGov: p.ListingGov,
		ListingDept: p.ListingDept, ListedOn: p.ListedOn, FinishBy: p.FinishBy, AnnouncedOn: p.AnnouncedOn, DelistedOn: p.DelistedOn, PublishedOn: p.PublishedOn,
	}
}
