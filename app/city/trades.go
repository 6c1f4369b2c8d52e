package city

import "math"

// trade is a line of business as the city has it.
type trade struct {
	industry string // GB/T 4754-2017
	sector   string // supervision industry
	word     string // in company names
	weight   int    // how many of them, of a hundred or so
	line     int16  // supervision line
	shop     bool   // no works: commerce and restaurants
	tags     []string
}

// Lines of supervision.
const (
	lineGeneral, lineChemicals, lineTransport, lineTrade = 0, 1, 6, 9
)

var trades = []trade{
	{"3351", "机械", "五金制品", 16, lineGeneral, false, []string{"press", "machine", "grinder", "industry_machinery"}},
	{"3312", "机械", "门业", 13, lineGeneral, false, []string{"press", "machine", "welding", "spray_paint", "forklift", "hazchem", "industry_machinery"}},
	{"3465", "机械", "电动工具", 12, lineGeneral, false, []string{"machine", "press", "li_battery", "industry_machinery"}},
	{"3382", "轻工", "杯业", 11, lineGeneral, false, []string{"press", "grinder", "combustible_dust", "spray_paint", "pressure_vessel", "industry_light"}},
	{"3389", "轻工", "日用金属制品", 7, lineGeneral, false, []string{"press", "grinder", "machine", "industry_light"}},
	{"2443", "轻工", "运动器材", 5, lineGeneral, false, []string{"welding", "spray_paint", "machine", "gas_cylinder", "industry_light"}},
	{"3770", "机械", "车业", 4, lineGeneral, false, []string{"welding", "spray_paint", "li_battery", "ebike", "machine", "industry_machinery"}},
	{"3670", "机械", "汽车配件", 5, lineGeneral, false, []string{"press", "machine", "crane", "forklift", "industry_machinery"}},
	{"3525", "机械", "模具", 4, lineGeneral, false, []string{"machine", "crane", "grinder", "industry_machinery"}},
	{"3360", "机械", "表面处理", 2, lineGeneral, false, []string{"hazchem", "confined_space", "toxic_confined_space", "boiler", "industry_machinery"}},
	{"3391", "机械", "铸造", 2, lineGeneral, false, []string{"foundry", "crane", "metal_smelting", "machine", "industry_machinery"}},
	{"3392", "机械", "铝业", 2, lineGeneral, false, []string{"foundry", "combustible_dust", "metal_smelting", "grinder", "industry_machinery"}},
	{"2927", "轻工", "塑料制品", 5, lineGeneral, false, []string{"machine", "warehouse", "industry_light"}},
	{"2231", "轻工", "包装", 3, lineGeneral, false, []string{"machine", "forklift", "warehouse", "industry_light"}},
	{"2110", "轻工", "木业", 2, lineGeneral, false, []string{"combustible_dust", "spray_paint", "machine", "industry_light"}},
	{"2641", "化工", "涂料", 1, lineChemicals, false, []string{"hazchem", "chem_enterprise", "forklift", "warehouse"}},
	{"5174", "商贸", "五金贸易", 4, lineTrade, true, []string{"warehouse", "forklift"}},
	{"5211", "商贸", "超市", 3, lineTrade, true, []string{"warehouse"}},
	{"6210", "餐饮", "餐饮", 4, lineTrade, true, []string{"canteen_gas"}},
	{"5430", "交通运输", "货运", 1, lineTransport, true, []string{"forklift", "warehouse"}},
}

// tradeOf draws a trade by weight.
func (d dice) tradeOf() *trade {
	n := 0
	for i := range trades {
		n += trades[i].weight
	}
	n = d.IntN(n)
	for i := range trades {
		if n -= trades[i].weight; n < 0 {
			return &trades[i]
		}
	}
	return &trades[0]
}

// place is where a company may lie.
type place struct {
	path     string
	office   string // county code of the registering office
	name     string // as addresses begin
	short    string // as company names begin
	lon, lat int32  // about the middle, degrees times a million
	weight   int
}

// town is where the worked company lies and the town's officer works.
const town = "330784115"

