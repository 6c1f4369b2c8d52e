package certificate

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/id"
)

var ratedOn = day.Of(2026, 6, 30)

// naive counts CR-01, CR-02, CR-03, CR-04 and CR-05 the slow way: person by person, from the rules themselves.
func naive(f firm, on day.Date) map[RateID]Share {
	works := func(who id.Of[id.Staff], kinds, operations []string) (yes, verified bool) {
		for _, h := range f.cards[who] {
			facts, err := h.c.facts()
			if err != nil {
				panic(err)
			}
			s := facts.On(on)
			good := s.Status == Valid || s.Status == ReviewDue || s.Status == Expiring
			if good && slices.Contains(kinds, h.c.Kind) && (len(operations) == 0 || slices.Contains(operations, h.c.Operation)) {
				yes = true
				verified = verified || (!h.c.VerifiedOn.IsZero() && !h.c.VerifiedOn.After(on))
			}
		}
		return yes, verified
	}
	out := map[RateID]Share{}
	people := map[id.Of[id.Staff]][]string{}
	for _, s := range f.seats {
		people[s.StaffID] = append(people[s.StaffID], s.Types...)
	}
	count := func(r RateID, met, verified bool) {
		s := out[r]
		s.Den++
		if met {
			s.Num++
			if verified {
				s.Verified++
			}
		}
		out[r] = s
	}
	for who, types := range people {
		all, sure, some := true, true, false
		for _, o := range []struct {
			post string
			ops  []string
		}{{"electrician", []string{"SO0102"}}, {"welder", []string{"SO0201", "SO0202", "SO0203"}}} {
			if slices.Contains(types, o.post) {
				met, verified := works(who, []string{"special_operation", "special_operation_coal"}, o.ops)
				count(OperationsByPair, met, verified)
				some, all, sure = true, all && met, sure && verified
			}
		}
		if some {
			count(OperationsByPerson, all, all && sure)
		}
		if slices.Contains(types, "forklift_driver") {
			met, verified := works(who, []string{"special_equipment_operator"}, []string{"N1"})
			count(EquipmentByPair, met, verified)
		}
		if slices.Contains(types, "principal") {
			met, verified := works(who, []string{"principal_general", "principal_hazardous"}, nil)
			count(Principals, met, verified)
		}
		if slices.Contains(types, "safety_manager") {
			met, verified := works(who, []string{"manager_general", "manager_hazardous"}, nil)
			count(Managers, met, verified)
		}
	}
	if m := out[Managers]; m.Den == 0 {
		m.Den = 1 // every unit needs one
		out[Managers] = m
	}
	for _, r := range []RateID{OperationsByPerson, Principals, Managers} {
		out[ThreePosts] = out[ThreePosts].plus(out[r])
	}
	return out
}

// madeUp is a company of people on random posts with random certificates.
func madeUp(t *testing.T, r *rand.Rand) firm {
	t.Helper()
	f := firm{own: map[id.Of[id.Post]][]OwnNeed{}, cards: map[id.Of[id.Staff]][]held{}}
	types := []string{"electrician", "welder", "forklift_driver", "principal", "safety_manager", "general_employee"}
	cards := [][2]string{
		{"special_operation", "SO0102"},
		{"special_operation", "SO0201"},
		{"special_operation", "SO0203"},
		{"special_operation", "SO0301"},
		{"special_equipment_operator", "N1"},
		{"special_equipment_operator", "Q2"},
		{"principal_general", ""},
		{"principal_hazardous", ""},
		{"manager_general", ""},
		{"manager_hazardous", ""},
	}
	for who := range id.Of[id.Staff](r.IntN(12)) {
		for p := range r.IntN(3) {
			f.seats = append(f.seats, Seat{StaffID: who + 1, PostID: id.Of[id.Post](r.IntN(8) + 1), Types: []string{types[r.IntN(len(types))], types[r.IntN(len(types))]}, Main: p == 0})
		}
		for n := range r.IntN(5) {
			k := cards[r.IntN(len(cards))]
			c := &Certificate{ID: id.Of[id.Certificate](int(who)*10 + n), StaffID: who + 1, Kind: k[0], Operation: k[1], ValidFrom: ratedOn.AddDays(-r.IntN(2600) + 60)}
			if r.IntN(2) == 0 {
				c.VerifiedOn = ratedOn.AddDays(r.IntN(20) - 15)
			}
			if r.IntN(8) == 0 {
				c.RevokedOn = ratedOn.AddDays(r.IntN(20) - 10)
			}
			if r.IntN(3) == 0 {
				c.Reviews.V = []day.Date{c.ValidFrom.AddMonths(34)}
			}
			h, err := heldOn(c, ratedOn)
			require.NoError(t, err)
			f.cards[who+1] = append(f.cards[who+1], h)
		}
	}
	return f
}

