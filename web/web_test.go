package web_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/page"
	"anbiao/rbac"
	"anbiao/testkit"
	"anbiao/web"
	"anbiao/web/webtest"
)

// use is an action that every member holds.
const use rbac.Action = "account.self.use"

var errTaken = fault.New(fault.Conflict, "rbac.not-found") // any text will do

type note struct {
	Title string   `json:"title" minLength:"1" maxLength:"20"`
	Count int      `json:"count,omitempty" minimum:"1" maximum:"9"`
	On    day.Date `json:"on,omitzero"`
	Kind  string   `json:"kind,omitempty" enum:"a,b"`
	Mail  string   `json:"mail,omitempty" format:"email"`
}

type listInput struct {
	page.Query
	Tags []string `query:"tag,explode"`
	Sort string   `query:"sort" enum:"name,day"`
}

type upload struct {
	RawBody huma.MultipartFormFiles[struct {
		File huma.FormFile `form:"file" required:"true"`
		Name string        `form:"name" required:"false" maxLength:"20"`
	}]
}

// limitOfFiles is what uploads of the test may weigh: more than stays in memory.
const limitOfFiles = 3 << 19

// notes mounts operations that do what operations do, well and badly.
func notes(gate *rbac.Gate) func(huma.API) {
	write := func(ctx context.Context) (made int64, err error) {
		err = gate.Write(ctx, use, func(tx db.Tx, scope rbac.Scope) error {
			q := "UPDATE account_person SET email = email || 'x' WHERE id = ? RETURNING length(email)"
			err := tx.Raw(q, scope.Actor().PersonID).Scan(&made).Error
			scope.Made(made)
			return err
		})
		return made, err
	}
	return func(api huma.API) {
		web.Handle(api, web.Op{ID: "makeNote", Route: "POST /test/notes", Action: use}, func(ctx context.Context, in *web.Body[note]) (*web.Body[web.Made], error) {
			return web.MadeOf(write(ctx))
		})
		web.Handle(api, web.Op{ID: "tryNote", Route: "POST /test/tries", Action: use, Exempt: true}, func(ctx context.Context, in *web.Body[note]) (*web.Body[web.Made], error) {
			return web.MadeOf(write(ctx))
		})
		web.Handle(api, web.Op{ID: "touchNote", Route: "POST /test/notes/{id}/touch", Action: use}, func(ctx context.Context, in *struct {
			ID int64 `path:"id"`
		},
		) (*web.Body[web.Made], error) {
			return web.MadeOf(write(ctx))
		})
		web.Handle(api, web.Op{ID: "listNotes", Route: "GET /test/notes", Action: use, Public: true}, func(_ context.Context, in *listInput) (*web.Body[[]string], error) {
			return &web.Body[[]string]{Body: append([]string{fmt.Sprint(in.Limit)}, in.Tags...)}, nil
		})
		web.Handle(api, web.Op{ID: "takeNote", Route: "GET /test/taken", Action: use, Public: true}, func(context.Context, *struct{}) (*web.None, error) {
			return nil, errTaken.At("body.title").Because(errors.New("secret cause"))
		})
		web.Handle(api, web.Op{ID: "breakNote", Route: "GET /test/broken", Action: use, Public: true}, func(context.Context, *struct{}) (*web.None, error) {
			return nil, errors.New("pq: secret internal detail")
		})
		web.Handle(api, web.Op{ID: "panicNote", Route: "GET /test/panic", Action: use, Public: true}, func(context.Context, *struct{}) (*web.None, error) {
			panic("secret value")
		})
		web.Handle(api, web.Op{ID: "keepFile", Route: "POST /test/files", Action: use, Public: true, Upload: limitOfFiles}, func(_ context.Context, in *upload) (*web.Body[int64], error) {
			f := in.RawBody.Data()
			n, err := io.Copy(io.Discard, f.File)
			return &web.Body[int64]{Body: n}, err
		})
	}
}

// shut is an API whose database cannot be reached.
func shut(t *testing.T) (*webtest.API, rbac.Actor) {
	t.Helper()
	w := testkit.World(t)
	a := w.Actor(t, w.Company(t, "330784105"), "safety")
	w.Pools.Close()
	return webtest.New(t, notes(w.Gate)), a
}

// idle is an API without a database, for what is refused before one is asked.
func idle(t *testing.T, opts ...webtest.Option) *webtest.API {
	t.Helper()
	return webtest.New(t, notes(nil), opts...)
}

// somebody is signed in.
var somebody = rbac.Actor{PersonID: 1, Kind: rbac.Company, Roles: []string{"safety"}, Name: "安"}

