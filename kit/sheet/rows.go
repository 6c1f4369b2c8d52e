package sheet

import (
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"anbiao/kit/search"
)

// Rows yields the rows below the heading that hold something, in order: blank rows, headings
// repeated for print and the template's sample row are left out. It ends with the first
// error. Errors: ErrTooManyRows, ErrTooLarge, ErrUnreadable.
func (t *Table) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for l, err := range t.lines() {
			if err != nil {
				yield(Row{}, err)
				return
			}
			r := t.read(l)
			if r.Key == sampleKey || len(r.Values)+len(r.Faults) == 0 {
				continue
			}
			t.demand(&r)
			if !yield(r, nil) {
				return
			}
		}
	}
}

// lines yields the raw rows below the heading, vertical merges filled in.
func (t *Table) lines() iter.Seq2[line, error] {
	return func(yield func(line, error) bool) {
		f := newFiller(t.merges, t.HeaderRow)
		n := 0
		for l, err := range t.grid.lines() {
			if err != nil {
				yield(l, err)
				return
			}
			if l.number <= t.HeaderRow {
				continue
			}
			f.fill(&l)
			if t.repeated(l) {
				continue
			}
			if n++; n > MaxRows {
				yield(l, ErrTooManyRows.With("max", strconv.Itoa(MaxRows)))
				return
			}
			if !yield(l, nil) {
				return
			}
		}
	}
}

// repeated reports whether l is the heading again.
func (t *Table) repeated(l line) bool {
	same := 0
	for place, h := range t.Headers {
		if h == "" {
			continue
		}
		if search.Fold(l.at(place).text) != search.Fold(h) {
			return false
		}
		same++
	}
	return same >= 2
}

func (t *Table) read(l line) Row {
	r := Row{Number: l.number, Values: make(map[string]string, len(t.Places))}
	r.Key = strings.TrimSpace(l.at(t.key).text)
	for _, c := range t.columns {
		place, ok := t.Places[c.Key]
		if !ok || l.at(place).kind == none {
			continue
		}
		value, f := c.read(l.at(place), t.grid.from1904())
		switch {
		case f != nil:
			r.Faults = append(r.Faults, CellFault{
				Row: l.number, Column: c.Key, Cell: cellName(place, l.number), Code: f.Code, Params: f.Params,
			})
		case value != "":
			r.Values[c.Key] = value
		}
	}
	return r
}

// demand notes the required cells that are empty.
func (t *Table) demand(r *Row) {
	for _, c := range t.columns {
		wrong := slices.ContainsFunc(r.Faults, func(f CellFault) bool { return f.Column == c.Key })
		if c.Required && r.Values[c.Key] == "" && !wrong {
			r.Faults = append(r.Faults, t.Fault(r.Number, c.Key, errRequired))
		}
	}
}

func cellName(place, row int) string {
	name, err := excelize.CoordinatesToCellName(place+1, row)
	if err != nil {
		return ""
	}
	return name
}

// filler copies the value of a vertically merged cell into the rows it covers.
type filler struct {
	waiting []area // not begun, by top
	open    []held
}

type held struct {
	area
	value cell
}

func newFiller(merges []area, below int) *filler {
	f := &filler{}
	for _, m := range merges {
		if m.top > below && m.bottom > m.top && m.left <= MaxColumns {
			f.waiting = append(f.waiting, m)
		}
	}
	slices.SortStableFunc(f.waiting, func(a, b area) int { return a.top - b.top })
	return f
}

func (f *filler) fill(l *line) {
	f.open = slices.DeleteFunc(f.open, func(h held) bool { return h.bottom < l.number })
	for _, h := range f.open {
		for len(l.cells) < h.left {
			l.cells = append(l.cells, cell{})
		}
		if l.cells[h.left-1].kind == none {
			l.cells[h.left-1] = h.value
		}
	}
	for len(f.waiting) > 0 && f.waiting[0].top <= l.number {
		if m := f.waiting[0]; m.top == l.number && len(f.open) < MaxColumns { // ranges do not overlap
			f.open = append(f.open, held{m, l.at(m.left - 1)})
		}
		f.waiting = f.waiting[1:]
	}
}
