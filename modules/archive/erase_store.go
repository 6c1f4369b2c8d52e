package archive

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/rbac"
)

// batch is how many rows one transaction changes.
const batch = 500

// reference is a foreign key.
type reference struct {
	From, To         string
	Columns, Targets []string
	Cascades         bool // its rows go with what they refer to, and hold nothing
}

// join is the condition that row r of From refers to row t of To.
func (r reference) join(from, to string) string {
	var on []string
	for i, c := range r.Columns {
		on = append(on, from+"."+c+" = "+to+"."+r.Targets[i])
	}
	return strings.Join(on, " AND ")
}

// relation is a table as the job finds it.
type relation struct {
	Name  string
	Owner string            // condition that row t is the company's
	Keys  []string          // of the primary key; ctid where there is none
	Types map[string]string // of its columns
	term  term
}

// survey is what the job knows before it begins: the tables in order, children before what they refer to.
type survey struct {
	company rbac.CompanyID
	begun   day.Date
	today   day.Date
	tables  map[string]relation
	order   []string
	refs    []reference
	nouns   map[string]string // what attachments belong to, and the table of each
}

// surveyed reads the tables that have a rule.
func surveyed(ctx context.Context, tx db.Tx, e Erasure, today day.Date) (v survey, err error) {
	v = survey{company: e.CompanyID, begun: e.BegunOn, today: today, tables: map[string]relation{}, nouns: map[string]string{}}
	var rows []struct{ Name, Keys, Types string }
	err = tx.WithContext(ctx).Raw(`SELECT c.relname AS name,
			coalesce((SELECT json_agg(a.attname ORDER BY k.n) FROM pg_index i CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY k (attnum, n)
				JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum WHERE i.indrelid = c.oid AND i.indisprimary), '["ctid"]')::text AS keys,
			(SELECT json_object_agg(a.attname, format_type(a.atttypid, NULL)) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)::text AS types
		FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname = ANY(?)`, db.Texts(retention.tables())).Scan(&rows).Error
	if err != nil {
		return v, err
	}
	for _, r := range rows {
		one := relation{Name: r.Name}
		if err := json.Unmarshal([]byte(r.Keys), &one.Keys); err != nil {
			return v, err
		}
		if err := json.Unmarshal([]byte(r.Types), &one.Types); err != nil {
			return v, err
		}
		one.Owner = v.owner(one)
		if one.term, err = retention.termOf(r.Name, one.Types, v.begun, today); err != nil {
			return v, err
		}
		v.tables[r.Name] = one
	}
	if v.refs, err = references(ctx, tx); err != nil {
		return v, err
	}
	if err := v.bound(ctx, tx); err != nil {
		return v, err
	}
	v.order, err = v.sorted()
	return v, err
}

// references reads every foreign key between tables.
func references(ctx context.Context, tx db.Tx) (out []reference, err error) {
	var rows []struct {
		Source, Target, Columns, Targets string
		Cascades                         bool
	}
	err = tx.WithContext(ctx).Raw(`SELECT f.relname AS source, t.relname AS target, c.confdeltype = 'c' AS cascades,
			(SELECT json_agg(a.attname ORDER BY k.n) FROM unnest(c.conkey) WITH ORDINALITY k (attnum, n) JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.attnum)::text AS columns,
			(SELECT json_agg(a.attname ORDER BY k.n) FROM unnest(c.confkey) WITH ORDINALITY k (attnum, n) JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.attnum)::text AS targets
		FROM pg_constraint c JOIN pg_class f ON f.oid = c.conrelid JOIN pg_class t ON t.oid = c.confrelid
		WHERE c.contype = 'f' AND c.conparentid = 0 AND NOT f.relispartition ORDER BY f.relname, t.relname, c.conname`).Scan(&rows).Error
	for _, r := range rows {
		one := reference{From: r.Source, To: r.Target, Cascades: r.Cascades}
		if err := json.Unmarshal([]byte(r.Columns), &one.Columns); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(r.Targets), &one.Targets); err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, err
}

// owner is the condition that row t is the company's.
func (v *survey) owner(r relation) string {
	for column, table := range retention.Owners[r.Name] {
		return fmt.Sprintf("t.%s IN (SELECT o.id FROM %s o WHERE o.company_id = %d)", column, table, v.company)
	}
	if _, ok := r.Types["company_id"]; !ok {
		return fmt.Sprintf("t.subject_company_id = %d", v.company)
	}
	return fmt.Sprintf("t.company_id = %d", v.company)
}

