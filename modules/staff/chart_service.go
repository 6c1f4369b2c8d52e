package staff

import (
	"context"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/org"
	"anbiao/rbac"
)

// Chart is a company's tree on a day as the page shows it (组织机构图): of a leader or director
// his own branch and the names of what it hangs below.
type Chart struct {
	On     day.Date
	Units  []org.Unit // parents before children
	Posts  []org.Post
	Heads  map[id.Of[id.Staff]]string // names of the units' heads
	People map[id.Of[id.Unit]]int     // who belonged to a unit or what is below it
	Held   map[id.Of[id.Post]]int     // who held a post, in what the actor reaches
	Mine   map[id.Of[id.Unit]]bool    // units that the actor reaches; the others are names only
}

// Chart returns the tree on a day; the zero day is today. Errors: ErrFuture.
func (s *Service) Chart(ctx context.Context, on day.Date) (c Chart, err error) {
	err = s.Gate.Read(ctx, ActionUnits, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		if on.IsZero() {
			on = today(tx)
		}
		if on.After(today(tx)) {
			return ErrFuture.At("query.on")
		}
		c, err = chart(ctx, tx, scope, home.CompanyID, on)
		return err
	})
	return c, err
}

func chart(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, on day.Date) (Chart, error) {
	branches, err := unitsOn(ctx, tx, company, on)
	if err != nil {
		return Chart{}, err
	}
	posts, err := postsOn(ctx, tx, company, on)
	if err != nil {
		return Chart{}, err
	}
	c := Chart{On: on, People: map[id.Of[id.Unit]]int{}, Held: map[id.Of[id.Post]]int{}, Mine: map[id.Of[id.Unit]]bool{}}
	c.prune(scope, grow(branches), posts)
	seats, err := seatsOn(ctx, tx, company, on, on == today(tx))
	if err != nil {
		return c, err
	}
	c.count(seats)
	c.Heads, err = headNames(ctx, tx, company, c.Units)
	return c, err
}

// prune keeps what the actor reaches, and the names above it.
func (c *Chart) prune(scope rbac.Scope, units []org.Unit, posts []org.Post) {
	whole, own := branchOf(scope, units)
	for _, u := range units {
		inside := whole || (own != "" && under(u.Path, own))
		if inside {
			c.Mine[u.ID] = true
		} else {
			u.HeadID = 0
		}
		if inside || strings.HasPrefix(own, u.Path) {
			c.Units = append(c.Units, u)
		}
	}
	for _, p := range posts {
		if c.Mine[p.UnitID] || (own != "" && hasUnit(c.Units, p.UnitID)) { // a team shares posts of its workshop
			c.Posts = append(c.Posts, p)
		}
	}
}

// branchOf returns whether the actor reaches the whole company, or else the path that his unit
// had in units.
func branchOf(scope rbac.Scope, units []org.Unit) (whole bool, own string) {
	a := scope.Actor()
	if a.Kind != rbac.Company || scope.Can(rbac.ActionWhole) {
		return true, ""
	}
	if a.UnitPath == "" {
		return false, ""
	}
	last := a.UnitPath[len(a.UnitPath)-pathDigits:] // the unit's number, which never changes
	for _, u := range units {
		if strings.HasSuffix(u.Path, last) && len(u.Path)%pathDigits == 0 {
			return false, u.Path
		}
	}
	return false, ""
}

func hasUnit(units []org.Unit, n id.Of[id.Unit]) bool {
	_, ok := org.Tree{Units: units}.Unit(n)
	return ok
}

// seat is how many people are in one unit on one post.
type seat struct {
	UnitID id.Of[id.Unit]
	PostID id.Of[id.Post] // zero: those whose unit it is
	N      int
}

func (c *Chart) count(seats []seat) {
	at := map[id.Of[id.Unit]]string{}
	for _, u := range c.Units {
		at[u.ID] = u.Path
	}
	for _, s := range seats {
		if !c.Mine[s.UnitID] {
			continue
		}
		if s.PostID != 0 {
			c.Held[s.PostID] += s.N
			continue
		}
		for _, u := range c.Units {
			if under(at[s.UnitID], u.Path) && c.Mine[u.ID] {
				c.People[u.ID] += s.N
			}
		}
	}
}
