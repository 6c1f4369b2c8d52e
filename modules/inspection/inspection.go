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
	"strings"
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
	ErrPlanEnded     = fault.New(fault.Conflict, "inspection.plan-ended")
	ErrCompanyNeeded = fault.New(fault.Invalid, "inspection.company-needed")
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
	Passed        int
	Failed        int
	NotApplicable int
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
	Answers     []Answer             `json:"answers" nullable:"false" maxItems:"400" doc:"empty only on a team card without a fault"`
}

// oldest is how many days a check may have waited in a phone.
const oldest = 60

// newCheck makes a check out of what was sent. Errors: ErrStartedOn, ErrFinished,
// ErrPosition.
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
	c := Check{
		CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, StartedOn: s.StartedOn, ClientID: s.ClientID,
		PointID: s.PointID, StandardID: s.StandardID, PersonName: a.Name, StartedAt: s.StartedAt.UTC(), FinishedAt: s.FinishedAt.UTC(), ReceivedAt: now,
		LongitudeE6: micro(s.Longitude), LatitudeE6: micro(s.Latitude), Answers: db.JSON[[]Answer]{V: s.Answers}, ContentHash: s.hash(),
	}
	if a.StaffID != 0 {
		staff := int64(a.StaffID)
		c.StaffID = &staff
	}
	if s.TaskID != 0 {
		task := int64(s.TaskID)
		c.TaskID = &task
	}
	for _, x := range s.Answers {
		switch x.Result {
		case Pass:
			c.Passed++
		case Fail:
			c.Failed++
		case NA:
			c.NotApplicable++
		}
	}
	return c, nil
}

func micro(degrees *float64) *int32 {
	if degrees == nil {
		return nil
	}
	n := int32(*degrees * 1e6)
	return &n
}

// Asked is an item as the standard that was answered asks it.
type Asked struct {
	Code        string
	Module      string
	ModuleName  string
	Requirement string
	Method      string
	Major       bool     // suggested: a failure is a major hazard
	Clause      string   // legal basis of the item
	Why         string   // the clause that makes it major; empty if none does
	MustPhoto   bool     // a failed answer needs a photo
	MustReason  bool     // a not-applicable answer needs a reason
	Posts       []string // post types that check it
}

// Sheet is what a check is held against: the point, and the version of the standard that
// was answered.
type Sheet struct {
	PointName string
	Place     string
	Retired   bool                            // the point is out of use
	ChangedAt time.Time                       // when what is asked at the point last changed
	At        []string                        // codes asked at the point as it is now
	Find      func(code string) (Asked, bool) // an item that version asks, anywhere
}

// demands lists the codes that must be answered: those of the task if it names any, else
// those of the point. If the point was changed after the check was begun, it asks nothing:
// the person answered what he was shown.
func (s Sheet) demands(task []string, began time.Time) []string {
	var out []string
	for _, code := range s.At {
		if len(task) == 0 || slices.Contains(task, code) {
			out = append(out, code)
		}
	}
	if s.ChangedAt.After(began) {
		return nil
	}
	return out
}

// verify holds answers against the sheet. demanded are the codes that must be answered.
// Errors: ErrUnknownItem, ErrItemTwice, ErrItemMissing, ErrReasonNeeded, ErrNoteNeeded,
// ErrPhotoNeeded, each naming the answer.
func (s Sheet) verify(answers []Answer, demanded []string) error {
	seen := map[string]bool{}
	for i, a := range answers {
		it, ok := s.Find(a.Code)
		blank := strings.TrimSpace(a.Note) == ""
		var wrong *fault.Error
		switch {
		case !ok:
			wrong = ErrUnknownItem
		case seen[a.Code]:
			wrong = ErrItemTwice
		case a.Result == NA && it.MustReason && blank:
			wrong = ErrReasonNeeded
		case a.Result == Fail && it.MustPhoto && len(a.Photos) == 0:
			wrong = ErrPhotoNeeded
		case a.Result == Fail && blank && len(a.Photos) == 0: // a hazard nobody could find again
			wrong = ErrNoteNeeded
		}
		if wrong != nil {
			return wrong.With("code", a.Code).At(path(i))
		}
		seen[a.Code] = true
	}
	for _, code := range demanded {
		if !seen[code] {
			return ErrItemMissing.With("code", code).At("body.answers")
		}
	}
	return nil
}

func path(i int) string { return fmt.Sprintf("body.answers[%d]", i) }

// hash identifies the content, whatever zone the times were written in.
func (s Submission) hash() []byte {
	s.StartedAt, s.FinishedAt = s.StartedAt.UTC(), s.FinishedAt.UTC()
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // strings, numbers and times
	}
	sum := sha256.Sum256(b)
	return sum[:]
}
