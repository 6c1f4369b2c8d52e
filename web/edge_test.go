package web_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/require"

	"anbiao/rbac"
	"anbiao/testkit"
	"anbiao/web"
	"anbiao/web/webtest"
)

func TestRepeatedRequestIsAnsweredAgain(t *testing.T) {
	t.Parallel()
	w := testkit.World(t)
	firm := w.Company(t, "330784105")
	api := webtest.New(t, notes(w.Gate))
	c := api.As(w.Actor(t, firm, "safety"))
	first := c.Key("k1").Post("/api/test/notes", note{Title: "a"})
	require.EqualValues(t, 1, first.Made(t))
	again := c.Key("k1").Post("/api/test/notes", note{Title: "a"})
	require.EqualValues(t, 1, again.Made(t))
	require.Equal(t, first.Status, again.Status)
	require.Equal(t, http.StatusCreated, again.Status)

	c.Key("k1").Post("/api/test/notes", note{Title: "b"}).Refused(t, http.StatusUnprocessableEntity, "rbac.idempotency-key-reused")
	require.EqualValues(t, 2, c.Key("k2").Post("/api/test/notes", note{Title: "a"}).Made(t), "another key is another request")
	require.EqualValues(t, 3, c.Post("/api/test/notes", note{Title: "a"}).Made(t), "so is one without")
	require.EqualValues(t, 1, api.As(w.Actor(t, firm, "safety")).Key("k1").Post("/api/test/notes", note{Title: "a"}).Made(t), "a key belongs to a person")

	require.EqualValues(t, 4, c.Key("k3").Post("/api/test/notes/7/touch", nil).Made(t))
	require.EqualValues(t, 4, c.Key("k3").Post("/api/test/notes/7/touch", nil).Made(t))
	c.Key("k3").Post("/api/test/notes/8/touch", nil).Refused(t, http.StatusUnprocessableEntity, "rbac.idempotency-key-reused")

	require.EqualValues(t, 5, c.Key("k4").Post("/api/test/tries", note{Title: "a"}).Made(t))
	require.EqualValues(t, 6, c.Key("k4").Post("/api/test/tries", note{Title: "a"}).Made(t), "an exempt operation keeps no key")
	require.EqualValues(t, 7, c.Key("k4").Post("/api/test/notes", note{Title: "a"}).Made(t), "a key belongs to an operation")
}

func TestRepeatedRequestsAtOnce(t *testing.T) {
	t.Parallel()
	w := testkit.World(t)
	c := webtest.New(t, notes(w.Gate)).As(w.Actor(t, w.Company(t, "330784105"), "safety")).Key("same")
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if got := c.Post("/api/test/notes", note{Title: "a"}); got.Status != http.StatusCreated || string(got.Body) != `{"id":"1"}`+"\n" {
				t.Errorf("%d %s", got.Status, got.Body)
			}
		})
	}
	all.Wait()
}

func TestKeysThatCannotBeKept(t *testing.T) {
	t.Parallel()
	c := idle(t).As(somebody)
	p := c.Key(strings.Repeat("k", 101)).Post("/api/test/notes", note{Title: "a"}).Refused(t, http.StatusUnprocessableEntity, "http.unprocessable-entity")
	require.Equal(t, "header.Idempotency-Key", p.Errors[0].Location)
	for _, k := range []string{"安", "a\x01b", "\xff"} {
		c.Key(k).Post("/api/test/notes", note{Title: "a"}).Refused(t, http.StatusUnprocessableEntity, "http.unprocessable-entity")
	}
}

// A browser writes another boundary each time: what counts is what the form holds.
func TestFormsAreHashedByContent(t *testing.T) {
	t.Parallel()
	w := testkit.World(t)
	c := webtest.New(t, keepsForms(w.Gate)).As(w.Actor(t, w.Company(t, "330784105"), "safety")).Key("k")
	file := webtest.File{Field: "file", Name: "a.txt", Content: []byte("one")}
	require.EqualValues(t, 1, c.Upload("/api/test/forms", map[string]string{"name": "a"}, file).Made(t))
	require.EqualValues(t, 1, c.Upload("/api/test/forms", map[string]string{"name": "a"}, file).Made(t))
	c.Upload("/api/test/forms", map[string]string{"name": "b"}, file).Refused(t, http.StatusUnprocessableEntity, "rbac.idempotency-key-reused")
	file.Content = []byte("two")
	c.Upload("/api/test/forms", map[string]string{"name": "a"}, file).Refused(t, http.StatusUnprocessableEntity, "rbac.idempotency-key-reused")
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	h := idle(t).Anonymous().Get("/api/test/notes").Header
	for name, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
		"Cache-Control": "no-store", "Strict-Transport-Security": "",
	} {
		require.Equal(t, want, h.Get(name), name)
	}
	csp := h.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'self'", "script-src 'self';", "style-src 'self';", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"} {
		require.Contains(t, csp, want)
	}
	require.NotContains(t, csp, "unsafe-eval")
	require.NotContains(t, csp, "script-src 'self' 'unsafe-inline'")
	secure := idle(t, func(c *web.Config) { c.Secure = true }).Anonymous()
	require.Contains(t, secure.Get("/api/test/notes").Header.Get("Strict-Transport-Security"), "max-age=31536000")
	for _, path := range []string{"/api/test/panic", "/api/nothing", "/api/test/notes?limit=0"} {
		require.Equal(t, csp, idle(t).Anonymous().Get(path).Header.Get("Content-Security-Policy"), path)
	}
}

