package responsibility_test

import (
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"anbiao/jobs"
	"anbiao/kit/db"
	"anbiao/modules/responsibility"
	"anbiao/rbac"
)

// work does what is in the outbox until nothing is left.
func (k *walk) work(t *testing.T) {
	t.Helper()
	registry := jobs.NewRegistry()
	k.duties.Jobs(registry)
	w := &jobs.Worker{System: k.System(), Registry: registry, Now: k.Now}
	for {
		rows, err := k.Owner.Query(t.Context(), "SELECT task_id, kind, payload FROM job_outbox WHERE done_at IS NULL ORDER BY id")
		require.NoError(t, err)
		todo, err := pgx.CollectRows(rows, pgx.RowToStructByPos[struct {
			TaskID, Kind string
			Payload      []byte
		}])
		require.NoError(t, err)
		if len(todo) == 0 {
			return
		}
		for _, j := range todo {
			require.NoError(t, w.Do(t.Context(), j.TaskID, j.Kind, j.Payload))
		}
	}
}

func TestTheCountReachesThoseWhoOversee(t *testing.T) {
	t.Parallel()
	k := setUp(t)
	k.made(t, k.post(t, 1, "安全员", "safety_manager"))
	k.post(t, 3, "保洁员")
	require.NoError(t, k.Gate.System(t.Context(), "test", func(tx db.Tx, _ rbac.Scope) error {
		return jobs.Enqueue(t.Context(), tx, responsibility.Count{Day: "2026-06-01"})
	}))
	k.work(t)
	c, open, err := k.duties.Figures(k.as(t, k.Regulator(t, "town", town)), k.firm.ID)
	require.NoError(t, err)
	assert.Equal(t, []int{2, 1, 2, 0}, []int{c.Posts, c.PostsBare, c.PostsVacant, c.ListVersion})
	assert.Len(t, open, 14)
	assert.Nil(t, c.DutiesIdle)
	assert.Nil(t, c.PublishedAt)
}
