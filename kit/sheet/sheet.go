// Package sheet reads and writes the Excel lists people really have: the header under title
// rows, merged cells, several spellings of a column, files saved by WPS, CSV in GBK. It
// streams both ways, so a list of 20,000 rows costs megabytes, not hundreds.
//
// Reading goes by its own reader of the xlsx package, because the types of cells decide
// here: excelize's row iterator gives text only, and a code that became the number
// 4.4E+17 must be refused rather than repaired. Writing goes by excelize.
package sheet

import (
	"io"
	"maps"
	"slices"

	"anbiao/kit/fault"
	"anbiao/kit/text"
)

// Limits of a list that is read. Larger lists are divided by the sender.
const (
	MaxBytes   = 20 << 20  // of the file
	MaxRows    = 50_000    // below the header, empty ones not counted
	MaxColumns = 256       // further ones are not read
	maxPart    = 128 << 20 // of one unpacked part of an xlsx
	maxStrings = 48 << 20  // of all shared strings together
	maxCell    = 32_767    // characters; what Excel itself allows
)

// Faults of a whole file.
var (
	// ErrTooLarge: more than MaxBytes, or an archive that unpacks to far more.
	ErrTooLarge = fault.New(fault.TooLarge, "sheet.too-large")
	// ErrTooManyRows: more than MaxRows; says {max}.
	ErrTooManyRows = fault.New(fault.TooLarge, "sheet.too-many-rows")
	// ErrEmpty: no visible sheet holds anything.
	ErrEmpty = fault.New(fault.Invalid, "sheet.empty")
	// ErrOldFormat: .xls, .et, .xlsb, .ods or a web page named .xls: save as xlsx.
	ErrOldFormat = fault.New(fault.Unsupported, "sheet.old-format")
	// ErrEncrypted: a password opens it.
	ErrEncrypted = fault.New(fault.Unsupported, "sheet.encrypted")
	// ErrProtected: rights management or a company's document encryption holds it.
	ErrProtected = fault.New(fault.Unsupported, "sheet.protected")
	// ErrUnreadable: an xlsx that is cut off or broken.
	ErrUnreadable = fault.New(fault.Unsupported, "sheet.unreadable")
	// ErrNotSheet: neither xlsx nor CSV.
	ErrNotSheet = fault.New(fault.Unsupported, "sheet.not-a-sheet")
	// ErrMapping: the mapping names a sheet, a row or a column the file does not have.
	ErrMapping = fault.New(fault.Invalid, "sheet.mapping")
)

// Kind is what a column holds; it decides how cells are read and written.
type Kind uint8

// Kinds. Values travel as strings in one canonical form each.
const (
	Text    Kind = iota // as written, trimmed
	Code                // an identifier: half-width, upper case, never a rounded number
	Int                 // decimal digits with an optional minus
	Decimal             // digits with an optional fraction, no separators
	Date                // YYYY-MM-DD
	Choice              // Value of one of Choices
)

// Column is one column of a list, the same on screen, in templates and in exports.
type Column struct {
	Key      string               // name in Row.Values
	Title    map[text.Lang]string // heading
	Synonyms []string             // other headings people use, any language
	Kind     Kind
	Required bool
	Max      int                  // longest value in characters; 0 is 500
	Choices  []Option             // of Choice; for other kinds suggestions in the template
	Note     map[text.Lang]string // how to fill it in, for the template
	Width    float64              // in characters; 0 chooses one
	Mask     func(string) string  // hides personal data in the file of bad rows; nil: shown as it was
}

// Option is one value of a Choice column.
type Option struct {
	Value    string
	Title    map[text.Lang]string
	Synonyms []string
}

// Mapping says where a file's columns are. The zero Mapping finds out.
type Mapping struct {
	Sheet     string         `json:"sheet,omitempty"`     // "" is the sheet that fits best
	HeaderRow int            `json:"headerRow,omitempty"` // last row of the heading, from 1; 0 finds it
	Places    map[string]int `json:"places,omitempty"`    // column key → place, from 0; nil matches headings
}

// Table is a list inside a file. Its rows can be read any number of times, as long as the
// reader given to Read lasts.
type Table struct {
	Sheet     string         // name of the sheet, "" in a CSV file
	HeaderRow int            // last row of the heading, from 1
	Headers   []string       // as written, by place
	Places    map[string]int // column key → place; columns not found are absent
	Missing   []string       // keys of required columns not found: ask where they are
	Signature string         // equal for files with equal headings, to remember Places by

	columns []Column
	grid    grid
	merges  []area
	key     int // place of the hidden key column, -1 if there is none
}

// Row is one line of a list below its heading.
type Row struct {
	Number int               // as Excel shows it
	Key    string            // of the hidden key column: the row's identity in an export
	Values map[string]string // column key → value in canonical form; empty cells are absent
	Faults []CellFault       // what is wrong, by column
}

// CellFault is one thing wrong with one cell, or with the row if Column is empty.
type CellFault struct {
	Row    int          `json:"row"`
	Column string       `json:"column,omitempty"` // column key
	Cell   string       `json:"cell,omitempty"`   // as Excel shows it: C5
	Code   string       `json:"code"`
	Params fault.Params `json:"params,omitempty"`
}

// Read opens the list in r, of size bytes, and finds its columns. A list whose required
// columns are not all found is returned with Missing set; Use then says where they are.
// Errors: the faults of a whole file above.
func Read(r io.ReaderAt, size int64, columns []Column, m Mapping) (*Table, error) {
	grids, err := open(r, size)
	if err != nil {
		return nil, err
	}
	var best *Table
	bestScore := -1
	for _, g := range grids {
		if m.Sheet != "" && m.Sheet != g.name() {
			continue
		}
		t, score, err := locate(g, columns, m.HeaderRow)
		if err != nil {
			return nil, err
		}
		if t != nil && score > bestScore {
			best, bestScore = t, score
		}
	}
	switch {
	case best == nil && (m.Sheet != "" || m.HeaderRow != 0):
		return nil, ErrMapping
	case best == nil:
		return nil, ErrEmpty
	case m.Places != nil:
		return best, best.Use(m.Places)
	}
	return best, nil
}

// Use replaces where the columns are, e.g. by what was remembered for the table's
// Signature. Errors: ErrMapping for an unknown column or a place beyond the heading.
func (t *Table) Use(places map[string]int) error {
	for key, place := range places {
		known := slices.ContainsFunc(t.columns, func(c Column) bool { return c.Key == key })
		if !known || place < 0 || place >= len(t.Headers) {
			return ErrMapping
		}
	}
	t.Places = maps.Clone(places)
	t.Missing = missing(t.columns, t.Places)
	return nil
}

// Mapping returns where the columns are, in the form Read takes.
func (t *Table) Mapping() Mapping {
	return Mapping{Sheet: t.Sheet, HeaderRow: t.HeaderRow, Places: maps.Clone(t.Places)}
}

func missing(columns []Column, places map[string]int) []string {
	var keys []string
	for _, c := range columns {
		if _, ok := places[c.Key]; !ok && c.Required {
			keys = append(keys, c.Key)
		}
	}
	return keys
}
