package visit

import (
	"context"
	"fmt"
	"time"

	"anbiao/jobs"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Tell tells the company of one thing that happened to a visit it may see, keeps what falls due for it and says in its ledger
// by when hazards are to be put right.
type Tell struct {
	CompanyID rbac.CompanyID
	VisitID   id.Of[id.Visit]
	OrderID   id.Of[id.Order]
	Event     string
	At        time.Time
}

// Kind names the job.
func (Tell) Kind() string { return "visit.tell" }

func (t Tell) key() string {
	return fmt.Sprintf("%d:%d:%d:%s:%d", int64(t.CompanyID), int64(t.VisitID), int64(t.OrderID), t.Event, t.At.UnixMicro())
}

// Generate makes the visits of an approved plan, one batch of companies after another.
type Generate struct {
	PlanID id.Of[id.Plan]
	After  rbac.CompanyID
}

// Kind names the job.
func (Generate) Kind() string { return "visit.generate" }

// batch is how many companies' visits are made in one transaction.
const batch = 500

// Jobs registers what the job runner does for this module.
func (s *Service) Jobs(r *jobs.Registry) {
	jobs.Handle(r, s.Told)
	jobs.Handle(r, s.Generated)
}

// followOrder has the job runner see to what an order brings.
func (s *Service) followOrder(ctx context.Context, tx db.Tx, f *file) error {
	for _, step := range f.added {
		t := Tell{CompanyID: f.CompanyID, VisitID: f.ID, OrderID: orNone(step.OrderID), Event: step.Event, At: step.At}
		if err := jobs.Enqueue(ctx, tx, t, jobs.Key(t.key())); err != nil {
			return err
		}
	}
	return nil
}

// told are the events of which the company gets a message.
var told = map[string]bool{"announce": true, "close": true, "refuse": true, "issue_order": true, "issue_notice": true, "grant_time": true, "refuse_time": true, "pass": true, "fail": true, "measure": true}

// Told does a Tell.
func (s *Service) Told(ctx context.Context, tx db.Tx, t Tell) error {
	scope := rbac.ScopeOf(ctx)
	n := Note{CompanyID: t.CompanyID, Key: t.key(), Roles: []string{"principal", "safety"}, Code: "visit.note-" + t.Event, Params: map[string]string{}}
	if t.VisitID != 0 {
		v, err := visitByID(ctx, tx, scope, t.VisitID, "")
		if err != nil {
			return err
		}
		if v.Hidden() {
			return nil // the company is told nothing of it
		}
		n.Noun, n.Object = "visit", int64(v.ID)
		n.Params = map[string]string{"body": v.OrganisationName, "day": v.PlannedOn.String(), "number": v.RecordNumber, "findings": fmt.Sprint(v.Findings)}
	}
	if t.OrderID != 0 {
		o, err := single[Order](ctx, tx, scope, "visit_order", int64(t.OrderID), "")
		if err != nil {
			return err
		}
		n.Noun, n.Object = "visit_order", int64(o.ID)
		n.Params["body"], n.Params["number"], n.Params["deadline"] = o.OrganisationName, o.Number, o.Deadline.String()
		if err := s.ordered(ctx, tx, o); err != nil {
			return err
		}
	}
	if s.Tell == nil || !told[t.Event] {
		return nil
	}
	return s.Tell(ctx, tx, n)
}

// ordered keeps the deadline of an order, here and in the ledger.
func (s *Service) ordered(ctx context.Context, tx db.Tx, o Order) error {
	if s.Due != nil {
		if err := s.Due(ctx, tx, rbac.Home{CompanyID: o.CompanyID, RegionPath: o.RegionPath, Line: o.OversightLine}, []due.Item{o.Item()}); err != nil {
			return err
		}
	}
	found, err := orderedIn(ctx, tx, o)
	if err != nil || s.Order == nil || o.State == Passed {
		return err
	}
	return s.Order(ctx, tx, o.CompanyID, hazardsOf(found), o.Deadline, o.Number)
}

// Generated does a Generate: one batch, and asks for the next.
func (s *Service) Generated(ctx context.Context, tx db.Tx, g Generate) error {
	last, n, err := generate(ctx, tx, g.PlanID, g.After, batch)
	if err != nil {
		return err
	}
	if n == batch {
		next := Generate{g.PlanID, last}
		return jobs.Enqueue(ctx, tx, next, jobs.Key(fmt.Sprintf("%d:%d", int64(g.PlanID), int64(last))))
	}
	return generatedAt(ctx, tx, g.PlanID)
}
