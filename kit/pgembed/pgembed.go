// Package pgembed runs a private PostgreSQL cluster from the PostgreSQL that is installed
// on this machine: made on first use, reached through a unix socket only, restarted when
// it dies, stopped with the program. It is the default of a program without DATABASE_URL.
package pgembed

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"anbiao/kit/child"
)

// Owner is the cluster's superuser. Only migrations and backups connect as it.
const Owner = "anbiao_owner"

const (
	stopGrace = 30 * time.Second // a fast shutdown writes a checkpoint
	pingEvery = 10 * time.Millisecond
	sayEvery  = 10 * time.Second // crash recovery after a long run is worth a line
)

// Config says where and how to run the cluster.
type Config struct {
	Dir      string            // holds data/, the socket, the log and the lock; made if missing
	Follow   *Cluster          // makes this one a streaming replica of another; nil: it stands alone
	Fast     bool              // for tests: nothing survives a power cut
	Settings map[string]string // postgresql.conf, over our defaults; values as written there, e.g. "'64MB'"
	Log      *slog.Logger      // where restarts are reported; nil: slog.Default
}

// Cluster is a running private PostgreSQL.
type Cluster struct {
	cfg     Config
	bin     string // directory of the binaries
	dir     string // absolute
	socket  string // directory of the socket
	cred    *syscall.Credential
	lock    *os.File
	proc    *child.Process
	secret  string // the owner's password
	adopted bool
}

// Start makes the cluster if there is none, starts it and waits until it answers. ctx
// bounds the waiting only; the cluster runs until Stop.
//
// Errors: no PostgreSQL installed; another instance runs on Dir; Dir out of reach for the
// unprivileged user that PostgreSQL needs when we are root; a cluster of another major
// version; PostgreSQL refuses to start (its log is quoted).
func Start(ctx context.Context, cfg Config) (_ *Cluster, err error) {
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	c := &Cluster{cfg: cfg}
	if c.cred, err = child.Unprivileged("postgres", "nobody"); err != nil {
		return nil, err
	}
	if c.dir, err = child.Home(cfg.Dir, c.cred); err != nil {
		return nil, err
	}
	if c.lock, err = child.Lock(filepath.Join(c.dir, "lock")); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, c.lock.Close())
		}
	}()
	if c.socket, err = child.SocketDir(c.dir, ".s.PGSQL.5432", c.cred); err != nil {
		return nil, err
	}
	if err = c.prepare(); err != nil {
		return nil, err
	}
	if err = c.serve(ctx); err != nil {
		return nil, err
	}
	return c, nil
}

// prepare makes sure that there are data and the binaries and settings for them.
func (c *Cluster) prepare() (err error) {
	if c.bin, err = binaries(c.data()); err != nil {
		return err
	}
	if _, err = os.Stat(filepath.Join(c.data(), "PG_VERSION")); err != nil {
		fill := c.initdb
		if c.cfg.Follow != nil {
			fill = c.copyOf
		}
		if err = fill(); err != nil {
			return err
		}
	}
	secret, err := os.ReadFile(filepath.Join(c.data(), secretFile))
	if err != nil {
		return fmt.Errorf("the cluster's own password is missing: %w", err)
	}
	c.secret = string(secret)
	return c.writeSettings()
}

// serve starts the server, or adopts one that a killed program left behind.
func (c *Cluster) serve(ctx context.Context) (err error) {
	leftover := c.running()
	if leftover > 0 {
		// It may be shutting down already (the death signal): then it refuses, and is
		// replaced as soon as it is gone.
		c.adopted = c.ping(ctx) == nil
		if !c.adopted {
			if err := waitGone(ctx, leftover); err != nil {
				return err
			}
			leftover = 0
		}
	}
	c.proc, err = child.Start(child.Spec{
		Name: "postgres", Command: c.command, Adopt: leftover, LogFile: c.logFile(), Log: c.cfg.Log,
		Stop: syscall.SIGINT, Kill: syscall.SIGQUIT, Grace: stopGrace,
	})
	if err != nil {
		return err
	}
	if err := c.await(ctx); err != nil {
		return errors.Join(err, c.proc.Stop())
	}
	c.proc.Ready()
	return nil
}

