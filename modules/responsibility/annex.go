package responsibility

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/doc"
	"anbiao/kit/id"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// Annex is a matrix to be printed or exported: the draft of today or a published version.
type Annex struct {
	Sheet
	Company string
	Version int // 0: a draft
	At      time.Time
	Note    string
	Person  string // who published it
}

// Annex returns what the filter shows, of today or, with a list, of a published version.
// Errors: rbac.ErrNotFound.
func (s *Service) Annex(ctx context.Context, f MatrixFilter, list id.Of[List]) (a Annex, err error) {
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		if a.Company, err = s.Company(ctx, tx, scope, home.CompanyID); err != nil {
			return err
		}
		a.At = tx.Now
		if list == 0 {
			m, err := s.matrix(ctx, tx, scope, f)
			a.Sheet = m.Sheet
			return err
		}
		l, err := listByID(ctx, tx, scope, list)
		if err != nil {
			return err
		}
		tree, err := s.Tree(ctx, tx, home.CompanyID, day.In(l.PublishedAt, day.Shanghai))
		mine, within := touching(tree, scope.Reaches), touching(tree, below(tree, f.UnitID))
		a.Version, a.At, a.Note, a.Person = l.Version, l.PublishedAt, l.Note, l.PublishedName
		a.Sheet = l.Document.V.narrow(func(p SheetPost) bool {
			return mine(p) && within(p) && (f.Type == "" || slices.Contains(p.Types, f.Type))
		})
		return err
	})
	return a, err
}

// name is what the annex is called, e.g. in a file name.
func (a Annex) name(l text.Lang) string {
	if a.Version == 0 {
		return text.Say(l, "responsibility.annex-draft", map[string]string{"company": a.Company})
	}
	return text.Say(l, "responsibility.annex-name", map[string]string{"company": a.Company, "version": fmt.Sprint(a.Version)})
}

const (
	postWidth = 12.0 // of a column of the annex, in millimetres
	dutyWidth = 84.0
	oftWidth  = 13.0
	noWidth   = 10.0
	whyWidth  = 40.0 // at least, of the basis
)

// PDF prints the matrix as the annex of the company's responsibility system: workshop by
// workshop, as many posts on a page as its width holds, and only the duties they have.
func (a Annex) PDF(size string, l text.Lang) ([]byte, error) {
	d := doc.New(doc.Options{Size: size, Landscape: true, Title: a.name(l), Footer: a.name(l), Made: a.At})
	d.Title(say(l, "annex-title"))
	d.Fields([][2]string{
		{say(l, "company"), a.Company}, {say(l, "version"), a.versionText(l)}, {say(l, "day"), day.In(a.At, day.Shanghai).String()}, {say(l, "publisher"), a.Person},
	})
	d.Small(say(l, "legend"))
	across := max(int((d.Width()-noWidth-dutyWidth-oftWidth-whyWidth)/postWidth), 1)
	for _, group := range a.groups(across) {
		part := a.narrow(func(p SheetPost) bool { return slices.Contains(group, p.ID) })
		d.Heading(part.heading())
		d.Table(part.print(l))
	}
	d.Gap(6)
	d.Para(say(l, "sign"))
	return d.Bytes()
}

func (a Annex) versionText(l text.Lang) string {
	if a.Version == 0 {
		return say(l, "draft")
	}
	return fmt.Sprintf("V%d  %s", a.Version, a.Note)
}

// groups are the posts that share a table: of one workshop, at most n.
func (s Sheet) groups(n int) (out [][]id.Of[id.Post]) {
	at := 0
	for at < len(s.Posts) {
		end := at
		for end < len(s.Posts) && end-at < n && s.Posts[end].Workshop == s.Posts[at].Workshop {
			end++
		}
		var group []id.Of[id.Post]
		for _, p := range s.Posts[at:end] {
			group = append(group, p.ID)
		}
		out, at = append(out, group), end
	}
	return out
}

func (s Sheet) heading() string {
	if s.Posts[0].Workshop == "" {
		return s.Posts[0].Name
	}
	return s.Posts[0].Workshop
}

// print is the sheet as a table.
func (s Sheet) print(l text.Lang) ([]doc.Column, [][]string) {
	columns := []doc.Column{{Title: say(l, "number"), Width: noWidth, Align: "C"}, {Title: say(l, "duty"), Width: dutyWidth}, {Title: say(l, "frequency"), Width: oftWidth, Align: "C"}}
	for _, p := range s.Posts {
		columns = append(columns, doc.Column{Title: strings.TrimPrefix(p.Team+" "+p.Name, " "), Width: postWidth, Align: "C"})
	}
	columns = append(columns, doc.Column{Title: say(l, "basis")})
	rows := make([][]string, len(s.Duties))
	for i, d := range s.Duties {
		rows[i] = make([]string, len(columns))
		rows[i][0], rows[i][1], rows[i][2], rows[i][len(columns)-1] = fmt.Sprint(d.Number), d.Text, say(l, "frequency."+d.Frequency), basis(d.Basis)
	}
	for _, c := range s.Cells {
		rows[c.Row][3+c.Column] = shortCell(c, l)
	}
	return columns, rows
}

// shortCell is a cell in a few characters, e.g. 直 18: the kind, a mark for the accountable
// post, and the score.
func shortCell(c SheetCell, l text.Lang) string {
	s := say(l, "short."+string(c.Kind))
	if !c.Raci.scored() {
		s = string(c.Raci)
	}
	if c.Raci.accountable() {
		s += "*"
	}
	if c.Score > 0 {
		s += "\n" + points(c.Score)
	}
	return s
}

// points writes a score in points, without needless zeros.
func points(score int) string {
	s := fmt.Sprintf("%d.%02d", score/100, score%100)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

func say(l text.Lang, key string) string { return text.Say(l, "responsibility."+key, nil) }

// Excel exports the matrix with the columns of the screen.
func (a Annex) Excel(l text.Lang) ([]byte, error) {
	columns := []sheet.Column{both("category", 14), both("number", 6), both("duty", 46), both("statutory", 10), both("frequency", 8), both("check-method", 24), both("evidence", 20), both("basis", 30)}
	for _, p := range a.Posts {
		columns = append(columns, sheet.Column{Key: p.ID.String(), Title: map[text.Lang]string{text.Chinese: p.title(), text.English: p.title()}, Width: 9})
	}
	values := make([][]string, len(a.Duties))
	for i, d := range a.Duties {
		values[i] = make([]string, len(columns))
		copy(values[i], []string{
			text.Say(l, "staff.post-type."+d.Category, nil), fmt.Sprint(d.Number), d.Text, strings.Join(d.Statutory, " "), say(l, "frequency."+d.Frequency), d.CheckMethod, d.Evidence, basis(d.Basis),
		})
	}
	for _, c := range a.Cells {
		values[c.Row][8+c.Column] = strings.ReplaceAll(shortCell(c, l), "\n", " ")
	}
	var b bytes.Buffer
	err := sheet.Export(&b, columns, func(yield func(sheet.Record, error) bool) {
		for i, d := range a.Duties {
			if !yield(sheet.Record{Key: d.ID.String(), Values: values[i]}, nil) {
				return
			}
		}
	}, l)
	return b.Bytes(), err
}

func both(key string, width float64) sheet.Column {
	return sheet.Column{Key: key, Title: map[text.Lang]string{text.Chinese: say(text.Chinese, key), text.English: say(text.English, key)}, Width: width}
}
