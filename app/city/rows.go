package city

import (
	"cmp"
	"context"
	"database/sql/driver"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"
	"gorm.io/gorm/schema"

	"anbiao/kit/db"
)

// fill inserts rows and writes the ids they were given into them. Rows go by COPY into a
// table of the transaction's own, because COPY is refused where row security is on.
func fill[T any](ctx context.Context, tx db.Tx, rows []T) error {
	refs := make([]*T, len(rows))
	for i := range rows {
		refs[i] = &rows[i]
	}
	return fillRefs(ctx, tx, refs)
}

// fillRefs is fill for rows that others point at.
func fillRefs[T any](ctx context.Context, tx db.Tx, rows []*T) error {
	if len(rows) == 0 {
		return nil
	}
	stmt := &gorm.Statement{DB: tx.DB}
	if err := stmt.Parse(new(T)); err != nil {
		return err
	}
	key := keyOf(stmt.Schema)
	var columns []string
	var fields []*schema.Field
	for _, f := range stmt.Schema.Fields {
		if f != key && f.DBName != "" {
			columns, fields = append(columns, f.DBName), append(fields, f)
		}
	}
	source := pgx.CopyFromSlice(len(rows), func(i int) ([]any, error) {
		v := reflect.ValueOf(rows[i]).Elem()
		out := make([]any, len(fields)+1)
		out[0] = int64(i)
		for n, f := range fields {
			var err error
			if out[n+1], err = plain(v.FieldByIndex(f.StructField.Index)); err != nil {
				return nil, fmt.Errorf("%s.%s: %w", stmt.Table, f.DBName, err)
			}
		}
		return out, nil
	})
	returning := ""
	if key != nil {
		returning = key.DBName
	}
	ids, err := pour(ctx, tx, stmt.Table, columns, returning, source)
	if err != nil {
		return err
	}
	for i := range ids {
		reflect.ValueOf(rows[i]).Elem().FieldByIndex(key.StructField.Index).SetInt(ids[i])
	}
	return nil
}

// keyOf returns the field whose column numbers itself, if there is one.
func keyOf(s *schema.Schema) *schema.Field {
	name := "ID"
	if s.Table == "company" {
		name = "CompanyID"
	}
	return s.FieldsByName[name]
}

// pour copies rows, each led by its number, into a passing table and inserts them from there
// in order; it returns the values that the column returning was given, in order.
func pour(ctx context.Context, tx db.Tx, table string, columns []string, returning string, rows pgx.CopyFromSource) (ids []int64, err error) {
	list, stage := strings.Join(columns, ", "), "pour_"+table
	g := tx.WithContext(ctx)
	if err := g.Exec("SET LOCAL work_mem = '32MB'").Error; err != nil { // sort in memory
		return nil, err
	}
	if err := g.Exec(fmt.Sprintf("CREATE TEMP TABLE %s ON COMMIT DROP AS SELECT 0::bigint AS pour_n, %s FROM %s WITH NO DATA", stage, list, table)).Error; err != nil {
		return nil, err
	}
	if _, err := db.Copy(ctx, tx, stage, append([]string{"pour_n"}, columns...), rows); err != nil {
		return nil, fmt.Errorf("%s: %w", table, err)
	}
	q := fmt.Sprintf("INSERT INTO %s (%s) SELECT %s FROM %s ORDER BY pour_n", table, list, list, stage)
	if returning == "" {
		err = g.Exec(q).Error
	} else {
		err = g.Raw(q + " RETURNING " + returning).Scan(&ids).Error
		slices.SortFunc(ids, cmp.Compare) // numbers are drawn in the order of insertion
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", table, err)
	}
	return ids, g.Exec("DROP TABLE " + stage).Error
}

// plain turns a field into what COPY writes.
func plain(v reflect.Value) (any, error) {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return nil, nil
		}
		v = v.Elem()
	}
	switch x := v.Interface().(type) {
	case db.Texts:
		return append([]string{}, x...), nil
	case db.Int4s:
		return append([]int32{}, x...), nil
	case db.Ints:
		return append([]int64{}, x...), nil
	case db.Shorts:
		return append([]int16{}, x...), nil
	case []byte:
		return x, nil
	case driver.Valuer:
		return x.Value()
	}
	switch v.Kind() {
	case reflect.String:
		return v.String(), nil
	case reflect.Int, reflect.Int16, reflect.Int32, reflect.Int64:
		return v.Int(), nil
	default:
		return v.Interface(), nil
	}
}
