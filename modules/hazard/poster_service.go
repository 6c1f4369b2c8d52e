package hazard

import (
	"context"
	"strings"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/text"
	"anbiao/rbac"
)

const sortMonth = "month"

// companyOf is the company asked about: one's own, or the one named. Errors: ErrCompanyNeeded.
func companyOf(scope rbac.Scope, c rbac.CompanyID) (rbac.CompanyID, error) {
	if home, err := scope.Home(); err == nil {
		return home.CompanyID, nil
	}
	if c == 0 {
		return 0, ErrCompanyNeeded.At("query.companyId")
	}
	return c, nil
}

// Posters lists the posters of a company, hung or still to be hung. Errors: page.ErrCursor, ErrCompanyNeeded.
func (s *Service) Posters(ctx context.Context, company rbac.CompanyID, q page.Query) (rows []PosterRow, k page.Key, today day.Date, err error) {
	if k, err = q.Start(sortMonth, 2); err != nil {
		return nil, k, today, err
	}
	err = s.Gate.Read(ctx, ActionPosters, func(tx db.Tx, scope rbac.Scope) error {
		c, err := companyOf(scope, company)
		if err != nil {
			return err
		}
		today = day.In(tx.Now, day.Shanghai)
		rows, err = postersOf(ctx, tx, scope, c, q.Limit, k)
		return err
	})
	return rows, k, today, err
}

// BoardQuery names a poster.
type BoardQuery struct {
	CompanyID rbac.CompanyID `query:"companyId" doc:"for those who see several companies: which one"`
	Month     string         `query:"month" required:"true" maxLength:"7" pattern:"^[0-9]{4}-[0-9]{2}$" example:"2026-10"`
	UnitID    id.Of[id.Unit] `query:"unitId" doc:"of this workshop and what is below it; empty: of the whole company"`
}

// Board is what the poster of a month says. It is meant for every worker of the company, so it
// is not limited to the reader's own unit (Work Safety Law 2021 art. 41).
// Errors: ErrCompanyNeeded, ErrMonth, ErrUnitUnknown.
func (s *Service) Board(ctx context.Context, q BoardQuery) (b Board, err error) {
	err = s.Gate.Read(ctx, ActionPosters, func(tx db.Tx, scope rbac.Scope) error {
		b, err = s.board(ctx, tx, scope, q)
		return err
	})
	return b, err
}

func (s *Service) board(ctx context.Context, tx db.Tx, scope rbac.Scope, q BoardQuery) (b Board, err error) {
	today := day.In(tx.Now, day.Shanghai)
	if b.CompanyID, err = companyOf(scope, q.CompanyID); err != nil {
		return b, err
	}
	if b.Month, err = monthOf(q.Month, today); err != nil {
		return b, err
	}
	if q.UnitID != 0 {
		if b.UnitName, _, err = unitName(ctx, tx, b.CompanyID, q.UnitID); err != nil {
			return b, err
		}
	}
	b.UnitID, b.DueOn, b.AsOf = q.UnitID, PosterDue(b.Month), day.Earlier(b.Month.AddMonths(1).AddDays(-1), today)
	if s.Firm != nil {
		if b.Firm, err = s.Firm(ctx, tx, scope, b.CompanyID); err != nil {
			return b, err
		}
	}
	return b, boardOf(ctx, tx, scope, &b)
}

// PrintBoard prints the poster of a month, A3. Errors: as Board.
func (s *Service) PrintBoard(ctx context.Context, q BoardQuery) (content []byte, name string, err error) {
	err = s.Gate.Read(ctx, ActionPosters, func(tx db.Tx, scope rbac.Scope) error {
		b, err := s.board(ctx, tx, scope, q)
		if err != nil {
			return err
		}
		p := posterPrinter{lang: text.Of(ctx), link: s.BaseURL + "/field/posters?month=" + q.Month, made: tx.Now}
		name = strings.TrimSpace(monthKey(b.Month)+" "+strings.ReplaceAll(b.UnitName, "/", "-")) + " " + p.say("title") + ".pdf"
		content, err = p.sheet(b)
		return err
	})
	return content, name, err
}

