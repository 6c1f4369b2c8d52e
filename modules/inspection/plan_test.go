package inspection_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/modules/inspection"
	"anbiao/testkit"
)

// planned makes a plan at the world's point; body is the rest of its form.
func (w *world) planned(t *testing.T, body string) int64 {
	t.Helper()
	if !strings.Contains(body, "postId") {
		body += fmt.Sprintf(`,"assigneeId":"%d"`, int64(w.worker.StaffID))
	}
	return w.api.As(w.safety).Post("/api/inspection/plans", fmt.Sprintf(`{"pointId":"%d",%s}`, w.point, body)).Made(t)
}

// days lists the tasks of a plan, "opens/due state assignee".
func (w *world) days(t *testing.T, plan int64, more string) []string {
	t.Helper()
	return testkit.All[string](t, w.W, `SELECT to_char(opens_on, 'MM-DD') || '/' || to_char(due_on, 'MM-DD') || CASE state WHEN 'open' THEN '' ELSE ' ' || state END
		FROM inspection_task WHERE plan_id = $1 `+more+` ORDER BY opens_on, due_on, id`, plan)
}

func TestPlansOfEveryFrequency(t *testing.T) {
	t.Parallel()
	w := setup(t) // Tuesday, 10 March 2026
	n := func(body string) (int64, int64) {
		plan := w.planned(t, body)
		return plan, testkit.One[int64](t, w.W, "SELECT count(*) FROM inspection_task WHERE plan_id = $1", plan)
	}
	_, all := n(`"frequency":"daily"`)
	require.Equal(t, int64(373), all, "today and 372 days")
	weekly, _ := n(`"frequency":"weekly"`)
	require.Equal(t, []string{"03-10/03-15", "03-16/03-22"}, w.days(t, weekly, "")[:2], "the first week is what is left of it")
	monthly, _ := n(`"frequency":"monthly","days":"working","endsOn":"2026-06-20"`)
	require.Equal(t, []string{"03-10/03-31", "04-01/04-30", "05-06/05-29", "06-01/06-20"}, w.days(t, monthly, ""), "first and last working day of the month")
	quarterly, _ := n(`"frequency":"quarterly","openDays":10`)
	require.Equal(t, []string{"03-22/03-31", "06-21/06-30"}, w.days(t, quarterly, "")[:2])
	half, _ := n(`"frequency":"half_yearly"`)
	require.Equal(t, []string{"03-10/06-30", "07-01/12-31", "01-01/06-30"}, w.days(t, half, ""))
	yearly, _ := n(`"frequency":"yearly"`)
	require.Equal(t, []string{"03-10/12-31", "01-01/12-31"}, w.days(t, yearly, ""))
	fridays, _ := n(`"frequency":"weekly","days":"weekdays","weekdays":[5]`)
	require.Equal(t, []string{"03-13/03-13", "03-20/03-20"}, w.days(t, fridays, "")[:2])
	working, _ := n(`"frequency":"daily","days":"working"`)
	require.Equal(t, []string{"09-30/09-30", "10-08/10-08", "10-09/10-09", "10-10/10-10", "10-12/10-12"}, w.days(t, working, "AND due_on BETWEEN '2026-09-30' AND '2026-10-12'"))
	_, none := n(`"frequency":"event","event":"resume"`)
	require.Zero(t, none)
	later, _ := n(`"frequency":"daily","startsOn":"2026-03-12","endsOn":"2026-03-13"`)
	require.Equal(t, []string{"03-12/03-12", "03-13/03-13"}, w.days(t, later, ""))

	got := w.work(t, w.worker)
	require.Len(t, got.Today, 6, "what is open today")
	w.api.As(w.safety).Post(fmt.Sprintf("/api/inspection/plans/%d/end", weekly), nil).Made(t)
	require.Equal(t, []string{"03-10/03-10", "03-16/03-22 cancelled"}, w.days(t, weekly, "")[:2], "never deleted")
	w.api.As(w.safety).Post(fmt.Sprintf("/api/inspection/plans/%d/end", weekly), nil).Refused(t, 409, "inspection.plan-ended")
}

