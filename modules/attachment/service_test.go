package attachment_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"anbiao/jobs"
	"anbiao/kit/blob"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/modules/attachment"
	"anbiao/rbac"
	"anbiao/testkit"
	"anbiao/web/webtest"
)

var noon = time.Date(2026, 3, 10, 4, 0, 0, 0, time.UTC)

type world struct {
	*testkit.W
	s                       *attachment.Service
	api                     *webtest.API
	dir                     string
	firm                    testkit.Firm
	worker, other, stranger rbac.Actor
	county, elsewhere       rbac.Actor
}

func setup(t *testing.T) *world {
	t.Helper()
	w := &world{W: testkit.World(t), dir: t.TempDir()}
	w.Set(noon)
	store, err := blob.OpenDirectory(w.dir)
	require.NoError(t, err)
	w.s = &attachment.Service{Gate: w.Gate, Blobs: store}
	w.api = webtest.New(t, func(api huma.API) { attachment.Mount(api, w.s) })
	w.firm = w.Company(t, "330784105")
	w.worker, w.other = w.Actor(t, w.firm, "worker"), w.Actor(t, w.firm, "safety")
	w.stranger = w.Actor(t, w.Company(t, "330784105"), "safety")
	w.county, w.elsewhere = w.Regulator(t, "county", "330784"), w.Regulator(t, "county", "330783")
	return w
}

// picture is a JPEG of its own for each shade.
func picture(t *testing.T, shade uint8) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, 2000, 1000))
	for i := range img.Pix {
		img.Pix[i] = shade
	}
	img.SetGray(1, 1, color.Gray{Y: 255 - shade})
	var b bytes.Buffer
	require.NoError(t, jpeg.Encode(&b, img, nil))
	return b.Bytes()
}

const pdf = "%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"

func (w *world) send(a rbac.Actor, client, name string, content []byte) webtest.Answer {
	return w.api.As(a).Upload("/api/attachment/files", map[string]string{"clientId": client, "takenAt": "2026-03-10T11:00:00+08:00"},
		webtest.File{Field: "file", Name: name, Type: "image/png", Content: content})
}

func (w *world) claim(t *testing.T, a rbac.Actor, noun string, object int64, files ...int64) error {
	t.Helper()
	ids := make([]id.Of[id.Attachment], len(files))
	for i, f := range files {
		ids[i] = id.Of[id.Attachment](f)
	}
	return w.Gate.Write(rbac.WithActor(t.Context(), a), attachment.ActionUpload, func(tx db.Tx, scope rbac.Scope) error {
		return w.s.Claim(t.Context(), tx, scope, ids, noun, object)
	})
}

func (w *world) blobs(t *testing.T) (n int) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(filepath.Join(w.dir, "attachment"), func(_ string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			n++
		}
		return err
	}))
	return n
}

func TestUploadAndRead(t *testing.T) {
	t.Parallel()
	w := setup(t)
	original := picture(t, 30)
	n := w.send(w.worker, uuid.NewString(), `..\..\C:现场<1>.PNG`, original).Made(t)
	worker := w.api.As(w.worker)
	var f struct {
		Name, MediaType, SHA256, UploadedBy string
		Bytes, Width, Height                int
		Bound                               bool
		TakenAt                             time.Time
	}
	worker.Get(fmt.Sprintf("/api/attachment/files/%d", n)).OK(t, &f)
	require.Equal(t, "C现场1.jpg", f.Name, "the extension of its content")
	require.Equal(t, "image/jpeg", f.MediaType)
	require.Equal(t, len(original), f.Bytes)
	require.Equal(t, []int{1600, 800}, []int{f.Width, f.Height})
	require.Len(t, f.SHA256, 64)
	require.True(t, f.TakenAt.Equal(noon.Add(-time.Hour)))

	path := fmt.Sprintf("/api/attachment/files/%d/content", n)
	got := worker.Get(path+"?size=original").OK(t, nil)
	require.Equal(t, original, got.Body)
	require.Contains(t, got.Header.Get("Content-Disposition"), "attachment")
	for size, width := range map[string]int{"display": 1600, "thumb": 320} {
		a := worker.Get(path+"?size="+size).OK(t, nil)
		require.Equal(t, "image/jpeg", a.Header.Get("Content-Type"))
		require.Equal(t, "nosniff", a.Header.Get("X-Content-Type-Options"))
		require.Equal(t, "private, max-age=86400", a.Header.Get("Cache-Control"))
		require.Contains(t, a.Header.Get("Content-Disposition"), "inline")
		c, err := jpeg.DecodeConfig(bytes.NewReader(a.Body))
		require.NoError(t, err)
		require.Equal(t, width, c.Width)
		require.Equal(t, 304, worker.With("If-None-Match", a.Header.Get("ETag")).Get(path+"?size="+size).Status)
	}
	part := worker.With("Range", "bytes=0-1").Get(path)
	require.Equal(t, 206, part.Status)
	require.Equal(t, "\xff\xd8", string(part.Body))
	worker.Get(path+"?size=huge").Refused(t, 422, "http.unprocessable-entity")
	require.Equal(t, 3, w.blobs(t))
}

