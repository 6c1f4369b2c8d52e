package city

import (
	"encoding/binary"
	"slices"

	"github.com/google/uuid"

	"anbiao/kit/db"
	"anbiao/modules/checklist"
	"anbiao/modules/inspection"
)

// point is a check point with who walks it how often.
type point struct {
	checklist.Point
	asked    []checklist.Asked
	every    inspection.Frequency
	assignee *worker
}

// walk describes a check point of the worked company.
type walk struct {
	name, place string
	modules     []string
	every       inspection.Frequency
	unit, post  string // who walks it; a login in unit where post is empty
}

var walks = []walk{
	{"冲压一线", "冲压车间东区", []string{"PRS"}, inspection.Weekly, "冲压甲班", "班组长"},
	{"冲压二线", "冲压车间西区", []string{"PRS"}, inspection.Weekly, "冲压乙班", "班组长"},
	{"模具架及5t行车", "冲压车间北侧", []string{"CRN"}, inspection.Weekly, "模具班", "班组长"},
	{"剪板下料区", "冲压车间南侧", []string{"MCH"}, inspection.Weekly, "下料班", "班组长"},
	{"抛光工位一区", "抛光打磨车间一跨", []string{"GRD"}, inspection.Weekly, "抛光一班", "班组长"},
	{"抛光工位二区", "抛光打磨车间二跨", []string{"GRD"}, inspection.Weekly, "抛光二班", "班组长"},
	{"1号湿式除尘系统", "抛光打磨车间外侧", []string{"DST"}, inspection.Weekly, "除尘运维班", "班组长"},
	{"打磨间", "抛光打磨车间北端", []string{"GRD", "PPE"}, inspection.Monthly, "打磨班", "班组长"},
	{"循环水池", "除尘系统旁地下", []string{"CSP"}, inspection.Monthly, "safety", ""},
	{"前处理槽区", "喷涂车间前处理段", []string{"CSP"}, inspection.Monthly, "前处理班", "班组长"},
	{"1号喷漆室", "喷涂车间东侧", []string{"SPR"}, inspection.Weekly, "喷涂一班", "班组长"},
	{"2号喷漆室", "喷涂车间西侧", []string{"SPR"}, inspection.Weekly, "喷涂二班", "班组长"},
	{"调漆间", "喷涂车间南端", []string{"SPR", "HWH"}, inspection.Monthly, "调漆烘干班", "班组长"},
	{"焊接一班工位", "焊接车间一跨", []string{"WLD"}, inspection.Daily, "worker", ""},
	{"焊接气瓶区", "焊接车间东墙外", []string{"GCY"}, inspection.Daily, "leader", ""},
	{"焊接二班工位", "焊接车间二跨", []string{"WLD"}, inspection.Weekly, "焊接二班", "班组长"},
	{"点焊区", "焊接车间三跨", []string{"MCH"}, inspection.Monthly, "director", ""},
	{"装配线", "装配包装车间", []string{"MCH", "EVA"}, inspection.Monthly, "装配一班", "班组长"},
	{"成品仓库", "厂区西侧", []string{"WRS", "FIR"}, inspection.Monthly, "仓储物流部", "仓库保管员"},
	{"危化品仓库", "厂区西北角", []string{"HWH"}, inspection.Weekly, "仓储物流部", "危化品保管员"},
	{"空压站", "机修动力车间旁", []string{"PVS"}, inspection.Monthly, "机修班", "空压机操作工"},
	{"配电房", "厂区北侧", []string{"ELE"}, inspection.Monthly, "电工班", "电工"},
	{"叉车与充电区", "仓储物流部", []string{"FLT"}, inspection.Daily, "仓储物流部", "叉车司机"},
	{"食堂厨房", "综合楼一层", []string{"CAN"}, inspection.Monthly, "综合管理部", "食堂厨师"},
	{"电动自行车棚", "厂区大门东侧", []string{"EBK"}, inspection.Monthly, "safety", ""},
	{"厂区消防与疏散", "全厂", []string{"FIR", "EVA"}, inspection.Monthly, "safety", ""},
	{"安全管理资料", "安全环保部", []string{"MGT", "EDU", "RSK"}, inspection.Monthly, "safety", ""},
}

