package enrolment_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/modules/division"
	"anbiao/modules/enrolment"
	"anbiao/rbac"
	"anbiao/testkit"
)

// world has companies whose presses, awards and score sheets the test decides.
type world struct {
	*testkit.W
	s       *enrolment.Service
	presses map[rbac.CompanyID]int
	levels  map[rbac.CompanyID]enrolment.Level
	awards  map[rbac.CompanyID][]enrolment.Award
	sheet   enrolment.Outcome
}

func setup(t *testing.T) *world {
	t.Helper()
	w := &world{W: testkit.World(t), presses: map[rbac.CompanyID]int{}, levels: map[rbac.CompanyID]enrolment.Level{}, awards: map[rbac.CompanyID][]enrolment.Award{}}
	require.NoError(t, w.Gate.System(t.Context(), "division.load", func(tx db.Tx, _ rbac.Scope) error { return division.Load(t.Context(), tx) }))
	w.s = &enrolment.Service{Gate: w.Gate, Sources: enrolment.Sources{
		Presses: func(context.Context, db.Tx, []rbac.CompanyID) (map[rbac.CompanyID]int, error) { return w.presses, nil },
		Levels: func(context.Context, db.Tx, []rbac.CompanyID) (map[rbac.CompanyID]enrolment.Level, error) {
			return w.levels, nil
		},
		Awards: func(_ context.Context, _ db.Tx, _ rbac.Scope, c rbac.CompanyID) ([]enrolment.Award, error) {
			return w.awards[c], nil
		},
		Tables: func(context.Context, db.Tx, string, string, day.Date) ([]enrolment.Table, error) {
			return []enrolment.Table{{ID: 7, Title: "评分表 1"}}, nil
		},
		Open: func(context.Context, db.Tx, rbac.Scope, rbac.CompanyID, string, id.Of[id.Rubric], int, string) (id.Of[id.Evaluation], error) {
			return 77, nil
		},
		Outcome: func(context.Context, db.Tx, rbac.Scope, id.Of[id.Evaluation]) (enrolment.Outcome, error) {
			return w.sheet, nil
		},
	}}
	return w
}

func (w *world) judge(t *testing.T, ids ...rbac.CompanyID) {
	t.Helper()
	require.NoError(t, w.Gate.System(t.Context(), "test.judge", func(tx db.Tx, _ rbac.Scope) error { return w.s.Judge(t.Context(), tx, ids) }))
}

func as(t *testing.T, a rbac.Actor) context.Context {
	t.Helper()
	return rbac.WithActor(t.Context(), a)
}

func TestEnrolment(t *testing.T) {
	t.Parallel()
	w := setup(t)
	t.Run("who must join", w.mustJoin)
	t.Run("claims", w.claims)
	t.Run("assessments", w.assessments)
}

func (w *world) mustJoin(t *testing.T) {
	f, other := w.Company(t, "330784105"), w.Company(t, "330784106")
	w.Exec(t, "UPDATE company SET industry = '3389', staff_count = 46 WHERE company_id = $1", int64(f.ID))
	w.presses[f.ID] = 21
	w.judge(t, f.ID, other.ID)
	own := as(t, w.Actor(t, f, "safety"))
	st, err := w.s.Mine(own)
	require.NoError(t, err)
	require.Equal(t, []string{"scale", "presses"}, []string(st.Firm.Rules))
	require.Len(t, st.Notices, 1, "one notice of all that is new")
	require.Regexp(t, `^安标告〔\d{4}〕1号$`, st.Notices[0].Number())
	w.judge(t, f.ID)
	st, err = w.s.Mine(own)
	require.NoError(t, err)
	require.Len(t, st.Notices, 1, "nothing new")

	n := st.Notices[0].ID
	_, err = w.s.Receive(as(t, w.Actor(t, other, "principal")), n)
	require.ErrorIs(t, err, rbac.ErrNotFound)
	_, err = w.s.Receive(as(t, w.Actor(t, f, "worker")), n)
	require.ErrorIs(t, err, rbac.ErrForbidden)
	_, err = w.s.Receive(own, n)
	require.NoError(t, err)
	_, err = w.s.Receive(own, n)
	require.ErrorIs(t, err, enrolment.ErrReceived)
	b, _, err := w.s.PrintNotice(own, n)
	require.NoError(t, err)
	require.NotEmpty(t, b)

	w.presses[f.ID] = 3
	w.levels[f.ID] = enrolment.Level{Level: "3", Until: day.Of(2029, 1, 1)}
	w.judge(t, f.ID)
	county := as(t, w.Regulator(t, "county", "330784"))
	st, err = w.s.Of(county, f.ID)
	require.NoError(t, err)
	require.Equal(t, []string{"scale"}, []string(st.Firm.Rules))
	require.Equal(t, enrolment.Holds, st.Firm.Stage)
	require.Len(t, st.Past, 2, "what ended is kept")
	_, err = w.s.Of(as(t, w.Regulator(t, "county", "330783")), f.ID)
	require.ErrorIs(t, err, rbac.ErrNotFound)
	rows, _, err := w.s.Firms(county, enrolment.Filter{Query: page.Query{Limit: 10}, Stage: enrolment.Holds})
	require.NoError(t, err)
	require.Len(t, rows, 1)
	require.True(t, rows[0].Received)

	_, err = w.s.PutTarget(county, enrolment.TargetForm{Area: "330783", Kind: "duty", Year: 2026, Value: 8000})
	require.ErrorIs(t, err, enrolment.ErrArea)
	for _, value := range []int32{40, 60} {
		_, err = w.s.PutTarget(county, enrolment.TargetForm{Area: "330784105", Kind: "standardization", Year: 2026, Value: value})
		require.NoError(t, err)
	}
	total, below, err := w.s.ProgressOf(county, "330784", 2026)
	require.NoError(t, err)
	require.Equal(t, int64(1), total.Held)
	require.Equal(t, "330784105", below[0].Path)
	require.Equal(t, int32(60), below[0].Target.Value)
	_, _, err = w.s.ProgressOf(as(t, w.Regulator(t, "city", "33")), "33", 2026)
	require.ErrorIs(t, err, enrolment.ErrNotCounted)
	require.Equal(t, int64(1), testkit.One[int64](t, w.W, "SELECT count(*) FROM enrolment_target WHERE ended_at IS NOT NULL"))
}

