package transfer_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"anbiao/kit/page"
	"anbiao/kit/sheet"
	"anbiao/modules/company"
	"anbiao/modules/transfer"
	"anbiao/rbac"
	"anbiao/testkit"
)

var heading = []any{"单位名称", "统一社会信用代码", "所属镇街", "从业人数", "联系电话"}

// roster is a list as a county sends it: 5,000 rows, one in fifty of them wrong in some way.
func roster(t testing.TB, n int) (file []byte, bad map[int]string) {
	t.Helper()
	rows := [][]any{{"永康市生产经营单位名录"}, {"填报单位：某某局　　2026 年 3 月"}, heading}
	towns := []string{"石柱镇", "永康市前仓镇", "330784107", "330784-Z01", "东城街道", "城西新区"}
	bad = map[int]string{}
	for i := range n {
		u, town, phone := uscc(t, i), towns[i%len(towns)], "13800000000"
		number := len(rows) + 1
		switch i % 250 {
		case 10:
			u, bad[number] = u[:17]+"A", "" // usually the wrong check sign; sometimes the right one
			if u == uscc(t, i) {
				u = u[:17] + "B"
			}
		case 20:
			u, bad[number] = u[:15], ""
		case 30:
			town, bad[number] = "巍山镇", "company.roster-outside"
		case 40:
			town, bad[number] = "无此镇", "company.roster-division"
		case 50:
			u, bad[number] = uscc(t, i-1), "transfer.duplicate"
		}
		rows = append(rows, []any{fmt.Sprintf("永康市第%d五金厂", i), u, town, 10 + i%300, phone})
	}
	return book(t, rows, func(f *excelize.File) {
		require.NoError(t, f.MergeCell("Sheet1", "A1", "E1"))
		require.NoError(t, f.MergeCell("Sheet1", "A2", "E2"))
	}), bad
}

func TestRosterOf5000(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ctx := w.county(t)
	file, bad := roster(t, 5000)

	began := time.Now()
	tr := w.upload(t, ctx, file)
	require.Equal(t, transfer.Ready, tr.Status)
	require.Equal(t, 5000, tr.Total)
	require.Equal(t, len(bad), tr.Failed)
	require.Equal(t, 5000-len(bad), tr.Fresh)
	require.Equal(t, int64(0), testkit.One[int64](t, w.W, "SELECT count(*) FROM company"), "a preview saves nothing")

	seen := map[int]bool{}
	q := page.Query{Limit: 30}
	for {
		rows, err := w.s.Rows(ctx, tr.ID, "failed", q)
		require.NoError(t, err)
		for _, r := range rows.Items {
			require.Contains(t, bad, r.Number)
			require.NotEmpty(t, r.Faults[0].Cell)
			require.NotEmpty(t, r.Faults[0].Message)
			if want := bad[r.Number]; want != "" {
				require.Equal(t, want, r.Faults[0].Code)
			}
			seen[r.Number] = true
		}
		if q.Cursor = rows.Next; q.Cursor == "" {
			break
		}
	}
	require.Len(t, seen, len(bad))

	require.NoError(t, w.s.Commit(ctx, tr.ID))
	w.drain(t)
	took := time.Since(began)
	t.Logf("5,000 rows read, checked and saved in %s", took)
	require.Less(t, took, 60*time.Second, "a hang, not a measure")
	tr = w.read(t, ctx, tr.ID)
	require.Equal(t, transfer.Done, tr.Status)
	require.Equal(t, 5000-len(bad), tr.Fresh)
	require.Equal(t, tr.Total, tr.Done)
	require.Equal(t, int64(5000-len(bad)), testkit.One[int64](t, w.W, "SELECT count(*) FROM company"))
	require.Equal(t, int64(5000-len(bad)), testkit.One[int64](t, w.W, "SELECT count(*) FROM oversight_board"), "new companies stand in the list")
	require.ErrorIs(t, w.s.Commit(ctx, tr.ID), transfer.ErrState)

	out, name, err := w.s.ErrorFile(ctx, tr.ID)
	require.NoError(t, err)
	require.Equal(t, "名录-错误明细.xlsx", name)
	again, err := sheet.Read(bytes.NewReader(out), int64(len(out)), company.RosterColumns(), sheet.Mapping{})
	require.NoError(t, err)
	require.Equal(t, tr.Signature, again.Signature, "the mended file is recognised")

	tr = w.upload(t, ctx, file)
	require.Equal(t, []int{0, 0, 5000 - len(bad), len(bad)}, []int{tr.Fresh, tr.Changed, tr.Unchanged, tr.Failed}, "importing again changes nothing")
	require.NoError(t, w.s.Commit(ctx, tr.ID))
	w.drain(t)
	tr = w.read(t, ctx, tr.ID)
	require.Equal(t, transfer.Done, tr.Status)
	require.Equal(t, []int{0, 0, 5000 - len(bad)}, []int{tr.Fresh, tr.Changed, tr.Unchanged})
	require.Equal(t, int64(5000-len(bad)), testkit.One[int64](t, w.W, "SELECT count(*) FROM company"))
}

