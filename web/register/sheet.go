package register

import (
	"context"
	"errors"
	"reflect"
	"strconv"
	"strings"

	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/page"
	"anbiao/kit/search"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/rbac"
	"anbiao/web"
)

// What saving a row of a file does.
const (
	rowNew     = "new"
	rowChanged = "changed"
	rowSame    = "same"
)

// said is one text in both languages.
func said(zh, en string) map[text.Lang]string {
	return map[text.Lang]string{text.Chinese: zh, text.English: en}
}

// Columns are the columns of the register in Excel, the same in the template, the import and
// the export.
func (k *Kind[T]) Columns() []sheet.Column {
	var out []sheet.Column
	for _, f := range k.all() {
		if !f.shown() {
			continue
		}
		c := sheet.Column{Key: f.key, Title: said(f.zh, f.en), Required: f.need, Max: f.max, Synonyms: f.also, Kind: sheet.Text}
		if f.noteZh != "" {
			c.Note = said(f.noteZh, f.noteEn)
		}
		for _, o := range f.choices() {
			c.Choices = append(c.Choices, sheet.Option{Value: o.Value, Title: said(o.Zh, o.En)})
		}
		switch f.kind {
		case whole:
			c.Kind = sheet.Int
		case decimal, amount:
			c.Kind = sheet.Decimal
		case date:
			c.Kind = sheet.Date
		case choice, yes:
			c.Kind = sheet.Choice
		case area:
			c.Width = 40
		case unshown, words, instant, person, unit, point, several:
		}
		if f.fixed {
			c.Note = said("系统计算，导入时不读取", "computed; an import does not read it")
		}
		out = append(out, c)
	}
	return out
}

// Sample is the row that a template shows as an example: the note of each field, or its first choice.
func (k *Kind[T]) Sample() map[string]string {
	out := map[string]string{}
	for _, f := range k.all() {
		if !f.written() {
			continue
		}
		switch f.kind {
		case choice, yes:
			out[f.key] = f.choices()[0].Value
		case whole, decimal, amount:
			out[f.key] = "1"
		case date:
			out[f.key] = "2026-03-01"
		case words, area:
			if f.need {
				out[f.key] = f.zh
			}
		case unshown, instant, person, unit, point, several:
		}
	}
	return out
}

// Identity tells rows from others, as far as the row itself says.
func (k *Kind[T]) Identity(r sheet.Row) string {
	if r.Key != "" {
		return "id " + r.Key
	}
	var out []string
	for _, f := range k.all() {
		if f.business {
			out = append(out, search.Fold(r.Values[f.key]))
		}
	}
	if strings.Join(out, "") == "" {
		return ""
	}
	return "key " + strings.Join(out, "\x1f")
}

// CheckRows looks at rows of a file in the name of a and says what saving each would do.
func (k *Kind[T]) CheckRows(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row) ([]string, error) {
	verdicts, _, err := k.plan(ctx, tx, a, rows)
	return verdicts, err
}

// SaveRows does the same and saves what is good: new rows in one statement, changed ones in another.
func (k *Kind[T]) SaveRows(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row) ([]string, error) {
	verdicts, changes, err := k.plan(ctx, tx, a, rows)
	if err != nil {
		return nil, err
	}
	return verdicts, k.store(ctx, tx, rbac.ScopeOf(ctx), changes)
}

// plan reads rows against what the company has. Errors: rbac.ErrForbidden for those who answer
// for a part of the company only.
func (k *Kind[T]) plan(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row) (verdicts []string, changes []Change[T], err error) {
	if a.Kind == rbac.Company && !k.Gate.Can(a, rbac.ActionWhole) {
		return nil, nil, rbac.ErrForbidden
	}
	scope := rbac.ScopeOf(ctx)
	home, err := scope.Within(ctx, tx, a.CompanyID)
	if err != nil {
		return nil, nil, err
	}
	there, err := k.there(ctx, tx, home, rows)
	if err != nil {
		return nil, nil, err
	}
	values := make([]map[string]string, len(rows))
	for i, r := range rows {
		values[i] = r.Values
	}
	means, err := k.meanings(ctx, tx, home.CompanyID, values)
	if err != nil {
		return nil, nil, err
	}
	verdicts = make([]string, len(rows))
	for i := range rows {
		was := there.find(rows[i], k.keyed(rows[i]))
		is := k.readRow(&rows[i], was, means)
		if k.Check != nil && len(rows[i].Faults) == 0 {
			k.note(&rows[i], k.Check(ctx, tx, scope, was, is))
		}
		if len(rows[i].Faults) > 0 {
			continue
		}
		b := baseOf(is)
		b.CompanyID, b.RegionPath, b.OversightLine = home.CompanyID, home.RegionPath, home.Line
		switch {
		case was == nil:
			b.CreatedAt, b.UpdatedAt, b.MadeBy, verdicts[i] = tx.Now, tx.Now, a.Name, rowNew
		case k.same(was, is):
			verdicts[i] = rowSame
			continue
		default:
			b.UpdatedAt, verdicts[i] = tx.Now, rowChanged
		}
		changes = append(changes, Change[T]{was, is})
	}
	return verdicts, changes, nil
}

