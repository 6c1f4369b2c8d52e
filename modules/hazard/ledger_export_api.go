package hazard

import (
	"context"
	"strconv"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/page"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/web"
)

func title(zh, en string) map[text.Lang]string {
	return map[text.Lang]string{text.Chinese: zh, text.English: en}
}

var stateOptions = []sheet.Option{
	{Value: string(Registered), Title: title("待评级", "To be graded")},
	{Value: string(Graded), Title: title("待派单", "To be assigned")},
	{Value: string(Assigned), Title: title("待整改", "To be fixed")},
	{Value: string(PlanFiled), Title: title("方案已报", "Plan filed")},
	{Value: string(Rectifying), Title: title("整改中", "Being fixed")},
	{Value: string(ExtensionPending), Title: title("待批延期", "More time asked for")},
	{Value: string(AwaitingAcceptance), Title: title("待验收", "To be accepted")},
	{Value: string(SelfEvaluated), Title: title("已自评", "Self-evaluated")},
	{Value: string(Accepted), Title: title("已验收", "Accepted")},
	{Value: string(UnderReview), Title: title("待监管复核", "Under review")},
	{Value: string(Cancelled), Title: title("已销号", "Closed")},
	{Value: string(Moved), Title: title("已移送", "Transferred")},
	{Value: string(Voided), Title: title("已作废", "Voided")},
}

var sourceOptions = []sheet.Option{
	{Value: string(SelfCheck), Title: title("自查", "Self-check")},
	{Value: string(Snap), Title: title("随手拍", "Snapshot")},
	{Value: string(ByRegulator), Title: title("监管检查", "Inspection by regulator")},
	{Value: string(CovertVisit), Title: title("暗访", "Unannounced visit")},
	{Value: string(GridPatrol), Title: title("网格巡查", "Grid patrol")},
	{Value: string(Tip), Title: title("举报", "Tip")},
	{Value: string(Expert), Title: title("专家检查", "Expert")},
	{Value: string(Transferred), Title: title("移交", "Handed over")},
	{Value: string(Drill), Title: title("演练", "Drill")},
	{Value: string(Alarm), Title: title("监测报警", "Alarm")},
}

func categoryOptions() (out []sheet.Option) {
	for _, c := range Categories.Classes {
		out = append(out, sheet.Option{Value: c.ID, Title: title(c.Zh, c.En)})
		for _, s := range c.Subs {
			out = append(out, sheet.Option{Value: s.ID, Title: title(s.Zh, s.En)})
		}
	}
	return out
}

// ExportColumns are the columns of the ledger, in the order of the screen.
func ExportColumns() []sheet.Column {
	return []sheet.Column{
		{Key: "number", Title: title("编号", "Number"), Kind: sheet.Code},
		{Key: "companyName", Title: title("企业", "Company"), Kind: sheet.Text, Width: 28},
		{Key: "description", Title: title("隐患描述", "Description"), Kind: sheet.Text, Width: 40},
		{Key: "place", Title: title("位置", "Place"), Kind: sheet.Text},
		{Key: "level", Title: title("等级", "Level"), Kind: sheet.Choice, Width: 10, Choices: []sheet.Option{
			{Value: string(General), Title: title("一般隐患", "General")}, {Value: string(Major), Title: title("重大隐患", "Major")},
		}},
		{Key: "state", Title: title("状态", "State"), Kind: sheet.Choice, Width: 12, Choices: stateOptions},
		{Key: "category", Title: title("分类", "Category"), Kind: sheet.Choice, Width: 24, Choices: categoryOptions()},
		{Key: "origin", Title: title("自查/检查", "Found by"), Kind: sheet.Choice, Width: 12, Choices: []sheet.Option{
			{Value: string(BySelf), Title: title("自查", "The company")}, {Value: string(ByAuthority), Title: title("检查发现", "An authority")},
		}},
		{Key: "source", Title: title("来源", "Source"), Kind: sheet.Choice, Width: 12, Choices: sourceOptions},
		{Key: "ownerName", Title: title("整改责任人", "Responsible"), Kind: sheet.Text, Width: 12},
		{Key: "ownerUnit", Title: title("责任部门", "Unit"), Kind: sheet.Text, Width: 16},
		{Key: "foundOn", Title: title("发现日期", "Found on"), Kind: sheet.Date},
		{Key: "foundByName", Title: title("发现人", "Found by"), Kind: sheet.Text, Width: 12},
		{Key: "deadline", Title: title("整改期限", "Deadline"), Kind: sheet.Date},
		{Key: "overdueDays", Title: title("逾期天数", "Days overdue"), Kind: sheet.Int, Width: 10},
		{Key: "campaign", Title: title("专项", "Campaign"), Kind: sheet.Text, Width: 18},
		{Key: "extensions", Title: title("延期次数", "Extensions"), Kind: sheet.Int, Width: 10},
		{Key: "reopenCount", Title: title("退回次数", "Sent back"), Kind: sheet.Int, Width: 10},
	}
}

// ExportPage reads one page of the ledger for an export, from cursor on, as Ledger does.
// Errors: web.ErrFilter, page.ErrCursor, and those of Ledger.
func (s *Service) ExportPage(ctx context.Context, filters map[string][]string, cursor string, limit int) (out []sheet.Record, next string, err error) {
	f, err := web.Params[Filter](ctx, filters)
	if err != nil {
		return nil, "", err
	}
	f.Query = page.Query{Limit: limit, Cursor: cursor}
	rows, k, today, err := s.Ledger(ctx, f)
	list := page.Of(rows, k, limit, keyOf(f.Sort), lineOn(today))
	for _, h := range list.Items {
		overdue := ""
		if h.OverdueDays > 0 {
			overdue = strconv.Itoa(h.OverdueDays)
		}
		out = append(out, sheet.Record{Key: h.ID.String(), Values: []string{
			h.Number, h.CompanyName, h.Description, h.Place, string(h.Level), string(h.State), h.Category, string(h.Source.Origin()), string(h.Source), h.OwnerName, h.OwnerUnit,
			dayText(h.FoundOn), h.FoundByName, dayText(h.Deadline), overdue, filed(h), strconv.Itoa(int(h.Extensions)), strconv.Itoa(int(h.ReopenCount)),
		}})
	}
	return out, list.Next, err
}

func dayText(d day.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

// filed is how a hazard is filed, as the list on the screen says it.
func filed(h HazardRow) string {
	if h.Stock {
		return strings.TrimPrefix(h.Campaign+" 存量", " ")
	}
	return h.Campaign
}
