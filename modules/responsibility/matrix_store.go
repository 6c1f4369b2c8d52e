package responsibility

import (
	"context"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// dutyRow is a duty with what it said on a day.
type dutyRow struct {
	ID             id.Of[id.Duty]
	Number         int
	Category       string
	Template       string
	LibraryVersion string
	Text           string
	Basis          db.JSON[[]Clause]
	Statutory      db.Texts
	Frequency      string
	CheckMethod    string
	Evidence       string
	Modules        db.Texts
}

func (r dutyRow) row() SheetDuty {
	return SheetDuty{
		r.ID, r.Number, r.Category, r.Template, r.LibraryVersion, r.Text, append([]Clause{}, r.Basis.V...), append([]string{}, r.Statutory...),
		r.Frequency, r.CheckMethod, r.Evidence, append([]string{}, r.Modules...),
	}
}

// dutiesOn returns the duties that stood on a day, with what they said then.
func dutiesOn(ctx context.Context, tx db.Tx, company rbac.CompanyID, on day.Date) ([]SheetDuty, error) {
	var rows []dutyRow
	err := tx.WithContext(ctx).Raw(`SELECT d.id, d.number, d.category, d.template, d.library_version, w.text, w.basis, w.statutory, w.frequency, w.check_method, w.evidence, w.modules
		FROM responsibility_duty d JOIN responsibility_wording w ON w.company_id = d.company_id AND w.duty_id = d.id AND w.valid_from <= ? AND (w.valid_to IS NULL OR w.valid_to > ?)
		WHERE d.company_id = ? AND d.added_on <= ? AND (d.dropped_on IS NULL OR d.dropped_on > ?) ORDER BY d.number`, on, on, int64(company), on, on).Scan(&rows).Error
	out := make([]SheetDuty, len(rows))
	for i, r := range rows {
		out[i] = r.row()
	}
	return out, err
}

// sharesOn returns the cells that were in force on a day.
func sharesOn(ctx context.Context, tx db.Tx, company rbac.CompanyID, on day.Date) (rows []Share, err error) {
	err = tx.WithContext(ctx).Where("company_id = ? AND valid_from <= ? AND (valid_to IS NULL OR valid_to > ?)", int64(company), on, on).Order("id").Find(&rows).Error
	return rows, err
}

// pending returns the newest published version, when that was, and how many duties, wordings
// and cells were changed since.
func pending(ctx context.Context, tx db.Tx, company rbac.CompanyID) (version int, since time.Time, changes int, err error) {
	var found []struct {
		Version     int
		PublishedAt time.Time
		Changes     int
	}
	q := `SELECT coalesce(l.version, 0) AS version, coalesce(l.published_at, 'epoch') AS published_at,
			(SELECT count(*) FROM responsibility_duty x WHERE x.company_id = c.company_id AND x.dropped_on IS NOT NULL AND x.changed_at > coalesce(l.published_at, 'epoch'))
			+ (SELECT count(*) FROM responsibility_wording x WHERE x.company_id = c.company_id AND x.valid_to IS NULL AND x.changed_at > coalesce(l.published_at, 'epoch'))
			+ (SELECT count(*) FROM responsibility_cell x WHERE x.company_id = c.company_id AND x.changed_at > coalesce(l.published_at, 'epoch')) AS changes
		FROM (SELECT ?::bigint AS company_id) c
		LEFT JOIN LATERAL (SELECT version, published_at FROM responsibility_list x WHERE x.company_id = c.company_id ORDER BY version DESC LIMIT 1) l ON true`
	if err := tx.WithContext(ctx).Raw(q, int64(company)).Scan(&found).Error; err != nil {
		return 0, since, 0, err
	}
	return found[0].Version, found[0].PublishedAt, found[0].Changes, nil
}

// dutyByID locks and returns a duty that stands. Errors: rbac.ErrNotFound, ErrDropped.
func dutyByID(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Duty]) (Duty, error) {
	var rows []Duty
	err := tx.WithContext(ctx).Scopes(scope.Rows).Clauses(locked).Where("id = ?", int64(n)).Limit(1).Find(&rows).Error
	switch {
	case err != nil:
		return Duty{}, err
	case len(rows) == 0:
		return Duty{}, rbac.ErrNotFound
	case !rows[0].DroppedOn.IsZero():
		return Duty{}, ErrDropped
	}
	return rows[0], nil
}

