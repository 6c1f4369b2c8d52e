package company

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"anbiao/kit/code"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Faults of the company file (一企一档).
var (
	// ErrNotYet: the company was not on the register on that day; it is since {since}.
	ErrNotYet = fault.New(fault.NotFound, "company.not-yet")
	// ErrFuture: a day or year that has not passed.
	ErrFuture = fault.New(fault.Invalid, "company.future")
	// ErrDates: an end before its beginning, or a change dated before the last one.
	ErrDates = fault.New(fault.Invalid, "company.dates")
	// ErrNothing: nothing would change.
	ErrNothing = fault.New(fault.Conflict, "company.nothing")
	// ErrEnded: the row has ended already.
	ErrEnded = fault.New(fault.Conflict, "company.ended")
	// ErrLicenceName: a licence of another kind needs a name.
	ErrLicenceName = fault.New(fault.Invalid, "company.licence-name")
	// ErrMoving: the company is being moved already.
	ErrMoving = fault.New(fault.Conflict, "company.moving")
)

// Source says what a change of the card came from.
type Source string

// Sources.
const (
	FromRegister     Source = "register"
	FromImport       Source = "import"
	FromProfile      Source = "profile"
	FromFigures      Source = "figures"
	FromRegistration Source = "registration"
	FromScale        Source = "scale"
	FromMove         Source = "move"
)

// Card is what the register says of a company, as it is kept for each change.
type Card struct {
	Name                string      `json:"name"`
	USCC                string      `json:"uscc"`
	SiteNo              int16       `json:"siteNo"`
	Division            string      `json:"division"`
	Line                int16       `json:"line"`
	Industry            string      `json:"industry"`
	SupervisionIndustry string      `json:"supervisionIndustry"`
	StaffCount          *int32      `json:"staffCount"`
	RevenueFen          *fen.Amount `json:"revenueFen"`
	AssetsFen           *fen.Amount `json:"assetsFen"`
	Size                Size        `json:"size"`
	AboveScale          bool        `json:"aboveScale"`
	AboveScalePinned    bool        `json:"aboveScalePinned"`
	Tags                []string    `json:"tags"`
	Address             string      `json:"address"`
	LongitudeE6         *int32      `json:"longitudeE6"`
	LatitudeE6          *int32      `json:"latitudeE6"`
	ContactName         string      `json:"contactName"`
	ContactPhone        string      `json:"contactPhone"`
	Status              Status      `json:"status"`
}

// CardOf returns what the register says of c.
func CardOf(c Company) Card {
	return Card{
		Name: c.Name, USCC: c.USCC, SiteNo: c.SiteNo, Division: c.RegionPath, Line: c.OversightLine, Industry: c.Industry, SupervisionIndustry: c.SupervisionIndustry,
		StaffCount: c.StaffCount, RevenueFen: c.RevenueFen, AssetsFen: c.AssetsFen, Size: c.SizeClass, AboveScale: c.AboveScale, AboveScalePinned: c.AboveScalePinned, Tags: c.Tags, Address: c.Address,
		LongitudeE6: c.LongitudeE6, LatitudeE6: c.LatitudeE6, ContactName: c.ContactName, ContactPhone: c.ContactPhone, Status: c.Status,
	}
}

// on returns c with what card k says of it.
func (c Company) on(k Card) Company {
	c.Name, c.USCC, c.SiteNo, c.RegionPath, c.OversightLine = k.Name, k.USCC, k.SiteNo, k.Division, k.Line
	c.Industry, c.SupervisionIndustry, c.StaffCount, c.RevenueFen, c.AssetsFen = k.Industry, k.SupervisionIndustry, k.StaffCount, k.RevenueFen, k.AssetsFen
	c.SizeClass, c.AboveScale, c.AboveScalePinned, c.Tags, c.Address, c.LongitudeE6, c.LatitudeE6 = k.Size, k.AboveScale, k.AboveScalePinned, k.Tags, k.Address, k.LongitudeE6, k.LatitudeE6
	c.ContactName, c.ContactPhone, c.Status = k.ContactName, k.ContactPhone, k.Status
	return c
}

