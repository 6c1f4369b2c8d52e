package livescore_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/hibiken/asynq"
	"github.com/stretchr/testify/require"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/evidence"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/scoring"
	"anbiao/modules/livescore"
	"anbiao/modules/rubric"
	"anbiao/rbac"
	"anbiao/testkit"
)

const town = "330784105"

// world is a program with a table of deeds that one metric counts, and answers by hand.
type world struct {
	*testkit.W
	s    *livescore.Service
	firm testkit.Firm
	kept map[rbac.CompanyID]livescore.Answers
}

func setup(t *testing.T) *world {
	t.Helper()
	w := &world{W: testkit.World(t), kept: map[rbac.CompanyID]livescore.Answers{}}
	w.Set(time.Date(2026, 4, 15, 2, 0, 0, 0, time.UTC))
	w.Exec(t, "CREATE TABLE deed (company_id bigint NOT NULL, id bigint GENERATED ALWAYS AS IDENTITY, due_on date NOT NULL, done boolean NOT NULL)")
	w.Exec(t, "GRANT SELECT ON deed TO anbiao_system, anbiao_company, anbiao_regulator")
	require.NoError(t, (&rubric.Service{Gate: w.Gate}).Load(t.Context()))
	counted := func(key string) evidence.Metric {
		return evidence.Counted{Key: key, Noun: "deed", Table: "deed x", On: "x.due_on", Where: "x.due_on BETWEEN @from AND @upto", Counts: "x.done"}.Metric()
	}
	w.s = &livescore.Service{
		Gate: w.Gate, Metrics: evidence.Set{counted("selfreport.in-time")}, Load: rubric.Load,
		Tables: func(ctx context.Context, tx db.Tx, on day.Date) (out []livescore.Listed, err error) {
			found, err := rubric.Available(ctx, tx, scoring.Grading, on)
			for _, l := range found {
				out = append(out, livescore.Listed{ID: l.ID, Code: l.Code, Region: l.Region})
			}
			return out, err
		},
		Kept: func(context.Context, db.Tx, []rbac.CompanyID) (map[rbac.CompanyID]livescore.Answers, error) {
			return w.kept, nil
		},
	}
	w.firm = w.Company(t, town)
	return w
}

func (w *world) deed(t *testing.T, firm testkit.Firm, on string, done bool) {
	t.Helper()
	w.Exec(t, "INSERT INTO deed (company_id, due_on, done) VALUES ($1, $2, $3)", firm.ID, on, done)
}

// event is what a module does in its own transaction.
func (w *world) event(t *testing.T, ids ...rbac.CompanyID) {
	t.Helper()
	require.NoError(t, w.System()(t.Context(), "test.event", func(ctx context.Context, tx db.Tx) error { return livescore.Enqueue(ctx, tx, ids...) }))
}

func (w *world) refresh(t *testing.T, ids ...rbac.CompanyID) {
	t.Helper()
	require.NoError(t, w.System()(t.Context(), "test.refresh", func(ctx context.Context, tx db.Tx) error { return w.s.Refresh(ctx, tx, ids) }))
}

func (w *world) row(t *testing.T, what string) string {
	t.Helper()
	return testkit.One[string](t, w.W, "SELECT ("+what+")::text FROM livescore_score WHERE company_id = $1", w.firm.ID)
}