// bound reads what the company's attachments belong to.
func (v *survey) bound(ctx context.Context, tx db.Tx) error {
	var nouns []string
	if err := tx.WithContext(ctx).Raw("SELECT DISTINCT bound_noun FROM attachment WHERE company_id = ? AND bound_noun IS NOT NULL", int64(v.company)).Scan(&nouns).Error; err != nil {
		return err
	}
	for _, n := range nouns {
		table := n
		if other, ok := retention.Nouns[n]; ok {
			table = other
		}
		if r, ok := v.tables[table]; ok && r.Types["id"] != "" {
			v.nouns[n] = table
		}
	}
	return nil
}

// sorted puts tables before those that they refer to; references that are let go of count where that is possible.
func (v *survey) sorted() (out []string, err error) {
	hard, soft := map[string]map[string]bool{}, map[string]map[string]bool{} // table → tables that come first
	add := func(to map[string]map[string]bool, first, then string) {
		if _, ok := v.tables[first]; ok && first != then {
			if to[then] == nil {
				to[then] = map[string]bool{}
			}
			to[then][first] = true
		}
	}
	for _, r := range v.refs {
		if slices.ContainsFunc(r.Columns, func(c string) bool { return slices.Contains(retention.Unlink[r.From], c) }) {
			add(soft, r.From, r.To)
		} else {
			add(hard, r.From, r.To)
		}
	}
	for _, table := range v.nouns {
		add(hard, table, "attachment")
		for name, r := range v.tables {
			if r.term.of == "attachment" {
				add(hard, table, name)
			}
		}
	}
	for table, owner := range retention.Owners {
		for _, of := range owner {
			add(hard, table, of)
		}
	}
	left := slices.Sorted(maps.Keys(v.tables))
	for len(left) > 0 {
		free := func(before ...map[string]map[string]bool) func(string) bool {
			return func(t string) bool {
				return !slices.ContainsFunc(left, func(o string) bool {
					return slices.ContainsFunc(before, func(m map[string]map[string]bool) bool { return m[t][o] })
				})
			}
		}
		i := slices.IndexFunc(left, free(hard, soft))
		if i < 0 {
			i = slices.IndexFunc(left, free(hard))
		}
		if i < 0 {
			return nil, fmt.Errorf("archive: tables that refer to each other: %s", strings.Join(left, ", "))
		}
		out, left = append(out, left[i]), slices.Delete(left, i, i+1)
	}
	return out, nil
}

// over is the condition that the term of row t of a table has passed.
func (v *survey) over(table string) (string, error) {
	r, ok := v.tables[table]
	if !ok {
		return "", fmt.Errorf("archive: %s has no rule", table)
	}
	switch t := r.term; {
	case t.now:
		return "true", nil
	case t.never:
		return "false", nil
	case t.rule.Class == ClassFile:
		return v.unbound(), nil
	case t.of != "":
		i := slices.IndexFunc(v.refs, func(f reference) bool { return f.From == table && f.To == t.of })
		if i < 0 {
			return "", fmt.Errorf("archive: %s does not refer to %s", table, t.of)
		}
		inner, err := v.over(t.of)
		if err != nil {
			return "", err
		}
		// t of the inner query is the row above.
		return fmt.Sprintf("EXISTS (SELECT FROM (SELECT p.* FROM %s p WHERE %s) t WHERE %s)", t.of, v.refs[i].join("t", "p"), inner), nil
	default:
		return t.day + " < '" + t.rule.passed(v.today).String() + "'", nil
	}
}

// unbound is the condition that what attachment t belongs to is not there; what nobody knows stays.
func (v *survey) unbound() string {
	if len(v.nouns) == 0 {
		return "t.bound_noun IS NULL"
	}
	var whens []string
	for _, noun := range slices.Sorted(maps.Keys(v.nouns)) {
		whens = append(whens, fmt.Sprintf("WHEN '%s' THEN NOT EXISTS (SELECT FROM %s o WHERE o.company_id = t.company_id AND o.id = t.bound_id)", strings.ReplaceAll(noun, "'", "''"), v.nouns[noun]))
	}
	return "(t.bound_noun IS NULL OR CASE t.bound_noun " + strings.Join(whens, " ") + " ELSE false END)"
}

// free is the condition that no row refers to row t of a table.
func (v *survey) free(table string) string {
	conds := []string{"true"}
	for _, r := range v.refs {
		if r.To == table && !r.Cascades {
			conds = append(conds, fmt.Sprintf("NOT EXISTS (SELECT FROM %s r WHERE %s)", r.From, r.join("r", "t")))
		}
	}
	return strings.Join(conds, " AND ")
}

// key is the primary key of alias a, to be compared.
func (r relation) key(a string) string {
	return "(" + a + "." + strings.Join(r.Keys, ", "+a+".") + ")"
}
