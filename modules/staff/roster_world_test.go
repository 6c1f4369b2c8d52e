package staff_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/xuri/excelize/v2"

	"anbiao/jobs"
	"anbiao/kit/blob"
	"anbiao/kit/id"
	"anbiao/modules/staff"
	"anbiao/modules/transfer"
	"anbiao/rbac"
)

// office is a company that imports and exports its staff.
type office struct {
	*fixture
	in       *transfer.Service
	others   map[id.Of[id.Membership]]rbac.Actor // who export, beside the safety manager
	registry *jobs.Registry
}

func openOffice(t *testing.T) *office {
	t.Helper()
	f := setUp(t)
	store, err := blob.OpenDirectory(t.TempDir())
	must(t, err)
	o := &office{fixture: f, registry: jobs.NewRegistry()}
	o.in = &transfer.Service{Gate: f.Gate, Blobs: store, Box: f.s.Box, Importers: []transfer.Importer{{
		Kind: "staff-roster", Action: staff.ActionImport, Columns: staff.RosterColumns, Sample: staff.RosterSample,
		Identity: staff.RosterIdentity, Check: f.s.CheckRoster, Save: f.s.SaveRoster,
	}}, Exporters: []transfer.Exporter{
		{Kind: "staff-people", Action: staff.ActionList, Columns: staff.RosterColumns, Pages: f.s.ExportPage},
		{Kind: "staff-tree", Action: staff.ActionList, Columns: staff.RosterColumns, Pages: f.s.TreePage},
	}}
	o.in.ActorOf = func(ctx context.Context, m id.Of[id.Membership], _ rbac.CompanyID) (rbac.Actor, error) {
		return o.member(t, m), nil
	}
	o.in.Jobs(o.registry)
	return o
}

func (o *office) member(t *testing.T, m id.Of[id.Membership]) rbac.Actor {
	t.Helper()
	a, ok := rbac.ActorOf(o.safety)
	if ok && a.MembershipID == m {
		return a
	}
	return o.others[m]
}

// drain does every job that is due.
func (o *office) drain(t *testing.T) {
	t.Helper()
	must(t, o.work(t))
}

// work does jobs until one fails.
func (o *office) work(t *testing.T) error {
	t.Helper()
	worker := &jobs.Worker{System: o.System(), Registry: o.registry, Now: o.Now}
	for range 200 {
		var task, kind string
		var payload []byte
		rows, err := o.Owner.Query(t.Context(), "SELECT task_id, kind, payload FROM job_outbox WHERE done_at IS NULL ORDER BY id LIMIT 1")
		must(t, err)
		more := rows.Next()
		if more {
			must(t, rows.Scan(&task, &kind, &payload))
		}
		rows.Close()
		if !more {
			return nil
		}
		if err := worker.Do(t.Context(), task, kind, payload); err != nil {
			return err
		}
	}
	return errors.New("jobs never end")
}

// check uploads a file and lets it be checked; save saves it as well.
func (o *office) check(t *testing.T, file []byte) transfer.Transfer {
	t.Helper()
	n, err := o.in.Upload(o.safety, "staff-roster", "花名册.xlsx", bytes.NewReader(file))
	must(t, err)
	o.drain(t)
	return o.read(t, n)
}

func (o *office) save(t *testing.T, file []byte) transfer.Transfer {
	t.Helper()
	tr := o.check(t, file)
	must(t, o.in.Commit(o.safety, tr.ID))
	o.drain(t)
	return o.read(t, tr.ID)
}

func (o *office) read(t *testing.T, n id.Of[id.Transfer]) transfer.Transfer {
	t.Helper()
	tr, _, err := o.in.Read(o.safety, n)
	must(t, err)
	return tr
}

// export writes a list as the actor of ctx sees it.
func (o *office) export(t *testing.T, ctx context.Context, kind string, filters transfer.Filters) []byte {
	t.Helper()
	n, err := o.in.Export(ctx, kind, filters, nil)
	must(t, err)
	o.drain(t)
	f, err := o.in.Download(ctx, n)
	must(t, err)
	defer f.Close()
	var out bytes.Buffer
	_, err = out.ReadFrom(f)
	must(t, err)
	return out.Bytes()
}

// sheetOf writes rows under the heading of a staff list.
func sheetOf(t *testing.T, rows ...[]string) []byte {
	t.Helper()
	f := excelize.NewFile()
	w, err := f.NewStreamWriter("Sheet1")
	must(t, err)
	all := append([][]string{{"车间/部门", "班组", "岗位", "岗位类型", "姓名", "工号", "手机", "身份证号", "入职日期", "是否负责人"}}, rows...)
	for i, r := range all {
		line := make([]any, len(r))
		for j, v := range r {
			line[j] = v
		}
		must(t, w.SetRow(fmt.Sprintf("A%d", i+1), line))
	}
	must(t, w.Flush())
	var out bytes.Buffer
	must(t, f.Write(&out))
	must(t, f.Close())
	return out.Bytes()
}

// cells reads a workbook's first sheet.
func cells(t *testing.T, file []byte) [][]string {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(file))
	must(t, err)
	rows, err := f.GetRows(f.GetSheetName(0))
	must(t, err)
	must(t, f.Close())
	return rows
}
