package city

import (
	"time"

	"anbiao/kit/db"
	"anbiao/kit/fen"
	"anbiao/modules/accident"
)

// mishap is an event to be made up, some days ago.
type mishap struct {
	kind                   accident.Kind
	unit, title, place     string
	category, facts, cause string
	measures               string
	ago, due, done, closed int // days: due after it; done and closed ago, 0: not yet
	severe, slight, lost   int
	loss                   fen.Amount
	reported               time.Duration // to the authority, after it was heard of; 0: not
	flaw, why              string
	by                     string // login of who entered it
}

// mishaps of the worked company: an ordinary accident of last year, closed; a small fire this
// year whose measures are open; injuries; near misses, one of them with a measure overdue.
var mishaps = []mishap{
	{
		kind: accident.Happened, unit: "冲压车间", title: "冲床压伤手指事故", place: "冲压车间 6 号压力机", category: "03", facts: "调试后光电保护装置未复位，操作工徒手取件时滑块下行，右手食指压伤。",
		cause: "光电保护装置被旁路，双手操作未启用。", measures: "恢复并加锁光电保护；压力机安全装置每班点检；全员再培训。", ago: 402, due: 30, done: 380, closed: 350, severe: 1, lost: 300, loss: 8_600_000,
		reported: 42 * time.Minute, by: "safety",
	},
	{
		kind: accident.Happened, unit: "喷涂车间", title: "喷房滤棉阴燃", place: "喷涂车间 2 号喷房", category: "08", facts: "滤棉积漆自热阴燃，自动喷淋动作，未蔓延。", cause: "滤棉超期未更换。",
		measures: "滤棉更换周期改为 7 天并入点检；增设温度监测。", ago: 33, due: 45, loss: 1_250_000, reported: 95 * time.Minute, flaw: "late", why: "车间先行处置后才报告公司，公司接报后又未在 1 小时内上报，经调查组认定为迟报。", by: "safety",
	},
	{kind: accident.Injury, unit: "装配包装车间", title: "搬运砸伤脚趾", place: "装配线尾", category: "01", facts: "纸箱滑落砸到脚背，软组织挫伤。", cause: "堆码过高，未穿防砸鞋。", measures: "限高 1.5 米并划线。", ago: 75, due: 20, done: 60, closed: 58, slight: 1, lost: 5, by: "safety"},
	{kind: accident.Injury, unit: "焊接车间", title: "电焊弧光灼伤眼睛", place: "点焊工位", category: "07", facts: "更换工件时未放下面罩。", cause: "未使用自动变光面罩。", measures: "更换自动变光面罩。", ago: 140, due: 15, done: 130, closed: 128, slight: 1, lost: 2, by: "safety"},
	{kind: accident.NearMiss, unit: "模具班", title: "吊装模具时吊带滑脱", place: "模具库", category: "04", facts: "吊带未收紧，模具倾斜后重新落地，无人受伤。", cause: "吊点选择不当。", measures: "制作模具专用吊具。", ago: 52, due: 30, by: "leader"},
	{kind: accident.NearMiss, unit: "仓储物流部", title: "叉车转弯险些碰人", place: "成品库北门", category: "02", facts: "转角无反光镜，叉车未鸣号。", cause: "视线盲区。", measures: "安装转角镜和限速标志。", ago: 26, due: 20, done: 9, closed: 8, by: "safety"},
	{kind: accident.NearMiss, unit: "冲压甲班", title: "废料箱拉手断裂", place: "冲压线 3 号机旁", facts: "拖废料箱时拉手断裂，人往后退了一步，没有受伤。", ago: 6, by: "worker"},
	{kind: accident.NearMiss, unit: "抛光打磨车间", title: "除尘风管连接处松脱", place: "抛光一班 4 号工位", facts: "风管抱箍松脱，粉尘外溢，及时停机。", ago: 15, by: "director"},
}

// suffer makes up the worked company's accidents, injuries and near misses, and its hours.
func (b *builder) suffer() error {
	var rows []*accident.Accident
	for i, m := range mishaps {
		on := b.today.AddDays(-m.ago)
		base, err := b.line(m.unit, on)
		if err != nil {
			return err
		}
		by, owner := b.named(m.by), b.named("director")
		base.MadeBy = by.Name
		a := &accident.Accident{
			Base: base, Kind: m.kind, Title: m.title, HappenedAt: at(on, 9+i, 10), Place: m.place, Category: m.category, Facts: m.facts, Severe: m.severe, Slight: m.slight, LostDays: m.lost,
			LossFen: m.loss, Injured: db.Texts{}, Flaw: m.flaw, FlawReason: m.why, Team: db.Texts{}, DirectCause: m.cause, Measures: m.measures, ReporterID: by.ID, ReporterName: by.Name,
		}
		if m.reported > 0 {
			a.HeardAt = a.HappenedAt.Add(12 * time.Minute)
			a.ReportedAt, a.ReportedTo = a.HeardAt.Add(m.reported), "永康市应急管理局"
			a.Team = db.Texts{b.named("principal").Name, b.named("safety").Name, owner.Name}
			a.IndirectCause, a.Lessons = "现场检查流于形式，安全装置管理责任不清。", "安全装置失效等同停机：先停机、再报修、后生产。"
		}
		if m.due > 0 {
			a.OwnerID, a.OwnerName, a.MeasureDueOn = owner.ID, owner.Name, on.AddDays(m.due)
		}
		if m.done > 0 {
			a.MeasureDoneOn = b.today.AddDays(-m.done)
		}
		if m.closed > 0 {
			a.ClosedOn = b.today.AddDays(-m.closed)
		}
		rows = append(rows, a)
	}
	if err := enter(b, b.deps.Accident.Accidents(), rows); err != nil {
		return err
	}
	var years []*accident.Hours
	for i, staff := range []int{108, 118, 126} {
		base, err := b.line("", b.today.AddDays(-200))
		if err != nil {
			return err
		}
		years = append(years, &accident.Hours{Base: base, Year: b.today.Year() - 2 + i, StaffCount: staff, Hours: int64(staff) * 2_050, Note: "按考勤汇总"})
	}
	return enter(b, b.deps.Accident.Hours(), years)
}
