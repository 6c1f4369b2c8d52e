package exam

import (
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// States of a sitting, and what ended it.
const (
	Running = "running"
	Ended   = "ended"
	byHand  = "hand"
	byClock = "clock"
)

// Sitting is one person's try at a paper.
type Sitting struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[id.Sitting]
	RegionPath    string
	OversightLine int16
	PaperID       id.Of[id.Paper]
	PaperVersion  int
	Title         string
	Terms         db.JSON[Terms]
	StaffID       id.Of[id.Staff]
	UnitID        *id.Of[id.Unit]
	TaskID        id.Of[Task] // 0: not given out
	PurposeNoun   string
	PurposeRef    int64
	Seed          int64
	Drawn         db.JSON[[]Drawn]
	TryNo         int
	State         string
	EndedBy       string
	StartedAt     time.Time
	EndsAt        time.Time
	EndedAt       *time.Time
	Points        *int
	Total         int
	Score         *int
	Passed        *bool
	AwaySeconds   int
}

// Answer is what was answered to one question of a sitting.
type Answer struct {
	CompanyID     rbac.CompanyID
	RegionPath    string
	OversightLine int16
	SittingID     id.Of[id.Sitting]
	N             int
	QuestionID    id.Of[id.Question]
	Choice        db.Shorts
	AnsweredAt    time.Time
	Points        *int
}

// Task is a paper that people are to sit by a day.
type Task struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[Task]
	RegionPath    string
	OversightLine int16
	PaperID       id.Of[id.Paper]
	Title         string
	DueOn         day.Date
	PurposeNoun   string
	PurposeRef    int64
	People        int
	Passed        int
	Withdrawn     bool
	MadeByName    string
	MadeAt        time.Time
}

// TaskPerson is one who is to sit a task.
type TaskPerson struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[TaskPerson]
	RegionPath    string
	OversightLine int16
	TaskID        id.Of[Task]
	StaffID       id.Of[id.Staff]
	UnitID        *id.Of[id.Unit]
	Best          *int
	Passed        bool
	SittingID     *id.Of[id.Sitting]
}

// End judges the answers of a sitting. It is over from then on.
func (s *Sitting) End(answers []Answer, questions map[id.Of[id.Question]]Question, now time.Time) {
	points := 0
	for i := range answers {
		a := &answers[i]
		q := questions[a.QuestionID]
		got := mark(q.Kind, q.Answer, a.Choice, s.Drawn.V[a.N].Points, s.Terms.V.Partial)
		a.Points = &got
		points += got
	}
	score, passed := points*100/s.Total, points*100 >= s.Terms.V.PassMark*s.Total
	s.State, s.EndedBy, s.EndedAt, s.Points, s.Score, s.Passed = Ended, byHand, &now, &points, &score, &passed
	if !now.Before(s.EndsAt) {
		s.EndedBy, s.EndedAt = byClock, &s.EndsAt
	}
}

// over reports whether nothing is taken any more.
func (s *Sitting) over(now time.Time) bool { return s.State == Ended || !now.Before(s.EndsAt) }

func (s *Sitting) result() Result {
	return Result{
		CompanyID: s.CompanyID, StaffID: s.StaffID, SittingID: int64(s.ID), Purpose: Purpose{s.PurposeNoun, s.PurposeRef}, Title: s.Title,
		On: day.In(*s.EndedAt, day.Shanghai), Score: *s.Score, Passed: *s.Passed,
	}
}

func (s *Sitting) home() rbac.Home {
	return rbac.Home{CompanyID: s.CompanyID, RegionPath: s.RegionPath, Line: s.OversightLine}
}
