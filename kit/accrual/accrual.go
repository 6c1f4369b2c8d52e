// Package accrual is the arithmetic of the safety-production fund (企业安全生产费用): what a company
// must set aside (提取) each month, by which rates and clauses, with the whole working.
//
// The rules are data: library/rates@2022.1.yaml is 财资〔2022〕136号 (in force since 2022-11-21),
// library/rates@2012.1.yaml 财企〔2012〕16号 before it. Every figure there says whether it was read in
// a public copy (verified, with the page) or rests on memory. Of the 51 rate entries of 2022 ten rest
// on memory: metallurgy, machinery, the four tailings ponds, geological exploration, oil services,
// propellants and nuclear equipment; of 2012 the fireworks and all weapons. Sub.ToVerify tells.
//
// The arithmetic knows no floating point. Money is whole fen, rates and quantities are exact
// decimals, and everything is rounded half up (四舍五入) to the fen, where the rules say so:
//
//   - Revenue (art. 21, 24, 27, 30, 33, 36, 39, 43): a year's amount is worked out on the prior
//     year's revenue, each rate on its own slice (超额累退), rounded once a line; months are the
//     differences of the cumulated twelfths, so that twelve months are the year to the fen.
//   - Output and progress (art. 7, 10, 14, 17): rate times the month's quantity, rounded per line
//     and month; never a twelfth of the year.
//   - A first year (art. 48): nothing until December, then the whole year on the current year's
//     revenue, brackets not cut to the months. In 2012 (art. 16) by months on the current revenue.
//   - Suspension (art. 50): a month that opens with three times the prior year's amount or more
//     accrues nothing, and what it would have accrued is not caught up.
//   - Deficit (art. 47): what the year's use exceeds opening and accrual by is topped up in
//     December; in 2012 (art. 27) it went to normal cost instead.
//
// What the rules leave open is the product's decision and is written where it is made.
package accrual

import (
	"embed"
	"slices"
	"strconv"
	"strings"
	"sync"

	"anbiao/kit/day"
	"anbiao/kit/library"
)

//go:embed library/*.yaml
var files embed.FS

var shipped = sync.OnceValue(func() []*Rules {
	all := library.All[Rules]("accrual", files, "library/rates@*.yaml")
	for _, r := range all {
		if err := r.Check(); err != nil {
			panic("accrual: " + r.Version + ": " + err.Error())
		}
	}
	return Sorted(all)
})

// Library returns the versions that the program carries, oldest first. They are shared: whoever
// changes one takes a copy (Corrected).
func Library() []*Rules { return slices.Clone(shipped()) }

// Sorted orders versions by the day from which they are in force, then by their number.
func Sorted(all []*Rules) []*Rules {
	return slices.SortedFunc(slices.Values(all), func(a, b *Rules) int {
		if n := a.InForce.DaysSince(b.InForce); n != 0 {
			return n
		}
		return CompareVersions(a.Version, b.Version)
	})
}

// CompareVersions orders version numbers by their parts: 2022.2 comes before 2022.10.
func CompareVersions(a, b string) int {
	return slices.CompareFunc(strings.Split(a, "."), strings.Split(b, "."), func(x, y string) int {
		m, errM := strconv.Atoi(x)
		n, errN := strconv.Atoi(y)
		if errM != nil || errN != nil {
			return strings.Compare(x, y)
		}
		return m - n
	})
}

// On returns the version a month is worked out by: of the newest law that is in force on the month's
// last day the version published last. November 2022 is the first month of the 2022 law. Nil: there
// was no law yet.
func On(all []*Rules, month day.Date) (found *Rules) {
	last := day.Of(month.Year(), month.Month()+1, 0)
	for _, r := range Sorted(all) {
		if !r.InForce.After(last) {
			found = r
		}
	}
	return found
}

// Version returns a version by its number; nil if there is none.
func Version(all []*Rules, version string) *Rules {
	for _, r := range all {
		if r.Version == version {
			return r
		}
	}
	return nil
}
