// Package redisembed runs a private Redis for a program without REDIS_URL: the installed
// redis-server as a supervised child, or one inside this process where none is installed.
//
// Redis is never the truth: every job stands in the outbox of PostgreSQL. So a damaged
// store is set aside and an empty one started, without asking anybody.
package redisembed

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/redis/go-redis/v9"

	"anbiao/kit/child"
)

// Config says where and how to run Redis.
type Config struct {
	Dir       string       // holds the append-only file, the socket, the log and the lock
	Fast      bool         // for tests: nothing is kept on disk
	Databases int          // logical databases; 0: 16
	InProcess bool         // do not look for an installed server
	Log       *slog.Logger // where restarts are reported; nil: slog.Default
}

// Options is how to reach a server, as go-redis and asynq name it.
type Options struct {
	Network  string // "unix" or "tcp"
	Addr     string
	Password string
}

// Client returns a client for a logical database.
func (o Options) Client(db int) *redis.Client {
	return redis.NewClient(&redis.Options{Network: o.Network, Addr: o.Addr, Password: o.Password, DB: db})
}

// URL returns the address as REDIS_URL and go-redis write it.
func (o Options) URL() string {
	u := url.URL{Scheme: "redis", User: url.UserPassword("", o.Password), Host: o.Addr}
	if o.Network == "unix" {
		u.Scheme, u.Host, u.Path = "unix", "", o.Addr
	}
	return u.String()
}

// Server is a running private Redis.
type Server struct {
	options  Options
	proc     *child.Process // nil when embedded
	embedded *embedded      // nil when a child
	lock     *os.File
}

// Start starts Redis and waits until it answers. ctx bounds the waiting only; the server
// runs until Stop.
//
// Errors: another instance runs on the directory; the directory is out of reach for the
// unprivileged user; an installed server does not start even on an empty store.
func Start(ctx context.Context, cfg Config) (*Server, error) {
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	program := ""
	if !cfg.InProcess {
		program = installed()
	}
	if program == "" {
		e, err := startEmbedded()
		if err != nil {
			return nil, err
		}
		return &Server{options: e.options, embedded: e}, nil
	}
	return startChild(ctx, program, cfg)
}

// Options returns how to reach the server.
func (s *Server) Options() Options { return s.options }

// Embedded reports whether the server lives in this process and so forgets everything
// with it: unfinished jobs must then be handed over anew.
func (s *Server) Embedded() bool { return s.embedded != nil }

// PID returns the process id of the server, 0 when embedded or being restarted.
func (s *Server) PID() int {
	if s.proc == nil {
		return 0
	}
	return s.proc.PID()
}

// Restarts returns how often the server died and was started again.
func (s *Server) Restarts() int {
	if s.proc == nil {
		return 0
	}
	return s.proc.Restarts()
}

// Stop ends the server; a child writes its append-only file first. It may be called once.
//
// Errors: it had to be killed.
func (s *Server) Stop() error {
	if s.embedded != nil {
		s.embedded.close()
		return nil
	}
	err := s.proc.Stop()
	if dir := filepath.Dir(s.options.Addr); dir != filepath.Dir(s.lock.Name()) {
		err = errors.Join(err, os.RemoveAll(dir))
	}
	return errors.Join(err, s.lock.Close())
}

// await returns when the server answers.
func await(ctx context.Context, o Options, p *child.Process, log string) error {
	client := o.Client(0)
	defer client.Close()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		err := client.Ping(ctx).Err() // errs while the append-only file is read, too
		if err == nil {
			return nil
		}
		select {
		case <-p.Done():
			return fmt.Errorf("%w: %s", errRefuses, child.Tail(log))
		case <-ctx.Done():
			return fmt.Errorf("redis is not ready: %w", errors.Join(ctx.Err(), err))
		case <-tick.C:
		}
	}
}

var errRefuses = errors.New("redis does not start")
