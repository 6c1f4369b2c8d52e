package selfreport

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

var yesNo = []sheet.Option{{Value: "true", Title: heading("是", "Yes")}, {Value: "false", Title: heading("否", "No")}}

// ExportColumns are the columns of the list of reports, in the order of the screen.
func ExportColumns() []sheet.Column {
	return []sheet.Column{
		{Key: "companyName", Title: heading("企业", "Company"), Kind: sheet.Text, Width: 28},
		{Key: "period", Title: heading("报告期", "Period"), Kind: sheet.Code, Width: 12},
		{Key: "cycle", Title: heading("报表", "Report"), Kind: sheet.Code, Width: 12},
		{Key: "from", Title: heading("期间自", "From"), Kind: sheet.Date},
		{Key: "until", Title: heading("期间至", "Until"), Kind: sheet.Date},
		{Key: "state", Title: heading("状态", "State"), Kind: sheet.Choice, Width: 12, Choices: []sheet.Option{
			{Value: string(Opened), Title: heading("待编制", "To be compiled")},
			{Value: string(Draft), Title: heading("草稿", "Draft")},
			{Value: string(Signed), Title: heading("已签字", "Signed")},
			{Value: string(Submitted), Title: heading("已报送", "Submitted")},
			{Value: string(Received), Title: heading("已接收", "Received")},
			{Value: string(Returned), Title: heading("已退回", "Returned")},
		}},
		{Key: "dueOn", Title: heading("报送截止", "Due on"), Kind: sheet.Date},
		{Key: "daysLeft", Title: heading("剩余天数", "Days left"), Kind: sheet.Int},
		{Key: "ready", Title: heading("完成度（%）", "Ready (%)"), Kind: sheet.Int},
		{Key: "zero", Title: heading("零报告", "Zero report"), Kind: sheet.Choice, Choices: yesNo},
		{Key: "late", Title: heading("迟报", "Late"), Kind: sheet.Choice, Choices: yesNo},
		{Key: "overdue", Title: heading("逾期未报", "Overdue"), Kind: sheet.Choice, Choices: yesNo},
		{Key: "signedByName", Title: heading("签字人", "Signed by"), Kind: sheet.Text},
		{Key: "submittedAt", Title: heading("报送时间", "Submitted at"), Kind: sheet.Text, Width: 18},
		{Key: "rounds", Title: heading("报送次数", "Submissions"), Kind: sheet.Int},
	}
}

// ExportPage reads one page of the list of reports for an export, from cursor on, as List does.
// Errors: web.ErrFilter, page.ErrCursor.
func (s *Service) ExportPage(ctx context.Context, filters map[string][]string, cursor string, limit int) (out []sheet.Record, next string, err error) {
	f, err := web.Params[Filter](ctx, filters)
	if err != nil {
		return nil, "", err
	}
	f.Query = page.Query{Limit: limit, Cursor: cursor}
	rows, k, today, err := s.List(ctx, f)
	if err != nil {
		return nil, "", err
	}
	list := page.Of(rows, k, limit, keyOf, lineOn(today))
	out, err = sheet.RecordsOf(ExportColumns(), list.Items, func(r ReportRow) string { return r.ID.String() })
	return out, list.Next, err
}
