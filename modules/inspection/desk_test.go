package inspection_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/modules/inspection"
	"anbiao/rbac"
	"anbiao/testkit"
)

func TestMissedHasAReason(t *testing.T) {
	t.Parallel()
	w := setup(t)
	n := w.task(t, "")
	path := fmt.Sprintf("/api/inspection/tasks/%d/reason", n)
	w.api.As(w.worker).Post(path, `{"reason":"停电"}`).Refused(t, 409, "inspection.not-missed")
	w.Set(noon.AddDate(0, 0, 2))
	w.enqueue(t, inspection.MarkMissed{Before: day.Of(2026, 3, 12)})
	w.api.As(w.other).Post(path, `{"reason":"停电"}`).Refused(t, 404, "rbac.not-found")
	w.api.As(w.worker).Post(path, `{"reason":"  "}`).Refused(t, 422, "inspection.blank")
	w.api.As(w.worker).Post(path, `{"reason":"停电"}`).OK(t, nil)
	var list struct {
		Items []struct{ State, Reason, ReasonBy string }
	}
	w.api.As(w.safety).Get("/api/inspection/tasks?state=missed").OK(t, &list)
	require.Equal(t, "停电", list.Items[0].Reason)
	require.Equal(t, w.worker.Name, list.Items[0].ReasonBy)
}

func TestBulkReportsWhatFailed(t *testing.T) {
	t.Parallel()
	w := setup(t)
	a, b := w.task(t, ""), w.task(t, "")
	var got inspection.BulkResult
	body := func(deed, more string, ids ...int64) string {
		list := ""
		for i, n := range ids {
			if i > 0 {
				list += ","
			}
			list += fmt.Sprintf(`"%d"`, n)
		}
		return fmt.Sprintf(`{"deed":"%s","ids":[%s]%s}`, deed, list, more)
	}
	safety := w.api.As(w.safety)
	safety.Post("/api/inspection/tasks/bulk", body("excuse", "", a)).Refused(t, 422, "inspection.blank")
	safety.Post("/api/inspection/tasks/bulk", body("excuse", `,"reason":"设备送修"`, a, 99999)).OK(t, &got)
	require.Equal(t, 1, got.Done)
	require.Equal(t, "rbac.not-found", got.Failed[0].Code)
	safety.Post("/api/inspection/tasks/bulk", body("reassign", fmt.Sprintf(`,"assigneeId":"%d"`, int64(w.other.StaffID)), a, b)).OK(t, &got)
	require.Equal(t, 1, got.Done)
	require.Equal(t, "inspection.task-not-open", got.Failed[0].Code, "it is excused")
	require.Len(t, w.work(t, w.other).Today, 1)
	safety.Post("/api/inspection/tasks/bulk", body("reopen", "", a)).OK(t, &got)
	require.Len(t, w.work(t, w.worker).Today, 1)
	w.api.As(w.stranger).Post("/api/inspection/tasks/bulk", body("excuse", `,"reason":"x"`, a)).OK(t, &got)
	require.Zero(t, got.Done)
	w.api.As(w.worker).Post("/api/inspection/tasks/bulk", body("excuse", `,"reason":"x"`, a)).Refused(t, 403, "rbac.forbidden")

	unit := w.Unit(t, w.firm, 0, "workshop", "冲压车间")
	one, two := w.Placed(t, w.worker, unit), w.Placed(t, w.other, unit)
	w.Exec(t, "UPDATE inspection_task SET unit_id = $1", int64(unit))
	w.api.As(two).Post(fmt.Sprintf("/api/inspection/tasks/%d/take", a), `{"message":"我来"}`).OK(t, nil)
	require.Empty(t, w.work(t, one).Today)
	w.api.As(two).Post(fmt.Sprintf("/api/inspection/tasks/%d/take", a), `{}`).Refused(t, 409, "inspection.own-task")
}

