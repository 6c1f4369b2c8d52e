package inspection

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/kit/db"
	"anbiao/kit/id"
)

func TestVerify(t *testing.T) {
	t.Parallel()
	every := map[string]Asked{
		"A-01": {Code: "A-01"}, "A-02": {Code: "A-02", MustPhoto: true, MustReason: true}, "A-03": {Code: "A-03"}, "B-01": {Code: "B-01"},
	}
	s := Sheet{At: []string{"A-01", "A-02", "A-03"}, Find: func(code string) (Asked, bool) { a, ok := every[code]; return a, ok }}
	photo := []id.Of[id.Attachment]{1}
	ok := []Answer{{Code: "A-01", Result: Pass}, {Code: "A-02", Result: Fail, Photos: photo}, {Code: "A-03", Result: NA}}
	for name, c := range map[string]struct {
		at   int
		with Answer
		want error
	}{
		"as it is":              {0, ok[0], nil},
		"unknown":               {0, Answer{Code: "C-01", Result: Pass}, ErrUnknownItem},
		"twice":                 {1, ok[0], ErrItemTwice},
		"missing":               {0, Answer{Code: "B-01", Result: Pass}, ErrItemMissing},
		"no photo":              {1, Answer{Code: "A-02", Result: Fail, Note: "坏了"}, ErrPhotoNeeded},
		"no reason":             {1, Answer{Code: "A-02", Result: NA, Note: " 　"}, ErrReasonNeeded},
		"reason":                {1, Answer{Code: "A-02", Result: NA, Note: "无此设备"}, nil},
		"neither photo or note": {2, Answer{Code: "A-03", Result: Fail}, ErrNoteNeeded},
		"note is enough":        {2, Answer{Code: "A-03", Result: Fail, Note: "缺"}, nil},
		"photo is enough":       {2, Answer{Code: "A-03", Result: Fail, Photos: photo}, nil},
	} {
		check := Check{PointID: 1, StartedAt: now}
		check.answer(append([]Answer(nil), ok...))
		check.Answers.V[c.at] = c.with
		w := walk{1: s}
		_, err := w.verify(&check, w.demanded(&check, nil))
		require.ErrorIs(t, err, c.want, name)
	}
}

// TestVerifyValues holds measured values and "rest is fine" against what the item asks.
func TestVerifyValues(t *testing.T) {
	t.Parallel()
	every := map[string]Asked{"A-01": {Limit: &Limit{"Ω", "0.5", "4"}}, "A-02": {PhotoAlways: true}, "A-03": {}}
	find := func(code string) (Asked, bool) { a, ok := every[code]; return a, ok }
	plain, dusty := Sheet{At: []string{"A-01"}, Find: find}, Sheet{At: []string{"A-01"}, Find: find, Explosive: true}
	photo := []id.Of[id.Attachment]{1}
	rested := now.Add(time.Minute)
	for name, c := range map[string]struct {
		sheet Sheet
		with  Answer
		want  error
	}{
		"within":                    {plain, Answer{Code: "A-01", Result: Pass, Measured: "3.99"}, nil},
		"upper bound":               {plain, Answer{Code: "A-01", Result: Pass, Measured: "4.000"}, nil},
		"lower bound":               {plain, Answer{Code: "A-01", Result: Pass, Measured: "0.5"}, nil},
		"a little above":            {plain, Answer{Code: "A-01", Result: Pass, Measured: "4.000001"}, ErrOutOfRange},
		"below":                     {plain, Answer{Code: "A-01", Result: Pass, Measured: "-1"}, ErrOutOfRange},
		"above and failed":          {plain, Answer{Code: "A-01", Result: Fail, Measured: "9", Note: "超标"}, nil},
		"failed for something else": {plain, Answer{Code: "A-01", Result: Fail, Measured: "2", Note: "锈蚀"}, nil},
		"no value":                  {plain, Answer{Code: "A-01", Result: Pass}, ErrValueNeeded},
		"failed without a value":    {plain, Answer{Code: "A-01", Result: Fail, Note: "坏了"}, ErrValueNeeded},
		"with its unit":             {plain, Answer{Code: "A-01", Result: Pass, Measured: "3 Ω"}, ErrValueNeeded},
		"exponent":                  {plain, Answer{Code: "A-01", Result: Pass, Measured: "3e0"}, ErrValueNeeded},
		"fraction":                  {plain, Answer{Code: "A-01", Result: Pass, Measured: "3/1"}, ErrValueNeeded},
		"full-width":                {plain, Answer{Code: "A-01", Result: Pass, Measured: "３"}, ErrValueNeeded},
		"does not apply":            {plain, Answer{Code: "A-01", Result: NA}, nil},
		"rest of a measured item":   {plain, Answer{Code: "A-01", Result: Pass, Measured: "3", Rest: true}, ErrRest},
		"no photo":                  {plain, Answer{Code: "A-02", Result: Pass}, ErrPhotoNeeded},
		"photo":                     {plain, Answer{Code: "A-02", Result: Pass, Photos: photo}, nil},
		"failed without photo":      {plain, Answer{Code: "A-02", Result: Fail, Note: "坏"}, ErrPhotoNeeded},
		"na without photo":          {plain, Answer{Code: "A-02", Result: NA}, nil},
		"rest of a photo item":      {plain, Answer{Code: "A-02", Result: Pass, Photos: photo, Rest: true}, ErrRest},
		"no phone in the dust":      {dusty, Answer{Code: "A-02", Result: Pass}, nil},
		"a value in the dust":       {dusty, Answer{Code: "A-01", Result: Pass}, ErrValueNeeded},
		"rest":                      {plain, Answer{Code: "A-03", Result: Pass, Rest: true}, nil},
		"rest is no failure":        {plain, Answer{Code: "A-03", Result: Fail, Note: "坏", Rest: true}, ErrRest},
	} {
		check := Check{PointID: 1, StartedAt: now, RestAt: &rested}
		check.answer([]Answer{c.with})
		_, err := walk{1: c.sheet}.verify(&check, nil)
		require.ErrorIs(t, err, c.want, name)
	}
	check := Check{PointID: 1, StartedAt: now}
	check.answer([]Answer{{Code: "A-03", Result: Pass, Rest: true}})
	_, err := walk{1: plain}.verify(&check, nil)
	require.ErrorIs(t, err, ErrRest, "nobody pressed it")
}