func (w *world) claims(t *testing.T) {
	f := w.Company(t, "330784105")
	first := enrolment.Award{ID: 5, Level: "2", CertificateNo: "浙AQB1", AnnouncedOn: day.Of(2020, 5, 1)}
	w.awards[f.ID] = []enrolment.Award{{ID: 9, Level: "2", CertificateNo: "浙AQB2", AnnouncedOn: day.Of(2023, 5, 1)}, first, {ID: 3, Level: "3", AnnouncedOn: day.Of(2019, 1, 1)}}
	own, town := as(t, w.Actor(t, f, "principal")), as(t, w.Regulator(t, "town", "330784105"))
	city, county := as(t, w.Regulator(t, "city", "3307")), as(t, w.Regulator(t, "county", "330784"))
	form := enrolment.ClaimForm{AwardID: 5, AccountName: "某厂", Bank: "农商行", AccountNo: "6200 0000 0001"}
	for award, want := range map[id.Of[id.Award]]error{9: enrolment.ErrNoAward, 3: enrolment.ErrNoRate, 44: enrolment.ErrNoAward} {
		bad := form
		bad.AwardID = award
		_, err := w.s.Claim(own, bad)
		require.ErrorIs(t, err, want)
	}
	n, err := w.s.Claim(own, form)
	require.NoError(t, err)
	_, err = w.s.Claim(own, form)
	require.ErrorIs(t, err, enrolment.ErrClaimed, "a level is rewarded once")
	c, err := w.s.ClaimByID(town, n)
	require.NoError(t, err)
	require.Equal(t, int64(100_000_00), int64(c.AmountFen), "the provincial level of the city's plan")

	yes, no := enrolment.Verdict{Pass: true}, enrolment.Verdict{Note: "户名不符"}
	pay := enrolment.Payment{PaidOn: day.In(w.Now(), day.Shanghai)}
	for name, do := range map[string]func() error{
		"company checks":       func() error { _, err := w.s.Check(own, n, yes); return err },
		"city checks":          func() error { _, err := w.s.Check(city, n, yes); return err },
		"county approves":      func() error { _, err := w.s.Approve(county, n, yes); return err },
		"town pays":            func() error { _, err := w.s.Pay(town, n, pay); return err },
		"regulator claims":     func() error { _, err := w.s.Claim(county, form); return err },
		"another town's check": func() error { _, err := w.s.Check(as(t, w.Regulator(t, "town", "330784106")), n, yes); return err },
	} {
		if name == "another town's check" {
			require.ErrorIs(t, do(), rbac.ErrNotFound, name)
			continue
		}
		require.ErrorIs(t, do(), rbac.ErrForbidden, name)
	}
	_, err = w.s.Approve(city, n, yes)
	require.ErrorIs(t, err, enrolment.ErrState, "not checked yet")
	_, err = w.s.Check(town, n, enrolment.Verdict{})
	require.ErrorIs(t, err, enrolment.ErrReason)
	_, err = w.s.Check(town, n, no)
	require.NoError(t, err)
	_, err = w.s.Mend(own, n, enrolment.AccountForm{AccountName: "某某厂", Bank: "农商行", AccountNo: "6200000002"})
	require.NoError(t, err)
	for _, step := range []func() error{
		func() error { _, err := w.s.Check(county, n, yes); return err },
		func() error { _, err := w.s.Approve(city, n, yes); return err },
		func() error { _, err := w.s.Pay(city, n, pay); return err },
	} {
		require.NoError(t, step())
	}
	_, err = w.s.Pay(city, n, pay)
	require.ErrorIs(t, err, enrolment.ErrState)
	_, err = w.s.Claim(own, form)
	require.ErrorIs(t, err, enrolment.ErrClaimed, "nor after it was paid")
	b, _, err := w.s.PrintClaim(own, n)
	require.NoError(t, err)
	require.NotEmpty(t, b)
	_, err = w.s.PutRate(county, enrolment.RateForm{Area: "330784", Level: "3", AmountFen: 20_000_00, ValidFrom: day.Of(2018, 1, 1), Basis: "县里的办法"})
	require.NoError(t, err)
	form.AwardID = 3
	n, err = w.s.Claim(own, form)
	require.NoError(t, err, "now somebody pays for it")
	_, err = w.s.Check(town, n, yes)
	require.NoError(t, err)
	_, err = w.s.Approve(city, n, no)
	require.NoError(t, err)
	_, err = w.s.Claim(own, form)
	require.NoError(t, err, "what was refused may be claimed anew")
}

