package listing

import (
	"context"
	"strconv"

	"anbiao/kit/page"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/web"
)

// option is a value with its name in both languages, as the texts have it.
func option(prefix, value string) sheet.Option {
	return sheet.Option{Value: value, Title: named(prefix + value)}
}

func named(key string) map[text.Lang]string {
	return map[text.Lang]string{text.Chinese: text.Say(text.Chinese, "listing."+key, nil), text.English: text.Say(text.English, "listing."+key, nil)}
}

// ExportColumns are the columns of the list, in the order of the screen.
func ExportColumns() []sheet.Column {
	levels, states := make([]sheet.Option, len(Levels)), make([]sheet.Option, len(States))
	for i, l := range Levels {
		levels[i] = option("level-", l)
	}
	for i, s := range States {
		states[i] = option("state-", string(s))
	}
	return []sheet.Column{
		{Key: "number", Title: named("print-doc"), Kind: sheet.Code, Width: 26},
		{Key: "companyName", Title: named("print-company"), Kind: sheet.Text, Width: 32},
		{Key: "hazardNumber", Title: named("print-hazard-number"), Kind: sheet.Code, Width: 22},
		{Key: "hazardText", Title: named("print-hazard"), Kind: sheet.Text, Width: 50},
		{Key: "level", Title: named("print-level"), Kind: sheet.Choice, Width: 10, Choices: levels},
		{Key: "state", Title: named("print-state"), Kind: sheet.Choice, Width: 12, Choices: states},
		{Key: "dept", Title: named("print-dept"), Kind: sheet.Text, Width: 24},
		{Key: "listedOn", Title: named("print-listed-on"), Kind: sheet.Date},
		{Key: "planBy", Title: named("print-plan-by"), Kind: sheet.Date},
		{Key: "finishBy", Title: named("print-finish-by"), Kind: sheet.Date},
		{Key: "progressDueOn", Title: named("print-progress-due"), Kind: sheet.Date},
		{Key: "doneShare", Title: named("print-done"), Kind: sheet.Int, Width: 10},
		{Key: "extensions", Title: named("print-extensions"), Kind: sheet.Int, Width: 10},
		{Key: "announcedOn", Title: named("print-announced-on"), Kind: sheet.Date},
		{Key: "delistedOn", Title: named("print-delisted-on"), Kind: sheet.Date},
		{Key: "publishedOn", Title: named("print-published-on"), Kind: sheet.Date},
	}
}

// ExportPage reads one page of the list for an export, from cursor on, as Listings does. Errors: web.ErrFilter,
// page.ErrCursor.
func (s *Service) ExportPage(ctx context.Context, filters map[string][]string, cursor string, limit int) (out []sheet.Record, next string, err error) {
	f, err := web.Params[Filter](ctx, filters)
	if err != nil {
		return nil, "", err
	}
	f.Query = page.Query{Limit: limit, Cursor: cursor}
	rows, k, _, err := s.Listings(ctx, f)
	list := page.Of(rows, k, limit, keyOf, func(l Listing) Listing { return l })
	for _, l := range list.Items {
		out = append(out, sheet.Record{Key: l.ID.String(), Values: []string{
			l.Number(), l.CompanyName, l.HazardNumber, l.HazardText, l.Level, string(l.State), l.ListingDept, dayText(l.ListedOn), dayText(l.PlanBy), dayText(l.FinishBy),
			dayText(l.ProgressDueOn), strconv.Itoa(int(l.DoneShare)), strconv.Itoa(int(l.Extensions)), dayText(l.AnnouncedOn), dayText(l.DelistedOn), dayText(l.PublishedOn),
		}})
	}
	return out, list.Next, err
}
