package city

import (
	"encoding/json"
	"fmt"

	"anbiao/kit/calendar"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	points "anbiao/kit/scoring"
	"anbiao/modules/due"
	"anbiao/modules/grading"
	"anbiao/modules/rubric"
	"anbiao/modules/standardization"
	"anbiao/rbac"
)

// applied is an application of the demo: how far it came, and how many days ago it was handed in.
type applied struct {
	state grading.State
	level string
	ago   int
	every int // one finding at each so many items of the self-evaluation
}

// gradingStage is one step of an application, some days ago.
type gradingStage struct {
	ago   int
	event grading.Event
	to    grading.State
	side  grading.Side
	note  string
	d     grading.Detail
}

// office is somebody who acts for an organisation.
type office struct {
	who
	unit string
}

// applicants are companies that have applied for a level: one in every state that a demonstration asks for, among them one that
// the county is late with, one to which somebody objects, and one whose days of publicity are over.
func (b *builder) applicants() error {
	offices := map[grading.Side]office{}
	for side, login := range map[grading.Side]string{grading.Organizer: "county", grading.Authority: "city", grading.Reviewer: "reviewer"} {
		var found struct {
			ID        int64
			Name, Who string
		}
		err := b.tx.WithContext(b.ctx).Raw("SELECT o.id, o.name, p.name AS who FROM account_person p JOIN account_membership m ON m.person_id = p.id JOIN account_organisation o ON o.id = m.organisation_id WHERE p.login = ?", login).Scan(&found).Error
		if err != nil {
			return err
		}
		offices[side] = office{who{name: found.Who, person: some(b.login[login]), org: some(id.Of[id.Organisation](found.ID))}, found.Name}
	}
	tables := map[string]id.Of[id.Rubric]{}
	for level, code := range map[string]string{"pass": localTable, "3": "cangchu-wuliu-1000"} {
		listed, err := rubric.Newest(b.ctx, b.tx, code)
		if err != nil {
			return err
		}
		tables[level] = listed.ID
	}
	firms := b.others()
	for i, x := range []applied{
		{grading.Submitted, "pass", 1, 9},
		{grading.Correction, "3", 6, 14},
		{grading.Accepted, "pass", 34, 8},
		{grading.Confirmed, "3", 16, 16},
		{grading.Rectifying, "3", 40, 17},
		{grading.Objection, "3", 75, 15},
		{grading.Publicity, "pass", 70, 10},
		{grading.Publicity, "3", 95, 18},
		{grading.NotPassed, "3", 120, 12},
	} {
		f := firms[len(firms)-1-i]
		if i == 7 {
			f = b.index["other-safety"] // somebody can sign in there, when it has its level
		}
		if err := b.application(f, x, i, tables[x.level], offices); err != nil {
			return fmt.Errorf("%s: %w", x.state, err)
		}
	}
	won := b.today.AddDays(75).AddYears(-3) // the level that the worked company holds; its self-evaluation of then was on paper
	if err := b.application(b.index["safety"], applied{grading.Achieved, "pass", b.today.DaysSince(won) + 60, 0}, -1, tables["pass"], offices); err != nil {
		return err
	}
	_, err := b.selfOf(b.index["micro"], applied{level: "pass", ago: 15, every: 9}, tables["pass"]) // it may apply
	return err
}

