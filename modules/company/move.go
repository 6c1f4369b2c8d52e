package company

import (
	"context"
	"fmt"
	"time"

	"anbiao/jobs"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Relocation is a move to another area or supervision line that a regulator ordered.
type Relocation struct {
	CompanyID     rbac.CompanyID
	ID            int64
	RegionPath    string // where the company is
	OversightLine int16
	ToRegionPath  string
	ToLine        int16
	Reason        string
	ByPersonID    id.Of[id.Person]
	ByName        string
	AskedAt       time.Time
	DoneAt        *time.Time
}

// MoveOrder says where a company is to be put.
type MoveOrder struct {
	Division string `json:"division" minLength:"9" maxLength:"15" pattern:"^[0-9A-Z]+$" doc:"path of the town or an area in it"`
	Line     int16  `json:"line" minimum:"0" maximum:"99" required:"false" doc:"supervision line"`
	Reason   string `json:"reason" minLength:"2" maxLength:"200"`
}

// moveTrail is a move as the trail keeps it.
type moveTrail struct {
	RegionPath    string
	OversightLine int16
	Reason        string
}

// Move orders a company to be put under another area or line of the regulator's own. The job
// runner carries it out, because everything that copied the company's place goes along; until
// then the company stays where it is. Errors: rbac.ErrNotFound, ErrDivision, ErrLine,
// ErrOutside, ErrNothing, ErrMoving.
func (s *Service) Move(ctx context.Context, c rbac.CompanyID, m MoveOrder) error {
	return s.Gate.Write(ctx, ActionMove, func(tx db.Tx, scope rbac.Scope) error {
		was, err := companyByID(ctx, tx, scope, c, true)
		if err != nil {
			return err
		}
		area, line, err := known(ctx, tx, m.Division, m.Line)
		switch {
		case err != nil:
			return err
		case !area:
			return ErrDivision.At("body.division")
		case !line:
			return ErrLine.At("body.line")
		case !covers(scope.Actor(), m.Division, m.Line):
			return ErrOutside.At("body.division")
		case was.RegionPath == m.Division && was.OversightLine == m.Line:
			return ErrNothing
		}
		r := Relocation{
			CompanyID: c, RegionPath: was.RegionPath, OversightLine: was.OversightLine, ToRegionPath: m.Division, ToLine: m.Line, Reason: m.Reason,
			ByPersonID: scope.Actor().PersonID, ByName: scope.Actor().Name, AskedAt: tx.Now,
		}
		if err := insertMove(ctx, tx, &r); err != nil {
			return err
		}
		scope.Made(int64(c))
		scope.Changed("company_move", int64(c), c, moveTrail{was.RegionPath, was.OversightLine, ""}, moveTrail{m.Division, m.Line, m.Reason})
		return jobs.Enqueue(ctx, tx, Relocate{c, r.ID}, jobs.Key(fmt.Sprintf("%d:%d", int64(c), r.ID)))
	})
}

// Relocate carries out one move.
type Relocate struct {
	CompanyID rbac.CompanyID
	ID        int64
}

// Kind names the job.
func (Relocate) Kind() string { return "company.relocate" }

// Gather puts rows of a moved company in its place that were written by somebody who had read
// the old one just before.
type Gather struct{ CompanyID rbac.CompanyID }

// Kind names the job.
func (Gather) Kind() string { return "company.gather" }

// gatherAfter is longer than any session keeps what it read of its company for one request.
const gatherAfter = 10 * time.Minute

// Jobs registers what the job runner does for this module.
func (s *Service) Jobs(r *jobs.Registry) {
	jobs.Handle(r, s.relocate)
	jobs.Handle(r, gather)
	jobs.Handle(r, s.succeed)
}

func (s *Service) relocate(ctx context.Context, tx db.Tx, t Relocate) error {
	m, err := lockMove(ctx, tx, t.CompanyID, t.ID)
	if err != nil || m.DoneAt != nil {
		return err
	}
	ids := []rbac.CompanyID{t.CompanyID}
	if err := keep(ctx, tx, ids); err != nil {
		return err
	}
	if err := moveCompany(ctx, tx, t.CompanyID, m.ToRegionPath, m.ToLine); err != nil {
		return err
	}
	if err := record(ctx, tx, ids, note{Source: FromMove, Reason: m.Reason, PersonID: m.ByPersonID, Name: m.ByName}); err != nil {
		return err
	}
	if err := finishMove(ctx, tx, m); err != nil {
		return err
	}
	if err := jobs.Enqueue(ctx, tx, Gather{t.CompanyID}, jobs.Key(fmt.Sprintf("%d:%d", int64(t.CompanyID), t.ID)), jobs.At(tx.Now.Add(gatherAfter))); err != nil {
		return err
	}
	return s.changed(ctx, tx, ids)
}

func gather(ctx context.Context, tx db.Tx, t Gather) error { return moveHome(ctx, tx, t.CompanyID) }
