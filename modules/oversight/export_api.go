package oversight

import (
	"context"
	"strconv"

	"anbiao/kit/day"
	"anbiao/kit/page"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/web"
)

func title(zh, en string) map[text.Lang]string {
	return map[text.Lang]string{text.Chinese: zh, text.English: en}
}

var yesNo = []sheet.Option{{Value: "true", Title: title("是", "Yes")}, {Value: "false", Title: title("否", "No")}}

// ExportColumns are the columns of the graded list, in the order of the screen.
func ExportColumns() []sheet.Column {
	return []sheet.Column{
		{Key: "name", Title: title("企业名称", "Company"), Kind: sheet.Text, Width: 36},
		{Key: "colour", Title: title("分级", "Grade"), Kind: sheet.Choice, Width: 8, Choices: []sheet.Option{
			{Value: "1", Title: title("红", "Red")},
			{Value: "2", Title: title("橙", "Orange")},
			{Value: "3", Title: title("黄", "Yellow")},
			{Value: "4", Title: title("蓝", "Blue")},
		}},
		{Key: "score", Title: title("得分", "Score"), Kind: sheet.Decimal, Width: 10},
		{Key: "level", Title: title("标准化等级", "Level"), Kind: sheet.Choice, Width: 10, Choices: []sheet.Option{
			{Value: "1", Title: title("一级", "Level 1")},
			{Value: "2", Title: title("二级", "Level 2")},
			{Value: "3", Title: title("三级", "Level 3")},
			{Value: "pass", Title: title("小微达标", "Small firm, passed")},
		}},
		{Key: "live", Title: title("动态得分", "Live score"), Kind: sheet.Decimal, Width: 10},
		{Key: "class", Title: title("分类", "Class"), Kind: sheet.Text, Width: 6},
		{Key: "gradeUntil", Title: title("等级有效期至", "Level valid until"), Kind: sheet.Date},
		{Key: "town", Title: title("所在镇街", "Town or street"), Kind: sheet.Text, Width: 14},
		{Key: "grid", Title: title("村社或网格", "Village or grid"), Kind: sheet.Text, Width: 14},
		{Key: "industry", Title: title("行业代码", "Industry code"), Kind: sheet.Code, Width: 10},
		{Key: "size", Title: title("规模", "Size"), Kind: sheet.Choice, Width: 8, Choices: []sheet.Option{
			{Value: "1", Title: title("大型", "Large")},
			{Value: "2", Title: title("中型", "Medium")},
			{Value: "3", Title: title("小型", "Small")},
			{Value: "4", Title: title("微型", "Micro")},
		}},
		{Key: "aboveScale", Title: title("规上", "Above scale"), Kind: sheet.Choice, Width: 8, Choices: yesNo},
		{Key: "open", Title: title("未销号隐患", "Open hazards"), Kind: sheet.Int},
		{Key: "overdue", Title: title("逾期隐患", "Overdue hazards"), Kind: sheet.Int},
		{Key: "majorOpen", Title: title("未销号重大隐患", "Open major hazards"), Kind: sheet.Int},
		{Key: "missing", Title: title("应报未报", "Reports missing"), Kind: sheet.Int},
		{Key: "lastReport", Title: title("最近自查自报", "Last report"), Kind: sheet.Date},
		{Key: "certificates", Title: title("持证率（%）", "Certificate rate (%)"), Kind: sheet.Decimal, Width: 10},
		{Key: "funds", Title: title("费用使用率（%）", "Fund use rate (%)"), Kind: sheet.Decimal, Width: 10},
		{Key: "mustJoin", Title: title("应创建标准化", "Must join"), Kind: sheet.Choice, Width: 8, Choices: yesNo},
		{Key: "signals", Title: title("真实性提示", "Signals"), Kind: sheet.Int},
		{Key: "activated", Title: title("已启用", "Activated"), Kind: sheet.Choice, Width: 8, Choices: yesNo},
		{Key: "person", Title: title("负责人", "In charge"), Kind: sheet.Text, Width: 12},
		{Key: "contactName", Title: title("联系人", "Contact"), Kind: sheet.Text, Width: 12},
		{Key: "contactPhone", Title: title("联系电话", "Telephone"), Kind: sheet.Code, Width: 16},
		{Key: "uscc", Title: title("统一社会信用代码", "Social credit code"), Kind: sheet.Code},
	}
}

// ExportPage reads one page of the graded list for an export, from cursor on, as List does.
// Errors: web.ErrFilter, page.ErrCursor, ErrSort, ErrBand.
func (s *Service) ExportPage(ctx context.Context, filters map[string][]string, cursor string, limit int) (rows []sheet.Record, next string, err error) {
	in, err := web.Params[listQuery](ctx, filters)
	if err != nil {
		return nil, "", err
	}
	f, err := in.filter()
	if err != nil {
		return nil, "", err
	}
	list, err := s.List(ctx, f, page.Query{Limit: limit, Cursor: cursor})
	for _, r := range list.Items {
		rows = append(rows, RecordOf(r))
	}
	return rows, list.Next, err
}

// RecordOf is a company of the list as an export writes it.
func RecordOf(r RowView) sheet.Record {
	score := ""
	if r.Measured > 0 {
		score = hundredths(r.Score)
	}
	live := ""
	if r.Live >= 0 {
		live = hundredths(r.Live)
	}
	size := ""
	if r.Size != 0 {
		size = itoa(r.Size)
	}
	return sheet.Record{Key: r.ID.String(), Values: []string{
		r.Name, itoa(r.Colour), score, r.Level, live, r.Class, dayText(r.GradeUntil), r.Town, r.Grid, r.Industry, size, strconv.FormatBool(r.AboveScale), itoa(r.Open), itoa(r.Overdue), itoa(r.MajorOpen),
		itoa(r.Missing), dayText(r.LastReport), share(int64(r.CertNum), int64(r.CertDen)), share(r.FundNum, r.FundDen), strconv.FormatBool(r.MustJoin), itoa(r.Signals),
		strconv.FormatBool(r.Activated), r.Person, r.Contact, r.Phone, r.USCC,
	}}
}

// hundredths writes hundredths as a decimal.
func hundredths(n int32) string {
	tail := itoa(n % 100)
	if n%100 < 10 {
		tail = "0" + tail
	}
	return itoa(n/100) + "." + tail
}

func dayText(d day.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

// share writes a share in percent; empty where there is nothing to have a share of.
func share(num, den int64) string {
	if den <= 0 {
		return ""
	}
	return hundredths(int32(num * 10000 / den))
}
