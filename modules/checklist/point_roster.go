package checklist

import (
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"anbiao/kit/code"
	"anbiao/kit/fault"
	"anbiao/kit/search"
	"anbiao/kit/sheet"
)

// Verdicts on a row of a list of points: what saving it would do.
const (
	rowNew     = "new"
	rowChanged = "changed"
	rowSame    = "same"
)

// What may be wrong with a row of a list of points, besides the module's other faults.
var (
	// ErrRosterNumber: the company has no point of that number; a new point gets one by itself.
	ErrRosterNumber = fault.New(fault.Invalid, "checklist.roster-number")
	// ErrRosterAmbiguous: {count} points are called {name}; their number tells them apart.
	ErrRosterAmbiguous = fault.New(fault.Invalid, "checklist.roster-ambiguous")
	// ErrRosterLong: a text is longer than {max} characters.
	ErrRosterLong = fault.New(fault.Invalid, "checklist.roster-long")
	// ErrRosterPlace: no longitude or latitude.
	ErrRosterPlace = fault.New(fault.Invalid, "checklist.roster-place")
)

var yesNo = []sheet.Option{
	{Value: "yes", Title: title("是", "Yes"), Synonyms: []string{"Y", "√", "1", "需要"}}, {Value: "no", Title: title("否", "No"), Synonyms: []string{"N", "0", "不需要"}},
}

var explosives = []sheet.Option{
	{Value: "none", Title: title("否", "No"), Synonyms: []string{"无", "N", "0"}},
	{Value: string(Dust), Title: title("粉尘", "Dust"), Synonyms: []string{"粉尘爆炸", "涉爆粉尘"}},
	{Value: string(Paint), Title: title("涂装", "Paint"), Synonyms: []string{"喷涂", "喷漆", "油漆"}},
	{Value: string(Gas), Title: title("可燃气体", "Gas"), Synonyms: []string{"燃气", "气体"}},
}

// RosterColumns are the columns of a list of check points, the same in the template, the
// import and the export.
func RosterColumns() []sheet.Column {
	return []sheet.Column{
		{
			Key: "number", Title: title("编号", "Number"), Kind: sheet.Code, Max: 9, Width: 10, Synonyms: []string{"检查点编号", "序号"},
			Note: title("二维码下方的编号；新检查点留空，自动编号", "under the label; leave it empty for a new point"),
		},
		{
			Key: "name", Title: title("名称", "Name"), Kind: sheet.Text, Required: true, Max: 60, Width: 22, Synonyms: []string{"检查点", "检查点名称", "设备名称", "设备"},
			Note: title("没有编号的行按名称更新，没有同名的就新增", "a row without a number changes the point of that name, or makes one"),
		},
		{Key: "place", Title: title("位置", "Place"), Kind: sheet.Text, Max: 120, Width: 26, Synonyms: []string{"地点", "所在位置", "安装位置"}},
		{
			Key: "modules", Title: title("检查模块", "Modules"), Kind: sheet.Text, Max: 400, Width: 26, Synonyms: []string{"模块"},
			Note: title("代码或名称，多个用顿号分开，如 PRS、消防设施", "codes or names, separated by 、"),
		},
		{
			Key: "items", Title: title("另加项目", "Further items"), Kind: sheet.Text, Max: 500, Width: 26, Synonyms: []string{"检查项", "检查项目"},
			Note: title("检查项编号，多个用顿号分开", "codes of items, separated by 、"),
		},
		{Key: "explosive", Title: title("爆炸危险区域", "Explosive atmosphere"), Kind: sheet.Choice, Choices: explosives, Width: 16, Synonyms: []string{"防爆区域", "防爆"}},
		{Key: "sign", Title: title("检查须签名", "Signed"), Kind: sheet.Choice, Choices: yesNo, Width: 12, Synonyms: []string{"签名", "须签名"}},
		{Key: "longitude", Title: title("经度", "Longitude"), Kind: sheet.Decimal, Width: 14, Note: title("WGS 84，可留空", "WGS 84, may be left empty")},
		{Key: "latitude", Title: title("纬度", "Latitude"), Kind: sheet.Decimal, Width: 14},
	}
}

// RosterSample is the row that a template shows as an example.
func RosterSample() map[string]string {
	return map[string]string{"name": "1号冲压机", "place": "冲压车间东侧", "modules": "PRS", "explosive": "none", "sign": "no"}
}

// RosterIdentity tells points from others, as far as the row itself says.
func RosterIdentity(r sheet.Row) string {
	if n := number(r.Values["number"]); n != "" {
		return "no " + n
	}
	return "name " + search.Fold(r.Values["name"])
}

// number is the number of a point without its zeros.
func number(s string) string { return strings.TrimLeft(strings.TrimSpace(code.HalfWidth(s)), "0") }

// rosterReader reads rows against the standard and the points of a company.
type rosterReader struct {
	standard Document
	library  *Library
	byNumber map[int]*Point
	byName   map[string][]*Point // in use
	modules  map[string]string   // code and name → code
	now      time.Time
}

