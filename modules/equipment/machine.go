package equipment

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
	"anbiao/web/register"
)

// Press is the kind of machine that the authority counts.
const Press = "press"

// Machine is a machine (机械设备).
type Machine struct {
	register.Base
	Number      string          `json:"number" minLength:"1" maxLength:"40" zh:"设备编号" en:"Number" also:"编号,资产编号,设备编码" key:"1" list:"1"`
	Name        string          `json:"name" minLength:"1" maxLength:"60" zh:"设备名称" en:"Name" also:"名称" list:"1"`
	Kind        string          `json:"kind" enum:"press,hydraulic,shear,brake,lathe,mill,drill,grinder,polisher,saw,injection,welder,coating,dust,other" choice:"press=冲床/Press;hydraulic=油压机/Hydraulic press;shear=剪板机/Shear;brake=折弯机/Press brake;lathe=车床/Lathe;mill=铣床/Mill;drill=钻床/Drill;grinder=砂轮机/Grinder;polisher=抛光机/Polisher;saw=锯床/Saw;injection=注塑机/Injection moulder;welder=焊机/Welder;coating=喷涂设备/Coating line;dust=除尘设备/Dust collector;other=其他/Other" zh:"设备类型" en:"Kind" also:"类型,类别" filter:"1" list:"1"`
	Model       string          `json:"model" required:"false" maxLength:"60" zh:"规格型号" en:"Model" also:"型号,规格"`
	Maker       string          `json:"maker" required:"false" maxLength:"80" zh:"制造单位" en:"Maker" also:"生产厂家,制造厂"`
	Tonnage     int             `json:"tonnage" required:"false" minimum:"0" maximum:"20000" zh:"公称力（吨）" en:"Force (t)" also:"吨位,公称压力,吨位（T）" list:"1"`
	Devices     db.Texts        `json:"devices" required:"false" nullable:"false" maxItems:"12" zh:"安全装置" en:"Safety devices" also:"安全防护装置,防护装置" note:"双手操作、光电保护、安全栅栏、自动送料、急停、防护罩等/Two-hand control, light curtain, guard, automatic feed, emergency stop …"`
	Guarded     bool            `json:"guarded" readOnly:"true" zh:"操作侧防护" en:"Guarded" note:"双手操作、光电保护、安全栅栏、自动送料至少一种/At least one of two-hand control, light curtain, guard, automatic feed" filter:"1"`
	Place       string          `json:"place" required:"false" maxLength:"80" zh:"安装位置" en:"Place" also:"位置,地点,存放地点"`
	PointID     id.Of[id.Point] `json:"pointId" required:"false" zh:"检查点" en:"Check point" name:"PointName"`
	PointName   string          `json:"pointName" readOnly:"true"`
	OwnerID     id.Of[id.Staff] `json:"ownerId" required:"false" zh:"责任人" en:"Owner" also:"负责人,管理人" name:"OwnerName" mine:"1"`
	OwnerName   string          `json:"ownerName" readOnly:"true"`
	UsedSince   day.Date        `json:"usedSince" required:"false" zh:"投用日期" en:"Used since" also:"启用日期,购置日期"`
	CycleMonths int             `json:"cycleMonths" required:"false" minimum:"0" maximum:"120" zh:"检测周期（月）" en:"Test cycle (months)" also:"检测周期" note:"冲床不填按 12 个月；其他设备不填为不定期检测/A press without one is tested every 12 months; other machines are not"`
	TestedOn    day.Date        `json:"testedOn" required:"false" zh:"上次合格检测日期" en:"Last passed test" also:"上次检测日期,检测日期,检测时间" list:"1"`
	DueOn       day.Date        `json:"dueOn" readOnly:"true" zh:"下次检测日期" en:"Next test" list:"1"`
	BarredOn    day.Date        `json:"barredOn" readOnly:"true" zh:"检测不合格停用" en:"Barred since" list:"1"`
	Note        string          `json:"note" required:"false" maxLength:"500" area:"1" zh:"备注" en:"Note"`
}

