package listing

import (
	"context"
	"strings"

	"anbiao/kit/db"
)

// Page reads what was made public of an area for its public page, latest first, from before an id on, of companies whose name has a term in it.
func Page(ctx context.Context, tx db.Tx, area, term string, before int64, n int) (rows []Public, err error) {
	err = tx.WithContext(ctx).Raw("SELECT * FROM listing_page(?, ?, ?, ?)", area, strings.TrimSpace(term), before, n).Scan(&rows).Error
	return rows, err
}

// Number cites a listing that was made public: 永应急挂督〔2026〕3号.
func (p Public) Number() string { return cite(p.NumberPrefix, p.NumberYear, p.NumberSeq) }
