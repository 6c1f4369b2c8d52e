package visit

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"reflect"
	"slices"

	"anbiao/jobs"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// drawable is how many companies one plan is drawn among at most: those of a county.
const drawable = 50000

// Plans lists the plans that the reader may see, latest year first.
func (s *Service) Plans(ctx context.Context, year int) (rows []Plan, err error) {
	err = s.Gate.Read(ctx, ActionPlans, func(tx db.Tx, _ rbac.Scope) (err error) {
		rows, err = plansBy(ctx, tx, year)
		return err
	})
	return rows, err
}

// OnePlan is a plan with its parts and how far it has come.
type OnePlan struct {
	Plan
	Parts  []Part
	Ticks  []Tick
	Random int // visits of the body's year, of all kinds, that are of the random part
	All    int
	May    []string
}

// PlanByID reads a plan. Errors: rbac.ErrNotFound.
func (s *Service) PlanByID(ctx context.Context, n id.Of[id.Plan]) (o OnePlan, err error) {
	err = s.Gate.Read(ctx, ActionPlans, func(tx db.Tx, scope rbac.Scope) (err error) {
		if o.Plan, err = planByID(ctx, tx, n, ""); err != nil {
			return err
		}
		if o.Parts, err = partsOf(ctx, tx, n); err != nil {
			return err
		}
		if o.Ticks, err = ticksOf(ctx, tx, o.Plan, today(tx).String()); err != nil {
			return err
		}
		o.Random, o.All, err = sharesOf(ctx, tx, o.OrganisationID, int(o.Year))
		o.May = o.may(scope)
		return err
	})
	return o, err
}

func (p Plan) may(scope rbac.Scope) (out []string) {
	if scope.Can(ActionPlan) && scope.Actor().OrganisationID == p.OrganisationID {
		if p.open() {
			out = append(out, "draw", "drop")
		}
		if p.State == PlanDrawn {
			out = append(out, "submit")
		}
	}
	if scope.Can(ActionApprove) && p.State == PlanSubmitted {
		out = append(out, "decide")
	}
	return out
}

// Picks lists the draw of a plan, by class and rank. Errors: rbac.ErrNotFound, page.ErrCursor.
func (s *Service) Picks(ctx context.Context, f PickFilter) (rows []Pick, names map[int64]string, k page.Key, err error) {
	if k, err = f.Start("rank", 2); err != nil {
		return nil, nil, k, err
	}
	err = s.Gate.Read(ctx, ActionPlans, func(tx db.Tx, _ rbac.Scope) error {
		p, err := planByID(ctx, tx, f.ID, "")
		if err != nil {
			return err
		}
		names = map[int64]string{}
		for i, n := range p.OfficerIDs {
			names[n] = p.OfficerNames[i]
		}
		rows, err = picksBy(ctx, tx, f, k)
		return err
	})
	return rows, names, k, err
}

// Staff are the members of the actor's body, and its name.
func (s *Service) Staff(ctx context.Context) (body string, members []Officer, err error) {
	err = s.Gate.Read(ctx, ActionWork, func(tx db.Tx, scope rbac.Scope) (err error) {
		body, members, err = s.Colleagues(ctx, tx, scope)
		return err
	})
	return body, members, err
}

// Begin begins a plan. Errors: ErrBlank, ErrPlanArea, ErrPlanYear, ErrOfficers, ErrPlanExists.
func (s *Service) Begin(ctx context.Context, n NewPlan) (made id.Of[id.Plan], err error) {
	err = s.Gate.Write(ctx, ActionPlan, func(tx db.Tx, scope rbac.Scope) error {
		body, members, err := s.Colleagues(ctx, tx, scope)
		if err != nil {
			return err
		}
		a := scope.Actor()
		p, err := newPlan(n, a.Areas, a.OrganisationID, body, members, a.Name, tx.Now)
		if err != nil {
			return err
		}
		if len(a.Lines) > 0 {
			p.OversightLine = a.Lines[0]
		}
		if err := insertPlan(ctx, tx, &p); err != nil {
			return err
		}
		made = p.ID
		scope.Made(int64(made))
		scope.Changed("visit_plan", int64(made), 0, Plan{}, p)
		return nil
	})
	return made, err
}

// Drawing asks for a draw.
type Drawing struct {
	Seed int64 `json:"seed,omitempty" minimum:"0" maximum:"9007199254740991" doc:"e.g. drawn in public; 0: a random one"`
}

// newSeed is a seed that a browser can show exactly: 53 bits.
func newSeed() int64 {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	return int64(binary.BigEndian.Uint64(b[:])>>11) | 1
}

// plan locks a plan of the actor's own body, lets one thing happen to it and stores it. Errors: rbac.ErrNotFound, ErrOtherBody.
func (s *Service) plan(ctx context.Context, action rbac.Action, n id.Of[id.Plan], own bool, do func(db.Tx, rbac.Scope, *Plan) error) (id.Of[id.Plan], error) {
	err := s.Gate.Write(ctx, action, func(tx db.Tx, scope rbac.Scope) error {
		was, err := planByID(ctx, tx, n, forUpdate)
		if err != nil {
			return err
		}
		if own && was.OrganisationID != scope.Actor().OrganisationID {
			return ErrOtherBody
		}
		p := was
		if err := do(tx, scope, &p); err != nil {
			return err
		}
		if err := savePlan(ctx, tx, &p); err != nil {
			return err
		}
		scope.Made(int64(n))
		scope.Changed("visit_plan", int64(n), 0, was, p)
		return nil
	})
	return n, err
}

