package city

import (
	"slices"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/modules/due"
	"anbiao/modules/hazard"
	"anbiao/modules/listing"
	"anbiao/rbac"
)

// watched is a listing of the demo: how far it came, in days from today.
type watched struct {
	found, listed, finish int
	state                 listing.State
	reports               []int // days ago
	ending                ending
	deadlineMoved         int // by an extension granted, in days
	phrase                phrase
	category              string
}

// stage is one step of a listing, some days ago.
type stage struct {
	ago   int
	event listing.Event
	to    listing.State
	firm  bool
	note  string
	d     listing.Detail
}

// seen is a story of a major hazard with what became of its listing.
type seen struct {
	*story
	x watched
	l listing.Listing
}

// menace tells the stories of the major hazards that are listed, before the ledger is written: one of the worked company, whose
// principal has still to sign for the notice, and others in every state, one with a report of progress overdue.
func (b *builder) menace() error {
	var body struct {
		ID   int64
		Name string
		Who  string
	}
	err := b.tx.WithContext(b.ctx).Raw("SELECT o.id, o.name, p.name AS who FROM account_person p JOIN account_membership m ON m.person_id = p.id JOIN account_organisation o ON o.id = m.organisation_id WHERE p.login = 'county'").Scan(&body).Error
	if err != nil {
		return err
	}
	b.office = body.Name
	b.officer = who{kind: rbac.Regulator, name: body.Who, person: some(b.login["county"]), org: some(id.Of[id.Organisation](body.ID))}
	dust := phrase{"抛光车间除尘系统未设置泄爆和隔爆装置，粉尘仓未清灰", "加装泄爆片和隔爆阀，建立清灰制度"}
	gas := phrase{"喷涂车间可燃气体报警与排风未联锁，报警器失效", "更换报警器并恢复联锁，请机构检测"}
	furnace := phrase{"熔炼炉倾动机构无应急冷却水，炉坑内有积水", "增设应急水源并治理炉坑渗水"}
	space := phrase{"污水池有限空间未设警示，作业无气体检测和监护", "设置警示和围护，配检测仪并培训监护人"}
	for i, x := range []watched{
		{18, 6, 60, listing.Listed, nil, rectifying, 0, phrase{}, ""},
		{152, 140, 40, listing.PlanFiled, nil, rectifying, 0, dust, "B02"},
		{128, 118, 9, listing.ExtensionAsked, []int{30}, rectifying, 0, gas, "B02"},
		{96, 88, 12, listing.AcceptanceAsked, []int{8}, reviewing, 0, space, "B08"},
		{215, 205, -12, listing.Escalated, []int{120, 35}, rectifying, 0, furnace, "B01"},
		{190, 180, -40, listing.Published, []int{95}, closed, 30, space, "B08"},
		{70, 62, 55, listing.InProgress, []int{6}, rectifying, 0, dust, "B02"},
	} {
		s := b.worst()
		if i > 0 {
			s = b.danger(b.others()[i-1], x)
		}
		if err := b.order(s, x); err != nil {
			return err
		}
	}
	return nil
}

// watch writes the listings, once the ledger has their hazards.
func (b *builder) watch() error {
	for _, one := range b.watched {
		if err := b.listed(one); err != nil {
			return err
		}
	}
	return nil
}

// worst is the major hazard of the worked company that is being put right.
func (b *builder) worst() *story {
	f := b.index["safety"]
	i := slices.IndexFunc(f.found, func(s *story) bool { return s.Level == hazard.Major && s.ReviewedOn.IsZero() })
	return f.found[i]
}

// others are the companies of the county besides the worked one that somebody has signed in for.
func (b *builder) others() (out []*firm) {
	for i, f := range b.firms {
		if i > 0 && f.activated && len(f.staff) > 1 && f.RegionPath[:6] == "330784" && f != b.index["micro"] && f != b.index["other-safety"] {
			out = append(out, f)
		}
	}
	return out
}

// danger tells the story of a major hazard that was listed.
func (b *builder) danger(f *firm, x watched) *story {
	found := b.today.AddDays(-x.found)
	p := plot{
		firm: f, by: f.staff[0], owner: f.staff[1], boss: f.staff[0], at: at(found, 9, 20), phrase: x.phrase, place: "生产车间", source: hazard.Snap, category: x.category,
		clause: "工贸企业重大事故隐患判定标准（应急管理部令第10号）", level: hazard.Major, deadline: b.today.AddDays(x.finish), ending: x.ending, officer: &b.officer,
		fixedOn: b.today.AddDays(min(x.finish, 0) - 16),
	}
	if x.ending == rectifying {
		p.officer = nil // he found nothing; he only passes it
	}
	s := b.tell(p)
	f.found = append(f.found, s)
	return s
}

