package fund

import (
	"context"
	"slices"
	"strconv"

	"anbiao/kit/accrual"
	"anbiao/kit/db"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// ExpenseFilter says which expenses to list.
type ExpenseFilter struct {
	page.Query
	Year     int            `query:"year" minimum:"2005" maximum:"2100"`
	Month    string         `query:"month" maxLength:"7" pattern:"^[0-9]{4}-[0-9]{2}$" doc:"booked in, or spent in where it is not booked yet"`
	State    string         `query:"state" enum:"draft,submitted,building,booked,refused,withdrawn,reversed"`
	All      bool           `query:"all" doc:"refused and withdrawn ones, too"`
	Waiting  bool           `query:"waiting" doc:"what waits for the actor's approval, the longest first"`
	Mine     bool           `query:"mine" doc:"entered by the actor"`
	Category string         `query:"category" maxLength:"40"`
	Item     int16          `query:"item" minimum:"1" maximum:"99"`
	Tag      string         `query:"tag" maxLength:"20"`
	Tie      string         `query:"tie" enum:"hazard,training,equipment,drill,protection"`
	UnitID   id.Of[id.Unit] `query:"unitId" doc:"this unit and what is below it"`
	Capital  string         `query:"capital" enum:"yes,no"`
	Words    string         `query:"words" maxLength:"60"`
}

// Expenses is a page of expenses with what is needed to show them.
type Expenses struct {
	Rows    []Expense
	Key     page.Key
	Labels  labels
	Profile Profile
	Actor   rbac.Actor
	Can     bool // approve
}

func (f ExpenseFilter) keyOf(e Expense) []string {
	if f.Waiting {
		return []string{e.ID.String()}
	}
	return []string{e.SpentOn.String(), e.ID.String()}
}

func (f ExpenseFilter) start() (page.Key, error) {
	if f.Waiting {
		return f.Start("waiting", 1)
	}
	return f.Start("latest", 2)
}

// Expenses lists expenses of the actor's company. Errors: page.ErrCursor, ErrNoProfile.
func (s *Service) Expenses(ctx context.Context, f ExpenseFilter) (x Expenses, err error) {
	if x.Key, err = f.start(); err != nil {
		return x, err
	}
	err = s.Gate.Read(ctx, ActionExpenses, func(tx db.Tx, scope rbac.Scope) (err error) {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		if x.Profile, x.Labels, err = known(ctx, tx, home.CompanyID); err != nil {
			return err
		}
		x.Actor, x.Can = scope.Actor(), scope.Can(ActionApprove)
		x.Rows, err = expenses(ctx, tx, scope, x.Profile, f, x.Key)
		return err
	})
	return x, err
}

// known are the profile of a company and the words of use items. Errors: ErrNoProfile.
func known(ctx context.Context, tx db.Tx, company rbac.CompanyID) (Profile, labels, error) {
	p, err := profileOf(ctx, tx, company)
	if err != nil {
		return p, nil, err
	}
	all, err := rulesNow(ctx, tx)
	return p, labelsOf(all), err
}

// ExpenseSummary adds up the expenses of a year. Errors: ErrNoProfile.
func (s *Service) ExpenseSummary(ctx context.Context, year int) (sums ExpenseSums, err error) {
	err = s.Gate.Read(ctx, ActionExpenses, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		p, err := profileOf(ctx, tx, home.CompanyID)
		if err != nil {
			return err
		}
		if year == 0 {
			year = today(tx).Year()
		}
		sums, err = summed(ctx, tx, scope, p, year)
		return err
	})
	return sums, err
}

// ExpenseSheet is one expense with what happened to it and how it was booked.
type ExpenseSheet struct {
	Expense
	Steps   []ExpenseStep
	Entries []Entry
	Labels  labels
	Doubts  []Doubt
	Profile Profile
	Actor   rbac.Actor
	Can     func(rbac.Action) bool
}

// Expense returns one expense. Errors: rbac.ErrNotFound, ErrNoProfile.
func (s *Service) Expense(ctx context.Context, n id.Of[Expense]) (x ExpenseSheet, err error) {
	err = s.Gate.Read(ctx, ActionExpenses, func(tx db.Tx, scope rbac.Scope) (err error) {
		if x.Expense, err = expenseByID(ctx, tx, scope, n, false); err != nil {
			return err
		}
		if x.Profile, x.Labels, err = known(ctx, tx, x.CompanyID); err != nil {
			return err
		}
		if x.Steps, err = expenseSteps(ctx, tx, x.Expense); err != nil {
			return err
		}
		if x.Entries, err = expenseEntries(ctx, tx, x.Expense); err != nil {
			return err
		}
		c, r, err := categoryOf(ctx, tx, x.CompanyID)
		x.Doubts, x.Actor, x.Can = doubtsOf(r, c.Code, x.Purpose), scope.Actor(), scope.Can
		return err
	})
	return x, err
}

