package city

import (
	"fmt"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/modules/attachment"
	"anbiao/modules/company"
)

// describe gives the worked company a full file: its past, figures, licences, contacts, photos,
// and two tenants, one of them without a safety agreement.
func (b *builder) describe() error {
	f := b.index["safety"]
	for _, step := range []func(*firm) error{b.pastOf, b.figuresOf, b.papersOf, b.picturesOf, b.lettingOf} {
		if err := step(f); err != nil {
			return err
		}
	}
	return nil
}

// pastOf tells how the worked company was renamed, moved and grew.
func (b *builder) pastOf(f *firm) error {
	since := b.today.AddYears(-4)
	boss, county := f.staff[0], b.login["county"]
	card := company.CardOf(f.Company)
	past := card
	past.Name, past.Division, past.Address, past.AssetsFen = "永康市安屿川五金厂", "330784105", "浙江省金华市永康市石柱镇工业路18号", nil
	past.StaffCount, past.RevenueFen = some(int32(86)), some(fen.Amount(46_000_000_00))
	var rows []company.Version
	add := func(on day.Date, source company.Source, reason, by string, person *id.Of[id.Person], change func(*company.Card)) {
		if change != nil {
			change(&past)
		}
		rows = append(rows, company.Version{
			CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, ValidFrom: on, Card: db.JSON[company.Card]{V: past}, Source: source,
			Reason: reason, ByPersonID: person, ByName: by, At: at(on, 10, 0),
		})
	}
	officer := officerOf("county")
	add(since, company.FromRegister, "", officer, &county, nil)
	add(b.today.AddDays(-930), company.FromRegistration, "换发营业执照，企业更名", officer, &county, func(c *company.Card) { c.Name = f.Name })
	add(b.today.AddDays(-640), company.FromMove, "厂区整体搬迁至芝英镇", officer, &county, func(c *company.Card) { c.Division = f.RegionPath })
	add(b.today.AddDays(-636), company.FromProfile, "", boss.Name, boss.PersonID, func(c *company.Card) { c.Address = f.Address })
	add(b.today.AddDays(-250), company.FromFigures, "", boss.Name, boss.PersonID, func(c *company.Card) { *c = card })
	if err := fill(b.ctx, b.tx, rows); err != nil {
		return err
	}
	done := at(b.today.AddDays(-640), 10, 1)
	return fill(b.ctx, b.tx, []company.Relocation{{
		CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, ToRegionPath: f.RegionPath, ToLine: f.OversightLine, Reason: "厂区整体搬迁至芝英镇",
		ByPersonID: county, ByName: officer, AskedAt: at(b.today.AddDays(-640), 10, 0), DoneAt: &done,
	}})
}

// officerOf names who holds a demo account of an authority.
func officerOf(login string) string {
	for _, o := range officers {
		if o.login == login {
			return o.name
		}
	}
	return ""
}

// figuresOf writes down three years and how the head-count grew.
func (b *builder) figuresOf(f *firm) error {
	by := f.staff[1].Name
	var years []company.Year
	for i, y := range []struct {
		staff           int32
		revenue, assets int64 // 10,000 yuan
	}{{96, 5200, 3600}, {108, 6100, 4100}, {118, 6800, 4500}} {
		year := b.today.Year() - 3 + i
		years = append(years, company.Year{
			CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, Year: int32(year), StaffCount: some(y.staff),
			RevenueFen: some(fen.Amount(y.revenue * 1_000_000)), AssetsFen: some(fen.Amount(y.assets * 1_000_000)), Source: company.FromFigures, ByName: by,
			At: at(day.Of(year+1, 1, 20), 9, 30),
		})
		if years[i].At.After(b.tx.Now) {
			years[i].At = b.tx.Now
		}
	}
	if err := fill(b.ctx, b.tx, years); err != nil {
		return err
	}
	var counts []company.Headcount
	for _, h := range []struct {
		ago   int
		staff int32
	}{{1461, 86}, {900, 97}, {520, 109}, {250, *f.StaffCount}} {
		on := b.today.AddDays(-h.ago)
		counts = append(counts, company.Headcount{
			CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, OnDay: on, StaffCount: h.staff, Source: company.FromFigures, ByName: by, At: at(on, 9, 0),
		})
	}
	return fill(b.ctx, b.tx, counts)
}

