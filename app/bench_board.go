package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"anbiao/kit/db"
	"anbiao/kit/page"
	"anbiao/modules/oversight"
	"anbiao/rbac"
)

// shape is one way to ask for the list: what we are asked and what the bare handler runs.
type shape struct {
	name  string
	query string // of our API
	cond  string // over oversight_board, besides the area
	key   string // sort key
	by    string // order over colour, key and company_id
}

const worst = "colour, key, company_id"

// shapes are pairs of filters, the eight sorts and the search by name.
var shapes = []shape{
	{"filters: red or orange, overdue", "colour=1,2&overdue=true", "colour = ANY('{1,2}') AND overdue > 0", "score", worst},
	{"filters: small, report missing", "size=3&missing=true", "size_class = 3 AND missing > 0", "score", worst},
	{"filters: industry 33, not activated", "industry=33&inactive=true", "industry >= '33' AND industry < '33~' AND NOT activated", "score", worst},
	{"sort standing", "sort=standing", "true", "score", worst},
	{"sort best", "sort=best", "true", "score", "colour, key DESC, company_id DESC"},
	{"sort overdue", "sort=overdue", "true", "overdue", "key DESC, company_id DESC"},
	{"sort least-overdue", "sort=least-overdue", "true", "overdue", "key, company_id"},
	{"sort open", "sort=open", "true", "open", "key DESC, company_id DESC"},
	{"sort least-open", "sort=least-open", "true", "open", "key, company_id"},
	{"sort report", "sort=report", "true", "last_report", "key, company_id"},
	{"sort latest-report", "sort=latest-report", "true", "last_report", "key DESC, company_id DESC"},
	{"search by name, 2 characters", "name=%E4%BA%94%E9%87%91", "name_bi @> $3::int[] AND name_fold LIKE '%五金%'", "score", worst},
}

// deepPages is how many pages a deep page lies behind the first.
const deepPages = 40

// boards measures the graded list of a county and a city in all its shapes, with the counts and the dossier.
func (b *bench) boards(ctx context.Context) error {
	if err := b.higher(ctx); err != nil {
		return err
	}
	for _, login := range []string{"county", "city", "province", "nation"} {
		token, err := b.signIn(ctx, login)
		if err != nil {
			return err
		}
		var me struct{ Areas []string }
		if err := b.read(ctx, token, "/api/account/me", &me); err != nil {
			return err
		}
		area := me.Areas[0]
		if len(me.Areas) > 1 {
			area = "" // the whole country
		}
		for _, s := range shapes {
			if err := b.shape(ctx, token, login, area, s, nil); err != nil {
				return fmt.Errorf("%s, %s: %w", login, s.name, err)
			}
		}
		if err := errors.Join(b.deep(ctx, token, login, area), b.counts(ctx, token, login, area)); err != nil {
			return err
		}
	}
	return errors.Join(b.dossiers(ctx), b.exports(ctx), b.projection(ctx))
}

// higher adds officers of a province and of the whole country, which the demo city has not, with the city's password.
func (b *bench) higher(ctx context.Context) error {
	const q = `WITH body AS (INSERT INTO account_organisation (kind, name, areas) VALUES ('regulator', $1, $2) ON CONFLICT DO NOTHING RETURNING id),
		person AS (INSERT INTO account_person (login, name, password_hash) SELECT $1, $1, p.password_hash FROM account_person p, body WHERE p.login = 'city' RETURNING id)
		INSERT INTO account_membership (person_id, kind, organisation_id, roles) SELECT person.id, 'regulator', body.id, '{city}' FROM body, person`
	var provinces []string
	if err := b.owner.QueryRow(ctx, "SELECT array_agg(DISTINCT left(region_path, 2)) FROM company").Scan(&provinces); err != nil {
		return err
	}
	_, err := b.owner.Exec(ctx, q, "province", []string{"33"})
	if err == nil {
		_, err = b.owner.Exec(ctx, q, "nation", provinces)
	}
	return err
}

