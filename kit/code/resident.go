package code

import (
	"strings"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/fault"
)

// Resident is a resident identity number (公民身份号码, GB 11643-1999), checked by
// ParseResident. It is personal data: store it sealed, show Mask.
type Resident string

// What may be wrong with an identity number. None of these repeats the number.
var (
	// ErrResidentLength: not 18 signs.
	ErrResidentLength = fault.New(fault.Invalid, "code.resident-length")
	// ErrResidentOld: 15 digits, the first generation, void since 2013.
	ErrResidentOld = fault.New(fault.Invalid, "code.resident-old")
	// ErrResidentSign: something other than 17 digits and a digit or X.
	ErrResidentSign = fault.New(fault.Invalid, "code.resident-sign")
	// ErrResidentRegion: the first two digits belong to no province or permit.
	ErrResidentRegion = fault.New(fault.Invalid, "code.resident-region")
	// ErrResidentBirth: the birth date does not exist or lies in the future.
	ErrResidentBirth = fault.New(fault.Invalid, "code.resident-birth")
	// ErrResidentCheck: the last sign does not fit the other 17.
	ErrResidentCheck = fault.New(fault.Invalid, "code.resident-check")
)

// ParseResident normalises s and checks it; today bounds the birth date. Residence permits
// of Hong Kong, Macau and Taiwan (81, 82, 83) and of foreigners (9…) have the same form.
// Errors: every ErrResident… above.
func ParseResident(s string, today day.Date) (Resident, error) {
	s = Normalise(s)
	switch {
	case len(s) == 15 && digits(s):
		return "", ErrResidentOld
	case len([]rune(s)) != 18:
		return "", ErrResidentLength
	case len(s) != 18 || !digits(s[:17]) || !(digits(s[17:]) || s[17] == 'X'):
		return "", ErrResidentSign
	case !residentRegion(s[:2]):
		return "", ErrResidentRegion
	case residentCheck(s) != s[17]:
		return "", ErrResidentCheck
	}
	born, err := time.Parse("20060102", s[6:14])
	if err != nil || born.Year() < 1800 || day.In(born, time.UTC).After(today) {
		return "", ErrResidentBirth
	}
	return Resident(s), nil
}

func residentRegion(p string) bool {
	return (p >= "11" && p <= "65") || p == "71" || (p >= "81" && p <= "83") || p[0] == '9'
}

func residentCheck(s string) byte {
	weights := [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		sum += int(s[i]-'0') * w
	}
	return "10X98765432"[sum%11]
}

// MakeResident prints the identity number of a made-up person, for demo data: division is
// six digits, sequence 0 to 999 (odd male, even female; 000 belongs to no real person).
func MakeResident(division string, born day.Date, sequence int) Resident {
	s := division + strings.ReplaceAll(born.String(), "-", "") + pad(sequence, 3)
	return Resident(s + string(residentCheck(s)))
}

// Born returns the birth date.
func (r Resident) Born() day.Date {
	t, err := time.Parse("20060102", string(r[6:14]))
	if err != nil {
		return day.Date{}
	}
	return day.In(t, time.UTC)
}

// Male reports whether the sequence is odd.
func (r Resident) Male() bool { return (r[16]-'0')%2 == 1 }

// Mask shows the office and the last four signs: 330784********0001.
func (r Resident) Mask() string {
	if len(r) != 18 {
		return strings.Repeat("*", len(r))
	}
	return string(r[:6]) + "********" + string(r[14:])
}
