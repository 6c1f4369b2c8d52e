package letter

import (
	"context"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// TableName names the table.
func (Scan) TableName() string { return "letter_scan" }

// TableName names the table.
func (Page) TableName() string { return "letter_page" }

func insertScan(ctx context.Context, tx db.Tx, s *Scan) error {
	return tx.WithContext(ctx).Create(s).Error
}

// scanByID reads a scan in scope. Errors: rbac.ErrNotFound.
func scanByID(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[Scan], lock ...clause.Expression) (Scan, error) {
	var rows []Scan
	err := tx.WithContext(ctx).Scopes(scope.Rows).Clauses(lock...).Where("id = ?", int64(n)).Limit(1).Find(&rows).Error
	if err == nil && len(rows) == 0 {
		err = rbac.ErrNotFound
	}
	if err != nil {
		return Scan{}, err
	}
	return rows[0], nil
}

func updateScan(ctx context.Context, tx db.Tx, s Scan) error {
	return tx.WithContext(ctx).Model(&s).Where("company_id = ?", int64(s.CompanyID)).Select("state", "fault_code", "pages", "filed").Updates(&s).Error
}

// scans reads one page of a round's scans, newest first.
func scans(ctx context.Context, tx db.Tx, scope rbac.Scope, round id.Of[Round], k page.Key, limit int) (rows []Scan, err error) {
	g := tx.WithContext(ctx).Scopes(scope.Rows).Where("round_id = ?", int64(round))
	order, way := "id DESC", "<"
	if k.Back {
		order, way = "id", ">"
	}
	if !k.First() {
		g = g.Where("id "+way+" ?::bigint", k.Vals[0])
	}
	return rows, g.Order(order).Limit(limit + 1).Find(&rows).Error
}

// insertPages adds pages; those that an earlier run of the job added stay.
func insertPages(ctx context.Context, tx db.Tx, rows []Page) error {
	if len(rows) == 0 {
		return nil
	}
	return tx.WithContext(ctx).Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(&rows, batch).Error
}

func updatePage(ctx context.Context, tx db.Tx, p *Page) error {
	return tx.WithContext(ctx).Model(p).Where("company_id = ?", int64(p.CompanyID)).Select("letter_id", "page", "of_pages", "by_hand", "problem").Updates(p).Error
}

// pageByID reads and locks a page in scope. Errors: rbac.ErrNotFound.
func pageByID(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[Page], lock ...clause.Expression) (Page, error) {
	var rows []Page
	err := tx.WithContext(ctx).Scopes(scope.Rows).Clauses(lock...).Where("id = ?", int64(n)).Limit(1).Find(&rows).Error
	if err == nil && len(rows) == 0 {
		err = rbac.ErrNotFound
	}
	if err != nil {
		return Page{}, err
	}
	return rows[0], nil
}

// pagesOfScan reads the pages of a scan in their order.
func pagesOfScan(ctx context.Context, tx db.Tx, s Scan) (rows []Page, err error) {
	return rows, tx.WithContext(ctx).Where("company_id = ? AND scan_id = ?", int64(s.CompanyID), int64(s.ID)).Order("n").Find(&rows).Error
}

// pagesOf reads the scanned pages of a letter in order.
func pagesOf(ctx context.Context, tx db.Tx, l Letter) ([]Page, error) {
	return pagesOfLetters(ctx, tx, l.CompanyID, []id.Of[id.Letter]{l.ID})
}

func pagesOfLetters(ctx context.Context, tx db.Tx, company rbac.CompanyID, letters []id.Of[id.Letter]) (rows []Page, err error) {
	return rows, tx.WithContext(ctx).Where("company_id = ? AND letter_id = ANY(?)", int64(company), ints(letters)).Order("letter_id, page, id").Find(&rows).Error
}

// lettersByCode locks the letters that codes name, of one company.
func lettersByCode(ctx context.Context, tx db.Tx, company rbac.CompanyID, codes []uuid.UUID) (rows []Letter, err error) {
	all := make(db.Texts, len(codes))
	for i, c := range codes {
		all[i] = c.String()
	}
	q := "SELECT * FROM letter WHERE company_id = ? AND public_id = ANY( (?::text[])::uuid[]) ORDER BY id FOR UPDATE"
	return rows, tx.WithContext(ctx).Raw(q, int64(company), all).Scan(&rows).Error
}

// lettersOf reads letters of one company by id, for the names beside pages.
func lettersOf(ctx context.Context, tx db.Tx, company rbac.CompanyID, ids []id.Of[id.Letter]) (rows []Letter, err error) {
	q := "SELECT " + row + " FROM letter l WHERE l.company_id = ? AND l.id = ANY(?) ORDER BY l.id"
	return rows, tx.WithContext(ctx).Raw(q, int64(company), ints(ids)).Scan(&rows).Error
}