// application writes one application with its self-evaluation and its steps.
func (b *builder) application(f *firm, x applied, n int, table id.Of[id.Rubric], offices map[grading.Side]office) error {
	self := &standardization.Evaluation{Score: 7350, Exact: "147/2", Official: "73.5", Level: x.level, LevelName: "小微达标", FinishedOn: b.today.AddDays(-x.ago - 30), PublishedFrom: b.today.AddDays(-x.ago - 30)}
	if x.every > 0 {
		var err error
		if self, err = b.selfOf(f, x, table); err != nil {
			return err
		}
	}
	head := f.staff[0]
	form := grading.ProfileFor(f.RegionPath)
	g, _ := form.Grade(x.level)
	handed := b.today.AddDays(-x.ago)
	a := &grading.Application{
		CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, CompanyName: f.Name, CompanyCode: f.Code(), Kind: grading.First, Profile: form.ID, ProfileVersion: form.Version, Level: x.level,
		RubricID: table, SelfID: self.ID, OrganizerLevel: g.Organizer, AuthorityLevel: g.Authority, SignatureID: some(id.Of[id.Attachment](b.signature(f, head))), SignedBy: head.Name, SignedOn: handed, ReviewScore: -1,
		SubmittedOn: handed, ReceivedOn: handed, Corrections: db.Texts{},
	}
	a.Snapshot.V = grading.Evaluation{
		ID: self.ID, Kind: "self", RubricID: table, Year: int(self.Year), State: "published", FinishedOn: self.FinishedOn, PublishedFrom: self.PublishedFrom, PublishedUntil: self.PublishedUntil, Score: self.Score,
		Exact: self.Exact, Official: self.Official, Level: self.Level, LevelName: self.LevelName, Reasons: []string{}, Unknown: []string{},
	}
	for _, c := range form.Conditions {
		if c.Only == "" {
			one := grading.Condition{Code: c.Code, Standing: grading.Met}
			if c.Check == "person" || c.Check == "licences" {
				one.Standing, one.Note = grading.Declared, "经查询，符合"
			}
			a.Conditions.V = append(a.Conditions.V, one)
		}
	}
	steps := b.courseOf(a, x, n, offices)
	return b.keepApplication(a, steps, head, offices)
}

// signature is a picture of somebody's signature that belongs to his company.
func (b *builder) signature(f *firm, w *worker) int64 {
	var found int64
	b.tx.WithContext(b.ctx).Raw("SELECT id FROM attachment WHERE company_id = ? ORDER BY id LIMIT 1", int64(f.CompanyID)).Scan(&found)
	if found == 0 {
		found = int64(w.ID)
	}
	return found
}

// selfOf makes up the self-evaluation that a company applies with.
func (b *builder) selfOf(f *firm, x applied, table id.Of[id.Rubric]) (*standardization.Evaluation, error) {
	r, err := rubric.Load(b.ctx, b.tx, table)
	if err != nil {
		return nil, err
	}
	if err := rubric.Use(b.ctx, b.tx, table); err != nil {
		return nil, err
	}
	on := b.today.AddDays(-x.ago - 30)
	e := &standardization.Evaluation{
		CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, Kind: standardization.Self, RubricID: table, Year: int16(on.Year()), Title: fmt.Sprintf("%d 年度安全生产标准化自评", on.Year()),
		State: standardization.Published, MadeBy: f.staff[0].Name, Team: db.JSON[[]standardization.Member]{V: []standardization.Member{{StaffID: f.staff[0].ID, Name: f.staff[0].Name, Part: standardization.Leader, Duty: "主要负责人"}}},
		Plan: db.JSON[[]standardization.PlanStep]{V: []standardization.PlanStep{}}, About: "全公司", PeriodFrom: on.AddMonths(-12).AddDays(1), PeriodUntil: on, DueOn: on, StartedOn: on.AddDays(-12), FinishedOn: on,
		FinishedBy: f.staff[0].Name, Conclusion: "自评达到申请等级", PublishedFrom: on, PublishedUntil: on.AddDays(18), PublishedWhere: "厂区公告栏", ChangedAt: at(on, 17, 0),
	}
	e.Facts.V = []standardization.Fact{{Fact: "deaths", Found: "0", Value: "0"}, {Fact: "serious_injuries", Found: "0", Value: "0"}}
	answers := points.Answers{}
	for i, it := range r.Rows() {
		a := points.Answer{}
		if i%x.every == 0 && len(it.Deductions) > 0 {
			a.Hits = map[string]int{it.Deductions[0].ID: 1}
		}
		answers[it.Code] = a
	}
	res := r.Score(answers, points.Facts{"deaths": "0", "serious_injuries": "0"})
	frozen, err := json.Marshal(res)
	if err != nil {
		return nil, err
	}
	e.Result, e.Score, e.Exact, e.Official, e.Level, e.LevelName = string(frozen), res.Hundredths(), res.Exact, res.Official, res.Level, res.LevelName
	e.Reasons, e.Unknown = db.Texts(res.Reasons), db.Texts(res.Unknown)
	return e, b.tx.WithContext(b.ctx).Create(e).Error
}

