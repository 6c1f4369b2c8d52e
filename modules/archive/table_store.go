package archive

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"anbiao/kit/db"
	"anbiao/rbac"
)

// column is one that the reader may select.
type column struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

// shape is a table of companies, as it is for the reader.
type shape struct {
	Table   string
	Owner   string // column with the company
	Keys    []column
	Columns []column
}

// shapes lists the tables of companies that the present role may read, by name.
func shapes(ctx context.Context, tx db.Tx) (out []shape, err error) {
	var rows []struct{ Name, Owner, Keys, Columns string }
	err = tx.WithContext(ctx).Raw(`SELECT c.relname AS name, o.attname AS owner,
			(SELECT json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, NULL)) ORDER BY k.n)
				FROM pg_index i CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY k (attnum, n) JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
				WHERE i.indrelid = c.oid AND i.indisprimary)::text AS keys,
			(SELECT json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, NULL)) ORDER BY a.attnum)
				FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND has_column_privilege(c.oid, a.attnum, 'SELECT'))::text AS columns
		FROM pg_class c JOIN pg_attribute o ON o.attrelid = c.oid AND o.attname IN ('company_id', 'subject_company_id') AND NOT o.attisdropped
		WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND has_column_privilege(c.oid, o.attnum, 'SELECT')
		ORDER BY c.relname COLLATE "C"`).Scan(&rows).Error
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		if Left[r.Name] != "" {
			continue
		}
		one := shape{Table: r.Name, Owner: r.Owner}
		if err := json.Unmarshal([]byte(r.Keys), &one.Keys); err != nil {
			return nil, fmt.Errorf("archive: keys of %s: %w", r.Name, err)
		}
		if err := json.Unmarshal([]byte(r.Columns), &one.Columns); err != nil {
			return nil, fmt.Errorf("archive: columns of %s: %w", r.Name, err)
		}
		one.Columns = slices.DeleteFunc(one.Columns, func(c column) bool { return columnsLeft[r.Name+"."+c.Name] })
		out = append(out, one)
	}
	return out, nil
}

// line is one row as JSON and its key, a JSON array of texts.
type line struct{ Body, At string }

// lines reads rows of a company behind a key, in order. Columns are written by name with what stands for each.
func lines(ctx context.Context, tx db.Tx, sh shape, as map[string]string, company rbac.CompanyID, behind string, limit int) (out []line, err error) {
	quote := func(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }
	var columns, keys, texts, casts []string
	for _, c := range sh.Columns {
		if e, ok := as[c.Name]; ok {
			columns = append(columns, e+" AS "+quote(shownAs(c.Name)))
		} else if c.Type != "bytea" {
			columns = append(columns, "t."+quote(c.Name))
		}
	}
	args := []any{int64(company)}
	var after []string
	if behind != "" {
		if err := json.Unmarshal([]byte(behind), &after); err != nil {
			return nil, err
		}
	}
	for i, k := range sh.Keys {
		keys, texts, casts = append(keys, "t."+quote(k.Name)), append(texts, "t."+quote(k.Name)+"::text"), append(casts, "?::"+k.Type)
		if behind != "" {
			args = append(args, after[i])
		}
	}
	from := ""
	if behind != "" {
		from = fmt.Sprintf("AND (%s) > (%s)", strings.Join(keys, ", "), strings.Join(casts, ", "))
	}
	q := fmt.Sprintf("SELECT row_to_json(x)::text AS body, json_build_array(%s)::text AS at FROM %s t CROSS JOIN LATERAL (SELECT %s) x WHERE t.%s = ? %s ORDER BY %s LIMIT ?",
		strings.Join(texts, ", "), quote(sh.Table), strings.Join(columns, ", "), quote(sh.Owner), from, strings.Join(keys, ", "))
	err = tx.WithContext(ctx).Raw(q, append(args, limit)...).Scan(&out).Error
	return out, err
}

// shownAs is how a column is called in the file: a value that is not sealed there is not called so.
func shownAs(name string) string { return strings.TrimSuffix(name, "_sealed") }
