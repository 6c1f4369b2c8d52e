package transfer_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"anbiao/kit/blob"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/seal"
	"anbiao/kit/sheet"
	"anbiao/modules/account"
	"anbiao/modules/certificate"
	"anbiao/modules/hazard"
	"anbiao/modules/oversight"
	"anbiao/modules/transfer"
	"anbiao/rbac"
	"anbiao/testkit"
)

// exports is a world whose lists can be exported, and a look at each page before it is read.
type exports struct {
	world
	hazards *hazard.Service
	certs   *certificate.Service
	blobs   *blob.Directory
	before  func(ctx context.Context, n int) error // page number, from 1
	pages   int
}

func exporting(t *testing.T) *exports {
	t.Helper()
	w := &exports{world: setup(t)}
	var err error
	w.blobs, err = blob.OpenDirectory(t.TempDir())
	require.NoError(t, err)
	w.hazards = &hazard.Service{
		Gate:  w.Gate,
		Claim: func(context.Context, db.Tx, rbac.Scope, []id.Of[id.Attachment], string, int64) error { return nil },
		Tell:  func(context.Context, db.Tx, hazard.Note) error { return nil },
		Touch: func(context.Context, db.Tx, rbac.CompanyID) error { return nil },
	}
	w.certs = &certificate.Service{Gate: w.Gate, Box: seal.New(testkit.Secret), Holders: func(_ context.Context, _ db.Tx, keys []certificate.HolderKey) (map[certificate.HolderKey]certificate.Holder, error) {
		return map[certificate.HolderKey]certificate.Holder{keys[0]: {Name: "张三丰"}}, nil
	}}
	w.hazards.Jobs(w.registry)
	board := &oversight.Service{Gate: w.Gate}
	w.s.Blobs = w.blobs
	w.s.ActorOf = (&account.Service{Gate: w.Gate}).ActorOfMembership
	w.s.Exporters = []transfer.Exporter{
		{Kind: "graded-companies", Action: oversight.ActionList, Columns: oversight.ExportColumns, Pages: board.ExportPage},
		{Kind: "hazards", Action: hazard.ActionList, Columns: hazard.ExportColumns, Pages: w.slowly(w.hazards.ExportPage)},
		{Kind: "certificates", Action: certificate.ActionList, Columns: certificate.ExportColumns, Pages: w.certs.ExportPage},
	}
	return w
}

type pages = func(ctx context.Context, filters transfer.Filters, cursor string, limit int) ([]sheet.Record, string, error)

// slowly reads ten rows a page, whatever is asked for, and looks before each.
func (w *exports) slowly(read pages) pages {
	return func(ctx context.Context, filters transfer.Filters, cursor string, limit int) ([]sheet.Record, string, error) {
		if limit > 1 { // 1: the try at the start
			w.pages++
			if w.before != nil {
				if err := w.before(ctx, w.pages); err != nil {
					return nil, "", err
				}
			}
		}
		return read(ctx, filters, cursor, min(limit, 10))
	}
}

func as(t *testing.T, a rbac.Actor) context.Context {
	t.Helper()
	return rbac.WithActor(t.Context(), a)
}

// report reports n hazards in the name of a.
func (w *exports) report(t *testing.T, a rbac.Actor, n int, said string) {
	t.Helper()
	for i := range n {
		_, err := w.hazards.Report(as(t, a), hazard.Report{Place: "冲压车间", Description: fmt.Sprintf("%s%d", said, i), Category: "A01", Source: hazard.SelfCheck})
		require.NoError(t, err)
	}
}

// fetch reads the rows of a finished export, the heading first.
func (w *exports) fetch(t *testing.T, ctx context.Context, n id.Of[id.Transfer]) [][]string {
	t.Helper()
	f, err := w.s.Download(ctx, n)
	require.NoError(t, err)
	b, err := io.ReadAll(f)
	require.NoError(t, err)
	require.NoError(t, f.Close())
	return rowsIn(t, b)
}

func rowsIn(t *testing.T, b []byte) [][]string {
	t.Helper()
	x, err := excelize.OpenReader(bytes.NewReader(b))
	require.NoError(t, err)
	defer func() { require.NoError(t, x.Close()) }()
	rows, err := x.GetRows(x.GetSheetName(0))
	require.NoError(t, err)
	return rows
}

func (w *exports) export(t *testing.T, ctx context.Context, kind string, filters transfer.Filters) id.Of[id.Transfer] {
	t.Helper()
	n, err := w.s.Export(ctx, kind, filters, nil)
	require.NoError(t, err)
	return n
}

// files lists what the store keeps.
func (w *exports) files(t *testing.T) (keys []string) {
	t.Helper()
	for f, err := range w.blobs.List(t.Context(), "") {
		require.NoError(t, err)
		keys = append(keys, f.Key)
	}
	return keys
}
