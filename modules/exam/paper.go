package exam

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Part draws a number of questions of one kind.
type Part struct {
	Kind    Kind             `json:"kind" enum:"single,multiple,judge"`
	Count   int              `json:"count" minimum:"1" maximum:"200"`
	Points  int              `json:"points" minimum:"1" maximum:"100" doc:"of each"`
	BankIDs []id.Of[id.Bank] `json:"bankIds" nullable:"false" maxItems:"50" doc:"none: all banks"`
	Tags    []string         `json:"tags" nullable:"false" maxItems:"10" doc:"one of them; none: any"`
}

// Fixed is a question that everybody gets.
type Fixed struct {
	Number id.Of[id.Question] `json:"number" doc:"of the question over its versions"`
	Points int                `json:"points" minimum:"1" maximum:"100"`
}

// Terms are how a paper is drawn and sat.
type Terms struct {
	Parts       []Part  `json:"parts" nullable:"false" maxItems:"12"`
	Fixed       []Fixed `json:"fixed" nullable:"false" maxItems:"200" doc:"a fixed list; then there are no parts"`
	Minutes     int     `json:"minutes" minimum:"1" maximum:"300"`
	PassMark    int     `json:"passMark" minimum:"1" maximum:"100" doc:"of 100"`
	Tries       int     `json:"tries" minimum:"0" maximum:"50" doc:"0: as often as one likes"`
	RetakeHours int     `json:"retakeHours" minimum:"0" maximum:"720" doc:"to wait before another try"`
	Shuffle     bool    `json:"shuffle" doc:"options in another order for everybody"`
	Partial     bool    `json:"partial" doc:"half of the points, rounded down, for part of the right options without a wrong one"`
}

// Paper is a paper (试卷).
type Paper struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[id.Paper]
	RegionPath    string
	OversightLine int16
	Title         string
	Version       int
	Terms         db.JSON[Terms]
	Questions     int
	Total         int
	Retired       bool
	MadeByName    string
	ChangedAt     time.Time
}

// size is how many questions and points a paper comes to. Errors: ErrParts.
func (t Terms) size() (questions, total int, err error) {
	if (len(t.Parts) == 0) == (len(t.Fixed) == 0) {
		return 0, 0, ErrParts.At("body.parts")
	}
	for _, p := range t.Parts {
		questions, total = questions+p.Count, total+p.Count*p.Points
	}
	seen := map[id.Of[id.Question]]bool{}
	for i, f := range t.Fixed {
		if seen[f.Number] {
			return 0, 0, ErrFixed.At(fmt.Sprintf("body.fixed[%d].number", i))
		}
		seen[f.Number] = true
		questions, total = questions+1, total+f.Points
	}
	if questions > 200 || total > 1000 {
		return 0, 0, ErrParts.At("body.parts")
	}
	return questions, total, nil
}

// Candidate is a question that may be drawn.
type Candidate struct {
	ID      id.Of[id.Question]
	Number  id.Of[id.Question]
	BankID  id.Of[id.Bank]
	Kind    Kind
	Options int
	Tags    db.Texts
}

// Drawn is a question of one sitting.
type Drawn struct {
	ID     id.Of[id.Question] `json:"id"`
	Points int                `json:"points"`
	Order  []int16            `json:"order"` // shown place → place in the question's own order; empty: as it is
}

// dice are numbers that follow from a seed. PCG is fixed by its authors, so a seed gives the same paper
// for as long as it is kept.
type dice struct{ *rand.PCG }

func diceOf(seed int64) dice {
	return dice{rand.NewPCG(uint64(seed), 0x9e3779b97f4a7c15)} // any constant
}

// below is a number of [0, n); the bias of the remainder is without meaning for n this small.
func (d dice) below(n int) int { return int(d.Uint64() % uint64(n)) }

// Draw makes the questions of one sitting: the same from the same terms, candidates and seed. Errors: ErrPool, ErrFixed.
func Draw(t Terms, pool []Candidate, seed int64) ([]Drawn, error) {
	d := diceOf(seed)
	pool = slices.SortedFunc(slices.Values(pool), func(a, b Candidate) int { return int(a.ID - b.ID) })
	if len(t.Fixed) > 0 {
		return t.fixed(pool, d)
	}
	var out []Drawn
	used := map[id.Of[id.Question]]bool{}
	for i, p := range t.Parts {
		var fit []Candidate
		for _, c := range pool {
			if !used[c.ID] && p.takes(c) {
				fit = append(fit, c)
			}
		}
		if len(fit) < p.Count {
			return nil, ErrPool.With("need", fmt.Sprint(p.Count)).With("have", fmt.Sprint(len(fit))).At(fmt.Sprintf("body.parts[%d].count", i))
		}
		for k := range p.Count {
			pick := k + d.below(len(fit)-k)
			fit[k], fit[pick] = fit[pick], fit[k]
			used[fit[k].ID] = true
			out = append(out, Drawn{fit[k].ID, p.Points, t.order(fit[k], d)})
		}
	}
	return out, nil
}

func (t Terms) fixed(pool []Candidate, d dice) ([]Drawn, error) {
	by := map[id.Of[id.Question]]Candidate{}
	for _, c := range pool {
		by[c.Number] = c
	}
	out := make([]Drawn, len(t.Fixed))
	for i, f := range t.Fixed {
		c, ok := by[f.Number]
		if !ok {
			return nil, ErrFixed.At(fmt.Sprintf("body.fixed[%d].number", i))
		}
		out[i] = Drawn{c.ID, f.Points, t.order(c, d)}
	}
	return out, nil
}

func (p Part) takes(c Candidate) bool {
	return c.Kind == p.Kind && (len(p.BankIDs) == 0 || slices.Contains(p.BankIDs, c.BankID)) &&
		(len(p.Tags) == 0 || slices.ContainsFunc(p.Tags, func(t string) bool { return slices.Contains(c.Tags, t) }))
}

// order mixes the options of a question where the terms ask for it.
func (t Terms) order(c Candidate, d dice) []int16 {
	out := []int16{}
	if !t.Shuffle || c.Kind == Judge {
		return out
	}
	for i := range c.Options {
		out = append(out, int16(i))
	}
	for i := len(out) - 1; i > 0; i-- {
		j := d.below(i + 1)
		out[i], out[j] = out[j], out[i]
	}
	return out
}

// own turns places as shown into places in the question's own order.
func (d Drawn) own(shown []int16) []int16 {
	if len(d.Order) == 0 {
		return shown
	}
	out := make([]int16, 0, len(shown))
	for _, s := range shown {
		if s < 0 || int(s) >= len(d.Order) {
			return []int16{-1}
		}
		out = append(out, d.Order[s])
	}
	return out
}

// shown turns places in the question's own order into places as shown.
func (d Drawn) shown(own []int16) []int16 {
	out := make([]int16, 0, len(own))
	for _, o := range own {
		if len(d.Order) == 0 {
			out = append(out, o)
			continue
		}
		out = append(out, int16(slices.Index(d.Order, o)))
	}
	slices.Sort(out)
	return out
}