func TestOtherSitesCannotWrite(t *testing.T) {
	t.Parallel()
	c := idle(t).As(somebody)
	c.With("Origin", "https://evil.example").Post("/api/test/notes", "{}").Refused(t, http.StatusForbidden, "http.cross-origin")
	c.With("Sec-Fetch-Site", "cross-site").Post("/api/test/notes", "{}").Refused(t, http.StatusForbidden, "http.cross-origin")
	c.With("Sec-Fetch-Site", "same-site").Post("/api/test/notes", "{}").Refused(t, http.StatusForbidden, "http.cross-origin")
	c.With("Sec-Fetch-Site", "same-origin").Post("/api/test/notes", "{}").Refused(t, http.StatusUnprocessableEntity, "http.unprocessable-entity")
	c.With("Origin", "http://example.com").Post("/api/test/notes", "{}").Refused(t, http.StatusUnprocessableEntity, "http.unprocessable-entity")
	c.With("Sec-Fetch-Site", "cross-site").Get("/api/test/notes").OK(t, nil)
	require.Empty(t, c.With("Origin", "https://evil.example").Get("/api/test/notes").Header.Get("Access-Control-Allow-Origin"))
}

func TestOneClientCannotFillTheMachine(t *testing.T) {
	t.Parallel()
	c := idle(t, func(c *web.Config) { c.PerSecond, c.Burst, c.TrustedProxies = 0.0001, 3, []string{"192.0.2.1"} }).Anonymous()
	for range 3 {
		c.Get("/api/test/notes").OK(t, nil)
	}
	got := c.In("en").Get("/api/test/notes")
	got.Refused(t, http.StatusTooManyRequests, "http.too-many-requests")
	require.NotEmpty(t, got.Header.Get("Retry-After"))
	c.With("X-Forwarded-For", "203.0.113.9").Get("/api/test/notes").OK(t, nil)
	strict := idle(t, func(c *web.Config) { c.PerSecond, c.Burst = 0.0001, 1 }).Anonymous()
	strict.With("X-Forwarded-For", "203.0.113.1").Get("/api/test/notes").OK(t, nil)
	strict.With("X-Forwarded-For", "203.0.113.2").Get("/api/test/notes").Refused(t, http.StatusTooManyRequests, "http.too-many-requests")
}

func TestSessionCookie(t *testing.T) {
	t.Parallel()
	until := time.Date(2026, 3, 31, 0, 0, 0, 0, time.UTC)
	c := web.NewCookie("abc", until, true)
	require.Equal(t, "__Host-anbiao_session=abc; Path=/; Expires=Tue, 31 Mar 2026 00:00:00 GMT; HttpOnly; Secure; SameSite=Lax", c.String())
	gone := web.NewCookie("", until, false)
	require.Contains(t, gone.String(), "Max-Age=0; HttpOnly; SameSite=Lax")
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	require.Empty(t, web.Token(r))
	r.AddCookie(&http.Cookie{Name: web.SessionCookie, Value: "cookie"})
	require.Equal(t, "cookie", web.Token(r))
	r.Header.Set("Authorization", "Bearer token")
	require.Equal(t, "token", web.Token(r), "a token says more than a cookie that happens to be there")
}

func TestWhoIsAsking(t *testing.T) {
	t.Parallel()
	c := idle(t).Anonymous().With("Authorization", "Bearer unknown")
	c.Get("/api/test/notes").OK(t, nil)
	c.Post("/api/test/notes", "{}").Refused(t, http.StatusUnauthorized, "rbac.unauthenticated")
	outage := idle(t, func(c *web.Config) {
		c.Authenticate = func(context.Context, string) (rbac.Actor, error) { return rbac.Actor{}, errors.New("secret outage") }
	}).Anonymous().With("Authorization", "Bearer known")
	got := outage.Get("/api/test/notes")
	got.Refused(t, http.StatusInternalServerError, "http.internal-server-error")
	require.NotContains(t, string(got.Body), "secret")
	slow := idle(t, func(c *web.Config) {
		c.Authenticate = func(context.Context, string) (rbac.Actor, error) { return rbac.Actor{}, context.DeadlineExceeded }
	}).Anonymous().With("Authorization", "Bearer known")
	slow.Get("/api/test/notes").Refused(t, http.StatusServiceUnavailable, "http.service-unavailable")
}

func TestProbes(t *testing.T) {
	t.Parallel()
	for _, ready := range []bool{true, false} {
		api := idle(t, func(c *web.Config) {
			c.Ready = func(context.Context) web.Readiness {
				return web.Readiness{Ready: ready, Parts: map[string]string{"database": "ok", "broker": "away"}}
			}
		}).Anonymous()
		got := api.Get("/readyz")
		require.Equal(t, map[bool]int{true: 200, false: 503}[ready], got.Status)
		require.JSONEq(t, fmt.Sprintf(`{"ready":%t,"parts":{"database":"ok","broker":"away"}}`, ready), string(got.Body))
		require.Equal(t, 200, api.Get("/healthz").Status, "the process lives")
	}
}

