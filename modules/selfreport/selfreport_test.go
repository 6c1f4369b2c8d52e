package selfreport

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/text"
	"anbiao/rbac"
)

var noon = time.Date(2026, 4, 3, 4, 0, 0, 0, time.UTC)

func cycle(t *testing.T, name string) Cycle {
	t.Helper()
	c, ok := CycleByID(name)
	require.True(t, ok, name)
	return c
}

func TestCycles(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		cycle, on, period, from, until, opens, due string
	}{
		{"HZ-Q", "2026-04-01", "2026-Q1", "2026-01-01", "2026-03-31", "2026-04-01", "2026-04-15"},
		{"HZ-Q", "2026-06-30", "2026-Q1", "2026-01-01", "2026-03-31", "2026-04-01", "2026-04-15"},
		{"HZ-Q", "2026-01-01", "2025-Q4", "2025-10-01", "2025-12-31", "2026-01-01", "2026-01-15"},
		{"HZ-Q", "2028-03-31", "2027-Q4", "2027-10-01", "2027-12-31", "2028-01-01", "2028-01-15"},
		{"HZ-Y", "2027-01-01", "2026", "2026-01-01", "2026-12-31", "2027-01-01", "2027-01-31"}, // a Sunday; it does not roll
		{"HZ-Y", "2026-12-31", "2025", "2025-01-01", "2025-12-31", "2026-01-01", "2026-01-31"},
		{"HZ-M", "2026-02-10", "2026-02", "2026-02-01", "2026-02-28", "2026-02-01", "2026-02-28"},
		{"HZ-M", "2028-02-29", "2028-02", "2028-02-01", "2028-02-29", "2028-02-01", "2028-02-29"},
	} {
		c := cycle(t, tc.cycle)
		on, err := day.Parse(tc.on)
		require.NoError(t, err)
		p := c.Current(on)
		got := []string{p.Name, p.From.String(), p.Until.String(), c.OpensOn(p).String(), c.DueOn(p).String()}
		require.Equal(t, []string{tc.period, tc.from, tc.until, tc.opens, tc.due}, got, "%s on %s", tc.cycle, tc.on)
		require.Equal(t, p, c.At(p.From))
		require.Equal(t, p, c.At(p.Until))
	}
	_, ok := CycleByID("HZ-X")
	require.False(t, ok)
	q := cycle(t, "HZ-Q")
	require.False(t, q.inForce(q.At(day.Of(2007, 12, 31))), "before the rule was in force")
	require.True(t, q.inForce(q.At(day.Of(2026, 1, 1))))
	m := cycle(t, "HZ-M")
	require.Equal(t, "ningbo", m.Profile, "a local rule binds nobody by itself")
	for _, c := range cycles.Cycles {
		require.Contains(t, []string{"verified", "memory"}, c.Conf)
		for _, s := range c.Src {
			require.Contains(t, cycles.Sources, s)
		}
	}
}

func TestLateByBeijingTime(t *testing.T) {
	t.Parallel()
	due := day.Of(2026, 10, 15)
	for at, want := range map[string]bool{
		"2026-10-15T23:59:59+08:00": false, "2026-10-15T15:59:59Z": false, "2026-10-15T16:00:00Z": true, "2026-10-16T00:00:00+08:00": true, "2026-10-01T00:00:00+08:00": false,
	} {
		ts, err := time.Parse(time.RFC3339, at)
		require.NoError(t, err)
		require.Equal(t, want, Late(ts, due), at)
	}
}

func TestSum(t *testing.T) {
	t.Parallel()
	s := sum([]Line{
		{Level: "general", Category: "", Found: 1, Open: 1},
		{Level: "general", Category: "B02", Found: 5, Fixed: 3, Carried: 2, Cleared: 1, Open: 3, Overdue: 1, FundsFen: 1200},
		{Level: "major", Category: "B08", Found: 3, Fixed: 1, Open: 2, FundsFen: 100},
	}, Plans{Count: 2})
	require.Equal(t, Line{Level: "general", Found: 6, Fixed: 3, Carried: 2, Cleared: 1, Open: 4, Overdue: 1, FundsFen: 1200}, s.General)
	require.Equal(t, Line{Level: "major", Found: 3, Fixed: 1, Open: 2, FundsFen: 100}, s.Major)
	require.EqualValues(t, []int64{5000, 3333}, []int64{*s.FixRate, *s.MajorFix})
	require.False(t, s.Zero)
	zero := sum(nil, Plans{})
	require.True(t, zero.Zero)
	require.Nil(t, zero.FixRate)
	require.NotNil(t, zero.Lines)
	require.False(t, sum([]Line{{Level: "general", Carried: 1}}, Plans{}).Zero == false, "what is carried over was not found in the period")
}