func TestCalendarAndCompliance(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.planned(t, `"frequency":"daily","endsOn":"2026-03-12"`)
	w.api.As(w.worker).Post("/api/inspection/checks", w.passed()).Made(t)
	w.Set(noon.AddDate(0, 0, 2))
	w.enqueue(t, inspection.MarkMissed{Before: day.Of(2026, 3, 12)})
	var days []inspection.DayTally
	const span = "?from=2026-03-01&to=2026-03-31"
	w.api.As(w.safety).Get("/api/inspection/calendar"+span).OK(t, &days)
	require.Len(t, days, 3)
	require.Equal(t, inspection.Tally{Done: 1}, days[0].Tally)
	require.Equal(t, inspection.Tally{Missed: 1}, days[1].Tally)
	require.Equal(t, inspection.Tally{Open: 1}, days[2].Tally)
	w.api.As(w.safety).Get("/api/inspection/calendar?from=2026-03-01&to=2026-02-01").Refused(t, 422, "inspection.days")
	var list []inspection.Standing
	w.api.As(w.safety).Get("/api/inspection/compliance"+span+"&by=person").OK(t, &list)
	require.Equal(t, w.worker.Name, list[0].Name)
	require.Equal(t, inspection.Tally{Open: 1, Done: 1, Missed: 1}, list[0].Tally)
	of := fmt.Sprintf("&companyId=%d", int64(w.firm.ID))
	w.api.As(w.county).Get("/api/inspection/compliance"+span+of+"&by=workshop").OK(t, &list)
	require.Len(t, list, 1)
	w.api.As(w.county).Get("/api/inspection/compliance"+span+of+"&by=person").Refused(t, 422, "inspection.only-companies")
	w.api.As(w.elsewhere).Get("/api/inspection/calendar"+span+of).OK(t, &days)
	require.Empty(t, days)
	leader := w.Placed(t, w.Actor(t, w.firm, "leader"), w.Unit(t, w.firm, 0, "team", "别的班"))
	w.api.As(leader).Get("/api/inspection/calendar"+span).OK(t, &days)
	require.Empty(t, days, "another team's")
}

func TestItemStatistics(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.api.As(w.worker).Post("/api/inspection/checks", w.passed()).Made(t)
	b := w.check(w.photo(t, w.worker, 90))
	w.api.As(w.worker).Post("/api/inspection/checks", b).Made(t)
	w.enqueue(t, inspection.CountAnswers{})
	w.enqueue(t, inspection.CountAnswers{Turn: 7})
	var list []inspection.ItemSum
	w.api.As(w.safety).Get("/api/inspection/item-statistics?from=2026-03-01&to=2026-03-31").OK(t, &list)
	require.Equal(t, inspection.ItemSum{Code: "PRS-02", Asked: 2, Failed: 1, OutOfRange: 1}, list[0])
	require.Len(t, list, 3)
	var checks page
	w.api.As(w.safety).Get("/api/inspection/checks?itemCode=PRS-02").OK(t, &checks)
	require.Len(t, checks.Items, 1)
	recount := func() (n int) {
		require.NoError(t, w.Gate.System(t.Context(), "test", func(tx db.Tx, _ rbac.Scope) (err error) {
			n, err = inspection.RecountItems(t.Context(), tx, []rbac.CompanyID{w.firm.ID}, day.Of(2026, 3, 1))
			return err
		}))
		return n
	}
	require.Zero(t, recount(), "the projection is what the checks say")
	w.Exec(t, "UPDATE inspection_item_stat SET asked = 9 WHERE code = 'PRS-01'")
	w.Exec(t, "UPDATE inspection_item_stat SET code = 'PRS-99' WHERE code = 'PRS-02'") // one missing, one too many
	require.Equal(t, 3, recount())
	require.Equal(t, int64(2), testkit.One[int64](t, w.W, "SELECT asked FROM inspection_item_stat WHERE code = 'PRS-01'"))
	require.Equal(t, int64(1), testkit.One[int64](t, w.W, "SELECT failed FROM inspection_item_stat WHERE code = 'PRS-02'"))
	require.Equal(t, int64(0), testkit.One[int64](t, w.W, "SELECT asked FROM inspection_item_stat WHERE code = 'PRS-99'"))

	w.Exec(t, "UPDATE inspection_item_stat SET asked = 9 WHERE code = 'PRS-01'")
	w.enqueue(t, inspection.RecountAnswers{Month: day.Of(2026, 3, 1)})
	require.Equal(t, int64(2), testkit.One[int64](t, w.W, "SELECT asked FROM inspection_item_stat WHERE code = 'PRS-01'"), "the weekly job does the same")
}

