package accrual_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/accrual"
	"anbiao/kit/fen"
)

func rate(t *testing.T, s string) *accrual.Rate {
	t.Helper()
	r, err := accrual.ParseRate(s)
	require.NoError(t, err)
	return &r
}

func accrued(r accrual.Result) (out [12]fen.Amount) {
	for i, m := range r.Months {
		out[i] = m.AccruedFen
	}
	return out
}

func every(a fen.Amount) (out [12]fen.Amount) {
	for i := range out {
		out[i] = a
	}
	return out
}

func quantities(units int64) (out [12]accrual.Quantity) {
	for i := range out {
		out[i] = accrual.Quantity(units * 1000)
	}
	return out
}

// The public examples: 28.33亿 of dangerous goods and 15亿 of machinery under the rules of 2012.
func TestPublicExamples(t *testing.T) {
	t.Parallel()
	require.Equal(t, fen.Amount(10_366_000_00), annual(t, 2015, "dangerous_goods", "default", 2_833_000_000_00))
	require.Equal(t, fen.Amount(3_400_000_00), annual(t, 2015, "machinery", "default", 1_500_000_000_00))
	require.Equal(t, fen.Amount(4_110_000_00), annual(t, 2024, "machinery", "", 1_500_000_000_00))
}

func TestHalvesAreRoundedUp(t *testing.T) {
	t.Parallel()
	for revenue, want := range map[fen.Amount]fen.Amount{50: 1, 49: 0, 150: 2, 149: 1, 0: 0} { // 1 %
		require.Equal(t, want, annual(t, 2024, "transport", "freight", revenue), revenue)
	}
	// One fen above the bound adds 0.0225 fen.
	require.Equal(t, fen.Amount(450_000_00), annual(t, 2024, "dangerous_goods", "default", 10_000_000_01))
}

func TestFirstYear(t *testing.T) {
	t.Parallel()
	y := accrual.Year{Year: 2024, FirstYear: true, Lines: []accrual.Line{
		{Category: "fireworks", RevenueFen: 30_000_000_00},
		{Category: "coal", Sub: "open_pit", Quantities: quantities(10)},
	}}
	got := compute(t, y)
	want := every(50_00) // output has no first year
	want[11] += 400_000_00 + 300_000_00 + 250_000_00
	require.Equal(t, want, accrued(got))
	require.Contains(t, got.Months[0].Working.Notes, accrual.NoteFirstYear)
	require.Contains(t, got.Months[11].Working.Notes, accrual.NoteLump)
	require.Contains(t, got.Months[11].Working.Clauses, "第四十八条")
	require.Len(t, got.Months[0].Working.Lines, 1)
	require.Len(t, got.Months[11].Working.Lines, 2)

	y.Year, y.Lines = 2015, y.Lines[:1]
	got = compute(t, y)
	y.FirstYear = false
	require.Equal(t, accrued(compute(t, y)), accrued(got), "in 2012 by months on the current revenue")
	require.Equal(t, fen.Amount(70_000_00+90_000_00+125_000_00+400_000_00), got.StandardFen)
	require.Contains(t, got.Months[0].Working.Clauses, "第十六条")
	require.Equal(t, fen.Amount(57_083_33), got.Months[0].AccruedFen)
}

// The law changed within 2022: November and December go by the new one, what went before stays.
func TestANewLawCountsFromItsMonth(t *testing.T) {
	t.Parallel()
	got := compute(t, accrual.Year{Year: 2022, Lines: []accrual.Line{{Category: "dangerous_goods", RevenueFen: 12_000_000_00}}})
	want := every(440_000_00 / 12)
	old, law := fen.Amount(440_000_00), fen.Amount(495_000_00)
	for i := range want {
		whole := old
		if i >= 10 {
			whole = law
		}
		want[i] = (2*whole*fen.Amount(i+1)+12)/24 - (2*whole*fen.Amount(i)+12)/24
	}
	require.Equal(t, want, accrued(got))
	require.Equal(t, "2012.1", got.Months[9].Working.Rules)
	require.Equal(t, "2022.1", got.Months[10].Working.Rules)
	require.Contains(t, got.Months[10].Working.Notes, accrual.NoteNewLaw)
	require.NotContains(t, got.Months[11].Working.Notes, accrual.NoteNewLaw)

	power := compute(t, accrual.Year{Year: 2022, Lines: []accrual.Line{{Category: "power", Sub: "supply", RevenueFen: 12_000_000_00}}})
	require.Equal(t, [12]fen.Amount{10: 5_000_00, 11: 5_000_00}, accrued(power), "power was not bound before")
	require.Equal(t, []string{accrual.NoteNotBound}, power.Months[9].Working.Notes)

	first := compute(t, accrual.Year{Year: 2022, FirstYear: true, Lines: []accrual.Line{{Category: "dangerous_goods", RevenueFen: 12_000_000_00}}})
	require.Equal(t, [2]fen.Amount{0, law - (2*law*10+12)/24}, [2]fen.Amount(accruedSlice(first)[10:]))
}

