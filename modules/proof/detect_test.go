package proof

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/kit/calendar"
	"anbiao/kit/day"
	"anbiao/kit/id"
	"anbiao/kit/photo"
	"anbiao/kit/text"
	"anbiao/rbac"
)

var (
	rules = versions[len(versions)-1]
	noon  = time.Date(2026, 3, 10, 4, 0, 0, 0, time.UTC)
	here  = Fix{Longitude: 120_036_000, Latitude: 28_895_000}
)

func of[T any](v T) *T { return &v }

// north is a position so many metres north of here.
func north(m float64) *Fix {
	return &Fix{Longitude: here.Longitude, Latitude: here.Latitude + int32(m/111_194.93*1e6)}
}

// check is a check of one minute with ten items of 60 characters, begun at a time.
func check(n int64, at time.Time) Record {
	return Record{
		CompanyID: 1, CheckID: id.Of[id.Check](n), StartedOn: day.In(at, day.Shanghai), StartedAt: at, FinishedAt: at.Add(time.Minute), ReceivedAt: at.Add(2 * time.Minute),
		StaffID: of[int64](7), PersonName: "张三", Items: 10, Chars: 600, Route: []Stop{{PointID: id.Of[id.Point](n), Known: north(float64(n) * 100)}}, Position: &here,
	}
}

func TestFast(t *testing.T) {
	t.Parallel()
	c := check(1, noon)
	least := time.Duration(600/rules.Fast.CharsPerSecond) * time.Second
	c.FinishedAt = c.StartedAt.Add(least)
	require.Nil(t, rules.fast(c), "exactly what reading takes")
	c.FinishedAt = c.FinishedAt.Add(-time.Second)
	f := rules.fast(c)
	require.NotNil(t, f)
	require.Equal(t, "39", f.Figures["seconds"])
	require.Equal(t, "40", f.Figures["least"])
	c.Items = rules.Fast.MinItems - 1
	require.Nil(t, rules.fast(c), "a few items are answered at a glance")
	c.Items, c.ByException = 10, true
	require.Nil(t, rules.fast(c), "a team card is not read item by item")
	for _, silent := range []func(*Record){func(r *Record) { r.Explosive = true }, func(r *Record) { r.Paper = true }, func(r *Record) { r.Correction = true }} {
		c := check(1, noon)
		require.False(t, c.silent())
		silent(&c)
		require.True(t, c.silent())
	}
}

func TestSamePhoto(t *testing.T) {
	t.Parallel()
	c := check(1, noon)
	twin := func(apart int, ago time.Duration) Twin {
		return Twin{AttachmentID: 5, Code: "7K2M9QXR4TBD", ServerAt: c.ReceivedAt.Add(-ago), Apart: apart}
	}
	const long = 24 * time.Hour
	require.Nil(t, rules.samePhoto(c, nil))
	require.Nil(t, rules.samePhoto(c, []Twin{twin(rules.SamePhoto.Bits+1, long)}))
	require.Nil(t, rules.samePhoto(c, []Twin{twin(0, time.Duration(rules.SamePhoto.Days)*long+time.Second)}))
	require.NotNil(t, rules.samePhoto(c, []Twin{twin(rules.SamePhoto.Bits, time.Duration(rules.SamePhoto.Days)*long)}))
	f := rules.samePhoto(c, []Twin{twin(2, long), twin(0, 3*long)})
	require.Equal(t, Figures{"photos": "1", "on": "2026-03-07", "code": "7K2M-9QXR-4TBD", "bits": "0"}, f.Figures)
}

func TestNightBatch(t *testing.T) {
	t.Parallel()
	night := time.Date(2026, 3, 10, 16, 10, 0, 0, time.UTC) // 00:10 the next day
	var around []Record
	for n := range int64(rules.Night.Checks - 1) {
		around = append(around, check(n+2, night.Add(-time.Duration(n+1)*10*time.Minute)))
	}
	c := check(1, night)
	f := rules.nightBatch(c, around)
	require.NotNil(t, f)
	require.Equal(t, "night:7:2026-03-10", f.Subject, "the night of the evening before")
	require.Equal(t, "03-10 23:30", f.Figures["from"])
	require.Nil(t, rules.nightBatch(c, around[1:]), "one fewer")
	around[0].Night = true
	require.Nil(t, rules.nightBatch(c, around), "one of the night shift")
	around[0].Night, around[3].StartedAt = false, night.Add(-61*time.Minute)
	require.Nil(t, rules.nightBatch(c, around), "one too long ago")
	by := check(1, noon)
	require.Nil(t, rules.nightBatch(by, []Record{check(2, noon), check(3, noon), check(4, noon), check(5, noon)}), "by day")
	by.ClockMS = of(int64(12 * time.Hour / time.Millisecond))
	_, ok := rules.night(by)
	require.True(t, ok, "by our clock, not the phone's")
	for hour, want := range map[int]bool{22: false, 23: true, 0: true, 4: true, 5: false} {
		_, ok := rules.night(check(1, time.Date(2026, 3, 10, hour, 0, 0, 0, day.Shanghai)))
		require.Equal(t, want, ok, hour)
	}
}

