// Package inspection is the daily walk: what a person has to look at (tasks, made by plans
// or by hand), and what he found (checks). A failed item becomes a hazard in the same
// transaction, without being typed again.
//
// Sources: Work Safety Law 2021 art. 46 (safety managers inspect regularly and record what
// they find) and art. 41 (hazards are recorded as they are). A check is evidence: it is
// never changed, and its texts are those of the standard it was answered against.
package inspection

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Faults.
var (
	ErrUnknownItem   = fault.New(fault.Invalid, "inspection.unknown-item")
	ErrItemTwice     = fault.New(fault.Invalid, "inspection.item-twice")
	ErrItemMissing   = fault.New(fault.Invalid, "inspection.item-missing")
	ErrReasonNeeded  = fault.New(fault.Invalid, "inspection.reason-needed")
	ErrNoteNeeded    = fault.New(fault.Invalid, "inspection.note-needed")
	ErrPhotoNeeded   = fault.New(fault.Invalid, "inspection.photo-needed")
	ErrStartedOn     = fault.New(fault.Invalid, "inspection.started-on")
	ErrFinished      = fault.New(fault.Invalid, "inspection.finished-before-start")
	ErrPosition      = fault.New(fault.Invalid, "inspection.position")
	ErrContent       = fault.New(fault.Conflict, "inspection.other-content")
	ErrUnknownPoint  = fault.New(fault.Invalid, "inspection.unknown-point")
	ErrUnknownTask   = fault.New(fault.Invalid, "inspection.unknown-task")
	ErrUnknownSheet  = fault.New(fault.Invalid, "inspection.unknown-standard")
	ErrUnknownStaff  = fault.New(fault.Invalid, "inspection.unknown-assignee")
	ErrDays          = fault.New(fault.Invalid, "inspection.days")
	ErrWeekdays      = fault.New(fault.Invalid, "inspection.weekdays")
	ErrVacant        = fault.New(fault.Invalid, "inspection.vacant-post")
	ErrUnknownPost   = fault.New(fault.Invalid, "inspection.unknown-post")
	ErrUnknownShift  = fault.New(fault.Invalid, "inspection.unknown-shift")
	ErrUnknownUnit   = fault.New(fault.Invalid, "inspection.unknown-unit")
	ErrBlank         = fault.New(fault.Invalid, "inspection.blank")
	ErrShiftExists   = fault.New(fault.Conflict, "inspection.shift-exists")
	ErrNoPlan        = fault.New(fault.Invalid, "inspection.no-plan-for-event")
	ErrNotMissed     = fault.New(fault.Conflict, "inspection.not-missed")
	ErrNotOpen       = fault.New(fault.Conflict, "inspection.task-not-open")
	ErrOwnTask       = fault.New(fault.Conflict, "inspection.own-task")
	ErrOnlyCompanies = fault.New(fault.Invalid, "inspection.only-companies")
	ErrTemplate      = fault.New(fault.Invalid, "inspection.unknown-template")
	ErrNoTarget      = fault.New(fault.Invalid, "inspection.no-target")
	ErrNotProposed   = fault.New(fault.Conflict, "inspection.not-proposed")
	ErrOrdered       = fault.New(fault.Conflict, "inspection.ordered")
	ErrUnknownModule = fault.New(fault.Invalid, "inspection.unknown-module")
	ErrNoStandard    = fault.New(fault.Conflict, "inspection.no-standard")
	ErrPlanEnded     = fault.New(fault.Conflict, "inspection.plan-ended")
	ErrCompanyNeeded = fault.New(fault.Invalid, "inspection.company-needed")
	ErrRoute         = fault.New(fault.Invalid, "inspection.route")
	ErrValueNeeded   = fault.New(fault.Invalid, "inspection.value-needed")
	ErrOutOfRange    = fault.New(fault.Invalid, "inspection.out-of-range")
	ErrRest          = fault.New(fault.Invalid, "inspection.rest")
	ErrExplicit      = fault.New(fault.Invalid, "inspection.explicit")
	ErrSignature     = fault.New(fault.Invalid, "inspection.signature-needed")
	ErrPaper         = fault.New(fault.Invalid, "inspection.paper")
	ErrPaperBy       = fault.New(fault.Invalid, "inspection.paper-by")
	ErrTeamCard      = fault.New(fault.Invalid, "inspection.team-card")
	ErrCorrected     = fault.New(fault.Conflict, "inspection.corrected-already")
	ErrTooLate       = fault.New(fault.Conflict, "inspection.correct-late")
	ErrSameAnswers   = fault.New(fault.Invalid, "inspection.nothing-corrected")
)

