package permit

import (
	"strings"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
)

func title(zh, en string) map[text.Lang]string {
	return map[text.Lang]string{text.Chinese: zh, text.English: en}
}

// kindOptions are the kinds of work as people write them.
func kindOptions() (out []sheet.Option) {
	for _, f := range packs[0].Forms {
		short := strings.TrimSuffix(f.NameZh, "作业")
		o := sheet.Option{Value: f.Kind, Title: title(f.NameZh, f.NameEn), Synonyms: []string{short}}
		if f.Kind == "confined_space" {
			o.Synonyms = append(o.Synonyms, "受限空间作业", "受限空间")
		}
		out = append(out, o)
	}
	return out
}

func stateOptions() (out []sheet.Option) {
	english := map[State]string{
		Requested: "Requested", Approved: "Approved", Refused: "Refused", Open: "Open", Suspended: "Suspended", Closed: "Closed", Cancelled: "Cancelled", Lapsed: "Lapsed",
	}
	for _, s := range []State{Requested, Approved, Refused, Open, Suspended, Closed, Cancelled, Lapsed} {
		out = append(out, sheet.Option{Value: string(s), Title: title(stateWords[s], english[s])})
	}
	return out
}

// PaperColumns are the columns of the ledger, out and in: what is read are old paper permits.
func PaperColumns() []sheet.Column {
	return []sheet.Column{
		{Key: "number", Title: title("编号", "Number"), Kind: sheet.Code, Required: true, Max: 40, Width: 16, Synonyms: []string{"票号", "作业票编号", "作业证编号"}},
		{Key: "kind", Title: title("作业种类", "Kind"), Kind: sheet.Choice, Required: true, Choices: kindOptions(), Width: 16, Synonyms: []string{"种类", "作业类型", "作业类别", "类型"}},
		{Key: "level", Title: title("级别", "Level"), Kind: sheet.Text, Max: 40, Width: 14, Synonyms: []string{"作业级别", "等级"}},
		{Key: "place", Title: title("作业地点", "Place"), Kind: sheet.Text, Required: true, Max: 100, Width: 22, Synonyms: []string{"地点", "作业部位"}},
		{Key: "unit", Title: title("所属部门", "Unit"), Kind: sheet.Text, Max: 60, Width: 16, Synonyms: []string{"部门", "车间", "申请单位", "作业单位"}},
		{Key: "content", Title: title("作业内容", "Work"), Kind: sheet.Text, Required: true, Max: 500, Width: 30, Synonyms: []string{"内容", "作业内容描述"}},
		{Key: "from", Title: title("开始时间", "From"), Kind: sheet.Text, Required: true, Max: 30, Width: 18, Synonyms: []string{"作业开始时间", "起始时间"}, Note: title("如 2026-03-02 08:30", "e.g. 2026-03-02 08:30")},
		{Key: "until", Title: title("结束时间", "Until"), Kind: sheet.Text, Required: true, Max: 30, Width: 18, Synonyms: []string{"作业结束时间", "截止时间"}, Note: title("如 2026-03-02 16:30", "e.g. 2026-03-02 16:30")},
		{Key: "applicant", Title: title("申请人", "Applicant"), Kind: sheet.Text, Max: 40, Width: 12},
		{Key: "workers", Title: title("作业人", "Workers"), Kind: sheet.Text, Max: 400, Width: 20, Synonyms: []string{"作业人员", "动火人"}, Note: title("多人用顿号分开", "several separated by 、")},
		{Key: "watcher", Title: title("监护人", "Watcher"), Kind: sheet.Text, Max: 40, Width: 12},
		{Key: "approver", Title: title("审批人", "Approver"), Kind: sheet.Text, Max: 40, Width: 12, Synonyms: []string{"批准人"}},
		{Key: "closed", Title: title("验收时间", "Closed"), Kind: sheet.Text, Max: 30, Width: 18, Synonyms: []string{"完工验收时间"}, Note: title("留空按结束时间", "empty: at its end")},
		{Key: "state", Title: title("状态", "State"), Kind: sheet.Choice, Choices: stateOptions(), Width: 14, Note: title("导入的都是已完工的旧票，此列不读", "not read: what is imported is closed")},
	}
}

// PaperSample is the row that a template shows as an example.
func PaperSample() map[string]string {
	return map[string]string{
		"number": "DH-2023-018", "kind": "hot_work", "level": "二级动火", "place": "2号厂房东侧管廊", "unit": "机修动力车间", "content": "管道支架补焊", "from": "2023-06-12 08:30",
		"until": "2023-06-12 16:30", "applicant": "张三", "workers": "李四、王五", "watcher": "赵六", "approver": "钱七", "closed": "2023-06-12 16:10",
	}
}

// PaperIdentity tells rows about the same permit from others.
func PaperIdentity(r sheet.Row) string { return r.Values["number"] }

// instant reads a time as people write it in a sheet.
func instant(s string) (time.Time, bool) {
	s = strings.NewReplacer("/", "-", ".", "-", "年", "-", "月", "-", "日", " ", "T", " ", "：", ":", "时", ":", "分", "").Replace(strings.TrimSpace(s))
	s = strings.Join(strings.Fields(s), " ")
	for _, layout := range []string{"2006-1-2 15:4:5", "2006-1-2 15:4", "2006-1-2 15:", "2006-1-2"} {
		if t, err := time.ParseInLocation(layout, s, day.Shanghai); err == nil {
			return t.UTC(), t.Year() >= 1990 && t.Year() <= 2100
		}
	}
	return time.Time{}, false
}

func names(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("、,，;；\n ", r) })
}
