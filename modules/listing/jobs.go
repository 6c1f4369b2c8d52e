package listing

import (
	"context"
	"fmt"
	"slices"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Settle keeps what falls due for the company after a step, and tells it.
type Settle struct {
	CompanyID rbac.CompanyID
	ListingID id.Of[id.Listing]
	Step      int32
}

// Kind names the job.
func (Settle) Kind() string { return "listing.settle" }

func (t Settle) key() string {
	return fmt.Sprintf("%d:%d:%d", int64(t.CompanyID), int64(t.ListingID), t.Step)
}

// Jobs registers what the job runner does for this module.
func (s *Service) Jobs(r *jobs.Registry) { jobs.Handle(r, s.settle) }

func (s *Service) settle(ctx context.Context, tx db.Tx, t Settle) error {
	l, err := listingByID(ctx, tx, rbac.ScopeOf(ctx), t.ListingID, false)
	if err != nil {
		return err
	}
	if s.Due != nil {
		if err := s.Due(ctx, tx, rbac.Home{CompanyID: l.CompanyID, RegionPath: l.RegionPath, Line: l.OversightLine}, l.Items()); err != nil {
			return err
		}
	}
	steps, err := stepsOf(ctx, tx, l)
	if err != nil || s.Tell == nil {
		return err
	}
	i := slices.IndexFunc(steps, func(x Step) bool { return x.N == t.Step })
	if i < 0 {
		return nil
	}
	n, ok := note(l, steps[i])
	if !ok {
		return nil
	}
	return s.Tell(ctx, tx, n)
}

// note is the message of a step to the company; ok is false where it did the step itself.
func note(l Listing, s Step) (Note, bool) {
	if !slices.Contains([]Event{List, Deliver, Grant, Refuse, Pass, Fail, Escalate, Delist}, s.Event) {
		return Note{}, false
	}
	return Note{
		CompanyID: l.CompanyID, ListingID: l.ID, Step: s.N, Roles: []string{"principal", "safety"}, Code: "listing.note-" + string(s.Event),
		Params: map[string]string{"number": l.Number(), "hazard": l.HazardNumber, "plan": l.PlanBy.String(), "finish": l.FinishBy.String(), "note": s.Note},
	}, true
}

// Items are what falls due for the company; each is settled where its day is zero.
func (l Listing) Items() []due.Item {
	items := []due.Item{
		{Kind: "listing.plan", Before: []int{7, 3, 1, 0}},
		{Kind: "listing.progress", Before: []int{15, 7, 1, 0}},
		{Kind: "listing.finish", Before: []int{30, 15, 7, 1, 0}},
	}
	for i := range items {
		items[i].Ref, items[i].Title, items[i].Path = int64(l.ID), l.Number()+" "+l.HazardNumber, "/listings/"+l.ID.String()
	}
	for _, t := range l.Tasks(day.Date{}) {
		if n := slices.Index([]Event{FilePlan, Progress, AskAcceptance}, t.Code); n >= 0 {
			items[n].On = t.By
		}
	}
	return items
}
