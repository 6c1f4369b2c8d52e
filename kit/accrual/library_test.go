package accrual_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/accrual"
	"anbiao/kit/day"
	"anbiao/kit/fen"
)

func law(t *testing.T, version string) *accrual.Rules {
	t.Helper()
	r := accrual.Version(accrual.Library(), version)
	require.NotNil(t, r)
	return r
}

// Every entry is there with what it rests on: what rests on memory is named here, so that none loses
// its mark unnoticed.
func TestEntriesAndTheirMarks(t *testing.T) {
	t.Parallel()
	for version, want := range map[string]struct {
		categories, subs, rates, brackets int
		memory                            []string
	}{
		"2022.1": {12, 51, 39, 12, []string{
			"noncoal_mining.tailings_run_g3up", "noncoal_mining.tailings_run_g45", "noncoal_mining.tailings_reclaim_g3up", "noncoal_mining.tailings_reclaim_g45",
			"noncoal_mining.geo_exploration", "oil_gas.oil_service", "metallurgy.default", "machinery.default", "weapons.propellants", "weapons.nuclear",
		}},
		"2012.1": {10, 45, 36, 9, []string{
			"fireworks.default", "weapons.propellants", "weapons.nuclear", "weapons.warships", "weapons.aerospace_arms", "weapons.other_military", "weapons.nuclear_works",
		}},
	} {
		r := law(t, version)
		require.NoError(t, r.Check())
		require.Len(t, r.Categories, want.categories)
		subs, rates, brackets, memory := 0, 0, 0, []string{}
		for _, c := range r.Categories {
			require.NotEmpty(t, c.NameZh+c.NameEn)
			require.Contains(t, c.Articles, c.Article)
			for _, s := range c.Subs {
				subs++
				require.NotEmpty(t, s.Zh)
				require.NotEmpty(t, s.En)
				require.NotEmpty(t, s.Unit)
				if s.Rate != nil {
					rates++
				} else {
					brackets++
				}
				if s.ToVerify() {
					memory = append(memory, c.Code+"."+s.Code)
				}
			}
		}
		require.Equal(t, []int{want.subs, want.rates, want.brackets}, []int{subs, rates, brackets}, version)
		require.Equal(t, want.memory, memory, version)
	}
	r := law(t, "2022.1")
	require.Len(t, r.Generic.Items, 7)
	require.Len(t, r.Provisions, 27)
	require.Len(t, r.NotChargeable, 7)
	require.Len(t, r.Penalties, 4)
	scopes := 0
	for _, c := range r.Categories {
		for i, s := range c.UseScopes.Items {
			require.Equal(t, i+1, s.Item)
			scopes++
		}
	}
	require.Equal(t, 132, scopes)
}

// Every sub-category of both laws works out, by its rate and by nothing else.
func TestEverySubComputes(t *testing.T) {
	t.Parallel()
	seen := 0
	for _, r := range accrual.Library() {
		for _, c := range r.Categories {
			for _, s := range c.Subs {
				seen++
				l := accrual.Line{Key: "k", Category: c.Code, Sub: s.Code, RevenueFen: 3_000_000_000_00}
				for i := range l.Quantities {
					l.Quantities[i] = accrual.Quantity(1000_123 + i)
				}
				got := compute(t, accrual.Year{Year: r.InForce.Year() + 1, Lines: []accrual.Line{l}})
				require.Positive(t, got.AccruedFen, "%s %s", c.Code, s.Code)
				require.Equal(t, oracle(t, r, l), got.AccruedFen, "%s %s", c.Code, s.Code)
				w := got.Months[4].Working
				require.Equal(t, []string{r.Version, r.Docno, c.Code, s.Code, s.Zh}, []string{w.Rules, w.Docno, w.Lines[0].Category, w.Lines[0].Sub, w.Lines[0].NameZh})
				require.Equal(t, []string{accrual.Clause(c.Article)}, w.Clauses)
				require.Equal(t, s.ToVerify(), w.Lines[0].ToVerify)
			}
		}
	}
	require.Equal(t, 51+45, seen)
}

