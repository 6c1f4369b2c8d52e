package instrument

import (
	"encoding/hex"
	"strconv"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// taskView is one thing asked now, on the wire.
type taskView struct {
	Code Event    `json:"code"`
	Side Side     `json:"side" enum:"recipient,issuer"`
	By   day.Date `json:"by" doc:"empty: no day is set"`
	Late bool     `json:"late"`
}

// LineView is a letter in a list, on the wire.
type LineView struct {
	ID         id.Of[id.Missive]      `json:"id"`
	Kind       string                 `json:"kind" enum:"urge,interview,circular,advice,reminder"`
	Number     string                 `json:"number" doc:"empty while it is a draft"`
	Title      string                 `json:"title"`
	State      State                  `json:"state" enum:"draft,issued,acknowledged,replied,returned,accepted,closed,withdrawn"`
	CompanyID  rbac.CompanyID         `json:"companyId,omitempty" required:"false"`
	OfficeID   id.Of[id.Organisation] `json:"officeId,omitempty" required:"false"`
	Recipient  string                 `json:"recipient"`
	Area       string                 `json:"area" doc:"of the recipient, by its path"`
	Issuer     string                 `json:"issuer"`
	AboutText  string                 `json:"aboutText"`
	IssuedOn   day.Date               `json:"issuedOn"`
	AckDueOn   day.Date               `json:"ackDueOn"`
	AckOn      day.Date               `json:"ackOn"`
	ReplyDueOn day.Date               `json:"replyDueOn"`
	RepliedOn  day.Date               `json:"repliedOn"`
	Reminders  int32                  `json:"reminders"`
	Late       bool                   `json:"late"`
	Tasks      []taskView             `json:"tasks" nullable:"false" doc:"what is asked now, the nearest first"`
}

func lineOn(today day.Date) func(Missive) LineView {
	return func(m Missive) LineView {
		v := LineView{
			ID: m.ID, Kind: m.Kind, Number: m.Number(), Title: m.preview(today.Midnight(day.Shanghai))[0], State: m.State, Recipient: m.Recipient, Area: m.RegionPath, Issuer: m.OrganisationName,
			AboutText: m.AboutText, IssuedOn: m.IssuedOn, AckDueOn: m.AckDueOn, AckOn: m.AckOn, ReplyDueOn: m.ReplyDueOn, RepliedOn: m.RepliedOn, Reminders: m.Reminders, Late: m.Late(today), Tasks: []taskView{},
		}
		if m.CompanyID != nil {
			v.CompanyID = *m.CompanyID
		}
		if m.OfficeID != nil {
			v.OfficeID = *m.OfficeID
		}
		for _, t := range m.Tasks(today) {
			v.Tasks = append(v.Tasks, taskView(t))
		}
		return v
	}
}

// stepView is a step on the wire.
type stepView struct {
	N     int32                  `json:"n"`
	Event Event                  `json:"event"`
	At    time.Time              `json:"at"`
	Side  string                 `json:"side" doc:"company, regulator"`
	Name  string                 `json:"name"`
	Note  string                 `json:"note"`
	Files []id.Of[id.Attachment] `json:"files" nullable:"false"`
	Late  bool                   `json:"late"`
}

// oneView is a letter on the wire.
type oneView struct {
	LineView
	Body        string                 `json:"body" doc:"as issued; of a draft as it would be issued today"`
	DraftTitle  string                 `json:"draftTitle,omitempty" required:"false" doc:"of a draft, with its placeholders"`
	DraftBody   string                 `json:"draftBody,omitempty" required:"false"`
	Prefix      string                 `json:"prefix"`
	Signatory   string                 `json:"signatory"`
	AboutNoun   string                 `json:"aboutNoun"`
	AboutID     string                 `json:"aboutId" doc:"0: nothing in particular"`
	AboutPath   string                 `json:"aboutPath" doc:"desk page of it; empty: none"`
	Reason      string                 `json:"reason"`
	FromID      id.Of[id.Missive]      `json:"fromId,omitempty" required:"false" doc:"the letter that this one follows"`
	Files       []id.Of[id.Attachment] `json:"files" nullable:"false"`
	HoldAt      *time.Time             `json:"holdAt,omitempty" required:"false"`
	HoldPlace   string                 `json:"holdPlace"`
	HoldBy      day.Date               `json:"holdBy"`
	HeldOn      day.Date               `json:"heldOn"`
	Minutes     Minutes                `json:"minutes"`
	DraftedBy   string                 `json:"draftedBy"`
	IssuedBy    string                 `json:"issuedBy"`
	ContentHash string                 `json:"contentHash" doc:"SHA-256 of what was issued, hexadecimal"`
	AckBy       string                 `json:"ackBy"`
	AcceptedOn  day.Date               `json:"acceptedOn"`
	ClosedOn    day.Date               `json:"closedOn"`
	WithdrawnOn day.Date               `json:"withdrawnOn"`
	EscalateTo  []string               `json:"escalateTo" nullable:"false"`
	Steps       []stepView             `json:"steps" nullable:"false"`
	Followed    []LineView             `json:"followed" nullable:"false" doc:"letters that follow this one"`
	May         []Event                `json:"may" nullable:"false"`
}

func oneOf(o One) oneView {
	line := lineOn(o.Today)
	v := oneView{
		LineView: line(o.Missive), Body: o.Preview[1], Prefix: o.NumberPrefix, Signatory: o.Signatory, AboutNoun: o.AboutNoun, AboutID: strconv.FormatInt(o.AboutID, 10), AboutPath: o.aboutPath(),
		Reason: o.Reason, Files: idsOf(o.Files), HoldAt: o.HoldAt, HoldPlace: o.HoldPlace, HoldBy: o.HoldBy, HeldOn: o.HeldOn, Minutes: o.Minutes.V, DraftedBy: o.DraftedBy, IssuedBy: o.IssuedBy,
		ContentHash: hex.EncodeToString(o.ContentHash), AckBy: o.AckBy, AcceptedOn: o.AcceptedOn, ClosedOn: o.ClosedOn, WithdrawnOn: o.WithdrawnOn, EscalateTo: o.Terms().EscalateTo,
		Steps: []stepView{}, Followed: []LineView{}, May: o.May,
	}
	v.Title = o.Preview[0]
	if o.State == Draft {
		v.DraftTitle, v.DraftBody = o.Title, o.Body
	}
	if o.FromID != nil {
		v.FromID = *o.FromID
	}
	if v.Files == nil {
		v.Files = []id.Of[id.Attachment]{}
	}
	if v.EscalateTo == nil {
		v.EscalateTo = []string{}
	}
	for _, s := range o.Past {
		files := idsOf(s.Files)
		if files == nil {
			files = []id.Of[id.Attachment]{}
		}
		v.Steps = append(v.Steps, stepView{s.N, s.Event, s.At, s.ActorKind, s.ActorName, s.Note, files, s.Late})
	}
	for _, m := range o.Followed {
		v.Followed = append(v.Followed, line(m))
	}
	return v
}
