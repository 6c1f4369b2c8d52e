package division

import (
	"slices"

	"anbiao/kit/code"
	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/sheet"
)

// What may be wrong with a change of an area.
var (
	// ErrKind: an area of this kind does not lie at this depth.
	ErrKind = fault.New(fault.Invalid, "division.kind")
	// ErrParent: nothing that exists lies around it, or not what the list says; {expected} does.
	ErrParent = fault.New(fault.Invalid, "division.parent")
	// ErrCovers: areas exist below it that belong to what lies around it.
	ErrCovers = fault.New(fault.Invalid, "division.covers")
	// ErrOverlap: the path had this name or another on the same days.
	ErrOverlap = fault.New(fault.Conflict, "division.overlap")
	// ErrSuccessor: what ends needs another area that exists, where its companies go.
	ErrSuccessor = fault.New(fault.Invalid, "division.successor")
	// ErrBelow: areas below it still exist.
	ErrBelow = fault.New(fault.Conflict, "division.below")
	// ErrNamesake: another area beside it has the name.
	ErrNamesake = fault.New(fault.Conflict, "division.namesake")
	// ErrDays: the first day is missing or to come, or the last one is before it or to come.
	ErrDays = fault.New(fault.Invalid, "division.days")
	// ErrTwice: the list names the path twice.
	ErrTwice = fault.New(fault.Invalid, "division.twice")
	// ErrName: it needs a name.
	ErrName = fault.New(fault.Invalid, "division.name")
)

// Entry is one line of a list of areas: an area as it is, or the end of one.
type Entry struct {
	Row       int      `json:"row" required:"false" doc:"of the file, as Excel shows it"`
	Path      string   `json:"path" minLength:"2" maxLength:"15" pattern:"^[0-9A-Z]+$" doc:"place in the tree"`
	Code      string   `json:"code" maxLength:"20" required:"false" doc:"as printed; empty: the path is the official code"`
	Name      string   `json:"name" maxLength:"60" required:"false"`
	Kind      Kind     `json:"kind" enum:"province,city,county,town,zone,area,village,grid" required:"false"`
	Parent    string   `json:"parent" maxLength:"15" required:"false" doc:"path of what lies around it; empty: found by its path"`
	Aliases   []string `json:"aliases,omitempty" maxItems:"10" doc:"other names that lists use"`
	From      day.Date `json:"from" required:"false" doc:"first day under this name"`
	Until     day.Date `json:"until" required:"false" doc:"last day; empty while it exists"`
	Successor string   `json:"successor" maxLength:"15" required:"false" doc:"path of the area its companies go to, when it ends"`
}

// Deed is what a line of a list does.
type Deed string

// Deeds.
const (
	Adds     Deed = "adds"     // an area that was not there
	Corrects Deed = "corrects" // the same area on the same days, written otherwise
	Renames  Deed = "renames"  // a new span of its history
	Ends     Deed = "ends"     // it merges into its successor
	Recalls  Deed = "recalls"  // an area that ended before it was ever listed
	Same     Deed = "same"
	Refused  Deed = "refused"
)

// Verdict is what becomes of a line.
type Verdict struct {
	Entry  Entry
	Deed   Deed
	Faults []sheet.CellFault
}

// depths are the lengths of path at which a kind of area lies.
var depths = map[Kind][]int{
	Province: {2}, City: {4}, County: {6}, Zone: {4, 6, 9}, Town: {9}, Area: {12}, Village: {12}, Grid: {12, 15},
}

// plan is a list of changes worked out against what there is.
type plan struct {
	today day.Date
	live  map[string]Division
	spans map[string][]Division // of a path, in any order
	out   []Verdict

	sorted []string       // paths of what exists once the list is worked in
	names  map[string]int // how many exist by parent and name

	added, changed []Division // new spans, and spans that change
}

// refuse notes what is wrong with line i.
func (p *plan) refuse(i int, column string, e *fault.Error) {
	v := &p.out[i]
	v.Deed = Refused
	v.Faults = append(v.Faults, sheet.CellFault{Row: v.Entry.Row, Column: column, Code: e.Code, Params: e.Params})
}

