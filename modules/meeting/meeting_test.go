package meeting_test

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
	"anbiao/modules/meeting"
	"anbiao/rbac"
	"anbiao/testkit"
	"anbiao/web/register"
)

// noon is 12:00 in Shanghai.
var noon = time.Date(2026, 3, 10, 4, 0, 0, 0, time.UTC)

func TestMeetings(t *testing.T) {
	t.Parallel()
	w := testkit.World(t)
	w.Set(noon)
	firm := w.Company(t, "330784105")
	safety := w.Actor(t, firm, "safety")
	open := map[string]map[int64]day.Date{"meeting.next": {}, "meeting.follow": {}}
	put := func(_ context.Context, _ db.Tx, _ rbac.Home, items []due.Item) error {
		for _, it := range items {
			delete(open[it.Kind], it.Ref)
			if !it.On.IsZero() {
				open[it.Kind][it.Ref] = it.On
			}
		}
		return nil
	}
	s := &meeting.Service{Gate: w.Gate, Due: put}
	s.Meetings().Use(&register.Needs{Due: put})
	ctx := rbac.WithActor(t.Context(), safety)
	add := func(k meeting.Kind, on day.Date, follow day.Date) id.Of[id.Row] {
		n, err := s.Meetings().Add(ctx, meeting.Meeting{Kind: k, Title: "一季度", HeldOn: on, Attendees: db.Texts{"王强", "李敏"}, Resolutions: "更换光电保护", FollowDueOn: follow})
		require.NoError(t, err)
		return n
	}
	first := add(meeting.Committee, day.Of(2025, 11, 30), day.Of(2025, 12, 20))
	require.Equal(t, map[int64]day.Date{int64(first): day.Of(2026, 2, 28)}, open["meeting.next"])
	require.Equal(t, map[int64]day.Date{int64(first): day.Of(2025, 12, 20)}, open["meeting.follow"])
	second := add(meeting.Committee, day.Of(2026, 3, 5), day.Date{})
	require.Equal(t, map[int64]day.Date{int64(second): day.Of(2026, 6, 5)}, open["meeting.next"], "the last one alone calls for the next")
	add(meeting.Shift, day.Of(2026, 3, 10), day.Date{})
	require.Len(t, open["meeting.next"], 1, "before a shift: no day is due")
	require.NoError(t, s.Meetings().End(ctx, second, day.Date{}, "重复登记"))
	require.Equal(t, map[int64]day.Date{int64(first): day.Of(2026, 2, 28)}, open["meeting.next"])

	for name, m := range map[string]meeting.Meeting{
		"ahead": {Kind: meeting.Shift, Title: "x", HeldOn: day.Of(2026, 3, 11)}, "followed before": {Kind: meeting.Shift, Title: "x", HeldOn: day.Of(2026, 3, 9), FollowDoneOn: day.Of(2026, 3, 8)},
	} {
		_, err := s.Meetings().Add(ctx, m)
		require.Error(t, err, name)
	}
	got, err := s.Meetings().One(ctx, first)
	require.NoError(t, err)
	require.Equal(t, 2, got.Present, "as many as are named")
	pdf, err := s.Meetings().Print(ctx, first)
	require.NoError(t, err)
	require.True(t, bytes.HasPrefix(pdf, []byte("%PDF")))

	rounds, err := s.Rounds(rbac.WithActor(t.Context(), w.Regulator(t, "county", "330784")), firm.ID)
	require.NoError(t, err)
	require.Equal(t, []any{meeting.Committee, day.Of(2025, 11, 30), true, 0}, []any{rounds[0].Kind, rounds[0].HeldOn, rounds[0].Late, rounds[0].Year})
	rounds, err = s.Rounds(rbac.WithActor(t.Context(), w.Regulator(t, "county", "330783")), firm.ID)
	require.NoError(t, err)
	require.True(t, rounds[0].HeldOn.IsZero(), "out of range")

	m := meeting.Measured()[0]
	for _, c := range []struct {
		from, until day.Date
		num, den    int64
	}{
		{day.Of(2025, 11, 1), day.Of(2025, 11, 30), 1, 2}, // the committee met; no management meeting was ever held
		{day.Of(2026, 1, 1), day.Of(2026, 1, 31), 0, 1},   // the committee's next is due in February
		{day.Of(2026, 2, 1), day.Of(2026, 2, 28), 0, 2},
	} {
		require.NoError(t, w.Gate.System(t.Context(), "test", func(tx db.Tx, _ rbac.Scope) error {
			values, err := m.Batch(t.Context(), tx, []id.Of[id.Company]{firm.ID}, evidence.Period{From: c.from, Until: c.until})
			require.Equal(t, []evidence.Value{{CompanyID: firm.ID, Num: c.num, Den: c.den}}, values)
			return err
		}))
	}
}

func TestRulesSaySourceAndConfidence(t *testing.T) {
	t.Parallel()
	for _, r := range meeting.Rules() {
		require.NotEmpty(t, r.Source+r.SourceEn, r.Kind)
		require.Contains(t, []string{"verified", "practice"}, r.Confidence)
	}
}