func TestDocument(t *testing.T) {
	t.Parallel()
	w := setup(t)
	n := w.send(w.worker, uuid.NewString(), "方案.exe", []byte(pdf)).Made(t)
	a := w.api.As(w.worker).Get(fmt.Sprintf("/api/attachment/files/%d/content", n)).OK(t, nil)
	require.Equal(t, pdf, string(a.Body))
	require.Equal(t, "application/pdf", a.Header.Get("Content-Type"))
	require.Contains(t, a.Header.Get("Content-Disposition"), "attachment")
	w.api.As(w.worker).Get(fmt.Sprintf("/api/attachment/files/%d/content?size=thumb", n)).Refused(t, 404, "attachment.no-picture")
}

func TestUploadAgain(t *testing.T) {
	t.Parallel()
	w := setup(t)
	client := uuid.NewString()
	n := w.send(w.worker, client, "a.jpg", picture(t, 1)).Made(t)
	require.Equal(t, n, w.send(w.worker, client, "a.jpg", picture(t, 1)).Made(t))
	w.send(w.worker, client, "a.jpg", picture(t, 2)).Refused(t, 409, "attachment.other-content")
	require.NotEqual(t, n, w.send(w.stranger, client, "a.jpg", picture(t, 2)).Made(t), "another company's client ids are its own")
	again := uuid.NewString()
	ids := make([]int64, 4)
	var wg sync.WaitGroup
	content := []byte(pdf)
	for i := range ids {
		wg.Go(func() { ids[i] = w.send(w.worker, again, "b.pdf", content).Made(t) })
	}
	wg.Wait()
	for _, one := range ids {
		require.Equal(t, ids[0], one)
	}
}