func TestRatesAreThoseOfANaiveCount(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(330784, 2026))
	whole := 0
	for range 3000 {
		f := madeUp(t, r)
		got, want := f.rates(Scale{Peopled: true, on: ratedOn}, nil), naive(f, ratedOn)
		for _, id := range []RateID{OperationsByPerson, OperationsByPair, EquipmentByPair, Principals, Managers, ThreePosts} {
			require.Equal(t, want[id], got[id], "%s of %+v", id, f.seats)
			require.True(t, got[id].Verified <= got[id].Num && got[id].Num <= got[id].Den)
		}
		if got[OperationsByPerson].Num > 0 && got[OperationsByPair].Num < got[OperationsByPair].Den {
			whole++
		}
	}
	assert.Greater(t, whole, 100, "the cases are of some variety")
}

func TestRateIsTruncatedAndMayNotApply(t *testing.T) {
	t.Parallel()
	p, applies := permille(9996, 10000)
	assert.True(t, applies)
	assert.Equal(t, 999, p, "99.96 % is not 100 %")
	_, applies = permille(0, 0)
	assert.False(t, applies)
	assert.Nil(t, shownRate(0, 0))
}

func TestManagersNeeded(t *testing.T) {
	t.Parallel()
	f := firm{own: map[id.Of[id.Post]][]OwnNeed{}, cards: map[id.Of[id.Staff]][]held{}}
	for _, c := range []struct {
		industry string
		staff    int
		peopled  bool
		want     int
	}{{"3311", 20, true, 1}, {"3311", 101, true, 1}, {"2614", 49, true, 1}, {"2614", 51, true, 2}, {"2614", 1000, true, 20}, {"2614", 1000, false, 0}} {
		got := f.rates(Scale{Industry: c.industry, Staff: c.staff, Peopled: c.peopled, on: ratedOn}, nil)
		assert.Equal(t, Share{Den: c.want}, got[Managers], "%+v", c)
	}
}

func TestDuesDoneInTime(t *testing.T) {
	t.Parallel()
	k, err := Kinds.Kind("special_operation")
	require.NoError(t, err)
	from, until := day.Of(2026, 1, 1), day.Of(2026, 12, 31)
	review := Facts{Kind: k, ValidFrom: day.Of(2023, 3, 1)} // review by 2026-03-01
	ends := Facts{Kind: k, ValidFrom: day.Of(2020, 3, 1), Reviews: []day.Date{day.Of(2023, 2, 1)}}
	for name, c := range map[string]struct {
		f    Facts
		edit func(*Facts)
		want Share
	}{
		"review missed":     {review, func(*Facts) {}, Share{Den: 1}},
		"reviewed in time":  {review, func(f *Facts) { f.Reviews = []day.Date{day.Of(2026, 3, 1)} }, Share{Num: 1, Den: 1}},
		"reviewed late":     {review, func(f *Facts) { f.Reviews = []day.Date{day.Of(2026, 3, 2)} }, Share{Den: 1}},
		"holder gone":       {review, func(f *Facts) { f.HolderLeftOn = day.Of(2026, 2, 1) }, Share{}},
		"renewed before":    {review, func(f *Facts) { f.SupersededOn = day.Of(2026, 1, 10) }, Share{}},
		"expired":           {ends, func(*Facts) {}, Share{Den: 1}},
		"renewed next day":  {ends, func(f *Facts) { f.SupersededOn = day.Of(2026, 3, 2) }, Share{Num: 1, Den: 1}},
		"renewed too late":  {ends, func(f *Facts) { f.SupersededOn = day.Of(2026, 3, 3) }, Share{Den: 1}},
		"revoked before":    {ends, func(f *Facts) { f.RevokedOn = day.Of(2026, 2, 1) }, Share{}},
		"no date recorded":  {ends, func(f *Facts) { f.ValidFrom = day.Date{} }, Share{}},
		"lapsed since 2023": {ends, func(f *Facts) { f.Reviews = nil }, Share{}},
	} {
		c.edit(&c.f)
		assert.Equal(t, c.want, c.f.dues(from, until, false), name)
	}
}

func TestWantsThatFollowFromOthersAreLeftOut(t *testing.T) {
	t.Parallel()
	own := func(kind, operation string) OwnNeed { return OwnNeed{Kind: kind, Operation: operation} }
	assert.Len(t, wantsOf([]string{"welder"}, nil), 1)
	got := wantsOf([]string{"welder"}, []OwnNeed{own("special_operation", "SO0201"), own("special_operation", ""), own("first_aid", ""), own("first_aid", "")})
	require.Len(t, got, 2)
	assert.Equal(t, []string{"SO0201"}, got[0].AnyOf)
	assert.Equal(t, "first_aid", got[1].Kind)
}
