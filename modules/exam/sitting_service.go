package exam

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Start is what is sat, and what for.
type Start struct {
	PaperID id.Of[id.Paper] `json:"paperId"`
	TaskID  id.Of[Task]     `json:"taskId,omitempty" doc:"that gave it out"`
	Noun    string          `json:"purposeNoun,omitempty" maxLength:"20" doc:"card, session, course; empty: for itself"`
	Ref     id.Of[Purpose]  `json:"purposeRef,omitempty"`
}

// Sit begins a sitting, or returns the one that is running. Errors: ErrNoStaff, ErrPaper, ErrRetired, ErrPurpose, ErrTries,
// ErrPassed, ErrWait, ErrRunning, ErrPool, ErrFixed.
func (s *Service) Sit(ctx context.Context, in Start) (n id.Of[id.Sitting], err error) {
	err = s.Gate.Write(ctx, ActionSit, func(tx db.Tx, scope rbac.Scope) error {
		who, err := sitter(scope)
		if err != nil {
			return err
		}
		n, err = s.sit(ctx, tx, scope, who, in)
		scope.Made(int64(n))
		return err
	})
	return n, err
}

func (s *Service) sit(ctx context.Context, tx db.Tx, scope rbac.Scope, who Sitter, in Start) (id.Of[id.Sitting], error) {
	p, err := paperIn(ctx, tx, who.Home.CompanyID, in.PaperID, false)
	if errors.Is(err, rbac.ErrNotFound) {
		return 0, ErrPaper.At("body.paperId")
	}
	if err != nil {
		return 0, err
	}
	purpose, err := s.purpose(ctx, tx, who, in)
	if err != nil {
		return 0, err
	}
	if err := lockPerson(ctx, tx, who); err != nil {
		return 0, err
	}
	r, running, err := runningOf(ctx, tx, who, p.ID)
	if err != nil {
		return 0, err
	}
	if running {
		if !r.over(tx.Now) {
			if (Purpose{r.PurposeNoun, r.PurposeRef}) != purpose || r.TaskID != in.TaskID {
				return 0, ErrRunning
			}
			return r.ID, nil
		}
		if err := s.finish(ctx, tx, scope, &r); err != nil {
			return 0, err
		}
	}
	return s.begin(ctx, tx, who, p, in.TaskID, purpose)
}

// purpose checks what a sitting is for. A task says so itself.
func (s *Service) purpose(ctx context.Context, tx db.Tx, who Sitter, in Start) (Purpose, error) {
	p := Purpose{in.Noun, int64(in.Ref)}
	if in.TaskID != 0 {
		t, found, err := taskOf(ctx, tx, who.Home.CompanyID, in.TaskID)
		if err != nil {
			return p, err
		}
		_, place, err := placeOf(ctx, tx, who.Home.CompanyID, in.TaskID, who.StaffID)
		switch {
		case err != nil:
			return p, err
		case !found || !place || t.PaperID != in.PaperID:
			return p, ErrPurpose.At("body.taskId")
		case t.Withdrawn:
			return p, ErrWithdrawn.At("body.taskId")
		}
		p = Purpose{t.PurposeNoun, t.PurposeRef}
	}
	if p.Noun == "" {
		p.Ref = 0
		return p, nil
	}
	check := s.Purposes[p.Noun]
	if check == nil {
		return p, ErrPurpose.At("body.purposeNoun")
	}
	return p, at(check(ctx, tx, who, in.PaperID, p.Ref), "body.purposeRef")
}

