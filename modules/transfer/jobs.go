package transfer

import (
	"context"
	"errors"
	"time"

	"anbiao/jobs"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/sheet"
	"anbiao/rbac"
)

// CheckFile reads and checks the rows of a file. Run tells a check from later ones.
type CheckFile struct {
	ID  id.Of[id.Transfer] `json:"id"`
	Run int                `json:"run"`
}

// Kind names the job.
func (CheckFile) Kind() string { return "transfer.check-file" }

// SaveRows saves the next batch of good rows behind row After.
type SaveRows struct {
	ID    id.Of[id.Transfer] `json:"id"`
	After int                `json:"after"`
}

// Kind names the job.
func (SaveRows) Kind() string { return "transfer.save-rows" }

// Sweep forgets files that are older than they may be kept.
type Sweep struct{}

// Kind names the job.
func (Sweep) Kind() string { return "transfer.sweep-files" }

// Jobs registers the module's jobs.
func (s *Service) Jobs(r *jobs.Registry) {
	jobs.Outside(r, s.checkFile)
	jobs.Handle(r, s.saveRows)
	jobs.Outside(r, s.sweep)
	jobs.Outside(r, s.writeList)
	r.Schedule(jobs.Schedule{Name: "transfer.sweep", Next: jobs.DailyAt(3, 20), Task: func(time.Time) jobs.Task { return Sweep{} }})
}

var everything = func(rbac.Action) bool { return true }

// system runs fn with the transfer locked, unless a later check has taken over.
func (s *Service) system(ctx context.Context, c CheckFile, fn func(ctx context.Context, tx db.Tx, t *Transfer) error) error {
	return s.Gate.Runner(ctx, c.Kind(), func(ctx context.Context, tx db.Tx) error {
		t, err := transferByID(ctx, tx, rbac.Actor{Kind: rbac.System}, c.ID, true)
		if err != nil {
			return err
		}
		if t.Status != Checking || t.Run != c.Run {
			return errSuperseded
		}
		if err := fn(ctx, tx, &t); err != nil {
			return err
		}
		return updateTransfer(ctx, tx, t)
	})
}

var errSuperseded = errors.New("transfer: this check is over")

// checkFile stages the rows of a file with what is wrong with them, a batch a transaction, so
// that progress is seen. Done twice it does the same.
func (s *Service) checkFile(ctx context.Context, c CheckFile) error {
	var t Transfer
	err := s.system(ctx, c, func(ctx context.Context, tx db.Tx, now *Transfer) error {
		now.Total, now.Failed, now.Fresh, now.Changed, now.Unchanged, now.Done, now.FaultCode = 0, 0, 0, 0, 0, 0, ""
		t = *now
		return deleteRows(ctx, tx, c.ID)
	})
	if err == nil {
		err = s.stage(ctx, c, t)
	}
	f, isFault := errors.AsType[*fault.Error](err)
	switch {
	case errors.Is(err, errSuperseded), errors.Is(err, rbac.ErrNotFound):
		return nil
	case isFault && f.Kind != fault.Unavailable && f.Kind != fault.Internal: // the file is at fault, not we
		return s.system(ctx, c, func(_ context.Context, tx db.Tx, t *Transfer) error {
			t.Status, t.FaultCode, t.FinishedAt = Failed, f.Code, &tx.Now
			return nil
		})
	}
	return err
}

func (s *Service) stage(ctx context.Context, c CheckFile, t Transfer) error {
	imp, err := s.importer(t.Kind, everything)
	if err != nil {
		return err
	}
	table, err := s.open(ctx, t, imp, t.Mapping.V)
	if err != nil {
		return err
	}
	seen := map[string]int{}
	batch := make([]sheet.Row, 0, checkBatch)
	flush := func(last bool) error {
		duplicates(imp, seen, batch, firstColumn(imp))
		err := s.system(ctx, c, func(ctx context.Context, tx db.Tx, t *Transfer) error {
			return s.checkBatch(ctx, tx, t, imp, table, batch, last)
		})
		batch = batch[:0]
		return err
	}
	for row, err := range table.Rows() {
		if err != nil {
			return err
		}
		if batch = append(batch, row); len(batch) == checkBatch {
			if err := flush(false); err != nil {
				return err
			}
		}
	}
	return flush(true)
}

