package testkit_test

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/redis/go-redis/v9"

	"anbiao/testkit"
)

func TestDatabasesAreApart(t *testing.T) {
	t.Parallel()
	one, other := connect(t, testkit.Database(t)), connect(t, testkit.Database(t))
	if _, err := one.Exec(t.Context(), "create table only_here (n int)"); err != nil {
		t.Fatal(err)
	}
	if _, err := other.Exec(t.Context(), "create table only_here (n int)"); err != nil {
		t.Fatal("two databases are one:", err)
	}
	var migrated bool
	if err := one.QueryRow(t.Context(), "select to_regclass('goose_db_version') is not null").Scan(&migrated); err != nil || !migrated {
		t.Fatal("not migrated:", err)
	}
}

func TestDatabaseIsDroppedAfterPassing(t *testing.T) {
	t.Parallel()
	var dsn string
	t.Run("user", func(t *testing.T) { dsn = testkit.Database(t) })
	if _, err := pgx.Connect(t.Context(), dsn); err == nil || !strings.Contains(err.Error(), "does not exist") {
		t.Fatalf("the database is still there: %v", err)
	}
}

func TestRedisDatabasesAreApartAndEmpty(t *testing.T) {
	t.Parallel()
	one, other := client(t), client(t)
	if one.Options().DB == other.Options().DB {
		t.Fatal("two tests share a logical database")
	}
	if err := one.Set(t.Context(), "k", "v", 0).Err(); err != nil {
		t.Fatal(err)
	}
	if n := other.DBSize(t.Context()).Val(); n != 0 {
		t.Fatalf("%d keys in a fresh database", n)
	}
}

func connect(t *testing.T, dsn string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

func client(t *testing.T) *redis.Client {
	t.Helper()
	network, addr, password, db := testkit.RedisOptions(t)
	c := redis.NewClient(&redis.Options{Network: network, Addr: addr, Password: password, DB: db})
	t.Cleanup(func() { c.Close() })
	return c
}
