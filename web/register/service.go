package register

import (
	"context"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

func idOf(n int64) id.Of[id.Row] { return id.Of[id.Row](n) }

// Query is what the list of a register can be asked for.
type Query struct {
	CompanyID rbac.CompanyID `query:"companyId" doc:"for those who see several companies: which one"`
	Term      string         `query:"term" maxLength:"60" doc:"part of any text of the row"`
	Ended     string         `query:"ended" enum:",only,all" doc:"rows that have ended: left out, only these, or all"`
	UnitID    id.Of[id.Unit] `query:"unitId" doc:"of this unit and what is below it"`
	Filter    []string       `query:"filter,explode" maxItems:"10" maxLength:"100" doc:"field:value, for fields that the register can be filtered by"`
}

// read holds a query against the register. Errors: ErrCompanyNeeded, ErrFilter, page.ErrCursor.
func (k *Kind[T]) read(scope rbac.Scope, q Query, p page.Query) (a asked, err error) {
	a = asked{company: q.CompanyID, term: strings.TrimSpace(q.Term), ended: q.Ended, unit: int64(q.UnitID), equal: map[string]string{}, limit: p.Limit + 1}
	if home, err := scope.Home(); err == nil {
		a.company = home.CompanyID
	}
	if a.company == 0 {
		return a, ErrCompanyNeeded.At("query.companyId")
	}
	for _, one := range q.Filter {
		key, value, ok := strings.Cut(one, ":")
		i := slices.IndexFunc(k.all(), func(f field) bool { return f.key == key && f.filter })
		if !ok || i < 0 {
			return a, ErrFilter.At("query.filter")
		}
		f := k.all()[i]
		if !slices.ContainsFunc(f.choices(), func(o option) bool { return o.Value == value }) {
			return a, ErrFilter.At("query.filter")
		}
		if f.kind == yes {
			value = strconv.FormatBool(value == "yes")
		}
		a.equal[f.column] = value
	}
	a.key, err = p.Start("id", 1)
	return a, err
}

// List lists rows, latest first. Errors: ErrCompanyNeeded, ErrFilter, page.ErrCursor.
func (k *Kind[T]) List(ctx context.Context, q Query, p page.Query) (list page.List[T], err error) {
	err = k.Gate.Read(ctx, k.Read, func(tx db.Tx, scope rbac.Scope) error {
		a, err := k.read(scope, q, p)
		if err != nil {
			return err
		}
		rows, err := k.rows(ctx, tx, scope, a)
		if err != nil {
			return err
		}
		list = page.Of(rows, a.key, p.Limit, func(t T) []string { return []string{baseOf(&t).ID.String()} }, func(t T) T { return t })
		return nil
	})
	return list, err
}

// One returns a row. Errors: rbac.ErrNotFound.
func (k *Kind[T]) One(ctx context.Context, n id.Of[id.Row]) (t *T, err error) {
	err = k.Gate.Read(ctx, k.Read, func(tx db.Tx, scope rbac.Scope) (err error) {
		t, err = k.byID(ctx, tx, scope, int64(n), false)
		return err
	})
	return t, err
}

// Add adds a row. Errors: ErrBlank, ErrValue, ErrUnknown, ErrReach, ErrTwice, and those of Check and Saved.
func (k *Kind[T]) Add(ctx context.Context, form T) (n id.Of[id.Row], err error) {
	err = k.Gate.Write(ctx, k.Write, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		is, err := k.Keep(ctx, tx, scope, home, nil, form)
		if err != nil {
			return err
		}
		n = baseOf(is).ID
		scope.Made(int64(n))
		return nil
	})
	return n, err
}

// Edit changes a row. Errors: as Add, rbac.ErrNotFound, ErrEnded.
func (k *Kind[T]) Edit(ctx context.Context, n id.Of[id.Row], form T) error {
	return k.Gate.Write(ctx, k.Write, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		was, err := k.byID(ctx, tx, scope, int64(n), true)
		if err != nil {
			return err
		}
		scope.Made(int64(n))
		_, err = k.Keep(ctx, tx, scope, home, was, form)
		return err
	})
}

