// Package fleet runs the whole program on this machine as it runs on several: a PostgreSQL and its
// streaming replica, PgBouncer between, a Redis Cluster, two API servers, two workers, a scheduler, and
// a front that spreads requests. Each component can be killed and started again by name.
package fleet

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"anbiao/kit/pgembed"
)

// Fleet is the running whole. Dir and Program are to be set; then Start.
type Fleet struct {
	Dir     string // everything is kept here; any user must be able to pass through it
	Program string // bin/anbiao

	URL string // of the front, once started

	dir      string
	secret   string
	primary  *database
	replica  *database
	pooled   url.URL  // the owner's way through PgBouncer
	nodes    []string // of the Redis Cluster
	apis     []string // addresses behind the front
	front    *front
	parts    map[string]part
	order    []string // in which they were started
	programs []*process
}

// Kinds of components, as the names of components begin.
var Kinds = []string{"primary", "replica", "pgbouncer", "redis", "api", "worker", "scheduler"}

// Start fills a database with the demo city and starts everything. On failure what was started is
// stopped.
func (f *Fleet) Start(ctx context.Context) (err error) {
	if f.dir, err = filepath.Abs(f.Dir); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.Stop())
		}
	}()
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	f.secret, f.parts = hex.EncodeToString(key), map[string]part{}
	if err := f.seed(ctx); err != nil {
		return fmt.Errorf("fleet: demo city: %w", err)
	}
	for _, step := range []func(context.Context) error{f.startDatabases, f.startPooler, f.startRedis, f.startPrograms} {
		if err := step(ctx); err != nil {
			return fmt.Errorf("fleet: %w", err)
		}
	}
	f.front, err = openFront(f.apis)
	if err != nil {
		return err
	}
	f.URL = f.front.url
	return f.front.ready(ctx)
}

// seed lets the program alone fill its own database, which then becomes the primary: a program with a
// named database makes no demo.
func (f *Fleet) seed(ctx context.Context) error {
	home := filepath.Join(f.dir, "seed")
	if err := os.MkdirAll(home, 0o711); err != nil { //nolint:gosec // the database's own user must pass through
		return err
	}
	c := exec.CommandContext(ctx, f.Program, "serve", "--role", "api")
	c.Env = append(environ(), "DATA_DIR="+home, "DEMO=1", "SECRET_KEY="+f.secret, "ADDR=127.0.0.1:0")
	c.Stderr = os.Stderr
	said, err := c.StdoutPipe()
	if err != nil {
		return err
	}
	if err := c.Start(); err != nil {
		return err
	}
	ready := false
	for lines := bufio.NewScanner(said); lines.Scan(); {
		if strings.Contains(lines.Text(), "is ready") {
			ready = true
			if err := c.Process.Signal(syscall.SIGTERM); err != nil {
				return err
			}
		}
	}
	if err := c.Wait(); err != nil {
		return err
	}
	if !ready {
		return errors.New("it ended before it was ready")
	}
	return nil
}

// environ is ours without what would configure the program.
func environ() []string {
	return slices.DeleteFunc(os.Environ(), func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return strings.HasPrefix(name, "DATABASE_URL") || slices.Contains([]string{"REDIS_URL", "BLOB_URL", "DEMO", "ENV", "ADDR", "BASE_URL", "SECRET_KEY", "DATA_DIR"}, name)
	})
}

func (f *Fleet) add(ctx context.Context, name string, p part) error {
	if err := p.start(ctx); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	f.parts[name] = p
	f.order = append(f.order, name)
	return nil
}

func (f *Fleet) startDatabases(ctx context.Context) error {
	f.primary = &database{config: pgembed.Config{Dir: filepath.Join(f.dir, "seed", "postgres"), Settings: settings()}}
	if err := f.add(ctx, "primary", f.primary); err != nil {
		return err
	}
	f.replica = &database{config: pgembed.Config{Dir: filepath.Join(f.dir, "replica"), Settings: settings(), Follow: f.primary.made}}
	return f.add(ctx, "replica", f.replica)
}