func newRosterReader(d Document, l *Library, points []Point, now time.Time) *rosterReader {
	r := &rosterReader{standard: d, library: l, byNumber: map[int]*Point{}, byName: map[string][]*Point{}, modules: map[string]string{}, now: now}
	for i := range points {
		p := &points[i]
		r.byNumber[p.Number] = p
		if p.RetiredAt == nil {
			r.byName[search.Fold(p.Name)] = append(r.byName[search.Fold(p.Name)], p)
		}
	}
	for _, m := range l.Modules {
		if slices.Contains(d.Modules, m.Code) {
			r.modules[search.Fold(m.Code)], r.modules[search.Fold(m.NameZh)], r.modules[search.Fold(m.NameEn)] = m.Code, m.Code, m.Code
		}
	}
	r.modules[search.Fold(own)] = own
	return r
}

// read returns the point that a row makes or changes, and what it was; what is wrong with the
// row stands in row.Faults afterwards. A cell that is empty says nothing.
func (r *rosterReader) read(row *sheet.Row) (is, was Point) {
	v := row.Values
	bad := func(column string, err error) {
		f, ok := errors.AsType[*fault.Error](err)
		if !ok {
			f = ErrBlank
		}
		row.Faults = append(row.Faults, sheet.CellFault{Row: row.Number, Column: column, Code: f.Code, Params: f.Params})
	}
	if p, err := r.meant(v); err != nil {
		bad("number", err)
	} else if p != nil {
		was = *p
	}
	is = was
	form := PointForm{Name: strings.Join(strings.Fields(v["name"]), " "), Place: was.Place, Modules: was.Modules, Items: was.Items, Explosive: was.Explosive, Sign: was.Sign}
	if len([]rune(form.Name)) > 60 {
		bad("name", ErrRosterLong.With("max", "60"))
	}
	if s := v["place"]; s != "" {
		form.Place = s
	}
	if s := v["modules"]; s != "" {
		form.Modules = nil
		for _, one := range parts(s) {
			c, ok := r.modules[search.Fold(one)]
			if !ok {
				bad("modules", ErrUnknownModule.With("code", one))
				continue
			}
			form.Modules = append(form.Modules, c)
		}
	}
	if s := v["items"]; s != "" {
		form.Items = parts(strings.ToUpper(code.HalfWidth(s)))
	}
	form.choose(v)
	if len(row.Faults) == 0 {
		if err := form.check(r.library, r.standard); err != nil {
			bad("modules", err)
		}
	}
	at := was.UpdatedAt
	is.take(form, r.now)
	if asksSame(is, was) {
		is.UpdatedAt = at
	}
	if err := placeOf(v, &is); err != nil {
		bad("longitude", err)
	}
	return is, was
}

// choose takes what a row says by a choice.
func (f *PointForm) choose(v map[string]string) {
	switch s := v["explosive"]; s {
	case "":
	case "none":
		f.Explosive = NoAtmosphere
	default:
		f.Explosive = Atmosphere(s)
	}
	if s := v["sign"]; s != "" {
		f.Sign = s == "yes"
	}
}

// asksSame reports whether two states of a point ask the same of who checks it.
func asksSame(a, b Point) bool {
	return slices.Equal(a.Modules, b.Modules) && slices.Equal(a.Items, b.Items) && a.Explosive == b.Explosive && a.Sign == b.Sign
}

// meant finds the point that a row is about; nil is a new one. Errors: ErrRosterNumber,
// ErrRosterAmbiguous, ErrPointRetired.
func (r *rosterReader) meant(v map[string]string) (*Point, error) {
	if n := number(v["number"]); n != "" {
		i, err := strconv.Atoi(n)
		p := r.byNumber[i]
		switch {
		case err != nil || p == nil:
			return nil, ErrRosterNumber
		case p.RetiredAt != nil:
			return nil, ErrPointRetired
		}
		return p, nil
	}
	same := r.byName[search.Fold(v["name"])]
	switch len(same) {
	case 0:
		return nil, nil
	case 1:
		return same[0], nil
	}
	return nil, ErrRosterAmbiguous.With("count", strconv.Itoa(len(same))).With("name", v["name"])
}

func parts(s string) (out []string) {
	for _, one := range strings.FieldsFunc(s, func(c rune) bool { return strings.ContainsRune("、,，;；|\n ", c) }) {
		out = append(out, strings.TrimSpace(one))
	}
	return out
}

// placeOf writes the place of a row into p. Errors: ErrRosterPlace, ErrPlace.
func placeOf(v map[string]string, p *Point) error {
	long, lat := v["longitude"], v["latitude"]
	if long == "" && lat == "" {
		return nil
	}
	if long == "" || lat == "" {
		return ErrPlace
	}
	x, err := strconv.ParseFloat(long, 64)
	y, err2 := strconv.ParseFloat(lat, 64)
	if err != nil || err2 != nil || math.Abs(x) > 180 || math.Abs(y) > 90 {
		return ErrRosterPlace
	}
	p.LongitudeE6, p.LatitudeE6 = micro(&x), micro(&y)
	return nil
}

// same reports whether nothing changed.
func same(a, b Point) bool {
	return a.Name == b.Name && a.Place == b.Place && asksSame(a, b) && equal(a.LongitudeE6, b.LongitudeE6) && equal(a.LatitudeE6, b.LatitudeE6)
}

func equal(a, b *int32) bool { return (a == nil) == (b == nil) && (a == nil || *a == *b) }
