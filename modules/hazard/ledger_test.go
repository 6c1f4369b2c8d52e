package hazard_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/text"
	"anbiao/modules/hazard"
	"anbiao/rbac"
)

func TestLedgerPagesBothWays(t *testing.T) {
	t.Parallel()
	w := setup(t)
	for range 7 {
		w.snapped(t)
	}
	for n := range 5 {
		a := w.assignment(hazard.General)
		a.Deadline = day.Of(2026, 3, 12+n%2)
		_, err := w.s.Assign(as(t, w.safety), w.snapped(t), a)
		require.NoError(t, err)
	}
	for sort, want := range map[string]int{"recent": 12, "deadline": 5} {
		turn := func(cursor string) page.List[id.Of[id.Hazard]] {
			f := hazard.Filter{Sort: sort}
			f.Limit, f.Cursor = 3, cursor
			rows, k, _, err := w.s.Ledger(as(t, w.safety), f)
			require.NoError(t, err)
			return page.Of(rows, k, f.Limit, hazard.KeyOf(sort), func(h hazard.Listed) id.Of[id.Hazard] { return h.ID })
		}
		there := []page.List[id.Of[id.Hazard]]{turn("")}
		all := map[id.Of[id.Hazard]]bool{}
		for last := there[0]; ; last = there[len(there)-1] {
			for _, one := range last.Items {
				require.False(t, all[one], "%s: %d twice", sort, one)
				all[one] = true
			}
			if last.Next == "" {
				break
			}
			there = append(there, turn(last.Next))
		}
		require.Len(t, all, want, sort)
		require.Empty(t, there[0].Prev)
		for n := len(there) - 1; n > 0; n-- {
			require.Equal(t, there[n-1].Items, turn(there[n].Prev).Items, "%s: the way back from page %d", sort, n)
		}
	}
}

func TestFilters(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.snapped(t)
	general, major := w.assigned(t, hazard.General), w.assigned(t, hazard.Major)
	w.Set(noon.AddDate(0, 0, 11)) // 21 March: the deadline was the 20th
	find := func(a rbac.Actor, change func(*hazard.Filter)) []id.Of[id.Hazard] {
		f := filter()
		change(&f)
		rows, _, _, err := w.s.Ledger(as(t, a), f)
		require.NoError(t, err)
		ids := []id.Of[id.Hazard]{}
		for _, r := range rows {
			ids = append(ids, r.ID)
		}
		return ids
	}
	require.Equal(t, []id.Of[id.Hazard]{major, general}, find(w.safety, func(f *hazard.Filter) { f.Overdue = true }))
	require.Equal(t, []id.Of[id.Hazard]{major}, find(w.county, func(f *hazard.Filter) { f.Level = hazard.Major }))
	require.Len(t, find(w.safety, func(f *hazard.Filter) { f.State = []hazard.State{hazard.Registered, hazard.Assigned} }), 3)
	require.Len(t, find(w.safety, func(f *hazard.Filter) { f.OwnerID = w.leader.StaffID }), 2)
	require.Len(t, find(w.safety, func(f *hazard.Filter) { f.Source = []hazard.Source{hazard.SelfCheck} }), 0)
	require.Len(t, find(w.safety, func(f *hazard.Filter) { f.Origin = hazard.BySelf }), 3)
	require.Len(t, find(w.county, func(f *hazard.Filter) { f.Origin = hazard.ByAuthority }), 0)
	require.Len(t, find(w.safety, func(f *hazard.Filter) { f.Text = "光电" }), 3)
	require.Len(t, find(w.safety, func(f *hazard.Filter) { f.Text = "-000002" }), 1)
	require.Len(t, find(w.safety, func(f *hazard.Filter) { f.Text = "100%_" }), 0, "a pattern is only text")
	require.Len(t, find(w.safety, func(f *hazard.Filter) { f.Category = "B" }), 2)
	require.Len(t, find(w.safety, func(f *hazard.Filter) { f.FoundFrom, f.FoundUntil = day.Of(2026, 3, 10), day.Of(2026, 3, 10) }), 3)
	require.Len(t, find(w.safety, func(f *hazard.Filter) { f.FoundFrom = day.Of(2026, 3, 11) }), 0)
	require.Len(t, find(w.county, func(f *hazard.Filter) { f.CompanyID, f.Text = w.firm.ID, "光电" }), 3)

	f := filter()
	f.Text = "光电"
	_, _, _, err := w.s.Ledger(as(t, w.county), f)
	require.ErrorIs(t, err, hazard.ErrTextNeedsFirm)
	f = filter()
	f.Cursor = "bm9uc2Vuc2U"
	_, _, _, err = w.s.Ledger(as(t, w.county), f)
	require.ErrorIs(t, err, page.ErrCursor)
}

