package hazard

import (
	"context"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/doc"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// filing is what the papers of a major hazard are printed from.
type filing struct {
	Hazard
	Treatment
	card    Card
	strokes []byte // of the principal's signature, a picture
	made    time.Time
}

// Papers of a major hazard.
const (
	paperReport = "report"
	paperPlan   = "plan"
)

// Paper makes one paper of a major hazard as PDF: report, plan, review or resume.
// Errors: rbac.ErrNotFound, ErrNoPaper where there is nothing to print yet.
func (s *Service) Paper(ctx context.Context, hid id.Of[id.Hazard], paper string) (content []byte, name string, err error) {
	var sh filing
	key := ""
	err = s.Gate.Read(ctx, ActionMajors, func(tx db.Tx, scope rbac.Scope) error {
		h, err := hazardByID(ctx, tx, scope, hid)
		if err != nil {
			return err
		}
		sh.Hazard, sh.made = h, tx.Now
		if sh.Treatment, err = treatmentOf(ctx, tx, h); err != nil {
			return err
		}
		if sh.card, err = s.Majors.Card(ctx, tx, scope, h.CompanyID); err != nil {
			return err
		}
		if p := sh.Signed(); p != nil && p.AttachmentID != nil {
			files, err := s.Majors.Files(ctx, tx, h.CompanyID, []id.Of[id.Attachment]{*p.AttachmentID})
			key = files[*p.AttachmentID].Display
			return err
		}
		return nil
	})
	if err != nil {
		return nil, "", err
	}
	if sh.strokes, err = s.picture(ctx, key); err != nil {
		return nil, "", err
	}
	return sh.print(paper)
}

// print draws one paper. Errors: ErrNoPaper.
func (s filing) print(paper string) ([]byte, string, error) {
	titles := map[string]string{paperReport: "重大事故隐患报告表", paperPlan: "重大事故隐患治理方案", PaperReview: "重大事故隐患核查意见书", PaperResume: "恢复生产经营通知书"}
	draw := map[string]func(*doc.Doc) error{paperReport: s.report, paperPlan: s.plan, PaperReview: s.review, PaperResume: s.resume}[paper]
	if draw == nil {
		return nil, "", ErrNoPaper
	}
	d := doc.New(doc.Options{Title: titles[paper], Footer: s.Number + " " + titles[paper], Made: s.made})
	if err := draw(d); err != nil {
		return nil, "", err
	}
	content, err := d.Bytes()
	return content, titles[paper] + "-" + s.Number + ".pdf", err
}

// report is the form of the major hazard report, with the columns of the self-report systems.
func (s filing) report(d *doc.Doc) error {
	plan := s.Signed()
	light := func(of func(Lights) bool) string { return yes(plan != nil && of(plan.Lights.V)) }
	finish, funds := "—", "—"
	if plan != nil {
		finish, funds = chinese(plan.FinishOn), wan(plan.FundsFen)
	}
	unitHead := "（待签署治理方案）"
	if plan != nil {
		unitHead = plan.SignedName
	}
	d.Title("重大事故隐患报告表")
	d.Small("依据：《中华人民共和国安全生产法》第四十一条")
	d.Fields([][2]string{
		{"单位名称", s.card.Name},
		{"单位地址", s.card.Address},
		{"隐患编号", s.Number},
		{"重点工程", yes(s.KeyProject)},
		{"隐患地点", s.Place},
		{"所在区域", s.card.Division},
		{"联系人", s.card.Contact},
		{"联系电话", s.card.Phone},
		{"隐患描述", s.Description},
		{"隐患来源", sourceName(s.Source)},
		{"发现日期", chinese(s.FoundOn)},
		{"隐患类别", categoryName(s.Category)},
		{"判定依据", joinText(s.Clause, s.Suggestion)},
		{"需政府协调", yes(s.NeedsGovernment)},
		{"局部停产停业", yes(s.stopped("partial"))},
		{"全部停产停业", yes(s.stopped("full"))},
	})
	d.Heading("一、隐患的现状及其产生原因")
	d.Para(orBlank(s.StateAndCause))
	d.Heading("二、隐患的危害程度和整改难易程度分析")
	d.Para(orBlank(s.HarmAndDifficulty))
	d.Heading("三、隐患的治理方案")
	d.Para(orBlank(s.Scheme))
	d.Heading("四、治理落实情况")
	d.Fields([][2]string{
		{"目标（责任）落实", light(func(l Lights) bool { return l.Responsibility })},
		{"治理措施落实", light(func(l Lights) bool { return l.Measures })},
		{"经费物资落实", light(func(l Lights) bool { return l.Funds })},
		{"治理时限落实", light(func(l Lights) bool { return l.Time })},
		{"应急预案落实", light(func(l Lights) bool { return l.Contingency })},
		{"计划完成日期", finish},
		{"计划资金（万元）", funds},
		{"整改责任人", joinText(s.OwnerName, s.OwnerUnit)},
		{"单位负责人", unitHead},
		{"填报人", s.ReportedBy},
		{"填报日期", instant(s.CompletedAt)},
		{"报送监管部门时间", instant(s.ReportedAt)},
		{"报告职工大会日期", chinese(s.CongressOn)},
		{"监管部门", ""},
		{"监管人员", ""},
	})
	s.outcome(d)
	return nil
}

// outcome is the part of the form that is filled in when the work is done; left out before.
func (s filing) outcome(d *doc.Doc) {
	if s.FixedOn.IsZero() {
		return
	}
	judged, opinion := "—", "—"
	if n := len(s.Evaluations); n > 0 {
		judged = joinText(evaluatorName(s.Evaluations[n-1].MadeBy), s.Evaluations[n-1].Conclusion)
	}
	if o := s.opinion(PaperReview); o != nil {
		opinion = joinText(o.Office, chinese(o.MadeOn), o.Opinion)
	}
	d.Heading("五、整改完成情况")
	d.Fields([][2]string{
		{"整改完成日期", chinese(s.FixedOn)}, {"实际资金（万元）", wan(s.ActualFundsFen)}, {"企业自评", judged}, {"政府验收", opinion}, {"销号日期", chinese(s.CancelledOn)},
	})
}

// plan is the treatment plan in force, or the draft with the mark that it is one.
func (s filing) plan(d *doc.Doc) error {
	p := s.Signed()
	if p == nil {
		p = s.Draft()
	}
	if p == nil {
		return ErrNoPaper
	}
	d.Title("重大事故隐患治理方案")
	if p.SignedAt == nil {
		d.Small("草案，未经主要负责人签署，不具效力")
	}
	e := p.draft()
	d.Fields([][2]string{
		{"单位名称", s.card.Name},
		{"隐患编号", s.Number},
		{"隐患地点", s.Place},
		{"版本", fmt.Sprintf("第 %d 版", p.Version)},
		{"隐患描述", s.Description},
		{"整改期限", chinese(s.Deadline)},
		{"计划完成日期", chinese(p.FinishOn)},
		{"计划资金（万元）", wan(p.FundsFen)},
	})
	for _, part := range [][2]string{
		{"一、治理的目标和任务", e.Goals},
		{"二、采取的方法和措施", e.Methods},
		{"三、经费和物资的落实", e.Funds},
		{"四、负责治理的机构和人员", e.Organisation},
		{"五、治理的时限和要求", e.Time},
		{"六、安全措施和应急预案", e.Safety},
	} {
		d.Heading(part[0])
		d.Para(orBlank(part[1]))
	}
	l := p.Lights.V
	d.Heading("七、五落实")
	d.Table([]doc.Column{{Title: "责任", Align: "C"}, {Title: "措施", Align: "C"}, {Title: "资金", Align: "C"}, {Title: "时限", Align: "C"}, {Title: "预案", Align: "C"}},
		[][]string{{yes(l.Responsibility), yes(l.Measures), yes(l.Funds), yes(l.Time), yes(l.Contingency)}})
	s.signature(d, *p)
	return nil
}

// signature is the place of the principal's signature.
func (s filing) signature(d *doc.Doc, p Plan) {
	const height = 32.0
	if d.Left() < height+8 {
		d.Break()
	}
	d.Gap(4)
	x, y := 15+d.Width()/2, d.Y()
	d.RectAt(x, y, d.Width()/2, height)
	d.TextAt(x+2, y+2, 10, "主要负责人（签名）："+p.SignedName)
	if p.SignedAt == nil {
		d.TextAt(x+2, y+24, 10, "日期：　　　　年　　月　　日")
		return
	}
	if len(s.strokes) > 0 {
		d.ImageAt(s.strokes, x+d.Width()/4, y+7, d.Width()/4-3, 14)
	}
	d.TextAt(x+2, y+21, 9, "时间："+p.SignedAt.In(day.Shanghai).Format("2006-01-02 15:04:05"))
	d.TextAt(x+2, y+27, 6.5, "签名校验码："+hex.EncodeToString(p.Seal)[:40])
	d.Gap(height + 2)
	d.Small("文本校验码（SHA-256）：" + strings.ToUpper(hex.EncodeToString(p.TextHash)))
}

// review is the opinion of the two officers with the minutes.
func (s filing) review(d *doc.Doc) error {
	o := s.opinion(PaperReview)
	if o == nil {
		return ErrNoPaper
	}
	d.Title("重大事故隐患核查意见书")
	d.Fields([][2]string{
		{"核查单位", o.Office},
		{"核查日期", chinese(o.MadeOn)},
		{"被核查单位", s.card.Name},
		{"单位地址", s.card.Address},
		{"隐患编号", s.Number},
		{"隐患地点", s.Place},
		{"隐患描述", s.Description},
		{"企业申请核查日期", chinese(s.AskedOn)},
	})
	if n := len(s.Evaluations); n > 0 {
		e := s.Evaluations[n-1]
		d.Heading("一、企业自评情况")
		d.Para(fmt.Sprintf("%s（%s）于%s评估：%s", joinText(strings.Join(e.Evaluators, "、"), e.Agency), evaluatorName(e.MadeBy), chinese(e.MadeOn), e.Conclusion))
	}
	d.Heading("二、现场核查纪要")
	d.Para(o.Minutes)
	d.Heading("三、核查意见")
	verdict := "核查不合格，责令继续整改。"
	if o.Passed {
		verdict = "核查合格，准予销号。"
	}
	d.Para(verdict + o.Opinion)
	d.Gap(6)
	second := o.SecondName
	if o.SecondNumber != "" {
		second += "（执法证号 " + o.SecondNumber + "）"
	}
	d.Fields([][2]string{{"核查人员", o.FirstName}, {"核查人员", second}, {"核查单位（盖章）", ""}, {"被核查单位负责人（签名）", ""}})
	return nil
}

// resume is the regulator's paper that lets work go on.
func (s filing) resume(d *doc.Doc) error {
	o := s.opinion(PaperResume)
	if o == nil {
		return ErrNoPaper
	}
	d.Title("恢复生产经营通知书")
	d.Para(s.card.Name + "：")
	d.Para(fmt.Sprintf("　　你单位因重大事故隐患（编号 %s，%s）自%s起%s。经核查，该隐患已经治理完毕并销号，现同意自%s起恢复生产经营。", s.Number, s.Description, chinese(s.StoppedOn), s.stops(), chinese(o.MadeOn)))
	d.Para("　　意见：" + o.Opinion)
	d.Para("　　恢复生产经营前，应当对设备设施和作业现场进行全面检查，落实安全防范措施。")
	d.Gap(18)
	d.Fields([][2]string{{"签发单位（盖章）", o.Office}, {"签发日期", chinese(o.MadeOn)}, {"承办人员", joinText(o.FirstName, o.SecondName)}, {"企业签收（签名）", ""}})
	return nil
}

// stops says what was stopped, in words.
func (s filing) stops() string {
	if len(s.Stops) == 0 {
		return "停产停业"
	}
	last := s.Stops[len(s.Stops)-1]
	kind := "局部停产停业"
	if last.Extent == "full" {
		kind = "全部停产停业"
	}
	return kind + "（" + last.Area + "）"
}

func (s filing) stopped(extent string) bool {
	for _, x := range s.Stops {
		if x.Extent == extent {
			return true
		}
	}
	return false
}

func yes(b bool) string {
	if b {
		return "是"
	}
	return "否"
}

func orBlank(s string) string {
	if s == "" {
		return "（企业尚未填报）"
	}
	return s
}

func joinText(parts ...string) string {
	var kept []string
	for _, p := range parts {
		if strings.TrimSpace(p) != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, "　")
}

// chinese writes a day as papers do; a dash for none.
func chinese(d day.Date) string {
	if d.IsZero() {
		return "—"
	}
	return fmt.Sprintf("%d年%d月%d日", d.Year(), int(d.Month()), d.Day())
}

func instant(t *time.Time) string {
	if t == nil {
		return "—"
	}
	return t.In(day.Shanghai).Format("2006-01-02 15:04")
}

// wan writes an amount in ten thousand yuan (万元), as the forms ask, without losing a fen.
func wan(a *fen.Amount) string {
	if a == nil {
		return "—"
	}
	const unit = 1_000_000 // fen
	s := strings.TrimRight(fmt.Sprintf("%d.%06d", int64(*a)/unit, int64(*a)%unit), "0")
	return strings.TrimSuffix(s, ".")
}

func evaluatorName(by string) string {
	return map[string]string{ByOwnStaff: "本单位技术人员", ByExperts: "专家", ByAgency: "安全生产技术服务机构"}[by]
}

func sourceName(s Source) string {
	return map[Source]string{
		SelfCheck: "企业自查", Snap: "员工随手拍", ByRegulator: "执法检查", CovertVisit: "暗访督查", GridPatrol: "网格巡查", Tip: "群众举报", Expert: "专家/第三方",
		Transferred: "部门抄告移送", Drill: "应急演练", Alarm: "监测报警",
	}[s]
}

// categoryName is class and category of the taxonomy in Chinese.
func categoryName(code string) string {
	for _, c := range Categories.Classes {
		for _, sub := range c.Subs {
			if sub.ID == code {
				return c.Zh + " / " + sub.Zh
			}
		}
	}
	return code
}
