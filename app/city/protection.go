package city

import (
	"anbiao/kit/day"
	"anbiao/modules/protection"
	"anbiao/web/register"
)

// gear is what a post is given.
type gear struct {
	post, article, part, specification, measure, danger string
	quantity, life                                      int
}

var gears = []gear{
	{"冲压工", "防割手套", "hand", "GB 24541 防切割 4 级", "副", "机械伤害", 2, 1},
	{"冲压工", "耳塞", "ear", "SNR≥25dB", "副", "噪声", 4, 1},
	{"冲压工", "安全鞋", "foot", "GB 21148 防砸", "双", "物体打击", 1, 12},
	{"抛光工", "防尘口罩", "breath", "GB 2626 KN95", "只", "金属粉尘", 20, 1},
	{"抛光工", "防静电工作服", "clothing", "GB 12014", "套", "粉尘爆炸", 2, 12},
	{"抛光工", "护目镜", "eye", "GB 32166.1", "副", "飞溅物", 1, 6},
	{"焊工", "焊接面罩", "eye", "GB/T 3609.2 自动变光", "只", "电焊弧光", 1, 24},
	{"焊工", "阻燃防护服", "clothing", "GB 8965.2", "套", "灼烫", 1, 12},
	{"焊工", "电焊手套", "hand", "AQ 6103", "副", "灼烫", 2, 3},
	{"喷漆工", "防毒面具", "breath", "GB 2890 A 型滤毒盒", "只", "有机溶剂", 1, 6},
	{"喷漆工", "防化学手套", "hand", "GB 28881", "副", "有机溶剂", 2, 1},
	{"电工", "绝缘鞋", "foot", "GB 21148 6kV", "双", "触电", 1, 12},
	{"电工", "绝缘手套", "hand", "GB/T 17622", "副", "触电", 1, 6},
	{"叉车司机", "安全帽", "head", "GB 2811", "顶", "物体打击", 1, 30},
}

// equip makes up what the worked company's posts are given and its people were: most in time,
// some pieces overdue, one card without a signature.
func (b *builder) equip() error {
	base, err := b.line("", b.today.AddDays(-300))
	if err != nil {
		return err
	}
	var standards []*protection.Standard
	for _, g := range gears {
		standards = append(standards, &protection.Standard{
			Base: base, Post: g.post, Article: g.article, Part: g.part, Specification: g.specification, Quantity: g.quantity, Measure: g.measure, LifeMonths: g.life,
			Danger: g.danger, Source: "GB 39800.1-2020",
		})
	}
	if err := enter(b, b.deps.Kit.Standards(), standards); err != nil {
		return err
	}
	var issues []*protection.Issue
	given := map[string]int{}
	for _, w := range b.index["safety"].staff {
		if !w.LeftOn.IsZero() || given[w.post] >= 6 {
			continue
		}
		given[w.post]++
		base, err := b.line(w.unit, b.today.AddDays(-30))
		if err != nil {
			return err
		}
		for _, g := range gears {
			if g.post == w.post {
				issues = append(issues, b.pieces(w, g, base, len(issues))...)
			}
		}
	}
	return enter(b, b.deps.Kit.Issues(), issues)
}

// pieces are the last two that somebody was given of an article.
func (b *builder) pieces(w *worker, g gear, like register.Base, n int) []*protection.Issue {
	by := b.named("safety")
	last := b.today.AddMonths(-g.life).AddDays(3 + n%21)
	if n%17 == 5 { // forgotten
		last = b.today.AddMonths(-g.life).AddDays(-6)
	}
	one := func(on day.Date, occasion string) *protection.Issue {
		i := &protection.Issue{
			Base: like, StaffID: w.ID, StaffName: w.Name, Post: g.post, Article: g.article, Specification: g.specification, Quantity: g.quantity, Measure: g.measure,
			Occasion: occasion, IssuedOn: on, LifeMonths: g.life, IssuerID: by.ID, IssuerName: by.Name, SignedOn: on,
		}
		i.CreatedAt, i.UpdatedAt = at(on, 9, 0), at(on, 9, 0)
		return i
	}
	if last.After(b.today) {
		last = b.today.AddDays(-1)
	}
	before, now := one(last.AddMonths(-g.life), "first"), one(last, "expired")
	if n%23 == 7 {
		now.SignedOn = day.Date{}
	}
	return []*protection.Issue{before, now}
}
