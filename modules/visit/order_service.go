package visit

import (
	"context"
	"errors"
	"slices"

	"anbiao/kit/calendar"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// OrderFilter narrows the list of orders.
type OrderFilter struct {
	page.Query
	CompanyID rbac.CompanyID `query:"companyId" doc:"for regulators: one company"`
	Division  string         `query:"division" maxLength:"15" pattern:"^[0-9A-Z]*$" doc:"area, by its path"`
	State     string         `query:"state" enum:",open,extension_asked,reinspection_asked,passed,failed"`
	Kind      string         `query:"kind" enum:",order,notice"`
	Late      bool           `query:"late" doc:"the company missed the deadline, or the body the day of the re-inspection"`
	Own       bool           `query:"own" doc:"those of the reader's own body"`
}

// Orders lists orders, those longest overdue first and settled ones last, and the day. Errors: page.ErrCursor.
func (s *Service) Orders(ctx context.Context, f OrderFilter) (rows []Order, k page.Key, now day.Date, err error) {
	if k, err = f.Start("rank", 2); err != nil {
		return nil, k, now, err
	}
	err = s.Gate.Read(ctx, ActionOrders, func(tx db.Tx, scope rbac.Scope) (err error) {
		now = today(tx)
		rows, err = ordersBy(ctx, tx, scope, f, k, now)
		return err
	})
	return rows, k, now, err
}

// OneOrder is an order with its findings and its past.
type OneOrder struct {
	Order
	Found   []Finding
	Hazards map[id.Of[id.Hazard]]string
	History []Step
	Opens   day.Date // when more time can be asked for
	May     []string
	Today   day.Date
}

// OrderByID reads an order. Errors: rbac.ErrNotFound.
func (s *Service) OrderByID(ctx context.Context, n id.Of[id.Order]) (o OneOrder, err error) {
	err = s.Gate.Read(ctx, ActionOrders, func(tx db.Tx, scope rbac.Scope) (err error) {
		o, err = s.oneOrder(ctx, tx, scope, n)
		return err
	})
	return o, err
}

func (s *Service) oneOrder(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Order]) (o OneOrder, err error) {
	if o.Order, err = single[Order](ctx, tx, scope, "visit_order", int64(n), ""); err != nil {
		return o, err
	}
	if o.Found, err = orderedIn(ctx, tx, o.Order); err != nil {
		return o, err
	}
	if o.History, err = orderSteps(ctx, tx, o.Order); err != nil {
		return o, err
	}
	o.Today, o.Opens = today(tx), window(o.Deadline).Opens
	if s.States != nil {
		if o.Hazards, err = s.States(ctx, tx, scope, o.CompanyID, hazardsOf(o.Found)); err != nil {
			return o, err
		}
	}
	o.May = o.may(scope)
	return o, nil
}

func hazardsOf(found []Finding) []id.Of[id.Hazard] {
	var ids []id.Of[id.Hazard]
	for _, f := range found {
		if f.HazardID != nil {
			ids = append(ids, *f.HazardID)
		}
	}
	return ids
}

func (o Order) may(scope rbac.Scope) (out []string) {
	if scope.Can(ActionAnswer) {
		if o.ReceivedAt == nil {
			out = append(out, "receive")
		}
		if o.State == OrderOpen {
			out = append(out, "extension")
		}
		if o.State == OrderOpen || o.State == Failed {
			out = append(out, "reinspection")
		}
		return out
	}
	if !scope.Can(ActionInform) || scope.Actor().OrganisationID != o.OrganisationID {
		return nil
	}
	if o.State == ExtensionAsked {
		out = append(out, "answer")
	}
	if o.State != Passed {
		out = append(out, "reinspect")
	}
	return out
}

// Issue registers an order to the company of a visit, or makes a notice of hazards. Errors: rbac.ErrNotFound, ErrNoPower,
// ErrOtherBody, ErrNotOver, ErrBlank, ErrOrderDays, ErrFindings, ErrOrderedNow, ErrOrderNumber.
func (s *Service) Issue(ctx context.Context, n id.Of[id.Visit], in NewOrder) (made id.Of[id.Order], err error) {
	_, err = s.act(ctx, ActionInform, n, worked, func(h hand) error {
		o, err := s.draft(ctx, h, in)
		if err != nil {
			return err
		}
		found, err := findingsOf(ctx, h.tx, h.f.Visit)
		if err != nil {
			return err
		}
		var chosen []Finding
		for _, want := range in.Findings {
			i := slices.IndexFunc(found, func(x Finding) bool { return x.ID == want })
			switch {
			case i < 0:
				return ErrFindings.At("body.findings")
			case found[i].OrderID != nil:
				return ErrOrderedNow.At("body.findings")
			}
			chosen = append(chosen, found[i])
		}
		if err := insertOrder(ctx, h.tx, o); err != nil {
			return err
		}
		made = o.ID
		for i := range chosen {
			chosen[i].OrderID = &o.ID
			if err := saveFinding(ctx, h.tx, &chosen[i], "order_id"); err != nil {
				return err
			}
		}
		h.f.note("issue_"+string(o.Kind), o.Number, &o.ID)
		h.scope.Changed("visit_order", int64(o.ID), o.CompanyID, Order{}, *o)
		return s.claim(ctx, h, in.FileID)
	})
	return made, err
}

// bid is an order in a transaction.
type bid struct {
	tx    db.Tx
	scope rbac.Scope
	o     *Order
	now   day.Date
	said  string // for the step
}

