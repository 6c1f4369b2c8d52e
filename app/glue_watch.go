package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync/atomic"
	"time"

	"anbiao/jobs"
	"anbiao/kit/config"
	"anbiao/kit/db"
	"anbiao/kit/metric"
	"anbiao/kit/trace"
	"anbiao/migrations"
	"anbiao/modules/oversight"
	"anbiao/rbac"
	"anbiao/web"
)

// slowAfter is when a statement is worth a line.
const slowAfter = time.Second

// watcher is what looks at the running program: figures, lines, spans, readiness.
type watcher struct {
	figures  *metric.Set
	role     string
	draining atomic.Bool
	depth    func(context.Context) (jobs.Depth, error)
	// lag is how far the replica is behind, not ok while it does not answer; nil: there is none.
	lag func() (behind time.Duration, ok bool)
}

// openLog makes the program's log.
func openLog(cfg config.Config) {
	o := &slog.HandlerOptions{Level: cfg.LogLevel}
	var h slog.Handler = slog.NewTextHandler(os.Stderr, o)
	if cfg.LogFormat == "json" {
		h = slog.NewJSONHandler(os.Stderr, o)
	}
	slog.SetDefault(slog.New(h))
}

// openWatch makes the house watched; closed ends what that opened.
func (h *house) openWatch(ctx context.Context, role string) (closed func() error, err error) {
	depth, closeDepth := jobs.OpenDepth(h.ground.broker)
	w := h.watcher
	w.role, w.depth = role, depth
	if h.ground.cfg.ReplicaURL != "" {
		w.lag = h.gate.ReplicaLag
	}
	for _, p := range h.gate.Pools() {
		p.WatchSlow(slowAfter, w.slow)
	}
	h.readFigures()
	stop := func(context.Context) error { return nil }
	if to := h.ground.cfg.Collector; to != "" {
		if stop, err = trace.Open(ctx, to, role); err != nil {
			return nil, errors.Join(err, closeDepth())
		}
	}
	return func() error {
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		return errors.Join(stop(end), closeDepth())
	}, nil
}

// seen counts a request and writes its line. Pages and probes are lines of debugging.
func (w *watcher) seen(ctx context.Context, s web.Seen) {
	if s.Operation != "" && !s.Stream {
		w.figures.Request(s.Operation, s.Status, s.Took)
	}
	level := slog.LevelInfo
	if s.Route == "site" || s.Route == "/healthz" || s.Route == "/readyz" {
		level = slog.LevelDebug
	}
	said := []any{"method", s.Method, "route", s.Route, "status", s.Status, "ms", s.Took.Milliseconds(), "request", s.ID}
	if s.Status >= http.StatusBadRequest && s.Status < http.StatusInternalServerError { // what was refused, and to whom
		said = append(said, "operation", s.Operation, "person", s.Person)
	}
	slog.Log(ctx, level, "request", said...)
}

// tried counts a try of a job and writes its line; what failed is told by the worker, too.
func (w *watcher) tried(ctx context.Context, t jobs.Try) {
	w.figures.Job(t.Kind, t.Took, t.Err)
	level := slog.LevelInfo
	if t.Kind == (oversight.FoldCounts{}).Kind() && t.Err == nil { // each second while anything changes
		level = slog.LevelDebug
	}
	slog.Log(ctx, level, "job", "kind", t.Kind, "task", t.TaskID, "try", t.Number, "ms", t.Took.Milliseconds(), "done", t.Err == nil)
}

func (w *watcher) slow(ctx context.Context, s db.Slow) {
	w.figures.Slow(s.UseCase)
	slog.WarnContext(ctx, "slow statement", "use case", s.UseCase, "ms", s.Took.Milliseconds(), "request", rbac.RequestOf(ctx).ID, "statement", clip(s.Statement))
}

// clip keeps the beginning of a statement.
func clip(s string) string {
	const most = 300
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// serveFigures serves the figures and the probes on their own address.
func (h *house) serveFigures(ctx context.Context, l net.Listener) error {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", h.watcher.figures.Handler())
	web.Probes(h.ready, func(path string, f http.HandlerFunc) { mux.HandleFunc("GET "+path, f) })
	s := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	stop := context.AfterFunc(ctx, func() { _ = s.Close() }) // the last to end: nobody waits for a scrape
	defer stop()
	if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// ready looks at what the program stands on. The database must answer and be migrated at
// least as far as this program: a newer one beside it may have gone further. Without the
// broker an API still serves, for jobs wait in the outbox; a worker is of no use.
func (h *house) ready(ctx context.Context) web.Readiness {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	r := web.Readiness{Ready: true, Parts: map[string]string{"database": "ok", "schema": "ok", "broker": "ok"}}
	broken := func(part, how string, fatal bool) {
		r.Parts[part] = how
		r.Ready = r.Ready && !fatal
	}
	if h.watcher.draining.Load() {
		broken("program", "stopping", true)
	}
	var at int64
	err := h.gate.System(ctx, "ready", func(tx db.Tx, _ rbac.Scope) error {
		return tx.WithContext(ctx).Raw("SELECT schema_version()").Scan(&at).Error
	})
	newest, unread := migrations.Newest()
	switch {
	case err != nil:
		broken("database", "away", true)
		broken("schema", "unknown", true)
	case unread != nil || at < newest:
		broken("schema", "older than the program", true)
	}
	if _, err := h.watcher.depth(ctx); err != nil {
		broken("broker", "away", h.watcher.role == "worker")
	}
	return r
}
