package permit

import (
	"time"

	"anbiao/kit/day"
	"anbiao/kit/id"
)

// CrewForm names somebody who does the work.
type CrewForm struct {
	StaffID   id.Of[id.Staff] `json:"staffId" required:"false" doc:"of the company; left out for a contractor's worker"`
	Name      string          `json:"name" required:"false" maxLength:"40" doc:"of a contractor's worker"`
	Firm      string          `json:"firm" required:"false" maxLength:"100" doc:"the contractor"`
	CardUntil day.Date        `json:"cardUntil" required:"false" doc:"a contractor's worker: last day of the certificate he showed, where the work asks for one"`
}

// Deed is what every step of a permit carries.
type Deed struct {
	ClientID  string                 `json:"clientId" required:"false" format:"uuid" maxLength:"36" doc:"made where it was done: the same step sent again, even weeks later, is one step"`
	At        *time.Time             `json:"at" required:"false" doc:"when it was done, by the clock of the phone; left out: now"`
	Offline   bool                   `json:"offline" required:"false" doc:"done without a connection: if it cannot stand it is kept with its problem instead of being refused"`
	Note      string                 `json:"note" required:"false" maxLength:"500"`
	Photos    []id.Of[id.Attachment] `json:"photos" required:"false" nullable:"false" maxItems:"9"`
	Signature id.Of[id.Attachment]   `json:"signature" required:"false" doc:"picture of the signature, uploaded like a photo"`
	Longitude *float64               `json:"longitude,omitempty" minimum:"-180" maximum:"180" doc:"WGS 84"`
	Latitude  *float64               `json:"latitude,omitempty" minimum:"-90" maximum:"90"`
}

// RequestForm asks for a permit.
type RequestForm struct {
	Deed
	Kind       string          `json:"kind" enum:"hot_work,confined_space,height,temporary_power,lifting,line_breaking,excavation"`
	Level      string          `json:"level" required:"false" maxLength:"20" doc:"of the form; left out where the kind has only one, or the details decide it"`
	UnitID     id.Of[id.Unit]  `json:"unitId" required:"false" doc:"whose place it is; left out: the applicant's"`
	Place      string          `json:"place" minLength:"1" maxLength:"100"`
	PointID    id.Of[id.Point] `json:"pointId" required:"false" doc:"check point where it is"`
	Content    string          `json:"content" minLength:"1" maxLength:"500" doc:"what is done (作业内容)"`
	Hazards    string          `json:"hazards" required:"false" maxLength:"500" doc:"what can happen (危害辨识)"`
	Details    []Detail        `json:"details" required:"false" nullable:"false" maxItems:"12" doc:"fields of the form"`
	FromAt     time.Time       `json:"fromAt"`
	UntilAt    time.Time       `json:"untilAt"`
	Crew       []CrewForm      `json:"crew" nullable:"false" minItems:"1" maxItems:"30"`
	WatcherID  id.Of[id.Staff] `json:"watcherId" doc:"监护人"`
	ApproverID id.Of[id.Staff] `json:"approverId" required:"false" doc:"who is asked to approve; left out: whoever may"`
	Desk       bool            `json:"desk" required:"false" doc:"written at a desk"`
}

// ApproveForm approves a request on the spot.
type ApproveForm struct {
	Deed
	OnSite  bool     `json:"onSite" doc:"the approver stands where the work will be; nothing is approved from afar"`
	Answers []Answer `json:"answers" required:"false" nullable:"false" maxItems:"60" doc:"items of phase approve"`
}

// ReasonForm refuses, suspends, overrides or cancels.
type ReasonForm struct {
	Deed
	Reason string `json:"reason" minLength:"2" maxLength:"300"`
}

// StartForm begins the work, or goes on with it after an interruption.
type StartForm struct {
	Deed
	WatcherPresent bool      `json:"watcherPresent"`
	Answers        []Answer  `json:"answers" required:"false" nullable:"false" maxItems:"60" doc:"items of phase start (or resume)"`
	Readings       []Reading `json:"readings" required:"false" nullable:"false" maxItems:"30" doc:"taken now; those sent before count while they are fresh"`
}

// ReadForm records readings.
type ReadForm struct {
	Deed
	Readings []Reading `json:"readings" nullable:"false" minItems:"1" maxItems:"30"`
}

// ExtendForm approves a later end.
type ExtendForm struct {
	Deed
	UntilAt time.Time `json:"untilAt" doc:"not beyond the longest time of the level, counted from the beginning"`
	OnSite  bool      `json:"onSite"`
}

// CloseForm is the closing check (完工验收).
type CloseForm struct {
	Deed
	Answers      []Answer `json:"answers" required:"false" nullable:"false" maxItems:"60" doc:"items of phase close"`
	SiteClear    bool     `json:"siteClear" doc:"nobody and nothing was left behind"`
	QuietMinutes int      `json:"quietMinutes" required:"false" minimum:"0" maximum:"600" doc:"how long the place was watched after the work"`
}
