package enrolment

import (
	"context"
	"strings"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/search"
	"anbiao/rbac"
)

// linesBy returns one page of the list and one row more.
func linesBy(ctx context.Context, tx db.Tx, scope rbac.Scope, f Filter, k page.Key) (rows []Line, err error) {
	w := &page.Where{}
	w.Within(scope.Where("f"))
	w.When(!f.Ended, "f.rules <> '{}'")
	w.When(f.Ended, "f.rules = '{}'")
	w.When(f.Division != "", "f.region_path >= ? AND f.region_path < ?", f.Division, f.Division+"~")
	w.When(f.Rule != "", "f.rules @> ARRAY[?]", f.Rule)
	w.When(f.Stage != "", "f.stage = ?", f.Stage)
	w.When(f.Unsigned, "EXISTS (SELECT FROM enrolment_notice u WHERE u.company_id = f.company_id AND u.received_at IS NULL)")
	if f.Name != "" {
		_, like := search.Query(f.Name)
		w.And("lower(f.name) LIKE ?", like)
	}
	order := w.Rising(k, "f.company_id", "?::bigint")
	q := `SELECT f.*, coalesce(d.name, '') AS town, n.id AS notice_id, coalesce(n.number_year, 0) AS number_year, coalesce(n.number_seq, 0) AS number_seq, coalesce(n.rule_version, '') AS version,
			coalesce(n.issued_on::text, '') AS issued_on, n.received_at IS NOT NULL AS received
		FROM enrolment_firm f LEFT JOIN division d ON d.path = left(f.region_path, 9) AND d.valid_until IS NULL
		LEFT JOIN LATERAL (SELECT * FROM enrolment_notice n WHERE n.company_id = f.company_id ORDER BY n.id DESC LIMIT 1) n ON true
		WHERE ` + w.SQL() + order + " LIMIT ?"
	return rows, tx.WithContext(ctx).Raw(q, append(w.Args, f.Limit+1)...).Scan(&rows).Error
}

// homeOf says where a company in scope lies. Errors: rbac.ErrNotFound.
func homeOf(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) (h rbac.Home, err error) {
	var rows []register
	cond, args := scope.Where("c")
	err = tx.WithContext(ctx).Raw("SELECT c.company_id, c.region_path, c.oversight_line FROM company c WHERE c.company_id = ? AND "+cond, append([]any{int64(company)}, args...)...).Scan(&rows).Error
	if err == nil && len(rows) == 0 {
		err = rbac.ErrNotFound
	}
	if err != nil {
		return h, err
	}
	return rbac.Home{CompanyID: company, RegionPath: rows[0].RegionPath, Line: rows[0].OversightLine}, nil
}

// cardOf reads what an assessment or a claim keeps of a company. Errors: rbac.ErrNotFound.
func cardOf(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) (r register, err error) {
	var rows []register
	cond, args := scope.Where("c")
	err = tx.WithContext(ctx).Raw("SELECT c.company_id, c.region_path, c.oversight_line, c.name, c.staff_count, c.status FROM company c WHERE c.company_id = ? AND "+cond, append([]any{int64(company)}, args...)...).Scan(&rows).Error
	if err == nil && len(rows) == 0 {
		return r, rbac.ErrNotFound
	}
	return append(rows, register{})[0], err
}

