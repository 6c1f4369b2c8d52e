package enrolment

import (
	"context"
	"slices"
	"strings"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Kinds of assessment.
const (
	Duty  = "duty"  // 主体责任达标, of firms with 20 to 50 people
	Class = "class" // 分类分级
)

// States of an assessment.
const (
	Open      = "open"
	Published = "published"
	Dropped   = "dropped"
)

// results are what can be decided of a kind, the best first.
var results = map[string][]string{Duty: {"pass", "fail"}, Class: {"A", "B", "C", "D"}}

// can says whether the actor may assess a kind: towns and counties the duty, counties and cities classes.
func can(scope rbac.Scope, kind string) bool {
	return scope.Can(map[string]rbac.Action{Duty: ActionDuty, Class: ActionClass}[kind])
}

// Beginning starts an assessment.
type Beginning struct {
	CompanyID rbac.CompanyID   `json:"companyId"`
	Kind      string           `json:"kind" enum:"duty,class"`
	RubricID  id.Of[id.Rubric] `json:"rubricId" required:"false" doc:"empty: the table of the area"`
}

// Begin starts an assessment of a company, with its score sheet. Errors: rbac.ErrNotFound,
// rbac.ErrForbidden, ErrStaff, ErrUnderWay, ErrNoTable.
func (s *Service) Begin(ctx context.Context, b Beginning) (n id.Of[Assessment], err error) {
	err = s.Gate.Write(ctx, ActionDecide, func(tx db.Tx, scope rbac.Scope) error {
		if !can(scope, b.Kind) {
			return rbac.ErrForbidden
		}
		home, err := scope.Within(ctx, tx, b.CompanyID)
		if err != nil {
			return err
		}
		a, err := s.opened(ctx, tx, scope, home, b)
		if err != nil {
			return err
		}
		if err := insertAssessment(ctx, tx, &a); err != nil {
			return err
		}
		n = a.ID
		scope.Made(int64(n))
		scope.Changed("enrolment_assessment", int64(n), a.CompanyID, Assessment{}, a)
		return nil
	})
	return n, err
}

func (s *Service) opened(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, b Beginning) (a Assessment, err error) {
	card, err := cardOf(ctx, tx, scope, home.CompanyID)
	if err != nil {
		return a, err
	}
	if b.Kind == Duty && !small(card.StaffCount) {
		return a, ErrStaff
	}
	if open, err := underWay(ctx, tx, home.CompanyID, b.Kind); err != nil || open {
		return a, orElse(err, ErrUnderWay)
	}
	table, err := s.table(ctx, tx, home.RegionPath, b)
	if err != nil {
		return a, err
	}
	now := today(tx)
	a = Assessment{
		CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, CompanyName: card.Name, Kind: b.Kind, Year: int16(now.Year()), Staff: card.StaffCount,
		RubricID: table.ID, Rubric: table.Title, OrganisationID: scope.Actor().OrganisationID, State: Open, StartedOn: now, StartedBy: scope.Actor().Name, Score: -1,
		Grounds: db.JSON[[]Fact]{V: []Fact{}},
	}
	if s.Sources.Open != nil {
		e, err := s.Sources.Open(ctx, tx, scope, home.CompanyID, b.Kind, table.ID, now.Year(), table.Title)
		if err != nil {
			return a, err
		}
		a.EvaluationID = &e
	}
	return a, nil
}

func orElse(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

func small(staff *int32) bool {
	return staff != nil && int(*staff) >= classes.DutyStaff.From && int(*staff) <= classes.DutyStaff.To
}

// table is the scoring table that was asked for, or the one of the area. Errors: ErrNoTable.
func (s *Service) table(ctx context.Context, tx db.Tx, region string, b Beginning) (t Table, err error) {
	if s.Sources.Tables == nil {
		return t, ErrNoTable
	}
	offered, err := s.Sources.Tables(ctx, tx, b.Kind, region, today(tx))
	if err != nil {
		return t, err
	}
	i := 0
	if b.RubricID != 0 {
		i = slices.IndexFunc(offered, func(o Table) bool { return o.ID == b.RubricID })
	}
	if i < 0 || len(offered) == 0 {
		return t, ErrNoTable.At("body.rubricId")
	}
	return offered[i], nil
}

// Found is an assessment with what its score sheet came to so far.
type Found struct {
	Assessment
	Finished bool // the score sheet is signed, so that the result can be published
}

// AssessmentByID reads an assessment; while it is open, with the result that its score sheet and
// the vetoes come to. A company sees what is published. Errors: rbac.ErrNotFound.
func (s *Service) AssessmentByID(ctx context.Context, n id.Of[Assessment]) (f Found, err error) {
	err = s.Gate.Read(ctx, ActionFound, func(tx db.Tx, scope rbac.Scope) error {
		a, err := assessmentByID(ctx, tx, scope, n, "")
		if err != nil {
			return err
		}
		f, err = s.propose(ctx, tx, scope, a)
		return err
	})
	return f, err
}

// propose works out what the rules say of an assessment that is open.
func (s *Service) propose(ctx context.Context, tx db.Tx, scope rbac.Scope, a Assessment) (f Found, err error) {
	f.Assessment = a
	if a.State != Open || a.EvaluationID == nil || s.Sources.Outcome == nil {
		return f, nil
	}
	o, err := s.Sources.Outcome(ctx, tx, scope, *a.EvaluationID)
	if err != nil || !o.Finished {
		return f, err
	}
	f.Finished, f.Score = true, int32(o.Score)
	vetoes := []Fact{}
	if a.Kind == Class {
		if vetoes, err = s.vetoes(ctx, tx, a.CompanyID); err != nil {
			return f, err
		}
	}
	f.Proposed, f.Grounds.V = Proposal(a.Kind, o, vetoes)
	return f, nil
}

// vetoes are the facts that make a company the class of the veto, as far as they are measured.
func (s *Service) vetoes(ctx context.Context, tx db.Tx, company rbac.CompanyID) (facts []Fact, err error) {
	ids, now := []rbac.CompanyID{company}, today(tx)
	for _, key := range classes.Vetoes {
		var found companies[int]
		switch {
		case key == "fatal_accident_in_12_months" && s.Sources.Deaths != nil:
			found, err = s.Sources.Deaths(ctx, tx, ids, now.AddMonths(-12).AddDays(1), now)
		case key == "open_major_hazard_overdue" && s.Sources.Late != nil:
			found, err = s.Sources.Late(ctx, tx, ids)
		}
		if err != nil {
			return nil, err
		}
		if found[company] > 0 {
			facts = append(facts, Fact{key, itoa(found[company])})
		}
	}
	return facts, nil
}

// Proposal is what the rules make of a score sheet: the level of the table; of a class the class of
// the veto where the table or a fact vetoes, for a veto gives no level; of the duty a pass or none.
func Proposal(kind string, o Outcome, vetoes []Fact) (result string, grounds []Fact) {
	grounds = append([]Fact{}, vetoes...)
	for _, r := range o.Reasons {
		if code, item, _ := strings.Cut(r, ":"); code == "VETO" {
			grounds = append(grounds, Fact{"veto_item", item})
		}
	}
	switch {
	case kind == Duty && o.Level == "pass":
		return "pass", grounds
	case kind == Duty:
		return "fail", grounds
	case len(grounds) > 0 || o.Level == "":
		return classes.VetoClass, grounds
	}
	return o.Level, grounds
}

// Decision publishes a result.
type Decision struct {
	Decided string `json:"decided" enum:"pass,fail,A,B,C,D"`
	Reason  string `json:"reason" required:"false" maxLength:"500" doc:"needed where it is not what the rules propose"`
}

// Publish is the last step, by people: the result holds from today for twelve months and takes the
// place of the one before; the company is told. Errors: rbac.ErrNotFound, rbac.ErrForbidden,
// ErrPublished, ErrUnscored, ErrResult, ErrReason.
func (s *Service) Publish(ctx context.Context, n id.Of[Assessment], d Decision) (id.Of[Assessment], error) {
	return s.change(ctx, n, func(tx db.Tx, scope rbac.Scope, a *Assessment) ([]string, error) {
		if a.State != Open {
			return nil, ErrPublished
		}
		f, err := s.propose(ctx, tx, scope, *a)
		if err != nil {
			return nil, err
		}
		if !f.Finished {
			return nil, ErrUnscored
		}
		*a = f.Assessment
		if err := a.decide(d.Decided, d.Reason, scope.Actor().Name); err != nil {
			return nil, err
		}
		a.State, a.ValidFrom = Published, today(tx)
		a.ValidUntil = a.ValidFrom.AddMonths(classes.RecheckMonths).AddDays(-1)
		if err := endBefore(ctx, tx, *a); err != nil {
			return nil, err
		}
		return []string{"state", "score", "proposed", "grounds", "decided", "reason", "decided_by", "valid_from", "valid_until"}, s.made(ctx, tx, *a, "published")
	})
}

// decide notes what people decided. Errors: ErrResult, ErrReason.
func (a *Assessment) decide(result, reason, by string) error {
	if !slices.Contains(results[a.Kind], result) {
		return ErrResult.At("body.decided")
	}
	reason = strings.TrimSpace(reason)
	if result != a.Proposed && reason == "" {
		return ErrReason.At("body.reason")
	}
	a.Decided, a.Reason, a.DecidedBy = result, reason, by
	return nil
}

// made tells the company, and has the board look again.
func (s *Service) made(ctx context.Context, tx db.Tx, a Assessment, what string) error {
	params := map[string]string{"result": a.Decided, "until": a.ValidUntil.String()}
	if err := tell(ctx, tx, Note{a.CompanyID, "enrolment_assessment", int64(a.ID), "enrolment.note-" + a.Kind + "-" + what, params}); err != nil || s.Sources.Touch == nil {
		return err
	}
	return s.Sources.Touch(ctx, tx, a.CompanyID)
}

// Reason says why.
type Reason struct {
	Reason string `json:"reason" minLength:"1" maxLength:"500"`
}

// Drop gives an open assessment up. Errors: rbac.ErrNotFound, rbac.ErrForbidden, ErrPublished.
func (s *Service) Drop(ctx context.Context, n id.Of[Assessment], r Reason) (id.Of[Assessment], error) {
	return s.change(ctx, n, func(_ db.Tx, scope rbac.Scope, a *Assessment) ([]string, error) {
		if a.State != Open {
			return nil, ErrPublished
		}
		a.State, a.Reason, a.DecidedBy = Dropped, strings.TrimSpace(r.Reason), scope.Actor().Name
		return []string{"state", "reason", "decided_by"}, nil
	})
}

// Appealing is what the company says against a result.
type Appealing struct {
	Text string `json:"text" minLength:"1" maxLength:"1000"`
}

// Appeal objects to the own company's result, once. Errors: rbac.ErrNotFound, ErrAppealed, ErrState.
func (s *Service) Appeal(ctx context.Context, n id.Of[Assessment], in Appealing) (id.Of[Assessment], error) {
	return n, s.Gate.Write(ctx, ActionAppeal, func(tx db.Tx, scope rbac.Scope) error {
		a, err := assessmentByID(ctx, tx, scope, n, "")
		switch {
		case err != nil:
			return err
		case a.AppealedAt != nil:
			return ErrAppealed
		case !a.EndedOn.IsZero():
			return ErrState
		}
		before := a
		a.Appeal, a.AppealedAt, a.AppealedBy = strings.TrimSpace(in.Text), &tx.Now, scope.Actor().Name
		scope.Made(int64(n))
		scope.Changed("enrolment_assessment", int64(n), a.CompanyID, before, a)
		return saveAssessment(ctx, tx, &a, []string{"appeal", "appealed_at", "appealed_by"})
	})
}

// Answering is what the authority says to an appeal.
type Answering struct {
	Answer  string `json:"answer" minLength:"1" maxLength:"1000"`
	Decided string `json:"decided" enum:"pass,fail,A,B,C,D" doc:"the result it stays with, or another"`
}

// Answer decides an appeal: the result stays, or is another from today. Errors: rbac.ErrNotFound,
// rbac.ErrForbidden, ErrNoAppeal, ErrResult.
func (s *Service) Answer(ctx context.Context, n id.Of[Assessment], in Answering) (id.Of[Assessment], error) {
	return s.change(ctx, n, func(tx db.Tx, scope rbac.Scope, a *Assessment) ([]string, error) {
		if a.AppealedAt == nil || a.AnsweredAt != nil || a.State != Published {
			return nil, ErrNoAppeal
		}
		a.Answer, a.AnsweredAt, a.AnsweredBy = strings.TrimSpace(in.Answer), &tx.Now, scope.Actor().Name
		columns := []string{"answer", "answered_at", "answered_by"}
		if in.Decided != a.Decided {
			if err := a.decide(in.Decided, a.Answer, scope.Actor().Name); err != nil {
				return nil, err
			}
			columns = append(columns, "decided", "reason", "decided_by")
		}
		return columns, s.made(ctx, tx, *a, "answered")
	})
}

// change writes an assessment by an authority that may assess its kind.
func (s *Service) change(ctx context.Context, n id.Of[Assessment], do func(db.Tx, rbac.Scope, *Assessment) ([]string, error)) (id.Of[Assessment], error) {
	return n, s.Gate.Write(ctx, ActionDecide, func(tx db.Tx, scope rbac.Scope) error {
		before, err := assessmentByID(ctx, tx, scope, n, " FOR UPDATE OF x")
		if err != nil {
			return err
		}
		if !can(scope, before.Kind) {
			return rbac.ErrForbidden
		}
		after := before
		columns, err := do(tx, scope, &after)
		if err != nil {
			return err
		}
		scope.Made(int64(n))
		scope.Changed("enrolment_assessment", int64(n), after.CompanyID, before, after)
		return saveAssessment(ctx, tx, &after, columns)
	})
}
