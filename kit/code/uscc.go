package code

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"anbiao/kit/fault"
)

// USCC is a unified social credit code (统一社会信用代码): 18 signs, checked by Parse.
type USCC string

// What may be wrong with a unified social credit code.
var (
	// ErrUSCCLength: not 18 signs; says {length}.
	ErrUSCCLength = fault.New(fault.Invalid, "code.uscc-length")
	// ErrUSCCOld: 15 digits, the number of the old business register (注册号).
	ErrUSCCOld = fault.New(fault.Invalid, "code.uscc-old-number")
	// ErrUSCCSign: a {sign} at {position} that the code never has (I O S V Z, blanks, …).
	ErrUSCCSign = fault.New(fault.Invalid, "code.uscc-sign")
	// ErrUSCCDivision: a letter {sign} at {position}, inside the six digits of the office.
	ErrUSCCDivision = fault.New(fault.Invalid, "code.uscc-division")
	// ErrUSCCPrefix: the pair of department and class {prefix} does not exist.
	ErrUSCCPrefix = fault.New(fault.Invalid, "code.uscc-prefix")
	// ErrUSCCCheck: the last sign is {last} where the other 17 demand {expected}.
	ErrUSCCCheck = fault.New(fault.Invalid, "code.uscc-check")
	// WarnUSCCInner: the organisation code inside fails its own check (GB 11714).
	WarnUSCCInner = fault.New(fault.Invalid, "code.uscc-inner")
	// WarnUSCCProvince: positions 3 and 4 name no province; says {province}.
	WarnUSCCProvince = fault.New(fault.Invalid, "code.uscc-province")
)

const (
	usccLength   = 18
	usccAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY" // GB 32100-2015: no I O S V Z
)

// usccClasses lists, for each registering department, the classes it registers.
var usccClasses = map[byte]string{
	'1': "1239", '2': "19", '3': "123459", '4': "19", '5': "1239", '6': "129", '7': "129",
	'8': "19", '9': "1239", 'A': "19", 'N': "1239", 'Y': "1",
}

// Parse normalises s and checks it against GB 32100-2015. Warnings are for a person to
// look at: some old records break them, and the register wins over the formula.
// Errors: every ErrUSCC… above.
func Parse(s string) (USCC, []*fault.Error, error) {
	s = Normalise(s)
	if err := usccForm(s); err != nil {
		return "", nil, err
	}
	if want := usccCheck(s); s[17] != want {
		return "", nil, ErrUSCCCheck.With("last", s[17:]).With("expected", string(want))
	}
	var warnings []*fault.Error
	if organisationCheck(s[8:16]) != s[16] {
		warnings = append(warnings, WarnUSCCInner)
	}
	if p := s[2:4]; (p < "11" || p > "82") && s[2:8] != "100000" {
		warnings = append(warnings, WarnUSCCProvince.With("province", p))
	}
	return USCC(s), warnings, nil
}

// Strict is Parse with the first warning taken as an error, for codes we print ourselves.
// Errors: every ErrUSCC… and WarnUSCC… above.
func Strict(s string) (USCC, error) {
	c, warnings, err := Parse(s)
	if err != nil {
		return "", err
	}
	if len(warnings) > 0 {
		return "", warnings[0]
	}
	return c, nil
}

func usccForm(s string) error {
	n := utf8.RuneCountInString(s)
	if n == 15 && digits(s) {
		return ErrUSCCOld
	}
	if n != usccLength {
		return ErrUSCCLength.With("length", strconv.Itoa(n))
	}
	position := 0
	for _, r := range s {
		position++
		if r > 'Z' || !strings.ContainsRune(usccAlphabet, r) {
			return ErrUSCCSign.With("sign", string(r)).With("position", strconv.Itoa(position))
		}
	}
	for i := 2; i < 8; i++ {
		if s[i] > '9' {
			return ErrUSCCDivision.With("sign", s[i:i+1]).With("position", strconv.Itoa(i+1))
		}
	}
	if !strings.Contains(usccClasses[s[0]], s[1:2]) || usccClasses[s[0]] == "" {
		return ErrUSCCPrefix.With("prefix", s[:2])
	}
	return nil
}

// usccCheck computes the 18th sign from the first 17: weights are powers of 3 modulo 31.
func usccCheck(s string) byte {
	sum, weight := 0, 1
	for i := range usccLength - 1 {
		sum += strings.IndexByte(usccAlphabet, s[i]) * weight
		weight = weight * 3 % 31
	}
	return usccAlphabet[(31-sum%31)%31]
}

// organisationCheck computes the ninth sign of an organisation code (GB 11714).
func organisationCheck(eight string) byte {
	weights := [8]int{3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		v := int(eight[i] - '0')
		if eight[i] >= 'A' {
			v = int(eight[i]-'A') + 10
		}
		sum += v * w
	}
	switch k := 11 - sum%11; k {
	case 10:
		return 'X'
	case 11:
		return '0'
	default:
		return byte('0' + k)
	}
}

// makeSpan is how many codes Make can print for one office and class.
const makeSpan = 31 * 31 * 31 * 31 * 31

// Make prints the seq-th made-up but valid code of a department, class and six-digit
// office, e.g. Make('9', '1', "330784", 7). The organisation codes start with M?X, which the
// register has not handed out, so that demo companies resemble no real one.
func Make(department, class byte, division string, seq int) (USCC, error) {
	if len(division) != 6 || !digits(division) || seq < 0 || seq >= makeSpan {
		return "", fmt.Errorf("code: no code for division %q and number %d", division, seq)
	}
	organisation := []byte("MAX00000")
	switch department {
	case '1':
		organisation[1] = 'B'
	case '5':
		organisation[1] = 'J'
	case 'N':
		organisation[1] = 'F'
	}
	for i := len(organisation) - 1; seq > 0; i-- {
		organisation[i] = usccAlphabet[seq%31]
		seq /= 31
	}
	s := string([]byte{department, class}) + division + string(organisation)
	s += string(organisationCheck(s[8:16]))
	if !strings.Contains(usccAlphabet, s[:1]) {
		return "", ErrUSCCPrefix.With("prefix", s[:2])
	}
	return Strict(s + string(usccCheck(s)))
}
