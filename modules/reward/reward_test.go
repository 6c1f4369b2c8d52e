package reward_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/modules/reward"
	"anbiao/rbac"
	"anbiao/testkit"
)

// noon is 12:00 in Shanghai.
var noon = time.Date(2026, 3, 10, 4, 0, 0, 0, time.UTC)

func TestDefaultRule(t *testing.T) {
	t.Parallel()
	r := reward.Default()
	for _, c := range []struct {
		level, category string
		want            fen.Amount
	}{{"major", "B02", 50000}, {"general", "B02", 5000}, {"general", "A06", 3000}, {"", "B02", 0}} {
		require.Equal(t, c.want, reward.RateOf(r, c.level, c.category), c)
	}
	require.Equal(t, []fen.Amount{100, 40, 0, 100}, []fen.Amount{reward.Capped(100, 0, 900), reward.Capped(100, 500, 460), reward.Capped(100, 500, 700), reward.Capped(100, 500, 400)})
}

type world struct {
	*testkit.W
	s                             *reward.Service
	firm                          testkit.Firm
	safety, boss, finance, worker rbac.Actor
	snaps                         map[id.Of[id.Hazard]]reward.Snap
}

func setup(t *testing.T) *world {
	t.Helper()
	w := &world{W: testkit.World(t), snaps: map[id.Of[id.Hazard]]reward.Snap{}}
	w.Set(noon)
	w.firm = w.Company(t, "330784105")
	w.safety, w.boss = w.Actor(t, w.firm, "safety"), w.Actor(t, w.firm, "principal")
	w.finance, w.worker = w.Actor(t, w.firm, "finance"), w.Actor(t, w.firm, "worker")
	w.s = &reward.Service{
		Gate: w.Gate,
		Snap: func(_ context.Context, _ db.Tx, _ rbac.CompanyID, h id.Of[id.Hazard]) (reward.Snap, error) {
			return w.snaps[h], nil
		},
		Officers: func(context.Context, db.Tx, rbac.CompanyID) ([]id.Of[id.Person], error) {
			return []id.Of[id.Person]{w.safety.PersonID, w.boss.PersonID}, nil
		},
	}
	return w
}

// snap is a hazard that who reported, of a level; it is put before the rewards as often as said.
func (w *world) snap(t *testing.T, who rbac.Actor, level string, times int, change func(*reward.Snap)) id.Of[id.Hazard] {
	t.Helper()
	hid := id.Of[id.Hazard](testkit.One[int64](t, w.W, `INSERT INTO hazard (company_id, region_path, oversight_line, number, state, source, place, description, category, cause, item_code, clause,
		suggested_level, suggestion, level, fix_type, goal, measures, contingency, owner_name, owner_unit, found_at, found_on, found_by_name, accepted_by_name, reopen_count, steps, changed_at,
		asked, asked_name, asked_note, asked_to, extensions, protection, transferred_to, danger_source, historical, stock, campaign, listed_level, proposed_owner_name)
		VALUES ($1, $2, 0, gen_random_uuid()::text, 'graded', 'snap', 'x', 'x', 'B02', 0, '', '', '', '', 'general', '', '', '', '', '', '', now(), '2026-03-10', '', '', 0, 1, now(),
		'', '', '', '', 0, '', '', 0, false, false, '', '', '') RETURNING id`, int64(w.firm.ID), w.firm.RegionPath))
	s := reward.Snap{
		Home: rbac.Home{CompanyID: w.firm.ID, RegionPath: w.firm.RegionPath}, HazardID: hid, Number: "N" + hid.String(), What: "冲压车间 光电失效", Level: level, Category: "B02",
		StaffID: who.StaffID, StaffName: who.Name, PersonID: who.PersonID, ReportedOn: day.Of(2026, 3, 10), Snap: true, Good: true,
	}
	if change != nil {
		change(&s)
	}
	w.snaps[hid] = s
	for range times {
		w.look(t, hid)
	}
	return hid
}

