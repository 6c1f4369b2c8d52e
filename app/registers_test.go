package main

import (
	"bytes"
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/db"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/rbac"
	"anbiao/web/register"
)

// thereAndBack holds for every register that what the demo company keeps goes out as Excel and
// comes back without a change: no column is lost, no name misread.
func (w *isolation) thereAndBack(t *testing.T, h *house) {
	t.Helper()
	actor := w.member(t, "safety")
	ctx := rbac.WithActor(t.Context(), actor)
	require.NotEmpty(t, h.registers())
	for _, r := range h.registers() {
		kind := r.Form().Kind
		records, next, err := r.Pages(ctx, nil, "", 1000)
		require.NoError(t, err, kind)
		require.Empty(t, next, kind)
		require.NotEmpty(t, records, "%s: the demo shows no row", kind)
		rows := reread(t, r, records)
		require.Len(t, rows, len(records), kind)
		var verdicts []string
		require.NoError(t, w.Gate.Runner(t.Context(), "import", func(ctx context.Context, tx db.Tx) (err error) {
			verdicts, err = r.CheckRows(ctx, tx, actor, rows)
			return err
		}))
		for i, verdict := range verdicts {
			require.Empty(t, rows[i].Faults, "%s: %v", kind, rows[i].Values)
			require.Equal(t, "same", verdict, "%s: %v", kind, rows[i].Values)
		}
	}
}

// reread writes records as a workbook and reads it again.
func reread(t *testing.T, r register.Register, records []sheet.Record) (rows []sheet.Row) {
	t.Helper()
	var file bytes.Buffer
	require.NoError(t, sheet.Export(&file, r.Columns(), func(yield func(sheet.Record, error) bool) {
		for _, one := range records {
			if !yield(one, nil) {
				return
			}
		}
	}, text.Chinese))
	table, err := sheet.Read(bytes.NewReader(file.Bytes()), int64(file.Len()), r.Columns(), sheet.Mapping{})
	require.NoError(t, err)
	require.Empty(t, table.Missing, r.Form().Kind)
	for row, err := range table.Rows() {
		require.NoError(t, err)
		require.Empty(t, row.Faults, r.Form().Kind)
		rows = append(rows, row)
	}
	return rows
}
