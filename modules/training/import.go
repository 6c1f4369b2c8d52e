package training

import (
	"slices"
	"strconv"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/org"
	"anbiao/kit/sheet"
	"anbiao/rbac"
)

// Verdicts on a row.
const (
	rowNew     = "new"
	rowChanged = "changed"
	rowSame    = "same"
)

func kindOptions() []sheet.Option {
	also := map[string][]string{
		threeLevel: {"三级教育", "三级安全教育", "新员工培训", "入职培训"}, "annual": {"年度培训", "再教育", "日常培训", "安全培训", "全员培训"}, "transfer": {"转岗培训", "调岗培训", "换岗"},
		"return": {"复岗培训", "复工培训"}, "four_new": {"四新培训"}, "confined_space": {"有限空间", "有限空间培训"}, "dust": {"粉尘防爆", "粉尘涉爆培训"},
		HealthCourse: {"职业健康", "职业卫生", "职业病防治培训"}, "contractor": {"外来施工", "相关方培训", "承包商培训"}, "first_class": {"开工第一课", "复工第一课", "节后第一课"}, "safety_month": {"安全月"},
		"fire": {"消防", "消防培训"}, "emergency": {"应急", "应急培训", "应急演练"}, "equipment": {"设备操作", "操作规程培训"}, "accident": {"事故警示", "警示教育"}, "special": {"专项", "专项培训", "特种作业"}, "other": {"其它"},
	}
	out := options("kind-", Kinds()...)
	for i := range out {
		out[i].Synonyms = also[out[i].Value]
	}
	return out
}

func levelOptions() []sheet.Option {
	out := options("level-", LevelFactory, LevelWorkshop, LevelTeam)
	for i, also := range [][]string{{"厂级", "公司级", "一级", "厂（公司）级"}, {"车间级", "部门级", "二级", "车间（工段）级"}, {"班组级", "岗位级", "三级"}} {
		out[i].Synonyms = also
	}
	return out
}

func phaseOptions() []sheet.Option {
	out := options("phase-", PhaseInitial, PhaseAnnual, PhaseTransfer, PhaseReturn, PhaseSpecial)
	for i, also := range [][]string{{"岗前", "上岗前", "新入职", "初次"}, {"在岗", "年度", "日常", "再教育"}, {"转岗", "调岗"}, {"复岗", "复工"}, {"专项", "专题"}} {
		out[i].Synonyms = also
	}
	return out
}

// RecordColumns are the columns of a list of training that people had.
func RecordColumns() []sheet.Column {
	return []sheet.Column{
		{Key: "name", Title: named("col-name"), Kind: sheet.Text, Required: true, Max: 50, Synonyms: []string{"员工姓名", "学员姓名", "参训人员", "人员姓名", "受训人", "名字", "培训人员"}},
		{Key: "employeeNo", Title: named("col-employee-no"), Kind: sheet.Code, Max: 30, Synonyms: []string{"员工编号", "员工号", "职工编号", "人员编号"}, Note: named("col-person-note")},
		{Key: "phone", Title: named("col-phone"), Kind: sheet.Code, Max: 30, Synonyms: []string{"手机", "联系电话", "电话", "手机号码", "联系方式"}},
		{Key: "heldOn", Title: named("col-held-on"), Kind: sheet.Date, Required: true, Synonyms: []string{"日期", "培训时间", "教育日期", "开课日期", "培训日", "教育时间"}},
		{Key: "title", Title: named("col-title"), Kind: sheet.Text, Required: true, Max: 100, Width: 36, Synonyms: []string{"课程", "课程名称", "培训主题", "培训名称", "培训项目", "主题", "教育内容", "内容"}},
		{Key: "hours", Title: named("col-hours"), Kind: sheet.Decimal, Required: true, Synonyms: []string{"课时", "培训学时", "学时数", "培训课时", "时长", "培训时长"}, Note: named("col-hours-note")},
		{Key: "kind", Title: named("col-kind"), Kind: sheet.Choice, Choices: kindOptions(), Synonyms: []string{"类别", "培训类别", "教育类型", "类型", "教育类别"}},
		{Key: "phase", Title: named("col-phase"), Kind: sheet.Choice, Choices: phaseOptions(), Synonyms: []string{"阶段", "培训性质", "性质"}},
		{Key: "level", Title: named("col-level"), Kind: sheet.Choice, Choices: levelOptions(), Synonyms: []string{"级别", "教育级别", "培训级别", "三级教育级别"}},
		{Key: "trainer", Title: named("col-trainer"), Kind: sheet.Text, Max: 50, Synonyms: []string{"讲师", "培训讲师", "授课人", "教师", "主讲人", "培训师"}},
		{Key: "score", Title: named("col-score"), Kind: sheet.Int, Synonyms: []string{"成绩", "分数", "考核成绩", "考试分数", "得分"}},
		{Key: "passed", Title: named("col-passed"), Kind: sheet.Choice, Choices: yesNo(), Synonyms: []string{"考核结果", "是否通过", "考试结果", "结果", "考核情况"}},
	}
}