// shelf is what a company has already, by id and by business key.
type shelf[T any] struct {
	byID  map[string]*T
	byKey map[string]*T
}

func (s shelf[T]) find(r sheet.Row, key string) *T {
	if t, ok := s.byID[r.Key]; ok && r.Key != "" {
		return t
	}
	return s.byKey[key]
}

// keyed is the business key that a row of a file gives, as keyOf says it of a stored row.
func (k *Kind[T]) keyed(r sheet.Row) string {
	var out []string
	for _, f := range k.all() {
		if f.business {
			out = append(out, strings.ToLower(r.Values[f.key]))
		}
	}
	return strings.Join(out, "\x1f")
}

func (k *Kind[T]) there(ctx context.Context, tx db.Tx, home rbac.Home, rows []sheet.Row) (shelf[T], error) {
	s := shelf[T]{map[string]*T{}, map[string]*T{}}
	var ids db.Ints
	var keys db.Texts
	for _, r := range rows {
		if n, err := strconv.ParseInt(r.Key, 10, 64); err == nil {
			ids = append(ids, n)
		}
		if key := k.keyed(r); strings.Trim(key, "\x1f") != "" {
			keys = append(keys, key)
		}
	}
	found, err := k.meant(ctx, tx, home.CompanyID, ids, keys)
	for i := range found {
		s.byID[baseOf(&found[i]).ID.String()] = &found[i]
		if key := k.keyOf(&found[i]); strings.Trim(key, "\x1f") != "" {
			s.byKey[key] = &found[i]
		}
	}
	return s, err
}

// readRow is what a row of a file makes of was; what is wrong with it stands in r.Faults
// afterwards. A cell that is empty says nothing.
func (k *Kind[T]) readRow(r *sheet.Row, was *T, means meaning) *T {
	is := new(T)
	if was != nil {
		*is = *was
	}
	v := reflect.ValueOf(is).Elem()
	for _, f := range k.all() {
		s := r.Values[f.key]
		if !f.written() || s == "" {
			continue
		}
		if f.kind == decimal && !decimalForm.MatchString(s) {
			k.note(r, ErrValue.At("body."+f.key))
			continue
		}
		same := f.text(v) == s
		if f.refers() && same && f.of(v).Int() != 0 {
			continue // the name it had, though its bearer may be called otherwise by now
		}
		if err := f.set(v, s); err != nil {
			k.note(r, ErrValue.At("body."+f.key))
			continue
		}
		if f.refers() {
			n, err := means.mean(f.kind, s)
			if err != nil {
				fe, _ := errors.AsType[*fault.Error](err)
				k.note(r, fe.At("body."+f.key))
				continue
			}
			f.of(v).SetInt(n.ID)
			v.FieldByIndex(f.name).SetString(n.Name)
		}
		if err := f.mend(v); err != nil {
			k.note(r, err)
		}
	}
	return is
}

// note writes a fault into a row of a file, at the column it names.
func (k *Kind[T]) note(r *sheet.Row, err error) {
	if err == nil {
		return
	}
	f, ok := errors.AsType[*fault.Error](err)
	if !ok {
		f = ErrValue
	}
	wrong := sheet.CellFault{Row: r.Number, Code: f.Code, Params: f.Params}
	if len(f.Fields) > 0 {
		key := strings.TrimPrefix(f.Fields[0].Path, "body.")
		for _, one := range k.all() {
			if one.key == key && one.shown() {
				wrong.Column = key
			}
		}
	}
	r.Faults = append(r.Faults, wrong)
}

// same reports whether nothing that people write has changed.
func (k *Kind[T]) same(was, is *T) bool {
	a, b := reflect.ValueOf(was).Elem(), reflect.ValueOf(is).Elem()
	for _, f := range k.all() {
		if f.shown() && f.text(a) != f.text(b) {
			return false
		}
		if f.refers() && f.of(a).Int() != f.of(b).Int() {
			return false
		}
	}
	return true
}

// Pages reads one page of the list for an export, as List does; a file that comes back as it
// went changes nothing. Errors: web.ErrFilter, and those of List.
func (k *Kind[T]) Pages(ctx context.Context, filters map[string][]string, cursor string, limit int) (out []sheet.Record, next string, err error) {
	q, err := web.Params[Query](ctx, filters)
	if err != nil {
		return nil, "", err
	}
	list, err := k.List(ctx, q, page.Query{Limit: limit, Cursor: cursor})
	for i := range list.Items {
		r := sheet.Record{Key: baseOf(&list.Items[i]).ID.String()}
		v := reflect.ValueOf(&list.Items[i]).Elem()
		for _, f := range k.all() {
			if f.shown() {
				r.Values = append(r.Values, f.text(v))
			}
		}
		out = append(out, r)
	}
	return out, list.Next, err
}
