package sheet

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"anbiao/kit/code"
	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/search"
	"anbiao/kit/text"
)

// What may be wrong with a cell.
var (
	errRequired = fault.New(fault.Invalid, "sheet.required")
	errLost     = fault.New(fault.Invalid, "sheet.digits-lost")
	errInt      = fault.New(fault.Invalid, "sheet.int")
	errDecimal  = fault.New(fault.Invalid, "sheet.decimal")
	errDate     = fault.New(fault.Invalid, "sheet.date")
	errChoice   = fault.New(fault.Invalid, "sheet.choice")
	errTooLong  = fault.New(fault.Invalid, "sheet.too-long")
	errFormula  = fault.New(fault.Invalid, "sheet.formula-error")
)

const defaultMax = 500

var (
	rounded     = regexp.MustCompile(`^\d(\.\d+)?E\+\d{2,3}$`)
	decimalForm = regexp.MustCompile(`^-?\d{1,15}(\.\d{1,10})?$`)
	grouped     = regexp.MustCompile(`^-?\d{1,3}(,\d{3})+(\.\d+)?$`)
	dateForm    = regexp.MustCompile(`^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T ]+[\d:.]+Z?)?$`)
	dateDigits  = regexp.MustCompile(`^(\d{4})(\d{2})(\d{2})$`)
)

// read brings a cell to the canonical form of its column's kind.
func (c Column) read(v cell, from1904 bool) (string, *fault.Error) {
	if v.kind == broken {
		return "", errFormula.With("value", v.text)
	}
	value, err := c.canonical(v, from1904)
	if err != nil {
		return "", err
	}
	most := c.Max
	if most == 0 {
		most = defaultMax
	}
	if utf8.RuneCountInString(value) > most {
		return "", errTooLong.With("max", strconv.Itoa(most))
	}
	return value, nil
}

func (c Column) canonical(v cell, from1904 bool) (string, *fault.Error) {
	switch c.Kind {
	case Code:
		return readCode(v)
	case Int:
		return readInt(v)
	case Decimal:
		return readDecimal(v)
	case Date:
		return readDate(v, from1904)
	case Choice:
		return c.choose(shown(v))
	default:
		return clean(Unguard(shown(v))), nil
	}
}

// shown is what a cell says: a number without the noise behind its 15th digit.
func shown(v cell) string {
	if v.kind != number {
		return v.text
	}
	f, err := strconv.ParseFloat(v.text, 64)
	if err != nil {
		return v.text
	}
	if f == math.Trunc(f) && math.Abs(f) < 1e15 {
		return strconv.FormatInt(int64(f), 10)
	}
	f, err = strconv.ParseFloat(strconv.FormatFloat(f, 'g', 15, 64), 64)
	if err != nil {
		return v.text
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// clean trims, composes (NFC) and drops signs that nobody sees, line breaks excepted.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Noncharacter_Code_Point) || r == utf8.RuneError {
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(norm.NFC.String(s))
}

// readCode reads an identifier. Excel keeps 15 digits of a number: a longer code in a number
// cell has lost its end, whatever it shows.
func readCode(v cell) (string, *fault.Error) {
	if v.kind == number {
		f, err := strconv.ParseFloat(v.text, 64)
		if err != nil || math.Abs(f) >= 1e15 {
			return "", errLost
		}
		return shown(v), nil
	}
	s := code.Normalise(clean(Unguard(v.text)))
	if rounded.MatchString(s) {
		return "", errLost
	}
	return s, nil
}

func narrow(v cell) string {
	s := strings.TrimSpace(code.HalfWidth(clean(Unguard(shown(v)))))
	if grouped.MatchString(s) {
		s = strings.ReplaceAll(s, ",", "")
	}
	return s
}

func readDecimal(v cell) (string, *fault.Error) {
	s := narrow(v)
	if s == "" {
		return "", nil
	}
	if !decimalForm.MatchString(s) {
		return "", errDecimal
	}
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s, nil
}

func readInt(v cell) (string, *fault.Error) {
	s, err := readDecimal(v)
	if err != nil || strings.Contains(s, ".") {
		return "", errInt
	}
	if s == "" {
		return "", nil
	}
	n, parse := strconv.ParseInt(s, 10, 64)
	if parse != nil {
		return "", errInt
	}
	return strconv.FormatInt(n, 10), nil
}

// readDate reads 2026/3/1, 2026-03-01, 2026.3.1, 2026年3月1日, 20260301 and Excel's serial
// numbers. A day that does not exist, a year of two digits or a date without its day is
// refused, never guessed.
func readDate(v cell, from1904 bool) (string, *fault.Error) {
	s := narrow(v)
	if s == "" {
		return "", nil
	}
	m := dateForm.FindStringSubmatch(s)
	if m == nil {
		m = dateDigits.FindStringSubmatch(s)
	}
	switch {
	case m != nil:
		return calendar(m[1], m[2], m[3])
	case v.kind == number:
		return serial(v.text, from1904)
	}
	return "", errDate
}

func calendar(year, month, d string) (string, *fault.Error) {
	if len(month) == 1 {
		month = "0" + month
	}
	if len(d) == 1 {
		d = "0" + d
	}
	date, err := day.Parse(year + "-" + month + "-" + d)
	if err != nil || date.Year() < 1900 || date.Year() > 2200 {
		return "", errDate
	}
	return date.String(), nil
}

// serial reads Excel's count of days. Below 3000 it is a year somebody typed, not a day
// before 1908.
func serial(s string, from1904 bool) (string, *fault.Error) {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f < 3000 || f > 110_000 {
		return "", errDate
	}
	epoch := day.Of(1899, time.December, 30)
	if from1904 {
		epoch = day.Of(1904, time.January, 1)
	}
	return epoch.AddDays(int(f)).String(), nil
}

func (c Column) choose(s string) (string, *fault.Error) {
	folded := search.Fold(s)
	if folded == "" {
		return "", nil
	}
	for _, o := range c.Choices {
		spellings := append([]string{o.Value, o.Title[text.Chinese], o.Title[text.English]}, o.Synonyms...)
		for _, spelling := range spellings {
			if search.Fold(spelling) == folded {
				return o.Value, nil
			}
		}
	}
	return "", errChoice
}
