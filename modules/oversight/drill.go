package oversight

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"anbiao/kit/code"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/rbac"
)

// Figures are the counts of the companies of an area or an industry.
type Figures struct {
	Companies   int64
	Activated   int64 // somebody of the company has signed in
	Red         int64
	Orange      int64
	Yellow      int64
	Blue        int64
	Level1      int64 // companies that hold level 1 of standardization (标准化一级)
	Level2      int64
	Level3      int64
	LevelPass   int64 // small firms that passed (小微达标)
	Open        int64 // hazards not closed
	Overdue     int64 // hazards overdue
	WithOverdue int64 // companies that have something overdue
	MajorOpen   int64
	Missing     int64 // companies with a report missing
	CertNum     int64 // certificates that must be held and are valid
	CertDen     int64 // certificates that must be held
}

// plus returns the sum of two.
func (f Figures) plus(g Figures) Figures {
	return Figures{
		f.Companies + g.Companies, f.Activated + g.Activated, f.Red + g.Red, f.Orange + g.Orange, f.Yellow + g.Yellow, f.Blue + g.Blue,
		f.Level1 + g.Level1, f.Level2 + g.Level2, f.Level3 + g.Level3, f.LevelPass + g.LevelPass, f.Open + g.Open, f.Overdue + g.Overdue,
		f.WithOverdue + g.WithOverdue, f.MajorOpen + g.MajorOpen, f.Missing + g.Missing, f.CertNum + g.CertNum, f.CertDen + g.CertDen,
	}
}

// scaled returns what a sample of part companies says of all of them.
func (f Figures) scaled(all, part int64) Figures {
	s := func(n int64) int64 { return (n*all + part/2) / part }
	return Figures{
		s(f.Companies), s(f.Activated), s(f.Red), s(f.Orange), s(f.Yellow), s(f.Blue), s(f.Level1), s(f.Level2), s(f.Level3), s(f.LevelPass),
		s(f.Open), s(f.Overdue), s(f.WithOverdue), s(f.MajorOpen), s(f.Missing), s(f.CertNum), s(f.CertDen),
	}
}

// Place is an area or an industry: a path with its kind, or a section or code of GB/T 4754.
type Place struct {
	Path string
	Name string
	Kind string
}

// Counted is a place with its counts, and those it had at the end of last month.
type Counted struct {
	Place
	Figures
	Before *Figures // nil: not known, or not comparable under a filter
}

// Method says how counts were found.
type Method string

// Methods.
const (
	Live     Method = "live"     // counted now
	Ready    Method = "ready"    // kept ready, as of now; levels and certificates as of AsOf
	Estimate Method = "estimate" // from a sample
)

// Drill is a place, the way down to it and what is directly below.
type Drill struct {
	Trail    []Place // from the top of what the actor oversees
	Total    Counted
	Items    []Counted
	Rest     Figures // in the place, but in nothing below it
	Method   Method
	AsOf     day.Date // of levels and certificates; zero: now
	BeforeOn day.Date // last day that Before holds for; zero: nothing to compare with
}

// How many companies of an area are counted while somebody waits: without a filter what is kept
// ready is as good, and under one there is only a sample above.
const (
	mostPlain  = 10_000
	mostNarrow = 60_000
	sampled    = 20_000
)

// Limits are how many companies of an area are counted while somebody waits: where nothing narrows the
// counts, above that those kept ready are read; where a filter does, above that they are estimated.
type Limits struct{ Plain, Narrow int64 }

func (l Limits) most(narrowed bool) int64 {
	if narrowed {
		return cmp.Or(l.Narrow, mostNarrow)
	}
	return cmp.Or(l.Plain, mostPlain)
}

