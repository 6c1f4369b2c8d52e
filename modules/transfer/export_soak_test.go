package transfer_test

import (
	"context"
	"os"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"anbiao/kit/sheet"
	"anbiao/modules/hazard"
	"anbiao/modules/transfer"
	"anbiao/testkit"
)

// peak watches the heap in use until stop, which answers the highest value seen in bytes.
func peak() (stop func() uint64) {
	var top atomic.Uint64
	done, over := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(over)
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			top.Store(max(top.Load(), m.HeapInuse))
			select {
			case <-done:
				return
			case <-tick.C:
			}
		}
	}()
	return func() uint64 {
		close(done)
		<-over
		return top.Load()
	}
}

// A ledger of 200,000 hazards (3,000 without SOAK=1) goes out without being held in memory: the heap
// grows by less than 150 MB, whoever waits sees the rows grow, and Excel opens the file with codes
// as text.
func TestLargeExportSoak(t *testing.T) {
	w := exporting(t)
	rows := 3000
	if os.Getenv("SOAK") == "1" {
		rows = 200_000
	} else {
		t.Parallel()
	}
	firm := w.Company(t, "330784105")
	w.Exec(t, `INSERT INTO hazard (company_id, region_path, oversight_line, number, state, source, place, description, category, cause, item_code, clause, suggested_level,
			suggestion, level, fix_type, goal, measures, contingency, owner_name, owner_unit, found_at, found_on, found_by_name, accepted_by_name, reopen_count, steps, changed_at,
			asked, asked_name, asked_note, asked_to, extensions, protection, transferred_to, danger_source, historical, stock, campaign, listed_level, proposed_owner_name)
		SELECT $1::bigint, $2::text, 0, '330784-2026-' || lpad(n::text, 6, '0'), 'graded', CASE n % 10 WHEN 0 THEN 'regulator' ELSE 'self_check' END, '冲压车间 ' || n % 40 || ' 号机',
			'光电保护装置失效，双手按钮被短接，未按规定点检第 ' || n || ' 处', 'B02', 2, '', '', '', '', 'general', '', '', '更换', '', '张三', '冲压车间', now(), current_date, '李四', '', 0, 1, now(),
			'', '', '', '', 0, '', '', 0, false, false, '', '', ''
		FROM generate_series(1, $3::int) AS n`, int64(firm.ID), firm.RegionPath, rows)
	w.Exec(t, "ANALYZE hazard")
	ctx := as(t, w.Actor(t, firm, "safety"))
	noted := 0 // pages before which the rows of those before could be seen
	w.s.Exporters = []transfer.Exporter{{Kind: "hazards", Action: hazard.ActionList, Columns: hazard.ExportColumns, Pages: func(ctx context.Context, f transfer.Filters, cursor string, limit int) ([]sheet.Record, string, error) {
		if done := testkit.One[int](t, w.W, "SELECT coalesce(max(done), 0) FROM transfer"); cursor != "" && done == 1000*(noted+1) {
			noted++
		}
		return w.hazards.ExportPage(ctx, f, cursor, limit)
	}}}
	n, err := w.s.Export(ctx, "hazards", nil, nil)
	require.NoError(t, err)
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	watch, began := peak(), time.Now()
	w.drain(t)
	took, top := time.Since(began), watch()
	grown := max(int64(top)-int64(before.HeapInuse), 0) >> 20
	tr := w.read(t, ctx, n)
	t.Logf("%d rows in %.1f s, heap grown by %d MB, file of %d KB", tr.Done, took.Seconds(), grown, tr.FileSize>>10)
	require.Equal(t, []any{transfer.Done, rows}, []any{tr.Status, tr.Done})
	require.Less(t, grown, int64(150), "MB")
	require.Equal(t, rows/1000-1, noted, "each page is seen as progress before the next is read")

	f, err := w.s.Download(ctx, n)
	require.NoError(t, err)
	book, err := excelize.OpenReader(f, excelize.Options{UnzipXMLSizeLimit: 16 << 20})
	require.NoError(t, err)
	defer func() { require.NoError(t, book.Close()) }()
	name := book.GetSheetName(0)
	lines, err := book.Rows(name)
	require.NoError(t, err)
	count, last := 0, ""
	for lines.Next() {
		cells, err := lines.Columns()
		require.NoError(t, err)
		count, last = count+1, cells[0]
	}
	require.NoError(t, lines.Close())
	require.Equal(t, []any{rows + 1, "330784-2026-000001"}, []any{count, last}, "newest first")
	kind, err := book.GetCellType(name, "A2")
	require.NoError(t, err)
	require.Contains(t, []excelize.CellType{excelize.CellTypeInlineString, excelize.CellTypeSharedString}, kind, "a code is text")
}
