package penalty

import (
	"context"

	"anbiao/kit/page"
	"anbiao/kit/sheet"
	"anbiao/web"
)

// ExportPage reads one page of the register for an export, from cursor on, as Penalties does. Errors: web.ErrFilter,
// page.ErrCursor.
func (s *Service) ExportPage(ctx context.Context, filters map[string][]string, cursor string, limit int) (out []sheet.Record, next string, err error) {
	f, err := web.Params[Filter](ctx, filters)
	if err != nil {
		return nil, "", err
	}
	f.Query = page.Query{Limit: limit, Cursor: cursor}
	rows, k, _, err := s.Penalties(ctx, f)
	if err != nil {
		return nil, "", err
	}
	codes, err := s.Codes(ctx, rows)
	list := page.Of(rows, k, limit, keyOf, func(p Penalty) Penalty { return p })
	for _, p := range list.Items {
		out = append(out, p.record(codes[p.CompanyID]))
	}
	return out, list.Next, err
}

// DishonestyColumns are the columns of the list of seriously dishonest firms.
func DishonestyColumns() []sheet.Column {
	return []sheet.Column{
		{Key: "name", Title: named("col-name"), Kind: sheet.Text, Width: 32},
		{Key: "subject", Title: named("col-subject"), Kind: sheet.Choice, Choices: options("subject-", "enterprise", "principal", "person")},
		{Key: "subjectName", Title: named("col-subject-name"), Kind: sheet.Text},
		{Key: "conditions", Title: named("col-conditions"), Kind: sheet.Text, Width: 16},
		{Key: "facts", Title: named("col-facts"), Kind: sheet.Text, Width: 50},
		{Key: "body", Title: named("col-body"), Kind: sheet.Text, Width: 24},
		{Key: "standing", Title: named("col-standing"), Kind: sheet.Choice, Choices: options("listing-", "noticed", "stated", "dropped", "listed", "removal_asked", "removal_accepted", "removed", "expired")},
		{Key: "noticeNo", Title: named("col-notice-no"), Kind: sheet.Text, Width: 24},
		{Key: "noticedOn", Title: named("col-noticed-on"), Kind: sheet.Date},
		{Key: "decisionNo", Title: named("col-decision-no"), Kind: sheet.Text, Width: 24},
		{Key: "listedOn", Title: named("col-listed-on"), Kind: sheet.Date},
		{Key: "lastDay", Title: named("col-last-day"), Kind: sheet.Date},
		{Key: "earlyOn", Title: named("col-early-on"), Kind: sheet.Date},
		{Key: "publishedOn", Title: named("col-published-on"), Kind: sheet.Date},
		{Key: "removedOn", Title: named("col-removed-on"), Kind: sheet.Date},
	}
}

// DishonestyPage reads one page of the list of seriously dishonest firms for an export. Errors: web.ErrFilter, page.ErrCursor.
func (s *Service) DishonestyPage(ctx context.Context, filters map[string][]string, cursor string, limit int) (out []sheet.Record, next string, err error) {
	f, err := web.Params[ListFilter](ctx, filters)
	if err != nil {
		return nil, "", err
	}
	f.Query = page.Query{Limit: limit, Cursor: cursor}
	rows, k, now, err := s.Listings(ctx, f)
	list := page.Of(rows, k, limit, func(x Dishonesty) []string { return []string{x.ID.String()} }, func(x Dishonesty) Dishonesty { return x })
	for _, x := range list.Items {
		out = append(out, x.record(now))
	}
	return out, list.Next, err
}
