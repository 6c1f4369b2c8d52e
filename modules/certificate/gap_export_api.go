package certificate

import (
	"context"
	"strconv"

	"anbiao/kit/page"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/web"
)

var coverOptions = []sheet.Option{
	{Value: string(Missing), Title: title("缺证", "Missing")},
	{Value: string(Void), Title: title("已失效", "Lapsed")},
	{Value: string(Soon), Title: title("待办理", "Due soon")},
	{Value: string(Unverified), Title: title("未核验", "Not verified")},
	{Value: string(Met), Title: title("有效", "Met")},
}

// GapColumns are the columns of the gap list, in the order of the screen.
func GapColumns() []sheet.Column {
	return []sheet.Column{
		{Key: "unitName", Title: title("部门/班组", "Unit"), Kind: sheet.Text},
		{Key: "name", Title: title("姓名", "Name"), Kind: sheet.Text, Width: 12},
		{Key: "employeeNo", Title: title("工号", "Employee no."), Kind: sheet.Code, Width: 12},
		{Key: "postName", Title: title("岗位", "Post"), Kind: sheet.Text},
		{Key: "title", Title: title("应持证书", "Certificate needed"), Kind: sheet.Text, Width: 40},
		{Key: "state", Title: title("情况", "State"), Kind: sheet.Choice, Width: 10, Choices: coverOptions},
		{Key: "dueOn", Title: title("办理期限", "Due"), Kind: sheet.Date},
		{Key: "verified", Title: title("已核验", "Verified"), Kind: sheet.Choice, Width: 8, Choices: yesNo},
		{Key: "basis", Title: title("依据", "Basis"), Kind: sheet.Text, Width: 40},
	}
}

// GapPage reads one page of the gap list for an export. Errors: web.ErrFilter, page.ErrCursor.
func (s *Service) GapPage(ctx context.Context, filters map[string][]string, cursor string, limit int) (out []sheet.Record, next string, err error) {
	f, err := web.Params[GapFilter](ctx, filters)
	if err != nil {
		return nil, "", err
	}
	f.Query = page.Query{Limit: limit, Cursor: cursor}
	rows, _, k, err := s.Gaps(ctx, f)
	list := page.Of(rows, k, limit, Gap.place, viewGap(text.Of(ctx)))
	for _, v := range list.Items {
		basis := v.Basis
		if v.Own {
			basis = text.Say(text.Of(ctx), "certificate.own-need", nil)
		}
		out = append(out, sheet.Record{Key: v.StaffID.String(), Values: []string{
			v.UnitName, v.Name, v.EmployeeNo, v.PostName, v.Title, string(v.State), dayText(v.DueOn), strconv.FormatBool(v.Verified), basis,
		}})
	}
	return out, list.Next, err
}
