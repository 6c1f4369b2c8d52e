package inspection_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/modules/checklist"
	"anbiao/modules/inspection"
	"anbiao/rbac"
	"anbiao/testkit"
)

// occurred reports an occurrence as the safety manager's transaction.
func (w *world) occurred(t *testing.T, o inspection.Occurrence) (n id.Of[inspection.Event]) {
	t.Helper()
	err := w.Gate.Write(rbac.WithActor(t.Context(), w.worker), inspection.ActionSubmit, func(tx db.Tx, scope rbac.Scope) (err error) {
		n, err = w.s.Occurred(t.Context(), tx, scope, o)
		return err
	})
	require.NoError(t, err)
	return n
}

// asked lists the items of the tasks that an event made.
func (w *world) asked(t *testing.T, n id.Of[inspection.Event]) []string {
	t.Helper()
	return testkit.All[string](t, w.W, "SELECT array_to_string(items, ' ') || CASE WHEN plan_id IS NULL THEN ' by '||assignee_name ELSE '' END FROM inspection_task WHERE event_id = $1 ORDER BY id", int64(n))
}

func TestOccurred(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.point = w.api.As(w.safety).Post("/api/checklist/points", `{"name":"2号冲压机","place":"冲压车间","items":["PRS-01","PRS-08","EDU-05"]}`).Made(t)
	die := inspection.Occurrence{Kind: "equipment.die_change", PointID: id.Of[id.Point](w.point), Note: "2号机换模", Ref: "die|1"}
	n := w.occurred(t, die)
	require.Equal(t, []string{"PRS-08 by " + w.worker.Name}, w.asked(t, n), "no plan waits: one task at the point")
	require.Equal(t, n, w.occurred(t, die), "the same again")
	require.Len(t, w.asked(t, n), 1)

	nowhere := w.occurred(t, inspection.Occurrence{Kind: "staff.joined", Note: "张三"})
	require.Empty(t, w.asked(t, nowhere))
	require.Equal(t, "{EDU-05}", testkit.One[string](t, w.W, "SELECT unplaced::text FROM inspection_event WHERE id = $1", int64(nowhere)), "the record says so")

	w.planned(t, `"frequency":"event","items":["PRS-08","EDU-05"]`)
	die.Ref = "die|2"
	require.Equal(t, []string{"PRS-08"}, w.asked(t, w.occurred(t, die)), "a plan for any event is asked what this one creates")
	require.Equal(t, []string{"EDU-05"}, w.asked(t, w.occurred(t, inspection.Occurrence{Kind: "staff.joined"})))
	require.Empty(t, w.asked(t, w.occurred(t, inspection.Occurrence{Kind: "permit.hot_work"})), "nothing of it is its business")
	w.planned(t, `"frequency":"event","event":"dangerous_work","items":["PRS-01"]`)
	require.Equal(t, []string{"PRS-01"}, w.asked(t, w.occurred(t, inspection.Occurrence{Kind: "permit.hot_work"})), "every permit is dangerous work")
	require.Equal(t, []string{"PRS-01 by " + w.worker.Name},
		w.asked(t, w.occurred(t, inspection.Occurrence{Kind: "other", PointID: id.Of[id.Point](w.point), Items: []string{"PRS-01", "FIR-99"}, Modules: []string{"PRS"}})), "items may be named")
}

// TestEveryEventItemHasATrigger lists what nothing can create: the items of the library that are
// looked at when something happens, and those of a company's standard, its own among them.
func TestEveryEventItemHasATrigger(t *testing.T) {
	t.Parallel()
	shelf, err := checklist.OpenShelf()
	require.NoError(t, err)
	var none, unknown []string
	all := map[string]bool{}
	for _, m := range shelf.Newest().Modules {
		for _, it := range m.Items {
			all[it.Code] = it.Frequency == "event"
			if it.Frequency == "event" && len(inspection.Triggers(it.Code)) == 0 {
				none = append(none, it.Code)
			}
		}
	}
	for _, o := range inspection.Occasions() {
		unknown = append(unknown, slices.DeleteFunc(slices.Clone(o.Items), func(code string) bool { return all[code] })...)
	}
	require.Empty(t, none, "nothing creates these")
	require.Empty(t, unknown, "no event items of the library")
}

// TestKinds shows that catalogue, database and forms know the same kinds.
func TestKinds(t *testing.T) {
	t.Parallel()
	w := setup(t)
	for _, o := range inspection.Occasions() {
		w.planned(t, fmt.Sprintf(`"frequency":"event","event":%q,"items":["PRS-01"]`, o.Kind))
		w.api.As(w.safety).Post("/api/inspection/events", fmt.Sprintf(`{"kind":%q}`, o.Kind)).Made(t)
	}
	w.api.As(w.safety).Post("/api/inspection/events", `{"kind":"flood"}`).Refused(t, 422, "http.unprocessable-entity")
}