func TestErrorTextStaysInside(t *testing.T) {
	t.Parallel()
	api, a := shut(t)
	got := api.As(a).In("en").Post("/api/test/notes", note{Title: "my secret title"})
	got.Refused(t, http.StatusInternalServerError, "http.internal-server-error")
	require.NotContains(t, string(got.Body), "sql")
	require.NotContains(t, string(got.Body), "secret")
	for _, path := range []string{"/api/test/broken", "/api/test/panic"} {
		got := api.Anonymous().Get(path)
		got.Refused(t, http.StatusInternalServerError, "http.internal-server-error")
		require.NotContains(t, string(got.Body), "secret", path)
		require.Equal(t, got.Problem(t).Request, got.Header.Get("X-Request-Id"), path)
	}
	got = api.Anonymous().Get("/api/test/taken")
	require.Equal(t, "body.title", got.Refused(t, http.StatusConflict, "rbac.not-found").Errors[0].Location)
	require.NotContains(t, string(got.Body), "secret")
}

func TestValuesAreNotEchoed(t *testing.T) {
	t.Parallel()
	c := idle(t).As(somebody)
	for _, body := range []string{
		`{"title":"hunter2 hunter2 hunter2 hunter2"}`, `{"title":"a","password":"hunter2"}`, `{"title":{"x":"hunter2"}}`, `"hunter2"`, `{"title":"a","on":"hunter2"}`,
		`{"title":"a","kind":"hunter2"}`, `{"title":"a","mail":"hunter2"}`, `{"title":"hunter2"`,
	} {
		got := c.Post("/api/test/notes", body)
		require.NotEmpty(t, got.Problem(t).Errors, body)
		require.Less(t, got.Status, 500, body)
		require.NotContains(t, string(got.Body), "hunter2", body)
	}
	got := c.Get("/api/test/notes?limit=hunter2")
	got.Refused(t, http.StatusUnprocessableEntity, "http.unprocessable-entity")
	require.NotContains(t, string(got.Body), "hunter2")
}

func TestBodies(t *testing.T) {
	t.Parallel()
	c := idle(t).As(somebody)
	const unprocessable, unreadable = "http.unprocessable-entity", "http.unreadable"
	for name, x := range map[string]struct {
		body   string
		status int
		code   string
	}{
		"10 MB":                 {`{"title":"` + strings.Repeat("a", 10<<20) + `"}`, 413, "http.request-entity-too-large"},
		"NUL":                   {"{\"title\":\"a\x00b\"}", 422, unreadable},
		"escaped NUL":           {`{"title":"a\u0000b"}`, 422, unreadable},
		"NUL behind backslash":  {`{"title":"\\\u0000\\u0000"}`, 422, unreadable},
		"no NUL at all":         {`{"title":"` + strings.Repeat(`\\u0000`, 4) + `"}`, 422, unprocessable},
		"not UTF-8":             {"{\"title\":\"\xc4\xe3\xba\xc3\"}", 422, unreadable},
		"UTF-16":                {"\xff\xfe{\x00}\x00", 422, unreadable},
		"no JSON":               {`{"title":`, 400, "http.bad-request"},
		"empty":                 {"", 400, "http.bad-request"},
		"null":                  {"null", 422, unprocessable},
		"an array":              {"[]", 422, unprocessable},
		"missing":               {"{}", 422, unprocessable},
		"31 February":           {`{"title":"a","on":"2026-02-31"}`, 422, unprocessable},
		"too long in Chinese":   {`{"title":"` + strings.Repeat("安", 21) + `"}`, 422, unprocessable},
		"number for a string":   {`{"title":1}`, 422, unprocessable},
		"full-width digit":      {`{"title":"a","count":"５"}`, 422, unprocessable},
		"beyond the range":      {`{"title":"a","count":10}`, 422, unprocessable},
		"beyond any integer":    {`{"title":"a","count":1e400}`, 400, "http.bad-request"},
		"half a number":         {`{"title":"a","count":1.5}`, 422, unprocessable},
		"no member of the enum": {`{"title":"a","kind":"c"}`, 422, unprocessable},
		"something unknown":     {`{"title":"a","admin":true}`, 422, unprocessable},
	} {
		for _, lang := range []string{"zh-CN", "en"} {
			t.Run(name+" "+lang, func(t *testing.T) {
				t.Parallel()
				spoken(t, lang, c.In(lang).Post("/api/test/notes", x.body).Refused(t, x.status, x.code))
			})
		}
	}
	c.With("Content-Type", "text/html").Post("/api/test/notes", "<p>").Refused(t, http.StatusUnsupportedMediaType, "http.unsupported-media-type")
	c.With("Content-Type", "multipart/form-data; boundary=x").Post("/api/test/notes", "--x--").Refused(t, http.StatusUnsupportedMediaType, "http.unsupported-media-type")
}

// spoken requires a problem in the language asked for.
func spoken(t *testing.T, lang string, p web.Problem) {
	t.Helper()
	texts := []string{p.Title, p.Detail}
	for _, e := range p.Errors {
		texts = append(texts, e.Message)
	}
	for _, s := range texts {
		chinese := strings.ContainsFunc(s, func(r rune) bool { return r >= '一' && r <= '龥' })
		require.Equal(t, lang != "en", chinese, s)
	}
}

