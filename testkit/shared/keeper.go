package shared

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"anbiao/kit/child"
	"anbiao/kit/pgembed"
	"anbiao/kit/redisembed"
)

const (
	usersFile   = "users.lock"  // every user holds it shared; the keeper tries it exclusively
	keeperFile  = "keeper.lock" // the living keeper holds it
	serversFile = "servers.json"

	idleLimit = 10 * time.Minute // how long the servers outlive their last user
	keepFor   = 24 * time.Hour   // how long the database of a failed test is kept
)

// init turns the executable of whoever needs servers into their keeper: a test binary can
// start nothing else without building it first.
func init() {
	dir := os.Getenv(keeperVariable)
	if dir == "" {
		return
	}
	if err := keep(context.Background(), dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// keep runs the servers in dir until nobody has used them for idleLimit, or until it has
// been asked to end and nobody does.
func keep(ctx context.Context, dir string) error {
	own, err := child.Lock(filepath.Join(dir, keeperFile))
	if err != nil {
		return err
	}
	defer own.Close()
	limited, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	pg, err := pgembed.Start(limited, pgembed.Config{
		Dir: filepath.Join(dir, "postgres"), Fast: true, Settings: map[string]string{"max_connections": "500"},
	})
	if err != nil {
		return err
	}
	rs, err := redisembed.Start(limited, redisembed.Config{Dir: filepath.Join(dir, "redis"), Fast: true, Databases: 256})
	if err != nil {
		return errors.Join(err, pg.Stop())
	}
	unused, err := serve(limited, dir, pg, rs)
	if err != nil {
		return errors.Join(err, rs.Stop(), pg.Stop())
	}
	defer unused.Close() // newcomers wait until all is gone
	kept, err := databases(ctx, pg.OwnerDSN("postgres"))
	err = errors.Join(err, os.Remove(filepath.Join(dir, serversFile)), rs.Stop(), pg.Stop())
	if err == nil && len(kept) == 0 { // give the memory back, but not a failed test's database
		err = os.RemoveAll(filepath.Join(dir, "postgres"))
	}
	return err
}

// serve publishes the servers and returns the users' lock when they are not needed any more.
func serve(ctx context.Context, dir string, pg *pgembed.Cluster, rs *redisembed.Server) (*os.File, error) {
	if rs.Embedded() {
		return nil, errors.New("no redis-server found on this machine: install it (Debian, Ubuntu: apt-get install redis-server)")
	}
	if err := dropOld(ctx, pg.OwnerDSN("postgres")); err != nil {
		return nil, err
	}
	if err := publish(dir, Servers{pg.OwnerDSN("postgres"), rs.Options().URL()}); err != nil {
		return nil, err
	}
	return untilUnused(filepath.Join(dir, usersFile)), nil
}

// untilUnused returns the users' lock once nobody has held it for long enough, or, after
// being asked to end, as soon as nobody does.
func untilUnused(path string) *os.File {
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGTERM, syscall.SIGINT)
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for used, hurry := time.Now(), false; ; {
		select {
		case <-asked:
			hurry = true
		case <-tick.C:
		}
		f, err := lock(path, syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case err != nil:
			used = time.Now()
		case hurry || time.Since(used) > idleLimit:
			return f
		default:
			_ = f.Close()
		}
	}
}

// publish tells users where the servers are, whole or not at all.
func publish(dir string, s Servers) error {
	b, err := json.Marshal(s)
	if err != nil {
		return err
	}
	path := filepath.Join(dir, serversFile)
	if err := os.WriteFile(path+".new", b, 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// dropOld drops the databases of failed tests that nobody will look at any more.
func dropOld(ctx context.Context, dsn string) error {
	names, err := databases(ctx, dsn)
	if err != nil {
		return err
	}
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	for _, name := range names {
		if made, ok := Made(name); !ok || time.Since(made) < keepFor {
			continue
		}
		if _, err := conn.Exec(ctx, "DROP DATABASE IF EXISTS "+pgx.Identifier{name}.Sanitize()+" WITH (FORCE)"); err != nil {
			return err
		}
	}
	return nil
}

// databases lists the databases of tests that were kept.
func databases(ctx context.Context, dsn string) ([]string, error) {
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return nil, err
	}
	defer conn.Close(ctx)
	rows, err := conn.Query(ctx, `SELECT datname::text FROM pg_database WHERE datname LIKE 't\_%'`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// Name returns a name for a database made now, e.g. t_6921f0c0_… : it sorts and ages by
// the second in it.
func Name(kind, rest string) string { return fmt.Sprintf("%s_%08x_%s", kind, time.Now().Unix(), rest) }

// Made returns when the database of that name was made.
func Made(name string) (time.Time, bool) {
	_, rest, _ := strings.Cut(name, "_")
	digits, _, _ := strings.Cut(rest, "_")
	second, err := strconv.ParseInt(digits, 16, 64)
	return time.Unix(second, 0), err == nil
}
