package company

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/search"
	"anbiao/rbac"
)

// linkNoun is what files and the trail call a link.
const linkNoun = "company_link"

// LinkFile is a link with its agreements and joint checks, newest first.
type LinkFile struct {
	Link
	Agreement  State // of the safety agreement
	Agreements []Agreement
	Checks     []JointCheck
}

// Links returns the links a company is on either side of, and whether a regulator asks.
// Errors: rbac.ErrNotFound.
func (s *Service) Links(ctx context.Context, c rbac.CompanyID) (files []LinkFile, overseen bool, err error) {
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) error {
		overseen = scope.Actor().Kind == rbac.Regulator
		if _, err := companyByID(ctx, tx, scope, c, false); err != nil {
			return err
		}
		links, err := linksOf(ctx, tx, scope, c)
		if err != nil || len(links) == 0 {
			return err
		}
		agreements, err := agreementsOf(ctx, tx, links)
		if err != nil {
			return err
		}
		checks, err := jointChecksOf(ctx, tx, links)
		files = gathered(links, agreements, checks, dayOf(tx))
		return err
	})
	return files, overseen, err
}

func gathered(links []Link, agreements []Agreement, checks []JointCheck, today day.Date) []LinkFile {
	files := make([]LinkFile, len(links))
	place := map[id.Of[id.Link]]*LinkFile{}
	for i, l := range links {
		files[i].Link = l
		place[l.ID] = &files[i]
	}
	for _, a := range agreements {
		place[a.LinkID].Agreements = append(place[a.LinkID].Agreements, a)
	}
	for _, c := range checks {
		place[c.LinkID].Checks = append(place[c.LinkID].Checks, c)
	}
	for i := range files {
		files[i].Agreement = agreementState(files[i].Agreements, today)
	}
	return files
}

// Propose links a landlord with a tenant: the landlord proposes, and the tenant answers; what a
// regulator of the landlord's area enters is in force at once. Errors: rbac.ErrNotFound,
// ErrPartner, ErrLinked, ErrDates.
func (s *Service) Propose(ctx context.Context, landlord rbac.CompanyID, p Proposal) (n id.Of[id.Link], err error) {
	err = s.Gate.Write(ctx, ActionLink, func(tx db.Tx, scope rbac.Scope) error {
		if err := p.check(); err != nil {
			return err
		}
		home, err := scope.Within(ctx, tx, landlord)
		if err != nil {
			return err
		}
		c, err := companyByID(ctx, tx, scope, landlord, false)
		if err != nil {
			return err
		}
		tenant, err := partner(ctx, tx, p.code(), max(p.SiteNo, 1), search.Fold(p.Name))
		if err != nil {
			return err
		}
		l := Link{
			CompanyID: landlord, RegionPath: home.RegionPath, OversightLine: home.Line, TenantID: tenant, LandlordName: c.Name, TenantName: p.Name, Place: p.Place,
			AreaM2: p.AreaM2, FromOn: p.From, UntilOn: p.Until, Note: p.Note, State: Proposed, ProposedBy: scope.Actor().Name, ProposedAt: tx.Now,
		}
		if scope.Actor().Kind == rbac.Regulator {
			l.State, l.ByRegulator = Confirmed, true
		}
		if err := insertLink(ctx, tx, &l); err != nil {
			return err
		}
		n = l.ID
		scope.Made(int64(n))
		scope.Changed(linkNoun, int64(n), landlord, Proposal{}, p)
		return nil
	})
	return n, err
}

// AnswerLink is the tenant's answer to a proposal. Errors: rbac.ErrNotFound, rbac.ErrForbidden,
// ErrAnswered.
func (s *Service) AnswerLink(ctx context.Context, n id.Of[id.Link], a Answer) error {
	return s.Gate.Write(ctx, ActionAnswer, func(tx db.Tx, scope rbac.Scope) error {
		was, err := linkByID(ctx, tx, scope, n, true)
		if err != nil {
			return err
		}
		is, err := was.answered(a, scope.Actor(), tx.Now)
		if err != nil {
			return err
		}
		scope.Made(int64(n))
		scope.Changed(linkNoun, int64(n), scope.Actor().CompanyID, was, is)
		return updateLink(ctx, tx, is, "answered_by", "answered_at")
	})
}

