package accident

import (
	"context"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/doc"
	"anbiao/kit/fault"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/kit/text"
	"anbiao/rbac"
	"anbiao/web/register"
)

// Permissions of this module.
const (
	ActionList    rbac.Action = "accident.record.list"
	ActionKeep    rbac.Action = "accident.record.keep"
	ActionNear    rbac.Action = "accident.near.report"
	ActionHours   rbac.Action = "accident.hours.list"
	ActionSet     rbac.Action = "accident.hours.keep"
	ActionFigures rbac.Action = "accident.performance.read"
)

// Occurrence is an accident that the company's checks are to follow.
type Occurrence struct {
	ID   id.Of[id.Row]
	Note string
}

// Service is what the rest of the program may ask about accidents.
type Service struct {
	Gate *rbac.Gate
	// Occurred makes the checks that an accident calls for; nil: nobody does.
	Occurred  func(ctx context.Context, tx db.Tx, scope rbac.Scope, o Occurrence) error
	accidents *register.Kind[Accident]
	hours     *register.Kind[Hours]
}

// Accidents is the register of events.
func (s *Service) Accidents() *register.Kind[Accident] {
	if s.accidents == nil {
		s.accidents = &register.Kind[Accident]{
			Gate: s.Gate, Name: "accident", Route: "/accidents", TitleZh: "事故与未遂事件", TitleEn: "Accidents and near misses", Read: ActionList, Write: ActionKeep,
			Faults: []*fault.Error{ErrWhen, ErrFuture, ErrDates, ErrHarm, ErrCategory, ErrReason, ErrOpen},
			Check:  check, Saved: s.saved, Due: dues, Paper: paper,
		}
	}
	return s.accidents
}

// Hours is the register of hours worked.
func (s *Service) Hours() *register.Kind[Hours] {
	if s.hours == nil {
		s.hours = &register.Kind[Hours]{
			Gate: s.Gate, Name: "accident-hours", Route: "/accident/hours", Page: "/accidents/hours", TitleZh: "年度工时", TitleEn: "Hours worked by year", Read: ActionHours, Write: ActionSet,
		}
	}
	return s.hours
}

// Registers are those of this module.
func (s *Service) Registers() []register.Register {
	return []register.Register{s.Accidents(), s.Hours()}
}

func check(_ context.Context, tx db.Tx, scope rbac.Scope, was, is *Accident) error {
	if was == nil && is.ReporterID == 0 {
		is.ReporterID, is.ReporterName = scope.Actor().StaffID, scope.Actor().Name
	}
	return hold(is, tx.Now)
}

// recent is how long after it an accident still calls for checks.
const recent = 30 * 24 * time.Hour

// saved lets checks follow a fresh accident. Old ones entered later, and files of them, call for none.
func (s *Service) saved(ctx context.Context, tx db.Tx, scope rbac.Scope, rows []register.Change[Accident]) error {
	if s.Occurred == nil || scope.Actor().Kind == rbac.System { // an import brings the past
		return nil
	}
	for _, r := range rows {
		fresh := r.Is.Kind == Happened && (r.Was == nil || r.Was.Kind != Happened)
		if !fresh || tx.Now.Sub(r.Is.HappenedAt) > recent {
			continue
		}
		if err := s.Occurred(ctx, tx, scope, Occurrence{r.Is.ID, r.Is.Title}); err != nil {
			return err
		}
	}
	return nil
}

// NearMissReport is what anybody of the company may say of a near miss.
type NearMissReport struct {
	Title      string         `json:"title" minLength:"1" maxLength:"100"`
	HappenedAt time.Time      `json:"happenedAt"`
	Place      string         `json:"place" minLength:"1" maxLength:"100"`
	Facts      string         `json:"facts" required:"false" maxLength:"4000"`
	Files      register.Files `json:"files" required:"false" maxItems:"9" nullable:"false" doc:"attachments"`
}

