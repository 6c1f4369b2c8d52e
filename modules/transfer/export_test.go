package transfer_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/stretchr/testify/require"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/page"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/modules/certificate"
	"anbiao/modules/oversight"
	"anbiao/modules/transfer"
	"anbiao/rbac"
	"anbiao/testkit"
	"anbiao/web"
	"anbiao/web/webtest"
)

func TestExportHoldsWhatIsFiltered(t *testing.T) {
	t.Parallel()
	w := exporting(t)
	firm, other := w.Company(t, "330784105"), w.Company(t, "330784105")
	safety := w.Actor(t, firm, "safety")
	w.report(t, safety, 23, "制度缺失")
	w.report(t, safety, 2, "=1+1|")
	w.report(t, w.Actor(t, other, "safety"), 3, "别家的")
	ctx := as(t, safety)
	n := w.export(t, ctx, "hazards", nil)
	w.drain(t)
	tr := w.read(t, ctx, n)
	require.Equal(t, []any{transfer.Done, 25, 25, transfer.Export}, []any{tr.Status, tr.Done, tr.Total, tr.Direction})
	require.Regexp(t, `^隐患台账-\d{4}-\d\d-\d\d\.xlsx$`, tr.FileName)
	rows := w.fetch(t, ctx, n)
	require.Len(t, rows, 26)
	require.Equal(t, []string{"编号", "企业", "隐患描述", "位置", "等级", "状态"}, rows[0][:6])
	require.Equal(t, []string{firm.Name, "'=1+1|1", "冲压车间", "", "待评级"}, rows[1][1:6], "newest first, and no formula")
	seen := map[string]bool{}
	for _, r := range rows[1:] {
		require.False(t, seen[r[0]], "once each")
		seen[r[0]] = true
		require.NotContains(t, r[2], "别家的")
	}

	n = w.export(t, text.With(ctx, text.English), "hazards", transfer.Filters{"text": {"=1+1"}, "state": {"registered", "graded"}, "sort": {"recent"}})
	w.drain(t)
	rows = w.fetch(t, ctx, n)
	require.Len(t, rows, 3)
	require.Equal(t, "Number", rows[0][0])
	require.Equal(t, "To be graded", rows[1][5])
	n = w.export(t, ctx, "hazards", transfer.Filters{"overdue": {"true"}})
	w.drain(t)
	require.Len(t, w.fetch(t, ctx, n), 1, "the heading of an empty list")

	n, err := w.s.Export(ctx, "hazards", transfer.Filters{"text": {"=1+1"}}, []string{"origin", "state", "number"})
	require.NoError(t, err)
	w.drain(t)
	rows = w.fetch(t, ctx, n)
	require.Equal(t, []string{"自查/检查", "状态", "编号"}, rows[0][:3], "the columns of the screen, in its order")
	require.Equal(t, []string{"自查", "待评级"}, rows[2][:2])
	require.Regexp(t, `^330784-\d{4}-\d{6}$`, rows[2][2])
	for _, columns := range [][]string{{"nothing"}, {"state", "state"}} {
		_, err = w.s.Export(ctx, "hazards", nil, columns)
		require.ErrorIs(t, err, transfer.ErrColumn)
	}

	for _, f := range []transfer.Filters{{"nothing": {"1"}}, {"state": {"ajar"}}, {"limit": {"5"}}, {"cursor": {"x"}}} {
		_, err := w.s.Export(ctx, "hazards", f, nil)
		require.ErrorIs(t, err, web.ErrFilter)
	}
	_, err = w.s.Export(ctx, "nothing", nil, nil)
	require.ErrorIs(t, err, transfer.ErrExportKind)
	_, err = w.s.Export(ctx, "graded-companies", nil, nil)
	require.ErrorIs(t, err, rbac.ErrForbidden, "a regulator's list")
	_, err = w.s.Export(as(t, w.Actor(t, firm, "worker")), "hazards", nil, nil)
	require.ErrorIs(t, err, rbac.ErrForbidden)
}

