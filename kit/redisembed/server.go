package redisembed

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"anbiao/kit/child"
)

const (
	socketName = "redis.sock"
	storeName  = "appendonlydir" // as redis-server 7 names it
	grace      = 10 * time.Second
)

// installed returns the server program of this machine, "" without one. Debian puts it
// into /usr/bin, others into a folder that is not in everybody's PATH.
func installed() string {
	for _, name := range []string{"redis-server", "valkey-server", "/usr/sbin/redis-server", "/opt/homebrew/bin/redis-server"} {
		if p, err := exec.LookPath(name); err == nil {
			return p
		}
	}
	return ""
}

// home is the directory of a child server and how it is run.
type home struct {
	program string
	dir     string
	cfg     Config
	cred    *syscall.Credential
	options Options
}

func startChild(ctx context.Context, program string, cfg Config) (_ *Server, err error) {
	h := home{program: program, cfg: cfg}
	if h.cred, err = child.Unprivileged("redis", "nobody"); err != nil {
		return nil, err
	}
	if h.dir, err = child.Home(cfg.Dir, h.cred); err != nil {
		return nil, err
	}
	lock, err := child.Lock(filepath.Join(h.dir, "lock"))
	if err != nil {
		return nil, err
	}
	p, err := h.serve(ctx)
	if errors.Is(err, errRefuses) && h.setAside() {
		cfg.Log.Warn("redis could not read its store; it was set aside and an empty one started", "error", err)
		p, err = h.serve(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	p.Ready()
	return &Server{options: h.options, proc: p, lock: lock}, nil
}

// serve starts the server after ending one that a killed program left behind.
func (h *home) serve(ctx context.Context) (*child.Process, error) {
	socket, err := child.SocketDir(h.dir, socketName, h.cred)
	if err != nil {
		return nil, err
	}
	h.options = Options{Network: "unix", Addr: filepath.Join(socket, socketName), Password: rand.Text()}
	if err := h.endLeftover(ctx); err != nil {
		return nil, err
	}
	if err := h.configure(); err != nil {
		return nil, err
	}
	p, err := child.Start(child.Spec{
		Name: "redis", Command: h.command, LogFile: h.logFile(), Log: h.cfg.Log,
		Stop: syscall.SIGTERM, Kill: syscall.SIGKILL, Grace: grace,
	})
	if err != nil {
		return nil, err
	}
	if err := await(ctx, h.options, p, h.logFile()); err != nil {
		return nil, errors.Join(err, p.Stop())
	}
	return p, nil
}

func (h *home) logFile() string  { return filepath.Join(h.dir, "redis.log") }
func (h *home) confFile() string { return filepath.Join(h.dir, "redis.conf") }

// configure writes the server's configuration with a new password.
func (h *home) configure() error {
	databases, keep := h.cfg.Databases, "yes"
	if databases == 0 {
		databases = 16
	}
	if h.cfg.Fast {
		keep = "no"
	}
	lines := []string{
		"port 0", // no network at all
		fmt.Sprintf("unixsocket %q", h.options.Addr),
		"unixsocketperm 700",
		"requirepass " + h.options.Password,
		fmt.Sprintf("dir %q", h.dir),
		fmt.Sprintf("databases %d", databases),
		`save ""`,
		"appendonly " + keep,
		"appendfsync everysec", // PostgreSQL holds what must not be lost
		"aof-load-truncated yes",
		"daemonize no",
		"",
	}
	if err := os.WriteFile(h.confFile(), []byte(strings.Join(lines, "\n")), 0o600); err != nil {
		return err
	}
	if h.cred == nil {
		return nil
	}
	return os.Chown(h.confFile(), int(h.cred.Uid), int(h.cred.Gid))
}

func (h *home) command() (*exec.Cmd, error) {
	c := exec.Command(h.program, h.confFile())
	c.Dir, c.Env = "/", []string{"PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C.UTF-8"}
	c.SysProcAttr = &syscall.SysProcAttr{Credential: h.cred}
	return c, nil
}

// endLeftover ends the server of an earlier run that was killed. Only the holder of the
// lock gets here, and the old password stands in the old configuration.
func (h *home) endLeftover(ctx context.Context) error {
	conf, err := os.ReadFile(h.confFile())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	old := h.options
	for line := range strings.Lines(string(conf)) {
		if password, is := strings.CutPrefix(line, "requirepass "); is {
			old.Password = strings.TrimSpace(password)
		}
	}
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for answers(old.Addr) {
		client := old.Client(0)
		_ = client.Shutdown(ctx).Err() // an end of the connection is the good answer
		_ = client.Close()
		select {
		case <-ctx.Done():
			return fmt.Errorf("redis of an earlier run at %s does not end: %w", old.Addr, ctx.Err())
		case <-tick.C:
		}
	}
	return nil
}

// answers reports whether anybody listens on a unix socket.
func answers(socket string) bool {
	conn, err := net.Dial("unix", socket)
	if err != nil {
		return false
	}
	_ = conn.Close()
	return true
}

// setAside renames the store and reports whether there was one. Only the last is kept.
func (h *home) setAside() bool {
	store := filepath.Join(h.dir, storeName)
	if err := os.RemoveAll(store + ".bad"); err != nil {
		return false
	}
	return os.Rename(store, store+".bad") == nil
}
