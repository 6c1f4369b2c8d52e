package city

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"anbiao/kit/calendar"
	"anbiao/kit/day"
	"anbiao/kit/db"
	item "anbiao/kit/due"
	"anbiao/kit/id"
	rules "anbiao/kit/scoring"
	"anbiao/modules/due"
	"anbiao/modules/hazard"
	"anbiao/modules/rubric"
	"anbiao/modules/standardization"
	"anbiao/rbac"
)

// charged is something that was found at an item, by the rule that it breaks.
type charged struct {
	code, rule, what, place string
	times                   int
	hazard                  *story
}

// leftOut are items that do not apply to the worked company.
var leftOut = map[string]string{"1.6.2": "经辨识企业不构成重大危险源", "2.1.1": "评定期内没有新建、改建、扩建项目", "6.1.2": "评定期内未发生死亡事故"}

// itemOf is where the table asks for what a hazard of a category is about, and the rule that it breaks.
var itemOf = map[string][2]string{
	"B01": {"2.2.2", "a"}, "B02": {"2.2.13", "a"}, "B03": {"3.1.2", "a"}, "B04": {"3.2.3", "c"}, "B05": {"3.1.4", "a"}, "B06": {"2.2.6", "a"}, "B07": {"3.2.2", "b"}, "B08": {"3.2.1", "b"}, "B10": {"3.4.1", "b"}, "B11": {"3.1.1", "a"},
}

// faults are what the company found at itself, this year and the year before.
func faults(last bool) []charged {
	now := []charged{
		{"1.1.2", "a", "上半年安全目标完成情况未考核", "安全环保部", 1, nil},
		{"1.4.3", "b", "新增激光切割岗位操作规程未编制", "下料车间", 1, nil},
		{"1.5.3", "b", "2 名转岗人员未做车间级教育", "抛光打磨车间", 2, nil},
		{"2.2.10", "a", "喷涂车间压缩空气管道流向标识脱落", "喷涂车间", 2, nil},
		{"2.2.16", "a", "冲床大修记录不完整", "冲压车间", 2, nil},
		{"5.2.2", "b", "1 名接触噪声人员漏检", "冲压车间", 1, nil},
	}
	if !last {
		return now
	}
	return append(now,
		charged{"1.2.3", "b", "班组长、仓管员岗位职责缺失", "全公司", 3, nil},
		charged{"1.5.1", "b", "培训考核试卷未存档", "安全环保部", 4, nil},
		charged{"2.2.14", "b", "储气罐超期未检", "空压机房", 1, nil},
		charged{"2.2.17", "b", "光电保护拆除后未办理审批", "冲压车间", 2, nil},
		charged{"3.1.3", "c", "灭火器月检记录缺 3 个月", "各车间", 1, nil},
		charged{"3.2.1", "b", "动火审批票未填写监护人", "焊接区", 3, nil},
		charged{"3.4.2", "b", "外包保洁单位未签安全协议附件", "综合办", 1, nil},
		charged{"5.3.2", "a", "检测结果未在车间公布", "喷涂车间", 1, nil},
		charged{"6.2.1", "b", "上年度自评 3 项问题未整改到位", "安全环保部", 3, nil},
	)
}

// evaluated is an evaluation to be made up.
type evaluated struct {
	kind              standardization.Kind
	title             string
	began, ended      int // days ago
	posted            bool
	found             []charged
	against           *standardization.Evaluation
	organisation      *id.Of[id.Organisation]
	by, done, opinion string
}

