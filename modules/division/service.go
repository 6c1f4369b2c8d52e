package division

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// ActionList reads the areas and supervision lines; everybody signed in may.
const ActionList rbac.Action = "division.area.list"

// sortPath is the only order of areas: that of their codes.
const sortPath = "path"

// Service answers what areas there are.
type Service struct {
	Gate *rbac.Gate
	// Succeeded takes over what belongs to an area that ended: its companies and regulators.
	Succeeded func(ctx context.Context, tx db.Tx, from, to, name string) error
}

// Load brings the areas and lines built into the program into the database, if they are
// others than it was last loaded with. Call it in a system transaction at start.
func Load(ctx context.Context, tx db.Tx) error {
	s, err := read()
	if err != nil {
		return err
	}
	const name = "built-in"
	was, err := loaded(ctx, tx, name)
	if err != nil || was == s.checksum {
		return err
	}
	if err := putDivisions(ctx, tx, s.divisions); err != nil {
		return err
	}
	if err := putLines(ctx, tx, s.lines); err != nil {
		return err
	}
	return markLoaded(ctx, tx, name, s.checksum)
}

// Children returns one page of the areas directly below parent, "" for the nation.
// Errors: page.ErrCursor.
func (s *Service) Children(ctx context.Context, parent string, q page.Query) (list page.List[View], err error) {
	k, err := q.Start(sortPath, 1)
	if err != nil {
		return list, err
	}
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, _ rbac.Scope) error {
		rows, err := childrenOf(ctx, tx, parent, k, q.Limit)
		list = page.Of(rows, k, q.Limit, func(d Division) []string { return []string{d.Path} }, view)
		return err
	})
	return list, err
}

// Lines returns the supervision lines.
func (s *Service) Lines(ctx context.Context) (all []Line, err error) {
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, _ rbac.Scope) (err error) {
		all, err = lines(ctx, tx)
		return err
	})
	return all, err
}
