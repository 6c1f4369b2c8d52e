package city

import (
	"fmt"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/modules/attachment"
	"anbiao/modules/permit"
)

// job is dangerous work that the city makes a permit for.
type job struct {
	kind, level string
	place, unit string
	content     string
	details     []permit.Detail
	post        string // who does it
	watchUnit   string // whose team leader watches
	state       permit.State
	ago         int // days; the work began then
	hours       int
	from        time.Duration // where set, from now instead
	why         string        // of a refusal, cancellation or override
	contractor  string
	late        bool // closed after its end
	rise        bool // a reading out of limits on the way
}

// usual is the work of every month, in turn.
var usual = []job{
	{kind: "hot_work", level: "second", place: "2号厂房东侧管廊", unit: "机修动力车间", content: "压缩空气管架补焊", details: way("电焊"), post: "焊工", watchUnit: "焊接二班", hours: 6},
	{kind: "temporary_power", level: "only", place: "装配车间西侧", unit: "装配包装车间", content: "新包装线安装临时接电", details: power("西侧二级箱", "380", "7.5"), post: "电工", watchUnit: "装配一班", hours: 48},
	{kind: "height", level: "I", place: "冲压车间行车轨道", unit: "冲压车间", content: "行车滑触线检修", details: metres("4.5"), post: "机修工", watchUnit: "冲压甲班", hours: 8},
	{kind: "hot_work", level: "first", place: "喷涂车间烘干室外侧", unit: "喷涂车间", content: "烘道支撑焊接（停产、清洗后）", details: way("电焊"), post: "焊工", watchUnit: "喷涂一班", hours: 5, rise: true},
	{kind: "confined_space", level: "only", place: "前处理废水收集池", unit: "喷涂车间", content: "废水池清淤", details: pool("脱脂废水", "是"), post: "前处理工", watchUnit: "前处理班", hours: 4},
	{kind: "lifting", level: "third", place: "模具库门前", unit: "冲压车间", content: "400吨冲床滑块吊装", details: []permit.Detail{{Key: "weight", Value: "8.5"}, {Key: "crane", Value: "25吨汽车吊"}}, post: "模具调试工", watchUnit: "模具班", hours: 5, contractor: "永康市吉安吊装有限公司"},
	{kind: "hot_work", level: "second", place: "抛光车间除尘器外", unit: "抛光打磨车间", content: "除尘风管支架焊接（停机清灰后）", details: way("气焊气割"), post: "焊工", watchUnit: "抛光一班", hours: 4},
	{kind: "line_breaking", level: "only", place: "天然气调压柜后", unit: "喷涂车间", content: "烘道燃气支管加盲板", details: []permit.Detail{{Key: "medium", Value: "天然气"}, {Key: "pressure", Value: "0.02"}, {Key: "blind", Value: "MB-03"}}, post: "机修工", watchUnit: "调漆烘干班", hours: 3},
	{kind: "excavation", level: "only", place: "厂区北侧道路", unit: "机修动力车间", content: "消防管网检修开挖", details: []permit.Detail{{Key: "depth", Value: "1.1"}, {Key: "way", Value: "人工"}, {Key: "road", Value: "否"}}, post: "机修工", watchUnit: "机修动力车间", hours: 30, contractor: "永康市宏业市政工程有限公司"},
}

// special are those that show something.
var special = []job{
	{kind: "hot_work", level: "first", place: "喷涂车间2号喷漆室", unit: "喷涂车间", content: "送风管道焊接（停产、清洗、通风后）", details: way("电焊"), post: "焊工", watchUnit: "喷涂二班", state: permit.Open, from: -2 * time.Hour, hours: 7},
	{kind: "hot_work", level: "second", place: "3号车间行车横梁", unit: "机修动力车间", content: "横梁裂纹补焊", details: way("电焊"), post: "焊工", watchUnit: "焊接二班", state: permit.Open, from: -30 * time.Hour, hours: 6},
	{kind: "confined_space", level: "only", place: "2号喷漆室水池", unit: "喷涂车间", content: "循环水池清渣", details: pool("含漆渣废水", "是"), post: "前处理工", watchUnit: "前处理班", state: permit.Suspended, from: -3 * time.Hour, hours: 9, rise: true},
	{kind: "height", level: "II", place: "厂房屋面", unit: "机修动力车间", content: "屋面采光板更换", details: metres("9"), post: "机修工", watchUnit: "机修动力车间", state: permit.Approved, from: 18 * time.Hour, hours: 9},
	{kind: "hot_work", level: "second", place: "成品仓库门口", unit: "仓储物流部", content: "货架立柱补焊", details: way("电焊"), post: "焊工", watchUnit: "焊接二班", state: permit.Requested, from: 20 * time.Hour, hours: 4},
	{kind: "hot_work", level: "second", place: "危化品仓库旁", unit: "仓储物流部", content: "围栏焊接", details: way("电焊"), post: "焊工", watchUnit: "焊接二班", state: permit.Refused, ago: 6, hours: 4, why: "距危化品仓库不足10米，改用螺栓连接，不动火"},
	{kind: "temporary_power", level: "only", place: "食堂后院", unit: "综合管理部", content: "年会舞台临时用电", details: power("食堂配电箱", "380", "12"), post: "电工", watchUnit: "装配一班", state: permit.Cancelled, ago: 12, hours: 24, why: "活动改期"},
	{kind: "height", level: "I", place: "办公楼外墙", unit: "综合管理部", content: "空调外机检修", details: metres("3"), post: "机修工", watchUnit: "机修动力车间", state: permit.Lapsed, ago: 9, hours: 6},
	{kind: "hot_work", level: "first", place: "喷涂车间前处理槽边", unit: "喷涂车间", content: "加热管支座抢修焊接", details: way("电焊"), post: "焊工", watchUnit: "前处理班", state: permit.Closed, ago: 16, hours: 4, why: "夜间抢修，持证焊工复审成绩已合格、新证在途，安排两名监护人"},
}

