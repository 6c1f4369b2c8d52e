package city

import (
	"fmt"
	"slices"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/modules/meeting"
	"anbiao/web/register"
)

// enter keeps rows of a register for the worked company as its safety manager would have.
func enter[T any](b *builder, k *register.Kind[T], rows []*T) error {
	return k.Enter(b.ctx, b.tx, b.scope, rows)
}

// line is what every row of a register of the worked company has; unit "" is the whole company.
func (b *builder) line(unit string, made day.Date) (register.Base, error) {
	f := b.index["safety"]
	base := register.Base{
		CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, UnitName: unit, Files: register.Files{}, MadeBy: b.named("safety").Name,
		CreatedAt: at(made, 16, 30), UpdatedAt: at(made, 16, 30),
	}
	if unit == "" {
		return base, nil
	}
	err := b.tx.WithContext(b.ctx).Raw("SELECT id FROM staff_unit WHERE company_id = ? AND name = ? ORDER BY id LIMIT 1", int64(f.CompanyID), unit).Scan(&base.UnitID).Error
	if err == nil && base.UnitID == 0 {
		err = fmt.Errorf("no unit %s", unit)
	}
	return base, err
}

// gathering is a meeting to be made up, some days ago.
type gathering struct {
	kind               meeting.Kind
	unit, title, about string
	resolved           string
	ago, due, done     int // days; due after the meeting, 0: nothing was resolved; done ago, 0: open
	people             int
}

// gatherings of the worked company: the safety committee met in time, the monthly meeting is a
// week late, one resolution is overdue.
func gatherings() []gathering {
	all := []gathering{
		{meeting.Special, "", "粉尘涉爆专项整治推进会", "通报除尘系统检测情况，部署积尘清扫和火花探测整改。", "除尘管道增设火花探测装置", 45, 30, 0, 9},
		{meeting.Accident, "冲压车间", "手指夹伤事件分析会", "分析 2 号线夹伤经过，查找双手按钮被短接的原因。", "恢复双手按钮并加铅封，班前点检签字", 66, 15, 58, 12},
	}
	for i, ago := range []int{20, 112, 203, 294} {
		all = append(all, gathering{meeting.Committee, "", fmt.Sprintf("安全生产委员会第 %d 次会议", 4-i), "听取风险管控、隐患整改、费用使用和责任考核情况，研究重大事项。", "完成光电保护装置更换；落实下季度安全费用", ago, 40, max(ago-32, 3), 11})
	}
	for i, ago := range []int{38, 68, 98, 129, 160, 190} {
		all = append(all, gathering{meeting.Management, "", "月度安全例会", "通报上月检查和隐患整改，布置本月重点工作。", pickOf([]string{"整改未销号隐患", "组织叉车限速检查", "更换破损安全网"}, i), ago, 20, max(ago-18, 1), 16})
	}
	for i, unit := range []string{"冲压车间", "抛光打磨车间", "喷涂车间"} {
		all = append(all, gathering{meeting.Workshop, unit, unit + "安全会议", "学习操作规程和典型事故案例，讲评本月违章。", "", 12 + 6*i, 0, 0, 20})
	}
	for n := 1; n <= 8; n++ {
		all = append(all, gathering{meeting.Shift, "冲压甲班", "冲压甲班班前会", "点名，查精神状态和防护用品；讲当班风险：双手操作，换模挂牌上锁。", "", n, 0, 0, 8})
	}
	return all
}

func pickOf(of []string, i int) string { return of[i%len(of)] }

// meet makes up the worked company's safety meetings.
func (b *builder) meet() error {
	var rows []*meeting.Meeting
	for _, g := range gatherings() {
		on := b.today.AddDays(-g.ago)
		base, err := b.line(g.unit, on)
		if err != nil {
			return err
		}
		chair, recorder := b.named("principal"), b.named("safety")
		if g.unit != "" {
			chair, recorder = b.named("director"), b.named("leader")
		}
		m := &meeting.Meeting{
			Base: base, Kind: g.kind, Title: g.title, HeldOn: on, Place: "二楼会议室", ChairID: chair.ID, ChairName: chair.Name, RecorderID: recorder.ID, RecorderName: recorder.Name,
			Present: g.people, Attendees: b.present(g.unit, g.people), Agenda: "一、通报情况\n二、讨论\n三、议定事项", Minutes: g.about, Resolutions: g.resolved,
		}
		if g.kind == meeting.Shift {
			m.Place, m.Agenda = "冲压车间班前会点", ""
		}
		if g.due > 0 {
			m.FollowerID, m.FollowerName, m.FollowDueOn = recorder.ID, recorder.Name, on.AddDays(g.due)
		}
		if g.done > 0 {
			m.FollowDoneOn = b.today.AddDays(-g.done)
		}
		rows = append(rows, m)
	}
	slices.Reverse(rows) // as they were entered: the latest last
	return enter(b, b.deps.Meeting.Meetings(), rows)
}

// present names people who were there, from a unit where there are enough of them.
func (b *builder) present(unit string, n int) db.Texts {
	out := db.Texts{}
	seen := map[id.Of[id.Staff]]bool{}
	for _, own := range []bool{true, false} {
		for _, w := range b.index["safety"].staff {
			if len(out) < min(n, 12) && w.LeftOn.IsZero() && !seen[w.ID] && (!own || w.unit == unit || parentOf[w.unit] == unit) {
				seen[w.ID], out = true, append(out, w.Name)
			}
		}
	}
	return out
}