// A corrected rate of the same law is settled in the first month that is not posted.
func TestACorrectedRateIsCaughtUp(t *testing.T) {
	t.Parallel()
	all := accrual.Library()
	y := accrual.Year{Year: 2024, Lines: []accrual.Line{
		{Category: "machinery", RevenueFen: 12_000_000_00}, // 235000 + 25000
		{Category: "noncoal_mining", Sub: "tailings_run_g45", Quantities: quantities(100)},
	}}
	before := compute(t, y)
	require.Contains(t, before.Months[0].Working.Notes, accrual.NoteToVerify)
	for i := range 5 {
		y.Posted[i] = &accrual.Posted{StandardFen: before.Months[i].StandardFen, AccruedFen: before.Months[i].AccruedFen}
	}
	flat := []accrual.Bracket{{Rate: *rate(t, "0.03")}}
	next, err := law(t, "2022.1").Corrected("2022.2", []accrual.Change{
		{Category: "machinery", Sub: "default", Brackets: flat, Read: "official text, art. 30"},
		{Category: "noncoal_mining", Sub: "tailings_run_g45", Rate: rate(t, "6"), Read: "official text, art. 11"},
	})
	require.NoError(t, err)
	got, err := accrual.Compute(append(all, next), y)
	require.NoError(t, err)
	balanced(t, y, got)
	require.Equal(t, fen.Amount(360_000_00+12*600_00), got.AccruedFen)
	june := got.Months[5]
	require.Equal(t, fen.Amount(30_000_00+600_00), june.StandardFen)
	require.Equal(t, fen.Amount(5*30_000_00-108_333_33+5*100_00), june.CatchUpFen, "five months of 3 % for five of 260000/12, and a yuan more for 500 t")
	require.Equal(t, june.StandardFen, got.Months[6].AccruedFen)
	require.NotContains(t, june.Working.Notes, accrual.NoteToVerify)
	require.Equal(t, "2022.2", june.Working.Rules)
}

func TestARevisionDownwardsReverses(t *testing.T) {
	t.Parallel()
	got := compute(t, accrual.Year{Year: 2024, Lines: []accrual.Line{{Category: "transport", Sub: "freight", RevenueFen: 1_200_000_00, Revised: []accrual.Revision{{FromMonth: 11, RevenueFen: 120_000_00}}}}})
	want := every(1_000_00)
	want[10], want[11] = -8_900_00, 100_00
	require.Equal(t, want, accrued(got))
	require.Equal(t, fen.Amount(-9_000_00), got.Months[10].CatchUpFen)
	require.Equal(t, fen.Amount(1_200_00), got.AccruedFen)
}

// A suspended month owes nothing under whatever figures; what earlier months lack waits for the first
// month that accrues.
func TestSuspensionMeetsRevision(t *testing.T) {
	t.Parallel()
	y := accrual.Year{
		Year: 2024, PriorDueFen: 10_000_00, OpeningFen: 29_500_00, UsedFen: [12]fen.Amount{1: 1_500_00, 2: 5_000_00},
		Lines: []accrual.Line{{Category: "transport", Sub: "freight", RevenueFen: 1_200_000_00, Revised: []accrual.Revision{{FromMonth: 2, RevenueFen: 2_400_000_00}}}},
	}
	got := compute(t, y)
	balanced(t, y, got)
	// January accrues 1000 and opens February at 30500, above 30000: suspended, though revised there.
	require.Equal(t, []fen.Amount{1_000_00, 0, 3_000_00, 2_000_00}, slices.Clone(accruedSlice(got)[:4]))
	require.True(t, got.Months[1].Suspended)
	require.Equal(t, fen.Amount(1_000_00), got.Months[2].CatchUpFen, "January's, not February's")
	require.Equal(t, got.StandardFen-2_000_00*countSuspended(got), got.AccruedFen+got.DeferredFen)
}