// shape measures one shape, behind a cursor or from the first page; both answer with the same companies.
func (b *bench) shape(ctx context.Context, token, login, area string, s shape, from *page.Key) error {
	after, cursor := "true", ""
	args := []any{area, area + "~"}
	if strings.Contains(s.cond, "$3") {
		args = append(args, gramsOf("五金"))
	}
	if from != nil {
		cursor = "&cursor=" + from.String()
		after = fmt.Sprintf("(colour > %[1]s OR colour = %[1]s AND (key, company_id) > (%s, %s))", from.Vals[0], from.Vals[1], from.Vals[2])
	}
	q := fmt.Sprintf(`WITH g AS %s (SELECT company_id, colour, %s AS key FROM oversight_board WHERE region_path >= $1 AND region_path < $2 AND %s),
		r AS (SELECT * FROM g WHERE %s ORDER BY %s LIMIT 21) %s ORDER BY r.%s`, gathering(area), s.key, s.cond, after, s.by, bareTail, strings.ReplaceAll(s.by, ", ", ", r."))
	url, stop, err := listen(ctx, b.barePage(q, args...))
	if err != nil {
		return err
	}
	ours := b.ours + graded + "?" + s.query + cursor
	rows, err := b.sameIDs(ctx, token, ours, url)
	if err == nil {
		err = b.compare(ctx, login+": "+s.name, fmt.Sprintf("%d rows a page", rows), 1, b.getting(token, ours), b.getting(token, url))
	}
	return errors.Join(err, stop())
}

// gathering is how the bare handler reads an area: up to a city its rows first, above by the index of the order.
func gathering(area string) string {
	if len(area) < 4 {
		return "NOT MATERIALIZED"
	}
	return "MATERIALIZED"
}

// deep walks to a page far behind the first and measures that.
func (b *bench) deep(ctx context.Context, token, login, area string) error {
	s := shape{fmt.Sprintf("page %d", deepPages), "sort=standing", "true", "score", worst}
	var k page.Key
	for cursor, n := "", 0; n < deepPages; n++ {
		var list page.List[oversight.RowView]
		if err := b.read(ctx, token, "/api/oversight/companies?sort=standing&cursor="+cursor, &list); err != nil {
			return err
		}
		if cursor = list.Next; cursor == "" {
			return nil // too few companies for a deep page
		}
		var err error
		if k, err = (page.Query{Cursor: cursor}).Start("standing", 3); err != nil {
			return err
		}
	}
	return b.shape(ctx, token, login, area, s, &k)
}

// counts measures the counts by division and the count of a filter.
func (b *bench) counts(ctx context.Context, token, login, area string) error {
	for _, c := range []struct{ name, path, sql string }{
		{"counts by division", "/api/oversight/divisions?parent=" + area, `SELECT json_agg(x) FROM (SELECT node, colour, sum(companies), sum(activated), sum(open), sum(overdue), sum(with_overdue), sum(major_open), sum(missing)
			FROM (SELECT * FROM oversight_rollup WHERE parent = $1 UNION ALL SELECT a.parent, a.node, d.oversight_line, d.colour, d.companies, d.activated, d.open, d.overdue, d.with_overdue, d.major_open, d.missing
				FROM oversight_delta d CROSS JOIN LATERAL oversight_ancestors(d.region_path) a WHERE a.parent = $1) c GROUP BY 1, 2) x`},
		{"count of overdue", "/api/oversight/count?overdue=true", "SELECT json_agg(x) FROM (SELECT sum(with_overdue) FROM oversight_rollup WHERE node = $1) x"},
	} {
		url, stop, err := listen(ctx, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			var out []byte
			if err := b.owner.QueryRow(r.Context(), c.sql, area).Scan(&out); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			_, _ = w.Write(out) // the client may have gone
		}))
		if err != nil {
			return err
		}
		err = b.compare(ctx, login+": "+c.name, "", 1, b.getting(token, b.ours+c.path), b.getting(token, url))
		if err := errors.Join(err, stop()); err != nil {
			return err
		}
	}
	return nil
}

// dossiers measures the dossier, which notes in the trail that it was looked at, against its main row and that note.
func (b *bench) dossiers(ctx context.Context) error {
	token, err := b.signIn(ctx, "county")
	if err != nil {
		return err
	}
	var list page.List[oversight.RowView]
	if err := b.read(ctx, token, "/api/oversight/companies", &list); err != nil {
		return err
	}
	company := list.Items[0].ID
	url, stop, err := listen(ctx, answer(http.StatusOK, func(r *http.Request) ([]byte, error) { return b.bareDossier(r.Context(), company.String()) }))
	if err != nil {
		return err
	}
	err = b.compare(ctx, "dossier", "read and noted in the trail", 1, b.getting(token, b.ours+graded+"/"+company.String()), b.getting(token, url))
	return errors.Join(err, stop())
}

