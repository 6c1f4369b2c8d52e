package inspection_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/modules/inspection"
	"anbiao/rbac"
	"anbiao/testkit"
)

type work struct {
	Today, Overdue, Done, Coming []struct{ ID, State, PointName, DueOn, CheckID, PublicID string }
	Counts                       struct{ Today, Overdue, Done int }
}

func (w *world) work(t *testing.T, a rbac.Actor) (got work) {
	t.Helper()
	w.api.As(a).Get("/api/inspection/work").OK(t, &got)
	require.Equal(t, []int{len(got.Today), len(got.Overdue), len(got.Done)}, []int{got.Counts.Today, got.Counts.Overdue, got.Counts.Done})
	return got
}

func (w *world) task(t *testing.T, extra string) int64 {
	t.Helper()
	return w.api.As(w.safety).Post("/api/inspection/tasks",
		fmt.Sprintf(`{"pointId":"%d","assigneeId":"%d","dueOn":"2026-03-11"%s}`, w.point, int64(w.worker.StaffID), extra)).Made(t)
}

func TestTaskIsDoneByItsCheck(t *testing.T) {
	t.Parallel()
	w := setup(t)
	n := w.task(t, `,"items":["PRS-01"]`)
	got := w.work(t, w.worker)
	require.Len(t, got.Today, 1)
	require.Equal(t, "1号冲压机", got.Today[0].PointName)
	require.NotEmpty(t, got.Today[0].PublicID)
	require.Empty(t, w.work(t, w.other).Today)

	b := w.passed()
	b["taskId"], b["answers"] = fmt.Sprint(n), []answer{{"code": "PRS-02", "result": "pass"}}
	w.api.As(w.worker).Post("/api/inspection/checks", b).Refused(t, 422, "inspection.item-missing")
	require.Len(t, w.work(t, w.worker).Today, 1, "a refused check settles nothing")
	b["answers"] = []answer{{"code": "PRS-01", "result": "pass"}}
	check := w.api.As(w.worker).Post("/api/inspection/checks", b).Made(t)
	got = w.work(t, w.worker)
	require.Empty(t, got.Today)
	require.Equal(t, fmt.Sprint(check), got.Done[0].CheckID)
	require.Equal(t, "done", got.Done[0].State)

	again := w.passed()
	again["taskId"] = fmt.Sprint(n)
	w.api.As(w.worker).Post("/api/inspection/checks", again).Made(t)
	require.Equal(t, fmt.Sprint(check), w.work(t, w.worker).Done[0].CheckID, "it keeps its first check")
}

// TestWorkOfTheNextDays: a phone takes along what opens within a week.
func TestWorkOfTheNextDays(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.task(t, "")
	w.task(t, `,"opensOn":"2026-03-11"`)
	staff := int64(w.worker.StaffID)
	for _, opens := range []string{"2026-03-17", "2026-03-18"} {
		w.api.As(w.safety).Post("/api/inspection/tasks", fmt.Sprintf(`{"pointId":"%d","assigneeId":"%d","opensOn":"%[3]s","dueOn":"%[3]s"}`, w.point, staff, opens)).Made(t)
	}
	got := w.work(t, w.worker)
	require.Len(t, got.Today, 1)
	require.Len(t, got.Coming, 2, "the eighth day is too far")
	require.Equal(t, "2026-03-17", got.Coming[1].DueOn)
	require.Empty(t, w.work(t, w.other).Coming)
}

func TestScanSettlesOpenTasks(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.task(t, "")
	w.task(t, `,"items":["PRS-01"]`)
	w.task(t, `,"opensOn":"2026-03-11"`)
	w.api.As(w.other).Post("/api/inspection/checks", w.passed()).Made(t)
	require.Len(t, w.work(t, w.worker).Today, 2, "another's check settles nothing of mine")
	w.api.As(w.worker).Post("/api/inspection/checks", w.passed()).Made(t)
	got := w.work(t, w.worker)
	require.Len(t, got.Done, 2)
	require.Empty(t, got.Today, "the third opens tomorrow")
	require.Equal(t, int64(1), testkit.One[int64](t, w.W, "SELECT count(*) FROM inspection_task WHERE state = 'open'"))
}

func (w *world) enqueue(t *testing.T, task jobs.Task) {
	t.Helper()
	require.NoError(t, w.Gate.System(t.Context(), "test", func(tx db.Tx, _ rbac.Scope) error { return jobs.Enqueue(t.Context(), tx, task) }))
	w.run(t)
}