func accruedSlice(r accrual.Result) []fen.Amount { a := accrued(r); return a[:] }

func countSuspended(r accrual.Result) (n fen.Amount) {
	for _, m := range r.Months {
		if m.Suspended {
			n++
		}
	}
	return n
}

func TestSuspensionByApprovalIsOfTheOldLaw(t *testing.T) {
	t.Parallel()
	y := accrual.Year{Year: 2015, PriorDueFen: 1, OpeningFen: 100_00, Lines: []accrual.Line{{Category: "transport", Sub: "freight", RevenueFen: 1_200_000_00}}}
	y.SuspendedByApproval[3] = true
	want := every(1_000_00)
	want[3] = 0
	got := compute(t, y)
	require.Equal(t, want, accrued(got), "the balance suspends nothing under the old law")
	require.Contains(t, got.Months[3].Working.Clauses, "第十四条")
	y.Year = 2024
	requireFault(t, y, accrual.Fault{Line: -1, Month: 4, Code: accrual.FaultApproval})
}

func TestDeficit(t *testing.T) {
	t.Parallel()
	y := accrual.Year{Year: 2024, OpeningFen: 500_00, Lines: []accrual.Line{{Category: "transport", Sub: "freight", RevenueFen: 1_200_000_00}}}
	y.UsedFen[2] = 13_000_00 // more than opening and the year's accrual of 12000 by 500
	got := compute(t, y)
	balanced(t, y, got)
	require.Equal(t, []fen.Amount{500_00, 500_00, 0, 0}, []fen.Amount{got.TopUpFen, got.Months[11].TopUpFen, got.Months[11].ClosingFen, got.ExcessFen})
	require.Negative(t, got.Months[2].ClosingFen, "a running deficit is allowed")
	require.Contains(t, got.Months[11].Working.Clauses, "第四十七条")
	require.Equal(t, every(1_000_00), accrued(got), "the top-up is no accrual of December")

	y.UsedFen[2] = 12_500_00
	require.Zero(t, compute(t, y).TopUpFen, "exactly used up")

	y.Year, y.UsedFen[2] = 2015, 13_000_00
	got = compute(t, y)
	balanced(t, y, got)
	require.Equal(t, []fen.Amount{0, 500_00, 0}, []fen.Amount{got.TopUpFen, got.ExcessFen, got.Months[11].ClosingFen})
	require.Contains(t, got.Months[11].Working.Clauses, "第二十七条")

	y.Year = 2024
	y.Posted[11] = &accrual.Posted{AccruedFen: 1_000_00, StandardFen: 1_000_00, TopUpFen: 400_00}
	got = compute(t, y)
	require.Equal(t, []fen.Amount{400_00, -100_00}, []fen.Amount{got.TopUpFen, got.Months[11].ClosingFen}, "what is posted is posted")
}

func TestContractsKeepTheirRules(t *testing.T) {
	t.Parallel()
	got := compute(t, accrual.Year{Year: 2024, Lines: []accrual.Line{
		{Key: "a", Category: "construction", Sub: "building", Rules: "2012.1", Quantities: quantities(100_000)},
		{Key: "b", Category: "construction", Sub: "building", Quantities: quantities(100_000)},
	}})
	require.Equal(t, every(2_000_00+3_000_00), accrued(got))
	w := got.Months[0].Working
	require.Equal(t, []string{"财企〔2012〕16号第七条", "第十七条"}, w.Clauses)
	require.Equal(t, []string{"2012.1", "2022.1"}, []string{w.Lines[0].Rules, w.Lines[1].Rules})
	require.Contains(t, w.Notes, accrual.NoteKeptRules)
}

