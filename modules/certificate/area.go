package certificate

import (
	"slices"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// Faults of what regulators see.
var (
	// ErrArea: not an area of the actor.
	ErrArea = fault.New(fault.Forbidden, "certificate.area")
	// ErrMonth: not a month.
	ErrMonth = fault.New(fault.Invalid, "certificate.month")
	// ErrWide: companies are listed within one county.
	ErrWide = fault.New(fault.Invalid, "certificate.wide")
)

// depths are the lengths of paths: province, prefecture, county, town, village, grid.
var depths = []int{2, 4, 6, 9, 12, 15}

// countyDepth is the widest area whose companies are listed by rate.
const countyDepth = 6

func below(parent string) int {
	for _, d := range depths {
		if d > len(parent) {
			return d
		}
	}
	return depths[len(depths)-1]
}

// AreaQuery says which area, month and rate.
type AreaQuery struct {
	Area  string `query:"area" maxLength:"15" pattern:"^[0-9A-Z]*$" doc:"path of an area; empty: what you oversee"`
	Month string `query:"month" maxLength:"7" doc:"YYYY-MM; empty: the last that is kept"`
	Rate  RateID `query:"rate" enum:"CR-01,CR-02,CR-03,CR-04,CR-05,CR-06,CR-09" default:"CR-06"`
}

// areaOf is the area a regulator asks for, within his own. Errors: ErrArea.
func areaOf(a rbac.Actor, asked string) (string, error) {
	if asked == "" && len(a.Areas) > 0 {
		return a.Areas[0], nil
	}
	for _, own := range a.Areas {
		if strings.HasPrefix(asked, own) {
			return asked, nil
		}
	}
	return "", ErrArea.At("query.area")
}

// AreaShare is what the companies of an area come to.
type AreaShare struct {
	Path          string
	Name          string
	Num           int64
	Den           int64
	Verified      int64
	Reported      int64 // companies counted
	Applies       int64 // of those, with somebody who needs a certificate
	Whole         int64 // of those, at 100 %
	WholeVerified int64
	Companies     int64 // active ones, counted or not
}

// Grey reports whether too few companies were counted for the rate to say much.
func (a AreaShare) Grey() bool { return a.Reported*100 < a.Companies*int64(Rules.Grey) }

func (a *AreaShare) plus(r AreaShare) {
	a.Num, a.Den, a.Verified, a.Reported, a.Applies = a.Num+r.Num, a.Den+r.Den, a.Verified+r.Verified, a.Reported+r.Reported, a.Applies+r.Applies
	a.Whole, a.WholeVerified, a.Companies = a.Whole+r.Whole, a.WholeVerified+r.WholeVerified, a.Companies+r.Companies
}

// AreaShares are an area's parts and the whole.
type AreaShares struct {
	Area  string
	Name  string
	Month day.Date // zero: none is kept yet
	Rate  RateID
	Total AreaShare
	Rows  []AreaShare
}

// FirmsFilter says which companies to list.
type FirmsFilter struct {
	page.Query
	AreaQuery
	Declared bool   `query:"declared" doc:"count what is only declared too; without, only what the authority's register confirms"`
	Only     string `query:"only" enum:"below,whole" doc:"below or at 100 %"`
}

// FirmShare is a company's rate in a list of regulators.
type FirmShare struct {
	CompanyID rbac.CompanyID
	Name      string
	Town      string
	Num       int64
	Den       int64
	Verified  int64
	Rate      int // by which the list is ordered, in tenths of a percent; 9999: does not apply
}

const sortRate = "rate"

func sortAreas(list []AreaShare) {
	slices.SortFunc(list, func(a, b AreaShare) int { return strings.Compare(a.Path, b.Path) })
}
