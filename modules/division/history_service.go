package division

import (
	"bytes"
	"context"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// ActionKeep changes areas: the platform's administrator.
const ActionKeep rbac.Action = "division.area.keep"

// Faults of a whole list.
var (
	// ErrColumns: the file lacks the columns {columns}.
	ErrColumns = fault.New(fault.Invalid, "division.columns")
	// ErrRefused: {lines} lines of the list are refused, so none is carried out.
	ErrRefused = fault.New(fault.Conflict, "division.refused")
	// ErrNothing: the list changes nothing.
	ErrNothing = fault.New(fault.Conflict, "division.nothing")
)

// Limits of a list.
const (
	MaxFile  = 8 << 20 // bytes
	maxLines = 20_000
)

func title(zh, en string) map[text.Lang]string {
	return map[text.Lang]string{text.Chinese: zh, text.English: en}
}

var kinds = []sheet.Option{
	{Value: string(Province), Title: title("省", "Province")},
	{Value: string(City), Title: title("市", "City")},
	{Value: string(County), Title: title("县区", "County"), Synonyms: []string{"县", "区", "县级市"}},
	{Value: string(Town), Title: title("镇街", "Town or street"), Synonyms: []string{"乡镇", "镇", "街道", "乡"}},
	{Value: string(Zone), Title: title("功能区", "Functional zone"), Synonyms: []string{"开发区", "园区"}},
	{Value: string(Area), Title: title("片区", "Part of a town"), Synonyms: []string{"片"}},
	{Value: string(Village), Title: title("村社", "Village"), Synonyms: []string{"村", "社区"}},
	{Value: string(Grid), Title: title("网格", "Grid")},
}

// Columns are those of a list of areas, in files both ways.
func Columns() []sheet.Column {
	return []sheet.Column{
		{Key: "path", Title: title("区划路径", "Path"), Synonyms: []string{"路径", "区划代码", "行政区划代码"}, Kind: sheet.Code, Required: true, Max: 15, Width: 18, Note: title("逐级固定长度 2/2/2/3/3/3；无法定代码的用 Z01 起", "fixed widths 2/2/2/3/3/3; Z01 on where there is no official code")},
		{Key: "name", Title: title("名称", "Name"), Kind: sheet.Text, Required: true, Max: 60, Width: 24},
		{Key: "kind", Title: title("类别", "Kind"), Kind: sheet.Choice, Required: true, Choices: kinds, Width: 10},
		{Key: "parent", Title: title("上级路径", "Parent"), Kind: sheet.Code, Max: 15, Width: 14, Note: title("可留空；省直管县的上级是省", "may be left empty; a directly managed county lies below its province")},
		{Key: "code", Title: title("公布代码", "Code"), Kind: sheet.Code, Max: 20, Width: 16},
		{Key: "aliases", Title: title("别名", "Other names"), Kind: sheet.Text, Max: 200, Width: 24, Note: title("多个用顿号隔开", "several separated by 、")},
		{Key: "from", Title: title("启用日期", "From"), Kind: sheet.Date, Width: 12},
		{Key: "until", Title: title("撤销日期", "Until"), Kind: sheet.Date, Width: 12, Note: title("最后一天；在用的留空", "last day; empty while it exists")},
		{Key: "successor", Title: title("并入路径", "Successor"), Kind: sheet.Code, Max: 15, Width: 14, Note: title("撤销的必填，企业随之并入", "required of what ends: its companies go there")},
	}
}

// readList reads a file of areas; cells that cannot be read come back as faults by row.
func readList(ctx context.Context, b []byte) (list []Entry, bad map[int][]sheet.CellFault, err error) {
	t, err := sheet.Read(bytes.NewReader(b), int64(len(b)), Columns(), sheet.Mapping{})
	if err != nil {
		return nil, nil, err
	}
	if len(t.Missing) > 0 {
		return nil, nil, ErrColumns.With("columns", strings.Join(titlesOf(text.Of(ctx), t.Missing), "、"))
	}
	bad = map[int][]sheet.CellFault{}
	for r, err := range t.Rows() {
		if err != nil {
			return nil, nil, err
		}
		if len(list) == maxLines {
			return nil, nil, sheet.ErrTooManyRows.With("max", "20000")
		}
		if len(r.Faults) > 0 {
			bad[len(list)] = r.Faults
		}
		list = append(list, entryOf(r))
	}
	return list, bad, nil
}

func titlesOf(l text.Lang, keys []string) (out []string) {
	for _, c := range Columns() {
		for _, k := range keys {
			if c.Key == k {
				out = append(out, c.Title[l])
			}
		}
	}
	return out
}

func entryOf(r sheet.Row) Entry {
	e := Entry{
		Row: r.Number, Path: r.Values["path"], Code: r.Values["code"], Name: r.Values["name"], Kind: Kind(r.Values["kind"]),
		Parent: r.Values["parent"], Successor: r.Values["successor"],
	}
	if v := r.Values["aliases"]; v != "" {
		e.Aliases = strings.FieldsFunc(v, func(c rune) bool { return strings.ContainsRune("、,，;；", c) })
	}
	e.From, _ = day.Parse(r.Values["from"]) // what is no date is a fault of its cell already
	e.Until, _ = day.Parse(r.Values["until"])
	return e
}

// Check says what a file of areas would do, and does nothing. Errors: ErrColumns and those of package
// sheet.
func (s *Service) Check(ctx context.Context, b []byte) (out []Verdict, err error) {
	err = s.Gate.Read(ctx, ActionKeep, func(tx db.Tx, _ rbac.Scope) error {
		p, err := planFile(ctx, tx, b)
		if err == nil {
			out = p.out
		}
		return err
	})
	return out, err
}

func planFile(ctx context.Context, tx db.Tx, b []byte) (*plan, error) {
	list, bad, err := readList(ctx, b)
	if err != nil {
		return nil, err
	}
	p, err := planOf(ctx, tx, list)
	if err != nil {
		return nil, err
	}
	for i, faults := range bad {
		p.out[i].Deed, p.out[i].Faults = Refused, faults
	}
	return p, nil
}

func planOf(ctx context.Context, tx db.Tx, list []Entry) (*plan, error) {
	have, err := concerned(ctx, tx, list)
	return work(have, list, day.In(tx.Now, day.Shanghai)), err
}

// Import carries out a file of areas, all of it or nothing, and returns an area it changed. Companies of
// areas that end go to the successors, and so do the regulators. Errors: ErrRefused, ErrNothing,
// ErrColumns and those of package sheet.
func (s *Service) Import(ctx context.Context, b []byte) (n id.Of[id.Division], err error) {
	return s.carry(ctx, func(tx db.Tx) (*plan, error) { return planFile(ctx, tx, b) })
}

// Change carries out one line, as Import does a list of them. Errors: those that are wrong with it,
// ErrNothing.
func (s *Service) Change(ctx context.Context, e Entry) (n id.Of[id.Division], err error) {
	return s.carry(ctx, func(tx db.Tx) (*plan, error) {
		p, err := planOf(ctx, tx, []Entry{e})
		if err != nil || p.sound() {
			return p, err
		}
		refused := ErrRefused.With("lines", "1")
		for _, f := range p.out[0].Faults {
			refused = refused.Also(fault.Field{Path: "body." + f.Column, Code: f.Code, Params: f.Params})
		}
		return nil, refused
	})
}

// trail is what is kept of a change of areas.
type trail struct{ Added, Changed, Ended int }

func (s *Service) carry(ctx context.Context, prepare func(db.Tx) (*plan, error)) (n id.Of[id.Division], err error) {
	err = s.Gate.Write(ctx, ActionKeep, func(tx db.Tx, scope rbac.Scope) error {
		if err := lockDivisions(ctx, tx); err != nil {
			return err
		}
		p, err := prepare(tx)
		switch {
		case err != nil:
			return err
		case !p.sound():
			return ErrRefused.With("lines", itoa(p.refused()))
		case len(p.added)+len(p.changed) == 0:
			return ErrNothing
		}
		if err := store(ctx, tx, p); err != nil {
			return err
		}
		gone := p.gone()
		for _, d := range gone {
			if s.Succeeded == nil {
				break
			}
			if err := s.Succeeded(ctx, tx, d.Path, d.SuccessorPath, d.Name); err != nil {
				return err
			}
		}
		n = append(p.added, p.changed...)[0].ID
		scope.Made(int64(n))
		scope.Changed("division", int64(n), 0, trail{}, trail{len(p.added), len(p.changed), len(gone)})
		return nil
	})
	return n, err
}

// History returns one page of the areas directly below parent in all their spans.
// Errors: page.ErrCursor.
func (s *Service) History(ctx context.Context, parent string, q page.Query) (list page.List[SpanView], err error) {
	k, err := q.Start(sortPath, 2)
	if err != nil {
		return list, err
	}
	err = s.Gate.Read(ctx, ActionKeep, func(tx db.Tx, _ rbac.Scope) error {
		rows, err := historyBelow(ctx, tx, parent, k, q.Limit)
		list = page.Of(rows, k, q.Limit, func(d Division) []string { return []string{d.Path, d.ValidFrom.String()} }, viewSpan)
		return err
	})
	return list, err
}