func TestTheHighestHazardHolds(t *testing.T) {
	t.Parallel()
	l := accrual.Line{Category: "coal", Sub: "other_underground", Hazards: []string{"high_gas", "open_pit", "other_underground"}, Quantities: quantities(10)}
	got := compute(t, accrual.Year{Year: 2024, Lines: []accrual.Line{l}})
	require.Equal(t, every(300_00), accrued(got))
	require.Equal(t, "high_gas", got.Months[0].Working.Lines[0].Sub)
	require.Contains(t, got.Months[0].Working.Notes, accrual.NoteHazards)
	l.Sub, l.Hazards = "", []string{"rockburst", "high_gas"}
	require.Equal(t, every(300_00), accrued(compute(t, accrual.Year{Year: 2015, Lines: []accrual.Line{l}})), "rockburst was 15 then")
	require.Equal(t, every(500_00), accrued(compute(t, accrual.Year{Year: 2024, Lines: []accrual.Line{l}})))
	l.Rate = rate(t, "49.99")
	requireFault(t, accrual.Year{Year: 2024, Lines: []accrual.Line{l}}, accrual.Fault{Line: 0, Code: accrual.FaultRateLower})
}

func TestInseparableBusinesses(t *testing.T) {
	t.Parallel()
	y := accrual.Year{Year: 2024, Inseparable: true, Lines: []accrual.Line{
		{Key: "goods", Category: "dangerous_goods", RevenueFen: 6_000_000_00},
		{Key: "special", Category: "transport", Sub: "special_freight", RevenueFen: 3_000_000_00},
		{Key: "freight", Category: "transport", Sub: "freight", RevenueFen: 5_000_000_00},
		{Key: "pit", Category: "coal", Sub: "open_pit", Quantities: quantities(10)},
	}}
	got := compute(t, y)
	// Transport has 8 of 14 million; within it general freight has most: 1 % of the total.
	require.Equal(t, fen.Amount(140_000_00+12*50_00), got.StandardFen)
	w := got.Months[0].Working
	require.Equal(t, []string{"freight", "pit"}, []string{w.Lines[0].Key, w.Lines[1].Key})
	require.Equal(t, fen.Amount(14_000_000_00), w.Lines[0].BaseFen)
	require.Contains(t, w.Clauses, "第五十二条")
	y.Lines[0].Revised = []accrual.Revision{{FromMonth: 7, RevenueFen: 9_000_000_00}}
	got = compute(t, y)
	require.Equal(t, "goods", got.Months[6].Working.Lines[0].Key, "another leads from July")
	require.Equal(t, fen.Amount(450_000_00+157_500_00+12*50_00), got.AccruedFen)
}

func TestOwnRatesOnlyUpwards(t *testing.T) {
	t.Parallel()
	building := accrual.Line{Category: "construction", Sub: "building", Rate: rate(t, "0.035"), Quantities: quantities(100_000)}
	got := compute(t, accrual.Year{Year: 2024, Lines: []accrual.Line{building}})
	require.Equal(t, every(3_500_00), accrued(got))
	require.True(t, got.Months[0].Working.Lines[0].Override)
	goods := accrual.Line{Category: "dangerous_goods", RevenueFen: 20_000_000_00, Rate: rate(t, "0.04")}
	require.Equal(t, fen.Amount(800_000_00), compute(t, accrual.Year{Year: 2024, Lines: []accrual.Line{goods}}).AccruedFen)
	building.Rate = rate(t, "0.03")
	require.False(t, compute(t, accrual.Year{Year: 2024, Lines: []accrual.Line{building}}).Months[0].Working.Lines[0].Override)
	for _, c := range []struct {
		line accrual.Line
		rate string
		code string
	}{
		{building, "0.0299", accrual.FaultRateLower},
		{building, "1.01", accrual.FaultRateRange},
		{building, "0", accrual.FaultRateRange},
		{goods, "0.0337", accrual.FaultRateLower}, // 3.375 % of 20 million is the standard
	} {
		c.line.Rate = rate(t, c.rate)
		requireFault(t, accrual.Year{Year: 2024, Lines: []accrual.Line{goods, c.line}}, accrual.Fault{Line: 1, Code: c.code})
	}
}

func requireFault(t *testing.T, y accrual.Year, want accrual.Fault) {
	t.Helper()
	_, err := accrual.Compute(accrual.Library(), y)
	var got *accrual.Fault
	require.ErrorAs(t, err, &got)
	require.Equal(t, want, *got)
	require.Contains(t, err.Error(), want.Code)
}

