package company

import (
	"context"

	"anbiao/kit/code"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// View is a company as its page shows it.
type View struct {
	Company
	Area   string      // names of its area, from the province down
	Line   string      // name of its supervision line
	On     day.Date    // the day it is shown as of; zero: now
	Sites  []Site      // others under the same code that the reader may see
	Moving *Relocation // ordered and not yet done
}

// Site is another site of the same firm.
type Site struct {
	CompanyID rbac.CompanyID
	SiteNo    int16
	Name      string
	Area      string
}

// Read returns one company and the name of its area. Errors: rbac.ErrNotFound.
func (s *Service) Read(ctx context.Context, id rbac.CompanyID) (c Company, area string, err error) {
	v, err := s.ReadOn(ctx, id, day.Date{})
	return v.Company, v.Area, err
}

// ReadOn returns one company as it was on a day, the zero day meaning now. Its head-count is
// that of the day even if it was written down later. Errors: rbac.ErrNotFound, ErrNotYet,
// ErrFuture.
func (s *Service) ReadOn(ctx context.Context, id rbac.CompanyID, on day.Date) (v View, err error) {
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) (err error) {
		if on.After(dayOf(tx)) {
			return ErrFuture.At("query.on")
		}
		if v.Company, err = companyByID(ctx, tx, scope, id, false); err != nil {
			return err
		}
		if v.Sites, err = sitesOf(ctx, tx, scope, v.Company); err != nil {
			return err
		}
		if v.Moving, err = pendingMove(ctx, tx, id); err != nil {
			return err
		}
		if !on.IsZero() {
			if v.Company, err = companyOn(ctx, tx, v.Company, on); err != nil {
				return err
			}
			v.On = on
		}
		v.Area, v.Line, err = placeOf(ctx, tx, v.Company)
		return err
	})
	return v, err
}

// placeOf names the area and the supervision line of c. An area that is none any more is called
// what it was called last.
func placeOf(ctx context.Context, tx db.Tx, c Company) (area, line string, err error) {
	if area, err = areaName(ctx, tx, c.RegionPath); err != nil {
		return "", "", err
	}
	if area == "" {
		names, err := areaNames(ctx, tx, db.Texts{c.RegionPath})
		if err != nil {
			return "", "", err
		}
		area = names[c.RegionPath]
	}
	lines, err := linesByNumber(ctx, tx)
	return area, lines[c.OversightLine], err
}

// companyOn returns c as it was on a day. Errors: ErrNotYet.
func companyOn(ctx context.Context, tx db.Tx, c Company, on day.Date) (Company, error) {
	card, since, err := cardOn(ctx, tx, c.CompanyID, on)
	if err != nil {
		return c, err
	}
	if since.IsZero() {
		since = day.In(c.CreatedAt, day.Shanghai)
	}
	if on.Before(since) {
		return c, ErrNotYet.With("since", since.String())
	}
	if card != nil {
		c = c.on(*card)
	}
	n, err := headcountOn(ctx, tx, c.CompanyID, on)
	if n != nil {
		c.StaffCount = n
	}
	return c, err
}

// Names are those of the areas and supervision lines that a history speaks of.
type Names struct {
	Areas map[string]string // by path
	Lines map[int16]string
}

// History returns one page of what changed in a company's card, newest first. Errors:
// rbac.ErrNotFound, page.ErrCursor.
func (s *Service) History(ctx context.Context, id rbac.CompanyID, q page.Query) (rows []Step, k page.Key, names Names, err error) {
	if k, err = q.Start("id", 1); err != nil {
		return nil, k, names, err
	}
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) (err error) {
		if _, err = companyByID(ctx, tx, scope, id, false); err != nil {
			return err
		}
		if rows, err = stepsOf(ctx, tx, id, k, q.Limit); err != nil {
			return err
		}
		var paths db.Texts
		for _, r := range rows {
			paths = append(paths, r.Card.V.Division)
			if r.Was != nil {
				paths = append(paths, r.Was.V.Division)
			}
		}
		if names.Areas, err = areaNames(ctx, tx, paths); err != nil {
			return err
		}
		names.Lines, err = linesByNumber(ctx, tx)
		return err
	})
	return rows, k, names, err
}

// Amendment is what a regulator brings up to date in a company's registration.
type Amendment struct {
	Name                string   `json:"name" minLength:"2" maxLength:"100"`
	USCC                string   `json:"uscc" maxLength:"40" required:"false" doc:"unified social credit code; empty while there is none"`
	SiteNo              int16    `json:"siteNo" minimum:"1" maximum:"999" default:"1" required:"false"`
	Industry            string   `json:"industry" maxLength:"10" required:"false" doc:"GB/T 4754-2017"`
	SupervisionIndustry string   `json:"supervisionIndustry" maxLength:"60" required:"false"`
	Status              Status   `json:"status" enum:"active,suspended,closed"`
	Reason              string   `json:"reason" minLength:"2" maxLength:"200" doc:"stays in the history"`
	From                day.Date `json:"from,omitempty" doc:"the day it holds from, not before the last change; empty: today"`
}

