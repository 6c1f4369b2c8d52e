package register

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"math/big"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/kit/text"
)

// decimalForm is what a decimal may look like, in a form and in a file.
var decimalForm = regexp.MustCompile(`^-?\d{1,12}(\.\d{1,6})?$`)

// text is the canonical text of a field: as files and names have it.
func (f field) text(v reflect.Value) string {
	x := f.of(v)
	switch f.kind {
	case person, unit, point:
		return v.FieldByIndex(f.name).String()
	case amount:
		return fen.Amount(x.Int()).Yuan()
	case date:
		if d := x.Interface().(day.Date); !d.IsZero() {
			return d.String()
		}
		return ""
	case instant:
		if t := x.Interface().(time.Time); !t.IsZero() {
			return t.In(day.Shanghai).Format(clock)
		}
		return ""
	case yes:
		if x.Bool() {
			return "yes"
		}
		return "no"
	case whole:
		return strconv.FormatInt(x.Int(), 10)
	case several:
		return strings.Join(x.Interface().(db.Texts), "、")
	case decimal:
		return plain(x.String())
	case words, area, choice:
		return x.String()
	case unshown:
	}
	return ""
}

// said is the text of a field as people read it.
func (f field) said(v reflect.Value, l text.Lang) string {
	s := f.text(v)
	for _, o := range f.choices() {
		if o.Value == s {
			if l == text.English {
				return o.En
			}
			return o.Zh
		}
	}
	return s
}

// choices are the values of a choice, and those of a yes or no.
func (f field) choices() []option {
	if f.kind == yes {
		return []option{{"yes", "是", "Yes"}, {"no", "否", "No"}}
	}
	return f.options
}

// set writes a canonical text into a field; names of people, units and points are looked up
// later. Errors: ErrValue.
func (f field) set(v reflect.Value, s string) error {
	x := f.of(v)
	switch f.kind {
	case person, unit, point:
		v.FieldByIndex(f.name).SetString(s)
		x.SetInt(0)
	case amount:
		n, err := fenOf(s)
		if err != nil {
			return err
		}
		x.SetInt(n)
	case date:
		d, err := day.Parse(s)
		if err != nil {
			return ErrValue
		}
		x.Set(reflect.ValueOf(d))
	case instant:
		t, err := time.ParseInLocation(clock, s, day.Shanghai)
		if err != nil {
			return ErrValue
		}
		x.Set(reflect.ValueOf(t))
	case yes:
		x.SetBool(s == "yes")
	case whole:
		n, err := strconv.ParseInt(s, 10, 32)
		if err != nil {
			return ErrValue
		}
		x.SetInt(n)
	case several:
		x.Set(reflect.ValueOf(db.Texts(parts(s))))
	case words, area, choice, decimal:
		x.SetString(s)
	case unshown:
	}
	return nil
}

func parts(s string) []string {
	out := strings.FieldsFunc(s, func(c rune) bool { return strings.ContainsRune("、,，;；|\n", c) })
	for i := range out {
		out[i] = strings.TrimSpace(out[i])
	}
	return slices.DeleteFunc(out, func(s string) bool { return s == "" })
}

// fenOf reads yuan exactly. Errors: ErrValue for parts of a fen, and beyond a thousand billion yuan.
func fenOf(s string) (int64, error) {
	r, ok := new(big.Rat).SetString(s)
	if !ok || !decimalForm.MatchString(s) {
		return 0, ErrValue
	}
	r.Mul(r, big.NewRat(100, 1))
	if !r.IsInt() || !r.Num().IsInt64() {
		return 0, ErrValue
	}
	return r.Num().Int64(), nil
}

// plain takes the zeros behind the point of a decimal away.
func plain(s string) string {
	if !strings.Contains(s, ".") {
		return s
	}
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// mend brings what was typed into its proper form and says what is missing. Errors: ErrBlank,
// ErrValue.
func (f field) mend(v reflect.Value) error {
	if !f.written() {
		return nil
	}
	x := f.of(v)
	switch f.kind {
	case words:
		x.SetString(strings.Join(strings.Fields(x.String()), " "))
	case area:
		x.SetString(strings.TrimSpace(x.String()))
	case several:
		x.Set(reflect.ValueOf(db.Texts(parts(strings.Join(x.Interface().(db.Texts), "、")))))
	case decimal:
		s := strings.TrimSpace(x.String())
		if s != "" && !decimalForm.MatchString(s) {
			return ErrValue.At("body." + f.key)
		}
		if _, after, _ := strings.Cut(s, "."); len(plain("."+after))-1 > f.digits {
			return ErrValue.At("body." + f.key)
		}
		x.SetString(plain(s))
	case unshown, whole, amount, date, instant, choice, yes, person, unit, point:
	}
	if f.need && f.text(v) == "" {
		return ErrBlank.At("body." + f.key)
	}
	return nil
}

// stored is a field as JSON that PostgreSQL reads into its column: nothing said is null where
// the column is a day, a time, a number written as text or a reference.
func (f field) stored(v reflect.Value) (any, error) {
	x := f.of(v).Interface()
	switch y := x.(type) {
	case day.Date:
		if y.IsZero() {
			return nil, nil
		}
		return y.String(), nil
	case time.Time:
		if y.IsZero() {
			return nil, nil
		}
		return y.UTC().Format(time.RFC3339Nano), nil
	case db.Texts:
		return append([]string{}, y...), nil
	case Files:
		out := make([]int64, len(y))
		for i, n := range y {
			out[i] = int64(n)
		}
		return out, nil
	}
	if f.kind == decimal && f.of(v).String() == "" {
		return nil, nil
	}
	if t, ok := x.(driver.Valuer); ok {
		raw, err := t.Value()
		if s, is := raw.(string); is && err == nil && json.Valid([]byte(s)) {
			return json.RawMessage(s), nil
		}
		return raw, err
	}
	if k := f.of(v).Kind(); (k >= reflect.Int && k <= reflect.Int64) && isID(f.of(v).Type()) && f.of(v).Int() == 0 {
		return nil, nil
	}
	if k := f.of(v).Kind(); k >= reflect.Int && k <= reflect.Int64 {
		return f.of(v).Int(), nil
	}
	return x, nil
}

var marker = reflect.TypeFor[id.Of[id.Row]]().PkgPath()

// isID reports whether t is an id.Of something.
func isID(t reflect.Type) bool { return t.PkgPath() == marker && strings.HasPrefix(t.Name(), "Of[") }

// Value writes the array.
func (f Files) Value() (driver.Value, error) {
	out := make(db.Ints, len(f))
	for i, n := range f {
		out[i] = int64(n)
	}
	return out.Value()
}

// Scan reads the array.
func (f *Files) Scan(src any) error {
	var raw db.Ints
	if err := raw.Scan(src); err != nil {
		return fmt.Errorf("register: %w", err)
	}
	*f = make(Files, len(raw))
	for i, n := range raw {
		(*f)[i] = id.Of[id.Attachment](n)
	}
	return nil
}

// GormDataType tells gorm the column type.
func (Files) GormDataType() string { return "bigint[]" }
