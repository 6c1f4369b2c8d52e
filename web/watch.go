package web

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"anbiao/kit/trace"
	"anbiao/rbac"
)

// Seen is a request that was answered. It names patterns and operations, never what stood
// in the path, the query or the body.
type Seen struct {
	Method    string
	Route     string // pattern; "site" for pages and their files
	Operation string // id of the operation; empty where none was reached
	Status    int
	Took      time.Duration
	ID        string // of the request, as in its X-Request-Id
	Stream    bool   // it lasted for as long as somebody listened
	Person    int64  // number of who was signed in; 0: nobody
}

// methods are the ones we know: what a client made up goes into no log.
var methods = map[string]string{
	http.MethodGet: "GET", http.MethodHead: "HEAD", http.MethodPost: "POST", http.MethodPut: "PUT", http.MethodPatch: "PATCH", http.MethodDelete: "DELETE", http.MethodOptions: "OPTIONS",
}

var errAnswer = errors.New("an answer of 500 or above")

// watch measures requests and opens their spans.
func watch(seen func(context.Context, Seen)) gin.HandlerFunc {
	return func(g *gin.Context) {
		began := time.Now()
		s := Seen{Method: cmp.Or(methods[g.Request.Method], "other"), Route: g.FullPath(), ID: rbac.RequestOf(g.Request.Context()).ID}
		if s.Route == "" {
			s.Route = "site"
			if strings.HasPrefix(g.Request.URL.Path, "/api/") {
				s.Route = "unknown"
			}
		}
		ctx, end := trace.Receive(g.Request.Context(), g.Request.Header, s.Method+" "+s.Route, "http.request.method", s.Method, "http.route", s.Route, "anbiao.request", s.ID)
		in(ctx, g)
		defer func() {
			s.Operation, s.Status, s.Took = rbac.RequestOf(g.Request.Context()).Operation, g.Writer.Status(), time.Since(began)
			a, _ := rbac.ActorOf(g.Request.Context())
			s.Person = int64(a.PersonID)
			s.Stream = strings.HasPrefix(g.Writer.Header().Get("Content-Type"), "text/event-stream")
			trace.Note(ctx, s.Operation, "http.response.status_code", strconv.Itoa(s.Status))
			var err error
			if s.Status >= http.StatusInternalServerError {
				err = errAnswer
			}
			end(err)
			if seen != nil {
				seen(ctx, s)
			}
		}()
		g.Next()
	}
}

// Readiness is what a program found when it looked at what it stands on.
type Readiness struct {
	Ready bool              `json:"ready"`
	Parts map[string]string `json:"parts"` // ok, or in a word what is wrong
}

// Probes mounts what a supervisor and a load balancer ask: /healthz says that the process
// lives, /readyz whether it should be sent requests.
func Probes(ready func(context.Context) Readiness, mount func(path string, h http.HandlerFunc)) {
	mount("/healthz", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write([]byte("ok\n")) // whoever asked may be gone
	})
	mount("/readyz", func(w http.ResponseWriter, r *http.Request) {
		found := ready(r.Context())
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		if !found.Ready {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		_ = json.NewEncoder(w).Encode(found)
	})
}
