package staff

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/org"
	"anbiao/rbac"
)

// PostsMade is told, in the same transaction, that posts were made or opened again, or that
// their names, units or types changed: duties, lists and needs follow without typing. It is
// called once for all posts of a use case or of a batch of an import.
type PostsMade func(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, posts []org.Post) error

// Seated is told, in the same transaction, whose posts changed: put on one, moved, released,
// gone or back.
type Seated func(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, who []id.Of[id.Staff]) error

// tellSeated tells everybody who follows people.
func (s *Service) tellSeated(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, who ...id.Of[id.Staff]) error {
	for _, f := range s.Seated {
		if err := f(ctx, tx, scope, home, who); err != nil {
			return err
		}
	}
	return nil
}

// Handing is one person's open work going over to another.
type Handing struct {
	Home   rbac.Home
	From   id.Of[id.Staff]
	To     id.Of[id.Staff]
	ToName string
	On     day.Date // last day of him who hands over
}

// HandOver gives what is open for one person to another, in the same transaction, and returns
// how many things that were.
type HandOver func(ctx context.Context, tx db.Tx, scope rbac.Scope, h Handing) (n int, err error)

// Open is how much of one kind is open for a person; Noun is the end of the text
// "staff.open.<noun>", e.g. "hazard".
type Open struct {
	Noun  string
	Count int
}

// OpenWork counts what a person still has to do.
type OpenWork func(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, who id.Of[id.Staff]) ([]Open, error)

// tellPosts tells everybody who follows posts.
func (s *Service) tellPosts(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, posts ...Post) error {
	if len(posts) == 0 {
		return nil
	}
	made := make([]org.Post, len(posts))
	for i, p := range posts {
		made[i] = p.org()
	}
	for _, f := range s.PostsMade {
		if err := f(ctx, tx, scope, home, made); err != nil {
			return err
		}
	}
	return nil
}
