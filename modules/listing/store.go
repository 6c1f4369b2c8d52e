package listing

import (
	"context"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// TableName names the table; its columns follow from the field names.
func (Listing) TableName() string { return "listing" }

// TableName names the table.
func (Step) TableName() string { return "listing_step" }

// overdue is Late in SQL, with the day as its only parameter.
const overdue = `(SELECT (l.state IN ('listed', 'notice_served') AND l.plan_by < t.d)
	OR (l.state IN ('plan_filed', 'in_progress', 'failed', 'escalated') AND (l.progress_due_on < t.d OR l.finish_by < t.d))
	OR (l.state = 'extension_asked' AND l.extension_due_on < t.d) OR (l.state = 'acceptance_asked' AND l.review_due_on < t.d) OR (l.state = 'delisted' AND l.publish_due_on < t.d)
	OR (l.announced_on IS NULL AND l.state NOT IN ('delisted', 'published') AND l.announce_due_on < t.d)
	OR (l.filed_on IS NULL AND l.state <> 'published' AND l.file_due_on < t.d) FROM (SELECT ?::date AS d) t)`

func listingsBy(ctx context.Context, tx db.Tx, scope rbac.Scope, f Filter, k page.Key, today day.Date) (rows []Listing, err error) {
	cond, args := scope.Where("l")
	conds := []string{cond}
	and := func(c string, a ...any) { conds, args = append(conds, c), append(args, a...) }
	if f.CompanyID != 0 {
		and("l.company_id = ?", int64(f.CompanyID))
	}
	if f.HazardID != 0 {
		and("l.hazard_id = ?", int64(f.HazardID))
	}
	if f.Division != "" {
		and("l.region_path >= ? AND l.region_path < ?", f.Division, f.Division+"~")
	}
	for column, value := range map[string]string{"l.state": f.State, "l.level": f.Level, "l.profile": f.Profile} {
		if value != "" {
			and(column+" = ?", value)
		}
	}
	if f.Overdue {
		and(overdue, today)
	}
	switch f.Stage {
	case "open":
		and("l.state NOT IN ('delisted', 'published')")
	case "public":
		and("l.announced_on IS NOT NULL")
	}
	order, op := " ORDER BY l.id DESC", "<"
	if k.Back {
		order, op = " ORDER BY l.id", ">"
	}
	if !k.First() {
		and("l.id "+op+" ?::bigint", k.Vals[0])
	}
	q := "SELECT l.* FROM listing l WHERE " + strings.Join(conds, " AND ") + order + " LIMIT ?"
	return rows, tx.WithContext(ctx).Raw(q, append(args, f.Limit+1)...).Scan(&rows).Error
}

// listingByID reads a listing in scope; locked where it is to be changed. Errors: rbac.ErrNotFound; ErrNow
// where row security hides it from locking because it is not the actor's turn.
func listingByID(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Listing], lock bool) (Listing, error) {
	cond, args := scope.Where("l")
	read := func(more string) (rows []Listing, err error) {
		q := "SELECT l.* FROM listing l WHERE l.id = ? AND " + cond + more
		return rows, tx.WithContext(ctx).Raw(q, append([]any{int64(n)}, args...)...).Scan(&rows).Error
	}
	rows, err := read("")
	if err == nil && len(rows) == 0 {
		err = rbac.ErrNotFound
	}
	if err != nil || !lock {
		return append(rows, Listing{})[0], err
	}
	was := rows[0].State
	if rows, err = read(" FOR UPDATE OF l"); err != nil || len(rows) == 1 {
		return append(rows, Listing{})[0], err
	}
	if rows, err = read(""); err == nil && len(rows) == 1 {
		was = rows[0].State // somebody else may have moved it meanwhile
	}
	if err != nil {
		return Listing{}, err
	}
	return Listing{}, ErrNow[was]
}

