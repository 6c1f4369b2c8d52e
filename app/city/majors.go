package city

import (
	"fmt"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fen"
	"anbiao/modules/attachment"
	"anbiao/modules/hazard"
	"anbiao/rbac"
)

// cure is the treatment of a major hazard as its story tells it: the papers lack the hazard's id until it is entered.
type cure struct {
	p       plot
	dossier hazard.Dossier
	plan    *hazard.Plan
	by      *worker // the principal
	told    []hazard.Assembly
	stops   []hazard.Stop
	stages  []hazard.Stage
	judged  []hazard.Assessed
	papers  []hazard.Opinion
}

// head is the principal of a firm.
func (b *builder) head(f *firm) *worker {
	if f == b.index["safety"] {
		return b.named("principal")
	}
	return f.staff[0]
}

// reportUp tells how a major hazard was reported, to the regulator and to the workers' congress, and work stopped.
func (b *builder) reportUp(s *story, p plot, t time.Time) {
	s.ReportedAt = &t
	s.step(hazard.ReportUp, s.State, t, p.boss.who(), "", hazard.Detail{})
	c := &cure{p: p, by: b.head(p.firm)}
	s.cure = c
	done := t.Add(3 * time.Hour)
	c.dossier = hazard.Dossier{
		StateAndCause: p.phrase.found + "。主要原因：设备改造后未按程序验收，点检项目没有覆盖该部位。", HarmAndDifficulty: "可能造成爆炸、火灾或者群死群伤；须由专业厂家到场，备件订货约两周，整改难度中等。",
		Scheme: p.phrase.fixed + "；整改期间停用，设专人监护。", ReportedBy: p.boss.Name, CompletedAt: &done,
	}
	if !p.whole {
		if s.FoundOn.Day()%4 == 0 { // some firms leave the report as the system opened it
			late := t.Add(hazard.Report24 * time.Hour)
			c.dossier = hazard.Dossier{AlarmedAt: &late}
		}
		return
	}
	held := at(day.In(t, day.Shanghai), 16, 30)
	s.CongressOn = day.In(held, day.Shanghai)
	s.step(hazard.Congress, s.State, held.Add(time.Hour), p.boss.who(), "", hazard.Detail{})
	s.photos = append(s.photos, shot{len(s.steps) - 1, b.shoot(p.firm, p.boss, held, after, "congress")})
	c.told = append(c.told, hazard.Assembly{
		Step: s.Steps, HeldOn: s.CongressOn, Form: "delegates", Present: 36, ByName: p.boss.Name,
		Minutes: "通报隐患情况、危险程度和临时防范措施；职工代表建议增加停机期间的现场警示；会议同意停用相关设备直至治理完成。",
	})
	s.StoppedOn = s.CongressOn
	s.step(hazard.StopWork, s.State, held.Add(2*time.Hour), p.boss.who(), p.place, hazard.Detail{})
	c.stops = append(c.stops, hazard.Stop{Extent: "partial", Area: p.place + "相关设备", Since: s.StoppedOn, OrderedBy: "company", Reason: "不能保证安全", ByName: p.boss.Name, ByPersonID: p.boss.PersonID})
}

// filePlan tells how the principal signed the treatment plan.
func (b *builder) filePlan(s *story, p plot, t time.Time) {
	c := s.cure
	funds := fen.Amount(1_800_000)
	staff := *staffID(c.by)
	c.plan = &hazard.Plan{
		Version: 1, Goals: s.Goal, Methods: p.phrase.fixed + "；整改后由厂家调试，连续试运行三天。", Funds: "企业自筹 1.8 万元，备件由设备科采购。", Organisation: "组长：" + c.by.Name + "；责任人：" + p.owner.Name + "；监护：" + p.boss.Name,
		Time: "在" + p.deadline.String() + "前完成，每季度报告进展。", Safety: s.Contingency + "；发生险情立即断电撤人，启动现场处置方案。",
		Lights: db.JSON[hazard.Lights]{V: hazard.Lights{Responsibility: true, Measures: true, Funds: true, Time: true, Contingency: true}}, FinishOn: p.deadline, FundsFen: &funds,
		DraftedName: p.boss.Name, DraftedAt: t.Add(-30 * time.Minute), SignedAt: &t, SignedStaffID: &staff, SignedName: c.by.Name,
	}
	s.step(hazard.FilePlan, hazard.PlanFiled, t, c.by.who(), "", hazard.Detail{Measures: s.Measures, FundsFen: &funds})
}