func TestRosterAgainstTheRegister(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ctx := w.county(t)
	w.Exec(t, `INSERT INTO company (region_path, oversight_line, name, uscc) VALUES ('330783100', 0, '别县企业', $1), ('330784105', 0, '旧名厂', $2)`, uscc(t, 1), uscc(t, 2))
	w.Exec(t, `INSERT INTO company (region_path, oversight_line, name) VALUES ('330784105', 0, '尚无代码厂')`)

	tr := w.upload(t, ctx, book(t, [][]any{
		heading,
		{"别县企业", uscc(t, 1), "石柱镇", 5, ""},
		{"新名厂", uscc(t, 2), "前仓镇", 25, ""},
		{"尚无代码厂", uscc(t, 3), "石柱镇", 5, ""},
		{"另一家", "无", "石柱镇", 5, ""},
	}))
	require.Equal(t, []int{1, 2, 1}, []int{tr.Fresh, tr.Changed, tr.Failed})
	rows, err := w.s.Rows(ctx, tr.ID, "failed", page.Query{Limit: 10})
	require.NoError(t, err)
	require.Equal(t, "company.roster-elsewhere", rows.Items[0].Faults[0].Code)

	require.NoError(t, w.s.Commit(ctx, tr.ID))
	w.drain(t)
	require.Equal(t, "新名厂 330784106", testkit.One[string](t, w.W, "SELECT name || ' ' || region_path FROM company WHERE uscc = $1", uscc(t, 2)))
	require.Equal(t, "尚无代码厂", testkit.One[string](t, w.W, "SELECT name FROM company WHERE uscc = $1", uscc(t, 3)), "the code reached the company that had none")
	require.Equal(t, "别县企业 330783100", testkit.One[string](t, w.W, "SELECT name || ' ' || region_path FROM company WHERE uscc = $1", uscc(t, 1)))
	require.Equal(t, int64(4), testkit.One[int64](t, w.W, "SELECT count(*) FROM company"))
	require.Equal(t, int64(2), testkit.One[int64](t, w.W, "SELECT count(*) FROM audit_entry WHERE noun = 'company'"))
}

func TestSpoiltCodesAreNamed(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ctx := w.county(t)
	tr := w.upload(t, ctx, book(t, [][]any{heading, {"数字厂", 440524188001010014, "石柱镇", 5, ""}, {"文字厂", "4.4E+17", "石柱镇", 5, ""}}))
	require.Equal(t, 2, tr.Failed)
	rows, err := w.s.Rows(ctx, tr.ID, "failed", page.Query{Limit: 10})
	require.NoError(t, err)
	for _, r := range rows.Items {
		require.Equal(t, "sheet.digits-lost", r.Faults[0].Code)
		require.Contains(t, r.Faults[0].Message, "4.4E+17")
	}
}

func TestMappingIsRemembered(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ctx := w.county(t)
	strange := func(n int) []byte {
		return book(t, [][]any{{"甲列", "乙列", "丙列"}, {fmt.Sprintf("甲%d厂", n), uscc(t, n), "石柱镇"}})
	}
	tr := w.upload(t, ctx, strange(1))
	require.Equal(t, transfer.Mapping, tr.Status)
	require.Equal(t, []string{"甲列", "乙列", "丙列"}, []string(tr.Headers))
	require.ErrorIs(t, w.s.Map(ctx, tr.ID, sheet.Mapping{Places: map[string]int{"name": 0}}), transfer.ErrIncomplete)
	require.ErrorIs(t, w.s.Map(ctx, tr.ID, sheet.Mapping{Places: map[string]int{"name": 9}}), sheet.ErrMapping)
	require.ErrorIs(t, w.s.Commit(ctx, tr.ID), transfer.ErrState)
	require.NoError(t, w.s.Map(ctx, tr.ID, sheet.Mapping{Places: map[string]int{"name": 0, "uscc": 1, "division": 2}}))
	w.drain(t)
	tr = w.read(t, ctx, tr.ID)
	require.Equal(t, transfer.Ready, tr.Status)
	require.Equal(t, 1, tr.Fresh)

	tr = w.upload(t, ctx, strange(2))
	require.Equal(t, transfer.Ready, tr.Status, "the next file of this heading needs no telling")
	require.Equal(t, 1, tr.Fresh)
	other := w.upload(t, w.county(t), strange(3))
	require.Equal(t, transfer.Mapping, other.Status, "another organisation's mapping is its own")
}

