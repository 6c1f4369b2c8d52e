package checklist_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/modules/checklist"
	"anbiao/rbac"
	"anbiao/testkit"
)

// TestPutOwn puts an item into the standard in the name of another noun: once, however often it
// is asked for, and at the point that is to ask it.
func TestPutOwn(t *testing.T) {
	t.Parallel()
	w := setup(t)
	put := func(a rbac.Actor, x checklist.OwnItem, point int64) (code string, err error) {
		err = w.Gate.Write(rbac.WithActor(t.Context(), a), checklist.ActionPublish, func(tx db.Tx, scope rbac.Scope) (err error) {
			code, err = w.s.PutOwn(t.Context(), tx, scope, x, id.Of[id.Point](point))
			return err
		})
		return code, err
	}
	item := checklist.OwnItem{Requirement: "光电保护装置有效", Frequency: "per_shift", Group: "风险管控"}
	_, err := put(w.safety, item, 0)
	require.ErrorIs(t, err, checklist.ErrNoStandard)
	w.publish(t, w.safety, checklist.Draft{})
	point := w.api.As(w.safety).Post("/api/checklist/points", `{"name":"1号冲压机","modules":["PRS"]}`).Made(t)
	code, err := put(w.safety, item, point)
	require.NoError(t, err)
	require.Equal(t, "OWN-01", code)
	require.Equal(t, []string{"OWN-01"}, testkit.All[string](t, w.W, "SELECT unnest(items) FROM checklist_point WHERE id = $1", point))
	item.Code = code
	_, err = put(w.safety, item, point)
	require.NoError(t, err)
	require.Equal(t, 2, testkit.One[int](t, w.W, "SELECT max(version) FROM checklist_standard WHERE company_id = $1", int64(w.firm.ID)), "the same again makes no version")
	item.Frequency = "daily"
	_, err = put(w.safety, item, 0)
	require.NoError(t, err)
	require.Equal(t, 3, testkit.One[int](t, w.W, "SELECT max(version) FROM checklist_standard WHERE company_id = $1", int64(w.firm.ID)))
	_, err = put(w.safety, checklist.OwnItem{Requirement: "x", Frequency: "daily"}, 999)
	require.ErrorIs(t, err, rbac.ErrNotFound)
}
