package performance_test

import (
	"context"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/text"
	"anbiao/modules/performance"
	"anbiao/rbac"
	"anbiao/testkit"
	"anbiao/web/webtest"
)

// may8 is when April is assessed: every task of it is settled.
var may8 = day.Of(2026, 5, 8)

// assessed is April's round, and the worker's assessment in it: one check of two made, the
// monthly duty missed.
func (w *world) assessed(t *testing.T) (id.Of[performance.Round], id.Of[id.Assessment]) {
	t.Helper()
	w.keep(t, april3)
	w.checks = []performance.Checked{
		{StaffID: w.worker.StaffID, TaskID: 1, CheckID: 1, On: april3, Status: performance.Done}, {StaffID: w.worker.StaffID, TaskID: 2, On: april3, Status: performance.Missed},
	}
	w.on(may8)
	n, err := w.s.Assess(as(t, w.safety), "2026-04")
	require.NoError(t, err)
	return n, w.score(t, w.worker)
}

func (w *world) score(t *testing.T, a rbac.Actor) id.Of[id.Assessment] {
	t.Helper()
	return id.Of[id.Assessment](testkit.One[int64](t, w.W, "SELECT id FROM performance_assessment WHERE staff_id = $1 ORDER BY id DESC LIMIT 1", int64(a.StaffID)))
}

func ids(list ...id.Of[id.Assessment]) []id.Of[id.Assessment] { return list }

func TestARoundCoversWhomTheSettingSays(t *testing.T) {
	t.Parallel()
	w := setup(t)
	round, mine := w.assessed(t)
	require.EqualValues(t, 4, testkit.One[int64](t, w.W, "SELECT count(*) FROM performance_assessment"), "a month assesses the teams, not the director")
	r, err := w.s.Score(as(t, w.leader), mine)
	require.NoError(t, err)
	// 50 points missed, 30 half earned, 20 not due: 15 / 80
	require.Equal(t, []any{1875, performance.D, "15", "75/4"}, []any{*r.Score, r.Grade, r.Work.Earned, r.Work.Raw})
	require.Equal(t, []performance.Event{performance.Adjust, performance.Confirm}, r.May)

	again, err := w.s.Assess(as(t, w.safety), "2026-04")
	require.NoError(t, err)
	require.Equal(t, round, again)
	require.EqualValues(t, 4, testkit.One[int64](t, w.W, "SELECT count(*) FROM performance_step"), "computed again to the same it is no step")
	_, err = w.s.Assess(as(t, w.safety), "2026-05")
	require.ErrorIs(t, err, performance.ErrPeriod, "May has not ended")
	_, err = w.s.Assess(as(t, w.safety), "2026-W10")
	require.ErrorIs(t, err, performance.ErrPeriod)
	_, err = w.s.Assess(as(t, w.leader), "2026-04")
	require.ErrorIs(t, err, rbac.ErrForbidden)

	_, err = w.s.KeepSetting(as(t, w.safety), performance.SettingForm{TeamEvery: "quarterly", DepartmentEvery: "monthly", PersonEvery: "yearly", AppealDays: 3})
	require.NoError(t, err)
	_, err = w.s.Assess(as(t, w.safety), "2026-03")
	require.NoError(t, err)
	require.EqualValues(t, 1, testkit.One[int64](t, w.W, "SELECT count(*) FROM performance_assessment a JOIN performance_round r ON r.id = a.round_id WHERE r.period = '2026-03'"))
}

