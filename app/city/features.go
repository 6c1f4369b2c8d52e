package city

import "anbiao/modules/feature"

// localise switches a feature off in a county of the city, so that its officers see how that looks.
func (b *builder) localise() error {
	from := b.today.AddDays(-40)
	return fill(b.ctx, b.tx, []feature.Setting{{
		Feature: "draw", RegionPath: "330783", Value: feature.Off, FromOn: from, Reason: "双随机抽查统一在省“互联网+监管”平台办理", ByName: "安标管理员", CreatedAt: at(from, 10, 20),
	}})
}
