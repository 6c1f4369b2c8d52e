package migrations_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm/schema"

	"anbiao/kit/day"
	"anbiao/rbac"
	"anbiao/testkit"
)

// unheld are columns that a model leaves out, and why.
var unheld = map[string]string{}

// column is what the database says of one.
type column struct {
	Type     string // of PostgreSQL: int8, text, _text
	Nullable bool
	Computed bool // generated from others
}

func TestModelsAndTablesAgree(t *testing.T) {
	t.Parallel()
	conn := owner(t)
	for _, d := range drift(t, conn, models) {
		t.Error(d)
	}
}

// Each kind of drift is made, and found.
func TestDriftIsFound(t *testing.T) {
	t.Parallel()
	conn := owner(t)
	for change, want := range map[string]string{
		"ALTER TABLE hazard RENAME COLUMN description TO said":                  "hazard.Hazard.Description: no column hazard.description",
		"ALTER TABLE staff_unit ADD COLUMN colour text NOT NULL DEFAULT ''":     "staff_unit.colour: no field in staff.Unit",
		"ALTER TABLE staff_person ALTER COLUMN name DROP NOT NULL":              "staff_person.name: nullable true in the database, false in staff.Person",
		"ALTER TABLE account_session ALTER COLUMN revoked_at SET NOT NULL":      "account_session.revoked_at: nullable false in the database, true in account.Session",
		"ALTER TABLE audit_entry ALTER COLUMN request_id TYPE bytea USING NULL": "audit_entry.request_id: bytea in the database",
		"CREATE TABLE forgotten (id bigint)":                                    "forgotten: no model stands for it",
		"ALTER TABLE hazard_photo RENAME TO hazard_picture":                     "hazard.Photo: no table hazard_photo",
	} {
		t.Run(change, func(t *testing.T) {
			tx, err := conn.Begin(t.Context())
			require.NoError(t, err)
			defer tx.Rollback(t.Context())
			_, err = tx.Exec(t.Context(), change)
			require.NoError(t, err)
			require.Contains(t, strings.Join(drift(t, conn, models), "\n"), want)
		})
	}
	require.Contains(t, strings.Join(drift(t, conn, models[1:]), "\n"), "account_person: no model stands for it")
}

func owner(t *testing.T) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), testkit.Database(t))
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close(t.Context()) })
	return conn
}

// drift compares models with tables, both ways.
func drift(t *testing.T, conn *pgx.Conn, models []any) (out []string) {
	t.Helper()
	tables := columns(t, conn)
	seen := map[string]bool{}
	for _, m := range models {
		s, err := schema.Parse(m, &sync.Map{}, schema.NamingStrategy{})
		require.NoError(t, err)
		name := reflect.TypeOf(m).String()
		seen[s.Table] = true
		there, ok := tables[s.Table]
		if !ok {
			out = append(out, name+": no table "+s.Table)
			continue
		}
		out = append(out, compare(name, s, there)...)
	}
	for table := range tables {
		if _, known := unmapped[table]; !seen[table] && !known {
			out = append(out, table+": no model stands for it")
		}
	}
	for table := range unmapped {
		if _, there := tables[table]; !there {
			out = append(out, table+": listed as unmapped, but there is no such table")
		}
	}
	slices.Sort(out)
	return out
}

func compare(model string, s *schema.Schema, there map[string]column) (out []string) {
	held := map[string]bool{}
	for _, f := range s.Fields {
		if f.DBName == "" {
			continue
		}
		held[f.DBName] = true
		at := s.Table + "." + f.DBName
		c, ok := there[f.DBName]
		if !ok {
			out = append(out, fmt.Sprintf("%s.%s: no column %s", model, f.Name, at))
			continue
		}
		if want := types(f); !slices.Contains(want, c.Type) {
			out = append(out, fmt.Sprintf("%s: %s in the database, %v in %s", at, c.Type, want, model))
		}
		if may, must := nullable(f.FieldType); (c.Nullable && !may && !blank(s, f)) || (!c.Nullable && must) {
			out = append(out, fmt.Sprintf("%s: nullable %t in the database, %t in %s", at, c.Nullable, !c.Nullable, model))
		}
	}
	for name, c := range there {
		if _, excused := unheld[s.Table+"."+name]; !held[name] && !c.Computed && !excused {
			out = append(out, fmt.Sprintf("%s.%s: no field in %s", s.Table, name, model))
		}
	}
	return out
}

// blank reports whether a field of a register (web/register) is NULL where nothing is said: ids, times
// and numbers kept as text.
func blank(s *schema.Schema, f *schema.Field) bool {
	_, is := reflect.New(s.ModelType).Interface().(interface{ Home() rbac.Home })
	return is && (f.FieldType == reflect.TypeFor[time.Time]() || strings.HasPrefix(f.FieldType.Name(), "Of[") || f.Tag.Get("decimal") != "")
}

// nullable reports whether a field may hold NULL, and whether it says that there is one.
func nullable(t reflect.Type) (may, must bool) {
	pointer := t.Kind() == reflect.Pointer
	return pointer || t == reflect.TypeFor[day.Date]() || t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8, pointer
}

// types are those of PostgreSQL that hold a field.
func types(f *schema.Field) []string {
	t := f.IndirectFieldType
	switch {
	case t == reflect.TypeFor[time.Time]():
		return []string{"timestamptz"}
	case t == reflect.TypeFor[uuid.UUID]():
		return []string{"uuid"}
	case strings.HasSuffix(string(f.DataType), "[]"):
		return []string{map[string]string{"text[]": "_text", "bigint[]": "_int8", "smallint[]": "_int2", "integer[]": "_int4"}[string(f.DataType)]}
	}
	if d, ok := reflect.New(t).Interface().(interface{ GormDataType() string }); ok {
		return []string{d.GormDataType()}
	}
	switch t.Kind() {
	case reflect.Int64:
		return []string{"int8"}
	case reflect.Int32:
		return []string{"int4"}
	case reflect.Int16:
		return []string{"int2"}
	case reflect.Int, reflect.Uint8, reflect.Int8:
		return []string{"int4", "int2", "int8"}
	case reflect.Bool:
		return []string{"bool"}
	case reflect.String:
		return []string{"text"}
	case reflect.Slice:
		return []string{"bytea"}
	case reflect.Float64:
		return []string{"float8"}
	default:
		return []string{string(f.DataType)}
	}
}

// columns reads all tables of the schema, partitions left out.
func columns(t *testing.T, conn *pgx.Conn) map[string]map[string]column {
	t.Helper()
	rows, err := conn.Query(t.Context(), `SELECT c.relname, a.attname, t.typname, NOT a.attnotnull, a.attgenerated <> ''
		FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_type t ON t.oid = a.atttypid
		WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped`)
	require.NoError(t, err)
	out := map[string]map[string]column{}
	var table, name string
	var c column
	_, err = pgx.ForEachRow(rows, []any{&table, &name, &c.Type, &c.Nullable, &c.Computed}, func() error {
		if out[table] == nil {
			out[table] = map[string]column{}
		}
		out[table][name] = c
		return nil
	})
	require.NoError(t, err)
	return out
}
