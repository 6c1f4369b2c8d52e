package evidence

import (
	"context"
	"path"
	"strings"
	"unicode"

	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// Filters are a list's own query parameters, without those that choose a page.
type Filters = map[string][]string

// Sheet is a list that goes into a package as a workbook.
type Sheet struct {
	Name    string      // as the file is called, in Chinese
	Action  rbac.Action // who may see it; it is left out of the packages of others
	Columns func() []sheet.Column
	// Pages reads one page as the actor of ctx sees it, from cursor on, and the cursor of the next.
	Pages   func(ctx context.Context, filters Filters, cursor string, limit int) (rows []sheet.Record, next string, err error)
	Filters func(Span) Filters // what of the list is about a span; nil: all there is today
}

// File is one more file of a package.
type File struct {
	Path    string // within the folder of its chapter, parts divided by "/"
	Blob    string // key of its bytes, or
	Content []byte // the bytes
	Title   string // in the index
}

// Chapter is a folder of a package. Its texts are evidence.chapter.<key>.
type Chapter struct {
	Key    string
	Action rbac.Action // for its further files; empty: it has none
	Sheets []Sheet
	// Files reads further files page by page, as the actor of ctx sees them; nil: there are none.
	Files func(ctx context.Context, s Span, cursor string, limit int) (files []File, next string, err error)
}

// whole reports whether somebody may have all of the chapter.
func (c Chapter) whole(can func(rbac.Action) bool) bool {
	for _, s := range c.Sheets {
		if !can(s.Action) {
			return false
		}
	}
	return c.Files == nil || can(c.Action)
}

// offered lists the chapters that somebody may have, in their order.
func (s *Service) offered(can func(rbac.Action) bool) (out []Chapter) {
	for _, c := range s.Chapters {
		if c.whole(can) {
			out = append(out, c)
		}
	}
	return out
}

// say is a text of a package. What an inspector is handed is in Chinese, whoever asked for it.
func say(code string) string { return text.Say(text.Chinese, code, nil) }

// maxName is how many characters a file or folder in a package is named with.
const maxName = 80

// safe makes every part of a path one that Windows and Linux take.
func safe(p string) string {
	var parts []string
	for part := range strings.SplitSeq(p, "/") {
		part = strings.Map(func(r rune) rune {
			if unicode.IsControl(r) || unicode.In(r, unicode.Cf) || strings.ContainsRune(`<>:"\|?*`, r) {
				return '_'
			}
			return r
		}, strings.ToValidUTF8(part, "_"))
		ext := path.Ext(part)
		if stem := []rune(strings.TrimSuffix(part, ext)); len(stem) > maxName {
			part = string(stem[:maxName]) + ext
		}
		if part = strings.Trim(part, ". "); part == "" {
			part = "_"
		}
		if reserved[strings.ToLower(strings.TrimSuffix(part, path.Ext(part)))] {
			part = "_" + part
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "/")
}

// reserved are names that Windows keeps for devices.
var reserved = map[string]bool{"con": true, "prn": true, "aux": true, "nul": true, "com1": true, "com2": true, "com3": true, "lpt1": true, "lpt2": true, "lpt3": true}