// Result is what was found about one item.
type Result string

// Results (合格 / 不合格 / 不涉及).
const (
	Pass Result = "pass"
	Fail Result = "fail"
	NA   Result = "na"
)

// Answer is the result of one item.
type Answer struct {
	Code     string                 `json:"code" minLength:"3" maxLength:"12" pattern:"^[A-Z0-9]{2,6}-[0-9]{2,3}$" doc:"item code"`
	Result   Result                 `json:"result" enum:"pass,fail,na"`
	Note     string                 `json:"note,omitempty" maxLength:"500" doc:"what is wrong, or why it does not apply"`
	Measured string                 `json:"measured,omitempty" maxLength:"40" doc:"measured value: a decimal number in the item's unit where it has a limit, else with its unit, e.g. 3.2 Ω"`
	Photos   []id.Of[id.Attachment] `json:"photos,omitempty" nullable:"false" maxItems:"9"`
	PointID  id.Of[id.Point]        `json:"pointId,omitempty" required:"false" doc:"on a route: where; left out: the point of the check"`
	Rest     bool                   `json:"rest,omitempty" required:"false" doc:"answered together with others by 其余合格 (rest is fine)"`
	After    int                    `json:"after,omitempty" required:"false" minimum:"0" maximum:"2678400" doc:"seconds from the start of the check to this answer"`
	OwnerID  id.Of[id.Staff]        `json:"ownerId,omitempty" required:"false" doc:"who is proposed to fix what failed"`
	DueOn    day.Date               `json:"dueOn,omitzero" required:"false" doc:"until when it is proposed to be fixed"`
}

// Check is one check done (检查记录).
type Check struct {
	CompanyID     rbac.CompanyID
	StartedOn     day.Date
	ID            id.Of[id.Check]
	RegionPath    string
	OversightLine int16
	ClientID      uuid.UUID
	ContentHash   []byte // SHA-256
	PointID       id.Of[id.Point]
	TaskID        *int64
	StandardID    id.Of[id.Standard]
	StaffID       *int64 // nil: a service agency's consultant
	PersonName    string
	UnitID        *id.Of[id.Unit] // of the person then; the database fills it
	StartedAt     time.Time
	FinishedAt    time.Time
	ReceivedAt    time.Time
	LongitudeE6   *int32 // degrees times a million; nil: without position
	LatitudeE6    *int32
	Answers       db.JSON[[]Answer]
	Passed        int // those confirmed as a whole among them
	Failed        int
	NotApplicable int
	Accuracy      *int                  // of the position, metres
	ClockMS       *int64                // server time less the phone's; nil: never seen
	SignatureID   *int64                // picture of the person's signature
	RestAt        *time.Time            // when 其余合格 was pressed
	Route         *db.Ints              // points in the order they were walked; nil: PointID alone
	ByException   bool                  // team card (班组卡)
	Paper         bool                  // copied from a printed card
	Confirmed     *db.JSON[[]Confirmed] // what a team card confirmed as a whole
	Outcome       Outcome               // what became of the task it was made for
	OutcomeName   string
	EnteredBy     *int64 // who entered it, where that is not who looked; nil for a consultant, too
	EnteredName   string
	Version       int    // a correction is the next
	RootID        *int64 // the first version; nil: this is it
	CorrectsID    *int64 // the version before, of the same day
	Reason        string // why it was corrected
}

