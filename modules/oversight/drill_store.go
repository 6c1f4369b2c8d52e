package oversight

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/rbac"
)

// nodeFigures are the counts of one group.
type nodeFigures struct {
	Node string
	Figures
}

// figureColumns count the companies of alias b.
const figureColumns = `count(*) AS companies, count(*) FILTER (WHERE b.activated) AS activated,
	count(*) FILTER (WHERE b.colour = 1) AS red, count(*) FILTER (WHERE b.colour = 2) AS orange, count(*) FILTER (WHERE b.colour = 3) AS yellow, count(*) FILTER (WHERE b.colour = 4) AS blue,
	count(*) FILTER (WHERE b.level = '1') AS level1, count(*) FILTER (WHERE b.level = '2') AS level2, count(*) FILTER (WHERE b.level = '3') AS level3, count(*) FILTER (WHERE b.level = 'pass') AS level_pass,
	sum(b.open) AS open, sum(b.overdue) AS overdue, count(*) FILTER (WHERE b.overdue > 0) AS with_overdue, sum(b.major_open) AS major_open,
	count(*) FILTER (WHERE b.missing > 0) AS missing, sum(b.cert_num) AS cert_num, sum(b.cert_den) AS cert_den`

// monthColumns add up months of alias m.
const monthColumns = `sum(m.companies) AS companies, sum(m.activated) AS activated, sum(m.red) AS red, sum(m.orange) AS orange, sum(m.yellow) AS yellow, sum(m.blue) AS blue,
	sum(m.level1) AS level1, sum(m.level2) AS level2, sum(m.level3) AS level3, sum(m.level_pass) AS level_pass, sum(m.open) AS open, sum(m.overdue) AS overdue,
	sum(m.with_overdue) AS with_overdue, sum(m.major_open) AS major_open, sum(m.missing) AS missing, sum(m.cert_num) AS cert_num, sum(m.cert_den) AS cert_den`

// grouping is what companies are counted by: an expression over alias b.
type grouping struct {
	expr     string
	args     []any
	industry bool // by industry, not by area
}

// byArea groups by the areas of nodes, or, where path has none, by what its companies' paths say.
func byArea(nodes []Place, path string) grouping {
	at := map[int]db.Texts{}
	for _, n := range nodes {
		at[len(n.Path)] = append(at[len(n.Path)], n.Path)
	}
	var widths []int
	for w := range at {
		widths = append(widths, w)
	}
	slices.Sort(widths)
	if len(widths) == 0 {
		widths = []int{childWidth(path)}
	}
	last := widths[len(widths)-1]
	g := grouping{expr: fmt.Sprintf("left(b.region_path, %d)", last)}
	if len(widths) == 1 {
		return g
	}
	var when strings.Builder
	for _, w := range widths[:len(widths)-1] {
		fmt.Fprintf(&when, " WHEN left(b.region_path, %d) = ANY(?) THEN left(b.region_path, %d)", w, w)
		g.args = append(g.args, at[w])
	}
	g.expr = "CASE" + when.String() + " ELSE " + g.expr + " END"
	return g
}

// byIndustry groups by what lies one step below an industry of GB/T 4754: the nation's sections
// (门类), a section's divisions (大类), their groups (中类) and classes (小类).
func byIndustry(industry string) grouping {
	switch {
	case industry == "":
		return grouping{expr: "oversight_section(b.industry)", industry: true}
	case isSection(industry):
		return grouping{expr: "left(b.industry, 2)", industry: true}
	default:
		return grouping{expr: fmt.Sprintf("left(b.industry, %d)", min(len(industry)+1, 4)), industry: true}
	}
}

// childrenOf returns the areas directly below path that exist and that the actor oversees, or oversees
// part of. A directly managed county (省直管县) lies directly below its province.
func childrenOf(ctx context.Context, tx db.Tx, a rbac.Actor, path string) (out []Place, err error) {
	q := "SELECT d.path, d.name, d.kind FROM division d WHERE d.valid_until IS NULL AND "
	own := path == "" && !slices.Contains(a.Areas, "")
	var rows []Place
	if own {
		err = tx.WithContext(ctx).Raw(q+"d.path = ANY(?) ORDER BY d.path", db.Texts(a.Areas)).Scan(&rows).Error
	} else {
		err = tx.WithContext(ctx).Raw(q+"d.parent_path = ? ORDER BY d.path", path).Scan(&rows).Error
	}
	for _, r := range rows {
		if slices.ContainsFunc(a.Areas, func(area string) bool { return strings.HasPrefix(r.Path, area) || strings.HasPrefix(area, r.Path) }) {
			out = append(out, r)
		}
	}
	return out, err
}

// trailOf returns the areas from the top of what the actor oversees down to path.
func trailOf(ctx context.Context, tx db.Tx, a rbac.Actor, path string) (out []Place, err error) {
	var rows []Place
	err = tx.WithContext(ctx).Raw("SELECT d.path, d.name, d.kind FROM division d WHERE d.valid_until IS NULL AND starts_with(?, d.path) ORDER BY length(d.path)", path).Scan(&rows).Error
	for _, r := range rows {
		if slices.ContainsFunc(a.Areas, func(area string) bool { return strings.HasPrefix(r.Path, area) }) {
			out = append(out, r)
		}
	}
	return out, err
}

func paths(nodes []Place) (out []string) {
	for _, n := range nodes {
		out = append(out, n.Path)
	}
	return out
}

// sizeOf is about how many companies an area has, from the counts kept ready; zero below the town and
// where the actor oversees but a part.
func sizeOf(ctx context.Context, tx db.Tx, path string, a rbac.Actor) (n int64, err error) {
	nodes := db.Texts{path}
	where := "c.node = ANY(?)"
	if path == "" && slices.Contains(a.Areas, "") {
		where, nodes = "c.parent = ANY(?)", db.Texts{""}
	} else if path == "" {
		nodes = a.Areas
	}
	err = tx.WithContext(ctx).Raw("SELECT coalesce(sum(c.companies), 0) FROM oversight_count c WHERE "+where, nodes).Scan(&n).Error
	return n, err
}

