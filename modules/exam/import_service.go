package exam

import (
	"context"
	"errors"
	"slices"
	"strings"

	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/sheet"
	"anbiao/rbac"
)

// Verdicts on a row.
const (
	rowNew     = "new"
	rowChanged = "changed"
	rowSame    = "same"
)

// brought is what the trail keeps of an import.
type brought struct{ Fresh, Corrected int }

// read is a row as a question, with the version that it replaces.
type read struct {
	bank    string
	q       Question
	was     *Question
	verdict string
}

// CheckQuestions says of each row what saving it would do, and notes what is wrong in its Faults. For the job runner.
func (*Service) CheckQuestions(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row) ([]string, error) {
	_, verdicts, err := readRows(ctx, tx, a, rows)
	return verdicts, err
}

// SaveQuestions brings in questions; one that is there with another answer is corrected. Saving twice changes nothing.
func (*Service) SaveQuestions(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row) ([]string, error) {
	found, verdicts, err := readRows(ctx, tx, a, rows)
	if err != nil || len(found) == 0 {
		return verdicts, err
	}
	home := rbac.Home{CompanyID: a.CompanyID, RegionPath: a.RegionPath, Line: a.Line}
	banks := map[string]Bank{}
	var fresh []*Question
	var counted brought
	for i := range found {
		r := &found[i]
		b, ok := banks[r.bank]
		if !ok {
			if b, err = bankFor(ctx, tx, home, r.bank, a.Name); err != nil {
				return nil, err
			}
			banks[r.bank] = b
		}
		r.q.BankID = b.ID
		counted.Fresh++
		if r.was != nil {
			r.q.Number, r.q.Version, counted.Corrected = r.was.Number, r.was.Version+1, counted.Corrected+1
			if err := turnQuestion(ctx, tx, *r.was, replaced); err != nil {
				return nil, err
			}
		}
		fresh = append(fresh, &r.q)
	}
	if err := insertQuestions(ctx, tx, fresh); err != nil {
		return nil, err
	}
	rbac.ScopeOf(ctx).Changed("exam_bank", 0, a.CompanyID, brought{}, counted)
	return verdicts, recount(ctx, tx, a.CompanyID)
}

// bankFor is the bank of a title, opened where there is none.
func bankFor(ctx context.Context, tx db.Tx, home rbac.Home, title, by string) (Bank, error) {
	b, ok, err := bankCalled(ctx, tx, home.CompanyID, title)
	if err != nil || ok {
		return b, err
	}
	if b, err = bankAt(home, Heading{Title: title}, by, tx); err != nil {
		return b, err
	}
	return b, insertBank(ctx, tx, &b)
}

// readRows reads the rows that are good and not there yet.
func readRows(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row) (found []read, verdicts []string, err error) {
	folds := make([]string, len(rows))
	for i, r := range rows {
		folds[i] = fold(r.Values["stem"])
	}
	have, err := stemsIn(ctx, tx, a.CompanyID, folds)
	if err != nil {
		return nil, nil, err
	}
	verdicts = make([]string, len(rows))
	for i := range rows {
		r := readRow(tx, a, &rows[i], have)
		verdicts[i] = r.verdict
		if r.verdict != rowSame && len(rows[i].Faults) == 0 {
			found = append(found, r)
		}
	}
	return found, verdicts, nil
}

func readRow(tx db.Tx, a rbac.Actor, row *sheet.Row, have map[[2]string]Question) read {
	refuse := func(column string, f *fault.Error) {
		row.Faults = append(row.Faults, sheet.CellFault{Row: row.Number, Column: column, Code: f.Code, Params: f.Params})
	}
	r := read{bank: bankOf(row.Values), verdict: rowNew, q: Question{
		CompanyID: a.CompanyID, RegionPath: a.RegionPath, OversightLine: a.Line, Version: 1, State: current, MadeByName: a.Name, MadeAt: tx.Now,
	}}
	e, wrong := entryOf(row.Values)
	switch wrong {
	case "kind":
		refuse("kind", ErrKind)
		return r
	case "answer":
		refuse("answer", ErrAnswer)
		return r
	}
	if f, ok := errors.AsType[*fault.Error](r.q.Say(e)); ok {
		column := ""
		if len(f.Fields) > 0 {
			column = strings.TrimPrefix(f.Fields[0].Path, "body.")
		}
		refuse(column, f)
		return r
	}
	if was, ok := have[[2]string{r.bank, r.q.StemFold}]; ok {
		r.verdict = rowChanged
		if was.alike(r.q) {
			r.verdict = rowSame
		}
		r.was = &was
	}
	return r
}

// alike reports whether two versions say the same.
func (q Question) alike(o Question) bool {
	return q.Kind == o.Kind && q.Stem == o.Stem && slices.Equal(q.Options, o.Options) && slices.Equal(q.Answer, o.Answer) && q.Explanation == o.Explanation && q.Basis == o.Basis &&
		q.Points == o.Points && slices.Equal(q.Tags, o.Tags)
}
