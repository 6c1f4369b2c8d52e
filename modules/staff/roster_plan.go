package staff

import (
	"slices"
	"strconv"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/sheet"
	"anbiao/rbac"
)

// unitPlan is a unit as the plan finds it or will make it.
type unitPlan struct {
	Unit
	parent *unitPlan // nil directly below the company
	fresh  bool
	needed bool        // by a good row
	lead   *personPlan // who is to lead it; nil: nothing changes
	vacate bool        // nobody is to lead it
	row    int         // that names the head, as Excel shows it
}

// postPlan is a post as the plan finds it or will make it.
type postPlan struct {
	Post
	was    Post
	unit   *unitPlan
	fresh  bool
	needed bool
}

// personPlan is a person as the plan finds him or will make him.
type personPlan struct {
	Person
	was     Person
	row     int
	fresh   bool
	differs bool
	unit    *unitPlan // where he is put; nil: he stays
	post    *postPlan // on what; nil: he stays
	main    *Assignment
	held    *Assignment // the post, if he holds it beside the main one
}

// roster is what a company has, and what a batch of rows makes of it.
type roster struct {
	home   rbac.Home
	today  day.Date
	units  []*unitPlan
	byPath map[string]*unitPlan // by names from the highest, each behind a slash
	posts  map[*unitPlan][]*postPlan
	all    []*postPlan
	byPost map[id.Of[id.Post]]*postPlan
	people people
	plans  []*personPlan
	taken  map[id.Of[id.Staff]]int // row in which a person stands
	// bar says why somebody who is here already may not be put on another post; nil: nothing bars anybody.
	bar func(p Person, o Post) *fault.Error
}

// people finds a company's people by what a row says of them.
type people struct {
	byID    map[id.Of[id.Staff]]Person
	byNo    map[string]Person
	byIndex map[string]Person
	byName  map[string][]Person
	running map[id.Of[id.Staff]][]Assignment
}

func newRoster(home rbac.Home, today day.Date, units []Unit, posts []Post) *roster {
	r := &roster{home: home, today: today, byPath: map[string]*unitPlan{}, posts: map[*unitPlan][]*postPlan{}, byPost: map[id.Of[id.Post]]*postPlan{}, taken: map[id.Of[id.Staff]]int{}}
	byID := map[id.Of[id.Unit]]*unitPlan{}
	for _, u := range units { // parents before children
		p := &unitPlan{Unit: u, parent: byID[deref(u.ParentID)]}
		byID[u.ID] = p
		r.units = append(r.units, p)
		r.byPath[p.names()] = p
	}
	for _, o := range posts {
		if u := byID[o.UnitID]; u != nil {
			p := &postPlan{Post: o, was: o, unit: u}
			r.posts[u], r.all, r.byPost[o.ID] = append(r.posts[u], p), append(r.all, p), p
		}
	}
	return r
}

// names is the path of a unit in names.
func (u *unitPlan) names() string {
	if u == nil {
		return ""
	}
	return u.parent.names() + "/" + slashes.Replace(u.Name)
}

// unit returns the unit of e and whether it had to be planned.
func (r *roster) unit(e entry) (u *unitPlan, fresh bool) {
	for i, n := range e.path {
		path := u.names() + "/" + slashes.Replace(n)
		next, there := r.byPath[path]
		if !there {
			kind := kindOf(n)
			if e.team && i == len(e.path)-1 {
				kind = "team"
			}
			next = &unitPlan{parent: u, fresh: true, Unit: Unit{
				CompanyID: r.home.CompanyID, RegionPath: r.home.RegionPath, OversightLine: r.home.Line, Kind: kind, Name: n, SinceOn: r.today,
			}}
			r.units, r.byPath[path], fresh = append(r.units, next), next, true
		}
		u = next
	}
	return u, fresh
}

// kindOf guesses the kind of a new unit by its name.
func kindOf(name string) string {
	switch {
	case strings.HasSuffix(name, "车间") || strings.HasSuffix(strings.ToLower(name), "workshop"):
		return "workshop"
	case strings.HasSuffix(name, "班") || strings.HasSuffix(name, "组") || strings.HasSuffix(strings.ToLower(name), "team"):
		return "team"
	}
	return "department"
}

