package archive

import (
	"context"

	"anbiao/kit/db"
	"anbiao/rbac"
)

// file is one of the company's files: a photo, a document, a scanned page.
type file struct {
	ID        int64
	Name      string
	BlobKey   string
	MediaType string
}

// fileTables are where files of a company are named, with what reads them behind an id.
var fileTables = []struct{ Folder, Query string }{
	{"attachments", `SELECT id, name, original_key AS blob_key, media_type FROM attachment
		WHERE company_id = ? AND id > ? AND bound_noun IS NOT NULL AND bound_noun <> ALL (?::text[]) AND swept_at IS NULL AND original_key <> '' ORDER BY id LIMIT ?`},
	{"letter-pages", `SELECT id, '' AS name, blob_key, '' AS media_type FROM letter_page WHERE company_id = ? AND id > ? AND blob_key <> '' AND 'letter_page' <> ALL (?::text[]) ORDER BY id LIMIT ?`},
}

// filesOf reads files of a company behind an id, in order; those of what no export holds are not in it either.
func filesOf(ctx context.Context, tx db.Tx, company rbac.CompanyID, query string, after int64, limit int) (out []file, err error) {
	err = tx.WithContext(ctx).Raw(query, int64(company), after, db.Texts(leftOut()), limit).Scan(&out).Error
	return out, err
}
