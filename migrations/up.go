// Package migrations holds the schema, as goose SQL files in order, and brings a database
// up to it.
package migrations

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
)

// FS holds the migrations.
//
//go:embed *.sql
var FS embed.FS

// Kinds are the domains that have a database role of their own, anbiao_<kind>. Roles
// belong to the cluster, not to a database, so they are made here and never dropped.
var Kinds = []string{"company", "service", "regulator", "agency", "platform", "public", "system"}

// Password returns the password of a kind's role: derived, so that nothing has to be kept.
func Password(secret []byte, kind string) string {
	k, err := hkdf.Key(sha256.New, secret, nil, "pool:"+kind, 24)
	if err != nil {
		panic(err) // only for lengths beyond HKDF's reach
	}
	return hex.EncodeToString(k)
}

// rolesLock is held in the database where the lock is taken while roles are made, so that
// two programs starting at once do not collide in the cluster's catalogue.
const rolesLock = 7_330_784

// Up makes the roles and applies every migration that is missing. It may be run again, by
// several programs at once. dsn names the database as its owner.
func Up(ctx context.Context, dsn string, secret []byte) error {
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		return err
	}
	if err := bootstrap(ctx, cfg, secret); err != nil {
		return fmt.Errorf("migrations: roles: %w", err)
	}
	// A statement that waits for a lock makes everybody behind it wait: it gives up, and is tried again.
	cfg.RuntimeParams["lock_timeout"] = strconv.FormatInt(lockWait.Milliseconds(), 10)
	own := stdlib.OpenDB(*cfg)
	return errors.Join(up(ctx, own), own.Close())
}

const (
	lockWait  = 800 * time.Millisecond // below the second that others may have to wait
	lockPause = time.Second            // between tries, for those who had to wait
	lockTries = 120
)

// Roles makes the roles and nothing else, for a database that is restored.
func Roles(ctx context.Context, dsn string, secret []byte) error {
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		return err
	}
	return bootstrap(ctx, cfg, secret)
}

// Newest is the last migration of this program.
func Newest() (int64, error) {
	names, err := fs.Glob(FS, "*.sql")
	if err != nil {
		return 0, err
	}
	last := slices.Max(names) // five digits each
	return strconv.ParseInt(last[:5], 10, 64)
}

func up(ctx context.Context, own *sql.DB) error {
	conn, err := own.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.ExecContext(ctx, "SET lock_timeout = 0"); err != nil { // another program may take its time
		return err
	}
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock($1)", rolesLock+1); err != nil {
		return err
	}
	defer func() { _, _ = conn.ExecContext(ctx, "SELECT pg_advisory_unlock($1)", rolesLock+1) }()
	provider, err := goose.NewProvider(goose.DialectPostgres, own, FS)
	if err != nil {
		return err
	}
	for try := 1; ; try++ {
		_, err = provider.Up(ctx)
		if try == lockTries || !locked(err) {
			return err
		}
		slog.InfoContext(ctx, "a migration waits for a lock", "try", try)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(lockPause):
		}
	}
}

// locked reports whether err is PostgreSQL giving a lock up after lock_timeout.
func locked(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && e.Code == "55P03"
}

// bootstrap makes the login roles. It works in database "postgres", because an advisory
// lock is of one database and roles are of the cluster.
func bootstrap(ctx context.Context, cfg *pgx.ConnConfig, secret []byte) error {
	at := cfg.Copy()
	at.Database = "postgres"
	conn, err := pgx.ConnectConfig(ctx, at)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock($1)", rolesLock); err != nil {
			return err
		}
		for _, k := range Kinds {
			if err := role(ctx, tx, "anbiao_"+k, Password(secret, k)); err != nil {
				return err
			}
		}
		// A plan frozen under one regulator's area is slow under another's (measured: 1-2.4 s for 5 ms).
		_, err := tx.Exec(ctx, "ALTER ROLE anbiao_regulator SET plan_cache_mode = force_custom_plan")
		if err == nil {
			_, err = tx.Exec(ctx, "ALTER ROLE anbiao_regulator SET max_parallel_workers_per_gather = 0")
		}
		return err
	})
}

func role(ctx context.Context, tx pgx.Tx, name, password string) error {
	var there bool
	if err := tx.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", name).Scan(&there); err != nil {
		return err
	}
	verb := "CREATE"
	if there {
		verb = "ALTER"
	}
	_, err := tx.Exec(ctx, fmt.Sprintf("%s ROLE %s LOGIN PASSWORD '%s'", verb, name, password)) // both are ours: letters and hex
	return err
}

// RoleDSN returns the address of dsn's database for a kind's role.
func RoleDSN(dsn, kind string, secret []byte) string {
	user, password := "anbiao_"+kind, Password(secret, kind)
	if u, err := url.Parse(dsn); err == nil && u.Scheme != "" {
		u.User = url.UserPassword(user, password)
		return u.String()
	}
	return dsn + " user=" + user + " password=" + password
}
