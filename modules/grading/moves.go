package grading

import (
	"slices"
	"strconv"
	"strings"

	"anbiao/kit/calendar"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
)

// Plan is what a company asks for.
type Plan struct {
	SelfID      id.Of[id.Evaluation] `json:"selfId" doc:"the self-evaluation, finished and published inside the firm"`
	Level       string               `json:"level" minLength:"1" maxLength:"10" doc:"asked for"`
	TakeReached bool                 `json:"takeReached,omitempty" doc:"where the profile has it: a lower level reached is taken"`
	Renews      id.Of[id.Award]      `json:"renews,omitempty" doc:"the level that is renewed; empty: a first application"`
	Profile     string               `json:"profile,omitempty" maxLength:"40" doc:"form; empty: that of the area"`
}

// Statement is the company's word on one condition that the system cannot see.
type Statement struct {
	Code string `json:"code" minLength:"1" maxLength:"40"`
	OK   bool   `json:"ok"`
	Note string `json:"note,omitempty" maxLength:"500"`
}

// Statements are those of the whole application.
type Statements struct {
	Items []Statement `json:"items" maxItems:"40" nullable:"false"`
}

// Signing is the principal's signature under the commitment (承诺书).
type Signing struct {
	Signature id.Of[id.Attachment] `json:"signature" doc:"picture of the signature"`
}

// Paper is a step that says something and brings documents.
type Paper struct {
	Note  string `json:"note,omitempty" maxLength:"1000"`
	Files Files  `json:"files,omitempty" maxItems:"20" nullable:"false"`
}

// Missing is the one list of what has to be corrected.
type Missing struct {
	List []string `json:"list" minItems:"1" maxItems:"30" nullable:"false" maxLength:"300"`
	Note string   `json:"note,omitempty" maxLength:"1000"`
}

// Opinion is the organizing unit's report to the authority.
type Opinion struct {
	Opinion string                 `json:"opinion" minLength:"1" maxLength:"1000"`
	Agency  id.Of[id.Organisation] `json:"agency,omitempty" doc:"agency that checked for the organizing unit"`
	Files   Files                  `json:"files,omitempty" maxItems:"20" nullable:"false"`
}

// Longer asks for more time to mend.
type Longer struct {
	Days   int16  `json:"days" minimum:"1" maximum:"60" doc:"working days"`
	Reason string `json:"reason" minLength:"1" maxLength:"1000"`
	Files  Files  `json:"files,omitempty" maxItems:"20" nullable:"false"`
}

// Answer decides on a request for more time.
type Answer struct {
	Granted bool   `json:"granted"`
	Opinion string `json:"opinion" minLength:"1" maxLength:"1000"`
}

// open begins an application of a company. Errors: ErrEvaluation, ErrLevel.
func (f *file) open(p Plan, form Profile, self Evaluation) error {
	if self.Kind != "" && self.Kind != "self" {
		return ErrEvaluation.At("body.selfId")
	}
	f.Profile, f.ProfileVersion, f.Kind = form.ID, form.Version, First
	if p.Renews != 0 {
		f.Kind, f.RenewsID = Renewal, some(p.Renews)
	}
	f.SelfID, f.RubricID, f.Snapshot, f.ReviewScore = p.SelfID, self.RubricID, db.JSON[Evaluation]{V: self}, -1
	if err := f.ask(p.Level, p.TakeReached); err != nil {
		return err
	}
	if err := published(self, form, f.cal, f.today()); err != nil {
		return err
	}
	f.State, f.SinceOn = "", f.today()
	f.step(Start, Draft, "", nil, Detail{Level: f.Level})
	return nil
}

func (f *file) ask(level string, take bool) error {
	form := f.Form()
	g, ok := form.Grade(level)
	if !ok || (take && form.Below != "take") {
		return ErrLevel.At("body.level")
	}
	f.Level, f.TakeReached, f.OrganizerLevel, f.AuthorityLevel = level, take, g.Organizer, g.Authority
	return nil
}

// published refuses a self-evaluation that is not finished, or was not public inside the firm for the days the form
// asks for. Errors: ErrEvaluation, ErrPublication, ErrCalendar.
func published(self Evaluation, form Profile, cal *calendar.Calendar, today day.Date) error {
	if self.FinishedOn.IsZero() || self.Score < 0 || self.PublishedFrom.IsZero() {
		return ErrEvaluation.At("body.selfId")
	}
	last, missing := form.Limits.Publish.From(cal, self.PublishedFrom)
	if missing > 0 {
		return ErrCalendar.With("year", strconv.Itoa(missing)).At("body.selfId")
	}
	if today.Before(last) {
		return ErrPublication.With("until", last.String()).At("body.selfId")
	}
	return nil
}

// prepare takes the company's word on the conditions. Errors: ErrSide, ErrNow.
func (f *file) prepare(found []Condition, s Statements) error {
	if err := f.may(Prepare); err != nil {
		return err
	}
	f.Conditions.V = found
	for i := range f.Conditions.V {
		c := &f.Conditions.V[i]
		for _, x := range s.Items {
			if x.Code == c.Code {
				c.say(x)
			}
		}
	}
	f.SignatureID, f.SignedBy, f.SignedOn = nil, "", day.Date{} // what is signed must not change
	f.step(Prepare, Draft, "", nil, Detail{})
	return nil
}

// sign is the principal's commitment. Errors: ErrSide, ErrNow, ErrConditions, ErrSignature.
func (f *file) sign(s Signing) error {
	if err := f.may(Sign); err != nil {
		return err
	}
	if s.Signature == 0 {
		return ErrSignature.At("body.signature")
	}
	if open := Open(f.Conditions.V); len(open) > 0 || len(f.Conditions.V) == 0 {
		return ErrConditions.With("codes", strings.Join(open, ", "))
	}
	f.SignatureID, f.SignedBy, f.SignedOn = some(s.Signature), f.by.Name, f.today()
	f.step(Sign, Draft, "", Files{s.Signature}, Detail{})
	return nil
}

