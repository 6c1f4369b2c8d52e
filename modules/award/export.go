package award

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/page"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
)

// option is a value with its name in both languages, as the texts have it.
func option(prefix, value string) sheet.Option {
	return sheet.Option{Value: value, Title: named(prefix + value)}
}

func named(key string) map[text.Lang]string {
	return map[text.Lang]string{text.Chinese: text.Say(text.Chinese, "award."+key, nil), text.English: text.Say(text.English, "award."+key, nil)}
}

// ExportColumns are the columns of the list, in the order of the screen.
func ExportColumns() []sheet.Column {
	states := make([]sheet.Option, len(States))
	for i, s := range States {
		states[i] = option("state-", string(s))
	}
	specialities := make([]sheet.Option, len(book.Specialities))
	for i, s := range book.Specialities {
		specialities[i] = sheet.Option{Value: s.Code, Title: title(s.Zh, s.En)}
	}
	return []sheet.Column{
		{Key: "companyName", Title: named("print-company"), Kind: sheet.Text, Width: 32},
		{Key: "uscc", Title: named("print-uscc"), Kind: sheet.Code, Width: 22},
		{Key: "area", Title: named("print-area"), Kind: sheet.Code, Width: 12},
		{Key: "industry", Title: named("print-industry"), Kind: sheet.Code, Width: 10},
		{Key: "speciality", Title: named("print-speciality"), Kind: sheet.Choice, Width: 10, Choices: specialities},
		{Key: "level", Title: named("print-level"), Kind: sheet.Choice, Width: 12, Choices: levelOptions()},
		{Key: "certificateNo", Title: named("print-number"), Kind: sheet.Code, Width: 24},
		{Key: "printedNo", Title: named("print-printed"), Kind: sheet.Code, Width: 16},
		{Key: "authority", Title: named("print-authority"), Kind: sheet.Text, Width: 24},
		{Key: "organizingUnit", Title: named("print-organizing"), Kind: sheet.Text, Width: 24},
		{Key: "reviewUnit", Title: named("print-review"), Kind: sheet.Text, Width: 24},
		{Key: "announcedOn", Title: named("print-announced-on"), Kind: sheet.Date},
		{Key: "validUntil", Title: named("print-valid-until"), Kind: sheet.Date},
		{Key: "noticeNo", Title: named("print-notice"), Kind: sheet.Text, Width: 22},
		{Key: "state", Title: named("print-state"), Kind: sheet.Choice, Width: 12, Choices: states},
		{Key: "stateOn", Title: named("print-state-on"), Kind: sheet.Date},
		{Key: "reason", Title: named("print-reason"), Kind: sheet.Text, Width: 30},
	}
}

// exported is one award as a row of the export, on a day.
func exported(l Line, now day.Date) sheet.Record {
	return sheet.Record{Key: l.ID.String(), Values: []string{
		l.CompanyName, l.USCC, l.RegionPath, l.Industry, l.Speciality, l.Level, l.CertificateNo, l.PrintedNo, l.Authority, l.OrganizingUnit, l.ReviewUnit, dayText(l.AnnouncedOn),
		dayText(l.ValidUntil), l.NoticeNo, string(l.On(now)), dayText(l.StateOn), reasonText(text.Chinese, l.Award),
	}}
}

func dayText(d day.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

func keyOf(sort string) func(Line) []string {
	return func(l Line) []string {
		if sort == "expiry" {
			return []string{l.ValidUntil.String(), l.ID.String()}
		}
		return []string{l.AnnouncedOn.String(), l.ID.String()}
	}
}

// exportPage reads one page of the list for an export. Errors: page.ErrCursor.
func (s *Service) exportPage(ctx context.Context, f Filter, cursor string, limit int) (out []sheet.Record, next string, err error) {
	f.Query = page.Query{Limit: limit, Cursor: cursor}
	rows, k, now, err := s.Awards(ctx, f)
	list := page.Of(rows, k, limit, keyOf(f.Sort), func(l Line) Line { return l })
	for _, l := range list.Items {
		out = append(out, exported(l, now))
	}
	return out, list.Next, err
}
