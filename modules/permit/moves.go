package permit

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"

	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
)

// plain is a number as people and instruments write it.
var plain = regexp.MustCompile(`^[0-9]{1,7}(\.[0-9]{1,4})?$`)

// file is a permit while something happens to it.
type file struct {
	Permit
	form  Form
	level Level
	rules []ApproverRule // of the company
	posts []id.Of[id.Post]
	held  map[id.Of[id.Staff]][]Holding
	past  []Step
	by    who
	at    time.Time // when it was done
	now   time.Time // when it arrived
	step  Step      // what is being added
	wired bool      // certificates are known
	dark  bool      // an explosive atmosphere: no photo is asked for
}

// begin makes the step of an event.
func (f *file) begin(e Event, d Deed) {
	f.step = Step{
		CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, PermitID: f.ID, N: f.Steps + 1, Event: e, FromState: f.State,
		ToState: f.State, ClientID: clientOf(d.ClientID), At: f.at, ReceivedAt: f.now, StaffID: some(f.by.staff), PersonID: some(f.by.person),
		ActorName: f.by.name, Note: strings.TrimSpace(d.Note), Files: db.Ints{}, SignatureID: some(d.Signature),
		LongitudeE6: micro(d.Longitude), LatitudeE6: micro(d.Latitude),
	}
	for _, n := range d.Photos {
		f.step.Files = append(f.step.Files, int64(n))
	}
}

func micro(v *float64) *int32 {
	if v == nil {
		return nil
	}
	n := int32(math.Round(*v * 1e6))
	return &n
}

// to moves the permit on.
func (f *file) to(s State) { f.State = s }

// end completes the step once the event is through.
func (f *file) end() {
	f.Steps = f.step.N
	f.step.ToState, f.ChangedAt = f.State, f.now
}

// kept keeps a step that could not stand: the permit is as it was before.
func (f *file) kept(before Permit, problem *fault.Error) {
	f.Permit = before
	f.step.Problem = problem.Code
	if len(problem.Fields) > 0 {
		f.step.Detail.V.Field = problem.Fields[0].Path
	}
	f.end()
}

// in asks that the permit is in one of states. Errors: ErrNow.
func (f *file) in(states ...State) error {
	if slices.Contains(states, f.State) {
		return nil
	}
	return ErrNow.With("state", string(f.State))
}

// mine asks that the actor takes part, or answers for those who do. Errors: ErrNotMine.
func (f *file) mine() error {
	if f.by.leads || f.part(f.by.staff) != "" || (f.ApplicantPerson != nil && *f.ApplicantPerson == f.by.person) {
		return nil
	}
	return ErrNotMine
}

// answered takes the answers of a phase: every item answered, and in order. Answers are kept
// with the step even where one of them stops it. Errors: ErrItemUnknown, ErrItemMissing, ErrItemFailed.
func (f *file) answered(phase string, list []Answer) error {
	f.step.Detail.V.Answers = orNone(list)
	items := f.form.phase(phase)
	given := map[string]Answer{}
	for i, a := range list {
		path := fmt.Sprintf("body.answers[%d]", i)
		n := slices.IndexFunc(items, func(it Item) bool { return it.Code == a.Code })
		if n < 0 || given[a.Code].Code != "" {
			return ErrItemUnknown.With("code", a.Code).At(path)
		}
		given[a.Code] = a
		for _, photo := range a.Photos {
			if !slices.Contains(f.step.Files, int64(photo)) {
				f.step.Files = append(f.step.Files, int64(photo))
			}
		}
		if a.Result == Fail || (a.Result == NA && !items[n].MayNA) {
			return ErrItemFailed.With("code", a.Code).At(path)
		}
	}
	for _, it := range items {
		if given[it.Code].Code == "" {
			return ErrItemMissing.With("code", it.Code).At("body.answers." + it.Code)
		}
	}
	return nil
}