func TestSourcesResolve(t *testing.T) {
	t.Parallel()
	for _, spoil := range []func(r *accrual.Rules){
		func(r *accrual.Rules) { r.Categories[0].Subs[0].SeenIn = []string{"S99"} },
		func(r *accrual.Rules) { r.Categories[0].Subs[0].SeenIn = nil },
		func(r *accrual.Rules) { r.Categories[0].Subs[0].Source = "hearsay" },
		func(r *accrual.Rules) { r.Categories[0].UseScopes.Items[0].SeenIn = []string{"S99"} },
		func(r *accrual.Rules) { r.Provisions[0].Source = "" },
		func(r *accrual.Rules) { r.Treatment.Suspension.SeenIn = nil },
		func(r *accrual.Rules) { r.NotChargeable[0].SeenIn = []string{"X"} },
		func(r *accrual.Rules) { r.Sources = nil },
	} {
		r := fresh(t)
		require.NoError(t, r.Check())
		spoil(r)
		require.Error(t, r.Check())
	}
}

// fresh is a copy of the law of 2022.
func fresh(t *testing.T) *accrual.Rules {
	t.Helper()
	b, err := json.Marshal(law(t, "2022.1"))
	require.NoError(t, err)
	r := &accrual.Rules{}
	require.NoError(t, json.Unmarshal(b, r))
	return r
}

func TestCheckRefusesWhatCannotBeReckonedWith(t *testing.T) {
	t.Parallel()
	goods := func(r *accrual.Rules) *accrual.Sub { return &r.Categories[4].Subs[0] }
	require.Equal(t, "dangerous_goods", fresh(t).Categories[4].Code)
	over := accrual.Rate(100_000_001)
	for name, spoil := range map[string]func(r *accrual.Rules){
		"gap":        func(r *accrual.Rules) { goods(r).Brackets[1].FromYuan++ },
		"overlap":    func(r *accrual.Rules) { goods(r).Brackets[1].FromYuan-- },
		"not from 0": func(r *accrual.Rules) { goods(r).Brackets[0].FromYuan = 1 },
		"bounded":    func(r *accrual.Rules) { goods(r).Brackets = goods(r).Brackets[:3] },
		"open early": func(r *accrual.Rules) { goods(r).Brackets[1].UntilYuan = nil },
		"empty":      func(r *accrual.Rules) { goods(r).Brackets = nil },
		"rate 0":     func(r *accrual.Rules) { goods(r).Brackets[2].Rate = 0 },
		"rate 1.1":   func(r *accrual.Rules) { goods(r).Brackets[2].Rate = over },
		"both":       func(r *accrual.Rules) { goods(r).Rate = &over },
		"percent":    func(r *accrual.Rules) { r.Categories[3].Subs[0].Rate = &over },
		"no rate":    func(r *accrual.Rules) { r.Categories[0].Subs[0].Rate = nil },
		"method":     func(r *accrual.Rules) { goods(r).Method = "guess" },
		"timing":     func(r *accrual.Rules) { goods(r).Timing = "never" },
		"twice":      func(r *accrual.Rules) { r.Categories[1].Code = r.Categories[0].Code },
		"sub twice":  func(r *accrual.Rules) { r.Categories[0].Subs[1].Code = r.Categories[0].Subs[0].Code },
		"no day":     func(r *accrual.Rules) { r.InForce = day.Date{} },
		"way":        func(r *accrual.Rules) { r.Treatment.Deficit.Way = "forgive" },
		"industry":   func(r *accrual.Rules) { r.Categories[0].Industries[0].Sub = "gold" },
		"scopes":     func(r *accrual.Rules) { r.Categories[0].UseScopes.Count++ },
	} {
		r := fresh(t)
		spoil(r)
		require.Error(t, r.Check(), name)
	}
}

func TestRulesSurviveJSON(t *testing.T) {
	t.Parallel()
	for _, r := range accrual.Library() {
		b, err := json.Marshal(r)
		require.NoError(t, err)
		back := &accrual.Rules{}
		require.NoError(t, json.Unmarshal(b, back))
		require.NoError(t, back.Check())
		again, err := json.Marshal(back)
		require.NoError(t, err)
		require.JSONEq(t, string(b), string(again))
		require.Equal(t, r.Categories[3].Subs, back.Categories[3].Subs)
	}
	goods, _ := law(t, "2022.1").Category("dangerous_goods")
	b, err := json.Marshal(goods.Subs[0].Brackets[0])
	require.NoError(t, err)
	require.JSONEq(t, `{"fromYuan":0,"untilYuan":10000000,"rate":"0.045"}`, string(b))
}

