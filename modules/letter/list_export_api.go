package letter

import (
	"context"

	"anbiao/kit/page"
	book "anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/web"
)

// ExportColumns are the columns of the list of letters, in the order of the screen.
func ExportColumns() []book.Column {
	heading := func(zh, en string) map[text.Lang]string {
		return map[text.Lang]string{text.Chinese: zh, text.English: en}
	}
	return []book.Column{
		{Key: "code", Title: heading("编号", "Number"), Kind: book.Code},
		{Key: "staffName", Title: heading("责任人", "Signs below"), Kind: book.Text, Width: 12},
		{Key: "unitName", Title: heading("部门", "Unit"), Kind: book.Text, Width: 18},
		{Key: "postName", Title: heading("岗位", "Post"), Kind: book.Text, Width: 14},
		{Key: "superiorName", Title: heading("上级", "Superior"), Kind: book.Text, Width: 14},
		{Key: "state", Title: heading("状态", "State"), Kind: book.Choice, Width: 12, Choices: []book.Option{
			{Value: "draft", Title: heading("草稿", "Draft")},
			{Value: "sent", Title: heading("待签", "To be signed")},
			{Value: "signed", Title: heading("已签", "Signed")},
			{Value: "superseded", Title: heading("已替换", "Replaced")},
		}},
		{Key: "sentOn", Title: heading("下发日期", "Sent on"), Kind: book.Date},
		{Key: "signedOn", Title: heading("签订日期", "Signed on"), Kind: book.Date},
	}
}

// ExportPage reads one page of the list of letters for an export, from cursor on, as List
// does. Errors: web.ErrFilter, page.ErrCursor.
func (s *Service) ExportPage(ctx context.Context, filters map[string][]string, cursor string, limit int) (out []book.Record, next string, err error) {
	f, err := web.Params[Filter](ctx, filters)
	if err != nil {
		return nil, "", err
	}
	f.Query = page.Query{Limit: limit, Cursor: cursor}
	rows, k, err := s.List(ctx, f)
	if err != nil {
		return nil, "", err
	}
	list := page.Of(rows, k, limit, func(r Listed) []string { return []string{r.ID.String()} }, viewRow)
	out, err = book.RecordsOf(ExportColumns(), list.Items, func(r LetterRow) string { return r.ID.String() })
	return out, list.Next, err
}