// work finds what a list would do to what there is, each line checked against all the others: parents
// exist, spans do not overlap, what ends has a successor.
func work(have []Division, list []Entry, today day.Date) *plan {
	p := &plan{today: today, live: map[string]Division{}, spans: map[string][]Division{}, names: map[string]int{}, out: make([]Verdict, len(list))}
	for _, d := range have {
		p.spans[d.Path] = append(p.spans[d.Path], d)
		if d.ValidUntil.IsZero() {
			p.live[d.Path] = d
		}
	}
	seen := map[string]bool{}
	for i, e := range list {
		p.out[i].Entry = e
		if key := e.Path + e.From.String(); seen[key] {
			p.refuse(i, "path", ErrTwice)
		} else if seen[key] = true; p.formed(i) {
			p.apply(i)
		}
	}
	p.settle()
	for i := range p.out {
		if p.out[i].Deed != Refused && p.out[i].Deed != Same {
			p.fits(i)
		}
	}
	return p
}

// formed checks a line alone.
func (p *plan) formed(i int) bool {
	e := &p.out[i].Entry
	if _, err := code.ParsePath(e.Path); err != nil || e.Path == "" {
		p.refuse(i, "path", code.ErrPath)
		return false
	}
	was, exists := p.live[e.Path]
	if e.Kind == "" {
		e.Kind = was.Kind
	}
	if e.Name == "" {
		e.Name = was.Name
	}
	if e.From.IsZero() && exists {
		e.From = was.ValidFrom
	}
	if e.Name == "" {
		p.refuse(i, "name", ErrName)
	}
	if !slices.Contains(depths[e.Kind], len(e.Path)) {
		p.refuse(i, "kind", ErrKind)
	}
	if e.From.IsZero() || e.From.After(p.today) {
		p.refuse(i, "from", ErrDays)
	}
	if !e.Until.IsZero() && (e.Until.Before(e.From) || e.Until.After(p.today)) {
		p.refuse(i, "until", ErrDays)
	}
	return p.out[i].Deed != Refused
}

// apply works one line into the picture.
func (p *plan) apply(i int) {
	v := &p.out[i]
	e := v.Entry
	was, exists := p.live[e.Path]
	d := e.division()
	switch {
	case !e.Until.IsZero() && exists && e.From == was.ValidFrom:
		v.Deed = Ends
		was.ValidUntil, was.SuccessorPath, was.Managed = e.Until, e.Successor, true
		delete(p.live, e.Path)
		p.changed = append(p.changed, was)
	case p.overlaps(d, was, exists):
		p.refuse(i, "from", ErrOverlap)
	case !e.Until.IsZero():
		v.Deed = Recalls
		p.added = append(p.added, d)
	case !exists:
		v.Deed = Adds
		p.live[e.Path], p.added = d, append(p.added, d)
	case e.From.After(was.ValidFrom):
		v.Deed = Renames
		was.ValidUntil, was.SuccessorPath, was.Managed = e.From.AddDays(-1), e.Path, true
		p.changed, p.added, p.live[e.Path] = append(p.changed, was), append(p.added, d), d
	case e.differs(was):
		v.Deed = Corrects
		d.ID, d.Source = was.ID, was.Source
		p.live[e.Path], p.changed = d, append(p.changed, d)
	default:
		v.Deed = Same
	}
}

func (e Entry) division() Division {
	d := Division{
		Path: e.Path, Kind: e.Kind, Code: e.Code, Official: e.Code == "" || e.Code == e.Path, Name: e.Name, Aliases: append([]string{}, e.Aliases...),
		ParentPath: e.Parent, ValidFrom: e.From, ValidUntil: e.Until, SuccessorPath: e.Successor, Source: "administrator", Managed: true,
	}
	if d.Code == "" {
		d.Code = e.Path
	}
	return d
}

func (e Entry) differs(d Division) bool {
	return e.Name != d.Name || e.Kind != d.Kind || e.Code != "" && e.Code != d.Code || e.Aliases != nil && !slices.Equal(e.Aliases, d.Aliases)
}