// What each side may change of an order; row security says the same.
var (
	answered = []string{
		"state", "received_at", "received_by", "extension_on", "extension_until", "extension_reason", "extension_due_on", "asked_on", "asked_note", "asked_files", "reinspect_due_on", "changed_at",
	}
	decided = []string{
		"state", "deadline", "rank_on", "extension_due_on", "extensions", "reinspect_due_on", "reinspected_on", "opinion_number", "opinion", "opinion_file", "reinspectors", "changed_at",
	}
)

// move locks an order, lets one thing happen to it and stores what came of it.
func (s *Service) move(ctx context.Context, action rbac.Action, n id.Of[id.Order], event string, columns []string, do func(*bid) error) (id.Of[id.Order], error) {
	err := s.Gate.Write(ctx, action, func(tx db.Tx, scope rbac.Scope) error {
		seen, err := single[Order](ctx, tx, scope, "visit_order", int64(n), "")
		if err != nil {
			return err
		}
		if scope.Actor().Kind == rbac.Regulator {
			if scope.Actor().OrganisationID != seen.OrganisationID {
				return ErrOtherBody
			}
			if _, err := scope.Within(ctx, tx, seen.CompanyID); err != nil {
				return err
			}
		}
		was, err := single[Order](ctx, tx, scope, "visit_order", int64(n), forUpdate)
		if errors.Is(err, rbac.ErrNotFound) {
			return ErrOrderNow // row security hides a settled one from locking
		}
		if err != nil {
			return err
		}
		o := was
		b := &bid{tx: tx, scope: scope, o: &o, now: today(tx)}
		if err := do(b); err != nil {
			return err
		}
		o.ChangedAt = tx.Now
		if err := saveOrder(ctx, tx, &o, columns); err != nil {
			return err
		}
		f := &file{Visit: Visit{CompanyID: o.CompanyID, ID: orNone(o.VisitID), RegionPath: o.RegionPath, OversightLine: o.OversightLine, RevealedAt: &o.MadeAt}, by: scope.Actor(), now: tx.Now}
		f.note(event, b.said, &o.ID)
		if err := insertSteps(ctx, tx, f.added); err != nil {
			return err
		}
		scope.Made(int64(n))
		scope.Changed("visit_order", int64(n), o.CompanyID, was, o)
		return s.followOrder(ctx, tx, f)
	})
	return n, err
}

// ReceiveOrder is the company signing for it. Errors: rbac.ErrNotFound, ErrReceived, ErrOrderNow.
func (s *Service) ReceiveOrder(ctx context.Context, n id.Of[id.Order], _ Nothing) (id.Of[id.Order], error) {
	return s.move(ctx, ActionAnswer, n, "receive_order", answered, func(b *bid) error { return b.o.receive(b.scope.Actor(), b.tx.Now) })
}

// AskTime asks for more time. Errors: rbac.ErrNotFound, ErrOrderNow, ErrWindowEarly, ErrWindowLate, ErrBlank, ErrUntil.
func (s *Service) AskTime(ctx context.Context, n id.Of[id.Order], m MoreTime) (id.Of[id.Order], error) {
	return s.move(ctx, ActionAnswer, n, "ask_time", answered, func(b *bid) error {
		b.said = m.Reason
		return b.o.askTime(m, b.now, calendar.China())
	})
}

// AnswerTime grants more time or refuses it. Errors: rbac.ErrNotFound, ErrOtherBody, ErrOrderNow, ErrReason.
func (s *Service) AnswerTime(ctx context.Context, n id.Of[id.Order], a TimeAnswer) (id.Of[id.Order], error) {
	event := "refuse_time"
	if a.Granted {
		event = "grant_time"
	}
	return s.move(ctx, ActionInform, n, event, decided, func(b *bid) error {
		b.said = a.Note
		return b.o.answerTime(a, calendar.China())
	})
}

// Ask asks for the re-inspection. Errors: rbac.ErrNotFound, ErrOrderNow, ErrBlank.
func (s *Service) Ask(ctx context.Context, n id.Of[id.Order], a Asking) (id.Of[id.Order], error) {
	return s.move(ctx, ActionAnswer, n, "ask_reinspection", answered, func(b *bid) error {
		b.said = a.Note
		if err := b.o.ask(a, b.now, calendar.China()); err != nil {
			return err
		}
		return s.bind(ctx, b.tx, b.scope, *b.o, a.Files...)
	})
}

// Reinspect writes the result of a re-inspection (整改复查意见书). Errors: rbac.ErrNotFound, ErrOtherBody, ErrOrderNow,
// ErrDay, ErrBlank, ErrOfficers, ErrFindings.
func (s *Service) Reinspect(ctx context.Context, n id.Of[id.Order], r Reinspection) (id.Of[id.Order], error) {
	event := "pass"
	if len(r.Failed) > 0 {
		event = "fail"
	}
	return s.move(ctx, ActionInform, n, event, decided, func(b *bid) error {
		b.said = r.Opinion
		if err := b.o.reinspect(r, b.now, calendar.China()); err != nil {
			return err
		}
		found, err := orderedIn(ctx, b.tx, *b.o)
		if err != nil {
			return err
		}
		for _, x := range r.Failed {
			if !slices.ContainsFunc(found, func(f Finding) bool { return f.ID == x }) {
				return ErrFindings.At("body.failed")
			}
		}
		for i := range found {
			found[i].Result = "passed"
			if slices.Contains(r.Failed, found[i].ID) {
				found[i].Result = "failed"
			}
			if err := saveFinding(ctx, b.tx, &found[i], "result"); err != nil {
				return err
			}
		}
		return s.bind(ctx, b.tx, b.scope, *b.o, r.FileID)
	})
}