func TestSpecialChecks(t *testing.T) {
	t.Parallel()
	w := setup(t)
	safety := w.api.As(w.safety)
	target := fmt.Sprintf(`"targets":[{"pointId":"%d","assigneeId":"%d"}]`, w.point, int64(w.worker.StaffID))
	safety.Post("/api/inspection/specials", `{"template":"summer","dueOn":"2026-03-20",`+target+`}`).Refused(t, 422, "inspection.no-target")
	safety.Post("/api/inspection/specials", `{"template":"nothing","dueOn":"2026-03-20",`+target+`}`).Refused(t, 422, "inspection.unknown-template")
	safety.Post("/api/inspection/specials", `{"template":"accident","dueOn":"2026-03-09",`+target+`}`).Refused(t, 422, "inspection.days")
	n := safety.Post("/api/inspection/specials", `{"template":"accident","title":"冲压事故类比","dueOn":"2026-03-20",`+target+`}`).Made(t)
	require.Equal(t, "special 冲压事故类比 {PRS-01,PRS-02}", testkit.One[string](t, w.W, "SELECT kind || ' ' || title || ' ' || items::text FROM inspection_task WHERE special_id = $1", n))

	w.Exec(t, "INSERT INTO inspection_plan (company_id, region_path, oversight_line, point_id, items, assignee_id, assignee_name, frequency, starts_on, created_at) SELECT company_id, region_path, oversight_line, point_id, '{}', assignee_id, assignee_name, 'event', '2026-01-01', now() FROM inspection_task LIMIT 1")
	w.Set(noon.AddDate(0, 1, 16)) // 26 April
	w.enqueue(t, inspection.Propose{On: day.Of(2026, 4, 26)})
	w.enqueue(t, inspection.Propose{On: day.Of(2026, 4, 27)})
	var list struct {
		Items []struct{ ID, Title, State, DueOn, Issuer string }
	}
	safety.Get("/api/inspection/specials?state=proposed").OK(t, &list)
	require.Len(t, list.Items, 1, "once a holiday")
	require.Equal(t, "劳动节前安全检查", list.Items[0].Title)
	require.Equal(t, "2026-04-30", list.Items[0].DueOn)
	safety.Post("/api/inspection/specials/"+list.Items[0].ID+"/dismiss", `{"reason":"放假不停产"}`).OK(t, nil)
	safety.Post("/api/inspection/specials/"+list.Items[0].ID+"/dismiss", `{"reason":"再来"}`).Refused(t, 409, "inspection.not-proposed")
}

func TestCampaign(t *testing.T) {
	t.Parallel()
	w := setup(t)
	county := w.api.As(w.county)
	county.Post("/api/inspection/campaigns", `{"template":"accident","title":"冲压专项整治","tags":["press"],"dueOn":"2026-04-30"}`).Made(t)
	w.api.As(w.safety).Post("/api/inspection/campaigns", `{"template":"accident","title":"冲压专项整治","dueOn":"2026-04-30"}`).Refused(t, 403, "rbac.forbidden")
	w.run(t)
	var mine struct {
		Items []struct {
			ID, Title, State, Issuer string
			Ordered                  bool
		}
	}
	w.api.As(w.safety).Get("/api/inspection/specials").OK(t, &mine)
	require.Len(t, mine.Items, 1)
	require.True(t, mine.Items[0].Ordered)
	w.api.As(w.stranger).Get("/api/inspection/specials").OK(t, &mine)
	require.Empty(t, mine.Items, "no press, no check")
	w.api.As(w.safety).Get("/api/inspection/specials").OK(t, &mine)
	n := mine.Items[0].ID
	w.api.As(w.safety).Post("/api/inspection/specials/"+n+"/dismiss", `{"reason":"忙"}`).Refused(t, 409, "inspection.ordered")
	target := fmt.Sprintf(`"targets":[{"pointId":"%d","assigneeId":"%d"}]`, w.point, int64(w.worker.StaffID))
	w.api.As(w.safety).Post("/api/inspection/specials/"+n+"/issue", `{"dueOn":"2026-05-30",`+target+`}`).Refused(t, 422, "inspection.days")
	w.api.As(w.stranger).Post("/api/inspection/specials/"+n+"/issue", `{`+target+`}`).Refused(t, 404, "rbac.not-found")
	w.api.As(w.safety).Post("/api/inspection/specials/"+n+"/issue", `{`+target+`}`).OK(t, nil)

	var all []struct {
		ID                      string
		Companies, Issued, Done int
		Complete                bool
	}
	county.Get("/api/inspection/campaigns").OK(t, &all)
	require.Equal(t, []int{1, 1, 0}, []int{all[0].Companies, all[0].Issued, all[0].Done})
	require.True(t, all[0].Complete)
	w.api.As(w.worker).Post("/api/inspection/checks", w.passed()).Made(t)
	var towns []inspection.TownProgress
	county.Get("/api/inspection/campaigns/"+all[0].ID+"/progress").OK(t, &towns)
	require.Equal(t, 1, towns[0].Done)
	w.api.As(w.elsewhere).Get("/api/inspection/campaigns/"+all[0].ID+"/progress").Refused(t, 404, "rbac.not-found")
}

func TestEvent(t *testing.T) {
	t.Parallel()
	w := setup(t)
	safety := w.api.As(w.safety)
	safety.Post("/api/inspection/events", `{"kind":"resume"}`).Refused(t, 422, "inspection.no-plan-for-event")
	w.planned(t, `"frequency":"event","event":"resume"`)
	w.planned(t, `"frequency":"event","event":"equipment.new"`)
	safety.Post("/api/inspection/events", `{"kind":"resume","note":"节后复工"}`).Made(t)
	safety.Post("/api/inspection/events", `{"kind":"resume"}`).Made(t)
	require.Len(t, w.work(t, w.worker).Today, 2, "one an event")
	safety.Post("/api/inspection/events", `{"kind":"resume","dueOn":"2026-03-01"}`).Refused(t, 422, "inspection.days")
}
