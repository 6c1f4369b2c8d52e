package grading

import (
	"errors"
	"slices"
	"strings"
	"time"

	"anbiao/kit/calendar"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Event is what happened to an application in one step.
type Event string

// Events.
const (
	Start           Event = "start"
	Prepare         Event = "prepare" // level and conditions
	Sign            Event = "sign"    // the principal, under the commitment (承诺书)
	Submit          Event = "submit"
	Resubmit        Event = "resubmit"
	Withdraw        Event = "withdraw"
	AskCorrection   Event = "ask_correction"
	Accept          Event = "accept"
	AcceptSilently  Event = "accept_silently" // nobody answered in time
	Endorse         Event = "endorse"         // the organizing unit reports to the authority
	Confirm         Event = "confirm"
	Reject          Event = "reject"
	Assign          Event = "assign"
	Declare         Event = "declare"
	OpenReview      Event = "open_review"
	Report          Event = "report"
	HandOver        Event = "hand_over" // what was found goes to the company
	Mend            Event = "mend"
	AskExtension    Event = "ask_extension"
	GrantExtension  Event = "grant_extension"
	RefuseExtension Event = "refuse_extension"
	AskCheck        Event = "ask_check"
	PassCheck       Event = "pass_check"
	FailCheck       Event = "fail_check"
	Lapse           Event = "lapse" // not mended in time
	List            Event = "list"
	Publicize       Event = "publicize"
	Object          Event = "object"
	Verify          Event = "verify"
	Announce        Event = "announce"
	Fail            Event = "fail"      // an objection was upheld
	Terminate       Event = "terminate" // false material
	Escalate        Event = "escalate"  // late, passed up
)

// Side is who may act, or has to.
type Side string

// Sides.
const (
	Firm      Side = "company"
	Organizer Side = "organizer"
	Authority Side = "authority"
	Reviewer  Side = "agency"
	Anybody   Side = "public"
	Clock     Side = "clock" // the job runner
)

// rule says in which states an event may happen and who may bring it about.
type rule struct {
	from []State
	by   []Side
}

var underway = []State{Submitted, Correction, Accepted, Confirmed, SiteReported, Rectifying, RectifyCheck, Listed, Publicity, Objection}

var rules = map[Event]rule{
	Prepare:         {[]State{Draft}, []Side{Firm}},
	Sign:            {[]State{Draft}, []Side{Firm}},
	Submit:          {[]State{Draft}, []Side{Firm}},
	Resubmit:        {[]State{Correction}, []Side{Firm}},
	Withdraw:        {[]State{Draft, Submitted, Correction, Accepted}, []Side{Firm}},
	AskCorrection:   {[]State{Submitted}, []Side{Organizer}},
	Accept:          {[]State{Submitted}, []Side{Organizer}},
	AcceptSilently:  {[]State{Submitted}, []Side{Clock}},
	Endorse:         {[]State{Accepted}, []Side{Organizer}},
	Confirm:         {[]State{Accepted}, []Side{Authority}},
	Reject:          {[]State{Accepted}, []Side{Authority}},
	Assign:          {[]State{Confirmed}, []Side{Authority, Organizer}},
	Declare:         {[]State{Confirmed}, []Side{Reviewer}},
	OpenReview:      {[]State{Confirmed}, []Side{Reviewer}},
	Report:          {[]State{Confirmed}, []Side{Reviewer}},
	HandOver:        {[]State{SiteReported}, []Side{Reviewer}},
	Mend:            {[]State{Rectifying}, []Side{Firm}},
	AskExtension:    {[]State{Rectifying}, []Side{Firm}},
	GrantExtension:  {[]State{Rectifying}, []Side{Organizer, Authority}},
	RefuseExtension: {[]State{Rectifying}, []Side{Organizer, Authority}},
	AskCheck:        {[]State{Rectifying}, []Side{Firm}},
	Lapse:           {[]State{Rectifying}, []Side{Clock}},
	PassCheck:       {[]State{RectifyCheck}, []Side{Reviewer, Authority}}, // the authority once the team is late
	FailCheck:       {[]State{RectifyCheck}, []Side{Reviewer, Authority}},
	List:            {[]State{SiteReported}, []Side{Authority}},
	Publicize:       {[]State{Listed}, []Side{Authority}},
	Object:          {[]State{Publicity, Objection}, []Side{Anybody}},
	Verify:          {[]State{Objection}, []Side{Authority}},
	Announce:        {[]State{Publicity, Objection}, []Side{Authority}},
	Fail:            {[]State{Objection}, []Side{Authority}},
	Terminate:       {underway, []Side{Authority, Organizer}},
	Escalate:        {underway, []Side{Clock}},
}

// sides are those an actor stands on. A late step may be taken by the level it was passed up to.
func (a Application) sides(by rbac.Actor) (out []Side) {
	switch by.Kind {
	case rbac.Company, rbac.Service:
		if by.CompanyID == a.CompanyID {
			out = append(out, Firm)
		}
	case rbac.Regulator:
		r := RankOf(by.Areas, a.RegionPath)
		up := a.EscalatedTo != "" && r == a.EscalatedTo
		if r == a.OrganizerLevel || (up && a.DueSide == Organizer) {
			out = append(out, Organizer)
		}
		if r == a.AuthorityLevel || (up && a.DueSide == Authority) {
			out = append(out, Authority)
		}
	case rbac.Agency:
		if a.ReviewOrganisationID != nil && *a.ReviewOrganisationID == by.OrganisationID {
			out = append(out, Reviewer)
		}
	case rbac.System:
		out = append(out, Clock, Anybody)
	case rbac.Platform, rbac.Public:
	}
	return out
}

// file is an application in somebody's hands.
type file struct {
	Application
	by    rbac.Actor
	unit  string // for which organisation he acts
	now   time.Time
	cal   *calendar.Calendar
	added []*Step
}

func (f *file) today() day.Date { return day.In(f.now, day.Shanghai) }

// may refuses who is not on a side of the event, and what the state does not allow. Errors: ErrSide, ErrNow.
func (f *file) may(e Event) error {
	r := rules[e]
	mine := slices.DeleteFunc(f.sides(f.by), func(s Side) bool { return !slices.Contains(r.by, s) })
	if len(mine) == 0 || ((e == PassCheck || e == FailCheck) && mine[0] == Authority && (f.State != RectifyCheck || !f.Late(f.today()))) {
		return ErrSide
	}
	if !slices.Contains(r.from, f.State) {
		return ErrNow[f.State].With("since", f.SinceOn.String())
	}
	return nil
}

// side is the one an actor acts on in an event.
func (f *file) side(e Event) Side {
	for _, s := range f.sides(f.by) {
		if slices.Contains(rules[e].by, s) {
			return s
		}
	}
	return Firm
}

func (f *file) step(e Event, to State, note string, files Files, d Detail) {
	f.stepOn(e, to, f.today(), note, files, d)
}

func (f *file) stepOn(e Event, to State, on day.Date, note string, files Files, d Detail) {
	side, name := f.side(e), f.by.Name
	if f.by.Kind == rbac.System {
		name = ""
	}
	f.Steps++
	all := make(db.Ints, len(files))
	for i, n := range files {
		all[i] = int64(n)
	}
	f.added = append(f.added, &Step{
		CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, ApplicationID: f.ID, N: f.Steps, Event: e, FromState: f.State, ToState: to,
		At: f.now, HappenedOn: on, Side: side, PersonID: some(f.by.PersonID), OrganisationID: some(f.by.OrganisationID), ActorName: name, Organisation: f.unit,
		Note: strings.TrimSpace(note), Detail: db.JSON[Detail]{V: d}, Files: all,
	})
	if f.State != to {
		f.State, f.SinceOn, f.EscalatedTo = to, on, ""
	}
	f.ChangedAt = f.now
	f.clock()
}

// clock sets the term that runs, and whose it is.
func (f *file) clock() {
	limits := f.Form().Limits
	f.DueOn, f.DueSide, f.DueMissing = day.Date{}, "", 0
	run := func(side Side, l Limit, from day.Date) {
		f.DueSide = side
		if l.WorkingDays > 0 && !from.IsZero() {
			last, missing := l.From(f.cal, from)
			f.DueOn, f.DueMissing = last, int16(missing)
		}
	}
	switch f.State {
	case Draft, Correction:
		run(Firm, Limit{}, day.Date{})
	case Submitted:
		run(Organizer, limits.Correct, f.ReceivedOn)
	case Accepted:
		side := Authority
		if f.EndorsedOn.IsZero() && f.OrganizerLevel != f.AuthorityLevel {
			side = Organizer
		}
		run(side, limits.Confirm, f.AcceptedOn)
	case Confirmed:
		side := Authority
		if f.ReviewOrganisationID != nil && !f.SiteUntil.IsZero() {
			side = Reviewer
		}
		run(side, limits.Review, f.ConfirmedOn)
	case SiteReported, Listed, Objection:
		run(Authority, Limit{}, day.Date{})
	case Rectifying:
		days := limits.Rectify.WorkingDays
		if f.Extensions > 0 {
			days += int(f.ExtensionDays)
		}
		run(Firm, Limit{WorkingDays: days}, f.SiteReportedOn)
		f.RectifyDueOn = f.DueOn
	case RectifyCheck:
		run(Reviewer, limits.Check, f.RectifiedOn)
	case Publicity:
		f.DueSide = Authority
	case Rejected, Achieved, NotPassed, Terminated, Withdrawn:
	}
}

// over ends an application, with the time for which no other is taken.
func (f *file) over(e Event, to State, reason string, files Files, d Detail) {
	f.EndReason, f.EndedOn = strings.TrimSpace(reason), f.today()
	bars := f.Form().Bars
	switch to {
	case NotPassed:
		f.BarredUntil = f.today().AddYears(bars.NotPassed.Years)
	case Terminated:
		f.BarredUntil = f.today().AddYears(bars.TerminatedFalse.Years)
	default:
	}
	f.step(e, to, reason, files, d)
}

// Files are scans, photos and signatures that prove a step.
type Files []id.Of[id.Attachment]

func some[T ~int64](n T) *T {
	if n == 0 {
		return nil
	}
	return &n
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }

func dashed(s string) string { return strings.ReplaceAll(s, "_", "-") }

// missingYear is the year that a term could not be counted through.
func missingYear(err error) (int, bool) {
	var m calendar.MissingYearError
	if errors.As(err, &m) {
		return m.Year, true
	}
	return 0, false
}
