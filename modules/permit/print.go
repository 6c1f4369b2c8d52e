package permit

import (
	"fmt"
	"strings"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/doc"
)

// Words of a printed permit.
var (
	resultWords = map[Result]string{Pass: "符合", Fail: "不符合", NA: "不涉及"}
	stateWords  = map[State]string{
		Requested: "待审批", Approved: "已审批", Refused: "不同意", Open: "作业中", Suspended: "已中断", Closed: "已完工验收", Cancelled: "已取消", Lapsed: "未作业已失效",
	}
	eventWords = map[Event]string{
		Request: "申请", Amend: "修改申请", Approve: "现场审批", Refuse: "不同意", Override: "特批", Start: "开始作业", Read: "气体检测", Suspend: "中断作业", Resume: "恢复作业",
		Extend: "延期审批", Close: "完工验收", Cancel: "取消", Overdue: "到期未验收", Lapse: "失效", Copy: "补录",
	}
	phaseWords = map[string]string{PhaseApprove: "审批", PhaseStart: "作业前", PhaseResume: "恢复前", PhaseClose: "验收"}
	phaseOf    = map[Event]string{Approve: PhaseApprove, Start: PhaseStart, Resume: PhaseResume, Close: PhaseClose}
)

// draw prints the sheet in the order of the official form: request, people, measures, gas,
// approval, course, closing check.
func (p *paper) draw() ([]byte, error) {
	d := doc.New(doc.Options{Title: p.form.NameZh + "审批票", Made: p.now, Footer: p.firm + "　" + p.form.NameZh + "审批票　" + p.Number})
	d.OnPage(func(int) { d.QRAt(p.url, 210-12-20, 8, 20) })
	d.TextAt(15, 10, 9, "编号："+p.Number)
	d.Title(p.form.NameZh + "审批票")
	d.Small(p.firm + "　" + p.level.NameZh + "　" + stateWords[p.State])
	if d.Y() < 30 {
		d.Gap(30 - d.Y())
	}
	d.Fields(p.facts())
	p.people(d)
	p.measures(d)
	p.gas(d)
	p.course(d)
	p.signatures(d)
	return d.Bytes()
}

func (p *paper) facts() [][2]string {
	out := [][2]string{
		{"作业地点", p.Place},
		{"所属部门", p.UnitName},
		{"作业内容", p.Content},
		{"危害辨识", p.Hazards},
		{"作业级别", p.level.NameZh + map[bool]string{true: "（节假日升级）"}[p.Raised]},
		{"申请人", p.ApplicantName},
		{"作业时间", clock(p.FromAt) + " 至 " + clock(p.UntilAt)},
		{"监护人", p.WatcherName},
	}
	for _, f := range p.form.Fields {
		for _, x := range p.Details.V {
			if x.Key == f.Key && x.Value != "" {
				out = append(out, [2]string{f.NameZh, strings.TrimSpace(x.Value + " " + f.Unit)})
			}
		}
	}
	return out
}

func (p *paper) people(d *doc.Doc) {
	d.Heading("一、作业人员")
	rows := make([][]string, len(p.Crew.V))
	for i, m := range p.Crew.V {
		until := ""
		if !m.CardUntil.IsZero() {
			until = "证件有效期至 " + m.CardUntil.String()
		}
		rows[i] = []string{fmt.Sprint(i + 1), m.Name, m.Firm, until}
	}
	d.Table([]doc.Column{{Title: "序号", Width: 12, Align: "C"}, {Title: "姓名", Width: 36}, {Title: "所属单位"}, {Title: "说明", Width: 60}}, rows)
	if p.OverrideReason != "" {
		d.Para("证件不符特批：" + p.OverrideName + "，理由：" + p.OverrideReason)
	}
}

// measures lists each item with its last answer.
func (p *paper) measures(d *doc.Doc) {
	d.Heading("二、安全措施")
	rows := make([][]string, len(p.form.Items))
	for i, it := range p.form.Items {
		said, by := "", ""
		for _, s := range p.past {
			if s.Problem != "" || phaseOf[s.Event] != it.Phase {
				continue
			}
			for _, a := range s.Detail.V.Answers {
				if a.Code == it.Code {
					said, by = strings.TrimSpace(resultWords[a.Result]+" "+a.Note), s.ActorName
				}
			}
		}
		rows[i] = []string{fmt.Sprint(i + 1), phaseWords[it.Phase], it.Requirement, said, by}
	}
	d.Table([]doc.Column{
		{Title: "序号", Width: 12, Align: "C"}, {Title: "环节", Width: 16, Align: "C"}, {Title: "措施"}, {Title: "结果", Width: 26}, {Title: "确认人", Width: 22},
	}, rows)
}

