package rubric

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/token"

	"anbiao/kit/scoring"
)

// Limits of a YAML file: what would unpack to more than it is, or nest deeper than any table, is not parsed.
const (
	maxYAML  = 2 << 20 // bytes
	maxDepth = 40
	maxInset = 400 // columns
)

var yamlPlace = regexp.MustCompile(`^\[([0-9]+):[0-9]+\] `)

// readYAML reads the form of the library. Errors: ErrFile.
func readYAML(b []byte) (Read, error) {
	if len(b) > maxYAML || !utf8.Valid(b) || bytes.IndexByte(b, 0) >= 0 || !tame(string(b)) {
		return Read{}, ErrFile
	}
	out := Read{Table: &scoring.Rubric{}, Origin: FromYAML}
	err := yaml.UnmarshalWithOptions(b, out.Table, yaml.Strict())
	if err == nil {
		return out, nil
	}
	why, _, _ := strings.Cut(err.Error(), "\n")
	t := Trouble{Code: errYAML.Code}
	if at := yamlPlace.FindStringSubmatch(why); at != nil {
		t.Row, _ = strconv.Atoi(at[1])
		why = strings.TrimPrefix(why, at[0])
	}
	t.Params = map[string]string{"why": why}
	return Read{Table: &scoring.Rubric{}, Origin: FromYAML, Troubles: []Trouble{t}}, nil
}

// tame reports whether a text neither repeats parts of itself nor nests deeply.
func tame(s string) bool {
	depth := 0
	for _, t := range lexer.Tokenize(s) {
		switch t.Type {
		case token.AliasType, token.AnchorType, token.MergeKeyType:
			return false
		case token.MappingStartType, token.SequenceStartType:
			depth++
		case token.MappingEndType, token.SequenceEndType:
			depth--
		case token.SequenceEntryType, token.MappingValueType, token.MappingKeyType:
			if t.Position.Column > maxInset {
				return false
			}
		default:
		}
		if depth > maxDepth {
			return false
		}
	}
	return true
}