func TestFaultsNameLineAndMonth(t *testing.T) {
	t.Parallel()
	good := accrual.Line{Category: "transport", Sub: "freight", RevenueFen: 1}
	for name, c := range map[string]struct {
		spoil func(y *accrual.Year, l *accrual.Line)
		want  accrual.Fault
	}{
		"category":    {func(_ *accrual.Year, l *accrual.Line) { l.Category = "gold" }, accrual.Fault{Line: 1, Code: accrual.FaultCategory}},
		"sub":         {func(_ *accrual.Year, l *accrual.Line) { l.Sub = "gold" }, accrual.Fault{Line: 1, Code: accrual.FaultSub}},
		"sub missing": {func(_ *accrual.Year, l *accrual.Line) { l.Sub = "" }, accrual.Fault{Line: 1, Code: accrual.FaultSubMissing}},
		"hazard":      {func(_ *accrual.Year, l *accrual.Line) { l.Hazards = []string{"gold"} }, accrual.Fault{Line: 1, Code: accrual.FaultHazard}},
		"hazard's base": {func(_ *accrual.Year, l *accrual.Line) {
			l.Category, l.Sub, l.Hazards = "oil_gas", "crude_oil", []string{"raw_gas"}
		}, accrual.Fault{Line: 1, Code: accrual.FaultHazard}},
		"bracketed": {func(_ *accrual.Year, l *accrual.Line) {
			l.Category, l.Sub, l.Hazards = "power", "supply", []string{"generation"}
		}, accrual.Fault{Line: 1, Code: accrual.FaultHazard}},
		"rules":        {func(_ *accrual.Year, l *accrual.Line) { l.Rules = "1999.1" }, accrual.Fault{Line: 1, Code: accrual.FaultRules}},
		"kept unknown": {func(_ *accrual.Year, l *accrual.Line) { l.Category, l.Sub, l.Rules = "power", "supply", "2012.1" }, accrual.Fault{Line: 1, Code: accrual.FaultCategory}},
		"kept sub": {func(_ *accrual.Year, l *accrual.Line) {
			l.Category, l.Sub, l.Rules = "oil_gas", "oil_service", "2012.1"
		}, accrual.Fault{Line: 1, Code: accrual.FaultSub}},
		"revenue":   {func(_ *accrual.Year, l *accrual.Line) { l.RevenueFen = -1 }, accrual.Fault{Line: 1, Code: accrual.FaultRevenue}},
		"too large": {func(_ *accrual.Year, l *accrual.Line) { l.RevenueFen = accrual.MaxAmount + 1 }, accrual.Fault{Line: 1, Code: accrual.FaultTooLarge}},
		"quantity":  {func(_ *accrual.Year, l *accrual.Line) { l.Quantities[2] = -1 }, accrual.Fault{Line: 1, Month: 3, Code: accrual.FaultQuantity}},
		"much":      {func(_ *accrual.Year, l *accrual.Line) { l.Quantities[2] = accrual.MaxQuantity + 1 }, accrual.Fault{Line: 1, Month: 3, Code: accrual.FaultTooLarge}},
		"amount": {func(_ *accrual.Year, l *accrual.Line) {
			l.Category, l.Sub, l.Quantities[4] = "coal", "outburst", accrual.MaxQuantity
		}, accrual.Fault{Line: 1, Month: 5, Code: accrual.FaultTooLarge}},
		"month 13":      {func(_ *accrual.Year, l *accrual.Line) { l.Revised = []accrual.Revision{{FromMonth: 13}} }, accrual.Fault{Line: 1, Month: 13, Code: accrual.FaultRevision}},
		"month twice":   {func(_ *accrual.Year, l *accrual.Line) { l.Revised = []accrual.Revision{{FromMonth: 3}, {FromMonth: 3}} }, accrual.Fault{Line: 1, Month: 3, Code: accrual.FaultRevision}},
		"revised below": {func(_ *accrual.Year, l *accrual.Line) { l.Revised = []accrual.Revision{{FromMonth: 3, RevenueFen: -1}} }, accrual.Fault{Line: 1, Month: 3, Code: accrual.FaultRevenue}},
		"no lines":      {func(y *accrual.Year, _ *accrual.Line) { y.Lines = nil }, accrual.Fault{Line: -1, Code: accrual.FaultNoLines}},
		"many lines": {func(y *accrual.Year, l *accrual.Line) {
			y.Lines = slices.Repeat([]accrual.Line{*l}, accrual.MaxLines+1)
		}, accrual.Fault{Line: -1, Code: accrual.FaultLines}},
		"no law":    {func(y *accrual.Year, _ *accrual.Line) { y.Year = 2012 }, accrual.Fault{Line: -1, Month: 1, Code: accrual.FaultYear}},
		"year":      {func(y *accrual.Year, _ *accrual.Line) { y.Year = 0 }, accrual.Fault{Line: -1, Code: accrual.FaultYear}},
		"prior due": {func(y *accrual.Year, _ *accrual.Line) { y.PriorDueFen = -1 }, accrual.Fault{Line: -1, Code: accrual.FaultPriorDue}},
		"used":      {func(y *accrual.Year, _ *accrual.Line) { y.UsedFen[6] = accrual.MaxAmount + 1 }, accrual.Fault{Line: -1, Month: 7, Code: accrual.FaultTooLarge}},
		"opening":   {func(y *accrual.Year, _ *accrual.Line) { y.OpeningFen = -accrual.MaxAmount - 1 }, accrual.Fault{Line: -1, Code: accrual.FaultTooLarge}},
	} {
		y := accrual.Year{Year: 2024, Lines: []accrual.Line{good, good}}
		c.spoil(&y, &y.Lines[min(1, len(y.Lines)-1)])
		t.Run(name, func(t *testing.T) { t.Parallel(); requireFault(t, y, c.want) })
	}
}

