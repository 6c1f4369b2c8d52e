package visit

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"slices"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Candidate is a company that can be drawn.
type Candidate struct {
	CompanyID rbac.CompanyID
	Name      string
	Class     string // A to D; empty: none yet
}

// Pick is what the draw made of a candidate.
type Pick struct {
	PlanID      id.Of[id.Plan]
	CompanyID   rbac.CompanyID
	CompanyName string
	Class       string
	Kind        Kind
	Rank        int32     // place in the order of its class, from 1
	Months      db.Shorts // of its visits; empty: not drawn
	OfficerIDs  db.Ints   // two for each visit
}

// Lots is what the draw is made from. The same lots give the same picks, on any machine, whatever the order of the candidates.
type Lots struct {
	Seed       int64
	Times      map[string]int // visits a year by class, in hundredths; '' for companies without a class
	KeyClasses []string
	FromMonth  int     // first month that can be drawn
	Officers   []int64 // at least two
	Candidates []Candidate
}

// lot is the number that something draws: SHA-256 of the seed, what it is, and its id.
func lot(seed int64, what string, n int64) []byte {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d|%s|%d", seed, what, n))
	return sum[:]
}

// byLot orders numbers by what they draw.
func byLot(seed int64, what string, ids []int64) []int64 {
	out := slices.Clone(ids)
	lots := make(map[int64][]byte, len(ids))
	for _, n := range ids {
		lots[n] = lot(seed, what, n)
	}
	slices.SortFunc(out, func(a, b int64) int { return bytes.Compare(lots[a], lots[b]) })
	return out
}

// Draw draws companies and inspectors by lot (双随机). Within each class the companies are ordered by their lots; each has
// the whole visits of its frequency, and of a fraction as many more companies, from the first on, as the fraction asks of the
// class, rounded up. Months follow one another down the order, the visits of a company as far apart as can be. For each
// visit those two inspectors are drawn who have the fewest so far, by lot where several have.
func Draw(l Lots) []Pick {
	byClass, of := map[string][]int64{}, map[int64]Candidate{}
	for _, c := range l.Candidates {
		byClass[c.Class] = append(byClass[c.Class], int64(c.CompanyID))
		of[int64(c.CompanyID)] = c
	}
	classes := make([]string, 0, len(byClass))
	for class := range byClass {
		classes = append(classes, class)
	}
	slices.Sort(classes)
	months := 13 - l.FromMonth
	duty := roster{seed: l.Seed, load: map[int64]int{}, officers: l.Officers}
	out := make([]Pick, 0, len(l.Candidates))
	next := 0
	for _, class := range classes {
		order := byLot(l.Seed, "firm", byClass[class])
		whole, rest := l.Times[class]/100, l.Times[class]%100
		more := (len(order)*rest + 99) / 100
		for i, n := range order {
			p := Pick{CompanyID: rbac.CompanyID(n), CompanyName: of[n].Name, Class: class, Kind: Random, Rank: int32(i + 1), Months: db.Shorts{}, OfficerIDs: db.Ints{}}
			if slices.Contains(l.KeyClasses, class) {
				p.Kind = KeyCheck
			}
			times := whole
			if i < more {
				times++
			}
			for v := range times {
				p.Months = append(p.Months, int16(l.FromMonth+(next+v*months/times)%months))
				p.OfficerIDs = append(p.OfficerIDs, duty.two(n, v)...)
			}
			slices.Sort(p.Months)
			if times > 0 {
				next++
			}
			out = append(out, p)
		}
	}
	return out
}

// roster remembers how many visits each inspector was given.
type roster struct {
	seed     int64
	officers []int64
	load     map[int64]int
}

// two draws the inspectors of a company's visit.
func (r *roster) two(company int64, visit int) []int64 {
	order := byLot(r.seed, fmt.Sprintf("officer|%d|%d", company, visit), r.officers)
	slices.SortStableFunc(order, func(a, b int64) int { return r.load[a] - r.load[b] })
	pair := slices.Clone(order[:min(2, len(order))])
	for _, n := range pair {
		r.load[n]++
	}
	slices.Sort(pair)
	return pair
}

// Drawn counts a draw.
type Drawn struct {
	Candidates, Companies, Visits, RandomVisits int
}

func count(picks []Pick) (d Drawn) {
	d.Candidates = len(picks)
	for _, p := range picks {
		if n := len(p.Months); n > 0 {
			d.Companies, d.Visits = d.Companies+1, d.Visits+n
			if p.Kind == Random {
				d.RandomVisits += n
			}
		}
	}
	return d
}

// Share is the random part of the visits in hundredths of a percent; -1: there are none.
func (d Drawn) Share() int {
	if d.Visits == 0 {
		return -1
	}
	return d.RandomVisits * 10000 / d.Visits
}
