package standardization

import (
	"context"
	"slices"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/scoring"
	"anbiao/rbac"
)

// Outline is what is settled before the scoring: who, when, in what words.
type Outline struct {
	Title string     `json:"title" minLength:"1" maxLength:"100"`
	DueOn day.Date   `json:"dueOn" required:"false"`
	Team  []Member   `json:"team" maxItems:"60" nullable:"false"`
	Plan  []PlanStep `json:"plan" maxItems:"40" nullable:"false"`
	About string     `json:"about" required:"false" maxLength:"4000" doc:"scope and course of the evaluation, for the report"`
}

// Amend changes the outline of an evaluation that is not finished. Errors: rbac.ErrNotFound, rbac.ErrForbidden, ErrNow,
// ErrBlank, ErrDates, ErrStaff.
func (s *Service) Amend(ctx context.Context, n id.Of[id.Evaluation], o Outline) (id.Of[id.Evaluation], error) {
	return n, s.change(ctx, n, ActionAnswer, func(tx db.Tx, scope rbac.Scope, e *Evaluation) ([]string, error) {
		if e.Kind == Self && !scope.Can(ActionLead) {
			return nil, rbac.ErrForbidden
		}
		if err := e.now(Draft, Scoring); err != nil {
			return nil, err
		}
		if o.Title = strings.TrimSpace(o.Title); o.Title == "" {
			return nil, ErrBlank.At("body.title")
		}
		for _, p := range o.Plan {
			if p.Until.Before(p.From) || p.From.IsZero() {
				return nil, ErrDates.At("body.plan")
			}
		}
		team, err := s.named(ctx, tx, e.CompanyID, o.Team)
		if err != nil {
			return nil, err
		}
		e.Title, e.DueOn, e.Team.V, e.Plan.V, e.About = o.Title, o.DueOn, team, o.Plan, o.About
		return []string{"Title", "DueOn", "Team", "Plan", "About"}, s.dues(ctx, tx, e)
	})
}

// named gives members of the staff the names they go by. Errors: ErrStaff, ErrBlank, ErrLeader.
func (s *Service) named(ctx context.Context, tx db.Tx, company rbac.CompanyID, team []Member) ([]Member, error) {
	found, err := s.people(ctx, tx, company, func(yield func(id.Of[id.Staff])) {
		for _, m := range team {
			yield(m.StaffID)
		}
	})
	if err != nil {
		return nil, err
	}
	out, leaders := slices.Clone(team), 0
	for i := range out {
		m := &out[i]
		if p, there := found[m.StaffID]; there {
			m.Name = p.Name
		} else if m.StaffID != 0 {
			return nil, ErrStaff.At("body.team")
		}
		if m.Name = strings.TrimSpace(m.Name); m.Name == "" {
			return nil, ErrBlank.At("body.team")
		}
		if m.Part == Leader {
			leaders++
		}
	}
	if leaders > 1 {
		return nil, ErrLeader.At("body.team")
	}
	return out, nil
}

// people asks for those whose ids each hands over; zeros are left out.
func (s *Service) people(ctx context.Context, tx db.Tx, company rbac.CompanyID, each func(func(id.Of[id.Staff]))) (map[id.Of[id.Staff]]Person, error) {
	var ids []id.Of[id.Staff]
	each(func(n id.Of[id.Staff]) {
		if n != 0 && !slices.Contains(ids, n) {
			ids = append(ids, n)
		}
	})
	if len(ids) == 0 || s.People == nil {
		return map[id.Of[id.Staff]]Person{}, nil
	}
	found, err := s.People(ctx, tx, company, ids)
	for n, p := range found {
		if !p.LeftOn.IsZero() && p.LeftOn.Before(today(tx)) {
			delete(found, n)
		}
	}
	return found, err
}

