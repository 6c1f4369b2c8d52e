package rubric

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/scoring"
	"anbiao/rbac"
)

// Permissions of this module.
const (
	ActionRead    rbac.Action = "rubric.table.read"    // what is published, and the own drafts
	ActionKeep    rbac.Action = "rubric.table.keep"    // load and edit drafts
	ActionPublish rbac.Action = "rubric.table.publish" // publish and retire
)

// Service is what the rest of the program may ask about this module.
type Service struct {
	Gate *rbac.Gate
}

// Load brings the tables of this program into the database. It may be run again, by several programs at
// once. Errors: ErrLibraryChanged if a version was loaded before with other content.
func (s *Service) Load(ctx context.Context) error {
	return s.Gate.System(ctx, "rubric.load", func(tx db.Tx, _ rbac.Scope) error {
		for _, r := range Library() {
			if err := ship(ctx, tx, r); err != nil {
				return err
			}
		}
		return nil
	})
}

func ship(ctx context.Context, tx db.Tx, r *scoring.Rubric) error {
	v := Version{Origin: FromLibrary, State: StatePublished, Revision: 1, CreatedAt: tx.Now, UpdatedAt: tx.Now}
	if err := v.fill(r); err != nil {
		return err
	}
	sum, err := shipped(ctx, tx, r)
	switch {
	case err != nil:
		return err
	case sum == "":
		return insertVersion(ctx, tx, &v)
	case sum != v.Checksum:
		return ErrLibraryChanged.With("code", r.ID).With("version", r.Version)
	}
	return nil
}
