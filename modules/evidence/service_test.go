package evidence_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"anbiao/jobs"
	"anbiao/kit/blob"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/modules/account"
	"anbiao/modules/evidence"
	"anbiao/rbac"
	"anbiao/testkit"
	"anbiao/web/webtest"
)

const town = "330784105"

// world is a firm whose package has a list of thirty rows and three photos, one of them lost.
type world struct {
	*testkit.W
	s        *evidence.Service
	blobs    *blob.Directory
	registry *jobs.Registry
	firm     testkit.Firm
	safety   rbac.Actor
	notes    []evidence.Note
	before   func(n int) error // each page of the list, from 1
	pages    int
}

func setup(t *testing.T) *world {
	t.Helper()
	w := &world{W: testkit.World(t), registry: jobs.NewRegistry()}
	var err error
	w.blobs, err = blob.OpenDirectory(t.TempDir())
	require.NoError(t, err)
	w.firm = w.Company(t, town)
	w.safety = w.Actor(t, w.firm, "safety")
	require.NoError(t, w.blobs.Put(t.Context(), "photo/1", strings.NewReader("before"), 6))
	w.s = &evidence.Service{
		Gate: w.Gate, Blobs: w.blobs, ActorOf: (&account.Service{Gate: w.Gate}).ActorOfMembership,
		Company: func(context.Context, db.Tx, rbac.Scope, rbac.CompanyID) (evidence.Card, error) {
			return evidence.Card{Name: "甲厂<1>", USCC: "91330784X"}, nil
		},
		Tell: func(_ context.Context, _ db.Tx, n evidence.Note) error {
			w.notes = append(w.notes, n)
			return nil
		},
		Chapters: []evidence.Chapter{
			{Key: "hazards", Action: "hazard.ledger.list", Files: w.photos, Sheets: []evidence.Sheet{{Name: "隐患台账", Action: "hazard.ledger.list", Columns: columns, Pages: w.rows, Filters: func(s evidence.Span) evidence.Filters {
				return evidence.Filters{"from": {s.From.String()}}
			}}}},
			{Key: "reports", Action: "selfreport.report.list", Files: func(_ context.Context, s evidence.Span, _ string, _ int) ([]evidence.File, string, error) {
				return []evidence.File{{Path: s.Key + ".json", Content: []byte(`{"a":1}`), Title: "报表"}}, "", nil
			}},
			{Key: "checks", Action: "oversight.board.list", Files: w.photos}, // a regulator's
		},
	}
	w.s.Jobs(w.registry)
	return w
}

func columns() []sheet.Column {
	return []sheet.Column{{Key: "number", Title: map[text.Lang]string{text.Chinese: "编号", text.English: "Number"}, Kind: sheet.Code}}
}

func (w *world) rows(ctx context.Context, f evidence.Filters, cursor string, _ int) (out []sheet.Record, next string, err error) {
	if a, ok := rbac.ActorOf(ctx); !ok || a.PersonID != w.safety.PersonID || f["from"][0] != "2026-01-01" {
		return nil, "", errors.New("not as the maker")
	}
	w.pages++
	if w.before != nil {
		if err := w.before(w.pages); err != nil {
			return nil, "", err
		}
	}
	n := len(cursor)
	for i := range 10 {
		out = append(out, sheet.Record{Values: []string{fmt.Sprintf("00%d", n*10+i)}})
	}
	if n < 2 {
		next = cursor + "x"
	}
	return out, next, nil
}

func (w *world) photos(context.Context, evidence.Span, string, int) ([]evidence.File, string, error) {
	return []evidence.File{
		{Path: "整改照片/330784-2026-000001/整改前-1.jpg", Blob: "photo/1", Title: "光电保护<失效>"},
		{Path: "整改照片/330784-2026-000001/整改前-1.jpg", Blob: "photo/1"},
		{Path: "整改照片/330784-2026-000001/整改后-1.jpg", Blob: "photo/lost"},
	}, "", nil
}

func as(t *testing.T, a rbac.Actor) context.Context {
	t.Helper()
	return rbac.WithActor(t.Context(), a)
}

var order = evidence.Order{Period: "2026-Q1", Chapters: []string{"reports", "hazards"}}

// work does the outbox's jobs of packages once; an error is what the job answers.
func (w *world) work(t *testing.T) (err error) {
	t.Helper()
	worker := &jobs.Worker{System: w.System(), Registry: w.registry, Now: w.Now}
	for _, task := range testkit.All[string](t, w.W, "SELECT task_id || ' ' || kind || ' ' || payload FROM job_outbox WHERE done_at IS NULL ORDER BY id") {
		part := strings.SplitN(task, " ", 3)
		err = errors.Join(err, worker.Do(t.Context(), part[0], part[1], []byte(part[2])))
	}
	return err
}