func TestUploadRefusals(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ok := uuid.NewString()
	for name, c := range map[string]struct {
		client  string
		content []byte
		status  int
		code    string
	}{
		"empty":            {ok, nil, 422, "attachment.empty"},
		"too large":        {ok, append([]byte(pdf), make([]byte, attachment.MaxBytes)...), 413, "attachment.too-large"},
		"text":             {ok, []byte("hello"), 415, "photo.type"},
		"html":             {ok, []byte("<html><script>alert(1)</script></html>"), 415, "photo.type"},
		"svg":              {ok, []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`), 415, "photo.type"},
		"broken":           {ok, picture(t, 3)[:300], 415, "photo.broken"},
		"no client id":     {"", []byte(pdf), 422, "http.unprocessable-entity"},
		"client id":        {"１２３", []byte(pdf), 422, "http.unprocessable-entity"},
		"client id is nil": {uuid.Nil.String(), []byte(pdf), 422, "attachment.client-id"},
	} {
		a := w.send(w.worker, c.client, "甲.jpg", c.content)
		require.Equal(t, c.code, a.Problem(t).Code, "%s: %s", name, a.Body)
		require.Equal(t, c.status, a.Status, name)
	}
	a := w.api.As(w.worker).Upload("/api/attachment/files", map[string]string{"clientId": ok})
	require.Less(t, a.Status, 500)
	a.Problem(t)
	a = w.api.As(w.worker).Upload("/api/attachment/files", map[string]string{"clientId": ok, "takenAt": "2026-02-31T00:00:00Z"}, webtest.File{Field: "file", Name: "a", Content: []byte(pdf)})
	require.Less(t, a.Status, 500)
	a.Problem(t)
	w.api.As(w.worker).Post("/api/attachment/files", `{"file":"x"}`).Problem(t)
	w.send(w.county, ok, "甲.jpg", []byte(pdf)).Refused(t, 404, "rbac.not-found") // he does not say whose site he is on
	w.api.Anonymous().Upload("/api/attachment/files", map[string]string{"clientId": ok}, webtest.File{Field: "file", Name: "a", Content: []byte(pdf)}).Refused(t, 401, "rbac.unauthenticated")
	require.Equal(t, int64(0), testkit.One[int64](t, w.W, "SELECT count(*) FROM attachment"))
	_, err := os.Stat(filepath.Join(w.dir, "attachment"))
	require.ErrorIs(t, err, os.ErrNotExist, "nothing was written")
	n := w.send(w.worker, uuid.NewString(), strings.Repeat("长", 300)+"\u202e.pdf", []byte(pdf)).Made(t)
	require.LessOrEqual(t, testkit.One[int](t, w.W, "SELECT char_length(name) FROM attachment WHERE id = $1", n), 125)
}

func TestWhoSees(t *testing.T) {
	t.Parallel()
	w := setup(t)
	n := w.send(w.worker, uuid.NewString(), "a.pdf", []byte(pdf)).Made(t)
	path := fmt.Sprintf("/api/attachment/files/%d/content", n)
	sees := func(a rbac.Actor) int { return w.api.As(a).Get(path).Status }
	require.Equal(t, []int{200, 404, 404, 404, 404}, []int{sees(w.worker), sees(w.other), sees(w.stranger), sees(w.county), sees(w.elsewhere)}, "a draft is its author's")
	require.ErrorIs(t, w.claim(t, w.other, "hazard", 5, n), attachment.ErrUnknown, "another's draft")
	require.ErrorIs(t, w.claim(t, w.stranger, "hazard", 5, n), attachment.ErrUnknown)
	require.ErrorIs(t, w.claim(t, w.worker, "hazard", 5, n, 99999), attachment.ErrUnknown)
	require.NoError(t, w.claim(t, w.worker, "inspection_check", 5, n, n))
	require.Equal(t, []int{200, 200, 404, 200, 404}, []int{sees(w.worker), sees(w.other), sees(w.stranger), sees(w.county), sees(w.elsewhere)})
	require.NoError(t, w.claim(t, w.other, "hazard", 6, n), "what belongs to something is shared")
	require.Equal(t, "inspection_check", testkit.One[string](t, w.W, "SELECT bound_noun FROM attachment WHERE id = $1", n))
	require.Equal(t, int64(5), testkit.One[int64](t, w.W, "SELECT bound_id FROM attachment WHERE id = $1", n))
	require.NoError(t, w.claim(t, w.worker, "hazard", 7))
}

func TestLimits(t *testing.T) {
	t.Parallel()
	w := setup(t)
	add := `INSERT INTO attachment (company_id, region_path, oversight_line, client_id, name, media_type, bytes, sha256, uploaded_at, uploaded_person, uploaded_name,
		original_key, display_key, thumb_key, bound_noun, bound_id, bound_at)
		SELECT $1, '330784105', 0, gen_random_uuid(), 'x', 'application/pdf', 1, '', now(), $2, '', '', '', '', $3::text, CASE WHEN $3::text IS NULL THEN NULL ELSE 9 END, CASE WHEN $3::text IS NULL THEN NULL ELSE now() END
		FROM generate_series(1, $4)`
	w.Exec(t, add, int64(w.firm.ID), int64(w.other.PersonID), "hazard", 300)
	n := w.send(w.worker, uuid.NewString(), "a.pdf", []byte(pdf)).Made(t)
	require.ErrorIs(t, w.claim(t, w.worker, "hazard", 9, n), attachment.ErrTooMany)
	w.Exec(t, add, int64(w.firm.ID), int64(w.worker.PersonID), nil, 400)
	w.send(w.worker, uuid.NewString(), "a.pdf", []byte(pdf)).Refused(t, 429, "attachment.too-many-drafts")
}

func TestSweep(t *testing.T) {
	t.Parallel()
	w := setup(t)
	kept := w.send(w.worker, uuid.NewString(), "a.jpg", picture(t, 9)).Made(t)
	draft := w.send(w.worker, uuid.NewString(), "b.jpg", picture(t, 10)).Made(t)
	require.NoError(t, w.claim(t, w.worker, "hazard", 1, kept))
	// An upload that died before its row was written.
	lost := fmt.Sprintf("attachment/2026-03-10/%d_%s_0011223344556677.original", int64(w.firm.ID), uuid.NewString())
	require.NoError(t, w.s.Blobs.Put(t.Context(), lost, strings.NewReader("x"), 1))
	registry := jobs.NewRegistry()
	w.s.Jobs(registry)
	worker := &jobs.Worker{System: w.System(), Registry: registry, Now: w.Now}
	sweep := func(at time.Time) {
		w.Set(at)
		task := fmt.Sprintf(`{"on":"%s"}`, day.In(at, day.Shanghai))
		require.NoError(t, worker.Do(t.Context(), "attachment.sweep:"+at.String(), "attachment.sweep", []byte(task)))
	}
	sweep(noon.Add(23 * time.Hour))
	require.Equal(t, 7, w.blobs(t), "not a day old")
	sweep(noon.Add(25 * time.Hour))
	require.Equal(t, 4, w.blobs(t))
	require.Equal(t, kept, testkit.One[int64](t, w.W, "SELECT id FROM attachment"))
	require.ErrorIs(t, w.claim(t, w.worker, "hazard", 1, draft), attachment.ErrUnknown)
	sweep(noon.Add(49 * time.Hour))
	require.Equal(t, 3, w.blobs(t), "the orphan is gone, the claimed file stays")
	w.api.As(w.other).Get(fmt.Sprintf("/api/attachment/files/%d/content", kept)).OK(t, nil)
}

// An invoice is seen by who may read expenses, and by who uploaded it.
func TestVouchersAreForFewEyes(t *testing.T) {
	t.Parallel()
	w := setup(t)
	n := w.send(w.other, uuid.NewString(), "发票.jpg", picture(t, 9)).Made(t)
	require.NoError(t, w.claim(t, w.other, "fund_expense", 1, n))
	path := fmt.Sprintf("/api/attachment/files/%d/content", n)
	w.api.As(w.other).Get(path).OK(t, nil)
	w.api.As(w.Actor(t, w.firm, "finance")).Get(path).OK(t, nil)
	for _, a := range []rbac.Actor{w.worker, w.stranger, w.Regulator(t, "county", w.firm.RegionPath[:6])} {
		w.api.As(a).Get(path).Refused(t, 404, "rbac.not-found")
	}
}
