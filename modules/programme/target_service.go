package programme

import (
	"context"
	"fmt"
	"strings"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Making is a new programme.
type Making struct {
	Area      string `json:"area" minLength:"4" maxLength:"15" pattern:"^[0-9A-Z]+$" doc:"path, in the actor's areas"`
	Name      string `json:"name" minLength:"2" maxLength:"60"`
	Indicator string `json:"indicator" enum:"standardization,duty,certificates,presses,reports,hazards" doc:"what is counted"`
	Measure   string `json:"measure" enum:"number,rate" doc:"what its targets say"`
	Basis     string `json:"basis" minLength:"1" maxLength:"200" doc:"the plan, as cited"`
}

// Aiming sets a target of an area and a year.
type Aiming struct {
	Area  string `json:"area" minLength:"4" maxLength:"15" pattern:"^[0-9A-Z]+$" doc:"path, in the actor's areas and the programme's"`
	Year  int16  `json:"year" minimum:"2000" maximum:"2200"`
	Value int32  `json:"value" minimum:"0" maximum:"10000000" doc:"companies, or hundredths of a percent"`
	Basis string `json:"basis" maxLength:"200" doc:"the plan, as cited"`
}

// Timing sets the wave of an area.
type Timing struct {
	Area string `json:"area" minLength:"4" maxLength:"15" pattern:"^[0-9A-Z]+$" doc:"path, in the actor's areas and the programme's"`
	Year int16  `json:"year" minimum:"0" maximum:"2200" doc:"by which it should be done; 0: none"`
}

// whole is all of the companies in hundredths of a percent.
const whole = 100_00

// Make adds a programme of the actor's organisation. Errors: ErrArea, ErrWide, ErrIndicator.
func (s *Service) Make(ctx context.Context, f Making) (n id.Of[id.Programme], err error) {
	err = s.Gate.Write(ctx, ActionEdit, func(tx db.Tx, scope rbac.Scope) error {
		a := scope.Actor()
		if _, err := areaOf(a, f.Area, "body.area"); err != nil {
			return err
		}
		if _, known := s.Sources.Indicators[f.Indicator]; !known {
			return ErrIndicator.At("body.indicator")
		}
		org := a.OrganisationID
		p := Programme{
			OrganisationID: &org, Area: f.Area, Name: strings.TrimSpace(f.Name), Indicator: f.Indicator, Measure: f.Measure,
			Basis: strings.TrimSpace(f.Basis), MadeBy: a.Name, MadeAt: tx.Now,
		}
		if err := insertProgramme(ctx, tx, &p); err != nil {
			return err
		}
		n = p.ID
		scope.Made(int64(n))
		scope.Changed("programme", int64(n), 0, Programme{}, p)
		return nil
	})
	return n, err
}

// End ends a programme of the actor's organisation. Errors: rbac.ErrNotFound, ErrNotOwn, ErrEnded.
func (s *Service) End(ctx context.Context, n id.Of[id.Programme]) (id.Of[id.Programme], error) {
	return n, s.change(ctx, n, "", func(tx db.Tx, scope rbac.Scope, p Programme) error {
		if p.OrganisationID == nil || *p.OrganisationID != scope.Actor().OrganisationID {
			return ErrNotOwn
		}
		was := p
		p.EndedOn = today(tx)
		scope.Changed("programme", int64(n), 0, was, p)
		return endProgramme(ctx, tx, p)
	})
}

// Aim sets a target; the one before stays in the history. Errors: rbac.ErrNotFound, ErrEnded, ErrArea, ErrTarget,
// ErrElsewhere where another module keeps the targets of the indicator.
func (s *Service) Aim(ctx context.Context, n id.Of[id.Programme], f Aiming) (id.Of[id.Programme], error) {
	return n, s.change(ctx, n, f.Area, func(tx db.Tx, scope rbac.Scope, p Programme) error {
		if s.Sources.Indicators[p.Indicator].Targets != nil {
			return ErrElsewhere
		}
		if p.Measure == Rate && f.Value > whole {
			return ErrTarget.At("body.value")
		}
		t := Target{ProgrammeID: n, Area: f.Area, Year: f.Year, Value: f.Value, Basis: strings.TrimSpace(f.Basis), ByName: scope.Actor().Name, SetAt: tx.Now}
		if err := replaceTarget(ctx, tx, &t); err != nil {
			return err
		}
		scope.Changed("programme_target", int64(t.ID), 0, Target{}, t)
		return nil
	})
}

// Time sets the wave of an area. Errors: rbac.ErrNotFound, ErrEnded, ErrArea.
func (s *Service) Time(ctx context.Context, n id.Of[id.Programme], f Timing) (id.Of[id.Programme], error) {
	return n, s.change(ctx, n, f.Area, func(tx db.Tx, scope rbac.Scope, _ Programme) error {
		w := Wave{ProgrammeID: n, Area: f.Area, Year: f.Year, ByName: scope.Actor().Name, SetAt: tx.Now}
		if err := replaceWave(ctx, tx, &w); err != nil {
			return err
		}
		scope.Changed("programme_wave", int64(w.ID), 0, Wave{}, w)
		return nil
	})
}

// change runs do on a running programme; area, if given, must lie in the programme's and the actor's.
func (s *Service) change(ctx context.Context, n id.Of[id.Programme], area string, do func(db.Tx, rbac.Scope, Programme) error) error {
	return s.Gate.Write(ctx, ActionEdit, func(tx db.Tx, scope rbac.Scope) error {
		p, err := programmeByID(ctx, tx, scope, n, false)
		if err != nil {
			return err
		}
		if !p.EndedOn.IsZero() {
			return ErrEnded
		}
		if area != "" && (!strings.HasPrefix(area, p.Area) || !within(scope.Actor(), area)) {
			return ErrArea.At("body.area")
		}
		scope.Made(int64(n))
		return do(tx, scope, p)
	})
}

// Load brings the programmes of the library into the database.
func (s *Service) Load(ctx context.Context) error {
	return s.Gate.System(ctx, "programme.load", func(tx db.Tx, _ rbac.Scope) error {
		for _, p := range plan.Programmes {
			row := Programme{
				Code: p.Code, Area: p.Area, Name: p.Zh, NameEn: p.En, Indicator: p.Indicator, Measure: p.Measure, Basis: plan.Source, Confidence: plan.Confidence,
				MadeBy: plan.Version, MadeAt: tx.Now,
			}
			targets := make([]Target, len(p.Targets))
			for i, t := range p.Targets {
				targets[i] = Target{Area: t.Area, Year: t.Year, Value: t.Value, Basis: plan.Source, ByName: plan.Version, SetAt: tx.Now}
			}
			if err := load(ctx, tx, row, targets); err != nil {
				return fmt.Errorf("programme %s: %w", p.Code, err)
			}
		}
		return nil
	})
}
