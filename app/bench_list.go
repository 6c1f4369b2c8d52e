package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"anbiao/kit/day"
	"anbiao/kit/page"
	"anbiao/kit/search"
	"anbiao/modules/oversight"
)

const graded = "/api/oversight/companies"

// lists measures pages of the graded list, with sign-in, permission, scope and row
// security, against a handler that knows its query and its parameters.
func (b *bench) lists(ctx context.Context) error {
	url, stop, err := listen(ctx, b.bareList())
	if err != nil {
		return err
	}
	for _, level := range []struct {
		name, login string
		clients     int
	}{{"list page of a county", "county", 1}, {"list page of a county, 8 clients", "county", 8}, {"list page of a city", "city", 1}} {
		if err := b.list(ctx, url, level.name, level.login, level.clients); err != nil {
			return errors.Join(err, stop())
		}
	}
	return stop()
}

func (b *bench) list(ctx context.Context, bare, name, login string, clients int) error {
	token, err := b.signIn(ctx, login)
	if err != nil {
		return err
	}
	var me struct{ Areas []string }
	if err := b.read(ctx, token, "/api/account/me", &me); err != nil {
		return err
	}
	if len(me.Areas) != 1 {
		return fmt.Errorf("%s oversees %v", login, me.Areas)
	}
	var rows int
	if err := b.owner.QueryRow(ctx, "SELECT count(*) FROM oversight_board WHERE region_path >= $1 AND region_path < $2", me.Areas[0], me.Areas[0]+"~").Scan(&rows); err != nil {
		return err
	}
	theirs := bare + "/" + me.Areas[0]
	if err := b.sameItems(ctx, token, theirs); err != nil {
		return err
	}
	get := func(url string) work {
		return func(ctx context.Context) error {
			_, err := b.call(ctx, http.MethodGet, url, token, http.NoBody)
			return err
		}
	}
	return b.compare(ctx, name, fmt.Sprintf("20 of %d, %d in all", rows, b.companies), clients, get(b.ours+graded), get(theirs))
}

// sameItems makes sure that both answer with the same rows.
func (b *bench) sameItems(ctx context.Context, token, bare string) error {
	var lists [2]page.List[oversight.RowView]
	for i, url := range []string{b.ours + graded, bare} {
		answer, err := b.call(ctx, http.MethodGet, url, token, http.NoBody)
		if err != nil {
			return err
		}
		if err := json.Unmarshal(answer, &lists[i]); err != nil {
			return err
		}
	}
	if len(lists[0].Items) != 20 || len(lists[1].Items) != 20 {
		return fmt.Errorf("%d and %d rows", len(lists[0].Items), len(lists[1].Items))
	}
	for i, row := range lists[0].Items {
		if row != lists[1].Items[i] {
			return fmt.Errorf("row %d: ours %+v, bare %+v", i, row, lists[1].Items[i])
		}
	}
	return nil
}

// bareTail reads what a page shows of the companies of r.
const bareTail = `SELECT b.company_id, b.name, b.uscc, b.region_path, coalesce(d.name, ''), b.oversight_line, b.industry, b.size_class, b.above_scale, b.activated, b.colour, b.score,
		b.measured, b.open, b.overdue, b.major_open, b.last_report, b.missing, b.level, b.live, b.class, c.contact_name, c.contact_phone, coalesce(g.name, ''), b.grade_until,
		b.cert_num, b.cert_den, coalesce(b.fund_num, -1), coalesce(b.fund_den, -1), b.must_join, array_to_string(b.must_rules, ','), b.signals, b.person
	FROM r JOIN oversight_board b USING (company_id) JOIN company c USING (company_id) LEFT JOIN division d ON d.path = left(b.region_path, 9) AND d.valid_until IS NULL
		LEFT JOIN division g ON g.path = b.grid AND g.valid_until IS NULL`

// bareQuery is the query of a page for a county or city, all of it in one.
const bareQuery = `WITH g AS MATERIALIZED (SELECT company_id, colour, score AS key FROM oversight_board WHERE region_path >= $1 AND region_path < $2),
	r AS (SELECT * FROM g ORDER BY colour, key, company_id LIMIT 21) ` + bareTail + ` ORDER BY r.colour, r.key, r.company_id`

// bareList answers /<area> with the first page of the area's companies.
func (b *bench) bareList() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		area := r.URL.Path[1:]
		b.answerPage(w, r, bareQuery, area, area+"~")
	})
}

// barePage answers with the page a query finds.
func (b *bench) barePage(q string, args ...any) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { b.answerPage(w, r, q, args...) })
}

func (b *bench) answerPage(w http.ResponseWriter, r *http.Request, q string, args ...any) {
	rows, err := b.owner.Query(r.Context(), q, args...)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	items, err := pgx.CollectRows(rows, bareRow)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	list := page.List[oversight.RowView]{Items: items[:min(len(items), 20)]}
	if len(items) > 20 {
		last := items[19]
		list.Next = page.Key{Sort: "standing", Vals: []string{strconv.Itoa(int(last.Colour)), strconv.Itoa(int(last.Score)), last.ID.String()}}.String()
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(list) // the client may have gone
}

// gramsOf are the bigrams that a search binds.
func gramsOf(term string) []int32 {
	grams, _ := search.Query(term)
	return grams
}

func bareRow(row pgx.CollectableRow) (v oversight.RowView, err error) {
	var last, until int32
	err = row.Scan(&v.ID, &v.Name, &v.USCC, &v.Division, &v.Town, &v.Line, &v.Industry, &v.Size, &v.AboveScale, &v.Activated, &v.Colour, &v.Score,
		&v.Measured, &v.Open, &v.Overdue, &v.MajorOpen, &last, &v.Missing, &v.Level, &v.Live, &v.Class, &v.Contact, &v.Phone, &v.Grid, &until,
		&v.CertNum, &v.CertDen, &v.FundNum, &v.FundDen, &v.MustJoin, &v.MustRules, &v.Signals, &v.Person)
	v.LastReport, v.GradeUntil = bareDay(last), bareDay(until)
	return v, err
}

// bareDay reads a day kept as YYYYMMDD.
func bareDay(n int32) day.Date {
	if n == 0 {
		return day.Date{}
	}
	return day.Of(int(n/10000), time.Month(n/100%100), int(n%100))
}