func TestWork(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.snapped(t)
	late := w.assigned(t, hazard.General)
	handed := w.fixed(t, hazard.General)
	w.Set(noon.AddDate(0, 0, 11))
	mine := func(a rbac.Actor) hazard.Work {
		work, err := w.s.Mine(as(t, a))
		require.NoError(t, err)
		return work
	}
	s := mine(w.safety)
	require.Equal(t, []int64{1, 0, 0, 1, 1, 0}, []int64{s.Grades, s.Assigns, s.Fixes, s.Accepts, s.OverdueCount, s.MajorsCount})
	require.Equal(t, hazard.Split{Self: 3}, s.Split)
	require.Equal(t, handed, s.ToAccept[0].ID)
	l := mine(w.leader)
	require.Equal(t, []int64{0, 0, 1, 0, 1}, []int64{l.Grades, l.Assigns, l.Fixes, l.Accepts, l.OverdueCount}, "his own fix is not his to accept")
	require.Equal(t, late, l.ToFix[0].ID)
	k := mine(w.worker)
	require.Zero(t, k.Fixes+k.Accepts+k.OverdueCount, "nothing is his to do")
	_, err := w.s.Mine(as(t, w.county))
	require.ErrorIs(t, err, rbac.ErrForbidden)
}

// system runs fn as the job runner does.
func (w *world) system(t *testing.T, fn rbac.Work) {
	t.Helper()
	require.NoError(t, w.Gate.System(t.Context(), "test.facts", fn))
}

func TestFactsAndStatistics(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.Set(time.Date(2026, 2, 10, 4, 0, 0, 0, time.UTC))
	carried := w.fixed(t, hazard.General) // found in February, closed in April
	w.Set(noon)
	w.assigned(t, hazard.General)      // overdue from 21 March
	done := w.fixed(t, hazard.General) // found and closed in March
	major := w.assigned(t, hazard.Major)
	w.snapped(t)
	voided := w.snapped(t)
	_, err := w.s.AskVoid(as(t, w.safety), voided, "重复")
	require.NoError(t, err)
	_, err = w.s.Void(as(t, w.head), voided, "属实")
	require.NoError(t, err)
	_, err = w.s.Accept(as(t, w.head), done, hazard.Verdict{})
	require.NoError(t, err)
	w.Set(time.Date(2026, 4, 2, 4, 0, 0, 0, time.UTC))
	_, err = w.s.Accept(as(t, w.head), carried, hazard.Verdict{})
	require.NoError(t, err)

	march, end := day.Of(2026, 3, 1), day.Of(2026, 3, 31)
	w.system(t, func(tx db.Tx, _ rbac.Scope) error {
		facts, err := hazard.Facts(t.Context(), tx, []id.Of[id.Company]{w.firm.ID, w.stranger.CompanyID, 99}, march, end)
		require.NoError(t, err)
		require.Equal(t, []hazard.Fact{{CompanyID: w.firm.ID, Open: 3, Overdue: 2, MajorOpen: 1, MajorOverdue: 1, MajorDue: 1, Found: 4, Closed: 1}}, facts)
		return nil
	})
	require.NoError(t, w.Gate.Read(as(t, w.safety), hazard.ActionList, func(tx db.Tx, scope rbac.Scope) error {
		lines, plans, err := hazard.Statistics(t.Context(), tx, scope, w.firm.ID, march, end)
		require.NoError(t, err)
		require.Equal(t, []hazard.Tally{
			{Level: hazard.General, Category: "", Found: 1, Open: 1},
			{Level: hazard.General, Category: "B02", Found: 2, Fixed: 1, Carried: 1, Open: 2, Overdue: 1},
			{Level: hazard.Major, Category: "B02", Found: 1, Open: 1, Overdue: 1},
		}, lines)
		require.Equal(t, hazard.Plans{Count: 1, WithFunds: 1, WithOwner: 1, WithTime: 1, WithMeasures: 1, FundsFen: 50000}, plans)
		lines, _, err = hazard.Statistics(t.Context(), tx, scope, w.firm.ID, day.Of(2026, 4, 1), day.Of(2026, 4, 30))
		require.NoError(t, err)
		require.EqualValues(t, []int64{2, 1}, []int64{lines[1].Carried, lines[1].Cleared})
		return nil
	}))
	require.NoError(t, w.Gate.Read(as(t, w.stranger), hazard.ActionList, func(tx db.Tx, scope rbac.Scope) error {
		lines, plans, err := hazard.Statistics(t.Context(), tx, scope, w.firm.ID, march, end)
		require.Empty(t, lines)
		require.Zero(t, plans.Count)
		return err
	}))
	require.NotZero(t, major)
}