// Report enters a near miss in the unit of who reports it. Errors: register.ErrBlank, ErrWhen, ErrFuture.
func (s *Service) Report(ctx context.Context, r NearMissReport) (n id.Of[id.Row], err error) {
	err = s.Gate.Write(ctx, ActionNear, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		form := Accident{Kind: NearMiss, Title: r.Title, HappenedAt: r.HappenedAt, Place: r.Place, Facts: r.Facts}
		form.Files = r.Files
		if form.UnitID, err = unitOf(ctx, tx, home.CompanyID, scope.Actor().UnitPath); err != nil {
			return err
		}
		is, err := s.Accidents().Keep(ctx, tx, scope, home, nil, form)
		if err != nil {
			return err
		}
		n = is.ID
		scope.Made(int64(n))
		return nil
	})
	return n, err
}

// Figures are a company's performance: of a calendar year, and of the twelve months up to today,
// which the conditions of standardization grades look at.
type Figures struct {
	Year       int    `json:"year"`
	Of         Counts `json:"of" doc:"the year"`
	Last       Counts `json:"last" doc:"twelve months up to today"`
	StaffCount int    `json:"staffCount" doc:"people on average in the year; 0: not entered"`
	Hours      int64  `json:"hours" doc:"worked in the year; 0: not entered"`
	// Rates of GB 6441-1986 4.
	InjuryRate   *float64 `json:"injuryRate,omitempty" doc:"people hurt by a million hours (百万工时伤害率)"`
	SeverityRate *float64 `json:"severityRate,omitempty" doc:"days lost by a million hours (伤害严重率)"`
	DeathRate    *float64 `json:"deathRate,omitempty" doc:"deaths by a thousand people (千人死亡率)"`
	SevereRate   *float64 `json:"severeRate,omitempty" doc:"severely injured by a thousand people (千人重伤率)"`
}

// Counts are sums over a period.
type Counts struct {
	Accidents  int        `json:"accidents"`
	Injuries   int        `json:"injuries"`
	NearMisses int        `json:"nearMisses"`
	Deaths     int        `json:"deaths"`
	Severe     int        `json:"severe"`
	Slight     int        `json:"slight"`
	LostDays   int        `json:"lostDays"`
	LossFen    fen.Amount `json:"lossFen"`
	Flawed     int        `json:"flawed" doc:"reports that people found late, incomplete, false or withheld"`
	Open       int        `json:"open" doc:"not closed, near misses left out"`
}

// Performance returns the figures of a year. Errors: register.ErrCompanyNeeded.
func (s *Service) Performance(ctx context.Context, company rbac.CompanyID, year int) (f Figures, err error) {
	err = s.Gate.Read(ctx, ActionFigures, func(tx db.Tx, scope rbac.Scope) error {
		if home, err := scope.Home(); err == nil {
			company = home.CompanyID
		}
		if company == 0 {
			return register.ErrCompanyNeeded.At("query.companyId")
		}
		today := day.In(tx.Now, day.Shanghai)
		if year == 0 {
			year = today.Year()
		}
		f.Year = year
		if f.Of, err = countsOf(ctx, tx, scope, company, day.Of(year, 1, 1), day.Of(year, 12, 31)); err != nil {
			return err
		}
		if f.Last, err = countsOf(ctx, tx, scope, company, today.AddYears(-1).AddDays(1), today); err != nil {
			return err
		}
		h, err := hoursOf(ctx, tx, scope, company, year)
		f.StaffCount, f.Hours = h.StaffCount, h.Hours
		f.rate()
		return err
	})
	return f, err
}

func (f *Figures) rate() {
	by := func(n int, per float64, of int64) *float64 {
		if of == 0 {
			return nil
		}
		r := float64(n) * per / float64(of)
		return &r
	}
	hurt := f.Of.Deaths + f.Of.Severe + f.Of.Slight
	f.InjuryRate, f.SeverityRate = by(hurt, 1e6, f.Hours), by(f.Of.LostDays, 1e6, f.Hours)
	f.DeathRate, f.SevereRate = by(f.Of.Deaths, 1e3, int64(f.StaffCount)), by(f.Of.Severe, 1e3, int64(f.StaffCount))
}

// paper is the foot of a printed report: who answers for it signs, the company seals.
func paper(d *doc.Doc, _ *Accident, l text.Lang) {
	d.Gap(6)
	var lines [][2]string
	for _, code := range []string{"print-unit", "print-head", "print-team", "print-filled", "print-day"} {
		lines = append(lines, [2]string{text.Say(l, "accident."+code, nil), ""})
	}
	d.Fields(lines)
	d.Small(text.Say(l, "accident.print-law", nil))
}
