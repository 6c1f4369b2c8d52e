package city

import (
	"fmt"
	"slices"

	"github.com/google/uuid"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/modules/award"
	"anbiao/modules/company"
	"anbiao/modules/due"
)

// honour is a level of the demo, with what happened to it.
type honour struct {
	award.Award
	steps []*award.Step
	fall  *award.Revocation
}

// honours writes the certificates of the demo, each with a number of its own.
type honours struct {
	*builder
	d       dice
	serials map[string]int
	all     []*honour
}

// award gives levels to companies by their size: most hold what they were given in the last three years, some are near the end,
// some let it lapse, a few lost it. The worked company's ends in a hundred days.
func (b *builder) award() error {
	h := &honours{builder: b, d: newDice(seed, streamAwards), serials: map[string]int{}}
	taken := map[*firm]bool{}
	for _, f := range b.index {
		taken[f] = true // companies that somebody signs in for begin without
	}
	worked := b.index["safety"]
	own := h.give(worked, "pass", b.today.AddDays(75).AddYears(-3))
	share := map[company.Size]int{company.Large: 92, company.Medium: 80, company.Small: 34, company.Micro: 5}
	for _, f := range b.firms {
		if taken[f] || !h.d.of(share[f.SizeClass]) {
			continue
		}
		level := "pass"
		switch {
		case f.SizeClass == company.Large || (f.SizeClass == company.Medium && h.d.of(25)):
			level = "2"
		case f.SizeClass == company.Medium || f.AboveScale || h.d.of(30):
			level = "3"
		}
		switch n := h.d.IntN(100); {
		case n < 66:
			h.give(f, level, b.today.AddDays(-h.d.between(5, 960)))
		case n < 76:
			h.give(f, level, b.today.AddYears(-3).AddDays(h.d.between(3, 85)))
		case n < 90:
			h.give(f, level, b.today.AddYears(-3).AddDays(-h.d.between(5, 420)))
		case n < 94:
			h.take(h.give(f, level, b.today.AddDays(-h.d.between(300, 800))))
		default:
			h.renew(f, level)
		}
	}
	if err := h.write(); err != nil {
		return err
	}
	return b.filedOnPaper(own)
}

// give makes a certificate announced on a day.
func (h *honours) give(f *firm, level string, on day.Date) *honour {
	r := award.Newest()
	until := r.Until(on)
	a := award.Award{
		CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, PublicID: uuid.UUID{}, USCC: f.USCC, Industry: f.Industry, Speciality: award.SpecialityOf(f.Industry),
		Level: level, LevelName: award.LevelNames[level], State: award.InForce, StateOn: on, Source: award.FromPaper, Score: -1, Authority: h.body(f, level),
		AuthorityLevel: r.AuthorityOf(level, f.RegionPath), OrganisationID: h.officer.org, OrganizingUnit: h.office, ReviewUnit: "浙江安评技术服务有限公司", AnnouncedOn: on, ValidUntil: until, WindowOn: r.Opens(until),
		NoticeNo: fmt.Sprintf("应急公告〔%d〕%d号", on.Year(), h.d.between(1, 40)), Rules: r.Version, Missed: db.Shorts{}, EnteredOn: h.today.AddDays(-30),
	}
	if on.After(a.EnteredOn) {
		a.EnteredOn = on
	}
	a.Named(f.Name)
	for i := range a.PublicID {
		a.PublicID[i] = byte(h.d.IntN(256))
	}
	a.PublicID[6], a.PublicID[8] = a.PublicID[6]&0x0f|0x40, a.PublicID[8]&0x3f|0x80 // a random one, version 4
	a.CheckCode = fmt.Sprintf("%08d", h.d.IntN(100_000_000))
	prefix := r.Prefix(f.RegionPath, a.Speciality, level, on.Year())
	h.serials[prefix]++
	a.CertificateNo = fmt.Sprintf("%s%05d", prefix, h.serials[prefix])
	one := &honour{Award: a}
	one.State = a.On(h.today)
	for _, d := range r.Yearly(on, until) {
		if one.Holds(h.today) && one.YearlyDueOn.IsZero() && !d.Before(h.today) {
			one.YearlyDueOn = d
		}
	}
	h.step(one, award.Entered, a.EnteredOn, award.Detail{NoticeNo: a.NoticeNo, Until: until.String()})
	if one.State == award.RenewalDue {
		one.StateOn = a.WindowOn
	}
	if one.State == award.Expired {
		one.StateOn = until.AddDays(1)
	}
	if one.State == award.Expired && one.EnteredOn.Before(one.StateOn) {
		h.step(one, award.Lapsed, one.StateOn, award.Detail{})
	}
	h.all = append(h.all, one)
	return one
}