// guards keep hands out of the die (GB 8176: one of them at the operator's side).
var guards = []string{"双手", "光电", "光幕", "安全栅", "自动送料", "机械手", "two-hand", "light curtain", "automatic feed"}

func guardedBy(devices []string) bool {
	return slices.ContainsFunc(devices, func(d string) bool {
		return slices.ContainsFunc(guards, func(g string) bool { return strings.Contains(strings.ToLower(d), g) })
	})
}

// machines is the register of machines.
func (s *Service) machines() *register.Kind[Machine] {
	return &register.Kind[Machine]{
		Gate: s.Gate, Name: "equipment-machine", Route: "/equipment/machines", TitleZh: "机械设备台账", TitleEn: "Machines", Read: ActionRead, Write: ActionWrite,
		Faults: []*fault.Error{ErrFuture},
		Check: func(_ context.Context, tx db.Tx, _ rbac.Scope, _, is *Machine) error {
			today := day.In(tx.Now, day.Shanghai)
			if err := past(today, map[string]day.Date{"testedOn": is.TestedOn, "usedSince": is.UsedSince}); err != nil {
				return err
			}
			is.settle(today)
			return nil
		},
		Saved: func(ctx context.Context, tx db.Tx, _ rbac.Scope, rows []register.Change[Machine]) error {
			if !slices.ContainsFunc(rows, func(c register.Change[Machine]) bool { return c.Is.press() || (c.Was != nil && c.Was.press()) }) {
				return nil
			}
			return countPresses(ctx, tx, []rbac.CompanyID{rows[0].Is.CompanyID})
		},
		Due: func(m *Machine) []due.Item { return m.dues() },
	}
}

// settle computes what follows from the rest.
func (m *Machine) settle(today day.Date) {
	m.Guarded = guardedBy(m.Devices)
	switch n := months(m.Kind, m.CycleMonths); {
	case n == 0:
		m.DueOn = day.Date{}
	case m.TestedOn.IsZero():
		m.DueOn = begun(&m.Base, m.UsedSince, today)
	default:
		m.DueOn = after(m.TestedOn, n)
	}
}

func (m *Machine) row() *register.Base              { return &m.Base }
func (m *Machine) label() (number, name string)     { return m.Number, m.Name }
func (m *Machine) where() (string, id.Of[id.Point]) { return m.Place, m.PointID }
func (m *Machine) owner() id.Of[id.Staff]           { return m.OwnerID }
func (*Machine) category() string                   { return "B02" }
func (m *Machine) press() bool                      { return m.Kind == Press }
func (*Machine) takes(kind string) bool             { return kind == FullTest }

func (m *Machine) passed(_ string, on, _ day.Date) {
	if on.Before(m.TestedOn) || on.Before(m.BarredOn) {
		return
	}
	m.TestedOn, m.BarredOn = on, day.Date{}
	m.DueOn = after(on, months(m.Kind, m.CycleMonths))
}

func (m *Machine) failed(_ string, on day.Date) {
	if m.BarredOn.IsZero() && !on.Before(m.TestedOn) {
		m.BarredOn = on
	}
}

func (m *Machine) dates() map[string]any {
	return map[string]any{"tested_on": m.TestedOn, "due_on": m.DueOn, "barred_on": m.BarredOn}
}

func (m *Machine) dues() []due.Item {
	return []due.Item{{Kind: "equipment.test", Title: title(m), On: m.DueOn, OwnerID: m.OwnerID}}
}

func (m *Machine) fields() [][2]string {
	return [][2]string{
		{"设备名称", m.Name},
		{"设备编号", m.Number},
		{"规格型号", m.Model},
		{"公称力（吨）", number(m.Tonnage)},
		{"制造单位", m.Maker},
		{"投用日期", dayText(m.UsedSince)},
		{"所属部门", m.UnitName},
		{"安装位置", m.Place},
		{"责任人", m.OwnerName},
		{"安全装置", strings.Join(m.Devices, "、")},
		{"上次合格检测", dayText(m.TestedOn)},
		{"下次检测", dayText(m.DueOn)},
		{"停用", dayText(m.BarredOn)},
	}
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

func dayText(d day.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}
