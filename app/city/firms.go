package city

import (
	"fmt"
	"slices"
	"time"

	"anbiao/kit/code"
	"anbiao/kit/db"
	"anbiao/kit/fen"
	"anbiao/kit/search"
	"anbiao/modules/company"
)

// Companies of the demo city.
const (
	inYongkang = 2040
	elsewhere  = 48
)

// newFirm makes up a company of a trade at a place. seq makes its code: no two may share it.
func (d dice) newFirm(p place, t *trade, staff, seq int, now time.Time) company.Company {
	form, class := "有限公司", byte('1')
	if staff < 10 && d.of(45) {
		form, class = pick(d, []string{"厂", "加工厂"}), '2'
		if t.shop {
			form = "商行"
		}
	}
	uscc, err := code.Make('9', class, p.office, seq)
	if err != nil {
		panic(err) // the places above are offices and seq is in the span
	}
	c := company.Company{
		RegionPath: p.path, OversightLine: t.line, Name: p.short + d.brand(2) + t.word + form, USCC: string(uscc), SiteNo: 1, Industry: t.industry,
		SupervisionIndustry: t.sector, Tags: d.tagsOf(t, staff), Status: company.Active, ContactName: d.person(), ContactPhone: phone(100_000 + seq),
		Address:     fmt.Sprintf("%s%s%d号", p.name, pick(d, roads), d.between(1, 380)),
		LongitudeE6: some(p.lon + p.near(d.between(-16_000, 16_000))), LatitudeE6: some(p.lat + p.near(d.between(-14_000, 14_000))),
		CreatedAt: now.AddDate(0, 0, -d.between(400, 1500)), UpdatedAt: now.AddDate(0, 0, -d.between(1, 300)),
	}
	if d.of(2) {
		c.Status = company.Suspended
	}
	d.measure(&c, staff)
	return c
}

// measure sets what size follows from.
func (d dice) measure(c *company.Company, staff int) {
	c.StaffCount = some(int32(staff))
	c.RevenueFen = some(fen.Amount(int64(staff) * int64(d.between(18, 65)) * 10_000 * 100))
	c.SizeClass = company.SizeOf(c.Industry, c.StaffCount, c.RevenueFen, nil)
	c.AboveScale = company.AboveScale(c.Industry, c.RevenueFen)
	c.NameFold, c.NameBi = search.Fold(c.Name), search.Bigrams(c.Name)
}

// tagsOf draws which of its trade's equipment and places a company has.
func (d dice) tagsOf(t *trade, staff int) db.Texts {
	tags := []string{"electrical", "fire"}
	if !t.shop {
		tags = append(tags, "gongmao")
		if staff >= 20 {
			tags = append(tags, "maintenance")
		}
		if staff >= 30 && d.of(60) {
			tags = append(tags, "forklift")
		}
		if staff >= 50 && d.of(50) {
			tags = append(tags, "canteen_gas")
		}
		if staff >= 40 && d.of(40) {
			tags = append(tags, "dormitory")
		}
		if d.of(12) {
			tags = append(tags, "tenant")
		}
		if d.of(30) {
			tags = append(tags, "ebike")
		}
	}
	for i, tag := range t.tags {
		if i == 0 || staff >= 50 || d.of(45+staff) || len(tag) > 9 && tag[:9] == "industry_" {
			tags = append(tags, tag)
		}
	}
	slices.Sort(tags)
	return slices.Compact(tags)
}

// headCount draws a size: most firms are very small.
func (d dice) headCount(t *trade) int {
	n := d.IntN(100)
	switch {
	case t.shop:
		return d.between(2, 24)
	case n < 60:
		return d.between(3, 18)
	case n < 88:
		return d.between(20, 95)
	case n < 98:
		return d.between(100, 290)
	}
	return d.between(300, 900)
}

// found enters the companies: the worked one first, then those with an account.
func (b *builder) found() error {
	d := newDice(seed, streamFirms)
	named := map[string]bool{}
	draw := func(p place, t *trade, staff int) *firm {
		f := &firm{trade: t}
		for f.Name == "" || named[f.Name] {
			f.Company = d.newFirm(p, t, staff, 1+len(b.firms), b.tx.Now)
		}
		named[f.Name] = true
		b.firms = append(b.firms, f)
		return f
	}
	b.index["safety"] = draw(yongkang[13], &trades[0], 120)
	b.workedFirm(b.index["safety"])
	b.index["micro"] = draw(yongkang[14], &trades[0], 6)
	b.index["other-safety"] = draw(yongkang[16], &trades[3], 62)
	for len(b.firms) < inYongkang {
		t := d.tradeOf()
		draw(d.placeOf(yongkang), t, d.headCount(t))
	}
	for len(b.firms) < inYongkang+elsewhere {
		t := d.tradeOf()
		draw(d.placeOf(neighbours), t, d.headCount(t))
	}
	rows := make([]*company.Company, len(b.firms))
	for i, f := range b.firms {
		f.activated = f.activated || i < 3 || d.of(activeShare[f.SizeClass])
		rows[i] = &f.Company
	}
	for _, login := range []string{"micro", "other-safety"} {
		b.index[login].Status = company.Active
	}
	return fillRefs(b.ctx, b.tx, rows)
}

// activeShare is how many of a hundred companies of a size somebody has signed in for.
var activeShare = map[company.Size]int{company.Large: 100, company.Medium: 96, company.Small: 78, company.Micro: 46, company.SizeUnknown: 50}

// workedTags are what the worked company has.
var workedTags = db.Texts{
	"canteen_gas", "combustible_dust", "confined_space", "crane", "ebike", "electrical", "fire", "forklift", "gas_cylinder", "gongmao", "grinder", "hazchem",
	"hot_work", "industry_machinery", "machine", "maintenance", "press", "pressure_vessel", "spray_paint", "warehouse", "welding",
}

// workedFirm makes f the company that every module has something to show for.
func (b *builder) workedFirm(f *firm) {
	f.Name = "永康市安屿川五金制品有限公司"
	f.Status, f.ContactName = company.Active, plantPeople[0].name
	f.RevenueFen, f.AssetsFen = some(fen.Amount(68_000_000_00)), some(fen.Amount(45_000_000_00))
	f.CreatedAt = b.tx.Now.AddDate(-4, 0, 0)
	f.Tags = slices.Clone(workedTags)
	f.SizeClass = company.SizeOf(f.Industry, f.StaffCount, f.RevenueFen, nil)
	f.AboveScale = company.AboveScale(f.Industry, f.RevenueFen)
	f.NameFold, f.NameBi = search.Fold(f.Name), search.Bigrams(f.Name)
}