// Version is a company's card from a day on.
type Version struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[id.Card]
	RegionPath    string
	OversightLine int16
	ValidFrom     day.Date
	Card          db.JSON[Card]
	Source        Source
	Reason        string
	ByPersonID    *id.Of[id.Person]
	ByName        string
	At            time.Time
}

// FieldChange is one field of a card before and after.
type FieldChange struct {
	Field string `json:"field" doc:"as the card names it"`
	Old   string `json:"old"`
	New   string `json:"new"`
}

// Code returns the code a company is known by: its social credit code, or, while it has none,
// an id that stands in for it, made of the county and the company's number: LS330784-000123.
func (c Company) Code() string { return code.Or(c.USCC, c.RegionPath, int64(c.CompanyID)) }

// differences lists what changed from one card of a company to the next; the first has nothing
// before it.
func differences(n rbac.CompanyID, was, is Card) []FieldChange {
	a, b := was.texts(n), is.texts(n)
	out := []FieldChange{}
	for i, f := range b {
		if a[i].New != f.New {
			out = append(out, FieldChange{f.Field, a[i].New, f.New})
		}
	}
	return out
}

// texts are the fields of k as text, in the order of the card; New holds the value.
func (k Card) texts(n rbac.CompanyID) []FieldChange {
	return []FieldChange{
		{Field: "name", New: k.Name},
		{Field: "code", New: code.Or(k.USCC, k.Division, int64(n))},
		{Field: "siteNo", New: strconv.Itoa(int(k.SiteNo))},
		{Field: "division", New: k.Division},
		{Field: "line", New: strconv.Itoa(int(k.Line))},
		{Field: "industry", New: k.Industry},
		{Field: "supervisionIndustry", New: k.SupervisionIndustry},
		{Field: "staffCount", New: number(k.StaffCount)},
		{Field: "revenueFen", New: number(k.RevenueFen)},
		{Field: "assetsFen", New: number(k.AssetsFen)},
		{Field: "size", New: strconv.Itoa(int(k.Size))},
		{Field: "aboveScale", New: strconv.FormatBool(k.AboveScale)},
		{Field: "aboveScalePinned", New: strconv.FormatBool(k.AboveScalePinned)},
		{Field: "tags", New: strings.Join(k.Tags, ",")},
		{Field: "address", New: k.Address},
		{Field: "location", New: k.location()},
		{Field: "contactName", New: k.ContactName},
		{Field: "contactPhone", New: k.ContactPhone},
		{Field: "status", New: string(k.Status)},
	}
}

func (k Card) location() string {
	if k.LongitudeE6 == nil || k.LatitudeE6 == nil {
		return ""
	}
	return fmt.Sprintf("%.6f,%.6f", float64(*k.LongitudeE6)/1e6, float64(*k.LatitudeE6)/1e6)
}

func number[T ~int32 | ~int64](v *T) string {
	if v == nil {
		return ""
	}
	return strconv.FormatInt(int64(*v), 10)
}

// newest is the newest year on file: its number, zero for none, and the head-count at its end.
type newest struct {
	Year       int32
	StaffCount *int32
}

// after returns the year that was's successor is measured by on a day: a new revenue or new
// assets are those of the year before it, whose head-count may not be on file.
func (y newest) after(was, is Company, today day.Date) newest {
	if same(was.RevenueFen, is.RevenueFen) && same(was.AssetsFen, is.AssetsFen) || y.Year == lastYear(today) {
		return y
	}
	return newest{Year: lastYear(today)}
}

func lastYear(today day.Date) int32 { return int32(today.Year() - 1) }

func same[T comparable](a, b *T) bool {
	return a == nil && b == nil || a != nil && b != nil && *a == *b
}

// State is how a licence or an agreement stands on a day.
type State string

// States. Soon is within soonDays of its last day.
const (
	Valid    State = "valid"
	Soon     State = "soon"
	Expired  State = "expired"
	NotYet   State = "not-yet"
	Ended    State = "ended"
	Missing  State = "missing"
	soonDays       = 90
)

// stateOf returns how something valid over a span of days, ended early or not, stands on a day.
// The last day counts.
func stateOf(from, to, ended, today day.Date) State {
	switch {
	case !ended.IsZero() && !today.Before(ended):
		return Ended
	case today.Before(from):
		return NotYet
	case to.IsZero():
		return Valid
	case today.After(to):
		return Expired
	case today.AddDays(soonDays).Before(to):
		return Valid
	}
	return Soon
}

