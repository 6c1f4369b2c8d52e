package visit

import (
	"context"
	"io"
	"strconv"
	"strings"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/doc"
	"anbiao/kit/id"
	"anbiao/kit/text"
	"anbiao/rbac"
)

type printer struct {
	lang text.Lang
	made time.Time
}

func (p printer) say(key string, params ...string) string {
	values := map[string]string{}
	for i := 0; i+1 < len(params); i += 2 {
		values[params[i]] = params[i+1]
	}
	return text.Say(p.lang, "visit."+key, values)
}

// Known lets those read the data who may see plans.
func (s *Service) Known(ctx context.Context) error {
	return s.Gate.Read(ctx, ActionPlans, func(db.Tx, rbac.Scope) error { return nil })
}

// picture reads a signature; nothing for one that the store has lost.
func (s *Service) picture(ctx context.Context, tx db.Tx, company rbac.CompanyID, n *id.Of[id.Attachment]) ([]byte, error) {
	if n == nil || s.PhotoKey == nil || s.Blobs == nil {
		return nil, nil
	}
	key, err := s.PhotoKey(ctx, tx, company, *n)
	if err != nil || key == "" {
		return nil, err
	}
	r, err := s.Blobs.Open(ctx, key)
	if err != nil {
		return nil, nil //nolint:nilerr // the paper is printed without a picture that is lost
	}
	content, err := io.ReadAll(io.LimitReader(r, 5<<20))
	if shut := r.Close(); err == nil {
		err = shut
	}
	return content, err
}

// PrintRecord prints the record of a visit that is over (现场检查记录), and names it. Errors: rbac.ErrNotFound, ErrNotOver.
func (s *Service) PrintRecord(ctx context.Context, n id.Of[id.Visit]) (name string, content []byte, err error) {
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) error {
		o, err := s.one(ctx, tx, scope, n)
		if err != nil {
			return err
		}
		if o.State != Closed && o.State != Refused {
			return ErrNotOver
		}
		officer, err := s.picture(ctx, tx, o.CompanyID, o.OfficerSignature)
		if err != nil {
			return err
		}
		firm, err := s.picture(ctx, tx, o.CompanyID, o.FirmSignature)
		if err != nil {
			return err
		}
		p := printer{text.Of(ctx), tx.Now}
		name = p.say("print-record") + "-" + o.RecordNumber
		content, err = p.record(o, officer, firm)
		return err
	})
	return name, content, err
}

func (p printer) at(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.In(day.Shanghai).Format("2006-01-02 15:04")
}

func (p printer) record(o One, officer, firm []byte) ([]byte, error) {
	title := p.say("print-record")
	d := doc.New(doc.Options{Title: title, Footer: o.RecordNumber + "  " + o.CompanyName, Made: p.made})
	d.Title(title)
	d.Para(p.say("print-number", "number", o.RecordNumber))
	d.Fields([][2]string{
		{p.say("print-company"), o.CompanyName},
		{p.say("print-code"), o.Card.Code},
		{p.say("print-address"), o.Card.Address},
		{p.say("print-contact"), strings.TrimSpace(o.FirmPerson + " " + o.FirmPost)},
		{p.say("print-place"), o.Place},
		{p.say("print-time"), p.at(o.ArrivedAt) + " — " + p.at(o.EndedAt)},
		{p.say("print-body"), o.OrganisationName},
		{p.say("print-officers"), strings.Join(o.OfficerNames, "、")},
		{p.say("print-kind"), p.say("kind-" + string(o.Kind))},
		{p.say("print-way"), p.say(map[bool]string{true: "way-announced", false: "way-unannounced"}[o.Announced])},
	})
	d.Heading(p.say("print-situation"))
	d.Para(o.Situation)
	if items := p.items(o.Items.V); len(items) > 0 {
		d.Heading(p.say("print-items"))
		d.Table([]doc.Column{{Title: p.say("print-n"), Width: 10, Align: "C"}, {Title: p.say("print-item")}, {Title: p.say("print-result"), Width: 22}, {Title: p.say("print-note"), Width: 40}}, items)
	}
	d.Heading(p.say("print-findings"))
	p.findings(d, o.Found)
	if len(o.Measures) > 0 {
		d.Heading(p.say("print-measures"))
		rows := make([][]string, len(o.Measures))
		for i, m := range measuresView(o.Measures, p.lang) {
			rows[i] = []string{strconv.Itoa(i + 1), m.KindName, p.say("effect-" + m.Effect), m.Content, p.at(&m.FromAt)}
		}
		d.Table([]doc.Column{{Title: p.say("print-n"), Width: 10, Align: "C"}, {Title: p.say("print-measure"), Width: 36}, {Title: p.say("print-effect"), Width: 30}, {Title: p.say("print-note")}, {Title: p.say("print-from"), Width: 32}}, rows)
	}
	p.signatures(d, o, officer, firm)
	return d.Bytes()
}