// courseOf lists the steps of an application up to its state, and what they leave in its row.
func (b *builder) courseOf(a *grading.Application, x applied, n int, offices map[grading.Side]office) []gradingStage {
	ago := func(n int) day.Date { return b.today.AddDays(-n) }
	in := x.ago
	all := []gradingStage{
		{in + 2, grading.Start, grading.Draft, grading.Firm, "", grading.Detail{Level: a.Level}},
		{in + 1, grading.Prepare, grading.Draft, grading.Firm, "", grading.Detail{}},
		{in, grading.Sign, grading.Draft, grading.Firm, "", grading.Detail{}},
		{in, grading.Submit, grading.Submitted, grading.Firm, "", grading.Detail{Level: a.Level}},
	}
	if x.state == grading.Submitted {
		return all
	}
	if x.state == grading.Correction {
		a.Corrections, a.Corrected, a.OrganizerUnit = db.Texts{"特种作业人员证书复印件不清晰", "自评报告缺少评审人员签名页"}, true, offices[grading.Organizer].unit
		return append(all, gradingStage{in - 3, grading.AskCorrection, grading.Correction, grading.Organizer, "请按清单补正", grading.Detail{List: a.Corrections}})
	}
	a.AcceptedOn, a.OrganizerUnit = ago(in-2), offices[grading.Organizer].unit
	all = append(all, gradingStage{in - 2, grading.Accept, grading.Accepted, grading.Organizer, "材料齐全，予以受理", grading.Detail{}})
	if x.state == grading.Accepted {
		return all
	}
	decider := grading.Organizer
	if a.AuthorityLevel != a.OrganizerLevel {
		decider = grading.Authority
		a.EndorsedOn = ago(in - 5)
		all = append(all, gradingStage{in - 5, grading.Endorse, grading.Accepted, grading.Organizer, "申请条件符合，同意上报", grading.Detail{}})
	}
	a.ConfirmedOn, a.AuthorityUnit = ago(in-7), offices[decider].unit
	all = append(all, gradingStage{in - 7, grading.Confirm, grading.Confirmed, decider, "同意组织现场评审", grading.Detail{}})
	return append(all, b.reviewedCourse(a, x, n, offices, decider)...)
}