// at is a photo at a point.
func at(point int64, f *Fix, taken time.Time) Proof {
	return Proof{AttachmentID: id.Of[id.Attachment](point), PointID: of(point), DeviceAt: &taken, ServerAt: taken, LongitudeE6: &f.Longitude, LatitudeE6: &f.Latitude, Phone: true}
}

func TestOneSpot(t *testing.T) {
	t.Parallel()
	c := check(1, noon)
	c.Route = []Stop{{1, north(0)}, {2, north(40)}, {3, north(70)}}
	photos := []Proof{at(1, north(0), noon), at(2, north(3), noon), at(3, north(8), noon)}
	f := rules.oneSpot(c, photos, nil)
	require.NotNil(t, f)
	require.Equal(t, Figures{"points": "3", "apart": "70", "within": "8"}, f.Figures)
	require.Nil(t, rules.oneSpot(c, photos[:2], nil), "two points")
	require.Nil(t, rules.oneSpot(c, []Proof{photos[0], photos[1], at(3, north(12), noon)}, nil), "they moved")
	c.Route[2].Known = north(50)
	require.Nil(t, rules.oneSpot(c, photos, nil), "the points lie close")
	c.Route[2].Known = nil
	require.Nil(t, rules.oneSpot(c, photos, nil), "nobody noted where the third is")

	single := check(3, noon)
	around := []Record{check(1, noon.Add(-time.Hour)), check(2, noon.Add(-time.Minute))}
	f = rules.oneSpot(single, nil, around)
	require.NotNil(t, f, "three points of a day from one spot")
	require.Equal(t, "spot:7:2026-03-10", f.Subject)
	around[0].Position = north(100)
	require.Nil(t, rules.oneSpot(single, nil, around))
	around[0] = check(1, noon.AddDate(0, 0, -1))
	require.Nil(t, rules.oneSpot(single, nil, around), "another day")
	around[0] = check(1, noon.Add(-time.Hour))
	around[0].Explosive = true
	require.Nil(t, rules.oneSpot(single, nil, around), "no signals about explosive points")
}

func TestFalsePlace(t *testing.T) {
	t.Parallel()
	c := check(1, noon)
	speed := float64(rules.Place.Speed) / 3.6
	require.Nil(t, rules.falsePlace(c, []Proof{at(1, north(0), noon), at(2, north(speed*60-20), noon.Add(time.Minute))}), "at the limit")
	f := rules.falsePlace(c, []Proof{at(1, north(0), noon), at(2, north(speed*60+20), noon.Add(time.Minute))})
	require.NotNil(t, f)
	require.Len(t, f.Photos, 2)
	require.Nil(t, rules.falsePlace(c, []Proof{at(1, north(0), noon), at(2, north(float64(rules.Place.Metres)-5), noon.Add(time.Second))}), "near enough for a bad fix")
	rough := at(2, north(speed*60+20), noon.Add(time.Minute))
	rough.AccuracyM = of[int32](100)
	require.Nil(t, rules.falsePlace(c, []Proof{at(1, north(0), noon), rough}), "within what the phone says it errs by")

	var frozen []Proof
	for i := range rules.Place.Photos {
		frozen = append(frozen, at(int64(i+1), &here, noon.Add(time.Duration(i)*time.Duration(rules.Place.Minutes)*time.Minute/time.Duration(rules.Place.Photos-1))))
	}
	f = rules.falsePlace(c, frozen)
	require.NotNil(t, f)
	require.Len(t, f.Photos, rules.Place.Photos)
	require.Nil(t, rules.falsePlace(c, frozen[1:]), "one fewer")
	*frozen[4].DeviceAt = frozen[4].DeviceAt.Add(-time.Second)
	require.Nil(t, rules.falsePlace(c, frozen), "a second less")
	*frozen[4].DeviceAt = frozen[4].DeviceAt.Add(time.Minute)
	frozen[2].LongitudeE6 = of(here.Longitude + 1)
	require.Nil(t, rules.falsePlace(c, frozen), "one differs in the last digit")
}

