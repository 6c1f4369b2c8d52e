// Package db opens PostgreSQL and its transactions. A transaction always carries Bounds:
// what row security lets it see. A statement outside a transaction is an error.
package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"anbiao/kit/trace"
)

// Tx is one open transaction and the instant it began (UTC, whole microseconds, as
// PostgreSQL keeps it). Code that needs the time takes it from here, never from time.Now.
type Tx struct {
	*gorm.DB
	Now    time.Time
	pinned *sql.Conn // the connection the transaction runs on
}

// Pool is the connections of one database role.
type Pool struct {
	gorm *gorm.DB
	sql  *sql.DB
	slow atomic.Pointer[slowness]
}

// Open connects to the database named by dsn with at most size connections. Statements
// are sent unprepared ("exec" mode), so that PgBouncer may stand between.
func Open(dsn string, size int) (*Pool, error) {
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, err
	}
	cfg.DefaultQueryExecMode = pgx.QueryExecModeExec
	p := &Pool{}
	own := sql.OpenDB(connector{stdlib.GetConnector(*cfg), p})
	own.SetMaxOpenConns(size)
	own.SetMaxIdleConns(size)
	g, err := gorm.Open(postgres.New(postgres.Config{Conn: own}), &gorm.Config{
		SkipDefaultTransaction: true, // the Gate opens them
		DisableAutomaticPing:   true,
		Logger:                 logger.Discard,
		NowFunc:                func() time.Time { return time.Now().UTC().Truncate(time.Microsecond) },
	})
	if err != nil {
		return nil, errors.Join(err, own.Close())
	}
	p.gorm, p.sql = g, own
	return p, nil
}

// Close closes the connections.
func (p *Pool) Close() error { return p.sql.Close() }

// Stats tells how busy the pool is.
func (p *Pool) Stats() sql.DBStats { return p.sql.Stats() }

// In runs fn in a transaction bounded by b; it commits if fn returns nil.
func (p *Pool) In(ctx context.Context, b Bounds, now time.Time, opts *sql.TxOptions, fn func(Tx) error) (err error) {
	ctx, end := trace.Start(ctx, trace.Transaction, named(ctx))
	defer func() { end(err) }()
	pinned, err := p.sql.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, ignoreDone(pinned.Close())) }()
	ctx = context.WithValue(ctx, boundsKey{}, b)
	open, err := pinned.BeginTx(ctx, opts)
	if err != nil {
		return err
	}
	returned := false
	defer func() {
		if !returned {
			_ = open.Rollback() // fn panicked or ended its goroutine, which is what matters
		}
	}()
	g := p.gorm.WithContext(ctx)
	g.Statement.ConnPool = open
	err = fn(Tx{DB: g, Now: now.UTC().Truncate(time.Microsecond), pinned: pinned})
	returned = true
	if err != nil {
		return errors.Join(err, ignoreDone(open.Rollback()))
	}
	return open.Commit()
}

// ignoreDone drops the error of ending what a cancelled context has ended already.
func ignoreDone(err error) error {
	if errors.Is(err, sql.ErrTxDone) || errors.Is(err, sql.ErrConnDone) || errors.Is(err, driver.ErrBadConn) {
		return nil
	}
	return err
}

// Dialect returns the gorm handle for reading models' schemas; it can run no statement.
func (p *Pool) Dialect() *gorm.DB { return p.gorm }

// Copy streams rows into table by COPY within tx, an order of magnitude faster than
// INSERT, and returns how many it wrote. PostgreSQL refuses COPY into a table with row
// security, as all of ours are: copy into a temporary table and insert from there.
func Copy(ctx context.Context, tx Tx, table string, columns []string, rows pgx.CopyFromSource) (n int64, err error) {
	err = tx.pinned.Raw(func(dc any) error {
		n, err = dc.(*conn).Conn.Conn().CopyFrom(ctx, pgx.Identifier{table}, columns, rows)
		return err
	})
	return n, err
}

// Violates reports whether err is PostgreSQL refusing the named constraint. A bare
// error code would not do: a table may have several unique keys.
func Violates(err error, constraint string) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && e.ConstraintName == constraint
}

// Transient reports whether err may be gone when the same work is tried again: the
// server went away, or two transactions stood in each other's way.
func Transient(err error) bool {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		switch e.Code[:2] {
		case "08", "40", "53", "57":
			return true
		}
		return false
	}
	_, isConnect := errors.AsType[*pgconn.ConnectError](err)
	return isConnect || errors.Is(err, sql.ErrConnDone) || pgconn.SafeToRetry(err)
}
