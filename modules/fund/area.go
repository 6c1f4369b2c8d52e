package fund

import (
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/fen"
	"anbiao/rbac"
)

// Faults of what regulators see.
var (
	// ErrArea: not an area of the actor.
	ErrArea = fault.New(fault.Forbidden, "fund.area")
	// ErrWide: companies are listed within one county.
	ErrWide = fault.New(fault.Invalid, "fund.wide")
)

// depths are the lengths of paths: province, prefecture, county, town, village, grid.
var depths = []int{2, 4, 6, 9, 12, 15}

// countyDepth is the widest area whose companies are listed by rate.
const countyDepth = 6

// UnderUse is the share of the year's due, in percent, below which use must be explained (art. 51).
const UnderUse = 60

// under reports whether use lies below the line; nothing due is not under.
func under(used, due fen.Amount) bool {
	return due > 0 && used/UnderUse*100 < due && used*100 < due*UnderUse
}

// statementDue is the last day on which a year's use is explained.
func statementDue(year int) day.Date { return day.Of(year+1, 4, 30) }

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
	Year int    `query:"year" minimum:"2005" maximum:"2100"`
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

// AreaSum is what the companies of an area come to in a year.
type AreaSum struct {
	Path       string
	Name       string
	Companies  int64 // that answered whether they must set aside
	Bound      int64
	DueFen     fen.Amount
	AccruedFen fen.Amount
	UsedFen    fen.Amount
	BalanceFen fen.Amount
	Behind     int64 // a month that is over by more than a month is not closed
	Under      int64 // used less than 60 % of what was due by now
	Stated     int64 // of a year that is over: explained
}

// AreaSums are an area's parts and the whole.
type AreaSums struct {
	Area  string
	Name  string
	Year  int
	Total AreaSum
	Rows  []AreaSum
}

// closable is how many months of a year should be closed on a day: a month has until the end of the next.
func closable(year int, now day.Date) int {
	months := (now.Year()-year)*12 + int(now.Month()) - 2
	return max(0, min(12, months))
}

// elapsed is how many months of a year are over.
func elapsed(year int, now day.Date) int {
	return max(0, min(12, (now.Year()-year)*12+int(now.Month())-1))
}

// CompanyFund is a company's fund in a list of regulators.
type CompanyFund struct {
	CompanyID  rbac.CompanyID
	Name       string
	USCC       string
	Town       string
	Bound      bool
	Category   string
	DueFen     fen.Amount
	AccruedFen fen.Amount
	UsedFen    fen.Amount
	PlannedFen fen.Amount
	BalanceFen fen.Amount
	Closed     int16
	Rate       int64 // used of due, in hundredths of a percent; 1000000: nothing is due
	Stated     bool
}