// wordingOf returns what a duty says now.
func wordingOf(ctx context.Context, tx db.Tx, d Duty) (w Wording, err error) {
	err = tx.WithContext(ctx).Where("company_id = ? AND duty_id = ? AND valid_to IS NULL", int64(d.CompanyID), int64(d.ID)).Take(&w).Error
	return w, err
}

// openShares returns the cells of a duty.
func openShares(ctx context.Context, tx db.Tx, d Duty) (rows []Share, err error) {
	err = tx.WithContext(ctx).Where("company_id = ? AND duty_id = ? AND valid_to IS NULL", int64(d.CompanyID), int64(d.ID)).Order("id").Find(&rows).Error
	return rows, err
}

// postShares returns the cells of a post.
func postShares(ctx context.Context, tx db.Tx, company rbac.CompanyID, post id.Of[id.Post]) (rows []Share, err error) {
	err = tx.WithContext(ctx).Where("company_id = ? AND post_id = ? AND valid_to IS NULL", int64(company), int64(post)).Order("id").Find(&rows).Error
	return rows, err
}

// saveDuty saves what may change of a duty.
func saveDuty(ctx context.Context, tx db.Tx, d *Duty) error {
	return tx.WithContext(ctx).Model(d).Where("company_id = ?", int64(d.CompanyID)).
		Select("library_version", "category", "dropped_on", "dropped_reason", "changed_at").Updates(d).Error
}

// turnWording lets a duty say something else from a day on.
func turnWording(ctx context.Context, tx db.Tx, was, is Wording, on day.Date) error {
	g := tx.WithContext(ctx)
	is.ChangedAt = tx.Now
	if was.ValidFrom == on {
		is.ID = was.ID
		return g.Model(&is).Where("company_id = ?", int64(is.CompanyID)).
			Select("text", "basis", "statutory", "frequency", "check_method", "evidence", "modules", "changed_at").Updates(&is).Error
	}
	if err := endWording(ctx, tx, was, on); err != nil {
		return err
	}
	is.ID, is.ValidFrom = 0, on
	return g.Create(&is).Error
}

func endWording(ctx context.Context, tx db.Tx, w Wording, on day.Date) error {
	return tx.WithContext(ctx).Exec("UPDATE responsibility_wording SET valid_to = ?, changed_at = ? WHERE company_id = ? AND id = ?", on, tx.Now, int64(w.CompanyID), int64(w.ID)).Error
}

// turnShare lets a cell say something else from a day on; was has no id: there was none.
func turnShare(ctx context.Context, tx db.Tx, was, is Share, on day.Date) (Share, error) {
	g := tx.WithContext(ctx)
	is.ChangedAt = tx.Now
	if was.ID != 0 && was.ValidFrom == on {
		is.ID = was.ID
		return is, g.Model(&is).Where("company_id = ?", int64(is.CompanyID)).
			Select("raci", "kind", "frequency", "check_method", "evidence", "score", "changed_at").Updates(&is).Error
	}
	if was.ID != 0 {
		if err := endShares(ctx, tx, was.CompanyID, []Share{was}, on); err != nil {
			return is, err
		}
	}
	is.ID, is.ValidFrom, is.ValidTo = 0, on, day.Date{}
	return is, g.Create(&is).Error
}

func endShares(ctx context.Context, tx db.Tx, company rbac.CompanyID, list []Share, on day.Date) error {
	keys := make(db.Ints, len(list))
	for i, c := range list {
		keys[i] = int64(c.ID)
	}
	return tx.WithContext(ctx).Exec("UPDATE responsibility_cell SET valid_to = ?, changed_at = ? WHERE company_id = ? AND id = ANY(?)", on, tx.Now, int64(company), keys).Error
}
