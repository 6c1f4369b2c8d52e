package emergency

import (
	"context"
	"slices"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Classes of unit that companies belong to.
const (
	mustFileUnits = "must_file_units"
	otherUnits    = "other_units"
)

// Class is what rules hold a company to.
type Class struct {
	Class    string // of unit
	Must     string // why it must file its plans; empty: it need not
	ByData   string // why it would have to by what it does
	Reading  string
	Counting string
	Reason   string // why it counts otherwise than by what it does
}

// Duty is one duty to hold drills and how it stands.
type Duty struct {
	Kinds    []string
	Months   int
	PlanID   id.Of[id.Row] // of this plan; zero: of any plan of the kinds
	PlanName string
	LastOn   day.Date
	DrillStanding
}

// Standing is how a company stands with its plans, drills and supplies on a day.
type Standing struct {
	Today  day.Date
	Class  Class
	Report bool // drills are reported to the regulator
	Clause string
	Duties []Duty
	Tally  Tally
}

// class says what a company is held to.
func (s *Service) class(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) (Class, Setting, error) {
	set, err := settingOf(ctx, tx, company)
	if err != nil {
		return Class{}, set, err
	}
	c := Class{Class: set.UnitClass, Reading: set.Reading, Counting: set.Counting, Reason: set.Reason}
	if s.Firm != nil {
		f, err := s.Firm(ctx, tx, scope, company)
		if err != nil {
			return Class{}, set, err
		}
		c.ByData = Obliges(f.Industry, f.Tags)
	}
	if c.Class == "" {
		c.Class = otherUnits
		if c.ByData != "" {
			c.Class = mustFileUnits
		}
	}
	if c.Class == mustFileUnits || c.Class == "shandong_high_risk" {
		c.Must = c.ByData
		if c.Must == "" {
			c.Must = "declared"
		}
	}
	return c, set, nil
}

// Stand returns how a company stands. Errors: rbac.ErrNotFound for a company out of reach.
func (s *Service) Stand(ctx context.Context, company rbac.CompanyID) (out Standing, err error) {
	err = s.Gate.Read(ctx, ActionPlans, func(tx db.Tx, scope rbac.Scope) (err error) {
		if home, err := scope.Home(); err == nil {
			company = home.CompanyID
		}
		out.Today = today(tx)
		if out.Class, _, err = s.class(ctx, tx, scope, company); err != nil {
			return err
		}
		plans, err := livePlans(ctx, tx, scope, company)
		if err != nil {
			return err
		}
		held, err := lastDrills(ctx, tx, scope, company)
		if err != nil {
			return err
		}
		rule, _ := DrillsOf(out.Class.Class)
		out.Report, out.Clause = rule.Report, rule.Clause
		out.Duties = rule.duties(out.Class, plans, held, out.Today)
		out.Tally, err = tallyOf(ctx, tx, scope, company, out.Today)
		return err
	})
	return out, err
}

// duties are the duties of a class, of each plan where the rule or its reading asks so.
func (r DrillRule) duties(c Class, plans []named, held []last, now day.Date) []Duty {
	out := []Duty{}
	for _, f := range r.Rows {
		each := f.Each || (c.Reading == "jiangsu" && c.Class == otherUnits && slices.Equal(f.Kinds, []string{Onsite}))
		if !each {
			out = append(out, f.duty(c, named{}, held, now))
			continue
		}
		for _, p := range plans {
			if slices.Contains(f.Kinds, p.Kind) {
				out = append(out, f.duty(c, p, held, now))
			}
		}
	}
	return out
}

func (f Frequency) duty(c Class, p named, held []last, now day.Date) Duty {
	d := Duty{Kinds: f.Kinds, Months: f.Months, PlanID: p.ID, PlanName: p.Name}
	for _, h := range held {
		counts := slices.Contains(f.Kinds, h.Kind)
		if p.ID != 0 {
			counts = h.PlanID != nil && *h.PlanID == p.ID
		}
		if counts && h.HeldOn.After(d.LastOn) {
			d.LastOn = h.HeldOn
		}
	}
	d.DrillStanding = f.Calendar(d.LastOn, now)
	if c.Counting == "rolling" {
		d.DrillStanding = f.Rolling(d.LastOn, now)
	}
	return d
}

// Settings is what a company says of how it counts.
type Settings struct {
	UnitClass string `json:"unitClass" required:"false" enum:",must_file_units,other_units,major_hazard_installation,shandong_high_risk,shandong_other" doc:"class of unit; empty: by what the company does"`
	Reading   string `json:"reading" enum:"national,jiangsu" doc:"on-site plans of other units: national, a minimum that forms may be combined for; jiangsu, every one of them"`
	Counting  string `json:"counting" enum:"calendar,rolling" doc:"once in each calendar half-year, or at most six months apart"`
	Reason    string `json:"reason" required:"false" maxLength:"200" doc:"why another class than by what the company does"`
}

// Set changes how the company counts; its plans follow. Errors: ErrClass for another class
// without a reason.
func (s *Service) Set(ctx context.Context, in Settings) error {
	return s.Gate.Write(ctx, ActionSetting, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		was, err := settingOf(ctx, tx, home.CompanyID)
		if err != nil {
			return err
		}
		if _, ok := DrillsOf(in.UnitClass); in.UnitClass != "" && (!ok || in.Reason == "") {
			return ErrClass.At("body.reason")
		}
		is := Setting{
			CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, UnitClass: in.UnitClass, Reading: in.Reading, Counting: in.Counting, Reason: in.Reason,
			UpdatedAt: tx.Now, UpdatedBy: scope.Actor().Name,
		}
		if err := saveSetting(ctx, tx, &is); err != nil {
			return err
		}
		scope.Made(int64(home.CompanyID))
		scope.Changed("emergency_setting", int64(home.CompanyID), home.CompanyID, was, is)
		class, _, err := s.class(ctx, tx, scope, home.CompanyID)
		if err != nil {
			return err
		}
		plans, err := plansOf(ctx, tx, home.CompanyID)
		if err != nil {
			return err
		}
		for _, p := range plans {
			p.settle(class.Must != "", false)
		}
		return s.keepFilings(ctx, tx, home, plans)
	})
}
