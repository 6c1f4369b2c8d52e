package oversight

import (
	"context"

	"anbiao/kit/db"
	"anbiao/rbac"
)

// TableName names the table of standings as they changed.
func (Moment) TableName() string { return "oversight_history" }

// shownMoments is how far back a history is shown.
const shownMoments = 60

// writeHistory keeps the standings that differ from what the board still says: one row a change.
// It runs before the board is written; found is what will be.
func writeHistory(ctx context.Context, tx db.Tx, found string) error {
	return tx.WithContext(ctx).Exec(`INSERT INTO oversight_history (company_id, region_path, oversight_line, at, rule_version, colour, score, measured, inputs)
		SELECT c.company_id, c.region_path, c.oversight_line, ?, ?, x.colour, x.score, x.measured, x.inputs
		FROM jsonb_to_recordset(?::jsonb) AS x (company_id bigint, colour smallint, score int, measured int, inputs jsonb) JOIN company c USING (company_id)
		LEFT JOIN oversight_board b ON b.company_id = c.company_id LEFT JOIN oversight_standing s ON s.company_id = c.company_id
		WHERE (b.colour, b.score, b.measured, s.rule_version) IS DISTINCT FROM (x.colour, x.score, x.measured, ?) ORDER BY c.company_id`,
		tx.Now, current.Version, found, current.Version).Error
}

// historyOf returns a company's standings, latest first.
func historyOf(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, limit int) (rows []Moment, err error) {
	err = tx.WithContext(ctx).Scopes(scope.Rows).Where("company_id = ?", company).Order("id DESC").Limit(limit).Find(&rows).Error
	return rows, err
}