// Looked is what is said of an expense while it is entered.
type Looked struct {
	Duplicate string // number of an expense with the same invoice
	Doubts    []Doubt
	Papers    bool // a contract or acceptance record is needed beside the voucher
	Principal bool // he approves it
	Nobody    bool // he is who enters it, and nobody approves his own
}

// Look is what CheckExpense is asked.
type Look struct {
	ID        id.Of[Expense] `query:"id" doc:"that is being changed"`
	InvoiceNo string         `query:"invoiceNo" maxLength:"60"`
	Purpose   string         `query:"purpose" maxLength:"500"`
	AmountFen fen.Amount     `query:"amountFen" minimum:"0" maximum:"10000000000000"`
}

// CheckExpense says what stands against an expense before it is kept. Errors: ErrNoProfile.
func (s *Service) CheckExpense(ctx context.Context, l Look) (out Looked, err error) {
	err = s.Gate.Read(ctx, ActionRecord, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		p, err := profileOf(ctx, tx, home.CompanyID)
		if err != nil {
			return err
		}
		e := Expense{InvoiceNo: l.InvoiceNo, Purpose: l.Purpose}
		ExpenseForm{InvoiceNo: l.InvoiceNo}.fill(&e)
		if out.Duplicate, err = sameInvoice(ctx, tx, home.CompanyID, e.InvoiceFold, l.ID); err != nil {
			return err
		}
		c, r, err := categoryOf(ctx, tx, home.CompanyID)
		if err != nil {
			return err
		}
		out.Doubts, out.Papers, out.Principal = doubtsOf(r, c.Code, l.Purpose), p.papers(l.AmountFen), p.principals(l.AmountFen)
		out.Nobody = out.Principal && slices.Contains(scope.Actor().Roles, principal)
		return nil
	})
	return out, err
}

// MakeExpense enters an expense, as a draft or for approval.
// Errors: ErrNoProfile, ErrDay, ErrAmount, ErrItem, ErrInvoice, ErrTie, ErrUnit, ErrDoubt, ErrVoucher, ErrPapers.
func (s *Service) MakeExpense(ctx context.Context, f ExpenseForm) (n id.Of[Expense], err error) {
	err = s.Gate.Write(ctx, ActionRecord, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		if err := lockCompany(ctx, tx, home.CompanyID); err != nil {
			return err
		}
		a := scope.Actor()
		e := Expense{
			CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, State: Draft, MadeByName: a.Name, MadePersonID: some(a.PersonID), MadeAt: tx.Now, ChangedAt: tx.Now,
		}
		if err := s.enterExpense(ctx, tx, scope, &e, f); err != nil {
			return err
		}
		place, err := nextPlace(ctx, tx, home.CompanyID, f.SpentOn.Year())
		if err != nil {
			return err
		}
		e.Number = expenseNumber(f.SpentOn.Year(), place)
		if err := insertExpense(ctx, tx, &e); err != nil {
			return err
		}
		n = e.ID
		scope.Made(int64(n))
		scope.Changed("fund_expense", int64(n), home.CompanyID, Expense{}, e)
		return s.entered(ctx, tx, scope, &e, eventMade, f)
	})
	return n, err
}

func some[T ~int64](n T) *T {
	if n == 0 {
		return nil
	}
	return &n
}

// ChangeExpense changes a draft, or what was submitted and nobody has decided on. Only who entered it may.
// Errors: rbac.ErrNotFound, ErrState, ErrNotMaker and those of MakeExpense.
func (s *Service) ChangeExpense(ctx context.Context, n id.Of[Expense], f ExpenseForm) (id.Of[Expense], error) {
	return s.move(ctx, ActionRecord, n, []ExpenseState{Draft, Submitted}, func(tx db.Tx, scope rbac.Scope, e *Expense) error {
		if err := maker(scope, e); err != nil {
			return err
		}
		e.State = Draft
		if err := s.enterExpense(ctx, tx, scope, e, f); err != nil {
			return err
		}
		return s.entered(ctx, tx, scope, e, eventChanged, f)
	})
}

