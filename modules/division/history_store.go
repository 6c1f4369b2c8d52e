package division

import (
	"context"

	"anbiao/kit/code"
	"anbiao/kit/db"
	"anbiao/kit/page"
)

// managedPaths are the paths that an administrator keeps.
func managedPaths(ctx context.Context, tx db.Tx) (map[string]bool, error) {
	var paths []string
	err := tx.WithContext(ctx).Raw("SELECT DISTINCT path FROM division WHERE managed").Scan(&paths).Error
	out := map[string]bool{}
	for _, p := range paths {
		out[p] = true
	}
	return out, err
}

// lockDivisions makes changes of areas wait for each other.
func lockDivisions(ctx context.Context, tx db.Tx) error {
	return tx.WithContext(ctx).Exec("SELECT pg_advisory_xact_lock(hashtextextended('division', 0))").Error
}

// concerned returns every span of the areas that a list touches: those it names with what lies around,
// beside and below them, and the successors.
func concerned(ctx context.Context, tx db.Tx, list []Entry) (all []Division, err error) {
	seen := map[string]bool{}
	var named, around db.Texts
	add := func(to *db.Texts, path string) {
		if path != "" && !seen[path] {
			seen[path] = true
			*to = append(*to, path)
		}
	}
	for _, e := range list {
		add(&named, e.Path)
		add(&named, e.Successor)
	}
	for _, e := range list {
		for up := code.Path(e.Path).Parent(); up != ""; up = up.Parent() {
			add(&around, string(up))
		}
	}
	err = tx.WithContext(ctx).Raw(`SELECT d.* FROM division d WHERE d.path = ANY(?) OR d.path = ANY(?)
		OR d.valid_until IS NULL AND (d.parent_path = ANY(?) OR EXISTS (SELECT FROM unnest(?::text[]) n WHERE d.path > n COLLATE "C" AND d.path < (n || '~') COLLATE "C"))`,
		named, around, around, named).Scan(&all).Error
	return all, err
}

// store writes what a plan adds and changes.
func store(ctx context.Context, tx db.Tx, p *plan) error {
	for _, d := range p.changed {
		err := tx.WithContext(ctx).Model(&Division{}).Where("id = ?", d.ID).
			Select("kind", "code", "official", "name", "aliases", "parent_path", "valid_until", "successor_path", "managed").Updates(d).Error
		if err != nil {
			return err
		}
	}
	if len(p.added) == 0 {
		return nil
	}
	return tx.WithContext(ctx).CreateInBatches(p.added, 500).Error
}

// historyBelow returns one page of every span of the areas directly below parent, ended ones too, by path
// and first day.
func historyBelow(ctx context.Context, tx db.Tx, parent string, k page.Key, limit int) (rows []Division, err error) {
	q := tx.WithContext(ctx).Where("parent_path = ?", parent)
	order := "path, valid_from"
	if !k.First() {
		cmp := " > "
		if k.Back {
			cmp, order = " < ", "path DESC, valid_from DESC"
		}
		q = q.Where("(path, valid_from)"+cmp+"(?, ?::date)", k.Vals[0], k.Vals[1])
	}
	return rows, q.Order(order).Limit(limit + 1).Find(&rows).Error
}