// Confirmed is what a team card (班组卡) confirmed as a whole: the same items at one or more
// points.
type Confirmed struct {
	Points []id.Of[id.Point] `json:"points"`
	Codes  []string          `json:"codes"`
}

// Outcome is what became of the task that a check was made for. The check is kept whatever
// it is.
type Outcome string

// Outcomes.
const (
	TaskKept  Outcome = ""                   // it settled its task, or had none
	TaskTaken Outcome = "task-done-by-other" // somebody else had done the task before
	TaskGone  Outcome = "task-gone"          // the task was cancelled or is of other points now
)

// points lists where c looked, in order.
func (c Check) points() []id.Of[id.Point] {
	if c.Route == nil {
		return []id.Of[id.Point]{c.PointID}
	}
	out := make([]id.Of[id.Point], len(*c.Route))
	for i, n := range *c.Route {
		out[i] = id.Of[id.Point](n)
	}
	return out
}

// confirmedAt lists the codes that were confirmed as a whole at a point.
func (c Check) confirmedAt(p id.Of[id.Point]) (out []string) {
	if c.Confirmed == nil {
		return nil
	}
	for _, x := range c.Confirmed.V {
		if slices.Contains(x.Points, p) {
			out = append(out, x.Codes...)
		}
	}
	return out
}

// at is the point of an answer.
func (c Check) at(a Answer) id.Of[id.Point] {
	if a.PointID == 0 {
		return c.PointID
	}
	return a.PointID
}

// Submission is a finished check as the phone sends it.
type Submission struct {
	ClientID    uuid.UUID            `json:"clientId" format:"uuid" doc:"made by the phone; sending the same again changes nothing"`
	StartedOn   day.Date             `json:"startedOn" doc:"day the check was begun, frozen in the draft"`
	StartedAt   time.Time            `json:"startedAt"`
	FinishedAt  time.Time            `json:"finishedAt"`
	PointID     id.Of[id.Point]      `json:"pointId"`
	StandardID  id.Of[id.Standard]   `json:"standardId" doc:"version of the standard whose texts were answered"`
	TaskID      id.Of[id.Task]       `json:"taskId" required:"false" doc:"the task it is for; without one it settles an open task of the person at the point"`
	Longitude   *float64             `json:"longitude,omitempty" minimum:"-180" maximum:"180" doc:"WGS 84; without it the check is marked as without position"`
	Latitude    *float64             `json:"latitude,omitempty" minimum:"-90" maximum:"90"`
	Accuracy    *int                 `json:"accuracy,omitempty" minimum:"0" maximum:"100000" doc:"of the position, metres"`
	ClockMS     *int64               `json:"clockMs,omitempty" minimum:"-31536000000" maximum:"31536000000" doc:"server time less the phone's, milliseconds, as last seen before the end; left out: never seen"`
	Signature   id.Of[id.Attachment] `json:"signature,omitempty" required:"false" doc:"picture of the person's signature, where the point or the task asks for one"`
	RestAt      *time.Time           `json:"restAt,omitempty" doc:"when 其余合格 (rest is fine) was pressed, if it was"`
	Route       []id.Of[id.Point]    `json:"route,omitempty" required:"false" nullable:"false" maxItems:"200" doc:"points of a route in the order they were walked; left out: the one point"`
	ByException bool                 `json:"byException,omitempty" required:"false" doc:"team card: what is not among the answers was confirmed as a whole"`
	Paper       bool                 `json:"paper,omitempty" required:"false" doc:"copied from a printed card, as at a point with an explosive atmosphere"`
	StaffID     id.Of[id.Staff]      `json:"staffId,omitempty" required:"false" doc:"who filled the printed card, if that is not who copies it"`
	Answers     []Answer             `json:"answers" nullable:"false" maxItems:"400" doc:"empty only on a team card without a fault"`
}