func way(v string) []permit.Detail    { return []permit.Detail{{Key: "way", Value: v}} }
func metres(v string) []permit.Detail { return []permit.Detail{{Key: "height", Value: v}} }

func power(source, volts, load string) []permit.Detail {
	return []permit.Detail{{Key: "source", Value: source}, {Key: "voltage", Value: volts}, {Key: "load", Value: load}}
}

func pool(medium, toxic string) []permit.Detail {
	return []permit.Detail{{Key: "medium", Value: medium}, {Key: "toxic", Value: toxic}}
}

// permits are those of the worked company in the making.
type permits struct {
	b      *builder
	f      *firm
	d      dice
	pack   permit.Pack
	serial map[int]int
	rows   []*permit.Permit
	jobs   []job
	marks  map[*worker]*attachment.File // signatures
	units  map[string]id.Of[id.Unit]
	turn   int
}

// permit gives the worked company the permits of the last weeks in every state, and one open now
// in the painting workshop.
func (b *builder) permit() error {
	f := b.index["safety"]
	p := &permits{
		b: b, f: f, d: newDice(seed, streamPermits), pack: permit.PackOn(b.today), serial: map[int]int{}, marks: map[*worker]*attachment.File{}, units: map[string]id.Of[id.Unit]{},
	}
	for _, w := range f.staff {
		p.units[w.unit] = *w.UnitID
	}
	for i := range 32 {
		j := usual[i%len(usual)]
		j.state, j.ago = permit.Closed, 62-2*i+1
		j.late = i%11 == 5
		p.jobs = append(p.jobs, j)
	}
	p.jobs = append(p.jobs, special...)
	for i := range p.jobs {
		if p.begin(p.jobs[i]).After(b.tx.Now.Add(-3*24*time.Hour)) && i < 32 {
			p.jobs[i].ago += 4
		}
		p.rows = append(p.rows, p.row(p.jobs[i]))
	}
	if err := fillRefs(b.ctx, b.tx, p.rows); err != nil {
		return err
	}
	if err := p.steps(); err != nil {
		return err
	}
	boss := b.named("principal")
	return fill(b.ctx, b.tx, []permit.Setting{{
		CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, HolidayUp: true, ChangedAt: at(b.today.AddDays(-200), 10, 0), ChangedName: boss.Name,
		Approvers: db.JSON[[]permit.ApproverRule]{V: []permit.ApproverRule{{Kind: "hot_work", Level: "special", PostIDs: []id.Of[id.Post]{}, StaffIDs: []id.Of[id.Staff]{boss.ID}}}},
		Areas: db.JSON[[]permit.Area]{V: []permit.Area{
			{Name: "焊接车间固定动火区", Note: "焊接一班、二班工位，10米内无可燃物，灭火器4具，责任人：应国强"}, {Name: "机修间砂轮切割区", Note: "三面挡火墙，责任人：机修班"},
		}},
	}})
}

// begin is when the work of j began or is to begin.
func (p *permits) begin(j job) time.Time {
	if j.from != 0 {
		return p.b.tx.Now.Add(j.from).Truncate(10 * time.Minute)
	}
	return at(p.b.today.AddDays(-j.ago), 8, 30)
}

func (p *permits) form(kind string) permit.Form {
	for _, f := range p.pack.Forms {
		if f.Kind == kind {
			return f
		}
	}
	panic("city: no form " + kind)
}

// someone finds a person of a post, or the leader of a unit.
func (p *permits) someone(post, unit string) *worker {
	for _, w := range p.f.staff {
		if w.LeftOn.IsZero() && (post == "" || w.post == post) && (unit == "" || w.unit == unit || parentOf[w.unit] == unit) {
			return w
		}
	}
	return p.b.named("leader")
}