func (w *world) look(t *testing.T, hid id.Of[id.Hazard]) {
	t.Helper()
	r := jobs.NewRegistry()
	w.s.Jobs(r)
	require.NoError(t, w.Gate.Runner(t.Context(), "test", func(ctx context.Context, tx db.Tx) error { return reward.Enqueue(ctx, tx, w.firm.ID, hid) }))
	worker := &jobs.Worker{System: w.System(), Registry: r, Now: w.Now}
	for _, task := range testkit.All[string](t, w.W, "SELECT task_id || ' ' || kind || ' ' || payload FROM job_outbox WHERE done_at IS NULL ORDER BY id") {
		part := strings.SplitN(task, " ", 3)
		require.NoError(t, worker.Do(t.Context(), part[0], part[1], []byte(part[2])))
	}
}

func as(t *testing.T, a rbac.Actor) context.Context { return rbac.WithActor(t.Context(), a) }

func (w *world) all(t *testing.T, a rbac.Actor) []reward.Reward {
	t.Helper()
	f := reward.Filter{}
	f.Limit = 100
	rows, _, err := w.s.List(as(t, a), f)
	require.NoError(t, err)
	return rows
}

func TestFromReportToMoney(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.snap(t, w.worker, "general", 2, nil)
	w.snap(t, w.safety, "general", 1, nil)                                     // whose work it is
	w.snap(t, w.worker, "general", 1, func(s *reward.Snap) { s.Snap = false }) // found by a check
	struck := w.snap(t, w.worker, "major", 1, nil)
	w.snaps[struck] = func() reward.Snap { s := w.snaps[struck]; s.Good = false; return s }()
	w.look(t, struck)
	rows := w.all(t, w.safety)
	require.Len(t, rows, 2)
	require.Equal(t, []any{reward.Refused, reward.Open, fen.Amount(5000)}, []any{rows[0].State, rows[1].State, rows[1].AmountFen})
	n := rows[1].ID

	more := fen.Amount(8000)
	_, err := w.s.Confirm(as(t, w.safety), n, reward.Decision{AmountFen: &more})
	require.ErrorIs(t, err, reward.ErrReason)
	most := fen.Amount(200000)
	_, err = w.s.Confirm(as(t, w.safety), n, reward.Decision{AmountFen: &most, Reason: "重要"})
	require.ErrorIs(t, err, reward.ErrCap)
	_, err = w.s.Approve(as(t, w.boss), n)
	require.ErrorIs(t, err, reward.ErrState)
	_, err = w.s.Confirm(as(t, w.safety), n, reward.Decision{AmountFen: &more, Reason: "避免了一起事故"})
	require.NoError(t, err)
	_, err = w.s.Approve(as(t, w.safety), n)
	require.ErrorIs(t, err, reward.ErrApprover)
	_, err = w.s.Make(as(t, w.finance), "2026-03")
	require.ErrorIs(t, err, reward.ErrEmpty)
	_, err = w.s.Approve(as(t, w.boss), n)
	require.NoError(t, err)
	_, err = w.s.Confirm(as(t, w.worker), n, reward.Decision{})
	require.ErrorIs(t, err, rbac.ErrForbidden)

	list, err := w.s.Make(as(t, w.finance), "2026-03")
	require.NoError(t, err)
	_, err = w.s.Pay(as(t, w.finance), list, reward.Payment{PaidOn: day.Of(2026, 3, 10), Method: "bank"})
	require.ErrorIs(t, err, reward.ErrListState)
	_, err = w.s.Pass(as(t, w.boss), list)
	require.NoError(t, err)
	_, err = w.s.Pay(as(t, w.finance), list, reward.Payment{PaidOn: day.Of(2026, 3, 9), Method: "bank"})
	require.ErrorIs(t, err, reward.ErrPaidOn)
	_, err = w.s.Pay(as(t, w.finance), list, reward.Payment{PaidOn: day.Of(2026, 3, 10), Method: "bank"})
	require.NoError(t, err)
	sum, err := w.s.MySum(as(t, w.worker))
	require.NoError(t, err)
	require.Equal(t, []any{1, more, 0}, []any{sum.Paid, sum.PaidFen, sum.Waiting})
	pdf, _, err := w.s.Print(as(t, w.finance), list)
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(string(pdf), "%PDF"))
	xlsx, _, err := w.s.Excel(as(t, w.finance), list)
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(string(xlsx), "PK"))

	_, err = w.s.MakeRule(as(t, w.safety), reward.RuleForm{ValidFrom: day.Of(2026, 3, 10), Rates: []reward.Rate{{Level: "general", AmountFen: 100}}, Anonymous: true, Approver: "principal"})
	require.NoError(t, err)
	out, err := w.s.Publication(as(t, w.worker), "2026-03")
	require.NoError(t, err)
	require.Len(t, out, 1)
	require.Equal(t, []any{"", (*fen.Amount)(nil)}, []any{out[0].Name, out[0].AmountFen}, "nameless, and without sums")
	for name, f := range map[string]reward.RuleForm{
		"gone by":        {ValidFrom: day.Of(2026, 3, 9), Rates: []reward.Rate{{Level: "general"}}},
		"hidden":         {ValidFrom: day.Of(2026, 4, 1), Rates: []reward.Rate{{Level: "general"}, {Level: "general", Category: "B"}}},
		"the day is had": {ValidFrom: day.Of(2026, 3, 10), Rates: []reward.Rate{{Level: "general"}}, Approver: "principal"},
	} {
		_, err := w.s.MakeRule(as(t, w.safety), f)
		require.Error(t, err, name)
	}
}

