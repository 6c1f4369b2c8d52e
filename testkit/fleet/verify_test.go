package fleet_test

import (
	"context"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"anbiao/testkit/fleet"
)

const drained = 8 * time.Minute // a broker that lost a job is asked for it again after two

// verify compares what was acknowledged with what is there, on the primary and on the replica.
func verify(t *testing.T, f *fleet.Fleet, l *traffic) {
	t.Helper()
	c := connect(t, f.Owner())
	began := time.Now()
	until(t, c, "SELECT NOT EXISTS (SELECT FROM job_outbox WHERE done_at IS NULL AND dead_at IS NULL AND run_at <= now() - interval '5 s')")
	var jobs, given int
	var longest, middle float64
	require.NoError(t, c.QueryRow(t.Context(), `SELECT count(*), count(*) FILTER (WHERE dead_at IS NOT NULL), coalesce(extract(epoch FROM max(done_at - greatest(run_at, created_at))), 0),
		coalesce(extract(epoch FROM percentile_cont(0.5) WITHIN GROUP (ORDER BY done_at - greatest(run_at, created_at))), 0)
		FROM job_outbox WHERE created_at > now() - interval '1 hour'`).Scan(&jobs, &given, &longest, &middle))
	t.Logf("all jobs were done %s after the last kill: %d jobs, %d given up, waiting %.1f s in the middle, %.1f s at most", time.Since(began).Round(time.Second), jobs, given, middle, longest)
	require.Zero(t, given)

	same(t, c, "SELECT client_id::text, id::text FROM inspection_check WHERE client_id = ANY($1)", l.checks)
	same(t, c, "SELECT client_id::text, id::text FROM hazard WHERE client_id = ANY($1)", l.hazards)
	same(t, c, "SELECT id::text, encode(sha256, 'hex') FROM attachment WHERE id = ANY($1)", l.photos)
	hazards := slices.Collect(maps.Values(l.hazards))
	for what, q := range map[string]string{
		"checks twice":                          "SELECT count(*) FROM (SELECT client_id FROM inspection_check GROUP BY company_id, client_id HAVING count(*) > 1) x WHERE cardinality($1::bigint[]) > 0",
		"hazards twice":                         "SELECT count(*) FROM (SELECT description FROM hazard WHERE description LIKE '通道被占用，编号 %' GROUP BY description HAVING count(*) > 1) x WHERE cardinality($1::bigint[]) > 0",
		"hazards whose photo is missing":        "SELECT count(*) FROM hazard h WHERE id = ANY($1) AND 1 <> (SELECT count(*) FROM hazard_photo p WHERE p.company_id = h.company_id AND p.hazard_id = h.id)",
		"hazards that the trail knows not once": "SELECT count(*) FROM hazard h WHERE id = ANY($1) AND 1 <> (SELECT count(*) FROM audit_entry a WHERE a.company_id = h.company_id AND a.noun = 'hazard' AND a.object_id = h.id AND a.action = 'hazard.ledger.report')",
		"checks without their hazards": `SELECT count(*) FROM inspection_check c WHERE c.received_at > now() - interval '1 hour' AND cardinality($1::bigint[]) > 0 AND
			c.failed <> (SELECT count(*) FROM hazard h WHERE h.company_id = c.company_id AND h.check_started_on = c.started_on AND h.check_id = c.id)`,
		"messages said twice":             `SELECT count(*) FROM (SELECT person_id FROM notice WHERE noun = 'hazard' AND object_id = ANY($1) GROUP BY person_id, object_id, code HAVING count(*) > 1) x`,
		"hazards that nobody was told of": `SELECT count(*) FROM unnest($1::bigint[]) h WHERE NOT EXISTS (SELECT FROM notice n WHERE n.noun = 'hazard' AND n.object_id = h)`,
		"messages delivered twice":        `SELECT count(*) FROM (SELECT notice_id FROM notice_delivery WHERE notice_id IS NOT NULL AND hook_id IS NULL GROUP BY notice_id, channel HAVING count(*) > 1) x WHERE cardinality($1::bigint[]) > 0`,
		"keys used twice":                 `SELECT count(*) FROM (SELECT key FROM idempotency GROUP BY person_id, operation, key HAVING count(*) > 1) x WHERE cardinality($1::bigint[]) > 0`,
	} {
		var wrong int
		require.NoError(t, c.QueryRow(t.Context(), q, hazards).Scan(&wrong), what)
		require.Zero(t, wrong, what)
	}
	far := connect(t, f.Far())
	until(t, far, "SELECT (SELECT count(*) FROM hazard) = "+text(t, c, "SELECT count(*)::text FROM hazard"))
}

// same holds what the query finds against what was acknowledged: each once, and as it was said.
func same(t *testing.T, c *pgx.Conn, q string, acked map[string]string) {
	t.Helper()
	require.NotEmpty(t, acked)
	rows, err := c.Query(t.Context(), q, slices.Collect(maps.Keys(acked)))
	require.NoError(t, err)
	found := map[string][]string{}
	var key, value string
	_, err = pgx.ForEachRow(rows, []any{&key, &value}, func() error { found[key] = append(found[key], value); return nil })
	require.NoError(t, err)
	for key, value := range acked {
		require.Equal(t, []string{value}, found[key], "%s: acknowledged as %s", key, value)
	}
}

func text(t *testing.T, c *pgx.Conn, q string) (v string) {
	t.Helper()
	require.NoError(t, c.QueryRow(t.Context(), q).Scan(&v))
	return v
}

// until waits for a query to be true.
func until(t *testing.T, c *pgx.Conn, q string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), drained)
	defer cancel()
	for {
		var yes bool
		require.NoError(t, c.QueryRow(ctx, q).Scan(&yes), q)
		if yes {
			return
		}
		pause(ctx, 200*time.Millisecond)
	}
}