// body is who awards a level.
func (h *honours) body(f *firm, level string) string {
	switch level {
	case "1":
		return "应急管理部"
	case "2":
		return "浙江省应急管理厅"
	case "3":
		return "金华市应急管理局"
	}
	if f.RegionPath[:6] == h.firms[0].RegionPath[:6] {
		return h.office
	}
	return "金华市应急管理局"
}

func (h *honours) step(one *honour, e award.Event, on day.Date, d award.Detail) {
	one.Steps++
	s := &award.Step{
		CompanyID: one.CompanyID, RegionPath: one.RegionPath, OversightLine: one.OversightLine, Event: e, ToState: one.State, At: at(on, 9, 30), HappenedOn: on, ActorKind: "system",
		Detail: db.JSON[award.Detail]{V: d}, Files: db.Ints{},
	}
	if e != award.Lapsed {
		s.ActorKind, s.PersonID, s.OrganisationID, s.ActorName = string(h.officer.kind), h.officer.person, h.officer.org, h.officer.name
	}
	one.steps, one.ChangedAt = append(one.steps, s), s.At
}

// take revokes a level, some months ago.
func (h *honours) take(one *honour) {
	r := award.Newest()
	reason := pick(h.d, []string{"death", "major_hazard_open", "not_operated", "concealed"})
	proposed := h.today.AddDays(-h.d.between(25, 280))
	decided := proposed.AddDays(12)
	one.EnteredOn = day.Earlier(one.EnteredOn, proposed.AddDays(-60))
	one.steps[0].HappenedOn, one.steps[0].At = one.EnteredOn, at(one.EnteredOn, 9, 30)
	one.fall = &award.Revocation{
		CompanyID: one.CompanyID, RegionPath: one.RegionPath, OversightLine: one.OversightLine, State: award.CaseRevoked, Reasons: db.Texts{reason}, Facts: db.JSON[[]award.Fact]{V: []award.Fact{}},
		Note: "经核查属实", OrganisationID: *h.officer.org, ProposedOn: proposed, ProposedBy: h.officer.name, StatementDueOn: proposed.AddDays(7), DecidedOn: decided, DecidedBy: h.officer.name,
		Opinion: "依据定级办法撤销等级", BarredUntil: decided.AddMonths(r.BarMonths), NoticeNo: fmt.Sprintf("应急撤销公告〔%d〕%d号", decided.Year(), h.d.between(1, 12)), AnnouncedOn: decided.AddDays(2), Medium: "应急管理局网站",
		CertificateOn: decided.AddDays(9), PlaqueOn: decided.AddDays(9),
	}
	h.step(one, award.Proposed, proposed, award.Detail{Reasons: []string{reason}, Until: one.fall.StatementDueOn.String()})
	one.State, one.StateOn, one.RevokedOn, one.Reason, one.YearlyDueOn = award.Revoked, decided, decided, reason, day.Date{}
	h.step(one, award.Revoke, decided, award.Detail{Reasons: []string{reason}, Until: one.fall.BarredUntil.String()})
	h.step(one, award.Announced, one.fall.AnnouncedOn, award.Detail{NoticeNo: one.fall.NoticeNo, Medium: one.fall.Medium})
	h.step(one, award.Collected, one.fall.PlaqueOn, award.Detail{What: []string{"certificate", "plaque"}})
}

