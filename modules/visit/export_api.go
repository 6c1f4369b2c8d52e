package visit

import (
	"context"
	"strconv"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/page"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/web"
)

func option(prefix, value string) sheet.Option {
	return sheet.Option{Value: value, Title: named(prefix + value)}
}

func named(key string) map[text.Lang]string {
	return map[text.Lang]string{text.Chinese: text.Say(text.Chinese, "visit."+key, nil), text.English: text.Say(text.English, "visit."+key, nil)}
}

func options[T ~string](prefix string, all []T) []sheet.Option {
	out := make([]sheet.Option, len(all))
	for i, v := range all {
		out[i] = option(prefix, string(v))
	}
	return out
}

func dayText(d day.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

// ExportColumns are the columns of the list of visits, in the order of the screen.
func ExportColumns() []sheet.Column {
	return []sheet.Column{
		{Key: "company", Title: named("print-company"), Kind: sheet.Text, Width: 34},
		{Key: "body", Title: named("print-body"), Kind: sheet.Text, Width: 24},
		{Key: "kind", Title: named("print-kind"), Kind: sheet.Choice, Width: 12, Choices: options("kind-", Kinds)},
		{Key: "way", Title: named("print-way"), Kind: sheet.Choice, Width: 12, Choices: []sheet.Option{option("way-", "announced"), option("way-", "unannounced")}},
		{Key: "state", Title: named("print-state"), Kind: sheet.Choice, Width: 12, Choices: options("state-", States)},
		{Key: "plannedOn", Title: named("print-planned"), Kind: sheet.Date},
		{Key: "dueOn", Title: named("print-by-day"), Kind: sheet.Date},
		{Key: "officers", Title: named("print-officers"), Kind: sheet.Text, Width: 20},
		{Key: "number", Title: named("print-record-number"), Kind: sheet.Code, Width: 20},
		{Key: "endedOn", Title: named("print-ended"), Kind: sheet.Date},
		{Key: "findings", Title: named("print-finding-count"), Kind: sheet.Int, Width: 10},
		{Key: "majors", Title: named("print-major-count"), Kind: sheet.Int, Width: 10},
		{Key: "reason", Title: named("print-reason"), Kind: sheet.Text, Width: 40},
	}
}

// ExportPage reads one page of the list for an export, from cursor on, as Visits does. Errors: web.ErrFilter, page.ErrCursor.
func (s *Service) ExportPage(ctx context.Context, filters map[string][]string, cursor string, limit int) (out []sheet.Record, next string, err error) {
	f, err := web.Params[Filter](ctx, filters)
	if err != nil {
		return nil, "", err
	}
	f.Query = page.Query{Limit: limit, Cursor: cursor}
	rows, k, _, err := s.Visits(ctx, f)
	list := page.Of(rows, k, limit, keyOf, func(v Visit) Visit { return v })
	for _, v := range list.Items {
		way, ended := "unannounced", ""
		if v.Announced {
			way = "announced"
		}
		if v.EndedAt != nil {
			ended = day.In(*v.EndedAt, day.Shanghai).String()
		}
		out = append(out, sheet.Record{Key: v.ID.String(), Values: []string{
			v.CompanyName, v.OrganisationName, string(v.Kind), way, string(v.State), dayText(v.PlannedOn), dayText(v.DueOn), strings.Join(v.OfficerNames, "、"), v.RecordNumber, ended,
			strconv.Itoa(int(v.Findings)), strconv.Itoa(int(v.Majors)), v.Reason,
		}})
	}
	return out, list.Next, err
}

// OrderColumns are the columns of the list of orders.
func OrderColumns() []sheet.Column {
	return []sheet.Column{
		{Key: "number", Title: named("print-order-number"), Kind: sheet.Code, Width: 26},
		{Key: "kind", Title: named("print-paper"), Kind: sheet.Choice, Width: 20, Choices: options("order-", []OrderKind{Ordered, Informed})},
		{Key: "company", Title: named("print-company"), Kind: sheet.Text, Width: 34},
		{Key: "body", Title: named("print-body"), Kind: sheet.Text, Width: 24},
		{Key: "state", Title: named("print-state"), Kind: sheet.Choice, Width: 14, Choices: options("order-state-", OrderStates)},
		{Key: "issuedOn", Title: named("print-issued"), Kind: sheet.Date},
		{Key: "deadline", Title: named("print-due"), Kind: sheet.Date},
		{Key: "reinspectDueOn", Title: named("print-reinspect-due"), Kind: sheet.Date},
		{Key: "reinspectedOn", Title: named("print-reinspected"), Kind: sheet.Date},
		{Key: "extensions", Title: named("print-extensions"), Kind: sheet.Int, Width: 10},
	}
}

// ExportOrders reads one page of the orders for an export, as Orders does. Errors: web.ErrFilter, page.ErrCursor.
func (s *Service) ExportOrders(ctx context.Context, filters map[string][]string, cursor string, limit int) (out []sheet.Record, next string, err error) {
	f, err := web.Params[OrderFilter](ctx, filters)
	if err != nil {
		return nil, "", err
	}
	f.Query = page.Query{Limit: limit, Cursor: cursor}
	rows, k, _, err := s.Orders(ctx, f)
	list := page.Of(rows, k, limit, rankOf, func(o Order) Order { return o })
	for _, o := range list.Items {
		out = append(out, sheet.Record{Key: o.ID.String(), Values: []string{
			o.Number, string(o.Kind), o.CompanyName, o.OrganisationName, string(o.State), dayText(o.IssuedOn), dayText(o.Deadline), dayText(o.ReinspectDueOn), dayText(o.ReinspectedOn), strconv.Itoa(int(o.Extensions)),
		}})
	}
	return out, list.Next, err
}
