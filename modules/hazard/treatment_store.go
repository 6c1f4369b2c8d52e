package hazard

import (
	"context"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// TableName names the table.
func (Dossier) TableName() string { return "hazard_treatment" }

// TableName names the table.
func (Assembly) TableName() string { return "hazard_congress" }

// TableName names the table.
func (Stop) TableName() string { return "hazard_stop" }

// TableName names the table.
func (Plan) TableName() string { return "hazard_plan" }

// TableName names the table.
func (Stage) TableName() string { return "hazard_progress" }

// TableName names the table.
func (Assessed) TableName() string { return "hazard_evaluation" }

// TableName names the table.
func (Opinion) TableName() string { return "hazard_review" }

// openDossier makes the dossier of a major hazard, unless it was made before.
func openDossier(ctx context.Context, tx db.Tx, h Hazard) error {
	d := Dossier{CompanyID: h.CompanyID, HazardID: h.ID, RegionPath: h.RegionPath, OversightLine: h.OversightLine}
	return tx.WithContext(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&d).Error
}

// dossierOf reads a hazard's dossier. Errors: rbac.ErrNotFound where it has none.
func dossierOf(ctx context.Context, tx db.Tx, h Hazard) (Dossier, error) {
	found, err := gorm.G[Dossier](tx.DB).Where("company_id = ? AND hazard_id = ?", h.CompanyID, h.ID).Find(ctx)
	if err == nil && len(found) == 0 {
		err = rbac.ErrNotFound
	}
	if err != nil {
		return Dossier{}, err
	}
	return found[0], nil
}

// saveDossier writes the named columns of a dossier.
func saveDossier(ctx context.Context, tx db.Tx, d Dossier, columns ...string) error {
	return tx.WithContext(ctx).Model(&Dossier{}).Where("company_id = ? AND hazard_id = ?", d.CompanyID, d.HazardID).Select(columns).Updates(&d).Error
}

// insertPaper adds a row that is never changed again.
func insertPaper[T any](ctx context.Context, tx db.Tx, row *T) error {
	return gorm.G[T](tx.DB).Create(ctx, row)
}

// plansOf reads the versions of a plan, oldest first, and keeps others from writing them.
func plansOf(ctx context.Context, tx db.Tx, h Hazard) ([]Plan, error) {
	return papers[Plan](ctx, tx, h)
}

// savePlan writes a version that is not signed yet.
func savePlan(ctx context.Context, tx db.Tx, p *Plan) error {
	if p.ID == 0 {
		return gorm.G[Plan](tx.DB).Create(ctx, p)
	}
	r := tx.WithContext(ctx).Model(&Plan{}).Where("company_id = ? AND id = ?", p.CompanyID, p.ID).Select("*").Omit("id", "company_id").Updates(p)
	if r.Error == nil && r.RowsAffected == 0 {
		return rbac.ErrNotFound
	}
	return r.Error
}

func papers[T any](ctx context.Context, tx db.Tx, h Hazard) ([]T, error) {
	return gorm.G[T](tx.DB).Where("company_id = ? AND hazard_id = ?", h.CompanyID, h.ID).Order("id").Find(ctx)
}

// treatmentOf reads everything that was done about a major hazard.
func treatmentOf(ctx context.Context, tx db.Tx, h Hazard) (t Treatment, err error) {
	if t.Dossier, err = dossierOf(ctx, tx, h); err != nil {
		return t, err
	}
	if t.Congress, err = papers[Assembly](ctx, tx, h); err != nil {
		return t, err
	}
	if t.Stops, err = papers[Stop](ctx, tx, h); err != nil {
		return t, err
	}
	if t.Plans, err = papers[Plan](ctx, tx, h); err != nil {
		return t, err
	}
	if t.Progress, err = papers[Stage](ctx, tx, h); err != nil {
		return t, err
	}
	if t.Evaluations, err = papers[Assessed](ctx, tx, h); err != nil {
		return t, err
	}
	t.Opinions, err = papers[Opinion](ctx, tx, h)
	return t, err
}

// lockMajor locks a hazard for a regulator's order about work; row security lets him lock major ones only.
func lockMajor(ctx context.Context, tx db.Tx, scope rbac.Scope, seen Hazard) (Hazard, error) {
	return single(tx.WithContext(ctx).Scopes(scope.Rows).Clauses(clause.Locking{Strength: "UPDATE"}).Where("company_id = ? AND id = ?", int64(seen.CompanyID), int64(seen.ID)))
}

// stoppable is what an order about work changes of a hazard.
var stoppable = []string{"StoppedOn", "ResumedOn", "Steps", "ChangedAt"}

// majorColumns are a major hazard with what the list shows of its treatment.
const majorColumns = `h.*, c.name AS company_name, coalesce(t.completed_at IS NOT NULL, false) AS completed, coalesce(t.alarmed_at IS NOT NULL, false) AS alarmed, t.review_due_on,
	(SELECT max(p.signed_at) FROM hazard_plan p WHERE p.company_id = h.company_id AND p.hazard_id = h.id) AS signed_at,
	coalesce((SELECT g.share FROM hazard_progress g WHERE g.company_id = h.company_id AND g.hazard_id = h.id ORDER BY g.id DESC LIMIT 1), 0) AS share`

// majors reads one page of the major hazards in scope, newest first.
func majors(ctx context.Context, tx db.Tx, scope rbac.Scope, f MajorFilter, k page.Key, today day.Date) (rows []MajorRow, err error) {
	q := f.where(scope, today)
	order := " ORDER BY h.id DESC"
	if k.Back {
		order = " ORDER BY h.id"
	}
	if !k.First() {
		q.and("h.id "+beyond(k.Back)+" ?::bigint", k.Vals[0])
	}
	sql := "SELECT " + majorColumns + " FROM (SELECT h.* FROM hazard h WHERE " + strings.Join(q.conds, " AND ") + order +
		" LIMIT ?) h JOIN company c ON c.company_id = h.company_id LEFT JOIN hazard_treatment t ON t.company_id = h.company_id AND t.hazard_id = h.id" + order
	err = tx.WithContext(ctx).Raw(sql, append(q.args, f.Limit+1)...).Scan(&rows).Error
	return rows, err
}

// before2023 is where the stock (存量) of major hazards ends.
const before2023 = "(h.stock OR h.found_on < '2023-01-01')"

func (f MajorFilter) where(scope rbac.Scope, today day.Date) *query {
	q := Filter{CompanyID: f.CompanyID, Level: Major, Overdue: f.Overdue}.where(scope, today)
	stages := map[string]string{
		"report":  "h.state NOT IN ('cancelled','transferred','voided') AND NOT EXISTS (SELECT FROM hazard_treatment t WHERE t.company_id = h.company_id AND t.hazard_id = h.id AND t.completed_at IS NOT NULL)",
		"plan":    "h.state IN ('graded','assigned')",
		"treated": "h.state IN ('plan_filed','rectifying','extension_pending','awaiting_acceptance','self_evaluated')",
		"review":  "h.state = 'under_review'",
		"closed":  "h.state IN ('cancelled','transferred','voided')",
		"open":    openRow,
	}
	if cond, ok := stages[f.Stage]; ok {
		q.and(cond)
	}
	switch f.Stock {
	case "stock":
		q.and(before2023)
	case "new":
		q.and("NOT " + before2023)
	}
	if f.Stopped {
		q.and("h.stopped_on IS NOT NULL AND h.resumed_on IS NULL")
	}
	return q
}

// majorCounts counts the major hazards in scope by what waits.
func majorCounts(ctx context.Context, tx db.Tx, scope rbac.Scope, today day.Date) (n MajorCounts, err error) {
	within, args := seen(scope)
	sql := "SELECT count(*) AS open, count(*) FILTER (WHERE h.state = 'under_review') AS review, count(*) FILTER (WHERE h.fixed_on IS NULL AND h.deadline < ?) AS overdue, " +
		"count(*) FILTER (WHERE " + before2023 + ") AS stock, count(*) FILTER (WHERE h.stopped_on IS NOT NULL AND h.resumed_on IS NULL) AS stopped " +
		"FROM hazard h WHERE " + within + " AND h.level = 'major' AND " + openRow
	err = tx.WithContext(ctx).Raw(sql, append([]any{today}, args...)...).Scan(&n).Error
	return n, err
}

// photosOfSteps reads the files of a hazard's steps, by number of the step.
func photosOfSteps(ctx context.Context, tx db.Tx, h Hazard) (map[int32][]id.Of[id.Attachment], error) {
	var found []struct {
		N            int32
		AttachmentID id.Of[id.Attachment]
	}
	err := tx.WithContext(ctx).Raw(`SELECT s.n, p.attachment_id FROM hazard_photo p JOIN hazard_step s ON s.company_id = p.company_id AND s.id = p.step_id
		WHERE p.company_id = ? AND p.hazard_id = ? ORDER BY s.n, p.n`, int64(h.CompanyID), int64(h.ID)).Scan(&found).Error
	out := map[int32][]id.Of[id.Attachment]{}
	for _, f := range found {
		out[f.N] = append(out[f.N], f.AttachmentID)
	}
	return out, err
}
