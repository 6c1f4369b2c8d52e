package fund

import (
	"context"
	"slices"
	"strings"

	"anbiao/kit/accrual"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// AddLine states a business of a year. Errors: ErrNoProfile, ErrNotBound, ErrYear, ErrName,
// ErrCategory, ErrSub, ErrRate, ErrRevenue, ErrLines.
func (s *Service) AddLine(ctx context.Context, year int, f LineForm) (n id.Of[Line], err error) {
	err = s.atYear(ctx, year, func(tx db.Tx, scope rbac.Scope, home rbac.Home, sh *Sheet, rules []*accrual.Rules) error {
		if !sh.Profile.Bound {
			return ErrNotBound
		}
		l := f.line(home, int32(year), tx.Now)
		b := *sh.books
		b.Lines = append(slices.Clone(b.Lines), l)
		if err := b.fits(rules, len(b.Lines)-1); err != nil {
			return err
		}
		lines := []Line{l}
		if err := insertLines(ctx, tx, lines); err != nil {
			return err
		}
		n = lines[0].ID
		scope.Made(int64(n))
		scope.Changed("fund_line", int64(n), home.CompanyID, Line{}, lines[0])
		return s.claim(ctx, tx, scope, f.Files, n)
	})
	return n, err
}

func (s *Service) claim(ctx context.Context, tx db.Tx, scope rbac.Scope, files []id.Of[id.Attachment], n id.Of[Line]) error {
	if len(files) == 0 || s.Claim == nil {
		return nil
	}
	return s.Claim(ctx, tx, scope, files, "fund_line", int64(n))
}

// atLine runs change on a business and keeps what it makes of it, if the year can still be reckoned.
func (s *Service) atLine(ctx context.Context, n id.Of[Line], change func(tx db.Tx, scope rbac.Scope, sh *Sheet, rules []*accrual.Rules, was Line) (Line, error)) (id.Of[Line], error) {
	year, err := s.yearOfLine(ctx, n)
	if err != nil {
		return n, err
	}
	err = s.atYear(ctx, year, func(tx db.Tx, scope rbac.Scope, home rbac.Home, sh *Sheet, rules []*accrual.Rules) error {
		at := slices.IndexFunc(sh.Lines, func(l Line) bool { return l.ID == n })
		if at < 0 {
			return rbac.ErrNotFound
		}
		was := sh.Lines[at]
		is, err := change(tx, scope, sh, rules, was)
		if err != nil {
			return err
		}
		is.ChangedAt = tx.Now
		if !is.Retired {
			b := *sh.books
			b.Lines = slices.Clone(b.Lines)
			b.Lines[at] = is
			if err := b.fits(rules, at); err != nil {
				return err
			}
		}
		scope.Made(int64(n))
		scope.Changed("fund_line", int64(n), home.CompanyID, was, is)
		return saveLine(ctx, tx, is)
	})
	return n, err
}

// yearOfLine finds the year of a business. Errors: rbac.ErrNotFound.
func (s *Service) yearOfLine(ctx context.Context, n id.Of[Line]) (year int, err error) {
	err = s.Gate.Read(ctx, ActionYear, func(tx db.Tx, scope rbac.Scope) error {
		l, err := lineByID(ctx, tx, scope, n)
		year = int(l.Year)
		return err
	})
	return year, err
}

// reckoned reports whether a closed month was worked out from a business.
func (s *Sheet) reckoned(n id.Of[Line]) bool {
	return slices.ContainsFunc(s.Months[:], func(m *Month) bool {
		return m != nil && m.State == Closed && slices.ContainsFunc(m.Working.V.Lines, func(w accrual.LineWorking) bool { return w.Key == n.String() })
	})
}

// ChangeLine states a business anew. What closed months were reckoned from stays: another revenue is
// a revision. Errors: as AddLine, and ErrClosed, rbac.ErrNotFound.
func (s *Service) ChangeLine(ctx context.Context, n id.Of[Line], f LineForm) (id.Of[Line], error) {
	return s.atLine(ctx, n, func(tx db.Tx, scope rbac.Scope, sh *Sheet, _ []*accrual.Rules, was Line) (Line, error) {
		is := f.line(sh.Profile.home(), was.Year, tx.Now)
		is.ID, is.Revisions = was.ID, was.Revisions
		if sh.reckoned(n) && !is.sameBase(was) {
			return is, ErrClosed
		}
		fresh := slices.DeleteFunc(slices.Clone(f.Files), func(n id.Of[id.Attachment]) bool { return slices.Contains(was.Files, int64(n)) })
		return is, s.claim(ctx, tx, scope, fresh, n)
	})
}

// RevisionForm states another prior-year revenue, from a month on.
type RevisionForm struct {
	FromMonth  int        `json:"fromMonth" minimum:"1" maximum:"12"`
	RevenueFen fen.Amount `json:"revenueFen" minimum:"0"`
	Reason     string     `json:"reason" minLength:"1" maxLength:"500"`
}

// Revise states another prior-year revenue from an open month on; what was accrued too little or too
// much until then is settled in that month. Errors: rbac.ErrNotFound, ErrMonth, ErrClosed, ErrReason.
func (s *Service) Revise(ctx context.Context, n id.Of[Line], f RevisionForm) (id.Of[Line], error) {
	return s.atLine(ctx, n, func(tx db.Tx, scope rbac.Scope, sh *Sheet, rules []*accrual.Rules, was Line) (Line, error) {
		is := was
		reason := strings.TrimSpace(f.Reason)
		switch {
		case reason == "":
			return is, ErrReason.At("body.reason")
		case was.RevenueFen == nil || !baseOf(rules, was, sh.month(f.FromMonth-1)).OnRevenue:
			return is, ErrRevenue.At("body.revenueFen")
		case sh.month(f.FromMonth - 1).Before(sh.next()):
			return is, ErrClosed.At("body.fromMonth")
		}
		kept := slices.DeleteFunc(slices.Clone(was.Revisions.V), func(r Revision) bool { return r.FromMonth == f.FromMonth })
		kept = append(kept, Revision{f.FromMonth, f.RevenueFen, reason, scope.Actor().Name, tx.Now})
		is.Revisions.V = kept
		slices.SortFunc(is.Revisions.V, func(a, b Revision) int { return a.FromMonth - b.FromMonth })
		return is, nil
	})
}

// Retire takes back a business entered by mistake. Errors: rbac.ErrNotFound, ErrClosed.
func (s *Service) Retire(ctx context.Context, n id.Of[Line]) (id.Of[Line], error) {
	return s.atLine(ctx, n, func(_ db.Tx, _ rbac.Scope, sh *Sheet, _ []*accrual.Rules, was Line) (Line, error) {
		is := was
		is.Retired = true
		if sh.reckoned(n) {
			return is, ErrClosed
		}
		return is, nil
	})
}

// QuantityForm states a month's output or progress.
type QuantityForm struct {
	Quantity string `json:"quantity" pattern:"^[0-9]{1,12}([.][0-9]{1,3})?$" example:"41250.5" doc:"with at most three decimals; of construction the month's completed cost in yuan"`
	Note     string `json:"note" required:"false" maxLength:"200"`
}

// Measure states a month's output or progress. Errors: rbac.ErrNotFound, ErrMonth, ErrClosed,
// ErrQuantity.
func (s *Service) Measure(ctx context.Context, n id.Of[Line], month string, f QuantityForm) (id.Of[Line], error) {
	on, err := day.Parse(month + "-01")
	if err != nil {
		return n, ErrMonth.At("path.month")
	}
	stated, err := accrual.ParseQuantity(f.Quantity)
	if err != nil || stated > accrual.MaxQuantity {
		return n, ErrQuantity.At("body.quantity")
	}
	year, err := s.yearOfLine(ctx, n)
	if err != nil {
		return n, err
	}
	err = s.atYear(ctx, year, func(tx db.Tx, scope rbac.Scope, home rbac.Home, sh *Sheet, rules []*accrual.Rules) error {
		at := slices.IndexFunc(sh.Lines, func(l Line) bool { return l.ID == n })
		switch {
		case at < 0:
			return rbac.ErrNotFound
		case on.Year() != year || on.Before(sh.Profile.StartsOn):
			return ErrMonth.At("path.month")
		case on.Before(sh.next()):
			return ErrClosed
		case baseOf(rules, sh.Lines[at], on).OnRevenue:
			return ErrQuantity.At("body.quantity")
		}
		is := Quantity{
			CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, LineID: n, MonthOn: on, Thousandths: int64(stated), Note: f.Note,
			MadeByName: scope.Actor().Name, ChangedAt: tx.Now,
		}
		was, _, err := quantityOf(ctx, tx, is)
		if err != nil {
			return err
		}
		scope.Made(int64(n))
		scope.Changed("fund_quantity", int64(n), home.CompanyID, was, is)
		return saveQuantity(ctx, tx, is)
	})
	return n, err
}

// CopyLines takes over the businesses of the year before that the year does not name yet, without
// their revenue and quantities. Errors: ErrNoProfile, ErrNotBound, ErrYear, ErrLines.
func (s *Service) CopyLines(ctx context.Context, year int) (int64, error) {
	err := s.atYear(ctx, year, func(tx db.Tx, scope rbac.Scope, home rbac.Home, sh *Sheet, _ []*accrual.Rules) error {
		if !sh.Profile.Bound {
			return ErrNotBound
		}
		before, err := linesOfYear(ctx, tx, home.CompanyID, year-1)
		if err != nil {
			return err
		}
		var fresh []Line
		for _, l := range before {
			if slices.ContainsFunc(sh.Lines, func(o Line) bool { return o.Name == l.Name }) {
				continue
			}
			l.ID, l.Year, l.RevenueFen, l.Source, l.Revisions.V, l.Files, l.ChangedAt = 0, int32(year), nil, "", []Revision{}, db.Ints{}, tx.Now
			fresh = append(fresh, l)
		}
		if len(fresh) == 0 {
			return ErrLines
		}
		scope.Made(int64(year))
		if err := insertLines(ctx, tx, fresh); err != nil {
			return err
		}
		for _, l := range fresh {
			scope.Changed("fund_line", int64(l.ID), home.CompanyID, Line{}, l)
		}
		return nil
	})
	return int64(year), err
}
