package hazard

import (
	"context"
	"errors"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// TableName names the table; its columns follow from the field names.
func (Hazard) TableName() string { return "hazard" }

// TableName names the table.
func (Step) TableName() string { return "hazard_step" }

// TableName names the table.
func (Photo) TableName() string { return "hazard_photo" }

// nextNumbers draws n ledger numbers of a county and year; what a rolled back transaction
// drew is never given again.
func nextNumbers(ctx context.Context, tx db.Tx, county string, year, n int) (numbers []string, err error) {
	err = tx.WithContext(ctx).Raw("SELECT * FROM hazard_numbers(?, ?, ?)", county, year, n).Scan(&numbers).Error
	return numbers, err
}

// insertHazard adds a registered hazard with its first step. Errors: ErrRaisedAlready for a
// second hazard of one failed item, ErrPointUnknown, ErrPhotoUnknown.
func insertHazard(ctx context.Context, tx db.Tx, f *file) error {
	err := gorm.G[Hazard](tx.DB).Create(ctx, &f.Hazard)
	switch {
	case db.Violates(err, "hazard_check_item_key"):
		return ErrRaisedAlready.Because(err)
	case db.Violates(err, "hazard_point_id_fkey"):
		return ErrPointUnknown.At("body.pointId").Because(err)
	case err != nil:
		return err
	}
	for i := range f.added {
		f.added[i].HazardID = f.ID
	}
	return insertSteps(ctx, tx, f)
}

// recorded returns the hazard that a phone recorded under client, 0 if there is none yet. It
// makes a second report of the same wait for the first.
func recorded(ctx context.Context, tx db.Tx, company rbac.CompanyID, client string) (found id.Of[id.Hazard], err error) {
	if client == "" {
		return 0, nil
	}
	if err := tx.WithContext(ctx).Exec("SELECT pg_advisory_xact_lock(hashtextextended(?, ?))", client, int64(company)).Error; err != nil {
		return 0, err
	}
	err = tx.WithContext(ctx).Raw("SELECT id FROM hazard WHERE company_id = ? AND client_id = ?::uuid", int64(company), client).Scan(&found).Error
	return found, err
}

// insertSteps adds what f went through in this transaction. Errors: ErrPhotoUnknown.
func insertSteps(ctx context.Context, tx db.Tx, f *file) error {
	var photos []Photo
	for i := range f.added {
		e := &f.added[i]
		if err := gorm.G[Step](tx.DB).Create(ctx, &e.Step); err != nil {
			return err
		}
		for n, a := range e.Photos {
			photos = append(photos, Photo{e.CompanyID, e.RegionPath, e.OversightLine, e.HazardID, e.ID, a, int16(n)})
		}
	}
	if len(photos) == 0 {
		return nil
	}
	err := gorm.G[Photo](tx.DB, clause.OnConflict{DoNothing: true}).CreateInBatches(ctx, &photos, 100)
	if db.Violates(err, "hazard_photo_attachment_id_fkey") {
		return ErrPhotoUnknown.At("body.photos").Because(err)
	}
	return err
}

// What a step may change: all of it for the company, what the review or the answer decides for a regulator.
var (
	askable  = []string{"Asked", "AskedPersonID", "AskedStaffID", "AskedName", "AskedOn", "AskedNote", "AskedDeadline", "AskedTo"}
	answered = append([]string{"State", "Deadline", "Extensions", "TransferredTo", "VoidedOn", "Steps", "ChangedAt"}, askable...)
	movable  = append([]string{
		"State", "Category", "Cause", "Level", "FixType", "Goal", "Measures", "Contingency", "FundsFen", "ActualFundsFen", "Deadline",
		"OwnerID", "OwnerPersonID", "OwnerName", "OwnerUnit", "FixedAt", "FixedOn", "AcceptedOn", "AcceptedByName", "CancelledOn", "VoidedOn",
		"ReopenCount", "Steps", "ChangedAt", "Extensions", "Protection", "TransferredTo", "ReportedAt", "CongressOn",
	}, askable...)
	reviewable = append([]string{
		"State", "ReviewedOn", "ResumedOn", "CancelledOn", "FixedAt", "FixedOn", "AcceptedOn", "AcceptedByName", "FixType", "ReopenCount", "Steps", "ChangedAt",
	}, askable...)
)

// updateHazard writes the named columns of f's row, which the transaction has locked.
// Errors: rbac.ErrNotFound where row security lets it write none.
func updateHazard(ctx context.Context, tx db.Tx, f *file, columns []string) error {
	r := tx.WithContext(ctx).Model(&Hazard{}).Where("company_id = ? AND id = ?", f.CompanyID, f.ID).Select(columns).Updates(&f.Hazard)
	if r.Error == nil && r.RowsAffected == 0 {
		return rbac.ErrNotFound
	}
	return r.Error
}

// hazardByID reads one row. Errors: rbac.ErrNotFound.
func hazardByID(ctx context.Context, tx db.Tx, scope rbac.Scope, hid id.Of[id.Hazard]) (Hazard, error) {
	part, mine := reach(scope, "hazard")
	return single(tx.WithContext(ctx).Scopes(scope.Rows).Where(part, mine...).Where("id = ?", hid))
}

// lockHazard reads one row and keeps others from moving it until the transaction ends.
// Errors: rbac.ErrNotFound.
func lockHazard(ctx context.Context, tx db.Tx, scope rbac.Scope, hid id.Of[id.Hazard]) (Hazard, error) {
	part, mine := reach(scope, "hazard")
	return single(tx.WithContext(ctx).Scopes(scope.Rows).Clauses(clause.Locking{Strength: "UPDATE"}).Where(part, mine...).Where("id = ?", hid))
}

// lockForReview locks a row that waits for the regulator's review; in another state row
// security hides it from locking. Errors: ErrNow for another state.
func lockForReview(ctx context.Context, tx db.Tx, scope rbac.Scope, seen Hazard) (Hazard, error) {
	locked := tx.WithContext(ctx).Scopes(scope.Rows).Clauses(clause.Locking{Strength: "UPDATE"})
	h, err := single(locked.Where("company_id = ? AND id = ? AND state = ?", int64(seen.CompanyID), int64(seen.ID), string(UnderReview)))
	if !errors.Is(err, rbac.ErrNotFound) {
		return h, err
	}
	if seen, err = hazardByID(ctx, tx, scope, seen.ID); err != nil { // somebody else may have moved it meanwhile
		return seen, err
	}
	return seen, seen.stands()
}

// lockAsked locks a row of which something is asked that the regulator answers; any other row
// security hides from locking. Errors: ErrNotAsked.
func lockAsked(ctx context.Context, tx db.Tx, scope rbac.Scope, seen Hazard) (Hazard, error) {
	locked := tx.WithContext(ctx).Scopes(scope.Rows).Clauses(clause.Locking{Strength: "UPDATE"})
	h, err := single(locked.Where("company_id = ? AND id = ? AND asked IN ('extension', 'transfer')", int64(seen.CompanyID), int64(seen.ID)))
	if errors.Is(err, rbac.ErrNotFound) {
		return seen, ErrNotAsked
	}
	return h, err
}

func single(q *gorm.DB) (Hazard, error) {
	var rows []Hazard
	if err := q.Limit(1).Find(&rows).Error; err != nil {
		return Hazard{}, err
	}
	if len(rows) == 0 {
		return Hazard{}, rbac.ErrNotFound
	}
	return rows[0], nil
}

// stepsOf reads what has happened to a hazard, in order.
func stepsOf(ctx context.Context, tx db.Tx, h Hazard) ([]Step, error) {
	return gorm.G[Step](tx.DB).Where("company_id = ? AND hazard_id = ?", h.CompanyID, h.ID).Order("n").Find(ctx)
}

// entriesOf reads the steps of a hazard with their photos.
func entriesOf(ctx context.Context, tx db.Tx, h Hazard) ([]Entry, error) {
	steps, err := stepsOf(ctx, tx, h)
	if err != nil {
		return nil, err
	}
	photos, err := gorm.G[Photo](tx.DB).Where("company_id = ? AND hazard_id = ?", h.CompanyID, h.ID).Order("step_id, n").Find(ctx)
	if err != nil {
		return nil, err
	}
	of := map[id.Of[Step]][]id.Of[id.Attachment]{}
	for _, p := range photos {
		of[p.StepID] = append(of[p.StepID], p.AttachmentID)
	}
	entries := make([]Entry, len(steps))
	for i, s := range steps {
		entries[i] = Entry{Step: s, Photos: of[s.ID]}
	}
	return entries, nil
}
