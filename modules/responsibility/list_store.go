package responsibility

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// lists returns published versions below a number, or above it going back; 0: from the newest.
func lists(ctx context.Context, tx db.Tx, scope rbac.Scope, from int, back bool, limit int) (rows []List, err error) {
	q := tx.WithContext(ctx).Scopes(scope.Rows).Omit("document").Limit(limit)
	switch {
	case back:
		q = q.Where("version > ?", from).Order("version")
	case from == 0:
		q = q.Order("version DESC")
	default:
		q = q.Where("version < ?", from).Order("version DESC")
	}
	return rows, q.Find(&rows).Error
}

// listByID returns one version. Errors: rbac.ErrNotFound.
func listByID(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[List]) (List, error) {
	var rows []List
	err := tx.WithContext(ctx).Scopes(scope.Rows).Where("id = ?", int64(n)).Limit(1).Find(&rows).Error
	if err == nil && len(rows) == 0 {
		err = rbac.ErrNotFound
	}
	if err != nil {
		return List{}, err
	}
	return rows[0], nil
}

// postingsOf returns where a version hangs, newest first.
func postingsOf(ctx context.Context, tx db.Tx, l List) (rows []Posting, err error) {
	err = tx.WithContext(ctx).Where("company_id = ? AND list_id = ?", int64(l.CompanyID), int64(l.ID)).Order("posted_on DESC, id DESC").Find(&rows).Error
	return rows, err
}

// saveCoverage replaces what was counted of a company.
func saveCoverage(ctx context.Context, tx db.Tx, c Coverage) error {
	return tx.WithContext(ctx).Exec(`INSERT INTO responsibility_coverage (company_id, region_path, oversight_line, counted_at, duties, posts, posts_bare, posts_vacant, people,
			people_unplaced, statutory_open, items, items_uncovered, duties_idle, list_version, published_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT ON CONSTRAINT responsibility_coverage_pkey DO UPDATE SET region_path = excluded.region_path, oversight_line = excluded.oversight_line,
			counted_at = excluded.counted_at, duties = excluded.duties, posts = excluded.posts, posts_bare = excluded.posts_bare, posts_vacant = excluded.posts_vacant,
			people = excluded.people, people_unplaced = excluded.people_unplaced, statutory_open = excluded.statutory_open, items = excluded.items,
			items_uncovered = excluded.items_uncovered, duties_idle = excluded.duties_idle, list_version = excluded.list_version, published_at = excluded.published_at`,
		int64(c.CompanyID), c.RegionPath, c.OversightLine, c.CountedAt, c.Duties, c.Posts, c.PostsBare, c.PostsVacant, c.People, c.PeopleUnplaced, c.StatutoryOpen,
		c.Items, c.ItemsUncovered, c.DutiesIdle, c.ListVersion, c.PublishedAt).Error
}

// coverageOf returns what was last counted of a company in scope. Errors: ErrNotCounted.
func coverageOf(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) (Coverage, error) {
	var rows []Coverage
	err := tx.WithContext(ctx).Scopes(scope.Rows).Where("company_id = ?", int64(company)).Limit(1).Find(&rows).Error
	if err == nil && len(rows) == 0 {
		err = ErrNotCounted
	}
	if err != nil {
		return Coverage{}, err
	}
	return rows[0], nil
}

// listed returns companies with duties, from just after one on, with where their rows
// belong.
func listed(ctx context.Context, tx db.Tx, after rbac.CompanyID, limit int) ([]rbac.Home, error) {
	var rows []struct {
		CompanyID     rbac.CompanyID
		RegionPath    string
		OversightLine int16
	}
	err := tx.WithContext(ctx).Raw(`SELECT c.company_id, c.region_path, c.oversight_line FROM company c WHERE c.company_id > ?
		AND EXISTS (SELECT FROM responsibility_duty d WHERE d.company_id = c.company_id) ORDER BY c.company_id LIMIT ?`, int64(after), limit).Scan(&rows).Error
	out := make([]rbac.Home, len(rows))
	for i, r := range rows {
		out[i] = rbac.Home{CompanyID: r.CompanyID, RegionPath: r.RegionPath, Line: r.OversightLine}
	}
	return out, err
}
