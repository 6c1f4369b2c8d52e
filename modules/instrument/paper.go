package instrument

import (
	"context"
	"encoding/hex"

	"anbiao/kit/db"
	"anbiao/kit/doc"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/text"
	"anbiao/kit/word"
	"anbiao/rbac"
)

// ErrNoPaper answers minutes of an interview that has not been held.
var ErrNoPaper = fault.New(fault.Conflict, "instrument.no-paper")

// sheetOf is what a letter needs of a PDF or Word document.
type sheetOf interface {
	Title(s string)
	Heading(s string)
	Para(s string)
	Small(s string)
}

// Paper prints a letter, or with minutes the minutes of its interview (约谈纪要), as Word or PDF, and names the file; what is
// printed is what was issued. Errors: rbac.ErrNotFound, ErrNoPaper.
func (s *Service) Paper(ctx context.Context, n id.Of[id.Missive], minutes, asWord bool) (name string, content []byte, err error) {
	lang := text.Of(ctx)
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) error {
		m, err := missiveByID(ctx, tx, scope, n, false)
		if err != nil {
			return err
		}
		if minutes && m.HeldOn.IsZero() {
			return ErrNoPaper
		}
		say := func(key string) string { return text.Say(lang, "instrument."+key, nil) }
		now := m.preview(tx.Now)
		m.Title, m.Body = now[0], now[1]
		name = m.fileName(say, minutes)
		if asWord {
			d := word.NewUpright()
			m.put(d, func(rows [][2]string) { pairs(d, rows) }, say, minutes)
			content, err = d.Bytes()
			name += ".docx"
			return err
		}
		d := doc.New(doc.Options{Title: m.Title, Footer: m.Number() + "  " + m.OrganisationName, Made: tx.Now})
		m.put(d, d.Fields, say, minutes)
		content, err = d.Bytes()
		name += ".pdf"
		return err
	})
	return name, content, err
}

func pairs(d *word.Doc, rows [][2]string) {
	out := make([][]string, len(rows))
	for i, r := range rows {
		out[i] = r[:]
	}
	d.Table([]string{"", ""}, out)
}

func (m Missive) fileName(say func(string) string, minutes bool) string {
	name := m.Number()
	if name == "" {
		name = say("print-draft")
	}
	if minutes {
		return name + " " + say("print-minutes")
	}
	return name + " " + m.Title
}

func (m Missive) put(d sheetOf, fields func([][2]string), say func(string) string, minutes bool) {
	d.Small(m.OrganisationName)
	if minutes {
		x := m.Minutes.V
		d.Title(say("print-minutes"))
		fields([][2]string{
			{say("print-number"), m.Number()},
			{say("print-recipient"), m.Recipient},
			{say("print-held-on"), said(m.HeldOn)},
			{say("print-place"), m.HoldPlace},
			{say("print-host"), x.Host},
			{say("print-attended"), x.Attended},
			{say("print-written-by"), x.WrittenBy},
			{say("print-about"), m.AboutText},
		})
		d.Heading(say("print-content"))
		d.Para(x.Content)
		d.Heading(say("print-promised"))
		d.Para(x.Promised)
		d.Para(say("print-signatures"))
		return
	}
	d.Title(m.Title)
	if m.NumberSeq > 0 {
		d.Para(m.Number())
	} else {
		d.Para(say("print-draft"))
	}
	d.Para(m.Recipient + "：")
	d.Para(m.Body)
	rows := [][2]string{{say("print-signatory"), m.Signatory}, {say("print-issuer"), m.OrganisationName}, {say("print-issued-on"), said(m.IssuedOn)}}
	if on := said(m.AckDueOn); on != "" {
		rows = append(rows, [2]string{say("print-ack-by"), on})
	}
	if on := said(m.ReplyDueOn); on != "" {
		rows = append(rows, [2]string{say("print-reply-by"), on})
	}
	fields(rows)
	d.Heading(say("print-receipt"))
	fields([][2]string{{say("print-received-by"), m.AckBy}, {say("print-received-on"), said(m.AckOn)}})
	if len(m.ContentHash) > 0 {
		d.Small("SHA-256 " + hex.EncodeToString(m.ContentHash))
	}
}