// oversee notes a step that leaves the hazard's state as it was, among those of its time; what names a later step by its
// number moves with it.
func (s *story) oversee(e hazard.Event, t time.Time, by who, note string) {
	i := len(s.steps)
	for i > 0 && s.steps[i-1].At.After(t) {
		i--
	}
	step := *s.steps[i-1]
	step.Event, step.FromState, step.At, step.Note, step.Detail = e, step.ToState, t, note, db.JSON[hazard.Detail]{}
	step.ActorKind, step.PersonID, step.StaffID, step.OrganisationID, step.ActorName = string(by.kind), by.person, by.staff, by.org, by.name
	step.N++
	for _, after := range s.steps[i:] {
		after.N++
	}
	for n := range s.photos {
		if s.photos[n].step >= i {
			s.photos[n].step++
		}
	}
	if c := s.cure; c != nil {
		move := func(n *int32) {
			if *n >= step.N {
				*n++
			}
		}
		for n := range c.told {
			move(&c.told[n].Step)
		}
		for n := range c.stages {
			move(&c.stages[n].Step)
		}
		for n := range c.judged {
			move(&c.judged[n].Step)
		}
		for n := range c.papers {
			move(&c.papers[n].Step)
		}
	}
	s.steps = slices.Insert(s.steps, i, &step)
	s.Steps++
}

// order makes the notice of a hazard, and what the ledger says of it.
func (b *builder) order(s *story, x watched) error {
	f := b.firmOf(s)
	l := listing.Listing{
		CompanyID: s.CompanyID, RegionPath: s.RegionPath, OversightLine: s.OversightLine, CompanyName: f.Name, HazardText: s.Description, HazardPlace: s.Place,
		Profile: "ningbo", ProfileVersion: "2026.1", Level: "county", State: listing.Listed, OrganisationID: *b.officer.org, NumberPrefix: "永应急挂督", ListingGov: "永康市人民政府", ListingDept: b.office,
		Signatory: "陈国强", Requirement: "停用存在隐患的设备设施，按治理方案限期治理，治理期间落实现场监护，未经验收合格不得恢复使用。", StopWork: "partial",
		ListedOn: b.today.AddDays(-x.listed), ListedBy: b.officer.name, DeliveredBy: b.officer.name, DeliveredOn: b.today.AddDays(1 - x.listed),
	}
	l.PlanBy, l.FinishFirst = l.ListedOn.AddDays(15), b.today.AddDays(x.finish-x.deadlineMoved)
	l.FinishBy, l.NumberYear = l.FinishFirst.AddDays(x.deadlineMoved), int16(l.ListedOn.Year())
	if err := b.tx.WithContext(b.ctx).Raw("SELECT listing_number(?, ?)", int64(l.OrganisationID), l.NumberYear).Scan(&l.NumberSeq).Error; err != nil {
		return err
	}
	s.ListedOn, s.ListedLevel, s.Deadline = l.ListedOn, l.Level, l.FinishBy
	s.oversee(hazard.List, at(l.ListedOn, 10, 0), b.officer, l.Number())
	if x.state == listing.Published {
		s.DelistedOn = b.today.AddDays(-50)
		s.oversee(hazard.Delist, at(s.DelistedOn, 16, 0), b.officer, l.Number())
	}
	b.watched = append(b.watched, &seen{s, x, l})
	return nil
}

// listed writes a listing and its steps.
func (b *builder) listed(one *seen) error {
	l := &one.l
	l.HazardID, l.HazardNumber = one.ID, one.Number
	steps := b.story(l, one.x, b.firmOf(one.story), b.officer)
	l.Steps, l.ChangedAt = int32(len(steps)), steps[len(steps)-1].At
	if err := b.tx.WithContext(b.ctx).Create(l).Error; err != nil {
		return err
	}
	for i := range steps {
		steps[i].ListingID = l.ID
	}
	if err := b.tx.WithContext(b.ctx).Create(&steps).Error; err != nil {
		return err
	}
	return due.PutAt(b.ctx, b.tx, rbac.Home{CompanyID: l.CompanyID, RegionPath: l.RegionPath, Line: l.OversightLine}, l.Items())
}

func (b *builder) firmOf(s *story) *firm {
	return b.firms[slices.IndexFunc(b.firms, func(f *firm) bool { return f.CompanyID == s.CompanyID })]
}

