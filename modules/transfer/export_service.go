package transfer

import (
	"context"

	"anbiao/jobs"
	"anbiao/kit/blob"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// Export starts to write a list, as filters leave it, into a file: the columns of the keys in
// their order, or all. The filters are tried at once, on one row, so that what the list refuses
// is refused here. Errors: ErrExportKind, ErrColumn, ErrBusy, rbac.ErrForbidden, and those of the list.
func (s *Service) Export(ctx context.Context, kind string, filters Filters, columns []string) (n id.Of[id.Transfer], err error) {
	a, ok := rbac.ActorOf(ctx)
	if !ok {
		return 0, rbac.ErrUnauthenticated
	}
	exp, err := s.exporter(kind, func(action rbac.Action) bool { return s.Gate.Can(a, action) })
	if err != nil {
		return 0, err
	}
	if _, _, err := exp.chosen(columns); err != nil {
		return 0, err
	}
	if _, _, err := exp.Pages(ctx, filters, "", 1); err != nil {
		return 0, err
	}
	err = s.Gate.Write(ctx, ActionExport, func(tx db.Tx, scope rbac.Scope) error {
		l := text.Of(ctx)
		t := Transfer{
			Direction: Export, Kind: kind, Status: Writing, Headers: db.Texts{},
			FileName: exp.Called(l) + "-" + day.In(tx.Now, day.Shanghai).String() + ".xlsx",
		}
		t.Filters.V, t.Columns = filters, columns
		if err := giveUp(ctx, tx, scope.Actor().MembershipID, tx.Now.Add(-stalled)); err != nil {
			return err
		}
		if err := begin(ctx, tx, scope, &t); err != nil {
			return err
		}
		n = t.ID
		return jobs.Enqueue(ctx, tx, WriteList{t.ID}, jobs.Key(t.ID.String()))
	})
	return n, err
}

// fetched is what the trail keeps of a download.
type fetched struct{ Downloaded string }

// Download opens the file of an export; who fetched it stays in the trail.
// Errors: rbac.ErrNotFound, ErrState before it is done, ErrGone.
func (s *Service) Download(ctx context.Context, n id.Of[id.Transfer]) (f blob.Kept, err error) {
	var t Transfer
	err = s.Gate.Witness(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) (err error) {
		if t, err = transferByID(ctx, tx, scope.Actor(), n, false); err != nil {
			return err
		}
		if t.Direction != Export {
			return rbac.ErrNotFound
		}
		if _, err := s.exporter(t.Kind, scope.Can); err != nil {
			return err
		}
		switch {
		case t.Status != Done:
			return ErrState
		case t.BlobKey == "":
			return ErrGone
		}
		scope.Changed("transfer", int64(n), t.company(), fetched{}, fetched{t.FileName})
		return nil
	})
	if err != nil {
		return f, err
	}
	f.Name, f.FinishedAt = t.FileName, *t.FinishedAt
	f.ReadSeekCloser, err = s.Blobs.Open(ctx, t.BlobKey)
	return f, err
}
