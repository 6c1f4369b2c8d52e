package city

import (
	"fmt"
	"time"

	"github.com/google/uuid"

	"anbiao/kit/calendar"
	"anbiao/kit/day"
	"anbiao/kit/db"
	item "anbiao/kit/due"
	"anbiao/kit/id"
	"anbiao/modules/account"
	"anbiao/modules/attachment"
	"anbiao/modules/due"
	"anbiao/modules/enrolment"
	"anbiao/modules/hazard"
	"anbiao/modules/visit"
	"anbiao/rbac"
)

// inspector is an officer of the county's body.
type inspector struct {
	id   id.Of[id.Person]
	name string
}

// supervise makes the year's plan of the county with its draw and visits, visits in every state, one of them unannounced and
// open, and orders that are overdue, asked for and re-inspected. Findings are hazards that the ledger has from regulators.
func (b *builder) supervise() error {
	var body struct {
		ID   id.Of[id.Organisation]
		Name string
	}
	err := b.tx.WithContext(b.ctx).Raw("SELECT o.id, o.name FROM account_person p JOIN account_membership m ON m.person_id = p.id JOIN account_organisation o ON o.id = m.organisation_id WHERE p.login = 'county'").Scan(&body).Error
	if err != nil {
		return err
	}
	team, err := b.colleagues(body.ID)
	if err != nil {
		return err
	}
	if err := b.yearPlan(body.ID, body.Name, team); err != nil {
		return err
	}
	return b.inspections(body.ID, body.Name, team)
}

// colleagues are the county's officers: the one who signs in and three more.
func (b *builder) colleagues(body id.Of[id.Organisation]) ([]inspector, error) {
	team := []inspector{{b.login["county"], officerOf("county")}}
	var people []*account.Person
	for i, name := range []string{"徐志明", "应晓东", "施敏"} {
		people = append(people, b.person(fmt.Sprintf("county-%d", i+2), name, phone(900+i)))
	}
	if err := fillRefs(b.ctx, b.tx, people); err != nil {
		return nil, err
	}
	var members []account.Membership
	for _, p := range people {
		team = append(team, inspector{p.ID, p.Name})
		members = append(members, account.Membership{PersonID: p.ID, Kind: rbac.Regulator, OrganisationID: some(body), Roles: db.Texts{"county"}, CreatedAt: b.tx.Now})
	}
	return team, fill(b.ctx, b.tx, members)
}

// yearPlan draws the county's plan of this year as the program does, and makes its visits; those of past months were made.
func (b *builder) yearPlan(body id.Of[id.Organisation], name string, team []inspector) error {
	county := town[:6]
	classes, err := enrolment.ClassesOf(b.ctx, b.tx, b.ids())
	if err != nil {
		return err
	}
	times := enrolment.Frequencies()
	times[""] = 20
	year := b.today.Year()
	made := at(day.Of(year, 1, 8), 9, 30)
	p := visit.Plan{
		OrganisationID: body, OrganisationName: name, Area: county, Year: int16(year), Title: fmt.Sprintf("%d年度安全生产监督检查计划", year), State: visit.PlanApproved, Rules: visit.InForce().Version,
		Times: db.JSON[map[string]int]{V: times}, FromMonth: 1, Seeds: db.Ints{int64(year)*10000 + 108}, DrawnAt: &made, DrawnBy: team[0].name, SubmittedAt: some(made.Add(time.Hour)),
		DecidedAt: some(made.Add(26 * time.Hour)), DecidedBy: team[1].name, Opinion: "同意，报市局备案", GeneratedAt: some(made.Add(27 * time.Hour)), MadeBy: team[0].name, MadeAt: made,
	}
	for _, o := range team {
		p.OfficerIDs, p.OfficerNames = append(p.OfficerIDs, int64(o.id)), append(p.OfficerNames, o.name)
	}
	var lots []visit.Candidate
	at := map[rbac.CompanyID]*firm{}
	for _, f := range b.firms {
		if f.RegionPath[:6] == county && f.Status == "active" {
			lots, at[f.CompanyID] = append(lots, visit.Candidate{CompanyID: f.CompanyID, Name: f.Name, Class: classes[f.CompanyID]}), f
		}
	}
	picks := visit.Draw(visit.Lots{Seed: p.Seeds[0], Times: times, KeyClasses: visit.InForce().Draw.KeyClasses, FromMonth: 1, Officers: p.OfficerIDs, Candidates: lots})
	for _, k := range picks {
		p.Candidates++
		if len(k.Months) > 0 {
			p.Drawn++
		}
		p.Visits += int32(len(k.Months))
		if k.Kind == visit.Random {
			p.RandomVisits += int32(len(k.Months))
		}
	}
	if err := fillRefs(b.ctx, b.tx, []*visit.Plan{&p}); err != nil {
		return err
	}
	var rows []*visit.Visit
	for i := range picks {
		picks[i].PlanID = p.ID
		for n, m := range picks[i].Months {
			rows = append(rows, b.drawnVisit(p, picks[i], n, int(m), at[picks[i].CompanyID]))
		}
	}
	if err := fill(b.ctx, b.tx, picks); err != nil {
		return err
	}
	if err := fillRefs(b.ctx, b.tx, rows); err != nil {
		return err
	}
	return b.ended(rows, at)
}

