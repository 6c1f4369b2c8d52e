package staff

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/org"
	"anbiao/rbac"
)

// Unit is a department, workshop or team as it is now; UnitPast is what it was.
type Unit struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[id.Unit]
	RegionPath    string
	OversightLine int16
	ParentID      *id.Of[id.Unit]
	Kind          string // department, workshop, team
	Name          string
	Number        int
	UnitPath      string           // pathDigits of Number for each level; everything below lies in [UnitPath, UnitPath~)
	HeadID        *id.Of[id.Staff] // who leads it (负责人)
	SinceOn       day.Date         // first day of this state; zero: since ever
	ClosedOn      day.Date         // first day on which it no longer exists
}

// UnitPast is a state that a unit had until UntilOn.
type UnitPast struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[UnitPast]
	RegionPath    string
	OversightLine int16
	UnitID        id.Of[id.Unit]
	ParentID      *id.Of[id.Unit]
	Kind          string
	Name          string
	HeadID        *id.Of[id.Staff]
	FromOn        day.Date // zero: since ever
	UntilOn       day.Date // last day
}

const (
	pathDigits = 4
	deepest    = 6 // levels of units
)

// newUnit makes a unit below parent, nil for none. Errors: ErrName, ErrUnitDepth.
func newUnit(home rbac.Home, parent *Unit, kind, name string, number int, today day.Date) (Unit, error) {
	u := Unit{CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, Kind: kind, Number: number, SinceOn: today}
	if parent != nil {
		u.ParentID, u.UnitPath = &parent.ID, parent.UnitPath
	}
	u.UnitPath += segment(number)
	if u.depth() > deepest {
		return Unit{}, ErrUnitDepth.At("body.parentId")
	}
	var err error
	u.Name, err = cleanName(name)
	return u, err
}

func segment(number int) string { return fmt.Sprintf("%0*d", pathDigits, number) }

func (u Unit) depth() int { return len(u.UnitPath) / pathDigits }

// from begins a new state of u on a day and returns the one that ends the day before; ok is
// false where none is kept, because this state began on the same day. Errors: ErrFuture,
// ErrUnitClosed, ErrChangedSince.
func (u *Unit) from(on, today day.Date) (was UnitPast, ok bool, err error) {
	switch {
	case on.After(today):
		return was, false, ErrFuture.At("body.from")
	case !u.ClosedOn.IsZero():
		return was, false, ErrUnitClosed
	case on.Before(u.SinceOn):
		return was, false, ErrChangedSince.With("name", u.Name).With("day", u.SinceOn.String()).At("body.from")
	case on == u.SinceOn:
		return was, false, nil
	}
	was = UnitPast{
		CompanyID: u.CompanyID, RegionPath: u.RegionPath, OversightLine: u.OversightLine, UnitID: u.ID, ParentID: u.ParentID, Kind: u.Kind,
		Name: u.Name, HeadID: u.HeadID, FromOn: u.SinceOn, UntilOn: on.AddDays(-1),
	}
	u.SinceOn = on
	return was, true, nil
}

// Post is a post of a unit as it is now; PostPast is what it was.
type Post struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[id.Post]
	RegionPath    string
	OversightLine int16
	UnitID        id.Of[id.Unit]
	Name          string
	Types         db.Texts
	SinceOn       day.Date // first day of this state; zero: since ever
	ClosedOn      day.Date // first day on which it no longer exists
}

// PostPast is a state that a post had until UntilOn.
type PostPast struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[PostPast]
	RegionPath    string
	OversightLine int16
	PostID        id.Of[id.Post]
	UnitID        id.Of[id.Unit]
	Name          string
	Types         db.Texts
	FromOn        day.Date // zero: since ever
	UntilOn       day.Date // last day
}

// newPost makes a post. Errors: ErrName, ErrPostType.
func newPost(home rbac.Home, unit id.Of[id.Unit], name string, types []PostType, today day.Date) (Post, error) {
	p := Post{CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, UnitID: unit, SinceOn: today}
	return p, p.describe(name, types)
}