// TestPlanningChangesOnlyWhatChanged shows that planning again rewrites no row that is as it should
// be, by the transaction that wrote it last.
func TestPlanningChangesOnlyWhatChanged(t *testing.T) {
	t.Parallel()
	w := setup(t)
	daily := w.planned(t, `"frequency":"daily"`)
	other := w.planned(t, `"frequency":"daily","days":"working"`)
	written := func() []string {
		return testkit.All[string](t, w.W, "SELECT id || ' ' || xmin FROM inspection_task ORDER BY id")
	}
	before := written()
	replan := func(from day.Date) {
		w.enqueue(t, inspection.Replan{CompanyID: w.firm.ID, From: from})
	}
	replan(day.Of(2026, 3, 1))
	require.Equal(t, before, written())

	b := w.passed()
	b["taskId"] = testkit.One[string](t, w.W, "SELECT id::text FROM inspection_task WHERE plan_id = $1 AND due_on = '2026-03-10'", daily)
	w.api.As(w.worker).Post("/api/inspection/checks", b).Made(t)
	done := written()
	w.api.As(w.safety).Put(fmt.Sprintf("/api/inspection/plans/%d", daily), fmt.Sprintf(`{"pointId":"%d","assigneeId":"%d","frequency":"daily","days":"weekdays","weekdays":[1,2,3,4,5,6,7],"endsOn":"2026-03-14"}`,
		w.point, int64(w.worker.StaffID))).OK(t, nil)
	require.Equal(t, []string{"03-10/03-10 done", "03-11/03-11", "03-14/03-14", "03-15/03-15 cancelled"}, append(w.days(t, daily, "")[:2], w.days(t, daily, "")[4:6]...))
	after := written()
	same := 0
	for i := range done {
		if done[i] == after[i] {
			same++
		}
	}
	require.Equal(t, len(done)-(373-5), same, "what is done, the days until the end and the other plan were not written")

	w.Exec(t, "UPDATE inspection_plan SET assignee_id = $1 WHERE id = $2", int64(w.other.StaffID), other)
	replan(day.Of(2026, 3, 10))
	require.Equal(t, int64(1), testkit.One[int64](t, w.W, "SELECT count(DISTINCT assignee_id) FROM inspection_task WHERE plan_id = $1 AND state = 'open'", other))
	require.Equal(t, w.other.Name, testkit.One[string](t, w.W, "SELECT max(assignee_name) FROM inspection_task WHERE plan_id = $1", other))
}

// TestPostsHolderOfTheDay plans for a post: the first holder of the day is shown, any holder may do it.
func TestPostsHolderOfTheDay(t *testing.T) {
	t.Parallel()
	w := setup(t)
	unit := w.Unit(t, w.firm, 0, "workshop", "冲压车间")
	post := w.post(t, int64(unit), "冲压工")
	w.api.As(w.safety).Post("/api/inspection/plans", fmt.Sprintf(`{"pointId":"%d","postId":"%d","frequency":"daily"}`, w.point, post)).Refused(t, 422, "inspection.vacant-post")
	w.hold(t, post, int64(w.worker.StaffID), "2026-01-01", "2026-03-12")
	w.hold(t, post, int64(w.other.StaffID), "2026-03-11", "")
	plan := w.planned(t, fmt.Sprintf(`"frequency":"daily","postId":"%d"`, post))
	whose := func(d string) string {
		return testkit.One[string](t, w.W, "SELECT assignee_name FROM inspection_task WHERE plan_id = $1 AND due_on = $2::text::date", plan, d)
	}
	require.Equal(t, []string{w.worker.Name, w.worker.Name, w.other.Name}, []string{whose("2026-03-10"), whose("2026-03-12"), whose("2026-03-13")})
	require.Equal(t, int64(unit), testkit.One[int64](t, w.W, "SELECT DISTINCT unit_id FROM inspection_task WHERE plan_id = $1", plan))

	w.Set(noon.AddDate(0, 0, 1))
	require.Len(t, w.work(t, w.other).Today, 1, "he holds the post beside the first")
	b := w.passed()
	b["startedOn"], b["startedAt"], b["finishedAt"] = "2026-03-11", "2026-03-11T12:00:00+08:00", "2026-03-11T12:10:00+08:00"
	w.api.As(w.other).Post("/api/inspection/checks", b).Made(t)
	require.Equal(t, w.other.Name, whose("2026-03-11"), "it is his who did it")
	require.Empty(t, w.work(t, w.other).Today)
	w.Exec(t, "UPDATE staff_person SET left_on = '2026-03-12' WHERE id = $1", int64(w.other.StaffID))
	w.enqueue(t, inspection.Replan{CompanyID: w.firm.ID, From: day.Of(2026, 3, 11)})
	require.Equal(t, w.worker.Name, whose("2026-03-13"), "the plan names him who stands in")
}

