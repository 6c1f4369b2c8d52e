package permit

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Person is a member of staff.
type Person struct {
	Name     string
	PersonID id.Of[id.Person] // zero: has no login
	UnitID   id.Of[id.Unit]   // of his main post; zero: has none
	LeftOn   day.Date
}

// draft is a request that is becoming a permit.
type draft struct {
	form   RequestForm
	kind   Form
	people map[id.Of[id.Staff]]Person
	units  map[id.Of[id.Unit]]string // names of the units there are
	at     time.Time
	now    time.Time
	raise  func(day.Date) bool // whether a level goes up on a day
}

// longestAhead and longestBack bound when work may begin, seen from when it is asked for.
const (
	longestAhead = 30 * 24 * time.Hour
	longestBack  = 24 * time.Hour
)

// fill writes the request into p. Errors: ErrKind, ErrBlank, ErrTimes, ErrTooLong, ErrLevel, ErrPeople,
// ErrStaffUnknown, ErrUnitUnknown, ErrDetail; p is as complete as it can be all the same.
func (d draft) fill(p *Permit) error {
	f := d.form
	p.Kind, p.Level = f.Kind, f.Level
	p.Place, p.Content, p.Hazards = strings.TrimSpace(f.Place), strings.TrimSpace(f.Content), strings.TrimSpace(f.Hazards)
	p.FromAt, p.UntilAt = f.FromAt.UTC(), f.UntilAt.UTC()
	p.PointID, p.Source = some(f.PointID), Phone
	if f.Desk {
		p.Source = Desk
	}
	p.Details = db.JSON[[]Detail]{V: orNone(f.Details)}
	var first error
	for _, err := range []error{d.place(p), d.team(p), d.times(p), d.details(), d.grade(p)} {
		if first == nil {
			first = err
		}
	}
	return first
}

func (d draft) place(p *Permit) error {
	unit := d.form.UnitID
	if unit == 0 && p.ApplicantID != nil {
		unit = d.people[*p.ApplicantID].UnitID
	}
	name, ok := d.units[unit]
	if ok {
		p.UnitID, p.UnitName = &unit, name
	}
	switch {
	case unit != 0 && !ok:
		return ErrUnitUnknown.At("body.unitId")
	case p.Place == "":
		return ErrBlank.At("body.place")
	case p.Content == "":
		return ErrBlank.At("body.content")
	}
	return nil
}

// team names who does the work, who watches and who is asked to approve. One person has one
// part; who is asked to approve has none besides.
func (d draft) team(p *Permit) (err error) {
	fail := func(f error) {
		if err == nil {
			err = f
		}
	}
	crew, seen := []Member{}, map[id.Of[id.Staff]]bool{}
	for i, c := range d.form.Crew {
		path := fmt.Sprintf("body.crew[%d]", i)
		m := Member{StaffID: c.StaffID, Name: strings.TrimSpace(c.Name), Firm: strings.TrimSpace(c.Firm), CardUntil: c.CardUntil}
		if c.StaffID != 0 {
			who, ok := d.here(c.StaffID)
			if m = (Member{StaffID: c.StaffID, Name: who.Name}); !ok {
				fail(ErrStaffUnknown.At(path + ".staffId"))
				m.StaffID = 0
			}
		} else if m.Name == "" || m.Firm == "" {
			fail(ErrBlank.At(path + ".name"))
		}
		if m.StaffID != 0 && seen[m.StaffID] {
			fail(ErrPeople.At(path + ".staffId"))
			continue
		}
		seen[m.StaffID] = true
		crew = append(crew, m)
	}
	p.Crew = db.JSON[[]Member]{V: crew}
	p.WatcherID, p.WatcherName, p.ApproverID, p.ApproverName = nil, "", nil, ""
	if n := d.form.WatcherID; n != 0 && seen[n] {
		fail(ErrPeople.At("body.watcherId"))
	} else if who, ok := d.here(n); ok {
		p.WatcherID, p.WatcherName = &n, who.Name
	} else {
		fail(ErrStaffUnknown.At("body.watcherId"))
	}
	if n := d.form.ApproverID; n != 0 {
		who, ok := d.here(n)
		switch {
		case !ok:
			fail(ErrStaffUnknown.At("body.approverId"))
		case seen[n] || n == d.form.WatcherID || (p.ApplicantID != nil && n == *p.ApplicantID):
			fail(ErrPeople.At("body.approverId"))
		default:
			p.ApproverID, p.ApproverName = &n, who.Name
		}
	}
	p.gather()
	return err
}

func (d draft) here(n id.Of[id.Staff]) (Person, bool) {
	who, ok := d.people[n]
	return who, ok && n != 0 && (who.LeftOn.IsZero() || !who.LeftOn.Before(day.In(d.at, day.Shanghai)))
}

