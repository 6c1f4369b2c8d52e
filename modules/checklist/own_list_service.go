package checklist

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/sheet"
	"anbiao/rbac"
)

// Verdicts on a row of a list of own items: what saving it would do.
const (
	RowNew     = "new"
	RowChanged = "changed"
	RowSame    = "same"
)

// mostOwn is how many own items a standard holds.
const mostOwn = 200

// CheckOwn says of each row what saving it would do in the name of a, and notes what is wrong
// in the row's Faults; the verdict of a row with a fault means nothing. For the job runner.
func (s *Service) CheckOwn(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row) ([]string, error) {
	p, err := s.planOwn(ctx, tx, a, rows)
	return p.verdicts, err
}

// SaveOwn publishes the next version of the company's standard with the own items of rows, in
// the name of a; everything else stays as the last version has it. Saving the same rows twice
// changes nothing.
func (s *Service) SaveOwn(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row) ([]string, error) {
	p, err := s.planOwn(ctx, tx, a, rows)
	if err != nil || !p.changes {
		return p.verdicts, err
	}
	next, err := newStandard(tx, a, p.home, p.library, p.tags, p.draft)
	if err != nil {
		return nil, err
	}
	if err := insertStandard(ctx, tx, &next); err != nil {
		return nil, err
	}
	rbac.ScopeOf(ctx).Changed("checklist_standard", int64(next.ID), p.home.CompanyID, p.last, next)
	return p.verdicts, nil
}

// ownPlan is what saving a list of own items would do.
type ownPlan struct {
	home     rbac.Home
	library  *Library
	tags     []string
	last     Standard
	draft    Draft
	document Document // of the draft without own items
	verdicts []string
	changes  bool
}

// planOwn reads rows against the company's last version; before the first every row is
// refused. Errors: rbac.ErrForbidden for who has no company.
func (s *Service) planOwn(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row) (p ownPlan, err error) {
	if a.CompanyID == 0 {
		return p, rbac.ErrForbidden
	}
	scope := rbac.ScopeOf(ctx)
	if p.home, err = scope.Within(ctx, tx, a.CompanyID); err != nil {
		return p, err
	}
	p.last, err = currentStandard(ctx, tx, scope, a.CompanyID)
	if ErrNoStandard.Is(err) {
		p.verdicts = make([]string, len(rows))
		for i := range rows {
			bad(&rows[i], "requirement", ErrNoStandard)
		}
		return p, nil
	}
	if err != nil {
		return p, err
	}
	if p.tags, err = s.Tags(ctx, tx, scope, a.CompanyID); err != nil {
		return p, err
	}
	if p.library, err = s.libraryOf(p.last, ""); err != nil {
		return p, err
	}
	p.draft = p.library.carry(p.last.Document.V, p.tags)
	p.draft.BasedOn = p.last.Version
	if p.document, err = p.library.Compose(p.tags, Draft{}); err != nil {
		return p, err
	}
	p.verdicts = make([]string, len(rows))
	for i := range rows {
		p.verdicts[i] = p.add(&rows[i])
	}
	return p, nil
}

// add puts one row into the draft and returns its verdict.
func (p *ownPlan) add(row *sheet.Row) string {
	x := p.library.ownOf(*row, p.document)
	at := slices.IndexFunc(p.draft.Own, func(o OwnItem) bool {
		return o.Code == x.Code || (x.Code == "" && o.Requirement == x.Requirement)
	})
	switch {
	case at >= 0:
		x.Code = p.draft.Own[at].Code
	case x.Code != "":
		return bad(row, "code", ErrUnknownItem.With("code", x.Code))
	case len(p.draft.Own) >= mostOwn:
		return bad(row, "requirement", ErrOwnMany.With("most", fmt.Sprint(mostOwn)))
	default:
		x.Code = p.draft.free()
	}
	if _, err := p.library.Compose(p.tags, Draft{Own: []OwnItem{x}}); err != nil {
		return refuse(row, err)
	}
	if len(x.Phrases) > 5 {
		return bad(row, "phrases", ErrPhraseMany.With("most", "5"))
	}
	switch {
	case at < 0:
		p.draft.Own, p.changes = append(p.draft.Own, x), true
		return RowNew
	case sameOwn(p.draft.Own[at], x):
		return RowSame
	}
	p.draft.Own[at], p.changes = x, true
	return RowChanged
}

// sameOwn compares two own items; an empty list is no list, and no level the general one.
func sameOwn(a, b OwnItem) bool {
	for _, x := range []*OwnItem{&a, &b} {
		x.Posts, x.Phrases = slices.Concat([]string{}, x.Posts), slices.Concat([]string{}, x.Phrases)
		if x.Level == "" {
			x.Level = General
		}
	}
	return reflect.DeepEqual(a, b)
}

// free is the smallest own code not in use.
func (d Draft) free() string {
	for n := 1; ; n++ {
		c := fmt.Sprintf("OWN-%02d", n)
		if !slices.ContainsFunc(d.Own, func(x OwnItem) bool { return x.Code == c }) {
			return c
		}
	}
}

func bad(row *sheet.Row, column string, f *fault.Error) string {
	row.Faults = append(row.Faults, sheet.CellFault{Row: row.Number, Column: column, Code: f.Code, Params: f.Params})
	return ""
}

// refuse notes in the row's cell what Compose refused.
func refuse(row *sheet.Row, err error) string {
	var f *fault.Error
	if !errors.As(err, &f) || len(f.Fields) == 0 {
		return bad(row, "requirement", ErrBlank)
	}
	field := strings.TrimPrefix(f.Fields[0].Path, "body.own[0].")
	field, _, _ = strings.Cut(field, "[")
	column := ownColumnOf[field]
	if column == "" {
		column = "requirement"
	}
	return bad(row, column, f)
}
