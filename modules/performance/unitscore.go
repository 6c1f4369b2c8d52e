package performance

import (
	"math/big"

	"anbiao/kit/id"
)

// Enterprise is the kind of the company itself among the units of a round.
const Enterprise = "enterprise"

// UnitRow is a unit in the tree of a round, as it was at the period's end.
type UnitRow struct {
	CompanyID     id.Of[id.Company]
	RoundID       id.Of[Round]
	UnitRef       int64 // 0: the company
	RegionPath    string
	OversightLine int16
	ParentRef     int64
	UnitID        *id.Of[id.Unit] // nil: the company
	Kind          string          // enterprise, department, workshop, team
	UnitName      string
	HeadStaffID   *id.Of[id.Staff]
	Place         int
}

// Scored is a person's score in a round.
type Scored struct {
	StaffID id.Of[id.Staff]
	UnitID  *id.Of[id.Unit]
	Score   *int // hundredths; nil: nothing was due
}

// UnitScore is a unit's score with what it is the mean of.
type UnitScore struct {
	UnitRow
	People   int // assessed
	Measured int // of these, with a score
	Exact    *big.Rat
}

// tally is a unit's score as its parent needs it.
type tally struct {
	people, measured int
	exact            *big.Rat
}

// UnitScores computes the score of every unit: a team is the mean of its people; a workshop the
// mean of its teams and, in the share of the rules, its director; a department and the company
// the mean of what is directly in them, weighted by headcount. People directly in a workshop are
// one more team. A part without any score is left out, and the other counts whole.
func UnitScores(r *Rules, units []UnitRow, people []Scored) []UnitScore {
	c := counting{r, map[int64][]UnitRow{}, map[int64][]Scored{}, map[int64]tally{}}
	for _, u := range units {
		if u.UnitRef != 0 {
			c.below[u.ParentRef] = append(c.below[u.ParentRef], u)
		}
	}
	for _, p := range people {
		ref := int64(0)
		if p.UnitID != nil {
			ref = int64(*p.UnitID)
		}
		c.in[ref] = append(c.in[ref], p)
	}
	out := make([]UnitScore, len(units))
	for i, u := range units {
		t := c.of(u)
		out[i] = UnitScore{u, t.people, t.measured, t.exact}
	}
	return out
}

type counting struct {
	r     *Rules
	below map[int64][]UnitRow
	in    map[int64][]Scored
	known map[int64]tally
}

func (c counting) of(u UnitRow) tally {
	if t, ok := c.known[u.UnitRef]; ok {
		return t
	}
	t := c.compute(u)
	c.known[u.UnitRef] = t
	return t
}

func (c counting) compute(u UnitRow) tally {
	var head *big.Rat
	var rest []Scored
	for _, p := range c.in[u.UnitRef] {
		if u.Kind == "workshop" && u.HeadStaffID != nil && p.StaffID == *u.HeadStaffID && p.Score != nil {
			head = big.NewRat(int64(*p.Score), 100)
			continue
		}
		rest = append(rest, p)
	}
	parts := []tally{meanOf(rest)}
	for _, b := range c.below[u.UnitRef] {
		parts = append(parts, c.of(b))
	}
	t := c.weighted(parts, u.Kind == "workshop")
	if head == nil {
		return t
	}
	t.people, t.measured = t.people+1, t.measured+1
	t.exact = c.led(t.exact, head)
	return t
}

// led mixes a workshop's teams with its director.
func (c counting) led(teams, head *big.Rat) *big.Rat {
	if teams == nil {
		return head
	}
	a, b := c.r.Workshop.Teams, c.r.Workshop.Director
	sum := new(big.Rat).Mul(teams, big.NewRat(a, a+b))
	return sum.Add(sum, new(big.Rat).Mul(head, big.NewRat(b, a+b)))
}

func meanOf(people []Scored) tally {
	t, sum := tally{people: len(people)}, new(big.Rat)
	for _, p := range people {
		if p.Score != nil {
			t.measured++
			sum.Add(sum, big.NewRat(int64(*p.Score), 100))
		}
	}
	if t.measured > 0 {
		t.exact = sum.Quo(sum, big.NewRat(int64(t.measured), 1))
	}
	return t
}

// weighted is the mean of parts, each once where even, otherwise as often as it has people: all,
// or under the rules before those with a score.
func (c counting) weighted(parts []tally, even bool) (t tally) {
	sum, n := new(big.Rat), int64(0)
	for _, p := range parts {
		t.people, t.measured = t.people+p.people, t.measured+p.measured
		if p.exact == nil {
			continue
		}
		w := int64(p.measured)
		switch {
		case even:
			w = 1
		case c.r.Headcount == "all":
			w = int64(p.people)
		}
		sum.Add(sum, new(big.Rat).Mul(p.exact, big.NewRat(w, 1)))
		n += w
	}
	if n > 0 {
		t.exact = sum.Quo(sum, big.NewRat(n, 1))
	}
	return t
}
