package equipment

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
	"anbiao/web/register"
)

// Special is a piece of special equipment (特种设备) or a safety accessory of one.
type Special struct {
	register.Base
	Number         string          `json:"number" minLength:"1" maxLength:"40" zh:"内部编号" en:"Number" also:"编号,设备编号,资产编号" key:"1" list:"1"`
	Name           string          `json:"name" minLength:"1" maxLength:"60" zh:"设备名称" en:"Name" also:"名称" list:"1"`
	Kind           string          `json:"kind" enum:"boiler,vessel,pipe,safety_valve,lift,crane,hoist,forklift,other" choice:"boiler=锅炉/Boiler;vessel=压力容器/Pressure vessel;pipe=压力管道/Pressure pipe;safety_valve=安全阀/Safety valve;lift=电梯/Lift;crane=起重机械/Crane;hoist=施工升降机/Builders' hoist;forklift=叉车等场内车辆/Forklift;other=其他/Other" zh:"设备种类" en:"Kind" also:"种类,类型,设备类别" filter:"1" list:"1"`
	DeviceCode     string          `json:"deviceCode" required:"false" maxLength:"40" zh:"设备代码" en:"Equipment code" also:"注册代码,设备注册代码"`
	UseCertificate string          `json:"useCertificate" required:"false" maxLength:"60" zh:"使用登记证编号" en:"Use certificate" also:"使用证编号,登记证号,使用登记证号"`
	Model          string          `json:"model" required:"false" maxLength:"60" zh:"规格型号" en:"Model" also:"型号"`
	Maker          string          `json:"maker" required:"false" maxLength:"80" zh:"制造单位" en:"Maker" also:"生产厂家"`
	Parameters     string          `json:"parameters" required:"false" maxLength:"120" zh:"主要参数" en:"Parameters" note:"额定起重量、压力、容积等/Rated load, pressure, volume"`
	Place          string          `json:"place" required:"false" maxLength:"80" zh:"使用地点" en:"Place" also:"安装位置,位置"`
	PointID        id.Of[id.Point] `json:"pointId" required:"false" zh:"检查点" en:"Check point" name:"PointName"`
	PointName      string          `json:"pointName" readOnly:"true"`
	OperatorID     id.Of[id.Staff] `json:"operatorId" required:"false" zh:"作业人员" en:"Operator" also:"操作人员,司机" name:"OperatorName" mine:"1"`
	OperatorName   string          `json:"operatorName" readOnly:"true"`
	OwnerID        id.Of[id.Staff] `json:"ownerId" required:"false" zh:"安全管理人员" en:"Owner" also:"责任人,负责人,管理人员" name:"OwnerName" mine:"1"`
	OwnerName      string          `json:"ownerName" readOnly:"true"`
	CycleMonths    int             `json:"cycleMonths" required:"false" minimum:"0" maximum:"144" zh:"检验周期（月）" en:"Cycle (months)" also:"检验周期" note:"不填按安全技术规范对该种类的周期/Left out: as the technical rules say for the kind"`
	TestedOn       day.Date        `json:"testedOn" required:"false" zh:"上次检验合格日期" en:"Last inspection passed" also:"上次检验日期,检验日期" list:"1"`
	StatedOn       day.Date        `json:"statedOn" required:"false" zh:"报告载明下次检验" en:"Next as reported" also:"下次检验日期（报告）,报告下次检验日期" note:"检验报告载明的日期优先/What the report says takes precedence"`
	DueOn          day.Date        `json:"dueOn" readOnly:"true" zh:"下次检验日期" en:"Next inspection" list:"1"`
	BarredOn       day.Date        `json:"barredOn" readOnly:"true" zh:"检验不合格停用" en:"Barred since" list:"1"`
	Note           string          `json:"note" required:"false" maxLength:"500" area:"1" zh:"备注" en:"Note"`
}

func (s *Service) specials() *register.Kind[Special] {
	return &register.Kind[Special]{
		Gate: s.Gate, Name: "equipment-special", Route: "/equipment/special", TitleZh: "特种设备台账", TitleEn: "Special equipment", Read: ActionRead, Write: ActionWrite,
		Faults: []*fault.Error{ErrFuture, ErrOrder},
		Check: func(_ context.Context, tx db.Tx, _ rbac.Scope, _, is *Special) error {
			today := day.In(tx.Now, day.Shanghai)
			if err := past(today, map[string]day.Date{"testedOn": is.TestedOn}); err != nil {
				return err
			}
			if !is.StatedOn.IsZero() && is.StatedOn.Before(is.TestedOn) {
				return ErrOrder.At("body.statedOn")
			}
			is.settle(today)
			return nil
		},
		Due: func(x *Special) []due.Item { return x.dues() },
	}
}

// settle computes what follows from the rest. Special equipment that was never inspected here is
// due at once: it may not be used without.
func (x *Special) settle(today day.Date) {
	switch n := months(x.Kind, x.CycleMonths); {
	case !x.StatedOn.IsZero():
		x.DueOn = x.StatedOn
	case n == 0:
		x.DueOn = day.Date{}
	case x.TestedOn.IsZero():
		x.DueOn = begun(&x.Base, day.Date{}, today)
	default:
		x.DueOn = after(x.TestedOn, n)
	}
}

func (x *Special) row() *register.Base              { return &x.Base }
func (x *Special) label() (number, name string)     { return x.Number, x.Name }
func (x *Special) where() (string, id.Of[id.Point]) { return x.Place, x.PointID }
func (x *Special) owner() id.Of[id.Staff]           { return x.OwnerID }
func (*Special) category() string                   { return "B01" }
func (*Special) press() bool                        { return false }
func (*Special) takes(kind string) bool             { return kind == FullTest }

func (x *Special) passed(_ string, on, next day.Date) {
	if on.Before(x.TestedOn) || on.Before(x.BarredOn) {
		return
	}
	x.TestedOn, x.StatedOn, x.BarredOn = on, next, day.Date{}
	x.settle(on)
}

func (x *Special) failed(_ string, on day.Date) {
	if x.BarredOn.IsZero() && !on.Before(x.TestedOn) {
		x.BarredOn = on
	}
}

func (x *Special) dates() map[string]any {
	return map[string]any{"tested_on": x.TestedOn, "stated_on": x.StatedOn, "due_on": x.DueOn, "barred_on": x.BarredOn}
}

func (x *Special) dues() []due.Item {
	return []due.Item{{Kind: "equipment.inspection", Title: title(x), On: x.DueOn, OwnerID: x.OwnerID, Before: []int{90, 60, 30, 7, 0}}}
}

func (x *Special) fields() [][2]string {
	return [][2]string{
		{"设备名称", x.Name},
		{"内部编号", x.Number},
		{"设备代码", x.DeviceCode},
		{"使用登记证", x.UseCertificate},
		{"规格型号", x.Model},
		{"主要参数", x.Parameters},
		{"制造单位", x.Maker},
		{"使用地点", x.Place},
		{"所属部门", x.UnitName},
		{"作业人员", x.OperatorName},
		{"安全管理人员", x.OwnerName},
		{"上次检验合格", dayText(x.TestedOn)},
		{"下次检验", dayText(x.DueOn)},
		{"停用", dayText(x.BarredOn)},
	}
}
