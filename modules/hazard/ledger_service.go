package hazard

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// Orders of the ledger.
const (
	byRecent   = "recent"
	byDeadline = "deadline"
)

// Filter narrows the ledger.
type Filter struct {
	page.Query
	Sort       string            `query:"sort" enum:"recent,deadline" default:"recent" doc:"newest first, or the open ones that have a deadline, by it"`
	CompanyID  id.Of[id.Company] `query:"companyId" doc:"for regulators: one company"`
	State      []State           `query:"state,explode" enum:"registered,graded,assigned,plan_filed,rectifying,extension_pending,awaiting_acceptance,self_evaluated,accepted,under_review,cancelled,transferred,voided"`
	Open       bool              `query:"open" doc:"only those in which something is left to do"`
	Level      Level             `query:"level" enum:"general,major"`
	Source     []Source          `query:"source,explode" enum:"self_check,snap,regulator,covert_visit,grid_patrol,tip,expert,transfer,drill,alarm"`
	Origin     Origin            `query:"origin" enum:"self,authority" doc:"found by the company itself (自查), or by an authority (检查发现)"`
	Category   string            `query:"category" maxLength:"3" pattern:"^[AB]([0-9]{2})?$" doc:"class or category of the taxonomy"`
	OwnerID    id.Of[id.Staff]   `query:"ownerId"`
	CheckID    id.Of[id.Check]   `query:"checkId"`
	Overdue    bool              `query:"overdue" doc:"only those whose fix is late today"`
	Asked      string            `query:"asked" enum:"any,void,transfer,extension" doc:"what waits for a second person"`
	Campaign   string            `query:"campaign" maxLength:"50" doc:"filed under this campaign"`
	Stock      bool              `query:"stock" doc:"only stock hazards (存量)"`
	Historical string            `query:"historical" enum:"only,without" doc:"rows closed before they were entered (历史)"`
	Listed     bool              `query:"listed" doc:"only those under listed supervision now"`
	FoundFrom  day.Date          `query:"foundFrom"`
	FoundUntil day.Date          `query:"foundUntil"`
	OpenSince  day.Date          `query:"openSince" doc:"only those not closed before this day; with foundUntil: what a period had to do with"`
	Text       string            `query:"text" maxLength:"50" doc:"in description, place, number or owner; a regulator names a company with it"`
}

// Listed is a row of the ledger with the name of its company, which a regulator wants.
type Listed struct {
	Hazard
	CompanyName string
}

// Ledger lists the hazards in scope, and today, on which overdue was judged. Errors: page.ErrCursor, ErrTextNeedsFirm.
func (s *Service) Ledger(ctx context.Context, f Filter) (rows []Listed, k page.Key, today day.Date, err error) {
	vals := 1
	if f.Sort == byDeadline {
		vals = 2
	}
	if k, err = f.Start(f.Sort, vals); err != nil {
		return nil, k, today, err
	}
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) (err error) {
		if f.Text != "" && f.CompanyID == 0 && scope.Actor().Kind == rbac.Regulator {
			return ErrTextNeedsFirm.At("query.text")
		}
		today = day.In(tx.Now, day.Shanghai)
		rows, err = ledger(ctx, tx, scope, f, k, today)
		return err
	})
	return rows, k, today, err
}

// keyOf is the place of a row in the order of sort.
func keyOf(sort string) func(Listed) []string {
	return func(h Listed) []string {
		if sort == byDeadline {
			return []string{h.Deadline.String(), h.ID.String()}
		}
		return []string{h.ID.String()}
	}
}

// Record is a hazard with everything that happened to it.
type Record struct {
	Hazard
	Entries []Entry
	Today   day.Date
	May     []Event // what the actor may do next

	AnswerBy day.Date // of an extension that the regulator answers
}

