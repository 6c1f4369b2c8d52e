package sheet

import (
	"regexp"
	"strings"
)

// Guard makes text harmless in a spreadsheet: what could start a formula (= + - @, also
// full-width, or after blanks) gets an apostrophe in front. Plain numbers and telephone
// numbers (+86…, -5) and a lone dash start nothing and stay.
func Guard(s string) string {
	if dangerous(s) {
		return "'" + s
	}
	return s
}

// Unguard undoes Guard when a list comes back.
func Unguard(s string) string {
	if rest, ok := strings.CutPrefix(s, "'"); ok && dangerous(rest) {
		return rest
	}
	return s
}

var signed = regexp.MustCompile(`^[+-](\d+(\.\d+)?)?$`)

func dangerous(s string) bool {
	if rest, ok := strings.CutPrefix(s, "'"); ok {
		return dangerous(rest) // so that Unguard takes off only what Guard put on
	}
	if s == "" || signed.MatchString(s) {
		return false
	}
	if strings.ContainsRune("\t\r\n", rune(s[0])) {
		return true
	}
	for _, r := range strings.TrimLeft(s, " \u00a0\u3000\ufeff\t\r\n") {
		return strings.ContainsRune("=+-@＝＋－＠", r)
	}
	return false
}
