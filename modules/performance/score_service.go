package performance

import (
	"context"
	"slices"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// Rounds lists the company's rounds, the latest first. Errors: page.ErrCursor.
func (s *Service) Rounds(ctx context.Context, q page.Query) (rows []Round, k page.Key, err error) {
	if k, err = q.Start("until", 2); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionScores, func(tx db.Tx, scope rbac.Scope) (err error) {
		rows, err = roundsBy(ctx, tx, scope, k, q.Limit)
		return err
	})
	return rows, k, err
}

// Overview is a round with the scores of its units.
type Overview struct {
	Round
	Rules  *Rules
	Units  []UnitScore
	States map[State]int // people by state
}

// Overview reads one round: the whole tree, or the actor's part of it. Errors: rbac.ErrNotFound.
func (s *Service) Overview(ctx context.Context, n id.Of[Round]) (o Overview, err error) {
	err = s.Gate.Read(ctx, ActionScores, func(tx db.Tx, scope rbac.Scope) error {
		if o.Round, err = roundByID(ctx, tx, scope, n); err != nil {
			return err
		}
		if o.Rules, err = rulesOf(o.RuleVersion); err != nil {
			return err
		}
		units, err := unitsOf(ctx, tx, scope, o.Round)
		if err != nil {
			return err
		}
		var people []Scored
		if people, o.States, err = scoresOf(ctx, tx, scope, o.Round); err != nil {
			return err
		}
		o.Units = UnitScores(o.Rules, units, people)
		return nil
	})
	return o, err
}

// Scores lists assessments of those the actor leads. Errors: page.ErrCursor.
func (s *Service) Scores(ctx context.Context, f ScoreFilter) (rows []ScoreLine, k page.Key, err error) {
	if k, err = f.Start("round", 2); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionScores, func(tx db.Tx, scope rbac.Scope) (err error) {
		rows, err = scoresBy(ctx, tx, scope, f, k)
		return err
	})
	return rows, k, err
}

// myScores is how many of his own assessments a person is shown.
const myScores = 40

// MyScores lists the actor's own assessments, from their publication on.
func (s *Service) MyScores(ctx context.Context) (rows []ScoreLine, rewards []Reward, err error) {
	err = s.Gate.Read(ctx, ActionMine, func(tx db.Tx, scope rbac.Scope) (err error) {
		if scope.Actor().StaffID == 0 {
			return nil
		}
		if rows, err = scoresMine(ctx, tx, scope, myScores); err != nil {
			return err
		}
		rewards, err = rewardsOf(ctx, tx, scope, scope.Actor().StaffID, myScores)
		return err
	})
	return rows, rewards, err
}

// Record is an assessment with its working, its history, and what the reader may do.
type Record struct {
	Assessment
	Round   Round
	Work    Working
	History []Step
	Rewards []Reward
	Mine    bool
	May     []Event
}

// Score reads one assessment: one's own, or of somebody one leads. Errors: rbac.ErrNotFound.
func (s *Service) Score(ctx context.Context, n id.Of[id.Assessment]) (r Record, err error) {
	err = s.Gate.Read(ctx, ActionMine, func(tx db.Tx, scope rbac.Scope) (err error) {
		if r.Assessment, err = scoreByID(ctx, tx, scope, ActionScores, n); err != nil {
			return err
		}
		if r.Round, err = roundByID(ctx, tx, scope, r.RoundID); err != nil {
			return err
		}
		if r.Work, err = readWorking(r.Working); err != nil {
			return err
		}
		if r.History, err = stepsOf(ctx, tx, r.Assessment); err != nil {
			return err
		}
		if r.Rewards, err = rewardsOf(ctx, tx, scope, r.StaffID, myScores); err != nil {
			return err
		}
		r.Mine = r.StaffID == scope.Actor().StaffID
		r.May = may(scope, r.Assessment, day.In(tx.Now, day.Shanghai))
		return nil
	})
	return r, err
}

// may lists what the actor could do next, for the buttons; the guards decide again.
func may(scope rbac.Scope, a Assessment, today day.Date) []Event {
	out := []Event{}
	by := scope.Actor()
	f := file{Assessment: a, by: by}
	offer := func(ok bool, events ...Event) {
		if ok {
			out = append(out, events...)
		}
	}
	lead := scope.Can(ActionAssess) && !f.own()
	offer(lead && a.State == Draft, Adjust, Confirm)
	offer(lead && a.State == Confirmed, Publish)
	offer(f.own() && a.State == Published && scope.Can(ActionAppeal) && !today.After(a.AppealUntil), Appeal)
	judge := scope.Can(ActionDecide) && !f.own() && (a.AssessorPersonID == nil || *a.AssessorPersonID != by.PersonID)
	offer(judge && a.State == Appealed, Uphold, Dismiss)
	return out
}

