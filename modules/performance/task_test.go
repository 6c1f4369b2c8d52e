package performance_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/org"
	"anbiao/kit/page"
	"anbiao/modules/performance"
	"anbiao/rbac"
	"anbiao/testkit"
)

func TestPlanningChangesOnlyWhatChanged(t *testing.T) {
	t.Parallel()
	w := setup(t)
	require.EqualValues(t, 6, w.keep(t, april3).Tasks, "director 2, leader 1, welders 3: a daily and an event duty make none")
	require.Zero(t, w.keep(t, april3.AddDays(1)).Tasks, "the same again changes nothing")

	w.cells[3].Text = "班前点检并如实记录"
	require.EqualValues(t, 3, w.keep(t, april3.AddDays(1)).Tasks)
	w.tree.Holders[3].UnitID = w.other // a transfer
	require.EqualValues(t, 1, w.keep(t, april3.AddDays(1)).Tasks)
	require.Equal(t, int64(w.other), testkit.One[int64](t, w.W, "SELECT unit_id FROM performance_task WHERE staff_id = $1", int64(w.colleague.StaffID)))

	holders := w.tree.Holders
	w.tree.Holders = holders[:4] // the stranger leaves
	require.EqualValues(t, 1, w.keep(t, april3.AddDays(1)).Ended)
	gone := w.task(t, w.stranger, 4, "2026-04")
	require.Equal(t, "excused ended", w.status(t, gone))
	w.tree.Holders = holders // and comes back
	require.EqualValues(t, 1, w.keep(t, april3.AddDays(1)).Tasks)
	require.Equal(t, "pending", w.status(t, gone))

	require.EqualValues(t, 1, w.keep(t, april3.AddDays(3)).Tasks, "on Monday the director's week begins")
	var tree org.Tree
	w.tree, tree = tree, w.tree
	require.NoError(t, w.Gate.System(t.Context(), "test", func(tx db.Tx, _ rbac.Scope) error {
		_, ended, err := w.s.Plan(t.Context(), tx, w.home, april3.AddDays(3))
		require.EqualValues(t, 6, ended, "the week that ended is not touched")
		return err
	}))
	w.tree = tree
}

// counter counts statements.
type counter struct{ n int }

func (c *counter) LogMode(logger.LogLevel) logger.Interface                        { return c }
func (*counter) Info(context.Context, string, ...any)                              {}
func (*counter) Warn(context.Context, string, ...any)                              {}
func (*counter) Error(context.Context, string, ...any)                             {}
func (c *counter) Trace(context.Context, time.Time, func() (string, int64), error) { c.n++ }

// Two thousand tasks are planned in one statement, settled in a few, and assessed in a few: the
// number of statements does not follow the number of people.
func TestNoQueryPerRow(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.Exec(t, `INSERT INTO staff_person (company_id, region_path, oversight_line, name, unit_id) SELECT $1, $2, 0, '工人' || g, $3 FROM generate_series(1, 2000) g`,
		int64(w.firm.ID), w.firm.RegionPath, int64(w.team))
	for _, n := range testkit.All[int64](t, w.W, "SELECT id FROM staff_person WHERE name LIKE '工人%' ORDER BY id") {
		w.seat(t, rbac.Actor{StaffID: id.Of[id.Staff](n), Name: "工人"}, "焊工", w.team)
		w.did(rbac.Actor{StaffID: id.Of[id.Staff](n)}, performance.DeedCheck, april3, "WLD")
	}
	statements := func(do func(db.Tx) error) int {
		c := &counter{}
		require.NoError(t, w.Gate.System(t.Context(), "test", func(tx db.Tx, _ rbac.Scope) error {
			tx.DB = tx.Session(&gorm.Session{Logger: c})
			return do(tx)
		}))
		return c.n
	}
	require.LessOrEqual(t, statements(func(tx db.Tx) error {
		made, _, err := w.s.Plan(t.Context(), tx, w.home, april3)
		require.EqualValues(t, 2006, made)
		return err
	}), 2)
	require.LessOrEqual(t, statements(func(tx db.Tx) error {
		n, err := w.s.Settle(t.Context(), tx, w.firm.ID, april3)
		require.EqualValues(t, 2000, n)
		return err
	}), 8)
	w.on(day.Of(2026, 5, 8))
	require.LessOrEqual(t, statements(func(tx db.Tx) error {
		_, err := w.s.Round(t.Context(), tx, w.home, "2026-04", "test")
		return err
	}), 22)
	require.EqualValues(t, 2004, testkit.One[int64](t, w.W, "SELECT count(*) FROM performance_assessment"))
	require.EqualValues(t, 2004, testkit.One[int64](t, w.W, "SELECT count(*) FROM performance_step"))
}