// A page that only listens says so: whoever looks after sessions can tell it from somebody at work.
func TestPagesSayWhatTheySendByThemselves(t *testing.T) {
	t.Parallel()
	var unattended []bool
	api := idle(t, func(c *web.Config) {
		c.Authenticate = func(ctx context.Context, _ string) (rbac.Actor, error) {
			unattended = append(unattended, rbac.RequestOf(ctx).Unattended)
			return somebody, nil
		}
	}).Anonymous().With("Authorization", "Bearer x")
	api.Get("/api/test/notes")
	api.With("X-Unattended", "1").Get("/api/test/notes")
	require.Equal(t, []bool{false, true}, unattended)
}

func TestRequestsAreSeen(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var all []web.Seen
	edge := idle(t, func(c *web.Config) {
		c.Seen = func(_ context.Context, s web.Seen) {
			mu.Lock()
			defer mu.Unlock()
			all = append(all, s)
		}
	})
	api := edge.Anonymous()
	id := api.Get("/api/test/notes?name=330784198706011234").Header.Get("X-Request-Id")
	api.Get("/api/nothing/330784198706011234")
	edge.As(rbac.Actor{Kind: rbac.Company, PersonID: 7}).Get("/api/test/notes?name=330784198706011234")
	mu.Lock()
	defer mu.Unlock()
	require.Len(t, all, 3)
	require.Equal(t, []int64{0, 0, 7}, []int64{all[0].Person, all[1].Person, all[2].Person}, "to whom something was refused")
	require.Equal(t, "listNotes", all[2].Operation, "and what")
	require.Equal(t, id, all[0].ID)
	require.NotZero(t, all[0].Took)
	require.Equal(t, []string{"GET", "/api/test/notes", "422"}, []string{all[0].Method, all[0].Route, strconv.Itoa(all[0].Status)})
	require.Equal(t, "unknown", all[1].Route)
	require.NotContains(t, fmt.Sprint(all), "330784198706011234", "patterns, not what stood in their place")
}

func TestSite(t *testing.T) {
	t.Parallel()
	e, err := web.NewEngine(web.Config{})
	require.NoError(t, err)
	api := web.New(e)
	notes(nil)(api)
	web.Seal(api)
	require.NoError(t, web.Document(e, api))
	web.Site(e, fstest.MapFS{
		"index.html": {Data: []byte("desk")}, "field/index.html": {Data: []byte("field")}, "assets/a-1234.js": {Data: []byte(strings.Repeat("js", 2000))},
		"field/manifest.webmanifest": {Data: []byte("{}")},
	})
	require.Equal(t, "application/manifest+json", serve(e, http.MethodGet, "/field/manifest.webmanifest", "").Header().Get("Content-Type"))
	const always, fresh = "public, max-age=31536000, immutable", "no-cache"
	for _, x := range []struct {
		path, body, cache string
		status            int
	}{
		{"/", "desk", fresh, 200},
		{"/hazards/12", "desk", fresh, 200},
		{"/login?next=%2Fa", "desk", fresh, 200},
		{"/field/", "field", fresh, 200},
		{"/field/check/3", "field", fresh, 200},
		{"/index.html", "desk", fresh, 200},
		{"/assets/a-1234.js", "", always, 200},
		{"/assets/gone.js", "", "", 404},
		{"/fund/rules/2022.1", "desk", fresh, 200}, // a version, not a file
		{"/favicon.ico", "", "", 404},
		{"/../../etc/passwd", "desk", fresh, 200},
		{"/api/nothing", "", "no-store", 404},
		{"/api/openapi.json", "", "no-store", 200},
	} {
		got := serve(e, http.MethodGet, x.path, "")
		require.Equal(t, x.status, got.Code, x.path)
		require.Equal(t, x.cache, got.Header().Get("Cache-Control"), x.path)
		if x.body != "" {
			require.Equal(t, x.body, got.Body.String(), x.path)
			require.Equal(t, "text/html; charset=utf-8", got.Header().Get("Content-Type"), x.path)
		}
	}
	require.Equal(t, 404, serve(e, http.MethodPost, "/", "{}").Code)
	require.Equal(t, "gzip", serve(e, http.MethodGet, "/assets/a-1234.js", "", "Accept-Encoding", "gzip").Header().Get("Content-Encoding"))
}

func TestSealListsEveryFault(t *testing.T) {
	t.Parallel()
	api := idle(t)
	web.Seal(api.Huma)
	codes := fmt.Sprint(api.Huma.OpenAPI().Components.Schemas.Map()["WebProblem"].Properties["code"].Enum)
	for _, want := range []string{"rbac.unauthenticated", "rbac.forbidden", "http.unreadable", "http.internal-server-error"} {
		require.Contains(t, codes, want)
	}
}

func serve(e *gin.Engine, method, path, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	return w
}