// await returns when the server answers.
func (c *Cluster) await(ctx context.Context) error {
	tick, say := time.NewTicker(pingEvery), time.NewTicker(sayEvery)
	defer tick.Stop()
	defer say.Stop()
	for {
		err := c.ping(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-c.proc.Done():
			return fmt.Errorf("PostgreSQL does not start: %s", child.Tail(c.logFile()))
		case <-ctx.Done():
			return fmt.Errorf("PostgreSQL is not ready: %w", errors.Join(ctx.Err(), err))
		case <-say.C:
			c.cfg.Log.Info("waiting for PostgreSQL, it may be recovering from a crash", "answer", err)
		case <-tick.C:
		}
	}
}

// Attach returns the owner's address of database postgres of a cluster that another
// process runs on dir, for what is done beside a running program.
//
// Errors: there is no cluster in dir, or it does not answer.
func Attach(ctx context.Context, dir string) (string, error) {
	c := &Cluster{}
	var err error
	if c.cred, err = child.Unprivileged("postgres", "nobody"); err != nil {
		return "", err
	}
	if c.dir, err = filepath.Abs(dir); err != nil {
		return "", err
	}
	if c.dir, err = filepath.EvalSymlinks(c.dir); err != nil {
		return "", err
	}
	secret, err := os.ReadFile(filepath.Join(c.data(), secretFile))
	if err != nil {
		return "", err
	}
	c.secret = string(secret)
	if c.socket, err = child.SocketDir(c.dir, ".s.PGSQL.5432", c.cred); err != nil {
		return "", err
	}
	return c.OwnerDSN("postgres"), c.ping(ctx)
}

// Stop shuts the cluster down in order and frees its directory. It may be called once.
//
// Errors: it had to be ended at once and will recover at the next start.
func (c *Cluster) Stop() error {
	err := c.proc.Stop()
	if c.socket != c.dir {
		err = errors.Join(err, os.Remove(c.socket))
	}
	return errors.Join(err, c.lock.Close())
}

// DSN returns the address of a database of the cluster for one of its roles.
func (c *Cluster) DSN(role, password, database string) string {
	u := url.URL{
		Scheme: "postgres", User: url.UserPassword(role, password), Path: "/" + database,
		RawQuery: url.Values{"host": {c.socket}}.Encode(),
	}
	return u.String()
}

// OwnerDSN returns the address of a database for the superuser.
func (c *Cluster) OwnerDSN(database string) string { return c.DSN(Owner, c.secret, database) }

// OwnerPassword returns the superuser's password, made at random with the cluster.
func (c *Cluster) OwnerPassword() string { return c.secret }

// PID returns the process id of the server, 0 while it is being restarted.
func (c *Cluster) PID() int { return c.proc.PID() }

// Restarts returns how often the server died and was started again.
func (c *Cluster) Restarts() int { return c.proc.Restarts() }

// Adopted reports whether the server had been left behind by a program that was killed.
func (c *Cluster) Adopted() bool { return c.adopted }

// Bin returns the directory of the PostgreSQL programs in use, for pg_dump and the like.
func (c *Cluster) Bin() string { return c.bin }

// Credential returns the user the server runs under, nil for our own: its programs refuse
// to run as root.
func (c *Cluster) Credential() *syscall.Credential { return c.cred }

func (c *Cluster) data() string    { return filepath.Join(c.dir, "data") }
func (c *Cluster) logFile() string { return filepath.Join(c.dir, "postgres.log") }

// ping connects as the owner: only this shows that the server serves and is ours.
func (c *Cluster) ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, c.OwnerDSN("postgres"))
	if err != nil {
		return err
	}
	return conn.Close(ctx)
}

// waitGone waits for a server that is shutting down.
func waitGone(ctx context.Context, pid int) error {
	tick := time.NewTicker(pingEvery)
	defer tick.Stop()
	for child.Alive(pid) {
		select {
		case <-ctx.Done():
			return fmt.Errorf("PostgreSQL (process %d) of an earlier run does not end: %w", pid, ctx.Err())
		case <-tick.C:
		}
	}
	return nil
}
