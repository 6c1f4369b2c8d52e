package db_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"anbiao/kit/db"
	"anbiao/migrations"
	"anbiao/testkit"
)

// now stands for the Gate's clock.
var now = time.Date(2026, 3, 31, 8, 0, 0, 123456789, time.FixedZone("", 8*3600))

// single opens a pool of one connection for the role of kind: what one transaction leaves
// behind meets the next.
func single(t *testing.T, kind string) *db.Pool {
	t.Helper()
	p, err := db.Open(migrations.RoleDSN(testkit.Database(t), kind, testkit.Secret), 1)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, p.Close()) })
	return p
}

// setting reads a local setting in a transaction bounded by b.
func setting(t *testing.T, p *db.Pool, b db.Bounds, name string) (v string) {
	t.Helper()
	require.NoError(t, p.In(t.Context(), b, now, nil, func(tx db.Tx) error {
		return tx.Raw("SELECT coalesce(current_setting('app." + name + "', true), '')").Scan(&v).Error
	}))
	return v
}

func TestStatementOutsideATransactionIsAnError(t *testing.T) {
	t.Parallel()
	p := single(t, "system")
	for _, err := range []error{
		p.Dialect().Exec("SELECT 1").Error,
		p.Dialect().Raw("SELECT 1").Scan(new(int)).Error,
		p.Dialect().Exec("SELECT ?", 1).Error,
	} {
		require.ErrorContains(t, err, "outside a transaction")
	}
	require.ErrorContains(t, p.Dialect().Begin().Error, "without bounds")
	var leaked db.Tx
	require.NoError(t, p.In(t.Context(), db.Bounds{}, now, nil, func(tx db.Tx) error { leaked = tx; return nil }))
	require.ErrorIs(t, leaked.Exec("SELECT 1").Error, sql.ErrTxDone, "a transaction that was carried out of its function")
}

func TestNothingIsPrepared(t *testing.T) {
	t.Parallel()
	p := single(t, "system")
	require.NoError(t, p.In(t.Context(), db.Bounds{}, now, nil, func(tx db.Tx) error {
		_, err := tx.Statement.ConnPool.PrepareContext(t.Context(), "SELECT 1")
		require.ErrorContains(t, err, "not used")
		var n int
		require.NoError(t, tx.Raw("SELECT count(*) FROM pg_prepared_statements").Scan(&n).Error)
		require.Zero(t, n)
		return nil
	}))
}

func TestBoundsEndWithTheirTransaction(t *testing.T) {
	t.Parallel()
	p := single(t, "company")
	b := db.Bounds{Company: 7, Areas: []string{"330784105", "330783"}, Lines: []int16{2, 0}, Person: 5, Organisation: 6}
	for name, want := range map[string]string{
		"company_id": "7", "region_lo": "330783", "region_hi": "330784105~", "areas": "330784105,330783", "lines": "2,0", "person_id": "5", "organisation_id": "6",
	} {
		require.Equal(t, want, setting(t, p, b, name), name)
		require.Empty(t, setting(t, p, db.Bounds{}, name), name)
	}
	require.Empty(t, setting(t, p, db.Bounds{Areas: []string{"330784"}}, "areas"), "one area is its own hull")
}

func TestBoundsAreChecked(t *testing.T) {
	t.Parallel()
	p := single(t, "regulator")
	for _, area := range []string{"", "33'", "33,44", "33%", "33~", "33 ", "330784é", "３３", "33a", strings.Repeat("1", 21), "33');DROP TABLE company;--"} {
		err := p.In(t.Context(), db.Bounds{Areas: []string{area}}, now, nil, func(db.Tx) error { t.Error("the work was done"); return nil })
		require.Error(t, err, area)
	}
	require.Equal(t, "330784Z01", setting(t, p, db.Bounds{Areas: []string{"330784Z01"}}, "region_lo"))
}

func TestCommitOfAFailedTransactionIsAnError(t *testing.T) {
	t.Parallel()
	p := single(t, "system")
	err := p.In(t.Context(), db.Bounds{}, now, nil, func(tx db.Tx) error {
		_ = tx.Exec("SELECT 1/0").Error // swallowed, as a careless caller would
		return nil
	})
	require.ErrorContains(t, err, "rollback")
}

