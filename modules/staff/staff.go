// Package staff keeps a company's workshops (车间) and teams (班组), its posts (岗位), its
// people, and who held which post from when to when (安全生产法 art. 22: for each post it
// must be known who is responsible).
package staff

import (
	"errors"
	"strings"
	"time"

	"anbiao/kit/code"
	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/seal"
	"anbiao/rbac"
)

// Faults of this module.
var (
	ErrName           = fault.New(fault.Invalid, "staff.name")
	ErrUnitTaken      = fault.New(fault.Conflict, "staff.unit-taken")
	ErrUnitUnknown    = fault.New(fault.Invalid, "staff.unit-unknown")
	ErrUnitDepth      = fault.New(fault.Invalid, "staff.unit-depth")
	ErrPostTaken      = fault.New(fault.Conflict, "staff.post-taken")
	ErrPostUnknown    = fault.New(fault.Invalid, "staff.post-unknown")
	ErrPostClosed     = fault.New(fault.Conflict, "staff.post-closed")
	ErrPostType       = fault.New(fault.Invalid, "staff.post-type-unknown")
	ErrEmployeeNo     = fault.New(fault.Conflict, "staff.employee-no-taken")
	ErrIdentityTaken  = fault.New(fault.Conflict, "staff.identity-taken")
	ErrNoIdentity     = fault.New(fault.NotFound, "staff.no-identity")
	ErrFuture         = fault.New(fault.Invalid, "staff.future")
	ErrBeforeJoining  = fault.New(fault.Invalid, "staff.before-joining")
	ErrLeft           = fault.New(fault.Conflict, "staff.left")
	ErrNotLeft        = fault.New(fault.Conflict, "staff.not-left")
	ErrAssigned       = fault.New(fault.Conflict, "staff.assigned-already")
	ErrAssignedSince  = fault.New(fault.Conflict, "staff.assigned-since")
	ErrAssignmentOver = fault.New(fault.Conflict, "staff.assignment-over")
	// ErrChangedSince: {name} changed on {day}; a change cannot be dated before that.
	ErrChangedSince = fault.New(fault.Conflict, "staff.changed-since")
	// ErrCycle: a unit cannot hang below itself.
	ErrCycle = fault.New(fault.Invalid, "staff.unit-cycle")
	// ErrUnitInUse: {people} people, {posts} occupied posts and {units} units are still in it.
	ErrUnitInUse = fault.New(fault.Conflict, "staff.unit-in-use")
	// ErrUnitClosed: the unit no longer exists.
	ErrUnitClosed = fault.New(fault.Conflict, "staff.unit-closed")
	// ErrPostHeld: {people} people still hold the post.
	ErrPostHeld = fault.New(fault.Conflict, "staff.post-held")
	// ErrHead: no such person, or he has left.
	ErrHead = fault.New(fault.Invalid, "staff.head")
	// ErrUnitFollows: the person's unit follows his main post; move him by that.
	ErrUnitFollows = fault.New(fault.Conflict, "staff.unit-follows")
	// ErrBarred: {bars} keep him from the post; who may, puts him there with a reason.
	ErrBarred = fault.New(fault.Conflict, "staff.barred")
	// ErrTeam: the team is not in the unit that has the post.
	ErrTeam = fault.New(fault.Invalid, "staff.team")
	// ErrOpenWork: the person still has {work} and nobody takes it over.
	ErrOpenWork = fault.New(fault.Conflict, "staff.open-work")
	// ErrSuccessor: he who takes over is the same person, has left or is unknown.
	ErrSuccessor = fault.New(fault.Invalid, "staff.successor")
)

// PostType is a kind of post.
type PostType string

// PostTypes are the kinds of post that the duty library and the checklists speak of; their
// names are texts "staff.post-type.<code>".
var PostTypes = []PostType{
	"principal", "deputy_safety", "safety_director", "safety_manager", "production_head", "equipment_head", "technology_head", "finance_head",
	"hr_head", "procurement_head", "contractor_manager", "workshop_director", "team_leader", "stamping_operator", "welder", "forklift_driver",
	"crane_operator", "electrician", "grinding_operator", "spray_painter", "boiler_operator", "warehouse_keeper", "hazchem_keeper",
	"confined_space_worker", "confined_space_supervisor", "fire_control_operator", "canteen_operator", "general_employee",
}

// Person is somebody who works, or worked, in the company.
type Person struct {
	CompanyID      rbac.CompanyID
	ID             id.Of[id.Staff]
	RegionPath     string
	OversightLine  int16
	Name           string
	EmployeeNo     string
	Phone          string
	IdentitySealed []byte // empty: not recorded
	IdentityIndex  []byte
	PersonID       *id.Of[id.Person] // login
	UnitID         *id.Of[id.Unit]
	JoinedOn       day.Date
	LeftOn         day.Date // last day in the company
	CreatedAt      time.Time
}

const identityColumn = "staff_person.identity"

