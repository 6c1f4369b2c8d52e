package inspection

import (
	"slices"
	"strings"

	"anbiao/kit/id"
	"anbiao/kit/org"
)

// PointAsks is a check point and what the company's standard asks there.
type PointAsks struct {
	PointID id.Of[id.Point]
	Name    string
	Place   string
	Items   []ItemAsked
}

// ItemAsked is an item with how often and by which post types it is looked at.
type ItemAsked struct {
	Code      string
	Frequency Frequency
	Posts     []string
}

// Proposal is a plan that follows from the standard: what one post looks at, at one frequency, along
// its points.
type Proposal struct {
	PostID    id.Of[id.Post]    `json:"postId"`
	Post      string            `json:"post"`
	Unit      string            `json:"unit"`
	Holders   int               `json:"holders" doc:"who hold the post today; 0: the unit's head stands in"`
	Frequency Frequency         `json:"frequency" enum:"per_shift,daily,weekly,monthly,quarterly,half_yearly,yearly,event"`
	Days      Days              `json:"days" enum:"every,working,weekdays"`
	Points    []id.Of[id.Point] `json:"points" nullable:"false" doc:"in the order of their numbers"`
	Names     []string          `json:"names" nullable:"false" doc:"of the points"`
	Items     []string          `json:"items" nullable:"false"`
	PerYear   int               `json:"perYear" doc:"about how many tasks a year"`
	Exists    bool              `json:"exists" doc:"a running plan does this already"`
	Free      bool              `json:"free" doc:"somebody may be planned for it: the post is held, or its unit has a head"`
}

// perYear is about how many tasks a plan makes in a year.
var perYear = map[Frequency]int{PerShift: 250, Daily: 250, Weekly: 52, Monthly: 12, Quarterly: 4, HalfYearly: 2, Yearly: 1}

// frequencies in the order in which plans are proposed.
var frequencies = []Frequency{PerShift, Daily, Weekly, Monthly, Quarterly, HalfYearly, Yearly, Eventually}

// fallback are the post types that look at what no post of the company is named for.
var fallback = []string{"safety_manager", "safety_director", "deputy_safety", "principal"}

// propose makes plans from the standard: every item at every point goes to one post and the item's
// frequency, and what goes to the same is one plan. The post is one of the types that the standard
// names for the item: one of the place that the point lies in before others, one that is held before
// a vacant one, the type named first before later ones. What is looked at once a shift is daily where
// the company has no shifts.
func propose(points []PointAsks, tree org.Tree, shifts int) []Proposal {
	type key struct {
		post      id.Of[id.Post]
		frequency Frequency
	}
	found := map[key]*Proposal{}
	held := map[id.Of[id.Post]]int{}
	for _, h := range tree.Holders {
		held[h.PostID]++
	}
	for _, p := range points {
		for _, it := range p.Items {
			post, ok := postFor(tree, held, p.Place, it.Posts)
			if !ok {
				continue
			}
			f := it.Frequency
			if (f == PerShift && shifts == 0) || !slices.Contains(frequencies, f) {
				f = Daily
			}
			k := key{post.ID, f}
			if found[k] == nil {
				found[k] = &Proposal{
					PostID: post.ID, Post: post.Name, Unit: strings.Join(tree.Names(post.UnitID), " / "), Holders: held[post.ID], Frequency: f, Days: daysOf(f),
					Points: []id.Of[id.Point]{}, Names: []string{}, Items: []string{}, PerYear: perYear[f], Free: held[post.ID] > 0 || headed(tree, post),
				}
			}
			found[k].add(p, it.Code)
		}
	}
	out := []Proposal{}
	for _, p := range found {
		if p.Frequency == PerShift {
			p.PerYear *= shifts
		}
		out = append(out, *p)
	}
	slices.SortFunc(out, func(a, b Proposal) int {
		if a.PostID != b.PostID {
			return int(a.PostID - b.PostID)
		}
		return slices.Index(frequencies, a.Frequency) - slices.Index(frequencies, b.Frequency)
	})
	return out
}

func (p *Proposal) add(at PointAsks, code string) {
	if !slices.Contains(p.Points, at.PointID) {
		p.Points, p.Names = append(p.Points, at.PointID), append(p.Names, at.Name)
	}
	if !slices.Contains(p.Items, code) {
		p.Items = append(p.Items, code)
	}
}

func daysOf(f Frequency) Days {
	if f == PerShift || f == Daily {
		return WorkingDays
	}
	return EveryDay
}

func headed(tree org.Tree, post org.Post) bool {
	u, ok := tree.Unit(post.UnitID)
	return ok && u.HeadID != 0
}

// postFor picks the post that looks at an item at a place.
func postFor(tree org.Tree, held map[id.Of[id.Post]]int, place string, types []string) (best org.Post, ok bool) {
	top := -1
	for _, p := range tree.Posts {
		rank := rankOf(p.Types, types)
		if rank < 0 {
			continue
		}
		score := rank
		if held[p.ID] > 0 {
			score += 100
		}
		for _, name := range tree.Names(p.UnitID) {
			if name != "" && strings.Contains(place, name) {
				score += 1000
				break
			}
		}
		if score > top {
			best, top, ok = p, score, true
		}
	}
	if !ok && !slices.Equal(types, fallback) {
		return postFor(tree, held, place, fallback)
	}
	return best, ok
}

// rankOf is higher the earlier a type of the post is named; -1: none is.
func rankOf(types, named []string) int {
	for i, t := range named {
		if slices.Contains(types, t) {
			return 50 - i
		}
	}
	return -1
}
