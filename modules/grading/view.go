package grading

import (
	"slices"
	"time"

	"anbiao/kit/calendar"
	"anbiao/kit/day"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// LineView is an application in a list, on the wire.
type LineView struct {
	ID           id.Of[id.Application] `json:"id"`
	Number       string                `json:"number"`
	CompanyID    rbac.CompanyID        `json:"companyId"`
	CompanyName  string                `json:"companyName"`
	Area         string                `json:"area" doc:"county of the company, by its path"`
	Kind         string                `json:"kind" enum:"first,renewal"`
	Direct       bool                  `json:"direct" doc:"renewal without a site review"`
	Level        string                `json:"level"`
	State        State                 `json:"state" enum:"draft,submitted,correction,accepted,confirmed,rejected,site_reported,rectifying,rectify_check,listed,publicity,objection,granted,not_passed,terminated_false,withdrawn"`
	SinceOn      day.Date              `json:"sinceOn" doc:"in that state"`
	DueOn        day.Date              `json:"dueOn" doc:"last day of the term that runs; empty: none, or not to be counted yet"`
	DueSide      Side                  `json:"dueSide" enum:",company,organizer,authority,agency" doc:"who has to act"`
	DueMissing   int16                 `json:"dueMissing" doc:"the year whose holidays are not published, so that the term cannot be counted; 0: it can"`
	DaysLeft     *int                  `json:"daysLeft" required:"false" doc:"working days until the term ends, negative after it"`
	Late         bool                  `json:"late"`
	EscalatedTo  Rank                  `json:"escalatedTo" enum:",town,county,city,province,nation" doc:"level that a late step was passed up to"`
	SubmittedOn  day.Date              `json:"submittedOn"`
	ReviewUnit   string                `json:"reviewUnit"`
	SiteFrom     day.Date              `json:"siteFrom"`
	SiteUntil    day.Date              `json:"siteUntil"`
	PublicFrom   day.Date              `json:"publicFrom"`
	PublicUntil  day.Date              `json:"publicUntil"`
	Objections   int32                 `json:"objections"`
	AnnouncedOn  day.Date              `json:"announcedOn"`
	NoticeNo     string                `json:"noticeNo"`
	SelfScore    int                   `json:"selfScore" doc:"hundredths; -1: none"`
	ReviewScore  int32                 `json:"reviewScore" doc:"hundredths; -1: none"`
	EndReason    string                `json:"endReason"`
	BarredUntil  day.Date              `json:"barredUntil"`
	OrganizedBy  Rank                  `json:"organizedBy" enum:"town,county,city,province,nation"`
	AuthorizedBy Rank                  `json:"authorizedBy" enum:"town,county,city,province,nation"`
}

func lineOn(today day.Date) func(Application) LineView {
	cal := calendar.China()
	return func(a Application) LineView {
		return LineView{
			ID: a.ID, Number: a.Number(), CompanyID: a.CompanyID, CompanyName: a.CompanyName, Area: a.RegionPath[:min(6, len(a.RegionPath))], Kind: a.Kind, Direct: a.Direct, Level: a.Level,
			State: a.State, SinceOn: a.SinceOn, DueOn: a.DueOn, DueSide: a.DueSide, DueMissing: a.DueMissing, DaysLeft: left(cal, today, a.DueOn), Late: a.Late(today), EscalatedTo: a.EscalatedTo,
			SubmittedOn: a.SubmittedOn, ReviewUnit: a.ReviewUnit, SiteFrom: a.SiteFrom, SiteUntil: a.SiteUntil, PublicFrom: a.PublicFrom, PublicUntil: a.PublicUntil, Objections: a.Objections,
			AnnouncedOn: a.AnnouncedOn, NoticeNo: a.NoticeNo, SelfScore: a.Snapshot.V.Score, ReviewScore: a.ReviewScore, EndReason: a.EndReason, BarredUntil: a.BarredUntil,
			OrganizedBy: a.OrganizerLevel, AuthorizedBy: a.AuthorityLevel,
		}
	}
}

// stepView is a step on the wire.
type stepView struct {
	N            int32                  `json:"n"`
	Event        Event                  `json:"event"`
	FromState    State                  `json:"fromState"`
	ToState      State                  `json:"toState"`
	At           time.Time              `json:"at"`
	HappenedOn   day.Date               `json:"happenedOn"`
	Side         Side                   `json:"side"`
	ActorName    string                 `json:"actorName"`
	Organisation string                 `json:"organisation"`
	Note         string                 `json:"note"`
	Detail       Detail                 `json:"detail"`
	Files        []id.Of[id.Attachment] `json:"files" nullable:"false"`
}

type memberView struct {
	ID         id.Of[Member] `json:"id"`
	Name       string        `json:"name"`
	Leads      bool          `json:"leads"`
	DeclaredOn day.Date      `json:"declaredOn"`
	Conflict   bool          `json:"conflict"`
	Statement  string        `json:"statement"`
}

type issueView struct {
	ID      id.Of[Issue]           `json:"id"`
	N       int16                  `json:"n"`
	Item    string                 `json:"item" doc:"code in the rubric"`
	What    string                 `json:"what"`
	Demand  string                 `json:"demand"`
	Measure string                 `json:"measure"`
	Files   []id.Of[id.Attachment] `json:"files" nullable:"false"`
	DoneOn  day.Date               `json:"doneOn"`
	Passed  *bool                  `json:"passed" required:"false" doc:"by the check; empty: not checked"`
	Verdict string                 `json:"verdict"`
}

type protestView struct {
	ID         id.Of[Protest] `json:"id"`
	At         time.Time      `json:"at"`
	Text       string         `json:"text"`
	Name       string         `json:"name"`
	Contact    string         `json:"contact"`
	Verdict    string         `json:"verdict" enum:",upheld,dismissed"`
	Finding    string         `json:"finding"`
	VerifiedOn day.Date       `json:"verifiedOn"`
	VerifiedBy string         `json:"verifiedBy"`
}

// limitView is one time limit of a form.
type limitView struct {
	Key         string `json:"key" enum:"publish,correct,confirm,review,rectify,extend,check,publicity"`
	WorkingDays int    `json:"workingDays"`
	Conf        string `json:"conf" enum:"verified,memory,house"`
}

type gradeView struct {
	Level     string `json:"level"`
	Zh        string `json:"zh"`
	En        string `json:"en"`
	Authority Rank   `json:"authority" enum:"town,county,city,province,nation"`
	Organizer Rank   `json:"organizer" enum:"town,county,city,province,nation"`
	Conf      string `json:"conf" enum:"verified,memory,house"`
}

type askedView struct {
	Code string `json:"code"`
	Zh   string `json:"zh"`
	En   string `json:"en"`
	Conf string `json:"conf" enum:"verified,memory,house"`
}

// formView is what a profile says.
type formView struct {
	ID         string      `json:"id"`
	Version    string      `json:"version"`
	Zh         string      `json:"zh"`
	En         string      `json:"en"`
	Clause     string      `json:"clause"`
	Conf       string      `json:"conf" enum:"verified,memory,house"`
	Below      string      `json:"below" enum:"fail,take"`
	Levels     []gradeView `json:"levels" nullable:"false"`
	Limits     []limitView `json:"limits" nullable:"false"`
	Conditions []askedView `json:"conditions" nullable:"false"`
}

func formOf(p Profile) formView {
	v := formView{ID: p.ID, Version: p.Version, Zh: p.Zh, En: p.En, Clause: p.Clause, Conf: p.Conf, Below: p.Below}
	for _, g := range p.Levels {
		v.Levels = append(v.Levels, gradeView{g.Level, g.Zh, g.En, g.Authority, g.Organizer, g.Conf})
	}
	l := p.Limits
	for i, x := range []Limit{l.Publish, l.Correct, l.Confirm, l.Review, l.Rectify, l.Extend, l.Check, l.Publicity} {
		v.Limits = append(v.Limits, limitView{limitKeys[i], x.WorkingDays, x.Conf})
	}
	for _, a := range p.Conditions {
		v.Conditions = append(v.Conditions, askedView{a.Code, a.Zh, a.En, a.Conf})
	}
	return v
}

var limitKeys = []string{"publish", "correct", "confirm", "review", "rectify", "extend", "check", "publicity"}

// oneView is an application with its past.
type oneView struct {
	LineView
	CompanyCode      string               `json:"companyCode"`
	Form             formView             `json:"form"`
	TakeReached      bool                 `json:"takeReached"`
	SelfID           id.Of[id.Evaluation] `json:"selfId"`
	Snapshot         Evaluation           `json:"snapshot" doc:"of the self-evaluation, as it stood when the application went out"`
	Conditions       []Condition          `json:"conditions" nullable:"false"`
	OrganizerUnit    string               `json:"organizerUnit"`
	AuthorityUnit    string               `json:"authorityUnit"`
	SignedBy         string               `json:"signedBy"`
	SignedOn         day.Date             `json:"signedOn"`
	Signature        id.Of[id.Attachment] `json:"signature"`
	ReceivedOn       day.Date             `json:"receivedOn"`
	Corrections      []string             `json:"corrections" nullable:"false"`
	AcceptedOn       day.Date             `json:"acceptedOn"`
	Silent           bool                 `json:"silent" doc:"accepted because nobody answered in time"`
	EndorsedOn       day.Date             `json:"endorsedOn"`
	ConfirmedOn      day.Date             `json:"confirmedOn"`
	ReviewID         id.Of[id.Evaluation] `json:"reviewId"`
	Review           *Evaluation          `json:"review" required:"false"`
	SiteReportedOn   day.Date             `json:"siteReportedOn"`
	Reached          string               `json:"reached"`
	Conclusion       string               `json:"conclusion"`
	RectifyDueOn     day.Date             `json:"rectifyDueOn"`
	Extensions       int16                `json:"extensions"`
	ExtensionAskedOn day.Date             `json:"extensionAskedOn" doc:"not answered yet"`
	ExtensionDays    int16                `json:"extensionDays" doc:"working days asked for"`
	RectifiedOn      day.Date             `json:"rectifiedOn"`
	CheckedOn        day.Date             `json:"checkedOn"`
	ListedOn         day.Date             `json:"listedOn"`
	PublicAt         string               `json:"publicAt"`
	ObjectionsOpen   int32                `json:"objectionsOpen"`
	ObjectionsUpheld int32                `json:"objectionsUpheld"`
	EndedOn          day.Date             `json:"endedOn"`
	Team             []memberView         `json:"team" nullable:"false"`
	Issues           []issueView          `json:"issues" nullable:"false"`
	Protests         []protestView        `json:"protests" nullable:"false" doc:"for the authority alone"`
	Steps            []stepView           `json:"steps" nullable:"false"`
	May              []Event              `json:"may" nullable:"false" doc:"what the reader can do now"`
	Today            day.Date             `json:"today"`
}

func oneOf(o One) oneView {
	v := oneView{
		LineView: lineOn(o.Today)(o.Application), CompanyCode: o.CompanyCode, Form: formOf(o.Form()), TakeReached: o.TakeReached, SelfID: o.SelfID, Snapshot: o.Snapshot.V,
		Conditions: append([]Condition{}, o.Conditions.V...), OrganizerUnit: o.OrganizerUnit, AuthorityUnit: o.AuthorityUnit, SignedBy: o.SignedBy, SignedOn: o.SignedOn, Signature: deref(o.SignatureID),
		ReceivedOn: o.ReceivedOn, Corrections: append([]string{}, o.Corrections...), AcceptedOn: o.AcceptedOn, Silent: o.Silent, EndorsedOn: o.EndorsedOn, ConfirmedOn: o.ConfirmedOn,
		ReviewID: deref(o.ReviewID), Review: o.Review, SiteReportedOn: o.SiteReportedOn, Reached: o.Reached, Conclusion: o.Conclusion, RectifyDueOn: o.RectifyDueOn, Extensions: o.Extensions,
		ExtensionAskedOn: o.ExtensionAskedOn, ExtensionDays: o.ExtensionDays, RectifiedOn: o.RectifiedOn, CheckedOn: o.CheckedOn, ListedOn: o.ListedOn, PublicAt: o.PublicAt,
		ObjectionsOpen: o.ObjectionsOpen, ObjectionsUpheld: o.ObjectionsUpheld, EndedOn: o.EndedOn, Team: []memberView{}, Issues: []issueView{}, Protests: []protestView{}, Steps: []stepView{},
		May: o.May, Today: o.Today,
	}
	for _, m := range o.Team {
		v.Team = append(v.Team, memberView{m.ID, m.Name, m.Leads, m.DeclaredOn, m.Conflict, m.Statement})
	}
	for _, i := range o.Issues {
		v.Issues = append(v.Issues, issueView{i.ID, i.N, i.ItemCode, i.What, i.Demand, i.Measure, filesOf(i.Files), i.DoneOn, i.Passed, i.Verdict})
	}
	for _, p := range o.Protests {
		v.Protests = append(v.Protests, protestView{p.ID, p.At, p.Text, p.Name, p.Contact, p.Verdict, p.Finding, p.VerifiedOn, p.VerifiedBy})
	}
	for _, s := range o.Steps {
		v.Steps = append(v.Steps, stepView{s.N, s.Event, s.FromState, s.ToState, s.At, s.HappenedOn, s.Side, s.ActorName, s.Organisation, s.Note, s.Detail.V, filesOf(s.Files)})
	}
	return v
}

func deref[T ~int64](p *T) T {
	if p == nil {
		return 0
	}
	return *p
}

func filesOf(all []int64) []id.Of[id.Attachment] {
	out := make([]id.Of[id.Attachment], len(all))
	for i, n := range all {
		out[i] = id.Of[id.Attachment](n)
	}
	return out
}

type selfView struct {
	Evaluation
	May     bool     `json:"may" doc:"an application may be made with it today"`
	From    day.Date `json:"from" doc:"first day on which it may; empty: it is not public inside the firm yet"`
	Missing int      `json:"missing" doc:"the year whose holidays are not published"`
}

// offerView is what a company needs to start.
type offerView struct {
	Form       formView              `json:"form"`
	Level      string                `json:"level"`
	Selves     []selfView            `json:"selves" nullable:"false"`
	Conditions []Condition           `json:"conditions" nullable:"false"`
	CurrentID  id.Of[id.Application] `json:"currentId" doc:"of the application under way; empty: none is"`
	Barred     day.Date              `json:"barred" doc:"no application is taken until that day; empty: nothing bars it"`
	HeldLevel  string                `json:"heldLevel"`
	HeldUntil  day.Date              `json:"heldUntil"`
	Today      day.Date              `json:"today"`
}

func offerOf(o Offer) offerView {
	v := offerView{
		Form: formOf(o.Form), Level: o.Level, Selves: []selfView{}, Conditions: append([]Condition{}, o.Conditions...), Barred: o.Barred, HeldLevel: o.Held.Level, HeldUntil: o.Held.Until, Today: o.Today,
	}
	if o.Current != nil {
		v.CurrentID = o.Current.ID
	}
	for _, e := range o.Selves {
		may := e.Score >= 0 && !e.FinishedOn.IsZero() && !e.From.IsZero() && !o.Today.Before(e.From)
		v.Selves = append(v.Selves, selfView{e.Evaluation, may, e.From, e.Missing})
	}
	return v
}

// agencyView is a review agency with whether it may be sent.
type agencyView struct {
	ID       id.Of[id.Organisation] `json:"id"`
	Name     string                 `json:"name"`
	WorkedOn day.Date               `json:"workedOn" doc:"last day it worked for the company"`
	Why      string                 `json:"why" enum:",interest,organizes" doc:"why it may not be sent; empty: it may"`
}

func agencyOn(a Application, today day.Date) func(Agency) agencyView {
	form := a.Form()
	return func(x Agency) agencyView {
		v := agencyView{ID: x.ID, Name: x.Name, WorkedOn: x.WorkedOn}
		switch {
		case a.OrganizerAgencyID != nil && *a.OrganizerAgencyID == x.ID && !form.OrganizerReviews:
			v.Why = "organizes"
		case !x.WorkedOn.IsZero() && !x.WorkedOn.Before(today.AddYears(-form.ConflictYears)):
			v.Why = "interest"
		}
		return v
	}
}

// publicView is a result as anybody may read it.
type publicView struct {
	ID            id.Of[id.Application] `json:"id"`
	CompanyName   string                `json:"companyName"`
	CompanyCode   string                `json:"companyCode"`
	Level         string                `json:"level"`
	LevelZh       string                `json:"levelZh"`
	LevelEn       string                `json:"levelEn"`
	Kind          string                `json:"kind" enum:"first,renewal"`
	State         State                 `json:"state" enum:"publicity,granted"`
	OrganizerUnit string                `json:"organizerUnit"`
	AuthorityUnit string                `json:"authorityUnit"`
	ReviewUnit    string                `json:"reviewUnit"`
	PublicFrom    day.Date              `json:"publicFrom"`
	PublicUntil   day.Date              `json:"publicUntil"`
	AnnouncedOn   day.Date              `json:"announcedOn"`
	NoticeNo      string                `json:"noticeNo"`
	Open          bool                  `json:"open" doc:"an objection may be raised today"`
}

func publicOn(today day.Date) func(Public) publicView {
	return func(p Public) publicView {
		form, _ := ProfileOf(p.Profile, p.ProfileVersion)
		g, _ := form.Grade(p.Level)
		return publicView{
			ID: p.ID, CompanyName: p.CompanyName, CompanyCode: p.CompanyCode, Level: p.Level, LevelZh: g.Zh, LevelEn: g.En, Kind: p.Kind, State: p.State, OrganizerUnit: p.OrganizerUnit,
			AuthorityUnit: p.AuthorityUnit, ReviewUnit: p.ReviewUnit, PublicFrom: p.PublicFrom, PublicUntil: p.PublicUntil, AnnouncedOn: p.AnnouncedOn, NoticeNo: p.NoticeNo,
			Open: p.State == Publicity && !today.After(p.PublicUntil),
		}
	}
}

// formsOf are the newest profiles on the wire.
func formsOf() []formView {
	out := []formView{}
	for _, p := range slices.Clone(Profiles()) {
		out = append(out, formOf(p))
	}
	return out
}
