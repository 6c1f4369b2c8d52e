package patrol

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/inbox"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// HandedFilter narrows the list of things handed up.
type HandedFilter struct {
	page.Query
	CompanyID rbac.CompanyID `query:"companyId"`
	Division  string         `query:"division" maxLength:"15" pattern:"^[0-9A-Z]*$"`
	State     string         `query:"state" enum:",handed,received,hazard,visit,answered"`
	Open      bool           `query:"open" doc:"not answered"`
	Late      bool           `query:"late" doc:"not answered by its day"`
	Own       bool           `query:"own" doc:"only those of the actor's own office"`
}

// HandedUp lists things handed up, latest first, and the day. Errors: page.ErrCursor.
func (s *Service) HandedUp(ctx context.Context, f HandedFilter) (rows []Handed, k page.Key, now day.Date, err error) {
	if k, err = f.Start("id", 1); err != nil {
		return nil, k, now, err
	}
	err = s.Gate.Read(ctx, ActionHanded, func(tx db.Tx, scope rbac.Scope) (err error) {
		now = today(tx)
		rows, err = handedBy(ctx, tx, scope, f, k, now)
		return err
	})
	return rows, k, now, err
}

// HandedOne is a thing handed up with what the actor can do now.
type HandedOne struct {
	Handed
	May   []State
	Today day.Date
}

// HandedByID reads a thing handed up. Errors: rbac.ErrNotFound.
func (s *Service) HandedByID(ctx context.Context, n id.Of[id.Handed]) (o HandedOne, err error) {
	err = s.Gate.Read(ctx, ActionHanded, func(tx db.Tx, scope rbac.Scope) error {
		o.Today = today(tx)
		if o.Handed, err = handedByID(ctx, tx, scope, n, ""); err != nil {
			return err
		}
		o.May = s.may(o.Handed, scope)
		return nil
	})
	return o, err
}

func (s *Service) may(h Handed, scope rbac.Scope) []State {
	out := []State{}
	if !scope.Can(ActionAnswer) || h.AnsweredAt != nil || h.OrganisationID == scope.Actor().OrganisationID {
		return out
	}
	if h.State == HandedUp {
		out = append(out, Received)
	}
	if s.Find != nil {
		out = append(out, AsHazard)
	}
	if s.Plan != nil {
		out = append(out, AsVisit)
	}
	return append(out, Answered)
}

// Receive is the town's receipt. Errors: rbac.ErrNotFound, ErrReceived, ErrGrid.
func (s *Service) Receive(ctx context.Context, n id.Of[id.Handed]) (id.Of[id.Handed], error) {
	return s.act(ctx, n, func(_ context.Context, tx db.Tx, scope rbac.Scope, h *Handed) error {
		return h.receive(scope.Actor(), tx.Now)
	})
}

// Reply is what the town makes of a thing handed up.
type Reply struct {
	To     State  `json:"to" enum:"hazard,visit,answered"`
	Answer string `json:"answer" minLength:"1" maxLength:"1000"`
}

// Answer ends a thing handed up: it becomes a hazard or an inspection, or is answered. Errors: rbac.ErrNotFound,
// ErrAnswered, ErrBlank, ErrGrid, rbac.ErrForbidden where the program cannot make one.
func (s *Service) Answer(ctx context.Context, n id.Of[id.Handed], r Reply) (id.Of[id.Handed], error) {
	return s.act(ctx, n, func(ctx context.Context, tx db.Tx, scope rbac.Scope, h *Handed) error {
		if err := h.answer(r.To, r.Answer, scope.Actor(), tx.Now); err != nil {
			return err
		}
		switch {
		case r.To == AsHazard && s.Find != nil:
			made, err := s.Find(ctx, tx, scope, *h)
			h.HazardID = &made
			return err
		case r.To == AsVisit && s.Plan != nil:
			made, err := s.Plan(ctx, tx, scope, *h)
			h.VisitID = &made
			return err
		case r.To != Answered:
			return rbac.ErrForbidden
		}
		return nil
	})
}