// evaluate scores the worked company by the county's own table: two years' self evaluations, and the review of the
// second by the agency.
func (b *builder) evaluate() error {
	var table struct{ ID id.Of[id.Rubric] }
	if err := b.tx.WithContext(b.ctx).Raw("SELECT id FROM rubric WHERE code = ? AND state = 'published' ORDER BY id DESC LIMIT 1", localTable).Scan(&table).Error; err != nil {
		return err
	}
	r, err := rubric.Load(b.ctx, b.tx, table.ID)
	if err != nil {
		return err
	}
	if err := rubric.Use(b.ctx, b.tx, table.ID); err != nil {
		return err
	}
	var agency struct {
		ID   id.Of[id.Organisation]
		Name string
	}
	if err := b.tx.WithContext(b.ctx).Raw("SELECT m.organisation_id AS id, p.name FROM account_person p JOIN account_membership m ON m.person_id = p.id WHERE p.login = 'reviewer'").Scan(&agency).Error; err != nil {
		return err
	}
	head, safety := b.named("principal").Name, b.named("safety").Name
	last, err := b.score(table.ID, r, evaluated{
		kind: standardization.Self, title: "年度安全生产标准化自评", began: 434, ended: 420, posted: true, found: faults(true), by: safety, done: head,
		opinion: "总体达标，责任制、特种设备检验和作业审批存在差距，已列入整改计划。",
	})
	if err != nil {
		return err
	}
	self, err := b.score(table.ID, r, evaluated{
		kind: standardization.Self, title: "年度安全生产标准化自评", began: 60, ended: 45, posted: true, found: append(faults(false), b.shown(45, 9)...), by: safety, done: head,
		opinion: "评定结果为小微达标，较上年度提高。现场问题已转为隐患并明确责任人和期限，管理类问题待列入整改计划。",
	})
	if err != nil {
		return err
	}
	review := append(faults(false), charged{"2.2.17", "b", "1 台冲床光电保护被短接", "冲压车间", 1, nil}, charged{"3.3.1", "a", "喷涂车间有限空间警示标志缺失", "喷涂车间", 1, nil})
	if _, err = b.score(table.ID, r, evaluated{
		kind: standardization.Review, title: "安全生产标准化现场评审", began: 24, ended: 20, found: append(review, b.shown(45, 9)...), against: &self.Evaluation, organisation: &agency.ID, by: agency.Name, done: agency.Name,
		opinion: "自评总体属实，现场核查新增两处问题，整改验证合格后符合小微达标条件。",
	}); err != nil {
		return err
	}
	return b.remindYearly(last.Evaluation, self.Evaluation)
}

// shown are hazards of the ledger that the evaluation came upon, at most so many, each at the item that asks for it.
func (b *builder) shown(ago, most int) (out []charged) {
	seen := map[string]int{}
	for _, s := range b.index["safety"].found {
		at, known := itemOf[s.Category]
		if len(out) == most || !known || s.Level != hazard.General || s.FoundOn.After(b.today.AddDays(-ago)) || s.FoundOn.Before(b.today.AddDays(-ago-60)) || seen[at[0]] > 1 {
			continue
		}
		seen[at[0]]++
		out = append(out, charged{at[0], at[1], s.Description, s.Place, 1, s})
	}
	return out
}

// scored is an evaluation with what it was made of.
type scored struct {
	standardization.Evaluation
	answers  []standardization.Answer
	findings []*standardization.Finding
}

// score makes up one evaluation, as it was answered and signed.
func (b *builder) score(table id.Of[id.Rubric], r *rules.Rubric, x evaluated) (*scored, error) {
	f := b.index["safety"]
	on := b.today.AddDays(-x.ended)
	out := &scored{Evaluation: standardization.Evaluation{
		CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, Kind: x.kind, RubricID: table, Year: int16(on.Year()), Title: fmt.Sprintf("%d %s", on.Year(), x.title), State: standardization.Finished,
		OrganisationID: x.organisation, MadeBy: x.by, Team: db.JSON[[]standardization.Member]{V: b.group(x)}, Plan: db.JSON[[]standardization.PlanStep]{V: b.course(x)},
		About:      "评定范围为本公司全部生产车间、仓库和辅助设施。按评分标准逐项查阅资料、查看现场、询问人员。",
		PeriodFrom: on.AddMonths(-12).AddDays(1), PeriodUntil: on, DueOn: on, StartedOn: b.today.AddDays(-x.began), FinishedOn: on, FinishedBy: x.done, Conclusion: x.opinion, ChangedAt: at(on, 17, 0),
	}}
	out.Facts.V = []standardization.Fact{{Fact: "deaths", Found: "0", Value: "0"}, {Fact: "serious_injuries", Found: "0", Value: "0"}, {Fact: "total_loss_fen", Found: "1860000", Value: "1860000"}}
	if x.against != nil {
		out.AgainstID = &x.against.ID
	}
	if x.posted {
		until, err := calendar.China().Add(on, 10)
		if err != nil {
			until = on.AddDays(20)
		}
		out.State, out.PublishedFrom, out.PublishedUntil, out.PublishedWhere = standardization.Published, on, until, "厂区公告栏、手机端"
	}
	if err := b.workOut(out, r, x); err != nil {
		return nil, err
	}
	if err := b.tx.WithContext(b.ctx).Create(&out.Evaluation).Error; err != nil {
		return nil, err
	}
	return out, b.detail(out, r, x)
}

