package archive_test

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
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/stretchr/testify/require"

	"anbiao/jobs"
	"anbiao/kit/blob"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/seal"
	"anbiao/modules/account"
	"anbiao/modules/archive"
	"anbiao/modules/secret"
	"anbiao/rbac"
	"anbiao/testkit"
	"anbiao/web/webtest"
)

const town = "330784105"

// puts counts what is put into the store, and may refuse it.
type puts struct {
	*blob.Directory
	n      int
	before func(n int) error

	deletes func(key string) error
}

func (p *puts) Delete(ctx context.Context, key string) error {
	if p.deletes != nil {
		if err := p.deletes(key); err != nil {
			return err
		}
	}
	return p.Directory.Delete(ctx, key)
}

func (p *puts) Put(ctx context.Context, key string, r io.Reader, size int64) error {
	p.n++
	if p.before != nil {
		if err := p.before(p.n); err != nil {
			return err
		}
	}
	return p.Directory.Put(ctx, key, r, size)
}

// world has a firm of some people with identity numbers and a photo, and a second one beside it.
type world struct {
	*testkit.W
	s        *archive.Service
	blobs    *puts
	registry *jobs.Registry
	firm     testkit.Firm
	safety   rbac.Actor
	other    rbac.Actor
	notes    []archive.Note
}

func setup(t *testing.T) *world {
	t.Helper()
	w := &world{W: testkit.World(t), registry: jobs.NewRegistry()}
	files, err := blob.OpenDirectory(t.TempDir())
	require.NoError(t, err)
	w.blobs = &puts{Directory: files}
	box := seal.New([]byte("a master secret of some length.."))
	w.firm = w.Company(t, town)
	w.safety = sure(w.Actor(t, w.firm, "safety"))
	second := w.Company(t, town)
	w.other = sure(w.Actor(t, second, "safety"))
	for _, f := range []testkit.Firm{w.firm, second} {
		field := box.Field(int64(f.ID))
		for n := range 3 {
			number := fmt.Sprintf("330784199001%06d", int64(f.ID)*10+int64(n))
			w.Exec(t, "INSERT INTO staff_person (company_id, region_path, oversight_line, name, identity_sealed, identity_index) VALUES ($1, $2, 0, $3, $4, $5)",
				int64(f.ID), f.RegionPath, "张三"+number[16:], field.Seal(number, "staff_person.identity"), field.Index(number, "staff_person.identity"))
		}
	}
	for i, noun := range []string{"hazard", "hazard", "hazard_direct", ""} {
		key := fmt.Sprintf("photo/%d", i)
		if i != 1 {
			require.NoError(t, files.Put(t.Context(), key, strings.NewReader("picture"), 7))
		}
		w.Exec(t, `INSERT INTO attachment (company_id, region_path, oversight_line, client_id, name, media_type, bytes, sha256, uploaded_at, uploaded_person, uploaded_name, original_key, display_key, thumb_key, bound_noun, bound_id, bound_at)
			VALUES ($1, $2, 0, gen_random_uuid(), '整改/前.jpg', 'image/jpeg', 7, sha256('picture'), now(), $3, '某人', $4, '', '', nullif($5, ''), CASE WHEN $5 <> '' THEN 1 END, CASE WHEN $5 <> '' THEN now() END)`,
			int64(w.firm.ID), w.firm.RegionPath, int64(w.safety.PersonID), key, noun)
	}
	var sealed []archive.Sealed
	for _, c := range secret.Columns {
		if c.Company != "" {
			sealed = append(sealed, archive.Sealed{Table: c.Table, Column: c.Name, Label: c.Label, Action: map[string]rbac.Action{"staff_person.identity": "staff.person.reveal"}[c.Label]})
		}
	}
	w.s = &archive.Service{
		Gate: w.Gate, Blobs: w.blobs, Box: box, Sealed: sealed, ActorOf: (&account.Service{Gate: w.Gate}).ActorOfMembership,
		Company: func(context.Context, db.Tx, rbac.Scope, rbac.CompanyID) (string, error) { return "甲厂<1>", nil },
		Tell: func(_ context.Context, _ db.Tx, n archive.Note) error {
			w.notes = append(w.notes, n)
			return nil
		},
	}
	w.s.Jobs(w.registry)
	return w
}

