package visit

import (
	"slices"
	"strings"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
)

// PlanState is where a year's plan stands.
type PlanState string

// States of a plan.
const (
	PlanDraft     PlanState = "draft"
	PlanDrawn     PlanState = "drawn"
	PlanSubmitted PlanState = "submitted"
	PlanApproved  PlanState = "approved"
	PlanReturned  PlanState = "returned"
	PlanDropped   PlanState = "dropped"
)

// Plan is a body's plan of inspections for a year (年度监督检查计划).
type Plan struct {
	ID               id.Of[id.Plan]
	OrganisationID   id.Of[id.Organisation]
	OrganisationName string
	Area             string
	OversightLine    int16
	Year             int16
	Title            string
	State            PlanState
	Rules            string
	Times            db.JSON[map[string]int]
	FromMonth        int16
	OfficerIDs       db.Ints
	OfficerNames     db.Texts
	Seeds            db.Ints
	DrawnAt          *time.Time
	DrawnBy          string
	Candidates       int32
	Drawn            int32
	Visits           int32
	RandomVisits     int32
	SubmittedAt      *time.Time
	DecidedAt        *time.Time
	DecidedBy        string
	Opinion          string
	GeneratedAt      *time.Time
	MadeBy           string
	MadeAt           time.Time
}

// Faults of plans.
var (
	ErrPlanExists  = fault.New(fault.Conflict, "visit.plan-exists")
	ErrPlanNow     = fault.New(fault.Conflict, "visit.plan-now")
	ErrPlanArea    = fault.New(fault.Invalid, "visit.plan-area")
	ErrPlanYear    = fault.New(fault.Invalid, "visit.plan-year")
	ErrPlanEmpty   = fault.New(fault.Conflict, "visit.plan-empty")
	ErrPlanLarge   = fault.New(fault.Conflict, "visit.plan-large")
	ErrRandomShare = fault.New(fault.Conflict, "visit.random-share")
	ErrTimes       = fault.New(fault.Invalid, "visit.times")
)

// Share is the random part of the planned visits, in hundredths of a percent; -1: none are planned.
func (p Plan) Share() int {
	return Drawn{Visits: int(p.Visits), RandomVisits: int(p.RandomVisits)}.Share()
}

// open reports whether the plan may still be drawn, and given up.
func (p Plan) open() bool {
	return p.State == PlanDraft || p.State == PlanDrawn || p.State == PlanReturned
}

// NewPlan is a plan as it is begun.
type NewPlan struct {
	Year      int16              `json:"year" minimum:"2000" maximum:"2200"`
	Title     string             `json:"title" minLength:"1" maxLength:"100"`
	Area      string             `json:"area,omitempty" maxLength:"15" pattern:"^[0-9A-Z]*$" doc:"whose companies; empty: the body's own area"`
	FromMonth int16              `json:"fromMonth,omitempty" minimum:"1" maximum:"12" default:"1"`
	Officers  []id.Of[id.Person] `json:"officers" minItems:"2" maxItems:"200" nullable:"false" doc:"members of the body among whom the inspectors are drawn"`
	Unclassed int                `json:"unclassed,omitempty" minimum:"0" maximum:"400" doc:"visits a year, in hundredths, of companies without a class; 0: as the data say"`
}

// newPlan makes a plan. Errors: ErrBlank, ErrPlanArea, ErrPlanYear, ErrOfficers.
func newPlan(n NewPlan, areas []string, body id.Of[id.Organisation], name string, officers []Officer, by string, now time.Time) (Plan, error) {
	if n.Area == "" && len(areas) > 0 {
		n.Area = areas[0]
	}
	within := slices.ContainsFunc(areas, func(a string) bool { return strings.HasPrefix(n.Area, a) })
	year := day.In(now, day.Shanghai).Year()
	switch {
	case strings.TrimSpace(n.Title) == "":
		return Plan{}, ErrBlank.At("body.title")
	case !within:
		return Plan{}, ErrPlanArea.At("body.area")
	case int(n.Year) < year || int(n.Year) > year+1:
		return Plan{}, ErrPlanYear.At("body.year")
	}
	p := Plan{
		OrganisationID: body, OrganisationName: name, Area: n.Area, Year: n.Year, Title: strings.TrimSpace(n.Title), State: PlanDraft, Rules: rules.Version, Times: db.JSON[map[string]int]{V: map[string]int{}},
		FromMonth: max(n.FromMonth, 1), Seeds: db.Ints{}, OfficerIDs: db.Ints{}, OfficerNames: db.Texts{}, MadeBy: by, MadeAt: now,
	}
	if n.Unclassed > 0 {
		p.Times.V[""] = n.Unclassed
	}
	for _, o := range officers {
		if slices.Contains(n.Officers, o.PersonID) && !slices.Contains(p.OfficerIDs, int64(o.PersonID)) {
			p.OfficerIDs, p.OfficerNames = append(p.OfficerIDs, int64(o.PersonID)), append(p.OfficerNames, o.Name)
		}
	}
	if len(p.OfficerIDs) < rules.Officers.AtLeast {
		return Plan{}, ErrOfficers.At("body.officers")
	}
	return p, nil
}

// lots are what the plan's draw is made from.
func (p Plan) lots(seed int64, candidates []Candidate) Lots {
	return Lots{Seed: seed, Times: p.Times.V, KeyClasses: rules.Draw.KeyClasses, FromMonth: int(p.FromMonth), Officers: p.OfficerIDs, Candidates: candidates}
}

// submit asks for approval. Errors: ErrPlanNow, ErrPlanEmpty.
func (p *Plan) submit(now time.Time) error {
	switch {
	case p.State != PlanDrawn:
		return ErrPlanNow
	case p.Visits == 0:
		return ErrPlanEmpty
	}
	p.State, p.SubmittedAt = PlanSubmitted, &now
	return nil
}

// PlanDecision is the decision on a plan that was submitted.
type PlanDecision struct {
	Approved bool   `json:"approved"`
	Opinion  string `json:"opinion,omitempty" maxLength:"1000" doc:"required to send it back, and to approve it with too small a random part"`
}

// decide approves a plan or sends it back. Errors: ErrPlanNow, ErrRandomShare, ErrReason.
func (p *Plan) decide(d PlanDecision, by string, now time.Time) error {
	said := strings.TrimSpace(d.Opinion)
	switch {
	case p.State != PlanSubmitted:
		return ErrPlanNow
	case !d.Approved && said == "":
		return ErrReason.At("body.opinion")
	case d.Approved && said == "" && p.Share() < hundredths(rules.Draw.RandomShare.AtLeast)*100:
		return ErrRandomShare.At("body.opinion")
	}
	p.State, p.DecidedAt, p.DecidedBy, p.Opinion = PlanReturned, &now, by, said
	if d.Approved {
		p.State = PlanApproved
	}
	return nil
}
