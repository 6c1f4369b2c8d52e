package training

import (
	"context"
	"slices"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// Seated reckons the hours of people anew whose posts changed.
func (s *Service) Seated(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, who []id.Of[id.Staff]) error {
	if len(who) == 0 {
		return nil
	}
	return s.reckon(ctx, tx, scope, home, today(tx).Year(), who)
}

// reckon holds the hours of people in a year against the rules and keeps what comes of it; nobody asked: of everybody.
func (s *Service) reckon(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, year int, who []id.Of[id.Staff]) error {
	last := day.Of(year, 12, 31)
	on := day.Earlier(today(tx), last)
	if on.Year() != year || s.People == nil {
		return nil // a year to come
	}
	firm, set, err := s.firm(ctx, tx, scope, home.CompanyID)
	if err != nil {
		return err
	}
	there, err := s.People(ctx, tx, home.CompanyID, who, on)
	if err != nil {
		return err
	}
	there = slices.DeleteFunc(there, func(p Person) bool { return !p.here(on) })
	ids := make(db.Ints, len(there))
	for i, p := range there {
		ids[i] = int64(p.ID)
	}
	had, err := hadBy(ctx, tx, home.CompanyID, ids, day.Of(year-1, 1, 1), last)
	if err != nil {
		return err
	}
	book := BookOn(on)
	rows := make([]Hours, len(there))
	for i, p := range there {
		rows[i] = hours(home, year, p, book, firm, set, had[p.ID], last)
	}
	if err := saveHours(ctx, tx, rows); err != nil {
		return err
	}
	if len(who) > 0 {
		err = goneFrom(ctx, tx, home.CompanyID, year, without(who, ids))
	} else {
		err = stayed(ctx, tx, home.CompanyID, year, ids)
	}
	if err != nil {
		return err
	}
	if err := count(ctx, tx, home, year); err != nil || s.Touch == nil {
		return err
	}
	return s.Touch(ctx, tx, home.CompanyID)
}

func (p Person) here(on day.Date) bool {
	return (p.LeftOn.IsZero() || !p.LeftOn.Before(on)) && !p.JoinedOn.After(on)
}

func without(who []id.Of[id.Staff], there db.Ints) db.Ints {
	var out db.Ints
	for _, n := range who {
		if !slices.Contains(there, int64(n)) {
			out = append(out, int64(n))
		}
	}
	return out
}

func hours(home rbac.Home, year int, p Person, book Book, firm Firm, set Setting, had []Had, last day.Date) Hours {
	f := Facts{Types: p.Types, JoinedOn: p.JoinedOn, PostSince: p.PostSince, BeforeUntil: p.BeforeUntil, Changed: p.Changed}
	st := Reckon(book.Duties(f, firm, set, year), had, year, last)
	first, begins := st.First()
	return Hours{
		CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, Year: int32(year), StaffID: p.ID, Present: true, Kinds: db.Texts(book.KindsOf(p.Types, firm.Exposed)),
		RequiredMinutes: st.Required, HadMinutes: st.Had, AllMinutes: st.All, MissingMinutes: st.Missing, Due: len(st.Duties) > 0, Met: st.Met, FirstDue: begins, FirstMet: begins && first.Met,
		Duties: db.JSON[[]Duty]{V: append([]Duty{}, st.Duties...)},
	}
}

// HoursPage is a page of how people stand, with the company's numbers.
type HoursPage struct {
	Rows  []Stands
	Key   page.Key
	Year  int
	Tally Tally
}

const sortMissing = "missing"

// HoursList lists how the actor's people stand in a year, whom most is missing first. Errors: page.ErrCursor.
func (s *Service) HoursList(ctx context.Context, f HoursFilter) (p HoursPage, err error) {
	if p.Key, err = f.Start(sortMissing, 2); err != nil {
		return p, err
	}
	err = s.Gate.Read(ctx, ActionHours, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		if f.Year == 0 {
			f.Year = today(tx).Year()
		}
		p.Year = f.Year
		if t, err := tallyOf(ctx, tx, scope, home.CompanyID, f.Year); err != nil {
			return err
		} else if t != nil {
			p.Tally = *t
		}
		p.Rows, err = hoursOf(ctx, tx, scope, f, p.Key)
		return err
	})
	return p, err
}

// Recount reckons the hours of everybody in a year anew. Errors: ErrYear.
func (s *Service) Recount(ctx context.Context, year int) (made rbac.CompanyID, err error) {
	err = s.Gate.Write(ctx, ActionHold, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		if year > today(tx).Year() || year < today(tx).Year()-2 {
			return ErrYear.At("body.year")
		}
		made = home.CompanyID
		scope.Made(int64(made))
		return s.reckon(ctx, tx, scope, home, year, nil)
	})
	return made, err
}

// Own is what somebody sees of his own training.
type Own struct {
	Year    int
	Hours   *Hours
	Records []Told
}

// MyHours shows the actor his own hours and training of a year. Errors: ErrNoStaff.
func (s *Service) MyHours(ctx context.Context, year int) (o Own, err error) {
	err = s.Gate.Read(ctx, ActionAttend, func(tx db.Tx, scope rbac.Scope) error {
		a := scope.Actor()
		if a.StaffID == 0 {
			return ErrNoStaff
		}
		if o.Year = year; year == 0 {
			o.Year = today(tx).Year()
		}
		if o.Hours, err = hoursBy(ctx, tx, a.CompanyID, o.Year, a.StaffID); err != nil {
			return err
		}
		f := RecordFilter{Query: page.Query{Limit: 100}, StaffID: a.StaffID, Year: o.Year}
		o.Records, err = records(ctx, tx, scope, f, page.Key{}, true)
		return err
	})
	return o, err
}

// Records lists training that people had, the latest first. Errors: page.ErrCursor.
func (s *Service) Records(ctx context.Context, f RecordFilter) (rows []Told, k page.Key, err error) {
	if k, err = f.Start("held", 2); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionRecords, func(tx db.Tx, scope rbac.Scope) (err error) {
		rows, err = records(ctx, tx, scope, f, k, false)
		return err
	})
	return rows, k, err
}