func maker(scope rbac.Scope, e *Expense) error {
	if e.MadePersonID == nil || *e.MadePersonID != scope.Actor().PersonID {
		return ErrNotMaker
	}
	return nil
}

// enterExpense fills an expense from a form and holds it against everything but its readiness.
func (s *Service) enterExpense(ctx context.Context, tx db.Tx, scope rbac.Scope, e *Expense, f ExpenseForm) error {
	p, err := profileOf(ctx, tx, e.CompanyID)
	if err != nil {
		return err
	}
	f.fill(e)
	if err := e.check(p, today(tx)); err != nil {
		return err
	}
	c, r, err := categoryOf(ctx, tx, e.CompanyID)
	if err != nil {
		return err
	}
	if err := e.classify(c, r); err != nil {
		return err
	}
	number, err := sameInvoice(ctx, tx, e.CompanyID, e.InvoiceFold, e.ID)
	if err != nil {
		return err
	}
	if number != "" {
		return ErrInvoice.With("number", number).At("body.invoiceNo")
	}
	if err := s.place(ctx, tx, scope, e, f.UnitID); err != nil {
		return err
	}
	return s.tie(ctx, tx, scope, e, f)
}

// classify finds the use item and what may speak against it. Errors: ErrItem.
func (e *Expense) classify(c accrual.Category, r *accrual.Rules) error {
	item, ok := scopeItem(c, r, e.Category, e.Item)
	if !ok {
		return ErrItem.At("body.item")
	}
	e.Tag, e.Doubts = item.Tag, codesOf(doubtsOf(r, c.Code, e.Purpose))
	if len(e.Doubts) == 0 {
		e.DoubtReason = ""
	}
	return nil
}

// place puts an expense under a unit: the one named, or the actor's own where he answers for a part only. Errors: ErrUnit.
func (s *Service) place(ctx context.Context, tx db.Tx, scope rbac.Scope, e *Expense, unit id.Of[id.Unit]) error {
	e.UnitID, e.UnitName = nil, ""
	if unit == 0 && scope.Reaches("") {
		return nil
	}
	tree, err := s.Tree(ctx, tx, e.CompanyID, today(tx))
	if err != nil {
		return err
	}
	for _, u := range tree.Units {
		if u.ID == unit || (unit == 0 && u.Path == scope.Actor().UnitPath) {
			if !scope.Reaches(u.Path) {
				break
			}
			e.UnitID, e.UnitName = some(u.ID), u.Name
			return nil
		}
	}
	return ErrUnit.At("body.unitId")
}

// tie finds what an expense paid for. Errors: ErrTie.
func (s *Service) tie(ctx context.Context, tx db.Tx, scope rbac.Scope, e *Expense, f ExpenseForm) error {
	e.Tie, e.TieID, e.TieTitle = "", nil, ""
	if f.Tie == "" {
		return nil
	}
	n, err := strconv.ParseInt(f.TieID, 10, 64)
	if err != nil || n <= 0 {
		return ErrTie.At("body.tieId")
	}
	found, err := s.tied(ctx, tx, scope, e.CompanyID, f.Tie, "", n, 1)
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return ErrTie.At("body.tieId")
	}
	e.Tie, e.TieID, e.TieTitle = f.Tie, &n, found[0].Title
	return nil
}

// entered keeps the files and the step of an expense, and asks for approval where the form says so.
func (s *Service) entered(ctx context.Context, tx db.Tx, scope rbac.Scope, e *Expense, event string, f ExpenseForm) error {
	if err := s.Claim(ctx, tx, scope, f.Files, "fund_expense", int64(e.ID)); err != nil {
		return err
	}
	if err := s.step(ctx, tx, scope, e, event, ""); err != nil || !f.Submit {
		return err
	}
	if err := s.submit(ctx, tx, scope, e); err != nil || event != eventMade {
		return err // a changed one is saved by move
	}
	return saveExpense(ctx, tx, e)
}

func (s *Service) step(ctx context.Context, tx db.Tx, scope rbac.Scope, e *Expense, event, note string) error {
	a := scope.Actor()
	return insertStep(ctx, tx, ExpenseStep{
		CompanyID: e.CompanyID, RegionPath: e.RegionPath, OversightLine: e.OversightLine, ExpenseID: e.ID, Event: event, AmountFen: e.AmountFen, Note: note, At: tx.Now,
		PersonID: some(a.PersonID), ActorName: a.Name,
	})
}
