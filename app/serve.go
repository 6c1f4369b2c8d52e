package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"anbiao/jobs"
	"anbiao/kit/config"
	"anbiao/migrations"
	"anbiao/rbac"
)

func serveCommand() *cobra.Command {
	var role string
	c := &cobra.Command{
		Use:   "serve",
		Short: "Serve pages, the API and jobs",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch role {
			case "all", "api", "worker", "scheduler":
			default:
				return fmt.Errorf("--role %q: choose all, api, worker or scheduler", role)
			}
			cfg, err := config.Load()
			if err != nil {
				return err
			}
			openLog(cfg)
			return serve(cmd.Context(), cfg, role)
		},
	}
	c.Flags().StringVar(&role, "role", "all", "all, api, worker or scheduler")
	return c
}

// serve runs the program until ctx ends.
func serve(ctx context.Context, cfg config.Config, role string) (err error) {
	began := time.Now()
	g, err := open(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, g.close()) }()
	if err := migrations.Up(ctx, g.direct(), g.secret); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	pools, err := g.pools()
	if err != nil {
		return err
	}
	defer pools.Close()
	gate, err := rbac.NewGate(pools, time.Now)
	if err != nil {
		return err
	}
	if err := g.follow(gate); err != nil {
		return err
	}
	h, err := furnish(g, gate)
	if err != nil {
		return err
	}
	if err := h.load(ctx); err != nil {
		return err
	}
	if cfg.Demo {
		if err := h.demo(ctx); err != nil {
			return fmt.Errorf("demo city: %w", err)
		}
	}
	return h.run(ctx, role, began)
}

// run serves what role asks for until ctx ends or a part fails. Then requests end first,
// and the job runner, which what they enqueue needs, after them.
func (h *house) run(ctx context.Context, role string, began time.Time) (err error) {
	closed, err := h.openWatch(ctx, role)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closed()) }()
	group, ctx := errgroup.WithContext(ctx)
	if err := h.followFeatures(ctx, group); err != nil {
		return err
	}
	later, requestsEnded := context.WithCancel(context.WithoutCancel(ctx))
	defer requestsEnded()
	if at := h.ground.cfg.MetricsAddr; at != "" {
		l, err := net.Listen("tcp", at)
		if err != nil {
			return fmt.Errorf("METRICS_ADDR: %w", err)
		}
		group.Go(func() error { return h.serveFigures(later, l) })
	}
	if role == "all" || role == "api" {
		l, err := net.Listen("tcp", h.ground.cfg.Addr)
		if err != nil {
			return fmt.Errorf("ADDR: %w", err)
		}
		group.Go(func() error {
			defer requestsEnded()
			return h.serveHTTP(ctx, l)
		})
		h.greet(l.Addr(), time.Since(began))
	} else {
		defer context.AfterFunc(ctx, requestsEnded)()
	}
	if role == "all" || role == "worker" {
		if err := h.work(later, group); err != nil {
			return err
		}
	}
	if role == "all" || role == "scheduler" {
		w := h.worker()
		group.Go(func() error { w.RunSchedules(ctx); return nil })
	}
	group.Go(func() error { h.gate.Beat(ctx); return nil })
	if role != "worker" { // a worker may be what does not run
		group.Go(func() error { h.watch(ctx); return nil })
	}
	return group.Wait()
}

func (h *house) worker() *jobs.Worker {
	return &jobs.Worker{System: h.gate.Runner, Registry: h.registry, Now: time.Now, Tried: h.watcher.tried}
}

// work starts the relay and the asynq server.
func (h *house) work(ctx context.Context, group *errgroup.Group) error {
	relay := jobs.NewRelay(h.gate.Runner, h.ground.broker, time.Now)
	if h.ground.forget {
		n, err := jobs.NextEpoch(ctx, h.gate.Runner)
		if err != nil {
			return err
		}
		relay.Epoch = n
	}
	w := h.worker()
	server := w.Server(h.ground.broker, 8)
	if err := server.Start(w); err != nil {
		return fmt.Errorf("job server: %w", err)
	}
	group.Go(func() error {
		relay.Run(ctx)
		server.Shutdown()
		return relay.Close()
	})
	return nil
}

// grace is how long running requests may take to end.
const grace = 20 * time.Second

func (h *house) serveHTTP(ctx context.Context, l net.Listener) error {
	handler, err := h.handler()
	if err != nil {
		return err
	}
	open, closeStreams := context.WithCancel(context.WithoutCancel(ctx))
	defer closeStreams()
	h.ring(open)
	s := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 5 * time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10}
	done := make(chan error, 1)
	go func() {
		<-ctx.Done()
		h.watcher.draining.Store(true)
		<-time.After(h.ground.cfg.Drain) // until whoever sends requests has noticed
		closeStreams()
		stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
		defer cancel()
		done <- s.Shutdown(stop)
	}()
	if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-done
}

// greet says where the program is and, in a demo, who may log in.
func (h *house) greet(at net.Addr, took time.Duration) {
	fmt.Printf("Anbiao 安标 is ready after %.1f s: %s\n", took.Seconds(), localURL(at))
	if h.ground.cfg.Demo {
		fmt.Print(h.accounts())
	}
}

func localURL(at net.Addr) string {
	host, port, err := net.SplitHostPort(at.String())
	if err != nil {
		return at.String()
	}
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}