// change moves an evaluation that the actor writes and keeps the trail; do says which columns it changed.
func (s *Service) change(ctx context.Context, n id.Of[id.Evaluation], action rbac.Action, do func(db.Tx, rbac.Scope, *Evaluation) ([]string, error)) error {
	return s.Gate.Write(ctx, action, func(tx db.Tx, scope rbac.Scope) error {
		e, err := written(ctx, tx, scope, n, toMove, Draft, Scoring, Finished, Published, Closed)
		if err != nil {
			return err
		}
		was := e
		columns, err := do(tx, scope, &e)
		if err != nil {
			return err
		}
		scope.Made(int64(n))
		was.Result = e.Result // long, and kept anyhow
		scope.Changed("standardization", int64(n), e.CompanyID, was, e)
		return updateEvaluation(ctx, tx, &e, columns...)
	})
}

// Start lets the scoring begin: the group is led by the principal and has workers among it.
// Errors: rbac.ErrNotFound, rbac.ErrForbidden, ErrNow, ErrLeader, ErrWorkers.
func (s *Service) Start(ctx context.Context, n id.Of[id.Evaluation]) (id.Of[id.Evaluation], error) {
	return n, s.change(ctx, n, ActionLead, func(tx db.Tx, _ rbac.Scope, e *Evaluation) ([]string, error) {
		if err := e.now(Draft); err != nil {
			return nil, err
		}
		i := slices.IndexFunc(e.Team.V, func(m Member) bool { return m.Part == Leader })
		if i < 0 {
			return nil, ErrLeader
		}
		lead := e.Team.V[i].StaffID
		found, err := s.people(ctx, tx, e.CompanyID, func(yield func(id.Of[id.Staff])) { yield(lead) })
		switch {
		case err != nil:
			return nil, err
		case s.People != nil && !found[lead].Principal:
			return nil, ErrLeader
		case !slices.ContainsFunc(e.Team.V, func(m Member) bool { return m.Worker }):
			return nil, ErrWorkers
		}
		e.State, e.StartedOn = Scoring, today(tx)
		return []string{"State", "StartedOn"}, nil
	})
}

// Assignment gives items to somebody.
type Assignment struct {
	Items      []string        `json:"items" minItems:"1" maxItems:"500" nullable:"false" doc:"codes of items, or of elements and sub-elements for all of theirs"`
	AssigneeID id.Of[id.Staff] `json:"assigneeId" required:"false" doc:"empty: nobody in particular"`
	DueOn      day.Date        `json:"dueOn" required:"false"`
}

// Assign gives items to people. Errors: rbac.ErrNotFound, rbac.ErrForbidden, ErrNow, ErrItem, ErrStaff, ErrDates.
func (s *Service) Assign(ctx context.Context, n id.Of[id.Evaluation], a Assignment) (id.Of[id.Evaluation], error) {
	return n, s.Gate.Write(ctx, ActionLead, func(tx db.Tx, scope rbac.Scope) error {
		e, err := written(ctx, tx, scope, n, toWrite, Draft, Scoring)
		if err != nil {
			return err
		}
		if !a.DueOn.IsZero() && a.DueOn.Before(today(tx)) {
			return ErrDates.At("body.dueOn")
		}
		table, err := s.Load(ctx, tx, e.RubricID)
		if err != nil {
			return err
		}
		codes, err := within(table, a.Items)
		if err != nil {
			return err
		}
		found, err := s.people(ctx, tx, e.CompanyID, func(yield func(id.Of[id.Staff])) { yield(a.AssigneeID) })
		if err != nil {
			return err
		}
		who, there := found[a.AssigneeID]
		if a.AssigneeID != 0 && !there {
			return ErrStaff.At("body.assigneeId")
		}
		scope.Made(int64(n))
		if err := assign(ctx, tx, &e, codes, who, a.DueOn); err != nil || a.AssigneeID == 0 || s.Tell == nil || a.AssigneeID == scope.Actor().StaffID {
			return err
		}
		return s.Tell(ctx, tx, Note{
			CompanyID: e.CompanyID, EvaluationID: e.ID, StaffID: a.AssigneeID, Code: "standardization.note-assigned", Params: map[string]string{"title": e.Title},
			Key: a.AssigneeID.String() + "|" + today(tx).String(),
		})
	})
}