// The largest year that is taken stays within an int64.
func TestTheLargestYear(t *testing.T) {
	t.Parallel()
	y := accrual.Year{Year: 2024, OpeningFen: accrual.MaxAmount, PriorDueFen: accrual.MaxAmount, Lines: slices.Repeat([]accrual.Line{{Category: "power", Sub: "supply", RevenueFen: accrual.MaxAmount, Rate: rate(t, "1")}}, accrual.MaxLines)}
	y.Lines = append(y.Lines[:0:0], y.Lines...)
	got := compute(t, y)
	require.Equal(t, accrual.MaxAmount*accrual.MaxLines, got.StandardFen)
	balanced(t, y, got)
}

func TestTheWorkingShowsEveryStep(t *testing.T) {
	t.Parallel()
	got := compute(t, accrual.Year{Year: 2024, PriorDueFen: 1_000_00, Lines: []accrual.Line{{Key: "1", Category: "dangerous_goods", RevenueFen: 12_000_000_01}}})
	w := got.Months[1].Working
	l := w.Lines[0]
	require.Equal(t, fen.Amount(495_000_00), w.AnnualFen)
	require.Equal(t, "49500000.0225", l.ExactFen)
	ten := fen.Amount(10_000_000_00)
	hundred := 10 * ten
	require.Equal(t, []accrual.Slice{
		{FromFen: 0, UntilFen: &ten, Rate: *rate(t, "0.045"), OnFen: ten, ExactFen: "45000000"},
		{FromFen: ten, UntilFen: &hundred, Rate: *rate(t, "0.0225"), OnFen: 2_000_000_01, ExactFen: "4500000.0225"},
	}, l.Slices)
	require.Equal(t, accrual.Suspension{OpeningFen: 41_250_00, ThresholdFen: 3_000_00}, *w.Suspension)
	require.True(t, got.Months[1].Suspended)
	require.Equal(t, []fen.Amount{41_250_00, 41_250_00}, []fen.Amount{w.PostedFen, w.CumulativeFen})
	require.Equal(t, []string{"第二十一条", "第五十条"}, w.Clauses)

	b, err := json.Marshal(got.Months[1])
	require.NoError(t, err)
	var back accrual.Month
	require.NoError(t, json.Unmarshal(b, &back))
	require.Equal(t, got.Months[1], back, "it is stored with the month")
	posted := accrual.Year{Year: 2024, Lines: []accrual.Line{{Category: "dangerous_goods"}}}
	posted.Posted[0] = &accrual.Posted{}
	b, err = json.Marshal(compute(t, posted).Months[0].Working)
	require.NoError(t, err)
	require.NotContains(t, string(b), `"lines":null`)
}
