// Package webtest sends requests to operations as a client would: through the whole edge,
// with a chosen actor in place of a login.
//
//	api := webtest.New(t, func(api huma.API) { hazard.Mount(api, s) })
//	made := api.As(safety).Post("/api/hazard/hazards", body).Made(t)
//	api.As(worker).In("en").Post("/api/hazard/hazards/1/accept", nil).Refused(t, 403, "rbac.forbidden")
package webtest

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/rbac"
	"anbiao/web"
)

// API is an edge with operations behind it.
type API struct {
	Handler http.Handler // for a test that wants a real server around it
	Huma    huma.API

	mu     sync.Mutex
	actors []rbac.Actor // the token of an actor is his place
}

// Option changes the edge.
type Option func(*web.Config)

// New mounts operations on a fresh edge, without rate limit.
func New(t testing.TB, mount func(huma.API), opts ...Option) *API {
	t.Helper()
	a := &API{}
	cfg := web.Config{Authenticate: a.authenticate, Ready: func(context.Context) web.Readiness { return web.Readiness{Ready: true} }}
	for _, o := range opts {
		o(&cfg)
	}
	engine, err := web.NewEngine(cfg)
	if err != nil {
		t.Fatalf("webtest: %v", err)
	}
	a.Handler, a.Huma = engine, web.New(engine)
	mount(a.Huma)
	return a
}

// Over returns an API whose edge somebody else has made: As has no meaning there.
func Over(h http.Handler) *API { return &API{Handler: h} }

func (a *API) authenticate(_ context.Context, token string) (rbac.Actor, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	n, err := strconv.Atoi(token)
	if err != nil || n < 0 || n >= len(a.actors) || a.actors[n].Kind == "" {
		return rbac.Actor{}, rbac.ErrUnauthenticated
	}
	return a.actors[n], nil
}

// As returns a client who is signed in as actor.
func (a *API) As(actor rbac.Actor) Client {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.actors = append(a.actors, actor)
	return a.Anonymous().With("Authorization", "Bearer "+strconv.Itoa(len(a.actors)-1))
}

// Forget ends everybody's session.
func (a *API) Forget() {
	a.mu.Lock()
	defer a.mu.Unlock()
	for n := range a.actors {
		a.actors[n] = rbac.Actor{}
	}
}

// Anonymous returns a client who is not signed in.
func (a *API) Anonymous() Client { return Client{a, http.Header{}} }

// Client sends requests with certain headers. It is a value: With and In return another.
type Client struct {
	api    *API
	header http.Header
}

// With returns a client that also sends a header.
func (c Client) With(name, value string) Client {
	c.header = maps.Clone(c.header)
	c.header.Set(name, value)
	return c
}

// Header returns the headers of the client's requests.
func (c Client) Header() http.Header { return maps.Clone(c.header) }

// In returns a client who reads lang ("zh-CN", "en").
func (c Client) In(lang string) Client { return c.With("Accept-Language", lang) }

// Key returns a client whose requests carry an idempotency key.
func (c Client) Key(key string) Client { return c.With("Idempotency-Key", key) }

// Get reads path.
func (c Client) Get(path string) Answer { return c.Do(http.MethodGet, path, nil) }

// Post sends body; see Do.
func (c Client) Post(path string, body any) Answer { return c.Do(http.MethodPost, path, body) }

// Put sends body; see Do.
func (c Client) Put(path string, body any) Answer { return c.Do(http.MethodPut, path, body) }

// Patch sends body; see Do.
func (c Client) Patch(path string, body any) Answer { return c.Do(http.MethodPatch, path, body) }

// Delete deletes path.
func (c Client) Delete(path string) Answer { return c.Do(http.MethodDelete, path, nil) }

// Do sends a request. A string or reader is sent as it is, anything else as JSON; nil is no
// body. The content type is JSON's unless With said otherwise.
func (c Client) Do(method, path string, body any) Answer {
	var r io.Reader = http.NoBody
	switch b := body.(type) {
	case nil:
	case string:
		r = strings.NewReader(b)
	case io.Reader:
		r = b
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			panic(err) // a test's own mistake
		}
		r = strings.NewReader(string(raw))
	}
	req := httptest.NewRequest(method, path, r)
	maps.Copy(req.Header, c.header)
	if body != nil && req.Header.Get("Content-Type") == "" {
		req.Header.Set("Content-Type", "application/json")
	}
	w := httptest.NewRecorder()
	c.api.Handler.ServeHTTP(w, req)
	return Answer{method + " " + path, w.Code, w.Header(), w.Body.Bytes()}
}

// Answer is what came back.
type Answer struct {
	request string
	Status  int
	Header  http.Header
	Body    []byte
}

// OK requires success, decodes the body into v unless it is nil.
func (a Answer) OK(t testing.TB, v any) Answer {
	t.Helper()
	if a.Status < 200 || a.Status > 299 {
		t.Fatalf("%s: %d %s", a.request, a.Status, a.Body)
	}
	if v != nil {
		a.decode(t, v)
	}
	return a
}

// Made requires a write's success and returns the id it answers with.
func (a Answer) Made(t testing.TB) int64 {
	t.Helper()
	var m web.Made
	a.OK(t, &m)
	n, err := strconv.ParseInt(m.ID, 10, 64)
	if err != nil {
		t.Fatalf("%s: id %q", a.request, m.ID)
	}
	return n
}

// Refused requires a problem of this status and code, in a sentence of its own, and returns
// it.
func (a Answer) Refused(t testing.TB, status int, code string) web.Problem {
	t.Helper()
	p := a.Problem(t)
	if a.Status != status || p.Code != code {
		t.Fatalf("%s: %d %s, want %d %s: %s", a.request, a.Status, p.Code, status, code, a.Body)
	}
	return p
}

// Problem requires a well-formed problem, of whatever status: its texts are sentences of
// the catalogues, not codes.
func (a Answer) Problem(t testing.TB) web.Problem {
	t.Helper()
	var p web.Problem
	if got := a.Header.Get("Content-Type"); got != "application/problem+json" {
		t.Fatalf("%s: %d as %q: %s", a.request, a.Status, got, a.Body)
	}
	a.decode(t, &p)
	bad := fmt.Sprintf("%s: %s", a.request, a.Body)
	if p.Status != a.Status || p.Code == "" || p.Request == "" {
		t.Fatal("an incomplete problem:", bad)
	}
	if p.Detail == "" || p.Detail == p.Code || p.Title == "" || strings.HasPrefix(p.Title, "status.") {
		t.Fatal("a problem without a sentence:", bad)
	}
	for _, e := range p.Errors {
		if e.Message == "" || e.Message == e.Code {
			t.Fatal("a code without a sentence:", bad)
		}
	}
	return p
}

func (a Answer) decode(t testing.TB, v any) {
	t.Helper()
	if err := json.Unmarshal(a.Body, v); err != nil {
		t.Fatalf("%s: %d %v: %s", a.request, a.Status, err, a.Body)
	}
}
