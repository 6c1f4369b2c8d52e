package certificate

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// Permissions around what posts need.
const (
	ActionGaps   rbac.Action = "certificate.gap.list"
	ActionRemind rbac.Action = "certificate.gap.remind"
	ActionNeed   rbac.Action = "certificate.need.edit"
)

// NounGap is what messages about a missing certificate link to.
const NounGap = "certificate_gap"

// Gap is one certificate that somebody needs for his posts, and how he has it (缺证清单).
type Gap struct {
	StaffID    id.Of[id.Staff]
	Name       string
	EmployeeNo string
	PersonID   id.Of[id.Person] // zero: no login
	PostID     id.Of[id.Post]
	PostName   string
	UnitID     id.Of[id.Unit]
	UnitName   string
	unitPath   string
	Want       Want
	State      Cover
	Card       *Certificate // what he has; nil: nothing
	Standing   Standing
	Verified   bool
}

// GapFilter says which needs to list.
type GapFilter struct {
	page.Query
	UnitID  id.Of[id.Unit]  `query:"unitId" doc:"of this unit and those below it"`
	StaffID id.Of[id.Staff] `query:"staffId"`
	Kind    string          `query:"kind" maxLength:"40"`
	State   string          `query:"state" enum:"gaps,missing,lapsed,soon,unverified,all" default:"gaps" doc:"gaps: missing or lapsed"`
}

const sortUnit = "unit"

// place is where a gap stands in the list: by unit, person, and what he needs.
func (g Gap) place() []string {
	return []string{g.unitPath, g.Name, g.StaffID.String(), g.Want.key()}
}

func comparePlaces(a, b []string) int {
	x, _ := strconv.ParseInt(a[2], 10, 64)
	y, _ := strconv.ParseInt(b[2], 10, 64)
	return cmp.Or(strings.Compare(a[0], b[0]), strings.Compare(a[1], b[1]), cmp.Compare(x, y), strings.Compare(a[3], b[3]))
}

// asks reports whether the filter wants a gap; top is the path of its unit.
func (f GapFilter) asks(g Gap, top string) bool {
	switch {
	case f.Kind != "" && g.Want.Kind != f.Kind, f.StaffID != 0 && g.StaffID != f.StaffID, !strings.HasPrefix(g.unitPath, top):
		return false
	case f.State == "all":
		return true
	case f.State == "gaps" || f.State == "":
		return !g.State.works()
	}
	return string(g.State) == f.State
}

// pageOf cuts a page out of all gaps, from k on: at most limit+1, in the order of k.
func pageOf(all []Gap, k page.Key, limit int) []Gap {
	slices.SortFunc(all, func(a, b Gap) int {
		if k.Back {
			a, b = b, a
		}
		return comparePlaces(a.place(), b.place())
	})
	if !k.First() {
		all = slices.DeleteFunc(all, func(g Gap) bool {
			c := comparePlaces(g.place(), k.Vals)
			return c == 0 || (c < 0) != k.Back
		})
	}
	return all[:min(len(all), limit+1)]
}

// GapCounts are how many needs stand how, and whose they are.
type GapCounts struct {
	Missing, Lapsed, Soon, Unverified, Met int
	People                                 int // with something missing or lapsed
}

func countGaps(all []Gap) (n GapCounts) {
	short := map[id.Of[id.Staff]]bool{}
	for _, g := range all {
		switch g.State {
		case Missing:
			n.Missing++
		case Void:
			n.Lapsed++
		case Soon:
			n.Soon++
		case Unverified:
			n.Unverified++
		case Met:
			n.Met++
		}
		if !g.State.works() {
			short[g.StaffID] = true
		}
	}
	n.People = len(short)
	return n
}

// Due is the day until which he may work with what he has; zero without.
func (g Gap) Due() day.Date { return g.Standing.NextDue }