func (w *world) assessments(t *testing.T) {
	f := w.Company(t, "330784105")
	own, town, city := as(t, w.Actor(t, f, "safety")), as(t, w.Regulator(t, "town", "330784105")), as(t, w.Regulator(t, "city", "3307"))
	duty := enrolment.Beginning{CompanyID: f.ID, Kind: enrolment.Duty}
	w.Exec(t, "UPDATE company SET staff_count = 51 WHERE company_id = $1", int64(f.ID))
	_, err := w.s.Begin(town, duty)
	require.ErrorIs(t, err, enrolment.ErrStaff)
	w.Exec(t, "UPDATE company SET staff_count = 50 WHERE company_id = $1", int64(f.ID))
	for _, who := range []context.Context{own, city} {
		_, err = w.s.Begin(who, duty)
		require.ErrorIs(t, err, rbac.ErrForbidden)
	}
	_, err = w.s.Begin(town, enrolment.Beginning{CompanyID: f.ID, Kind: enrolment.Class})
	require.ErrorIs(t, err, rbac.ErrForbidden, "a town gives no classes")
	n, err := w.s.Begin(town, duty)
	require.NoError(t, err)
	_, err = w.s.Begin(town, duty)
	require.ErrorIs(t, err, enrolment.ErrUnderWay)
	_, err = w.s.AssessmentByID(own, n)
	require.ErrorIs(t, err, rbac.ErrNotFound, "not before it is published")
	_, err = w.s.Publish(town, n, enrolment.Decision{Decided: "pass"})
	require.ErrorIs(t, err, enrolment.ErrUnscored)
	w.sheet = enrolment.Outcome{Finished: true, Score: 5500}
	_, err = w.s.Publish(town, n, enrolment.Decision{Decided: "A"})
	require.ErrorIs(t, err, enrolment.ErrResult)
	_, err = w.s.Publish(town, n, enrolment.Decision{Decided: "pass"})
	require.ErrorIs(t, err, enrolment.ErrReason, "the rules say otherwise")
	_, err = w.s.Publish(town, n, enrolment.Decision{Decided: "fail"})
	require.NoError(t, err)
	_, err = w.s.Answer(town, n, enrolment.Answering{Answer: "维持", Decided: "fail"})
	require.ErrorIs(t, err, enrolment.ErrNoAppeal)
	_, err = w.s.Appeal(own, n, enrolment.Appealing{Text: "已整改"})
	require.NoError(t, err)
	_, err = w.s.Appeal(own, n, enrolment.Appealing{Text: "再次"})
	require.ErrorIs(t, err, enrolment.ErrAppealed)
	_, err = w.s.Answer(town, n, enrolment.Answering{Answer: "现场核实属实", Decided: "pass"})
	require.NoError(t, err)
	total, _, err := w.s.ProgressOf(town, "", 2026)
	require.NoError(t, err)
	require.Equal(t, int64(1), total.Passed)

	w.sheet = enrolment.Outcome{Finished: true, Score: 8800, Level: "A"}
	class := enrolment.Beginning{CompanyID: f.ID, Kind: enrolment.Class}
	for _, want := range []string{"A", "B"} {
		n, err = w.s.Begin(city, class)
		require.NoError(t, err)
		_, err = w.s.Publish(city, n, enrolment.Decision{Decided: want, Reason: "复核"})
		require.NoError(t, err)
	}
	past, err := w.s.Assessments(own, 0)
	require.NoError(t, err)
	require.Len(t, past, 3)
	require.Equal(t, "B", past[0].Decided)
	require.False(t, past[1].EndedOn.IsZero(), "the later one took its place")
	require.Equal(t, past[0].ValidFrom.AddMonths(12).AddDays(-1), past[0].ValidUntil)
	w.Set(w.Now().Add(370 * 24 * time.Hour))
	rows, _, err := w.s.Candidates(city, enrolment.CandidateFilter{Query: page.Query{Limit: 10}, Kind: enrolment.Class, Status: "expired"})
	require.NoError(t, err)
	require.Len(t, rows, 1)
}