// firstColumn is where a fault of the whole row is shown: the first column that must be filled.
func firstColumn(imp Importer) string {
	for _, c := range imp.Columns() {
		if c.Required && c.Kind == sheet.Code {
			return c.Key
		}
	}
	return ""
}

func (s *Service) checkBatch(ctx context.Context, tx db.Tx, t *Transfer, imp Importer, table *sheet.Table, batch []sheet.Row, last bool) error {
	said, err := imp.Check(sheet.WithSource(ctx, t.FileName), tx, t.Maker.V, batch)
	if err != nil {
		return err
	}
	verdicts := make([]Verdict, len(batch))
	for i := range batch {
		for j, f := range batch[i].Faults {
			if f.Cell == "" {
				batch[i].Faults[j] = table.Fault(f.Row, f.Column, &fault.Error{Code: f.Code, Params: f.Params})
			}
		}
		verdicts[i] = verdict(batch[i], said[i])
		t.count(verdicts[i], 1)
	}
	t.Total += len(batch)
	t.Done = t.Total
	if last {
		t.Status = Ready
	}
	return putRows(ctx, tx, *t, batch, verdicts)
}

func verdict(r sheet.Row, said string) Verdict {
	if len(r.Faults) > 0 {
		return Bad
	}
	return Verdict(said)
}

// count adds n rows with a verdict.
func (t *Transfer) count(v Verdict, n int) {
	switch v {
	case Bad:
		t.Failed += n
	case New:
		t.Fresh += n
	case Changed:
		t.Changed += n
	case Same:
		t.Unchanged += n
	}
}

// saveRows saves one batch; its effect, the cursor and the job for the next batch commit
// together.
func (s *Service) saveRows(ctx context.Context, tx db.Tx, j SaveRows) error {
	t, err := transferByID(ctx, tx, rbac.Actor{Kind: rbac.System}, j.ID, true)
	if err != nil {
		return err
	}
	if t.Status != Saving || t.CursorRow != j.After {
		return nil
	}
	imp, err := s.importer(t.Kind, everything)
	if err != nil {
		return err
	}
	staged, err := goodAfter(ctx, tx, t.ID, t.CursorRow, saveBatch)
	if err != nil {
		return err
	}
	if err := s.saveBatch(ctx, tx, &t, imp, staged); err != nil {
		return err
	}
	if len(staged) < saveBatch {
		was := t.trail()
		t.Status, t.FinishedAt = Done, &tx.Now
		rbac.ScopeOf(ctx).Changed("transfer", int64(t.ID), t.company(), was, t.trail())
	} else if err := jobs.Enqueue(ctx, tx, SaveRows{t.ID, t.CursorRow}, jobs.Key(t.ID.String()+":"+itoa(t.CursorRow))); err != nil {
		return err
	}
	return updateTransfer(ctx, tx, t)
}

func (s *Service) saveBatch(ctx context.Context, tx db.Tx, t *Transfer, imp Importer, staged []Row) error {
	if len(staged) == 0 {
		return nil
	}
	rows := make([]sheet.Row, len(staged))
	for i, r := range staged {
		rows[i] = sheet.Row{Number: r.Number, Values: r.Cells.V}
	}
	said, err := imp.Save(sheet.WithSource(ctx, t.FileName), tx, t.Maker.V, rows)
	if err != nil {
		return err
	}
	verdicts := make([]Verdict, len(rows))
	for i := range rows {
		verdicts[i] = verdict(rows[i], said[i])
		t.count(verdicts[i], 1)
	}
	t.CursorRow = rows[len(rows)-1].Number
	t.Done += len(rows)
	return putRows(ctx, tx, *t, rows, verdicts)
}

// sweep removes files that are kept long enough, with their rows; the counts stay.
func (s *Service) sweep(ctx context.Context, j Sweep) error {
	var old []Transfer
	err := s.Gate.Runner(ctx, j.Kind(), func(ctx context.Context, tx db.Tx) (err error) {
		old, err = kept(ctx, tx, tx.Now.AddDate(0, 0, -keepDays), 500)
		return err
	})
	if err != nil {
		return err
	}
	for _, t := range old {
		if err := s.Blobs.Delete(ctx, t.BlobKey); err != nil {
			return err
		}
		err := s.Gate.Runner(ctx, j.Kind(), func(ctx context.Context, tx db.Tx) error { return forget(ctx, tx, t.ID) })
		if err != nil {
			return err
		}
	}
	return nil
}