func TestNobodySeesAnothersMoney(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.snap(t, w.worker, "general", 1, nil)
	other, stranger := w.Actor(t, w.firm, "worker"), w.Actor(t, w.Company(t, "330784105"), "safety")
	sum, err := w.s.MySum(as(t, other))
	require.NoError(t, err)
	require.Zero(t, sum.Waiting)
	require.Empty(t, w.all(t, stranger))
	for _, a := range []rbac.Actor{other, w.Actor(t, w.firm, "director"), w.Regulator(t, "county", "330784")} {
		_, _, err := w.s.List(as(t, a), reward.Filter{})
		require.ErrorIs(t, err, rbac.ErrForbidden)
	}
	self := w.snap(t, w.Actor(t, w.firm, "safety"), "general", 1, nil) // a second one, whom the rule does not leave out
	for _, r := range w.all(t, w.safety) {
		if r.HazardID == self {
			me := w.safety
			me.StaffID = r.StaffID
			_, err := w.s.Confirm(as(t, me), r.ID, reward.Decision{})
			require.ErrorIs(t, err, reward.ErrOwn)
		}
	}
	// The cap of a month holds over all of one's rewards.
	for range 21 {
		w.snap(t, w.worker, "general", 1, nil)
	}
	sum, err = w.s.MySum(as(t, w.worker))
	require.NoError(t, err)
	require.Equal(t, fen.Amount(100000), sum.WaitingFen)
}

func TestNothingNewIsProposedWhereItIsSwitchedOff(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.snap(t, w.worker, "general", 1, nil)
	w.Gate.Heed(func(a rbac.Action, area string, _ bool, _ time.Time) bool {
		return a == reward.ActionConfirm && strings.HasPrefix(area, "330784")
	})
	w.snap(t, w.worker, "major", 1, nil)
	rows := w.all(t, w.safety)
	require.Len(t, rows, 1, "what was proposed before stays readable")
	_, err := w.s.Confirm(as(t, w.safety), rows[0].ID, reward.Decision{})
	require.ErrorIs(t, err, rbac.ErrOff)
}
