package inspection

import (
	"context"
	"strconv"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/page"
	"anbiao/kit/sheet"
	words "anbiao/kit/text"
	"anbiao/web"
)

func heading(zh, en string) map[words.Lang]string {
	return map[words.Lang]string{words.Chinese: zh, words.English: en}
}

var yesNo = []sheet.Option{{Value: "yes", Title: heading("是", "Yes")}, {Value: "no", Title: heading("否", "No")}}

// ExportColumns are the columns of an export of checks.
func ExportColumns() []sheet.Column {
	return []sheet.Column{
		{Key: "startedOn", Title: heading("检查日期", "Day"), Kind: sheet.Date},
		{Key: "finishedAt", Title: heading("完成时间", "Finished"), Kind: sheet.Text, Width: 18},
		{Key: "minutes", Title: heading("用时（分钟）", "Minutes"), Kind: sheet.Int, Width: 12},
		{Key: "pointName", Title: heading("检查点", "Check point"), Kind: sheet.Text, Width: 22},
		{Key: "place", Title: heading("位置", "Place"), Kind: sheet.Text, Width: 22},
		{Key: "points", Title: heading("检查点数", "Points"), Kind: sheet.Int, Width: 10},
		{Key: "person", Title: heading("检查人", "Person"), Kind: sheet.Text, Width: 12},
		{Key: "passed", Title: heading("合格", "Passed"), Kind: sheet.Int, Width: 8},
		{Key: "failed", Title: heading("不合格", "Failed"), Kind: sheet.Int, Width: 8},
		{Key: "notApplicable", Title: heading("不涉及", "Not applicable"), Kind: sheet.Int, Width: 8},
		{Key: "byException", Title: heading("班组卡", "Team card"), Kind: sheet.Choice, Choices: yesNo, Width: 8},
		{Key: "paper", Title: heading("纸质补录", "From paper"), Kind: sheet.Choice, Choices: yesNo, Width: 10},
		{Key: "positioned", Title: heading("有定位", "Positioned"), Kind: sheet.Choice, Choices: yesNo, Width: 8},
		{Key: "version", Title: heading("版本", "Version"), Kind: sheet.Int, Width: 8},
	}
}

// checkExport is what an export of checks asks for.
type checkExport struct {
	CompanyQuery
	CheckFilter
}

// ExportPage reads one page of the list of checks for an export, from cursor on, as Checks
// does. Errors: web.ErrFilter, page.ErrCursor, ErrCompanyNeeded.
func (s *Service) ExportPage(ctx context.Context, filters map[string][]string, cursor string, limit int) (out []sheet.Record, next string, err error) {
	f, err := web.Params[checkExport](ctx, filters)
	if err != nil {
		return nil, "", err
	}
	list, err := s.Checks(ctx, f.CompanyID, f.CheckFilter, page.Query{Limit: limit, Cursor: cursor})
	for _, c := range list.Items {
		out = append(out, sheet.Record{Key: c.ID.String(), Values: []string{
			c.StartedOn.String(), c.FinishedAt.In(day.Shanghai).Format("2006-01-02 15:04"), strconv.Itoa(int(c.FinishedAt.Sub(c.StartedAt) / time.Minute)),
			c.PointName, c.Place, strconv.Itoa(c.Points), c.Person, strconv.Itoa(c.Passed), strconv.Itoa(c.Failed), strconv.Itoa(c.NotApplicable),
			yes(c.ByException), yes(c.Paper), yes(c.Positioned), strconv.Itoa(c.Version),
		}})
	}
	return out, list.Next, err
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