// overlaps reports whether a span shares days with another of its path. A later first day of what
// exists is a new name, not an overlap.
func (p *plan) overlaps(d, was Division, exists bool) bool {
	if exists && d.ValidUntil.IsZero() && !d.ValidFrom.Before(was.ValidFrom) {
		return false
	}
	return slices.ContainsFunc(p.spans[d.Path], func(o Division) bool {
		return (o.ValidUntil.IsZero() || !o.ValidUntil.Before(d.ValidFrom)) && (d.ValidUntil.IsZero() || !d.ValidUntil.Before(o.ValidFrom))
	})
}

// around is the path of the nearest area that exists around one: of a directly managed county
// (省直管县) its province, because no city lies between.
func (p *plan) around(path string) (string, bool) {
	for up := code.Path(path).Parent(); up != ""; up = up.Parent() {
		if _, ok := p.live[string(up)]; ok {
			return string(up), true
		}
	}
	return "", len(path) == 2
}

// settle writes parents into the picture and what will be stored, and indexes it.
func (p *plan) settle() {
	listed := map[string]bool{}
	for _, v := range p.out {
		listed[v.Entry.Path] = true
	}
	for path, d := range p.live {
		if listed[path] {
			d.ParentPath, _ = p.around(path)
			p.live[path] = d
		}
		p.sorted = append(p.sorted, path)
		p.names[d.ParentPath+" "+d.Name]++
	}
	slices.Sort(p.sorted)
	for _, set := range [][]Division{p.added, p.changed} {
		for i, d := range set {
			if d.ValidUntil.IsZero() {
				set[i].ParentPath = p.live[d.Path].ParentPath
			}
		}
	}
}

// below lists the areas that exist below a path.
func (p *plan) below(path string) []string {
	from, _ := slices.BinarySearch(p.sorted, path+"0")
	to, _ := slices.BinarySearch(p.sorted, path+"~")
	return p.sorted[from:to]
}

// fits checks a line against the whole picture.
func (p *plan) fits(i int) {
	v := &p.out[i]
	e := v.Entry
	parent, ok := p.around(e.Path)
	usual := string(code.Path(e.Path).Parent())
	// A town lies in a county, and what is below in a town; only a county may do without its city.
	lacks := len(e.Path) > 6 && len(parent) < min(len(usual), 9)
	switch {
	case v.Deed == Recalls:
	case !ok || lacks:
		p.refuse(i, "parent", ErrParent.With("expected", usual))
	case e.Parent != "" && e.Parent != parent:
		p.refuse(i, "parent", ErrParent.With("expected", parent))
	}
	if !e.Until.IsZero() {
		p.ends(i)
		return
	}
	covers := func(path string) bool { return len(p.live[path].ParentPath) < len(e.Path) }
	if v.Deed == Adds && slices.ContainsFunc(p.below(e.Path), covers) {
		p.refuse(i, "path", ErrCovers)
	}
	if p.names[parent+" "+e.Name] > 1 {
		p.refuse(i, "name", ErrNamesake)
	}
}

// ends checks a line that ends an area.
func (p *plan) ends(i int) {
	e := p.out[i].Entry
	to, ok := p.live[e.Successor]
	if !ok || to.Path == e.Path || len(e.Path) >= 9 && len(to.Path) < 9 {
		p.refuse(i, "successor", ErrSuccessor)
	}
	if p.out[i].Deed == Ends && len(p.below(e.Path)) > 0 {
		p.refuse(i, "path", ErrBelow)
	}
}

// sound reports whether no line is refused.
func (p *plan) sound() bool {
	return p.refused() == 0
}

// refused counts the lines that are refused.
func (p *plan) refused() (n int) {
	for _, v := range p.out {
		if v.Deed == Refused {
			n++
		}
	}
	return n
}

// gone lists the areas that end, the deepest first, so that what lies in an area goes before it.
func (p *plan) gone() (out []Division) {
	for _, d := range p.changed {
		if !d.ValidUntil.IsZero() && d.SuccessorPath != d.Path {
			out = append(out, d)
		}
	}
	slices.SortFunc(out, func(a, b Division) int { return len(b.Path) - len(a.Path) })
	return out
}
