package hazard_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/evidence"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/modules/hazard"
	"anbiao/rbac"
)

// plainKeys hashes nothing away: tokens stay what they are.
type plainKeys struct{}

func (plainKeys) Index(plain, column string) []byte { return []byte(column + plain) }

func (k plainKeys) Indexes(plain, column string) [][]byte {
	return [][]byte{[]byte("former"), k.Index(plain, column)}
}

var hand = []byte("\x89PNG\r\n\x1a\n a hand")

// small makes the world's firm one of so many people.
func small(t *testing.T, people int) *world {
	t.Helper()
	w := setup(t)
	w.s.Keys, w.s.BaseURL = plainKeys{}, "http://x"
	w.s.Active = func(context.Context, db.Tx, rbac.CompanyID) (int, error) { return people, nil }
	return w
}

func (w *world) link(t *testing.T, hid id.Of[id.Hazard]) string {
	t.Helper()
	l, err := w.s.MakeLink(as(t, w.safety), hid)
	require.NoError(t, err)
	require.NotEmpty(t, l.QR)
	return l.URL[strings.LastIndex(l.URL, "/")+1:]
}

func TestASecondPersonAcceptsByLink(t *testing.T) {
	t.Parallel()
	w := small(t, 2)
	hid := w.fixed(t, hazard.General)
	old := w.link(t, hid)
	token := w.link(t, hid)
	_, err := w.s.Look(t.Context(), old)
	require.ErrorIs(t, err, hazard.ErrOutsideOver, "a newer one was made")
	sh, err := w.s.Look(t.Context(), token)
	require.NoError(t, err)
	require.Equal(t, []any{"冲压车间 3 号机", w.leader.Name, 1, 1}, []any{sh.Place, sh.FixerName, len(sh.Before), len(sh.After)})

	for name, c := range map[string]struct {
		in   hazard.Outsider
		want error
	}{
		"the fixer":      {hazard.Outsider{Token: token, Accepted: true, Name: " " + w.leader.Name, Signature: hand}, hazard.ErrOutsideName},
		"no name":        {hazard.Outsider{Token: token, Accepted: true, Name: "  ", Signature: hand}, hazard.ErrOutsideName},
		"no hand":        {hazard.Outsider{Token: token, Accepted: true, Name: "邻居", Signature: []byte("GIF89a")}, hazard.ErrOutsideSign},
		"no reason":      {hazard.Outsider{Token: token, Name: "邻居", Signature: hand}, hazard.ErrReason},
		"another's link": {hazard.Outsider{Token: token + "x", Accepted: true, Name: "邻居", Signature: hand}, hazard.ErrOutsideLink},
	} {
		_, err := w.s.Decide(t.Context(), c.in)
		require.ErrorIs(t, err, c.want, name)
	}
	_, err = w.s.Decide(t.Context(), hazard.Outsider{Token: token, Accepted: true, Name: "邻居王五", Signature: hand})
	require.NoError(t, err)
	r, err := w.s.ByID(as(t, w.safety), hid)
	require.NoError(t, err)
	require.Equal(t, []any{hazard.Cancelled, "邻居王五"}, []any{r.State, r.AcceptedByName})
	_, err = w.s.Decide(t.Context(), hazard.Outsider{Token: token, Accepted: true, Name: "邻居王五", Signature: hand})
	require.ErrorIs(t, err, hazard.ErrOutsideUsed)
	ways, err := w.s.OutsideOf(as(t, w.safety), hid)
	require.NoError(t, err)
	require.Len(t, ways.Links, 2)
	png, err := w.s.Sign(as(t, w.safety), hid, ways.Links[0].ID)
	require.NoError(t, err)
	require.Equal(t, hand, png)
	_, err = w.s.OutsideOf(as(t, w.stranger), hid)
	require.ErrorIs(t, err, rbac.ErrNotFound)
}