// oldest is how many days a check may have waited in a phone.
const oldest = 60

// newCheck makes a check out of what was sent. Errors: ErrStartedOn, ErrFinished,
// ErrPosition, ErrRoute.
func newCheck(home rbac.Home, a rbac.Actor, s Submission, now time.Time) (Check, error) {
	today := day.In(now, day.Shanghai)
	began := day.In(s.StartedAt, day.Shanghai)
	switch {
	case s.StartedOn.IsZero(), s.StartedOn.After(today.AddDays(1)), s.StartedOn.Before(today.AddDays(-oldest)), s.StartedOn != began:
		return Check{}, ErrStartedOn.At("body.startedOn")
	case s.FinishedAt.Before(s.StartedAt), s.FinishedAt.Sub(s.StartedAt) > 31*24*time.Hour:
		return Check{}, ErrFinished.At("body.finishedAt")
	case (s.Longitude == nil) != (s.Latitude == nil):
		return Check{}, ErrPosition.At("body.longitude")
	}
	route, err := s.walked()
	if err != nil {
		return Check{}, err
	}
	c := Check{
		CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, StartedOn: s.StartedOn, ClientID: s.ClientID,
		PointID: s.PointID, StandardID: s.StandardID, PersonName: a.Name, StartedAt: s.StartedAt.UTC(), FinishedAt: s.FinishedAt.UTC(), ReceivedAt: now,
		LongitudeE6: micro(s.Longitude), LatitudeE6: micro(s.Latitude), ContentHash: s.hash(),
		Accuracy: s.Accuracy, ClockMS: s.ClockMS, RestAt: s.RestAt, Route: route, ByException: s.ByException, Paper: s.Paper, Version: 1,
	}
	c.answer(s.Answers)
	if s.Signature != 0 {
		picture := int64(s.Signature)
		c.SignatureID = &picture
	}
	if a.StaffID != 0 {
		staff := int64(a.StaffID)
		c.StaffID = &staff
	}
	return c, nil
}

// walked returns the route; nil where it is one point. Errors: ErrRoute.
func (s Submission) walked() (*db.Ints, error) {
	if len(s.Route) == 0 {
		return nil, nil
	}
	out := make(db.Ints, len(s.Route))
	for i, p := range s.Route {
		if slices.Contains(s.Route[:i], p) {
			return nil, ErrRoute.At(fmt.Sprintf("body.route[%d]", i))
		}
		out[i] = int64(p)
	}
	if s.Route[0] != s.PointID {
		return nil, ErrRoute.At("body.route")
	}
	if len(out) == 1 {
		return nil, nil
	}
	return &out, nil
}

// answer gives c its answers and counts them. An answer names its point only on a route.
func (c *Check) answer(answers []Answer) {
	c.Passed, c.Failed, c.NotApplicable = 0, 0, 0
	kept := make([]Answer, len(answers))
	for i, a := range answers {
		if c.Route == nil && a.PointID == c.PointID {
			a.PointID = 0
		}
		kept[i] = a
		switch a.Result {
		case Pass:
			c.Passed++
		case Fail:
			c.Failed++
		case NA:
			c.NotApplicable++
		}
	}
	c.Answers = db.JSON[[]Answer]{V: kept}
}

func micro(degrees *float64) *int32 {
	if degrees == nil {
		return nil
	}
	n := int32(*degrees * 1e6)
	return &n
}

func jsonOf[T any](v T) *db.JSON[T] { return &db.JSON[T]{V: v} }

// hash identifies the content, whatever zone the times were written in.
func (s Submission) hash() []byte {
	s.StartedAt, s.FinishedAt = s.StartedAt.UTC(), s.FinishedAt.UTC()
	if s.RestAt != nil {
		rest := s.RestAt.UTC()
		s.RestAt = &rest
	}
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // strings, numbers and times
	}
	sum := sha256.Sum256(b)
	return sum[:]
}
