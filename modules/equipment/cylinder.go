package equipment

import (
	"cmp"
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
	"anbiao/web/register"
)

// Cylinder is a gas cylinder (气瓶).
type Cylinder struct {
	register.Base
	Number      string          `json:"number" minLength:"1" maxLength:"40" zh:"气瓶编号" en:"Serial number" also:"钢印号,瓶号,编号" key:"1" list:"1"`
	Kind        string          `json:"kind" enum:"oxygen,acetylene,argon,nitrogen,co2_gas,air,propane,lpg,other" choice:"oxygen=氧气/Oxygen;acetylene=乙炔/Acetylene;argon=氩气/Argon;nitrogen=氮气/Nitrogen;co2_gas=二氧化碳/CO₂;air=压缩空气/Air;propane=丙烷/Propane;lpg=液化石油气/LPG;other=其他/Other" zh:"介质" en:"Gas" also:"气体,种类,充装介质" filter:"1" list:"1"`
	Owned       bool            `json:"owned" required:"false" zh:"自有" en:"Owned" note:"否：供气单位的气瓶/No: the supplier's"`
	Supplier    string          `json:"supplier" required:"false" maxLength:"80" zh:"充装单位" en:"Supplier" also:"供气单位,供应商" list:"1"`
	Litres      int             `json:"litres" required:"false" minimum:"0" maximum:"5000" zh:"容积（升）" en:"Volume (l)" also:"容积"`
	Place       string          `json:"place" required:"false" maxLength:"80" zh:"存放地点" en:"Storage place" also:"存放位置,位置" list:"1"`
	PointID     id.Of[id.Point] `json:"pointId" required:"false" zh:"检查点" en:"Check point" name:"PointName"`
	PointName   string          `json:"pointName" readOnly:"true"`
	OwnerID     id.Of[id.Staff] `json:"ownerId" required:"false" zh:"保管人" en:"Keeper" also:"责任人" name:"OwnerName" mine:"1"`
	OwnerName   string          `json:"ownerName" readOnly:"true"`
	MadeOn      day.Date        `json:"madeOn" required:"false" zh:"制造日期" en:"Made on" also:"出厂日期,生产日期"`
	CycleMonths int             `json:"cycleMonths" required:"false" minimum:"0" maximum:"120" zh:"检验周期（月）" en:"Cycle (months)" also:"检验周期" note:"不填按介质/Left out: as for the gas"`
	TestedOn    day.Date        `json:"testedOn" required:"false" zh:"上次检验合格日期" en:"Last inspection passed" also:"上次检验日期,检验日期"`
	StatedOn    day.Date        `json:"statedOn" required:"false" zh:"检验环载明下次检验" en:"Next as on the ring" also:"有效期至" note:"瓶上检验标志载明的日期优先/What the ring on the cylinder says takes precedence"`
	DueOn       day.Date        `json:"dueOn" readOnly:"true" zh:"下次检验日期" en:"Next inspection" list:"1"`
	ScrapYears  int             `json:"scrapYears" required:"false" minimum:"0" maximum:"60" zh:"使用年限（年）" en:"Design life (years)" also:"设计使用年限,报废年限" note:"不填按介质/Left out: as for the gas"`
	ScrapOn     day.Date        `json:"scrapOn" readOnly:"true" zh:"报废日期" en:"Scrap on" list:"1"`
	BarredOn    day.Date        `json:"barredOn" readOnly:"true" zh:"检验不合格停用" en:"Barred since"`
	Note        string          `json:"note" required:"false" maxLength:"500" area:"1" zh:"备注" en:"Note"`
}

func (s *Service) cylinders() *register.Kind[Cylinder] {
	return &register.Kind[Cylinder]{
		Gate: s.Gate, Name: "equipment-cylinder", Route: "/equipment/cylinders", TitleZh: "气瓶台账", TitleEn: "Gas cylinders", Read: ActionRead, Write: ActionWrite,
		Faults: []*fault.Error{ErrFuture, ErrOrder},
		Check: func(_ context.Context, tx db.Tx, _ rbac.Scope, _, is *Cylinder) error {
			today := day.In(tx.Now, day.Shanghai)
			if err := past(today, map[string]day.Date{"testedOn": is.TestedOn, "madeOn": is.MadeOn}); err != nil {
				return err
			}
			if !is.StatedOn.IsZero() && is.StatedOn.Before(is.TestedOn) {
				return ErrOrder.At("body.statedOn")
			}
			is.settle()
			return nil
		},
		Due: func(c *Cylinder) []due.Item { return c.dues() },
	}
}

// settle computes what follows from the rest. A new cylinder's first cycle runs from its making.
func (c *Cylinder) settle() {
	from := c.TestedOn
	if from.IsZero() {
		from = c.MadeOn
	}
	c.DueOn = after(from, months(c.Kind, c.CycleMonths))
	if !c.StatedOn.IsZero() {
		c.DueOn = c.StatedOn
	}
	c.ScrapOn = after(c.MadeOn, 12*cmp.Or(c.ScrapYears, Cycles[c.Kind].Scrap))
}

func (c *Cylinder) row() *register.Base              { return &c.Base }
func (c *Cylinder) label() (number, name string)     { return c.Number, "气瓶" }
func (c *Cylinder) where() (string, id.Of[id.Point]) { return c.Place, c.PointID }
func (c *Cylinder) owner() id.Of[id.Staff]           { return c.OwnerID }
func (*Cylinder) category() string                   { return "B01" }
func (*Cylinder) press() bool                        { return false }
func (*Cylinder) takes(kind string) bool             { return kind == FullTest }

func (c *Cylinder) passed(_ string, on, next day.Date) {
	if on.Before(c.TestedOn) || on.Before(c.BarredOn) {
		return
	}
	c.TestedOn, c.StatedOn, c.BarredOn = on, next, day.Date{}
	c.settle()
}

func (c *Cylinder) failed(_ string, on day.Date) {
	if c.BarredOn.IsZero() && !on.Before(c.TestedOn) {
		c.BarredOn = on
	}
}

func (c *Cylinder) dates() map[string]any {
	return map[string]any{"tested_on": c.TestedOn, "stated_on": c.StatedOn, "due_on": c.DueOn, "barred_on": c.BarredOn}
}

func (c *Cylinder) dues() []due.Item {
	return []due.Item{
		{Kind: "equipment.cylinder", Title: title(c), On: c.DueOn, OwnerID: c.OwnerID},
		{Kind: "equipment.cylinder-scrap", Title: title(c), On: c.ScrapOn, OwnerID: c.OwnerID},
	}
}

func (c *Cylinder) fields() [][2]string {
	return [][2]string{
		{"气瓶编号", c.Number},
		{"充装单位", c.Supplier},
		{"容积（升）", number(c.Litres)},
		{"存放地点", c.Place},
		{"保管人", c.OwnerName},
		{"制造日期", dayText(c.MadeOn)},
		{"上次检验合格", dayText(c.TestedOn)},
		{"下次检验", dayText(c.DueOn)},
		{"报废日期", dayText(c.ScrapOn)},
		{"停用", dayText(c.BarredOn)},
	}
}
