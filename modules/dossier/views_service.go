package dossier

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// Look notes in the caller's transaction that a regulator looks at a company's dossier, or at a section of it. While his
// organisation has an unannounced task (四不两直) open for the company, the view stays hidden until Reveal, and the trail does
// not name the company. Nobody else's look is noted. Errors: rbac.ErrNotFound outside his scope.
func (s *Service) Look(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, part string) error {
	by := scope.Actor()
	if by.Kind != rbac.Regulator {
		return nil
	}
	home, err := scope.Within(ctx, tx, company)
	if err != nil {
		return err
	}
	hidden := false
	if s.Unannounced != nil {
		open, err := s.Unannounced(ctx, tx, scope, []rbac.CompanyID{company})
		if err != nil {
			return err
		}
		hidden = open[company]
	}
	if there, err := addPart(ctx, tx, company, by.PersonID, hidden, part); there || err != nil {
		return err
	}
	v := View{CompanyID: company, RegionPath: home.RegionPath, OversightLine: home.Line, At: tx.Now, PersonID: by.PersonID, PersonName: by.Name, OrganisationID: by.OrganisationID, Parts: db.Texts{}}
	if v.OrganisationName, err = organisationName(ctx, tx, by.OrganisationID); err != nil {
		return err
	}
	if part != "" {
		v.Parts = db.Texts{part}
	}
	seen := rbac.CompanyID(0)
	if !hidden {
		v.VisibleFrom, seen = &tx.Now, company
	}
	if err := insertView(ctx, tx, &v); err != nil {
		return err
	}
	scope.Saw("dossier.view", int64(v.ID), seen)
	return nil
}

// Reveal makes the views visible to the company that officers of an organisation made of its dossier while an unannounced task
// was open. For visit, when the task is over; in its transaction, as that organisation or as the job runner.
func Reveal(ctx context.Context, tx db.Tx, company rbac.CompanyID, organisation id.Of[id.Organisation]) error {
	return reveal(ctx, tx, company, organisation)
}

// Views returns who looked at a company's dossier, latest first: a company sees its own; a regulator those of companies he
// oversees, with his own organisation's hidden ones. Errors: page.ErrCursor, ErrCompanyNeeded, rbac.ErrNotFound.
func (s *Service) Views(ctx context.Context, company rbac.CompanyID, q page.Query) (rows []View, k page.Key, err error) {
	if k, err = q.Start("latest", 2); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionViews, func(tx db.Tx, scope rbac.Scope) error {
		n, err := companyOf(scope, company)
		if err != nil {
			return err
		}
		rows, err = viewsOf(ctx, tx, scope, n, k, q.Limit)
		return err
	})
	return rows, k, err
}

// companyOf is the actor's own company, or the one he names. Errors: ErrCompanyNeeded.
func companyOf(scope rbac.Scope, company rbac.CompanyID) (rbac.CompanyID, error) {
	if a := scope.Actor(); a.CompanyID != 0 {
		return a.CompanyID, nil
	}
	if company == 0 {
		return 0, ErrCompanyNeeded.At("query.companyId")
	}
	return company, nil
}