// workOut works out what the evaluation came to.
func (*builder) workOut(out *scored, r *rules.Rubric, x evaluated) error {
	answers, facts := rules.Answers{}, rules.Facts{}
	for _, it := range r.Rows() {
		_, na := leftOut[it.Code]
		answers[it.Code] = rules.Answer{NA: na}
	}
	for _, c := range x.found {
		a := answers[c.code]
		if a.Hits == nil {
			a.Hits = map[string]int{}
		}
		a.Hits[c.rule] += c.times
		answers[c.code] = a
	}
	for _, f := range out.Facts.V {
		facts[f.Fact] = f.Value
	}
	res := r.Score(answers, facts)
	frozen, err := json.Marshal(res)
	out.Result, out.Score, out.Exact, out.Official, out.Level, out.LevelName = string(frozen), res.Hundredths(), res.Exact, res.Official, res.Level, res.LevelName
	out.Reasons, out.Unknown = db.Texts(res.Reasons), db.Texts(res.Unknown)
	return err
}

// detail writes the answers, findings, evidence and what became of the findings.
func (b *builder) detail(out *scored, r *rules.Rubric, x evaluated) error {
	e := &out.Evaluation
	people := map[string]*worker{"1": b.named("safety"), "2": b.named("director"), "3": b.named("leader"), "4": b.named("safety"), "5": b.named("worker"), "6": b.named("principal")}
	for i, it := range r.Rows() {
		when := at(e.StartedOn.AddDays(1+i%10), 9+i%8, i%60)
		a := standardization.Answer{
			CompanyID: e.CompanyID, RegionPath: e.RegionPath, OversightLine: e.OversightLine, EvaluationID: e.ID, Kind: e.Kind, ItemCode: it.Code, State: standardization.Scored, AnsweredAt: &when, AnsweredBy: x.by, Version: 1,
		}
		if w := people[strings.SplitN(it.Code, ".", 2)[0]]; e.Kind == standardization.Self && w != nil {
			a.AssigneeID, a.AssigneeName, a.AnsweredBy, a.DueOn = &w.ID, w.Name, w.Name, e.FinishedOn.AddDays(-2)
		}
		if why, na := leftOut[it.Code]; na {
			a.State, a.Reason = standardization.NA, why
		}
		out.answers = append(out.answers, a)
	}
	if err := fill(b.ctx, b.tx, out.answers); err != nil {
		return err
	}
	for _, c := range x.found {
		f := &standardization.Finding{
			CompanyID: e.CompanyID, RegionPath: e.RegionPath, OversightLine: e.OversightLine, EvaluationID: e.ID, Kind: e.Kind, ItemCode: c.code, Rules: db.Texts{c.rule}, Occurrences: c.times, What: c.what, Place: c.place,
			FoundOn: e.FinishedOn.AddDays(-3), FoundBy: x.by, DueOn: e.FinishedOn.AddDays(30),
		}
		out.findings = append(out.findings, f)
	}
	if err := fillRefs(b.ctx, b.tx, out.findings); err != nil {
		return err
	}
	if err := b.mending(out, x); err != nil {
		return err
	}
	return b.showing(e)
}

// mending joins findings to the hazards of the ledger.
func (b *builder) mending(out *scored, x evaluated) error {
	var rows []standardization.Rectification
	for i, c := range x.found {
		if c.hazard == nil {
			continue
		}
		e := &out.Evaluation
		rows = append(rows, standardization.Rectification{
			CompanyID: e.CompanyID, RegionPath: e.RegionPath, OversightLine: e.OversightLine, EvaluationID: e.ID, FindingID: out.findings[i].ID, HazardID: c.hazard.ID, PlannedOn: e.FinishedOn, PlannedBy: x.by, MendedOn: c.hazard.CancelledOn,
		})
	}
	return fill(b.ctx, b.tx, rows)
}

