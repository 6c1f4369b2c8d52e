package register

import (
	"bytes"
	"context"
	"reflect"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/doc"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// mostPrinted is how many rows a printed list holds; longer ones go to Excel.
const mostPrinted = 1000

func (k *Kind[T]) title(l text.Lang) string {
	if l == text.English {
		return k.TitleEn
	}
	return k.TitleZh
}

func (f field) title(l text.Lang) string {
	if l == text.English {
		return f.en
	}
	return f.zh
}

// Sheet prints the list as it is filtered, at most mostPrinted rows. Errors: as List.
func (k *Kind[T]) Sheet(ctx context.Context, q Query) (content []byte, err error) {
	l := text.Of(ctx)
	err = k.Gate.Read(ctx, k.Read, func(tx db.Tx, scope rbac.Scope) error {
		a, err := k.read(scope, q, page.Query{Limit: mostPrinted})
		if err != nil {
			return err
		}
		rows, err := k.rows(ctx, tx, scope, a)
		if err != nil {
			return err
		}
		d := doc.New(doc.Options{Landscape: true, Title: k.title(l), Footer: k.title(l), Made: tx.Now})
		d.Title(k.title(l))
		if len(rows) > mostPrinted {
			rows = rows[:mostPrinted]
			d.Small(text.Say(l, "register.print-cut", nil))
		}
		var columns []doc.Column
		var fields []field
		columns = append(columns, doc.Column{Title: text.Say(l, "register.print-line", nil), Width: 12, Align: "C"})
		for _, f := range k.all() {
			if f.shown() && f.kind != area {
				columns, fields = append(columns, doc.Column{Title: f.title(l)}), append(fields, f)
			}
		}
		lines := make([][]string, len(rows))
		for i := range rows {
			lines[i] = []string{id.Of[id.Row](i + 1).String()}
			for _, f := range fields {
				lines[i] = append(lines[i], f.said(reflect.ValueOf(&rows[i]).Elem(), l))
			}
		}
		d.Table(columns, lines)
		content, err = written(d)
		return err
	})
	return content, err
}

// Print prints one row as a form. Errors: rbac.ErrNotFound.
func (k *Kind[T]) Print(ctx context.Context, n id.Of[id.Row]) (content []byte, err error) {
	l := text.Of(ctx)
	err = k.Gate.Read(ctx, k.Read, func(tx db.Tx, scope rbac.Scope) error {
		t, err := k.byID(ctx, tx, scope, int64(n), false)
		if err != nil {
			return err
		}
		d := doc.New(doc.Options{Title: k.title(l), Footer: k.title(l), Made: tx.Now})
		d.Title(k.title(l))
		v := reflect.ValueOf(t).Elem()
		var pairs [][2]string
		for _, f := range k.all() {
			if f.shown() && f.kind != area {
				pairs = append(pairs, [2]string{f.title(l), f.said(v, l)})
			}
		}
		d.Fields(pairs)
		for _, f := range k.all() {
			if s := f.said(v, l); f.shown() && f.kind == area && s != "" {
				d.Heading(f.title(l))
				d.Para(s)
			}
		}
		if k.Paper != nil {
			k.Paper(d, t, l)
		} else {
			d.Gap(8)
			d.Fields([][2]string{{text.Say(l, "register.print-filled", nil), ""}, {text.Say(l, "register.print-checked", nil), ""}})
		}
		d.Small(text.Say(l, "register.print-day", map[string]string{"day": day.In(tx.Now, day.Shanghai).String()}))
		content, err = written(d)
		return err
	})
	return content, err
}

func written(d *doc.Doc) ([]byte, error) {
	var b bytes.Buffer
	err := d.Write(&b)
	return b.Bytes(), err
}
