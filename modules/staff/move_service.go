package staff

import (
	"context"
	"strconv"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// Placing puts a person on a post.
type Placing struct {
	PostID      id.Of[id.Post]  `json:"postId"`
	UnitID      id.Of[id.Unit]  `json:"unitId,omitempty" doc:"the team he works in, where it shares a post of the unit above; empty: the post's own unit"`
	From        day.Date        `json:"from"`
	Main        bool            `json:"main" doc:"the post that the person's unit follows; ends the main post before it. A first post is always main"`
	SuccessorID id.Of[id.Staff] `json:"successorId,omitempty" doc:"who takes over all that is open for him; empty: he keeps it"`
	Override    string          `json:"override,omitempty" maxLength:"200" doc:"why he may work there although something bars him; kept with his name"`
}

// Assign puts a person on a post, or moves him there, and hands his open work over if a
// successor is named. Errors: rbac.ErrNotFound, ErrPostUnknown, ErrPostClosed, ErrUnitUnknown,
// ErrTeam, ErrAssigned, ErrAssignedSince, ErrFuture, ErrLeft, ErrBeforeJoining, ErrSuccessor, ErrBarred.
func (s *Service) Assign(ctx context.Context, who id.Of[id.Staff], pl Placing) error {
	return s.change(ctx, ActionAssign, who, func(tx db.Tx, scope rbac.Scope, p *Person) error {
		post, team, err := seatOf(ctx, tx, scope, pl)
		if err != nil {
			return err
		}
		running, err := runningOf(ctx, tx, *p)
		if err != nil {
			return err
		}
		main := mainOf(running)
		a, err := assign(*p, post, pl.From, pl.Main || main == nil, today(tx))
		if err != nil {
			return err
		}
		if team != post.UnitID {
			a.UnitID = &team
		}
		bars, err := s.admit(ctx, tx, scope, *p, post, pl)
		if err != nil {
			return err
		}
		if pl.SuccessorID != 0 {
			if err := s.handTo(ctx, tx, scope, *p, pl.SuccessorID, pl.From); err != nil {
				return err
			}
		}
		if a.Main {
			p.UnitID = &team
			if main != nil {
				if err := stop(ctx, tx, scope, *main, pl.From.AddDays(-1)); err != nil {
					return err
				}
			}
		}
		err = insertAssignment(ctx, tx, &a)
		scope.Changed("staff-assignment", int64(a.ID), a.CompanyID, Assignment{}, a)
		if err == nil && len(bars) > 0 {
			err = keepOverride(ctx, tx, scope, a, *p, post, pl.Override, bars)
		}
		if err != nil || !a.Main || main == nil || main.PostID == a.PostID {
			return err
		}
		return tell(ctx, tx, scope, s.Moving, *p, pl.From)
	})
}

// seatOf returns the post and the unit that pl puts somebody into, both within the actor's
// reach. Errors: ErrPostUnknown, ErrPostClosed, ErrUnitUnknown, ErrTeam.
func seatOf(ctx context.Context, tx db.Tx, scope rbac.Scope, pl Placing) (post Post, unit id.Of[id.Unit], err error) {
	if post, err = postByID(ctx, tx, scope, pl.PostID); err != nil {
		return post, 0, unknown(err, ErrPostUnknown.At("body.postId"))
	}
	if !post.ClosedOn.IsZero() {
		return post, 0, ErrPostClosed.At("body.postId")
	}
	if pl.UnitID == 0 || pl.UnitID == post.UnitID {
		_, err = reachedUnit(ctx, tx, scope, post.UnitID)
		return post, post.UnitID, unknown(err, ErrPostUnknown.At("body.postId"))
	}
	team, err := reachedUnit(ctx, tx, scope, pl.UnitID)
	if err != nil {
		return post, 0, unknown(err, ErrUnitUnknown.At("body.unitId"))
	}
	owner, err := unitByID(ctx, tx, scope, post.UnitID)
	if err == nil && !under(team.UnitPath, owner.UnitPath) {
		err = ErrTeam.At("body.unitId")
	}
	return post, team.ID, err
}

// Departure is how a person goes.
type Departure struct {
	On          day.Date        `json:"on" doc:"last day"`
	SuccessorID id.Of[id.Staff] `json:"successorId,omitempty" doc:"who takes over what is open for him; needed if there is anything"`
}

// Leave records a person's last day, ends his posts with it, hands what is open for him over
// and tells s.Leaving, all or nothing. Errors: rbac.ErrNotFound, ErrLeft, ErrFuture,
// ErrBeforeJoining, ErrAssignedSince, ErrOpenWork without a successor, ErrSuccessor.
func (s *Service) Leave(ctx context.Context, who id.Of[id.Staff], l Departure) error {
	return s.change(ctx, ActionLeave, who, func(tx db.Tx, scope rbac.Scope, p *Person) error {
		if err := p.leave(l.On, today(tx)); err != nil {
			return err
		}
		if err := s.leaveNothing(ctx, tx, scope, *p, l); err != nil {
			return err
		}
		running, err := runningOf(ctx, tx, *p)
		if err != nil {
			return err
		}
		for _, a := range running {
			if err := stop(ctx, tx, scope, a, l.On); err != nil {
				return err
			}
		}
		return tell(ctx, tx, scope, s.Leaving, *p, l.On)
	})
}

// leaveNothing hands over what is open for p. Errors: ErrOpenWork, ErrSuccessor.
func (s *Service) leaveNothing(ctx context.Context, tx db.Tx, scope rbac.Scope, p Person, l Departure) error {
	if l.SuccessorID != 0 {
		return s.handTo(ctx, tx, scope, p, l.SuccessorID, l.On)
	}
	open, err := s.openFor(ctx, tx, scope, p)
	if err == nil && len(open) > 0 {
		err = ErrOpenWork.With("work", sayOpen(ctx, open)).At("body.successorId")
	}
	return err
}

func sayOpen(ctx context.Context, open []Open) string {
	l := text.Of(ctx)
	parts := make([]string, len(open))
	for i, o := range open {
		parts[i] = text.Say(l, "staff.open."+o.Noun, nil) + " " + strconv.Itoa(o.Count)
	}
	if l == text.Chinese {
		return strings.Join(parts, "、")
	}
	return strings.Join(parts, ", ")
}

// Pile is what is open for a person, and who might take it over.
type Pile struct {
	Open          []Open // nothing with a count of zero
	SuggestedID   id.Of[id.Staff]
	SuggestedName string // the head of his unit or of one above; empty: there is none
}

// OpenOf returns what somebody would leave behind. Errors: rbac.ErrNotFound.
func (s *Service) OpenOf(ctx context.Context, who id.Of[id.Staff]) (pile Pile, err error) {
	err = s.Gate.Read(ctx, ActionAssign, func(tx db.Tx, scope rbac.Scope) error {
		p, err := seePerson(ctx, tx, scope, who)
		if err != nil {
			return err
		}
		if pile.Open, err = s.openFor(ctx, tx, scope, p); err != nil {
			return err
		}
		pile.SuggestedID, pile.SuggestedName, err = headAbove(ctx, tx, p, today(tx))
		return err
	})
	return pile, err
}

// openFor asks everybody who knows of open work, and counts the units that p leads.
func (s *Service) openFor(ctx context.Context, tx db.Tx, scope rbac.Scope, p Person) (open []Open, err error) {
	for _, f := range s.OpenWork {
		found, err := f(ctx, tx, scope, p.home(), p.ID)
		if err != nil {
			return nil, err
		}
		for _, o := range found {
			if o.Count > 0 {
				open = append(open, o)
			}
		}
	}
	led, err := ledBy(ctx, tx, p)
	if len(led) > 0 {
		open = append(open, Open{"unit", len(led)})
	}
	return open, err
}

// handed is what the trail keeps of a hand-over.
type handed struct {
	To     string
	Things int
}

// handTo gives everything that is open for p to another, who leads his units from today on.
// Errors: ErrSuccessor.
func (s *Service) handTo(ctx context.Context, tx db.Tx, scope rbac.Scope, p Person, successor id.Of[id.Staff], on day.Date) error {
	to, err := seePerson(ctx, tx, scope, successor)
	if err == nil && (to.ID == p.ID || !to.activeOn(today(tx))) {
		err = rbac.ErrNotFound
	}
	if err != nil {
		return unknown(err, ErrSuccessor.At("body.successorId"))
	}
	total := 0
	for _, f := range s.HandOver {
		n, err := f(ctx, tx, scope, Handing{Home: p.home(), From: p.ID, To: to.ID, ToName: to.Name, On: on})
		if err != nil {
			return err
		}
		total += n
	}
	led, err := ledBy(ctx, tx, p)
	if err != nil {
		return err
	}
	for _, unit := range led {
		lead := func(u *Unit) error { u.HeadID = &to.ID; return nil }
		if err := alterUnit(ctx, tx, scope, unit, today(tx), lead); err != nil {
			return err
		}
	}
	scope.Changed("staff-handover", int64(p.ID), p.CompanyID, handed{}, handed{to.Name, total + len(led)})
	return nil
}

func (p Person) home() rbac.Home {
	return rbac.Home{CompanyID: p.CompanyID, RegionPath: p.RegionPath, Line: p.OversightLine}
}