// showing puts records of other registers beside some items.
func (b *builder) showing(e *standardization.Evaluation) error {
	var rows []standardization.Evidence
	for _, s := range []struct{ code, source, path, query string }{
		{"1.2.1", "meeting", "/meetings?id=%d", "SELECT id, title, held_on FROM meeting WHERE company_id = ? AND kind = 'committee' AND held_on <= ? ORDER BY held_on DESC LIMIT 2"},
		{"1.7.3", "drill", "/emergency/drills?id=%d", "SELECT id, name AS title, held_on FROM emergency_drill WHERE company_id = ? AND held_on <= ? ORDER BY held_on DESC LIMIT 2"},
		{"4.1.1", "hazard", "/hazards/%d", "SELECT id, number || ' ' || description AS title, found_on AS held_on FROM hazard WHERE company_id = ? AND found_on <= ? ORDER BY found_on DESC LIMIT 2"},
	} {
		var found []struct {
			ID     int64
			Title  string
			HeldOn day.Date
		}
		if err := b.tx.WithContext(b.ctx).Raw(s.query, int64(e.CompanyID), e.FinishedOn).Scan(&found).Error; err != nil {
			return err
		}
		for _, x := range found {
			rows = append(rows, standardization.Evidence{
				CompanyID: e.CompanyID, RegionPath: e.RegionPath, OversightLine: e.OversightLine, EvaluationID: e.ID, Kind: e.Kind, ItemCode: s.code, Source: s.source, Ref: x.ID, Title: x.Title, HappenedOn: x.HeldOn,
				Path: fmt.Sprintf(s.path, x.ID), AddedAt: at(e.FinishedOn, 15, 0), AddedBy: e.MadeBy,
			})
		}
	}
	return fill(b.ctx, b.tx, rows)
}

// group is who evaluated.
func (b *builder) group(x evaluated) []standardization.Member {
	if x.kind == standardization.Review {
		return []standardization.Member{{Name: x.by, Part: standardization.Leader, Duty: "评审组长"}}
	}
	var out []standardization.Member
	for _, m := range []struct{ login, part, duty string }{
		{"principal", standardization.Leader, "总经理"}, {"safety", standardization.Deputy, "安全管理员，组织评定"}, {"director", standardization.Other, "车间主任，设备设施"}, {"leader", standardization.Other, "班组长，作业安全"}, {"worker", standardization.Other, "职业健康"},
	} {
		w := b.named(m.login)
		out = append(out, standardization.Member{StaffID: w.ID, Name: w.Name, Part: m.part, Duty: m.duty, Worker: slices.Contains([]string{"leader", "worker"}, m.login)})
	}
	return out
}

func (b *builder) course(x evaluated) []standardization.PlanStep {
	from, until := b.today.AddDays(-x.began), b.today.AddDays(-x.ended)
	return []standardization.PlanStep{
		{What: "成立工作组，学习评分标准，分配考评项", Who: x.by, From: from, Until: from.AddDays(1)},
		{What: "查阅资料、查看现场、逐项评定", Who: "各组员", From: from.AddDays(1), Until: until.AddDays(-2)},
		{What: "汇总得分，形成报告和整改计划", Who: x.by, From: until.AddDays(-2), Until: until},
	}
}

// remindYearly keeps the day by which the next self evaluation is due.
func (b *builder) remindYearly(last, self standardization.Evaluation) error {
	home := rbac.Home{CompanyID: self.CompanyID, RegionPath: self.RegionPath, Line: self.OversightLine}
	return due.PutAt(b.ctx, b.tx, home, []item.Item{
		{Kind: "standardization.yearly", Ref: int64(last.ID)},
		{Kind: "standardization.yearly", Ref: int64(self.ID), Title: self.Title, On: self.FinishedOn.AddMonths(12), Before: []int{60, 30, 7}, Path: "/standardization/evaluations/" + self.ID.String()},
	})
}