// bareDossier reads the main row of a company's dossier and notes in the trail that it was looked at.
func (b *bench) bareDossier(ctx context.Context, company string) (out []byte, err error) {
	err = pgx.BeginFunc(ctx, b.owner, func(tx pgx.Tx) error {
		if err := tx.QueryRow(ctx, `SELECT json_build_object('board', b, 'standing', s, 'company', c, 'history', (SELECT json_agg(h) FROM oversight_history h WHERE h.company_id = b.company_id))
			FROM oversight_board b LEFT JOIN oversight_standing s USING (company_id) JOIN company c USING (company_id) WHERE b.company_id = $1::text::bigint`, company).Scan(&out); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `INSERT INTO audit_entry (at, actor_kind, company_id, person_name, action, noun, object_id, fields, request_id, address)
			VALUES (now(), 'regulator', $1::text::bigint, 'bare', 'oversight.dossier.read', 'oversight.bare', $1::text::bigint, '[]', '', '')`, company)
		return err
	})
	return out, err
}

// projectionBatch is how many companies a bulk update changes.
const projectionBatch = 500

// projection measures what keeping the board costs: an update of the register with the board following it in the
// same transaction, against the update alone.
func (b *bench) projection(ctx context.Context) error {
	const flip = "UPDATE company SET oversight_line = 1 - oversight_line WHERE company_id = ANY($1) AND oversight_line IN (0, 1)"
	for _, n := range []int{1, projectionBatch} {
		var ids []int64
		if err := b.owner.QueryRow(ctx, "SELECT array_agg(company_id) FROM (SELECT company_id FROM company WHERE oversight_line IN (0, 1) ORDER BY company_id DESC LIMIT $1) x", n).Scan(&ids); err != nil {
			return err
		}
		companies := make([]rbac.CompanyID, len(ids))
		for i, c := range ids {
			companies[i] = rbac.CompanyID(c)
		}
		ours := func(ctx context.Context) error {
			return b.house.gate.System(ctx, "bench.projection", func(tx db.Tx, _ rbac.Scope) error {
				if err := tx.WithContext(ctx).Exec(strings.Replace(flip, "$1", "?", 1), db.Ints(ids)).Error; err != nil {
					return err
				}
				return b.house.oversight.Refresh(ctx, tx, companies)
			})
		}
		bare := func(ctx context.Context) error { _, err := b.owner.Exec(ctx, flip, ids); return err }
		var mine, limits []time.Duration
		var ratios []float64
		for range 12 { // each flips the rows and flips them back
			x, err := paced(ctx, ours)
			if err != nil {
				return err
			}
			y, err := paced(ctx, bare)
			if err != nil {
				return err
			}
			mine, limits, ratios = append(mine, x), append(limits, y), append(ratios, float64(x)/float64(y))
		}
		b.add(benchRow{Work: fmt.Sprintf("list kept up to date, %d changed", len(ids)), Ours: median(mine), Bare: median(limits), Ratio: median(ratios), Rows: "update and projection : bare update"})
	}
	return nil
}

// paced returns how long one operation takes, on average of two.
func paced(ctx context.Context, do work) (time.Duration, error) {
	began := time.Now()
	err := errors.Join(do(ctx), do(ctx))
	return time.Since(began) / 2, err
}

func (b *bench) getting(token, url string) work {
	return func(ctx context.Context) error {
		_, err := b.call(ctx, http.MethodGet, url, token, http.NoBody)
		return err
	}
}

// sameIDs makes sure that both answer with the same companies, and says how many.
func (b *bench) sameIDs(ctx context.Context, token, ours, bare string) (int, error) {
	var lists [2]page.List[oversight.RowView]
	for i, url := range []string{ours, bare} {
		answer, err := b.call(ctx, http.MethodGet, url, token, http.NoBody)
		if err != nil {
			return 0, err
		}
		if err := json.Unmarshal(answer, &lists[i]); err != nil {
			return 0, err
		}
	}
	for i, row := range lists[0].Items {
		if i >= len(lists[1].Items) || row.ID != lists[1].Items[i].ID {
			return 0, fmt.Errorf("row %d differs", i)
		}
	}
	return len(lists[0].Items), nil
}