// gather notes everybody of the company who has to do with p.
func (p *Permit) gather() {
	p.StaffIDs = db.Ints{}
	add := func(n *id.Of[id.Staff]) {
		if n != nil && *n != 0 && !slices.Contains(p.StaffIDs, int64(*n)) {
			p.StaffIDs = append(p.StaffIDs, int64(*n))
		}
	}
	add(p.ApplicantID)
	for _, m := range p.Crew.V {
		add(&m.StaffID)
	}
	add(p.WatcherID)
	add(p.ApproverID)
}

func (d draft) times(p *Permit) error {
	switch {
	case !p.UntilAt.After(p.FromAt):
		return ErrTimes.At("body.untilAt")
	case p.FromAt.After(d.at.Add(longestAhead)) || p.FromAt.Before(d.at.Add(-longestBack)) || !p.UntilAt.After(d.at):
		return ErrTimes.At("body.fromAt")
	}
	return nil
}

// details holds what was written beside the form's fields. Errors: ErrDetail.
func (d draft) details() error {
	given := map[string]string{}
	for i, x := range d.form.Details {
		path := fmt.Sprintf("body.details[%d]", i)
		n := slices.IndexFunc(d.kind.Fields, func(f Field) bool { return f.Key == x.Key })
		if n < 0 || given[x.Key] != "" {
			return ErrDetail.With("field", x.Key).At(path)
		}
		field, value := d.kind.Fields[n], strings.TrimSpace(x.Value)
		if field.Number && value != "" {
			if v, ok := new(big.Rat).SetString(value); !ok || v.Sign() < 0 || !plain.MatchString(value) {
				return ErrDetail.With("field", field.NameZh).At(path)
			}
		}
		if len(field.Options) > 0 && value != "" && !slices.Contains(field.Options, value) {
			return ErrDetail.With("field", field.NameZh).At(path)
		}
		given[x.Key] = value
	}
	for _, f := range d.kind.Fields {
		if f.Required && given[f.Key] == "" {
			return ErrDetail.With("field", f.NameZh).At("body.details")
		}
	}
	return nil
}

// grade finds the level: what the deciding detail asks for at least, and one up on holidays.
// Errors: ErrKind, ErrLevel, ErrTooLong.
func (d draft) grade(p *Permit) error {
	least := d.least()
	at := slices.IndexFunc(d.kind.Levels, func(l Level) bool { return l.Code == d.form.Level })
	switch {
	case d.form.Level == "" && (d.kind.Measure != "" || len(d.kind.Levels) == 1):
		at = least
	case at < 0:
		p.Level = d.kind.Levels[len(d.kind.Levels)-1].Code
		return ErrKind.At("body.level")
	case at > least:
		p.Level = d.kind.Levels[least].Code
		return ErrLevel.With("level", d.kind.Levels[least].NameZh).At("body.level")
	}
	p.Raised = false
	if d.kind.Holiday && at > 0 && d.raise(day.In(p.FromAt, day.Shanghai)) {
		at, p.Raised = at-1, true
	}
	l := d.kind.Levels[at]
	p.Level = l.Code
	if p.UntilAt.Sub(p.FromAt) > time.Duration(l.MaxHours)*time.Hour {
		return ErrTooLong.With("hours", fmt.Sprint(l.MaxHours)).At("body.untilAt")
	}
	return nil
}

// least is the place of the gravest level that the deciding detail reaches; the last where none
// decides.
func (d draft) least() int {
	last := len(d.kind.Levels) - 1
	if d.kind.Measure == "" {
		return last
	}
	n := slices.IndexFunc(d.form.Details, func(x Detail) bool { return x.Key == d.kind.Measure })
	if n < 0 {
		return last
	}
	v, ok := new(big.Rat).SetString(d.form.Details[n].Value)
	if !ok {
		return last
	}
	for i, l := range d.kind.Levels {
		from, hasFrom := new(big.Rat).SetString(l.From)
		above, hasAbove := new(big.Rat).SetString(l.Above)
		if (hasFrom && v.Cmp(from) >= 0) || (hasAbove && v.Cmp(above) > 0) {
			return i
		}
	}
	return last
}

// blank is a permit before anything is written on it.
func blank(home rbac.Home, w who, client string, now time.Time) Permit {
	p := Permit{
		CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, ClientID: clientOf(client), State: Requested,
		ApplicantID: some(w.staff), ApplicantPerson: some(w.person), ApplicantName: w.name, Overridden: db.Ints{}, CreatedAt: now, ChangedAt: now,
		Year: day.In(now, day.Shanghai).Year(),
	}
	return p
}

func clientOf(s string) *uuid.UUID {
	if u, err := uuid.Parse(s); err == nil {
		return &u
	}
	return nil
}

func some[T any](n id.Of[T]) *id.Of[T] {
	if n == 0 {
		return nil
	}
	return &n
}
