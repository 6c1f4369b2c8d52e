package oversight

import (
	"context"
	"fmt"
	"slices"
	"strconv"
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

// within is the order inside one colour.
func (o order) within() order {
	o.colour = false
	return o
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
	if walks && o.colour {
		return walkColours(ctx, tx, scope, f, o, k, limit, province)
	}
	q := filtered(f, scope, day.In(tx.Now, day.Shanghai))
	after, afterArgs := o.after(k)
	var keys string
	if (walks || depth < cityDepth) && province != "" {
		q.add("b.p2 = ?", province)
	}
	switch {
	case !walks:
		keys = fmt.Sprintf(`WITH g AS MATERIALIZED (SELECT b.company_id, b.colour, %s AS key FROM oversight_area b WHERE %s)
			SELECT r.* FROM g r WHERE %s ORDER BY %s LIMIT %d`, o.column, q.sql(), after, o.by(k.Back), limit+1)
	default:
		keys = fmt.Sprintf(`SELECT r.* FROM (SELECT b.company_id, b.colour, %s AS key FROM oversight_area b WHERE %s) r WHERE %s ORDER BY %s LIMIT %d`,
			o.column, q.sql(), after, o.by(k.Back), limit+1)
	}
	return rowsOf(ctx, tx, keys, o.by(k.Back), slices.Concat(q.args, afterArgs))
}

// rowsOf joins the rows of a page to its keys.
func rowsOf(ctx context.Context, tx db.Tx, keys, by string, args []any) (rows []listed, err error) {
	err = tx.WithContext(ctx).Raw(fmt.Sprintf(`SELECT b.*, r.key::text AS sort_key FROM (%s) r JOIN oversight_area b USING (company_id) ORDER BY %s`, keys, by), args...).Scan(&rows).Error
	return rows, err
}

// walkColours reads a page of an order that begins with the colour: one colour after the other, until the page is full. Asked
// for all at once, a colour in which nothing passes the filter would be walked to its end for nothing. Errors: page.ErrCursor.
func walkColours(ctx context.Context, tx db.Tx, scope rbac.Scope, f Filter, o order, k page.Key, limit int, province string) (rows []listed, err error) {
	colours, from := walked(f), int64(0)
	if k.Back {
		slices.Reverse(colours)
	}
	if !k.First() {
		if from, err = strconv.ParseInt(k.Vals[0], 10, 16); err != nil {
			return nil, page.ErrCursor.At("query.cursor")
		}
	}
	for _, c := range colours {
		passed := from != 0 && (k.Back && int64(c) > from || !k.Back && int64(c) < from)
		if passed || len(rows) > limit {
			continue
		}
		f.Colours = []int16{c}
		q := filtered(f, scope, day.In(tx.Now, day.Shanghai))
		if province != "" {
			q.add("b.p2 = ?", province)
		}
		inner, after, args := o.within(), "true", []any(nil)
		if int64(c) == from {
			after, args = inner.after(k)
		}
		keys := fmt.Sprintf(`SELECT r.* FROM (SELECT b.company_id, b.colour, %s AS key FROM oversight_area b WHERE %s) r WHERE %s ORDER BY %s LIMIT %d`,
			o.column, q.sql(), after, inner.by(k.Back), limit+1-len(rows))
		more, err := rowsOf(ctx, tx, keys, inner.by(k.Back), slices.Concat(q.args, args))
		if err != nil {
			return nil, err
		}
		rows = append(rows, more...)
	}
	return rows, nil
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