func TestClockChange(t *testing.T) {
	t.Parallel()
	clocked := func(n int64, taken time.Time, ms int64) Proof {
		p := at(n, &here, taken.Add(-time.Duration(ms)*time.Millisecond))
		p.ClockMS = &ms
		return p
	}
	limit := int64(rules.Clock.Seconds) * 1000
	c := check(1, noon)
	require.Nil(t, rules.clockChange(c, []Proof{clocked(1, noon, limit)}, []Proof{clocked(2, noon.Add(-time.Hour), 0)}, nil), "at the limit")
	f := rules.clockChange(c, []Proof{clocked(1, noon, limit+1)}, []Proof{clocked(2, noon.Add(-time.Hour), 0)}, nil)
	require.NotNil(t, f)
	require.Equal(t, Figures{"before": "+0 s", "after": "+120 s", "jump": "120"}, f.Figures)
	long := time.Duration(rules.Clock.Hours)*time.Hour + time.Second
	require.Nil(t, rules.clockChange(c, []Proof{clocked(1, noon, limit+1)}, []Proof{clocked(2, noon.Add(-long), 0)}, nil), "too long ago")
	require.Nil(t, rules.clockChange(c, nil, []Proof{clocked(1, noon, 0), clocked(2, noon, 999_999)}, nil), "nothing of this check")
	c.ClockMS = of[int64](-600_000)
	earlier := check(2, noon.Add(-time.Hour))
	earlier.ClockMS = of[int64](0)
	require.NotNil(t, rules.clockChange(c, nil, nil, []Record{earlier}), "checks without photos")
	c.StaffID = nil
	require.Nil(t, rules.clockChange(c, nil, nil, []Record{earlier}))
}

func TestZeroFindings(t *testing.T) {
	t.Parallel()
	month := day.Of(2026, 3, 1)
	n := rules.Zero.Checks
	peers := Peers{Companies: rules.Zero.Peers, Checks: 1000, Found: 50}
	f := rules.zeroFindings(month, n, 0, peers)
	require.NotNil(t, f)
	require.Equal(t, "company:2026-03-01", f.Subject)
	require.Equal(t, "5.0", f.Figures["rate"])
	require.Nil(t, rules.zeroFindings(month, n, 1, peers))
	require.Nil(t, rules.zeroFindings(month, n-1, 0, peers))
	few := peers
	few.Companies--
	require.Nil(t, rules.zeroFindings(month, n, 0, few))
	peers.Found = 49
	require.Nil(t, rules.zeroFindings(month, n, 0, peers), "2.94 expected")
}

// TestTextsNameTheirFigures shows that no text is left with a hole.
func TestTextsNameTheirFigures(t *testing.T) {
	t.Parallel()
	c := check(1, noon)
	c.FinishedAt = c.StartedAt.Add(time.Second)
	night := time.Date(2026, 3, 10, 16, 10, 0, 0, time.UTC)
	route := check(1, noon)
	route.Route = []Stop{{1, north(0)}, {2, north(40)}, {3, north(70)}}
	moved := check(1, noon)
	moved.ClockMS = of[int64](600_000)
	still := check(2, noon.Add(-time.Hour))
	still.ClockMS = of[int64](0)
	for rule, f := range map[Rule]*Finding{
		Fast:         rules.fast(c),
		SamePhoto:    rules.samePhoto(c, []Twin{{1, "7K2M9QXR4TBD", noon, 0}}),
		NightBatch:   rules.nightBatch(check(1, night), []Record{check(2, night), check(3, night), check(4, night), check(5, night)}),
		OneSpot:      rules.oneSpot(route, []Proof{at(1, &here, noon), at(2, &here, noon), at(3, &here, noon)}, nil),
		FalsePlace:   rules.falsePlace(c, []Proof{at(1, north(0), noon), at(2, north(90_000), noon.Add(time.Minute))}),
		ClockChange:  rules.clockChange(moved, nil, nil, []Record{still}),
		ZeroFindings: rules.zeroFindings(day.Of(2026, 3, 1), 100, 0, Peers{9, 1000, 50}),
	} {
		require.NotNil(t, f, rule)
		require.Equal(t, rule, f.Rule)
		for _, l := range []text.Lang{text.Chinese, text.English} {
			w := wordsOf(rules.Version, rule, f.Figures, l)
			for _, s := range []string{w.Name, w.Says, w.May} {
				require.NotEmpty(t, s)
				require.False(t, strings.ContainsAny(s, "{}"), "%s: %s", rule, s)
			}
		}
	}
	require.Equal(t, "design", rules.Confidence)
	_, err := readRules([]byte("version: x\nterm_days: 5\n"))
	require.Error(t, err)
	require.Equal(t, rules.Version, RulesOn(day.Of(2020, 1, 1)).Version)
}