// small are the points of a small firm.
var small = []walk{
	{"生产设备", "车间", []string{"PRS", "MCH", "GRD"}, inspection.Weekly, "", ""},
	{"配电与线路", "车间", []string{"ELE"}, inspection.Monthly, "", ""},
	{"消防与疏散", "车间及仓库", []string{"FIR", "EVA"}, inspection.Monthly, "", ""},
}

// standardise composes the standards of the firms that have an account, a year ago, and
// hangs up their labels.
func (b *builder) standardise() error {
	d := newDice(seed, streamChecks)
	var sheets []*checklist.Standard
	var hung []*checklist.Point
	for _, f := range b.equipped() {
		doc, err := b.composed(f)
		if err != nil {
			return err
		}
		f.document = doc
		by := f.staff[min(1, len(f.staff)-1)]
		sheets = append(sheets, &checklist.Standard{
			CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, Version: 1, LibraryVersion: doc.Library,
			Document: db.JSON[checklist.Document]{V: doc}, Items: len(b.lib.Expand(doc)) - len(doc.Disabled), PublishedAt: at(b.today.AddDays(-380), 9, 30),
			PublishedBy: some(int64(by.ID)), PublishedName: by.Name,
		})
		for _, w := range b.walksOf(f) {
			p := b.newPoint(f, w, d)
			f.points, hung = append(f.points, p), append(hung, &p.Point)
		}
	}
	if err := fillRefs(b.ctx, b.tx, sheets); err != nil {
		return err
	}
	for i, f := range b.equipped() {
		f.standard = sheets[i].ID
	}
	return fillRefs(b.ctx, b.tx, hung)
}

// equipped are the firms with a demo account, in order.
func (b *builder) equipped() []*firm {
	return []*firm{b.index["safety"], b.index["micro"], b.index["other-safety"]}
}

func (b *builder) walksOf(f *firm) []walk {
	switch f {
	case b.index["safety"]:
		return walks
	case b.index["micro"]:
		return []walk{{"全厂", "全厂", f.document.Modules, inspection.Monthly, "micro", ""}}
	}
	return small
}

// composed is a firm's standard: the light one of the micro firm, the full one of others.
func (b *builder) composed(f *firm) (checklist.Document, error) {
	var draft checklist.Draft
	if f == b.index["micro"] {
		light, err := b.lib.LightDraft(f.Tags)
		if err != nil {
			return checklist.Document{}, err
		}
		draft = light
	}
	return b.lib.Compose(f.Tags, draft)
}

func (b *builder) newPoint(f *firm, w walk, d dice) *point {
	p := &point{every: w.every, assignee: b.walker(f, w)}
	for _, m := range w.modules {
		if slices.Contains(f.document.Modules, m) {
			p.Modules = append(p.Modules, m)
		}
	}
	slices.Sort(p.Modules)
	for _, a := range b.lib.Expand(f.document) {
		if slices.Contains(p.Modules, a.Module) && a.Disabled == "" {
			p.asked = append(p.asked, a)
		}
	}
	p.CompanyID, p.RegionPath, p.OversightLine = f.CompanyID, f.RegionPath, f.OversightLine
	p.PublicID, p.Number, p.Name, p.Place = d.uuid(), len(f.points)+1, w.name, w.place
	p.equip(f, len(f.points))
	p.CreatedAt, p.UpdatedAt = at(b.today.AddDays(-379), 10, 0), at(b.today.AddDays(-379), 10, 0)
	return p
}

// walker finds who walks w.
func (b *builder) walker(f *firm, w walk) *worker {
	for _, s := range f.staff {
		login := s.PersonID != nil && b.login[w.unit] == *s.PersonID
		if login || (w.post != "" && s.unit == w.unit && s.post == w.post && s.LeftOn.IsZero()) {
			return s
		}
	}
	return f.staff[min(1, len(f.staff)-1)]
}

// uuid is a made-up version 4 identifier.
func (d dice) uuid() (u uuid.UUID) {
	binary.BigEndian.PutUint64(u[:8], d.Uint64())
	binary.BigEndian.PutUint64(u[8:], d.Uint64())
	u[6], u[8] = u[6]&0x0f|0x40, u[8]&0x3f|0x80
	return u
}
