package award

import (
	"slices"
	"strings"
	"time"

	"anbiao/kit/calendar"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Files are scans that prove a step.
type Files []id.Of[id.Attachment]

// file is an award in somebody's hands.
type file struct {
	Award
	by    rbac.Actor
	now   time.Time
	cal   *calendar.Calendar
	added []*Step
}

func newFile(a Award, scope rbac.Scope, tx db.Tx) *file {
	return &file{Award: a, by: scope.Actor(), now: tx.Now, cal: calendar.China()}
}

func (f *file) today() day.Date { return day.In(f.now, day.Shanghai) }

// in refuses a step that today's state does not allow.
func (f *file) in(states ...State) error {
	if s := f.On(f.today()); !slices.Contains(states, s) {
		return ErrNow[s]
	}
	return nil
}

// mine refuses a regulator of a lower rank than the body that awarded the level. Errors: ErrAuthority.
func (f *file) mine() error {
	if !f.decides(f.by) {
		return ErrAuthority
	}
	return nil
}

// past refuses a day after today or before another.
func (f *file) past(d, since day.Date, field string) error {
	if d.IsZero() || d.After(f.today()) || d.Before(since) {
		return ErrDay.At("body." + field)
	}
	return nil
}

// filled trims a text that must say something. Errors: ErrBlank.
func filled(s *string, field string) error {
	if *s = strings.TrimSpace(*s); *s == "" {
		return ErrBlank.At("body." + field)
	}
	return nil
}

func (f *file) step(e Event, on day.Date, note string, files Files, d Detail) {
	all := make(db.Ints, len(files))
	for i, n := range files {
		all[i] = int64(n)
	}
	kind := string(f.by.Kind)
	f.Steps++
	f.added = append(f.added, &Step{
		CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, AwardID: f.ID, Event: e, ToState: f.State, At: f.now, HappenedOn: on,
		ActorKind: kind, PersonID: some(f.by.PersonID), OrganisationID: some(f.by.OrganisationID), ActorName: f.by.Name, Note: strings.TrimSpace(note),
		Detail: db.JSON[Detail]{V: d}, Files: all,
	})
	f.ChangedAt = f.now
}

// turn puts the award into a state.
func (f *file) turn(to State, on day.Date, reason string) {
	f.State, f.StateOn, f.Reason, f.ChangedAt = to, on, reason, f.now
	if to != InForce && to != RenewalDue {
		f.YearlyDueOn = day.Date{}
	}
}

func some[T ~int64](n T) *T {
	if n == 0 {
		return nil
	}
	return &n
}

func value[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}
