package sheet

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"

	"anbiao/kit/search"
	"anbiao/kit/text"
)

const (
	headerDepth = 30           // rows searched for the heading
	keyHeader   = "anbiao#key" // heading of the hidden column with the rows' keys
	sampleKey   = "#sample"
)

// locate finds the heading of a grid; row is its last row if known, else 0. The score is
// the number of columns found. It returns no table for a grid without any row.
func locate(g grid, columns []Column, row int) (*Table, int, error) {
	top, err := peek(g)
	if err != nil || len(top) == 0 {
		return nil, 0, err
	}
	merges, err := g.merges()
	if err != nil {
		return nil, 0, err
	}
	h := heading{lines: top, names: namesOf(columns)}
	for _, m := range merges {
		if m.top <= top[len(top)-1].number && len(h.merges) < headerDepth*MaxColumns {
			h.merges = append(h.merges, m)
		}
	}
	i := h.indexOf(row)
	if row == 0 {
		i = h.find()
	}
	if i < 0 {
		return nil, 0, nil
	}
	t := &Table{Sheet: g.name(), HeaderRow: top[i].number, columns: columns, grid: g, merges: merges}
	t.Headers = h.titles(i)
	t.Places = h.match(i)
	t.key = -1
	if place, ok := t.Places[keyHeader]; ok {
		t.key = place
		delete(t.Places, keyHeader)
	}
	t.Missing = missing(columns, t.Places)
	t.Signature = Signature(t.Headers)
	return t, len(t.Places), nil
}

func peek(g grid) ([]line, error) {
	var top []line
	for l, err := range g.lines() {
		if err != nil {
			return nil, err
		}
		if top = append(top, l); len(top) == headerDepth {
			break
		}
	}
	return top, nil
}

// heading searches the first rows of a grid for column titles.
type heading struct {
	lines  []line
	merges []area
	names  []names
}

// names are the folded spellings of one column.
type names struct {
	key   string
	known map[string]bool
}

func namesOf(columns []Column) []names {
	all := []names{{keyHeader, map[string]bool{search.Fold(keyHeader): true}}}
	for _, c := range columns {
		n := names{c.Key, map[string]bool{}}
		spellings := append([]string{c.Title[text.Chinese], c.Title[text.English]}, c.Synonyms...)
		for _, s := range spellings {
			n.known[search.Fold(s)] = true
			n.known[search.Fold(bracketed.ReplaceAllString(s, ""))] = true
		}
		delete(n.known, "")
		all = append(all, n)
	}
	return all
}

// find returns the index of the heading's last row: the row with most columns found, or,
// if no row has two, the first with at least two texts and no number.
func (h heading) find() int {
	best, most := -1, 0
	for i := range h.lines {
		if n := len(h.match(i)); n > most {
			best, most = i, n
		}
	}
	if most < min(2, len(h.names)-1) {
		return h.guess()
	}
	// A title merged downwards reaches to the heading's last row.
	for bottom := h.bottom(best); best+1 < len(h.lines) && h.lines[best+1].number <= bottom; {
		best++
	}
	return best
}

func (h heading) guess() int {
	for i, l := range h.lines {
		texts := map[string]bool{}
		numbers := 0
		for _, c := range l.cells {
			switch c.kind {
			case words:
				texts[c.text] = true
			case number:
				numbers++
			default: // empty, or an error value: says nothing
			}
		}
		if len(texts) >= 2 && numbers == 0 {
			return i
		}
	}
	return 0
}

func (h heading) bottom(i int) int {
	row := h.lines[i].number
	bottom := row
	for _, m := range h.merges {
		if m.top <= row && m.bottom >= row && m.left == m.right {
			bottom = max(bottom, m.bottom)
		}
	}
	return bottom
}

func (h heading) indexOf(row int) int {
	for i, l := range h.lines {
		if l.number == row {
			return i
		}
	}
	return -1
}

// titles returns the headings above each place: in row i or, where that is empty, in the
// rows above it that belong to the same heading.
func (h heading) titles(i int) []string {
	width := len(h.lines[i].cells)
	for j := i - 1; j >= 0 && h.bottom(j) >= h.lines[i].number; j-- {
		width = max(width, len(h.lines[j].cells))
	}
	out := make([]string, width)
	for place := range out {
		out[place] = strings.TrimSpace(h.title(i, place))
	}
	return out
}

// title returns what stands at a place, or in the merged cell that covers it.
func (h heading) title(i, place int) string {
	if i < 0 {
		return ""
	}
	if c := h.lines[i].at(place); c.kind != none {
		return c.text
	}
	row := h.lines[i].number
	for _, m := range h.merges {
		if m.top <= row && row <= m.bottom && m.left <= place+1 && place+1 <= m.right {
			if j := h.indexOf(m.top); j >= 0 {
				return h.lines[j].at(m.left - 1).text
			}
		}
	}
	return ""
}

var (
	bracketed = regexp.MustCompile(`[(（\[【][^)）\]】]*[)）\]】]`)
	divided   = regexp.MustCompile(`[/、|\n]`)
)

// match finds the columns in row i: by the title with the one merged above it, by the title
// alone, without what it has in brackets, or by one of several titles with a slash between.
func (h heading) match(i int) map[string]int {
	titles := h.titles(i)
	places := map[string]int{}
	used := map[int]bool{}
	for pass := range 4 {
		found := map[string]int{} // folded spelling → first place
		for place := len(titles) - 1; place >= 0; place-- {
			if !used[place] {
				for _, s := range h.spellings(pass, i, place, titles[place]) {
					found[search.Fold(s)] = place
				}
			}
		}
		for _, n := range h.names {
			if _, done := places[n.key]; done {
				continue
			}
			if place := n.first(found); place >= 0 && !used[place] {
				places[n.key], used[place] = place, true
			}
		}
	}
	return places
}

func (n names) first(found map[string]int) int {
	first := -1
	for s := range n.known {
		if place, ok := found[s]; ok && (first < 0 || place < first) {
			first = place
		}
	}
	return first
}

func (h heading) spellings(pass, i, place int, title string) []string {
	switch {
	case title == "":
		return nil
	case pass == 0:
		if above := h.title(i-1, place); i > 0 && above != title {
			return []string{above + title}
		}
		return []string{title}
	case pass == 1:
		return []string{title}
	case pass == 2:
		return []string{bracketed.ReplaceAllString(title, "")}
	}
	return divided.Split(title, -1)
}

// Signature is equal for lists with equal headings, whatever stands above them: a mapping
// made for one fits the other. The column WriteErrors adds does not count.
func Signature(headers []string) string {
	sum := sha256.New()
	for _, h := range headers {
		if h = search.Fold(h); h == search.Fold(text.Say(text.Chinese, "sheet.errors", nil)) ||
			h == search.Fold(text.Say(text.English, "sheet.errors", nil)) {
			continue
		}
		sum.Write([]byte(h + "\x00"))
	}
	return hex.EncodeToString(sum.Sum(nil)[:16])
}