// Licence is a licence or permit of the firm (证照).
type Licence struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[id.Licence]
	RegionPath    string
	OversightLine int16
	Kind          string
	Name          string // of one of kind other
	Number        string
	Issuer        string
	ValidFrom     day.Date
	ValidTo       day.Date // last day; zero: without end
	AttachmentIDs db.Ints
	EndedOn       day.Date
	EndedReason   string
	ByName        string
	At            time.Time
}

// State returns how l stands on a day.
func (l Licence) State(today day.Date) State {
	return stateOf(l.ValidFrom, l.ValidTo, l.EndedOn, today)
}

// LicenceEntry is a licence as it is written down.
type LicenceEntry struct {
	Kind          string                 `json:"kind" enum:"business,safety_production,hazchem_trade,hazchem_use,fire,discharge,food,special_equipment,construction,lightning_test,fire_test,other"`
	Name          string                 `json:"name" maxLength:"60" required:"false" doc:"of one of kind other"`
	Number        string                 `json:"number" maxLength:"60" required:"false"`
	Issuer        string                 `json:"issuer" maxLength:"60" required:"false"`
	ValidFrom     day.Date               `json:"validFrom"`
	ValidTo       day.Date               `json:"validTo,omitempty" doc:"last day; empty: without end"`
	AttachmentIDs []id.Of[id.Attachment] `json:"attachmentIds,omitempty" maxItems:"20"`
}

// licence returns l with what e says. Errors: ErrLicenceName, ErrDates.
func (l Licence) says(e LicenceEntry) (Licence, error) {
	if e.Kind == "other" && strings.TrimSpace(e.Name) == "" {
		return l, ErrLicenceName.At("body.name")
	}
	if !e.ValidTo.IsZero() && e.ValidTo.Before(e.ValidFrom) {
		return l, ErrDates.At("body.validTo")
	}
	l.Kind, l.Name, l.Number, l.Issuer = e.Kind, strings.TrimSpace(e.Name), strings.TrimSpace(e.Number), strings.TrimSpace(e.Issuer)
	l.ValidFrom, l.ValidTo, l.AttachmentIDs = e.ValidFrom, e.ValidTo, ints(e.AttachmentIDs)
	return l, nil
}

func ints(files []id.Of[id.Attachment]) db.Ints {
	all := make(db.Ints, len(files))
	for i, f := range files {
		all[i] = int64(f)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// fileIDs is the reverse of ints.
func fileIDs(all db.Ints) []id.Of[id.Attachment] {
	files := make([]id.Of[id.Attachment], len(all))
	for i, n := range all {
		files[i] = id.Of[id.Attachment](n)
	}
	return files
}

// Contact is somebody to ring up.
type Contact struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[id.Contact]
	RegionPath    string
	OversightLine int16
	Role          string
	Name          string
	Phone         string
	Note          string
	FromOn        day.Date
	UntilOn       day.Date // last day; zero: still so
	ByName        string
	At            time.Time
}

// ContactEntry is a contact as it is written down.
type ContactEntry struct {
	Role  string `json:"role" enum:"principal,safety,duty,finance,other"`
	Name  string `json:"name" minLength:"1" maxLength:"40"`
	Phone string `json:"phone" minLength:"3" maxLength:"30"`
	Note  string `json:"note" maxLength:"100" required:"false"`
}

// Picture is a photo of the firm: gate, nameplate, layout of the workshop.
type Picture struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[id.Picture]
	RegionPath    string
	OversightLine int16
	Kind          string
	AttachmentID  id.Of[id.Attachment]
	Caption       string
	AddedOn       day.Date
	RemovedOn     day.Date
	ByName        string
	At            time.Time
}

// PictureEntry is a photo as it is added.
type PictureEntry struct {
	Kind         string               `json:"kind" enum:"gate,nameplate,workshop,layout,other"`
	AttachmentID id.Of[id.Attachment] `json:"attachmentId"`
	Caption      string               `json:"caption" maxLength:"60" required:"false"`
}