// yongkang lists the 16 town-level units, busiest with most companies.
var yongkang = []place{
	{"330784001", "330784", "浙江省金华市永康市东城街道", "永康市", 120_044_000, 28_888_000, 10},
	{"330784002", "330784", "浙江省金华市永康市西城街道", "永康市", 120_012_000, 28_900_000, 10},
	{"330784003", "330784", "浙江省金华市永康市江南街道", "永康市", 120_030_000, 28_875_000, 8},
	{"330784105", "330784", "浙江省金华市永康市石柱镇", "永康市", 120_083_000, 28_826_000, 6},
	{"330784106", "330784", "浙江省金华市永康市前仓镇", "永康市", 120_050_000, 28_800_000, 4},
	{"330784107", "330784", "浙江省金华市永康市舟山镇", "永康市", 120_130_000, 28_790_000, 2},
	{"330784108", "330784", "浙江省金华市永康市古山镇", "永康市", 120_160_000, 28_920_000, 9},
	{"330784109", "330784", "浙江省金华市永康市方岩镇", "永康市", 120_190_000, 28_870_000, 3},
	{"330784110", "330784", "浙江省金华市永康市龙山镇", "永康市", 120_200_000, 28_960_000, 5},
	{"330784111", "330784", "浙江省金华市永康市西溪镇", "永康市", 120_260_000, 28_950_000, 2},
	{"330784112", "330784", "浙江省金华市永康市象珠镇", "永康市", 120_080_000, 28_980_000, 6},
	{"330784113", "330784", "浙江省金华市永康市唐先镇", "永康市", 120_120_000, 29_000_000, 4},
	{"330784114", "330784", "浙江省金华市永康市花街镇", "永康市", 119_950_000, 28_930_000, 6},
	{town + "Z01", "330784", "浙江省金华市永康市芝英镇", "永康市", 120_120_000, 28_890_000, 4},
	{town + "Z02", "330784", "浙江省金华市永康市芝英镇", "永康市", 120_126_000, 28_896_000, 4},
	{town + "Z03", "330784", "浙江省金华市永康市芝英镇", "永康市", 120_131_000, 28_884_000, 3},
	{"330784Z01", "330784", "浙江省金华市永康市经济开发区", "永康市", 120_025_000, 28_925_000, 12},
	{"330784Z02", "330784", "浙江省金华市永康市城西新区", "永康市", 119_985_000, 28_905_000, 9},
}

// neighbours are towns of two other counties.
var neighbours = []place{
	{"330783001", "330783", "浙江省金华市东阳市吴宁街道", "东阳市", 120_240_000, 29_270_000, 3},
	{"330783004", "330783", "浙江省金华市东阳市江北街道", "东阳市", 120_230_000, 29_290_000, 3},
	{"330783100", "330783", "浙江省金华市东阳市巍山镇", "东阳市", 120_400_000, 29_280_000, 2},
	{"330783110", "330783", "浙江省金华市东阳市横店镇", "东阳市", 120_310_000, 29_160_000, 4},
	{"330727001", "330727", "浙江省金华市磐安县安文街道", "磐安县", 120_440_000, 29_055_000, 2},
	{"330727102", "330727", "浙江省金华市磐安县尖山镇", "磐安县", 120_620_000, 29_020_000, 2},
}

// near draws a distance from the middle of a place together where the next place is close, so that
// companies lie in the part of the map that is nearest to their own.
func (p place) near(e6 int) int32 {
	reach := 16_000.0
	for _, all := range [][]place{yongkang, neighbours} {
		for _, o := range all {
			if o.path[:9] != p.path[:9] {
				reach = min(reach, 0.45*math.Hypot(float64(o.lon-p.lon), float64(o.lat-p.lat)))
			}
		}
	}
	return int32(float64(e6) * reach / 16_000)
}

// placeOf draws a place by weight.
func (d dice) placeOf(from []place) place {
	n := 0
	for _, p := range from {
		n += p.weight
	}
	n = d.IntN(n)
	for _, p := range from {
		if n -= p.weight; n < 0 {
			return p
		}
	}
	return from[0]
}