func TestExportIsItsMakersOwn(t *testing.T) {
	t.Parallel()
	w := exporting(t)
	firm := w.Company(t, "330784105")
	safety := w.Actor(t, firm, "safety")
	w.report(t, safety, 3, "制度缺失")
	api := webtest.New(t, func(a huma.API) { transfer.Mount(a, w.s) })
	own := api.As(safety)
	order := map[string]any{"kind": "hazards", "filters": map[string]any{"open": []string{"true"}}}
	made := own.Key("k").Post("/api/transfer/exports", order).Made(t)
	require.Equal(t, made, own.Key("k").Post("/api/transfer/exports", order).Made(t), "repeated with its key")
	own.Post("/api/transfer/exports", order).Refused(t, http.StatusConflict, "transfer.busy")
	path := fmt.Sprintf("/api/transfer/transfers/%d", made)
	own.Get(path+"/file").Refused(t, http.StatusConflict, "transfer.state")
	w.drain(t)
	var one struct {
		Status, Direction, FileName string
		Done                        int
		Columns                     []struct{ Key string }
	}
	own.Get(path).OK(t, &one)
	require.Equal(t, []any{"done", "export", 3, "number"}, []any{one.Status, one.Direction, one.Done, one.Columns[0].Key})
	got := own.Get(path+"/file").OK(t, nil)
	require.Len(t, rowsIn(t, got.Body), 4)
	require.Contains(t, got.Header.Get("Content-Disposition"), "attachment")
	require.Len(t, rowsIn(t, api.As(w.Actor(t, firm, "principal")).Get(path+"/file").OK(t, nil).Body), 4, "a colleague who may see the ledger")
	require.Equal(t, int64(2), testkit.One[int64](t, w.W, "SELECT count(*) FROM audit_entry WHERE noun = 'transfer' AND fields::text LIKE '%ownloaded%'"))

	for name, c := range map[string]webtest.Client{
		"another company": api.As(w.Actor(t, w.Company(t, "330784105"), "safety")), "its regulator": api.As(w.Regulator(t, "county", "330784")),
	} {
		for _, p := range []string{"", "/file", "/rows", "/errors"} {
			require.Equal(t, "rbac.not-found", c.Get(path+p).Problem(t).Code, name+p)
		}
		var list struct{ Items []struct{ ID string } }
		c.Get("/api/transfer/transfers").OK(t, &list)
		require.Empty(t, list.Items, name)
	}
	for _, p := range []string{"/rows", "/errors"} {
		own.Get(path+p).Refused(t, http.StatusNotFound, "rbac.not-found")
	}
	own.Post(path+"/commit", nil).Refused(t, http.StatusNotFound, "rbac.not-found")
	own.Post("/api/transfer/exports", map[string]any{"kind": "hazards", "filters": map[string]any{"nothing": []string{"1"}}}).Refused(t, http.StatusUnprocessableEntity, "http.filter")
	api.Anonymous().Get(path+"/file").Refused(t, http.StatusUnauthorized, "rbac.unauthenticated")
}

func TestRegulatorExportsHisArea(t *testing.T) {
	t.Parallel()
	w := exporting(t)
	file, bad := roster(t, 60)
	county := w.county(t)
	tr := w.upload(t, county, file)
	require.NoError(t, w.s.Commit(county, tr.ID))
	w.drain(t)
	elsewhere := as(t, w.Regulator(t, "county", "330783"))
	for name, ctx := range map[string]context.Context{"county": county, "elsewhere": elsewhere} {
		list, err := (&oversight.Service{Gate: w.Gate}).List(ctx, oversight.Filter{SortOrder: "standing"}, page.Query{Limit: 200})
		require.NoError(t, err)
		n := w.export(t, ctx, "graded-companies", nil)
		w.drain(t)
		rows := w.fetch(t, ctx, n)
		require.Len(t, rows, 1+len(list.Items), name)
		code := slices.Index(rows[0], "统一社会信用代码")
		require.Positive(t, code, rows[0])
		for i, r := range list.Items {
			require.Equal(t, r.Name, rows[1+i][0], "in the order of the list")
			require.Equal(t, r.USCC, rows[1+i][code])
		}
	}
	n := w.export(t, county, "graded-companies", transfer.Filters{"name": {"没有这样的企业"}})
	w.drain(t)
	require.Len(t, w.fetch(t, county, n), 1)
	_, err := w.s.Export(county, "graded-companies", transfer.Filters{"colour": {"9"}}, nil)
	require.ErrorIs(t, err, web.ErrFilter)
	require.Positive(t, 60-len(bad))
}

func TestCertificatesGoOutMasked(t *testing.T) {
	t.Parallel()
	w := exporting(t)
	firm := w.Company(t, "330784105")
	safety := w.Actor(t, firm, "safety")
	const number = "T11010519491231002X"
	_, err := w.certs.Register(as(t, safety), certificate.Registration{
		StaffID: safety.StaffID, Kind: "special_operation", Operation: "SO0102", Printed: certificate.Printed{ValidFrom: day.In(w.Now(), day.Shanghai).AddMonths(-3), Number: number},
	})
	require.NoError(t, err)
	for name, a := range map[string]rbac.Actor{"张三丰": safety, "张": w.Regulator(t, "county", "330784")} {
		n := w.export(t, as(t, a), "certificates", nil)
		w.drain(t)
		rows := w.fetch(t, as(t, a), n)
		require.Len(t, rows, 2)
		require.True(t, strings.HasPrefix(rows[1][0], name))
		require.Equal(t, "有效", rows[1][3])
		require.NotContains(t, strings.Join(rows[1], " "), number)
		require.NotContains(t, strings.Join(rows[1], " "), "19491231")
		require.Contains(t, rows[1][11], "*")
		if a.Kind == rbac.Regulator {
			require.NotContains(t, rows[1][0], "三丰")
		}
	}
}