func TestLiveScore(t *testing.T) {
	t.Parallel()
	w := setup(t)
	safety := rbac.WithActor(t.Context(), w.Actor(t, w.firm, "safety"))

	t.Run("nothing is known, nothing is written", func(t *testing.T) {
		w.refresh(t, w.firm.ID)
		require.Zero(t, testkit.One[int](t, w.W, "SELECT count(*)::int FROM livescore_score"))
		sheet, err := w.s.At(safety, 0)
		require.NoError(t, err)
		require.Equal(t, -1, sheet.Score)
		require.Equal(t, 67, sheet.Open)
	})

	t.Run("figures score, over what is known", func(t *testing.T) {
		w.deed(t, w.firm, "2026-01-20", true)
		w.deed(t, w.firm, "2026-04-10", false)
		w.deed(t, w.firm, "2026-06-10", false) // not due yet
		w.refresh(t, w.firm.ID)
		require.Equal(t, "7500/75/1/2", w.row(t, "score || '/' || exact || '/' || (measured > 0)::int || '/' || (SELECT den FROM evidence_value v WHERE v.company_id = livescore_score.company_id AND period = '2026')"))
		sheet, err := w.s.At(safety, 0)
		require.NoError(t, err)
		require.Equal(t, 66, sheet.Open)
		require.Equal(t, 7500, sheet.Score)
	})

	t.Run("answers by hand are kept under figures", func(t *testing.T) {
		table := testkit.One[int64](t, w.W, "SELECT id FROM rubric WHERE code = 'jiangsu-gongmao-xiaowei-600'")
		w.kept[w.firm.ID] = livescore.Answers{
			RubricID: id.Of[id.Rubric](table), EvaluationID: 7, On: map[string]day.Date{"1.1.1": day.Of(2026, 2, 1)},
			Answers: scoring.Answers{"1.1.1": {}, "1.1.2": {Hits: map[string]int{"a": 1}}, "4.1.2": {}, "5.1.1": {NA: true}},
		}
		w.refresh(t, w.firm.ID)
		require.Equal(t, "7500/7", w.row(t, "score || '/' || evaluation_id"))
		sheet, err := w.s.At(safety, 0)
		require.NoError(t, err)
		require.Equal(t, 7500, sheet.Score, "4 + 2 + 6 of 16") // 4 of 4, 2 of 4, 6 of 8
		require.Equal(t, 63, sheet.Open)
		require.Equal(t, []int{1250, 1250}, []int{sheetGain(t, w, safety, 0), sheetGain(t, w, safety, 1)})
	})

	t.Run("the same again writes nothing", func(t *testing.T) {
		at := w.row(t, "at")
		w.Set(w.Now().Add(time.Hour))
		w.refresh(t, w.firm.ID)
		require.Equal(t, at, w.row(t, "at"))
	})

	t.Run("what moved it is told", func(t *testing.T) {
		w.Exec(t, "UPDATE deed SET done = true WHERE due_on = '2026-04-10'")
		w.Set(w.Now().AddDate(0, 0, 1))
		w.refresh(t, w.firm.ID)
		rows, _, err := w.s.Changes(safety, 0, page.Query{Limit: 10})
		require.NoError(t, err)
		require.NotEmpty(t, rows)
		c := rows[0]
		require.Equal(t, "4.1.2 selfreport.in-time 600→800 1/2→2/2 7500→8750", c.Item+" "+c.Metric+" "+points(c.FromPoints)+"→"+points(c.ToPoints)+" "+points(int32(c.FromNum))+"/"+points(int32(c.FromDen))+"→"+points(int32(c.ToNum))+"/"+points(int32(c.ToDen))+" "+points(c.FromScore)+"→"+points(c.ToScore))
		days, err := w.s.History(safety, 0, 30)
		require.NoError(t, err)
		require.Len(t, days, 2)
	})

	t.Run("rows behind, by whom", func(t *testing.T) {
		slot := livescore.Slot{Metric: "selfreport.in-time", Period: livescore.ByYear}
		rows, err := w.s.Behind(safety, 0, slot, 0, 10)
		require.NoError(t, err)
		require.Len(t, rows, 2)
		inside := rbac.WithActor(t.Context(), w.Regulator(t, "county", "330784"))
		rows, err = w.s.Behind(inside, w.firm.ID, slot, rows[0].ID, 10)
		require.NoError(t, err)
		require.Len(t, rows, 1)
		_, err = w.s.At(inside, w.firm.ID)
		require.NoError(t, err)
		outside := rbac.WithActor(t.Context(), w.Regulator(t, "county", "330783"))
		_, err = w.s.Behind(outside, w.firm.ID, slot, 0, 10)
		require.ErrorIs(t, err, rbac.ErrNotFound)
		_, err = w.s.At(outside, w.firm.ID)
		require.ErrorIs(t, err, rbac.ErrNotFound)
		other := rbac.WithActor(t.Context(), w.Actor(t, w.Company(t, town), "safety"))
		_, err = w.s.At(other, w.firm.ID)
		require.ErrorIs(t, err, rbac.ErrNotFound)
		worker := rbac.WithActor(t.Context(), w.Actor(t, w.firm, "worker"))
		_, err = w.s.At(worker, 0)
		require.ErrorIs(t, err, rbac.ErrForbidden)
		_, err = w.s.Behind(safety, 0, livescore.Slot{Metric: "nobody.knows", Period: livescore.OfToday}, 0, 10)
		require.ErrorIs(t, err, rbac.ErrNotFound)
	})

	t.Run("rollback leaves no event", func(t *testing.T) {
		boom := errors.New("boom")
		err := w.System()(t.Context(), "test.event", func(ctx context.Context, tx db.Tx) error {
			return errors.Join(livescore.Enqueue(ctx, tx, w.firm.ID), boom)
		})
		require.ErrorIs(t, err, boom)
		require.Zero(t, testkit.One[int](t, w.W, "SELECT count(*)::int FROM livescore_wait"))
	})

	t.Run("a round scores everybody", func(t *testing.T) {
		second := w.Company(t, "330784106")
		w.deed(t, second, "2026-03-01", true)
		reg := jobs.NewRegistry()
		w.s.Jobs(reg)
		worker := &jobs.Worker{System: w.System(), Registry: reg, Now: w.Now}
		require.NoError(t, worker.Do(t.Context(), "round", "livescore.score-round", []byte(`{"day":"2026-04-16","measure":true}`)))
		for _, payload := range testkit.All[string](t, w.W, "SELECT payload::text FROM job_outbox WHERE kind = 'livescore.score-all'") {
			require.NoError(t, worker.Do(t.Context(), "all"+payload, "livescore.score-all", []byte(payload)))
		}
		require.Equal(t, "10000", testkit.One[string](t, w.W, "SELECT score::text FROM livescore_score WHERE company_id = $1", second.ID))
	})

	t.Run("an event moves the score through the job runner", func(t *testing.T) { w.eventMoves(t) })
}

