package grading

import (
	"strconv"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/id"
)

// Notice makes a result public (公示).
type Notice struct {
	Until  day.Date `json:"until,omitempty" required:"false" doc:"last day; empty: as early as the form allows"`
	Medium string   `json:"medium" minLength:"1" maxLength:"100" doc:"where: web site, notice board"`
	Note   string   `json:"note,omitempty" maxLength:"500"`
	Files  Files    `json:"files,omitempty" maxItems:"20" nullable:"false"`
}

// Verdict is what the authority found of an objection.
type Verdict struct {
	Objection id.Of[Protest] `json:"objection"`
	Upheld    bool           `json:"upheld"`
	Finding   string         `json:"finding" minLength:"1" maxLength:"2000"`
	Files     Files          `json:"files,omitempty" maxItems:"20" nullable:"false"`
}

// Award is the announcement (公告), from which the level exists.
type Award struct {
	NoticeNo string `json:"noticeNo" minLength:"1" maxLength:"60" doc:"of the announcement, e.g. 金应急公告〔2026〕8号"`
	Note     string `json:"note,omitempty" maxLength:"500"`
	Files    Files  `json:"files,omitempty" maxItems:"20" nullable:"false"`
}

// Reason ends an application, in writing.
type Reason struct {
	Reason string `json:"reason" minLength:"1" maxLength:"1000"`
	Files  Files  `json:"files,omitempty" maxItems:"20" nullable:"false"`
}

// list puts a company in which nothing was found on the list of those to be made public. Errors: ErrSide, ErrNow.
func (f *file) list(p Paper) error {
	if err := f.may(List); err != nil {
		return err
	}
	f.ListedOn = f.today()
	f.step(List, Listed, p.Note, p.Files, Detail{})
	return nil
}

// publicize makes the result public for at least the working days of the form. Errors: ErrSide, ErrNow, ErrDays,
// ErrCalendar, ErrBlank.
func (f *file) publicize(n Notice) error {
	if err := f.may(Publicize); err != nil {
		return err
	}
	if blank(n.Medium) {
		return ErrBlank.At("body.medium")
	}
	last, missing := f.Form().Limits.Publicity.From(f.cal, f.today())
	if missing > 0 {
		return ErrCalendar.With("year", strconv.Itoa(missing))
	}
	until := n.Until
	if until.IsZero() {
		until = last
	}
	if until.Before(last) || until.After(last.AddMonths(2)) {
		return ErrDays.With("earliest", last.String()).At("body.until")
	}
	f.PublicFrom, f.PublicUntil, f.PublicAt, f.AuthorityUnit = f.today(), until, strings.TrimSpace(n.Medium), f.unit
	f.step(Publicize, Publicity, n.Note, n.Files, Detail{From: f.PublicFrom.String(), Until: until.String()})
	return nil
}

// object takes an objection of anybody while the result is public. Errors: ErrSide, ErrNow, ErrTooLate.
func (f *file) object() error {
	if err := f.may(Object); err != nil {
		return err
	}
	if f.today().After(f.PublicUntil) {
		return ErrTooLate.With("until", f.PublicUntil.String())
	}
	f.Objections++
	f.ObjectionsOpen++
	f.step(Object, Objection, "", nil, Detail{})
	return nil
}

// verify settles one objection. Errors: ErrSide, ErrNow, ErrVerified, ErrBlank.
func (f *file) verify(p *Protest, v Verdict) error {
	if err := f.may(Verify); err != nil {
		return err
	}
	if p.Verdict != "" {
		return ErrVerified
	}
	if blank(v.Finding) {
		return ErrBlank.At("body.finding")
	}
	p.Verdict, p.Finding, p.VerifiedOn, p.VerifiedBy, p.Origin = Dismissed, strings.TrimSpace(v.Finding), f.today(), f.by.Name, ""
	if v.Upheld {
		p.Verdict = Upheld
		f.ObjectionsUpheld++
	}
	f.ObjectionsOpen--
	f.step(Verify, Objection, "", v.Files, Detail{Verdict: p.Verdict})
	return nil
}

// announce is the announcement. Errors: ErrSide, ErrNow, ErrTooEarly, ErrObjections, ErrBlank.
func (f *file) announce(a Award) error {
	if err := f.may(Announce); err != nil {
		return err
	}
	switch {
	case f.ObjectionsOpen > 0 || f.ObjectionsUpheld > 0:
		return ErrObjections
	case !f.today().After(f.PublicUntil):
		return ErrTooEarly.With("until", f.PublicUntil.String())
	case blank(a.NoticeNo):
		return ErrBlank.At("body.noticeNo")
	}
	f.AnnouncedOn, f.NoticeNo, f.AuthorityUnit = f.today(), strings.TrimSpace(a.NoticeNo), f.unit
	f.over(Announce, Achieved, a.Note, a.Files, Detail{Notice: f.NoticeNo, Level: f.Level})
	return nil
}

// fail ends an application because an objection was upheld. Errors: ErrSide, ErrNow, ErrObjections, ErrNoneUpheld, ErrBlank.
func (f *file) fail(r Reason) error {
	if err := f.may(Fail); err != nil {
		return err
	}
	switch {
	case f.ObjectionsUpheld == 0:
		return ErrNoneUpheld
	case blank(r.Reason):
		return ErrBlank.At("body.reason")
	}
	f.over(Fail, NotPassed, r.Reason, r.Files, Detail{})
	return nil
}

// terminate ends an application at any stage because what the company committed itself to is untrue.
// Errors: ErrSide, ErrNow, ErrBlank.
func (f *file) terminate(r Reason) error {
	if err := f.may(Terminate); err != nil {
		return err
	}
	if blank(r.Reason) {
		return ErrBlank.At("body.reason")
	}
	f.over(Terminate, Terminated, r.Reason, r.Files, Detail{})
	return nil
}

// escalate passes a late step up to the next level, once. Errors: ErrSide, ErrNow, ErrTooEarly, ErrOnce.
func (f *file) escalate() error {
	if err := f.may(Escalate); err != nil {
		return err
	}
	var to Rank
	switch f.DueSide {
	case Organizer:
		to = f.OrganizerLevel.Above()
	case Authority:
		to = f.AuthorityLevel.Above()
	case Reviewer:
		to = f.AuthorityLevel
	default:
		return ErrTooEarly
	}
	if f.EscalatedTo != "" {
		return ErrOnce
	}
	if !f.Late(f.today()) {
		return ErrTooEarly.With("until", f.DueOn.String())
	}
	due := f.DueOn
	f.step(Escalate, f.State, "", nil, Detail{To: to, DueOn: due.String(), Late: true})
	f.EscalatedTo = to
	return nil
}