// ended closes those of the visits that are over.
func (b *builder) ended(rows []*visit.Visit, firms map[rbac.CompanyID]*firm) error {
	var over []*visit.Visit
	names := map[rbac.CompanyID]string{}
	for _, v := range rows {
		if v.State == visit.Closed {
			over, names[v.CompanyID] = append(over, v), firms[v.CompanyID].ContactName
		}
	}
	return b.sealed(over, names)
}

// drawnVisit is a visit of the plan: over where its month is, but for a few that are late.
func (b *builder) drawnVisit(p visit.Plan, k visit.Pick, n, month int, f *firm) *visit.Visit {
	first := day.Of(int(p.Year), time.Month(month), 1)
	v := b.visitOf(f, p.OrganisationID, p.OrganisationName, k.OfficerIDs[2*n:2*n+2], nil)
	for _, o := range v.OfficerIDs {
		for i, x := range p.OfficerIDs {
			if x == o {
				v.OfficerNames = append(v.OfficerNames, p.OfficerNames[i])
			}
		}
	}
	v.Kind, v.Announced, v.PlanID, v.PlanNo, v.Year, v.PlannedOn, v.DueOn, v.MadeAt, v.ChangedAt = k.Kind, true, some(p.ID), int16(n+1), p.Year, first, first.AddMonths(1).AddDays(-1), *p.GeneratedAt, *p.GeneratedAt
	if late := int(k.CompanyID)%11 == 0; v.DueOn.Before(b.today) && !late {
		b.over(v, first.AddDays(int(k.CompanyID)%25+1), fmt.Sprintf("检〔%d〕P%d-%d号", p.Year, k.CompanyID, n+1))
	}
	return v
}

// visitOf is a visit that is planned.
func (b *builder) visitOf(f *firm, body id.Of[id.Organisation], name string, officers db.Ints, names db.Texts) *visit.Visit {
	return &visit.Visit{
		CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, CompanyName: f.Name, OrganisationID: body, OrganisationName: name, Announced: true, State: visit.Planned,
		OfficerIDs: officers, OfficerNames: names, Items: db.JSON[[]visit.Item]{V: []visit.Item{}}, MadeBy: officerOf("county"),
	}
}

// over ends a visit with nothing found; sealed then puts the signatures in the place of the note.
func (b *builder) over(v *visit.Visit, d day.Date, number string) {
	start, end := at(d, 9, 30), at(d, 11, 10)
	v.State, v.RecordNumber, v.SetOutAt, v.ArrivedAt, v.EndedAt, v.RevealedAt = visit.Closed, number, some(start.Add(-30*time.Minute)), some(start), some(end), some(end)
	v.Situation, v.FirmRefused, v.RefusalNote, v.OfficerSignature, v.ChangedAt = "按检查项目逐项检查，现场未发现问题。", true, "待签", some(id.Of[id.Attachment](1)), end
}

func (b *builder) ids() []rbac.CompanyID {
	out := make([]rbac.CompanyID, len(b.firms))
	for i, f := range b.firms {
		out[i] = f.CompanyID
	}
	return out
}

// scene is a special visit of the demo, in days from today, and what became of the order that followed.
type scene struct {
	ago       int
	announced bool
	state     visit.State
	reason    string
	order     visit.OrderState // empty: none
	deadline  int              // in days from today
}