// post returns the post of e, in u or the nearest unit above that has one of that name, and
// whether it is new or of more types than before. Types are only added, so that rows do not
// contradict one another.
func (r *roster) post(u *unitPlan, e entry) (o *postPlan, changed bool) {
	if o = r.near(u, e.post); o == nil {
		o = &postPlan{unit: u, fresh: true, Post: Post{
			CompanyID: r.home.CompanyID, RegionPath: r.home.RegionPath, OversightLine: r.home.Line, Name: e.post, Types: db.Texts{}, SinceOn: r.today,
		}}
		r.posts[u], r.all, changed = append(r.posts[u], o), append(r.all, o), true
	}
	types := slices.Clone(o.Types)
	for _, t := range e.types {
		types = append(types, string(t))
	}
	slices.Sort(types)
	if types = slices.Compact(types); len(types) != len(o.Types) {
		o.Types, changed = types, true
	}
	return o, changed
}

// near returns the post of that name in u or the nearest unit above; nil: there is none.
func (r *roster) near(u *unitPlan, name string) *postPlan {
	for at := u; at != nil; at = at.parent {
		if i := slices.IndexFunc(r.posts[at], func(p *postPlan) bool { return p.Name == name }); i >= 0 {
			return r.posts[at][i]
		}
	}
	return nil
}

// add plans one good row and returns its verdict; what is wrong stands in row.Faults.
func (r *roster) add(row *sheet.Row, e entry) string {
	bad := func(column string, f *fault.Error) string {
		row.Faults = append(row.Faults, sheet.CellFault{Row: row.Number, Column: column, Code: f.Code, Params: f.Params})
		return ""
	}
	var was *Person
	if e.Name != "" {
		found, column, f := r.people.find(e)
		if f != nil {
			return bad(column, f)
		}
		was = found
	}
	if f := r.refuse(e, was, row); f != nil {
		return bad("name", f)
	}
	u, freshUnit := r.unit(e)
	var o *postPlan
	changed := false
	if e.post != "" && u != nil {
		o, changed = r.post(u, e)
	}
	if e.Name == "" {
		need(u, o)
		return verdict(freshUnit || (o != nil && o.fresh && changed), changed)
	}
	p := r.person(e, was)
	if f := r.seat(p, u, o); f != nil {
		return bad("post", f)
	}
	if p.post != nil && !p.fresh && r.bar != nil {
		if f := r.bar(p.Person, p.post.Post); f != nil {
			return bad("post", f)
		}
	}
	led, f := r.lead(p, u, e)
	if f != nil {
		return bad("head", f)
	}
	need(u, o)
	r.plans = append(r.plans, p)
	return verdict(p.fresh, p.differs || p.post != nil || p.unit != nil || led || changed || freshUnit)
}

// need keeps what a good row refers to.
func need(u *unitPlan, o *postPlan) {
	for ; u != nil; u = u.parent {
		u.needed = true
	}
	if o != nil {
		o.needed = true
	}
}

func verdict(fresh, changed bool) string {
	switch {
	case fresh:
		return RowNew
	case changed:
		return RowChanged
	}
	return RowSame
}

// refuse says why a row about was, nil for somebody new, cannot be taken.
func (r *roster) refuse(e entry, was *Person, row *sheet.Row) *fault.Error {
	switch {
	case e.Name == "":
		return nil
	case len(e.path) == 0 && e.post != "":
		return ErrRosterPost
	case was == nil:
		if strings.Contains(row.Values["identity"], "*") && row.Values[sealCell] == "" {
			return ErrRosterMasked
		}
		return nil
	case r.taken[was.ID] != 0:
		return ErrRosterTwice.With("row", strconv.Itoa(r.taken[was.ID]))
	case !was.activeOn(r.today):
		if _, differs := e.merged(*was); differs {
			return ErrRosterLeft.With("day", was.LeftOn.String())
		}
	}
	r.taken[was.ID] = e.number
	return nil
}