func TestFulfilledByWhatWasDone(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.did(w.worker, performance.DeedCheck, april3, "FIR")               // of another module
	w.did(w.worker, performance.DeedCheck, april3.AddDays(-5), "WLD")   // of another period
	w.did(w.worker, performance.DeedHazardFound, april3, "WLD")         // of another kind
	w.did(w.colleague, performance.DeedCheck, april3.AddDays(2), "WLD") // fits
	w.keep(t, april3.AddDays(3))
	mine, his := w.task(t, w.worker, 4, "2026-04"), w.task(t, w.colleague, 4, "2026-04")
	require.Equal(t, "pending", w.status(t, mine))
	require.Equal(t, "done 2026-04-05", w.status(t, his))
	r, err := w.s.Task(as(t, w.leader), his)
	require.NoError(t, err)
	require.Len(t, r.Evidence, 1)
	require.Equal(t, []any{performance.Found, "inspection_check", day.Of(2026, 4, 5)}, []any{r.Evidence[0].Status, r.Evidence[0].Noun, r.Evidence[0].HappenedOn})
	require.Zero(t, w.keep(t, april3.AddDays(4)).Settled)

	w.did(w.worker, performance.DeedCheck, day.Of(2026, 5, 3), "WLD")
	w.keep(t, day.Of(2026, 5, 4))
	require.Equal(t, "late 2026-05-03", w.status(t, mine), "within the days of grace")
	require.Equal(t, "pending", w.status(t, w.task(t, w.stranger, 4, "2026-04")))
	w.keep(t, day.Of(2026, 5, 6))
	require.Equal(t, "missed", w.status(t, w.task(t, w.stranger, 4, "2026-04")), "missed is a state")
}

func TestHandedIn(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.keep(t, april3)
	n := w.task(t, w.leader, 3, "2026-04")
	meeting := performance.HandingIn{Kind: performance.Meeting, HappenedOn: april3, Title: "四月班组安全例会", Note: "全员参加"}
	for name, c := range map[string]struct {
		by   rbac.Actor
		h    performance.HandingIn
		want error
	}{
		"somebody else's":      {w.director, meeting, performance.ErrNotYours},
		"out of sight":         {w.worker, meeting, rbac.ErrNotFound},
		"tomorrow":             {w.leader, performance.HandingIn{Kind: performance.Meeting, HappenedOn: april3.AddDays(1), Title: "会"}, performance.ErrDay},
		"before the period":    {w.leader, performance.HandingIn{Kind: performance.Meeting, HappenedOn: april3.AddDays(-10), Title: "会"}, performance.ErrDay},
		"without a title":      {w.leader, performance.HandingIn{Kind: performance.Meeting, HappenedOn: april3, Title: "  "}, performance.ErrBlank},
		"a regulator has none": {w.Regulator(t, "county", "330784"), meeting, rbac.ErrForbidden},
	} {
		_, err := w.s.HandIn(as(t, c.by), n, c.h)
		require.ErrorIs(t, err, c.want, name)
	}
	e, err := w.s.HandIn(as(t, w.leader), n, meeting)
	require.NoError(t, err)
	w.keep(t, day.Of(2026, 5, 20))
	require.Equal(t, "pending", w.status(t, n), "it is not missed while the superior has not decided")

	_, err = w.s.Judge(as(t, w.leader), e, true, "")
	require.ErrorIs(t, err, performance.ErrOwn)
	_, err = w.s.Judge(as(t, w.worker), e, true, "")
	require.ErrorIs(t, err, rbac.ErrForbidden)
	_, err = w.s.Judge(as(t, w.director), e, false, " ")
	require.ErrorIs(t, err, performance.ErrBlank)
	_, err = w.s.Judge(as(t, w.director), e, false, "没有签到表")
	require.NoError(t, err)
	_, err = w.s.Judge(as(t, w.director), e, true, "")
	require.ErrorIs(t, err, performance.ErrDecided)
	require.Equal(t, "pending", w.status(t, n))

	meeting.Note = "附签到表"
	e, err = w.s.HandIn(as(t, w.leader), n, meeting)
	require.NoError(t, err)
	_, err = w.s.Judge(as(t, w.director), e, true, "")
	require.NoError(t, err)
	require.Equal(t, "done 2026-04-03", w.status(t, n), "by the day it happened, not that of the decision")
	_, err = w.s.HandIn(as(t, w.leader), n, meeting)
	require.ErrorIs(t, err, performance.ErrSettled)
}

