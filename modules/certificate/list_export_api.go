package certificate

import (
	"context"
	"strconv"

	"anbiao/kit/page"
	"anbiao/kit/seal"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/web"
)

func title(zh, en string) map[text.Lang]string {
	return map[text.Lang]string{text.Chinese: zh, text.English: en}
}

var statusOptions = []sheet.Option{
	{Value: string(Revoked), Title: title("已撤销", "Revoked")},
	{Value: string(Cancelled), Title: title("已注销", "Cancelled")},
	{Value: string(Superseded), Title: title("已换证", "Renewed")},
	{Value: string(Incomplete), Title: title("资料不全", "Incomplete")},
	{Value: string(Pending), Title: title("未生效", "Not yet valid")},
	{Value: string(Expired), Title: title("已过期", "Expired")},
	{Value: string(ReviewLapsed), Title: title("复审逾期", "Review lapsed")},
	{Value: string(ReviewDue), Title: title("待复审", "Review due")},
	{Value: string(Expiring), Title: title("将到期", "Expiring")},
	{Value: string(Valid), Title: title("有效", "Valid")},
}

var yesNo = []sheet.Option{{Value: "true", Title: title("是", "Yes")}, {Value: "false", Title: title("否", "No")}}

// ExportColumns are the columns of the list, in the order of the screen, and the masked number.
func ExportColumns() []sheet.Column {
	return []sheet.Column{
		{Key: "holderName", Title: title("持证人", "Holder"), Kind: sheet.Text, Width: 12},
		{Key: "kindName", Title: title("证书种类", "Kind"), Kind: sheet.Text},
		{Key: "operationName", Title: title("作业项目", "Operation"), Kind: sheet.Text},
		{Key: "status", Title: title("状态", "Status"), Kind: sheet.Choice, Width: 12, Choices: statusOptions},
		{Key: "validFrom", Title: title("有效期自", "Valid from"), Kind: sheet.Date},
		{Key: "validTo", Title: title("有效期至", "Valid to"), Kind: sheet.Date},
		{Key: "estimated", Title: title("有效期为推算", "Dates are computed"), Kind: sheet.Choice, Choices: yesNo},
		{Key: "nextDueOn", Title: title("下次办理", "Next due"), Kind: sheet.Date},
		{Key: "nextDueType", Title: title("办理事项", "Due for"), Kind: sheet.Choice, Width: 10, Choices: []sheet.Option{
			{Value: string(DueReview), Title: title("复审", "Review")}, {Value: string(DueExpiry), Title: title("换证", "Renewal")},
		}},
		{Key: "daysLeft", Title: title("剩余天数", "Days left"), Kind: sheet.Int, Width: 10},
		{Key: "verified", Title: title("已核验", "Verified"), Kind: sheet.Choice, Width: 8, Choices: yesNo},
		{Key: "number", Title: title("证书编号（部分隐去）", "Number (masked)"), Kind: sheet.Code},
	}
}

// ExportPage reads one page of the list for an export, from cursor on, as List does; numbers
// are masked for everybody. Errors: web.ErrFilter, page.ErrCursor.
func (s *Service) ExportPage(ctx context.Context, filters map[string][]string, cursor string, limit int) (out []sheet.Record, next string, err error) {
	f, err := web.Params[Filter](ctx, filters)
	if err != nil {
		return nil, "", err
	}
	f.Query = page.Query{Limit: limit, Cursor: cursor}
	rows, k, today, err := s.List(ctx, f)
	list := page.Of(rows, k, limit, keyOf, func(c Certificate) Certificate { return c })
	view := rowsAs(ctx, today)
	for _, c := range list.Items {
		number, err := s.number(c)
		if err != nil {
			return nil, "", err
		}
		out = append(out, record(view(c), seal.Mask(number)))
	}
	return out, list.Next, err
}

func record(v RowView, number string) sheet.Record {
	left, due := "", ""
	if !v.NextDueOn.IsZero() {
		left, due = strconv.Itoa(v.DaysLeft), string(v.NextDueType)
	}
	return sheet.Record{Key: v.ID.String(), Values: []string{
		v.HolderName, v.KindName, v.OperationName, string(v.Status), dayText(v.ValidFrom), dayText(v.ValidTo), strconv.FormatBool(v.Estimated),
		dayText(v.NextDueOn), due, left, strconv.FormatBool(v.Verified), number,
	}}
}
