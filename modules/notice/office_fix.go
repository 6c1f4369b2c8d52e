package notice

import (
	"context"
	"time"

	"anbiao/jobs"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// Permissions of addresses to be put right.
const (
	ActionFixes rbac.Action = "notice.contact.list"
	ActionFix   rbac.Action = "notice.contact.settle"
)

// Fix is an address of somebody that a channel has called void, as a task of his company's
// safety managers (联系方式待更正).
type Fix struct {
	CompanyID    rbac.CompanyID
	ID           id.Of[Fix]
	PersonID     id.Of[id.Person]
	PersonName   string
	Channel      Channel
	AddressIndex []byte
	Address      string // masked
	Detail       string
	OpenedAt     time.Time
	ClosedAt     *time.Time
	ClosedByName string
	How          string // changed, marked, left; empty: open
}

// Task is a fix as something to be done in a company; closed ones end.
type Task struct {
	CompanyID rbac.CompanyID
	Fix       int64
	Name      string
	Channel   Channel
	Closed    bool
}

// Tasks keeps tasks among what falls due, in the caller's transaction.
type Tasks func(ctx context.Context, tx db.Tx, list []Task) error

// CheckContacts makes tasks of void addresses, and ends those whose address was changed.
type CheckContacts struct{}

// Kind names the job.
func (CheckContacts) Kind() string { return "notice.check-contacts" }

const fixesOnce = 500

func (s *Service) checkContacts(ctx context.Context, tx db.Tx, _ CheckContacts) error {
	opened, err := openFixes(ctx, tx, fixesOnce)
	if err != nil {
		return err
	}
	closed, err := s.closeFixes(ctx, tx)
	if err != nil {
		return err
	}
	var tasks []Task
	for _, f := range append(opened, closed...) {
		tasks = append(tasks, Task{f.CompanyID, int64(f.ID), f.PersonName, f.Channel, f.ClosedAt != nil})
	}
	if len(tasks) == 0 || s.Tasks == nil {
		return nil
	}
	if err := s.Tasks(ctx, tx, tasks); err != nil {
		return err
	}
	if len(opened) == fixesOnce {
		return jobs.Enqueue(ctx, tx, CheckContacts{})
	}
	return nil
}

// closeFixes ends the open fixes of whoever has another address now, or has left.
func (s *Service) closeFixes(ctx context.Context, tx db.Tx) (closed []Fix, err error) {
	left, err := leftFixes(ctx, tx)
	if err != nil || s.Box == nil {
		return left, err
	}
	for after := id.Of[Fix](0); ; {
		rows, err := openFixRows(ctx, tx, after, fixesOnce)
		if err != nil || len(rows) == 0 {
			return append(left, closed...), err
		}
		after = rows[len(rows)-1].ID
		changed, err := s.changed(ctx, tx, rows)
		if err != nil {
			return nil, err
		}
		ended, err := endFixes(ctx, tx, changed, "changed", "")
		if err != nil {
			return nil, err
		}
		closed = append(closed, ended...)
	}
}

// changed are the fixes whose people have another address now.
func (s *Service) changed(ctx context.Context, tx db.Tx, rows []Fix) (out []id.Of[Fix], err error) {
	who := make([]id.Of[id.Person], len(rows))
	for i, f := range rows {
		who[i] = f.PersonID
	}
	found, err := s.Addresses(ctx, tx, who)
	for _, f := range rows {
		now := found[f.PersonID]
		address := now.Email
		if f.Channel == SMS {
			address = now.Phone
		}
		same := false
		if address != "" {
			for _, index := range s.indexes(address) {
				same = same || string(index) == string(f.AddressIndex)
			}
		}
		if !same {
			out = append(out, f.ID)
		}
	}
	return out, err
}

// FixFilter says which fixes to list.
type FixFilter struct {
	page.Query
	Closed bool `query:"closed" doc:"those put right"`
}

// Fixes returns one page of addresses to be put right, the newest first. Errors: page.ErrCursor.
func (s *Service) Fixes(ctx context.Context, f FixFilter) (rows []Fix, k page.Key, err error) {
	if k, err = f.Start(sortNewest, 1); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionFixes, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		rows, err = fixesOf(ctx, tx, home, f, k)
		return err
	})
	return rows, k, err
}

// Mark says that an address is right after all: it is tried again. Errors: rbac.ErrNotFound.
func (s *Service) Mark(ctx context.Context, f id.Of[Fix]) error {
	return s.Gate.Write(ctx, ActionFix, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		was, err := fixOf(ctx, tx, home, f)
		if err != nil {
			return err
		}
		scope.Made(int64(f))
		if was.ClosedAt != nil {
			return nil
		}
		ended, err := endFixes(ctx, tx, []id.Of[Fix]{f}, "marked", scope.Actor().Name)
		if err != nil {
			return err
		}
		if err := revive(ctx, tx, f); err != nil {
			return err
		}
		scope.Changed("notice_fix", int64(f), home.CompanyID, struct{ How string }{}, struct{ How string }{"marked"})
		if s.Tasks == nil {
			return nil
		}
		return s.Tasks(ctx, tx, []Task{{home.CompanyID, int64(f), ended[0].PersonName, ended[0].Channel, true}})
	})
}
