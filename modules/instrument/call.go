package instrument

import (
	"context"
	"strconv"
	"strings"
	"time"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// Call is that a company was rung up about what it owes.
type Call struct {
	ID               id.Of[Call]
	CompanyID        rbac.CompanyID
	RegionPath       string
	OversightLine    int16
	OrganisationID   id.Of[id.Organisation]
	OrganisationName string
	PersonID         id.Of[id.Person]
	PersonName       string
	At               time.Time
	Phone            string
	Outcome          string
	Note             string
}

// Outcomes of a call.
var Outcomes = []string{"reached", "promised", "no_answer", "wrong_number", "closed_down"}

// Rung is what is noted of a call.
type Rung struct {
	Phone   string `json:"phone,omitempty" required:"false" maxLength:"30"`
	Outcome string `json:"outcome" enum:"reached,promised,no_answer,wrong_number,closed_down"`
	Note    string `json:"note,omitempty" required:"false" maxLength:"500"`
}

// Owing is a company that has not reported or that nobody has signed in for, with whom to ring.
type Owing struct {
	CompanyID    rbac.CompanyID
	Name         string
	USCC         string
	RegionPath   string
	Town         string
	ContactName  string
	ContactPhone string
	Missing      int32 // reports due and not handed in
	Activated    bool
	LastReport   int32 // YYYYMMDD; 0: never
	Calls        int64 // in the last 90 days
	CalledAt     *time.Time
	CalledBy     string
	Outcome      string
	CallNote     string
}

// OwingFilter narrows the list of those who owe something.
type OwingFilter struct {
	page.Query
	Division string `query:"division" maxLength:"15" pattern:"^[0-9A-Z]*$" doc:"path of an area; empty: all the actor oversees"`
	Owes     string `query:"owes" enum:",report,activation" doc:"empty: either"`
	Called   string `query:"called" enum:",no,yes" doc:"in the last 90 days"`
	Name     string `query:"name" maxLength:"60" doc:"part of the name"`
}

// Town is how many owe something in one town.
type Town struct {
	Path     string `json:"path"`
	Name     string `json:"name"`
	Missing  int64  `json:"missing" doc:"companies that have not reported"`
	Inactive int64  `json:"inactive" doc:"companies that nobody has signed in for"`
	Called   int64  `json:"called" doc:"of both, rung up in the last 90 days"`
}

// within reports whether a division lies in the actor's areas.
func within(a rbac.Actor, division string) error {
	if division == "" {
		return nil
	}
	for _, area := range a.Areas {
		if strings.HasPrefix(division, area) || strings.HasPrefix(area, division) {
			return nil
		}
	}
	return ErrArea.At("query.division")
}

// Owing lists companies by id. Errors: page.ErrCursor, ErrArea.
func (s *Service) Owing(ctx context.Context, f OwingFilter) (rows []Owing, k page.Key, err error) {
	if k, err = f.Start("id", 1); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionCallList, func(tx db.Tx, scope rbac.Scope) error {
		if err := within(scope.Actor(), f.Division); err != nil {
			return err
		}
		rows, err = owing(ctx, tx, scope, f, k)
		return err
	})
	return rows, k, err
}

// Towns counts those who owe something, by town. Errors: ErrArea outside the actor's area and above a city.
func (s *Service) Towns(ctx context.Context, division string) (rows []Town, err error) {
	err = s.Gate.Read(ctx, ActionCallList, func(tx db.Tx, scope rbac.Scope) error {
		a := scope.Actor()
		if err := within(a, division); err != nil {
			return err
		}
		if division == "" && len(a.Areas) > 0 {
			division = a.Areas[0]
		}
		if len(division) < 4 {
			return ErrArea.At("query.division")
		}
		rows, err = owingTowns(ctx, tx, scope, division)
		return err
	})
	return rows, err
}

// Calls lists the calls to a company, latest first, at most 100. Errors: rbac.ErrNotFound.
func (s *Service) Calls(ctx context.Context, company rbac.CompanyID) (rows []Call, err error) {
	err = s.Gate.Read(ctx, ActionCallList, func(tx db.Tx, scope rbac.Scope) error {
		found, err := overseen(ctx, tx, scope, []rbac.CompanyID{company})
		if err == nil && len(found) == 0 {
			err = rbac.ErrNotFound
		}
		if err != nil {
			return err
		}
		rows, err = callsOf(ctx, tx, scope, company)
		return err
	})
	return rows, err
}

// Ring notes that a company was rung up. Errors: rbac.ErrNotFound.
func (s *Service) Ring(ctx context.Context, company rbac.CompanyID, r Rung) (n id.Of[Call], err error) {
	err = s.Gate.Write(ctx, ActionCall, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Within(ctx, tx, company)
		if err != nil {
			return err
		}
		trimmed(&r.Phone, &r.Note)
		a := scope.Actor()
		c := Call{
			CompanyID: company, RegionPath: home.RegionPath, OversightLine: home.Line, OrganisationID: a.OrganisationID, PersonID: a.PersonID, PersonName: a.Name, At: tx.Now,
			Phone: r.Phone, Outcome: r.Outcome, Note: r.Note,
		}
		if c.OrganisationName, err = ownName(ctx, tx, a.OrganisationID); err != nil {
			return err
		}
		if err := insertCall(ctx, tx, &c); err != nil {
			return err
		}
		n = c.ID
		scope.Made(int64(n))
		scope.Changed("instrument_call", int64(n), company, Call{}, c)
		return nil
	})
	return n, err
}

func itoa(n int32) string { return strconv.Itoa(int(n)) }