func (b *builder) reviewedCourse(a *grading.Application, x applied, n int, offices map[grading.Side]office, decider grading.Side) []gradingStage {
	ago := func(n int) day.Date { return b.today.AddDays(-n) }
	in, agency := x.ago, offices[grading.Reviewer]
	a.ReviewOrganisationID, a.ReviewUnit, a.SiteFrom, a.SiteUntil = agency.org, agency.unit, ago(in-9), ago(in-30)
	all := []gradingStage{{in - 9, grading.Assign, grading.Confirmed, decider, "", grading.Detail{Unit: agency.unit, From: a.SiteFrom.String(), Until: a.SiteUntil.String()}}}
	if x.state == grading.Confirmed {
		return all
	}
	a.SiteReportedOn, a.Reached, a.ReviewScore, a.Conclusion = ago(in-20), a.Level, int32(8150+40*max(n, 0)), "经现场评审，企业安全管理体系运行有效，存在不符合项，整改验证合格后达到申请等级要求。"
	report := grading.Detail{Level: a.Level, Score: a.ReviewScore, Issues: 3}
	if x.state == grading.NotPassed {
		a.Reached, a.ReviewScore, a.Conclusion, report.Level = "", 5680, "现场评审得分 56.80，未达到三级要求。", ""
		a.EndReason, a.EndedOn, a.BarredUntil = a.Conclusion, a.SiteReportedOn, a.SiteReportedOn.AddYears(1)
		return append(all, gradingStage{in - 20, grading.Report, grading.NotPassed, grading.Reviewer, a.Conclusion, grading.Detail{Score: a.ReviewScore}})
	}
	all = append(all, gradingStage{in - 20, grading.Report, grading.SiteReported, grading.Reviewer, a.Conclusion, report}, gradingStage{in - 20, grading.HandOver, grading.Rectifying, grading.Reviewer, "", grading.Detail{Issues: 3}})
	if x.state == grading.Rectifying {
		return all
	}
	a.RectifiedOn, a.CheckedOn, a.ListedOn = ago(in-38), ago(in-42), ago(in-42)
	all = append(all, gradingStage{in - 38, grading.AskCheck, grading.RectifyCheck, grading.Firm, "全部整改完成", grading.Detail{}}, gradingStage{in - 42, grading.PassCheck, grading.Listed, grading.Reviewer, "整改到位", grading.Detail{}})
	public := map[int]int{-1: in - 44, 5: 4, 6: 2, 7: 18}[n]
	a.PublicFrom, a.PublicUntil, a.PublicAt = ago(public), calendar.China().Ahead(ago(public), 8), "应急管理局门户网站"
	all = append(all, gradingStage{public, grading.Publicize, grading.Publicity, decider, "", grading.Detail{From: a.PublicFrom.String(), Until: a.PublicUntil.String()}})
	if x.state == grading.Achieved {
		a.Objections, a.AnnouncedOn, a.EndedOn, a.NoticeNo = 1, ago(in-60), ago(in-60), fmt.Sprintf("永应急公告〔%d〕6号", ago(in-60).Year())
		all = append(all, gradingStage{in - 46, grading.Object, grading.Objection, grading.Anybody, "", grading.Detail{}}, gradingStage{in - 50, grading.Verify, grading.Objection, decider, "", grading.Detail{Verdict: grading.Dismissed}},
			gradingStage{in - 60, grading.Announce, grading.Achieved, decider, "", grading.Detail{Notice: a.NoticeNo, Level: a.Level}})
	}
	if x.state == grading.Objection {
		a.Objections, a.ObjectionsOpen = 1, 1
		all = append(all, gradingStage{1, grading.Object, grading.Objection, grading.Anybody, "", grading.Detail{}})
	}
	return all
}

// keepApplication writes an application, its steps, team, findings, objections and what falls due.
func (b *builder) keepApplication(a *grading.Application, stages []gradingStage, head *worker, offices map[grading.Side]office) error {
	last := stages[len(stages)-1]
	a.State, a.SinceOn, a.Steps, a.ChangedAt = last.to, b.today.AddDays(-last.ago), int32(len(stages)), at(b.today.AddDays(-last.ago), 10, 30)
	a.Reckon(calendar.China())
	if err := b.tx.WithContext(b.ctx).Create(a).Error; err != nil {
		return err
	}
	var from grading.State
	rows := make([]grading.Step, len(stages))
	for i, s := range stages {
		by := office{head.who(), a.CompanyName}
		if s.side != grading.Firm {
			by = offices[s.side]
		}
		on := b.today.AddDays(-s.ago)
		rows[i] = grading.Step{
			CompanyID: a.CompanyID, RegionPath: a.RegionPath, OversightLine: a.OversightLine, ApplicationID: a.ID, N: int32(i + 1), Event: s.event, FromState: from, ToState: s.to, At: at(on, 10, i), HappenedOn: on,
			Side: s.side, PersonID: by.person, OrganisationID: by.org, ActorName: by.name, Organisation: by.unit, Note: s.note, Detail: db.JSON[grading.Detail]{V: s.d}, Files: db.Ints{},
		}
		from = s.to
	}
	if err := fill(b.ctx, b.tx, rows); err != nil {
		return err
	}
	if err := b.reviewers(a); err != nil {
		return err
	}
	return due.PutAt(b.ctx, b.tx, rbac.Home{CompanyID: a.CompanyID, RegionPath: a.RegionPath, Line: a.OversightLine}, a.Items())
}

