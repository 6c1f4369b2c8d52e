package archive

import (
	"context"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
)

// some is the condition that a row a of a table is among the next that fulfil conds.
func (v *survey) some(r relation, conds ...string) string {
	return fmt.Sprintf("%s IN (SELECT t.%s FROM %s t WHERE %s AND %s LIMIT %d)", r.key("a"), strings.Join(r.Keys, ", t."), r.Name, r.Owner, strings.Join(conds, " AND "), batch)
}

// eraseRows erases the next rows of a table whose term has passed and to which nothing refers.
func (v *survey) eraseRows(ctx context.Context, tx db.Tx, table string) (n int64, err error) {
	over, err := v.over(table)
	if err != nil {
		return 0, err
	}
	done := tx.WithContext(ctx).Exec("DELETE FROM " + table + " a WHERE " + v.some(v.tables[table], over, v.free(table)))
	return done.RowsAffected, done.Error
}

// unlinkRows lets go of what the next rows refer to whose term has passed.
func (v *survey) unlinkRows(ctx context.Context, tx db.Tx, table string) (n int64, err error) {
	columns := retention.Unlink[table]
	over, err := v.over(table)
	if err != nil {
		return 0, err
	}
	done := tx.WithContext(ctx).Exec("UPDATE " + table + " a SET " + strings.Join(columns, " = NULL, ") + " = NULL WHERE " + v.some(v.tables[table], over, "t."+columns[0]+" IS NOT NULL"))
	return done.RowsAffected, done.Error
}

// stripRows empties columns of the next rows of a table in which there is something.
func (v *survey) stripRows(ctx context.Context, tx db.Tx, table string) (n int64, err error) {
	var sets, full []string
	r := v.tables[table]
	for _, c := range retention.Strip[table] {
		switch r.Types[c] {
		case "text", "bytea":
			sets, full = append(sets, c+" = ''"), append(full, "t."+c+" <> ''")
		default:
			sets, full = append(sets, c+" = NULL"), append(full, "t."+c+" IS NOT NULL")
		}
	}
	done := tx.WithContext(ctx).Exec("UPDATE " + table + " a SET " + strings.Join(sets, ", ") + " WHERE " + v.some(r, "("+strings.Join(full, " OR ")+")"))
	return done.RowsAffected, done.Error
}

// filed is a row that names files in the store.
type filed struct {
	At    string // its key, a JSON array of texts
	Files string // a JSON array
	keys  []string
}

// filedRows reads the next rows of a table that are to be erased, with the files that no other row names.
func (v *survey) filedRows(ctx context.Context, tx db.Tx, table string) (rows []filed, err error) {
	over, err := v.over(table)
	if err != nil {
		return nil, err
	}
	r := v.tables[table]
	named := "'[]'::jsonb"
	for _, c := range retention.Files[table] {
		if r.Types[c] == "jsonb" {
			named += " || jsonb_path_query_array(t." + c + ", '$[*].key')"
		} else {
			named += " || to_jsonb(t." + c + ")"
		}
	}
	q := fmt.Sprintf("SELECT json_build_array(t.%s::text)::text AS at, (%s)::text AS files FROM %s t WHERE %s AND %s AND %s LIMIT %d",
		strings.Join(r.Keys, "::text, t."), named, table, r.Owner, over, v.free(table), batch)
	if err := tx.WithContext(ctx).Raw(q).Scan(&rows).Error; err != nil {
		return nil, err
	}
	var all []string
	for i := range rows {
		if err := json.Unmarshal([]byte(rows[i].Files), &rows[i].keys); err != nil {
			return nil, err
		}
		rows[i].keys = slices.DeleteFunc(rows[i].keys, func(k string) bool { return k == "" })
		all = append(all, rows[i].keys...)
	}
	shared, err := v.sharedFiles(ctx, tx, r, all)
	for i := range rows {
		rows[i].keys = slices.DeleteFunc(rows[i].keys, func(k string) bool { return shared[k] })
	}
	return rows, err
}

// sharedFiles says which of the files of some rows other rows of the table name, too. Only names that do not begin with the company's
// number can be another company's as well; those of other tables are drawn for each file.
func (v *survey) sharedFiles(ctx context.Context, tx db.Tx, r relation, keys []string) (map[string]bool, error) {
	mine, shared := map[string]int{}, map[string]bool{}
	var own, other []string
	for _, k := range keys {
		mine[k]++
		if r.Name != "attachment" || strings.HasPrefix(path.Base(k), v.company.String()+"_") {
			own = append(own, k)
		} else {
			other = append(other, k)
		}
	}
	for _, c := range retention.Files[r.Name] {
		if r.Types[c] != "text" {
			continue
		}
		for whose, some := range map[string][]string{r.Owner: own, "true": other} {
			if len(some) == 0 {
				continue
			}
			var found []struct {
				Key string
				N   int
			}
			q := fmt.Sprintf("SELECT t.%[1]s AS key, count(*) AS n FROM %[2]s t WHERE %[3]s AND t.%[1]s = ANY(?) GROUP BY 1", c, r.Name, whose)
			if err := tx.WithContext(ctx).Raw(q, db.Texts(some)).Scan(&found).Error; err != nil {
				return nil, err
			}
			for _, f := range found {
				shared[f.Key] = shared[f.Key] || f.N > mine[f.Key]
			}
		}
	}
	return shared, nil
}

// eraseFiled erases rows whose files are gone.
func (v *survey) eraseFiled(ctx context.Context, tx db.Tx, table string, rows []filed) (int64, error) {
	r := v.tables[table]
	var list []string
	var args []any
	for _, row := range rows {
		var at []string
		if err := json.Unmarshal([]byte(row.At), &at); err != nil {
			return 0, err
		}
		marks := make([]string, len(at))
		for i, k := range at {
			marks[i], args = "?::"+r.Types[r.Keys[i]], append(args, k)
		}
		list = append(list, "("+strings.Join(marks, ", ")+")")
	}
	done := tx.WithContext(ctx).Exec("DELETE FROM "+table+" a WHERE "+r.key("a")+" IN ("+strings.Join(list, ", ")+")", args...)
	return done.RowsAffected, done.Error
}

// left counts the rows of a table that stay, and the first day on which the term of one has passed; the zero day: of none.
func (v *survey) left(ctx context.Context, tx db.Tx, table string) (n int64, next day.Date, err error) {
	r := v.tables[table]
	if err := tx.WithContext(ctx).Raw("SELECT count(*) FROM " + table + " t WHERE " + r.Owner).Scan(&n).Error; err != nil {
		return 0, next, err
	}
	switch t := r.term; {
	case n == 0 || t.rule.Class != ClassKeep || t.now || t.of != "":
	case t.never:
		next = t.rule.until(v.begun).AddDays(1)
	default:
		var first struct{ On day.Date }
		over, err := v.over(table)
		if err != nil {
			return n, next, err
		}
		if err := tx.WithContext(ctx).Raw("SELECT min(" + t.day + ") AS on FROM " + table + " t WHERE " + r.Owner + " AND NOT (" + over + ")").Scan(&first).Error; err != nil {
			return n, next, err
		}
		if !first.On.IsZero() {
			next = t.rule.until(first.On).AddDays(1)
		}
	}
	return n, next, nil
}
