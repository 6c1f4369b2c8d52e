package oversight

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"

	"gorm.io/gorm"

	"anbiao/kit/db"
	"anbiao/rbac"
)

// TableName names the table; its columns follow from the field names.
func (Board) TableName() string { return "oversight_board" }

// TableName names the table of reasons.
func (StandingRow) TableName() string { return "oversight_standing" }

// TableName names the table of counts.
func (Rollup) TableName() string { return "oversight_rollup" }

// TableName names the table of changes of the counts.
func (Delta) TableName() string { return "oversight_delta" }

// writeBoard brings the rows of companies up to date with the register and with what was
// found of them; only what changed is written. ids have facts and standing in the same order.
func writeBoard(ctx context.Context, tx db.Tx, ids []rbac.CompanyID, facts []Facts, standings []Standing, shown []Shown) error {
	type found struct {
		CompanyID  int64   `json:"company_id"`
		Activated  bool    `json:"activated"`
		Colour     Colour  `json:"colour"`
		Score      int     `json:"score"`
		Measured   int     `json:"measured"`
		Open       int32   `json:"open"`
		Overdue    int32   `json:"overdue"`
		MajorOpen  int32   `json:"major_open"`
		LastReport int32   `json:"last_report"`
		Missing    int32   `json:"missing"`
		Level      string  `json:"level"`
		Live       int32   `json:"live"`
		Class      string  `json:"class"`
		Facts      Facts   `json:"facts"`
		Inputs     []Input `json:"inputs"`
	}
	all := make([]found, len(ids))
	for i, f := range facts {
		s := standings[i]
		all[i] = found{int64(ids[i]), f.Activated, s.Colour, s.Score, s.Measured, f.Open, f.Overdue, f.MajorOpen, f.LastReport, f.Missing, f.Level, shown[i].Live, shown[i].Class, f, s.Inputs}
	}
	b, err := json.Marshal(all)
	if err != nil {
		return err
	}
	if err := writeHistory(ctx, tx, string(b)); err != nil {
		return err
	}
	q := `INSERT INTO oversight_board AS b (company_id, region_path, oversight_line, name, name_fold, name_bi, uscc, industry, size_class, above_scale, status,
			activated, colour, score, measured, open, overdue, major_open, last_report, missing, level, live, class, updated_at)
		SELECT c.company_id, c.region_path, c.oversight_line, c.name, c.name_fold, c.name_bi, c.uscc, c.industry, c.size_class, c.above_scale, c.status,
			x.activated, x.colour, x.score, x.measured, x.open, x.overdue, x.major_open, x.last_report, x.missing, x.level, x.live, x.class, ?
		FROM jsonb_to_recordset(?::jsonb) AS x (company_id bigint, activated boolean, colour smallint, score int, measured int, open int, overdue int, major_open int,
			last_report int, missing int, level text, live int, class text) JOIN company c USING (company_id) ORDER BY c.company_id
		ON CONFLICT ON CONSTRAINT oversight_board_pkey DO UPDATE SET region_path = excluded.region_path, oversight_line = excluded.oversight_line, name = excluded.name,
			name_fold = excluded.name_fold, name_bi = excluded.name_bi, uscc = excluded.uscc, industry = excluded.industry, size_class = excluded.size_class,
			above_scale = excluded.above_scale, status = excluded.status, activated = excluded.activated, colour = excluded.colour, score = excluded.score,
			measured = excluded.measured, open = excluded.open, overdue = excluded.overdue, major_open = excluded.major_open, last_report = excluded.last_report,
			missing = excluded.missing, level = excluded.level, live = excluded.live, class = excluded.class, updated_at = excluded.updated_at
		WHERE (b.region_path, b.oversight_line, b.name, b.uscc, b.industry, b.size_class, b.above_scale, b.status, b.activated, b.colour, b.score, b.measured, b.open,
			b.overdue, b.major_open, b.last_report, b.missing, b.level, b.live, b.class) IS DISTINCT FROM (excluded.region_path, excluded.oversight_line, excluded.name, excluded.uscc,
			excluded.industry, excluded.size_class, excluded.above_scale, excluded.status, excluded.activated, excluded.colour, excluded.score, excluded.measured,
			excluded.open, excluded.overdue, excluded.major_open, excluded.last_report, excluded.missing, excluded.level, excluded.live, excluded.class)`
	if err := tx.WithContext(ctx).Exec(q, tx.Now, string(b)).Error; err != nil {
		return err
	}
	return tx.WithContext(ctx).Exec(`INSERT INTO oversight_standing AS s (company_id, region_path, oversight_line, rule_version, facts, inputs, updated_at)
		SELECT c.company_id, c.region_path, c.oversight_line, ?, x.facts, x.inputs, ? FROM jsonb_to_recordset(?::jsonb) AS x (company_id bigint, facts jsonb, inputs jsonb)
		JOIN company c USING (company_id) ORDER BY c.company_id
		ON CONFLICT ON CONSTRAINT oversight_standing_pkey DO UPDATE SET region_path = excluded.region_path, oversight_line = excluded.oversight_line,
			rule_version = excluded.rule_version, facts = excluded.facts, inputs = excluded.inputs, updated_at = excluded.updated_at
		WHERE (s.region_path, s.oversight_line, s.rule_version, s.facts, s.inputs) IS DISTINCT FROM (excluded.region_path, excluded.oversight_line, excluded.rule_version, excluded.facts, excluded.inputs)`,
		current.Version, tx.Now, string(b)).Error
}

