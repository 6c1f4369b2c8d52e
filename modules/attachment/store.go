package attachment

import (
	"context"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// TableName names the table (gorm).
func (File) TableName() string { return "attachment" }

var once = clause.OnConflict{Columns: []clause.Column{{Name: "company_id"}, {Name: "client_id"}}, DoNothing: true}

// insertFile adds f and reports whether it was new; if its client id is taken it is not.
func insertFile(ctx context.Context, tx db.Tx, f *File) (bool, error) {
	made := tx.WithContext(ctx).Clauses(once).Create(f)
	return made.RowsAffected == 1, made.Error
}

// uploaded returns the company's file of a client id, if there is one.
func uploaded(ctx context.Context, tx db.Tx, c rbac.CompanyID, client uuid.UUID) (f File, ok bool, err error) {
	var found []File
	err = tx.WithContext(ctx).Where("company_id = ? AND client_id = ?", c, client).Limit(1).Find(&found).Error
	if err != nil || len(found) == 0 {
		return f, false, err
	}
	return found[0], true, nil
}

// drafts counts a person's files that belong to nothing yet.
func drafts(ctx context.Context, tx db.Tx, c rbac.CompanyID, p id.Of[id.Person]) (n int, err error) {
	q := "SELECT count(*) FROM attachment WHERE company_id = ? AND uploaded_person = ? AND bound_noun IS NULL"
	return n, tx.WithContext(ctx).Raw(q, c, p).Scan(&n).Error
}

// fileByID returns a file. Errors: rbac.ErrNotFound.
func fileByID(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Attachment]) (File, error) {
	var found []File
	if err := tx.WithContext(ctx).Scopes(scope.Rows).Where("id = ?", n).Limit(1).Find(&found).Error; err != nil {
		return File{}, err
	}
	if len(found) == 0 || !found[0].visible(scope) {
		return File{}, rbac.ErrNotFound
	}
	return found[0], nil
}

// filesByID returns files of a company that are not about to go.
func filesByID(ctx context.Context, tx db.Tx, c rbac.CompanyID, ids db.Ints) (out []File, err error) {
	return out, tx.WithContext(ctx).Where("company_id = ? AND id = ANY(?) AND swept_at IS NULL", c, ids).Find(&out).Error
}

// boundFile returns a file that belongs to something, of whatever company row security lets
// through: the caller asks whether the something is shared. Errors: rbac.ErrNotFound.
func boundFile(ctx context.Context, tx db.Tx, n id.Of[id.Attachment]) (File, error) {
	var found []File
	if err := tx.WithContext(ctx).Where("id = ? AND bound_noun IS NOT NULL AND swept_at IS NULL", n).Limit(1).Find(&found).Error; err != nil {
		return File{}, err
	}
	if len(found) == 0 {
		return File{}, rbac.ErrNotFound
	}
	return found[0], nil
}

// claimed counts, after a claim, the files it may use and those of the object.
type claimed struct{ Usable, Held int }

// claimFiles binds those of files that belong to nothing to an object. Usable are those
// that belonged to something, which are shared, and the person's own drafts.
func claimFiles(ctx context.Context, tx db.Tx, c rbac.CompanyID, p id.Of[id.Person], files db.Ints, noun string, object int64) (n claimed, err error) {
	q := `WITH want AS (
			SELECT id, bound_noun FROM attachment WHERE company_id = ? AND id = ANY(?) AND swept_at IS NULL AND (bound_noun IS NOT NULL OR uploaded_person = ?) FOR UPDATE),
		took AS (UPDATE attachment a SET bound_noun = ?, bound_id = ?, bound_at = ? FROM want WHERE a.company_id = ? AND a.id = want.id AND want.bound_noun IS NULL)
		SELECT (SELECT count(*) FROM want) AS usable,
			(SELECT count(*) FROM attachment WHERE company_id = ? AND bound_noun = ? AND bound_id = ?) + (SELECT count(*) FROM want WHERE bound_noun IS NULL) AS held`
	err = tx.WithContext(ctx).Raw(q, c, files, p, noun, object, tx.Now, c, c, noun, object).Scan(&n).Error
	return n, err
}

// sweepable marks at most limit files that nobody claimed since before, so that nobody can
// any more, and returns them with those a sweep before this one left behind.
func sweepable(ctx context.Context, tx db.Tx, before time.Time, limit int) (out []File, err error) {
	q := `UPDATE attachment a SET swept_at = coalesce(a.swept_at, ?) FROM (
			SELECT company_id, id FROM attachment WHERE bound_noun IS NULL AND uploaded_at < ? ORDER BY uploaded_at LIMIT ? FOR UPDATE SKIP LOCKED) old
		WHERE a.company_id = old.company_id AND a.id = old.id
		RETURNING a.company_id, a.id, a.original_key, a.display_key, a.thumb_key`
	return out, tx.WithContext(ctx).Raw(q, tx.Now, before, limit).Scan(&out).Error
}

// dropSwept removes rows whose blobs are gone.
func dropSwept(ctx context.Context, tx db.Tx, files []File) error {
	companies, ids := make(db.Ints, len(files)), make(db.Ints, len(files))
	for i, f := range files {
		companies[i], ids[i] = int64(f.CompanyID), int64(f.ID)
	}
	q := `DELETE FROM attachment a USING unnest(?::bigint[], ?::bigint[]) AS gone (company_id, id)
		WHERE a.company_id = gone.company_id AND a.id = gone.id AND a.swept_at IS NOT NULL AND a.bound_noun IS NULL`
	return tx.WithContext(ctx).Exec(q, companies, ids).Error
}

// keptKeys returns which of the originals, given by company and client id, have a row.
func keptKeys(ctx context.Context, tx db.Tx, companies db.Ints, clients db.Texts) (keys []string, err error) {
	q := `SELECT a.original_key FROM attachment a JOIN unnest(?::bigint[], ?::text[]) AS k (company_id, client_id)
		ON a.company_id = k.company_id AND a.client_id = k.client_id::uuid`
	return keys, tx.WithContext(ctx).Raw(q, companies, clients).Scan(&keys).Error
}

// Kept is where the bytes of a file lie: of a photo those that are shown, with its watermark.
type Kept struct {
	ID        id.Of[id.Attachment]
	Key       string
	Name      string
	MediaType string // of the bytes
}

// KeptOf returns where files of the actor's company lie that belong to something. The caller
// says of what, and that the actor may see it.
func KeptOf(ctx context.Context, tx db.Tx, scope rbac.Scope, files []id.Of[id.Attachment]) (map[id.Of[id.Attachment]]Kept, error) {
	ids := make(db.Ints, len(files))
	for i, n := range files {
		ids[i] = int64(n)
	}
	cond, args := scope.Where("a")
	var rows []Kept
	err := tx.WithContext(ctx).Raw(`SELECT a.id, coalesce(nullif(a.display_key, ''), a.original_key) AS key, a.name, CASE a.display_key WHEN '' THEN a.media_type ELSE 'image/jpeg' END AS media_type
		FROM attachment a WHERE `+cond+` AND a.id = ANY(?) AND a.bound_noun IS NOT NULL AND a.swept_at IS NULL`, append(args, ids)...).Scan(&rows).Error
	out := map[id.Of[id.Attachment]]Kept{}
	for _, r := range rows {
		out[r.ID] = r
	}
	return out, err
}