// inspections are special visits in every state; the first is the worked company's, with its hazards from regulators.
func (b *builder) inspections(body id.Of[id.Organisation], name string, team []inspector) error {
	scenes := []scene{
		{24, true, visit.Closed, "工贸企业粉尘涉爆专项检查", visit.OrderOpen, 6},
		{40, false, visit.Closed, "国庆前后四不两直暗访", visit.OrderOpen, -9},
		{55, true, visit.Closed, "有限空间专项检查", visit.Passed, -20},
		{33, true, visit.Closed, "举报：冲压设备无防护", visit.ReinspectionAsked, -2},
		{30, true, visit.Closed, "喷涂行业专项检查", visit.ExtensionAsked, 4},
		{-2, false, visit.Planned, "岁末年初暗访", "", 0},
		{0, true, visit.Onsite, "燃气使用专项检查", "", 0},
		{0, true, visit.Underway, "危化品使用专项检查", "", 0},
		{12, true, visit.Refused, "粉尘涉爆专项检查", "", 0},
		{8, true, visit.Cancelled, "金属熔融专项检查", "", 0},
	}
	firms := append([]*firm{b.index["safety"]}, b.others()...)
	for i, x := range scenes {
		if err := b.scene(body, name, team, firms[i*2%len(firms)], x, i); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) scene(body id.Of[id.Organisation], name string, team []inspector, f *firm, x scene, n int) error {
	d := b.today.AddDays(-x.ago)
	v := b.visitOf(f, body, name, db.Ints{int64(team[0].id), int64(team[1+n%3].id)}, db.Texts{team[0].name, team[1+n%3].name})
	v.Kind, v.Announced, v.Reason, v.CapReason, v.PlannedOn, v.DueOn, v.Year = visit.Special, x.announced, x.reason, "专项检查，按上级部署安排", d, d.AddDays(4), int16(d.Year())
	v.MadeAt, v.ChangedAt = at(d.AddDays(-3), 10, 0), at(d.AddDays(-3), 10, 0)
	switch x.state {
	case visit.Closed:
		b.over(v, d, fmt.Sprintf("检〔%d〕%d号", d.Year(), 9001+n))
		v.Situation, v.FirmPerson, v.FirmPost, v.Place = "查阅台账和持证资料，检查生产车间、危化品仓库和配电房，发现的问题已当场告知。", f.staff[0].Name, "主要负责人", "生产车间、仓库"
		v.Items.V = []visit.Item{{Code: "DST-01", Requirement: "除尘系统按规定清灰并有记录", Result: "bad"}, {Code: "MGT-01", Requirement: "主要负责人和安全管理人员持证", Result: "ok"}}
	case visit.Underway, visit.Onsite:
		v.State, v.SetOutAt, v.RevealedAt = x.state, some(b.tx.Now.Add(-50*time.Minute)), some(b.tx.Now.Add(-26*time.Hour))
		if x.state == visit.Onsite {
			v.ArrivedAt = some(b.tx.Now.Add(-20 * time.Minute))
		}
	case visit.Refused:
		b.over(v, d, fmt.Sprintf("检〔%d〕%d号", d.Year(), 9001+n))
		v.State, v.Situation, v.RefusalNote, v.OfficerSignature = visit.Refused, "", "门卫拒绝检查人员进入厂区，经出示证件和说明后仍拒绝", nil
	case visit.Cancelled:
		v.State, v.EndedAt = visit.Cancelled, some(at(d, 9, 0))
	case visit.Planned:
	default:
	}
	if err := fillRefs(b.ctx, b.tx, []*visit.Visit{v}); err != nil {
		return err
	}
	if x.state == visit.Closed {
		if err := b.sealed([]*visit.Visit{v}, map[rbac.CompanyID]string{f.CompanyID: f.staff[0].Name}); err != nil {
			return err
		}
	}
	return b.aftermath(v, f, x, n)
}

// sealed puts the signatures of both sides under records.
func (b *builder) sealed(list []*visit.Visit, names map[rbac.CompanyID]string) error {
	var marks []*attachment.File
	for _, v := range list {
		for i, name := range []string{v.OfficerNames[0], names[v.CompanyID]} {
			pic := b.strokes[(int(v.ID)+i)%len(b.strokes)]
			marks = append(marks, &attachment.File{
				CompanyID: v.CompanyID, RegionPath: v.RegionPath, OversightLine: v.OversightLine, ClientID: b.snaps.uuid(), Name: "signature.png", MediaType: "image/png", Bytes: pic.bytes, SHA256: pic.sum,
				Width: &pic.width, Height: &pic.height, UploadedAt: *v.EndedAt, UploadedPerson: v.OfficerIDs[0], UploadedName: name, OriginalKey: pic.stem + ".original", DisplayKey: pic.stem + ".display",
				ThumbKey: pic.stem + ".thumb", BoundNoun: some("visit"), BoundID: some(int64(v.ID)), BoundAt: v.EndedAt,
			})
		}
	}
	if err := fillRefs(b.ctx, b.tx, marks); err != nil {
		return err
	}
	var companies, ids, first, second db.Ints
	var people db.Texts
	for i, v := range list {
		companies, ids, people = append(companies, int64(v.CompanyID)), append(ids, int64(v.ID)), append(people, names[v.CompanyID])
		first, second = append(first, int64(marks[2*i].ID)), append(second, int64(marks[2*i+1].ID))
	}
	return b.tx.WithContext(b.ctx).Exec(`UPDATE visit v SET officer_signature = x.o, firm_signature = x.f, firm_refused = false, refusal_note = '', firm_person = x.who
		FROM unnest( ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::text[]) AS x(c, n, o, f, who) WHERE v.company_id = x.c AND v.id = x.n`, companies, ids, first, second, people).Error
}

// aftermath are the steps, findings and measures of a visit, and its order.
func (b *builder) aftermath(v *visit.Visit, f *firm, x scene, n int) error {
	steps := []*visit.Step{b.did(v, nil, "make", v.MadeAt, x.reason)}
	if v.ArrivedAt != nil {
		steps = append(steps, b.did(v, nil, "set_out", *v.SetOutAt, ""), b.did(v, nil, "arrive", *v.ArrivedAt, ""))
	}
	if x.state == visit.Refused {
		steps = append(steps, b.did(v, nil, "refuse", *v.EndedAt, v.RefusalNote))
	}
	if x.state == visit.Closed {
		steps = append(steps, b.did(v, nil, "close", *v.EndedAt, ""))
		found, err := b.findings(v, f, n)
		if err != nil {
			return err
		}
		o, err := b.orderOf(v, x, n, found)
		if err != nil {
			return err
		}
		steps = append(steps, b.did(v, &o.ID, "issue_order", o.MadeAt, o.Number))
		if !o.ReinspectedOn.IsZero() {
			steps = append(steps, b.did(v, &o.ID, "pass", at(o.ReinspectedOn, 15, 0), o.Opinion))
		}
	}
	return fillRefs(b.ctx, b.tx, steps)
}

func (b *builder) did(v *visit.Visit, o *id.Of[id.Order], event string, t time.Time, note string) *visit.Step {
	return &visit.Step{
		CompanyID: v.CompanyID, RegionPath: v.RegionPath, OversightLine: v.OversightLine, VisitID: some(v.ID), OrderID: o, Event: event, At: t, ActorKind: string(rbac.Regulator),
		PersonID: some(b.login["county"]), ActorName: officerOf("county"), Note: note,
	}
}

// known are findings that another company's ledger already has.
func known(f *firm, v *visit.Visit, one func(place, what, clause, level, category string, spot bool) *visit.Finding) (rows []*visit.Finding) {
	for _, s := range f.found {
		if len(rows) < 2 && s.FoundAt.Before(*v.EndedAt) && s.Description != "" {
			x := one(s.Place, s.Description, s.Clause, "general", s.Category, false)
			x.HazardID, x.HazardNumber = some(s.ID), s.Number
			rows = append(rows, x)
		}
	}
	return rows
}

// findings of a visit; those of the worked company stand in its ledger as found by a regulator.
func (b *builder) findings(v *visit.Visit, f *firm, n int) ([]*visit.Finding, error) {
	one := func(place, what, clause, level, category string, spot bool) *visit.Finding {
		return &visit.Finding{
			CompanyID: v.CompanyID, RegionPath: v.RegionPath, OversightLine: v.OversightLine, VisitID: some(v.ID), ClientID: uuid.NewSHA1(uuid.NameSpaceOID, fmt.Appendf(nil, "%d|%s", n, what)), Place: place,
			Description: what, Clause: clause, Level: level, Category: category, Photos: db.Ints{}, DueOn: day.In(*v.EndedAt, day.Shanghai).AddDays(20), OnSpot: spot, FoundBy: officerOf("county"), FoundAt: *v.ArrivedAt,
		}
	}
	rows := []*visit.Finding{one("配电房", "配电箱门未关闭，箱内有杂物", "GB 50054", "general", "B06", true)}
	for _, s := range f.found {
		if s.Source == hazard.ByRegulator && len(rows) < 4 {
			x := one(s.Place, s.Description, s.Clause, string(s.Level), s.Category, false)
			if x.Level != "major" {
				x.Level = "general"
			}
			x.HazardID, x.HazardNumber = some(s.ID), s.Number
			rows = append(rows, x)
		}
	}
	if len(rows) == 1 {
		rows = append(rows, known(f, v, one)...)
	}
	if len(rows) == 1 {
		rows = append(rows, one("生产车间", "特种作业人员未随身携带证件，部分设备无安全操作规程", "安全生产法第三十条", "general", "A05", true))
	}
	for i, x := range rows {
		x.N = int32(i + 1)
		v.Findings++
		if x.Level == "major" {
			v.Majors++
		}
	}
	if err := fillRefs(b.ctx, b.tx, rows); err != nil {
		return nil, err
	}
	m := visit.Measure{
		CompanyID: v.CompanyID, RegionPath: v.RegionPath, OversightLine: v.OversightLine, VisitID: v.ID, N: 1, Kind: "onsite_correct", Effect: "corrected", Content: "配电箱当场清理并关闭",
		FromAt: *v.ArrivedAt, MadeBy: officerOf("county"), MadeAt: *v.ArrivedAt,
	}
	if err := fill(b.ctx, b.tx, []visit.Measure{m}); err != nil {
		return nil, err
	}
	return rows, b.tx.WithContext(b.ctx).Exec("UPDATE visit SET findings = ?, majors = ? WHERE company_id = ? AND id = ?", v.Findings, v.Majors, int64(v.CompanyID), int64(v.ID)).Error
}

// orderOf is the order that followed a visit.
func (b *builder) orderOf(v *visit.Visit, x scene, n int, found []*visit.Finding) (*visit.Order, error) {
	issued, deadline := day.In(*v.EndedAt, day.Shanghai), b.today.AddDays(x.deadline)
	roll := func(d day.Date) day.Date {
		if r, err := calendar.China().Roll(d.AddDays(visit.InForce().Reinspection.WithinDays)); err == nil {
			return r
		}
		return day.Date{}
	}
	o := &visit.Order{
		CompanyID: v.CompanyID, RegionPath: v.RegionPath, OversightLine: v.OversightLine, CompanyName: v.CompanyName, VisitID: some(v.ID), OrganisationID: v.OrganisationID, OrganisationName: v.OrganisationName,
		Kind: visit.Ordered, Number: fmt.Sprintf("（永）应急责改〔%d〕%d号", issued.Year(), 101+n), State: x.order, IssuedOn: issued, DeadlineFirst: deadline, Deadline: deadline, RankOn: deadline,
		Requirement: "立即对检查发现的问题进行整改，整改期间落实防范措施，整改完成后申请复查。", AskedFiles: db.Ints{}, Reinspectors: db.Texts{}, ReinspectDueOn: roll(deadline),
		MadeBy: officerOf("county"), MadeAt: v.EndedAt.Add(5 * time.Hour), ChangedAt: v.EndedAt.Add(5 * time.Hour),
	}
	switch x.order {
	case visit.Passed:
		o.AskedOn, o.AskedNote, o.ReinspectedOn, o.RankOn = deadline.AddDays(-2), "已全部整改", deadline.AddDays(3), day.Of(9999, 12, 31)
		o.OpinionNumber, o.Opinion, o.Reinspectors = fmt.Sprintf("（永）应急复查〔%d〕%d号", issued.Year(), 61+n), "所列问题已整改到位", v.OfficerNames
	case visit.ReinspectionAsked:
		o.AskedOn, o.AskedNote, o.ReinspectDueOn = b.today.AddDays(-4), "已加装防护装置，申请复查", roll(b.today.AddDays(-4))
	case visit.ExtensionAsked:
		o.ExtensionOn, o.ExtensionUntil, o.ExtensionReason, o.ExtensionDueOn = b.today.AddDays(-1), deadline.AddDays(20), "防爆风机订货周期较长，已停用该喷涂线", b.today.AddDays(4)
	case visit.OrderOpen, visit.Failed:
	default:
	}
	if err := fillRefs(b.ctx, b.tx, []*visit.Order{o}); err != nil {
		return nil, err
	}
	for _, f := range found {
		if f.OnSpot {
			continue
		}
		if err := b.tx.WithContext(b.ctx).Exec("UPDATE visit_finding SET order_id = ? WHERE company_id = ? AND id = ?", int64(o.ID), int64(f.CompanyID), int64(f.ID)).Error; err != nil {
			return nil, err
		}
	}
	return o, due.PutAt(b.ctx, b.tx, rbac.Home{CompanyID: o.CompanyID, RegionPath: o.RegionPath, Line: o.OversightLine}, []item.Item{o.Item()})
}
