// Package division holds administrative areas (行政区划), functional zones (功能区) and grids
// (网格) as data with history, and the supervision lines (监管行业) companies are overseen in.
//
// Sources: GB/T 2260 and GB/T 10114 for the form of codes; the libraries in this folder name
// theirs. Codes are text; nothing reads meaning out of a path but its prefixes (code.Path).
package division

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"

	"github.com/goccy/go-yaml"

	"anbiao/kit/code"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
)

// Kind says what sort of area a division is.
type Kind string

// Kinds. A town is any unit at town level (乡镇、街道); an area (片) joins several villages.
const (
	Province Kind = "province"
	City     Kind = "city"
	County   Kind = "county"
	Town     Kind = "town"
	Zone     Kind = "zone" // functional zone (功能区) at town level, without a statutory code
	Area     Kind = "area"
	Village  Kind = "village"
	Grid     Kind = "grid"
)

// Division is one area in one span of its history.
type Division struct {
	ID            id.Of[id.Division]
	Path          string // code.Path
	Kind          Kind
	Code          string // as printed: 330784105, or our own 330784-Z01
	Official      bool   // the code stands in a public list
	Name          string
	Aliases       db.Texts // other names that lists use
	ParentPath    string
	ValidFrom     day.Date
	ValidUntil    day.Date // last day; zero while it exists
	SuccessorPath string   // where its companies went; empty while it exists
	Source        string
	Managed       bool // an administrator entered or changed it; the built-in library leaves it alone
}

// Line is a supervision line: which department oversees a company.
type Line struct {
	Line       int16
	Name       string
	Department string
}

//go:embed library/*.yaml
var library embed.FS

// entry is a division as the library writes it.
type entry struct {
	Path, Code, Kind, Name, Source string
	Aliases                        []string
	From, Until, Successor         string
}

// shelf is what the libraries hold.
type shelf struct {
	divisions []Division
	lines     []Line
	checksum  string
}

// read parses the libraries built into the program. Its errors are mistakes in them.
func read() (shelf, error) {
	var s shelf
	sum := sha256.New()
	var areas struct{ Divisions []entry }
	var lines struct{ Lines []Line }
	for name, into := range map[string]any{"library/divisions.yaml": &areas, "library/lines.yaml": &lines} {
		b, err := library.ReadFile(name)
		if err != nil {
			return s, err
		}
		if err := yaml.Unmarshal(b, into); err != nil {
			return s, fmt.Errorf("division: %s: %w", name, err)
		}
	}
	for _, e := range areas.Divisions {
		d, err := e.division()
		if err != nil {
			return s, fmt.Errorf("division: %s %s: %w", e.Path, e.Name, err)
		}
		s.divisions = append(s.divisions, d)
	}
	s.lines = lines.Lines
	fmt.Fprintf(sum, "%v\n%v\n", s.divisions, s.lines)
	s.checksum = hex.EncodeToString(sum.Sum(nil))
	return s, nil
}

func (e entry) division() (Division, error) {
	path, err := code.ParsePath(e.Path)
	if err != nil || path == "" {
		return Division{}, fmt.Errorf("path: %w", code.ErrPath)
	}
	from, err := day.Parse(e.From)
	if err != nil {
		return Division{}, err
	}
	var until day.Date
	if e.Until != "" {
		if until, err = day.Parse(e.Until); err != nil {
			return Division{}, err
		}
	}
	d := Division{
		Path: e.Path, Kind: Kind(e.Kind), Code: e.Code, Official: e.Code == "", Name: e.Name, Aliases: e.Aliases,
		ParentPath: string(path.Parent()), ValidFrom: from, ValidUntil: until, SuccessorPath: e.Successor, Source: e.Source,
	}
	if d.Official {
		d.Code = e.Path
	}
	return d, nil
}
