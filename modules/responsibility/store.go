package responsibility

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"gorm.io/gorm/clause"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// TableName names the table (gorm).
func (Duty) TableName() string { return "responsibility_duty" }

// TableName names the table (gorm).
func (Wording) TableName() string { return "responsibility_wording" }

// TableName names the table (gorm).
func (Share) TableName() string { return "responsibility_cell" }

// TableName names the table (gorm).
func (List) TableName() string { return "responsibility_list" }

// TableName names the table (gorm).
func (Posting) TableName() string { return "responsibility_posting" }

// TableName names the table (gorm).
func (Coverage) TableName() string { return "responsibility_coverage" }

// belong puts w with its duty, from a day on.
func (w *Wording) belong(d Duty, from day.Date, at time.Time) {
	w.CompanyID, w.RegionPath, w.OversightLine, w.DutyID, w.ValidFrom, w.ChangedAt = d.CompanyID, d.RegionPath, d.OversightLine, d.ID, from, at
}

func today(tx db.Tx) day.Date { return day.In(tx.Now, day.Shanghai) }

var locked = clause.Locking{Strength: "UPDATE"}

// lock keeps other transactions from changing the company's matrix until tx ends.
func lock(ctx context.Context, tx db.Tx, company rbac.CompanyID) error {
	return tx.WithContext(ctx).Exec("SELECT pg_advisory_xact_lock(hashtextextended('responsibility', ?))", int64(company)).Error
}

// insertAll writes rows, a statement a thousand.
func insertAll[T any](ctx context.Context, tx db.Tx, rows []*T) error {
	if len(rows) == 0 {
		return nil
	}
	return tx.WithContext(ctx).CreateInBatches(rows, 1000).Error
}

// heldRow is a cell as the database joins it.
type heldRow struct {
	CellID      int64
	DutyID      id.Of[id.Duty]
	PostID      id.Of[id.Post]
	Text        string
	Basis       db.JSON[[]Clause]
	Frequency   string
	CheckMethod string
	Evidence    string
	Kind        string
	Raci        string
	Score       int
	Modules     db.Texts
	Statutory   db.Texts
}

func (r heldRow) cell() Cell {
	return Cell{
		r.CellID, r.DutyID, r.PostID, r.Text, basis(r.Basis.V), r.Frequency, r.CheckMethod, r.Evidence, r.Kind, r.Raci, r.Score, r.Modules, strings.Join(r.Statutory, " "),
	}
}

// Held returns the cells of a company's posts that are in force on a day, each post's in the
// order of their scores; no posts means all. It shows what the matrix says on the day, be it
// published or not; which version was published, Version tells.
func Held(ctx context.Context, tx db.Tx, company rbac.CompanyID, posts []id.Of[id.Post], on day.Date) ([]Cell, error) {
	q := `SELECT c.id AS cell_id, c.duty_id, c.post_id, w.text, w.basis, coalesce(nullif(c.frequency, ''), w.frequency) AS frequency,
			coalesce(nullif(c.check_method, ''), w.check_method) AS check_method, coalesce(nullif(c.evidence, ''), w.evidence) AS evidence,
			c.kind, c.raci, c.score, w.modules, w.statutory
		FROM responsibility_cell c
		JOIN responsibility_duty d ON d.company_id = c.company_id AND d.id = c.duty_id
		JOIN responsibility_wording w ON w.company_id = c.company_id AND w.duty_id = c.duty_id AND w.valid_from <= ? AND (w.valid_to IS NULL OR w.valid_to > ?)
		WHERE c.company_id = ? AND c.valid_from <= ? AND (c.valid_to IS NULL OR c.valid_to > ?) AND (? OR c.post_id = ANY(?))
		ORDER BY c.post_id, c.score DESC, d.number, c.id`
	var rows []heldRow
	err := tx.WithContext(ctx).Raw(q, on, on, int64(company), on, on, len(posts) == 0, ints(posts)).Scan(&rows).Error
	out := make([]Cell, len(rows))
	for i, r := range rows {
		out[i] = r.cell()
	}
	return out, err
}

// Version returns the number of the company's newest published list; 0 if none is.
func Version(ctx context.Context, tx db.Tx, company rbac.CompanyID) (n int, err error) {
	err = tx.WithContext(ctx).Raw("SELECT coalesce(max(version), 0) FROM responsibility_list WHERE company_id = ?", int64(company)).Scan(&n).Error
	return n, err
}