// unpacked reads a package: its bytes by path.
func (w *world) unpacked(t *testing.T, n id.Of[id.Bundle]) map[string]string {
	t.Helper()
	f, err := w.s.Download(as(t, w.safety), n)
	require.NoError(t, err)
	all, err := io.ReadAll(f)
	require.NoError(t, err)
	require.NoError(t, f.Close())
	b, err := w.s.Read(as(t, w.safety), n)
	require.NoError(t, err)
	sum := sha256.Sum256(all)
	require.Equal(t, []any{hex.EncodeToString(sum[:]), int64(len(all))}, []any{b.SHA256, b.FileSize})
	z, err := zip.NewReader(bytes.NewReader(all), int64(len(all)))
	require.NoError(t, err)
	out := map[string]string{}
	for _, e := range z.File {
		require.False(t, e.NonUTF8, e.Name)
		ascii := strings.IndexFunc(e.Name, func(r rune) bool { return r > 127 }) < 0
		require.True(t, ascii || e.Flags&0x800 != 0, "%s is flagged as UTF-8", e.Name)
		r, err := e.Open()
		require.NoError(t, err)
		body, err := io.ReadAll(r)
		require.NoError(t, err)
		out[e.Name] = string(body)
	}
	return out
}

func TestPackageHoldsThePeriod(t *testing.T) {
	t.Parallel()
	w := setup(t)
	n, err := w.s.Make(as(t, w.safety), order)
	require.NoError(t, err)
	_, err = w.s.Make(as(t, w.safety), order)
	require.ErrorIs(t, err, evidence.ErrBusy)
	_, err = w.s.Download(as(t, w.safety), n)
	require.ErrorIs(t, err, evidence.ErrState)
	require.NoError(t, w.work(t))

	b, err := w.s.Read(as(t, w.safety), n)
	require.NoError(t, err)
	require.Equal(t, []any{evidence.Done, "迎检资料-甲厂_1_-2026-Q1.zip", []string{"hazards", "reports"}}, []any{b.Status, b.FileName, []string(b.Chapters)})
	require.EqualValues(t, 34, b.Done, "rows and files")
	files := w.unpacked(t, n)
	require.Len(t, files, 6)
	book, err := excelize.OpenReader(strings.NewReader(files["01 隐患台账与整改照片/隐患台账.xlsx"]))
	require.NoError(t, err)
	rows, err := book.GetRows(book.GetSheetName(0))
	require.NoError(t, err)
	require.Len(t, rows, 31)
	require.Equal(t, "0029", rows[30][0], "a code stays text")
	require.NoError(t, book.Close())
	require.Equal(t, "before", files["01 隐患台账与整改照片/整改照片/330784-2026-000001/整改前-1.jpg"])
	require.Contains(t, files, "01 隐患台账与整改照片/整改照片/330784-2026-000001/整改前-1(2).jpg", "no file takes another's place")
	require.Equal(t, `{"a":1}`, files["02 自查自报报表/2026-Q1.json"])
	index := files["目录.html"]
	for _, said := range []string{"甲厂&lt;1&gt;", "光电保护&lt;失效&gt;", "2026-01-01 至 2026-03-31", "整改后-1.jpg", "文件缺失"} {
		require.Contains(t, index, said)
	}
	lines := strings.Split(strings.TrimSpace(files["MANIFEST.sha256"]), "\n")
	require.Len(t, lines, len(files)-1, "every file but the manifest itself")
	for _, line := range lines {
		sum, name, ok := strings.Cut(line, "  ")
		require.True(t, ok)
		is := sha256.Sum256([]byte(files[name]))
		require.Equal(t, hex.EncodeToString(is[:]), sum, name)
	}
	require.Len(t, w.notes, 1)
	require.Equal(t, []any{"evidence.note-done", w.safety.PersonID}, []any{w.notes[0].Code, w.notes[0].Person})
	require.EqualValues(t, 1, testkit.One[int64](t, w.W, "SELECT count(*) FROM audit_entry WHERE noun = 'evidence_bundle' AND fields::text ILIKE '%downloaded%'"), "the download is in the trail")

	w.Set(w.Now().AddDate(0, 0, 31))
	_, err = w.s.Make(as(t, w.safety), evidence.Order{From: day.Of(2026, 1, 1), Until: day.Of(2026, 1, 31), Chapters: []string{"reports"}})
	require.NoError(t, err)
	require.NoError(t, w.work(t))
	require.NoError(t, w.Gate.Runner(t.Context(), "sweep", func(ctx context.Context, tx db.Tx) error { return jobs.Enqueue(ctx, tx, evidence.Sweep{}) }))
	require.NoError(t, w.work(t))
	_, err = w.s.Download(as(t, w.safety), n)
	require.ErrorIs(t, err, evidence.ErrGone)
	require.Equal(t, 1, w.kept(t), "the younger one stays")
}