// reviewers writes the review team with its days, what it found, and objections.
func (b *builder) reviewers(a *grading.Application) error {
	if a.ReviewOrganisationID == nil {
		return nil
	}
	declared := a.SiteFrom
	if a.State == grading.Confirmed {
		declared = day.Date{}
	}
	team := []grading.Member{{Name: "江思平", Leads: true}, {Name: "骆文华"}, {Name: "应建国"}}
	for i := range team {
		m := &team[i]
		m.CompanyID, m.RegionPath, m.OversightLine, m.ApplicationID, m.OrganisationID, m.DeclaredOn = a.CompanyID, a.RegionPath, a.OversightLine, a.ID, *a.ReviewOrganisationID, declared
	}
	if err := fill(b.ctx, b.tx, team); err != nil {
		return err
	}
	closes := a.SiteReportedOn
	if a.State == grading.Confirmed {
		closes = a.SiteUntil
	}
	if err := b.letIn(a, closes); err != nil || a.SiteReportedOn.IsZero() {
		return err
	}
	passed := true
	var issues []grading.Issue
	for i, what := range []string{"安全生产目标未逐级分解到班组", "仓库消防通道堆放货物", "叉车日常检查记录不连续"} {
		x := grading.Issue{
			CompanyID: a.CompanyID, RegionPath: a.RegionPath, OversightLine: a.OversightLine, ApplicationID: a.ID, OrganisationID: *a.ReviewOrganisationID, N: int16(i + 1), What: what, Demand: "限期整改并提供佐证", Files: db.Ints{},
		}
		if !a.RectifiedOn.IsZero() || i == 0 {
			x.Measure, x.DoneOn = "已按要求整改，见佐证材料", a.SiteReportedOn.AddDays(6)
		}
		if !a.CheckedOn.IsZero() {
			x.Passed, x.Verdict = &passed, "整改到位"
		}
		issues = append(issues, x)
	}
	if a.State == grading.NotPassed {
		issues = nil
	}
	if err := fill(b.ctx, b.tx, issues); err != nil || a.Objections == 0 {
		return err
	}
	p := grading.Protest{
		CompanyID: a.CompanyID, RegionPath: a.RegionPath, OversightLine: a.OversightLine, ApplicationID: a.ID, At: at(b.today.AddDays(-1), 15, 20), Text: "该公司仓库夜间仍在消防通道堆放货物，与评审结论不符，请核实。", Name: "周边群众",
		Contact: "19900000001",
	}
	if a.State == grading.Achieved {
		p.At, p.Verdict, p.Finding, p.VerifiedOn, p.VerifiedBy = at(a.PublicFrom.AddDays(2), 9, 40), grading.Dismissed, "经现场核实，情况不属实。", a.PublicFrom.AddDays(6), b.names["county"]
	}
	return fill(b.ctx, b.tx, []grading.Protest{p})
}

// letIn writes the days on which the review agency saw the company.
func (b *builder) letIn(a *grading.Application, closes day.Date) error {
	return b.tx.WithContext(b.ctx).Exec("INSERT INTO grading_access (company_id, region_path, oversight_line, organisation_id, opens_on, closes_on) VALUES (?, ?, ?, ?, ?, ?)",
		int64(a.CompanyID), a.RegionPath, a.OversightLine, int64(*a.ReviewOrganisationID), a.SiteFrom, closes).Error
}