func TestEventsAndExcuses(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.keep(t, april3)
	cells, err := w.s.Occasions(as(t, w.worker))
	require.NoError(t, err)
	require.Len(t, cells, 1)
	h := performance.Happening{CellID: 6, HappenedOn: april3, Occasion: "2号厂房动火"}
	first, err := w.s.Record(as(t, w.worker), h)
	require.NoError(t, err)
	again, err := w.s.Record(as(t, w.worker), h)
	require.NoError(t, err)
	require.Equal(t, first, again, "pressed twice it is one event")
	h.StaffID = w.colleague.StaffID
	_, err = w.s.Record(as(t, w.worker), h)
	require.ErrorIs(t, err, performance.ErrNotYours)
	_, err = w.s.Record(as(t, w.leader), h)
	require.NoError(t, err)
	h.StaffID = w.stranger.StaffID
	_, err = w.s.Record(as(t, w.leader), h)
	require.ErrorIs(t, err, performance.ErrNotYours, "not of his team")
	h.CellID = 4
	_, err = w.s.Record(as(t, w.director), h)
	require.ErrorIs(t, err, performance.ErrCell, "not an event duty")
	require.Zero(t, w.keep(t, april3).Ended, "planning leaves events alone")

	_, err = w.s.Excuse(as(t, w.leader), first, "动火取消")
	require.NoError(t, err)
	require.Equal(t, "excused granted", w.status(t, first))
	_, err = w.s.Excuse(as(t, w.leader), first, "动火取消")
	require.ErrorIs(t, err, performance.ErrSettled)
	_, err = w.s.Excuse(as(t, w.leader), w.task(t, w.leader, 3, "2026-04"), "请假")
	require.ErrorIs(t, err, performance.ErrOwn)
	_, err = w.s.Excuse(as(t, w.leader), w.task(t, w.director, 2, "2026-04"), "请假")
	require.ErrorIs(t, err, rbac.ErrNotFound)
}

// Whose tasks each role sees: proven on rows.
func TestTaskRows(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.keep(t, april3)
	other := w.Company(t, town)
	for name, c := range map[string]struct {
		by   rbac.Actor
		want int
	}{
		"principal": {w.principal, 6}, "director": {w.director, 6}, "leader": {w.leader, 3},
		"leader of the other team": {w.Placed(t, w.Actor(t, w.firm, "leader"), w.other), 1}, "leader of no unit": {w.Actor(t, w.firm, "leader"), 0},
		"safety of another firm": {w.Actor(t, other, "safety"), 0},
	} {
		rows, _, err := w.s.Tasks(as(t, c.by), performance.TaskFilter{Query: page.Query{Limit: 50}})
		require.NoError(t, err, name)
		require.Len(t, rows, c.want, name)
	}
	for _, a := range []rbac.Actor{w.worker, w.Regulator(t, "county", "330784"), w.Actor(t, w.firm, "finance")} {
		_, _, err := w.s.Tasks(as(t, a), performance.TaskFilter{Query: page.Query{Limit: 50}})
		require.ErrorIs(t, err, rbac.ErrForbidden, fmt.Sprint(a.Roles))
	}
	rows, _, err := w.s.Mine(as(t, w.worker))
	require.NoError(t, err)
	require.Len(t, rows, 1)
	_, err = w.s.Task(as(t, w.worker), w.task(t, w.colleague, 4, "2026-04"))
	require.ErrorIs(t, err, rbac.ErrNotFound, "a colleague's is not his to see")
	rows, _, err = w.s.Tasks(as(t, w.principal), performance.TaskFilter{Query: page.Query{Limit: 50}, UnitID: w.other})
	require.NoError(t, err)
	require.Len(t, rows, 1)
}