// move locks one assessment, lets change alter it and writes it back.
func (s *Service) move(ctx context.Context, action rbac.Action, n id.Of[id.Assessment], change func(*file) error) (id.Of[id.Assessment], error) {
	err := s.Gate.Write(ctx, action, func(tx db.Tx, scope rbac.Scope) error {
		scope.Made(int64(n))
		sees := action
		if action == ActionAppeal {
			sees = ActionScores
		}
		rows, err := lockScores(ctx, tx, scope, sees, []id.Of[id.Assessment]{n})
		if err != nil {
			return err
		}
		f, err := open(rows[0], scope.Actor(), tx.Now)
		if err != nil {
			return err
		}
		if err := change(f); err != nil {
			return err
		}
		if err := updateScore(ctx, tx, f); err != nil {
			return err
		}
		scope.Changed("performance_assessment", int64(n), f.CompanyID, trailOf(rows[0]), trailOf(f.Assessment))
		return tell(ctx, tx, f)
	})
	return n, err
}

// trail is what the trail keeps of an assessment.
type trail struct {
	State State
	Score int // hundredths; -1 for none
	Grade Grade
	Hash  string
}

func trailOf(a Assessment) trail {
	t := trail{a.State, -1, a.Grade, a.WorkingHash}
	if a.Score != nil {
		t.Score = *a.Score
	}
	return t
}

// AdjustScore adds deductions with reasons to a draft, takes computed ones back, marks false
// records, or vetoes. Errors: rbac.ErrNotFound, ErrNow, ErrOwn, ErrBlank, ErrCell, ErrStrike.
func (s *Service) AdjustScore(ctx context.Context, n id.Of[id.Assessment], a Adjustment) (id.Of[id.Assessment], error) {
	return s.move(ctx, ActionAssess, n, func(f *file) error { return f.adjust(a) })
}

// AppealScore is the person's objection to his published score. Errors: rbac.ErrNotFound,
// ErrNotYours, ErrNow, ErrAppealOver, ErrBlank.
func (s *Service) AppealScore(ctx context.Context, n id.Of[id.Assessment], reason string) (id.Of[id.Assessment], error) {
	return s.move(ctx, ActionAppeal, n, func(f *file) error { return f.appeal(reason) })
}

// DecideAppeal ends an appeal; never by who assessed. Errors: rbac.ErrNotFound, ErrNow,
// ErrOwnDecision, ErrBlank, ErrCell, ErrStrike.
func (s *Service) DecideAppeal(ctx context.Context, n id.Of[id.Assessment], d Decision) (id.Of[id.Assessment], error) {
	return s.move(ctx, ActionDecide, n, func(f *file) error { return f.decide(d) })
}

// ConfirmScores confirms drafts of people the actor leads, all or none. Errors:
// rbac.ErrNotFound, ErrNow, ErrOwn.
func (s *Service) ConfirmScores(ctx context.Context, ids []id.Of[id.Assessment]) (id.Of[id.Assessment], error) {
	return s.moveAll(ctx, ids, func(_ context.Context, _ db.Tx, _ rbac.Scope, f *file) error { return f.confirm() })
}

// PublishScores shows confirmed scores to the people they are about, all or none. Errors:
// rbac.ErrNotFound, ErrNow.
func (s *Service) PublishScores(ctx context.Context, ids []id.Of[id.Assessment]) (id.Of[id.Assessment], error) {
	days := 0
	return s.moveAll(ctx, ids, func(ctx context.Context, tx db.Tx, scope rbac.Scope, f *file) error {
		if days == 0 {
			home, err := scope.Home()
			if err != nil {
				return err
			}
			set, err := settingOf(ctx, tx, home, RulesOn(day.In(tx.Now, day.Shanghai)))
			if err != nil {
				return err
			}
			days = set.AppealDays
		}
		return f.publish(days)
	})
}

func (s *Service) moveAll(ctx context.Context, ids []id.Of[id.Assessment], change func(context.Context, db.Tx, rbac.Scope, *file) error) (id.Of[id.Assessment], error) {
	slices.Sort(ids)
	ids = slices.Compact(ids)
	err := s.Gate.Write(ctx, ActionAssess, func(tx db.Tx, scope rbac.Scope) error {
		scope.Made(int64(ids[0]))
		rows, err := lockScores(ctx, tx, scope, ActionAssess, ids)
		if err != nil {
			return err
		}
		files := make([]*file, len(rows))
		for i, a := range rows {
			files[i] = &file{Assessment: a, by: scope.Actor(), now: tx.Now}
			if err := change(ctx, tx, scope, files[i]); err != nil {
				return err
			}
			scope.Changed("performance_assessment", int64(a.ID), a.CompanyID, trailOf(a), trailOf(files[i].Assessment))
		}
		if err := moveScores(ctx, tx, files); err != nil {
			return err
		}
		return tell(ctx, tx, files...)
	})
	return ids[0], err
}

// tell enqueues the messages about what became of assessments in this transaction.
func tell(ctx context.Context, tx db.Tx, files ...*file) error {
	t := TellSteps{}
	for _, f := range files {
		if e := f.added[len(f.added)-1].Event; notes[e].code != "" {
			t.CompanyID, t.Event, t.IDs = f.CompanyID, e, append(t.IDs, f.ID)
		}
	}
	if len(t.IDs) == 0 {
		return nil
	}
	return jobs.Enqueue(ctx, tx, t)
}
