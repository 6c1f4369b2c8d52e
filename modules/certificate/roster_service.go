package certificate

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/sheet"
	"anbiao/rbac"
)

// cardKey is what versions of one certificate share.
type cardKey struct {
	staff           id.Of[id.Staff]
	kind, operation string
}

// list is what a batch of rows makes of a company's certificates.
type list struct {
	s     *Service
	home  rbac.Home
	today day.Date
	now   map[cardKey][]*Certificate // versions by first day, ended ones too
	row   map[string]int             // in which a version stands
	fresh []*Certificate
	other []*Certificate // changed
	was   map[id.Of[id.Certificate]]Certificate
	prior map[*Certificate]*Certificate // the version that a fresh one replaces
}

// saved sums up one batch for the trail.
type saved struct{ New, Changed int }

// CheckRoster says of each row what saving it would do in the name of a, and notes what is wrong in
// the row's Faults. Numbers are replaced by their masks and kept sealed. For the job runner.
func (s *Service) CheckRoster(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row) ([]string, error) {
	_, verdicts, err := s.planRoster(ctx, tx, a, rows)
	return verdicts, err
}

// SaveRoster records the certificates that are new, renews and completes others, in the name of a. It
// checks again. Saving the same rows twice changes nothing.
func (s *Service) SaveRoster(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row) ([]string, error) {
	l, verdicts, err := s.planRoster(ctx, tx, a, rows)
	if err != nil {
		return nil, err
	}
	return verdicts, l.save(ctx, tx, a, rbac.ScopeOf(ctx))
}

// planRoster reads rows against what the company has. Errors: rbac.ErrForbidden for who does not answer for the whole company.
func (s *Service) planRoster(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row) (*list, []string, error) {
	if a.CompanyID == 0 || (a.Kind == rbac.Company && !s.Gate.Can(a, rbac.ActionWhole)) {
		return nil, nil, rbac.ErrForbidden
	}
	home, err := rbac.ScopeOf(ctx).Within(ctx, tx, a.CompanyID)
	if err != nil {
		return nil, nil, err
	}
	l := &list{
		s: s, home: home, today: dayOf(tx), now: map[cardKey][]*Certificate{}, row: map[string]int{}, was: map[id.Of[id.Certificate]]Certificate{},
		prior: map[*Certificate]*Certificate{},
	}
	keys := s.Box.Field(int64(home.CompanyID))
	var good []entry
	for i := range rows {
		if e := readEntry(i, &rows[i], keys, l.today); len(rows[i].Faults) == 0 {
			good = append(good, e)
		}
	}
	if good, err = s.recognised(ctx, tx, home, rows, good, l.today); err != nil {
		return nil, nil, err
	}
	if err := l.read(ctx, tx, good); err != nil {
		return nil, nil, err
	}
	verdicts := make([]string, len(rows))
	for _, e := range good {
		verdict, column, err := l.add(tx, e, rows[e.row].Number)
		if err != nil {
			(&reading{row: &rows[e.row]}).bad(column, err)
		}
		verdicts[e.row] = verdict
	}
	return l, verdicts, nil
}

// recognised finds whom good rows mean and leaves those that mean nobody out.
func (s *Service) recognised(ctx context.Context, tx db.Tx, home rbac.Home, rows []sheet.Row, good []entry, today day.Date) (out []entry, err error) {
	if s.Recognise == nil {
		return nil, rbac.ErrForbidden
	}
	asked := make([]Called, len(good))
	for i, e := range good {
		asked[i] = e.Called
		if said := rows[e.row].Values[personCell]; said != "" { // found before, by a number that was not kept
			n, _ := strconv.ParseInt(said, 10, 64)
			asked[i] = Called{Known: id.Of[id.Staff](n)}
		}
	}
	found, err := s.Recognise(ctx, tx, home.CompanyID, asked)
	if err != nil {
		return nil, err
	}
	for i, e := range good {
		r := &reading{row: &rows[e.row]}
		switch list := found[i]; {
		case len(list) == 0:
			r.bad("holderName", ErrRowHolder)
		case len(list) > 1:
			r.bad("holderName", ErrRowAmbiguous.With("name", e.Name).With("count", strconv.Itoa(len(list))))
		case !list[0].LeftOn.IsZero() && today.After(list[0].LeftOn):
			r.bad("holderName", ErrHolderLeft)
		default:
			e.staff, e.name = list[0].StaffID, list[0].Name
			rows[e.row].Values[personCell] = e.staff.String()
			if rows[e.row].Values["holderName"] == "" {
				rows[e.row].Values["holderName"] = e.name
			}
			out = append(out, e)
		}
	}
	return out, nil
}

// read fetches and locks the certificates of the people of good rows.
func (l *list) read(ctx context.Context, tx db.Tx, good []entry) error {
	var people db.Ints
	for _, e := range good {
		people = append(people, int64(e.staff))
	}
	rows, err := cardsOfPeople(ctx, tx, l.home.CompanyID, people)
	if err != nil {
		return err
	}
	if err := equip(ctx, tx, rows); err != nil {
		return err
	}
	for i := range rows {
		c := &rows[i]
		k := cardKey{c.StaffID, c.Kind, c.Operation}
		l.now[k] = append(l.now[k], c)
		l.was[c.ID] = *c
	}
	return nil
}

