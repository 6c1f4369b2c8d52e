package reward

import (
	"bytes"
	"context"
	"slices"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// Lists returns the pay lists of the company, the latest first. Errors: page.ErrCursor.
func (s *Service) Lists(ctx context.Context, q page.Query) (rows []List, k page.Key, err error) {
	if k, err = q.Start("month", 1); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionLists, func(tx db.Tx, scope rbac.Scope) (err error) {
		rows, err = listsOf(ctx, tx, scope, q.Limit, k)
		return err
	})
	return rows, k, err
}

// Make draws up the pay list of a month: every approved reward that is on no list yet.
// Errors: ErrMonth, ErrEmpty, ErrListMade.
func (s *Service) Make(ctx context.Context, month string) (n id.Of[List], err error) {
	err = s.Gate.Write(ctx, ActionMake, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		on, err := monthOf(month, day.In(tx.Now, day.Shanghai))
		if err != nil {
			return ErrMonth.At("body.month")
		}
		if err := lockPerson(ctx, tx, home.CompanyID); err != nil {
			return err
		}
		l := List{CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, MonthOn: on, State: Draft, MadeByName: scope.Actor().Name, MadeAt: tx.Now}
		if err := insertList(ctx, tx, &l); err != nil {
			return err
		}
		if l.People, l.Rewards, l.TotalFen, err = gather(ctx, tx, l); err != nil {
			return err
		}
		if l.Rewards == 0 {
			return ErrEmpty
		}
		n = l.ID
		scope.Made(int64(n))
		scope.Changed("reward_list", int64(n), l.CompanyID, List{}, l)
		return saveList(ctx, tx, l)
	})
	return n, err
}

// Pass is the principal's approval of a pay list. Errors: rbac.ErrNotFound, ErrListState.
func (s *Service) Pass(ctx context.Context, n id.Of[List]) (id.Of[List], error) {
	return s.moveList(ctx, ActionPass, n, Draft, func(tx db.Tx, scope rbac.Scope, l *List) error {
		l.State, l.ApprovedByName, l.ApprovedAt = ListApproved, scope.Actor().Name, &tx.Now
		return nil
	})
}

// Payment is how and when a list was paid.
type Payment struct {
	PaidOn day.Date `json:"paidOn" doc:"not before the list was approved, nor to come"`
	Method string   `json:"method" enum:"cash,bank,wechat,alipay,payroll"`
}

// Pay notes that a list was paid; its rewards with it. Errors: rbac.ErrNotFound, ErrListState, ErrPaidOn.
func (s *Service) Pay(ctx context.Context, n id.Of[List], p Payment) (id.Of[List], error) {
	return s.moveList(ctx, ActionPay, n, ListApproved, func(tx db.Tx, scope rbac.Scope, l *List) error {
		if p.PaidOn.After(day.In(tx.Now, day.Shanghai)) || p.PaidOn.Before(day.In(*l.ApprovedAt, day.Shanghai)) || !slices.Contains(methods, p.Method) {
			return ErrPaidOn.At("body.paidOn")
		}
		l.State, l.PaidOn, l.Method, l.PaidByName = ListPaid, p.PaidOn, p.Method, scope.Actor().Name
		return payAll(ctx, tx, *l)
	})
}

func (s *Service) moveList(ctx context.Context, action rbac.Action, n id.Of[List], in ListState, decide func(db.Tx, rbac.Scope, *List) error) (id.Of[List], error) {
	err := s.Gate.Write(ctx, action, func(tx db.Tx, scope rbac.Scope) error {
		if _, err := scope.Home(); err != nil {
			return err
		}
		was, err := listByID(ctx, tx, scope, n, true)
		if err != nil {
			return err
		}
		if was.State != in {
			return ErrListState
		}
		is := was
		if err := decide(tx, scope, &is); err != nil {
			return err
		}
		scope.Made(int64(n))
		scope.Changed("reward_list", int64(n), is.CompanyID, was, is)
		return saveList(ctx, tx, is)
	})
	return n, err
}