func TestWhereNoLinkIsMade(t *testing.T) {
	t.Parallel()
	w := small(t, 2)
	hid := w.fixed(t, hazard.General)
	token := w.link(t, hid)
	w.s.Active = func(context.Context, db.Tx, rbac.CompanyID) (int, error) { return 3, nil }
	_, err := w.s.MakeLink(as(t, w.safety), hid)
	require.ErrorIs(t, err, hazard.ErrOutsideMany)
	_, err = w.s.Decide(t.Context(), hazard.Outsider{Token: token, Accepted: true, Name: "邻居", Signature: hand})
	require.ErrorIs(t, err, hazard.ErrOutsideMany, "it has grown meanwhile")
	_, err = w.s.MakeLink(as(t, w.worker), hid)
	require.ErrorIs(t, err, rbac.ErrForbidden)
	w.s.Active = func(context.Context, db.Tx, rbac.CompanyID) (int, error) { return 1, nil }
	w.Set(noon.Add(8 * 24 * time.Hour))
	_, err = w.s.Look(t.Context(), token)
	require.ErrorIs(t, err, hazard.ErrOutsideOver)
	other := w.assigned(t, hazard.General)
	_, err = w.s.MakeLink(as(t, w.safety), other)
	require.ErrorIs(t, err, hazard.ErrNow[hazard.Assigned])
	for range 20 {
		_, _ = w.s.Look(t.Context(), "no-such-link")
	}
	_, err = w.s.Look(t.Context(), token)
	require.ErrorIs(t, err, hazard.ErrOutsideGuess)
}

func TestTheGridWorkerAcceptsForOnePerson(t *testing.T) {
	t.Parallel()
	w := small(t, 1)
	grid, away := w.Regulator(t, "grid", "330784105"), w.Regulator(t, "grid", "330784106")
	hid := w.fixed(t, hazard.General)
	_, err := w.s.ByGrid(as(t, grid), hid, true, "")
	require.ErrorIs(t, err, hazard.ErrNotLonely, "the world's firm has people")
	w.Exec(t, "UPDATE staff_person SET left_on = '2020-01-01' WHERE company_id = $1 AND id <> $2", int64(w.firm.ID), int64(w.leader.StaffID))
	_, err = w.s.ByGrid(as(t, away), hid, true, "")
	require.ErrorIs(t, err, rbac.ErrNotFound)
	_, err = w.s.ByGrid(as(t, w.county), hid, true, "")
	require.ErrorIs(t, err, rbac.ErrForbidden)
	rows, _, _, err := w.s.Waiting(as(t, grid), page.Query{Limit: 20})
	require.NoError(t, err)
	require.Len(t, rows, 1)
	ways, err := w.s.OutsideOf(as(t, grid), hid)
	require.NoError(t, err)
	require.True(t, ways.Grid)
	_, err = w.s.ByGrid(as(t, grid), hid, false, "")
	require.ErrorIs(t, err, hazard.ErrReason)
	_, err = w.s.ByGrid(as(t, grid), hid, false, "防护罩未装")
	require.NoError(t, err)
	_, err = w.s.Fix(as(t, w.leader), hid, hazard.Repair{Note: "已装", Photos: w.photos(t)})
	require.NoError(t, err)
	_, err = w.s.ByGrid(as(t, grid), hid, true, "现场看过")
	require.NoError(t, err)
	r, err := w.s.ByID(as(t, grid), hid)
	require.NoError(t, err)
	require.Equal(t, hazard.Cancelled, r.State)
}

