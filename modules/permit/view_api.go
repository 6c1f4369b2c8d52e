package permit

import (
	"time"

	"anbiao/kit/day"
	"anbiao/kit/id"
)

// PermitRow is a permit in a list.
type PermitRow struct {
	ID            id.Of[id.Permit]  `json:"id"`
	CompanyID     id.Of[id.Company] `json:"companyId"`
	Number        string            `json:"number" example:"DH-2026-0012"`
	Kind          string            `json:"kind" enum:"hot_work,confined_space,height,temporary_power,lifting,line_breaking,excavation"`
	Level         string            `json:"level"`
	State         State             `json:"state" enum:"requested,approved,refused,open,suspended,closed,cancelled,lapsed"`
	Source        string            `json:"source" enum:"phone,desk,paper"`
	Overdue       bool              `json:"overdue" doc:"its end has passed without a closing check"`
	Place         string            `json:"place"`
	UnitID        *id.Of[id.Unit]   `json:"unitId,omitempty"`
	UnitName      string            `json:"unitName"`
	Content       string            `json:"content"`
	FromAt        time.Time         `json:"fromAt"`
	UntilAt       time.Time         `json:"untilAt"`
	StartedAt     *time.Time        `json:"startedAt,omitempty"`
	ClosedAt      *time.Time        `json:"closedAt,omitempty"`
	ClosedLate    bool              `json:"closedLate"`
	ApplicantName string            `json:"applicantName"`
	Workers       []string          `json:"workers" nullable:"false"`
	WatcherName   string            `json:"watcherName"`
	ApproverName  string            `json:"approverName"`
	Overridden    bool              `json:"overridden" doc:"a missing certificate was allowed"`
	Raised        bool              `json:"raised" doc:"one level up because of a holiday"`
	Part          string            `json:"part" enum:",applicant,worker,watcher" doc:"the reader's own part in it"`
	CanApprove    bool              `json:"canApprove" doc:"it waits for an approval that the reader may give"`
}

// PermitDetail is a permit with its history.
type PermitDetail struct {
	PermitRow
	FormVersion    string           `json:"formVersion"`
	PointID        *id.Of[id.Point] `json:"pointId,omitempty"`
	Hazards        string           `json:"hazards"`
	Details        []Detail         `json:"details" nullable:"false"`
	ApplicantID    *id.Of[id.Staff] `json:"applicantId,omitempty"`
	WatcherID      *id.Of[id.Staff] `json:"watcherId,omitempty"`
	ApproverID     *id.Of[id.Staff] `json:"approverId,omitempty"`
	Crew           []Member         `json:"crew" nullable:"false"`
	ApprovedAt     *time.Time       `json:"approvedAt,omitempty"`
	SuspendedAt    *time.Time       `json:"suspendedAt,omitempty"`
	LatestUntil    time.Time        `json:"latestUntil" doc:"how far it may be extended"`
	OverrideName   string           `json:"overrideName"`
	OverrideReason string           `json:"overrideReason"`
	Lacks          []Lack           `json:"lacks" nullable:"false" doc:"certificates that are missing today and not allowed by name; they block"`
	Readings       []GasView        `json:"readings" nullable:"false" doc:"the latest of each gas"`
	Steps          []StepView       `json:"steps" nullable:"false" doc:"what happened, oldest first"`
	May            []Event          `json:"may" nullable:"false" doc:"what the reader may do next"`
}

// GasView is the latest reading of a gas.
type GasView struct {
	Gas        string    `json:"gas"`
	Value      string    `json:"value"`
	At         time.Time `json:"at"`
	FreshUntil time.Time `json:"freshUntil" doc:"good for a start until then"`
	Out        bool      `json:"out" doc:"out of limits"`
}

// StepView is one event.
type StepView struct {
	ID         id.Of[Step]            `json:"id"`
	N          int32                  `json:"n"`
	Event      Event                  `json:"event" enum:"request,amend,approve,refuse,override,start,read,suspend,resume,extend,close,cancel,overdue,lapse,copy"`
	From       State                  `json:"from" doc:"state before; empty for the first"`
	To         State                  `json:"to"`
	At         time.Time              `json:"at" doc:"when it was done"`
	ReceivedAt time.Time              `json:"receivedAt" doc:"when it arrived"`
	ActorName  string                 `json:"actorName"`
	Note       string                 `json:"note"`
	Problem    string                 `json:"problem" doc:"code of the fault that kept it from standing; empty: it stands"`
	Detail     StepDetail             `json:"detail"`
	Photos     []id.Of[id.Attachment] `json:"photos" nullable:"false"`
	Signature  *id.Of[id.Attachment]  `json:"signature,omitempty"`
	Longitude  *float64               `json:"longitude,omitempty"`
	Latitude   *float64               `json:"latitude,omitempty"`
	ClientID   string                 `json:"clientId"`
}

