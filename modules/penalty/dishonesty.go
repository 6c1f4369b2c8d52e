package penalty

import (
	"slices"
	"strings"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// State is where a listing stands.
type State string

// States of a listing.
const (
	OnNotice  State = "noticed" // the company may state its case (陈述申辩)
	OnStated  State = "stated"
	OnDropped State = "dropped"
	OnListed  State = "listed"
	OnAsked   State = "removal_asked" // early removal (提前移出)
	OnTaken   State = "removal_accepted"
	OnRemoved State = "removed"
)

// Dishonesty is a listing as seriously dishonest, from the notice before it on.
type Dishonesty struct {
	ID                id.Of[Dishonesty]
	CompanyID         rbac.CompanyID
	RegionPath        string
	OversightLine     int16
	CompanyName       string
	OrganisationID    id.Of[id.Organisation]
	Body              string
	State             State
	Conditions        db.Texts
	Facts             string
	Subject           string
	SubjectName       string
	PenaltyID         *id.Of[id.Penalty]
	NoticeNo          string
	NoticedOn         day.Date
	NoticedBy         string
	StatementDueOn    day.Date
	Statement         string
	StatedOn          day.Date
	StatedBy          string
	DecisionNo        string
	DecidedOn         day.Date
	DecidedBy         string
	Opinion           string
	ListedOn          day.Date
	LastDay           day.Date
	EarlyOn           day.Date
	PublishedOn       day.Date
	Medium            string
	RemovalAskedOn    day.Date
	RemovalAskedBy    string
	RemovalNote       string
	RemovalAcceptBy   day.Date
	RemovalAcceptedOn day.Date
	RemovalDecideBy   day.Date
	RemovalOpinion    string
	RemovedOn         day.Date
	RemovedBy         string
	RestoredOn        day.Date
	MadeAt            time.Time
}

// Term is how long a listing lasts. Zero EarlyOn: the rule knows no early removal.
type Term struct {
	LastDay day.Date
	EarlyOn day.Date
}

// Holds reports whether somebody is on the list on d: listed, the term not over, not removed.
func (x Dishonesty) Holds(d day.Date) bool {
	return !x.ListedOn.IsZero() && x.RemovedOn.IsZero() && !d.Before(x.ListedOn) && !d.After(x.LastDay)
}

// Standing is the state on a day: the end of the term needs no decision.
func (x Dishonesty) Standing(d day.Date) string {
	if !x.ListedOn.IsZero() && x.RemovedOn.IsZero() && d.After(x.LastDay) {
		return "expired"
	}
	return string(x.State)
}

// Notice opens the procedure of a listing.
type Notice struct {
	CompanyID   rbac.CompanyID    `json:"companyId"`
	Body        string            `json:"body" minLength:"1" maxLength:"100" doc:"that decides"`
	Conditions  []string          `json:"conditions" minItems:"1" maxItems:"9" nullable:"false" maxLength:"10" doc:"ids, e.g. BL-04"`
	Facts       string            `json:"facts" minLength:"1" maxLength:"2000"`
	Subject     string            `json:"subject" enum:"enterprise,principal,person"`
	SubjectName string            `json:"subjectName,omitempty" maxLength:"60"`
	PenaltyID   id.Of[id.Penalty] `json:"penaltyId,omitempty" doc:"the penalty it follows"`
	NoticeNo    string            `json:"noticeNo" minLength:"1" maxLength:"60"`
	NoticedOn   day.Date          `json:"noticedOn" doc:"on which the notice was served"`
	Files       Files             `json:"files,omitempty" maxItems:"20" nullable:"false"`
}

// make checks a notice and makes the listing of it. Errors: ErrBlank, ErrSubject, ErrCondition, ErrDay.
func (n Notice) make(home rbac.Home, company string, by rbac.Actor, now time.Time) (Dishonesty, error) {
	n.SubjectName = strings.TrimSpace(n.SubjectName)
	if (n.Subject == "enterprise") != (n.SubjectName == "") {
		return Dishonesty{}, ErrSubject.At("body.subjectName")
	}
	for name, value := range map[string]string{"body": n.Body, "facts": n.Facts, "noticeNo": n.NoticeNo} {
		if strings.TrimSpace(value) == "" {
			return Dishonesty{}, ErrBlank.At("body." + name)
		}
	}
	conditions := slices.Compact(slices.Sorted(slices.Values(n.Conditions)))
	if len(conditions) == 0 || slices.ContainsFunc(conditions, func(c string) bool { return !knownCondition(c) }) {
		return Dishonesty{}, ErrCondition.At("body.conditions")
	}
	if n.NoticedOn.IsZero() || n.NoticedOn.After(day.In(now, day.Shanghai)) {
		return Dishonesty{}, ErrDay.At("body.noticedOn")
	}
	x := Dishonesty{
		CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, CompanyName: company, OrganisationID: by.OrganisationID, Body: strings.TrimSpace(n.Body),
		State: OnNotice, Conditions: conditions, Facts: strings.TrimSpace(n.Facts), Subject: n.Subject, SubjectName: n.SubjectName, NoticeNo: strings.TrimSpace(n.NoticeNo),
		NoticedOn: n.NoticedOn, NoticedBy: by.Name, StatementDueOn: within(n.NoticedOn, rules.Dishonesty.StatementWorkingDays), MadeAt: now,
	}
	if n.PenaltyID != 0 {
		x.PenaltyID = &n.PenaltyID
	}
	return x, nil
}

// state is the company's statement. Errors: ErrState, ErrStatementLate, ErrBlank.
func (x *Dishonesty) state(today day.Date, by, text string) error {
	switch {
	case x.State != OnNotice:
		return ErrState
	case !x.StatementDueOn.IsZero() && today.After(x.StatementDueOn):
		return ErrStatementLate.With("until", x.StatementDueOn.String())
	case strings.TrimSpace(text) == "":
		return ErrBlank.At("body.note")
	}
	x.State, x.Statement, x.StatedOn, x.StatedBy = OnStated, strings.TrimSpace(text), today, by
	return nil
}

// Verdict decides on a listing after the notice.
type Verdict struct {
	List       bool     `json:"list" doc:"false: nobody is listed"`
	DecisionNo string   `json:"decisionNo,omitempty" maxLength:"60" doc:"needed to list"`
	On         day.Date `json:"on" doc:"of the decision"`
	Opinion    string   `json:"opinion" minLength:"1" maxLength:"2000"`
	Files      Files    `json:"files,omitempty" maxItems:"20" nullable:"false"`
}

// decide lists somebody or drops the case. Errors: ErrState, ErrStatementOpen, ErrBlank, ErrDay, ErrTerm.
func (x *Dishonesty) decide(today day.Date, by string, v Verdict, term func(day.Date) (Term, bool)) error {
	switch {
	case x.State != OnNotice && x.State != OnStated:
		return ErrState
	case x.State == OnNotice && !today.After(x.StatementDueOn):
		return ErrStatementOpen.With("until", x.StatementDueOn.String())
	case strings.TrimSpace(v.Opinion) == "":
		return ErrBlank.At("body.opinion")
	case v.On.IsZero() || v.On.After(today) || v.On.Before(x.NoticedOn):
		return ErrDay.At("body.on")
	case v.List && strings.TrimSpace(v.DecisionNo) == "":
		return ErrBlank.At("body.decisionNo")
	}
	x.DecidedOn, x.DecidedBy, x.Opinion, x.DecisionNo = v.On, by, strings.TrimSpace(v.Opinion), strings.TrimSpace(v.DecisionNo)
	if !v.List {
		x.State = OnDropped
		return nil
	}
	t, ok := term(v.On)
	if !ok {
		return ErrTerm.At("body.on")
	}
	x.State, x.ListedOn, x.LastDay, x.EarlyOn = OnListed, v.On, t.LastDay, t.EarlyOn
	return nil
}

// publish makes a listing public. Errors: ErrState, ErrDay, ErrBlank.
func (x *Dishonesty) publish(on, today day.Date, medium string) error {
	switch {
	case x.ListedOn.IsZero() || !x.PublishedOn.IsZero():
		return ErrState
	case on.IsZero() || on.After(today) || on.Before(x.DecidedOn):
		return ErrDay.At("body.on")
	case strings.TrimSpace(medium) == "":
		return ErrBlank.At("body.medium")
	}
	x.PublishedOn, x.Medium = on, strings.TrimSpace(medium)
	return nil
}

// askRemoval is the company asking for early removal. Errors: ErrState, ErrEarly, ErrBlank.
func (x *Dishonesty) askRemoval(today day.Date, by, note string) error {
	switch {
	case x.State != OnListed || x.EarlyOn.IsZero() || today.After(x.LastDay):
		return ErrState
	case today.Before(x.EarlyOn):
		return ErrEarly.With("from", x.EarlyOn.String())
	case strings.TrimSpace(note) == "":
		return ErrBlank.At("body.note")
	}
	x.State, x.RemovalAskedOn, x.RemovalAskedBy, x.RemovalNote = OnAsked, today, by, strings.TrimSpace(note)
	x.RemovalAcceptBy = within(today, rules.Dishonesty.Early.AcceptWorkingDays)
	return nil
}

// accept takes the request in. Errors: ErrState.
func (x *Dishonesty) accept(today day.Date) error {
	if x.State != OnAsked {
		return ErrState
	}
	x.State, x.RemovalAcceptedOn, x.RemovalDecideBy = OnTaken, today, within(today, rules.Dishonesty.Early.DecideWorkingDays)
	return nil
}

// Removal decides on a request for early removal.
type Removal struct {
	Remove  bool     `json:"remove"`
	Needs   []string `json:"needs,omitempty" maxItems:"10" nullable:"false" maxLength:"40" doc:"conditions confirmed; to remove, every one"`
	Opinion string   `json:"opinion" minLength:"1" maxLength:"2000"`
	Files   Files    `json:"files,omitempty" maxItems:"20" nullable:"false"`
}

// settle decides on early removal. Errors: ErrState, ErrBlank, ErrNeeds.
func (x *Dishonesty) settle(today day.Date, by string, r Removal) error {
	switch {
	case x.State != OnTaken:
		return ErrState
	case strings.TrimSpace(r.Opinion) == "":
		return ErrBlank.At("body.opinion")
	case r.Remove && slices.ContainsFunc(rules.Dishonesty.Early.Needs, func(n string) bool { return !slices.Contains(r.Needs, n) }):
		return ErrNeeds.At("body.needs")
	}
	x.RemovalOpinion = strings.TrimSpace(r.Opinion)
	if !r.Remove {
		x.State = OnListed
		return nil
	}
	x.State, x.RemovedOn, x.RemovedBy = OnRemoved, today, by
	return nil
}

// restore puts who was removed with false papers back on the list; the term starts again. Errors: ErrState, ErrBlank, ErrTerm.
func (x *Dishonesty) restore(today day.Date, note string, term func(day.Date) (Term, bool)) error {
	switch {
	case x.State != OnRemoved:
		return ErrState
	case strings.TrimSpace(note) == "":
		return ErrBlank.At("body.note")
	}
	t, ok := term(today)
	if !ok {
		return ErrTerm
	}
	x.State, x.RestoredOn, x.RemovedOn, x.RemovedBy, x.LastDay, x.EarlyOn = OnListed, today, day.Date{}, "", t.LastDay, t.EarlyOn
	return nil
}
