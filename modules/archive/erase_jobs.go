package archive

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// EraseDue looks daily for companies whose data are to be erased, or whose kept records' term has passed.
type EraseDue struct {
	Day day.Date `json:"day"`
}

// Kind names the job.
func (EraseDue) Kind() string { return "archive.erase-due" }

// EraseCompany erases what is due of one company.
type EraseCompany struct {
	CompanyID rbac.CompanyID    `json:"companyId"`
	ID        id.Of[id.Erasure] `json:"id"`
	Day       day.Date          `json:"day"`
}

// Kind names the job.
func (EraseCompany) Kind() string { return "archive.erase-company" }

// AnnounceErasure tells those who decide of a request: a company sees none of them.
type AnnounceErasure struct {
	CompanyID rbac.CompanyID    `json:"companyId"`
	ID        id.Of[id.Erasure] `json:"id"`
}

// Kind names the job.
func (AnnounceErasure) Kind() string { return "archive.announce-erasure" }

// errNotNow: there is nothing to do, or another worker does it.
var errNotNow = errors.New("archive: nothing to erase now")

// erasing registers the jobs of erasures.
func (s *Service) erasing(r *jobs.Registry) {
	jobs.Handle(r, s.announceErasure)
	jobs.Outside(r, s.eraseDue)
	jobs.Outside(r, s.eraseCompany)
	r.Schedule(jobs.Schedule{Name: "archive.erase", Next: jobs.DailyAt(2, 40), Task: func(at time.Time) jobs.Task { return EraseDue{day.In(at, day.Shanghai)} }})
}

// announceErasure says nothing of a request that was answered or taken back meanwhile.
func (s *Service) announceErasure(ctx context.Context, tx db.Tx, j AnnounceErasure) error {
	e, err := lockErasure(ctx, tx, j.CompanyID, j.ID)
	if err != nil || e.State != Asked {
		return err
	}
	return s.TellPlatform(ctx, tx, e)
}

