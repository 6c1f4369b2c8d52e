package contractor_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/evidence"
	"anbiao/kit/id"
	"anbiao/modules/contractor"
	"anbiao/rbac"
	"anbiao/testkit"
	"anbiao/web/register"
)

var june1 = day.Of(2026, 6, 1)

// good is a firm whose papers hold for 20 days.
var good = contractor.Contractor{
	Name: "甲公司", Kind: "service", Licence: "三级", LicenceUntil: june1.AddDays(20), AgreementFrom: june1.AddDays(-100), AgreementUntil: june1.AddDays(40), BriefedOn: june1.AddDays(-90),
}

// try is an entry that is refused.
type try struct {
	a    rbac.Actor
	n    id.Of[id.Row]
	e    contractor.Entry
	want error
}

func TestWhoMayComeIn(t *testing.T) {
	t.Parallel()
	w := testkit.World(t)
	w.Set(june1.Midnight(day.Shanghai).Add(9 * 3600e9))
	firm := w.Company(t, "330784105")
	safety := w.Actor(t, firm, "safety")
	ctx := rbac.WithActor(t.Context(), safety)
	var occasions []contractor.Occasion
	s := &contractor.Service{Gate: w.Gate, Occurred: func(_ context.Context, _ db.Tx, _ rbac.Scope, o contractor.Occasion) error {
		occasions = append(occasions, o)
		return nil
	}}
	for _, r := range s.Registers() {
		r.Use(&register.Needs{})
	}
	first, err := s.Contractors().Add(ctx, good)
	require.NoError(t, err)
	c, err := s.Contractors().One(ctx, first)
	require.NoError(t, err)
	require.Equal(t, june1.AddDays(20), c.QualifiedUntil, "the first paper to lapse")
	lapsed := good
	lapsed.Name, lapsed.AgreementUntil = "乙公司", june1.AddDays(-1)
	second, err := s.Contractors().Add(ctx, lapsed)
	require.NoError(t, err)
	barred := good
	barred.Name, barred.Barred = "丙公司", true
	_, err = s.Contractors().Add(ctx, barred)
	require.ErrorIs(t, err, contractor.ErrReason)
	barred.BarredReason = "多次违章"
	third, err := s.Contractors().Add(ctx, barred)
	require.NoError(t, err)

	enter := contractor.Entry{Kind: "enter", HappenedOn: june1, People: 5, Note: "检修"}
	_, err = s.Record(ctx, first, enter)
	require.NoError(t, err)
	require.Equal(t, []contractor.Occasion{{Kind: "contractor.entered", Note: "甲公司 检修"}}, occasions)
	for name, v := range map[string]try{
		"lapsed":       {safety, second, enter, contractor.ErrUnqualified},
		"blacklisted":  {safety, third, contractor.Entry{Kind: "enter", HappenedOn: june1, Override: "急"}, contractor.ErrBarred},
		"future":       {safety, first, contractor.Entry{Kind: "enter", HappenedOn: june1.AddDays(1)}, contractor.ErrFuture},
		"no findings":  {safety, first, contractor.Entry{Kind: "check", HappenedOn: june1}, contractor.ErrFindings},
		"another firm": {w.Actor(t, w.Company(t, "330784105"), "safety"), first, enter, rbac.ErrNotFound},
		"a worker":     {w.Actor(t, firm, "worker"), first, enter, rbac.ErrForbidden},
	} {
		_, err := s.Record(rbac.WithActor(t.Context(), v.a), v.n, v.e)
		require.ErrorIs(t, err, v.want, name)
	}
	enter.Override = "抢修，安全员全程监护"
	_, err = s.Record(ctx, second, enter)
	require.NoError(t, err, "with a reason, which is kept")
	_, err = s.Record(ctx, first, contractor.Entry{Kind: "check", HappenedOn: june1, Passed: true})
	require.NoError(t, err)
	_, err = s.Record(ctx, first, contractor.Entry{Kind: "leave", HappenedOn: june1, People: 3})
	require.NoError(t, err)
	stands(ctx, t, s, first)
	measures(t, w, firm)
}

// measures asks how many of three firms are qualified, and how many of the two that came in were briefed by then.
func measures(t *testing.T, w *testkit.W, firm testkit.Firm) {
	t.Helper()
	share(t, w, firm, contractor.Qualified, 1, 3)
	share(t, w, firm, contractor.Briefed, 2, 2)
	w.Exec(t, "UPDATE contractor SET briefed_on = '2026-06-02' WHERE name = '甲公司'")
	share(t, w, firm, contractor.Briefed, 1, 2)
	w.Exec(t, "UPDATE contractor SET briefed_on = NULL WHERE name = '乙公司'")
	share(t, w, firm, contractor.Briefed, 0, 2)
}

func share(t *testing.T, w *testkit.W, firm testkit.Firm, key string, num, den int64) {
	t.Helper()
	m, found := contractor.Measured().Find(key)
	require.True(t, found)
	require.NoError(t, w.Gate.System(t.Context(), "test", func(tx db.Tx, _ rbac.Scope) error {
		p := evidence.Period{From: june1, Until: day.Of(2026, 6, 30)}
		values, err := m.Batch(t.Context(), tx, []id.Of[id.Company]{firm.ID}, p)
		require.NoError(t, err)
		require.Equal(t, []evidence.Value{{CompanyID: firm.ID, Num: num, Den: den}}, values, key)
		rows, err := m.Rows(t.Context(), tx, firm.ID, p, 0, 10)
		require.Len(t, rows, int(den), key)
		return err
	}))
}

// stands asks what the file of a firm says after its visits.
func stands(ctx context.Context, t *testing.T, s *contractor.Service, n id.Of[id.Row]) {
	t.Helper()
	c, err := s.Contractors().One(ctx, n)
	require.NoError(t, err)
	require.Equal(t, []any{2, june1}, []any{c.OnSite, c.CheckedOn})
	visits, err := s.Visits(ctx, n)
	require.NoError(t, err)
	require.Len(t, visits, 3)
}
