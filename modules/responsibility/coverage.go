package responsibility

import (
	"slices"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/id"
	"anbiao/kit/org"
)

// Report is what nobody answers for (覆盖率报告), with the rows behind each number.
type Report struct {
	On          day.Date
	Version     int // newest published list; 0: none
	Pending     int
	Duties      int
	Posts       int
	People      int
	Items       int
	Bare        []SheetPost // posts without duties
	Vacant      []SheetPost // posts nobody holds
	Unplaced    []Person    // people on no post
	Statutes    []Statutory // all of arts 21 and 25
	Uncovered   []Item      // items of the standard no post is responsible for
	Idle        []SheetDuty // duties never performed
	Measured    bool        // whether performance is measured at all
	Unpublished []Problem   // what keeps the list from being published
	UnitNames   map[id.Of[id.Unit]]string
}

// Statutory is an item of art. 21 or 25 and who holds it.
type Statutory struct {
	Statute
	State  string   // held; vacant: the posts that have it are held by nobody; open: no post has it
	Posts  []string // that have it
	Duties []string // that fulfil it
}

// States of a statutory duty.
const (
	held   = "held"
	vacant = "vacant"
	open   = "open"
)

// examine finds what a sheet leaves open. A statutory duty counts as held when somebody holds
// a post that does it or is accountable for it.
func examine(l *Library, s Sheet, tree org.Tree, items []Item) Report {
	r := Report{On: tree.On, Duties: len(s.Duties), Posts: len(s.Posts), Items: len(items), Unpublished: s.problems(), UnitNames: map[id.Of[id.Unit]]string{}}
	for _, u := range tree.Units {
		r.UnitNames[u.ID] = strings.Join(tree.Names(u.ID), "/")
	}
	manned := map[id.Of[id.Post]]bool{}
	for _, h := range tree.Holders {
		manned[h.PostID] = true
	}
	cells := make([]int, len(s.Posts))
	for _, c := range s.Cells {
		cells[c.Column]++
	}
	for i, p := range s.Posts {
		if cells[i] == 0 {
			r.Bare = append(r.Bare, p)
		}
		if !manned[p.ID] {
			r.Vacant = append(r.Vacant, p)
		}
	}
	for _, st := range l.Statutes {
		r.Statutes = append(r.Statutes, s.holders(st, manned))
	}
	lists := s.itemsByPost(items)
	taken := map[string]bool{}
	for _, list := range lists {
		for _, it := range list {
			taken[it.Code] = true
		}
	}
	for _, it := range items {
		if !taken[it.Code] {
			r.Uncovered = append(r.Uncovered, it)
		}
	}
	return r
}

// holders tells who holds a statutory duty.
func (s Sheet) holders(st Statute, manned map[id.Of[id.Post]]bool) Statutory {
	out := Statutory{Statute: st, State: open, Posts: []string{}, Duties: []string{}}
	for i, d := range s.Duties {
		if !slices.Contains(d.Statutory, st.Code) {
			continue
		}
		out.Duties = append(out.Duties, d.Text)
		for _, c := range s.Cells {
			if c.Row != i || !c.Raci.scored() {
				continue
			}
			p := s.Posts[c.Column]
			if name := p.title(); !slices.Contains(out.Posts, name) {
				out.Posts = append(out.Posts, name)
			}
			if manned[p.ID] {
				out.State = held
			} else if out.State == open {
				out.State = vacant
			}
		}
	}
	return out
}

// open reports whether somebody must be found for it.
func (s Statutory) open() bool { return s.State != held }

// itemsByPost gives each column the items of the standard it is responsible for: those that
// concern a type of the post, or the type a duty of the post is grouped under if the duty
// names the item's module; and the company's own items, which name no type, by module alone.
func (s Sheet) itemsByPost(items []Item) [][]Item {
	type reason struct{ module, kind string }
	has := make([]map[reason]bool, len(s.Posts))
	for i, p := range s.Posts {
		has[i] = map[reason]bool{}
		for _, t := range p.Types {
			has[i][reason{"", t}] = true
		}
	}
	for _, c := range s.Cells {
		d := s.Duties[c.Row]
		for _, m := range d.Modules {
			has[c.Column][reason{m, ""}] = true
			has[c.Column][reason{m, d.Category}] = true
		}
	}
	out := make([][]Item, len(s.Posts))
	busy := make([]bool, len(s.Posts))
	for _, c := range s.Cells {
		busy[c.Column] = true
	}
	for i := range s.Posts {
		for _, it := range items {
			concerns := len(it.Posts) == 0 && has[i][reason{it.Module, ""}]
			for _, t := range it.Posts {
				concerns = concerns || has[i][reason{"", t}] || has[i][reason{it.Module, t}]
			}
			if concerns && busy[i] {
				out[i] = append(out[i], it)
			}
		}
	}
	return out
}
