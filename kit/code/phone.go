package code

import (
	"regexp"
	"strings"

	"anbiao/kit/fault"
)

// What may be wrong with a telephone number.
var (
	// ErrMobile: not a mainland mobile number of 11 digits.
	ErrMobile = fault.New(fault.Invalid, "code.mobile")
	// ErrPhone: neither a mobile number, a fixed one with area code, nor a hotline.
	ErrPhone = fault.New(fault.Invalid, "code.phone")
)

var (
	mobileForm = regexp.MustCompile(`^1[3-9]\d{9}$`)
	fixedForm  = regexp.MustCompile(`^0\d{2,3}-?[2-9]\d{6,7}(-\d{1,6})?$`)
	blanks     = strings.NewReplacer(" ", "", "-", "", "\u00a0", "")
	// hotlines: emergency numbers, the safety tips line 12350 and the mayor's line 12345.
	hotlines = map[string]bool{"110": true, "119": true, "120": true, "12345": true, "12350": true}
)

// Mobile reads a mobile number; blanks, hyphens and +86 go. Errors: ErrMobile.
func Mobile(s string) (string, error) {
	s = blanks.Replace(Normalise(s))
	s = strings.TrimPrefix(strings.TrimPrefix(s, "+86"), "0086")
	if !mobileForm.MatchString(s) {
		return "", ErrMobile
	}
	return s, nil
}

// Phone reads a mobile number, a fixed one with its area code (0574-87364008, kept with
// its hyphen) or a hotline. Errors: ErrPhone.
func Phone(s string) (string, error) {
	if m, err := Mobile(s); err == nil {
		return m, nil
	}
	s = strings.TrimPrefix(strings.ReplaceAll(Normalise(s), " ", ""), "+86")
	s = strings.NewReplacer("(", "", ")", "-", "—", "-", "–", "-").Replace(s)
	if fixedForm.MatchString(s) || hotlines[s] {
		return s, nil
	}
	return "", ErrPhone
}

// MaskPhone shows the first three and the last four digits of a mobile number
// (138****5678), and the last two of any other.
func MaskPhone(s string) string {
	if mobileForm.MatchString(s) {
		return s[:3] + "****" + s[7:]
	}
	if len(s) < 6 {
		return s // a hotline
	}
	return strings.Repeat("*", len(s)-2) + s[len(s)-2:]
}