// openOf returns the listing that is open of a hazard; nil: none is.
func openOf(ctx context.Context, tx db.Tx, scope rbac.Scope, hazard id.Of[id.Hazard]) (*Listing, error) {
	cond, args := scope.Where("l")
	var rows []Listing
	q := "SELECT l.* FROM listing l WHERE l.hazard_id = ? AND " + cond + " ORDER BY l.id DESC LIMIT 1"
	if err := tx.WithContext(ctx).Raw(q, append([]any{int64(hazard)}, args...)...).Scan(&rows).Error; err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

// nextNumber draws the next number of a listing body; what a rolled back transaction drew is never given again.
func nextNumber(ctx context.Context, tx db.Tx, body id.Of[id.Organisation], year int16) (n int64, err error) {
	err = tx.WithContext(ctx).Raw("SELECT listing_number(?, ?)", int64(body), year).Scan(&n).Error
	return n, err
}

// lastOrder is what the listing body wrote into its last notice.
func lastOrder(ctx context.Context, tx db.Tx, scope rbac.Scope, body id.Of[id.Organisation]) (l Listing, err error) {
	cond, args := scope.Where("l")
	var rows []Listing
	q := "SELECT l.* FROM listing l WHERE l.organisation_id = ? AND " + cond + " ORDER BY l.id DESC LIMIT 1"
	err = tx.WithContext(ctx).Raw(q, append([]any{int64(body)}, args...)...).Scan(&rows).Error
	return append(rows, Listing{})[0], err
}

// insertListing adds a listing with its first step. Errors: ErrListed.
func insertListing(ctx context.Context, tx db.Tx, f *file) error {
	err := tx.WithContext(ctx).Create(&f.Listing).Error
	if db.Violates(err, "listing_open_key") {
		return ErrListed.Because(err)
	}
	if err != nil {
		return err
	}
	for _, s := range f.added {
		s.ListingID = f.ID
	}
	return insertSteps(ctx, tx, f)
}

func insertSteps(ctx context.Context, tx db.Tx, f *file) error {
	return tx.WithContext(ctx).Create(f.added).Error
}

// What each side may change of a listing; row security says the same.
var (
	answered = []string{
		"state", "received_on", "received_by", "plan_filed_on", "progress_on", "progress_due_on", "spent_fen", "done_share", "extension_asked_on", "extension_until",
		"extension_standing", "extension_due_on", "acceptance_asked_on", "review_due_on", "steps", "changed_at",
	}
	decided = []string{
		"state", "level", "delivered_on", "delivered_by", "received_on", "received_by", "progress_due_on", "finish_by", "extensions", "passed_on", "failed_on", "filed_on",
		"announced_on", "delisted_on", "publish_due_on", "published_on", "steps", "changed_at",
	}
)

func updateListing(ctx context.Context, tx db.Tx, f *file, columns []string) error {
	r := tx.WithContext(ctx).Model(&Listing{}).Where("company_id = ? AND id = ?", int64(f.CompanyID), int64(f.ID)).Select(columns).Updates(&f.Listing)
	if r.Error == nil && r.RowsAffected == 0 {
		return rbac.ErrNotFound
	}
	return r.Error
}

// stepsOf reads what has happened to a listing, in order.
func stepsOf(ctx context.Context, tx db.Tx, l Listing) (rows []Step, err error) {
	err = tx.WithContext(ctx).Raw("SELECT * FROM listing_step WHERE company_id = ? AND listing_id = ? ORDER BY n", int64(l.CompanyID), int64(l.ID)).Scan(&rows).Error
	return rows, err
}

// reportsOf are the days on which progress was reported, in order.
func reportsOf(ctx context.Context, tx db.Tx, l Listing) (days []day.Date, err error) {
	err = tx.WithContext(ctx).Raw("SELECT happened_on FROM listing_step WHERE company_id = ? AND listing_id = ? AND event = 'progress' ORDER BY n", int64(l.CompanyID), int64(l.ID)).Scan(&days).Error
	return days, err
}

// publicOf reads what was made public of an area, latest first, from before an id on.
func publicOf(ctx context.Context, tx db.Tx, area string, before int64, n int) (rows []Public, err error) {
	err = tx.WithContext(ctx).Raw("SELECT * FROM listing_public(?, ?, ?)", area, before, n).Scan(&rows).Error
	return rows, err
}