func TestPosters(t *testing.T) {
	t.Parallel()
	w := setup(t)
	open := map[int64]day.Date{}
	w.s.Due = func(_ context.Context, _ db.Tx, _ rbac.Home, items []due.Item) error {
		for _, it := range items {
			open[it.Ref] = it.On
		}
		return nil
	}
	w.s.DueAll = func(_ context.Context, _ db.Tx, list []hazard.Placed) error {
		for _, p := range list {
			require.Equal(t, hazard.DuePoster, p.Item.Kind)
			open[p.Item.Ref] = p.Item.On
		}
		return nil
	}
	hid := w.assigned(t, hazard.General)
	require.Equal(t, day.Of(2026, 3, 20), open[int64(hid)], "the deadline of the fix")
	_, err := w.s.Fix(as(t, w.leader), hid, hazard.Repair{Note: "已更换", Photos: w.photos(t)})
	require.NoError(t, err)
	require.True(t, open[int64(hid)].IsZero())
	_, err = w.s.Reject(as(t, w.safety), hid, hazard.Verdict{Note: "未装牢"})
	require.NoError(t, err)
	require.Equal(t, day.Of(2026, 3, 20), open[int64(hid)], "sent back: it is due again")
	w.assigned(t, hazard.Major)

	clear(open)
	w.Set(time.Date(2026, 4, 1, 1, 0, 0, 0, time.UTC))
	w.drain(t)
	w.runOpen(t)
	require.Len(t, open, 1)
	b, err := w.s.Board(as(t, w.worker), hazard.BoardQuery{Month: "2026-03"})
	require.NoError(t, err)
	require.Equal(t, hazard.Totals{Found: 2, Open: 2, Majors: 1, Overdue: 2}, b.Totals)
	require.Equal(t, hazard.Major, b.Rows[0].Level, "major ones first")
	pdf, _, err := w.s.PrintBoard(as(t, w.worker), hazard.BoardQuery{Month: "2026-03"})
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(string(pdf), "%PDF"))

	_, err = w.s.Hang(as(t, w.worker), hazard.Hanging{Month: "2026-03", Place: "大门", Photos: w.photos(t)})
	require.ErrorIs(t, err, rbac.ErrForbidden)
	for name, h := range map[string]hazard.Hanging{
		"to come": {Month: "2026-05", Place: "大门"}, "before it": {Month: "2026-03", Place: "大门", HungOn: day.Of(2026, 2, 1)}, "nowhere": {Month: "2026-03", Place: " "},
	} {
		h.Photos = w.photos(t)
		_, err := w.s.Hang(as(t, w.safety), h)
		require.Error(t, err, name)
	}
	pid, err := w.s.Hang(as(t, w.safety), hazard.Hanging{Month: "2026-03", Place: "大门公告栏", Photos: w.photos(t)})
	require.NoError(t, err)
	require.True(t, open[int64(pid)].IsZero(), "it hangs")
	again, err := w.s.Hang(as(t, w.safety), hazard.Hanging{Month: "2026-03", Place: "食堂", Photos: w.photos(t)})
	require.NoError(t, err)
	require.Equal(t, pid, again)
	rows, _, _, err := w.s.Posters(as(t, w.county), w.firm.ID, page.Query{Limit: 20})
	require.NoError(t, err)
	require.Len(t, rows, 1)
	rows, _, _, err = w.s.Posters(as(t, w.elsewhere), w.firm.ID, page.Query{Limit: 20})
	require.NoError(t, err)
	require.Empty(t, rows)
	require.NoError(t, w.Gate.System(t.Context(), "test", func(tx db.Tx, _ rbac.Scope) error {
		values, err := hazard.Measured()[0].Batch(t.Context(), tx, []id.Of[id.Company]{w.firm.ID}, evidence.Period{From: day.Of(2026, 4, 1), Until: day.Of(2026, 4, 30)})
		require.Equal(t, []evidence.Value{{CompanyID: w.firm.ID, Num: 1, Den: 1}}, values)
		return err
	}))
}

func TestALinkRestsWhereItIsSwitchedOff(t *testing.T) {
	t.Parallel()
	w := small(t, 2)
	hid := w.fixed(t, hazard.General)
	token := w.link(t, hid)
	off := ""
	w.Gate.Heed(func(a rbac.Action, area string, _ bool, _ time.Time) bool {
		return a == hazard.ActionOpen && off != "" && strings.HasPrefix(area, off)
	})
	_, err := w.s.Look(t.Context(), token)
	require.NoError(t, err)
	off = w.firm.RegionPath[:6]
	_, err = w.s.Look(t.Context(), token)
	require.ErrorIs(t, err, rbac.ErrOff)
	_, err = w.s.Decide(t.Context(), hazard.Outsider{Token: token, Name: "赵敏", Accepted: true, Signature: hand})
	require.ErrorIs(t, err, rbac.ErrOff)
	off = ""
	_, err = w.s.Look(t.Context(), token)
	require.NoError(t, err, "it is not spent")
}