// below counts the companies that pass a filter in the areas directly below f.Division.
func (s *Service) below(ctx context.Context, tx db.Tx, scope rbac.Scope, f Filter) (d Drill, err error) {
	c, err := s.counterOf(ctx, tx, scope, f, &d)
	if err != nil {
		return d, err
	}
	rows, err := c.count(ctx, &d)
	if err != nil {
		return d, err
	}
	for _, r := range rows {
		d.Total.Figures = d.Total.plus(r.Figures)
	}
	d.Items, d.Rest = arrange(c.places, rows, c.path)
	return d, c.before(ctx, &d)
}

// start is where a drill-down begins: the area asked for, or what the actor oversees.
func start(f Filter, a rbac.Actor) string {
	if f.Division == "" && len(a.Areas) == 1 {
		return a.Areas[0]
	}
	return f.Division
}

// arrange puts counts to their places, in order of path; what no place claims is the rest.
func arrange(nodes []Place, rows []nodeFigures, path string) (items []Counted, rest Figures) {
	at := map[string]int{}
	for i, n := range nodes {
		at[n.Path] = i
		items = append(items, Counted{Place: n})
	}
	for _, r := range rows {
		i, ok := at[r.Node]
		switch {
		case ok:
			items[i].Figures = r.Figures
		case len(r.Node) > len(path):
			items = append(items, Counted{Place: Place{Path: r.Node}, Figures: r.Figures})
		default:
			rest = rest.plus(r.Figures)
		}
	}
	slices.SortFunc(items, func(a, b Counted) int { return strings.Compare(a.Path, b.Path) })
	return items, rest
}

// counter counts by node: of areas or of industries.
type counter struct {
	tx     db.Tx
	scope  rbac.Scope
	filter Filter
	path   string
	today  day.Date
	by     grouping
	places []Place
	limits Limits
	nodes  []string // of the areas that make up what is counted, or of those below it
}

// narrowed reports whether more than the area narrows what is counted.
func (c counter) narrowed() bool {
	f := c.filter
	f.Division = ""
	return !f.plain()
}

// count finds the counts by the way that fits how many companies there are.
func (c counter) count(ctx context.Context, d *Drill) (rows []nodeFigures, err error) {
	d.Method = Live
	size, err := sizeOf(ctx, c.tx, c.path, c.scope.Actor())
	if err != nil {
		return nil, err
	}
	if size <= c.limits.most(c.narrowed()) {
		return liveFigures(ctx, c.tx, c.by, filtered(c.filter, c.scope, c.today))
	}
	if c.narrowed() {
		d.Method = Estimate
		return sampleFigures(ctx, c, size)
	}
	d.Method = Ready
	if d.AsOf, err = lastCount(ctx, c.tx, c.today); err != nil {
		return nil, err
	}
	return readyFigures(ctx, c)
}

// before adds how the places stood at the end of last month, where nothing narrows the counts.
func (c counter) before(ctx context.Context, d *Drill) error {
	if c.narrowed() {
		return nil
	}
	rows, on, err := monthFigures(ctx, c, firstOf(c.today).AddMonths(-1))
	if err != nil || on.IsZero() {
		return err
	}
	d.BeforeOn = on
	was := map[string]Figures{}
	for _, r := range rows {
		was[r.Node] = r.Figures
	}
	var sum Figures
	for i, item := range d.Items {
		if f, ok := was[item.Path]; ok {
			d.Items[i].Before = &f
			sum = sum.plus(f)
		}
	}
	if f, ok := was[c.path]; ok && c.path != "" {
		d.Total.Before = &f
	} else if len(was) > 0 {
		d.Total.Before = &sum
	}
	return nil
}

// isSection reports whether an industry is the letter of a section of GB/T 4754.
func isSection(industry string) bool { return len(industry) == 1 && industry >= "A" }

// industrySpan is the range of codes, the end not in it, that begin with industry or lie in its section.
func industrySpan(industry string) (from, until string) {
	if isSection(industry) {
		return code.SectionSpan(industry)
	}
	return industry, industry + "~"
}

func firstOf(d day.Date) day.Date { return d.AddDays(1 - d.Day()) }
