package staff

import (
	"encoding/hex"
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync"

	"anbiao/kit/code"
	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/seal"
	"anbiao/kit/search"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
)

// Verdicts on a row of a staff list: what saving it would do.
const (
	RowNew     = "new"
	RowChanged = "changed"
	RowSame    = "same"
)

// What may be wrong with a row of a staff list, besides the module's other faults and those of
// package code.
var (
	// ErrRosterAmbiguous: {count} people are called {name}; an employee number tells them apart.
	ErrRosterAmbiguous = fault.New(fault.Invalid, "staff.roster-ambiguous")
	// ErrRosterTwice: the person stands in row {row} already.
	ErrRosterTwice = fault.New(fault.Invalid, "staff.roster-twice")
	// ErrRosterLeft: the person left on {day}; record the return first.
	ErrRosterLeft = fault.New(fault.Invalid, "staff.roster-left")
	// ErrRosterMasked: a masked identity number says nothing about a new person.
	ErrRosterMasked = fault.New(fault.Invalid, "staff.roster-masked")
	// ErrRosterPost: the person's post is not of that unit; name a post.
	ErrRosterPost = fault.New(fault.Invalid, "staff.roster-post")
	// ErrRosterUnit: the row names no workshop or department.
	ErrRosterUnit = fault.New(fault.Invalid, "staff.roster-unit")
	// ErrRosterHeads: row {row} names another head of the unit.
	ErrRosterHeads = fault.New(fault.Invalid, "staff.roster-heads")
	// ErrRosterLong: a name of more than 50 characters.
	ErrRosterLong = fault.New(fault.Invalid, "staff.roster-long")
)

func title(zh, en string) map[text.Lang]string {
	return map[text.Lang]string{text.Chinese: zh, text.English: en}
}

var yesNo = []sheet.Option{
	{Value: "yes", Title: title("是", "Yes"), Synonyms: []string{"负责人", "Y", "√", "1"}}, {Value: "no", Title: title("否", "No"), Synonyms: []string{"N", "0"}},
}

// RosterColumns are the columns of a list of a company's units, posts and people, the same in
// the template, the import and the export.
func RosterColumns() []sheet.Column {
	types := make([]sheet.Option, len(PostTypes))
	for i, t := range PostTypes {
		types[i] = sheet.Option{Value: string(t), Title: title(text.Say(text.Chinese, typeText(t), nil), text.Say(text.English, typeText(t), nil))}
	}
	return []sheet.Column{
		{
			Key: "unit", Title: title("车间/部门", "Workshop / department"), Kind: sheet.Text, Max: 300, Width: 22,
			Synonyms: []string{"部门", "车间", "所属部门", "所在部门", "车间（部门）", "部门/车间"},
			Note:     title("多级部门用“/”分开，如 制造部/冲压车间；没有的会新建", "levels separated by /; what is not there is made"),
		},
		{Key: "team", Title: title("班组", "Team"), Kind: sheet.Text, Max: 50, Width: 16, Synonyms: []string{"班组名称", "所在班组", "小组"}},
		{
			Key: "post", Title: title("岗位", "Post"), Kind: sheet.Text, Max: 50, Width: 18, Synonyms: []string{"岗位名称", "工种", "职务", "职位"},
			Note: title("先找本班组的岗位，再找上级部门的；没有的会新建", "looked for in the team, then above it; made if it is not there"),
		},
		{
			Key: "types", Title: title("岗位类型", "Post types"), Kind: sheet.Text, Max: 200, Width: 22, Choices: types, Synonyms: []string{"岗位类别"},
			Note: title("决定岗位的职责和检查清单；多个用顿号分开", "decide the post's duties and lists; several separated by 、"),
		},
		{
			Key: "name", Title: title("姓名", "Name"), Kind: sheet.Text, Max: 50, Width: 12, Synonyms: []string{"员工姓名", "人员姓名", "职工姓名"},
			Note: title("留空的行只登记部门和岗位", "a row without a name records the unit and post only"),
		},
		{
			Key: "employeeNo", Title: title("工号", "Employee no."), Kind: sheet.Code, Max: 30, Width: 14, Synonyms: []string{"员工编号", "职工编号", "人员编号", "员工号"},
			Note: title("按工号更新；没有工号的按身份证号，再按姓名和手机", "people are found by it, else by identity number, else by name and phone"),
		},
		{Key: "phone", Title: title("手机", "Phone"), Kind: sheet.Code, Max: 30, Width: 16, Synonyms: []string{"手机号", "手机号码", "联系电话", "电话", "联系方式"}},
		{
			Key: "identity", Title: title("身份证号", "Identity number"), Kind: sheet.Code, Max: 40, Width: 24, Mask: seal.Mask, Synonyms: []string{"身份证", "身份证号码", "公民身份号码", "证件号码"},
			Note: title("加密保存；导出时部分隐去，隐去的号码导回不作修改", "kept encrypted; masked in an export, and a masked one changes nothing"),
		},
		{Key: "joinedOn", Title: title("入职日期", "Joined on"), Kind: sheet.Date, Width: 14, Synonyms: []string{"入职时间", "进厂日期", "参加工作日期", "到岗日期"}},
		{
			Key: "head", Title: title("是否负责人", "Leads the unit"), Kind: sheet.Choice, Choices: yesNo, Width: 12, Synonyms: []string{"负责人", "是否部门负责人"},
			Note: title("该部门或班组的负责人填“是”，每个部门一人", "yes for the head of the unit in this row, one for each"),
		},
	}
}