// advance tells of a report of progress.
func (b *builder) advance(s *story, p plot, t time.Time) {
	spent := fen.Amount(960_000)
	s.step(hazard.Progress, s.State, t, p.owner.who(), "备件到货，完成拆装，待厂家调试。", hazard.Detail{ActualFundsFen: &spent})
	s.photos = append(s.photos, shot{len(s.steps) - 1, b.shoot(p.firm, p.owner, t, after, "progress")})
	s.cure.stages = append(s.cure.stages, hazard.Stage{Step: s.Steps, MadeOn: day.In(t, day.Shanghai), Share: 6000, SpentFen: spent, Note: "备件到货，完成拆装，待厂家调试。", ByName: p.owner.Name})
}

// cured tells how a treatment was evaluated, reviewed by two officers and closed, and work went on.
func (b *builder) cured(s *story, p plot, t time.Time) {
	c := s.cure
	s.AcceptedOn, s.AcceptedByName = day.In(t, day.Shanghai), p.boss.Name
	s.step(hazard.SelfEvaluate, hazard.SelfEvaluated, t, p.boss.who(), "治理达到方案目标，联锁试验三次均正常。", hazard.Detail{})
	s.photos = append(s.photos, shot{len(s.steps) - 1, b.shoot(p.firm, p.boss, t, after, "evaluation")})
	c.judged = append(c.judged, hazard.Assessed{
		Step: s.Steps, MadeOn: s.AcceptedOn, MadeBy: hazard.ByExperts, Evaluators: db.Texts{"俞志坚", "骆明"}, Conclusion: "治理达到方案目标，联锁试验三次均正常。", ByName: p.boss.Name,
	})
	s.step(hazard.AskReview, hazard.UnderReview, t.Add(time.Hour), p.boss.who(), "", hazard.Detail{})
	c.dossier.AskedOn, c.dossier.ReviewDueOn = s.AcceptedOn, s.AcceptedOn.AddDays(10)
	person := b.login["county"]
	officer := who{kind: rbac.Regulator, name: b.officerName("county"), person: &person}
	seen := t.AddDate(0, 0, 5)
	s.ReviewedOn, s.CancelledOn, s.ResumedOn = day.In(seen, day.Shanghai), day.In(seen, day.Shanghai), day.In(seen, day.Shanghai)
	s.step(hazard.Pass, hazard.Cancelled, seen, officer, "现场核查合格", hazard.Detail{})
	s.photos = append(s.photos, shot{len(s.steps) - 1, b.shoot(p.firm, p.boss, seen, after, "review")})
	o := hazard.Opinion{
		Step: s.Steps, MadeOn: s.ReviewedOn, Kind: hazard.PaperReview, Passed: true, Opinion: "现场核查合格", Minutes: "两名执法人员到场，查看探测器和联锁，现场试验两次均正常；查阅治理方案、自评报告和职工代表大会记录。",
		Office: "永康市应急管理局", FirstPersonID: person, FirstName: officer.name, SecondName: "施建平", SecondNumber: "33078400127",
	}
	s.step(hazard.Resume, hazard.Cancelled, seen, officer, "同意恢复生产经营", hazard.Detail{})
	r := o
	r.Step, r.Kind, r.Opinion = s.Steps, hazard.PaperResume, "同意恢复生产经营"
	c.papers = append(c.papers, o, r)
}