func TestShifts(t *testing.T) {
	t.Parallel()
	w := setup(t)
	safety := w.api.As(w.safety)
	safety.Post("/api/inspection/shifts", `{"name":"白班","begins":480,"ends":1200}`).Made(t)
	night := safety.Post("/api/inspection/shifts", `{"name":"夜班","begins":1200,"ends":480}`).Made(t)
	safety.Post("/api/inspection/shifts", `{"name":"夜班","begins":0,"ends":480}`).Refused(t, 409, "inspection.shift-exists")
	plan := w.planned(t, `"frequency":"per_shift"`)
	require.Equal(t, []string{"03-10/03-10", "03-10/03-11", "03-11/03-11"}, w.days(t, plan, "")[:3], "the night shift ends on the next day")
	got := w.work(t, w.worker)
	require.Len(t, got.Today, 1, "it is noon: the night shift has not begun")
	w.Set(noon.AddDate(0, 0, 0).Add(10 * 3600e9)) // 22:00
	got = w.work(t, w.worker)
	require.Len(t, got.Today, 1)
	require.Len(t, got.Overdue, 1, "the day shift is over")
	safety.Put(fmt.Sprintf("/api/inspection/shifts/%d", night), `{"name":"晚班","begins":1200,"ends":0}`).OK(t, nil)
	require.Equal(t, []string{"03-10/03-10", "03-10/03-10"}, w.days(t, plan, "")[:2])
	safety.Post(fmt.Sprintf("/api/inspection/shifts/%d/retire", night), nil).Made(t)
	require.Equal(t, int64(373), testkit.One[int64](t, w.W, "SELECT count(*) FROM inspection_task WHERE plan_id = $1 AND state = 'cancelled'", plan))
	safety.Post(fmt.Sprintf("/api/inspection/shifts/%d/retire", night), nil).Refused(t, 404, "rbac.not-found")
}

func TestShutdown(t *testing.T) {
	t.Parallel()
	w := setup(t)
	safety := w.api.As(w.safety)
	plan := w.planned(t, `"frequency":"daily"`)
	weekly := w.planned(t, `"frequency":"weekly"`)
	stop := safety.Post("/api/inspection/shutdowns", `{"fromOn":"2026-03-15","untilOn":"2026-03-24","reason":"春节停产"}`).Made(t)
	excused := func() int {
		return len(w.days(t, plan, "AND state = 'excused' AND reason = '春节停产' AND stopped"))
	}
	require.Equal(t, 10, excused())
	require.Equal(t, []string{"03-10/03-15", "03-16/03-22 excused", "03-23/03-29"}, w.days(t, weekly, "")[:3], "only a whole week is excused")
	inside := w.planned(t, `"frequency":"daily","startsOn":"2026-03-14","endsOn":"2026-03-26"`)
	require.Equal(t, []string{"03-14/03-14", "03-25/03-25", "03-26/03-26"}, w.days(t, inside, ""), "none are made")
	safety.Put(fmt.Sprintf("/api/inspection/shutdowns/%d", stop), `{"fromOn":"2026-03-15","untilOn":"2026-03-16","reason":"春节停产"}`).OK(t, nil)
	require.Equal(t, 2, excused())
	require.Equal(t, "03-16/03-22", w.days(t, weekly, "")[1], "it came back")
	require.Len(t, w.days(t, inside, ""), 11)
	safety.Post(fmt.Sprintf("/api/inspection/shutdowns/%d/cancel", stop), nil).Made(t)
	require.Zero(t, excused())
	require.Equal(t, int64(0), testkit.One[int64](t, w.W, "SELECT count(*) FROM inspection_task WHERE state <> 'open'"))

	// One entered afterwards excuses what was missed meanwhile, and gives it back.
	w.Set(noon.AddDate(0, 0, 5))
	w.enqueue(t, inspection.MarkMissed{Before: day.Of(2026, 3, 15)})
	stop = safety.Post("/api/inspection/shutdowns", `{"fromOn":"2026-03-11","untilOn":"2026-03-20","reason":"停电"}`).Made(t)
	require.Equal(t, []string{"03-10/03-10 missed", "03-11/03-11 excused"}, w.days(t, plan, "")[:2])
	safety.Post(fmt.Sprintf("/api/inspection/shutdowns/%d/cancel", stop), nil).Made(t)
	require.Equal(t, []string{"03-10/03-10 missed", "03-11/03-11 missed"}, w.days(t, plan, "")[:2])

	unit := w.Unit(t, w.firm, 0, "workshop", "冲压车间")
	safety.Post("/api/inspection/shutdowns", fmt.Sprintf(`{"fromOn":"2026-04-01","untilOn":"2026-04-02","reason":"检修","unitId":"%d"}`, int64(unit))).Made(t)
	require.Zero(t, len(w.days(t, plan, "AND state = 'excused'")), "another workshop's")
	for body, code := range map[string]string{
		`{"fromOn":"2026-04-03","untilOn":"2026-04-02","reason":"检修"}`:             "inspection.days",
		`{"fromOn":"2025-12-01","untilOn":"2026-04-02","reason":"检修"}`:             "inspection.days",
		`{"fromOn":"2026-04-01","untilOn":"2026-04-02","reason":"  "}`:             "inspection.blank",
		`{"fromOn":"2026-04-01","untilOn":"2026-04-02","reason":"x","unitId":"9"}`: "inspection.unknown-unit",
	} {
		safety.Post("/api/inspection/shutdowns", body).Refused(t, 422, code)
	}
	w.api.As(w.stranger).Post(fmt.Sprintf("/api/inspection/shutdowns/%d/cancel", stop), nil).Refused(t, 404, "rbac.not-found")
	w.api.As(w.worker).Post("/api/inspection/shutdowns", `{"fromOn":"2026-04-01","untilOn":"2026-04-02","reason":"x"}`).Refused(t, 403, "rbac.forbidden")
}

