package training

import (
	"crypto/rand"
	"encoding/base64"
	"strings"
	"time"

	"anbiao/kit/code"
	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/seal"
	"anbiao/rbac"
)

// NounNewcomer is what messages and the trail call somebody who registered himself.
const NounNewcomer = "training_newcomer"

// Faults of newcomers.
var (
	ErrJoinCode     = fault.New(fault.NotFound, "training.join-code")
	ErrJoinLink     = fault.New(fault.NotFound, "training.join-link")
	ErrJoinName     = fault.New(fault.Invalid, "training.join-name")
	ErrJoinDay      = fault.New(fault.Invalid, "training.join-day")
	ErrJoinUnit     = fault.New(fault.Invalid, "training.join-unit")
	ErrJoinNotice   = fault.New(fault.Invalid, "training.join-notice")
	ErrJoinOther    = fault.New(fault.Conflict, "training.join-other-name")
	ErrJoinTaken    = fault.New(fault.Conflict, "training.join-accepted")
	ErrJoinFlood    = fault.New(fault.TooMany, "training.join-flood")
	ErrJoinPhoto    = fault.New(fault.Invalid, "training.join-photo")
	ErrNewcomerDone = fault.New(fault.Conflict, "training.newcomer-decided")
)

// States of a newcomer.
const (
	Waiting   = "waiting"
	Accepted  = "accepted"
	Refused   = "refused"
	Forgotten = "forgotten" // refused long ago: what told who he was is gone
)

// NoticeVersion is the version of the notice (个人信息保护法 art. 17) that newcomers sign.
const NoticeVersion = "2026.1"

// Limits against floods. A firm's workers share one address.
const (
	floodAddress = 60  // registrations in ten minutes
	floodDay     = 500 // of one company
	keepRefused  = 30  // days until a refused newcomer is forgotten
)

// Newcomer is somebody who registered himself by the company's code.
type Newcomer struct {
	CompanyID      rbac.CompanyID
	ID             id.Of[id.Newcomer]
	RegionPath     string
	OversightLine  int16
	Name           string
	Phone          string
	IdentitySealed []byte
	IdentityIndex  []byte
	UnitID         *id.Of[id.Unit]
	PostName       string
	JoinedOn       day.Date
	Strokes        []byte
	Photo          []byte
	Notice         string
	State          string
	StaffID        *id.Of[id.Staff]
	Reason         string
	DecidedByName  string
	DecidedAt      *time.Time
	TokenHash      []byte
	AddressHash    []byte
	RegisteredAt   time.Time
}

const (
	newcomerIdentity = "training_newcomer.identity"
	newcomerToken    = "training_newcomer.token"
	newcomerAddress  = "training_newcomer.address"
)

// Hiring is a newcomer as the staff takes him.
type Hiring struct {
	Name     string
	Phone    string
	Identity string // plain; empty: not given
	UnitID   id.Of[id.Unit]
	JoinedOn day.Date
	StaffID  id.Of[id.Staff] // of the staff already; 0: a new person, or one of the same identity number, or phone and name
}

// Registering is what a newcomer fills in.
type Registering struct {
	Token    string         `json:"token" minLength:"8" maxLength:"60" doc:"of the company's code"`
	Name     string         `json:"name" minLength:"1" maxLength:"30"`
	Phone    string         `json:"phone" minLength:"5" maxLength:"20"`
	Identity string         `json:"identity,omitempty" maxLength:"40" doc:"resident identity number; kept encrypted; may be left out"`
	UnitID   id.Of[id.Unit] `json:"unitId,omitempty"`
	PostName string         `json:"postName,omitempty" maxLength:"40"`
	JoinedOn day.Date       `json:"joinedOn"`
	Notice   string         `json:"notice" maxLength:"20" doc:"version of the privacy notice that was read"`
	Strokes  string         `json:"strokes" minLength:"20" maxLength:"300000" doc:"signature as PNG, in base64 or as a data URL"`
	Photo    string         `json:"photo,omitempty" maxLength:"700000" doc:"JPEG or PNG, in base64 or as a data URL; may be left out"`
}

// fill puts what a newcomer says into n. Errors: ErrJoinName, code's, ErrJoinDay, ErrJoinNotice, ErrCardStrokes, ErrJoinPhoto.
func (n *Newcomer) fill(in Registering, keys *seal.Field, today day.Date) (err error) {
	if n.Name = strings.Join(strings.Fields(in.Name), " "); n.Name == "" {
		return ErrJoinName.At("body.name")
	}
	if n.Phone, err = code.Mobile(in.Phone); err != nil {
		return code.ErrMobile.At("body.phone")
	}
	n.IdentitySealed, n.IdentityIndex = []byte{}, []byte{}
	if strings.TrimSpace(in.Identity) != "" {
		r, err := code.ParseResident(in.Identity, today)
		if err != nil {
			return cardAt(err, "body.identity")
		}
		n.IdentitySealed, n.IdentityIndex = keys.Seal(string(r), newcomerIdentity), keys.Index(string(r), newcomerIdentity)
	}
	if in.JoinedOn.IsZero() || in.JoinedOn.Before(today.AddMonths(-3)) || in.JoinedOn.After(today.AddMonths(2)) {
		return ErrJoinDay.At("body.joinedOn")
	}
	if in.Notice != NoticeVersion {
		return ErrJoinNotice.At("body.notice")
	}
	n.PostName, n.JoinedOn, n.Notice, n.UnitID = strings.TrimSpace(in.PostName), in.JoinedOn, in.Notice, nil
	if in.UnitID != 0 {
		n.UnitID = &in.UnitID
	}
	if n.Strokes, err = readStrokes(in.Strokes, "body.strokes"); err == nil && n.Strokes == nil {
		err = ErrCardStrokes.At("body.strokes")
	}
	return err
}

// newToken is 128 random bits for a link or code.
func newToken() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	return base64.RawURLEncoding.EncodeToString(b[:])
}

func (n *Newcomer) home() rbac.Home {
	return rbac.Home{CompanyID: n.CompanyID, RegionPath: n.RegionPath, Line: n.OversightLine}
}

// newcomerTrail is what the trail keeps of a newcomer: nothing that he did not have to tell.
type newcomerTrail struct {
	State, Reason string
	StaffID       id.Of[id.Staff]
}

func (n Newcomer) trail() newcomerTrail {
	t := newcomerTrail{State: n.State, Reason: n.Reason}
	if n.StaffID != nil {
		t.StaffID = *n.StaffID
	}
	return t
}