func TestWhatEndsATransactionLeavesNothingOpen(t *testing.T) {
	t.Parallel()
	p := single(t, "system")
	insert := func(tx db.Tx) error {
		return tx.Exec("INSERT INTO job_ledger (task_id, at) VALUES ('x', ?)", tx.Now).Error
	}
	boom := errors.New("boom")
	require.ErrorIs(t, p.In(t.Context(), db.Bounds{}, now, nil, func(tx db.Tx) error { return errors.Join(insert(tx), boom) }), boom)
	require.PanicsWithValue(t, "boom", func() {
		_ = p.In(t.Context(), db.Bounds{}, now, nil, func(tx db.Tx) error {
			require.NoError(t, insert(tx))
			panic("boom")
		})
	})
	ctx, cancel := context.WithCancel(t.Context())
	err := p.In(ctx, db.Bounds{}, now, nil, func(tx db.Tx) error {
		require.NoError(t, insert(tx))
		cancel()
		return tx.Exec("SELECT pg_sleep(10)").Error
	})
	require.ErrorIs(t, err, context.Canceled)
	require.Error(t, p.In(ctx, db.Bounds{}, now, nil, insert))
	var n int
	require.NoError(t, p.In(t.Context(), db.Bounds{}, now, nil, func(tx db.Tx) error {
		return tx.Raw("SELECT count(*) + (SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%' AND datname = current_database()) FROM job_ledger").Scan(&n).Error
	}))
	require.Zero(t, n)
	require.Zero(t, p.Stats().InUse)
}

func TestOptionsOfATransaction(t *testing.T) {
	t.Parallel()
	p := single(t, "system")
	read := func(o *sql.TxOptions) (level, only string) {
		require.NoError(t, p.In(t.Context(), db.Bounds{}, now, o, func(tx db.Tx) error {
			return errors.Join(tx.Raw("SHOW transaction_isolation").Scan(&level).Error, tx.Raw("SHOW transaction_read_only").Scan(&only).Error)
		}))
		return level, only
	}
	level, only := read(nil)
	require.Equal(t, "read committed off", level+" "+only)
	level, only = read(&sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead})
	require.Equal(t, "repeatable read on", level+" "+only)
	level, only = read(&sql.TxOptions{Isolation: sql.LevelSerializable})
	require.Equal(t, "serializable off", level+" "+only)
}

func TestInstantsAreWholeMicroseconds(t *testing.T) {
	t.Parallel()
	p := single(t, "system")
	require.NoError(t, p.In(t.Context(), db.Bounds{}, now, nil, func(tx db.Tx) error {
		require.Equal(t, time.Date(2026, 3, 31, 0, 0, 0, 123456000, time.UTC), tx.Now)
		var back time.Time
		require.NoError(t, tx.Raw("SELECT ?::timestamptz", tx.Now).Scan(&back).Error)
		require.True(t, back.Equal(tx.Now), back)
		return nil
	}))
}

func TestCopy(t *testing.T) {
	t.Parallel()
	p := single(t, "system")
	columns := []string{"task_id", "at"}
	fill := func(tx db.Tx, rows ...[]any) error {
		if err := tx.Exec("CREATE TEMPORARY TABLE incoming (task_id text CONSTRAINT incoming_pkey PRIMARY KEY, at timestamptz) ON COMMIT DROP").Error; err != nil {
			return err
		}
		_, err := db.Copy(t.Context(), tx, "incoming", columns, pgx.CopyFromRows(rows))
		return err
	}
	require.NoError(t, p.In(t.Context(), db.Bounds{}, now, nil, func(tx db.Tx) error {
		require.NoError(t, fill(tx, []any{"a", now}, []any{"安", now}))
		done := tx.Exec("INSERT INTO job_ledger SELECT task_id, at FROM incoming")
		require.EqualValues(t, 2, done.RowsAffected)
		return done.Error
	}))
	err := p.In(t.Context(), db.Bounds{}, now, nil, func(tx db.Tx) error { return fill(tx, []any{"a", now}, []any{"a", now}) })
	require.True(t, db.Violates(err, "incoming_pkey"), err)
	require.False(t, db.Violates(err, "job_ledger_pkey"))
	require.ErrorContains(t, p.In(t.Context(), db.Bounds{}, now, nil, func(tx db.Tx) error {
		_, err := db.Copy(t.Context(), tx, "job_ledger", columns, pgx.CopyFromRows(nil))
		return err
	}), "row-level security")
}

