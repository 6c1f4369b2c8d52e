package programme

import (
	"context"

	"gorm.io/gorm"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// TableName names the table.
func (Bulletin) TableName() string { return "programme_bulletin" }

// readable is the condition that the actor may read a bulletin, as row security has it.
func readable(scope rbac.Scope) (string, []any) {
	cond, args := about(scope, "b")
	return "(b.organisation_id = ? OR (b.state = 'issued' AND " + cond + "))", append([]any{int64(scope.Actor().OrganisationID)}, args...)
}

// bulletinByID reads a bulletin. Errors: rbac.ErrNotFound.
func bulletinByID(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[Bulletin], lock bool) (b Bulletin, err error) {
	cond, args := readable(scope)
	q := "SELECT b.* FROM programme_bulletin b WHERE b.id = ? AND " + cond
	if lock {
		q += " FOR UPDATE"
	}
	var rows []Bulletin
	if err := tx.WithContext(ctx).Raw(q, append([]any{int64(n)}, args...)...).Scan(&rows).Error; err != nil {
		return b, err
	}
	if len(rows) == 0 {
		return b, rbac.ErrNotFound
	}
	return rows[0], nil
}

// insertBulletin adds a draft. Errors: ErrDrafted.
func insertBulletin(ctx context.Context, tx db.Tx, b *Bulletin) error {
	err := gorm.G[Bulletin](tx.DB).Create(ctx, b)
	if db.Violates(err, "programme_bulletin_draft_key") {
		return ErrDrafted.Because(err)
	}
	return err
}

// saveBulletin writes what may change of a draft. Errors: ErrNumber if the number is taken.
func saveBulletin(ctx context.Context, tx db.Tx, b Bulletin) error {
	err := tx.WithContext(ctx).Model(&Bulletin{}).Where("id = ?", int64(b.ID)).
		Select("State", "NumberPrefix", "NumberYear", "NumberSeq", "Title", "Opening", "Demands", "RuleVersion", "Content", "SHA256", "IssuedAt", "IssuedBy").Updates(&b).Error
	if db.Violates(err, "programme_bulletin_number_key") {
		return ErrNumber.Because(err)
	}
	return err
}

// nextNumber is the next number of an authority's bulletins in a year. Whoever asks second waits for the first.
func nextNumber(ctx context.Context, tx db.Tx, b Bulletin, year int16) (n int32, err error) {
	if err := tx.WithContext(ctx).Exec("SELECT pg_advisory_xact_lock(hashtextextended('programme_bulletin ' || ?::text, ?))", int64(b.OrganisationID), int64(year)).Error; err != nil {
		return 0, err
	}
	err = tx.WithContext(ctx).Raw("SELECT coalesce(max(number_seq), 0) + 1 FROM programme_bulletin WHERE organisation_id = ? AND number_prefix = ? AND number_year = ?",
		int64(b.OrganisationID), b.NumberPrefix, year).Scan(&n).Error
	return n, err
}

// bulletinsOf lists bulletins, latest first, without what they say.
func bulletinsOf(ctx context.Context, tx db.Tx, scope rbac.Scope, f BulletinFilter, k page.Key) (rows []Bulletin, err error) {
	w := &page.Where{}
	w.Within(readable(scope))
	w.When(f.State != "", "b.state = ?", f.State)
	w.When(f.State == "", "b.state <> 'dropped'")
	w.When(f.Month != "", "b.month = ?", f.Month)
	order := w.Latest(k, "b.id", "?::bigint")
	q := `SELECT b.id, b.organisation_id, b.area, b.area_name, b.month, b.state, b.unit_name, b.number_prefix, b.number_year, b.number_seq, b.title, b.sha256, b.made_at, b.made_by, b.issued_at, b.issued_by
		FROM programme_bulletin b WHERE ` + w.SQL() + order + " LIMIT ?"
	return rows, tx.WithContext(ctx).Raw(q, append(w.Args, f.Limit+1)...).Scan(&rows).Error
}
