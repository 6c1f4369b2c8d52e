package training

import (
	"strings"

	"anbiao/rbac"
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

// AreaQuery says which area and year.
type AreaQuery struct {
	Area string `query:"area" maxLength:"15" pattern:"^[0-9A-Z]*$" doc:"path of an area; empty: what you oversee"`
	Year int    `query:"year" minimum:"2005" maximum:"2100" doc:"empty: this one"`
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

// AreaSum is the training of the companies of an area in a year.
type AreaSum struct {
	Path            string
	Name            string
	Companies       int64 // whose people are known here
	Planned         int64 // with an approved plan
	Whole           int64 // where everybody meets what is due (second rate of CR-08)
	People          int64
	Due             int64
	Met             int64
	FirstDue        int64
	FirstMet        int64
	RequiredMinutes int64
	HadMinutes      int64
	Sessions        int64
}

func (a *AreaSum) add(r AreaSum) {
	a.Companies, a.Planned, a.Whole, a.People = a.Companies+r.Companies, a.Planned+r.Planned, a.Whole+r.Whole, a.People+r.People
	a.Due, a.Met, a.FirstDue, a.FirstMet = a.Due+r.Due, a.Met+r.Met, a.FirstDue+r.FirstDue, a.FirstMet+r.FirstMet
	a.RequiredMinutes, a.HadMinutes, a.Sessions = a.RequiredMinutes+r.RequiredMinutes, a.HadMinutes+r.HadMinutes, a.Sessions+r.Sessions
}

// AreaSums are an area's parts and the whole.
type AreaSums struct {
	Area  string
	Name  string
	Year  int
	Total AreaSum
	Rows  []AreaSum
}

// CompanyYear is a company's training in a list of regulators.
type CompanyYear struct {
	Tally
	Name string
	Town string
	Rate int64 // met of due in hundredths of a percent; 1000000: nothing is due
}
