package transfer

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"

	"github.com/google/uuid"

	"anbiao/jobs"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/seal"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// Permissions of this module; the kind of list asks for its own besides.
const (
	ActionRead   rbac.Action = "transfer.list.read"
	ActionStart  rbac.Action = "transfer.import.start"
	ActionExport rbac.Action = "transfer.export.start"
)

// Service runs imports and exports.
type Service struct {
	Gate      *rbac.Gate
	Blobs     Blobs
	Importers []Importer
	Exporters []Exporter
	ActorOf   ActorOf
	Box       *seal.Box                                         // seals uploaded files: they hold identity numbers; nil: kept as they came
	Tell      func(ctx context.Context, tx db.Tx, n Note) error // that a large export is ready; nil: nobody is told
}

// Note tells the maker of an export that its file is there.
type Note struct {
	CompanyID  rbac.CompanyID         // whose file it is: a company's …
	OfficeID   id.Of[id.Organisation] // … or an organisation's; a service agency at work in a company has both
	TransferID id.Of[id.Transfer]
	Person     id.Of[id.Person]
	Code       string
	Params     map[string]string
}

// importer returns the importer of kind, if the actor may use it.
// Errors: ErrKind, rbac.ErrForbidden.
func (s *Service) importer(kind string, can func(rbac.Action) bool) (Importer, error) {
	for _, imp := range s.Importers {
		if imp.Kind == kind {
			if !can(imp.Action) {
				return imp, rbac.ErrForbidden
			}
			return imp, nil
		}
	}
	return Importer{}, ErrKind.At("kind")
}

// Upload keeps a file and starts to check it, or asks for the mapping where a required column
// was not found. Errors: ErrKind, and package sheet's faults of a whole file.
func (s *Service) Upload(ctx context.Context, kind, name string, r io.Reader) (n id.Of[id.Transfer], err error) {
	a, ok := rbac.ActorOf(ctx)
	if !ok {
		return 0, rbac.ErrUnauthenticated
	}
	imp, err := s.importer(kind, func(action rbac.Action) bool { return s.Gate.Can(a, action) })
	if err != nil {
		return 0, err
	}
	b, err := io.ReadAll(io.LimitReader(r, sheet.MaxBytes+1))
	if err != nil {
		return 0, err
	}
	if len(b) > sheet.MaxBytes {
		return 0, sheet.ErrTooLarge.At("file")
	}
	table, err := sheet.Read(bytes.NewReader(b), int64(len(b)), imp.Columns(), sheet.Mapping{})
	if err != nil {
		return 0, err
	}
	key := "transfer/" + strings.ToLower(uuid.Must(uuid.NewV7()).String())
	kept := s.sealed(ctx, b)
	if err := s.Blobs.Put(ctx, key, bytes.NewReader(kept), int64(len(kept))); err != nil {
		return 0, err
	}
	n, err = s.start(ctx, Transfer{Kind: kind, FileName: cleanName(name), FileSize: int64(len(b)), BlobKey: key}, table)
	if err != nil { // also when the same request was done before
		err = errors.Join(err, s.Blobs.Delete(context.WithoutCancel(ctx), key))
	}
	return n, err
}

func (s *Service) start(ctx context.Context, t Transfer, table *sheet.Table) (id.Of[id.Transfer], error) {
	err := s.Gate.Write(ctx, ActionStart, func(tx db.Tx, scope rbac.Scope) (err error) {
		if t.OrganisationID, t.CompanyID, err = owner(scope.Actor()); err != nil {
			return err
		}
		t.Headers, t.Signature = table.Headers, table.Signature
		m, found, err := recall(ctx, tx, t)
		if err != nil {
			return err
		}
		if found && m.Places != nil {
			_ = table.Use(m.Places) // a mapping of another file with the same heading does not fit: the columns found stay
		}
		t.Mapping.V = table.Mapping()
		t.Direction, t.Status, t.Run = Import, Checking, 1
		if len(table.Missing) > 0 {
			t.Status = Mapping
		}
		if err := begin(ctx, tx, scope, &t); err != nil {
			return err
		}
		return s.enqueueCheck(ctx, tx, t)
	})
	return t.ID, err
}

// begin adds a transfer of the actor's. Errors: rbac.ErrForbidden for those who have none, ErrBusy.
func begin(ctx context.Context, tx db.Tx, scope rbac.Scope, t *Transfer) (err error) {
	a := scope.Actor()
	if t.OrganisationID, t.CompanyID, err = owner(a); err != nil {
		return err
	}
	t.Maker.V, t.MembershipID, t.CreatedBy, t.Lang, t.CreatedAt, t.TouchedAt = a, a.MembershipID, a.PersonID, text.Of(ctx), tx.Now, tx.Now
	if t.Filters.V == nil {
		t.Filters.V = Filters{}
	}
	if t.Columns == nil {
		t.Columns = db.Texts{}
	}
	if err := insertTransfer(ctx, tx, t); err != nil {
		return err
	}
	scope.Made(int64(t.ID))
	scope.Changed("transfer", int64(t.ID), t.company(), trail{}, t.trail())
	return nil
}

func (s *Service) enqueueCheck(ctx context.Context, tx db.Tx, t Transfer) error {
	if t.Status != Checking {
		return nil
	}
	return jobs.Enqueue(ctx, tx, CheckFile{t.ID, t.Run}, jobs.Key(t.ID.String()+":"+itoa(t.Run)))
}