func firmOf(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) (*Firm, error) {
	var rows []Firm
	if err := tx.WithContext(ctx).Scopes(scope.Rows).Where("company_id = ?", int64(company)).Find(&rows).Error; err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

// pastOf returns the rules that hold or held for a company, those that hold first.
func pastOf(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) (rows []Enrolment, err error) {
	err = tx.WithContext(ctx).Scopes(scope.Rows).Where("company_id = ?", int64(company)).Order("ended_on DESC NULLS FIRST, id DESC").Limit(200).Find(&rows).Error
	return rows, err
}

func noticesOf(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) (rows []Notice, err error) {
	err = tx.WithContext(ctx).Scopes(scope.Rows).Where("company_id = ?", int64(company)).Order("id DESC").Limit(100).Find(&rows).Error
	return rows, err
}

// noticeByID reads a notice in scope. Errors: rbac.ErrNotFound.
func noticeByID(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[Notice]) (Notice, error) {
	var rows []Notice
	if err := tx.WithContext(ctx).Scopes(scope.Rows).Where("id = ?", int64(n)).Find(&rows).Error; err != nil {
		return Notice{}, err
	}
	if len(rows) == 0 {
		return Notice{}, rbac.ErrNotFound
	}
	return rows[0], nil
}

// receive notes who signed for a notice. Errors: ErrReceived if somebody did meanwhile.
func receive(ctx context.Context, tx db.Tx, n Notice) error {
	r := tx.WithContext(ctx).Exec("UPDATE enrolment_notice SET received_at = ?, received_by = ?, received_person_id = ? WHERE company_id = ? AND id = ? AND received_at IS NULL",
		n.ReceivedAt, n.ReceivedBy, n.ReceivedPersonID, int64(n.CompanyID), int64(n.ID))
	if r.Error == nil && r.RowsAffected == 0 {
		return ErrReceived
	}
	return r.Error
}

// enrolmentsOf returns the rules that a notice told of, as they were found.
func enrolmentsOf(ctx context.Context, tx db.Tx, n Notice) (rows []Enrolment, err error) {
	err = tx.WithContext(ctx).Raw("SELECT * FROM enrolment WHERE company_id = ? AND notice_id = ? ORDER BY id", int64(n.CompanyID), int64(n.ID)).Scan(&rows).Error
	return rows, err
}

// progressBelow counts the areas below one: three passes over its range, however many areas there are.
func progressBelow(ctx context.Context, tx db.Tx, scope rbac.Scope, parent string, depth int) (rows []Progress, err error) {
	one := func(alias string) (string, []any) {
		cond, args := scope.Where(alias)
		return cond + " AND " + alias + ".region_path >= ? AND " + alias + ".region_path < ?", append(args, parent, parent+"~")
	}
	firms, a := one("f")
	small, b := one("c")
	passed, c := one("s")
	q := `SELECT path, sum(due) AS due, sum(applied) AS applied, sum(held) AS held, sum(none) AS none, sum(holding) AS holding, sum(small) AS small, sum(passed) AS passed FROM (
		SELECT left(f.region_path, ?) AS path, count(*) FILTER (WHERE f.rules <> '{}') AS due, count(*) FILTER (WHERE f.rules <> '{}' AND f.stage = 'applied') AS applied,
			count(*) FILTER (WHERE f.rules <> '{}' AND f.stage = 'held') AS held, count(*) FILTER (WHERE f.rules <> '{}' AND f.stage = 'none') AS none,
			count(*) FILTER (WHERE f.stage = 'held') AS holding, 0 AS small, 0 AS passed FROM enrolment_firm f WHERE ` + firms + ` GROUP BY 1
		UNION ALL SELECT left(c.region_path, ?), 0, 0, 0, 0, 0, count(*), 0 FROM company c WHERE ` + small + ` AND c.status = 'active' AND c.staff_count BETWEEN ? AND ? GROUP BY 1
		UNION ALL SELECT left(s.region_path, ?), 0, 0, 0, 0, 0, 0, count(*) FROM enrolment_assessment s WHERE ` + passed + ` AND s.kind = 'duty' AND s.decided = 'pass' AND s.ended_on IS NULL AND s.valid_until >= ? GROUP BY 1) x
		GROUP BY path ORDER BY path`
	args := append([]any{depth}, a...)
	args = append(append(append(args, depth), b...), classes.DutyStaff.From, classes.DutyStaff.To, depth)
	args = append(append(args, c...), today(tx).String())
	return rows, tx.WithContext(ctx).Raw(q, args...).Scan(&rows).Error
}

// areaNames names an area and those below it as deep as they are counted.
func areaNames(ctx context.Context, tx db.Tx, parent string) (map[string]string, error) {
	var rows []struct{ Path, Name string }
	err := tx.WithContext(ctx).Raw("SELECT path, name FROM division WHERE valid_until IS NULL AND path >= ? AND path < ? AND length(path) <= ?", parent, parent+"~", below(parent)).Scan(&rows).Error
	names := map[string]string{}
	for _, r := range rows {
		names[r.Path] = r.Name
	}
	return names, err
}

// overseen is the condition that a setting's area lies in or around the actor's areas.
func overseen(scope rbac.Scope, alias string) (string, []any) {
	a := scope.Actor()
	if a.Kind == rbac.System {
		return "true", nil
	}
	or, args := []string{"false"}, []any{}
	for _, own := range append(append([]string{}, a.Areas...), a.RegionPath) {
		if own != "" {
			or, args = append(or, "starts_with("+alias+".area, ?) OR starts_with(?, "+alias+".area)"), append(args, own, own)
		}
	}
	return "(" + strings.Join(or, " OR ") + ")", args
}

// areaName names one area; its path where it has no name.
func areaName(ctx context.Context, tx db.Tx, path string) (name string, err error) {
	err = tx.WithContext(ctx).Raw("SELECT coalesce((SELECT name FROM division WHERE path = ? AND valid_until IS NULL), ?)", path, path).Scan(&name).Error
	return name, err
}