func (r *roster) person(e entry, was *Person) *personPlan {
	if was == nil {
		e.CompanyID, e.RegionPath, e.OversightLine = r.home.CompanyID, r.home.RegionPath, r.home.Line
		if e.IdentitySealed == nil {
			e.IdentitySealed, e.IdentityIndex = []byte{}, []byte{}
		}
		return &personPlan{Person: e.Person, row: e.row, fresh: true}
	}
	p := &personPlan{was: *was, row: e.row}
	p.Person, p.differs = e.merged(*was)
	running := r.people.running[was.ID]
	p.main = mainOf(running)
	return p
}

// seat plans where p goes, if the row moves him. Errors: ErrRosterPost.
func (r *roster) seat(p *personPlan, u *unitPlan, o *postPlan) *fault.Error {
	if u == nil || (!p.fresh && !p.activeOn(r.today)) {
		return nil // says nothing of it, or is a leaver's row that changes nothing
	}
	if o == nil && p.main != nil { // the post stays, if it is of this unit or above, or gives way to one of its name
		o = r.byPost[p.main.PostID]
		if o != nil && !u.below(o.unit) {
			o = r.near(u, o.Name)
		}
		if o == nil {
			return ErrRosterPost
		}
	}
	if o == nil {
		if p.fresh || deref(p.UnitID) != u.ID || u.ID == 0 {
			p.unit = u
		}
		return nil
	}
	if p.main != nil && p.main.PostID == o.ID && o.ID != 0 && u.ID != 0 && p.team(o) == u.ID && deref(p.UnitID) == u.ID {
		return nil
	}
	p.unit, p.post = u, o
	for i, a := range r.people.running[p.ID] {
		if a.PostID == o.ID && !a.Main && !p.fresh {
			p.held = &r.people.running[p.ID][i]
		}
	}
	return nil
}

// team is the unit in which p works on his main post o.
func (p *personPlan) team(o *postPlan) id.Of[id.Unit] {
	if p.main.UnitID != nil {
		return *p.main.UnitID
	}
	return o.UnitID
}

func (u *unitPlan) below(top *unitPlan) bool {
	for at := u; at != nil; at = at.parent {
		if at == top {
			return true
		}
	}
	return false
}

// lead plans who leads u. Errors: ErrRosterHeads.
func (r *roster) lead(p *personPlan, u *unitPlan, e entry) (changed bool, f *fault.Error) {
	if u == nil {
		return false, nil
	}
	leads := !p.fresh && u.HeadID != nil && *u.HeadID == p.ID
	switch {
	case e.head == "yes":
		if u.row != 0 {
			return false, ErrRosterHeads.With("row", strconv.Itoa(u.row))
		}
		u.row = e.number
		if leads {
			return false, nil
		}
		u.lead = p
		return true, nil
	case e.head == "no" && leads:
		u.vacate = true
		return true, nil
	}
	return false, nil
}

// find returns whom e is about, nil for somebody new, or the column that is at fault.
func (ps people) find(e entry) (*Person, string, *fault.Error) {
	byNo, hasNo := ps.byNo[strings.ToUpper(e.EmployeeNo)]
	byIndex, hasIndex := ps.byIndex[string(e.IdentityIndex)]
	hasNo, hasIndex = hasNo && e.EmployeeNo != "", hasIndex && len(e.IdentityIndex) > 0
	found, ok := ps.byID[e.who]
	if !ok && hasNo {
		found, ok = byNo, true
	}
	if !ok && hasIndex {
		found, ok = byIndex, true
	}
	if !ok {
		return ps.named(e)
	}
	if hasNo && byNo.ID != found.ID {
		return nil, "employeeNo", ErrEmployeeNo
	}
	if hasIndex && byIndex.ID != found.ID {
		return nil, "identity", ErrIdentityTaken
	}
	return &found, "", nil
}

// named finds one who works here by name and phone; who has another number is another.
func (ps people) named(e entry) (*Person, string, *fault.Error) {
	var same []Person
	for _, p := range ps.byName[e.Name] {
		if (e.Phone == "" || p.Phone == e.Phone) && (e.EmployeeNo == "" || p.EmployeeNo == "") && (len(e.IdentityIndex) == 0 || len(p.IdentityIndex) == 0) {
			same = append(same, p)
		}
	}
	switch len(same) {
	case 0:
		return nil, "", nil
	case 1:
		return &same[0], "", nil
	}
	return nil, "name", ErrRosterAmbiguous.With("name", e.Name).With("count", strconv.Itoa(len(same)))
}
