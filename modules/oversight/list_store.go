package oversight

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/page"
	"anbiao/kit/search"
	"anbiao/rbac"
)

// listed is a row of the list with its sort key.
type listed struct {
	Board
	SortKey string
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

// filtered turns a filter into conditions on alias b of oversight_area, the actor's scope bound as
// parameters besides what the view says. It is the one place where the filter language is read: the list,
// its counts, the map, the tree and exports all ask it.
func filtered(f Filter, scope rbac.Scope, today day.Date) *query {
	q := &query{}
	cond, args := scope.Where("b")
	q.add(cond, args...)
	if f.Division != "" {
		q.add("b.region_path >= ? AND b.region_path < ?", f.Division, f.Division+"~")
	}
	if f.Industry != "" {
		from, until := industrySpan(f.Industry)
		q.add("b.industry >= ? AND b.industry < ?", from, until)
	}
	q.among("b.colour", f.Colours)
	q.among("b.size_class", f.Sizes)
	if f.Line != 0 {
		q.among("b.oversight_line", []int16{f.Line})
	}
	for _, mark := range []struct {
		on   bool
		cond string
	}{
		{f.Open, "b.open > 0"},
		{f.Overdue, "b.overdue > 0"},
		{f.Majors, "b.major_open > 0"},
		{f.Missing, "b.missing > 0"},
		{f.Inactive, "NOT b.activated"},
		{f.Must, "b.must_join"},
		{f.Signals, "b.signals > 0"},
	} {
		if mark.on {
			q.add(mark.cond)
		}
	}
	q.marked("b.level", f.Levels)
	q.marked("b.class", f.Classes)
	q.dated(f, today)
	q.bands(f)
	q.search(f)
	return q
}

// among asks for one of several numbers; none asks for all.
func (q *query) among(column string, values []int16) {
	switch len(values) {
	case 0:
	case 1:
		q.add(column+" = ?", values[0])
	default:
		q.add(column+" = ANY(?)", db.Shorts(values))
	}
}

// marked asks for one of several marks, "-" for having none.
func (q *query) marked(column string, values []string) {
	some, none := held(values)
	switch {
	case none && len(some) > 0:
		q.add("("+column+" = '' OR "+column+" = ANY(?))", db.Texts(some))
	case none:
		q.add(column + " = ''")
	case len(some) == 1:
		q.add(column+" = ?", some[0])
	case len(some) > 1:
		q.add(column+" = ANY(?)", db.Texts(some))
	}
}

func (q *query) dated(f Filter, today day.Date) {
	if f.GradeUntil > 0 {
		q.add("b.grade_until > 0 AND b.grade_until BETWEEN ? AND ?", number(today), number(today.AddDays(f.GradeUntil)))
	}
	if f.Silent > 0 {
		q.add("b.last_report < ?", number(today.AddDays(-f.Silent)))
	}
}

func (q *query) bands(f Filter) {
	if f.Live != nil {
		q.add("b.live BETWEEN ? AND ?", f.Live.From*100, f.Live.Until*100)
	}
	if f.Certs != nil {
		q.add("b.cert_den > 0 AND b.cert_num::bigint * 100 BETWEEN ?::bigint * b.cert_den AND ?::bigint * b.cert_den", f.Certs.From, f.Certs.Until)
	}
	if f.Funds != nil {
		q.add("b.fund_den > 0 AND b.fund_num * 100 BETWEEN ?::bigint * b.fund_den AND ?::bigint * b.fund_den", f.Funds.From, f.Funds.Until)
	}
}

// search looks for names by their bigrams and for the beginning of a code.
func (q *query) search(f Filter) {
	if f.USCC != "" {
		q.add(`b.uscc COLLATE "C" >= ? AND b.uscc COLLATE "C" < ?`, f.USCC, f.USCC+"~")
	}
	for _, s := range []struct{ term, column string }{{f.Name, "b.name"}, {f.Person, "b.person"}} {
		if s.term == "" {
			continue
		}
		grams, like := search.Query(s.term)
		if len(grams) > 0 {
			q.add(s.column+"_bi @> ?::int[]", db.Int4s(grams))
		}
		q.add(s.column+"_fold LIKE ?", like)
	}
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
	tail := fmt.Sprintf("(r.key, r.company_id) %s (?::%s, ?::bigint)", cmp, o.kind)
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
// Above, and in a county or city of very many companies, each order walks its own index, the standing one colour at a
// time, unless few rows pass.
// Errors: ErrSort.
func companiesPage(ctx context.Context, tx db.Tx, scope rbac.Scope, f Filter, k page.Key, limit int) ([]listed, error) {
	depth, province := reach(f, scope.Actor())
	o, err := f.sorted(depth)
	if err != nil {
		return nil, err
	}
	walks := !o.narrow && !f.rare(o)
	if walks && depth >= cityDepth {
		if walks, err = crowded(ctx, tx, f, scope.Actor(), depth, province); err != nil {
			return nil, err
		}
	}
	colours := walked(f)
	if walks && o.colour {
		f.Colours = nil // each is walked alone: asked for besides, it would hide the order of the index from the planner
	}
	q := filtered(f, scope, day.In(tx.Now, day.Shanghai))
	after, afterArgs := o.after(k)
	var keys string
	var args []any
	if (walks || depth < cityDepth) && province != "" {
		q.add("b.p2 = ?", province)
	}
	switch {
	case !walks:
		keys = fmt.Sprintf(`WITH g AS MATERIALIZED (SELECT b.company_id, b.colour, %s AS key FROM oversight_area b WHERE %s)
			SELECT r.* FROM g r WHERE %s ORDER BY %s LIMIT %d`, o.column, q.sql(), after, o.by(k.Back), limit+1)
		args = slices.Concat(q.args, afterArgs)
	case o.colour:
		inner := fmt.Sprintf(`SELECT r.* FROM (SELECT b.company_id, b.colour, %s AS key FROM oversight_area b WHERE b.colour = c.colour AND %s) r WHERE %s ORDER BY %s LIMIT %d`,
			o.column, q.sql(), after, strings.TrimPrefix(strings.TrimPrefix(o.by(k.Back), "r.colour ASC, "), "r.colour DESC, "), limit+1)
		keys = fmt.Sprintf(`SELECT r.* FROM unnest(?::smallint[]) AS c (colour) CROSS JOIN LATERAL (%s) r ORDER BY %s LIMIT %d`, inner, o.by(k.Back), limit+1)
		args = slices.Concat([]any{colours}, q.args, afterArgs)
	default:
		keys = fmt.Sprintf(`SELECT r.* FROM (SELECT b.company_id, b.colour, %s AS key FROM oversight_area b WHERE %s) r WHERE %s ORDER BY %s LIMIT %d`,
			o.column, q.sql(), after, o.by(k.Back), limit+1)
		args = slices.Concat(q.args, afterArgs)
	}
	var rows []listed
	err = tx.WithContext(ctx).Raw(fmt.Sprintf(`SELECT b.*, r.key::text AS sort_key FROM (%s) r JOIN oversight_area b USING (company_id) ORDER BY %s`, keys, o.by(k.Back)), args...).Scan(&rows).Error
	return rows, err
}

// walked are the colours whose rows may pass, each walked by itself.
func walked(f Filter) db.Shorts {
	if len(f.Colours) == 0 {
		return db.Shorts{int16(Red), int16(Orange), int16(Yellow), int16(Blue)}
	}
	return db.Shorts(slices.Compact(slices.Sorted(slices.Values(f.Colours))))
}

// crowd is from how many companies on an area's list is read along the province's index of its order: that reads
// about twenty times as many rows as the area is smaller than its province, gathering reads every row of the area.
var crowd int64 = 15_000 // tests have fewer companies

// crowded reports whether a city or county has so many companies that gathering them takes longer than a walk. Those that
// nobody activated are few, and the indexes of the orders do not tell them: they are gathered.
func crowded(ctx context.Context, tx db.Tx, f Filter, a rbac.Actor, depth int, province string) (bool, error) {
	if depth > countyDepth || province == "" || f.Inactive {
		return false, nil
	}
	n, err := readyCount(ctx, tx, Filter{Division: f.Division}, a)
	return n >= crowd, err
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
