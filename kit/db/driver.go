package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// Bounds is what row security lets a transaction see. The zero Bounds see nothing. Only
// package rbac may fill one in.
type Bounds struct {
	Company      int64    // the one company of an enterprise or service actor
	Areas        []string // region paths of a regulator: each with everything below it
	Lines        []int16  // supervision lines of a regulator; none means every line
	Person       int64    // who acts
	Organisation int64    // on whose behalf, for regulators, agencies and services
}

var (
	errNoBounds = errors.New("db: transaction without bounds")
	errBadArea  = errors.New("db: malformed region path")
	errNoTx     = errors.New("db: statement outside a transaction")
)

type boundsKey struct{}

// settings renders b as one SQL statement of local settings, which end with the transaction.
// Every value is a number or passes okArea, so that nothing needs quoting.
func (b Bounds) settings() (string, error) {
	lo, hi := "", ""
	for _, a := range b.Areas {
		if !okArea(a) {
			return "", errBadArea
		}
		if lo == "" || a < lo {
			lo = a
		}
		hi = max(hi, a+"~")
	}
	lines := make([]string, len(b.Lines))
	for i, l := range b.Lines {
		lines[i] = strconv.Itoa(int(l))
	}
	areas := ""
	if len(b.Areas) > 1 { // one area is its own hull
		areas = strings.Join(b.Areas, ",")
	}
	var q strings.Builder
	q.WriteString("select ")
	for i, s := range [][2]string{
		{"company_id", number(b.Company)},
		{"region_lo", lo},
		{"region_hi", hi},
		{"areas", areas},
		{"lines", strings.Join(lines, ",")},
		{"person_id", number(b.Person)},
		{"organisation_id", number(b.Organisation)},
	} {
		if i > 0 {
			q.WriteByte(',')
		}
		q.WriteString("set_config('app." + s[0] + "','" + s[1] + "',true)")
	}
	return q.String(), nil
}

func number(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// okArea accepts region paths: at most 20 digits and capital letters, not empty.
func okArea(s string) bool {
	return s != "" && len(s) <= 20 && strings.Trim(s, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// connector makes connections that refuse to work outside a bounded transaction.
type connector struct {
	driver.Connector
	pool *Pool
}

func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	dc, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &conn{Conn: dc.(*stdlib.Conn), pool: c.pool}, nil
}

type conn struct {
	*stdlib.Conn
	pool    *Pool
	open    bool   // a transaction is open
	useCase string // whose it is
}

// BeginTx opens a transaction and sets its bounds in one round trip.
func (c *conn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	b, ok := ctx.Value(boundsKey{}).(Bounds)
	if !ok {
		return nil, errNoBounds
	}
	set, err := b.settings()
	if err != nil {
		return nil, err
	}
	begin := "begin"
	switch sql.IsolationLevel(o.Isolation) {
	case sql.LevelRepeatableRead:
		begin += " isolation level repeatable read"
	case sql.LevelSerializable:
		begin += " isolation level serializable"
	default: // PostgreSQL's own: read committed
	}
	if o.ReadOnly {
		begin += " read only"
	}
	if _, err := c.Conn.Conn().Exec(ctx, begin+";"+set, pgx.QueryExecModeSimpleProtocol); err != nil {
		return nil, err
	}
	c.open, c.useCase = true, named(ctx)
	return &tx{c, context.WithoutCancel(ctx)}, nil
}

// ExecContext refuses to run outside a transaction.
func (c *conn) ExecContext(ctx context.Context, q string, args []driver.NamedValue) (driver.Result, error) {
	if !c.open {
		return nil, errNoTx
	}
	defer c.timed(ctx, q)()
	return c.Conn.ExecContext(ctx, q, args)
}

// QueryContext refuses to run outside a transaction.
func (c *conn) QueryContext(ctx context.Context, q string, args []driver.NamedValue) (driver.Rows, error) {
	if !c.open {
		return nil, errNoTx
	}
	defer c.timed(ctx, q)()
	return c.Conn.QueryContext(ctx, q, args)
}

// PrepareContext refuses: nothing is prepared, so that a plan never outlives its bounds.
func (*conn) PrepareContext(context.Context, string) (driver.Stmt, error) {
	return nil, errors.New("db: prepared statements are not used")
}

// Prepare refuses, like PrepareContext.
func (c *conn) Prepare(q string) (driver.Stmt, error) {
	return c.PrepareContext(context.Background(), q)
}

type tx struct {
	c   *conn
	ctx context.Context
}

// Commit commits. PostgreSQL answers the commit of a failed transaction with ROLLBACK and
// no error, which here is one.
func (t *tx) Commit() error {
	t.c.open = false
	tag, err := t.c.Conn.Conn().Exec(t.ctx, "commit", pgx.QueryExecModeSimpleProtocol)
	if err == nil && tag.String() == "ROLLBACK" {
		return errors.New("db: commit turned into rollback")
	}
	return err
}

func (t *tx) Rollback() error {
	t.c.open = false
	_, err := t.c.Conn.Conn().Exec(t.ctx, "rollback", pgx.QueryExecModeSimpleProtocol)
	return err
}