// kept counts the files of packages in the store.
func (w *world) kept(t *testing.T) (n int) {
	t.Helper()
	for _, err := range w.blobs.List(t.Context(), "evidence/") {
		require.NoError(t, err)
		n++
	}
	return n
}

// A worker that dies half way is followed by one that begins anew, and leaves nothing behind; one
// that was only slow gives way.
func TestKilledWorkerBeginsAnew(t *testing.T) {
	t.Parallel()
	w := setup(t)
	n, err := w.s.Make(as(t, w.safety), order)
	require.NoError(t, err)
	died := errors.New("killed")
	w.before = func(page int) error {
		if page == 2 {
			b, err := w.s.Read(as(t, w.safety), n)
			require.NoError(t, err)
			require.Equal(t, []any{"hazards", int64(10)}, []any{b.Stage, b.Done}, "progress is seen while it is written")
			return died
		}
		return nil
	}
	require.Error(t, w.work(t))
	var inner error
	w.before = func(page int) error {
		if page == 4 { // while this one is at its second page, another takes the package over
			w.before = nil
			inner = w.work(t)
		}
		return nil
	}
	require.NoError(t, w.work(t))
	require.NoError(t, inner)
	require.Len(t, w.unpacked(t, n), 6)
	require.Equal(t, 1, w.kept(t))
	require.Len(t, w.notes, 1, "told once")
}

func TestWhoMayAndMayNot(t *testing.T) {
	t.Parallel()
	w := setup(t)
	keys, err := w.s.Offered(as(t, w.safety))
	require.NoError(t, err)
	require.Equal(t, []string{"hazards", "reports"}, keys)
	_, err = w.s.Make(as(t, w.safety), evidence.Order{Period: "2026-Q1", Chapters: []string{"hazards", "checks"}})
	require.ErrorIs(t, err, evidence.ErrChapter)
	for _, a := range []rbac.Actor{w.Actor(t, w.firm, "worker"), w.Regulator(t, "county", town[:6])} {
		_, err = w.s.Make(as(t, a), order)
		require.ErrorIs(t, err, rbac.ErrForbidden)
		_, _, err = w.s.List(as(t, a), page.Query{Limit: 10})
		require.ErrorIs(t, err, rbac.ErrForbidden)
	}
	n, err := w.s.Make(as(t, w.safety), order)
	require.NoError(t, err)
	other := w.Actor(t, w.Company(t, town), "safety")
	_, err = w.s.Download(as(t, other), n)
	require.ErrorIs(t, err, rbac.ErrNotFound)

	_, err = w.Owner.Exec(t.Context(), "UPDATE account_membership SET roles = '{worker}' WHERE id = $1", int64(w.safety.MembershipID))
	require.NoError(t, err)
	require.NoError(t, w.work(t))
	b, err := w.s.Read(as(t, w.safety), n)
	require.NoError(t, err)
	require.Equal(t, []any{evidence.Failed, "evidence.revoked"}, []any{b.Status, b.FaultCode})
	require.Zero(t, w.kept(t))
	require.Equal(t, "evidence.note-failed", w.notes[0].Code)
}

func TestOverTheWire(t *testing.T) {
	t.Parallel()
	w := setup(t)
	api := webtest.New(t, func(api huma.API) { evidence.Mount(api, w.s) })
	require.Equal(t, 201, api.As(w.safety).Post("/api/evidence/packages", order).Status)
	require.NoError(t, w.work(t))
	var list page.List[evidence.View]
	api.As(w.safety).Get("/api/evidence/packages").OK(t, &list)
	require.True(t, list.Items[0].There)
	for _, bad := range []string{`{"chapters":[]}`, `{"period":"2026-Q9","chapters":["hazards"]}`, `{"period":"","chapters":["hazards"]}`, `{"from":"2026-02-30","until":"2026-03-01","chapters":["hazards"]}`} {
		require.Equal(t, 422, api.As(w.safety).Post("/api/evidence/packages", json.RawMessage(bad)).Problem(t).Status, bad)
	}
}
