package scoring

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/big"
	"regexp"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// Points are points of a scoring table (分), held in hundredths: 250 is 2.5 points.
type Points int64

// Whole is n points.
func Whole(n int64) Points { return Points(n * 100) }

// String writes points as people do: 4, 2.5.
func (p Points) String() string {
	sign := ""
	if p < 0 {
		sign, p = "-", -p
	}
	s := sign + strconv.FormatInt(int64(p)/100, 10)
	if rest := int64(p) % 100; rest != 0 {
		s += strings.TrimRight(fmt.Sprintf(".%02d", rest), "0")
	}
	return s
}

var pointsForm = regexp.MustCompile(`^-?[0-9]{1,9}(\.[0-9]{1,2}0*)?$`)

// ParsePoints reads what String writes. More than two decimals are an error: they would be lost.
func ParsePoints(s string) (Points, error) {
	if !pointsForm.MatchString(s) {
		return 0, fmt.Errorf("%q are no points", s)
	}
	whole, part, _ := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	part = (part + "00")[:2]
	n, err := strconv.ParseInt(whole+part, 10, 64)
	if strings.HasPrefix(s, "-") {
		n = -n
	}
	return Points(n), err
}

// Schema tells OpenAPI the wire form: points, not hundredths.
func (Points) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeNumber, Description: "points, at most two decimals", Examples: []any{2.5}}
}

// MarshalJSON writes a number.
func (p Points) MarshalJSON() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalJSON reads a number, or a string that is one. Null is none.
func (p *Points) UnmarshalJSON(b []byte) (err error) { return p.read(b) }

// MarshalYAML writes a number.
func (p Points) MarshalYAML() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalYAML reads a number. Null is none.
func (p *Points) UnmarshalYAML(decode func(any) error) error {
	var v any
	if err := decode(&v); err != nil {
		return err
	}
	return p.read(plain(v))
}

func (p *Points) read(b []byte) (err error) {
	s := scalar(b)
	if s == "" {
		*p = 0
		return nil
	}
	*p, err = ParsePoints(s)
	return err
}

// Num is a decimal number as it was written: a weight, a limit, a rate. Empty: none.
type Num string

var numForm = regexp.MustCompile(`^-?[0-9]{1,15}(\.[0-9]{1,6})?$`)

// Rat returns the number; 0 where there is none.
func (n Num) Rat() *big.Rat {
	if r, ok := new(big.Rat).SetString(string(n)); ok {
		return r
	}
	return new(big.Rat)
}

// Int is a whole number.
func Int(n int64) Num { return Num(strconv.FormatInt(n, 10)) }

// Schema tells OpenAPI the wire form.
func (Num) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Pattern: `^(-?[0-9]{1,15}(\.[0-9]{1,6})?)?$`, Description: "decimal number; empty: none", Examples: []any{"0.05"}}
}

// MarshalJSON writes a string, so that no reader rounds it.
func (n Num) MarshalJSON() ([]byte, error) { return json.Marshal(string(n)) }

// UnmarshalJSON reads a number or a string that is one.
func (n *Num) UnmarshalJSON(b []byte) error { return n.read(b) }

// UnmarshalYAML reads a number or a string that is one.
func (n *Num) UnmarshalYAML(decode func(any) error) error {
	var v any
	if err := decode(&v); err != nil {
		return err
	}
	return n.read(plain(v))
}

func (n *Num) read(b []byte) error {
	s := scalar(b)
	if s != "" && !numForm.MatchString(s) {
		return fmt.Errorf("%q is no decimal number", s)
	}
	*n = Num(s)
	return nil
}

// plain writes what YAML read, so that 2.50 is 2.5 and nothing more happens to a number.
func plain(v any) []byte {
	switch v := v.(type) {
	case nil:
		return nil
	case float64:
		return strconv.AppendFloat(nil, v, 'f', -1, 64)
	}
	return fmt.Append(nil, v)
}

// scalar is what stands in JSON or YAML for one value, without quotes; empty for null.
func scalar(b []byte) string {
	s := string(bytes.TrimSpace(b))
	if s == "null" || s == "~" {
		return ""
	}
	return strings.Trim(s, `"'`)
}

// HalfUp writes a number that is not negative with some decimals, halves upwards, as official tables do.
func HalfUp(r *big.Rat, decimals int) string { return r.FloatString(decimals) }

func (p Points) rat() *big.Rat { return big.NewRat(int64(p), 100) }