// add plans one row and returns its verdict, or the column at fault and why.
func (l *list) add(tx db.Tx, e entry, number int) (verdict, column string, err error) {
	made, column, err := e.certificate(l.home, l.today)
	if err != nil {
		return "", column, err
	}
	k := cardKey{e.staff, e.kind.ID, e.operation}
	mark := fmt.Sprintf("%d|%s|%s|%s", k.staff, k.kind, k.operation, e.ValidFrom)
	if first, twice := l.row[mark]; twice {
		return "", "", ErrRowTwice.With("row", strconv.Itoa(first))
	}
	l.row[mark] = number
	var current *Certificate
	for _, c := range l.now[k] {
		if c.ValidFrom == e.ValidFrom {
			return l.same(tx, c, made)
		}
		if !c.over() && (current == nil || c.ValidFrom.After(current.ValidFrom)) {
			current = c
		}
	}
	switch {
	case current == nil:
		l.begin(tx, made, nil)
		return rowNew, "", nil
	case e.ValidFrom.IsZero():
		return rowSame, "", nil // nothing that is not known better
	case current.ValidFrom.IsZero():
		return l.same(tx, current, made)
	case e.ValidFrom.Before(current.ValidFrom):
		return "", "validFrom", ErrRowOlder.With("day", current.ValidFrom.String())
	}
	l.begin(tx, made, current)
	return rowChanged, "", nil
}

// certificate makes a version of what a row says.
func (e entry) certificate(home rbac.Home, today day.Date) (*Certificate, string, error) {
	r := Registration{StaffID: e.staff, Kind: e.kind.ID, Operation: e.operation, CodeSet: e.codeSet, FirstIssuedOn: e.first, Printed: e.Printed}
	if !e.reviewed.IsZero() {
		r.Reviews = []day.Date{e.reviewed}
	}
	c, err := newCertificate(home, e.name, r, nil, today)
	if err != nil {
		return nil, columnOf(err), err
	}
	if len(e.sealed) > 0 {
		c.NumberSealed, c.NumberIndex = e.sealed, e.index
	}
	return &c, "", nil
}

// columnOf is the column of the field that a fault names.
func columnOf(err error) string {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || len(f.Fields) == 0 {
		return ""
	}
	switch f.Fields[len(f.Fields)-1].Path {
	case "body.kind":
		return "kindName"
	case "body.operation":
		return "operationName"
	case "body.validFrom":
		return "validFrom"
	case "body.validTo":
		return "validTo"
	case "body.reviewDueOn":
		return "reviewDueOn"
	case "body.firstIssuedOn":
		return "firstIssuedOn"
	case "body.reviews[0]":
		return "reviewedOn"
	}
	return ""
}

// begin plans a new version, which replaces the one before, if any.
func (l *list) begin(tx db.Tx, c, before *Certificate) {
	c.CreatedAt = tx.Now
	k := cardKey{c.StaffID, c.Kind, c.Operation}
	if before != nil {
		if len(c.NumberSealed) == 0 {
			c.NumberSealed, c.NumberIndex = before.NumberSealed, before.NumberIndex
		}
		if c.FirstIssuedOn.IsZero() {
			c.FirstIssuedOn = before.FirstIssuedOn
		}
		before.SupersededOn = c.ValidFrom
		l.prior[c] = before
		if before.ID != 0 {
			l.change(before)
		}
	}
	l.now[k] = append(l.now[k], c)
	l.fresh = append(l.fresh, c)
}

func (l *list) change(c *Certificate) {
	for _, x := range l.other {
		if x == c {
			return
		}
	}
	l.other = append(l.other, c)
}

// same adds what a row says beyond what is recorded of a version.
func (l *list) same(_ db.Tx, c, said *Certificate) (verdict, column string, err error) {
	is := *c
	for _, d := range []struct{ to, from *day.Date }{
		{&is.ValidFrom, &said.ValidFrom}, {&is.PrintedValidTo, &said.PrintedValidTo}, {&is.PrintedReviewDue, &said.PrintedReviewDue}, {&is.FirstIssuedOn, &said.FirstIssuedOn},
	} {
		if !d.from.IsZero() {
			*d.to = *d.from
		}
	}
	if said.Issuer != "" {
		is.Issuer = said.Issuer
	}
	if len(said.NumberIndex) > 0 && string(said.NumberIndex) != string(c.NumberIndex) {
		is.NumberSealed, is.NumberIndex = said.NumberSealed, said.NumberIndex
	}
	for _, on := range said.Reviews.V {
		k, err := Kinds.Kind(is.Kind)
		if err != nil {
			return "", "kindName", err
		}
		if err := is.review(k, on, l.today); err == nil {
			continue
		} else if !ErrReviewed.Is(err) && !ErrOver.Is(err) {
			return "", "reviewedOn", err
		}
	}
	if is.ValidFrom == c.ValidFrom && is.PrintedValidTo == c.PrintedValidTo && is.PrintedReviewDue == c.PrintedReviewDue && is.FirstIssuedOn == c.FirstIssuedOn &&
		is.Issuer == c.Issuer && string(is.NumberIndex) == string(c.NumberIndex) && len(is.Reviews.V) == len(c.Reviews.V) {
		return rowSame, "", nil
	}
	*c = is
	if c.ID != 0 {
		l.change(c)
	}
	return rowChanged, "", nil
}