// sure has shown again that it is he.
func sure(a rbac.Actor) rbac.Actor {
	a.ConfirmedAt = time.Now().Add(time.Hour)
	return a
}

func as(t *testing.T, a rbac.Actor) context.Context {
	t.Helper()
	return rbac.WithActor(t.Context(), a)
}

// work does the outbox's jobs once; an error is what a job answers.
func (w *world) work(t *testing.T) (err error) {
	t.Helper()
	worker := &jobs.Worker{System: w.System(), Registry: w.registry, Now: w.Now}
	for _, task := range testkit.All[string](t, w.W, "SELECT task_id || ' ' || kind || ' ' || payload FROM job_outbox WHERE done_at IS NULL AND kind LIKE 'archive.%' ORDER BY id") {
		part := strings.SplitN(task, " ", 3)
		err = errors.Join(err, worker.Do(t.Context(), part[0], part[1], []byte(part[2])))
	}
	return err
}

// ordered is an export that is finished, by path.
func (w *world) ordered(t *testing.T, o archive.Order) (id.Of[id.Archive], map[string]string) {
	t.Helper()
	n, err := w.s.Order(as(t, w.safety), o)
	require.NoError(t, err)
	require.NoError(t, w.work(t))
	return n, w.unpacked(t, n)
}

func (w *world) unpacked(t *testing.T, n id.Of[id.Archive]) map[string]string {
	t.Helper()
	b, err := w.s.Read(as(t, w.safety), n)
	require.NoError(t, err)
	require.Equal(t, archive.Done, b.Status, b.FaultCode)
	f, err := w.s.Download(as(t, w.safety), n)
	require.NoError(t, err)
	all, err := io.ReadAll(f)
	require.NoError(t, err)
	require.NoError(t, f.Close())
	sum := sha256.Sum256(all)
	require.Equal(t, []any{hex.EncodeToString(sum[:]), int64(len(all))}, []any{b.SHA256, b.FileSize})
	z, err := zip.NewReader(bytes.NewReader(all), int64(len(all)))
	require.NoError(t, err)
	out := map[string]string{}
	for _, e := range z.File {
		r, err := e.Open()
		require.NoError(t, err)
		body, err := io.ReadAll(r)
		require.NoError(t, err)
		require.NotContains(t, out, e.Name)
		out[e.Name] = string(body)
	}
	return out
}

// kept counts the files of exports in the store.
func (w *world) kept(t *testing.T) (n int) {
	t.Helper()
	for _, err := range w.blobs.List(t.Context(), "archive/") {
		require.NoError(t, err)
		n++
	}
	return n
}

