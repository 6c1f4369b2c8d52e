package standardization

import (
	"context"
	"maps"
	"slices"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/id"
	"anbiao/kit/scoring"
	"anbiao/rbac"
)

// Beginning is a new evaluation.
type Beginning struct {
	RubricID id.Of[id.Rubric] `json:"rubricId"`
	Year     int              `json:"year" minimum:"2000" maximum:"2200"`
	Title    string           `json:"title" required:"false" maxLength:"100" doc:"empty: made of the year and the table"`
	DueOn    day.Date         `json:"dueOn" required:"false"`
}

// Assessing is a new evaluation of a company from outside.
type Assessing struct {
	Beginning
	CompanyID rbac.CompanyID `json:"companyId"`
	Kind      Kind           `json:"kind" enum:"duty,class"`
}

// Tables lists the tables that an evaluation of a company may be made by. Errors: rbac.ErrNotFound, ErrCompany.
func (s *Service) Tables(ctx context.Context, company rbac.CompanyID, kind Kind) (list []Table, err error) {
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			if company == 0 {
				return ErrCompany.At("query.companyId")
			}
			if home, err = scope.Within(ctx, tx, company); err != nil {
				return err
			}
		}
		list, err = s.tables(ctx, tx, home.RegionPath, kind)
		return err
	})
	return list, err
}

func (s *Service) tables(ctx context.Context, tx db.Tx, region string, kind Kind) ([]Table, error) {
	if s.Offered == nil {
		return []Table{}, nil
	}
	all, err := s.Offered(ctx, tx, kind.purpose(), region, today(tx))
	return slices.DeleteFunc(all, func(t Table) bool { return !t.Scorable }), err
}

// Begin begins the company's own evaluation (自评). Errors: ErrRubric, ErrOpen, ErrYear, ErrDates.
func (s *Service) Begin(ctx context.Context, b Beginning) (n id.Of[id.Evaluation], err error) {
	err = s.Gate.Write(ctx, ActionLead, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		n, err = s.begin(ctx, tx, scope, home, Self, b, nil)
		return err
	})
	return n, err
}

// Assess begins an evaluation of a company by a town or county. Errors: rbac.ErrNotFound, rbac.ErrForbidden,
// ErrRubric, ErrOpen, ErrYear, ErrDates.
func (s *Service) Assess(ctx context.Context, a Assessing) (n id.Of[id.Evaluation], err error) {
	err = s.Gate.Write(ctx, ActionAssess, func(tx db.Tx, scope rbac.Scope) error {
		if e := (Evaluation{Kind: a.Kind}); !e.mine(scope) {
			return rbac.ErrForbidden
		}
		home, err := scope.Within(ctx, tx, a.CompanyID)
		if err != nil {
			return err
		}
		n, err = s.begin(ctx, tx, scope, home, a.Kind, a.Beginning, nil)
		return err
	})
	return n, err
}

// OpenReview begins the review of a company's finished self evaluation by the same version of the table, for
// whoever sends the reviewers or is one. Errors: rbac.ErrNotFound, ErrNow, ErrOpen.
func (s *Service) OpenReview(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, self id.Of[id.Evaluation], title string) (id.Of[id.Evaluation], error) {
	of, err := evaluationByID(ctx, tx, scope, self, "")
	switch {
	case err != nil:
		return 0, err
	case of.Kind != Self || of.CompanyID != company:
		return 0, rbac.ErrNotFound
	case of.Result == "":
		return 0, ErrNow.With("state", string(of.State))
	}
	home, err := scope.Within(ctx, tx, company)
	if err != nil {
		return 0, err
	}
	return s.begin(ctx, tx, scope, home, Review, Beginning{RubricID: of.RubricID, Year: today(tx).Year(), Title: title}, &of)
}