func actor(kind rbac.Kind, n int64, role string) rbac.Actor {
	return rbac.Actor{Kind: kind, PersonID: id.Of[id.Person](n), Roles: []string{role}, Name: role}
}

var (
	safety    = actor(rbac.Company, 1, "safety")
	principal = actor(rbac.Company, 2, "principal")
	county    = actor(rbac.Regulator, 3, "county")
)

func opened(t *testing.T) *file {
	t.Helper()
	c := cycle(t, "HZ-Q")
	return newReport(rbac.Home{CompanyID: 1, RegionPath: "330784105"}, c, c.Current(day.In(noon, day.Shanghai)), safety, noon)
}

func (f *file) as(a rbac.Actor) *file {
	f.by, f.now = a, f.now.Add(time.Hour)
	return f
}

func TestSignature(t *testing.T) {
	t.Parallel()
	f := opened(t)
	card := Company{Name: "永康市测试企业有限公司"}
	require.NoError(t, f.as(safety).compile(card, sum(nil, Plans{}), "本季度未发现隐患"))
	h := sha256.Sum256([]byte(f.Content))
	require.Equal(t, hex.EncodeToString(h[:]), f.ContentHash)
	var c Content
	require.NoError(t, json.Unmarshal([]byte(f.Content), &c))
	again, hash, err := c.canonical()
	require.NoError(t, err)
	require.Equal(t, []string{f.Content, f.ContentHash}, []string{again, hash}, "read and written again it is the same, byte for byte")

	consultant := actor(rbac.Service, 9, "principal")
	for name, a := range map[string]rbac.Actor{"the safety manager": safety, "a regulator": county, "an agency's consultant": consultant} {
		require.ErrorIs(t, f.as(a).sign(f.ContentHash, 0), rbac.ErrForbidden, name)
	}
	stale := f.ContentHash
	require.NoError(t, f.as(safety).compile(card, sum([]Line{{Level: "general", Found: 1}}, Plans{}), ""))
	require.ErrorIs(t, f.as(principal).sign(stale, 0), ErrContentMoved, "what he saw is not what he would sign")
	require.NoError(t, f.as(principal).sign(f.ContentHash, 0))
	require.Equal(t, []any{Signed, principal.Name}, []any{f.State, f.SignedByName})
	require.NoError(t, f.as(safety).compile(card, sum(nil, Plans{}), ""))
	require.Nil(t, f.SignedAt, "a change takes the signature away")
	_, err = f.as(safety).submit()
	require.ErrorIs(t, err, ErrNow[Draft])
}

// TestRandomLives sends reports through random events, and holds what must never happen.
func TestRandomLives(t *testing.T) {
	t.Parallel()
	ends := map[State]int{}
	for seed := range uint64(2000) {
		rnd := rand.New(rand.NewPCG(seed, 11))
		f := opened(t)
		var frozen []Submission
		for range 30 {
			before := f.Report
			sub, err := randomEvent(rnd, f)
			if err != nil {
				require.Equal(t, before, f.Report, "seed %d: a refused event changes nothing", seed)
				continue
			}
			if sub.Round > 0 {
				frozen = append(frozen, sub)
				require.EqualValues(t, len(frozen), sub.Round)
				h := sha256.Sum256([]byte(sub.Content))
				require.Equal(t, hex.EncodeToString(h[:]), sub.ContentHash)
				if sub.SignedHow == BySignature {
					require.Equal(t, principal.PersonID, *sub.SignedByPersonID)
				} else {
					require.NotEmpty(t, sub.Scans.V)
				}
				require.False(t, sub.SignedAt.After(sub.SubmittedAt))
			}
			last := f.added[len(f.added)-1]
			require.EqualValues(t, len(f.added), last.N)
			require.Equal(t, before.State, last.FromState)
			require.True(t, slices.Contains(from[last.Event], last.FromState))
			if slices.Contains([]State{Submitted, Received}, before.State) {
				require.Equal(t, before.Content, f.Content, "seed %d: what lies with the regulator is frozen", seed)
			}
			if (f.State == Signed || f.State == Submitted || f.State == Received) && f.SignedHow == BySignature {
				require.True(t, f.SignedByPersonID != nil && *f.SignedByPersonID == principal.PersonID)
			}
			require.False(t, f.Late && f.Rounds == 1 && !Late(*f.FirstSubmittedAt, f.DueOn))
		}
		ends[f.State]++
	}
	for s := range ErrNow {
		require.NotZero(t, ends[s]+map[State]int{Opened: 1}[s], "the walk never ended in %s: %v", s, ends)
	}
}