func TestAdjustedAppealedDecided(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.blames = []performance.Blame{{HazardID: 7, OwnerID: w.worker.StaffID, FoundBy: w.stranger.StaffID, Number: "330784-2026-000007", FoundOn: april3, ByAuthority: true}}
	_, mine := w.assessed(t)
	_, err := w.s.Score(as(t, w.worker), mine)
	require.ErrorIs(t, err, rbac.ErrNotFound, "not his to see before it is published")
	_, err = w.s.AppealScore(as(t, w.worker), mine, "早了")
	require.ErrorIs(t, err, rbac.ErrNotFound)
	_, err = w.s.AdjustScore(as(t, w.leader), w.score(t, w.leader), performance.Adjustment{})
	require.ErrorIs(t, err, rbac.ErrNotFound, "nobody assesses himself")
	adjusted := performance.Adjustment{Deductions: []performance.Off{{Points: 300, Reason: "班前会缺席"}}}
	_, err = w.s.AdjustScore(as(t, w.leader), mine, performance.Adjustment{Deductions: []performance.Off{{Points: 300, Reason: " "}}})
	require.ErrorIs(t, err, performance.ErrBlank)
	_, err = w.s.AdjustScore(as(t, w.leader), mine, performance.Adjustment{Strikes: []performance.Strike{{HazardID: 8, Reason: "无"}}})
	require.ErrorIs(t, err, performance.ErrStrike)
	_, err = w.s.AdjustScore(as(t, w.leader), mine, adjusted)
	require.NoError(t, err)
	_, err = w.s.Assess(as(t, w.safety), "2026-04")
	require.NoError(t, err)
	r, err := w.s.Score(as(t, w.director), mine)
	require.NoError(t, err)
	require.Equal(t, []any{1375, 500}, []any{*r.Score, r.Work.Off}, "18.75 less 2 for the hazard, less 3 by hand; computing anew keeps the latter")

	_, err = w.s.PublishScores(as(t, w.leader), ids(mine))
	require.ErrorIs(t, err, performance.ErrNow[performance.Draft])
	_, err = w.s.ConfirmScores(as(t, w.leader), ids(mine, w.score(t, w.stranger)))
	require.ErrorIs(t, err, rbac.ErrNotFound, "one of another team: none is confirmed")
	_, err = w.s.ConfirmScores(as(t, w.leader), ids(mine, w.score(t, w.colleague)))
	require.NoError(t, err)
	_, err = w.s.ConfirmScores(as(t, w.leader), ids(mine))
	require.ErrorIs(t, err, performance.ErrNow[performance.Confirmed], "pressed twice")
	_, err = w.s.PublishScores(as(t, w.leader), ids(mine))
	require.NoError(t, err)
	r, err = w.s.Score(as(t, w.worker), mine)
	require.NoError(t, err)
	require.Equal(t, []any{"2026-05-14", []performance.Event{performance.Appeal}}, []any{r.AppealUntil.String(), r.May}, "five working days from a Friday, the make-up Saturday among them")

	_, err = w.s.AppealScore(as(t, w.leader), mine, "代为申诉")
	require.ErrorIs(t, err, performance.ErrNotYours)
	_, err = w.s.AppealScore(as(t, w.worker), mine, "当日检查已补录")
	require.NoError(t, err)
	_, err = w.s.AppealScore(as(t, w.worker), mine, "当日检查已补录")
	require.ErrorIs(t, err, performance.ErrNow[performance.Appealed])
	_, err = w.s.DecideAppeal(as(t, w.director), mine, performance.Decision{Reason: "不同意"})
	require.ErrorIs(t, err, rbac.ErrForbidden)
	_, err = w.s.DecideAppeal(as(t, w.safety), mine, performance.Decision{Upheld: true, Reason: "核实属实", Done: []id.Of[performance.Task]{w.task(t, w.worker, 4, "2026-04")}})
	require.NoError(t, err)
	r, err = w.s.Score(as(t, w.worker), mine)
	require.NoError(t, err)
	require.Equal(t, []any{performance.Final, 7625, performance.B}, []any{r.State, *r.Score, r.Grade}, "65 of 80 are 81.25, less 5")
	require.Len(t, r.History, 6, "computing to the same again is no step")

	w.work(t)
	var codes []string
	for _, n := range w.notes {
		codes = append(codes, n.Code)
		require.True(t, text.Known(text.Chinese, n.Code+"-body") && text.Known(text.English, n.Code), n.Code)
	}
	require.Equal(t, []string{"performance.note-published", "performance.note-appealed", "performance.note-upheld"}, codes)
}

