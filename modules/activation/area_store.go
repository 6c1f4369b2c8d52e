package activation

import (
	"context"
	"strings"
	"time"

	"anbiao/kit/db"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// TableName names the table.
func (Tally) TableName() string { return "activation_tally" }

// Area is how far an area has come.
type Area struct {
	Node      string `json:"node" doc:"path of the area; that of the area asked about for companies of no smaller one"`
	Name      string `json:"name"`
	Companies int64  `json:"companies"`
	Printed   int64  `json:"printed" doc:"slips ever printed"`
	Activated int64  `json:"activated" doc:"companies that somebody has signed in for"`
	Recent    int64  `json:"recent" doc:"activated with a slip in the last seven days"`
}

// deepest is how far down the board keeps its counts ready: the length of a town's path.
const deepest = 9

// below is the length of the paths one level below a path.
func below(parent string) int {
	for _, w := range []int{2, 4, 6, 9, 12, 15} {
		if w > len(parent) {
			return w
		}
	}
	return 15
}

// areasBelow returns how far the areas directly below one have come. Companies come from the
// board's counts, kept ready down to the town and read from its index below; slips from the
// tally, which has some thirty rows a smallest area.
func areasBelow(ctx context.Context, tx db.Tx, scope rbac.Scope, parent, since string) (out []Area, err error) {
	w := below(parent)
	firms := "SELECT c.node, sum(c.companies) AS companies, sum(c.activated) AS activated FROM oversight_count c WHERE c.parent = ? GROUP BY 1 HAVING sum(c.companies) > 0"
	args := []any{parent}
	if len(parent) >= deepest {
		firms = `SELECT left(b.region_path, ?) AS node, count(*) AS companies, count(*) FILTER (WHERE b.activated) AS activated
			FROM oversight_area b WHERE b.region_path >= ? AND b.region_path < ? GROUP BY 1`
		args = []any{w, parent, parent + "~"}
	}
	cond, more := scope.Where("t")
	q := `SELECT f.node, coalesce(d.name, '') AS name, f.companies, f.activated, coalesce(s.printed, 0) AS printed, coalesce(s.recent, 0) AS recent
		FROM (` + firms + `) f
		LEFT JOIN (SELECT left(t.region_path, ?) AS node, sum(t.printed) AS printed, coalesce(sum(t.activated) FILTER (WHERE t.on_day > ?::date), 0) AS recent
			FROM activation_tally t WHERE t.region_path >= ? AND t.region_path < ? AND ` + cond + ` GROUP BY 1) s ON s.node = f.node
		LEFT JOIN division d ON d.path = f.node AND d.valid_until IS NULL ORDER BY f.node`
	args = append(append(args, w, since, parent, parent+"~"), more...)
	err = tx.WithContext(ctx).Raw(q, args...).Scan(&out).Error
	return out, err
}

// areaName returns the name of an area, "" if none is known.
func areaName(ctx context.Context, tx db.Tx, path string) (name string, err error) {
	err = tx.WithContext(ctx).Raw("SELECT coalesce((SELECT name FROM division WHERE path = ? AND valid_until IS NULL LIMIT 1), '')", path).Scan(&name).Error
	return name, err
}

// Waiting is a company of the area with how it stands with its slip.
type Waiting struct {
	CompanyID    rbac.CompanyID
	Name         string
	USCC         string
	Area         string
	Address      string
	ContactName  string
	ContactPhone string
	StaffCount   *int32
	Activated    bool
	MadeAt       *time.Time // of its newest slip
	ExpiresAt    *time.Time
	UsedAt       *time.Time
}

// Filter narrows the list of companies.
type Filter struct {
	page.Query
	Division  string `query:"division" maxLength:"15" pattern:"^[0-9A-Z]*$" doc:"path of an area; empty: all the actor oversees"`
	Industry  string `query:"industry" maxLength:"4" pattern:"^[0-9]{0,4}$" doc:"beginning of the GB/T 4754 code"`
	Name      string `query:"name" maxLength:"60" doc:"part of the name"`
	Activated string `query:"activated" enum:"no,yes,all" default:"no" doc:"those nobody has signed in for, those somebody has, or all"`
	Unprinted bool   `query:"unprinted" doc:"only those without a slip that still works"`
}

// waiting lists companies by id: selects a page of keys first and joins its rows back.
func waiting(ctx context.Context, tx db.Tx, scope rbac.Scope, f Filter, k page.Key) (out []Waiting, err error) {
	cond, args := choice(tx, scope, Choice{Division: f.Division, Industry: f.Industry, Unprinted: f.Unprinted})
	conds := []string{cond, "b.status <> 'closed'"}
	switch f.Activated {
	case "no":
		conds = append(conds, "NOT b.activated")
	case "yes":
		conds = append(conds, "b.activated")
	}
	if f.Name != "" {
		conds, args = append(conds, "strpos(b.name, ?) > 0"), append(args, f.Name)
	}
	order, op := "ORDER BY company_id", ">"
	if k.Back {
		order, op = "ORDER BY company_id DESC", "<"
	}
	if !k.First() {
		conds, args = append(conds, "b.company_id "+op+" ?::bigint"), append(args, k.Vals[0])
	}
	q := `WITH k AS (SELECT b.company_id, b.activated FROM oversight_area b WHERE ` + strings.Join(conds, " AND ") + ` ` + order + ` LIMIT ?)
		SELECT k.company_id, k.activated, c.name, c.uscc, c.address, c.contact_name, c.contact_phone, c.staff_count, coalesce(d.name, '') AS area, s.made_at, s.expires_at, s.used_at
		FROM k JOIN company c USING (company_id)
		LEFT JOIN division d ON d.path = left(c.region_path, 9) AND d.valid_until IS NULL
		LEFT JOIN LATERAL (SELECT x.made_at, x.expires_at, x.used_at FROM activation_slip x WHERE x.company_id = k.company_id AND x.revoked_at IS NULL ORDER BY x.id DESC LIMIT 1) s ON true
		` + order
	return out, tx.WithContext(ctx).Raw(q, append(args, f.Limit+1)...).Scan(&out).Error
}
