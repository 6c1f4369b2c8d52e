// Package dossier shows everything of one company on one page (一企一档), read only, gathered from other modules section by
// section; with five lights (五到位), the persons who answer for the company (四责任人), and the note of who looked, which the
// company sees.
package dossier

import (
	"slices"
	"strings"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Faults of this module.
var (
	// ErrSection: the dossier has no such section for the actor.
	ErrSection = fault.New(fault.NotFound, "dossier.section")
	// ErrLight: there is no such light.
	ErrLight = fault.New(fault.NotFound, "dossier.light")
	// ErrBlank: a text that is needed is empty.
	ErrBlank = fault.New(fault.Invalid, "dossier.blank")
	// ErrSince: not before {since}, on which the one who answers now began.
	ErrSince = fault.New(fault.Conflict, "dossier.since")
	// ErrNobody: nobody of this kind answers now.
	ErrNobody = fault.New(fault.Conflict, "dossier.nobody")
	// ErrCompanyNeeded: whoever sees several companies says which.
	ErrCompanyNeeded = fault.New(fault.Invalid, "dossier.company-needed")
)

// Kinds of person who answers for a company, in the order of the board (公示牌); the last is the grid worker (网格员).
var Kinds = []string{"territory", "line", "general", "company", "grid"}

// needed are the kinds that every company must have.
var needed = Kinds[:4]

// Responsible is a person who answers for a company from a day on.
type Responsible struct {
	ID             id.Of[id.Responsible]
	CompanyID      rbac.CompanyID
	RegionPath     string
	OversightLine  int16
	Kind           string
	Name           string
	Post           string // unit and post
	Phone          string
	SinceOn        day.Date
	UntilOn        day.Date // last day; zero: he still answers
	OrganisationID id.Of[id.Organisation]
	NamedBy        string
	NamedAt        time.Time
}

// Named says who answers.
type Named struct {
	Kind    string   `json:"kind" enum:"territory,line,general,company,grid"`
	Name    string   `json:"name" minLength:"1" maxLength:"30"`
	Post    string   `json:"post,omitempty" maxLength:"60" doc:"unit and post"`
	Phone   string   `json:"phone,omitempty" maxLength:"20" pattern:"^[0-9+ -]*$"`
	SinceOn day.Date `json:"sinceOn,omitzero" required:"false" doc:"left out: today"`
}

// check puts a naming in order. Errors: ErrBlank.
func (n Named) check(today day.Date) (Named, error) {
	n.Name, n.Post, n.Phone = strings.TrimSpace(n.Name), strings.TrimSpace(n.Post), strings.TrimSpace(n.Phone)
	if n.Name == "" || !slices.Contains(Kinds, n.Kind) {
		return n, ErrBlank.At("body.name")
	}
	if n.SinceOn.IsZero() {
		n.SinceOn = today
	}
	return n, nil
}

// same reports whether the person named answers already.
func (r Responsible) same(n Named) bool {
	return r.Name == n.Name && r.Post == n.Post && r.Phone == n.Phone
}

// View is one sitting of an officer with a company's dossier.
type View struct {
	CompanyID        rbac.CompanyID
	ID               id.Of[View]
	RegionPath       string
	OversightLine    int16
	At               time.Time
	PersonID         id.Of[id.Person]
	PersonName       string
	OrganisationID   id.Of[id.Organisation]
	OrganisationName string
	Parts            db.Texts
	VisibleFrom      *time.Time // nil: the company does not see it yet
}