// TestKilledPlannerResumes kills the planner between two batches and delivers a batch twice.
func TestKilledPlannerResumes(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.Exec(t, `INSERT INTO inspection_plan (company_id, region_path, oversight_line, point_id, items, assignee_id, assignee_name, frequency, starts_on, created_at)
		SELECT $1::bigint, c.region_path, c.oversight_line, $2::bigint, '{}', $3::bigint, '某人', 'quarterly', '2026-01-01', now() FROM company c, generate_series(1, 600) WHERE c.company_id = $1::bigint`,
		int64(w.firm.ID), w.point, int64(w.worker.StaffID))
	count := func() int64 { return testkit.One[int64](t, w.W, "SELECT count(*) FROM inspection_task") }
	worker := &jobs.Worker{System: w.System(), Registry: w.registry, Now: w.Now}
	do := func(key, payload string) error {
		return worker.Do(t.Context(), key, "inspection.make-tasks", []byte(payload))
	}
	const first = `{"on":"2026-03-10","companyId":"","planId":""}`
	require.NoError(t, do("inspection.make-tasks:1", first))
	require.Equal(t, int64(250*5), count())
	next := testkit.One[string](t, w.W, "SELECT payload::text FROM job_outbox WHERE kind = 'inspection.make-tasks'")
	key := testkit.One[string](t, w.W, "SELECT task_id FROM job_outbox WHERE kind = 'inspection.make-tasks'")
	w.Exec(t, "ALTER TABLE job_outbox ADD CONSTRAINT boom CHECK (payload->>'planId' < '0') NOT VALID") // it dies when it hands on
	require.Error(t, do(key, next))
	require.Equal(t, int64(250*5), count(), "the batch fell with it")
	w.Exec(t, "ALTER TABLE job_outbox DROP CONSTRAINT boom")
	w.run(t)
	require.Equal(t, int64(600*5), count())
	require.NoError(t, do("inspection.make-tasks:again", first), "delivered once more")
	w.run(t)
	require.Equal(t, int64(600*5), count())
	require.Equal(t, int64(0), testkit.One[int64](t, w.W, "SELECT count(*) FROM inspection_plan WHERE planned_until IS DISTINCT FROM '2027-03-17'"))
	w.enqueue(t, inspection.KeepPartitions{})
}

// post adds a post, hold puts somebody on it.
func (w *world) post(t *testing.T, unit int64, name string) int64 {
	t.Helper()
	return testkit.One[int64](t, w.W, `INSERT INTO staff_post (company_id, region_path, oversight_line, unit_id, name, types)
		SELECT company_id, region_path, oversight_line, $2, $3, '{press_operator}' FROM company WHERE company_id = $1 RETURNING id`, int64(w.firm.ID), unit, name)
}

func (w *world) hold(t *testing.T, post, staff int64, from, until string) {
	t.Helper()
	w.Exec(t, `INSERT INTO staff_assignment (company_id, region_path, oversight_line, staff_id, post_id, main, from_on, until_on)
		SELECT company_id, region_path, oversight_line, $2::bigint, $3::bigint, false, $4::text::date, nullif($5::text, '')::date FROM company WHERE company_id = $1::bigint`, int64(w.firm.ID), staff, post, from, until)
}
