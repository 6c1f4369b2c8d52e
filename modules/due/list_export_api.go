package due

import (
	"context"

	"anbiao/kit/page"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/web"
)

func heading(zh, en string) map[text.Lang]string {
	return map[text.Lang]string{text.Chinese: zh, text.English: en}
}

// ExportColumns are the columns of the list of what falls due, in the order of the screen.
func ExportColumns() []sheet.Column {
	return []sheet.Column{
		{Key: "dueOn", Title: heading("到期日", "Due on"), Kind: sheet.Date},
		{Key: "daysLeft", Title: heading("剩余天数", "Days left"), Kind: sheet.Int},
		{Key: "kindName", Title: heading("类别", "Kind"), Kind: sheet.Text, Width: 20},
		{Key: "title", Title: heading("事项", "What"), Kind: sheet.Text, Width: 40},
		{Key: "unitName", Title: heading("部门", "Unit"), Kind: sheet.Text, Width: 16},
		{Key: "ownerName", Title: heading("责任人", "Responsible"), Kind: sheet.Text, Width: 12},
	}
}

// ExportPage reads one page of what falls due for an export, from cursor on, as List does.
// Errors: web.ErrFilter, page.ErrCursor.
func (s *Service) ExportPage(ctx context.Context, filters map[string][]string, cursor string, limit int) (out []sheet.Record, next string, err error) {
	f, err := web.Params[Filter](ctx, filters)
	if err != nil {
		return nil, "", err
	}
	f.Query = page.Query{Limit: limit, Cursor: cursor}
	rows, k, now, err := s.List(ctx, f)
	if err != nil {
		return nil, "", err
	}
	list := page.Of(rows, k, limit, keyOf, rowsAs(ctx, now))
	out, err = sheet.RecordsOf(ExportColumns(), list.Items, func(r RowView) string { return r.ID.String() })
	return out, list.Next, err
}