func TestTransient(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]bool{"40001": true, "40P01": true, "57P01": true, "53300": true, "08006": true, "23505": false, "22021": false, "42501": false} {
		require.Equal(t, want, db.Transient(&pgconn.PgError{Code: code}), code)
	}
	p, err := db.Open("host=/nowhere user=x dbname=x", 1)
	require.NoError(t, err)
	require.True(t, db.Transient(p.In(t.Context(), db.Bounds{}, now, nil, func(db.Tx) error { return nil })), "a server that is not there yet")
	require.True(t, db.Transient(sql.ErrConnDone))
	require.False(t, db.Transient(errors.New("other")))
	require.False(t, db.Violates(errors.New("other"), ""))
	_, err = db.Open("host=x port=many", 1)
	require.Error(t, err)
}

func TestTypesComeBackAsTheyWent(t *testing.T) {
	t.Parallel()
	type doc struct {
		A string
		B []int
	}
	p := single(t, "system")
	require.NoError(t, p.In(t.Context(), db.Bounds{}, now, nil, func(tx db.Tx) error {
		texts := db.Texts{"", "a,b", `"q"`, `back\slash`, "{}", "NULL", "安\n标", "a'b"}
		var gotTexts, noTexts db.Texts
		require.NoError(t, tx.Raw("SELECT  ?::text[]", texts).Row().Scan(&gotTexts))
		require.Equal(t, texts, gotTexts)
		require.NoError(t, tx.Raw("SELECT  ?::text[]", db.Texts(nil)).Row().Scan(&noTexts))
		require.Empty(t, noTexts)
		ints, shorts, int4s := db.Ints{1 << 62, -1, 0}, db.Shorts{32767, -1}, db.Int4s{1 << 30, -1}
		var a, n db.Ints
		var b db.Shorts
		var c db.Int4s
		require.NoError(t, tx.Raw("SELECT  ?::bigint[], NULL::bigint[], ?::smallint[], ?::int[]", ints, shorts, int4s).Row().Scan(&a, &n, &b, &c))
		require.Equal(t, []any{ints, db.Ints(nil), shorts, int4s}, []any{a, n, b, c})
		d := db.JSON[doc]{V: doc{A: `<b>"安"</b>`, B: []int{1}}}
		var e, none db.JSON[doc]
		require.NoError(t, tx.Raw("SELECT ?::jsonb, NULL::jsonb", d).Row().Scan(&e, &none))
		require.Equal(t, []db.JSON[doc]{d, {}}, []db.JSON[doc]{e, none})
		return nil
	}))
	require.Error(t, new(db.Texts).Scan(7))
	require.Error(t, new(db.JSON[doc]).Scan(7))
}

// Arrays are written by every request at once; the race detector watches.
func TestArraysServeManyGoroutines(t *testing.T) {
	t.Parallel()
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 50 {
				for _, c := range []struct {
					from driver.Valuer
					to   sql.Scanner
				}{
					{db.Texts{"甲", `a"b,{}`}, &db.Texts{}}, {db.Ints{1, -2}, &db.Ints{}}, {db.Shorts{3}, &db.Shorts{}}, {db.Int4s{4}, &db.Int4s{}},
				} {
					v, err := c.from.Value()
					assert.NoError(t, err)
					assert.NoError(t, c.to.Scan(v))
					assert.Equal(t, c.from, reflect.ValueOf(c.to).Elem().Interface())
				}
			}
		})
	}
	all.Wait()
}
