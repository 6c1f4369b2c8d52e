package company

import (
	"encoding/json"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"anbiao/kit/code"
	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/search"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// Verdicts on a row of a roster: what saving it would do.
const (
	RowNew     = "new"
	RowChanged = "changed"
	RowSame    = "same"
)

// What may be wrong with a row of a roster, besides ErrTag and package code's faults.
var (
	// ErrRosterDivision: no area {name} is known.
	ErrRosterDivision = fault.New(fault.Invalid, "company.roster-division")
	// ErrRosterOutside: the area {name} is not among those the regulator oversees.
	ErrRosterOutside = fault.New(fault.Invalid, "company.roster-outside")
	// ErrRosterWide: {name} is a county or larger; the town is needed.
	ErrRosterWide = fault.New(fault.Invalid, "company.roster-wide")
	// ErrRosterAmbiguous: more than one area is called {name}.
	ErrRosterAmbiguous = fault.New(fault.Invalid, "company.roster-ambiguous")
	// ErrRosterLine: no supervision line {name}, or not one of the regulator's.
	ErrRosterLine = fault.New(fault.Invalid, "company.roster-line")
	// ErrRosterElsewhere: the code is registered outside the regulator's area or line.
	ErrRosterElsewhere = fault.New(fault.Invalid, "company.roster-elsewhere")
	// ErrRosterName: fewer than two or more than 100 characters.
	ErrRosterName = fault.New(fault.Invalid, "company.roster-name")
	// ErrRosterRange: a number below zero or beyond any company.
	ErrRosterRange = fault.New(fault.Invalid, "company.roster-range")
)

// noCode are what rosters write for a firm that has no code yet.
var noCode = []string{"", "无", "暂无", "未办", "无证", "NONE", "-", "/"}

func title(zh, en string) map[text.Lang]string {
	return map[text.Lang]string{text.Chinese: zh, text.English: en}
}

// RosterColumns are the columns of a roster of companies.
func RosterColumns() []sheet.Column {
	return []sheet.Column{
		{
			Key: "name", Title: title("企业名称", "Company name"), Kind: sheet.Text, Required: true, Max: 100, Width: 36,
			Synonyms: []string{"单位名称", "公司名称", "企业全称", "名称", "生产经营单位名称"},
		},
		{
			Key: "uscc", Title: title("统一社会信用代码", "Social credit code"), Kind: sheet.Code, Required: true, Max: 40,
			Synonyms: []string{"信用代码", "社会信用代码", "统一信用代码", "营业执照号", "机构代码", "USCC"},
			Note:     title("18 位，文本格式；尚无代码的填“无”", "18 signs, as text; write 无 for a firm that has none yet"),
		},
		{
			Key: "division", Title: title("所在镇街", "Town or street"), Kind: sheet.Text, Required: true, Max: 60,
			Synonyms: []string{"镇街道", "乡镇街道", "所属镇街", "属地", "所属区域", "所在乡镇", "镇（街道、区）", "行政区划", "所属乡镇街道"},
			Note:     title("名称或代码，如 石柱镇 或 330784105", "name or code"),
		},
		{
			Key: "site", Title: title("场所序号", "Site number"), Kind: sheet.Int, Synonyms: []string{"厂区序号", "厂区"},
			Note: title("同一代码下有多个厂区时填写，从 1 起", "of several sites under one code, from 1"),
		},
		{
			Key: "industry", Title: title("行业代码", "Industry code"), Kind: sheet.Code, Max: 10,
			Synonyms: []string{"国民经济行业代码", "行业小类代码"}, Note: title("GB/T 4754-2017，2 至 4 位", "GB/T 4754-2017"),
		},
		{
			Key: "line", Title: title("监管行业", "Supervision line"), Kind: sheet.Text, Max: 60,
			Synonyms: []string{"监管条线", "行业主管", "监管类别"}, Note: title("名称或编号；不填为工贸及综合", "name or number"),
		},
		{Key: "supervisionIndustry", Title: title("监管行业细分", "Supervision industry"), Kind: sheet.Text, Max: 60, Synonyms: []string{"所属行业", "行业类别", "行业"}},
		{Key: "staff", Title: title("从业人数", "Staff"), Kind: sheet.Int, Synonyms: []string{"职工人数", "员工人数", "人数", "从业人员数", "员工数"}},
		{Key: "revenue", Title: title("年营业收入（万元）", "Revenue (10,000 yuan)"), Kind: sheet.Decimal, Synonyms: []string{"营业收入", "年产值", "产值", "主营业务收入"}},
		{
			Key: "tags", Title: title("设备与场所", "Equipment and places"), Kind: sheet.Text, Max: 300,
			Synonyms: []string{"危险因素", "重点设备场所", "主要设备", "标签"}, Note: title("用顿号分开，如 冲压设备、喷涂", "separated by 、"),
		},
		{Key: "address", Title: title("地址", "Address"), Kind: sheet.Text, Max: 200, Synonyms: []string{"企业地址", "生产地址", "经营地址", "详细地址", "单位地址"}},
		{Key: "contact", Title: title("联系人", "Contact"), Kind: sheet.Text, Max: 40, Synonyms: []string{"企业联系人", "安全负责人", "负责人", "法定代表人"}},
		{Key: "phone", Title: title("联系电话", "Telephone"), Kind: sheet.Code, Max: 30, Synonyms: []string{"电话", "手机", "手机号", "手机号码", "联系方式", "负责人电话"}},
	}
}

// RosterSample is the row that a template shows as an example.
func RosterSample() map[string]string {
	return map[string]string{
		"name": "永康市某某五金有限公司", "uscc": "91330784MAXXXX0152", "division": "石柱镇", "site": "1", "industry": "3389", "line": "工贸及综合",
		"staff": "46", "revenue": "2300", "tags": "冲压设备、涉爆粉尘", "address": "石柱镇某某路 1 号", "contact": "张某", "phone": "13800000000",
	}
}

// RosterIdentity tells rows about the same company and site from others, as far as the row
// itself says: two of one identity in a file are a mistake.
func RosterIdentity(r sheet.Row) string {
	site := strings.TrimLeft(r.Values["site"], "0")
	if site == "" {
		site = "1"
	}
	if u := code.Normalise(r.Values["uscc"]); !slices.Contains(noCode, u) {
		return "code " + u + " " + site
	}
	if r.Values["name"] == "" {
		return ""
	}
	return "name " + search.Fold(r.Values["name"]) + " " + search.Fold(r.Values["division"]) + " " + site
}

// place is an area a roster may name.
type place struct {
	Path    string
	Name    string
	Aliases []string
}

// gazetteer finds areas by what rosters call them.
type gazetteer struct {
	actor  rbac.Actor
	paths  map[string]bool
	byName map[string][]string
	names  map[string]string // path → name
	lines  map[string]int16
}

func newGazetteer(a rbac.Actor, places []place, lines map[string]int16) gazetteer {
	g := gazetteer{a, map[string]bool{}, map[string][]string{}, map[string]string{}, lines}
	for _, p := range places {
		g.paths[p.Path], g.names[p.Path] = true, p.Name
		for _, n := range append([]string{p.Name}, p.Aliases...) {
			g.byName[search.Fold(n)] = append(g.byName[search.Fold(n)], p.Path)
		}
	}
	return g
}

// find returns the path of the area that said names: by code or by name, alone or behind the
// names of the areas around it. Errors: ErrRosterDivision, -Outside, -Wide, -Ambiguous.
func (g gazetteer) find(said string) (string, *fault.Error) {
	var found []string
	plain := strings.ReplaceAll(code.Normalise(said), "-", "")
	if d, err := code.Division(plain); err == nil {
		plain = d
	}
	if g.paths[plain] {
		found = []string{plain}
	} else {
		found = g.named(search.Fold(said))
	}
	inside := slices.DeleteFunc(slices.Clone(found), func(p string) bool { return !covers(g.actor, p, g.anyLine()) })
	deep := slices.DeleteFunc(slices.Clone(inside), func(p string) bool { return code.Path(p).Level() < code.Town })
	switch {
	case len(found) == 0:
		return "", ErrRosterDivision.With("name", said)
	case len(deep) == 1:
		return deep[0], nil
	case len(deep) > 1:
		return "", ErrRosterAmbiguous.With("name", said)
	case len(inside) > 0 || slices.ContainsFunc(found, func(p string) bool { return code.Path(p).Level() < code.Town }):
		return "", ErrRosterWide.With("name", said)
	}
	return "", ErrRosterOutside.With("name", said)
}

// named returns the areas of this name; 金华市永康市石柱镇 is tried without what stands in front.
func (g gazetteer) named(folded string) []string {
	for {
		if found := g.byName[folded]; len(found) > 0 {
			return found
		}
		cut := ""
		for n := len(folded) - 1; n > 0 && cut == ""; n-- {
			if len(g.byName[folded[:n]]) > 0 {
				cut = folded[:n]
			}
		}
		if cut == "" {
			return nil
		}
		folded = folded[len(cut):]
	}
}

func (g gazetteer) anyLine() int16 {
	if len(g.actor.Lines) > 0 {
		return g.actor.Lines[0]
	}
	return 0
}

// line returns the supervision line that said names, the regulator's first one if it is empty.
func (g gazetteer) line(said string) (int16, *fault.Error) {
	if said == "" {
		return g.anyLine(), nil
	}
	l, ok := g.lines[search.Fold(said)]
	if !ok || len(g.actor.Lines) > 0 && !slices.Contains(g.actor.Lines, l) {
		return 0, ErrRosterLine.With("name", said)
	}
	return l, nil
}

// entry is what one row says, in the form the register holds it. An empty cell says nothing.
type entry struct {
	row int // place in the batch
	Company
	says map[string]bool // column keys that hold something
}

// reading reads a row and notes every bad cell in it.
type reading struct {
	row *sheet.Row
	entry
}

func (r *reading) bad(column string, err error) {
	f, ok := err.(*fault.Error) //nolint:errorlint // rules return faults unwrapped
	if !ok {
		f = ErrRosterRange
	}
	r.row.Faults = append(r.row.Faults, sheet.CellFault{Row: r.row.Number, Column: column, Code: f.Code, Params: f.Params})
}

// readEntry reads one row; what is wrong with it stands in row.Faults afterwards.
func readEntry(i int, row *sheet.Row, g gazetteer) entry {
	r := &reading{row, entry{row: i, says: map[string]bool{}}}
	r.SiteNo, r.Status = 1, Active
	for column, v := range row.Values {
		if r.says[column] = v != ""; v != "" {
			r.cell(column, v, g)
		}
	}
	if !r.says["line"] {
		r.OversightLine = g.anyLine()
	}
	return r.entry
}

func (r *reading) cell(column, v string, g gazetteer) {
	var err error
	switch column {
	case "name":
		if n := len([]rune(v)); n < 2 || n > 100 {
			err = ErrRosterName
		}
		r.rename(v)
	case "uscc":
		err = r.code(v)
	case "division":
		var f *fault.Error
		if r.RegionPath, f = g.find(v); f != nil {
			err = f
		}
	case "line":
		var f *fault.Error
		if r.OversightLine, f = g.line(v); f != nil {
			err = f
		}
	case "industry":
		r.Industry, err = code.Industry(v)
	case "phone":
		r.ContactPhone, err = code.Phone(v)
	case "tags":
		r.Tags, err = tagged(v)
	case "supervisionIndustry":
		r.SupervisionIndustry = v
	case "address":
		r.Address = v
	case "contact":
		r.ContactName = v
	default:
		err = r.number(column, v)
	}
	if err != nil {
		r.bad(column, err)
	}
}

func (r *reading) code(v string) error {
	v = code.Normalise(v)
	if slices.Contains(noCode, v) || code.IsTemporary(v) {
		return nil
	}
	u, _, err := code.Parse(v)
	r.USCC = string(u)
	return err
}

func (r *reading) number(column, v string) error {
	switch column {
	case "site":
		n, err := strconv.ParseInt(v, 10, 16)
		if err != nil || n < 1 || n > 999 {
			return ErrRosterRange
		}
		r.SiteNo = int16(n)
	case "staff":
		n, err := strconv.ParseInt(v, 10, 32)
		if err != nil || n < 0 || n > 10_000_000 {
			return ErrRosterRange
		}
		staff := int32(n)
		r.StaffCount = &staff
	case "revenue":
		yuan, ok := new(big.Rat).SetString(v)
		if !ok || yuan.Sign() < 0 || yuan.Cmp(big.NewRat(9_000_000_000, 1)) > 0 {
			return ErrRosterRange
		}
		f := new(big.Rat).Mul(yuan, big.NewRat(tenThousand, 1))
		whole := new(big.Int).Quo(f.Num(), f.Denom()).Int64()
		r.RevenueFen = amount(&whole)
	}
	return nil
}

// tagged reads tags by name or key. Errors: ErrTag.
func tagged(v string) ([]string, error) {
	var out []string
	for _, one := range strings.FieldsFunc(v, func(r rune) bool { return strings.ContainsRune("、,，;；|\n ", r) }) {
		key := ""
		for k, name := range tags {
			if search.Fold(one) == search.Fold(k) || search.Fold(one) == search.Fold(name) {
				key = k
			}
		}
		if key == "" {
			return nil, ErrTag.With("tag", one)
		}
		out = append(out, key)
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// merged returns was with what e says written over it, and whether that changes anything. y is
// the newest year on file, today the day it is said.
func (e entry) merged(was Company, y newest, today day.Date) (Company, bool) {
	is := was
	if e.says["name"] && e.Name != was.Name {
		is.rename(e.Name)
	}
	if is.USCC == "" {
		is.USCC = e.USCC
	}
	if !code.Path(e.RegionPath).Contains(code.Path(was.RegionPath)) { // a grid inside the named town stays
		is.RegionPath = e.RegionPath
	}
	e.say("line", func() { is.OversightLine = e.OversightLine })
	e.say("industry", func() { is.Industry = e.Industry })
	e.say("supervisionIndustry", func() { is.SupervisionIndustry = e.SupervisionIndustry })
	e.say("staff", func() { is.StaffCount = e.StaffCount })
	e.say("revenue", func() { is.RevenueFen = e.RevenueFen })
	e.say("tags", func() { is.Tags = e.Tags })
	e.say("address", func() { is.Address = e.Address })
	e.say("contact", func() { is.ContactName = e.ContactName })
	e.say("phone", func() { is.ContactPhone = e.ContactPhone })
	is.classify(y.after(was, is, today))
	return is, !equal(was, is)
}

func (e entry) say(column string, set func()) {
	if e.says[column] {
		set()
	}
}

// equal compares what the trail would show.
func equal(a, b Company) bool {
	x, errX := json.Marshal(a.trail())
	y, errY := json.Marshal(b.trail())
	return errX == nil && errY == nil && string(x) == string(y)
}
