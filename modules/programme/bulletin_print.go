package programme

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/text"
	"anbiao/kit/word"
	"anbiao/rbac"
)

// PrintBulletin writes a bulletin as Word, and names the file. Errors: rbac.ErrNotFound.
func (s *Service) PrintBulletin(ctx context.Context, n id.Of[Bulletin]) (content []byte, name string, err error) {
	err = s.Gate.Read(ctx, ActionCompare, func(tx db.Tx, scope rbac.Scope) error {
		b, err := s.bulletin(ctx, tx, scope, n)
		if err != nil {
			return err
		}
		l := text.Of(ctx)
		name = b.Title + ".docx"
		content, err = bulletinPaper(l, b)
		return err
	})
	return content, name, err
}

// bulletinPaper writes the bulletin as it is issued: words and ranking on the first pages, then the named lists.
func bulletinPaper(l text.Lang, b Bulletin) ([]byte, error) {
	d := word.New()
	d.Centre(b.UnitName)
	d.Title(b.Title)
	if number := b.Number(); number != "" {
		d.Centre(number)
	} else {
		d.Centre(say(l, "bulletin.draft"))
	}
	d.Para(b.Opening)
	c := b.Content.V.Comparison
	d.Heading(say(l, "bulletin.ranking"))
	head, rows := c.table(l)
	shares := make([]int, len(head))
	for i := range shares {
		shares[i] = 10
	}
	shares[0], shares[1], shares[2] = 6, 6, 14
	d.TableOf(shares, head, rows)
	d.Small(say(l, "bulletin.legend", "version", b.RuleVersion))
	d.Heading(say(l, "bulletin.demand"))
	d.Para(b.Demands)
	d.Para(say(l, "bulletin.attached"))
	d.Para(b.UnitName)
	if b.IssuedAt != nil {
		d.Para(day.In(*b.IssuedAt, day.Shanghai).String())
	}
	named := func(title string, list []Named, total int64, count, since string) {
		d.Break()
		d.Heading(title)
		d.Para(say(l, "bulletin.total", "n", num(total)))
		lines := make([][]string, len(list))
		for i, x := range list {
			lines[i] = []string{num(int64(i + 1)), x.Town, x.Name, num(x.Count), x.Since.String()}
		}
		d.TableOf([]int{6, 16, 44, 12, 18}, []string{say(l, "bulletin.n"), say(l, "form.town"), say(l, "special.name"), count, since}, lines)
	}
	issue := b.Content.V
	named(say(l, "bulletin.overdue"), issue.Overdue, issue.OverdueTotal, say(l, "bulletin.overdue-count"), say(l, "bulletin.overdue-since"))
	named(say(l, "bulletin.missing"), issue.Missing, issue.MissingTotal, say(l, "bulletin.missing-count"), say(l, "bulletin.missing-since"))
	if b.SHA256 != "" {
		d.Small("SHA-256 " + b.SHA256)
	}
	return d.Bytes()
}
