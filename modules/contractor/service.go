package contractor

import (
	"context"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
	"anbiao/web/register"
)

// Entry is a visit as it is recorded.
type Entry struct {
	Kind       string   `json:"kind" enum:"enter,leave,check" doc:"people came in, went, or we checked their work"`
	HappenedOn day.Date `json:"happenedOn"`
	People     int      `json:"people" required:"false" minimum:"0" maximum:"5000" doc:"who came or went"`
	Note       string   `json:"note" required:"false" maxLength:"500" doc:"what for, or what the check found"`
	Passed     bool     `json:"passed" required:"false" doc:"of a check: nothing was wrong"`
	Override   string   `json:"override" required:"false" maxLength:"200" doc:"why they may come in although a paper has lapsed; kept"`
}

// Record records that people of a contractor came in or went, or that their work was checked.
// Coming in needs papers that hold, or a reason, which is kept; a blacklisted firm stays out.
// Errors: rbac.ErrNotFound, register.ErrEnded, ErrFuture, ErrBarred, ErrUnqualified, ErrFindings.
func (s *Service) Record(ctx context.Context, n id.Of[id.Row], e Entry) (made id.Of[id.Row], err error) {
	err = s.Gate.Write(ctx, ActionVisit, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		c, err := byID(ctx, tx, scope, n, true)
		if err != nil {
			return err
		}
		if err := e.check(c, day.In(tx.Now, day.Shanghai)); err != nil {
			return err
		}
		v := Visit{
			CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, ContractorID: n, Kind: e.Kind, HappenedOn: e.HappenedOn, People: e.People,
			Note: e.Note, Passed: e.Passed, Override: e.Override, MadeBy: scope.Actor().Name, CreatedAt: tx.Now,
		}
		e.move(&c)
		if err := insertVisit(ctx, tx, &v, c); err != nil {
			return err
		}
		made = v.ID
		scope.Made(int64(made))
		scope.Changed("contractor_visit", int64(made), home.CompanyID, Visit{}, v)
		if e.Kind != "enter" || s.Occurred == nil {
			return nil
		}
		return s.Occurred(ctx, tx, scope, Occasion{Kind: "contractor.entered", Note: strings.TrimSpace(c.Name + " " + e.Note)})
	})
	return made, err
}

// check holds an entry against the file of the firm.
func (e *Entry) check(c Contractor, today day.Date) error {
	e.Note, e.Override = strings.TrimSpace(e.Note), strings.TrimSpace(e.Override)
	if e.Kind != "check" {
		e.Passed = false
	}
	until := c.holds()
	switch {
	case !c.EndedOn.IsZero():
		return register.ErrEnded
	case e.HappenedOn.After(today):
		return ErrFuture.At("body.happenedOn")
	case e.Kind == "enter" && c.Barred:
		return ErrBarred
	case e.Kind == "enter" && (until.IsZero() || until.Before(e.HappenedOn)) && e.Override == "":
		return ErrUnqualified.At("body.override")
	case e.Kind == "check" && !e.Passed && e.Note == "":
		return ErrFindings.At("body.note")
	}
	return nil
}

// move notes on the file what an entry tells.
func (e *Entry) move(c *Contractor) {
	switch e.Kind {
	case "enter":
		c.OnSite += e.People
	case "leave":
		c.OnSite = max(0, c.OnSite-e.People)
	case "check":
		if c.CheckedOn.Before(e.HappenedOn) {
			c.CheckedOn = e.HappenedOn
		}
	}
}

// mostVisits is how many visits of one contractor are shown.
const mostVisits = 100

// Visits returns the latest visits of a contractor. Errors: rbac.ErrNotFound.
func (s *Service) Visits(ctx context.Context, n id.Of[id.Row]) (rows []Visit, err error) {
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) error {
		c, err := byID(ctx, tx, scope, n, false)
		if err != nil {
			return err
		}
		rows, err = visitsOf(ctx, tx, c, mostVisits)
		return err
	})
	return rows, err
}
