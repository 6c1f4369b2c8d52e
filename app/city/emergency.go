package city

import (
	"strings"

	"anbiao/kit/calendar"
	"anbiao/kit/day"
	"anbiao/kit/db"
	item "anbiao/kit/due"
	"anbiao/modules/due"
	"anbiao/modules/emergency"
	"anbiao/rbac"
	"anbiao/web/register"
)

// filed is how a demo plan stands with the authority; empty: it was never handed in.
type filed struct {
	state  string
	number string
	handed int // days ago
}

// prepare gives the worked company plans in every state, drills of two years, teams and supplies,
// and some other companies of the town a plan that waits for the regulator.
func (b *builder) prepare() error {
	if b.deps.Emergency == nil {
		return nil
	}
	f := b.index["safety"]
	set := emergency.Setting{
		CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, UnitClass: "must_file_units", Reading: "national", Counting: "calendar",
		Reason: "涉爆粉尘企业，按当地应急管理部门要求备案", UpdatedAt: at(b.today.AddDays(-420), 9, 0), UpdatedBy: b.named("safety").Name,
	}
	if err := b.tx.WithContext(b.ctx).Create(&set).Error; err != nil {
		return err
	}
	for _, do := range []func(*firm) error{b.planAhead, b.rehearse, b.muster, b.stock} {
		if err := do(f); err != nil {
			return err
		}
	}
	for n, other := range b.townFirms(f, 4) {
		p, err := keepRow(b, other, b.deps.Emergency.Plans, emergency.Plan{
			Name: "生产安全事故综合应急预案", Kind: emergency.Comprehensive, Version: "2", PublishedOn: b.today.AddDays(-20 - n), SignedBy: "总经理",
		})
		if err != nil {
			return err
		}
		if err := b.file(p, filed{state: emergency.Submitted, handed: n}); err != nil {
			return err
		}
	}
	return b.sign("emergency_plan", "emergency_drill", "emergency_team", "emergency_supply")
}

// townFirms are a few other companies of a firm's town.
func (b *builder) townFirms(f *firm, n int) (out []*firm) {
	for _, o := range b.firms {
		if o != f && len(out) < n && strings.HasPrefix(o.RegionPath, f.RegionPath[:min(len(f.RegionPath), 9)]) {
			out = append(out, o)
		}
	}
	return out
}