// ByID reads one hazard with its steps and photos. Errors: rbac.ErrNotFound.
func (s *Service) ByID(ctx context.Context, hid id.Of[id.Hazard]) (r Record, err error) {
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) error {
		h, err := hazardByID(ctx, tx, scope, hid)
		if err != nil {
			return err
		}
		entries, err := entriesOf(ctx, tx, h)
		r = Record{Hazard: h, Entries: entries, Today: day.In(tx.Now, day.Shanghai)}
		if err != nil {
			return err
		}
		if h.Asked == AskedExtension && h.NeedsRegulator() && s.Terms != nil {
			if _, r.AnswerBy, err = s.Terms(h.Deadline, h.AskedOn); err != nil {
				return err
			}
		}
		r.May, err = s.may(scope, r)
		return err
	})
	return r, err
}

// Taxonomy is the list of categories in force.
func (s *Service) Taxonomy(ctx context.Context) (Taxonomy, error) {
	return Categories, s.Gate.Read(ctx, ActionList, func(db.Tx, rbac.Scope) error { return nil })
}

// Work is what one person has to do about hazards: the first rows of each pile, and how many
// there are. A pile the actor may not act on is empty.
type Work struct {
	ToGrade, ToAssign, ToFix, ToAccept, ToAnswer, Overdue               []Hazard
	Grades, Assigns, Fixes, Accepts, Answers, OverdueCount, MajorsCount int64
	Split                                                               Split
	Today                                                               day.Date
}

// pileLimit is how many rows of a pile are read.
const pileLimit = 20

// Mine is the actor's work.
func (s *Service) Mine(ctx context.Context) (w Work, err error) {
	err = s.Gate.Read(ctx, ActionWork, func(tx db.Tx, scope rbac.Scope) (err error) {
		w, err = WorkOf(ctx, tx, scope)
		return err
	})
	return w, err
}

// WorkOf is the actor's work, within a transaction of the caller. Overdue are the actor's own
// for who only fixes, and the company's for who assigns.
func WorkOf(ctx context.Context, tx db.Tx, scope rbac.Scope) (Work, error) {
	a := scope.Actor()
	w := Work{Today: day.In(tx.Now, day.Shanghai)}
	staff, person := int64(a.StaffID), int64(a.PersonID)
	late, lateArgs := lateRow, []any{w.Today}
	if !scope.Can(ActionAssign) {
		late, lateArgs = lateRow+" AND "+toFix, []any{w.Today, staff, person}
	}
	for _, p := range []struct {
		may  bool
		rows *[]Hazard
		n    *int64
		cond string
		args []any
	}{
		{scope.Can(ActionGrade), &w.ToGrade, &w.Grades, toGrade, nil},
		{scope.Can(ActionAssign), &w.ToAssign, &w.Assigns, toAssign, nil},
		{scope.Can(ActionFix), &w.ToFix, &w.Fixes, toFix, []any{staff, person}},
		{scope.Can(ActionAccept), &w.ToAccept, &w.Accepts, toAccept, []any{person, person, staff, staff}},
		{scope.Can(ActionAnswer), &w.ToAnswer, &w.Answers, toAnswer, []any{texts(ByAuthority.Sources()), person, staff, scope.Can(ActionVoid), person, staff}},
		{true, &w.Overdue, &w.OverdueCount, late, lateArgs},
		{true, nil, &w.MajorsCount, "h.level = 'major'", nil},
	} {
		if !p.may {
			continue
		}
		var err error
		if p.rows != nil {
			if *p.rows, err = pile(ctx, tx, scope, pileLimit, p.cond, p.args...); err != nil {
				return w, err
			}
			if *p.n = int64(len(*p.rows)); *p.n < pileLimit {
				continue
			}
		}
		if *p.n, err = count(ctx, tx, scope, p.cond, p.args...); err != nil {
			return w, err
		}
	}
	var err error
	w.Split, err = SplitOf(ctx, tx, scope, a.CompanyID)
	return w, err
}