// treat enters the papers of the major hazards, and a direct report of the worked company's safety officer.
func (b *builder) treat() error {
	var dossiers []hazard.Dossier
	var plans []hazard.Plan
	var told []hazard.Assembly
	var stops []hazard.Stop
	var stages []hazard.Stage
	var judged []hazard.Assessed
	var papers []hazard.Opinion
	for _, f := range b.firms {
		for _, s := range f.found {
			c := s.cure
			if c == nil {
				continue
			}
			d := c.dossier
			d.CompanyID, d.HazardID, d.RegionPath, d.OversightLine = s.CompanyID, s.ID, s.RegionPath, s.OversightLine
			dossiers = append(dossiers, d)
			if c.plan != nil {
				p, err := b.signedPlan(s)
				if err != nil {
					return err
				}
				plans = append(plans, p)
			}
			for _, x := range c.told {
				x.CompanyID, x.HazardID, x.RegionPath, x.OversightLine = s.CompanyID, s.ID, s.RegionPath, s.OversightLine
				told = append(told, x)
			}
			for _, x := range c.stops {
				x.CompanyID, x.HazardID, x.RegionPath, x.OversightLine = s.CompanyID, s.ID, s.RegionPath, s.OversightLine
				stops = append(stops, x)
			}
			for _, x := range c.stages {
				x.CompanyID, x.HazardID, x.RegionPath, x.OversightLine = s.CompanyID, s.ID, s.RegionPath, s.OversightLine
				stages = append(stages, x)
			}
			for _, x := range c.judged {
				x.CompanyID, x.HazardID, x.RegionPath, x.OversightLine = s.CompanyID, s.ID, s.RegionPath, s.OversightLine
				judged = append(judged, x)
			}
			for _, x := range c.papers {
				x.CompanyID, x.HazardID, x.RegionPath, x.OversightLine = s.CompanyID, s.ID, s.RegionPath, s.OversightLine
				papers = append(papers, x)
			}
		}
	}
	for _, err := range []error{
		fill(b.ctx, b.tx, dossiers), fill(b.ctx, b.tx, plans), fill(b.ctx, b.tx, told), fill(b.ctx, b.tx, stops), fill(b.ctx, b.tx, stages), fill(b.ctx, b.tx, judged), fill(b.ctx, b.tx, papers),
	} {
		if err != nil {
			return fmt.Errorf("papers: %w", err)
		}
	}
	return b.alert()
}

// signedPlan is the plan of a story with the principal's signature, a file of its own.
func (b *builder) signedPlan(s *story) (hazard.Plan, error) {
	c := s.cure
	pic := b.strokes[int(c.by.ID)%len(b.strokes)]
	file := &attachment.File{
		CompanyID: s.CompanyID, RegionPath: s.RegionPath, OversightLine: s.OversightLine, ClientID: b.snaps.uuid(), Name: "signature.png", MediaType: "image/png",
		Bytes: pic.bytes, SHA256: pic.sum, Width: &pic.width, Height: &pic.height, UploadedAt: *c.plan.SignedAt, UploadedBy: some(int64(c.by.ID)), UploadedName: c.by.Name,
		OriginalKey: pic.stem + ".original", DisplayKey: pic.stem + ".display", ThumbKey: pic.stem + ".thumb",
		BoundNoun: some("hazard"), BoundID: some(int64(s.ID)), BoundAt: c.plan.SignedAt,
	}
	if c.by.PersonID != nil {
		file.UploadedPerson = int64(*c.by.PersonID)
	}
	if err := fillRefs(b.ctx, b.tx, []*attachment.File{file}); err != nil {
		return hazard.Plan{}, err
	}
	p := *c.plan
	p.CompanyID, p.HazardID, p.RegionPath, p.OversightLine = s.CompanyID, s.ID, s.RegionPath, s.OversightLine
	p.AttachmentID, p.ImageHash = &file.ID, pic.sum
	return p.Frozen(), nil
}

// alert is the direct report of the worked company's safety officer, seen by the county.
func (b *builder) alert() error {
	f, by := b.index["safety"], b.named("safety")
	return fill(b.ctx, b.tx, []hazard.Direct{{
		CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, Place: "危化品仓库", Description: "仓库防爆风机停用已两个月，三次书面报告后仍未修复，现场挥发气味明显。",
		ToldOn: b.today.AddDays(-12), ToldWhom: "生产副总", SenderID: *by.PersonID, SenderName: by.Name, Phone: "19900000046", SentAt: at(b.today.AddDays(-3), 20, 15),
	}})
}