func typeText(t PostType) string { return "staff.post-type." + string(t) }

// RosterSample is the row that a template shows as an example.
func RosterSample() map[string]string {
	return map[string]string{
		"unit": "冲压车间", "team": "冲压甲班", "post": "冲压工", "types": "冲压工", "name": "张某", "employeeNo": "A001", "phone": "13800000000",
		"joinedOn": "2024-03-01", "head": "no",
	}
}

// RosterIdentity tells people from others, as far as the row itself says: two of one identity
// in a file are a mistake.
func RosterIdentity(r sheet.Row) string {
	if r.Values["name"] == "" {
		return ""
	}
	if n := r.Values["employeeNo"]; n != "" {
		return "no " + code.HalfWidth(n)
	}
	if n := r.Values[indexCell]; n != "" {
		return "id " + n
	}
	if n := r.Values["identity"]; n != "" && !strings.Contains(n, "*") {
		return "id " + code.Normalise(n)
	}
	return "name " + r.Values["name"] + " " + r.Values["phone"]
}

// Cells that the preview keeps beside those of the list: what may not be kept as it came.
const (
	keyCell   = "_key"    // of the hidden column
	sealCell  = "_sealed" // identity number, sealed
	indexCell = "_index"
)

// entry is what one row says. An empty cell says nothing.
type entry struct {
	row    int // place in the batch
	number int // as Excel shows it
	who    id.Of[id.Staff]
	path   []string // names of units, the highest first
	team   bool     // the last of them came from the column of teams
	post   string
	types  []PostType
	Person        // name, number, phone, identity, day of joining
	head   string // yes, no or nothing
}

// reading reads one row and notes every bad cell in it.
type reading struct {
	row *sheet.Row
	entry
}

func (r *reading) bad(column string, err error) {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok {
		f = ErrName
	}
	r.row.Faults = append(r.row.Faults, sheet.CellFault{Row: r.row.Number, Column: column, Code: f.Code, Params: f.Params})
}

// readEntry reads one row; what is wrong with it stands in row.Faults afterwards, and instead
// of the identity number its mask.
func readEntry(i int, row *sheet.Row, keys *seal.Field, today day.Date) entry {
	r := &reading{row, entry{row: i, number: row.Number}}
	v := row.Values
	if row.Key != "" {
		v[keyCell] = row.Key
	}
	if n, ok := strings.CutPrefix(v[keyCell], personKey); ok {
		n, _ := strconv.ParseInt(n, 10, 64)
		r.who = id.Of[id.Staff](n)
	}
	r.units()
	r.post = r.clean("post", v["post"])
	r.postTypes(v["types"])
	r.Name = r.clean("name", v["name"])
	r.EmployeeNo = strings.TrimSpace(code.HalfWidth(v["employeeNo"]))
	if p := v["phone"]; p != "" {
		var err error
		if r.Phone, err = code.Phone(p); err != nil {
			r.bad("phone", err)
		}
	}
	r.identity(keys, today)
	if d := v["joinedOn"]; d != "" {
		var err error
		if r.JoinedOn, err = day.Parse(d); err != nil || r.JoinedOn.After(today) {
			r.bad("joinedOn", ErrFuture)
		}
	}
	r.head = v["head"]
	return r.entry
}