// Entry is what the company records of a person.
type Entry struct {
	Name       string         `json:"name" minLength:"1" maxLength:"50"`
	EmployeeNo string         `json:"employeeNo,omitempty" maxLength:"30" doc:"unique in the company"`
	Phone      string         `json:"phone,omitempty" maxLength:"30"`
	Identity   string         `json:"identity,omitempty" maxLength:"40" doc:"resident identity number; kept encrypted, empty leaves it as it is"`
	UnitID     id.Of[id.Unit] `json:"unitId,omitempty"`
	JoinedOn   day.Date       `json:"joinedOn,omitempty"`
}

// describe sets what e says of p. Errors: ErrName, ErrFuture, code.ErrPhone and the faults
// of code.ParseResident.
func (p *Person) describe(e Entry, keys *seal.Field, today day.Date) (err error) {
	if p.Name, err = cleanName(e.Name); err != nil {
		return err
	}
	p.EmployeeNo = strings.TrimSpace(code.HalfWidth(e.EmployeeNo))
	p.Phone = ""
	if strings.TrimSpace(e.Phone) != "" {
		if p.Phone, err = code.Phone(e.Phone); err != nil {
			return code.ErrPhone.At("body.phone")
		}
	}
	if e.JoinedOn.After(today) {
		return ErrFuture.At("body.joinedOn")
	}
	p.JoinedOn = e.JoinedOn
	p.UnitID = nil
	if e.UnitID != 0 {
		p.UnitID = &e.UnitID
	}
	return p.identify(e.Identity, keys, today)
}

func (p *Person) identify(number string, keys *seal.Field, today day.Date) error {
	if strings.TrimSpace(number) == "" {
		if p.IdentitySealed == nil {
			p.IdentitySealed, p.IdentityIndex = []byte{}, []byte{}
		}
		return nil
	}
	r, err := code.ParseResident(number, today)
	if err != nil {
		return at(err, "body.identity")
	}
	p.IdentitySealed, p.IdentityIndex = keys.Seal(string(r), identityColumn), keys.Index(string(r), identityColumn)
	return nil
}

// activeOn reports whether p belongs to the company on d; the last day counts.
func (p *Person) activeOn(d day.Date) bool { return p.LeftOn.IsZero() || !d.After(p.LeftOn) }

// leave records p's last day. Errors: ErrLeft, ErrFuture, ErrBeforeJoining.
func (p *Person) leave(on, today day.Date) error {
	switch {
	case !p.LeftOn.IsZero():
		return ErrLeft
	case on.After(today):
		return ErrFuture.At("body.on")
	case on.Before(p.JoinedOn):
		return ErrBeforeJoining.At("body.on")
	}
	p.LeftOn = on
	return nil
}

// comeBack records that p works here again. Errors: ErrNotLeft, ErrFuture, ErrBeforeJoining.
func (p *Person) comeBack(on, today day.Date) error {
	switch {
	case p.LeftOn.IsZero():
		return ErrNotLeft
	case on.After(today):
		return ErrFuture.At("body.on")
	case !on.After(p.LeftOn):
		return ErrBeforeJoining.At("body.on")
	}
	p.JoinedOn, p.LeftOn = on, day.Date{}
	return nil
}

// Assignment is one person on one post.
type Assignment struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[Assignment]
	RegionPath    string
	OversightLine int16
	StaffID       id.Of[id.Staff]
	PostID        id.Of[id.Post]
	UnitID        *id.Of[id.Unit] // the team, where the post serves several; nil: the post's own unit
	Main          bool            // the one among several that the person's unit follows
	FromOn        day.Date
	UntilOn       day.Date // last day on the post
}

// assign puts p on post from a day on. Errors: ErrPostClosed, ErrFuture, ErrLeft, ErrBeforeJoining.
func assign(p Person, post Post, from day.Date, main bool, today day.Date) (Assignment, error) {
	switch {
	case !post.ClosedOn.IsZero():
		return Assignment{}, ErrPostClosed.At("body.postId")
	case from.After(today):
		return Assignment{}, ErrFuture.At("body.from")
	case !p.activeOn(from):
		return Assignment{}, ErrLeft.At("body.from")
	case from.Before(p.JoinedOn):
		return Assignment{}, ErrBeforeJoining.At("body.from")
	}
	return Assignment{
		CompanyID: p.CompanyID, RegionPath: p.RegionPath, OversightLine: p.OversightLine,
		StaffID: p.ID, PostID: post.ID, Main: main, FromOn: from,
	}, nil
}

// end records the last day on the post. Errors: ErrAssignmentOver, ErrAssignedSince.
func (a *Assignment) end(on day.Date) error {
	switch {
	case !a.UntilOn.IsZero():
		return ErrAssignmentOver
	case on.Before(a.FromOn):
		return ErrAssignedSince.With("day", a.FromOn.String())
	}
	a.UntilOn = on
	return nil
}

// cleanName trims a name and refuses an empty one. Errors: ErrName.
func cleanName(s string) (string, error) {
	s = strings.Join(strings.Fields(s), " ")
	if s == "" {
		return "", ErrName.At("body.name")
	}
	return s, nil
}

// unknown answers a reference to something that is not there with f instead of NotFound.
func unknown(err error, f *fault.Error) error {
	if errors.Is(err, rbac.ErrNotFound) {
		return f.Because(err)
	}
	return err
}

// at names the field of a fault; other errors pass unchanged.
func at(err error, path string) error {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f.At(path)
	}
	return err
}