// Hang files the photo of a poster that hangs. Photographed again, the later photos stand; the
// trail keeps the earlier. Errors: ErrMonth, ErrHungOn, ErrUnitUnknown, ErrPhotoUnknown, ErrBlank, rbac.ErrForbidden
// for a unit outside one's own part of the company.
func (s *Service) Hang(ctx context.Context, h Hanging) (made id.Of[Poster], err error) {
	err = s.Gate.Write(ctx, ActionHang, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		p, err := s.hung(ctx, tx, scope, home, h)
		if err != nil {
			return err
		}
		made = p.ID
		scope.Made(int64(made))
		return nil
	})
	return made, err
}

func (s *Service) hung(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, h Hanging) (Poster, error) {
	today, place := day.In(tx.Now, day.Shanghai), strings.TrimSpace(h.Place)
	b, err := s.board(ctx, tx, scope, BoardQuery{Month: h.Month, UnitID: h.UnitID})
	if err != nil {
		return Poster{}, err
	}
	if h.HungOn.IsZero() {
		h.HungOn = today
	}
	switch {
	case place == "":
		return Poster{}, ErrBlank.At("body.place")
	case h.HungOn.After(today) || h.HungOn.Before(b.Month):
		return Poster{}, ErrHungOn.At("body.hungOn")
	}
	if h.UnitID != 0 {
		if _, path, err := unitName(ctx, tx, home.CompanyID, h.UnitID); err != nil || !scope.Reaches(path) {
			return Poster{}, orForbidden(err)
		}
	}
	was, err := posterOf(ctx, tx, scope, Poster{
		CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, MonthOn: b.Month, UnitID: some(h.UnitID), DueOn: b.DueOn, Photos: db.Ints{}, MadeAt: tx.Now,
	})
	if err != nil {
		return was, err
	}
	is, who := was, scope.Actor()
	is.HungOn, is.Place, is.HungByID, is.HungByName = h.HungOn, place, some(who.StaffID), who.Name
	is.Found, is.Fixed, is.Open, is.Majors = b.Totals.Found, b.Totals.Fixed, b.Totals.Open, b.Totals.Majors
	is.Photos = make(db.Ints, len(h.Photos))
	for i, a := range h.Photos {
		is.Photos[i] = int64(a)
	}
	if err := savePoster(ctx, tx, &is); err != nil {
		return is, err
	}
	if err := s.Claim(ctx, tx, scope, h.Photos, "hazard_poster", int64(is.ID)); err != nil {
		return is, err
	}
	scope.Changed("hazard_poster", int64(is.ID), is.CompanyID, was, is)
	if s.Due == nil || is.UnitID != nil {
		return is, nil
	}
	return is, s.Due(ctx, tx, home, []due.Item{is.dueItem()})
}

func orForbidden(err error) error {
	if err == nil {
		return rbac.ErrForbidden
	}
	return err
}

// OpenPosters makes the posters to be hung for a month, batch by batch.
type OpenPosters struct {
	Month day.Date
	After rbac.CompanyID
}

// Kind names the job.
func (OpenPosters) Kind() string { return "hazard.open-posters" }

// posterBatch is how many companies a transaction opens posters for.
const posterBatch = 500

func (s *Service) openPosters(ctx context.Context, tx db.Tx, t OpenPosters) error {
	made, last, err := openPosters(ctx, tx, t.Month, t.After, posterBatch)
	if err != nil || last == 0 {
		return err
	}
	placed := make([]Placed, len(made))
	for i, p := range made {
		placed[i] = Placed{rbac.Home{CompanyID: p.CompanyID, RegionPath: p.RegionPath, Line: p.OversightLine}, p.dueItem()}
	}
	if s.DueAll != nil {
		if err := s.DueAll(ctx, tx, placed); err != nil {
			return err
		}
	}
	next := OpenPosters{t.Month, last}
	return jobs.Enqueue(ctx, tx, next, jobs.Key(t.Month.String()+":"+last.String()))
}

// Placed is what falls due, with the company it belongs to.
type Placed struct {
	Home rbac.Home
	Item due.Item
}
