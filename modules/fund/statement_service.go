package fund

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/id"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// Report reads a year of a company's fund as it is printed. Errors: ErrCompanyNeeded, ErrNoProfile, rbac.ErrNotFound.
func (s *Service) Report(ctx context.Context, company rbac.CompanyID, year int) (r Report, err error) {
	err = s.Gate.Read(ctx, ActionStatement, func(tx db.Tx, scope rbac.Scope) error {
		company, err := whose(scope, company)
		if err != nil {
			return err
		}
		r, err = s.report(ctx, tx, scope, company, year)
		return err
	})
	return r, err
}

func (s *Service) report(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, year int) (r Report, err error) {
	r.Today = today(tx)
	if r.Firm, err = s.Firm(ctx, tx, scope, company); err != nil {
		return r, err
	}
	if r.Profile, err = profileOf(ctx, tx, company); err != nil {
		return r, err
	}
	if r.Year, err = yearRow(ctx, tx, scope, company, year); err != nil {
		return r, err
	}
	if r.Lines, err = linesIn(ctx, tx, company, year); err != nil {
		return r, err
	}
	if r.Months, err = closedIn(ctx, tx, company, year); err != nil {
		return r, err
	}
	if _, mine := scope.Home(); mine == nil {
		r.Items, err = usedByItem(ctx, tx, company, year)
	} else {
		r.Items, r.Summed = r.Year.usedByKind(), true
	}
	if err != nil {
		return r, err
	}
	r.Statement, err = statementOf(ctx, tx, company, year, false)
	return r, err
}

// Write keeps the draft of a year's statement. Errors: ErrNotUnder, ErrState, ErrReviewed, rbac.ErrNotFound, ErrNoProfile.
func (s *Service) Write(ctx context.Context, year int, f StatementForm) (n id.Of[Statement], err error) {
	err = s.Gate.Write(ctx, ActionState, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		if err := f.hold(year, today(tx)); err != nil {
			return err
		}
		if err := lockCompany(ctx, tx, home.CompanyID); err != nil {
			return err
		}
		r, err := s.report(ctx, tx, scope, home.CompanyID, year)
		if err != nil {
			return err
		}
		if !r.Under() {
			return ErrNotUnder
		}
		n, err = s.draft(ctx, tx, scope, home, r, f)
		scope.Made(int64(n))
		return err
	})
	return n, err
}

func (s *Service) draft(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, r Report, f StatementForm) (id.Of[Statement], error) {
	was, err := statementOf(ctx, tx, home.CompanyID, int(r.Year.Year), true)
	if err != nil {
		return 0, err
	}
	is := Statement{CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, Year: r.Year.Year, State: StatementDraft, DueOn: statementDue(int(r.Year.Year)), MadeByName: scope.Actor().Name, MadeAt: tx.Now}
	before := Statement{}
	if was != nil {
		if was.State != StatementDraft {
			return 0, ErrState
		}
		before, is = *was, *was
	}
	is.Reasons, is.Measures, is.ReviewedBy, is.ReviewedOn, is.DueFen, is.UsedFen, is.Files = f.Reasons, f.Measures, f.ReviewedBy, f.ReviewedOn, r.Due(), r.Year.UsedFen, db.Ints{}
	var fresh []id.Of[id.Attachment]
	for _, file := range f.Files {
		if !slices.Contains(before.Files, int64(file)) {
			fresh = append(fresh, file)
		}
		is.Files = append(is.Files, int64(file))
	}
	if was == nil {
		err = insertStatement(ctx, tx, &is)
	} else {
		err = saveStatement(ctx, tx, is)
	}
	if err != nil {
		return 0, err
	}
	if err := s.Claim(ctx, tx, scope, fresh, "fund_statement", int64(is.ID)); err != nil {
		return 0, err
	}
	scope.Changed("fund_statement", int64(is.ID), is.CompanyID, before, is)
	return is.ID, nil
}

