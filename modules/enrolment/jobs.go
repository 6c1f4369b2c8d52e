package enrolment

import (
	"context"
	"time"

	"anbiao/jobs"
	"anbiao/kit/db"
	"anbiao/rbac"
)

// judgeBatch is how many companies are judged in one transaction.
const judgeBatch = 2000

// JudgeCompanies judges companies about which something changed.
type JudgeCompanies struct {
	IDs []rbac.CompanyID `json:"ids"`
}

// Kind names the job.
func (JudgeCompanies) Kind() string { return "enrolment.judge-companies" }

// JudgeAll judges every company behind After: the years since an accident pass, and levels expire,
// without any event.
type JudgeAll struct {
	Day   string         `json:"day"` // of the round, so that each has its own jobs
	After rbac.CompanyID `json:"after"`
}

// Kind names the job.
func (JudgeAll) Kind() string { return "enrolment.judge-all" }

// Tell writes a message to a company, which a regulator's transaction may not.
type Tell struct {
	Note Note   `json:"note"`
	Key  string `json:"key"`
}

// Kind names the job.
func (Tell) Kind() string { return "enrolment.tell" }

// Enqueue has companies judged once the caller's transaction has committed. Call it where the
// register, the presses, the major hazards, the accidents, the applications or the levels of a
// company change.
func Enqueue(ctx context.Context, tx db.Tx, ids ...rbac.CompanyID) error {
	ids = distinct(ids)
	for len(ids) > 0 {
		n := min(len(ids), judgeBatch)
		if err := jobs.Enqueue(ctx, tx, JudgeCompanies{ids[:n]}); err != nil {
			return err
		}
		ids = ids[n:]
	}
	return nil
}

// Jobs registers what the job runner does for this module.
func (s *Service) Jobs(r *jobs.Registry) {
	jobs.Handle(r, func(ctx context.Context, tx db.Tx, j JudgeCompanies) error { return s.Judge(ctx, tx, j.IDs) })
	jobs.Handle(r, s.judgeAll)
	jobs.Handle(r, func(ctx context.Context, tx db.Tx, j Tell) error {
		if s.Sources.Tell == nil {
			return nil
		}
		return s.Sources.Tell(ctx, tx, []Note{j.Note})
	})
	r.Schedule(jobs.Schedule{Name: "enrolment.judge", Next: jobs.DailyAt(0, 40), Task: func(due time.Time) jobs.Task {
		return JudgeAll{Day: due.UTC().Format(time.RFC3339)}
	}})
}

func (s *Service) judgeAll(ctx context.Context, tx db.Tx, j JudgeAll) error {
	ids, err := companiesAfter(ctx, tx, j.After, judgeBatch)
	if err != nil || len(ids) == 0 {
		return err
	}
	if err := s.Judge(ctx, tx, ids); err != nil {
		return err
	}
	last := ids[len(ids)-1]
	return jobs.Enqueue(ctx, tx, JudgeAll{j.Day, last}, jobs.Key(j.Day+":"+last.String()))
}

// tell has a message written once the caller's transaction has committed.
func tell(ctx context.Context, tx db.Tx, n Note) error {
	key := n.Code + ":" + n.CompanyID.String() + ":" + itoa(n.Object) + ":" + tx.Now.Format(time.RFC3339Nano)
	return jobs.Enqueue(ctx, tx, Tell{n, key}, jobs.Key(key))
}