// RecordSample is the row that a template shows as an example.
func RecordSample() map[string]string {
	return map[string]string{
		"name": "王建国", "employeeNo": "A0017", "heldOn": "2026-03-18", "title": "冲压车间安全操作规程培训", "hours": "2", "kind": "annual", "phase": PhaseAnnual, "trainer": "李安全", "score": "92", "passed": "true",
	}
}

// RecordIdentity tells rows about the same training of the same person from others.
func RecordIdentity(r sheet.Row) string {
	v := r.Values
	return strings.Join([]string{v["name"], v["employeeNo"], v["phone"], v["heldOn"], v["title"], v["level"]}, "|")
}

// key tells imported records of a company apart.
func (r Record) key() string {
	return strings.Join([]string{r.StaffID.String(), r.HeldOn.String(), r.Title, r.Level}, "|")
}

func (r Record) says(o Record) bool {
	same := func(a, b *bool) bool { return (a == nil) == (b == nil) && (a == nil || *a == *b) }
	score := (r.Score == nil) == (o.Score == nil) && (r.Score == nil || *r.Score == *o.Score)
	return r.Minutes == o.Minutes && r.Phase == o.Phase && r.Kind == o.Kind && r.Trainer == o.Trainer && score && same(r.Passed, o.Passed)
}

func refuse(row *sheet.Row, column string, f *fault.Error) {
	row.Faults = append(row.Faults, sheet.CellFault{Row: row.Number, Column: column, Code: f.Code, Params: f.Params})
}

// roll finds people by what a row says of them.
type roll struct {
	number map[string]Person
	phone  map[string]Person
	name   map[string][]Person
}

func rollOf(people []Person) roll {
	r := roll{map[string]Person{}, map[string]Person{}, map[string][]Person{}}
	for _, p := range people {
		if p.EmployeeNo != "" {
			r.number[strings.ToUpper(p.EmployeeNo)] = p
		}
		if p.Phone != "" {
			r.phone[p.Phone] = p
		}
		r.name[p.Name] = append(r.name[p.Name], p)
	}
	return r
}

// find is the one person whom a row means; what is wrong is noted in it.
func (r roll) find(row *sheet.Row) (Person, bool) {
	v := row.Values
	p, ok := r.number[strings.ToUpper(v["employeeNo"])]
	column := "employeeNo"
	if v["employeeNo"] == "" {
		p, ok = r.phone[v["phone"]]
		column = "phone"
	}
	switch named := r.name[v["name"]]; {
	case v["employeeNo"] == "" && v["phone"] == "" && len(named) > 1:
		refuse(row, "name", ErrRowTwo)
		return p, false
	case v["employeeNo"] == "" && v["phone"] == "" && len(named) == 1:
		return named[0], true
	case v["employeeNo"] == "" && v["phone"] == "":
		refuse(row, "name", ErrRowPerson)
		return p, false
	}
	if !ok || p.Name != v["name"] {
		refuse(row, column, ErrRowPerson)
		return p, false
	}
	return p, true
}

// readRecord makes a record of a row; what is wrong is noted in it.
func readRecord(row *sheet.Row, people roll, home rbac.Home, today day.Date) (Record, bool) {
	v := row.Values
	p, ok := people.find(row)
	r := Record{
		CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, StaffID: p.ID, Phase: v["phase"], Level: v["level"], Kind: v["kind"], Title: v["title"], Trainer: v["trainer"],
		Source: sourceImport,
	}
	r.HeldOn, _ = day.Parse(v["heldOn"]) // a cell that is no day is marked already
	if !r.HeldOn.IsZero() && (r.HeldOn.After(today) || r.HeldOn.Year() < 1990) {
		refuse(row, "heldOn", ErrRowDay)
		ok = false
	}
	var good bool
	if r.Minutes, good = minutesOf(v["hours"]); !good {
		refuse(row, "hours", ErrRowHours)
		ok = false
	}
	if v["score"] != "" {
		n, err := strconv.Atoi(v["score"])
		if err != nil || n < 0 || n > 100 {
			refuse(row, "score", ErrRowScore)
			ok = false
		}
		r.Score = &n
	}
	if v["passed"] != "" {
		passed := v["passed"] == "true"
		r.Passed = &passed
	}
	r.guess()
	return r, ok && !r.HeldOn.IsZero()
}

