// Package code reads the identifiers Chinese forms ask for: the unified social credit code
// (统一社会信用代码, GB 32100-2015), the resident identity number (GB 11643-1999), telephone
// numbers, industry codes (GB/T 4754-2017) and division codes (GB/T 2260, GB/T 10114).
//
// What is wrong is named and never repaired: the register wins over a guess.
package code

import (
	"strings"
	"unicode"
)

// Normalise trims s, makes full-width signs half-width (９１３３ → 9133) and upper-cases it.
// Invisible signs that copying from a web page leaves at the ends go too.
func Normalise(s string) string {
	return strings.ToUpper(trim(HalfWidth(s)))
}

// HalfWidth turns full-width ASCII and the ideographic space into their narrow forms and
// leaves every other sign alone.
func HalfWidth(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		case r == '\u3000':
			return ' '
		}
		return r
	}, s)
}

func trim(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.In(r, unicode.Cf) })
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
