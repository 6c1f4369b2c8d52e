package enrolment

import (
	"context"
	"slices"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// TargetForm sets a target.
type TargetForm struct {
	Area  string `json:"area" minLength:"4" maxLength:"15" pattern:"^[0-9A-Z]+$" doc:"path, in the actor's areas"`
	Kind  string `json:"kind" enum:"standardization,duty"`
	Year  int16  `json:"year" minimum:"2000" maximum:"2200"`
	Value int32  `json:"value" minimum:"0" maximum:"10000000" doc:"companies at a level by the end of the year; for duty hundredths of a percent"`
	Basis string `json:"basis" maxLength:"200" doc:"the plan, as cited"`
}

// RateForm sets what a level earns from a day on.
type RateForm struct {
	Area      string     `json:"area" minLength:"4" maxLength:"15" pattern:"^[0-9A-Z]+$"`
	Level     string     `json:"level" enum:"1,2,3,pass"`
	AmountFen fen.Amount `json:"amountFen" minimum:"0" maximum:"1000000000"`
	ValidFrom day.Date   `json:"validFrom" doc:"by the day of the award; after the amount before began"`
	Basis     string     `json:"basis" minLength:"1" maxLength:"200" doc:"the local rule, as cited"`
}

// duty100 is the whole in hundredths of a percent.
const duty100 = 100_00

// within says whether an area lies in one of the actor's.
func within(a rbac.Actor, area string) bool {
	return slices.ContainsFunc(a.Areas, func(own string) bool { return strings.HasPrefix(area, own) })
}

// PutTarget sets a target of a year; the one before stays in the history. Errors: ErrArea, ErrTarget.
func (s *Service) PutTarget(ctx context.Context, f TargetForm) (n id.Of[Target], err error) {
	err = s.Gate.Write(ctx, ActionTarget, func(tx db.Tx, scope rbac.Scope) error {
		if !within(scope.Actor(), f.Area) {
			return ErrArea.At("body.area")
		}
		if f.Kind == "duty" && f.Value > duty100 {
			return ErrTarget.At("body.value")
		}
		t := Target{Area: f.Area, Kind: f.Kind, Year: f.Year, Value: f.Value, Basis: strings.TrimSpace(f.Basis), ByName: scope.Actor().Name, SetAt: tx.Now}
		if err := replaceTarget(ctx, tx, &t); err != nil {
			return err
		}
		n = t.ID
		scope.Made(int64(n))
		scope.Changed("enrolment_target", int64(n), 0, Target{}, t)
		return nil
	})
	return n, err
}

// Settings are the targets and amounts that matter to the actor, with what the city's plan says.
type Settings struct {
	Targets []Target
	Rates   []Rate
	Plan    *Plan
	Names   map[string]string // of the areas
}

// SettingsOf lists targets and amounts of the actor's areas, of those around and below them.
func (s *Service) SettingsOf(ctx context.Context) (out Settings, err error) {
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) (err error) {
		if out.Targets, err = targets(ctx, tx, scope); err != nil {
			return err
		}
		if out.Rates, err = rates(ctx, tx, scope); err != nil {
			return err
		}
		out.Plan = plan
		out.Names, err = namesOf(ctx, tx, out)
		return err
	})
	return out, err
}

// PutRate sets what a level earns from a day on; the amount before ends the day before.
// Errors: ErrArea, ErrFrom, ErrFromTaken.
func (s *Service) PutRate(ctx context.Context, f RateForm) (n id.Of[Rate], err error) {
	err = s.Gate.Write(ctx, ActionTarget, func(tx db.Tx, scope rbac.Scope) error {
		if !within(scope.Actor(), f.Area) {
			return ErrArea.At("body.area")
		}
		r := Rate{Area: f.Area, Level: f.Level, AmountFen: f.AmountFen, ValidFrom: f.ValidFrom, Basis: strings.TrimSpace(f.Basis), ByName: scope.Actor().Name, SetAt: tx.Now}
		if err := succeedRate(ctx, tx, &r); err != nil {
			return err
		}
		n = r.ID
		scope.Made(int64(n))
		scope.Changed("enrolment_rate", int64(n), 0, Rate{}, r)
		return nil
	})
	return n, err
}

// rateFor is what a level awarded on a day earns at a place: by the smallest area around it that
// has set an amount, else by the city's plan. ok is false where nobody pays.
func rateFor(ctx context.Context, tx db.Tx, region, level string, on day.Date) (r Rate, ok bool, err error) {
	if r, ok, err = rateAt(ctx, tx, region, level, on); err != nil || ok {
		return r, ok && r.AmountFen > 0, err
	}
	for _, p := range plan.Rewards {
		if strings.HasPrefix(region, p.Area) && p.Level == level && p.ValidFrom <= on.String() {
			return Rate{Area: p.Area, Level: level, AmountFen: fen.Amount(p.Yuan * 100), Basis: plan.Source}, true, nil
		}
	}
	return Rate{}, false, nil
}
