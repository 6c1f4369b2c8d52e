package oversight

import (
	"context"
	"strings"
	"time"

	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// ErrSavedName says that the member has a view of this name, or too many views.
var ErrSavedName = fault.New(fault.Conflict, "oversight.saved-name")

// mostSaved is how many views a member keeps.
const mostSaved = 100

// Saved is a view of the list that a member keeps: what is filtered, how it is sorted, which columns show.
type Saved struct {
	ID             id.Of[id.Saved]
	OrganisationID id.Of[id.Organisation]
	PersonID       id.Of[id.Person]
	PersonName     string // as it was
	Name           string
	Filters        db.JSON[map[string]string] // as in the address of the list
	Sort           string
	Hidden         db.Texts // columns that are not shown
	Shared         bool     // inside the office
	UpdatedAt      time.Time
}

// SavedForm is a view as a member keeps it.
type SavedForm struct {
	Name    string            `json:"name" minLength:"1" maxLength:"40"`
	Filters map[string]string `json:"filters" doc:"as in the address of the list"`
	Sort    string            `json:"sort" maxLength:"30" required:"false"`
	Hidden  []string          `json:"hidden" nullable:"false" maxItems:"60" doc:"columns that are not shown"`
	Shared  bool              `json:"shared" required:"false" doc:"seen by the whole office"`
}

// savedTrail is what the trail keeps of a view.
type savedTrail struct {
	Name   string
	Shared bool
}

func (s Saved) trail() savedTrail { return savedTrail{s.Name, s.Shared} }

func (f SavedForm) into(s Saved) Saved {
	s.Name, s.Filters, s.Sort, s.Hidden, s.Shared = strings.TrimSpace(f.Name), db.JSON[map[string]string]{V: f.Filters}, f.Sort, f.Hidden, f.Shared
	return s
}

// SavedViews lists the member's own views and those shared inside the office, by name.
func (s *Service) SavedViews(ctx context.Context) (rows []Saved, err error) {
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, _ rbac.Scope) (err error) {
		rows, err = savedOf(ctx, tx)
		return err
	})
	return rows, err
}

// SaveView keeps a view; one of the member's own of the same name is replaced. Errors: ErrSavedName with too many.
func (s *Service) SaveView(ctx context.Context, f SavedForm) (n id.Of[id.Saved], err error) {
	err = s.Gate.Write(ctx, ActionSave, func(tx db.Tx, scope rbac.Scope) error {
		a := scope.Actor()
		was, kept, err := savedByName(ctx, tx, a.PersonID, strings.TrimSpace(f.Name))
		if err != nil {
			return err
		}
		if was.ID == 0 && kept >= mostSaved {
			return ErrSavedName.At("body.name")
		}
		is := f.into(was)
		is.OrganisationID, is.PersonID, is.PersonName, is.UpdatedAt = a.OrganisationID, a.PersonID, a.Name, tx.Now
		if err := putSaved(ctx, tx, &is); err != nil {
			return err
		}
		n = is.ID
		scope.Made(int64(n))
		scope.Changed("oversight.saved", int64(n), 0, was.trail(), is.trail())
		return nil
	})
	return n, err
}

// DropView forgets a view of the member's own. Errors: rbac.ErrNotFound.
func (s *Service) DropView(ctx context.Context, n id.Of[id.Saved]) error {
	return s.Gate.Write(ctx, ActionSave, func(tx db.Tx, scope rbac.Scope) error {
		was, err := dropSaved(ctx, tx, scope.Actor().PersonID, n)
		if err != nil {
			return err
		}
		scope.Made(int64(n))
		scope.Changed("oversight.saved", int64(n), 0, was.trail(), savedTrail{})
		return nil
	})
}
