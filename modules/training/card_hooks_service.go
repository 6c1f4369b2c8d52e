package training

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// CardOnJoining opens a card for somebody newly entered, where the company wants that.
func (s *Service) CardOnJoining(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, who id.Of[id.Staff]) error {
	set, err := cardSettingOf(ctx, tx, home.CompanyID)
	if err != nil || !set.AutoOpen {
		return err
	}
	return s.openFor(ctx, tx, scope, home, who, CardNew, day.Date{})
}

// CardOnMoving opens a card for somebody whose main post lies in another unit now (转岗).
func (s *Service) CardOnMoving(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, who id.Of[id.Staff], on day.Date) error {
	now, before, err := postsBefore(ctx, tx, home.CompanyID, who)
	if err != nil || now == before || before == 0 {
		return err
	}
	return s.openFor(ctx, tx, scope, home, who, CardTransfer, on)
}

// CardOnReturning opens a card for somebody who was away for long.
func (s *Service) CardOnReturning(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, who id.Of[id.Staff], on day.Date) error {
	last, err := awaySince(ctx, tx, home.CompanyID, who)
	if err != nil || last.IsZero() {
		return err
	}
	months, err := s.cardAbsence(ctx, tx, scope, home)
	if err != nil || on.Before(last.AddMonths(months)) {
		return err
	}
	return s.openFor(ctx, tx, scope, home, who, CardReturn, day.Date{})
}

// CardsOnSeated notes the first day on a post of people whose card does not know it yet.
func (s *Service) CardsOnSeated(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, who []id.Of[id.Staff]) error {
	cards, err := newCards(ctx, tx, home.CompanyID, who)
	if err != nil || len(cards) == 0 {
		return err
	}
	first, err := firstDays(ctx, tx, home.CompanyID, who)
	if err != nil {
		return err
	}
	for i := range cards {
		c := &cards[i]
		on := first[c.StaffID]
		if on.IsZero() || on.Before(c.OpenedOn.AddMonths(-1)) { // an older post says nothing of this education
			continue
		}
		was := c.trail()
		c.StartsOn, c.ChangedAt = on, tx.Now
		scope.Changed(NounCard, int64(c.ID), c.CompanyID, was, c.trail())
		if err := updateCard(ctx, tx, c); err != nil {
			return err
		}
	}
	return nil
}

// openFor opens a card for somebody in his unit and tells him and the safety managers.
func (s *Service) openFor(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, who id.Of[id.Staff], reason string, starts day.Date) error {
	unit, err := unitOfStaff(ctx, tx, home.CompanyID, who)
	if err != nil {
		return err
	}
	c, fresh, err := s.openCard(ctx, tx, scope, home, who, unit, reason, starts)
	if err != nil || !fresh {
		return err
	}
	return s.tellCard(ctx, tx, scope, c, "training.note-card-open")
}

func (s *Service) tellCard(ctx context.Context, tx db.Tx, scope rbac.Scope, c Card, code string) error {
	if s.Tell == nil {
		return nil
	}
	n := Note{CompanyID: c.CompanyID, People: []id.Of[id.Staff]{c.StaffID}, Noun: NounCard, ObjectID: int64(c.ID), Code: code, Params: map[string]string{}, Key: code + "|" + c.ID.String()}
	return s.Tell(ctx, tx, scope, []Note{n})
}
