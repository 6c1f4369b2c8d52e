package instrument

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// TableName names the table.
func (Call) TableName() string { return "instrument_call" }

// owes is the condition that a company of the board owes a report or was never activated.
func owes(w *page.Where, what string) {
	w.And("b.status <> 'closed'")
	switch what {
	case "report":
		w.And("b.missing > 0")
	case "activation":
		w.And("NOT b.activated")
	default:
		w.And("(b.missing > 0 OR NOT b.activated)")
	}
}

const recently = "EXISTS (SELECT FROM instrument_call i WHERE i.company_id = b.company_id AND i.at > ?::timestamptz - interval '90 days')"

func owing(ctx context.Context, tx db.Tx, scope rbac.Scope, f OwingFilter, k page.Key) (rows []Owing, err error) {
	w := &page.Where{}
	w.Within(scope.Where("b"))
	owes(w, f.Owes)
	w.When(f.Division != "", "b.region_path >= ? AND b.region_path < ?", f.Division, f.Division+"~")
	w.When(f.Name != "", "strpos(b.name, ?) > 0", f.Name)
	w.When(f.Called == "yes", recently, tx.Now)
	w.When(f.Called == "no", "NOT "+recently, tx.Now)
	order := w.Rising(k, "b.company_id", "?::bigint")
	q := `WITH k AS (SELECT b.company_id, b.name, b.uscc, b.region_path, b.missing, b.activated, b.last_report FROM oversight_area b WHERE ` + w.SQL() + " " + order + ` LIMIT ?)
		SELECT b.*, c.contact_name, c.contact_phone, coalesce(d.name, '') AS town, x.calls, x.at AS called_at, coalesce(x.person_name, '') AS called_by, coalesce(x.outcome, '') AS outcome, coalesce(x.note, '') AS call_note
		FROM k b JOIN company c USING (company_id)
		LEFT JOIN division d ON d.path = left(b.region_path, 9) AND d.valid_until IS NULL
		LEFT JOIN LATERAL (SELECT i.at, i.person_name, i.outcome, i.note, count(*) OVER () AS calls FROM instrument_call i
			WHERE i.company_id = b.company_id AND i.at > ?::timestamptz - interval '90 days' ORDER BY i.id DESC LIMIT 1) x ON true ` + order
	return rows, tx.WithContext(ctx).Raw(q, append(w.Args, f.Limit+1, tx.Now)...).Scan(&rows).Error
}

func owingTowns(ctx context.Context, tx db.Tx, scope rbac.Scope, division string) (rows []Town, err error) {
	w := &page.Where{}
	w.Within(scope.Where("b"))
	owes(w, "")
	w.And("b.region_path >= ? AND b.region_path < ?", division, division+"~")
	q := `SELECT t.path, coalesce(d.name, '') AS name, t.missing, t.inactive, t.called FROM (
		SELECT left(b.region_path, 9) AS path, count(*) FILTER (WHERE b.missing > 0) AS missing, count(*) FILTER (WHERE NOT b.activated) AS inactive, count(i.company_id) AS called
		FROM oversight_area b LEFT JOIN (SELECT DISTINCT i.company_id FROM instrument_call i WHERE i.at > ?::timestamptz - interval '90 days') i USING (company_id)
		WHERE ` + w.SQL() + ` GROUP BY 1) t LEFT JOIN division d ON d.path = t.path AND d.valid_until IS NULL ORDER BY t.missing + t.inactive DESC, t.path`
	return rows, tx.WithContext(ctx).Raw(q, append([]any{tx.Now}, w.Args...)...).Scan(&rows).Error
}

func callsOf(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) (rows []Call, err error) {
	w := scope.Of(company, "i")
	return rows, tx.WithContext(ctx).Raw("SELECT i.* FROM instrument_call i WHERE "+w.SQL()+" ORDER BY i.id DESC LIMIT 100", w.Args...).Scan(&rows).Error
}

func insertCall(ctx context.Context, tx db.Tx, c *Call) error {
	return tx.WithContext(ctx).Create(c).Error
}