// EndLink ends a link or withdraws a proposal. Errors: rbac.ErrNotFound, ErrNotInForce,
// ErrFuture, ErrDates.
func (s *Service) EndLink(ctx context.Context, n id.Of[id.Link], e Ending) error {
	return s.Gate.Write(ctx, ActionLink, func(tx db.Tx, scope rbac.Scope) error {
		was, err := linkByID(ctx, tx, scope, n, true)
		if err != nil {
			return err
		}
		is, err := was.closed(e, dayOf(tx))
		if err != nil {
			return err
		}
		scope.Made(int64(n))
		scope.Changed(linkNoun, int64(n), was.CompanyID, was, is)
		return updateLink(ctx, tx, is, "until_on", "end_reason")
	})
}

// shared returns a link in force of the actor's own company, to hang something on.
func shared(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Link]) (Link, rbac.Home, error) {
	home, err := scope.Home()
	if err != nil {
		return Link{}, home, err
	}
	l, err := linkByID(ctx, tx, scope, n, false)
	if err == nil && l.State != Confirmed {
		err = ErrNotInForce
	}
	return l, home, err
}

// AddAgreement writes down a safety agreement of the two. Errors: rbac.ErrNotFound,
// ErrNotInForce, ErrFuture, ErrDates, and those of claiming its files.
func (s *Service) AddAgreement(ctx context.Context, n id.Of[id.Link], e AgreementEntry) error {
	return s.Gate.Write(ctx, ActionShare, func(tx db.Tx, scope rbac.Scope) error {
		l, home, err := shared(ctx, tx, scope, n)
		switch {
		case err != nil:
			return err
		case e.SignedOn.After(dayOf(tx)):
			return ErrFuture.At("body.signedOn")
		case !e.ValidTo.IsZero() && e.ValidTo.Before(e.SignedOn):
			return ErrDates.At("body.validTo")
		}
		a := Agreement{
			CompanyID: l.CompanyID, RegionPath: l.RegionPath, OversightLine: l.OversightLine, LinkID: l.ID, TenantID: l.TenantID, SignedOn: e.SignedOn, ValidTo: e.ValidTo,
			AttachmentIDs: ints(e.AttachmentIDs), Note: e.Note, ByCompany: home.CompanyID, ByName: scope.Actor().Name, At: tx.Now,
		}
		if err := insertAgreement(ctx, tx, &a); err != nil {
			return err
		}
		scope.Made(int64(n))
		scope.Changed("company_agreement", int64(n), home.CompanyID, AgreementEntry{}, e)
		return s.claim(ctx, tx, scope, e.AttachmentIDs, linkNoun, int64(n))
	})
}

// AddJointCheck writes down a check the two made together. Errors: as AddAgreement.
func (s *Service) AddJointCheck(ctx context.Context, n id.Of[id.Link], e JointCheckEntry) error {
	return s.Gate.Write(ctx, ActionShare, func(tx db.Tx, scope rbac.Scope) error {
		l, home, err := shared(ctx, tx, scope, n)
		switch {
		case err != nil:
			return err
		case e.On.After(dayOf(tx)):
			return ErrFuture.At("body.on")
		}
		c := JointCheck{
			CompanyID: l.CompanyID, RegionPath: l.RegionPath, OversightLine: l.OversightLine, LinkID: l.ID, TenantID: l.TenantID, OnDay: e.On, Participants: e.names(),
			Findings: e.Findings, AttachmentIDs: ints(e.AttachmentIDs), ByCompany: home.CompanyID, ByName: scope.Actor().Name, At: tx.Now,
		}
		if err := insertJointCheck(ctx, tx, &c); err != nil {
			return err
		}
		scope.Made(int64(n))
		scope.Changed("company_joint_check", int64(n), home.CompanyID, JointCheckEntry{}, e)
		return s.claim(ctx, tx, scope, e.AttachmentIDs, linkNoun, int64(n))
	})
}

// SeesLink reports whether the actor may see a link, and with it the files that hang on it.
func SeesLink(ctx context.Context, tx db.Tx, scope rbac.Scope, noun string, n int64) (bool, error) {
	if noun != linkNoun {
		return false, nil
	}
	_, err := linkByID(ctx, tx, scope, id.Of[id.Link](n), false)
	if err == rbac.ErrNotFound { //nolint:errorlint // returned unwrapped
		return false, nil
	}
	return err == nil, err
}