// within are the items that codes of items, sub-elements and elements name. Errors: ErrItem.
func within(r *scoring.Rubric, codes []string) (items []string, err error) {
	for _, code := range codes {
		before := len(items)
		for _, e := range r.Elements {
			for _, sub := range e.Children {
				for _, it := range sub.Items {
					if code == e.Code || code == sub.Code || code == it.Code {
						items = append(items, it.Code)
					}
				}
			}
		}
		if len(items) == before {
			return nil, ErrItem.With("item", code).At("body.items")
		}
	}
	slices.Sort(items)
	return slices.Compact(items), nil
}

// Facts are the figures of the safety performance as somebody states them.
type Facts struct {
	Facts []Fact `json:"facts" maxItems:"40" nullable:"false"`
}

// State states the figures of the safety performance: one that is another than the records have needs a
// reason. Errors: rbac.ErrNotFound, rbac.ErrForbidden, ErrNow, ErrFact, ErrFactCause.
func (s *Service) State(ctx context.Context, n id.Of[id.Evaluation], in Facts) (id.Of[id.Evaluation], error) {
	return n, s.change(ctx, n, ActionAnswer, func(_ db.Tx, scope rbac.Scope, e *Evaluation) ([]string, error) {
		if e.Kind == Self && !scope.Can(ActionLead) {
			return nil, rbac.ErrForbidden
		}
		if err := e.now(Draft, Scoring); err != nil {
			return nil, err
		}
		facts := slices.Clone(e.Facts.V)
		for _, f := range in.Facts {
			i := slices.IndexFunc(facts, func(x Fact) bool { return x.Fact == f.Fact })
			switch f.Reason = strings.TrimSpace(f.Reason); {
			case i < 0 || !number(f.Value):
				return nil, ErrFact.With("fact", f.Fact).At("body.facts")
			case facts[i].Found != "" && f.Value.Rat().Cmp(facts[i].Found.Rat()) != 0 && f.Reason == "", facts[i].Found != "" && f.Value == "" && f.Reason == "":
				return nil, ErrFactCause.With("fact", f.Fact).At("body.facts")
			}
			facts[i].Value, facts[i].Reason = f.Value, f.Reason
		}
		e.Facts.V = facts
		return []string{"Facts"}, nil
	})
}

// number says whether a figure is none, or one that is not negative.
func number(n scoring.Num) bool {
	var x scoring.Num
	return n == "" || x.UnmarshalJSON([]byte(n)) == nil && x.Rat().Sign() >= 0
}

// Recount takes the figures of the performance from the records again; what was stated with a reason stays.
// Errors: rbac.ErrNotFound, rbac.ErrForbidden, ErrNow.
func (s *Service) Recount(ctx context.Context, n id.Of[id.Evaluation]) (id.Of[id.Evaluation], error) {
	return n, s.change(ctx, n, ActionAnswer, func(tx db.Tx, scope rbac.Scope, e *Evaluation) ([]string, error) {
		if e.Kind == Self && !scope.Can(ActionLead) {
			return nil, rbac.ErrForbidden
		}
		if err := e.now(Draft, Scoring); err != nil {
			return nil, err
		}
		table, err := s.Load(ctx, tx, e.RubricID)
		if err != nil {
			return nil, err
		}
		e.PeriodUntil = today(tx)
		e.PeriodFrom = e.PeriodUntil.AddMonths(-RuleOn(RulePerformance, e.PeriodUntil).Months).AddDays(1)
		fresh, err := s.suffered(ctx, tx, table, e.CompanyID, e.PeriodFrom, e.PeriodUntil)
		for i, f := range fresh {
			if j := slices.IndexFunc(e.Facts.V, func(x Fact) bool { return x.Fact == f.Fact && (x.Reason != "" || f.Found == "") }); j >= 0 {
				fresh[i].Value, fresh[i].Reason = e.Facts.V[j].Value, e.Facts.V[j].Reason
			}
		}
		e.Facts.V = fresh
		return []string{"PeriodFrom", "PeriodUntil", "Facts"}, err
	})
}
