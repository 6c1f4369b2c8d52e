package dossier

import (
	"context"
	"slices"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// BoardFilter narrows the list of companies with who answers for them.
type BoardFilter struct {
	page.Query
	Division  string         `query:"division" maxLength:"15" pattern:"^[0-9A-Z]*$" doc:"area, by its path"`
	CompanyID rbac.CompanyID `query:"companyId"`
	Missing   string         `query:"missing" enum:",any,territory,line,general,company,grid" doc:"only those where nobody of the kind answers; any: one of the four"`
	Name      string         `query:"name" maxLength:"60" doc:"part of the company's name"`
	Person    string         `query:"person" maxLength:"30" doc:"part of the name of who answers"`
}

// Boards lists companies with who answers for them today, by area. Errors: page.ErrCursor.
func (s *Service) Boards(ctx context.Context, f BoardFilter) (rows []Boarded, k page.Key, err error) {
	if k, err = f.Start("area", 2); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionPeople, func(tx db.Tx, scope rbac.Scope) (err error) {
		rows, err = boardedBy(ctx, tx, scope, f, k, today(tx))
		return err
	})
	return rows, k, err
}

// Board is who answers for one company, and who did.
type Board struct {
	Firm Boarded
	Past []Responsible // the latest first, those of today among them
	May  bool          // the actor may name them
	Now  day.Date
}

// BoardOf returns who answers for a company: its own, or one that a regulator oversees. Errors: ErrCompanyNeeded, rbac.ErrNotFound.
func (s *Service) BoardOf(ctx context.Context, company rbac.CompanyID) (b Board, err error) {
	err = s.Gate.Read(ctx, ActionPeople, func(tx db.Tx, scope rbac.Scope) error {
		n, err := companyOf(scope, company)
		if err != nil {
			return err
		}
		if b.Firm, err = firmOf(ctx, tx, scope, n); err != nil {
			return err
		}
		b.Now, b.May = today(tx), scope.Can(ActionName)
		if b.Firm.People, err = answering(ctx, tx, scope, n, b.Now); err != nil {
			return err
		}
		b.Past, err = past(ctx, tx, scope, n)
		return err
	})
	return b, err
}

// Name names who answers for companies, one or many, from a day on; who answered until then ends the day before. Naming on the
// day the last one began corrects him. Errors: rbac.ErrNotFound where a company is not in scope, ErrBlank, ErrSince.
func (s *Service) Name(ctx context.Context, companies []rbac.CompanyID, n Named) (first id.Of[id.Responsible], err error) {
	err = s.Gate.Write(ctx, ActionName, func(tx db.Tx, scope rbac.Scope) error {
		n, err := n.check(today(tx))
		if err != nil {
			return err
		}
		firms, err := within(ctx, tx, scope, companies)
		if err != nil {
			return err
		}
		if len(firms) != len(distinct(companies)) {
			return rbac.ErrNotFound
		}
		for _, f := range firms { // they do not move meanwhile
			if _, err := scope.Within(ctx, tx, f.CompanyID); err != nil {
				return err
			}
		}
		last, err := lastOf(ctx, tx, companies)
		if err != nil {
			return err
		}
		p := &plan{by: scope.Actor(), tx: tx}
		for _, f := range firms {
			if err := p.name(f, n, last[f.CompanyID]); err != nil {
				return err
			}
		}
		if err := p.store(ctx); err != nil {
			return err
		}
		first = p.trail(scope)
		scope.Made(int64(first))
		return nil
	})
	return first, err
}

// End ends who answers without naming another; the day is his last. Errors: rbac.ErrNotFound, ErrNobody, ErrSince.
func (s *Service) End(ctx context.Context, company rbac.CompanyID, kind string, on day.Date) (n id.Of[id.Responsible], err error) {
	err = s.Gate.Write(ctx, ActionName, func(tx db.Tx, scope rbac.Scope) error {
		if _, err := scope.Within(ctx, tx, company); err != nil {
			return err
		}
		last, err := lastOf(ctx, tx, []rbac.CompanyID{company})
		if err != nil {
			return err
		}
		r, ok := last[company][kind]
		switch {
		case !ok:
			return ErrNobody
		case on.Before(r.SinceOn) || on.After(today(tx)):
			return ErrSince.With("since", r.SinceOn.String()).At("body.on")
		}
		was := r
		r.UntilOn = on
		n = r.ID
		scope.Made(int64(n))
		scope.Changed("dossier_responsible", int64(n), company, was, r)
		return endMany(ctx, tx, []Responsible{r})
	})
	return n, err
}

func distinct(companies []rbac.CompanyID) map[rbac.CompanyID]bool {
	out := map[rbac.CompanyID]bool{}
	for _, n := range companies {
		out[n] = true
	}
	return out
}

// plan is what naming changes.
type plan struct {
	by                     rbac.Actor
	tx                     db.Tx
	ends, corrected, fresh []Responsible
}

// name plans one naming for one company. Errors: ErrSince.
func (p *plan) name(f Boarded, n Named, last map[string]Responsible) error {
	r := Responsible{
		CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, Kind: n.Kind, Name: n.Name, Post: n.Post, Phone: n.Phone, SinceOn: n.SinceOn,
		OrganisationID: p.by.OrganisationID, NamedBy: p.by.Name, NamedAt: p.tx.Now,
	}
	was, there := last[n.Kind]
	switch {
	case !there:
	case was.same(n):
		return nil
	case n.SinceOn.Before(was.SinceOn):
		return ErrSince.With("since", was.SinceOn.String()).At("body.sinceOn")
	case n.SinceOn == was.SinceOn:
		r.ID = was.ID
		p.corrected = append(p.corrected, r)
		return nil
	default:
		was.UntilOn = n.SinceOn.AddDays(-1)
		p.ends = append(p.ends, was)
	}
	p.fresh = append(p.fresh, r)
	return nil
}

func (p *plan) changed() int { return len(p.corrected) + len(p.fresh) }

// trail notes who was named, a row a company, and returns the first; 0: everybody answers already.
func (p *plan) trail(scope rbac.Scope) (first id.Of[id.Responsible]) {
	for i, r := range slices.Concat(p.corrected, p.fresh) {
		if i == 0 {
			first = r.ID
		}
		scope.Changed("dossier_responsible", int64(r.ID), r.CompanyID, Responsible{}, r)
	}
	return first
}

func (p *plan) store(ctx context.Context) error {
	if err := endMany(ctx, p.tx, p.ends); err != nil {
		return err
	}
	if err := correctMany(ctx, p.tx, p.corrected); err != nil {
		return err
	}
	return insertMany(ctx, p.tx, p.fresh)
}