func ints[T any](list []id.Of[T]) db.Ints {
	out := make(db.Ints, len(list))
	for i, n := range list {
		out[i] = int64(n)
	}
	return out
}

// adopted returns the company's duties that came from the library, by template, dropped ones too.
func adopted(ctx context.Context, tx db.Tx, company rbac.CompanyID) (map[string]Duty, error) {
	var rows []Duty
	if err := tx.WithContext(ctx).Where("company_id = ? AND template <> ''", int64(company)).Find(&rows).Error; err != nil {
		return nil, err
	}
	out := map[string]Duty{}
	for _, d := range rows {
		out[d.Template] = d
	}
	return out, nil
}

// sharesOf returns the cells that posts have or had.
func sharesOf(ctx context.Context, tx db.Tx, company rbac.CompanyID, posts []id.Of[id.Post]) (rows []Share, err error) {
	err = tx.WithContext(ctx).Where("company_id = ? AND post_id = ANY(?)", int64(company), ints(posts)).Order("id").Find(&rows).Error
	return rows, err
}

// answeredFor returns the duties that some post is accountable for.
func answeredFor(ctx context.Context, tx db.Tx, company rbac.CompanyID) (map[id.Of[id.Duty]]bool, error) {
	var found []int64
	err := tx.WithContext(ctx).Raw("SELECT DISTINCT duty_id FROM responsibility_cell WHERE company_id = ? AND valid_to IS NULL AND raci IN ('A', 'AR')", int64(company)).Scan(&found).Error
	out := map[id.Of[id.Duty]]bool{}
	for _, n := range found {
		out[id.Of[id.Duty](n)] = true
	}
	return out, err
}

// lastNumber returns the highest number of the company's duties; the caller holds the lock.
func lastNumber(ctx context.Context, tx db.Tx, company rbac.CompanyID) (n int, err error) {
	err = tx.WithContext(ctx).Raw("SELECT coalesce(max(number), 0) FROM responsibility_duty WHERE company_id = ?", int64(company)).Scan(&n).Error
	return n, err
}

// rescored saves new scores of open cells: in place for those that began today, elsewhere the
// cell ends and one with the new score begins, so that what counted before stays.
func rescored(ctx context.Context, tx db.Tx, cells []Share, on day.Date) error {
	if len(cells) == 0 {
		return nil
	}
	type row struct {
		ID    int64 `json:"id"`
		Score int   `json:"score"`
	}
	rows := make([]row, len(cells))
	for i, c := range cells {
		rows[i] = row{int64(c.ID), c.Score}
	}
	b, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	company, with := int64(cells[0].CompanyID), "WITH n AS MATERIALIZED (SELECT * FROM jsonb_to_recordset(?::jsonb) AS n (id bigint, score int)) "
	g := tx.WithContext(ctx)
	q := with + `UPDATE responsibility_cell c SET score = n.score, changed_at = ? FROM n WHERE c.company_id = ? AND c.id = n.id AND c.valid_from = ?`
	if err := g.Exec(q, string(b), tx.Now, company, on).Error; err != nil {
		return err
	}
	q = with + `, past AS (UPDATE responsibility_cell c SET valid_to = ?, changed_at = ? FROM n
			WHERE c.company_id = ? AND c.id = n.id AND c.valid_from < ? AND c.valid_to IS NULL RETURNING c.id)
		SELECT id FROM past`
	var ended []int64
	if err := g.Raw(q, string(b), on, tx.Now, company, on).Scan(&ended).Error; err != nil {
		return err
	}
	q = with + `INSERT INTO responsibility_cell (company_id, region_path, oversight_line, duty_id, post_id, raci, kind, frequency, check_method, evidence, score, valid_from, changed_at)
		SELECT c.company_id, c.region_path, c.oversight_line, c.duty_id, c.post_id, c.raci, c.kind, c.frequency, c.check_method, c.evidence, n.score, ?, ?
		FROM responsibility_cell c JOIN n ON n.id = c.id WHERE c.company_id = ? AND c.id = ANY(?)`
	return g.Exec(q, string(b), on, tx.Now, company, db.Ints(ended)).Error
}
