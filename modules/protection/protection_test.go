package protection_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/evidence"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/modules/protection"
	"anbiao/rbac"
	"anbiao/testkit"
	"anbiao/web/register"
)

// noon is 12:00 in Shanghai.
var noon = time.Date(2026, 3, 10, 4, 0, 0, 0, time.UTC)

func TestIssues(t *testing.T) {
	t.Parallel()
	w := testkit.World(t)
	w.Set(noon)
	firm := w.Company(t, "330784105")
	safety, worker := w.Actor(t, firm, "safety"), w.Actor(t, firm, "worker")
	open := map[int64]day.Date{}
	s := &protection.Service{Gate: w.Gate, Due: func(_ context.Context, _ db.Tx, _ rbac.Home, items []due.Item) error {
		for _, it := range items {
			delete(open, it.Ref)
			if !it.On.IsZero() {
				open[it.Ref] = it.On
			}
		}
		return nil
	}}
	s.Issues().Use(&register.Needs{People: func(_ context.Context, _ db.Tx, _ rbac.CompanyID, ids []int64, _ []string) (out []register.Named, _ error) {
		for _, n := range ids {
			out = append(out, register.Named{ID: n, Name: "陈勇"})
		}
		return out, nil
	}})
	ctx := rbac.WithActor(t.Context(), safety)
	give := func(to rbac.Actor, article string, on day.Date, life int) id.Of[id.Row] {
		n, err := s.Issues().Add(ctx, protection.Issue{StaffID: to.StaffID, Article: article, Quantity: 2, Measure: "副", Occasion: "first", IssuedOn: on, LifeMonths: life, SignedOn: on})
		require.NoError(t, err)
		return n
	}
	old := give(worker, "防割手套", day.Of(2025, 12, 31), 2)
	require.Equal(t, map[int64]day.Date{int64(old): day.Of(2026, 2, 28)}, open)
	give(worker, "护目镜", day.Of(2026, 1, 5), 0)
	give(safety, "安全帽", day.Of(2023, 2, 10), 36)
	fresh := give(worker, "防割手套", day.Of(2026, 2, 27), 2)
	require.NotContains(t, open, int64(old), "the next piece was given")
	require.Equal(t, day.Of(2026, 4, 27), open[int64(fresh)])
	require.NoError(t, s.Issues().End(ctx, fresh, day.Date{}, "登记错误"))
	require.Equal(t, day.Of(2026, 2, 28), open[int64(old)])

	for name, bad := range map[string]protection.Issue{
		"nobody": {Article: "x", Quantity: 1, IssuedOn: day.Of(2026, 3, 1)}, "ahead": {StaffID: worker.StaffID, Article: "x", Quantity: 1, IssuedOn: day.Of(2026, 3, 11)},
		"signed before": {StaffID: worker.StaffID, Article: "x", Quantity: 1, IssuedOn: day.Of(2026, 3, 2), SignedOn: day.Of(2026, 3, 1)},
	} {
		_, err := s.Issues().Add(ctx, bad)
		require.Error(t, err, name)
	}

	own := rbac.WithActor(t.Context(), worker)
	list, err := s.Issues().List(own, register.Query{}, page.Query{Limit: 20})
	require.NoError(t, err)
	require.Len(t, list.Items, 2, "a worker sees his own card")
	content, name, err := s.Card(own, worker.StaffID)
	require.NoError(t, err)
	require.Equal(t, "陈勇", name)
	require.True(t, bytes.HasPrefix(content, []byte("%PDF")))
	_, _, err = s.Card(own, safety.StaffID)
	require.ErrorIs(t, err, rbac.ErrNotFound)
	_, err = s.Issues().List(rbac.WithActor(t.Context(), w.Regulator(t, "county", "330784")), register.Query{CompanyID: firm.ID}, page.Query{Limit: 20})
	require.ErrorIs(t, err, rbac.ErrForbidden)

	m := protection.Measured()[0]
	require.NoError(t, w.Gate.System(t.Context(), "test", func(tx db.Tx, _ rbac.Scope) error {
		values, err := m.Batch(t.Context(), tx, []id.Of[id.Company]{firm.ID}, evidence.Period{From: day.Of(2026, 2, 1), Until: day.Of(2026, 2, 28)})
		require.Equal(t, []evidence.Value{{CompanyID: firm.ID, Num: 0, Den: 2}}, values)
		return err
	}))
}

func TestStandards(t *testing.T) {
	t.Parallel()
	w := testkit.World(t)
	firm := w.Company(t, "330784105")
	ctx := rbac.WithActor(t.Context(), w.Actor(t, firm, "safety"))
	s := &protection.Service{Gate: w.Gate}
	form := protection.Standard{Post: "冲压工", Article: "防割手套", Part: "hand", Quantity: 2, LifeMonths: 1, Source: "GB 39800.1-2020"}
	_, err := s.Standards().Add(ctx, form)
	require.NoError(t, err)
	_, err = s.Standards().Add(ctx, form)
	require.ErrorIs(t, err, register.ErrTwice)
	list, err := s.Standards().List(rbac.WithActor(t.Context(), w.Regulator(t, "county", "330784")), register.Query{CompanyID: firm.ID}, page.Query{Limit: 20})
	require.NoError(t, err)
	require.Len(t, list.Items, 1)
}