// Read returns one import or export and the columns of its list. Errors: rbac.ErrNotFound.
func (s *Service) Read(ctx context.Context, n id.Of[id.Transfer]) (t Transfer, columns []sheet.Column, err error) {
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) (err error) {
		if t, err = transferByID(ctx, tx, scope.Actor(), n, false); err != nil {
			return err
		}
		if t.Direction == Export {
			exp, err := s.exporter(t.Kind, scope.Can)
			if err == nil {
				columns = exp.Columns()
			}
			return err
		}
		imp, err := s.importer(t.Kind, scope.Can)
		if err == nil {
			columns = imp.Columns()
		}
		return err
	})
	return t, columns, err
}

// find returns an import. Errors: rbac.ErrNotFound.
func (s *Service) find(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Transfer], lock bool) (Transfer, Importer, error) {
	t, err := transferByID(ctx, tx, scope.Actor(), n, lock)
	if err == nil && t.Direction != Import {
		err = rbac.ErrNotFound
	}
	if err != nil {
		return t, Importer{}, err
	}
	imp, err := s.importer(t.Kind, scope.Can)
	return t, imp, err
}

// Filter narrows the list of transfers.
type Filter struct {
	page.Query
	Kind      string    `query:"kind" maxLength:"40"`
	Direction Direction `query:"direction" enum:"import,export"`
}

// kinds are the kinds of lists that can allows.
func (s *Service) kinds(can func(rbac.Action) bool) map[Direction]db.Texts {
	all := map[Direction]db.Texts{Import: {}, Export: {}}
	for _, imp := range s.Importers {
		if can(imp.Action) {
			all[Import] = append(all[Import], imp.Kind)
		}
	}
	for _, exp := range s.Exporters {
		if can(exp.Action) {
			all[Export] = append(all[Export], exp.Kind)
		}
	}
	return all
}

// List returns one page of the transfers of the actor's company or organisation, newest first.
// Errors: page.ErrCursor.
func (s *Service) List(ctx context.Context, f Filter) (list page.List[View], err error) {
	q := f.Query
	k, err := q.Start("new", 1)
	if err != nil {
		return list, err
	}
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) error {
		rows, err := transfers(ctx, tx, scope.Actor(), f, s.kinds(scope.Can), k, q.Limit)
		list = page.Of(rows, k, q.Limit, func(t Transfer) []string { return []string{t.ID.String()} }, func(t Transfer) View { return s.view(ctx, t) })
		return err
	})
	return list, err
}

// Rows returns one page of an import's rows. Errors: rbac.ErrNotFound, page.ErrCursor.
func (s *Service) Rows(ctx context.Context, n id.Of[id.Transfer], which string, q page.Query) (list page.List[rowView], err error) {
	k, err := q.Start("row", 1)
	if err != nil {
		return list, err
	}
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) error {
		_, imp, err := s.find(ctx, tx, scope, n, false)
		if err != nil {
			return err
		}
		rows, err := rowsOf(ctx, tx, n, which, k, q.Limit)
		columns := imp.Columns()
		list = page.Of(rows, k, q.Limit, func(r Row) []string { return []string{itoa(r.Number)} }, func(r Row) rowView { return viewRow(ctx, columns, r) })
		return err
	})
	return list, err
}

// Map says which column of the file is which, remembers it and checks the rows anew.
// Errors: rbac.ErrNotFound, ErrState, ErrGone, ErrIncomplete, sheet.ErrMapping.
func (s *Service) Map(ctx context.Context, n id.Of[id.Transfer], m sheet.Mapping) error {
	var t Transfer
	var imp Importer
	err := s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) (err error) {
		t, imp, err = s.find(ctx, tx, scope, n, false)
		return err
	})
	if err != nil {
		return err
	}
	table, err := s.open(ctx, t, imp, m)
	if err != nil {
		return err
	}
	if len(table.Missing) > 0 {
		return ErrIncomplete.With("columns", titles(imp.Columns(), table.Missing, text.Of(ctx)))
	}
	return s.Gate.Write(ctx, ActionStart, func(tx db.Tx, scope rbac.Scope) error {
		t, _, err := s.find(ctx, tx, scope, n, true)
		switch {
		case err != nil:
			return err
		case t.Status != Mapping && t.Status != Ready:
			return ErrState
		}
		was := t.trail()
		t.Status, t.Run, t.Maker.V = Checking, t.Run+1, scope.Actor()
		t.Headers, t.Signature, t.Mapping.V = table.Headers, table.Signature, table.Mapping()
		if err := updateTransfer(ctx, tx, t); err != nil {
			return err
		}
		if err := remember(ctx, tx, t); err != nil {
			return err
		}
		scope.Made(int64(n))
		scope.Changed("transfer", int64(n), t.company(), was, t.trail())
		return s.enqueueCheck(ctx, tx, t)
	})
}

// Commit starts to save the good rows. Errors: rbac.ErrNotFound, ErrState.
func (s *Service) Commit(ctx context.Context, n id.Of[id.Transfer]) error {
	return s.Gate.Write(ctx, ActionStart, func(tx db.Tx, scope rbac.Scope) error {
		t, _, err := s.find(ctx, tx, scope, n, true)
		switch {
		case err != nil:
			return err
		case t.Status != Ready:
			return ErrState
		}
		was := t.trail()
		t.Status, t.Maker.V, t.CursorRow = Saving, scope.Actor(), 0
		t.Fresh, t.Changed, t.Done = 0, 0, t.Failed+t.Unchanged
		if err := updateTransfer(ctx, tx, t); err != nil {
			return err
		}
		if err := remember(ctx, tx, t); err != nil {
			return err
		}
		scope.Made(int64(n))
		scope.Changed("transfer", int64(n), t.company(), was, t.trail())
		return jobs.Enqueue(ctx, tx, SaveRows{n, 0}, jobs.Key(n.String()+":0"))
	})
}