// approver asks that the actor approves this level, stands there, and signs. Errors:
// ErrOwnApproval, ErrApprover, ErrOnSpot, ErrSignature.
func (f *file) approver(onSite bool) error {
	own := f.part(f.by.staff) != "" || (f.ApplicantPerson != nil && *f.ApplicantPerson == f.by.person) ||
		(f.ApplicantID != nil && *f.ApplicantID == f.by.staff)
	switch {
	case own:
		return ErrOwnApproval
	case !f.by.may(f.rules, f.Kind, f.level, f.posts):
		return ErrApprover.With("level", f.level.NameZh)
	case !onSite:
		return ErrOnSpot.At("body.onSite")
	case f.step.SignatureID == nil:
		return ErrSignature.At("body.signature")
	}
	return nil
}

// certified asks that nobody lacks a certificate. Errors: ErrLapsed.
func (f *file) certified(at time.Time) error {
	list := f.lacking(at)
	f.step.Detail.V.Lacks = list
	return lapsed(f.blocking(list))
}

func (f *file) approve(a ApproveForm) error {
	if err := f.in(Requested); err != nil {
		return err
	}
	if err := f.approver(a.OnSite); err != nil {
		return err
	}
	if !f.UntilAt.After(f.at) {
		return ErrOver.With("until", clock(f.UntilAt))
	}
	if err := f.answered(PhaseApprove, a.Answers); err != nil {
		return err
	}
	if err := f.certified(later(f.FromAt, f.at)); err != nil {
		return err
	}
	f.ApproverID, f.ApproverName, f.ApprovedAt = some(f.by.staff), f.by.name, &f.at
	f.gather()
	f.to(Approved)
	return nil
}

func (f *file) refuse(reason string) error {
	if err := f.in(Requested); err != nil {
		return err
	}
	if !f.by.may(f.rules, f.Kind, f.level, f.posts) {
		return ErrApprover.With("level", f.level.NameZh)
	}
	f.ApproverID, f.ApproverName = some(f.by.staff), f.by.name
	f.gather()
	f.to(Refused)
	return f.because(reason)
}

// because writes the reason of a step. Errors: ErrBlank.
func (f *file) because(reason string) error {
	if f.step.Note = strings.TrimSpace(reason); f.step.Note == "" {
		return ErrBlank.At("body.reason")
	}
	return nil
}

// override allows those who lack a certificate today, by name.
func (f *file) override(reason string) error {
	if err := f.in(Requested, Approved, Open, Suspended); err != nil {
		return err
	}
	list := f.blocking(f.lacking(later(f.FromAt, f.at)))
	if len(list) == 0 {
		return ErrNothing
	}
	f.step.Detail.V.Lacks = list
	f.Overridden = slices.Clone(f.Overridden)
	for _, l := range list {
		f.Overridden = append(f.Overridden, int64(l.StaffID))
	}
	if err := f.because(reason); err != nil {
		return err
	}
	f.OverrideName, f.OverrideReason = f.by.name, f.step.Note
	return nil
}

func (f *file) cancel(reason string) error {
	if err := f.in(Requested, Approved); err != nil {
		return err
	}
	if err := f.mine(); err != nil {
		return err
	}
	f.to(Cancelled)
	return f.because(reason)
}

func (f *file) extend(x ExtendForm) error {
	if err := f.in(Approved, Open, Suspended); err != nil {
		return err
	}
	if !f.form.Extendable {
		return ErrNoExtend
	}
	if err := f.approver(x.OnSite); err != nil {
		return err
	}
	until := x.UntilAt.UTC()
	switch {
	case !until.After(f.UntilAt):
		return ErrTimes.At("body.untilAt")
	case f.at.After(f.UntilAt):
		return ErrOver.With("until", clock(f.UntilAt))
	case until.After(f.furthest()):
		return ErrTooLong.With("hours", fmt.Sprint(f.level.MaxHours)).At("body.untilAt")
	}
	if err := f.certified(until); err != nil {
		return err
	}
	f.UntilAt, f.OverdueAt, f.Reminded = until, nil, 0
	f.step.Detail.V.UntilAt = &until
	return nil
}

// furthest is how far the permit may reach, extended or not.
func (f *file) furthest() time.Time {
	if !f.form.Extendable {
		return f.UntilAt
	}
	from := f.FromAt
	if f.StartedAt != nil {
		from = *f.StartedAt
	}
	return later(f.UntilAt, from.Add(time.Duration(f.level.MaxHours)*time.Hour))
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