func TestRevokedRightsEndAnExport(t *testing.T) {
	t.Parallel()
	for name, revoke := range map[string]string{
		"membership ended": "UPDATE account_membership SET ended_at = now() WHERE id = $1",
		"role taken away":  "UPDATE account_membership SET roles = '{}' WHERE id = $1",
		"person disabled":  "UPDATE account_person SET disabled_at = now() WHERE id = (SELECT person_id FROM account_membership WHERE id = $1)",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := exporting(t)
			firm := w.Company(t, "330784105")
			safety, head := w.Actor(t, firm, "safety"), w.Actor(t, firm, "principal")
			w.report(t, safety, 25, "制度缺失")
			w.before = func(_ context.Context, n int) error {
				if n == 2 { // this page is read with the rights loaded for it, the next is not
					w.Exec(t, revoke, int64(safety.MembershipID))
				}
				return nil
			}
			n := w.export(t, as(t, safety), "hazards", nil)
			w.drain(t)
			tr := w.read(t, as(t, head), n)
			require.Equal(t, []any{transfer.Failed, "transfer.revoked", 20}, []any{tr.Status, tr.FaultCode, tr.Done})
			require.NotNil(t, tr.FinishedAt)
			_, err := w.s.Download(as(t, head), n)
			require.ErrorIs(t, err, transfer.ErrState)
			require.Empty(t, w.files(t))
		})
	}
}

var errKilled = errors.New("the worker is gone")

func TestKilledExportStartsOver(t *testing.T) {
	t.Parallel()
	w := exporting(t)
	safety := w.Actor(t, w.Company(t, "330784105"), "safety")
	w.report(t, safety, 25, "制度缺失")
	ctx := as(t, safety)
	n := w.export(t, ctx, "hazards", nil)
	w.before = func(_ context.Context, n int) error {
		if n == 3 {
			return errKilled
		}
		return nil
	}
	worker := &jobs.Worker{System: w.System(), Registry: w.registry, Now: w.Now}
	task := testkit.One[string](t, w.W, "SELECT task_id FROM job_outbox WHERE kind = 'transfer.write-list'")
	do := func() error {
		return worker.Do(t.Context(), task, "transfer.write-list", fmt.Appendf(nil, `{"id":"%d"}`, n))
	}
	require.ErrorIs(t, do(), errKilled)
	tr := w.read(t, ctx, n)
	require.Equal(t, []any{transfer.Writing, 20, 1}, []any{tr.Status, tr.Done, tr.Run}, "progress so far, and no file")
	require.Empty(t, w.files(t))

	// The slow worker of the first half comes back while the second is at work: it finds out.
	slow := make(chan error, 1)
	w.before = func(_ context.Context, n int) error {
		if n == 5 {
			w.before = nil
			slow <- do()
		}
		return nil
	}
	require.NoError(t, do())
	require.NoError(t, <-slow)
	tr = w.read(t, ctx, n)
	require.Equal(t, []any{transfer.Done, 25, 3}, []any{tr.Status, tr.Done, tr.Run})
	require.Len(t, w.fetch(t, ctx, n), 26)
	require.Equal(t, []string{tr.BlobKey}, w.files(t), "one file")
	require.NoError(t, do())
	require.Equal(t, 3, w.read(t, ctx, n).Run, "done is done")
}

func TestStalledExportGivesWay(t *testing.T) {
	t.Parallel()
	w := exporting(t)
	at := time.Date(2026, 3, 10, 4, 0, 0, 0, time.UTC)
	w.Set(at)
	ctx := as(t, w.Actor(t, w.Company(t, "330784105"), "safety"))
	first := w.export(t, ctx, "hazards", nil)
	w.Set(at.Add(29 * time.Minute))
	_, err := w.s.Export(ctx, "hazards", nil, nil)
	require.ErrorIs(t, err, transfer.ErrBusy)
	w.Set(at.Add(31 * time.Minute))
	second := w.export(t, ctx, "hazards", nil)
	w.drain(t)
	require.Equal(t, "transfer.stalled", w.read(t, ctx, first).FaultCode)
	require.Equal(t, transfer.Done, w.read(t, ctx, second).Status)
	require.Len(t, w.files(t), 1)
}

func TestExportOfTooManyRows(t *testing.T) {
	t.Parallel()
	w := exporting(t)
	rows := make([]sheet.Record, 1000)
	for i := range rows {
		rows[i].Values = []string{"HZ-1"}
	}
	w.s.Exporters[1].Pages = func(context.Context, transfer.Filters, string, int) ([]sheet.Record, string, error) {
		return rows, "more", nil
	}
	ctx := as(t, w.Actor(t, w.Company(t, "330784105"), "safety"))
	n := w.export(t, ctx, "hazards", nil)
	w.drain(t)
	tr := w.read(t, ctx, n)
	require.Equal(t, []any{transfer.Failed, "transfer.too-many", 200_000}, []any{tr.Status, tr.FaultCode, tr.Done})
	require.Empty(t, w.files(t))
}