// story makes the steps of a listing and what they leave in its row.
func (b *builder) story(l *listing.Listing, x watched, f *firm, officer who) []listing.Step {
	ago := func(n int) day.Date { return b.today.AddDays(-n) }
	all := []stage{
		{x.listed, listing.List, listing.Listed, false, "", listing.Detail{Level: l.Level, PlanBy: l.PlanBy.String(), FinishBy: l.FinishFirst.String()}},
		{x.listed - 1, listing.Deliver, listing.Listed, false, "当面送达", listing.Detail{By: officer.name}},
		{x.listed - 2, listing.Announce, "", false, "", listing.Detail{Medium: "市应急管理局门户网站"}},
	}
	l.AnnouncedOn = ago(x.listed - 2)
	if x.state != listing.Listed {
		l.ReceivedOn, l.ReceivedBy, l.PlanFiledOn = ago(x.listed-2), f.staff[0].Name, ago(x.listed-12)
		all = append(all, stage{x.listed - 2, listing.Receive, listing.Served, true, "", listing.Detail{By: l.ReceivedBy}},
			stage{x.listed - 12, listing.FilePlan, listing.PlanFiled, true, "治理方案已由主要负责人签字", listing.Detail{}})
	}
	var days []day.Date
	for i, n := range x.reports {
		l.DoneShare, l.SpentFen, l.ProgressOn = int16(40+25*i), fen.Amount(2_600_000+1_400_000*i), ago(n)
		days = append(days, ago(n))
		all = append(all, stage{n, listing.Progress, listing.InProgress, true, "设备已到货，正在安装调试", listing.Detail{DoneShare: l.DoneShare, SpentFen: l.SpentFen}})
	}
	all = append(all, b.last(l, x)...)
	l.State = x.state
	for _, q := range listing.Quarters(l.Terms().Progress(l.ReceivedOn, l.FinishBy), days) {
		if q.FiledOn.IsZero() && !l.Ended() {
			l.ProgressDueOn = q.DueOn
			break
		}
	}
	slices.SortStableFunc(all, func(p, q stage) int { return q.ago - p.ago })
	state := listing.State("")
	out := make([]listing.Step, len(all))
	for i, m := range all {
		by, to := officer, m.to
		if m.firm {
			by = f.staff[0].who()
		}
		if to == "" {
			to = state
		}
		out[i] = listing.Step{
			CompanyID: l.CompanyID, RegionPath: l.RegionPath, OversightLine: l.OversightLine, N: int32(i + 1), Event: m.event, FromState: state, ToState: to, At: at(ago(m.ago), 10, i),
			HappenedOn: ago(m.ago), ActorKind: string(by.kind), PersonID: by.person, OrganisationID: by.org, ActorName: by.name, Note: m.note, Detail: db.JSON[listing.Detail]{V: m.d}, Files: db.Ints{},
		}
		state = to
	}
	return out
}

// last are the steps in which a listing ends, as far as it came.
func (b *builder) last(l *listing.Listing, x watched) []stage {
	two := []string{"钱立新", "徐志明"}
	ago := func(n int) day.Date { return b.today.AddDays(-n) }
	switch x.state {
	case listing.ExtensionAsked:
		l.ExtensionAskedOn, l.ExtensionUntil, l.ExtensionStanding = ago(2), l.FinishBy.AddDays(45), "in_window"
		return []stage{{2, listing.AskExtension, listing.ExtensionAsked, true, "联锁控制柜定制周期延长，预计下月到货", listing.Detail{Until: l.ExtensionUntil.String(), Standing: "in_window", Protection: "喷涂线停用，断电挂牌，专人看护"}}}
	case listing.AcceptanceAsked:
		l.AcceptanceAskedOn = ago(3)
		return []stage{{3, listing.AskAcceptance, listing.AcceptanceAsked, true, "已按方案完成治理并通过自评", listing.Detail{}}}
	case listing.Escalated:
		l.AcceptanceAskedOn, l.FailedOn = ago(16), ago(11)
		return []stage{
			{16, listing.AskAcceptance, listing.AcceptanceAsked, true, "申请验收", listing.Detail{}},
			{11, listing.Fail, listing.Failed, false, "应急水源未通水试验，炉坑仍有渗水", listing.Detail{Officers: two}},
			{9, listing.Escalate, listing.Escalated, false, "逾期未完成治理", listing.Detail{Interview: ago(6).String(), Penalty: "责令停产停业整顿"}},
		}
	case listing.Published:
		l.ExtensionAskedOn, l.ExtensionUntil, l.ExtensionStanding, l.Extensions = ago(85), l.FinishBy, "in_window", 1
		l.AcceptanceAskedOn, l.PassedOn, l.DelistedOn, l.PublishedOn, l.DoneShare = ago(55), ago(52), ago(50), ago(47), 100
		return []stage{
			{85, listing.AskExtension, listing.ExtensionAsked, true, "施工受雨季影响", listing.Detail{Until: l.FinishBy.String(), Standing: "in_window", Protection: "池口加盖上锁"}},
			{81, listing.Grant, listing.InProgress, false, "同意延期", listing.Detail{FinishBy: l.FinishBy.String()}},
			{55, listing.AskAcceptance, listing.AcceptanceAsked, true, "治理完成，申请验收", listing.Detail{}},
			{52, listing.Pass, listing.Passed, false, "现场核查合格", listing.Detail{Officers: two}},
			{50, listing.Delist, listing.Delisted, false, "予以摘牌", listing.Detail{}},
			{47, listing.Publish, listing.Published, false, "", listing.Detail{Medium: "市应急管理局门户网站"}},
		}
	default:
		return nil
	}
}