func (s *Service) eraseDue(ctx context.Context, j EraseDue) error {
	for after := id.Of[id.Erasure](0); ; {
		var rows []Erasure
		err := s.Gate.Runner(ctx, j.Kind(), func(ctx context.Context, tx db.Tx) (err error) {
			today := day.In(tx.Now, day.Shanghai)
			if rows, err = erasuresDue(ctx, tx, today, after, 100); err != nil {
				return err
			}
			for _, e := range rows {
				if !e.due(today) {
					continue
				}
				if err := jobs.Enqueue(ctx, tx, EraseCompany{e.CompanyID, e.ID, today}, jobs.Key(e.ID.String()+"|"+today.String())); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || len(rows) == 0 {
			return err
		}
		after = rows[len(rows)-1].ID
	}
}

// eraseCompany erases table by table, some hundred rows a transaction. Whoever follows a killed one goes on with what is left; one that
// was only slow finds out at its next rows.
func (s *Service) eraseCompany(ctx context.Context, j EraseCompany) error {
	e, err := s.beginErasure(ctx, j)
	if err == nil {
		err = s.eraseAll(ctx, &e)
	}
	if errors.Is(err, errNotNow) {
		return nil
	}
	return err
}

// beginErasure takes an erasure over; the first time the company ends with it.
func (s *Service) beginErasure(ctx context.Context, j EraseCompany) (e Erasure, err error) {
	err = s.Gate.Runner(ctx, j.Kind(), func(ctx context.Context, tx db.Tx) (err error) {
		today := day.In(tx.Now, day.Shanghai)
		e, err = lockErasure(ctx, tx, j.CompanyID, j.ID)
		if errors.Is(err, rbac.ErrNotFound) || (err == nil && !e.due(today)) {
			return errNotNow
		}
		if err != nil {
			return err
		}
		was := e
		e.Run++
		e.Version = retention.Version
		if e.State == Agreed {
			e.BegunOn = today
			if err := closeCompany(ctx, tx, e.CompanyID); err != nil {
				return err
			}
		}
		if e.State != Erasing {
			e.State = Erasing
			rbac.ScopeOf(ctx).Changed("archive_erasure", int64(e.ID), e.CompanyID, was.trail(), e.trail())
		}
		return updateErasure(ctx, tx, e)
	})
	return e, err
}

// holdingErasure runs fn with the erasure locked, unless another worker has taken it over.
func (s *Service) holdingErasure(ctx context.Context, e *Erasure, fn func(ctx context.Context, tx db.Tx, now *Erasure) error) error {
	return s.Gate.Runner(ctx, EraseCompany{}.Kind(), func(ctx context.Context, tx db.Tx) error {
		now, err := lockErasure(ctx, tx, e.CompanyID, e.ID)
		if err != nil {
			return err
		}
		if now.State != Erasing || now.Run != e.Run {
			return errNotNow
		}
		if err := fn(ctx, tx, &now); err != nil {
			return err
		}
		return updateErasure(ctx, tx, now)
	})
}

// eraseAll empties what is personal, erases what is due, and says what is left.
func (s *Service) eraseAll(ctx context.Context, e *Erasure) error {
	v, err := s.surveyOf(ctx, e)
	if err != nil {
		return err
	}
	for _, table := range slices.Sorted(maps.Keys(retention.Strip)) {
		if err := s.inTurns(ctx, e, table, v.stripRows, false); err != nil {
			return err
		}
	}
	for _, table := range slices.Sorted(maps.Keys(retention.Unlink)) {
		if err := s.inTurns(ctx, e, table, v.unlinkRows, false); err != nil {
			return err
		}
	}
	for _, table := range v.order {
		if v.tables[table].term.never {
			continue
		}
		if err := s.eraseTable(ctx, e, &v, table); err != nil {
			return err
		}
	}
	return s.settleErasure(ctx, e, &v)
}

func (s *Service) eraseTable(ctx context.Context, e *Erasure, v *survey, table string) error {
	if len(retention.Files[table]) > 0 {
		return s.eraseFiles(ctx, e, v, table)
	}
	return s.inTurns(ctx, e, table, v.eraseRows, true)
}

func (s *Service) surveyOf(ctx context.Context, e *Erasure) (v survey, err error) {
	err = s.holdingErasure(ctx, e, func(ctx context.Context, tx db.Tx, now *Erasure) error {
		v, err = surveyed(ctx, tx, *now, day.In(tx.Now, day.Shanghai))
		return err
	})
	return v, err
}

// inTurns runs fn until it finds no more rows, each time in a transaction of its own.
func (s *Service) inTurns(ctx context.Context, e *Erasure, table string, fn func(context.Context, db.Tx, string) (int64, error), erases bool) error {
	for n := int64(1); n > 0; {
		err := s.holdingErasure(ctx, e, func(ctx context.Context, tx db.Tx, now *Erasure) (err error) {
			if n, err = fn(ctx, tx, table); err != nil || n == 0 || !erases {
				return err
			}
			now.Stage = table
			now.Erased += n
			return count(ctx, tx, *now, Tally{Table: table, Erased: n})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// eraseFiles erases rows with their files, the files first: a row says where one is until it is gone.
func (s *Service) eraseFiles(ctx context.Context, e *Erasure, v *survey, table string) error {
	for {
		var rows []filed
		err := s.holdingErasure(ctx, e, func(ctx context.Context, tx db.Tx, now *Erasure) (err error) {
			now.Stage = table
			rows, err = v.filedRows(ctx, tx, table)
			return err
		})
		if err != nil || len(rows) == 0 {
			return err
		}
		gone := map[string]bool{}
		for _, r := range rows {
			for _, key := range r.keys {
				if err := s.Blobs.Delete(ctx, key); err != nil {
					return err
				}
				gone[key] = true
			}
		}
		err = s.holdingErasure(ctx, e, func(ctx context.Context, tx db.Tx, now *Erasure) error {
			n, err := v.eraseFiled(ctx, tx, table, rows)
			if err != nil {
				return err
			}
			now.Erased += n
			now.Files += int64(len(gone))
			return count(ctx, tx, *now, Tally{Table: table, Erased: n})
		})
		if err != nil {
			return err
		}
	}
}

// settleErasure says what is left, and until when.
func (s *Service) settleErasure(ctx context.Context, e *Erasure, v *survey) error {
	return s.holdingErasure(ctx, e, func(ctx context.Context, tx db.Tx, now *Erasure) error {
		was := *now
		now.Kept, now.NextOn = 0, day.Date{}
		for _, table := range v.order {
			n, next, err := v.left(ctx, tx, table)
			if err != nil {
				return err
			}
			now.Kept += n
			if !next.IsZero() && (now.NextOn.IsZero() || next.Before(now.NextOn)) {
				now.NextOn = next
			}
			if err := count(ctx, tx, *now, Tally{Table: table, Kept: n}); err != nil {
				return err
			}
		}
		now.State, now.Stage, now.LookedOn = Kept, "", v.today
		if now.NextOn.IsZero() {
			now.State, now.DoneAt = Erased, &tx.Now
		}
		tables, err := talliesOf(ctx, tx, *now)
		if err != nil {
			return err
		}
		is := now.trail()
		is.list(tables)
		rbac.ScopeOf(ctx).Changed("archive_erasure", int64(now.ID), now.CompanyID, was.trail(), is)
		return nil
	})
}
