package patrol

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/doc"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// ErrNoNote answers a visit with which no note was left.
var ErrNoNote = fault.New(fault.Conflict, "patrol.no-note")

// PrintNote prints the note left with the firm (安全隐患告知单) and names the file. Errors: rbac.ErrNotFound, ErrNoNote.
func (s *Service) PrintNote(ctx context.Context, n id.Of[id.Patrol]) (name string, content []byte, err error) {
	lang := text.Of(ctx)
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) error {
		p, err := patrolByID(ctx, tx, scope, n)
		if err != nil {
			return err
		}
		if p.NoteText == "" {
			return ErrNoNote
		}
		say := func(key string) string { return text.Say(lang, "patrol."+key, nil) }
		name = say("print-note") + " " + p.CompanyName + " " + p.OnDay.String()
		d := doc.New(doc.Options{Title: say("print-note"), Footer: p.OrganisationName, Made: tx.Now})
		d.Title(say("print-note"))
		d.Para(p.CompanyName + "：")
		d.Para(say("print-intro"))
		form := formOf(p.Version)
		var rows [][]string
		for i, a := range p.Items.V {
			result := say("print-ok")
			if !a.OK {
				result = say("print-not-ok")
			}
			title := form.Items[i].Zh
			if lang == text.English {
				title = form.Items[i].En
			}
			rows = append(rows, []string{title, result, a.Note})
		}
		d.Table([]doc.Column{{Title: say("print-item")}, {Title: say("print-result"), Width: 24, Align: "C"}, {Title: say("print-remark"), Width: 60}}, rows)
		d.Heading(say("print-told"))
		d.Para(p.NoteText)
		d.Para(say("print-duty"))
		d.Gap(4)
		d.Fields([][2]string{
			{say("print-who"), p.PersonName + "  " + p.OrganisationName}, {say("print-day"), p.EndedAt.In(day.Shanghai).Format("2006-01-02 15:04")}, {say("print-to"), p.NoteTo}, {say("print-signature"), ""},
		})
		content, err = d.Bytes()
		return err
	})
	return name, content, err
}