// Draw draws companies and inspectors by lot, anew where it was drawn before; every seed is kept. Errors: rbac.ErrNotFound,
// ErrOtherBody, ErrPlanNow, ErrPlanLarge.
func (s *Service) Draw(ctx context.Context, n id.Of[id.Plan], d Drawing) (id.Of[id.Plan], error) {
	return s.plan(ctx, ActionPlan, n, true, func(tx db.Tx, scope rbac.Scope, p *Plan) error {
		if !p.open() {
			return ErrPlanNow
		}
		candidates, err := candidatesOf(ctx, tx, scope, p.Area, drawable+1)
		if err != nil {
			return err
		}
		if len(candidates) > drawable {
			return ErrPlanLarge
		}
		if err := s.classify(ctx, tx, p, candidates); err != nil {
			return err
		}
		seed := d.Seed
		if seed == 0 {
			seed = newSeed()
		}
		picks := Draw(p.lots(seed, candidates))
		for i := range picks {
			picks[i].PlanID = p.ID
		}
		c := count(picks)
		p.State, p.Rules, p.DrawnAt, p.DrawnBy, p.Seeds = PlanDrawn, rules.Version, &tx.Now, scope.Actor().Name, append(slices.Clone(p.Seeds), seed)
		p.Candidates, p.Drawn, p.Visits, p.RandomVisits = int32(c.Candidates), int32(c.Companies), int32(c.Visits), int32(c.RandomVisits)
		return putPicks(ctx, tx, p.ID, picks)
	})
}

// classify gives the candidates their classes and the plan the frequencies that hold now.
func (s *Service) classify(ctx context.Context, tx db.Tx, p *Plan, candidates []Candidate) error {
	unclassed, set := p.Times.V[""]
	times := map[string]int{"": hundredths(rules.Draw.Unclassed.Times)}
	if set {
		times[""] = unclassed
	}
	if s.Times != nil {
		for class, t := range s.Times() {
			times[class] = t
		}
	}
	p.Times.V = times
	if s.Classes == nil {
		return nil
	}
	ids := make([]rbac.CompanyID, len(candidates))
	for i, c := range candidates {
		ids[i] = c.CompanyID
	}
	classes, err := s.Classes(ctx, tx, ids)
	for i := range candidates {
		candidates[i].Class = classes[candidates[i].CompanyID]
	}
	return err
}

// Proof is whether a draw, repeated from what is kept of it, comes to the same.
type Proof struct {
	Seed       int64
	Candidates int
	Same       bool
}

// Prove repeats the draw of a plan from its seed and its candidates. Errors: rbac.ErrNotFound, ErrPlanNow.
func (s *Service) Prove(ctx context.Context, n id.Of[id.Plan]) (out Proof, err error) {
	err = s.Gate.Read(ctx, ActionPlans, func(tx db.Tx, _ rbac.Scope) error {
		p, err := planByID(ctx, tx, n, "")
		if err != nil {
			return err
		}
		if len(p.Seeds) == 0 {
			return ErrPlanNow
		}
		kept, err := allPicks(ctx, tx, n)
		if err != nil {
			return err
		}
		candidates := make([]Candidate, len(kept))
		for i, k := range kept {
			candidates[i] = Candidate{k.CompanyID, k.CompanyName, k.Class}
			kept[i].PlanID = 0
		}
		out.Seed, out.Candidates = p.Seeds[len(p.Seeds)-1], len(kept)
		out.Same = reflect.DeepEqual(kept, Draw(p.lots(out.Seed, candidates)))
		return nil
	})
	return out, err
}

// Submit asks for approval. Errors: rbac.ErrNotFound, ErrOtherBody, ErrPlanNow, ErrPlanEmpty.
func (s *Service) Submit(ctx context.Context, n id.Of[id.Plan], _ Nothing) (id.Of[id.Plan], error) {
	return s.plan(ctx, ActionPlan, n, true, func(tx db.Tx, _ rbac.Scope, p *Plan) error { return p.submit(tx.Now) })
}

// Decide approves a plan, whose visits are then made by a job, or sends it back. Errors: rbac.ErrNotFound, ErrPlanNow,
// ErrRandomShare, ErrReason.
func (s *Service) Decide(ctx context.Context, n id.Of[id.Plan], d PlanDecision) (id.Of[id.Plan], error) {
	return s.plan(ctx, ActionApprove, n, false, func(tx db.Tx, scope rbac.Scope, p *Plan) error {
		if err := p.decide(d, scope.Actor().Name, tx.Now); err != nil || p.State != PlanApproved {
			return err
		}
		return jobs.Enqueue(ctx, tx, Generate{PlanID: p.ID}, jobs.Key(p.ID.String()+":0"))
	})
}

// DropPlan gives a plan up that was not approved. Errors: rbac.ErrNotFound, ErrOtherBody, ErrPlanNow.
func (s *Service) DropPlan(ctx context.Context, n id.Of[id.Plan], _ Nothing) (id.Of[id.Plan], error) {
	return s.plan(ctx, ActionPlan, n, true, func(_ db.Tx, _ rbac.Scope, p *Plan) error {
		if !p.open() {
			return ErrPlanNow
		}
		p.State = PlanDropped
		return nil
	})
}
