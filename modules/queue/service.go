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