func TestNoAssessorDecides(t *testing.T) {
	t.Parallel()
	w := setup(t)
	_, mine := w.assessed(t)
	_, err := w.s.ConfirmScores(as(t, w.safety), ids(mine))
	require.NoError(t, err)
	_, err = w.s.PublishScores(as(t, w.safety), ids(mine))
	require.NoError(t, err)
	_, err = w.s.AppealScore(as(t, w.worker), mine, "有异议")
	require.NoError(t, err)
	d := performance.Decision{Reason: "维持"}
	_, err = w.s.DecideAppeal(as(t, w.safety), mine, d)
	require.ErrorIs(t, err, performance.ErrOwnDecision)
	_, err = w.s.DecideAppeal(as(t, w.principal), mine, d)
	require.NoError(t, err)
	_, err = w.s.DecideAppeal(as(t, w.principal), mine, d)
	require.ErrorIs(t, err, performance.ErrNow[performance.Final])
}

func TestAnAppealInTime(t *testing.T) {
	t.Parallel()
	w := setup(t)
	_, mine := w.assessed(t)
	_, err := w.s.ConfirmScores(as(t, w.leader), ids(mine))
	require.NoError(t, err)
	_, err = w.s.PublishScores(as(t, w.leader), ids(mine))
	require.NoError(t, err)
	w.on(day.Of(2026, 5, 16))
	_, err = w.s.AppealScore(as(t, w.worker), mine, "迟了")
	require.ErrorIs(t, err, performance.ErrAppealOver)
	w.enqueue(t, performance.LapseAppeals{On: day.Of(2026, 5, 16)})
	w.work(t)
	require.Equal(t, "final", testkit.One[string](t, w.W, "SELECT state FROM performance_assessment WHERE id = $1", int64(mine)))
}

// Whose scores each role sees; a regulator sees figures only.
func TestScoreRows(t *testing.T) {
	t.Parallel()
	w := setup(t)
	round, mine := w.assessed(t)
	all := performance.ScoreFilter{Query: page.Query{Limit: 50}, RoundID: round}
	for name, c := range map[string]struct {
		by   rbac.Actor
		want int
	}{"principal": {w.principal, 4}, "director": {w.director, 4}, "leader": {w.leader, 2}, "another firm": {w.Actor(t, w.Company(t, town), "principal"), 0}} {
		rows, _, err := w.s.Scores(as(t, c.by), all)
		require.NoError(t, err, name)
		require.Len(t, rows, c.want, name)
	}
	o, err := w.s.Overview(as(t, w.leader), round)
	require.NoError(t, err)
	require.Len(t, o.Units, 1, "his own team, no other and not the company")
	require.Equal(t, 3, o.Units[0].People)
	o, err = w.s.Overview(as(t, w.principal), round)
	require.NoError(t, err)
	require.Len(t, o.Units, 4)
	county := w.Regulator(t, "county", "330784")
	for _, a := range []rbac.Actor{county, w.worker} {
		_, _, err = w.s.Scores(as(t, a), all)
		require.ErrorIs(t, err, rbac.ErrForbidden)
	}
	_, err = w.s.Score(as(t, county), mine)
	require.ErrorIs(t, err, rbac.ErrForbidden)

	w.enqueue(t, performance.FillBatch{On: may8, Month: april3})
	w.work(t)
	for name, c := range map[string]struct {
		by   rbac.Actor
		want int
	}{"county": {county, 1}, "another county": {w.Regulator(t, "county", "330783"), 0}, "principal": {w.principal, 1}} {
		rows, _, period, err := w.s.Figures(as(t, c.by), performance.FigureFilter{Query: page.Query{Limit: 10}})
		require.NoError(t, err, name)
		require.Len(t, rows, c.want, name)
		require.Equal(t, "2026-04", period)
	}
	require.Equal(t, "0/6", testkit.One[string](t, w.W, "SELECT num || '/' || den FROM evidence_value WHERE metric = $1", performance.OnTime), "the director's week and month, the leader's, three welders'")
	behind, err := w.s.Behind(as(t, w.principal), performance.OnTime, "2026-04", 0, 50)
	require.NoError(t, err)
	require.Len(t, behind, 6)
	_, err = w.s.Behind(as(t, w.leader), performance.OnTime, "2026-04", 0, 50)
	require.ErrorIs(t, err, rbac.ErrNotFound)
	err = w.Gate.Write(as(t, w.safety), performance.ActionPlan, func(tx db.Tx, _ rbac.Scope) error {
		return tx.Exec("UPDATE evidence_value SET num = den").Error
	})
	require.Error(t, err, "figures are computed, never typed in")
}