// Line is what one person gets on a list.
type Line struct {
	UnitName  string
	Name      string
	Rewards   int
	AmountFen fen.Amount
	Numbers   string // of the hazards
}

// Sheet is a list with its lines.
type Sheet struct {
	List
	Firm  string
	Lines []Line
}

// lines adds up rewards by person, in the order they come in.
func lines(rows []Reward) (out []Line) {
	at := map[id.Of[id.Staff]]int{}
	for _, r := range rows {
		i, ok := at[r.StaffID]
		if !ok {
			i = len(out)
			at[r.StaffID], out = i, append(out, Line{UnitName: r.UnitName, Name: r.StaffName})
		}
		l := &out[i]
		if l.Numbers != "" {
			l.Numbers += "\n"
		}
		l.Rewards, l.AmountFen, l.Numbers = l.Rewards+1, l.AmountFen+r.AmountFen, l.Numbers+r.HazardNumber
	}
	return out
}

// Sheet reads a pay list with its lines. Errors: rbac.ErrNotFound.
func (s *Service) Sheet(ctx context.Context, n id.Of[List]) (sh Sheet, err error) {
	err = s.Gate.Read(ctx, ActionLists, func(tx db.Tx, scope rbac.Scope) error {
		if sh.List, err = listByID(ctx, tx, scope, n, false); err != nil {
			return err
		}
		rows, err := linesOf(ctx, tx, sh.List)
		if err != nil {
			return err
		}
		sh.Lines = lines(rows)
		if s.Firm != nil {
			sh.Firm, err = s.Firm(ctx, tx, scope, sh.CompanyID)
		}
		return err
	})
	return sh, err
}

// Print prints a pay list with a column to sign. Errors: rbac.ErrNotFound.
func (s *Service) Print(ctx context.Context, n id.Of[List]) ([]byte, string, error) {
	sh, err := s.Sheet(ctx, n)
	if err != nil {
		return nil, "", err
	}
	p := printer{text.Of(ctx)}
	b, err := p.list(sh)
	return b, monthKey(sh.MonthOn) + " " + p.say("list") + ".pdf", err
}

// Excel writes a pay list as an Excel file. Errors: rbac.ErrNotFound.
func (s *Service) Excel(ctx context.Context, n id.Of[List]) ([]byte, string, error) {
	sh, err := s.Sheet(ctx, n)
	if err != nil {
		return nil, "", err
	}
	var b bytes.Buffer
	p := printer{text.Of(ctx)}
	err = p.excel(&b, sh)
	return b.Bytes(), monthKey(sh.MonthOn) + " " + p.say("list") + ".xlsx", err
}

// Published is what is made known of one reward.
type Published struct {
	Name      string // empty: anonymous
	UnitName  string
	Number    string
	What      string
	AmountFen *fen.Amount // nil: not shown
	PaidOn    day.Date
}

// Publication lists what was paid in a month, as the rule in force lets it be known: to
// everybody of the company. Errors: ErrMonth.
func (s *Service) Publication(ctx context.Context, month string) (out []Published, err error) {
	out = []Published{}
	err = s.Gate.Read(ctx, ActionPublished, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		on, err := monthOf(month, day.In(tx.Now, day.Shanghai))
		if err != nil {
			return ErrMonth.At("query.month")
		}
		rule, err := ruleOn(ctx, tx, home.CompanyID, day.In(tx.Now, day.Shanghai))
		if err != nil {
			return err
		}
		rows, err := publishedOf(ctx, tx, scope, on.String(), on.AddMonths(1).String())
		for _, r := range rows {
			p := Published{Name: r.StaffName, UnitName: r.UnitName, Number: r.HazardNumber, What: r.What, PaidOn: r.PaidOn}
			if r.Anonymous || rule.Anonymous {
				p.Name, p.UnitName = "", ""
			}
			if rule.AmountsShown {
				p.AmountFen = &r.AmountFen
			}
			out = append(out, p)
		}
		return err
	})
	return out, err
}