// personKey leads the hidden key of a person's row.
const personKey = "p"

// slashes are the signs that part units; one within a name is written in full width.
var slashes = strings.NewReplacer("/", "／")

func (r *reading) units() {
	for _, n := range strings.Split(r.row.Values["unit"], "/") {
		if n = r.clean("unit", n); n != "" {
			r.path = append(r.path, n)
		}
	}
	if n := r.clean("team", r.row.Values["team"]); n != "" {
		r.path, r.team = append(r.path, slashes.Replace(n)), true
	}
	if len(r.path) > deepest {
		r.bad("unit", ErrUnitDepth)
	}
	if len(r.path) == 0 && r.row.Values["name"] == "" || len(r.path) == 1 && r.team {
		r.bad("unit", ErrRosterUnit)
	}
}

func (r *reading) clean(column, s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if len([]rune(s)) > 50 {
		r.bad(column, ErrRosterLong)
	}
	return s
}

func (r *reading) postTypes(said string) {
	for _, one := range strings.FieldsFunc(said, func(c rune) bool { return strings.ContainsRune("、,，;；|\n", c) }) {
		t, ok := postTypes()[search.Fold(one)]
		if !ok {
			r.bad("types", ErrPostType)
			return
		}
		r.types = append(r.types, t)
	}
	if t, ok := postTypes()[search.Fold(r.post)]; ok && len(r.types) == 0 { // a post that is called like a type
		r.types = []PostType{t}
	}
	if r.post == "" && len(r.types) > 0 && said != "" {
		r.bad("post", ErrName)
	}
}

// postTypes finds types by code and by name in either language.
var postTypes = sync.OnceValue(func() map[string]PostType {
	all := map[string]PostType{}
	for _, t := range PostTypes {
		all[search.Fold(string(t))] = t
		for _, l := range []text.Lang{text.Chinese, text.English} {
			all[search.Fold(text.Say(l, typeText(t), nil))] = t
		}
	}
	return all
})

// identity reads the number, or what an earlier reading made of it. A masked one says nothing.
func (r *reading) identity(keys *seal.Field, today day.Date) {
	v := r.row.Values
	if v[sealCell] != "" {
		r.IdentitySealed, r.IdentityIndex = decode(v[sealCell]), decode(v[indexCell])
		return
	}
	said := strings.TrimSpace(v["identity"])
	if said == "" || strings.Contains(said, "*") {
		return
	}
	n, err := code.ParseResident(said, today)
	if err != nil {
		r.bad("identity", err)
		v["identity"] = seal.Mask(said)
		return
	}
	r.IdentitySealed, r.IdentityIndex = keys.Seal(string(n), identityColumn), keys.Index(string(n), identityColumn)
	v["identity"], v[sealCell], v[indexCell] = n.Mask(), hex.EncodeToString(r.IdentitySealed), hex.EncodeToString(r.IdentityIndex)
}

func decode(s string) []byte {
	b, _ := hex.DecodeString(s) // written by ourselves
	return b
}

// merged returns was with what e says written over it, and whether that changes anything.
func (e entry) merged(was Person) (is Person, differs bool) {
	is = was
	is.Name = e.Name
	for _, one := range []struct{ to, from *string }{{&is.EmployeeNo, &e.EmployeeNo}, {&is.Phone, &e.Phone}} {
		if *one.from != "" && !strings.EqualFold(*one.from, *one.to) {
			*one.to = *one.from
		}
	}
	if !e.JoinedOn.IsZero() {
		is.JoinedOn = e.JoinedOn
	}
	if len(e.IdentityIndex) > 0 && !slices.Equal(e.IdentityIndex, was.IdentityIndex) {
		is.IdentitySealed, is.IdentityIndex = e.IdentitySealed, e.IdentityIndex
	}
	differs = is.Name != was.Name || is.EmployeeNo != was.EmployeeNo || is.Phone != was.Phone || is.JoinedOn != was.JoinedOn ||
		!slices.Equal(is.IdentityIndex, was.IdentityIndex)
	return is, differs
}