func TestNotes(t *testing.T) {
	t.Parallel()
	w := setup(t)
	hid := w.fixed(t, hazard.Major)
	_, err := w.s.Reject(as(t, w.safety), hid, hazard.Verdict{Note: "不合格"})
	require.NoError(t, err)
	require.Empty(t, w.notes, "told by the job runner, once the step is committed")
	w.drain(t)
	var codes []string
	for _, n := range w.notes {
		codes = append(codes, n.Code)
		for _, code := range []string{n.Code, n.Code + "-body"} {
			require.True(t, text.Known(text.Chinese, code) && text.Known(text.English, code), code)
		}
		require.Equal(t, w.firm.ID, n.CompanyID)
		require.True(t, (n.Person == 0) == (len(n.Roles) > 0), "a person or roles: %+v", n)
	}
	require.Equal(t, []string{"hazard.note-registered", "hazard.note-major", "hazard.note-reported-up", "hazard.note-assigned", "hazard.note-plan", "hazard.note-fixed", "hazard.note-rejected"}, codes)
	require.Equal(t, w.leader.PersonID, w.notes[6].Person)
	require.Equal(t, w.safety.PersonID, w.notes[1].Except, "who graded it need not be told")
}

// A score may count what is late and what an authority found, nothing else.
func TestWhatAScoreMayCount(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.assigned(t, hazard.Major) // until 20 March, found by a worker
	found, err := w.s.Report(as(t, w.safety), hazard.Report{Place: "配电间", Description: "无防护", Source: hazard.ByRegulator, Photos: w.photos(t)})
	require.NoError(t, err)
	_, err = w.s.Assign(as(t, w.safety), found, w.assignment(hazard.Major))
	require.NoError(t, err)
	w.Set(time.Date(2026, 3, 20, 12, 0, 0, 0, time.UTC)) // the last day
	count := func() (hazard.Fact, []hazard.Blame) {
		var f hazard.Fact
		var b []hazard.Blame
		w.system(t, func(tx db.Tx, _ rbac.Scope) error {
			facts, err := hazard.Facts(t.Context(), tx, []id.Of[id.Company]{w.firm.ID}, day.Of(2026, 3, 1), day.Of(2026, 3, 31))
			require.NoError(t, err)
			f = facts[0]
			b, err = hazard.Blames(t.Context(), tx, w.firm.ID, day.Of(2026, 3, 1), day.Of(2026, 3, 31))
			return err
		})
		return f, b
	}
	f, b := count()
	require.Equal(t, []int64{2, 1, 0}, []int64{f.MajorOpen, f.MajorDue, f.Overdue})
	require.Equal(t, [][2]bool{{false, false}, {true, false}}, [][2]bool{{b[0].ByAuthority, b[0].Late}, {b[1].ByAuthority, b[1].Late}})
	w.Set(time.Date(2026, 3, 21, 12, 0, 0, 0, time.UTC))
	f, b = count()
	require.Equal(t, []int64{2, 2, 2}, []int64{f.MajorOpen, f.MajorDue, f.Overdue})
	require.True(t, b[0].Late && b[1].Late)
}
