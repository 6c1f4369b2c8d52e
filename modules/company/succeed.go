package company

import (
	"context"
	"fmt"

	"anbiao/jobs"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Succeed puts the companies of an area that ended under its successor, batch by batch.
type Succeed struct {
	From     string           `json:"from"`
	To       string           `json:"to"`
	Reason   string           `json:"reason"`
	PersonID id.Of[id.Person] `json:"personId"` // who ended the area
	Name     string           `json:"name"`
	After    rbac.CompanyID   `json:"after"`
}

// Kind names the job.
func (Succeed) Kind() string { return "company.succeed" }

// succeedBatch is how many companies one transaction moves: each takes everything of it along.
const succeedBatch = 20

// EnqueueSucceed asks for the companies of an area that ended to go to its successor. Call it in the
// transaction that ends the area.
func EnqueueSucceed(ctx context.Context, tx db.Tx, t Succeed) error {
	return jobs.Enqueue(ctx, tx, t, jobs.Key(fmt.Sprintf("%s:%s:%d:%d", t.From, t.To, tx.Now.Unix(), int64(t.After))))
}

func (s *Service) succeed(ctx context.Context, tx db.Tx, t Succeed) error {
	if t.After == 0 {
		if err := redirectMoves(ctx, tx, t.From, t.To); err != nil {
			return err
		}
	}
	rows, err := companiesWithin(ctx, tx, t.From, t.After, succeedBatch)
	if err != nil || len(rows) == 0 {
		return err
	}
	ids := make([]rbac.CompanyID, len(rows))
	for i, c := range rows {
		ids[i] = c.CompanyID
	}
	if err := keep(ctx, tx, ids); err != nil {
		return err
	}
	for _, c := range rows {
		if err := moveCompany(ctx, tx, c.CompanyID, t.To, c.OversightLine); err != nil {
			return err
		}
		gather := jobs.Key(fmt.Sprintf("%d:%s", int64(c.CompanyID), t.From))
		if err := jobs.Enqueue(ctx, tx, Gather{c.CompanyID}, gather, jobs.At(tx.Now.Add(gatherAfter))); err != nil {
			return err
		}
	}
	if err := record(ctx, tx, ids, note{Source: FromMove, Reason: t.Reason, PersonID: t.PersonID, Name: t.Name}); err != nil {
		return err
	}
	if err := s.changed(ctx, tx, ids); err != nil {
		return err
	}
	t.After = ids[len(ids)-1]
	return EnqueueSucceed(ctx, tx, t)
}