// submit hands the application in; a direct renewal goes straight onto the list of those to be made public.
// Errors: ErrSide, ErrNow, ErrUnsigned, ErrConditions.
func (f *file) submit(p Paper, found []Condition, self Evaluation, direct bool) error {
	if err := f.may(Submit); err != nil {
		return err
	}
	if f.SignedOn.IsZero() {
		return ErrUnsigned
	}
	f.Conditions.V = keepWords(found, f.Conditions.V)
	if open := Open(f.Conditions.V); len(open) > 0 {
		return ErrConditions.With("codes", strings.Join(open, ", "))
	}
	f.Snapshot.V, f.SubmittedOn, f.ReceivedOn = self, f.today(), f.today()
	if direct {
		f.Direct, f.ListedOn = true, f.today()
		f.step(Submit, Listed, p.Note, p.Files, Detail{Level: f.Level, Direct: true})
		return nil
	}
	f.step(Submit, Submitted, p.Note, p.Files, Detail{Level: f.Level})
	return nil
}

// resubmit answers the list of what was missing. Errors: ErrSide, ErrNow, ErrBlank.
func (f *file) resubmit(p Paper) error {
	if err := f.may(Resubmit); err != nil {
		return err
	}
	if blank(p.Note) && len(p.Files) == 0 {
		return ErrBlank.At("body.note")
	}
	f.ReceivedOn = f.today()
	f.step(Resubmit, Submitted, p.Note, p.Files, Detail{})
	return nil
}

// withdraw ends the application by the company's wish. Errors: ErrSide, ErrNow.
func (f *file) withdraw(p Paper) error {
	if err := f.may(Withdraw); err != nil {
		return err
	}
	f.over(Withdraw, Withdrawn, p.Note, p.Files, Detail{})
	return nil
}

// askCorrection tells the company, once, what is missing. Errors: ErrSide, ErrNow, ErrOnce, ErrTooLate, ErrBlank.
func (f *file) askCorrection(m Missing) error {
	if err := f.may(AskCorrection); err != nil {
		return err
	}
	if f.Corrected {
		return ErrOnce
	}
	if f.Late(f.today()) {
		return ErrTooLate.With("until", f.DueOn.String())
	}
	if slices.ContainsFunc(m.List, blank) {
		return ErrBlank.At("body.list")
	}
	f.Corrections, f.Corrected, f.OrganizerUnit = m.List, true, f.unit
	f.step(AskCorrection, Correction, m.Note, nil, Detail{List: m.List})
	return nil
}

// accept takes the application. Errors: ErrSide, ErrNow.
func (f *file) accept(p Paper) error {
	if err := f.may(Accept); err != nil {
		return err
	}
	f.AcceptedOn, f.OrganizerUnit = f.today(), f.unit
	f.step(Accept, Accepted, p.Note, p.Files, Detail{})
	return nil
}

// acceptSilently is what follows where nobody answered in time: the application counts as taken on the day it was
// received. Errors: ErrSide, ErrNow, ErrTooEarly.
func (f *file) acceptSilently() error {
	if err := f.may(AcceptSilently); err != nil {
		return err
	}
	if !f.Late(f.today()) {
		return ErrTooEarly.With("until", f.DueOn.String())
	}
	f.AcceptedOn, f.Silent = f.ReceivedOn, true
	f.stepOn(AcceptSilently, Accepted, f.ReceivedOn, "", nil, Detail{DueOn: f.DueOn.String()})
	return nil
}

// endorse reports to the authority that the conditions were checked. Errors: ErrSide, ErrNow, ErrEndorsed, ErrBlank.
func (f *file) endorse(o Opinion) error {
	if err := f.may(Endorse); err != nil {
		return err
	}
	if !f.EndorsedOn.IsZero() {
		return ErrEndorsed
	}
	if blank(o.Opinion) {
		return ErrBlank.At("body.opinion")
	}
	f.EndorsedOn, f.OrganizerUnit, f.OrganizerAgencyID, f.EscalatedTo = f.today(), f.unit, some(o.Agency), ""
	f.step(Endorse, Accepted, o.Opinion, o.Files, Detail{})
	return nil
}

func (f *file) decidable() error {
	if f.OrganizerLevel != f.AuthorityLevel && f.EndorsedOn.IsZero() {
		return ErrNotEndorsed
	}
	return nil
}

// confirm lets the application go on to the site review. Errors: ErrSide, ErrNow, ErrNotEndorsed.
func (f *file) confirm(p Paper) error {
	if err := f.may(Confirm); err != nil {
		return err
	}
	if err := f.decidable(); err != nil {
		return err
	}
	late := f.Late(f.today())
	f.ConfirmedOn, f.AuthorityUnit = f.today(), f.unit
	f.step(Confirm, Confirmed, p.Note, p.Files, Detail{Late: late})
	return nil
}

// reject ends the application with reasons in writing. Errors: ErrSide, ErrNow, ErrNotEndorsed, ErrBlank.
func (f *file) reject(p Paper) error {
	if err := f.may(Reject); err != nil {
		return err
	}
	if err := f.decidable(); err != nil {
		return err
	}
	if blank(p.Note) {
		return ErrBlank.At("body.note")
	}
	f.AuthorityUnit = f.unit
	f.over(Reject, Rejected, p.Note, p.Files, Detail{})
	return nil
}
