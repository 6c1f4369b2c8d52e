package selfreport

import (
	"context"

	"anbiao/kit/page"
	"anbiao/kit/sheet"
	"anbiao/web"
)

// ExportColumns are the columns of the list of reports, in the order of the screen.
func ExportColumns() []sheet.Column {
	return []sheet.Column{
		{Key: "companyName", Title: title("企业", "Company"), Kind: sheet.Text, Width: 28},
		{Key: "period", Title: title("报告期", "Period"), Kind: sheet.Code, Width: 12},
		{Key: "cycle", Title: title("报表", "Report"), Kind: sheet.Code, Width: 12},
		{Key: "from", Title: title("期间自", "From"), Kind: sheet.Date},
		{Key: "until", Title: title("期间至", "Until"), Kind: sheet.Date},
		{Key: "state", Title: title("状态", "State"), Kind: sheet.Choice, Width: 12, Choices: []sheet.Option{
			{Value: string(Opened), Title: title("待编制", "To be compiled")},
			{Value: string(Draft), Title: title("草稿", "Draft")},
			{Value: string(Signed), Title: title("已签字", "Signed")},
			{Value: string(Submitted), Title: title("已报送", "Submitted")},
			{Value: string(Received), Title: title("已接收", "Received")},
			{Value: string(Returned), Title: title("已退回", "Returned")},
			{Value: string(Outside), Title: title("已在外部系统填报", "Reported elsewhere")},
		}},
		{Key: "dueOn", Title: title("报送截止", "Due on"), Kind: sheet.Date},
		{Key: "daysLeft", Title: title("剩余天数", "Days left"), Kind: sheet.Int},
		{Key: "ready", Title: title("完成度（%）", "Ready (%)"), Kind: sheet.Int},
		{Key: "zero", Title: title("零报告", "Zero report"), Kind: sheet.Choice, Choices: yesNo},
		{Key: "late", Title: title("迟报", "Late"), Kind: sheet.Choice, Choices: yesNo},
		{Key: "overdue", Title: title("逾期未报", "Overdue"), Kind: sheet.Choice, Choices: yesNo},
		{Key: "signedByName", Title: title("签字人", "Signed by"), Kind: sheet.Text},
		{Key: "signedHow", Title: title("签署方式", "Signed how"), Kind: sheet.Choice, Choices: []sheet.Option{
			{Value: string(BySignature), Title: title("本人签字", "Signature")}, {Value: string(ByPaper), Title: title("纸质盖章", "Stamped paper")},
		}},
		{Key: "submittedAt", Title: title("报送时间", "Submitted at"), Kind: sheet.Text, Width: 18},
		{Key: "rounds", Title: title("报送次数", "Submissions"), Kind: sheet.Int},
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