// papersOf writes down licences, one of which ends soon, and whom to ring up.
func (b *builder) papersOf(f *firm) error {
	by := f.staff[1].Name
	licence := func(kind, number, issuer string, from, to int) company.Licence {
		l := company.Licence{
			CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, Kind: kind, Number: number, Issuer: issuer,
			ValidFrom: b.today.AddDays(from), AttachmentIDs: db.Ints{}, ByName: by, At: at(b.today.AddDays(max(from, -600)), 14, 0),
		}
		if to != 0 {
			l.ValidTo = b.today.AddDays(to)
		}
		return l
	}
	licences := []company.Licence{
		licence("business", f.USCC, "永康市市场监督管理局", -930, 0),
		licence("discharge", f.USCC+"001X", "金华市生态环境局永康分局", -1785, 41),
		licence("fire", "永消备字〔2024〕第0137号", "永康市住房和城乡建设局", -630, 0),
		licence("special_equipment", "梯11浙G00137（24）", "永康市市场监督管理局", -610, 485),
		licence("lightning_test", "浙雷检〔2025〕0784-137", "浙江省雷电防护装置检测站", -340, 25),
		licence("food", "JY33307840001379", "永康市市场监督管理局", -1830, -12),
	}
	if err := fill(b.ctx, b.tx, licences); err != nil {
		return err
	}
	var contacts []company.Contact
	for _, c := range []struct{ role, name, phone, note string }{
		{"principal", f.staff[0].Name, f.staff[0].Phone, ""},
		{"safety", f.staff[1].Name, f.staff[1].Phone, "安全员，负责日常联络"},
		{"duty", "门卫值班室", "0579-87120110", "24 小时"},
	} {
		contacts = append(contacts, company.Contact{
			CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, Role: c.role, Name: c.name, Phone: c.phone, Note: c.note,
			FromOn: b.today.AddDays(-600), ByName: by, At: at(b.today.AddDays(-600), 15, 0),
		})
	}
	return fill(b.ctx, b.tx, contacts)
}

// picturesOf hangs up photos of the gate and of a workshop.
func (b *builder) picturesOf(f *firm) error {
	by, on := f.staff[1], b.today.AddDays(-300)
	files := []*attachment.File{b.shoot(f, by, at(on, 9, 0), after, "厂门"), b.shoot(f, by, at(on, 9, 10), after, "冲压车间")}
	if err := fillRefs(b.ctx, b.tx, files); err != nil {
		return err
	}
	var rows []company.Picture
	for i, kind := range []string{"gate", "workshop"} {
		rows = append(rows, company.Picture{
			CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, Kind: kind, AttachmentID: files[i].ID,
			Caption: []string{"东大门", "冲压车间"}[i], AddedOn: on, ByName: by.Name, At: at(on, 9, 20),
		})
	}
	if err := fill(b.ctx, b.tx, rows); err != nil {
		return err
	}
	for i, r := range rows {
		if err := b.bind(files[i], "company_photo", int64(r.ID)); err != nil {
			return err
		}
	}
	return nil
}

// bind notes on a file what it was uploaded for.
func (b *builder) bind(file *attachment.File, noun string, object int64) error {
	return b.tx.WithContext(b.ctx).Exec("UPDATE attachment SET bound_noun = ?, bound_id = ?, bound_at = uploaded_at WHERE company_id = ? AND id = ?",
		noun, object, file.CompanyID, file.ID).Error
}

// lettingOf lets two buildings of the worked company out.
func (b *builder) lettingOf(f *firm) error {
	tenants := b.neighboursOf(f, 2)
	by, from := f.staff[1], b.today.AddDays(-400)
	var links []company.Link
	for i, t := range tenants {
		answered := at(from.AddDays(1), 16, 0)
		links = append(links, company.Link{
			CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, TenantID: t.CompanyID, LandlordName: f.Name, TenantName: t.Name,
			Place: fmt.Sprintf("%d 号楼 1 层", 5+i), AreaM2: some(int32(860 - 240*i)), FromOn: from.AddDays(150 * i), State: company.Confirmed,
			ProposedBy: by.Name, ProposedAt: at(from, 9, 0), AnsweredBy: t.ContactName, AnsweredAt: &answered,
		})
	}
	if err := fill(b.ctx, b.tx, links); err != nil {
		return err
	}
	l := links[0]
	signed := company.Agreement{
		CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, LinkID: l.ID, TenantID: l.TenantID, SignedOn: from, ValidTo: from.AddYears(3),
		AttachmentIDs: db.Ints{}, Note: "随租赁合同一并签订", ByCompany: f.CompanyID, ByName: by.Name, At: at(from, 16, 30),
	}
	if err := fill(b.ctx, b.tx, []company.Agreement{signed}); err != nil {
		return err
	}
	on := b.today.AddDays(-45)
	photo := b.shoot(f, by, at(on, 10, 0), after, "联合检查")
	if err := fillRefs(b.ctx, b.tx, []*attachment.File{photo}); err != nil {
		return err
	}
	check := company.JointCheck{
		CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, LinkID: l.ID, TenantID: l.TenantID, OnDay: on,
		Participants: db.Texts{by.Name, tenants[0].ContactName}, Findings: "共用通道畅通；承租方配电箱门未关闭，已当场整改；约定每季度联合检查一次。",
		AttachmentIDs: db.Ints{int64(photo.ID)}, ByCompany: f.CompanyID, ByName: by.Name, At: at(on, 11, 0),
	}
	if err := fill(b.ctx, b.tx, []company.JointCheck{check}); err != nil {
		return err
	}
	return b.bind(photo, "company_link", int64(l.ID))
}

// neighboursOf returns n small working firms of the same village that no login belongs to.
func (b *builder) neighboursOf(f *firm, n int) (found []*firm) {
	for i, x := range b.firms {
		if i > 2 && len(found) < n && strings.HasPrefix(x.RegionPath, f.RegionPath) && x.Status == company.Active && !x.trade.shop && *x.StaffCount <= 20 {
			found = append(found, x)
		}
	}
	return found
}