// sign says who made the demo rows.
func (b *builder) sign(tables ...string) error {
	for _, t := range tables {
		if err := b.tx.WithContext(b.ctx).Exec("UPDATE "+t+" SET made_by = ? WHERE made_by <> ?", b.named("safety").Name, b.named("safety").Name).Error; err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) planAhead(f *firm) error {
	owner := b.named("safety").ID
	for _, x := range []struct {
		plan emergency.Plan
		ago  int // published
		seen int // last evaluated; 0: never
		filed
	}{
		{emergency.Plan{Name: "生产安全事故综合应急预案", Kind: emergency.Comprehensive, Version: "3", Risk: "全厂"}, 400, 0, filed{emergency.Filed, "3307842025000118", 385}},
		{emergency.Plan{Name: "涉爆粉尘火灾爆炸专项应急预案", Kind: emergency.Special, Version: "2", Risk: "抛光车间粉尘爆炸"}, 300, 0, filed{emergency.Deemed, "", 285}},
		{emergency.Plan{Name: "机械伤害专项应急预案", Kind: emergency.Special, Version: "2", Risk: "冲压设备机械伤害"}, 25, 0, filed{emergency.Submitted, "", 1}},
		{emergency.Plan{Name: "触电事故现场处置方案", Kind: emergency.Onsite, Version: "1", Risk: "配电房、车间配电箱"}, 1050, 0, filed{emergency.Filed, "3307842024000021", 1030}},
		{emergency.Plan{Name: "有限空间作业事故现场处置方案", Kind: emergency.Onsite, Version: "1", Risk: "污水池、地坑"}, 1500, 1180, filed{emergency.Filed, "3307842022000467", 1485}},
		{emergency.Plan{Name: "危险化学品泄漏现场处置方案", Kind: emergency.Onsite, Version: "1", Risk: "喷涂车间、危化品仓库"}, 9, 0, filed{}},
		{emergency.Plan{Name: "灼烫事故现场处置方案", Kind: emergency.Onsite, Version: "1", Risk: "焊接车间", ReviseTrigger: "drill_finding", TriggeredOn: b.today.AddDays(-6)}, 30, 0, filed{emergency.Missing, "", 12}},
	} {
		p := x.plan
		p.PublishedOn, p.ArguedOn, p.SignedBy, p.OwnerID = b.today.AddDays(-x.ago), b.today.AddDays(-x.ago-5), b.named("principal").Name, owner
		if x.seen > 0 {
			p.ReviewedOn = b.today.AddDays(-x.seen)
		}
		made, err := keepRow(b, f, b.deps.Emergency.Plans, p)
		if err != nil {
			return err
		}
		if err := b.file(made, x.filed); err != nil {
			return err
		}
	}
	return nil
}

// file hands a plan in, as far as it came.
func (b *builder) file(p *emergency.Plan, x filed) error {
	if x.state == "" {
		return nil
	}
	handed := b.today.AddDays(-x.handed)
	row := emergency.Filing{
		CompanyID: p.CompanyID, RegionPath: p.RegionPath, OversightLine: p.OversightLine, PlanID: p.ID, PlanName: p.Name, PlanKind: p.Kind, PlanVersion: p.Version, PublishedOn: p.PublishedOn,
		DueOn: p.FileDueOn, Late: !p.FileDueOn.IsZero() && handed.After(p.FileDueOn), Documents: db.Texts(emergency.Documents()), Files: db.Ints{}, State: x.state, SubmittedAt: at(handed, 10, 20),
		SubmittedBy: b.named("safety").Name, ReceivedOn: handed, Missing: db.Texts{}, Number: x.number,
	}
	if due, deemed, err := emergency.FilingOn(p.PublishedOn).Checked(calendar.China(), handed); err == nil {
		row.CheckDueOn, row.DeemedOn = due, deemed
	}
	answered := at(handed.AddDays(3), 15, 0)
	switch x.state {
	case emergency.Filed:
		row.AnsweredAt, row.AnsweredBy, row.FiledOn, row.Answer = &answered, "县应急管理局", handed.AddDays(3), "材料齐全，予以备案"
	case emergency.Deemed:
		row.FiledOn = row.DeemedOn
		if row.FiledOn.IsZero() {
			row.FiledOn = handed.AddDays(8)
		}
	case emergency.Missing:
		row.Documents, row.Missing = row.Documents[:3], row.Documents[3:]
		row.AskedAt, row.AnsweredBy, row.Answer = &answered, "县应急管理局", "请补充风险评估结果和应急资源调查清单"
	}
	if err := b.tx.WithContext(b.ctx).Create(&row).Error; err != nil {
		return err
	}
	if err := b.tx.WithContext(b.ctx).Exec("UPDATE emergency_plan SET filing = ? WHERE company_id = ? AND id = ?", x.state, int64(p.CompanyID), int64(p.ID)).Error; err != nil {
		return err
	}
	if x.state == emergency.Missing { // still to be handed in
		return nil
	}
	return due.PutAt(b.ctx, b.tx, p.Home(), []item.Item{{Kind: "emergency.filing", Ref: int64(p.ID)}})
}

// rehearse holds the drills of two years; one is late, two are still to come, and the findings of the
// last one are in the ledger.
func (b *builder) rehearse(f *firm) error {
	tabletop, live := "tabletop", "operation"
	for _, x := range []struct {
		name, kind, form, plan string
		ago, people            int // days ago it was planned for; people 0: not held
		problems               string
	}{
		{"生产安全事故综合应急演练", emergency.Comprehensive, live, "生产安全事故综合应急预案", 690, 186, ""},
		{"触电事故现场处置演练", emergency.Onsite, live, "触电事故现场处置方案", 600, 18, ""},
		{"涉爆粉尘火灾爆炸桌面推演", emergency.Special, tabletop, "涉爆粉尘火灾爆炸专项应急预案", 510, 24, ""},
		{"有限空间救援演练", emergency.Onsite, live, "有限空间作业事故现场处置方案", 400, 15, ""},
		{"火灾疏散综合演练", emergency.Comprehensive, live, "生产安全事故综合应急预案", 330, 203, ""},
		{"机械伤害急救演练", emergency.Special, live, "机械伤害专项应急预案", 230, 32, ""},
		{"冲压车间火灾疏散演练", emergency.Special, live, "涉爆粉尘火灾爆炸专项应急预案", 46, 64, "冲压车间东侧安全出口堆放周转箱，疏散受阻"},
		{"危险化学品泄漏处置演练", emergency.Onsite, live, "危险化学品泄漏现场处置方案", 8, 0, ""},
		{"有限空间救援演练（下半年）", emergency.Onsite, live, "有限空间作业事故现场处置方案", -18, 0, ""},
		{"触电急救桌面推演", emergency.Onsite, tabletop, "触电事故现场处置方案", -27, 0, ""},
	} {
		d := emergency.Drill{Name: x.name, Kind: x.kind, Form: x.form, PlanName: x.plan, PlannedOn: b.today.AddDays(-x.ago), CommanderID: b.named("safety").ID}
		if x.people > 0 {
			d.HeldOn, d.StartTime, d.EndTime, d.Place, d.Participants = d.PlannedOn, "14:30", "15:20", "厂区", x.people
			d.Scenario, d.Steps = "按预案设定的事故情景，模拟发现、报告、处置、疏散和清点人数。", "发现险情并报告；启动预案；切断电源；引导疏散；清点人数；宣布结束。"
			d.Effect, d.Evaluation, d.ReportedOn = "good", "报告及时，职责清楚，疏散有序，达到预期目标。", b.today.AddDays(-x.ago+4)
		}
		if x.problems != "" {
			d.Effect, d.Evaluation, d.Problems, d.ReportedOn = "fair", "集合用时偏长，一处出口不畅，须整改。", x.problems, day.Date{}
		}
		made, err := keepRow(b, f, b.deps.Emergency.Drills, d)
		if err != nil {
			return err
		}
		if x.problems != "" {
			if err := b.findAt(made); err != nil {
				return err
			}
		}
	}
	return nil
}

// findAt makes one of the company's newest hazards that of a drill's finding.
func (b *builder) findAt(d *emergency.Drill) error {
	var n []int64
	err := b.tx.WithContext(b.ctx).Raw(`UPDATE hazard SET source = 'drill', place = '冲压车间东侧安全出口', description = ?, category = 'B03' WHERE company_id = ? AND id = (SELECT id FROM hazard
		WHERE company_id = ? AND source = 'snap' AND level = 'general' AND state IN ('assigned', 'rectifying', 'awaiting_acceptance', 'cancelled') ORDER BY found_at DESC LIMIT 1) RETURNING id`,
		"演练“"+d.Name+"”发现："+d.Problems, int64(d.CompanyID), int64(d.CompanyID)).Scan(&n).Error
	if err != nil || len(n) == 0 {
		return err
	}
	return b.tx.WithContext(b.ctx).Exec("UPDATE emergency_drill SET hazard_ids = ? WHERE company_id = ? AND id = ?", db.Ints(n), int64(d.CompanyID), int64(d.ID)).Error
}

func (b *builder) muster(f *firm) error {
	for _, t := range []emergency.Team{
		{Name: "义务消防队", Kind: "part_time", LeaderID: b.named("director").ID, Members: 12, Duties: "初起火灾扑救、人员疏散引导", TrainedOn: b.today.AddDays(-290)},
		{Name: "应急救援组", Kind: "part_time", LeaderID: b.named("safety").ID, Members: 8, Duties: "伤员救护、设备切断、现场警戒", TrainedOn: b.today.AddDays(-400)},
		{Name: "专业救援协议队伍", Kind: "agreement", Members: 30, Partner: "永康市东城综合救援服务中心", Duties: "危险化学品泄漏、有限空间救援", AgreementUntil: b.today.AddDays(40), TrainedOn: b.today.AddDays(-200)},
	} {
		if _, err := keepRow(b, f, b.deps.Emergency.Teams, t); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) stock(f *firm) error {
	for n, s := range []struct {
		name, kind, spec, place, measure string
		quantity, least, valid           int // valid: days from today; 0: does not expire
	}{
		{"正压式空气呼吸器", "protection", "RHZK6.8", "微型消防站", "套", 2, 4, 0},
		{"过滤式消防自救呼吸器", "protection", "TZL30", "微型消防站", "具", 30, 20, 210},
		{"四合一气体检测仪", "rescue", "CO/O2/H2S/LEL", "安全环保部", "台", 2, 2, 25},
		{"救援三脚架", "rescue", "2.4米", "微型消防站", "套", 1, 1, 0},
		{"灭火毯", "fire", "1.5m×1.5m", "喷涂车间", "条", 10, 6, 0},
		{"急救箱", "medical", "B型", "冲压车间", "个", 3, 3, -12},
		{"急救箱", "medical", "B型", "焊接车间", "个", 2, 2, 160},
		{"应急照明灯", "lighting", "手提式", "配电房", "盏", 6, 4, 0},
		{"防爆对讲机", "communication", "IIC T4", "安全环保部", "部", 8, 6, 0},
		{"吸附棉", "spill", "化学品专用", "危化品仓库", "箱", 4, 2, 400},
	} {
		x := emergency.Supply{
			Name: s.name, Kind: s.kind, Spec: s.spec, Place: s.place, Measure: s.measure, Quantity: s.quantity, Least: s.least, KeeperID: b.named("leader").ID,
			CheckedOn: b.today.AddDays(-20 - 9*n), CheckMonths: 3,
		}
		if s.valid != 0 {
			x.ValidUntil = b.today.AddDays(s.valid)
		}
		if _, err := keepRow(b, f, b.deps.Emergency.Supplies, x); err != nil {
			return err
		}
	}
	return nil
}

// keepRow keeps a row of a register for a company, as its page would.
func keepRow[T any](b *builder, f *firm, k *register.Kind[T], row T) (*T, error) {
	return k.Keep(b.ctx, b.tx, b.scope, rbac.Home{CompanyID: f.CompanyID, RegionPath: f.RegionPath, Line: f.OversightLine}, nil, row)
}