// amended returns c with what m says. Errors: those of package code, each naming its field.
func (c Company) amended(m Amendment) (Company, error) {
	c.USCC, c.Industry = "", ""
	if m.USCC != "" {
		u, _, err := code.Parse(m.USCC)
		if err != nil {
			return c, at(err, "body.uscc")
		}
		c.USCC = string(u)
	}
	if m.Industry != "" {
		industry, err := code.Industry(m.Industry)
		if err != nil {
			return c, at(err, "body.industry")
		}
		c.Industry = industry
	}
	c.rename(m.Name)
	c.SiteNo, c.SupervisionIndustry, c.Status = max(m.SiteNo, 1), m.SupervisionIndustry, m.Status
	return c, nil
}

// Amend brings a company's registration up to date. Errors: rbac.ErrNotFound, ErrTaken,
// ErrNamesake, ErrNothing, ErrFuture, ErrDates, those of package code.
func (s *Service) Amend(ctx context.Context, id rbac.CompanyID, m Amendment) error {
	return s.Gate.Write(ctx, ActionAmend, func(tx db.Tx, scope rbac.Scope) error {
		was, err := companyByID(ctx, tx, scope, id, true)
		if err != nil {
			return err
		}
		is, err := was.amended(m)
		if err != nil {
			return err
		}
		y, err := newestYear(ctx, tx, id)
		if err != nil {
			return err
		}
		is.classify(newest{y.Year, y.StaffCount})
		if equal(was, is) {
			return ErrNothing
		}
		by := noteOf(scope, FromRegistration, m.Reason)
		by.From = m.From
		if err := datedAfter(ctx, tx, id, m.From); err != nil {
			return err
		}
		is.UpdatedAt = tx.Now
		return s.enact(ctx, tx, scope, was, is, by)
	})
}

// datedAfter refuses a change dated into the future or before the last one. Errors:
// ErrFuture, ErrDates.
func datedAfter(ctx context.Context, tx db.Tx, id rbac.CompanyID, from day.Date) error {
	if from.IsZero() {
		return nil
	}
	if from.After(dayOf(tx)) {
		return ErrFuture.At("body.from")
	}
	last, err := lastChange(ctx, tx, id)
	if err == nil && from.Before(last) {
		return ErrDates.At("body.from")
	}
	return err
}

// enact saves what a regulator changed of a company, with its version.
func (s *Service) enact(ctx context.Context, tx db.Tx, scope rbac.Scope, was, is Company, by note) error {
	ids := []rbac.CompanyID{was.CompanyID}
	if err := keep(ctx, tx, ids); err != nil {
		return err
	}
	if err := updateRegistration(ctx, tx, is); err != nil {
		return err
	}
	if err := record(ctx, tx, ids, by); err != nil {
		return err
	}
	if was.Name != is.Name {
		if err := renameLinks(ctx, tx, keysOf(ids)); err != nil {
			return err
		}
	}
	scope.Made(int64(was.CompanyID))
	scope.Changed("company", int64(was.CompanyID), was.CompanyID, was.trail(), is.trail())
	scope.Changed("company_reason", int64(was.CompanyID), was.CompanyID, why{}, why{by.Reason})
	return s.changed(ctx, tx, ids)
}

// why is a reason as the trail keeps it.
type why struct{ Reason string }

// ScaleDecision is what a regulator says of 规模以上.
type ScaleDecision struct {
	Decision string `json:"decision" enum:"yes,no,computed" doc:"computed: follow industry and revenue again"`
	Reason   string `json:"reason" minLength:"2" maxLength:"200"`
}

// DecideScale says whether a company counts as above designated size, whatever its figures
// suggest, or lets it follow them again. Errors: rbac.ErrNotFound, ErrNothing.
func (s *Service) DecideScale(ctx context.Context, id rbac.CompanyID, d ScaleDecision) error {
	return s.Gate.Write(ctx, ActionScale, func(tx db.Tx, scope rbac.Scope) error {
		was, err := companyByID(ctx, tx, scope, id, true)
		if err != nil {
			return err
		}
		is := was
		is.AboveScalePinned = d.Decision != "computed"
		is.AboveScale = d.Decision == "yes"
		if !is.AboveScalePinned {
			is.AboveScale = AboveScale(is.Industry, is.RevenueFen)
		}
		if is.AboveScale == was.AboveScale && is.AboveScalePinned == was.AboveScalePinned {
			return ErrNothing
		}
		is.UpdatedAt = tx.Now
		return s.enact(ctx, tx, scope, was, is, noteOf(scope, FromScale, d.Reason))
	})
}

// own returns the home of a company's rows if the actor keeps its file. Errors: rbac.ErrNotFound.
func own(scope rbac.Scope, c rbac.CompanyID) (rbac.Home, error) {
	home, err := scope.Home()
	if err == nil && home.CompanyID != c {
		err = rbac.ErrNotFound
	}
	return home, err
}

func (s *Service) claim(ctx context.Context, tx db.Tx, scope rbac.Scope, files []id.Of[id.Attachment], noun string, object int64) error {
	if s.Claim == nil || len(files) == 0 {
		return nil
	}
	return s.Claim(ctx, tx, scope, files, noun, object)
}
