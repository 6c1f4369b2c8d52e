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

// Fire is a piece of fire equipment (消防器材), or several alike in one place.
type Fire struct {
	register.Base
	Number     string          `json:"number" minLength:"1" maxLength:"40" zh:"编号" en:"Number" also:"器材编号" key:"1" list:"1"`
	Kind       string          `json:"kind" enum:"dry_powder,water,clean_gas,co2,hydrant,emergency_light,alarm,other" choice:"dry_powder=干粉灭火器/Dry-powder extinguisher;water=水基型灭火器/Water extinguisher;clean_gas=洁净气体灭火器/Clean-gas extinguisher;co2=二氧化碳灭火器/CO₂ extinguisher;hydrant=消火栓/Hydrant;emergency_light=应急照明和疏散指示/Emergency lighting;alarm=火灾自动报警/Fire alarm;other=其他/Other" zh:"器材种类" en:"Kind" also:"种类,类型" filter:"1" list:"1"`
	Name       string          `json:"name" required:"false" maxLength:"60" zh:"名称" en:"Name" also:"器材名称"`
	Model      string          `json:"model" required:"false" maxLength:"60" zh:"规格型号" en:"Model" also:"型号,规格"`
	Quantity   int             `json:"quantity" required:"false" minimum:"0" maximum:"10000" zh:"数量" en:"Quantity" list:"1"`
	Place      string          `json:"place" required:"false" maxLength:"80" zh:"设置位置" en:"Place" also:"位置,放置地点" list:"1"`
	PointID    id.Of[id.Point] `json:"pointId" required:"false" zh:"检查点" en:"Check point" name:"PointName"`
	PointName  string          `json:"pointName" readOnly:"true"`
	OwnerID    id.Of[id.Staff] `json:"ownerId" required:"false" zh:"责任人" en:"Owner" also:"负责人" name:"OwnerName" mine:"1"`
	OwnerName  string          `json:"ownerName" readOnly:"true"`
	MadeOn     day.Date        `json:"madeOn" required:"false" zh:"出厂日期" en:"Made on" also:"生产日期"`
	CheckedOn  day.Date        `json:"checkedOn" required:"false" zh:"上次检查" en:"Last check" also:"上次检查日期,检查日期"`
	ServicedOn day.Date        `json:"servicedOn" required:"false" zh:"上次维修检测" en:"Last service" also:"维修日期,上次维修日期"`
	CheckDueOn day.Date        `json:"checkDueOn" readOnly:"true" zh:"下次检查" en:"Next check" list:"1"`
	DueOn      day.Date        `json:"dueOn" readOnly:"true" zh:"下次维修检测" en:"Next service" list:"1"`
	ScrapOn    day.Date        `json:"scrapOn" readOnly:"true" zh:"报废日期" en:"Scrap on" list:"1"`
	BarredOn   day.Date        `json:"barredOn" readOnly:"true" zh:"不合格停用" en:"Barred since"`
	Note       string          `json:"note" required:"false" maxLength:"500" area:"1" zh:"备注" en:"Note"`
}

func (s *Service) fires() *register.Kind[Fire] {
	return &register.Kind[Fire]{
		Gate: s.Gate, Name: "equipment-fire", Route: "/equipment/fire", TitleZh: "消防器材台账", TitleEn: "Fire equipment", Read: ActionRead, Write: ActionWrite,
		Faults: []*fault.Error{ErrFuture},
		Check: func(_ context.Context, tx db.Tx, _ rbac.Scope, _, is *Fire) error {
			today := day.In(tx.Now, day.Shanghai)
			if err := past(today, map[string]day.Date{"madeOn": is.MadeOn, "checkedOn": is.CheckedOn, "servicedOn": is.ServicedOn}); err != nil {
				return err
			}
			is.Quantity = max(is.Quantity, 1)
			is.settle(today)
			return nil
		},
		Due: func(f *Fire) []due.Item { return f.dues() },
	}
}

// settle computes what follows from the rest.
func (f *Fire) settle(today day.Date) {
	c := Cycles[f.Kind]
	f.CheckDueOn, f.DueOn, f.ScrapOn = after(f.CheckedOn, c.Check), after(f.ServicedOn, c.Months), after(f.MadeOn, 12*c.Scrap)
	if f.CheckedOn.IsZero() && c.Check > 0 {
		f.CheckDueOn = begun(&f.Base, day.Date{}, today)
	}
	if f.ServicedOn.IsZero() && !f.MadeOn.IsZero() {
		f.DueOn = after(f.MadeOn, c.Months)
		if c.First > 0 {
			f.DueOn = after(f.MadeOn, c.First)
		}
	}
}

func (f *Fire) row() *register.Base              { return &f.Base }
func (f *Fire) label() (number, name string)     { return f.Number, f.Name }
func (f *Fire) where() (string, id.Of[id.Point]) { return f.Place, f.PointID }
func (f *Fire) owner() id.Of[id.Staff]           { return f.OwnerID }
func (*Fire) category() string                   { return "B05" }
func (*Fire) press() bool                        { return false }
func (*Fire) takes(kind string) bool             { return kind == Check || kind == Repair }

func (f *Fire) passed(kind string, on, _ day.Date) {
	last := &f.CheckedOn
	if kind == Repair {
		last = &f.ServicedOn
	}
	if on.Before(*last) || on.Before(f.BarredOn) {
		return
	}
	*last, f.BarredOn = on, day.Date{}
	f.settle(on)
}

func (f *Fire) failed(_ string, on day.Date) {
	if f.BarredOn.IsZero() && !on.Before(f.CheckedOn) && !on.Before(f.ServicedOn) {
		f.BarredOn = on
	}
}

func (f *Fire) dates() map[string]any {
	return map[string]any{"checked_on": f.CheckedOn, "serviced_on": f.ServicedOn, "check_due_on": f.CheckDueOn, "due_on": f.DueOn, "barred_on": f.BarredOn}
}

func (f *Fire) dues() []due.Item {
	named := title(f)
	if f.Place != "" {
		named += "（" + f.Place + "）"
	}
	return []due.Item{
		{Kind: "equipment.check", Title: named, On: f.CheckDueOn, OwnerID: f.OwnerID, Before: []int{3, 0}},
		{Kind: "equipment.service", Title: named, On: f.DueOn, OwnerID: f.OwnerID},
		{Kind: "equipment.scrap", Title: named, On: f.ScrapOn, OwnerID: f.OwnerID},
	}
}

func (f *Fire) fields() [][2]string {
	return [][2]string{
		{"名称", f.Name},
		{"编号", f.Number},
		{"规格型号", f.Model},
		{"数量", number(f.Quantity)},
		{"设置位置", f.Place},
		{"所属部门", f.UnitName},
		{"责任人", f.OwnerName},
		{"出厂日期", dayText(f.MadeOn)},
		{"上次检查", dayText(f.CheckedOn)},
		{"下次检查", dayText(f.CheckDueOn)},
		{"上次维修", dayText(f.ServicedOn)},
		{"下次维修", dayText(f.DueOn)},
		{"报废日期", dayText(f.ScrapOn)},
		{"停用", dayText(f.BarredOn)},
	}
}
