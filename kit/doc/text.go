package doc

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// missing stands for characters that the font cannot hold.
const missing = '〓'

// spelled are signs that the font lacks, in signs it has.
var spelled = strings.NewReplacer("℃", "°C", "℉", "°F", "₂", "2", "₃", "3")

// clean makes s printable: the font and the file know the basic plane only.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t':
			return ' '
		case unicode.IsControl(r):
			return -1
		case r > 0xFFFF || r == utf8.RuneError:
			return missing
		}
		return r
	}, spelled.Replace(s))
}

// neverFirst must not begin a line, neverLast not end one (GB/T 15834-2011, 标点符号用法).
const (
	neverFirst = "，。、；：！？）》」』】〉”’…%℃,.;:!?)]}"
	neverLast  = "（《「『【〈“‘([{"
)

// wrap breaks s into lines of at most width, in the current type. Chinese breaks anywhere but
// before closing and after opening signs, other scripts at spaces, longer words anywhere.
func (d *Doc) wrap(s string, width float64) (out []string) {
	limit := width - 2*d.pdf.GetCellMargin()
	for line := range strings.SplitSeq(clean(s), "\n") {
		runes := []rune(strings.TrimRight(line, " "))
		for {
			n := d.fits(runes, limit)
			if n == len(runes) {
				out = append(out, string(runes))
				break
			}
			n = breakAt(runes, n)
			out = append(out, strings.TrimRight(string(runes[:n]), " "))
			runes = []rune(strings.TrimLeft(string(runes[n:]), " "))
		}
	}
	return out
}

// fits counts the first runes that find room, at least one.
func (d *Doc) fits(runes []rune, limit float64) int {
	used := 0.0
	for i, r := range runes {
		if used += d.pdf.GetStringWidth(string(r)); used > limit && i > 0 {
			return i
		}
	}
	return len(runes)
}

// breakAt moves a break at n back to where a line may end; n itself if there is no such place.
func breakAt(runes []rune, n int) int {
	for i := n; i > max(n/2, 1); i-- {
		last, first := runes[i-1], runes[i]
		switch {
		case strings.ContainsRune(neverFirst, first) || strings.ContainsRune(neverLast, last):
		case last == ' ' || first == ' ' || wide(last) || wide(first):
			return i
		}
	}
	return n
}

func wide(r rune) bool { return r >= 0x2E80 }