func TestWhoseTransfers(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ctx, other := w.county(t), w.county(t)
	safety := rbac.WithActor(t.Context(), w.Actor(t, w.Company(t, "330784105"), "safety"))
	grid := rbac.WithActor(t.Context(), w.Regulator(t, "grid", "330784105"))
	file, _ := roster(t, 12)
	tr := w.upload(t, ctx, file)

	_, _, err := w.s.Read(other, tr.ID)
	require.ErrorIs(t, err, rbac.ErrNotFound)
	_, err = w.s.Rows(other, tr.ID, "", page.Query{Limit: 10})
	require.ErrorIs(t, err, rbac.ErrNotFound)
	require.ErrorIs(t, w.s.Commit(other, tr.ID), rbac.ErrNotFound)
	_, _, err = w.s.ErrorFile(other, tr.ID)
	require.ErrorIs(t, err, rbac.ErrNotFound)
	list, err := w.s.List(other, transfer.Filter{Query: page.Query{Limit: 10}})
	require.NoError(t, err)
	require.Empty(t, list.Items)
	list, err = w.s.List(ctx, transfer.Filter{Query: page.Query{Limit: 10}, Kind: "company-roster"})
	require.NoError(t, err)
	require.Len(t, list.Items, 1)

	_, err = w.s.Upload(safety, "company-roster", "x.xlsx", bytes.NewReader(file))
	require.ErrorIs(t, err, rbac.ErrForbidden)
	_, err = w.s.Upload(grid, "company-roster", "x.xlsx", bytes.NewReader(file))
	require.ErrorIs(t, err, rbac.ErrForbidden)
	_, err = w.s.Upload(ctx, "nothing", "x.xlsx", bytes.NewReader(file))
	require.ErrorIs(t, err, transfer.ErrKind)
}

func TestFilesThatCannotBeRead(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ctx := w.county(t)
	good, _ := roster(t, 3)
	for name, c := range map[string]struct {
		file []byte
		want error
	}{
		"xls":    {append([]byte{0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1}, make([]byte, 4096)...), sheet.ErrOldFormat},
		"cut":    {good[:len(good)/2], sheet.ErrUnreadable},
		"empty":  {nil, nil},
		"pdf":    {[]byte("%PDF-1.7 nothing"), sheet.ErrNotSheet},
		"large":  {make([]byte, sheet.MaxBytes+1), sheet.ErrTooLarge},
		"vacant": {book(t, nil), sheet.ErrEmpty},
	} {
		_, err := w.s.Upload(ctx, "company-roster", "x", bytes.NewReader(c.file))
		if require.Error(t, err, name); c.want != nil {
			require.ErrorIs(t, err, c.want, name)
		}
	}
	require.Equal(t, int64(0), testkit.One[int64](t, w.W, "SELECT count(*) FROM transfer"))
}

func TestCheckAndSaveMayComeTwice(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ctx := w.county(t)
	file, _ := roster(t, 30)
	tr := w.upload(t, ctx, file)
	// The job is delivered again, as after a crash behind its effect and before its mark.
	w.Exec(t, "UPDATE transfer SET status = 'checking'")
	w.Exec(t, "UPDATE job_outbox SET done_at = NULL WHERE kind = 'transfer.check-file'")
	w.drain(t)
	again := w.read(t, ctx, tr.ID)
	require.Equal(t, tr.Total, again.Total)
	require.Equal(t, tr.Fresh, again.Fresh)
	require.Equal(t, int64(30), testkit.One[int64](t, w.W, "SELECT count(*) FROM transfer_row"))

	require.NoError(t, w.s.Commit(ctx, tr.ID))
	w.drain(t)
	w.Exec(t, "DELETE FROM job_ledger")
	w.Exec(t, "UPDATE job_outbox SET done_at = NULL WHERE kind = 'transfer.save-rows'")
	w.drain(t)
	require.Equal(t, tr.Fresh, w.read(t, ctx, tr.ID).Fresh)
}

func TestSweepForgetsOldFiles(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ctx := w.county(t)
	file, _ := roster(t, 3)
	tr := w.upload(t, ctx, file)
	w.Exec(t, "UPDATE transfer SET created_at = now() - interval '31 days'")
	w.Exec(t, `INSERT INTO job_outbox (task_id, kind, payload, run_at) VALUES ('sweep', 'transfer.sweep-files', '{}', now())`)
	w.drain(t)
	require.Empty(t, w.read(t, ctx, tr.ID).BlobKey)
	require.Equal(t, int64(0), testkit.One[int64](t, w.W, "SELECT count(*) FROM transfer_row"))
	_, _, err := w.s.ErrorFile(ctx, tr.ID)
	require.ErrorIs(t, err, transfer.ErrGone)
}
