package award

import (
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Rename states.
const (
	Asked     = "asked"
	Accepted  = "confirmed"
	Refused   = "refused"
	Withdrawn = "withdrawn"
)

// Rename is a change of the company's name on the certificate (更名). The number stays, and so do the days. Those that were
// confirmed are the name's history.
type Rename struct {
	ID            id.Of[Rename]
	CompanyID     rbac.CompanyID
	RegionPath    string
	OversightLine int16
	AwardID       id.Of[id.Award]
	State         string
	OldName       string
	NewName       string
	Reason        string
	AskedOn       day.Date
	AskedBy       string
	DecidedOn     day.Date
	DecidedBy     string
	Opinion       string
}

// Change asks for a new name. A move or an extension of the plant is none: the level was given for the plant that was seen.
type Change struct {
	Name     string `json:"name" minLength:"2" maxLength:"100"`
	Reason   string `json:"reason" minLength:"1" maxLength:"1000"`
	Moved    bool   `json:"moved" doc:"the company has moved to another site"`
	Expanded bool   `json:"expanded" doc:"plant was built, rebuilt or extended (新建、改建、扩建)"`
	Files    Files  `json:"files" minItems:"1" maxItems:"20" nullable:"false" doc:"the new business licence"`
}

// Verdict is the authority's answer to it.
type Verdict struct {
	Confirmed bool   `json:"confirmed"`
	Opinion   string `json:"opinion" minLength:"1" maxLength:"1000"`
}

// Withdrawal takes it back.
type Withdrawal struct {
	Note string `json:"note,omitempty" maxLength:"500"`
}

// ask opens a change of name. Errors: ErrNow, ErrRenameOpen, ErrMoved, ErrExpanded, ErrBlank, ErrSameName.
func (f *file) ask(c Change, last *Rename) (*Rename, error) {
	if err := f.in(InForce, RenewalDue); err != nil {
		return nil, err
	}
	switch {
	case last != nil && last.State == Asked:
		return nil, ErrRenameOpen
	case c.Moved:
		return nil, ErrMoved
	case c.Expanded:
		return nil, ErrExpanded
	}
	if err := filled(&c.Name, "name"); err != nil {
		return nil, err
	}
	if err := filled(&c.Reason, "reason"); err != nil {
		return nil, err
	}
	if c.Name == f.CompanyName {
		return nil, ErrSameName.At("body.name")
	}
	r := &Rename{
		CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, AwardID: f.ID, State: Asked, OldName: f.CompanyName, NewName: c.Name, Reason: c.Reason,
		AskedOn: f.today(), AskedBy: f.by.Name,
	}
	f.step(RenameAsked, f.today(), c.Reason, c.Files, Detail{OldName: f.CompanyName, NewName: c.Name})
	return r, nil
}

// takeBack withdraws it. Errors: ErrNoRename.
func (f *file) takeBack(r *Rename, w Withdrawal) error {
	if r == nil || r.State != Asked {
		return ErrNoRename
	}
	r.State, r.DecidedOn, r.DecidedBy = Withdrawn, f.today(), f.by.Name
	f.step(RenameTaken, f.today(), w.Note, nil, Detail{NewName: r.NewName})
	return nil
}

// answer confirms or refuses it. Errors: ErrNoRename, ErrAuthority, ErrBlank, ErrNow.
func (f *file) answer(r *Rename, v Verdict) error {
	if r == nil || r.State != Asked {
		return ErrNoRename
	}
	if err := f.mine(); err != nil {
		return err
	}
	if v.Opinion = strings.TrimSpace(v.Opinion); v.Opinion == "" {
		return ErrBlank.At("body.opinion")
	}
	r.DecidedOn, r.DecidedBy, r.Opinion = f.today(), f.by.Name, v.Opinion
	d := Detail{OldName: r.OldName, NewName: r.NewName}
	if !v.Confirmed {
		r.State = Refused
		f.step(RenameKept, f.today(), v.Opinion, nil, d)
		return nil
	}
	if err := f.in(InForce, RenewalDue); err != nil {
		return err
	}
	r.State = Accepted
	f.Named(r.NewName)
	f.step(Renamed, f.today(), v.Opinion, nil, d)
	return nil
}
