package transfer_test

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"anbiao/jobs"
	"anbiao/kit/blob"
	"anbiao/kit/code"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/seal"
	"anbiao/modules/company"
	"anbiao/modules/division"
	"anbiao/modules/oversight"
	"anbiao/modules/transfer"
	"anbiao/rbac"
	"anbiao/testkit"
)

type world struct {
	*testkit.W
	s        *transfer.Service
	registry *jobs.Registry
}

func setup(t *testing.T) world {
	t.Helper()
	w := testkit.World(t)
	err := w.Gate.System(t.Context(), "division.load", func(tx db.Tx, _ rbac.Scope) error { return division.Load(t.Context(), tx) })
	require.NoError(t, err)
	store, err := blob.OpenDirectory(t.TempDir())
	require.NoError(t, err)
	c := &company.Service{Gate: w.Gate, Changed: func(ctx context.Context, tx db.Tx, ids []rbac.CompanyID) error {
		return oversight.Enqueue(ctx, tx, ids...)
	}}
	s := &transfer.Service{Gate: w.Gate, Box: seal.New(testkit.Secret), Blobs: store, Importers: []transfer.Importer{{
		Kind: "company-roster", Action: company.ActionImport, Columns: company.RosterColumns, Sample: company.RosterSample,
		Identity: company.RosterIdentity, Check: c.CheckRoster, Save: c.SaveRoster,
	}}}
	r := jobs.NewRegistry()
	s.Jobs(r)
	(&oversight.Service{Gate: w.Gate}).Jobs(r)
	return world{w, s, r}
}

// drain does every job that is due, as the worker would.
func (w world) drain(t *testing.T) {
	t.Helper()
	worker := &jobs.Worker{System: w.System(), Registry: w.registry, Now: w.Now}
	for range 100 {
		rows, err := w.Owner.Query(t.Context(), "SELECT task_id, kind, payload FROM job_outbox WHERE done_at IS NULL ORDER BY id LIMIT 1")
		require.NoError(t, err)
		var task, kind string
		var payload []byte
		more := rows.Next()
		if more {
			require.NoError(t, rows.Scan(&task, &kind, &payload))
		}
		rows.Close()
		if !more {
			return
		}
		require.NoError(t, worker.Do(t.Context(), task, kind, payload), kind)
	}
	t.Fatal("jobs never end")
}

func (w world) county(t *testing.T) context.Context {
	t.Helper()
	return rbac.WithActor(t.Context(), w.Regulator(t, "county", "330784"))
}

// upload starts an import and lets it be checked.
func (w world) upload(t *testing.T, ctx context.Context, file []byte) transfer.Transfer {
	t.Helper()
	n, err := w.s.Upload(ctx, "company-roster", "名录.xlsx", bytes.NewReader(file))
	require.NoError(t, err)
	w.drain(t)
	return w.read(t, ctx, n)
}

func (w world) read(t *testing.T, ctx context.Context, n id.Of[id.Transfer]) transfer.Transfer {
	t.Helper()
	tr, _, err := w.s.Read(ctx, n)
	require.NoError(t, err)
	return tr
}

// book writes a workbook from rows, with what else is done to it.
func book(t testing.TB, rows [][]any, also ...func(*excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	for i, r := range rows {
		require.NoError(t, f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &r))
	}
	for _, do := range also {
		do(f)
	}
	var out bytes.Buffer
	require.NoError(t, f.Write(&out))
	require.NoError(t, f.Close())
	return out.Bytes()
}

func uscc(t testing.TB, n int) string {
	t.Helper()
	u, err := code.Make('9', '1', "330784", n)
	require.NoError(t, err)
	return string(u)
}