func TestTheNightlyJob(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.on(april3)
	w.enqueue(t, performance.KeepBatch{On: april3})
	w.work(t)
	require.EqualValues(t, 6, testkit.One[int64](t, w.W, "SELECT count(*) FROM performance_task"))
	w.on(day.Of(2026, 5, 7))
	w.enqueue(t, performance.KeepBatch{On: day.Of(2026, 5, 7)})
	w.work(t)
	require.Equal(t, []string{"2026-04"}, testkit.All[string](t, w.W, "SELECT period FROM performance_round"))
	require.EqualValues(t, 6, testkit.One[int64](t, w.W, "SELECT count(*) FROM performance_task WHERE status = 'missed'"))
}

func TestRewards(t *testing.T) {
	t.Parallel()
	w := setup(t)
	_, mine := w.assessed(t)
	f := performance.RewardForm{StaffID: w.worker.StaffID, Kind: "reward", AmountFen: 50_000, Basis: "上报隐患", DecidedOn: may8, AssessmentID: mine}
	n, err := w.s.RecordReward(as(t, w.safety), f)
	require.NoError(t, err)
	f.StaffID = w.colleague.StaffID
	_, err = w.s.RecordReward(as(t, w.safety), f)
	require.ErrorIs(t, err, performance.ErrAssessmentOf)
	f.StaffID, f.AssessmentID = w.safety.StaffID, 0
	_, err = w.s.RecordReward(as(t, w.safety), f)
	require.ErrorIs(t, err, performance.ErrOwn)
	f.StaffID = 99
	_, err = w.s.RecordReward(as(t, w.safety), f)
	require.ErrorIs(t, err, performance.ErrStaff)
	_, err = w.s.RecordReward(as(t, w.leader), f)
	require.ErrorIs(t, err, rbac.ErrForbidden)
	for name, c := range map[string]struct {
		by   rbac.Actor
		want int
	}{"leader": {w.leader, 1}, "leader elsewhere": {w.Placed(t, w.Actor(t, w.firm, "leader"), w.other), 0}, "finance": {w.Actor(t, w.firm, "finance"), 1}} {
		rows, _, err := w.s.Rewards(as(t, c.by), performance.RewardFilter{Query: page.Query{Limit: 10}})
		require.NoError(t, err, name)
		require.Len(t, rows, c.want, name)
	}
	_, rewards, err := w.s.MyScores(as(t, w.worker))
	require.NoError(t, err)
	require.Len(t, rewards, 1)
	_, err = w.s.RevokeReward(as(t, w.principal), n, "重复")
	require.NoError(t, err)
	_, err = w.s.RevokeReward(as(t, w.principal), n, "重复")
	require.ErrorIs(t, err, performance.ErrRevoked)
}