func (p printer) items(all []Item) (rows [][]string) {
	for i, it := range all {
		rows = append(rows, []string{strconv.Itoa(i + 1), it.Requirement, p.say("result-" + it.Result), it.Note})
	}
	return rows
}

func (p printer) findings(d *doc.Doc, found []Finding) {
	if len(found) == 0 {
		d.Para(p.say("print-none"))
		return
	}
	rows := make([][]string, len(found))
	for i, f := range found {
		by := f.DueOn.String()
		if f.DueOn.IsZero() {
			by = ""
		}
		if f.OnSpot {
			by = p.say("print-on-spot")
		}
		rows[i] = []string{strconv.Itoa(i + 1), f.Place, f.Description, f.Clause, p.say("level-" + f.Level), by}
	}
	d.Table([]doc.Column{
		{Title: p.say("print-n"), Width: 10, Align: "C"},
		{Title: p.say("print-place"), Width: 28},
		{Title: p.say("print-finding")},
		{Title: p.say("print-clause"), Width: 42},
		{Title: p.say("print-level"), Width: 16},
		{Title: p.say("print-due"), Width: 22},
	}, rows)
}

// signatures are those of both sides, or what is noted of a refusal (art. 68).
func (p printer) signatures(d *doc.Doc, o One, officer, firm []byte) {
	d.Gap(4)
	if o.FirmRefused {
		d.Para(p.say("print-refused", "note", o.RefusalNote))
	}
	d.Para(p.say("print-sign-officers"))
	if len(officer) > 0 {
		d.ImageAt(officer, d.Left()+60, d.Y()-8, 40, 16)
	}
	d.Gap(14)
	if !o.FirmRefused {
		d.Para(p.say("print-sign-firm"))
		if len(firm) > 0 {
			d.ImageAt(firm, d.Left()+60, d.Y()-8, 40, 16)
		}
		d.Gap(14)
	}
	d.Small(p.say("print-law"))
}

// PrintNotice prints a notice of hazards (隐患告知单); an order is printed by the system it comes from. Errors:
// rbac.ErrNotFound, ErrPrinted.
func (s *Service) PrintNotice(ctx context.Context, n id.Of[id.Order]) (name string, content []byte, err error) {
	err = s.Gate.Read(ctx, ActionOrders, func(tx db.Tx, scope rbac.Scope) error {
		o, err := s.oneOrder(ctx, tx, scope, n)
		if err != nil {
			return err
		}
		if o.Kind != Informed {
			return ErrPrinted
		}
		p := printer{text.Of(ctx), tx.Now}
		name = p.say("print-notice") + "-" + o.Number
		content, err = p.notice(o)
		return err
	})
	return name, content, err
}

func (p printer) notice(o OneOrder) ([]byte, error) {
	title := p.say("print-notice")
	d := doc.New(doc.Options{Title: title, Footer: o.Number + "  " + o.CompanyName, Made: p.made})
	for i := range 2 {
		if i > 0 {
			d.Break()
		}
		d.Small(p.say("print-copy-" + strconv.Itoa(i+1)))
		d.Title(title)
		d.Para(p.say("print-number", "number", o.Number))
		d.Para(p.say("print-to", "company", o.CompanyName))
		d.Para(p.say("print-notice-text", "day", o.IssuedOn.String(), "body", o.OrganisationName))
		p.findings(d, o.Found)
		d.Heading(p.say("print-requirement"))
		d.Para(o.Requirement)
		d.Para(p.say("print-notice-by", "day", o.Deadline.String()))
		d.Gap(8)
		d.Fields([][2]string{{p.say("print-body"), o.OrganisationName}, {p.say("print-issued"), o.IssuedOn.String()}, {p.say("print-by"), o.MadeBy}, {p.say("print-received"), o.ReceivedBy}, {p.say("print-seal"), ""}, {p.say("print-day"), ""}})
	}
	return d.Bytes()
}
