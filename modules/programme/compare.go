package programme

import (
	"cmp"
	"math"
	"slices"
)

// Value is an area's figure by one indicator, with its rank and what they were the month before. Den is 0 where nothing was to be done:
// the area has no rank then. A count has its number in Num and a Den of 1.
type Value struct {
	Num     int64 `json:"num"`
	Den     int64 `json:"den" doc:"0: nothing to measure"`
	Rank    int   `json:"rank" doc:"1 is best, ties share the better one; 0: none"`
	WasNum  int64 `json:"wasNum" doc:"the month before"`
	WasDen  int64 `json:"wasDen"`
	WasRank int   `json:"wasRank"`
}

// Ranked is an area with its figures in the order of the indicators.
type Ranked struct {
	Path    string  `json:"path"`
	Name    string  `json:"name"`
	Values  []Value `json:"values" nullable:"false"`
	Mean    int64   `json:"mean" doc:"mean of its ranks in hundredths, over the indicators that count; 0: none"`
	Rank    int     `json:"rank" doc:"by the mean; 0: none"`
	WasMean int64   `json:"wasMean"`
	WasRank int     `json:"wasRank"`
}

// Comparison is the areas below one by all indicators in a month.
type Comparison struct {
	Area       string      `json:"area"`
	AreaName   string      `json:"areaName"`
	Month      string      `json:"month"`
	Version    string      `json:"version" doc:"of the indicators"`
	Indicators []Indicator `json:"indicators" nullable:"false"`
	Rows       []Ranked    `json:"rows" nullable:"false"`
}

// figure is what an area came to by an indicator in one month.
type figure struct{ num, den int64 }

// figured are the figures of one month by indicator and area.
type figured map[string]map[string]figure

func (f figured) put(key, area string, num, den int64) {
	if f[key] == nil {
		f[key] = map[string]figure{}
	}
	was := f[key][area]
	f[key][area] = figure{was.num + num, was.den + den}
}

// compare says whether a is better than b by an indicator; shares are compared exactly.
func (i Indicator) compare(a, b figure) int {
	c := cmp.Compare(a.num*b.den, b.num*a.den)
	if i.Better == "high" {
		return -c
	}
	return c
}

// ranks gives each area its rank by an indicator: equal figures share the better rank, and the next one is as much further down.
func (i Indicator) ranks(areas []string, of map[string]figure) map[string]int {
	var with []string
	for _, a := range areas {
		if of[a].den > 0 {
			with = append(with, a)
		}
	}
	slices.SortStableFunc(with, func(a, b string) int { return i.compare(of[a], of[b]) })
	return tied(with, func(a, b string) bool { return i.compare(of[a], of[b]) == 0 })
}

// tied numbers what is sorted; equal neighbors share the better number.
func tied(sorted []string, same func(a, b string) bool) map[string]int {
	out := map[string]int{}
	for n, a := range sorted {
		out[a] = n + 1
		if n > 0 && same(sorted[n-1], a) {
			out[a] = out[sorted[n-1]]
		}
	}
	return out
}

// overall is the mean of each area's ranks in hundredths, and its rank by that.
func overall(indicators []Indicator, areas []string, ranks []map[string]int) (means map[string]int64, order map[string]int) {
	means = map[string]int64{}
	var with []string
	for _, a := range areas {
		sum, n := 0, 0
		for i, one := range indicators {
			if r := ranks[i][a]; one.Ranked && r > 0 {
				sum, n = sum+r, n+1
			}
		}
		if n > 0 {
			means[a] = int64(math.Round(float64(sum) * 100 / float64(n)))
			with = append(with, a)
		}
	}
	slices.SortStableFunc(with, func(a, b string) int { return cmp.Compare(means[a], means[b]) })
	return means, tied(with, func(a, b string) bool { return means[a] == means[b] })
}

// compared ranks areas by the figures of a month and of the one before. Rows come in the order of the ranking, those without a rank last.
func compared(indicators []Indicator, names map[string]string, parent string, now, was figured) []Ranked {
	var areas []string
	for path := range names {
		if path != parent {
			areas = append(areas, path)
		}
	}
	slices.Sort(areas)
	ranks, before := make([]map[string]int, len(indicators)), make([]map[string]int, len(indicators))
	for i, one := range indicators {
		ranks[i], before[i] = one.ranks(areas, now[one.Key]), one.ranks(areas, was[one.Key])
	}
	means, order := overall(indicators, areas, ranks)
	wasMeans, wasOrder := overall(indicators, areas, before)
	rows := make([]Ranked, 0, len(areas))
	for _, a := range areas {
		r := Ranked{Path: a, Name: names[a], Values: make([]Value, len(indicators)), Mean: means[a], Rank: order[a], WasMean: wasMeans[a], WasRank: wasOrder[a]}
		for i, one := range indicators {
			n, w := now[one.Key][a], was[one.Key][a]
			r.Values[i] = Value{n.num, n.den, ranks[i][a], w.num, w.den, before[i][a]}
		}
		rows = append(rows, r)
	}
	last := len(areas) + 1
	slices.SortStableFunc(rows, func(a, b Ranked) int {
		return cmp.Or(cmp.Compare(cmp.Or(a.Rank, last), cmp.Or(b.Rank, last)), cmp.Compare(a.Path, b.Path))
	})
	return rows
}
