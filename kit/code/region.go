package code

import (
	"strconv"
	"strings"

	"anbiao/kit/fault"
)

// Path is a place in the tree of administrative areas (region_path): segments of fixed
// width 2/2/2/3/3/3 for province, city, county, town, village and grid, over 0-9 and A-Z.
// Where an official code exists the path is that code; areas without one have segments of
// their own (Z01 for a functional zone). Nothing reads meaning out of a path but its prefixes.
type Path string

// Level is the depth of a Path.
type Level int

// Levels, from the nation down. The empty path is the nation.
const (
	Nation Level = iota
	Province
	City
	County
	Town
	Village
	Grid
)

// What may be wrong with a division code or a path.
var (
	// ErrDivision: not 2, 4, 6, 9 or 12 digits.
	ErrDivision = fault.New(fault.Invalid, "code.division")
	// ErrDivisionProvince: the first two digits {province} are no province.
	ErrDivisionProvince = fault.New(fault.Invalid, "code.division-province")
	// ErrPath: not segments of the fixed widths over 0-9 and A-Z.
	ErrPath = fault.New(fault.Invalid, "code.path")
)

// pathLengths are the lengths of a path by level.
var pathLengths = [...]int{0, 2, 4, 6, 9, 12, 15}

// Division reads a division code of 2, 4, 6, 9 or 12 digits (行政区划代码); the zeros that
// pad upper levels go: 330784000000 is 330784. A county segment 00 that has a town below it
// stays (441900003: Dongguan has no counties). Errors: ErrDivision, ErrDivisionProvince.
func Division(s string) (string, error) {
	s = Normalise(s)
	if !digits(s) || len(s) > 12 || levelOf(len(s)) <= Nation {
		return "", ErrDivision
	}
	for l := levelOf(len(s)); l > Province; l-- {
		from := pathLengths[l-1]
		if strings.Trim(s[from:], "0") != "" {
			break
		}
		s = s[:from]
	}
	if s[:2] < "11" || s[:2] > "82" {
		return "", ErrDivisionProvince.With("province", s[:2])
	}
	return s, nil
}

// ParsePath checks that s is a path. Errors: ErrPath.
func ParsePath(s string) (Path, error) {
	if levelOf(len(s)) < Nation {
		return "", ErrPath
	}
	for i := range len(s) {
		if (s[i] < '0' || s[i] > '9') && (s[i] < 'A' || s[i] > 'Z') {
			return "", ErrPath
		}
	}
	return Path(s), nil
}

func levelOf(length int) Level {
	for l, n := range pathLengths {
		if n == length {
			return Level(l)
		}
	}
	return -1
}

// Level returns how deep p lies, negative if p is no path.
func (p Path) Level() Level { return levelOf(len(p)) }

// Up returns the ancestor of p at level l, or p itself if it lies no deeper.
func (p Path) Up(l Level) Path {
	if l < Nation || l > Grid || len(p) <= pathLengths[l] {
		return p
	}
	return p[:pathLengths[l]]
}

// Parent returns the area p lies in; the nation's parent is the nation.
func (p Path) Parent() Path { return p.Up(max(p.Level()-1, Nation)) }

// Child returns the area with the given segment directly below p. Errors: ErrPath when the
// segment has not the width of its level.
func (p Path) Child(segment string) (Path, error) {
	c, err := ParsePath(string(p) + segment)
	if err != nil || c.Level() != p.Level()+1 {
		return "", ErrPath
	}
	return c, nil
}

// Range returns the bounds that hold p and everything below it: from <= path < to in the
// byte order of collation "C".
func (p Path) Range() (from, to string) { return string(p), string(p) + "~" }

// Contains reports whether q is p or lies below it.
func (p Path) Contains(q Path) bool { return strings.HasPrefix(string(q), string(p)) }

// Zone returns the segment of the n-th functional zone (功能区) of a county, 1 to 99: Z01.
// Official town codes are digits, so the two never meet.
func Zone(n int) string { return "Z" + pad(n, 2) }

func pad(n, width int) string {
	s := strconv.Itoa(n)
	return strings.Repeat("0", max(0, width-len(s))) + s
}
