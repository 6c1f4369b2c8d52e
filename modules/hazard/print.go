package hazard

import (
	"fmt"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/doc"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
)

// printRows is how many rows of the ledger one print holds; more go out as Excel.
const printRows = 500

// word is the Chinese word of a choice.
func word(options []sheet.Option, value string) string {
	for _, o := range options {
		if o.Value == value {
			return o.Title[text.Chinese]
		}
	}
	return value
}

var (
	levelWords  = map[Level]string{Ungraded: "未评级", General: "一般隐患", Major: "重大隐患"}
	originWords = map[Origin]string{BySelf: "自查", ByAuthority: "检查发现"}
)

// drawLedger prints rows of the ledger on A4 across.
func drawLedger(rows []Listed, more bool, now time.Time) ([]byte, error) {
	today := day.In(now, day.Shanghai)
	d := doc.New(doc.Options{Size: "A4", Landscape: true, Title: "隐患台账", Footer: "隐患台账　" + today.String()})
	d.Title("隐患台账")
	if more {
		d.Small(fmt.Sprintf("仅打印前 %d 条，全部请导出 Excel。", printRows))
	}
	lines := make([][]string, len(rows))
	for i, h := range rows {
		late := ""
		if n := h.OverdueOn(today); n > 0 {
			late = fmt.Sprintf("逾期 %d 天", n)
		}
		lines[i] = []string{
			fmt.Sprint(i + 1), h.Number, h.Description, h.Place, originWords[h.Source.Origin()], levelWords[h.Level], word(stateOptions, string(h.State)), h.OwnerName,
			dayText(h.FoundOn), dayText(h.Deadline), dayText(h.FixedOn), dayText(h.CancelledOn), late,
		}
	}
	d.Table([]doc.Column{
		{Title: "序号", Width: 10, Align: "C"},
		{Title: "编号", Width: 34},
		{Title: "隐患描述"},
		{Title: "位置", Width: 30},
		{Title: "自查/检查", Width: 17},
		{Title: "等级", Width: 16},
		{Title: "状态", Width: 17},
		{Title: "责任人", Width: 16},
		{Title: "发现日期", Width: 19},
		{Title: "整改期限", Width: 19},
		{Title: "整改完成", Width: 19},
		{Title: "销号日期", Width: 19},
		{Title: "逾期", Width: 17},
	}, lines)
	return d.Bytes()
}

// drawSheet prints one hazard (隐患整改单): what was found, what was decided, photos before and
// after side by side, and who signed what when.
func drawSheet(r Record, firm string, pictures map[id.Of[id.Attachment]][]byte, now time.Time) ([]byte, error) {
	h := r.Hazard
	d := doc.New(doc.Options{Title: "隐患整改单 " + h.Number, Footer: firm + "　隐患整改单　" + h.Number + "　打印于 " + now.In(day.Shanghai).Format("2006-01-02 15:04")})
	d.Title("隐患整改单")
	d.Fields([][2]string{
		{"单位名称", firm},
		{"编号", h.Number},
		{"来源", originWords[h.Source.Origin()] + "·" + word(sourceOptions, string(h.Source))},
		{"等级", levelWords[h.Level]},
		{"位置", h.Place},
		{"状态", word(stateOptions, string(h.State))},
		{"分类", word(categoryOptions(), h.Category)},
		{"发现人", h.FoundByName},
		{"发现日期", dayText(h.FoundOn)},
		{"整改责任人", h.OwnerName},
		{"责任部门", h.OwnerUnit},
		{"整改期限", dayText(h.Deadline)},
		{"整改完成", dayText(h.FixedOn)},
		{"验收人", h.AcceptedByName},
		{"验收日期", dayText(h.AcceptedOn)},
		{"销号日期", dayText(h.CancelledOn)},
		{"计划资金（元）", money(h.FundsFen)},
		{"实际资金（元）", money(h.ActualFundsFen)},
	})
	for _, part := range [][2]string{{"隐患描述", h.Description}, {"依据", h.Clause}, {"整改措施", h.Measures}, {"整改目标", h.Goal}, {"临时防范措施", h.Contingency}} {
		if part[1] != "" {
			d.Heading(part[0])
			d.Para(part[1])
		}
	}
	pairs(d, r, pictures)
	d.Heading("办理过程")
	rows := make([][]string, len(r.Entries))
	for i, e := range r.Entries {
		rows[i] = []string{e.At.In(day.Shanghai).Format("2006-01-02 15:04"), word(stateOptions, string(e.ToState)), e.ActorName, e.Note}
	}
	d.Table([]doc.Column{{Title: "时间", Width: 34}, {Title: "之后状态", Width: 28}, {Title: "办理人", Width: 28}, {Title: "说明"}}, rows)
	return d.Bytes()
}

func money(f *fen.Amount) string {
	if f == nil {
		return ""
	}
	return fmt.Sprintf("%d.%02d", int64(*f)/100, int64(*f)%100)
}

// photos are those of the finding and of the last fix.
func (r Record) photos() (before, after []id.Of[id.Attachment]) {
	for _, e := range r.Entries {
		if e.Event == Register {
			before = e.Photos
		}
		if e.Event == Fix && len(e.Photos) > 0 {
			after = e.Photos
		}
	}
	return before, after
}

// pairs draws photos before and after beside each other, at most nine of each.
func pairs(d *doc.Doc, r Record, pictures map[id.Of[id.Attachment]][]byte) {
	before, after := r.photos()
	before, after = before[:min(len(before), 9)], after[:min(len(after), 9)]
	if len(before)+len(after) == 0 {
		return
	}
	const gap, high = 4.0, 62.0
	wide := (d.Width() - gap) / 2
	d.Heading("整改前后照片（左：整改前　右：整改后）")
	for i := range max(len(before), len(after)) {
		if d.Left() < high+gap {
			d.Break()
		}
		for side, list := range [][]id.Of[id.Attachment]{before, after} {
			x := 15 + float64(side)*(wide+gap)
			d.RectAt(x, d.Y(), wide, high)
			if i < len(list) && len(pictures[list[i]]) > 0 {
				d.ImageAt(pictures[list[i]], x+1, d.Y()+1, wide-2, high-2)
			}
		}
		d.Gap(high + gap)
	}
}