// The walk over the wire: the leader assesses, the worker sees the working and appeals, the
// safety manager decides.
func TestOverTheWire(t *testing.T) {
	t.Parallel()
	w := setup(t)
	round, mine := w.assessed(t)
	api := webtest.New(t, func(a huma.API) { performance.Mount(a, w.s) })
	leader, worker, safety := api.As(w.leader), api.As(w.worker), api.As(w.safety)
	path := "/api/performance/assessments/" + mine.String()
	type object = map[string]any
	leader.Post(path+"/adjust", object{"deductions": []object{{"points": 125, "reason": "未佩戴面罩"}}, "falseRecords": []object{}, "strikes": []object{}}).OK(t, nil)
	leader.Post("/api/performance/confirmations", object{"ids": []string{mine.String()}}).OK(t, nil)
	leader.Post("/api/performance/publications", object{"ids": []string{mine.String()}}).OK(t, nil)
	leader.Post("/api/performance/publications", object{"ids": []string{mine.String()}}).Refused(t, 409, "performance.now-published")
	var seen struct {
		Assessment struct {
			Score int
			State string
		}
		Working struct {
			Cells []struct {
				CellID string
				Tasks  []struct{ ID, Status string }
			}
			Deductions []struct{ Reason string }
		}
		May []string
	}
	worker.Get(path).OK(t, &seen)
	require.Equal(t, []any{1750, "published", []string{"appeal"}, "未佩戴面罩"}, []any{seen.Assessment.Score, seen.Assessment.State, seen.May, seen.Working.Deductions[0].Reason})
	worker.Post(path+"/decide", object{"upheld": true, "reason": "我同意"}).Refused(t, 403, "rbac.forbidden")
	worker.Post(path+"/appeal", object{"reason": "面罩已报损"}).OK(t, nil)
	safety.Post(path+"/decide", object{"upheld": true, "reason": "属实", "adjustment": object{"deductions": []object{}, "falseRecords": []object{}, "strikes": []object{}}}).OK(t, nil)
	worker.Get(path).OK(t, &seen)
	require.Equal(t, []any{1875, "final"}, []any{seen.Assessment.Score, seen.Assessment.State})
	var overview struct {
		Units []struct{ UnitID, Kind, Grade string }
	}
	safety.Get("/api/performance/rounds/"+round.String()).OK(t, &overview)
	require.Len(t, overview.Units, 4)
	api.As(w.Actor(t, w.Company(t, town), "principal")).Get("/api/performance/rounds/"+round.String()).Refused(t, 404, "rbac.not-found")
	var list struct{ Items []struct{ StaffName string } }
	leader.Get("/api/performance/assessments?limit=1&roundId="+round.String()).OK(t, &list)
	require.Len(t, list.Items, 1)
	var figures struct {
		Items []struct {
			Metrics []struct {
				Metric   string
				Measured bool
			}
		}
	}
	w.enqueue(t, performance.FillBatch{On: may8, Month: april3})
	w.work(t)
	api.As(w.Regulator(t, "town", town)).Get("/api/performance/figures?period=2026-04").OK(t, &figures)
	require.Equal(t, []bool{true, true, false, false, false}, measured(figures.Items[0].Metrics))
}

func measured(list []struct {
	Metric   string
	Measured bool
},
) (out []bool) {
	for _, m := range list {
		out = append(out, m.Measured)
	}
	return out
}

func (w *world) enqueue(t *testing.T, task jobs.Task) {
	t.Helper()
	require.NoError(t, w.Gate.System(t.Context(), "test", func(tx db.Tx, _ rbac.Scope) error { return jobs.Enqueue(t.Context(), tx, task) }))
}

// work does what is in the outbox until nothing is left.
func (w *world) work(t *testing.T) {
	t.Helper()
	reg := jobs.NewRegistry()
	w.s.Jobs(reg)
	worker := &jobs.Worker{System: w.System(), Registry: reg, Now: w.Now}
	for {
		rows, err := w.Owner.Query(t.Context(), "SELECT task_id, kind, payload FROM job_outbox WHERE done_at IS NULL ORDER BY id LIMIT 100")
		require.NoError(t, err)
		todo, err := pgx.CollectRows(rows, pgx.RowToStructByPos[struct {
			TaskID, Kind string
			Payload      []byte
		}])
		require.NoError(t, err)
		for _, j := range todo {
			require.NoError(t, worker.Do(context.WithoutCancel(t.Context()), j.TaskID, j.Kind, j.Payload))
		}
		if len(todo) == 0 {
			return
		}
	}
}
