// Package company is the register of companies (企业): who they are, where they work, how
// large they are and what equipment and materials they have.
//
// Sources: GB 32100-2015 (code), GB/T 4754-2017 (industry), the 2017 measures on size.
package company

import (
	"slices"
	"time"

	"anbiao/kit/code"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/fen"
	"anbiao/kit/search"
	"anbiao/rbac"
)

// Faults of this module.
var (
	// ErrTaken: the code and site are registered already, here or elsewhere.
	ErrTaken = fault.New(fault.Conflict, "company.taken")
	// ErrNamesake: a company without a code has this name in this area already.
	ErrNamesake = fault.New(fault.Conflict, "company.namesake")
	// ErrDivision: no such area, or one above town level.
	ErrDivision = fault.New(fault.Invalid, "company.division")
	// ErrOutside: the area or the supervision line is not the actor's.
	ErrOutside = fault.New(fault.Forbidden, "company.outside")
	// ErrLine: no such supervision line.
	ErrLine = fault.New(fault.Invalid, "company.line")
	// ErrTag: a tag {tag} that the item library does not know.
	ErrTag = fault.New(fault.Invalid, "company.tag")
)

// Status says whether a company works.
type Status string

// Statuses of a company.
const (
	Active    Status = "active"
	Suspended Status = "suspended"
	Closed    Status = "closed"
)

// Profile is what a company says of itself.
type Profile struct {
	StaffCount   *int32   `json:"staffCount,omitempty" minimum:"0" maximum:"10000000" doc:"people employed"`
	RevenueFen   *int64   `json:"revenueFen,omitempty" minimum:"0" maximum:"9000000000000000" doc:"last year's revenue, fen"`
	AssetsFen    *int64   `json:"assetsFen,omitempty" minimum:"0" maximum:"9000000000000000" doc:"assets, fen"`
	Tags         []string `json:"tags" maxItems:"40" nullable:"false" doc:"equipment, materials and places, as the item library names them"`
	Address      string   `json:"address" maxLength:"200" required:"false"`
	LongitudeE6  *int32   `json:"longitudeE6,omitempty" minimum:"-180000000" maximum:"180000000" doc:"degrees times a million"`
	LatitudeE6   *int32   `json:"latitudeE6,omitempty" minimum:"-90000000" maximum:"90000000" doc:"degrees times a million"`
	ContactName  string   `json:"contactName" maxLength:"40" required:"false"`
	ContactPhone string   `json:"contactPhone" maxLength:"30" required:"false"`
}

// Registration is what a regulator enters of a company.
type Registration struct {
	Name                string `json:"name" minLength:"2" maxLength:"100"`
	USCC                string `json:"uscc" maxLength:"40" required:"false" doc:"unified social credit code; empty while there is none"`
	SiteNo              int16  `json:"siteNo" minimum:"1" maximum:"999" default:"1" required:"false" doc:"of several sites under one code"`
	Division            string `json:"division" minLength:"9" maxLength:"15" pattern:"^[0-9A-Z]+$" doc:"path of the town or an area in it"`
	Line                int16  `json:"line" minimum:"0" maximum:"99" required:"false" doc:"supervision line"`
	Industry            string `json:"industry" maxLength:"10" required:"false" doc:"GB/T 4754-2017"`
	SupervisionIndustry string `json:"supervisionIndustry" maxLength:"60" required:"false"`
	Profile
}

// Company is one company, the tenant.
type Company struct {
	CompanyID           rbac.CompanyID
	RegionPath          string
	OversightLine       int16
	Name                string
	NameFold            string   // as names are compared
	NameBi              db.Int4s // its bigrams
	USCC                string   // normalised; empty: none yet, then the id stands in
	SiteNo              int16
	Industry            string // GB/T 4754-2017, digits only
	SupervisionIndustry string // as the overseeing department calls it
	StaffCount          *int32
	RevenueFen          *fen.Amount // of the last year
	AssetsFen           *fen.Amount
	SizeClass           Size
	AboveScale          bool
	AboveScalePinned    bool // a regulator decided it; the computed suggestion no longer changes it
	Tags                db.Texts
	Address             string
	LongitudeE6         *int32 // degrees times a million
	LatitudeE6          *int32
	ContactName         string
	ContactPhone        string
	Status              Status
	CreatedAt           time.Time
	UpdatedAt           time.Time
}

