// Package shared gives all test binaries of a user one PostgreSQL and one Redis, private
// and without durability, so that plain `go test ./modules/x` needs nothing set up.
//
// The servers belong to a keeper: a detached process, started by whoever comes first from
// its own executable, that ends when nobody has used them for a while. Nothing waits for
// it: it holds none of the files of a test run open.
package shared

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/redis/go-redis/v9"

	"anbiao/kit/child"
)

// The environment can name servers that exist already; then none are started.
const (
	PostgresVariable = "TEST_POSTGRES" // URL of database postgres for a superuser
	RedisVariable    = "TEST_REDIS"    // redis:// or unix:// URL; wants 256 databases
)

// keeperVariable makes this executable the keeper of the directory it names.
const keeperVariable = "ANBIAO_TEST_KEEPER"

// startLimit is how long the servers may take to come up on a busy machine.
const startLimit = 2 * time.Minute

// Servers is where the shared servers answer.
type Servers struct {
	Postgres string // URL of database postgres for the owner of the cluster
	Redis    string // URL
}

// RedisOptions of the server, for its database 0.
func (s Servers) RedisOptions() (*redis.Options, error) { return redis.ParseURL(s.Redis) }

// Attach returns the servers of this process, starting them if need be. They stay up at
// least as long as this process lives.
//
// Errors: no PostgreSQL or Redis installed; the keeper fails (its log is quoted).
var Attach = sync.OnceValues(attach)

// held is the users' lock, until this process ends: the keeper sees users by it. A
// variable, because a file nobody refers to is closed.
var held atomic.Pointer[os.File]

func attach() (Servers, error) {
	s := Servers{os.Getenv(PostgresVariable), os.Getenv(RedisVariable)}
	if s.Postgres != "" && s.Redis != "" {
		return s, nil
	}
	dir, err := base()
	if err != nil {
		return Servers{}, err
	}
	using, err := lock(filepath.Join(dir, usersFile), syscall.LOCK_SH)
	if err != nil {
		return Servers{}, err
	}
	held.Store(using)
	starting, err := lock(filepath.Join(dir, "start.lock"), syscall.LOCK_EX)
	if err != nil {
		return Servers{}, err
	}
	defer starting.Close()
	if s, err := read(dir); err == nil && kept(dir) {
		return s, nil
	}
	return start(dir)
}

// Release lets the servers end as soon as this process and all others that use them have
// ended, instead of waiting for more users. Without a keeper it does nothing.
func Release() error {
	dir, err := base()
	if err != nil {
		return err
	}
	if !kept(dir) {
		return nil
	}
	pid, err := strconv.Atoi(child.Tail(filepath.Join(dir, keeperFile)))
	if err != nil {
		return fmt.Errorf("keeper of %s: %w", dir, err)
	}
	return syscall.Kill(pid, syscall.SIGTERM)
}

// start runs this executable as keeper and waits for what it publishes.
func start(dir string) (Servers, error) {
	if err := os.RemoveAll(filepath.Join(dir, serversFile)); err != nil {
		return Servers{}, err
	}
	program, err := os.Executable()
	if err != nil {
		return Servers{}, err
	}
	log, err := os.Create(filepath.Join(dir, "keeper.log"))
	if err != nil {
		return Servers{}, err
	}
	defer log.Close()
	c := exec.Command(program)
	c.Dir, c.Env = dir, append(os.Environ(), keeperVariable+"="+dir)
	c.Stdout, c.Stderr = log, log // not ours: `go test` waits until nobody holds its output
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := c.Start(); err != nil {
		return Servers{}, err
	}
	exited := make(chan struct{})
	go func() {
		_ = c.Wait()
		close(exited)
	}()
	limit, tick := time.NewTimer(startLimit), time.NewTicker(20*time.Millisecond)
	defer limit.Stop()
	defer tick.Stop()
	for {
		if s, err := read(dir); err == nil {
			return s, nil
		}
		select {
		case <-tick.C:
		case <-exited:
			return Servers{}, fmt.Errorf("the test servers do not start: %s", child.Tail(log.Name()))
		case <-limit.C:
			_ = c.Process.Kill()
			return Servers{}, fmt.Errorf("the test servers are not ready after %s: %s", startLimit, child.Tail(log.Name()))
		}
	}
}

// read returns what the keeper published.
func read(dir string) (Servers, error) {
	var s Servers
	b, err := os.ReadFile(filepath.Join(dir, serversFile))
	if err != nil {
		return s, err
	}
	return s, json.Unmarshal(b, &s)
}

// kept reports whether a keeper lives: it holds its lock until it ends.
func kept(dir string) bool {
	f, err := os.Open(filepath.Join(dir, keeperFile))
	if err != nil {
		return false
	}
	defer f.Close()
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil
}

// lock opens the file at path and waits for its lock; closing the file frees it.
func lock(path string, how int) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		if err = syscall.Flock(int(f.Fd()), how); !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lock %s: %w", path, err), f.Close())
	}
	return f, nil
}

// base returns the directory of this user's test servers: in memory where there is room
// for a few hundred databases, else where temporary files go.
func base() (string, error) {
	name := "anbiao-test-" + strconv.Itoa(os.Geteuid())
	dir := filepath.Join(os.TempDir(), name)
	if memory := filepath.Join("/dev/shm", name); exists(filepath.Join(memory, serversFile)) || roomy("/dev/shm") {
		dir = memory
	}
	if err := os.Mkdir(dir, 0o711); err != nil && !errors.Is(err, os.ErrExist) {
		return "", err
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return "", err
	}
	if st, ok := info.Sys().(*syscall.Stat_t); !ok || !info.IsDir() || int(st.Uid) != os.Geteuid() {
		return "", fmt.Errorf("%s belongs to somebody else", dir)
	}
	return dir, os.Chmod(dir, 0o711) // whatever the umask: the servers' user must pass
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// roomy reports whether 2 GiB are free in dir.
func roomy(dir string) bool {
	var s syscall.Statfs_t
	return syscall.Statfs(dir, &s) == nil && s.Bavail*uint64(s.Bsize) >= 2<<30
}
