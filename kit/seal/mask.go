package seal

import "strings"

// Mask shows the first three and the last four signs of a number and hides the rest
// (JZ2*********0123); of a number shorter than eleven signs it shows the last two, of one
// shorter than six nothing.
func Mask(s string) string {
	r := []rune(s)
	switch n := len(r); {
	case n < 6:
		return strings.Repeat("*", n)
	case n < 11:
		return strings.Repeat("*", n-2) + string(r[n-2:])
	default:
		return string(r[:3]) + strings.Repeat("*", n-7) + string(r[n-4:])
	}
}

// MaskName shows the family name of a person only: 王**.
func MaskName(s string) string {
	r := []rune(s)
	if len(r) < 2 {
		return strings.Repeat("*", len(r))
	}
	return string(r[:1]) + strings.Repeat("*", len(r)-1)
}