func TestExportHoldsTheCompanyAndNobodyElse(t *testing.T) {
	t.Parallel()
	w := setup(t)
	n, files := w.ordered(t, archive.Order{})
	people := strings.Split(strings.TrimSpace(files["tables/staff_person.jsonl"]), "\n")
	found := 0
	for _, l := range people {
		var row struct {
			Company  int64  `json:"company_id"`
			Name     string `json:"name"`
			Identity string `json:"identity"`
		}
		require.NoError(t, json.Unmarshal([]byte(l), &row))
		require.Equal(t, int64(w.firm.ID), row.Company)
		if strings.HasPrefix(row.Name, "张三") {
			found++
			require.Equal(t, "***", row.Identity)
		}
		require.NotContains(t, l, "identity_index")
		require.NotContains(t, l, "identity_sealed")
	}
	require.Equal(t, 3, found)
	for name, body := range files {
		require.NotContains(t, body, fmt.Sprintf(`"company_id":%d,`, int64(w.other.CompanyID)), name)
	}
	var photos []string
	for name := range files {
		if strings.HasPrefix(name, "attachments/") {
			photos = append(photos, name)
		}
	}
	require.Len(t, photos, 1, "not the lost one, not that of a report past the company, not one that belongs to nothing")
	require.Equal(t, "picture", files[photos[0]])
	require.True(t, strings.HasSuffix(photos[0], "-整改_前.jpg"), photos[0])
	require.Contains(t, files["manifest.json"], "整改_前.jpg")
	require.Contains(t, files["manifest.json"], `"filesMissing": [`+"\n    \"attachments/")
	require.NotContains(t, files["tables/audit_entry.jsonl"], `"address"`)
	require.Contains(t, files["tables/audit_entry.jsonl"], `"archive.bundle.order"`)
	lines := strings.Split(strings.TrimSpace(files["MANIFEST.sha256"]), "\n")
	require.Len(t, lines, len(files)-1, "every file but the manifest itself")
	for _, l := range lines {
		sum, name, _ := strings.Cut(l, "  ")
		is := sha256.Sum256([]byte(files[name]))
		require.Equal(t, hex.EncodeToString(is[:]), sum, name)
	}
	require.Equal(t, 1, w.kept(t), "the pieces are gone")
	require.Zero(t, testkit.One[int64](t, w.W, "SELECT count(*) FROM archive_piece"))
	require.Equal(t, []any{1, "archive.note-done", w.safety.PersonID}, []any{len(w.notes), w.notes[0].Code, w.notes[0].Person})
	require.EqualValues(t, 3, testkit.One[int64](t, w.W, "SELECT count(*) FROM audit_entry WHERE noun = 'archive_bundle'"), "ordered, finished, fetched")

	w.Set(time.Now().AddDate(0, 0, 8))
	require.NoError(t, w.Gate.Runner(t.Context(), "sweep", func(ctx context.Context, tx db.Tx) error { return jobs.Enqueue(ctx, tx, archive.Sweep{}) }))
	require.NoError(t, w.work(t))
	_, err := w.s.Download(as(t, w.safety), n)
	require.ErrorIs(t, err, archive.ErrGone)
	require.Zero(t, w.kept(t))
}

// Every table of companies is in the export or in Left, so that a new one is thought about.
func TestEveryTableIsInIt(t *testing.T) {
	t.Parallel()
	w := setup(t)
	_, files := w.ordered(t, archive.Order{})
	tables := testkit.All[string](t, w.W, `SELECT k.name FROM table_class k WHERE EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = to_regclass(k.name) AND a.attname IN ('company_id', 'subject_company_id') AND NOT a.attisdropped) ORDER BY 1`)
	require.Greater(t, len(tables), 150)
	for _, name := range tables {
		_, in := files["tables/"+name+".jsonl"]
		require.Equal(t, archive.Left[name] == "", in, "%s: an export holds it, or archive.Left says why not", name)
	}
	for name := range archive.Left {
		require.True(t, slices.Contains(tables, name), "%s is no longer in the database", name)
	}
}

func TestSealedValuesAreOpenedForWhoMaySeeThem(t *testing.T) {
	t.Parallel()
	w := setup(t)
	n, files := w.ordered(t, archive.Order{Plain: true})
	require.Contains(t, files["tables/staff_person.jsonl"], fmt.Sprintf(`"identity":"330784199001%06d"`, int64(w.firm.ID)*10))
	require.NotContains(t, files["tables/staff_person.jsonl"], "identity_index")
	_, err := w.s.Download(as(t, w.other), n)
	require.ErrorIs(t, err, rbac.ErrNotFound)

	w.s.Sealed[0].Action = "fund.rule.correct" // nobody of a company may
	_, err = w.s.Download(as(t, w.safety), n)
	require.ErrorIs(t, err, archive.ErrPlain)
	_, err = w.s.Order(as(t, w.safety), archive.Order{Plain: true})
	require.ErrorIs(t, err, archive.ErrPlain)
}