func TestMissed(t *testing.T) {
	t.Parallel()
	w := setup(t)
	late := w.task(t, "")
	intime := w.task(t, "")
	w.Set(noon.AddDate(0, 0, 2))
	require.Len(t, w.work(t, w.worker).Overdue, 2, "overdue before the job has run, too")
	w.enqueue(t, inspection.MarkMissed{Before: day.Of(2026, 3, 12)})
	got := w.work(t, w.worker)
	require.Len(t, got.Overdue, 2)
	require.Equal(t, "missed", got.Overdue[0].State)

	b := w.passed()
	b["taskId"], b["startedOn"], b["startedAt"], b["finishedAt"] = fmt.Sprint(late), "2026-03-12", "2026-03-12T08:00:00+08:00", "2026-03-12T08:10:00+08:00"
	w.api.As(w.worker).Post("/api/inspection/checks", b).Made(t)
	b = w.passed() // began in time, the phone was offline
	b["taskId"] = fmt.Sprint(intime)
	w.api.As(w.worker).Post("/api/inspection/checks", b).Made(t)
	state := func(n int64) string {
		return testkit.One[string](t, w.W, "SELECT state FROM inspection_task WHERE id = $1", n)
	}
	require.Equal(t, "missed", state(late), "a check made too late does not undo it")
	require.Equal(t, "done", state(intime))
	require.Empty(t, w.work(t, w.worker).Overdue)
}

func TestSchedules(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.task(t, "")
	worker := &jobs.Worker{System: w.System(), Registry: w.registry, Now: w.Now}
	require.NoError(t, worker.Tick(t.Context()))
	w.Set(noon.AddDate(0, 0, 3))
	require.NoError(t, worker.Tick(t.Context()))
	require.NoError(t, worker.Tick(t.Context()))
	require.Equal(t, int64(6), testkit.One[int64](t, w.W, "SELECT count(DISTINCT kind) FROM job_outbox WHERE kind LIKE 'inspection.%'"))
	w.run(t)
	require.Equal(t, "missed", testkit.One[string](t, w.W, "SELECT state FROM inspection_task"))
}

func TestTaskRefusals(t *testing.T) {
	t.Parallel()
	w := setup(t)
	staff, strange := int64(w.worker.StaffID), int64(w.stranger.StaffID)
	safety := w.api.As(w.safety)
	for name, c := range map[string]struct{ body, code string }{
		"no such point":   {fmt.Sprintf(`{"pointId":"99999","assigneeId":"%d","dueOn":"2026-03-11"}`, staff), "inspection.unknown-point"},
		"another's staff": {fmt.Sprintf(`{"pointId":"%d","assigneeId":"%d","dueOn":"2026-03-11"}`, w.point, strange), "inspection.unknown-assignee"},
		"past":            {fmt.Sprintf(`{"pointId":"%d","assigneeId":"%d","dueOn":"2026-03-09"}`, w.point, staff), "inspection.days"},
		"31 February":     {fmt.Sprintf(`{"pointId":"%d","assigneeId":"%d","dueOn":"2027-02-31"}`, w.point, staff), "http.unprocessable-entity"},
		"item elsewhere":  {fmt.Sprintf(`{"pointId":"%d","assigneeId":"%d","dueOn":"2026-03-11","items":["MGT-01"]}`, w.point, staff), "inspection.unknown-item"},
		"missing":         {`{}`, "http.unprocessable-entity"},
	} {
		a := safety.Post("/api/inspection/tasks", c.body)
		require.Equal(t, c.code, a.Problem(t).Code, "%s: %s", name, a.Body)
	}
	w.api.As(w.worker).Post("/api/inspection/tasks", `{}`).Problem(t)
	n := w.task(t, "")
	w.api.As(w.stranger).Post("/api/inspection/plans/1/end", nil).Refused(t, 404, "rbac.not-found")
	var list page
	of := fmt.Sprintf("?companyId=%d", int64(w.firm.ID))
	for _, who := range []rbac.Actor{w.stranger, w.elsewhere} {
		w.api.As(who).Get("/api/inspection/tasks"+of).OK(t, &list)
		require.Empty(t, list.Items)
	}
	w.api.As(w.county).Get("/api/inspection/tasks"+of+"&state=open").OK(t, &list)
	require.Equal(t, fmt.Sprint(n), list.Items[0].ID)
	w.api.As(w.county).Get("/api/inspection/tasks"+of+"&state=done").OK(t, &list)
	require.Empty(t, list.Items)
}