// begin writes a new evaluation with an open answer of each item. A review is by the table of what it looks at.
func (s *Service) begin(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, kind Kind, b Beginning, against *Evaluation) (id.Of[id.Evaluation], error) {
	now := today(tx)
	switch {
	case b.Year > now.Year() || b.Year < now.Year()-1:
		return 0, ErrYear.At("body.year")
	case !b.DueOn.IsZero() && b.DueOn.Before(now):
		return 0, ErrDates.At("body.dueOn")
	}
	if against == nil {
		offered, err := s.tables(ctx, tx, home.RegionPath, kind)
		if err != nil {
			return 0, err
		}
		if !slices.ContainsFunc(offered, func(t Table) bool { return t.ID == b.RubricID }) {
			return 0, ErrRubric.At("body.rubricId")
		}
	}
	table, err := s.Load(ctx, tx, b.RubricID)
	if err != nil {
		return 0, err
	}
	if err := s.Use(ctx, tx, b.RubricID); err != nil {
		return 0, err
	}
	e := Evaluation{
		CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, Kind: kind, RubricID: b.RubricID, Year: int16(b.Year), Title: strings.TrimSpace(b.Title),
		State: Draft, MadeBy: scope.Actor().Name, DueOn: b.DueOn, Score: -1, ChangedAt: tx.Now,
		PeriodFrom: now.AddMonths(-RuleOn(RulePerformance, now).Months).AddDays(1), PeriodUntil: now,
		Team: db.JSON[[]Member]{V: []Member{}}, Plan: db.JSON[[]PlanStep]{V: []PlanStep{}},
	}
	if e.Title == "" {
		e.Title = table.Title
	}
	if org := scope.Actor().OrganisationID; kind != Self {
		e.OrganisationID, e.State, e.StartedOn = &org, Scoring, now
	}
	if against != nil {
		e.AgainstID = &against.ID
	}
	if e.Facts.V, err = s.suffered(ctx, tx, table, e.CompanyID, e.PeriodFrom, e.PeriodUntil); err != nil {
		return 0, err
	}
	if err := insertEvaluation(ctx, tx, &e, codesOf(table)); err != nil {
		return 0, err
	}
	scope.Made(int64(e.ID))
	scope.Changed("standardization", int64(e.ID), e.CompanyID, Evaluation{}, e)
	return e.ID, s.dues(ctx, tx, &e)
}

// codesOf lists the items of a table in its order.
func codesOf(r *scoring.Rubric) (codes []string) {
	for _, it := range r.Rows() {
		codes = append(codes, it.Code)
	}
	return codes
}

// suffered are the figures that a table asks for, and the others that the records have.
func (s *Service) suffered(ctx context.Context, tx db.Tx, r *scoring.Rubric, company rbac.CompanyID, from, until day.Date) ([]Fact, error) {
	known := scoring.Facts{}
	if s.Performance != nil {
		found, err := s.Performance(ctx, tx, []rbac.CompanyID{company}, from, until)
		if err != nil {
			return nil, err
		}
		known = found[company]
	}
	names := slices.Collect(maps.Keys(known))
	for _, l := range r.Levels {
		for _, x := range l.Limits {
			if _, there := known[x.Fact]; !there && !slices.Contains(names, x.Fact) {
				names = append(names, x.Fact)
			}
		}
	}
	slices.Sort(names)
	out := make([]Fact, len(names))
	for i, n := range names {
		out[i] = Fact{Fact: n, Found: known[n], Value: known[n]}
	}
	return out, nil
}

// dues keeps what falls due of a company's own evaluation: that it is finished, and the next one within a year.
func (s *Service) dues(ctx context.Context, tx db.Tx, e *Evaluation) error {
	if s.Due == nil || e.Kind != Self {
		return nil
	}
	item := func(kind string) due.Item {
		return due.Item{Kind: "standardization." + kind, Ref: int64(e.ID), Title: e.Title, Path: "/standardization/evaluations/" + e.ID.String()}
	}
	finish, next := item("finish"), item("yearly")
	if e.State == Draft || e.State == Scoring {
		finish.On = e.DueOn
	}
	items := []due.Item{finish}
	if !e.FinishedOn.IsZero() {
		var old []due.Item
		before, err := finishedSelves(ctx, tx, e.CompanyID)
		if err != nil {
			return err
		}
		for _, o := range before {
			if o.ID != e.ID && !o.FinishedOn.After(e.FinishedOn) {
				old = append(old, due.Item{Kind: next.Kind, Ref: int64(o.ID)})
			}
		}
		next.On, next.Before = nextYearly(e.FinishedOn)
		items = append(append(items, old...), next)
	}
	return s.Due(ctx, tx, rbac.Home{CompanyID: e.CompanyID, RegionPath: e.RegionPath, Line: e.OversightLine}, items)
}
