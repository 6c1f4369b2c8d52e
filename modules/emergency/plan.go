package emergency

import (
	"context"

	"anbiao/kit/calendar"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/rbac"
	"anbiao/web/register"
)

func today(tx db.Tx) day.Date { return day.In(tx.Now, day.Shanghai) }

// checkPlan holds a plan against its rules and says when it is evaluated next: three years after
// the last time, or after its publication. Errors: ErrDay, ErrTrigger.
func (*Service) checkPlan(_ context.Context, tx db.Tx, _ rbac.Scope, was, is *Plan) error {
	now := today(tx)
	switch {
	case is.PublishedOn.After(now):
		return ErrDay.At("body.publishedOn")
	case is.ArguedOn.After(now):
		return ErrDay.At("body.arguedOn")
	case is.ReviewedOn.After(now):
		return ErrDay.At("body.reviewedOn")
	case is.TriggeredOn.After(now):
		return ErrDay.At("body.triggeredOn")
	case (is.ReviseTrigger == "") != is.TriggeredOn.IsZero():
		return ErrTrigger.At("body.triggeredOn")
	}
	last := is.PublishedOn
	if is.ReviewedOn.After(last) {
		last = is.ReviewedOn
	}
	is.ReviewDueOn = day.Date{}
	if !last.IsZero() {
		is.ReviewDueOn, _, _ = ReviewOn(last).Due(last)
	}
	if was == nil {
		is.Filing = NotNeeded
	}
	return nil
}

// planDue is what falls due of a plan besides its filing: its evaluation, and the revision that
// something has made necessary. No law names days for the revision; it is due at once.
func planDue(p *Plan) []due.Item {
	return []due.Item{
		{Kind: "emergency.review", Title: p.Name, On: p.ReviewDueOn, OwnerID: p.OwnerID, Before: append(append([]int{}, ReviewOn(p.ReviewDueOn).Remind...), 0)},
		{Kind: "emergency.revise", Title: p.Name, On: p.TriggeredOn, OwnerID: p.OwnerID, Before: []int{0}},
	}
}

// fresh reports whether what was published is to be filed anew.
func fresh(c register.Change[Plan]) bool {
	return c.Was == nil || c.Was.PublishedOn != c.Is.PublishedOn || c.Was.Version != c.Is.Version
}

// savedPlans says of plans whether and until when they are filed.
func (s *Service) savedPlans(ctx context.Context, tx db.Tx, scope rbac.Scope, rows []register.Change[Plan]) error {
	if len(rows) == 0 {
		return nil
	}
	home := rows[0].Is.Home()
	class, _, err := s.class(ctx, tx, scope, home.CompanyID)
	if err != nil {
		return err
	}
	var list []*Plan
	for _, c := range rows {
		if class.Must != "" || fresh(c) {
			c.Is.settle(class.Must != "", fresh(c))
			list = append(list, c.Is)
		}
	}
	return s.keepFilings(ctx, tx, home, list)
}

// settle says how a plan stands with the authority; again: this version was never filed.
func (p *Plan) settle(must, again bool) {
	p.MustFile = must
	switch {
	case p.Filing == Submitted || p.Filing == Missing: // what lies with the regulator runs its course
	case !must || p.PublishedOn.IsZero() || !p.EndedOn.IsZero():
		if again || p.Filing == ToFile || p.Filing == "" {
			p.Filing = NotNeeded
		}
	case again || p.Filing == NotNeeded || p.Filing == "":
		p.Filing = ToFile
	}
	p.FileDueOn = day.Date{}
	if must && !p.PublishedOn.IsZero() {
		if by, err := FilingOn(p.PublishedOn).FileBy(calendar.China(), p.PublishedOn); err == nil {
			p.FileDueOn = by
		}
	}
}

func (s *Service) keepFilings(ctx context.Context, tx db.Tx, home rbac.Home, list []*Plan) error {
	if err := updateFilings(ctx, tx, home.CompanyID, list); err != nil {
		return err
	}
	items := make([]due.Item, len(list))
	for i, p := range list {
		items[i] = p.fileDue()
	}
	return s.put(ctx, tx, home, items)
}

func (p *Plan) fileDue() due.Item {
	it := due.Item{
		Kind: "emergency.filing", Ref: int64(p.ID), Title: p.Name, OwnerID: p.OwnerID, UnitID: p.UnitID, Before: []int{10, 3, 0}, Path: "/emergency/plans?id=" + p.ID.String(),
	}
	if p.EndedOn.IsZero() && (p.Filing == ToFile || p.Filing == Missing) {
		it.On = p.FileDueOn
	}
	return it
}
