package rubric

import (
	"bytes"
	"errors"
	"regexp"
	"strings"

	"anbiao/kit/fault"
	"anbiao/kit/scoring"
	"anbiao/kit/sheet"
)

// Trouble is what was not read of a file, and where it stands. Nothing is guessed in its place.
type Trouble struct {
	Row    int               // of the sheet or the line; 0: the file
	Cell   string            // as Excel shows it: C5
	Code   string            // of the texts
	Params map[string]string // of the text
}

// Faults of cells and files.
var (
	ErrFile     = fault.New(fault.Unsupported, "rubric.file")          // neither Excel nor YAML
	errYAML     = fault.New(fault.Invalid, "rubric.read.yaml")         // says {why}
	errColumn   = fault.New(fault.Invalid, "rubric.read.column")       // a column is not there
	errMethod   = fault.New(fault.Invalid, "rubric.read.method")       // a clause is not understood
	errWord     = fault.New(fault.Invalid, "rubric.read.word")         // no known word
	errPoints   = fault.New(fault.Invalid, "rubric.read.points")       // no points
	errBranch   = fault.New(fault.Invalid, "rubric.read.branch")       // an item under no element
	errSubtotal = fault.New(fault.Invalid, "rubric.read.subtotal")     // a subtotal below no element
	errExpr     = fault.New(fault.Invalid, "rubric.read.expression")   // no comparison
	errUnfound  = fault.New(fault.Invalid, "rubric.read.unknown-name") // a name that no table has
)

// MaxFile is the largest file that is read, in bytes.
const MaxFile = 8 << 20

// Read is a table read from a file, with what was not read of it.
type Read struct {
	Table    *scoring.Rubric
	Origin   Origin
	Troubles []Trouble
}

// ReadFile reads a table from a workbook, a CSV file or a YAML file. Nothing is stored. Errors: ErrFile and
// those of sheet.Read.
func ReadFile(name string, b []byte) (Read, error) {
	lower := strings.ToLower(name)
	if strings.HasSuffix(lower, ".yaml") || strings.HasSuffix(lower, ".yml") {
		return readYAML(b)
	}
	if !strings.HasSuffix(lower, ".xlsx") && !strings.HasSuffix(lower, ".csv") {
		return Read{}, ErrFile
	}
	return readSheets(b)
}

// sheets is a workbook being read.
type sheets struct {
	file  *bytes.Reader
	out   Read
	table *sheet.Table // the list being read
	tree  tree
}

func readSheets(b []byte) (Read, error) {
	s := &sheets{file: bytes.NewReader(b), out: Read{Table: &scoring.Rubric{Scorable: true, Purpose: scoring.Grading}, Origin: FromExcel}}
	s.out.Table.Rounding.Decimals = 1 // as official tables round, where the file says nothing
	var err error
	if s.table, err = sheet.Read(s.file, int64(len(b)), itemColumns, sheet.Mapping{}); err != nil {
		return Read{}, err
	}
	for _, key := range []string{"element", "sub", "requirement", "points"} {
		if _, found := s.table.Places[key]; !found {
			s.trouble(s.table.HeaderRow, key, errColumn.With("column", titleOf(key)))
		}
	}
	if len(s.out.Troubles) > 0 {
		return s.out, nil
	}
	s.tree.sheets = s
	for r, err := range s.table.Rows() {
		if err != nil {
			return Read{}, err
		}
		s.faults(r)
		s.tree.row(r)
	}
	s.tree.finish()
	for _, one := range []struct {
		name    string
		columns []sheet.Column
		row     func(sheet.Row)
	}{{sheetHead, headColumns, s.head}, {sheetLevels, levelColumns, s.level}, {sheetElements, elementColumns, s.element}} {
		if err := s.beside(one.name, one.columns, one.row); err != nil {
			return Read{}, err
		}
	}
	return s.out, nil
}

// beside reads one of our further sheets, if the file has it.
func (s *sheets) beside(name string, columns []sheet.Column, row func(sheet.Row)) error {
	t, err := sheet.Read(s.file, s.file.Size(), columns, sheet.Mapping{Sheet: name})
	if errors.Is(err, sheet.ErrMapping) {
		return nil
	}
	if err != nil {
		return err
	}
	s.table = t
	for r, err := range t.Rows() {
		if err != nil {
			return err
		}
		s.faults(r)
		row(r)
	}
	return nil
}

func titleOf(key string) string {
	for _, c := range itemColumns {
		if c.Key == key {
			return c.Title["zh-CN"]
		}
	}
	return key
}

// trouble notes what is wrong at a cell of the list being read; an empty column is the row.
func (s *sheets) trouble(row int, column string, e *fault.Error) {
	f := s.table.Fault(row, column, e)
	s.out.Troubles = append(s.out.Troubles, Trouble{f.Row, f.Cell, f.Code, f.Params})
}

func (s *sheets) faults(r sheet.Row) {
	for _, f := range r.Faults {
		s.out.Troubles = append(s.out.Troubles, Trouble{f.Row, f.Cell, f.Code, f.Params})
	}
}

// points reads the points in a cell; none are 0.
func (s *sheets) points(r sheet.Row, column string) scoring.Points {
	text := strings.TrimSpace(strings.TrimSuffix(digits.Replace(r.Values[column]), "分"))
	if text == "" {
		return 0
	}
	p, err := scoring.ParsePoints(text)
	if err != nil {
		s.trouble(r.Number, column, errPoints.With("text", text))
	}
	return p
}

// number reads a decimal number in a cell.
func (s *sheets) number(r sheet.Row, column string) (n scoring.Num) {
	text := r.Values[column]
	if err := n.UnmarshalJSON([]byte(text)); err != nil {
		s.trouble(r.Number, column, errPoints.With("text", text))
	}
	return n
}

func (s *sheets) word(r sheet.Row, column string, words [][2]string) string {
	v, known := valueOf(words, r.Values[column])
	if !known {
		s.trouble(r.Number, column, errWord.With("text", r.Values[column]))
	}
	return v
}

func (s *sheets) yes(r sheet.Row, column string) bool {
	v, known := valueOf([][2]string{{"是", "yes"}, {"√", "yes"}, {"Y", "yes"}, {"否", ""}}, r.Values[column])
	if !known {
		s.trouble(r.Number, column, errWord.With("text", r.Values[column]))
	}
	return v == "yes"
}

var comparison = regexp.MustCompile(`^([a-z][a-z0-9_]*)\s*(<=|>=|≤|≥)\s*(-?[0-9]{1,15}(?:\.[0-9]{1,6})?)$`)

var parts = regexp.MustCompile(`[;；\n]+`)

// comparisons reads "deaths<=0; serious_injuries<=2".
func (s *sheets) comparisons(r sheet.Row, column string) (out []scoring.Condition) {
	for _, one := range parts.Split(r.Values[column], -1) {
		if one = strings.TrimSpace(one); one == "" {
			continue
		}
		found := comparison.FindStringSubmatch(one)
		if found == nil {
			s.trouble(r.Number, column, errExpr.With("text", one))
			continue
		}
		c := scoring.Condition{Fact: found[1]}
		if found[2] == "<=" || found[2] == "≤" {
			c.Max = scoring.Num(found[3])
		} else {
			c.Min = scoring.Num(found[3])
		}
		if n := len(out); n > 0 && out[n-1].Fact == c.Fact && out[n-1].Max == "" && c.Max != "" {
			out[n-1].Max = c.Max
			continue
		}
		out = append(out, c)
	}
	return out
}