func (f *Fleet) startPooler(ctx context.Context) error {
	p, err := f.pooler()
	if err != nil {
		return err
	}
	return f.add(ctx, "pgbouncer", p)
}

func (f *Fleet) startRedis(ctx context.Context) error {
	for n := 1; n <= nodes; n++ {
		p, err := f.redis(n)
		if err != nil {
			return err
		}
		if err := f.add(ctx, "redis"+strconv.Itoa(n), p); err != nil {
			return err
		}
	}
	return f.meet(ctx)
}

func (f *Fleet) startPrograms(ctx context.Context) error {
	for _, name := range []string{"api1", "api2", "worker1", "worker2", "scheduler"} {
		port, err := free(0)
		if err != nil {
			return err
		}
		address := fmt.Sprintf("127.0.0.1:%d", port)
		role := strings.TrimRight(name, "12")
		p := &process{name: name, log: filepath.Join(f.dir, name+".log"), command: func() (*exec.Cmd, error) {
			c := exec.Command(f.Program, "serve", "--role", role)
			c.Env = append(environ(), "DATA_DIR="+filepath.Join(f.dir, name), "SECRET_KEY="+f.secret, "ADDR="+address, "TRUSTED_PROXIES=127.0.0.1", "SMS_URL=log:",
				"DATABASE_URL="+f.pooled.String(), "DATABASE_URL_LISTEN="+f.primary.made.OwnerDSN("postgres"), "DATABASE_URL_REPLICA="+f.replica.made.OwnerDSN("postgres"),
				"REDIS_URL=redis-cluster://"+strings.Join(f.nodes, ","), "BLOB_URL=file://"+filepath.Join(f.dir, "seed", "files"))
			return c, nil
		}}
		if role == "api" {
			f.apis = append(f.apis, address)
			p.serves = func(ctx context.Context) error { return healthy(ctx, http.DefaultClient, address) }
		}
		f.programs = append(f.programs, p)
		if err := f.add(ctx, name, p); err != nil {
			return err
		}
	}
	return nil
}

// Names lists the components.
func (f *Fleet) Names() []string { return slices.Sorted(maps.Keys(f.parts)) }

// Kill ends a component without warning and returns when it is gone. A database is started again at
// once by its supervisor, everything else by Restart.
func (f *Fleet) Kill(name string) error {
	p, ok := f.parts[name]
	if !ok {
		return fmt.Errorf("fleet: no component %q, only %v", name, f.Names())
	}
	return p.kill()
}

// Restart starts a component that was killed and returns when it serves.
func (f *Fleet) Restart(ctx context.Context, name string) error {
	p, ok := f.parts[name]
	if !ok {
		return fmt.Errorf("fleet: no component %q, only %v", name, f.Names())
	}
	return p.start(ctx)
}

// Fallen lists the programs that have ended by themselves.
func (f *Fleet) Fallen() (out []string) {
	for _, p := range f.programs {
		if !p.alive() {
			out = append(out, p.name)
		}
	}
	return out
}

// Owner is the address of the database for its owner, past the pooler.
func (f *Fleet) Owner() string { return f.primary.made.OwnerDSN("postgres") }

// Far is the address of the replica for the owner.
func (f *Fleet) Far() string { return f.replica.made.OwnerDSN("postgres") }

// Stop ends everything, last first.
func (f *Fleet) Stop() (err error) {
	if f.front != nil {
		err = f.front.close()
	}
	for _, name := range slices.Backward(f.order) {
		if failed := f.parts[name].stop(); failed != nil {
			err = errors.Join(err, fmt.Errorf("%s: %w", name, failed))
		}
	}
	f.order = nil
	return err
}

// healthy asks an API whether it serves.
func healthy(ctx context.Context, by *http.Client, address string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/healthz", http.NoBody)
	if err != nil {
		return err
	}
	got, err := by.Do(r)
	if err != nil {
		return err
	}
	defer got.Body.Close()
	if got.StatusCode != http.StatusOK {
		return fmt.Errorf("it answers %d", got.StatusCode)
	}
	return nil
}