// lockCompanies makes refreshes of the same company wait for each other and returns the ids
// that exist, in order.
func lockCompanies(ctx context.Context, tx db.Tx, ids []rbac.CompanyID) (found []rbac.CompanyID, err error) {
	plain := make(db.Ints, len(ids))
	for i, n := range ids {
		plain[i] = int64(n)
	}
	err = tx.WithContext(ctx).Raw("SELECT company_id FROM company WHERE company_id = ANY(?) ORDER BY company_id FOR NO KEY UPDATE", plain).Scan(&found).Error
	return found, err
}

// companiesAfter returns the next ids behind after.
func companiesAfter(ctx context.Context, tx db.Tx, after rbac.CompanyID, limit int) (ids []rbac.CompanyID, err error) {
	err = tx.WithContext(ctx).Raw("SELECT company_id FROM company WHERE company_id > ? ORDER BY company_id LIMIT ?", after, limit).Scan(&ids).Error
	return ids, err
}

// fold moves at most limit changes of the counts into the rollup and returns how many.
func fold(ctx context.Context, tx db.Tx, limit int) (n int, err error) {
	err = tx.WithContext(ctx).Raw("SELECT oversight_fold(?)", limit).Scan(&n).Error
	return n, err
}

// prove compares the counts with the board, repairs them and returns how many were wrong.
func prove(ctx context.Context, tx db.Tx) (n int, err error) {
	err = tx.WithContext(ctx).Raw("SELECT oversight_prove()").Scan(&n).Error
	return n, err
}

// countRow is one colour of one area.
type countRow struct {
	Node        string
	Name        string
	Colour      Colour
	Companies   int64
	Activated   int64
	Open        int64
	Overdue     int64
	WithOverdue int64
	MajorOpen   int64
	Missing     int64
}

const countColumns = `sum(c.companies) AS companies, sum(c.activated) AS activated, sum(c.open) AS open, sum(c.overdue) AS overdue,
	sum(c.with_overdue) AS with_overdue, sum(c.major_open) AS major_open, sum(c.missing) AS missing`

// deepest is how far down the counts are kept ready: the length of a town's path.
const deepest = 9

// childWidth is the length of the paths one level below a path.
func childWidth(parent string) int {
	for _, w := range []int{2, 4, 6, 9, 12, 15} {
		if w > len(parent) {
			return w
		}
	}
	return 15
}

// countsBelow returns the counts of parent's children by colour: those kept ready, or, below
// the town, those of the board itself.
func countsBelow(ctx context.Context, tx db.Tx, parent string) (rows []countRow, err error) {
	q := "SELECT c.node, c.colour, " + countColumns + " FROM oversight_count c WHERE c.parent = ? GROUP BY 1, 2 HAVING sum(c.companies) > 0"
	args := []any{parent}
	if len(parent) >= deepest {
		q = `SELECT c.node, c.colour, ` + countColumns + ` FROM (SELECT left(region_path, ?) AS node, colour, 1 AS companies, activated::int AS activated, open, overdue,
			(overdue > 0)::int AS with_overdue, major_open, (missing > 0)::int AS missing FROM oversight_area WHERE region_path > ? AND region_path < ?) c GROUP BY 1, 2`
		args = []any{childWidth(parent), parent, parent + "~"}
	}
	err = tx.WithContext(ctx).Raw(`SELECT n.*, coalesce(d.name, '') AS name FROM (`+q+`) n LEFT JOIN division d ON d.path = n.node AND d.valid_until IS NULL
		ORDER BY n.node, n.colour`, args...).Scan(&rows).Error
	return rows, err
}

// countsOf returns the counts of one area by colour, as far as the actor oversees it.
func countsOf(ctx context.Context, tx db.Tx, path string) (rows []countRow, err error) {
	q := `SELECT c.colour, ` + countColumns + ` FROM (SELECT colour, 1 AS companies, activated::int AS activated, open, overdue,
		(overdue > 0)::int AS with_overdue, major_open, (missing > 0)::int AS missing FROM oversight_area WHERE region_path >= ? AND region_path < ?) c GROUP BY 1 ORDER BY 1`
	args := []any{path, path + "~"}
	if len(path) > 0 && len(path) <= deepest {
		q, args = "SELECT c.colour, "+countColumns+" FROM oversight_count c WHERE c.node = ? GROUP BY 1 HAVING sum(c.companies) > 0 ORDER BY 1", args[:1]
	}
	err = tx.WithContext(ctx).Raw(q, args...).Scan(&rows).Error
	return rows, err
}

// boardByID returns one company's row of the board through the view the actor may read.
// Errors: rbac.ErrNotFound.
func boardByID(ctx context.Context, tx db.Tx, view string, company rbac.CompanyID) (b Board, err error) {
	err = tx.WithContext(ctx).Raw("SELECT * FROM "+view+" WHERE company_id = ?", company).Take(&b).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return b, rbac.ErrNotFound
	}
	return b, err
}

// standingByID returns why a company stands where it stands; the zero row before it was found.
func standingByID(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) (s StandingRow, err error) {
	err = tx.WithContext(ctx).Scopes(scope.Rows).Where("company_id = ?", company).Limit(1).Find(&s).Error
	return s, err
}

func itoa[N ~int16 | ~int32 | ~int64](n N) string { return strconv.FormatInt(int64(n), 10) }