func TestTerm(t *testing.T) {
	t.Parallel()
	cal, err := calendar.Open()
	require.NoError(t, err)
	raise := func(now time.Time) Signal {
		s, err := newSignal(rules, check(1, now), Finding{Rule: Fast, Figures: Figures{}}, cal, now)
		require.NoError(t, err)
		return s
	}
	s := raise(time.Date(2026, 9, 22, 4, 0, 0, 0, time.UTC)) // before Mid-Autumn (25 to 27)
	require.Equal(t, "2026-09-30", s.DueOn.String())
	require.Equal(t, "2026-09-29", s.RemindOn.String())
	require.Equal(t, 5, s.left(cal, day.Of(2026, 9, 23)))
	require.Equal(t, 1, s.left(cal, s.DueOn))
	require.Equal(t, -1, s.left(cal, s.DueOn.AddDays(1)))
	s = raise(time.Date(2026, 12, 28, 4, 0, 0, 0, time.UTC))
	require.True(t, s.DueOn.IsZero(), "the holidays of 2027 are not published")
	require.True(t, s.RemindOn.IsZero())
	require.Equal(t, -1, s.left(cal, day.Of(2026, 12, 29)))
	require.NoError(t, s.term(rules, calendar.New([]day.Date{day.Of(2027, 1, 1)}, nil), day.Of(2027, 1, 4)))
	require.Equal(t, "2027-01-11", s.DueOn.String())
}

func TestExplain(t *testing.T) {
	t.Parallel()
	s := Signal{State: Raised, DueOn: day.Of(2026, 3, 17)}
	a := rbac.Actor{PersonID: 3, Name: "李四"}
	require.ErrorIs(t, s.explain("  ", nil, a, noon), ErrExplanation)
	require.ErrorIs(t, s.explain(strings.Repeat("长", maxExplanation+1), nil, a, noon), ErrExplanation)
	require.NoError(t, s.explain(" 先看后填 ", []id.Of[id.Attachment]{9, 4, 9}, a, noon))
	require.Equal(t, Explained, s.State)
	require.Equal(t, "先看后填", s.Explanation)
	require.Equal(t, []int64{4, 9}, []int64(s.AttachmentIDs))
	require.False(t, s.late())
	require.ErrorIs(t, s.explain("再说一次", nil, a, noon), ErrExplained)
	s = Signal{State: Unexplained, DueOn: day.Of(2026, 3, 9)}
	require.NoError(t, s.explain("迟了", nil, a, noon))
	require.True(t, s.late())
	require.ErrorIs(t, s.note("guilty", "", a, noon), ErrOutcome)
}

func TestCodes(t *testing.T) {
	t.Parallel()
	code := codeOf([]byte("secret"), 7, [16]byte{1}, []byte("sum"))
	require.Len(t, code, codeSigns)
	require.Equal(t, code, codeOf([]byte("secret"), 7, [16]byte{1}, []byte("sum")))
	seenBefore := map[string]bool{code: true}
	for i := range 2000 {
		next := codeOf([]byte("secret"), 7, [16]byte{2}, fmt.Appendf(nil, "%d", i))
		require.False(t, seenBefore[next])
		seenBefore[next] = true
	}
	for typed, want := range map[string]string{grouped(code): code, strings.ToLower(code): code, "o1i l-7K2M9QXR": "01117K2M9QXR"} {
		got, err := readCode(typed)
		require.NoError(t, err, typed)
		require.Equal(t, want, got)
	}
	for _, bad := range []string{"", "7K2M-9QXR-4TB", "7K2M-9QXR-4TBDD", "7K2M-9QXR-4TBU", "7K2M-9QXR-4TB安", strings.Repeat("A", 40)} {
		_, err := readCode(bad)
		require.ErrorIs(t, err, ErrCode, bad)
	}
}

// BenchmarkMark is what a proof adds to one upload: the look, and the watermark on 1600 × 1200.
func BenchmarkMark(b *testing.B) {
	img := image.NewRGBA(image.Rect(0, 0, 1600, 1200))
	for i := range img.Pix {
		img.Pix[i] = uint8(i / 6400 * (i % 4))
	}
	var original bytes.Buffer
	if err := jpeg.Encode(&original, img, nil); err != nil {
		b.Fatal(err)
	}
	pic, err := photo.Process(b.Context(), original.Bytes())
	if err != nil {
		b.Fatal(err)
	}
	s := &Service{Ring: NewRing([][]byte{make([]byte, 32)}), BaseURL: "https://anbiao.example.cn"}
	row := Proof{Code: "7K2M9QXR4TBD", CompanyName: "永康市某某工贸有限公司", PersonName: "张三", PointName: "3号压力机", Place: "冲压车间东侧", ServerAt: noon}
	for b.Loop() {
		if err := s.Begin(row, &Shot{TakenAt: noon}).Mark(img, pic.Thumb); err != nil {
			b.Fatal(err)
		}
	}
}
