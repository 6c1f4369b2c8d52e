package code

import (
	"fmt"
	"regexp"
)

var temporary = regexp.MustCompile(`^LS[0-9A-Z]{2,6}-[0-9]{6,18}$`)

// IsTemporary reports whether s, normalised, is an id that stands in for a social credit code.
// No such code begins so: S is not among its signs (GB 32100-2015).
func IsTemporary(s string) bool { return temporary.MatchString(s) }

// Temporary returns the id that stands in for the social credit code of a firm that has none
// yet: LS (临时), the county it lies in, and its number on the register: LS330784-000123.
func Temporary(path Path, n int64) string { return fmt.Sprintf("LS%s-%06d", path.Up(County), n) }

// Or returns a firm's social credit code, or the id that stands in for it.
func Or(uscc, path string, n int64) string {
	if uscc != "" {
		return uscc
	}
	return Temporary(Path(path), n)
}