func (s *Service) begin(ctx context.Context, tx db.Tx, who Sitter, p Paper, task id.Of[Task], purpose Purpose) (id.Of[id.Sitting], error) {
	if p.Retired {
		return 0, ErrRetired
	}
	tries, err := triesOf(ctx, tx, who, p.ID, purpose, task)
	if err != nil {
		return 0, err
	}
	t := p.Terms.V
	if err := mayTry(t, tries, purpose.Noun != "" || task != 0, tx.Now); err != nil {
		return 0, err
	}
	pool, err := candidatesOf(ctx, tx, who.Home.CompanyID)
	if err != nil {
		return 0, err
	}
	seed := newSeed()
	drawn, err := Draw(t, pool, seed)
	if err != nil {
		return 0, err
	}
	unit, err := unitOf(ctx, tx, who.Home.CompanyID, who.StaffID)
	if err != nil {
		return 0, err
	}
	sat := Sitting{
		CompanyID: who.Home.CompanyID, RegionPath: who.Home.RegionPath, OversightLine: who.Home.Line, PaperID: p.ID, PaperVersion: p.Version, Title: p.Title, Terms: p.Terms,
		StaffID: who.StaffID, UnitID: unit, TaskID: task, PurposeNoun: purpose.Noun, PurposeRef: purpose.Ref, Seed: seed, Drawn: db.JSON[[]Drawn]{V: drawn}, TryNo: len(tries) + 1,
		State: Running, StartedAt: tx.Now, EndsAt: tx.Now.Add(time.Duration(t.Minutes) * time.Minute),
	}
	for _, d := range drawn {
		sat.Total += d.Points
	}
	err = insertSitting(ctx, tx, &sat)
	return sat.ID, err
}

// mayTry refuses a try that the terms do not allow, or that nothing depends on any more. Errors: ErrPassed, ErrTries, ErrWait.
func mayTry(t Terms, tries []Sitting, counts bool, now time.Time) error {
	for _, r := range tries {
		if counts && r.Passed != nil && *r.Passed {
			return ErrPassed
		}
	}
	if t.Tries > 0 && len(tries) >= t.Tries {
		return ErrTries.With("tries", fmt.Sprint(t.Tries))
	}
	if len(tries) > 0 && tries[0].EndedAt != nil && t.RetakeHours > 0 {
		from := tries[0].EndedAt.Add(time.Duration(t.RetakeHours) * time.Hour)
		if now.Before(from) {
			return ErrWait.With("until", from.In(day.Shanghai).Format("2006-01-02 15:04"))
		}
	}
	return nil
}

func newSeed() int64 {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	return int64(binary.BigEndian.Uint64(b[:]) >> 1)
}

// Given is an answer as the phone sends it.
type Given struct {
	N      int     `json:"n" minimum:"0" maximum:"199" doc:"place of the question, from 0"`
	Choice []int16 `json:"choice" nullable:"false" maxItems:"10" doc:"places of options as shown, from 0; of true or false: 1 true, 0 false; none: taken back"`
}

// Sheet is answers of a sitting, kept as they come.
type Sheet struct {
	Answers     []Given `json:"answers" nullable:"false" maxItems:"200"`
	AwaySeconds int     `json:"awaySeconds,omitempty" minimum:"0" maximum:"86400" doc:"that the page was out of sight"`
}

// Kept says how a sitting stands after answers came in.
type Kept struct {
	State  string    `json:"state" enum:"running,ended"`
	Saved  int       `json:"saved" doc:"answers kept; none once it has ended"`
	Now    time.Time `json:"now" doc:"of the server"`
	EndsAt time.Time `json:"endsAt"`
}

// Save keeps answers of one's own sitting; sent again it keeps the same. What comes after the end ends the sitting and is not kept.
// Errors: rbac.ErrNotFound, ErrPlace, ErrChoice.
func (s *Service) Save(ctx context.Context, n id.Of[id.Sitting], in Sheet) (k Kept, err error) {
	err = s.Gate.Write(ctx, ActionSit, func(tx db.Tx, scope rbac.Scope) error {
		who, err := sitter(scope)
		if err != nil {
			return err
		}
		k, err = s.save(ctx, tx, scope, who, n, in)
		scope.Made(int64(n))
		return err
	})
	return k, err
}

func (s *Service) save(ctx context.Context, tx db.Tx, scope rbac.Scope, who Sitter, n id.Of[id.Sitting], in Sheet) (Kept, error) {
	r, err := ownSitting(ctx, tx, who, n, true)
	if err != nil {
		return Kept{}, err
	}
	if r.over(tx.Now) {
		err := s.finish(ctx, tx, scope, &r)
		return Kept{State: Ended, Now: tx.Now, EndsAt: r.EndsAt}, err
	}
	err = s.keep(ctx, tx, r, in)
	return Kept{State: Running, Saved: len(in.Answers), Now: tx.Now, EndsAt: r.EndsAt}, err
}

