package standardization

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"anbiao/kit/calendar"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/scoring"
	"anbiao/rbac"
)

// Signing finishes an evaluation.
type Signing struct {
	Conclusion string `json:"conclusion" required:"false" maxLength:"4000"`
}

// Finish signs an evaluation: of the company's own the principal, of another who makes it. What it came to is
// frozen to the byte. Errors: rbac.ErrNotFound, rbac.ErrForbidden, ErrNow, ErrUnfinished, ErrNothing.
func (s *Service) Finish(ctx context.Context, n id.Of[id.Evaluation], in Signing) (id.Of[id.Evaluation], error) {
	return n, s.change(ctx, n, ActionFinish, func(tx db.Tx, scope rbac.Scope, e *Evaluation) ([]string, error) {
		if err := e.now(Scoring); err != nil {
			return nil, err
		}
		table, answers, err := s.scored(ctx, tx, e)
		if err != nil {
			return nil, err
		}
		r := table.Score(answers, e.facts())
		switch open := len(r.Items) - r.Answered; {
		case open > 0:
			return nil, ErrUnfinished.With("n", strconv.Itoa(open))
		case r.Exact == "":
			return nil, ErrNothing
		}
		frozen, err := json.Marshal(r)
		if err != nil {
			return nil, err
		}
		e.Result, e.Score, e.Exact, e.Official, e.Level, e.LevelName, e.Reasons, e.Unknown = string(frozen), r.Hundredths(), r.Exact, r.Official, r.Level, r.LevelName, r.Reasons, r.Unknown
		e.State, e.FinishedOn, e.FinishedBy, e.Conclusion = Finished, today(tx), scope.Actor().Name, strings.TrimSpace(in.Conclusion)
		return []string{"Result", "Score", "Exact", "Official", "Level", "LevelName", "Reasons", "Unknown", "State", "FinishedOn", "FinishedBy", "Conclusion"}, s.settled(ctx, tx, e)
	})
}

// settled lets others follow a finished evaluation.
func (s *Service) settled(ctx context.Context, tx db.Tx, e *Evaluation) error {
	if s.Touch != nil && e.Kind == Self {
		if err := s.Touch(ctx, tx, e.CompanyID); err != nil {
			return err
		}
	}
	return s.dues(ctx, tx, e)
}

// scored reads the table and the answers of an evaluation: two queries, however many items.
func (s *Service) scored(ctx context.Context, tx db.Tx, e *Evaluation) (*scoring.Rubric, scoring.Answers, error) {
	table, err := s.Load(ctx, tx, e.RubricID)
	if err != nil {
		return nil, nil, err
	}
	answers, err := answersIn(ctx, tx, keysOf(*e))
	if err != nil {
		return nil, nil, err
	}
	findings, err := findingsIn(ctx, tx, keysOf(*e))
	return table, answersOf(answers[e.ID], findings[e.ID]), err
}

// Hanging puts a report up inside the firm.
type Hanging struct {
	From  day.Date `json:"from" required:"false" doc:"empty: today"`
	Until day.Date `json:"until" required:"false" doc:"empty: the first day that will do"`
	Where string   `json:"where" minLength:"1" maxLength:"100" doc:"notice board, phones …"`
}

// Publish hangs the report inside the firm for the working days that the rule asks for. Errors: rbac.ErrNotFound,
// rbac.ErrForbidden, ErrNow, ErrBlank, ErrDates, ErrDays, ErrHolidays.
func (s *Service) Publish(ctx context.Context, n id.Of[id.Evaluation], h Hanging) (id.Of[id.Evaluation], error) {
	return n, s.change(ctx, n, ActionPublish, func(tx db.Tx, _ rbac.Scope, e *Evaluation) ([]string, error) {
		if err := e.now(Finished); err != nil {
			return nil, err
		}
		if h.From.IsZero() {
			h.From = today(tx)
		}
		rule := RuleOn(RulePublication, h.From)
		least, err := rule.hangsUntil(calendar.China(), h.From)
		switch h.Where = strings.TrimSpace(h.Where); {
		case err != nil:
			return nil, ErrHolidays.Because(err)
		case h.Where == "":
			return nil, ErrBlank.At("body.where")
		case h.From.Before(e.FinishedOn) || h.From.After(today(tx)):
			return nil, ErrDates.At("body.from")
		case h.Until.IsZero():
			h.Until = least
		case h.Until.Before(least):
			return nil, ErrDays.With("days", strconv.Itoa(rule.Days)).With("until", least.String()).At("body.until")
		}
		e.State, e.PublishedFrom, e.PublishedUntil, e.PublishedWhere = Published, h.From, h.Until, h.Where
		return []string{"State", "PublishedFrom", "PublishedUntil", "PublishedWhere"}, nil
	})
}

// Ending lays an evaluation aside.
type Ending struct {
	Note string `json:"note" minLength:"1" maxLength:"500"`
}

// Close lays aside an evaluation that is not finished, for good. Errors: rbac.ErrNotFound, rbac.ErrForbidden, ErrNow, ErrBlank.
func (s *Service) Close(ctx context.Context, n id.Of[id.Evaluation], in Ending) (id.Of[id.Evaluation], error) {
	return n, s.change(ctx, n, ActionFinish, func(tx db.Tx, _ rbac.Scope, e *Evaluation) ([]string, error) {
		if err := e.now(Draft, Scoring); err != nil {
			return nil, err
		}
		if e.ClosedNote = strings.TrimSpace(in.Note); e.ClosedNote == "" {
			return nil, ErrBlank.At("body.note")
		}
		e.State, e.ClosedOn = Closed, today(tx)
		return []string{"State", "ClosedOn", "ClosedNote"}, s.dues(ctx, tx, e)
	})
}