// worker finds a person of a post in turn, past the one whose card has lapsed, unless lapsed asks
// for just him.
func (p *permits) worker(post string, lapsed bool) *worker {
	var all []*worker
	for _, w := range p.f.staff {
		if w.LeftOn.IsZero() && w.post == post {
			all = append(all, w)
		}
	}
	if post != "焊工" {
		return all[0]
	}
	if lapsed {
		return all[1]
	}
	p.turn++
	return []*worker{all[0], all[2], all[3]}[p.turn%3]
}

func (p *permits) approver(j job) *worker {
	if j.level == "special" {
		return p.b.named("principal")
	}
	return p.b.named("safety")
}

// row is the permit as it stands.
func (p *permits) row(j job) *permit.Permit {
	form, from := p.form(j.kind), p.begin(j)
	until := from.Add(time.Duration(j.hours) * time.Hour)
	asked := from.Add(-50 * time.Minute)
	if asked.After(p.b.tx.Now) {
		asked = p.b.tx.Now.Add(-25 * time.Minute)
	}
	year := day.In(asked, day.Shanghai).Year()
	p.serial[year]++
	applicant, watcher, doer := p.b.named("leader"), p.someone("班组长", j.watchUnit), p.worker(j.post, j.state == permit.Closed && j.why != "")
	if j.unit == "机修动力车间" || j.watchUnit == "机修动力车间" {
		watcher = p.someone("班组长", "焊接二班")
	}
	if watcher == applicant {
		applicant = p.b.named("director")
	}
	unit := p.units[j.unit]
	r := &permit.Permit{
		CompanyID: p.f.CompanyID, RegionPath: p.f.RegionPath, OversightLine: p.f.OversightLine, Year: year, Serial: p.serial[year],
		Number: fmt.Sprintf("%s-%d-%04d", form.Short, year, p.serial[year]), Kind: j.kind, Level: j.level, FormVersion: p.pack.Version, State: j.state,
		Source: []string{permit.Phone, permit.Phone, permit.Desk}[p.serial[year]%3], UnitName: j.unit, Place: j.place, Content: j.content, Hazards: hazardsOf[j.kind],
		Details: db.JSON[[]permit.Detail]{V: j.details}, ApplicantID: some(applicant.ID), ApplicantPerson: applicant.PersonID, ApplicantName: applicant.Name,
		WatcherID: some(watcher.ID), WatcherName: watcher.Name, FromAt: from, UntilAt: until, Overridden: db.Ints{}, CreatedAt: asked, ChangedAt: asked,
	}
	if unit != 0 {
		r.UnitID = &unit
	}
	crew := []permit.Member{{StaffID: doer.ID, Name: doer.Name}}
	if j.contractor != "" {
		crew = append(crew, permit.Member{Name: p.d.person(), Firm: j.contractor, CardUntil: p.b.today.AddDays(240)})
	}
	r.Crew = db.JSON[[]permit.Member]{V: crew}
	for _, w := range []*worker{applicant, doer, watcher} {
		r.StaffIDs = append(r.StaffIDs, int64(w.ID))
	}
	if j.state != permit.Requested && j.state != permit.Cancelled {
		by := p.approver(j)
		r.ApproverID, r.ApproverName = some(by.ID), by.Name
		r.StaffIDs = append(r.StaffIDs, int64(by.ID))
	}
	if j.state == permit.Closed && j.why != "" {
		r.Overridden, r.OverrideName, r.OverrideReason = db.Ints{int64(doer.ID)}, p.b.named("safety").Name, j.why
	}
	p.moments(r, j)
	return r
}

// moments are when what happened.
func (p *permits) moments(r *permit.Permit, j job) {
	switch j.state {
	case permit.Approved, permit.Open, permit.Suspended, permit.Closed, permit.Lapsed:
		r.ApprovedAt = some(r.CreatedAt.Add(20 * time.Minute))
	case permit.Requested, permit.Refused, permit.Cancelled:
		return
	}
	if j.state == permit.Approved || j.state == permit.Lapsed {
		return
	}
	r.StartedAt = some(r.FromAt.Add(8 * time.Minute))
	if j.state == permit.Suspended {
		r.SuspendedAt = some(r.FromAt.Add(100 * time.Minute))
	}
	if j.state == permit.Closed {
		r.ClosedAt = some(r.UntilAt.Add(-35 * time.Minute))
		if r.ClosedLate = j.late; j.late {
			r.ClosedAt = some(r.UntilAt.Add(2 * time.Hour))
		}
	}
}

var hazardsOf = map[string]string{
	"hot_work": "火灾、爆炸、触电、灼烫", "confined_space": "中毒和窒息、淹溺、触电", "height": "高处坠落、物体打击", "temporary_power": "触电、火灾", "lifting": "起重伤害、物体打击",
	"line_breaking": "泄漏、中毒、火灾", "excavation": "坍塌、触电、损坏管线",
}