func (*Service) keep(ctx context.Context, tx db.Tx, r Sitting, in Sheet) error {
	questions, err := versions(ctx, tx, r.CompanyID, idsOf(r.Drawn.V))
	if err != nil {
		return err
	}
	rows := make([]Answer, len(in.Answers))
	for i, g := range in.Answers {
		if g.N >= len(r.Drawn.V) {
			return ErrPlace.At(fmt.Sprintf("body.answers[%d].n", i))
		}
		d := r.Drawn.V[g.N]
		own := d.own(g.Choice)
		if err := questions[d.ID].fits(own); err != nil {
			return err.At(fmt.Sprintf("body.answers[%d].choice", i))
		}
		rows[i] = Answer{
			CompanyID: r.CompanyID, RegionPath: r.RegionPath, OversightLine: r.OversightLine, SittingID: r.ID, N: g.N, QuestionID: d.ID, Choice: own, AnsweredAt: tx.Now,
		}
	}
	if err := putAnswers(ctx, tx, rows); err != nil || in.AwaySeconds == 0 {
		return err
	}
	return setAway(ctx, tx, r, in.AwaySeconds)
}

// Hand ends one's own sitting with the last answers; handed in again it stays as it was.
// Errors: rbac.ErrNotFound, ErrPlace, ErrChoice.
func (s *Service) Hand(ctx context.Context, n id.Of[id.Sitting], in Sheet) (id.Of[id.Sitting], error) {
	return n, s.Gate.Write(ctx, ActionSit, func(tx db.Tx, scope rbac.Scope) error {
		who, err := sitter(scope)
		if err != nil {
			return err
		}
		scope.Made(int64(n))
		return s.hand(ctx, tx, scope, who, n, in)
	})
}

func (s *Service) hand(ctx context.Context, tx db.Tx, scope rbac.Scope, who Sitter, n id.Of[id.Sitting], in Sheet) error {
	r, err := ownSitting(ctx, tx, who, n, true)
	if err != nil || r.State == Ended {
		return err
	}
	if !r.over(tx.Now) {
		if err := s.keep(ctx, tx, r, in); err != nil {
			return err
		}
	}
	return s.finish(ctx, tx, scope, &r)
}

// finish judges a sitting, unless that was done, and tells who follows it.
func (s *Service) finish(ctx context.Context, tx db.Tx, scope rbac.Scope, r *Sitting) error {
	if r.State == Ended {
		return nil
	}
	answers, err := answersOf(ctx, tx, *r)
	if err != nil {
		return err
	}
	questions, err := versions(ctx, tx, r.CompanyID, idsOf(r.Drawn.V))
	if err != nil {
		return err
	}
	r.End(answers, questions, tx.Now)
	if err := saveEnd(ctx, tx, r, answers); err != nil {
		return err
	}
	scope.Changed("exam_sitting", int64(r.ID), r.CompanyID, sat{}, sat{r.StaffID, r.TryNo, *r.Score, *r.Passed, r.EndedBy})
	if err := s.settle(ctx, tx, *r); err != nil || s.Ended == nil {
		return err
	}
	return s.Ended(ctx, tx, scope, r.result())
}

// sat is what the trail keeps of a sitting.
type sat struct {
	StaffID id.Of[id.Staff]
	Try     int
	Score   int
	Passed  bool
	EndedBy string
}

// settle keeps the best result of a person in the task that gave the paper out.
func (s *Service) settle(ctx context.Context, tx db.Tx, r Sitting) error {
	if r.TaskID == 0 {
		return nil
	}
	p, ok, err := placeOf(ctx, tx, r.CompanyID, r.TaskID, r.StaffID)
	if err != nil || !ok || (p.Best != nil && *p.Best >= *r.Score && (p.Passed || !*r.Passed)) {
		return err
	}
	p.Best, p.Passed, p.SittingID = r.Score, p.Passed || *r.Passed, &r.ID
	if err := score(ctx, tx, p); err != nil || !p.Passed || s.PutDue == nil {
		return err
	}
	return s.PutDue(ctx, tx, r.home(), []due.Item{{Kind: dueKind, Ref: int64(p.ID)}})
}