// liveFigures counts the companies that pass q, by group.
func liveFigures(ctx context.Context, tx db.Tx, g grouping, q *query) (rows []nodeFigures, err error) {
	sql := fmt.Sprintf("SELECT %s AS node, %s FROM oversight_area b WHERE %s GROUP BY 1", g.expr, figureColumns, q.sql())
	err = tx.WithContext(ctx).Raw(sql, slices.Concat(g.args, q.args)...).Scan(&rows).Error
	return rows, err
}

// sampleFigures estimates them from companies drawn by number, the same ones each time.
func sampleFigures(ctx context.Context, c counter, size int64) ([]nodeFigures, error) {
	whole, narrow := filtered(Filter{Division: c.filter.Division}, c.scope, c.today), filtered(c.filter, c.scope, c.today)
	sql := fmt.Sprintf(`WITH top AS (SELECT max(b.company_id) AS id FROM oversight_area b),
		r AS (SELECT DISTINCT (hashint8extended(i, 7) & 9223372036854775807) %% top.id + 1 AS id FROM top, generate_series(1, ?) i),
		s AS MATERIALIZED (SELECT b.*, %s AS node FROM r JOIN oversight_area b ON b.company_id = r.id WHERE %s)
		SELECT b.node, (SELECT count(*) FROM s) AS base, %s FROM s b WHERE %s GROUP BY 1`, c.by.expr, whole.sql(), figureColumns, narrow.sql())
	var rows []struct {
		Node string
		Base int64
		Figures
	}
	if err := c.tx.WithContext(ctx).Raw(sql, slices.Concat([]any{sampled}, c.by.args, whole.args, narrow.args)...).Scan(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]nodeFigures, len(rows))
	for i, r := range rows {
		out[i] = nodeFigures{r.Node, r.scaled(size, max(r.Base, 1))}
	}
	return out, nil
}

// readyFigures returns the counts kept ready, with levels and certificates as last counted.
func readyFigures(ctx context.Context, c counter) ([]nodeFigures, error) {
	if c.by.industry {
		rows, _, err := monthFigures(ctx, c, firstOf(c.today))
		return rows, err
	}
	all := append(db.Texts{c.path}, c.nodes...)
	var now []nodeFigures
	err := c.tx.WithContext(ctx).Raw(`SELECT c.node, sum(c.companies) AS companies, sum(c.activated) AS activated,
		coalesce(sum(c.companies) FILTER (WHERE c.colour = 1), 0) AS red, coalesce(sum(c.companies) FILTER (WHERE c.colour = 2), 0) AS orange,
		coalesce(sum(c.companies) FILTER (WHERE c.colour = 3), 0) AS yellow, coalesce(sum(c.companies) FILTER (WHERE c.colour = 4), 0) AS blue,
		sum(c.open) AS open, sum(c.overdue) AS overdue, sum(c.with_overdue) AS with_overdue, sum(c.major_open) AS major_open, sum(c.missing) AS missing
		FROM oversight_count c WHERE c.node = ANY(?) AND c.node <> '' GROUP BY 1`, all).Scan(&now).Error
	if err != nil {
		return nil, err
	}
	kept, _, err := monthFigures(ctx, c, firstOf(c.today))
	was := map[string]Figures{}
	for _, r := range kept {
		was[r.Node] = r.Figures
	}
	var rest *nodeFigures
	for i, r := range now {
		k := was[r.Node]
		now[i].Level1, now[i].Level2, now[i].Level3, now[i].LevelPass, now[i].CertNum, now[i].CertDen = k.Level1, k.Level2, k.Level3, k.LevelPass, k.CertNum, k.CertDen
		if r.Node == c.path {
			rest = &now[i]
		}
	}
	for _, r := range now {
		if rest != nil && r.Node != c.path {
			rest.Figures = rest.plus(r.scaled(-1, 1))
		}
	}
	return now, err
}

// monthFigures returns the counts of a month by group and the last day they hold for, zero where
// nothing was kept.
func monthFigures(ctx context.Context, c counter, month day.Date) (rows []nodeFigures, on day.Date, err error) {
	node, where, nodes := "m.node", "m.section = ''", append(db.Texts{c.path}, c.nodes...)
	if c.by.industry {
		node, where = "m.section", "m.section <> ''"
		if c.path != "" {
			nodes = nodes[:1]
		}
	}
	var found []struct {
		Node string
		AsOf day.Date
		Figures
	}
	sql := "SELECT " + node + " AS node, max(m.as_of) AS as_of, " + monthColumns + " FROM oversight_month_area m WHERE m.node = ANY(?) AND m.month = ? AND " + where + " GROUP BY 1"
	err = c.tx.WithContext(ctx).Raw(sql, nodes, month).Scan(&found).Error
	for _, r := range found {
		rows = append(rows, nodeFigures{r.Node, r.Figures})
		if r.AsOf.After(on) {
			on = r.AsOf
		}
	}
	return rows, on, err
}

// lastCount is the last day that the running month was counted for; zero before the first.
func lastCount(ctx context.Context, tx db.Tx, today day.Date) (on day.Date, err error) {
	var found []struct{ AsOf day.Date }
	err = tx.WithContext(ctx).Raw("SELECT m.as_of FROM oversight_month_area m WHERE m.month = ? LIMIT 1", firstOf(today)).Scan(&found).Error
	if err == nil && len(found) > 0 {
		on = found[0].AsOf
	}
	return on, err
}
