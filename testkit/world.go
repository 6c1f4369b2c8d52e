package testkit

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"anbiao/jobs"
	"anbiao/kit/id"
	"anbiao/migrations"
	"anbiao/rbac"
)

// W is a migrated database of a test's own, with a Gate over it and a clock that the test
// may set.
type W struct {
	Gate  *rbac.Gate
	Pools rbac.Pools
	Owner *pgxpool.Pool // sees everything; for fixtures and assertions only
	DSN   string        // of the owner

	mu   sync.Mutex
	now  time.Time // zero: the real time
	next int64
}

// World returns a fresh world.
func World(t testing.TB) *W {
	t.Helper()
	return world(t, Database(t))
}

func world(t testing.TB, dsn string) *W {
	t.Helper()
	w := &W{DSN: dsn}
	pools, err := rbac.OpenPools(func(k rbac.Kind) string { return migrations.RoleDSN(w.DSN, string(k), Secret) }, 6)
	must(t, err)
	t.Cleanup(pools.Close)
	w.Pools = pools
	w.Gate, err = rbac.NewGate(pools, w.Now)
	must(t, err)
	w.Owner, err = pgxpool.New(context.Background(), w.DSN)
	must(t, err)
	t.Cleanup(w.Owner.Close)
	return w
}

// Now is the world's clock.
func (w *W) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.now.IsZero() {
		return time.Now()
	}
	return w.now
}

// Set stops the clock at t.
func (w *W) Set(t time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = t
}

// System is the job runner's way to a transaction.
func (w *W) System() jobs.System { return w.Gate.Runner }

// Exec runs a statement as the owner.
func (w *W) Exec(t testing.TB, q string, args ...any) {
	t.Helper()
	_, err := w.Owner.Exec(t.Context(), q, args...)
	must(t, err)
}

// One returns the single value of a query run as the owner.
func One[T any](t testing.TB, w *W, q string, args ...any) T {
	t.Helper()
	rows, err := w.Owner.Query(t.Context(), q, args...)
	must(t, err)
	v, err := pgx.CollectExactlyOneRow(rows, pgx.RowTo[T])
	must(t, err)
	return v
}

// Firm is a company of a world.
type Firm struct {
	ID         rbac.CompanyID
	Name       string
	RegionPath string
	Line       int16
}

// Company makes a company at a region path, e.g. "330784105" for 石柱镇 of Yongkang.
func (w *W) Company(t testing.TB, region string) Firm {
	t.Helper()
	n := w.number()
	f := Firm{Name: fmt.Sprintf("测试企业%d有限公司", n), RegionPath: region}
	f.ID = rbac.CompanyID(One[int64](t, w, `INSERT INTO company (region_path, oversight_line, name) VALUES ($1, 0, $2) RETURNING company_id`, region, f.Name))
	return f
}

// Always is a confirmation that no clock of a test outlives.
var Always = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// Actor makes a member of f's staff with a login and the given roles.
func (w *W) Actor(t testing.TB, f Firm, roles ...string) rbac.Actor {
	t.Helper()
	n := w.number()
	name := fmt.Sprintf("员工%d", n)
	person := One[int64](t, w, `INSERT INTO account_person (login, name, password_hash) VALUES ($1, $2, '') RETURNING id`, fmt.Sprintf("user%d", n), name)
	staff := One[int64](t, w, `INSERT INTO staff_person (company_id, region_path, oversight_line, name, person_id) VALUES ($1, $2, $3, $4, $5) RETURNING id`,
		int64(f.ID), f.RegionPath, f.Line, name, person)
	member := One[int64](t, w, `INSERT INTO account_membership (person_id, kind, company_id, staff_id, roles) VALUES ($1, 'company', $2, $3, $4) RETURNING id`,
		person, int64(f.ID), staff, roles)
	return rbac.Actor{
		PersonID: id.Of[id.Person](person), MembershipID: id.Of[id.Membership](member), Kind: rbac.Company, Roles: roles, Name: name,
		CompanyID: f.ID, RegionPath: f.RegionPath, Line: f.Line, StaffID: id.Of[id.Staff](staff), ConfirmedAt: Always,
	}
}

// Regulator makes an officer with the given role over the areas, each a region path.
func (w *W) Regulator(t testing.TB, role string, areas ...string) rbac.Actor {
	t.Helper()
	return w.member(t, rbac.Regulator, role, areas)
}

// Member makes a member of an organisation of kind k with one role.
func (w *W) Member(t testing.TB, k rbac.Kind, role string) rbac.Actor {
	t.Helper()
	return w.member(t, k, role, []string{})
}

func (w *W) member(t testing.TB, k rbac.Kind, role string, areas []string) rbac.Actor {
	t.Helper()
	n := w.number()
	name := fmt.Sprintf("人员%d", n)
	person := One[int64](t, w, `INSERT INTO account_person (login, name, password_hash) VALUES ($1, $2, '') RETURNING id`, fmt.Sprintf("user%d", n), name)
	org := One[int64](t, w, `INSERT INTO account_organisation (kind, name, areas) VALUES ($1, $2, $3) RETURNING id`, string(k), fmt.Sprintf("机构%d", n), areas)
	member := One[int64](t, w, `INSERT INTO account_membership (person_id, kind, organisation_id, roles) VALUES ($1, $2, $3, $4) RETURNING id`,
		person, string(k), org, []string{role})
	return rbac.Actor{
		PersonID: id.Of[id.Person](person), MembershipID: id.Of[id.Membership](member), Kind: k, Roles: []string{role}, Name: name,
		OrganisationID: id.Of[id.Organisation](org), Areas: areas, ConfirmedAt: Always,
	}
}

func (w *W) number() int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.next++
	return w.next
}

// All returns the single column of a query run as the owner.
func All[T any](t testing.TB, w *W, q string, args ...any) []T {
	t.Helper()
	rows, err := w.Owner.Query(t.Context(), q, args...)
	must(t, err)
	v, err := pgx.CollectRows(rows, pgx.RowTo[T])
	must(t, err)
	return v
}

// Unit makes a unit of f below parent, 0 for none.
func (w *W) Unit(t testing.TB, f Firm, parent id.Of[id.Unit], kind, name string) id.Of[id.Unit] {
	t.Helper()
	return id.Of[id.Unit](One[int64](t, w, `INSERT INTO staff_unit (company_id, region_path, oversight_line, parent_id, kind, name, number, unit_path)
		SELECT $1::bigint, $2, $3, nullif($4::bigint, 0), $5, $6, n, coalesce((SELECT unit_path FROM staff_unit WHERE company_id = $1 AND id = $4), '') || lpad(n::text, 4, '0')
		FROM (SELECT count(*)::int + 1 AS n FROM staff_unit WHERE company_id = $1) next RETURNING id`,
		int64(f.ID), f.RegionPath, f.Line, int64(parent), kind, name))
}

// Placed returns a as a member of the unit, whose rows and those below it he then reaches.
func (w *W) Placed(t testing.TB, a rbac.Actor, unit id.Of[id.Unit]) rbac.Actor {
	t.Helper()
	w.Exec(t, `UPDATE staff_person SET unit_id = $1 WHERE company_id = $2 AND id = $3`, int64(unit), int64(a.CompanyID), int64(a.StaffID))
	a.UnitPath = One[string](t, w, `SELECT unit_path FROM staff_unit WHERE company_id = $1 AND id = $2`, int64(a.CompanyID), int64(unit))
	return a
}
