package rubric

import (
	"context"
	"fmt"
	"sync"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/scoring"
	"anbiao/rbac"
)

// TableName names the table.
func (Version) TableName() string { return "rubric" }

// tables are published tables by checksum: what was published never changes, and reading one takes a while.
var tables sync.Map

// Load returns the table of a version that the actor may read. Nobody changes it. Errors: rbac.ErrNotFound.
func Load(ctx context.Context, tx db.Tx, n id.Of[id.Rubric]) (*scoring.Rubric, error) {
	var found []Version
	if err := tx.WithContext(ctx).Raw("SELECT checksum, state FROM rubric WHERE id = ?", n).Scan(&found).Error; err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, rbac.ErrNotFound
	}
	if r, known := tables.Load(found[0].Checksum); known {
		return r.(*scoring.Rubric), nil
	}
	var body []Version
	if err := tx.WithContext(ctx).Raw("SELECT body FROM rubric WHERE id = ?", n).Scan(&body).Error; err != nil {
		return nil, err
	}
	if len(body) == 0 {
		return nil, rbac.ErrNotFound
	}
	r := body[0].Body.V
	if sum, err := checksum(r); err != nil || sum != found[0].Checksum {
		return nil, fmt.Errorf("rubric %d: the body is not what was stored: %w", n, err)
	}
	if found[0].State != StateDraft {
		tables.Store(found[0].Checksum, r)
	}
	return r, nil
}

// Use notes that something is scored by a version, in whoever's transaction; from then on it is frozen.
// Errors: ErrNotUsable.
func Use(ctx context.Context, tx db.Tx, n id.Of[id.Rubric]) error {
	var usable bool
	if err := tx.WithContext(ctx).Raw("SELECT rubric_use(?, ?)", n, tx.Now).Scan(&usable).Error; err != nil {
		return err
	}
	if !usable {
		return ErrNotUsable
	}
	return nil
}

const listed = `r.id, r.code, r.version, r.title, r.title_en, r.purpose, r.region_path, r.issuer, r.total, r.items, r.scorable, r.state, r.origin,
	r.used_at IS NOT NULL AS used, coalesce(r.organisation_id = scope_organisation(), false) AS own, r.published_on, r.retired_on`

// Published lists the newest published version of each table that could be used on a day at a place,
// the nearest area's first: the national ones and those of the areas that hold it. An empty purpose is any.
func Published(ctx context.Context, tx db.Tx, purpose scoring.Purpose, regionPath string, on day.Date) (out []Listed, err error) {
	err = tx.WithContext(ctx).Raw(`SELECT * FROM (SELECT DISTINCT ON (r.region_path, r.code) `+listed+`
		FROM rubric r WHERE r.state <> 'draft' AND (?::text = '' OR r.purpose = ?) AND starts_with(?::text, r.region_path)
			AND coalesce(r.published_on <= ?::date, true) AND coalesce(r.retired_on > ?::date, true)
		ORDER BY r.region_path, r.code, r.published_on DESC NULLS LAST, r.version DESC, r.id DESC) x ORDER BY scorable DESC, length(region_path) DESC, title, id`,
		purpose, purpose, regionPath, on, on).Scan(&out).Error
	return out, err
}

// Newest returns the newest published version of a table; of two tables with one code the
// national one. Errors: rbac.ErrNotFound.
func Newest(ctx context.Context, tx db.Tx, code string) (Listed, error) {
	var found []Listed
	err := tx.WithContext(ctx).Raw(`SELECT `+listed+` FROM rubric r WHERE r.code = ? AND r.state = 'published'
		ORDER BY r.region_path, r.published_on DESC NULLS LAST, r.version DESC, r.id DESC LIMIT 1`, code).Scan(&found).Error
	if err != nil {
		return Listed{}, err
	}
	if len(found) == 0 {
		return Listed{}, rbac.ErrNotFound
	}
	return found[0], nil
}

// shipped returns the checksum that a version of the library was loaded with; empty if it never was.
// It makes others who load wait.
func shipped(ctx context.Context, tx db.Tx, r *scoring.Rubric) (sum string, err error) {
	if err := tx.WithContext(ctx).Exec("SELECT pg_advisory_xact_lock(hashtextextended('rubric', 0))").Error; err != nil {
		return "", err
	}
	err = tx.WithContext(ctx).Raw("SELECT checksum FROM rubric WHERE organisation_id IS NULL AND code = ? AND version = ?", r.ID, r.Version).Scan(&sum).Error
	return sum, err
}

func insertVersion(ctx context.Context, tx db.Tx, v *Version) error {
	return taken(tx.WithContext(ctx).Create(v).Error)
}
