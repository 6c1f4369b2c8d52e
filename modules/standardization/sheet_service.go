package standardization

import (
	"context"
	"encoding/json"
	"slices"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/scoring"
	"anbiao/rbac"
)

// Sheet is an evaluation with all that was answered, as far as the actor sees it.
type Sheet struct {
	Evaluation
	Table    *scoring.Rubric
	Answers  []Answer // his own where he sees no others
	Findings []Finding
	Evidence []Evidence
	Mended   []Rectification
	Hazards  map[id.Of[id.Hazard]]HazardState
	Result   *scoring.Result // as frozen, or as it stands
	Company  string
	Whole    bool // the actor sees every item
	Write    bool // he may answer what he sees
	Lead     bool // and settle who and when
	May      []string
	Today    day.Date
}

// One reads an evaluation whole. Errors: rbac.ErrNotFound.
func (s *Service) One(ctx context.Context, n id.Of[id.Evaluation]) (sh Sheet, err error) {
	err = s.Gate.Read(ctx, ActionItems, func(tx db.Tx, scope rbac.Scope) (err error) {
		sh, err = s.sheet(ctx, tx, scope, n)
		return err
	})
	return sh, err
}

// sheet reads an evaluation with its items: a fixed number of queries, however many items.
func (s *Service) sheet(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Evaluation]) (sh Sheet, err error) {
	if sh.Evaluation, err = evaluationByID(ctx, tx, scope, n, ""); err != nil {
		return sh, err
	}
	e := &sh.Evaluation
	if sh.Table, err = s.Load(ctx, tx, e.RubricID); err != nil {
		return sh, err
	}
	answers, err := answersIn(ctx, tx, keysOf(*e))
	if err != nil {
		return sh, err
	}
	findings, err := findingsIn(ctx, tx, keysOf(*e))
	if err != nil {
		return sh, err
	}
	sh.Answers, sh.Findings, sh.Today = answers[n], findings[n], today(tx)
	if sh.Result, err = e.result(sh.Table, sh.Answers, sh.Findings); err != nil {
		return sh, err
	}
	if sh.Evidence, err = evidenceOf(ctx, tx, e); err != nil {
		return sh, err
	}
	if sh.Mended, err = mendedOf(ctx, tx, keysOf(*e)); err != nil {
		return sh, err
	}
	if sh.Company, err = nameOf(ctx, tx, e.CompanyID); err != nil {
		return sh, err
	}
	sh.permit(scope)
	sh.narrow(scope.Actor())
	return sh, s.states(ctx, tx, scope, &sh)
}

// result is what was frozen, or what the answers come to now.
func (e *Evaluation) result(table *scoring.Rubric, answers []Answer, findings []Finding) (*scoring.Result, error) {
	if e.Result == "" {
		return table.Score(answersOf(answers, findings), e.facts()), nil
	}
	r := &scoring.Result{}
	return r, json.Unmarshal([]byte(e.Result), r)
}

// permit says what the actor may do now.
func (sh *Sheet) permit(scope rbac.Scope) {
	e := &sh.Evaluation
	mine, a := e.mine(scope), scope.Actor()
	sh.Whole = a.Kind != rbac.Company || scope.Can(ActionList)
	sh.Write = mine && e.State == Scoring && scope.Can(ActionAnswer)
	sh.Lead = mine && (e.State == Draft || e.State == Scoring) && (e.Kind != Self || scope.Can(ActionLead))
	for _, d := range []struct {
		key string
		yes bool
	}{
		{"start", sh.Lead && e.State == Draft},
		{"assign", sh.Lead && e.Kind == Self},
		{"finish", mine && e.State == Scoring && scope.Can(ActionFinish)},
		{"close", mine && (e.State == Draft || e.State == Scoring) && scope.Can(ActionFinish)},
		{"publish", mine && e.State == Finished && e.Kind == Self && scope.Can(ActionPublish)},
		{"mend", scope.Can(ActionMend) && len(sh.Findings) > 0 && e.State != Draft && e.State != Closed},
	} {
		if d.yes {
			sh.May = append(sh.May, d.key)
		}
	}
}

// narrow leaves somebody who answers his own items nothing but these.
func (sh *Sheet) narrow(a rbac.Actor) {
	if sh.Whole {
		return
	}
	sh.Answers = slices.DeleteFunc(sh.Answers, func(x Answer) bool { return x.AssigneeID == nil || *x.AssigneeID != a.StaffID })
	other := func(code string) bool {
		return !slices.ContainsFunc(sh.Answers, func(x Answer) bool { return x.ItemCode == code })
	}
	sh.Findings = slices.DeleteFunc(sh.Findings, func(f Finding) bool { return other(f.ItemCode) })
	sh.Evidence = slices.DeleteFunc(sh.Evidence, func(v Evidence) bool { return other(v.ItemCode) })
	sh.Mended = slices.DeleteFunc(sh.Mended, func(r Rectification) bool {
		return !slices.ContainsFunc(sh.Findings, func(f Finding) bool { return f.ID == r.FindingID })
	})
}

// states asks how the hazards of findings stand; who does not see the ledger knows the day on which they were closed.
func (s *Service) states(ctx context.Context, tx db.Tx, scope rbac.Scope, sh *Sheet) (err error) {
	var ids []id.Of[id.Hazard]
	for _, r := range sh.Mended {
		ids = append(ids, r.HazardID)
	}
	if s.Hazards != nil && len(ids) > 0 && scope.Actor().Kind != rbac.Agency {
		sh.Hazards, err = s.Hazards(ctx, tx, scope, sh.CompanyID, ids)
	}
	return err
}

// Mine are the items that somebody is to answer, of one evaluation.
type Mine struct {
	ID    id.Of[id.Evaluation]
	Title string
	Year  int16
	State State
	DueOn day.Date // the earliest of what is open
	Items int
	Open  int
	Kind  Kind
}

// MineOf lists the evaluations under way in which items are the actor's to answer.
func (s *Service) MineOf(ctx context.Context) (rows []Mine, err error) {
	err = s.Gate.Read(ctx, ActionItems, func(tx db.Tx, scope rbac.Scope) (err error) {
		rows, err = minesOf(ctx, tx, scope)
		return err
	})
	return rows, err
}

// Years is how a company stands to its yearly duty (年度自评).
type Years struct {
	Done   []Evaluation // finished, latest first
	Next   day.Date     // by which the next one is to be finished; zero: none was made yet
	Late   bool
	Rule   Rule
	Hang   Rule
	Open   id.Of[id.Evaluation] // under way; 0: none is
	Today  day.Date
	Remind []int
}

// YearsOf says how a company stands to its yearly duty. Errors: rbac.ErrNotFound, ErrCompany.
func (s *Service) YearsOf(ctx context.Context, company rbac.CompanyID) (y Years, err error) {
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			if company == 0 {
				return ErrCompany.At("query.companyId")
			}
			home, err = scope.Within(ctx, tx, company)
		}
		if err != nil {
			return err
		}
		y.Today = today(tx)
		y.Rule, y.Hang = RuleOn(RuleYearly, y.Today), RuleOn(RulePublication, y.Today)
		if y.Done, err = finishedSelves(ctx, tx, home.CompanyID); err != nil {
			return err
		}
		last := day.Date{}
		for _, o := range y.Done {
			if o.FinishedOn.After(last) {
				last = o.FinishedOn
			}
		}
		if !last.IsZero() {
			y.Next, y.Remind = nextYearly(last)
			y.Late = y.Next.Before(y.Today)
		}
		y.Open, err = openSelf(ctx, tx, home.CompanyID)
		return err
	})
	return y, err
}