// A worker that is killed is followed by one that reads only what is not there yet; one that was only slow gives way.
func TestKilledWorkerIsFollowed(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.Exec(t, `INSERT INTO staff_person (company_id, region_path, oversight_line, name) SELECT $1, $2, 0, '员工' || n FROM generate_series(1, 20500) n`, int64(w.firm.ID), w.firm.RegionPath)
	n, err := w.s.Order(as(t, w.safety), archive.Order{})
	require.NoError(t, err)
	_, err = w.s.Order(as(t, w.safety), archive.Order{})
	require.ErrorIs(t, err, archive.ErrBusy)
	_, err = w.s.Download(as(t, w.safety), n)
	require.ErrorIs(t, err, archive.ErrState)
	died := errors.New("killed")
	w.blobs.before = func(int) error { // the second piece of the people
		if testkit.One[int64](t, w.W, "SELECT count(*) FROM archive_piece WHERE table_name = 'staff_person'") == 2 {
			w.blobs.before = nil
			return died
		}
		return nil
	}
	require.ErrorIs(t, w.work(t), died)
	read := testkit.One[int64](t, w.W, "SELECT count(*) FROM archive_piece WHERE done")
	require.EqualValues(t, 1, testkit.One[int64](t, w.W, "SELECT count(*) FROM archive_piece WHERE NOT done"))
	b, err := w.s.Read(as(t, w.safety), n)
	require.NoError(t, err)
	require.Equal(t, []any{archive.Writing, "staff_person"}, []any{b.Status, b.Stage})
	require.Greater(t, b.Done, int64(9999))

	w.blobs.n = 0
	var inner error
	w.blobs.before = func(put int) error {
		if put == 2 { // while this one keeps its second piece, another takes the export over
			w.blobs.before = nil
			inner = w.work(t)
		}
		return nil
	}
	require.NoError(t, w.work(t))
	require.NoError(t, inner)
	files := w.unpacked(t, n)
	pieces := int64(len(files)-3) + 2 // tables, two of the manifests and a photo less, and the people are three pieces
	require.Equal(t, pieces-read+1+1, int64(w.blobs.n), "what was read before is not read again; the slow one's last piece is, and there is the file itself")
	require.Equal(t, 20500+4, strings.Count(files["tables/staff_person.jsonl"], "\n"))
	for _, who := range []string{`"name":"员工1"`, `"name":"员工10001"`, `"name":"员工20500"`} {
		require.Equal(t, 1, strings.Count(files["tables/staff_person.jsonl"], who), who)
	}
	require.Equal(t, 1, w.kept(t))
	require.Len(t, w.notes, 1, "told once")
}

func TestWhoMayAndMayNot(t *testing.T) {
	t.Parallel()
	w := setup(t)
	unsure := w.safety
	unsure.ConfirmedAt = time.Time{}
	_, err := w.s.Order(as(t, unsure), archive.Order{})
	require.ErrorIs(t, err, rbac.ErrConfirm)
	for _, a := range []rbac.Actor{sure(w.Actor(t, w.firm, "worker")), sure(w.Regulator(t, "county", town[:6]))} {
		_, err = w.s.Order(as(t, a), archive.Order{})
		require.ErrorIs(t, err, rbac.ErrForbidden)
		_, _, err = w.s.List(as(t, a), page.Query{Limit: 10})
		require.ErrorIs(t, err, rbac.ErrForbidden)
	}
	n, err := w.s.Order(as(t, w.safety), archive.Order{})
	require.NoError(t, err)
	_, err = w.s.Read(as(t, w.other), n)
	require.ErrorIs(t, err, rbac.ErrNotFound)
	w.Exec(t, "UPDATE account_membership SET roles = '{worker}' WHERE id = $1", int64(w.safety.MembershipID))
	require.NoError(t, w.work(t))
	b, err := w.s.Read(as(t, w.safety), n)
	require.NoError(t, err)
	require.Equal(t, []any{archive.Failed, "archive.revoked"}, []any{b.Status, b.FaultCode})
	require.Zero(t, w.kept(t))
	require.Equal(t, "archive.note-failed", w.notes[0].Code)
}

func TestOverTheWire(t *testing.T) {
	t.Parallel()
	w := setup(t)
	api := webtest.New(t, func(api huma.API) { archive.Mount(api, w.s) })
	require.Equal(t, 201, api.As(w.safety).Post("/api/archive/bundles", archive.Order{}).Status)
	require.NoError(t, w.work(t))
	var list page.List[archive.View]
	api.As(w.safety).Get("/api/archive/bundles").OK(t, &list)
	require.True(t, list.Items[0].There)
	got := api.As(w.safety).Get("/api/archive/bundles/" + list.Items[0].ID.String() + "/file")
	require.Equal(t, 200, got.Status)
}