// FormPack is everything that writing permits asks for, to be kept for work without a connection.
type FormPack struct {
	Pack
	Areas     []Area         `json:"areas" nullable:"false" doc:"fixed hot-work areas (固定动火区)"`
	Approvers []ApproverRule `json:"approvers" nullable:"false" doc:"who approves, where the company has named them"`
	HolidayOn []day.Date     `json:"holidayOn" nullable:"false" doc:"days of the next weeks on which the level goes up"`
}

// PersonView is somebody who may take part, with the certificates that the kind of work asks for.
type PersonView struct {
	StaffID  id.Of[id.Staff] `json:"staffId"`
	Name     string          `json:"name"`
	UnitID   id.Of[id.Unit]  `json:"unitId"`
	UnitName string          `json:"unitName"`
	PostName string          `json:"postName"`
	Worker   bool            `json:"worker" doc:"holds what the work asks of a worker today"`
	Watcher  bool            `json:"watcher" doc:"holds what the work asks of a watcher today"`
	Approver bool            `json:"approver" doc:"named to approve it by the company's setting; where nobody is named, false for all"`
	Cards    []CardView      `json:"cards" nullable:"false" doc:"those the work asks for"`
}

// CardView is a certificate that somebody holds.
type CardView struct {
	Kind       string   `json:"kind"`
	Operation  string   `json:"operation"`
	NameZh     string   `json:"nameZh"`
	NameEn     string   `json:"nameEn"`
	Valid      bool     `json:"valid"`
	ValidUntil day.Date `json:"validUntil,omitzero"`
}

// BoardView is the board at the gate.
type BoardView struct {
	At    time.Time  `json:"at"`
	Items []BoardRow `json:"items" nullable:"false" doc:"work that goes on or begins today, by place"`
}

// BoardRow is one permit on the board: nothing that is not for everybody at the gate.
type BoardRow struct {
	ID          id.Of[id.Permit] `json:"id"`
	Number      string           `json:"number"`
	Kind        string           `json:"kind"`
	Level       string           `json:"level"`
	State       State            `json:"state" enum:"approved,open,suspended"`
	Overdue     bool             `json:"overdue"`
	Place       string           `json:"place"`
	UnitName    string           `json:"unitName"`
	Content     string           `json:"content"`
	FromAt      time.Time        `json:"fromAt"`
	UntilAt     time.Time        `json:"untilAt"`
	WatcherName string           `json:"watcherName"`
	People      int              `json:"people" doc:"how many do the work"`
}

// Statistics are the figures of a span.
type Statistics struct {
	From     day.Date   `json:"from"`
	To       day.Date   `json:"to"`
	Total    int        `json:"total" doc:"permits whose time began in the span, refused and cancelled ones not counted"`
	Closed   int        `json:"closed"`
	InTime   int        `json:"inTime" doc:"closed before their end"`
	Late     int        `json:"late" doc:"closed after their end"`
	Overdue  int        `json:"overdue" doc:"not closed, and their end has passed"`
	Open     int        `json:"open"`
	Override int        `json:"override" doc:"a missing certificate was allowed"`
	Refused  int        `json:"refused"`
	Kinds    []KindStat `json:"kinds" nullable:"false"`
}

// KindStat are the figures of one kind.
type KindStat struct {
	Kind     string `json:"kind"`
	Total    int    `json:"total"`
	Closed   int    `json:"closed"`
	InTime   int    `json:"inTime"`
	Overdue  int    `json:"overdue"`
	Override int    `json:"override"`
}

// Area is a fixed hot-work area.
type Area struct {
	Name string `json:"name" minLength:"1" maxLength:"60"`
	Note string `json:"note" required:"false" maxLength:"200" doc:"bounds, fire protection, who answers for it"`
}

// ApproverRule says who approves a level of a kind.
type ApproverRule struct {
	Kind     string            `json:"kind" maxLength:"20"`
	Level    string            `json:"level" required:"false" maxLength:"20" doc:"empty: every level of the kind"`
	PostIDs  []id.Of[id.Post]  `json:"postIds" required:"false" nullable:"false" maxItems:"20"`
	StaffIDs []id.Of[id.Staff] `json:"staffIds" required:"false" nullable:"false" maxItems:"20"`
}

// SettingForm is how a company approves permits.
type SettingForm struct {
	Approvers []ApproverRule `json:"approvers" nullable:"false" maxItems:"60"`
	Areas     []Area         `json:"areas" nullable:"false" maxItems:"30"`
	HolidayUp bool           `json:"holidayUp" doc:"hot work goes one level up on holidays"`
}

// SettingView is the setting with who wrote it.
type SettingView struct {
	SettingForm
	ChangedAt   *time.Time `json:"changedAt,omitempty"`
	ChangedName string     `json:"changedName"`
}