func (w *world) eventMoves(t *testing.T) {
	network, addr, password, number := testkit.RedisOptions(t)
	broker := asynq.RedisClientOpt{Network: network, Addr: addr, Password: password, DB: number}
	reg := jobs.NewRegistry()
	w.s.Jobs(reg)
	relay := jobs.NewRelay(w.System(), broker, w.Now)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { relay.Run(ctx); close(done) }()
	worker := &jobs.Worker{System: w.System(), Registry: reg, Now: w.Now}
	server := worker.Server(broker, 2)
	require.NoError(t, server.Start(worker))
	t.Cleanup(func() { stop(); <-done; server.Shutdown(); require.NoError(t, relay.Close()) })

	w.deed(t, w.firm, "2026-04-16", false)
	began := time.Now()
	for range 5 {
		w.event(t, w.firm.ID)
	}
	require.Eventually(t, func() bool { return w.row(t, "score") == "7500" }, 30*time.Second, 20*time.Millisecond)
	t.Logf("from the event to the score: %s", time.Since(began))
	require.Eventually(t, func() bool {
		return testkit.One[int](t, w.W, "SELECT count(*)::int FROM job_outbox WHERE kind = 'livescore.score-companies' AND done_at IS NULL") == 0
	}, 30*time.Second, 20*time.Millisecond)
	require.Zero(t, testkit.One[int](t, w.W, "SELECT count(*)::int FROM livescore_wait"))
}

func points(n int32) string { return id.Of[id.Row](n).String() }

func sheetGain(t *testing.T, w *world, ctx context.Context, n int) int {
	t.Helper()
	sheet, err := w.s.At(ctx, 0)
	require.NoError(t, err)
	lifts := sheet.Lifts()
	require.Greater(t, len(lifts), n)
	return lifts[n].Gain
}