func (s *Service) act(ctx context.Context, n id.Of[id.Handed], do func(context.Context, db.Tx, rbac.Scope, *Handed) error) (id.Of[id.Handed], error) {
	err := s.Gate.Write(ctx, ActionAnswer, func(tx db.Tx, scope rbac.Scope) error {
		h, err := handedByID(ctx, tx, scope, n, " FOR UPDATE OF h")
		if err != nil {
			return err
		}
		if _, err := scope.Within(ctx, tx, h.CompanyID); err != nil {
			return err
		}
		before := h
		if err := do(ctx, tx, scope, &h); err != nil {
			return err
		}
		if err := updateHanded(ctx, tx, h); err != nil {
			return err
		}
		scope.Made(int64(n))
		scope.Changed("patrol_handed", int64(n), h.CompanyID, before, h)
		return tell(ctx, tx, h)
	})
	return n, err
}

// Waiting is what was handed up to the actor's office and not answered; a feed of the regulator's inbox.
func (*Service) Waiting(ctx context.Context, tx db.Tx, scope rbac.Scope, limit int) ([]inbox.Item, error) {
	rows, err := unanswered(ctx, tx, scope, limit)
	out := make([]inbox.Item, len(rows))
	for i, h := range rows {
		out[i] = inbox.Item{
			Kind: "patrol_handed", Ref: int64(h.ID), Title: h.Text, CompanyID: h.CompanyID, Company: h.CompanyName, Region: h.RegionPath, Since: day.In(h.At, day.Shanghai), DueOn: h.DueOn,
			Path: "/handed-up/" + h.ID.String(),
		}
	}
	return out, err
}

// Grid is how far an area has come with its visits in a month.
type Grid struct {
	Path         string `json:"path"`
	Name         string `json:"name"`
	Key          int64  `json:"key" doc:"key firms as they are today, each to be visited in the month"`
	KeyVisited   int64  `json:"keyVisited" doc:"of them, visited in the month"`
	Other        int64  `json:"other" doc:"other firms, each to be visited in the quarter"`
	OtherVisited int64  `json:"otherVisited" doc:"of them, visited in the quarter up to the end of the month"`
	Visits       int64  `json:"visits" doc:"in the month"`
	Found        int64  `json:"found" doc:"visits of the month where something was not in order"`
	Handed       int64  `json:"handed" doc:"handed up in the month"`
	Answered     int64  `json:"answered" doc:"of them, answered"`
}

// CoverageFilter names an area and a month.
type CoverageFilter struct {
	Division string `query:"division" maxLength:"15" pattern:"^[0-9A-Z]*$" doc:"path of an area; empty: what the actor oversees"`
	Month    string `query:"month" maxLength:"7" pattern:"^([0-9]{4}-[0-9]{2})?$" doc:"empty: the running month"`
}

// Coverage says how far the areas directly below one have come with their visits of a month. Errors: ErrArea outside the
// actor's area and above a county, ErrMonth.
func (s *Service) Coverage(ctx context.Context, f CoverageFilter) (rows []Grid, month string, err error) {
	err = s.Gate.Read(ctx, ActionCoverage, func(tx db.Tx, scope rbac.Scope) error {
		a := scope.Actor()
		if f.Division == "" && len(a.Areas) > 0 {
			f.Division = a.Areas[0]
		}
		if len(f.Division) < 6 || !inAreas(a, f.Division) {
			return ErrArea.At("query.division")
		}
		now := today(tx)
		if month = f.Month; month == "" {
			month = now.String()[:7]
		}
		m, err := monthOf(month)
		if err != nil {
			return err
		}
		_, often := Now()
		rows, err = coverage(ctx, tx, scope, often, f.Division, m)
		return err
	})
	return rows, month, err
}

func inAreas(a rbac.Actor, division string) bool {
	for _, area := range a.Areas {
		if len(division) >= len(area) && division[:len(area)] == area {
			return true
		}
	}
	return false
}