// TestTeamCard confirms as a whole what is not answered, save what needs a photo or a value.
func TestTeamCard(t *testing.T) {
	t.Parallel()
	every := map[string]Asked{"A-01": {}, "A-02": {Major: true, MustReason: true}, "A-03": {Limit: &Limit{"MPa", "", "0.8"}}}
	find := func(code string) (Asked, bool) { a, ok := every[code]; return a, ok }
	press := Sheet{At: []string{"A-01", "A-02"}, Find: find}
	w := walk{1: press, 2: press, 3: press}
	route := db.Ints{1, 2, 3}
	check := Check{PointID: 1, StartedAt: now, Route: &route, ByException: true}
	check.answer([]Answer{{Code: "A-02", PointID: 2, Result: Fail, Note: "光栅失灵"}})
	rest, err := w.verify(&check, w.demanded(&check, nil))
	require.NoError(t, err)
	check.confirm(rest)
	require.Equal(t, []int{5, 1, 0}, []int{check.Passed, check.Failed, check.NotApplicable})
	require.Equal(t, []Confirmed{{[]id.Of[id.Point]{1, 3}, []string{"A-01", "A-02"}}, {[]id.Of[id.Point]{2}, []string{"A-01"}}}, check.Confirmed.V)
	require.Equal(t, []string{"A-01"}, check.confirmedAt(2))

	press.At = append(press.At, "A-03")
	w[3] = press
	_, err = w.verify(&check, w.demanded(&check, nil))
	require.ErrorIs(t, err, ErrExplicit)
	check.answer([]Answer{{Code: "A-03", PointID: 3, Result: Pass, Measured: "0.80"}})
	rest, err = w.verify(&check, w.demanded(&check, nil))
	require.NoError(t, err)
	require.Len(t, rest, 6)
	check.answer([]Answer{{Code: "A-01", PointID: 4, Result: Pass}})
	_, err = w.verify(&check, nil)
	require.ErrorIs(t, err, ErrUnknownPoint)
}

func TestLimitInWords(t *testing.T) {
	t.Parallel()
	for want, l := range map[string]Limit{"0.5–4 Ω": {"Ω", "0.5", "4"}, "≥0.5 Ω": {"Ω", "0.5", ""}, "≤4 Ω": {"Ω", "", "4"}, "Ω": {"Ω", "", ""}} {
		require.Equal(t, want, l.String())
	}
}

func TestDemands(t *testing.T) {
	t.Parallel()
	s := Sheet{At: []string{"A-01", "A-02"}, ChangedAt: now}
	require.Equal(t, []string{"A-01", "A-02"}, s.demands(nil, now))
	require.Equal(t, []string{"A-02"}, s.demands([]string{"A-02", "Z-09"}, now))
	require.Empty(t, s.demands(nil, now.Add(-time.Second)), "begun before the point was changed")
}
