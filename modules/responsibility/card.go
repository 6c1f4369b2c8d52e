package responsibility

import (
	"context"
	"fmt"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/doc"
	"anbiao/kit/id"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// mostCards is how many cards one file may hold.
const mostCards = 300

// Cards prints the lists of posts as cards for the wall, a post a page, each with a QR code
// that opens the list on the phone. Errors: rbac.ErrNotFound if no post has duties, ErrTooMany.
func (s *Service) Cards(ctx context.Context, unit id.Of[id.Unit], posts []id.Of[id.Post], size string, l text.Lang) (content []byte, err error) {
	found, err := s.ListsOf(ctx, unit, posts)
	switch {
	case err != nil:
		return nil, err
	case len(found) == 0:
		return nil, rbac.ErrNotFound
	case len(found) > mostCards:
		return nil, ErrTooMany
	}
	company, at := "", time.Time{}
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) error {
		at = tx.Now
		company, err = s.Company(ctx, tx, scope, scope.Actor().CompanyID)
		return err
	})
	if err != nil {
		return nil, err
	}
	title := say(l, "card-title")
	d := doc.New(doc.Options{Size: size, Title: title, Footer: company, Made: at})
	for i, p := range found {
		if i > 0 {
			d.Break()
		}
		s.card(d, p, company, day.In(at, day.Shanghai), l)
	}
	return d.Bytes()
}

const codeSize = 24.0 // of the QR code, in millimetres

// card draws one post.
func (s *Service) card(d *doc.Doc, p PostList, company string, on day.Date, l text.Lang) {
	d.QRAt(s.Address(p.Post.ID), d.Width()+15-codeSize, 12, codeSize)
	d.Title(p.Post.Name)
	d.Small(say(l, "card-title") + "  " + p.Post.Workshop + " " + p.Post.Team)
	d.Gap(max(0, 12+codeSize-d.Y()))
	version := say(l, "draft")
	if p.Version > 0 {
		version = fmt.Sprintf("V%d", p.Version)
	}
	d.Fields([][2]string{{say(l, "company"), company}, {say(l, "version"), version}, {say(l, "day"), on.String()}, {say(l, "scan"), fmt.Sprint(len(p.Cells))}})
	rows := make([][]string, len(p.Cells))
	for i, c := range p.Cells {
		rows[i] = []string{fmt.Sprint(i + 1), c.Text, say(l, "frequency."+c.Frequency), say(l, "short."+c.Kind), points(c.Score)}
	}
	d.Heading(say(l, "duties"))
	d.Table([]doc.Column{{Title: say(l, "number"), Width: 10, Align: "C"}, {Title: say(l, "duty")}, {Title: say(l, "frequency"), Width: 14, Align: "C"}, {Title: say(l, "kind"), Width: 11, Align: "C"}, {Title: say(l, "score"), Width: 13, Align: "C"}}, rows)
	if len(p.Items) == 0 {
		return
	}
	rows = make([][]string, len(p.Items))
	for i, it := range p.Items {
		mark := ""
		if it.Major {
			mark = "★"
		}
		rows[i] = []string{fmt.Sprint(i + 1), mark + it.Requirement, it.Method, say(l, "frequency."+it.Frequency)}
	}
	d.Heading(say(l, "items"))
	d.Table([]doc.Column{{Title: say(l, "number"), Width: 10, Align: "C"}, {Title: say(l, "requirement")}, {Title: say(l, "method"), Width: 40}, {Title: say(l, "frequency"), Width: 14, Align: "C"}}, rows)
}

// Address is where the phone shows the list of a post.
func (s *Service) Address(post id.Of[id.Post]) string {
	return s.BaseURL + "/field/duties?post=" + post.String()
}