// Submit hands a year's statement in, with the figures of the day. Errors: ErrNotUnder, ErrState, ErrReason, ErrReviewed, rbac.ErrNotFound.
func (s *Service) Submit(ctx context.Context, year int) (n id.Of[Statement], err error) {
	err = s.Gate.Write(ctx, ActionSubmit, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		if err := lockCompany(ctx, tx, home.CompanyID); err != nil {
			return err
		}
		r, err := s.report(ctx, tx, scope, home.CompanyID, year)
		if err != nil {
			return err
		}
		was, err := statementOf(ctx, tx, home.CompanyID, year, true)
		switch {
		case err != nil:
			return err
		case !r.Under():
			return ErrNotUnder
		case was == nil:
			return rbac.ErrNotFound
		case was.State != StatementDraft:
			return ErrState
		}
		if err := was.complete(); err != nil {
			return err
		}
		is := *was
		is.State, is.SubmittedByName, is.SubmittedAt, is.DueFen, is.UsedFen = StatementSubmitted, scope.Actor().Name, &tx.Now, r.Due(), r.Year.UsedFen
		if err := saveStatement(ctx, tx, is); err != nil {
			return err
		}
		n = is.ID
		scope.Made(int64(n))
		scope.Changed("fund_statement", int64(n), is.CompanyID, *was, is)
		return s.remind(ctx, tx, home, r.Year, false)
	})
	return n, err
}

// remind keeps the day on which a year is to be explained, or settles it.
func (s *Service) remind(ctx context.Context, tx db.Tx, home rbac.Home, y Year, open bool) error {
	if s.Due == nil {
		return nil
	}
	is := due.Item{Kind: "fund.statement", Ref: int64(y.Year), Path: "/fund/statement?year=" + strconv.Itoa(int(y.Year))}
	if open {
		is.Title, is.On = text.Say(text.Chinese, "fund.statement-due", map[string]string{"year": strconv.Itoa(int(y.Year))}), statementDue(int(y.Year))
	}
	return s.Due(ctx, tx, home, []due.Item{is})
}

// mindStatement brings the reminder of a year that is over up to date after something was booked into it.
func (s *Service) mindStatement(ctx context.Context, tx db.Tx, home rbac.Home, year int) error {
	if today(tx).Year() <= year || today(tx).After(statementDue(year).AddYears(1)) {
		return nil
	}
	y, bound, err := countOf(ctx, tx, home.CompanyID, year)
	if err != nil || y.Year == 0 {
		return err
	}
	t, err := statementOf(ctx, tx, home.CompanyID, year, false)
	if err != nil {
		return err
	}
	return s.remind(ctx, tx, home, y, bound && under(y.UsedFen, y.DueFen) && (t == nil || t.State == StatementDraft))
}

// Print writes a year's report as PDF or Excel and names the file. Errors: those of Report.
func (s *Service) Print(ctx context.Context, company rbac.CompanyID, year int, asSheet bool) (content []byte, name string, err error) {
	err = s.Gate.Read(ctx, ActionStatement, func(tx db.Tx, scope rbac.Scope) error {
		company, err := whose(scope, company)
		if err != nil {
			return err
		}
		r, err := s.report(ctx, tx, scope, company, year)
		if err != nil {
			return err
		}
		l := text.Of(ctx)
		p := printer{lang: l, made: tx.Now}
		name = say(l, "print-report") + "-" + r.Firm.Name + "-" + strconv.Itoa(year)
		if asSheet {
			content, err = p.workbook(r)
			name += ".xlsx"
		} else {
			content, err = p.paper(r)
			name += ".pdf"
		}
		return err
	})
	return content, name, err
}

// May says what the actor may do with a year's statement now.
func (s *Service) May(ctx context.Context, r Report) (may []string) {
	a, ok := rbac.ActorOf(ctx)
	if !ok || !r.Under() || (r.Statement != nil && r.Statement.State != StatementDraft) {
		return []string{}
	}
	may = []string{}
	if s.Gate.Can(a, ActionState) {
		may = append(may, "write")
	}
	if r.Statement != nil && errors.Is(r.Statement.complete(), nil) && s.Gate.Can(a, ActionSubmit) {
		may = append(may, "submit")
	}
	return may
}

// RemindStatements keeps the day on which the last year is to be explained, batch by batch.
func (s *Service) remindStatements(ctx context.Context, tx db.Tx, year int, after rbac.CompanyID, limit int) (last rbac.CompanyID, err error) {
	rows, err := unstated(ctx, tx, year, after, limit)
	if err != nil {
		return 0, err
	}
	for _, y := range rows {
		if err := s.remind(ctx, tx, rbac.Home{CompanyID: y.CompanyID, RegionPath: y.RegionPath, Line: y.OversightLine}, y, true); err != nil {
			return 0, err
		}
	}
	if len(rows) < limit {
		return 0, nil
	}
	return rows[len(rows)-1].CompanyID, nil
}

// yearBefore is the year that a day's reminders speak of.
func yearBefore(d day.Date) int { return d.Year() - 1 }
