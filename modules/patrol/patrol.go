// Package patrol keeps the visits of grid workers (网格走访) and what they hand up to the town (上报). A grid worker looks, leaves a note
// and hands up; he does not fine.
//
// Sources: 安全生产法 art. 75 (villages report what they see); how often is local practice, library/items.yaml.
package patrol

import (
	"math"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"anbiao/kit/calendar"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Patrol is one visit, written once.
type Patrol struct {
	ID               id.Of[id.Patrol]
	CompanyID        rbac.CompanyID
	RegionPath       string
	OversightLine    int16
	ClientID         uuid.UUID
	CompanyName      string
	OrganisationID   id.Of[id.Organisation]
	OrganisationName string
	PersonID         id.Of[id.Person]
	PersonName       string
	OnDay            day.Date
	StartedAt        time.Time
	EndedAt          time.Time
	ReceivedAt       time.Time
	LongitudeE6      *int32 // degrees times a million, WGS 84; nil: 无定位
	LatitudeE6       *int32
	AccuracyM        *int32
	DistanceM        *int32 // from the company's own position
	Version          string
	Items            db.JSON[[]Answer]
	Found            int32
	Photos           db.Ints
	Remark           string
	NoteText         string // 告知单 left with the firm
	NoteTo           string
}

// Answer is what was seen of one item.
type Answer struct {
	Code string `json:"code" maxLength:"40"`
	OK   bool   `json:"ok"`
	Note string `json:"note,omitempty" required:"false" maxLength:"500" doc:"what is wrong; required where it is not in order"`
}

// Position is where the phone was.
type Position struct {
	Longitude float64 `json:"longitude" minimum:"-180" maximum:"180"`
	Latitude  float64 `json:"latitude" minimum:"-90" maximum:"90"`
	Accuracy  int32   `json:"accuracy,omitempty" required:"false" minimum:"0" maximum:"100000" doc:"metres"`
}

// Visit is what a grid worker sends of one visit.
type Visit struct {
	ClientID  uuid.UUID              `json:"clientId" format:"uuid"`
	StartedAt time.Time              `json:"startedAt"`
	EndedAt   time.Time              `json:"endedAt"`
	Position  *Position              `json:"position,omitempty" required:"false"`
	Answers   []Answer               `json:"answers" minItems:"1" maxItems:"20" nullable:"false"`
	Photos    []id.Of[id.Attachment] `json:"photos,omitempty" required:"false" maxItems:"20" nullable:"false"`
	Remark    string                 `json:"remark,omitempty" required:"false" maxLength:"1000"`
	NoteText  string                 `json:"noteText,omitempty" required:"false" maxLength:"1000" doc:"note left with the firm (告知单)"`
	NoteTo    string                 `json:"noteTo,omitempty" required:"false" maxLength:"60" doc:"who took it"`
	HandUp    *HandUp                `json:"handUp,omitempty" required:"false" doc:"handed up to the town"`
}

// HandUp is what is handed up to the town.
type HandUp struct {
	Place  string `json:"place,omitempty" required:"false" maxLength:"200"`
	Text   string `json:"text" minLength:"1" maxLength:"1000"`
	Urgent bool   `json:"urgent,omitempty" required:"false"`
}

// State is where a thing handed up stands.
type State string

// States.
const (
	HandedUp State = "handed"
	Received State = "received"
	AsHazard State = "hazard"
	AsVisit  State = "visit"
	Answered State = "answered"
)

// Handed is a thing handed up to the town, with its answer.
type Handed struct {
	ID               id.Of[id.Handed]
	CompanyID        rbac.CompanyID
	RegionPath       string
	OversightLine    int16
	PatrolID         id.Of[id.Patrol]
	CompanyName      string
	OrganisationID   id.Of[id.Organisation]
	OrganisationName string
	PersonID         id.Of[id.Person]
	PersonName       string
	At               time.Time
	Place            string
	Text             string
	Urgent           bool
	Photos           db.Ints
	DueOn            day.Date
	State            State
	ReceivedAt       *time.Time
	ReceivedBy       string
	AnsweredAt       *time.Time
	AnsweredBy       string
	Answer           string
	HazardID         *id.Of[id.Hazard]
	VisitID          *id.Of[id.Visit]
}

// Faults.
var (
	ErrItems    = fault.New(fault.Invalid, "patrol.items")
	ErrBlank    = fault.New(fault.Invalid, "patrol.blank")
	ErrTimes    = fault.New(fault.Invalid, "patrol.times")
	ErrPhoto    = fault.New(fault.Invalid, "patrol.photo")
	ErrReceived = fault.New(fault.Conflict, "patrol.received-already")
	ErrAnswered = fault.New(fault.Conflict, "patrol.answered-already")
	ErrGrid     = fault.New(fault.Forbidden, "patrol.own-hand-up")
	ErrArea     = fault.New(fault.Forbidden, "patrol.area")
	ErrMonth    = fault.New(fault.Invalid, "patrol.month")
)

// newPatrol is the only way to a visit. Errors: ErrItems, ErrBlank, ErrTimes, ErrPhoto.
func newPatrol(v Visit, by rbac.Actor, now time.Time) (*Patrol, error) {
	form, _ := Now()
	v.Remark, v.NoteText, v.NoteTo = strings.TrimSpace(v.Remark), strings.TrimSpace(v.NoteText), strings.TrimSpace(v.NoteTo)
	p := &Patrol{
		ClientID: v.ClientID, OrganisationID: by.OrganisationID, PersonID: by.PersonID, PersonName: by.Name, StartedAt: v.StartedAt, EndedAt: v.EndedAt, ReceivedAt: now,
		OnDay: day.In(v.EndedAt, day.Shanghai), Version: form.Version, Remark: v.Remark, NoteText: v.NoteText, NoteTo: v.NoteTo, Photos: db.Ints{},
	}
	// A phone's clock may be a little off, and a visit may wait some days for a network.
	if v.EndedAt.Before(v.StartedAt) || v.EndedAt.After(now.Add(time.Hour)) || v.EndedAt.Before(now.AddDate(0, 0, -30)) {
		return nil, ErrTimes.At("body.endedAt")
	}
	if len(v.Answers) != len(form.Items) {
		return nil, ErrItems.At("body.answers")
	}
	for _, item := range form.Items {
		i := slices.IndexFunc(v.Answers, func(a Answer) bool { return a.Code == item.Code })
		if i < 0 {
			return nil, ErrItems.At("body.answers")
		}
		a := v.Answers[i]
		a.Note = strings.TrimSpace(a.Note)
		if !a.OK {
			p.Found++
			if a.Note == "" {
				return nil, ErrBlank.At("body.answers")
			}
		}
		p.Items.V = append(p.Items.V, a)
	}
	for _, n := range v.Photos {
		p.Photos = append(p.Photos, int64(n))
	}
	if len(p.Photos) == 0 {
		return nil, ErrPhoto.At("body.photos")
	}
	if v.Position != nil {
		lon, lat, within := int32(math.Round(v.Position.Longitude*1e6)), int32(math.Round(v.Position.Latitude*1e6)), v.Position.Accuracy
		p.LongitudeE6, p.LatitudeE6, p.AccuracyM = &lon, &lat, &within
	}
	return p, nil
}

// handUp makes what is handed up with a visit. Errors: ErrBlank.
func (p *Patrol) handUp(h HandUp, cal *calendar.Calendar) (*Handed, error) {
	h.Place, h.Text = strings.TrimSpace(h.Place), strings.TrimSpace(h.Text)
	if h.Text == "" {
		return nil, ErrBlank.At("body.handUp.text")
	}
	_, f := Now()
	days := f.AnswerWorking
	if h.Urgent {
		days = f.UrgentWorking
	}
	return &Handed{
		CompanyID: p.CompanyID, RegionPath: p.RegionPath, OversightLine: p.OversightLine, PatrolID: p.ID, CompanyName: p.CompanyName, OrganisationID: p.OrganisationID, OrganisationName: p.OrganisationName,
		PersonID: p.PersonID, PersonName: p.PersonName, At: p.ReceivedAt, Place: h.Place, Text: h.Text, Urgent: h.Urgent, Photos: p.Photos, State: HandedUp,
		DueOn: cal.Ahead(day.In(p.ReceivedAt, day.Shanghai), days),
	}, nil
}

// metres is the distance between two points on the earth, good to a few metres within a town.
func metres(lon1, lat1, lon2, lat2 int32) int32 {
	const degree = 111_195 // metres
	dy := float64(lat2-lat1) / 1e6 * degree
	dx := float64(lon2-lon1) / 1e6 * degree * math.Cos(float64(lat1)/1e6*math.Pi/180)
	return int32(math.Min(math.Hypot(dx, dy), math.MaxInt32))
}

// receive is the town's receipt of a thing handed up. Errors: ErrReceived, ErrGrid.
func (h *Handed) receive(by rbac.Actor, now time.Time) error {
	switch {
	case h.OrganisationID == by.OrganisationID:
		return ErrGrid
	case h.State != HandedUp:
		return ErrReceived
	}
	h.State, h.ReceivedAt, h.ReceivedBy = Received, &now, by.Name
	return nil
}

// answer ends it; who answers has received. Errors: ErrAnswered, ErrBlank, ErrGrid.
func (h *Handed) answer(to State, text string, by rbac.Actor, now time.Time) error {
	switch {
	case h.OrganisationID == by.OrganisationID:
		return ErrGrid
	case h.AnsweredAt != nil:
		return ErrAnswered
	case strings.TrimSpace(text) == "":
		return ErrBlank.At("body.answer")
	}
	if h.ReceivedAt == nil {
		h.ReceivedAt, h.ReceivedBy = &now, by.Name
	}
	h.State, h.AnsweredAt, h.AnsweredBy, h.Answer = to, &now, by.Name, strings.TrimSpace(text)
	return nil
}