// guess fills what a list usually leaves out.
func (r *Record) guess() {
	if r.Kind == "" && r.Level != "" && (r.Phase == "" || r.Phase == PhaseInitial) {
		r.Kind = threeLevel
	}
	if r.Phase == "" {
		switch {
		case r.Kind == threeLevel || (r.Level != "" && r.Kind != "transfer" && r.Kind != "return"):
			r.Phase = PhaseInitial
		case r.Kind == "transfer":
			r.Phase = PhaseTransfer
		case r.Kind == "return":
			r.Phase = PhaseReturn
		default:
			r.Phase = PhaseAnnual
		}
	}
	if r.Kind == "" {
		r.Kind = "other"
	}
}

// PlanColumns are the columns of a year's plan.
func PlanColumns() []sheet.Column {
	return []sheet.Column{
		{Key: "year", Title: named("col-year"), Kind: sheet.Int, Synonyms: []string{"年度", "计划年度"}, Note: named("col-year-note")},
		{Key: "month", Title: named("col-month"), Kind: sheet.Text, Required: true, Max: 20, Synonyms: []string{"月份", "计划月份", "培训时间", "计划时间", "时间"}},
		{Key: "topic", Title: named("col-topic"), Kind: sheet.Text, Required: true, Max: 100, Width: 36, Synonyms: []string{"培训内容", "培训主题", "主题", "培训项目", "课程名称", "内容"}},
		{Key: "kind", Title: named("col-kind"), Kind: sheet.Choice, Choices: kindOptions(), Synonyms: []string{"类别", "培训类别", "类型"}},
		{Key: "units", Title: named("col-units"), Kind: sheet.Text, Max: 300, Synonyms: []string{"部门", "培训部门", "参训部门", "车间", "单位"}, Note: named("col-units-note")},
		{Key: "hours", Title: named("col-hours"), Kind: sheet.Decimal, Required: true, Synonyms: []string{"课时", "计划学时", "学时数", "培训课时"}},
		{Key: "trainer", Title: named("col-trainer"), Kind: sheet.Text, Max: 50, Synonyms: []string{"讲师", "授课人", "培训讲师", "负责人", "主讲人"}},
	}
}

// PlanSample is the row that a template shows as an example.
func PlanSample() map[string]string {
	return map[string]string{"year": "2026", "month": "3", "topic": "全员年度安全再培训", "kind": "annual", "units": "冲压车间、喷涂车间", "hours": "8", "trainer": "李安全"}
}

// PlanIdentity tells rows about the same training from others.
func PlanIdentity(r sheet.Row) string {
	return strings.Join([]string{r.Values["year"], r.Values["month"], r.Values["topic"]}, "|")
}

// key tells items of a company apart.
func (p PlanItem) key() string {
	return strconv.Itoa(int(p.Year)) + "|" + strconv.Itoa(int(p.Month)) + "|" + p.Topic
}

// readItem makes an item of a row; what is wrong is noted in it.
func readItem(row *sheet.Row, tree org.Tree, home rbac.Home, now int) (PlanItem, bool) {
	v, ok := row.Values, true
	i := PlanItem{CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, Year: int32(now), Topic: v["topic"], Kind: v["kind"], Types: db.Texts{}, Units: db.Ints{}, Trainer: v["trainer"]}
	if i.Kind == "" {
		i.Kind = "other"
	}
	if v["year"] != "" {
		n, err := strconv.Atoi(v["year"])
		if err != nil || n < now-5 || n > now+1 {
			refuse(row, "year", ErrYear)
			ok = false
		}
		i.Year = int32(n)
	}
	month, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSuffix(v["month"], "份"), "月"))
	if err != nil || month < 1 || month > 12 {
		refuse(row, "month", ErrRowDay)
		ok = false
	}
	i.Month = int16(month)
	var good bool
	if i.Minutes, good = minutesOf(v["hours"]); !good {
		refuse(row, "hours", ErrRowHours)
		ok = false
	}
	for _, name := range strings.FieldsFunc(v["units"], func(r rune) bool { return strings.ContainsRune("、,，;；/ \n", r) }) {
		at := slices.IndexFunc(tree.Units, func(u org.Unit) bool { return u.Name == name })
		switch {
		case at >= 0:
			i.Units = append(i.Units, int64(tree.Units[at].ID))
		case name != "全员" && name != "全公司" && name != "各部门" && name != "全体员工":
			refuse(row, "units", ErrRowUnit)
			ok = false
		}
	}
	return i, ok
}
