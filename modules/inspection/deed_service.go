package inspection

import (
	"context"
	"errors"
	"strings"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Message tells a person something about a task; app makes a notice of it.
type Message struct {
	CompanyID rbac.CompanyID
	StaffID   id.Of[id.Staff] // zero: whoever holds one of Roles
	Roles     []string
	Object    int64
	Code      string
	Params    map[string]string
	Key       string
}

// Tell sends a message in the caller's transaction.
type Tell func(ctx context.Context, tx db.Tx, m Message) error

func (s *Service) tell(ctx context.Context, tx db.Tx, m Message) error {
	if s.Tell == nil {
		return nil
	}
	return s.Tell(ctx, tx, m)
}

// Explain writes why a task was missed: its assignee, or who answers for his unit. Errors:
// rbac.ErrNotFound, ErrNotMissed, ErrBlank.
func (s *Service) Explain(ctx context.Context, n id.Of[id.Task], reason string) error {
	return s.onTask(ctx, ActionExplain, n, func(_ db.Tx, scope rbac.Scope, t *Task) error {
		if t.AssigneeID != scope.Actor().StaffID && !scope.Can(ActionTasks) {
			return rbac.ErrNotFound
		}
		if t.State != Missed {
			return ErrNotMissed
		}
		return t.because(reason, scope)
	})
}

// because writes a reason. Errors: ErrBlank.
func (t *Task) because(reason string, scope rbac.Scope) error {
	t.Reason, t.ReasonBy = strings.TrimSpace(reason), scope.Actor().Name
	if t.Reason == "" {
		return ErrBlank.At("body.reason")
	}
	return nil
}

// Take makes an open task the actor's own, and tells whose it was. Errors: rbac.ErrNotFound,
// ErrNotOpen, ErrOwnTask.
func (s *Service) Take(ctx context.Context, n id.Of[id.Task], message string) error {
	return s.onTask(ctx, ActionTake, n, func(tx db.Tx, scope rbac.Scope, t *Task) error {
		me := scope.Actor()
		switch {
		case t.State != Open:
			return ErrNotOpen
		case me.StaffID == 0:
			return rbac.ErrForbidden
		case t.AssigneeID == me.StaffID:
			return ErrOwnTask
		}
		was := t.AssigneeID
		t.AssigneeID, t.AssigneeName, t.Held = me.StaffID, me.Name, true
		return s.tell(ctx, tx, Message{
			CompanyID: t.CompanyID, StaffID: was, Object: int64(t.ID), Code: "inspection.taken",
			Params: map[string]string{"name": me.Name, "title": t.Title, "due": t.DueOn.String(), "message": message}, Key: t.ID.String() + "|" + me.StaffID.String(),
		})
	})
}

func (s *Service) onTask(ctx context.Context, action rbac.Action, n id.Of[id.Task], do func(db.Tx, rbac.Scope, *Task) error) error {
	return s.Gate.Write(ctx, action, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		found, err := lockTasks(ctx, tx, scope, home.CompanyID, []id.Of[id.Task]{n})
		if err != nil {
			return err
		}
		was, ok := found[n]
		if !ok {
			return rbac.ErrNotFound
		}
		is := was
		if err := do(tx, scope, &is); err != nil {
			return err
		}
		is.stamp(was, tx.Now)
		scope.Changed("inspection_task", int64(n), home.CompanyID, was, is)
		scope.Made(int64(n))
		return updateTasks(ctx, tx, home.CompanyID, []Task{is})
	})
}

// stamp notes when a reason was written.
func (t *Task) stamp(was Task, now time.Time) {
	if t.Reason != was.Reason || t.ReasonBy != was.ReasonBy {
		t.ReasonAt = &now
	}
}

// BulkForm is what is done to many tasks at once.
type BulkForm struct {
	IDs        []id.Of[id.Task] `json:"ids" nullable:"false" minItems:"1" maxItems:"500"`
	Deed       string           `json:"deed" enum:"reassign,excuse,reopen,cancel" doc:"reopen: an excused one is open again"`
	AssigneeID id.Of[id.Staff]  `json:"assigneeId" required:"false" doc:"reassign: to whom"`
	Reason     string           `json:"reason" required:"false" maxLength:"300" doc:"excuse, cancel: why"`
}

// BulkResult is what became of each.
type BulkResult struct {
	Done   int          `json:"done"`
	Failed []BulkFailed `json:"failed" nullable:"false"`
}

// BulkFailed is a task that could not be changed, and why.
type BulkFailed struct {
	ID   id.Of[id.Task] `json:"id"`
	Code string         `json:"code" doc:"fault"`
}

// Bulk does one thing to many tasks. What one of them does not allow, or is not the actor's to
// change, is reported and does not keep the others. Errors: ErrUnknownStaff, ErrBlank.
func (s *Service) Bulk(ctx context.Context, f BulkForm) (out BulkResult, err error) {
	err = s.Gate.Write(ctx, ActionExcuse, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		today := day.In(tx.Now, day.Shanghai)
		name := ""
		if f.Deed == "reassign" {
			if name, err = assignee(ctx, tx, scope, f.AssigneeID, today); err != nil {
				return err
			}
		} else if f.Deed != "reopen" && strings.TrimSpace(f.Reason) == "" {
			return ErrBlank.At("body.reason")
		}
		found, err := lockTasks(ctx, tx, scope, home.CompanyID, f.IDs)
		if err != nil {
			return err
		}
		out.Failed = []BulkFailed{}
		var changed []Task
		for _, n := range f.IDs {
			was, ok := found[n]
			is := was
			err := rbac.ErrNotFound
			if ok {
				delete(found, n) // named twice, it is done once
				err = is.bulk(f, name, today, scope)
			}
			if err != nil {
				out.Failed = append(out.Failed, BulkFailed{n, err.Code})
				continue
			}
			is.stamp(was, tx.Now)
			scope.Changed("inspection_task", int64(n), home.CompanyID, was, is)
			changed = append(changed, is)
		}
		out.Done = len(changed)
		return updateTasks(ctx, tx, home.CompanyID, changed)
	})
	if _, again := errors.AsType[*rbac.Replay](err); again {
		return BulkResult{Done: len(f.IDs), Failed: []BulkFailed{}}, nil
	}
	return out, err
}

func (t *Task) bulk(f BulkForm, name string, today day.Date, scope rbac.Scope) *fault.Error {
	undone := t.CheckID == nil && (t.State == Open || t.State == Missed)
	switch {
	case f.Deed == "reopen" && t.State == Excused && !t.Stopped && t.CheckID == nil:
		t.State, t.Reason, t.ReasonBy, t.SettledAt = Open, "", "", nil
		if t.DueOn.Before(today) {
			t.State = Missed
		}
	case f.Deed == "reassign" && t.State == Open:
		t.AssigneeID, t.AssigneeName, t.Held = f.AssigneeID, name, true
	case f.Deed == "excuse" && undone, f.Deed == "cancel" && t.State == Open:
		t.State = Excused
		if f.Deed == "cancel" {
			t.State = Cancelled
		}
		t.Reason, t.ReasonBy = strings.TrimSpace(f.Reason), scope.Actor().Name
	default:
		return ErrNotOpen
	}
	return nil
}