// Keep adds a row, or changes was, as form says, within the caller's transaction. Errors: as Edit.
func (k *Kind[T]) Keep(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, was *T, form T) (*T, error) {
	is := new(T)
	if was != nil {
		*is = *was
	}
	b := baseOf(is)
	if !b.EndedOn.IsZero() {
		return nil, ErrEnded
	}
	b.CompanyID, b.RegionPath, b.OversightLine, b.UpdatedAt = home.CompanyID, home.RegionPath, home.Line, tx.Now
	if was == nil {
		b.CreatedAt, b.MadeBy = tx.Now, scope.Actor().Name
	}
	to, from := reflect.ValueOf(is).Elem(), reflect.ValueOf(&form).Elem()
	for _, f := range k.all() {
		if f.written() || f.key == "files" {
			f.of(to).Set(f.of(from))
		}
		if err := f.mend(to); err != nil {
			return nil, err
		}
	}
	if err := k.nameAll(ctx, tx, home.CompanyID, is); err != nil {
		return nil, err
	}
	if k.Check != nil {
		if err := k.Check(ctx, tx, scope, was, is); err != nil {
			return nil, err
		}
	}
	if err := k.store(ctx, tx, scope, []Change[T]{{was, is}}); err != nil {
		return nil, err
	}
	if ok, err := k.reached(ctx, tx, scope, []*T{is}); err != nil || !ok {
		if err == nil {
			err = ErrReach.At("body.unitId")
		}
		return nil, err
	}
	if len(b.Files) > 0 && k.needs != nil && k.needs.Claim != nil {
		return is, k.needs.Claim(ctx, tx, scope, b.Files, k.table(), int64(b.ID))
	}
	return is, nil
}

// End ends a row: it was scrapped, given back, is over. It stays readable. Errors:
// rbac.ErrNotFound, ErrEnded, ErrBlank, ErrEndDay.
func (k *Kind[T]) End(ctx context.Context, n id.Of[id.Row], on day.Date, reason string) error {
	return k.Gate.Write(ctx, k.Write, func(tx db.Tx, scope rbac.Scope) error {
		if _, err := scope.Home(); err != nil {
			return err
		}
		was, err := k.byID(ctx, tx, scope, int64(n), true)
		if err != nil {
			return err
		}
		is, today := *was, day.In(tx.Now, day.Shanghai)
		b := baseOf(&is)
		if on.IsZero() {
			on = today
		}
		reason = strings.TrimSpace(reason)
		switch {
		case !b.EndedOn.IsZero():
			return ErrEnded
		case reason == "":
			return ErrBlank.At("body.reason")
		case on.After(today) || on.Before(today.AddYears(-1)):
			return ErrEndDay.At("body.on")
		}
		b.EndedOn, b.EndReason, b.UpdatedAt = on, reason, tx.Now
		scope.Made(int64(n))
		return k.store(ctx, tx, scope, []Change[T]{{was, &is}})
	})
}

// store writes rows, and all that follows from them.
func (k *Kind[T]) store(ctx context.Context, tx db.Tx, scope rbac.Scope, changes []Change[T]) error {
	var fresh, changed []*T
	for _, c := range changes {
		if c.Was == nil {
			fresh = append(fresh, c.Is)
		} else {
			changed = append(changed, c.Is)
		}
	}
	if err := k.insert(ctx, tx, fresh); err != nil {
		return err
	}
	if err := k.update(ctx, tx, changed); err != nil {
		return err
	}
	for _, c := range changes {
		was := *new(T)
		if c.Was != nil {
			was = *c.Was
		}
		b := baseOf(c.Is)
		scope.Changed(k.table(), int64(b.ID), b.CompanyID, was, *c.Is)
	}
	if err := k.remind(ctx, tx, changes); err != nil {
		return err
	}
	if k.Saved == nil {
		return nil
	}
	return k.Saved(ctx, tx, scope, changes)
}

// remind keeps what falls due of rows, by company.
func (k *Kind[T]) remind(ctx context.Context, tx db.Tx, changes []Change[T]) error {
	if k.Due == nil || k.needs == nil || k.needs.Due == nil || len(changes) == 0 {
		return nil
	}
	var items []due.Item
	for _, c := range changes {
		b := baseOf(c.Is)
		for _, it := range k.Due(c.Is) {
			it.Ref = int64(b.ID)
			if it.UnitID == 0 {
				it.UnitID = b.UnitID
			}
			if it.Path == "" {
				it.Path = k.page() + "?id=" + b.ID.String()
			}
			if !b.EndedOn.IsZero() {
				it.On = day.Date{}
			}
			items = append(items, it)
		}
	}
	return k.needs.Due(ctx, tx, baseOf(changes[0].Is).Home(), items)
}