// renew gives a level and, at its end, the next.
func (h *honours) renew(f *firm, level string) {
	first := h.give(f, level, h.today.AddYears(-4).AddDays(-h.d.between(0, 200)))
	next := h.give(f, level, day.Earlier(first.ValidUntil.AddDays(-20), h.today.AddDays(-5)))
	first.State, first.StateOn = award.Replaced, next.AnnouncedOn
	first.steps = first.steps[:1]
	first.Steps = 1
}

// write stores the certificates with what happened to them, and where the numbers have come to.
func (h *honours) write() error {
	awards, bars := make([]*award.Award, len(h.all)), []*award.Bar{}
	for i, one := range h.all {
		awards[i] = &one.Award
	}
	if err := fillRefs(h.ctx, h.tx, awards); err != nil {
		return err
	}
	var steps []*award.Step
	var falls []*award.Revocation
	var items []due.Placed
	for _, one := range h.all {
		for _, s := range one.steps {
			s.AwardID = one.ID
		}
		steps = append(steps, one.steps...)
		if one.fall != nil {
			one.fall.AwardID = one.ID
			falls = append(falls, one.fall)
			bars = append(bars, &award.Bar{
				CompanyID: one.CompanyID, RegionPath: one.RegionPath, OversightLine: one.OversightLine, AwardID: &one.ID, SinceOn: one.fall.DecidedOn, UntilOn: one.fall.BarredUntil, Reason: one.Reason,
				OrganisationID: h.officer.org, MadeBy: h.officer.name, At: at(one.fall.DecidedOn, 9, 30),
			})
		}
		for _, i := range one.Items(h.today) {
			if !i.Item.On.IsZero() {
				items = append(items, due.Placed{Home: i.Home, Item: i.Item})
			}
		}
	}
	if err := fillRefs(h.ctx, h.tx, steps); err != nil {
		return err
	}
	if err := fillRefs(h.ctx, h.tx, falls); err != nil {
		return err
	}
	if err := fillRefs(h.ctx, h.tx, bars); err != nil {
		return err
	}
	if err := due.PutMany(h.ctx, h.tx, items); err != nil {
		return err
	}
	var prefixes db.Texts
	for p := range h.serials {
		prefixes = append(prefixes, p)
	}
	slices.Sort(prefixes)
	last := make(db.Ints, len(prefixes))
	for i, p := range prefixes {
		last[i] = int64(h.serials[p])
	}
	return h.tx.WithContext(h.ctx).Exec("INSERT INTO award_serial (prefix, last) SELECT * FROM unnest( ?::text[], ?::bigint[])", prefixes, last).Error
}

// filedOnPaper enters the first yearly self-evaluation of the worked company, from before it used the program; the two after it
// are in the program. A condition of its renewal is confirmed, and a change of name was taken back.
func (b *builder) filedOnPaper(own *honour) error {
	first := own.AnnouncedOn.AddYears(1).AddDays(-20)
	if err := fillRefs(b.ctx, b.tx, []*award.Filing{{
		CompanyID: own.CompanyID, RegionPath: own.RegionPath, OversightLine: own.OversightLine, AwardID: own.ID, N: 1, FiledOn: first, Note: "纸质自评报告存县局档案室",
		EnteredOn: b.today.AddDays(-28), EnteredBy: b.officer.name,
	}}); err != nil {
		return err
	}
	if err := fillRefs(b.ctx, b.tx, []*award.Confirmation{{
		CompanyID: own.CompanyID, RegionPath: own.RegionPath, OversightLine: own.OversightLine, AwardID: own.ID, Key: "no_expansion", Met: true, Note: "现场核对厂房和产线，与定级时一致",
		ConfirmedOn: b.today.AddDays(-12), ConfirmedBy: b.officer.name,
	}}); err != nil {
		return err
	}
	return fillRefs(b.ctx, b.tx, []*award.Rename{{
		CompanyID: own.CompanyID, RegionPath: own.RegionPath, OversightLine: own.OversightLine, AwardID: own.ID, State: award.Withdrawn, OldName: own.CompanyName, NewName: own.CompanyName + "（集团）",
		Reason: "拟变更登记", AskedOn: b.today.AddDays(-200), AskedBy: b.names["principal"], DecidedOn: b.today.AddDays(-190), DecidedBy: b.names["principal"],
	}})
}
