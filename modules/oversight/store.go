package oversight

import (
	"context"
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