func TestTheVersionOfAMonth(t *testing.T) {
	t.Parallel()
	on := func(all []*accrual.Rules, year, month int) string {
		r := accrual.On(all, day.Of(year, 1, 1).AddMonths(month-1))
		if r == nil {
			return ""
		}
		return r.Version
	}
	all := accrual.Library()
	require.Equal(t, []string{"", "2012.1", "2012.1", "2022.1", "2022.1"}, []string{on(all, 2012, 1), on(all, 2012, 2), on(all, 2022, 10), on(all, 2022, 11), on(all, 2030, 1)})
	half := accrual.Rate(5_000_000)
	next := law(t, "2022.1")
	for _, version := range []string{"2022.2", "2022.10"} {
		var err error
		next, err = next.Corrected(version, []accrual.Change{{Category: "construction", Sub: "building", Rate: &half, Read: "p. 3"}})
		require.NoError(t, err)
		all = append([]*accrual.Rules{next}, all...)
	}
	old, err := law(t, "2012.1").Corrected("2012.2", []accrual.Change{{Category: "construction", Sub: "building", Rate: &half, Read: "p. 3"}})
	require.NoError(t, err)
	all = append(all, old)
	require.Equal(t, []string{"2012.2", "2022.10"}, []string{on(all, 2022, 10), on(all, 2022, 11)})
}

func TestProposed(t *testing.T) {
	t.Parallel()
	for industry, want := range map[string][2]string{
		"2614": {"dangerous_goods", "default"}, "2671": {"civil_explosives", "default"}, "2672": {"fireworks", "default"}, "0610": {"coal", ""}, "4812": {"construction", "highway"},
		"5942": {"dangerous_goods", "default"}, "4420": {"power", "supply"}, "3511": {"machinery", "default"}, "3120": {"metallurgy", "default"}, "747": {"noncoal_mining", "geo_exploration"},
		"1310": {}, "": {}, "8411": {},
	} {
		c, s, ok := law(t, "2022.1").Proposed(industry)
		require.Equal(t, want, [2]string{c, s}, industry)
		require.Equal(t, want[0] != "", ok, industry)
	}
	_, _, ok := law(t, "2012.1").Proposed("4420")
	require.False(t, ok, "power was not bound")
	for _, r := range accrual.Library() {
		for _, c := range r.Categories {
			require.NotEmpty(t, c.Industries, c.Code)
		}
	}
}

func TestDecimals(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{"0.045": "0.045", "50": "50", "7.5": "7.5", "0.0005": "0.0005", "0.0175000": "0.0175", "0": "0"} {
		r, err := accrual.ParseRate(s)
		require.NoError(t, err)
		require.Equal(t, want, r.String())
	}
	r, err := accrual.ParseRate("0.0225")
	require.NoError(t, err)
	require.Equal(t, "2.25", r.Percent())
	q, err := accrual.ParseQuantity("41250.500")
	require.NoError(t, err)
	require.Equal(t, accrual.Quantity(41250500), q)
	require.Equal(t, "41250.5", q.String())
	for _, s := range []string{"", "-1", "1e2", ".5", "5.", "1,000", "0.123456789", "99999999999999999999", "999999999999", "NaN"} {
		_, err := accrual.ParseRate(s)
		require.Error(t, err, s)
	}
	_, err = accrual.ParseQuantity("0.0001")
	require.Error(t, err)
	for _, src := range []any{"0.0225", []byte("0.0225")} {
		var got accrual.Rate
		require.NoError(t, got.Scan(src))
		require.Equal(t, r, got)
	}
	require.Error(t, new(accrual.Rate).Scan(int64(7)))
	v, err := q.Value()
	require.NoError(t, err)
	require.Equal(t, "41250.5", v)
}

func TestClause(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{7: "第七条", 10: "第十条", 14: "第十四条", 20: "第二十条", 21: "第二十一条", 50: "第五十条", 53: "第五十三条"} {
		require.Equal(t, want, accrual.Clause(n))
	}
}

func TestNet(t *testing.T) {
	t.Parallel()
	r := law(t, "2022.1")
	net, ok := r.Net(100_00, 86_00)
	require.Equal(t, []any{fen.Amount(14_00), true}, []any{net, ok})
	for _, cost := range []fen.Amount{85_00, 0, 101_00} { // exactly 85 % is not more
		net, ok = r.Net(100_00, cost)
		require.Equal(t, []any{fen.Amount(100_00), false}, []any{net, ok}, cost)
	}
	_, ok = law(t, "2012.1").Net(100_00, 99_00)
	require.False(t, ok)
}
