package queue

import (
	"context"

	"anbiao/kit/db"
	"anbiao/rbac"
)

// List returns at most limit jobs given up before the id (0: from the newest), and the
// schedules.
func (s *Service) List(ctx context.Context, before int64, limit int) (jobs []Dead, schedules []Ran, err error) {
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, _ rbac.Scope) error {
		if jobs, err = dead(ctx, tx, before, limit); err != nil {
			return err
		}
		schedules, err = ran(ctx, tx)
		return err
	})
	return jobs, schedules, err
}

// Requeue hands a job over again from the start. Errors: rbac.ErrNotFound.
func (s *Service) Requeue(ctx context.Context, job int64) error {
	return s.Gate.Write(ctx, ActionRequeue, func(tx db.Tx, scope rbac.Scope) error {
		d, err := deadByID(ctx, tx, job)
		if err != nil {
			return err
		}
		if err := s.Forget(d.TaskID); err != nil { // before the row: the broker refuses the id otherwise
			return err
		}
		scope.Made(job)
		scope.Changed("job", job, 0, struct{ Dead string }{d.LastError}, struct{ Dead string }{})
		return revive(ctx, tx, job)
	})
}

// Drop lets a job go that was given up: it is never done. Errors: rbac.ErrNotFound.
func (s *Service) Drop(ctx context.Context, job int64, reason string) error {
	return s.Gate.Write(ctx, ActionDrop, func(tx db.Tx, scope rbac.Scope) error {
		d, err := deadByID(ctx, tx, job)
		if err != nil {
			return err
		}
		if err := s.Forget(d.TaskID); err != nil {
			return err
		}
		if err := drop(ctx, tx, job); err != nil {
			return err
		}
		type state struct{ Kind, Dead, Dropped string }
		scope.Made(job)
		scope.Changed("job", job, 0, state{Kind: d.Kind, Dead: d.LastError}, state{Kind: d.Kind, Dropped: reason})
		return nil
	})
}

// Overview shows what waits, runs and is tried again, in the outbox and with the broker.
func (s *Service) Overview(ctx context.Context) (o Overview, err error) {
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, _ rbac.Scope) error {
		o.Kinds, err = standings(ctx, tx)
		return err
	})
	if err != nil {
		return o, err
	}
	o.Away = true
	if s.Look != nil {
		var away error
		o.Sight, away = s.Look(ctx)
		o.Away = away != nil
	}
	return o, nil
}
