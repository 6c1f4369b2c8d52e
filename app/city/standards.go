package city

import (
	"slices"
	"time"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/modules/checklist"
)

// edition is a version of a firm's standard and since when it holds.
type edition struct {
	id id.Of[id.Standard]
	at time.Time
}

// standardAt is the version that held at t.
func (f *firm) standardAt(t time.Time) id.Of[id.Standard] {
	held := f.standard
	for _, e := range f.editions {
		if !e.at.After(t) {
			held = e.id
		}
	}
	return held
}

// revised are the drafts that the worked company published after its first version.
func revised() [2]checklist.Draft {
	door := checklist.OwnItem{
		Code: "OWN-01", Requirement: "配电房门口贴有当班电工姓名和电话，非电工进入有登记", Method: "现场查看、查登记本", Frequency: "weekly", Module: "ELE",
		Basis: "公司《变配电管理制度》第六条", Posts: []string{"electrician"}, Phrases: []string{"电话未更新", "进入未登记"},
	}
	gate := checklist.OwnItem{Code: "OWN-02", Requirement: "外来车辆进厂登记，装卸区熄火停放", Method: "查登记、现场查看", Frequency: "daily", Group: "门卫与外来车辆", Phrases: []string{"漏登记", "未熄火"}}
	air := checklist.OwnItem{
		Code: "OWN-03", Requirement: "末端用气压力保持在工艺要求范围内，无明显漏气", Method: "看末端压力表、听漏气声", Frequency: "daily", Module: "PVS", Basis: "公司《空压站作业指导书》",
		Photo: checklist.PhotoAlways, Limit: &checklist.Limit{What: "末端压力", Unit: "MPa", Min: "0.5", Max: "0.8"}, Posts: []string{"equipment_head"}, Phrases: []string{"压力偏低", "接头漏气"},
	}
	early := []checklist.Setting{
		{Code: "FLT-05", Method: "现场查看；用测速枪抽测 3 台次", Frequency: "daily"},
		{Code: "PPE-02", Posts: []string{"team_leader", "workshop_director"}, Phrases: []string{"抛光工未戴防尘口罩"}},
	}
	late := slices.Concat(early, []checklist.Setting{
		{Code: "GCY-05", Limit: &checklist.Limit{What: "氧气瓶与可燃气瓶间距", Unit: "m", Min: "5"}},
		{Code: "GCY-02", Photo: checklist.PhotoAlways},
		{Code: "ELE-02", Limit: &checklist.Limit{What: "接地电阻", Unit: "Ω", Max: "4"}, Method: "接地电阻测试仪抽测 5 点"},
		{Code: "ELE-01", Photo: checklist.PhotoAlways},
		{Code: "FIR-02", Photo: checklist.PhotoAlways, Limit: &checklist.Limit{What: "灭火器压力", Unit: "MPa", Min: "1", Max: "1.4"}},
		{Code: "EVA-06", Photo: checklist.PhotoNever},
		{Code: "EVA-07", Requirement: "每层楼梯口和车间出入口张贴疏散示意图，员工能指出两条逃生路线和南门集合点", Reason: "写明本厂集合点，便于抽问"},
		{Code: "EVA-02", Level: checklist.Major, Reason: "去年装配车间出口堆物被责令整改，公司按重大隐患管理"},
	})
	return [2]checklist.Draft{
		{Own: []checklist.OwnItem{door, gate}, Settings: early},
		{Own: []checklist.OwnItem{door, gate, air}, Settings: late, Disabled: []checklist.Disabled{
			{Code: "MGT-11", Reason: "本年度没有新建、改建、扩建项目"}, {Code: "OWN-02", Reason: "并入门卫交接班记录，不再单独检查"},
		}},
	}
}

// revise publishes the later versions of the worked company's standard: with own items half a
// year ago, with limits, must-photo items and items put aside yesterday.
func (b *builder) revise() error {
	f := b.index["safety"]
	by := f.staff[min(1, len(f.staff)-1)]
	var sheets []*checklist.Standard
	for i, draft := range revised() {
		doc, err := b.lib.Compose(f.Tags, draft)
		if err != nil {
			return err
		}
		when := []time.Time{at(b.today.AddDays(-150), 15, 10), at(b.today.AddDays(-1), 17, 40)}[i]
		sheets = append(sheets, &checklist.Standard{
			CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, Version: i + 2, LibraryVersion: doc.Library,
			Document: db.JSON[checklist.Document]{V: doc}, Items: len(b.lib.Expand(doc)) - len(doc.Disabled), PublishedAt: when, PublishedBy: some(int64(by.ID)), PublishedName: by.Name,
		})
	}
	if err := fillRefs(b.ctx, b.tx, sheets); err != nil {
		return err
	}
	for _, s := range sheets {
		f.editions = append(f.editions, edition{s.ID, s.PublishedAt})
	}
	return nil
}
