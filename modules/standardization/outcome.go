package standardization

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/scoring"
	"anbiao/rbac"
)

// Outcome is what an evaluation came to, for whoever builds on it.
type Outcome struct {
	ID             id.Of[id.Evaluation]
	CompanyID      rbac.CompanyID
	Kind           Kind
	RubricID       id.Of[id.Rubric]
	Year           int
	State          State
	FinishedOn     day.Date
	PublishedFrom  day.Date
	PublishedUntil day.Date
	Score          int // hundredths; -1: none yet
	Exact          string
	Official       string
	Level          string
	LevelName      string
	Reasons        []string
	Unknown        []string
}

// outcome is what is said of an evaluation elsewhere.
func (e *Evaluation) outcome() Outcome {
	return Outcome{
		ID: e.ID, CompanyID: e.CompanyID, Kind: e.Kind, RubricID: e.RubricID, Year: int(e.Year), State: e.State, FinishedOn: e.FinishedOn,
		PublishedFrom: e.PublishedFrom, PublishedUntil: e.PublishedUntil, Score: e.Score, Exact: e.Exact, Official: e.Official, Level: e.Level, LevelName: e.LevelName,
		Reasons: e.Reasons, Unknown: e.Unknown,
	}
}

// OutcomeOf says how an evaluation in scope stands. Errors: rbac.ErrNotFound.
func OutcomeOf(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Evaluation]) (Outcome, error) {
	e, err := evaluationByID(ctx, tx, scope, n, "")
	return e.outcome(), err
}

// LatestSelf is the last self evaluation that each of some companies finished; who finished none is missing.
func LatestSelf(ctx context.Context, tx db.Tx, companies []rbac.CompanyID) (map[rbac.CompanyID]Outcome, error) {
	rows, err := lastSelves(ctx, tx, companies)
	out := make(map[rbac.CompanyID]Outcome, len(rows))
	for i := range rows {
		out[rows[i].CompanyID] = rows[i].outcome()
	}
	return out, err
}

// SelfYears lists the self evaluations that a company finished, latest first.
func SelfYears(ctx context.Context, tx db.Tx, company rbac.CompanyID) ([]Outcome, error) {
	rows, err := finishedSelves(ctx, tx, company)
	out := make([]Outcome, len(rows))
	for i := range rows {
		out[i] = rows[i].outcome()
	}
	return out, err
}

// Unmended says how many findings of an evaluation there are, and of how many the hazard is not closed or none
// was made of them yet.
func Unmended(ctx context.Context, tx db.Tx, company rbac.CompanyID, n id.Of[id.Evaluation]) (open, total int, err error) {
	return unmended(ctx, tx, company, n)
}

// Answers are those of a company's last finished self evaluation.
type Answers struct {
	RubricID     id.Of[id.Rubric]
	EvaluationID id.Of[id.Evaluation]
	Answers      scoring.Answers
	On           map[string]day.Date // by item: when it was answered
	Facts        scoring.Facts
}

// Kept returns the answers of the last self evaluation that each of some companies finished, for what
// nothing else measures; who finished none is missing. Three queries, however many companies.
func Kept(ctx context.Context, tx db.Tx, companies []rbac.CompanyID) (map[rbac.CompanyID]Answers, error) {
	rows, err := lastSelves(ctx, tx, companies)
	if err != nil || len(rows) == 0 {
		return map[rbac.CompanyID]Answers{}, err
	}
	answers, err := answersIn(ctx, tx, keysOf(rows...))
	if err != nil {
		return nil, err
	}
	findings, err := findingsIn(ctx, tx, keysOf(rows...))
	if err != nil {
		return nil, err
	}
	out := make(map[rbac.CompanyID]Answers, len(rows))
	for i := range rows {
		e := &rows[i]
		kept := Answers{RubricID: e.RubricID, EvaluationID: e.ID, Answers: answersOf(answers[e.ID], findings[e.ID]), On: map[string]day.Date{}, Facts: e.facts()}
		for _, a := range answers[e.ID] {
			if a.AnsweredAt != nil {
				kept.On[a.ItemCode] = day.In(*a.AnsweredAt, day.Shanghai)
			}
		}
		out[e.CompanyID] = kept
	}
	return out, nil
}
