package rubric

import (
	"context"

	"gorm.io/gorm/clause"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// versionsBy lists what row security lets the reader see.
func versionsBy(ctx context.Context, tx db.Tx, f Filter, k page.Key) (rows []Listed, err error) {
	w := &page.Where{}
	w.When(f.Q != "", "(strpos(lower(r.title || ' ' || r.title_en || ' ' || r.issuer), lower(?)) > 0 OR strpos(r.code, lower(?)) > 0)", f.Q, f.Q)
	w.When(f.Purpose != "", "r.purpose = ?", f.Purpose)
	w.When(f.State != "", "r.state = ?", f.State)
	w.When(f.Mine, "r.organisation_id = scope_organisation()")
	w.When(f.Usable, "r.scorable")
	order := w.Latest(k, "r.id", "?::bigint")
	err = tx.WithContext(ctx).Raw("SELECT "+listed+" FROM rubric r WHERE "+w.SQL()+order+" LIMIT ?", append(w.Args, f.Limit+1)...).Scan(&rows).Error
	return rows, err
}

func listedByID(ctx context.Context, tx db.Tx, n id.Of[id.Rubric]) (Listed, int, error) {
	var found []struct {
		Listed
		Revision int
	}
	if err := tx.WithContext(ctx).Raw("SELECT "+listed+", r.revision FROM rubric r WHERE r.id = ?", n).Scan(&found).Error; err != nil {
		return Listed{}, 0, err
	}
	if len(found) == 0 {
		return Listed{}, 0, rbac.ErrNotFound
	}
	return found[0].Listed, found[0].Revision, nil
}

// lockedByID locks a version that the actor may write. Errors: rbac.ErrNotFound.
func lockedByID(ctx context.Context, tx db.Tx, n id.Of[id.Rubric]) (Version, error) {
	var found []Version
	err := tx.WithContext(ctx).Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", n).Find(&found).Error
	if err != nil {
		return Version{}, err
	}
	if len(found) == 0 {
		return Version{}, rbac.ErrNotFound
	}
	return found[0], nil
}

// draftByID locks a draft of the actor's. Errors: rbac.ErrNotFound, ErrFrozen.
func draftByID(ctx context.Context, tx db.Tx, n id.Of[id.Rubric]) (Version, error) {
	v, err := lockedByID(ctx, tx, n)
	if err == nil && (v.State != StateDraft || v.UsedAt != nil) {
		return Version{}, ErrFrozen
	}
	return v, err
}

func saveVersion(ctx context.Context, tx db.Tx, v *Version) error {
	return taken(tx.WithContext(ctx).Save(v).Error)
}

func deleteVersion(ctx context.Context, tx db.Tx, n id.Of[id.Rubric]) error {
	return tx.WithContext(ctx).Exec("DELETE FROM rubric WHERE id = ?", n).Error
}

// foreignCode says whether a code belongs to somebody else. The platform brings out further versions of
// what came with the program.
func foreignCode(ctx context.Context, tx db.Tx, code string, platform bool) (yes bool, err error) {
	err = tx.WithContext(ctx).Raw(`SELECT EXISTS (SELECT FROM rubric WHERE code = ? AND organisation_id IS DISTINCT FROM scope_organisation()
		AND NOT (?::boolean AND organisation_id IS NULL))`, code, platform).Scan(&yes).Error
	return yes, err
}

// taken says that a version is there already.
func taken(err error) error {
	if db.Violates(err, "rubric_organisation_id_code_version_key") {
		return ErrTaken.Because(err)
	}
	return err
}