func TestLanguages(t *testing.T) {
	t.Parallel()
	c := idle(t).Anonymous()
	for accept, lang := range map[string]string{
		"": "zh-CN", "en": "en", "en-GB,en;q=0.9": "en", "zh": "zh-CN", "zh-TW": "zh-CN", "de,en;q=0.5": "en", "\xff;;q=x": "zh-CN",
	} {
		spoken(t, lang, c.In(accept).Get("/api/test/nowhere").Refused(t, http.StatusNotFound, "http.not-found"))
		spoken(t, lang, c.In(accept).Post("/api/test/notes", "{}").Refused(t, http.StatusUnauthorized, "rbac.unauthenticated"))
		spoken(t, lang, c.In(accept).Get("/api/test/notes?limit=0").Refused(t, http.StatusUnprocessableEntity, "http.unprocessable-entity"))
	}
}

func TestQueries(t *testing.T) {
	t.Parallel()
	c := idle(t).Anonymous()
	for query, where := range map[string]string{
		"limit=1&limit=2": "query.limit", "sort=name&sort=day": "query.sort", "colour=red": "query.colour", "limit=101": "query.limit", "limit=１０": "query.limit",
		"sort=': drop": "query.sort",
	} {
		p := c.Get("/api/test/notes?"+strings.ReplaceAll(query, " ", "%20")).Refused(t, http.StatusUnprocessableEntity, "http.unprocessable-entity")
		require.Equal(t, where, p.Errors[0].Location, query)
	}
	for _, query := range []string{"tag=%00", "tag=a%00b", "tag=%ff%fe", "%ff=a", "tag=%zz", "tag=a;b"} {
		c.Get("/api/test/notes?"+query).Refused(t, http.StatusUnprocessableEntity, "http.unreadable")
	}
	c.Get("/api/test/%00").Refused(t, http.StatusUnprocessableEntity, "http.unreadable")
	c.Get("/api/test/%ff").Refused(t, http.StatusUnprocessableEntity, "http.unreadable")
	var got []string
	c.Get("/api/test/notes?tag=a&tag=b,c").OK(t, &got)
	require.Equal(t, []string{"20", "a", "b,c"}, got)
}

func TestUnknownPathsAndMethods(t *testing.T) {
	t.Parallel()
	c := idle(t).Anonymous()
	c.Get("/api/nothing").Refused(t, http.StatusNotFound, "http.not-found")
	c.Post("/api/nothing", "{}").Refused(t, http.StatusNotFound, "http.not-found")
	c.Delete("/api/test/notes").Refused(t, http.StatusMethodNotAllowed, "http.method-not-allowed")
}

func TestUploads(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	c := idle(t).Anonymous()
	file := func(n int) webtest.File {
		return webtest.File{Field: "file", Name: "名单.xlsx", Content: []byte(strings.Repeat("x", n))}
	}
	var n int64
	c.Upload("/api/test/files", nil, file(60<<10)).OK(t, &n)
	require.EqualValues(t, 60<<10, n)
	require.NotZero(t, n)
	c.Upload("/api/test/files", nil, file(1<<20), file(1<<20)).Refused(t, http.StatusRequestEntityTooLarge, "http.request-entity-too-large")
	c.Upload("/api/test/files", nil, file(3<<20)).Refused(t, http.StatusRequestEntityTooLarge, "http.request-entity-too-large")
	c.Upload("/api/test/files", map[string]string{"name": "a\x00"}, file(60<<10)).Refused(t, http.StatusUnprocessableEntity, "http.unreadable")
	c.Upload("/api/test/files", map[string]string{"name": "\xff"}, file(60<<10)).Refused(t, http.StatusUnprocessableEntity, "http.unreadable")
	c.Upload("/api/test/files", map[string]string{"name": strings.Repeat("a", 21)}, file(60<<10)).Refused(t, http.StatusUnprocessableEntity, "http.unprocessable-entity")
	c.Upload("/api/test/files", map[string]string{"name": "a"}).Refused(t, http.StatusUnprocessableEntity, "http.unprocessable-entity")
	c.With("Content-Type", "multipart/form-data; boundary=x").Post("/api/test/files", "--x\r\nhalf").Refused(t, http.StatusBadRequest, "http.bad-request")
	c.With("Content-Type", "multipart/form-data").Post("/api/test/files", "x").Refused(t, http.StatusBadRequest, "http.bad-request")
	left, err := filepath.Glob(filepath.Join(os.TempDir(), "*"))
	require.NoError(t, err)
	require.Empty(t, left, "temporary files of uploads stay behind")
}

// keepsForms mounts an upload that writes through the Gate.
func keepsForms(gate *rbac.Gate) func(huma.API) {
	return func(api huma.API) {
		web.Handle(api, web.Op{ID: "keepForm", Route: "POST /test/forms", Action: use, Upload: limitOfFiles}, func(ctx context.Context, _ *upload) (*web.Body[web.Made], error) {
			var made int64
			return web.MadeOf(made, gate.Write(ctx, use, func(tx db.Tx, scope rbac.Scope) error {
				err := tx.Raw("UPDATE account_person SET email = email || 'x' WHERE id = ? RETURNING length(email)", scope.Actor().PersonID).Scan(&made).Error
				scope.Made(made)
				return err
			}))
		})
	}
}
