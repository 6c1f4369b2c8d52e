// Package livescore scores companies continuously from what modules measure of their records (动态得分).
// Items of a scoring table that operating data speak to are bound to figures by declared rules
// (library/bindings@*.yaml); the others keep the answer of the last finished self-evaluation, with its
// age. An item that has neither is open: the score is over what is known, and provisional.
package livescore

import (
	"fmt"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/evidence"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Permissions of this module.
const (
	ActionRead rbac.Action = "livescore.score.read"
	ActionRows rbac.Action = "livescore.rows.read"
)

// ErrUnscored says that no scoring table is published for the company.
var ErrUnscored = fault.New(fault.NotFound, "livescore.unscored")

// Span is the period of a rule.
type Span string

// Spans. All end today.
const (
	ByMonth   Span = "month"
	ByQuarter Span = "quarter"
	ByYear    Span = "year"
	OfToday   Span = "today"
)

var spans = []Span{ByMonth, ByQuarter, ByYear, OfToday}

// On is the period that holds a day, as far as it has come.
func (s Span) On(today day.Date) evidence.Period {
	switch s {
	case ByMonth:
		return evidence.Period{Key: today.String()[:7], From: today.AddDays(1 - today.Day()), Until: today}
	case ByQuarter:
		q := (int(today.Month()) - 1) / 3
		return evidence.Period{Key: fmt.Sprintf("%d-Q%d", today.Year(), q+1), From: day.Of(today.Year(), time.Month(3*q+1), 1), Until: today}
	case ByYear:
		return evidence.Period{Key: fmt.Sprint(today.Year()), From: day.Of(today.Year(), 1, 1), Until: today}
	case OfToday:
	}
	return evidence.Period{Key: "today", From: today, Until: today}
}

// Points of an item that has none.
const (
	NotApplicable int32 = -1
	Open          int32 = -2
)

// Score is a company's live score.
type Score struct {
	CompanyID     rbac.CompanyID
	RegionPath    string
	OversightLine int16
	RubricID      id.Of[id.Rubric]
	EvaluationID  *id.Of[id.Evaluation] // whose answers by hand are kept
	Bindings      string                // version
	Score         int32                 // hundredths of 100; -1: nothing is known
	Exact         string                // the same as a fraction
	Level         string                // provisional while items are open; empty: none
	Measured      int32                 // hundredths of a percent of the table's points that are measured
	Known         int32                 // the same of those that are measured, answered by hand or not applicable
	OpenItems     int32
	Fingerprint   int64 // of everything that led here: the same needs no writing
	Result        db.JSON[Inputs]
	At            time.Time
}

// Inputs are what a score came from, compactly.
type Inputs struct {
	Items  []int32             `json:"i"` // hundredths of points by the table's order; NotApplicable, Open
	Values map[string][2]int64 `json:"v"` // num and den of what is measured, by "metric|period"
}

// Day is a company's score at the end of a day on which it changed.
type Day struct {
	CompanyID     rbac.CompanyID
	OnDay         day.Date
	RegionPath    string
	OversightLine int16
	RubricID      id.Of[id.Rubric]
	Score         int32
	Exact         string
	Level         string
	Measured      int32
	Known         int32
}

// Change is what moved a score: an item, and the figure that moved it.
type Change struct {
	CompanyID     rbac.CompanyID
	ID            int64
	RegionPath    string
	OversightLine int16
	At            time.Time
	OnDay         day.Date
	RubricID      id.Of[id.Rubric]
	Item          string // empty: the table itself changed
	FromPoints    int32  // hundredths; NotApplicable, Open
	ToPoints      int32
	Metric        string // empty: an answer by hand
	Period        string
	FromNum       int64
	FromDen       int64
	ToNum         int64
	ToDen         int64
	FromScore     int32
	ToScore       int32
}
