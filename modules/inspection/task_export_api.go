package inspection

import (
	"context"

	"anbiao/kit/page"
	"anbiao/kit/sheet"
	"anbiao/web"
)

// TaskColumns are the columns of the list of check tasks, in the order of the screen.
func TaskColumns() []sheet.Column {
	return []sheet.Column{
		{Key: "pointName", Title: heading("检查点", "Check point"), Kind: sheet.Text, Width: 24},
		{Key: "title", Title: heading("专项检查", "Special check"), Kind: sheet.Text, Width: 24},
		{Key: "place", Title: heading("位置", "Place"), Kind: sheet.Text},
		{Key: "assignee", Title: heading("检查人", "Assignee"), Kind: sheet.Text, Width: 12},
		{Key: "post", Title: heading("岗位", "Post"), Kind: sheet.Text, Width: 12},
		{Key: "state", Title: heading("状态", "State"), Kind: sheet.Choice, Width: 10, Choices: []sheet.Option{
			{Value: "open", Title: heading("待检查", "Open")},
			{Value: "done", Title: heading("已完成", "Done")},
			{Value: "missed", Title: heading("漏检", "Missed")},
			{Value: "excused", Title: heading("已说明", "Excused")},
			{Value: "cancelled", Title: heading("已取消", "Cancelled")},
		}},
		{Key: "shift", Title: heading("班次", "Shift"), Kind: sheet.Text, Width: 10},
		{Key: "opensOn", Title: heading("开始日期", "Opens on"), Kind: sheet.Date},
		{Key: "dueOn", Title: heading("截止日期", "Due on"), Kind: sheet.Date},
		{Key: "late", Title: heading("已补检", "Made up for"), Kind: sheet.Choice, Choices: []sheet.Option{{Value: "true", Title: heading("是", "Yes")}, {Value: "false", Title: heading("否", "No")}}},
		{Key: "reason", Title: heading("原因说明", "Reason"), Kind: sheet.Text, Width: 30},
		{Key: "reasonBy", Title: heading("说明人", "Given by"), Kind: sheet.Text, Width: 12},
		{Key: "planned", Title: heading("按计划", "By plan"), Kind: sheet.Choice, Choices: []sheet.Option{{Value: "true", Title: heading("是", "Yes")}, {Value: "false", Title: heading("否", "No")}}},
	}
}

// taskExport is what an export of tasks asks for.
type taskExport struct {
	CompanyQuery
	TaskFilter
}

// TaskPage reads one page of the list of check tasks for an export, from cursor on, as Tasks
// does. Errors: web.ErrFilter, page.ErrCursor, ErrCompanyNeeded.
func (s *Service) TaskPage(ctx context.Context, filters map[string][]string, cursor string, limit int) (out []sheet.Record, next string, err error) {
	f, err := web.Params[taskExport](ctx, filters)
	if err != nil {
		return nil, "", err
	}
	list, err := s.Tasks(ctx, f.CompanyID, f.TaskFilter, page.Query{Limit: limit, Cursor: cursor})
	if err != nil {
		return nil, "", err
	}
	out, err = sheet.RecordsOf(TaskColumns(), list.Items, func(r TaskRow) string { return r.ID.String() })
	return out, list.Next, err
}