// newCompany returns the company r describes, held to the rules. Errors: ErrTag, and those
// of package code, each naming its field.
func newCompany(r Registration, now time.Time) (Company, error) {
	c := Company{
		RegionPath: r.Division, OversightLine: r.Line, SiteNo: max(r.SiteNo, 1),
		SupervisionIndustry: r.SupervisionIndustry, Status: Active, CreatedAt: now,
	}
	c.rename(r.Name)
	if r.USCC != "" {
		u, _, err := code.Parse(r.USCC)
		if err != nil {
			return c, at(err, "body.uscc")
		}
		c.USCC = string(u)
	}
	if r.Industry != "" {
		industry, err := code.Industry(r.Industry)
		if err != nil {
			return c, at(err, "body.industry")
		}
		c.Industry = industry
	}
	return c.described(r.Profile, newest{}, now)
}

// described returns c with what p says, its size computed anew from the newest year on file.
// Errors: ErrTag, code.ErrPhone.
func (c Company) described(p Profile, y newest, now time.Time) (Company, error) {
	for _, t := range p.Tags {
		if tags[t] == "" {
			return c, ErrTag.With("tag", t).At("body.tags")
		}
	}
	if p.ContactPhone != "" {
		phone, err := code.Phone(p.ContactPhone)
		if err != nil {
			return c, at(err, "body.contactPhone")
		}
		p.ContactPhone = phone
	}
	c.Tags = slices.Compact(slices.Sorted(slices.Values(p.Tags)))
	was := c
	c.StaffCount, c.RevenueFen, c.AssetsFen = p.StaffCount, amount(p.RevenueFen), amount(p.AssetsFen)
	c.Address, c.LongitudeE6, c.LatitudeE6 = p.Address, p.LongitudeE6, p.LatitudeE6
	c.ContactName, c.ContactPhone = p.ContactName, p.ContactPhone
	c.UpdatedAt = now
	c.classify(y.after(was, c, day.In(now, day.Shanghai)))
	return c, nil
}

func (c *Company) rename(name string) {
	c.Name, c.NameFold, c.NameBi = name, search.Fold(name), search.Bigrams(name)
}

// classify computes what follows from industry, staff, revenue and assets. The head-count is
// that of the newest year's end where it is on file, today's otherwise.
func (c *Company) classify(y newest) {
	staff := c.StaffCount
	if y.StaffCount != nil {
		staff = y.StaffCount
	}
	c.SizeClass = SizeOf(c.Industry, staff, c.RevenueFen, c.AssetsFen)
	if !c.AboveScalePinned {
		c.AboveScale = AboveScale(c.Industry, c.RevenueFen)
	}
}

// trail is c without what follows from its other fields, for the audit trail.
func (c Company) trail() Company {
	c.NameFold, c.NameBi, c.CreatedAt, c.UpdatedAt = "", nil, time.Time{}, time.Time{}
	return c
}

// covers reports whether a writes companies at path under line.
func covers(a rbac.Actor, path string, line int16) bool {
	in := slices.ContainsFunc(a.Areas, func(area string) bool { return code.Path(area).Contains(code.Path(path)) })
	return in && (len(a.Lines) == 0 || slices.Contains(a.Lines, line))
}

func amount(v *int64) *fen.Amount {
	if v == nil {
		return nil
	}
	a := fen.Amount(*v)
	return &a
}

// at names the field of a fault that a rule of package code raised.
func at(err error, path string) error {
	if f, ok := err.(*fault.Error); ok { //nolint:errorlint // package code returns faults unwrapped
		return f.At(path)
	}
	return err
}
