package letter

import (
	"slices"

	"anbiao/kit/id"
	"anbiao/kit/org"
)

// rank is a level of the signing chain (逐级签订): each signs with the level above.
type rank int

const (
	top      rank = iota // the main responsible person (主要负责人), who signs with nobody in the company
	head                 // deputies, the safety director and heads of departments: with the top
	director             // workshop directors: with the head of production or a deputy
	leader               // team leaders: with their workshop director
	worker               // everybody else: with whoever leads them
)

// rankOf are the post types that lead; all others work.
var rankOf = map[string]rank{
	"principal": top, "deputy_safety": head, "safety_director": head, "production_head": head, "equipment_head": head, "technology_head": head,
	"finance_head": head, "hr_head": head, "procurement_head": head, "workshop_director": director, "team_leader": leader,
}

// rankOfUnit is the level of whoever is named head of a unit, whatever his post is called.
var rankOfUnit = map[string]rank{"department": head, "workshop": director, "team": leader}

// seat is one person on the chain, by his main post.
type seat struct {
	holder org.Holder
	post   org.Post
	unit   org.Unit
	rank   rank
}

// link is one letter to be: who signs, and with whom.
type link struct {
	seat
	superior *seat // nil: nobody was found
}

// chain finds for each person of the tree, the top excepted, with whom he signs.
func chain(t org.Tree) []link {
	c := climb{tree: t, units: map[id.Of[id.Unit]]org.Unit{}, in: map[id.Of[id.Unit]][]*seat{}, of: map[id.Of[id.Staff]]*seat{}}
	for _, u := range t.Units {
		c.units[u.ID] = u
	}
	c.place()
	var links []link
	for _, s := range c.seats {
		if s.rank == top {
			continue
		}
		links = append(links, link{*s, c.above(s)})
	}
	return links
}

// climb looks for superiors from a unit upwards.
type climb struct {
	tree  org.Tree
	units map[id.Of[id.Unit]]org.Unit
	seats []*seat
	in    map[id.Of[id.Unit]][]*seat
	of    map[id.Of[id.Staff]]*seat
}

// place gives each person one seat: his main post, or, where none is, his first.
func (c *climb) place() {
	posts := map[id.Of[id.Post]]org.Post{}
	for _, p := range c.tree.Posts {
		posts[p.ID] = p
	}
	for _, h := range c.tree.Holders {
		post, ok := posts[h.PostID]
		if !ok {
			continue
		}
		if h.UnitID == 0 {
			h.UnitID = post.UnitID
		}
		s := &seat{holder: h, post: post, unit: c.units[h.UnitID], rank: rankFor(post.Types)}
		old, held := c.of[h.StaffID]
		switch {
		case !held:
			c.of[h.StaffID] = s
			c.seats = append(c.seats, s)
		case h.Main && !old.holder.Main:
			*old = *s
		}
	}
	for _, u := range c.tree.Units {
		if s := c.of[u.HeadID]; s != nil {
			s.rank = min(s.rank, rankOfUnit[u.Kind])
		}
	}
	for _, s := range c.seats {
		c.in[s.unit.ID] = append(c.in[s.unit.ID], s)
	}
}

func rankFor(types []string) rank {
	r := worker
	for _, t := range types {
		if found, ok := rankOf[t]; ok {
			r = min(r, found)
		}
	}
	return r
}

// above is the superior of s: the nearest leader on the way up from his unit, then those of
// the whole company whom the chain names.
func (c *climb) above(s *seat) *seat {
	for u, ok := c.units[s.unit.ID]; ok; u, ok = c.units[u.ParentID] {
		if found := c.leads(u, s); found != nil {
			return found
		}
	}
	for _, want := range []func(*seat) bool{
		func(o *seat) bool { return s.rank == director && slices.Contains(o.post.Types, "production_head") },
		func(o *seat) bool { return s.rank > head && slices.Contains(o.post.Types, "deputy_safety") },
		func(o *seat) bool { return o.rank == top },
	} {
		if i := slices.IndexFunc(c.seats, func(o *seat) bool { return o.rank < s.rank && want(o) }); i >= 0 {
			return c.seats[i]
		}
	}
	return nil
}

// leads is who leads unit u and stands above s: its head, or the one of the lowest rank above
// him, as a worker signs with his team leader before he signs with the director. Heads of
// departments sign with the top alone, also where one sits in the other's unit.
func (c *climb) leads(u org.Unit, s *seat) *seat {
	fits := func(o *seat) bool { return o != nil && o.rank < s.rank && o.holder.StaffID != s.holder.StaffID }
	if h := c.of[u.HeadID]; fits(h) {
		return h
	}
	var found *seat
	for _, o := range c.in[u.ID] {
		if fits(o) && (found == nil || o.rank > found.rank) {
			found = o
		}
	}
	return found
}