// describe sets what a person may edit of a post. Errors: ErrName, ErrPostType.
func (p *Post) describe(name string, types []PostType) (err error) {
	p.Types = db.Texts{}
	for i, t := range types {
		if !slices.Contains(PostTypes, t) {
			return ErrPostType.At(fmt.Sprintf("body.types[%d]", i))
		}
		p.Types = append(p.Types, string(t))
	}
	slices.Sort(p.Types)
	p.Types = slices.Compact(p.Types)
	p.Name, err = cleanName(name)
	return err
}

// close ends the post on a day, or opens it again; a closed one keeps its day.
func (p *Post) close(closed bool, today day.Date) {
	switch {
	case !closed:
		p.ClosedOn = day.Date{}
	case p.ClosedOn.IsZero():
		p.ClosedOn = today
	}
}

// from begins a new state of p on a day and returns the one that ends before it; ok is false
// where none is kept. Errors: ErrFuture, ErrChangedSince.
func (p *Post) from(on, today day.Date) (was PostPast, ok bool, err error) {
	last := on.AddDays(-1)
	if !p.ClosedOn.IsZero() {
		last = p.ClosedOn.AddDays(-1) // opened again: in between there was none
	}
	switch {
	case on.After(today):
		return was, false, ErrFuture.At("body.from")
	case on.Before(p.SinceOn) || on.Before(p.ClosedOn):
		since := p.SinceOn
		if p.ClosedOn.After(since) {
			since = p.ClosedOn
		}
		return was, false, ErrChangedSince.With("name", p.Name).With("day", since.String()).At("body.from")
	case last.Before(p.SinceOn):
		p.SinceOn = on
		return was, false, nil
	}
	was = PostPast{
		CompanyID: p.CompanyID, RegionPath: p.RegionPath, OversightLine: p.OversightLine, PostID: p.ID, UnitID: p.UnitID, Name: p.Name, Types: p.Types,
		FromOn: p.SinceOn, UntilOn: last,
	}
	p.SinceOn = on
	return was, true, nil
}

func (p Post) org() org.Post {
	return org.Post{ID: p.ID, UnitID: p.UnitID, Name: p.Name, Types: slices.Clone([]string(p.Types))}
}

// same reports whether two states of a post differ in nothing that other modules follow.
func (p Post) same(o Post) bool {
	return p.UnitID == o.UnitID && p.Name == o.Name && slices.Equal(p.Types, o.Types) && p.ClosedOn == o.ClosedOn
}

// branch is a unit as the tree of a day is put together from.
type branch struct {
	ID       id.Of[id.Unit]
	ParentID id.Of[id.Unit] // zero: directly below the company
	Kind     string
	Name     string
	Number   int
	HeadID   id.Of[id.Staff]
}

// grow puts branches together, parents before children; a branch whose parent was not there
// on the day hangs below the company.
func grow(branches []branch) []org.Unit {
	slices.SortFunc(branches, func(a, b branch) int { return a.Number - b.Number })
	there := map[id.Of[id.Unit]]bool{}
	for _, b := range branches {
		there[b.ID] = true
	}
	below := map[id.Of[id.Unit]][]branch{}
	for _, b := range branches {
		if !there[b.ParentID] {
			b.ParentID = 0
		}
		below[b.ParentID] = append(below[b.ParentID], b)
	}
	var out []org.Unit
	var hang func(parent id.Of[id.Unit], path string)
	hang = func(parent id.Of[id.Unit], path string) {
		for _, b := range below[parent] {
			u := org.Unit{ID: b.ID, ParentID: b.ParentID, Kind: b.Kind, Name: b.Name, Path: path + segment(b.Number), HeadID: b.HeadID}
			out = append(out, u)
			hang(b.ID, u.Path)
		}
	}
	hang(0, "")
	return out
}

// under reports whether path lies at or below top.
func under(path, top string) bool { return strings.HasPrefix(path, top) }

// fault says what keeps a unit from being closed.
func (n usage) fault() error {
	return ErrUnitInUse.With("people", strconv.Itoa(n.People)).With("posts", strconv.Itoa(n.Posts)).With("units", strconv.Itoa(n.Units))
}
