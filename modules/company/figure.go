package company

import (
	"context"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fen"
	"anbiao/rbac"
)

// Headcount is how many people a company employs from a day on.
type Headcount struct {
	CompanyID     rbac.CompanyID
	ID            int64
	RegionPath    string
	OversightLine int16
	OnDay         day.Date
	StaffCount    int32
	Source        Source
	ByName        string
	At            time.Time
}

// Year is what a year closed with. The newest on file decides the size class
// (《统计上大中小微型企业划分办法（2017）》 art. 6: last year's statistics).
type Year struct {
	CompanyID     rbac.CompanyID
	ID            int64
	RegionPath    string
	OversightLine int16
	Year          int32
	StaffCount    *int32 // at the year's end
	RevenueFen    *fen.Amount
	AssetsFen     *fen.Amount
	Source        Source
	ByName        string
	At            time.Time
}

// HeadcountEntry is a head-count as it is written down.
type HeadcountEntry struct {
	On         day.Date `json:"on" doc:"the day it holds from, not in the future"`
	StaffCount int32    `json:"staffCount" minimum:"0" maximum:"10000000"`
}

// YearEntry is a year's figures as they are written down.
type YearEntry struct {
	StaffCount *int32 `json:"staffCount,omitempty" minimum:"0" maximum:"10000000" doc:"at the year's end"`
	RevenueFen *int64 `json:"revenueFen,omitempty" minimum:"0" maximum:"9000000000000000" doc:"fen"`
	AssetsFen  *int64 `json:"assetsFen,omitempty" minimum:"0" maximum:"9000000000000000" doc:"at the year's end, fen"`
}

// Figures are a company's head-counts and years, newest first, and the size class that follows.
type Figures struct {
	Headcounts []Headcount
	Years      []Year
	SizeYear   int32 // whose figures the size class follows from; zero: those of the card
}

// Figures returns a company's head-counts and years. Errors: rbac.ErrNotFound.
func (s *Service) Figures(ctx context.Context, id rbac.CompanyID) (f Figures, err error) {
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) (err error) {
		if _, err = companyByID(ctx, tx, scope, id, false); err != nil {
			return err
		}
		if f.Headcounts, err = headcountsOf(ctx, tx, id); err != nil {
			return err
		}
		f.Years, err = yearsOf(ctx, tx, id)
		if len(f.Years) > 0 {
			f.SizeYear = f.Years[0].Year
		}
		return err
	})
	return f, err
}

// RecordHeadcount writes down how many people a company employs from a day on; the newest is
// what its card says. Errors: rbac.ErrNotFound, ErrFuture.
func (s *Service) RecordHeadcount(ctx context.Context, id rbac.CompanyID, e HeadcountEntry) error {
	return s.Gate.Write(ctx, ActionEdit, func(tx db.Tx, scope rbac.Scope) error {
		if e.On.IsZero() || e.On.After(dayOf(tx)) {
			return ErrFuture.At("body.on")
		}
		was, err := companyByID(ctx, tx, scope, id, true)
		if err != nil {
			return err
		}
		h := Headcount{
			CompanyID: id, RegionPath: was.RegionPath, OversightLine: was.OversightLine, OnDay: e.On, StaffCount: e.StaffCount,
			Source: FromFigures, ByName: scope.Actor().Name, At: tx.Now,
		}
		if err := saveHeadcount(ctx, tx, h); err != nil {
			return err
		}
		scope.Changed("company_headcount", int64(id), id, Headcount{}, Headcount{OnDay: h.OnDay, StaffCount: h.StaffCount})
		return s.refigure(ctx, tx, scope, was)
	})
}

// RecordYear writes down what a year closed with. Errors: rbac.ErrNotFound, ErrFuture.
func (s *Service) RecordYear(ctx context.Context, id rbac.CompanyID, year int32, e YearEntry) error {
	return s.Gate.Write(ctx, ActionEdit, func(tx db.Tx, scope rbac.Scope) error {
		if year > lastYear(dayOf(tx)) {
			return ErrFuture.At("path.year")
		}
		was, err := companyByID(ctx, tx, scope, id, true)
		if err != nil {
			return err
		}
		y := Year{
			CompanyID: id, RegionPath: was.RegionPath, OversightLine: was.OversightLine, Year: year, StaffCount: e.StaffCount,
			RevenueFen: amount(e.RevenueFen), AssetsFen: amount(e.AssetsFen), Source: FromFigures, ByName: scope.Actor().Name, At: tx.Now,
		}
		if err := saveYear(ctx, tx, y); err != nil {
			return err
		}
		scope.Changed("company_year", int64(year), id, YearEntry{}, e)
		return s.refigure(ctx, tx, scope, was)
	})
}

// refigure lets the card follow the newest head-count and year on file.
func (s *Service) refigure(ctx context.Context, tx db.Tx, scope rbac.Scope, was Company) error {
	is := was
	n, err := headcountOn(ctx, tx, was.CompanyID, dayOf(tx))
	if err != nil {
		return err
	}
	if n != nil {
		is.StaffCount = n
	}
	y, err := newestYear(ctx, tx, was.CompanyID)
	if err != nil {
		return err
	}
	if y.Year != 0 {
		is.RevenueFen, is.AssetsFen = y.RevenueFen, y.AssetsFen
	}
	is.classify(newest{y.Year, y.StaffCount})
	scope.Made(int64(was.CompanyID))
	return s.become(ctx, tx, scope, was, is, noteOf(scope, FromFigures, ""))
}

// become saves what a company has become, with its version, where that differs.
func (s *Service) become(ctx context.Context, tx db.Tx, scope rbac.Scope, was, is Company, by note) error {
	if equal(was, is) {
		return nil
	}
	ids := []rbac.CompanyID{was.CompanyID}
	if err := keep(ctx, tx, ids); err != nil {
		return err
	}
	is.UpdatedAt = tx.Now
	if err := updateProfile(ctx, tx, is); err != nil {
		return err
	}
	if err := record(ctx, tx, ids, by); err != nil {
		return err
	}
	scope.Changed("company", int64(was.CompanyID), was.CompanyID, was.trail(), is.trail())
	return s.changed(ctx, tx, ids)
}
