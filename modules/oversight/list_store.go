package oversight

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"anbiao/kit/db"
	"anbiao/kit/page"
	"anbiao/kit/search"
	"anbiao/rbac"
)

// listed is a row of the list with its sort key.
type listed struct {
	Board
	SortKey int32
}

// query collects conditions and their parameters.
type query struct {
	where []string
	args  []any
}

func (q *query) add(cond string, args ...any) {
	q.where = append(q.where, cond)
	q.args = append(q.args, args...)
}

func (q *query) sql() string {
	if len(q.where) == 0 {
		return "true"
	}
	return strings.Join(q.where, " AND ")
}

// filtered turns a filter into conditions on the board, the actor's scope bound as
// parameters besides what the view says.
func filtered(f Filter, scope rbac.Scope) *query {
	q := &query{}
	cond, args := scope.Where("b")
	q.add(cond, args...)
	if f.Division != "" {
		q.add("b.region_path >= ? AND b.region_path < ?", f.Division, f.Division+"~")
	}
	if f.Industry != "" {
		q.add("b.industry >= ? AND b.industry < ?", f.Industry, f.Industry+"~")
	}
	if f.Colour != 0 {
		q.add("b.colour = ?", f.Colour)
	}
	if f.Size != 0 {
		q.add("b.size_class = ?", f.Size)
	}
	for cond, on := range map[string]bool{"b.overdue > 0": f.Overdue, "b.missing > 0": f.Missing, "NOT b.activated": f.Inactive} {
		if on {
			q.add(cond)
		}
	}
	switch f.Level {
	case "":
	case "-":
		q.add("b.level = ''")
	default:
		q.add("b.level = ?", f.Level)
	}
	if f.Class != "" {
		q.add("b.class = ?", f.Class)
	}
	if f.USCC != "" {
		q.add(`b.uscc COLLATE "C" >= ? AND b.uscc COLLATE "C" < ?`, f.USCC, f.USCC+"~")
	}
	if f.Name != "" {
		grams, like := search.Query(f.Name)
		if len(grams) > 0 {
			q.add("b.name_bi @> ?::int[]", db.Int4s(grams))
		}
		q.add("b.name_fold LIKE ?", like)
	}
	return q
}

// after is the condition that rows come behind a key, in the direction of the page.
func (o order) after(k page.Key) (cond string, args []any) {
	if k.First() {
		return "true", nil
	}
	worst, cmp := ">", ">"
	if k.Back {
		worst = "<"
	}
	if o.desc != k.Back {
		cmp = "<"
	}
	tail := fmt.Sprintf("(r.key, r.company_id) %s (?::int, ?::bigint)", cmp)
	if !o.colour {
		return tail, []any{k.Vals[1], k.Vals[2]}
	}
	return fmt.Sprintf("(r.colour %s ?::int OR r.colour = ?::int AND %s)", worst, tail), []any{k.Vals[0], k.Vals[0], k.Vals[1], k.Vals[2]}
}

// by is the ORDER BY of a page's direction over alias r.
func (o order) by(back bool) string {
	dir, worst := "ASC", ""
	if o.desc != back {
		dir = "DESC"
	}
	if o.colour {
		worst = "r.colour ASC, "
		if back {
			worst = "r.colour DESC, "
		}
	}
	return fmt.Sprintf("%sr.key %s, r.company_id %s", worst, dir, dir)
}

// companiesPage returns the rows of one page and one more. It selects keys alone and joins
// the page's rows back, so that covering indexes carry the search. Up to a city the region's
// rows are gathered first and sorted, with the keyset outside: PostgreSQL estimates a row
// comparison from its first column, and a deep page inside took a hundred times as long.
// Above, each order walks its own index, the standing one colour at a time.
func companiesPage(ctx context.Context, tx db.Tx, scope rbac.Scope, f Filter, k page.Key, limit int) ([]listed, error) {
	o := orders[f.SortOrder]
	q := filtered(f, scope)
	after, afterArgs := o.after(k)
	var keys string
	var args []any
	depth, province := reach(f, scope.Actor())
	if depth < 4 && province != "" {
		q.add("b.p2 = ?", province)
	}
	switch {
	case depth >= 4 || f.Name != "" || f.USCC != "":
		keys = fmt.Sprintf(`WITH g AS MATERIALIZED (SELECT b.company_id, b.colour, b.%s AS key FROM oversight_area b WHERE %s)
			SELECT r.* FROM g r WHERE %s ORDER BY %s LIMIT %d`, o.column, q.sql(), after, o.by(k.Back), limit+1)
		args = slices.Concat(q.args, afterArgs)
	case o.colour:
		inner := fmt.Sprintf(`SELECT r.* FROM (SELECT b.company_id, b.colour, b.%s AS key FROM oversight_area b WHERE b.colour = c.colour AND %s) r WHERE %s ORDER BY %s LIMIT %d`,
			o.column, q.sql(), after, strings.TrimPrefix(strings.TrimPrefix(o.by(k.Back), "r.colour ASC, "), "r.colour DESC, "), limit+1)
		keys = fmt.Sprintf(`SELECT r.* FROM unnest('{1,2,3,4}'::smallint[]) AS c (colour) CROSS JOIN LATERAL (%s) r ORDER BY %s LIMIT %d`, inner, o.by(k.Back), limit+1)
		args = slices.Concat(q.args, afterArgs)
	default:
		keys = fmt.Sprintf(`SELECT r.* FROM (SELECT b.company_id, b.colour, b.%s AS key FROM oversight_area b WHERE %s) r WHERE %s ORDER BY %s LIMIT %d`,
			o.column, q.sql(), after, o.by(k.Back), limit+1)
		args = slices.Concat(q.args, afterArgs)
	}
	var rows []listed
	err := tx.WithContext(ctx).Raw(fmt.Sprintf(`SELECT b.*, r.key AS sort_key FROM (%s) r JOIN oversight_area b USING (company_id) ORDER BY %s`, keys, o.by(k.Back)), args...).Scan(&rows).Error
	return rows, err
}

// reach says how large what a list is about is: the depth of its largest area, as the length
// of its path, and the one province it lies in, "" for several.
func reach(f Filter, a rbac.Actor) (depth int, province string) {
	areas := a.Areas
	if f.Division != "" {
		areas = append([]string{f.Division}, a.Areas...)
	}
	for i, area := range areas {
		p := area[:min(2, len(area))]
		if i == 0 {
			depth, province = len(area), p
		}
		if f.Division == "" || i == 0 { // what is asked for narrows what is overseen
			depth = min(depth, len(area))
			if p != province {
				province = ""
			}
		}
	}
	if f.Division != "" && len(a.Areas) == 1 {
		depth = max(depth, len(a.Areas[0]))
	}
	return depth, province
}