func randomEvent(rnd *rand.Rand, f *file) (Submission, error) {
	f.by, f.now = []rbac.Actor{safety, principal}[rnd.IntN(2)], f.now.Add(time.Hour*time.Duration(rnd.IntN(24)))
	switch rnd.IntN(8) {
	case 6:
		return Submission{}, f.mark(Marking{System: "zj-quarter", Number: "ZJ-1"[:rnd.IntN(5)], On: day.In(f.now, day.Shanghai).AddDays(-rnd.IntN(3))}, outside.Systems[0], cycles.Cycles[0])
	case 7:
		return f.paper(Filing{Code: f.ContentHash, SignedBy: "王大", SignedOn: day.In(f.now, day.Shanghai), Scans: []id.Of[id.Attachment]{1}})
	case 0:
		return Submission{}, f.compile(Company{Name: "企业"}, sum([]Line{{Level: "general", Found: int64(rnd.IntN(9))}}, Plans{}), "")
	case 1, 2:
		if rnd.IntN(4) == 0 {
			return Submission{}, f.sign("0", 0)
		}
		return Submission{}, f.sign(f.ContentHash, 0)
	case 3, 4:
		return f.submit()
	default:
		f.by = county
		if rnd.IntN(2) == 0 {
			return Submission{}, f.decide(Receive, "", nil)
		}
		return Submission{}, f.decide(Return, "", []Reason{{"remark", "请补充说明"}}[:rnd.IntN(2)])
	}
}

func TestEveryFaultSpeaks(t *testing.T) {
	t.Parallel()
	all := []string{ErrCycle.Code, ErrContentMoved.Code, ErrReasons.Code}
	for _, f := range []*fault.Error{
		ErrProfile, ErrProfilePast, ErrBoundNow, ErrProfileOver, ErrPeriod, ErrUrgedToday, ErrSystem, ErrMarkEmpty, ErrMarkDay, ErrPaperCode, ErrPaperEmpty, ErrPaperDay, ErrNotCompiled,
	} {
		all = append(all, f.Code)
	}
	for s := range ErrNow {
		all = append(all, ErrNow[s].Code)
	}
	for _, code := range all {
		require.True(t, text.Known(text.Chinese, code) && text.Known(text.English, code), code)
	}
	require.True(t, errors.Is(ErrNow[Draft], ErrNow[Draft]))
}

// TestWhatChanged compares two rounds as the regulator reads them.
func TestWhatChanged(t *testing.T) {
	t.Parallel()
	was := Content{Remark: "甲", FilledBy: "张", Statistics: sum([]Line{{Level: "general", Category: "B02", Found: 4, Fixed: 3, FundsFen: 1}}, Plans{})}
	is := Content{Remark: "乙", FilledBy: "李", Statistics: sum([]Line{{Level: "general", Category: "B02", Found: 5, Fixed: 3, FundsFen: 1}, {Level: "major", Category: "A01", Found: 1}}, Plans{Count: 1, FundsFen: 12_345_600})}
	got := map[string]string{}
	for _, c := range changes(was, is) {
		got[c.Item] = c.Before + ">" + c.After
	}
	for item, want := range map[string]string{
		"general.found": "4>5", "general.rate": "75.00%>60.00%", "lines.general.B02.found": "4>5", "lines.major.A01.found": ">1", "major.found": "0>1", "plans.count": "0>1", "remark": "甲>乙",
	} {
		require.Equal(t, want, got[item], item)
	}
	require.NotContains(t, got, "filledBy")
	require.Equal(t, "12.3456", wan(12_345_600))
	require.Empty(t, changes(is, is))
}

// TestLibraries: every column of the form and of other systems names a field there is.
func TestLibraries(t *testing.T) {
	t.Parallel()
	fields := Content{}.fields(Report{})
	for _, g := range form.Groups {
		for _, c := range g.Columns {
			require.Contains(t, fields, c.From, c.Zh)
		}
	}
	for _, s := range outside.Systems {
		require.Contains(t, []string{"verified", "memory"}, s.Conf)
		for _, c := range s.Columns {
			if s.Per == "report" {
				require.Contains(t, fields, c.From, c.Zh)
			}
		}
	}
	require.True(t, HighRisk("0610", nil) && HighRisk("3311", []string{"chem_enterprise"}) && !HighRisk("3311", nil))
	require.True(t, Crowded("6110", nil) && !Crowded("3311", nil))
}