func (p *paper) gas(d *doc.Doc) {
	if len(p.form.Gases) == 0 {
		return
	}
	d.Heading("三、气体检测")
	var rows [][]string
	for _, s := range p.past {
		for _, r := range s.Detail.V.Readings {
			g, ok := p.form.gas(r.Gas)
			if !ok || s.Problem != "" {
				continue
			}
			rows = append(rows, []string{clock(*r.At), g.NameZh, r.Value + " " + g.Unit, g.limit(), map[bool]string{true: "超限", false: "合格"}[r.Out], r.Place, s.ActorName})
		}
	}
	if len(rows) == 0 {
		rows = [][]string{{"", "", "", "", "", "", ""}}
	}
	d.Table([]doc.Column{
		{Title: "检测时间", Width: 32}, {Title: "项目"}, {Title: "检测值", Width: 24}, {Title: "合格范围", Width: 30}, {Title: "结论", Width: 14}, {Title: "部位", Width: 18}, {Title: "检测人", Width: 18},
	}, rows)
}

func (p *paper) course(d *doc.Doc) {
	d.Heading("四、审批与作业过程")
	var rows [][]string
	for _, s := range p.past {
		note := s.Note
		if s.Detail.V.UntilAt != nil {
			note = "延至 " + clock(*s.Detail.V.UntilAt) + "　" + note
		}
		if s.Event == Close && s.Problem == "" {
			note = fmt.Sprintf("现场清理完毕，无人员和火种遗留，留守观察 %d 分钟　%s", s.Detail.V.Quiet, note)
		}
		if s.Problem != "" {
			note = "未生效（离线补传）　" + note
		}
		rows = append(rows, []string{clock(s.At), eventWords[s.Event], s.ActorName, note})
	}
	d.Table([]doc.Column{{Title: "时间", Width: 34}, {Title: "事项", Width: 24}, {Title: "人员", Width: 26}, {Title: "意见、说明"}}, rows)
}

// signatures prints what was signed, two beside each other.
func (p *paper) signatures(d *doc.Doc) {
	const height = 26.0
	d.Heading("五、签名")
	n := 0
	box := func(title, name string, at *time.Time, picture []byte) {
		if n%2 == 0 && d.Left() < height+2 {
			d.Break()
			d.Gap(22)
		}
		x := 15 + float64(n%2)*d.Width()/2
		y := d.Y()
		d.RectAt(x, y, d.Width()/2-2, height-2)
		d.TextAt(x+2, y+2, 9, title+"："+name)
		when := "　　　　年　　月　　日　　时　　分"
		if at != nil {
			when = clock(*at)
		}
		d.TextAt(x+2, y+height-8, 8.5, when)
		if len(picture) > 0 {
			d.ImageAt(picture, x+d.Width()/4, y+4, d.Width()/4-5, 13)
		}
		if n++; n%2 == 0 {
			d.Gap(height)
		}
	}
	signed := map[Event]bool{}
	for _, s := range p.past {
		if s.SignatureID == nil || s.Problem != "" {
			continue
		}
		signed[s.Event] = true
		box(eventWords[s.Event], s.ActorName, &s.At, p.strokes[*s.SignatureID])
	}
	for _, e := range []Event{Request, Approve, Close} { // to be signed by hand
		if !signed[e] {
			box(eventWords[e], map[Event]string{Request: p.ApplicantName, Approve: p.ApproverName, Close: ""}[e], nil, nil)
		}
	}
	if n%2 == 1 {
		d.Gap(height)
	}
	if p.form.NoteZh != "" {
		d.Small("说明：" + p.form.NoteZh)
	}
}

// ledger prints the permits as a table.
func ledger(firm string, rows []Permit, today day.Date) ([]byte, error) {
	d := doc.New(doc.Options{Title: "危险作业审批票台账", Landscape: true, Made: today.Midnight(day.Shanghai), Footer: firm + "　危险作业审批票台账"})
	d.Title("危险作业审批票台账")
	d.Small(fmt.Sprintf("%s　共 %d 张　%s", firm, len(rows), today))
	lines := make([][]string, len(rows))
	for i, p := range rows {
		kind, level := p.Kind, p.Level
		if f, err := packOf(p.FormVersion).form(p.Kind); err == nil {
			l, _ := f.level(p.Level)
			kind, level = f.NameZh, l.NameZh
		}
		closed := ""
		if p.ClosedAt != nil {
			closed = clock(*p.ClosedAt)
		}
		lines[i] = []string{p.Number, kind, level, p.Place, p.Content, clock(p.FromAt), clock(p.UntilAt), p.ApplicantName, p.WatcherName, p.ApproverName, stateWords[p.State], closed}
	}
	d.Table([]doc.Column{
		{Title: "编号", Width: 27},
		{Title: "种类", Width: 22},
		{Title: "级别", Width: 20},
		{Title: "地点"},
		{Title: "内容"},
		{Title: "开始", Width: 24},
		{Title: "结束", Width: 24},
		{Title: "申请人", Width: 16},
		{Title: "监护人", Width: 16},
		{Title: "审批人", Width: 16},
		{Title: "状态", Width: 18},
		{Title: "验收", Width: 24},
	}, lines)
	return d.Bytes()
}
