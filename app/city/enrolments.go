package city

import (
	"fmt"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/modules/enrolment"
	"anbiao/modules/oversight"
	"anbiao/rbac"
)

const cityPlan = "永康市安全生产标准化工作计划"

// enrol finds who must join, dates that back, and adds targets, amounts, claims, assessments and the past of the
// worked company's standing.
func (b *builder) enrol() error {
	if b.deps.Judge == nil {
		return nil
	}
	ids := make([]rbac.CompanyID, len(b.firms))
	for i, f := range b.firms {
		ids[i] = f.CompanyID
	}
	if err := b.deps.Judge(b.ctx, b.tx, ids); err != nil {
		return err
	}
	for _, step := range []func() error{b.backdate, b.aim, b.claim, b.judgeDuty, b.judgeClasses, b.remember} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// backdate spreads the notices over three years and lets principals with a login have signed for most of them.
func (b *builder) backdate() error {
	for _, q := range []string{
		`UPDATE enrolment_notice SET issued_on = issued_on - (20 + company_id % 900)::int, number_year = extract(year FROM issued_on - (20 + company_id % 900)::int) WHERE company_id % 9 > 0`,
		`UPDATE enrolment e SET since = n.issued_on FROM enrolment_notice n WHERE n.company_id = e.company_id AND n.id = e.notice_id`,
		`UPDATE enrolment_firm f SET since = e.since FROM (SELECT company_id, min(since) AS since FROM enrolment WHERE ended_on IS NULL GROUP BY 1) e WHERE e.company_id = f.company_id`,
		`UPDATE enrolment_notice n SET received_at = (n.issued_on + 2)::timestamp AT TIME ZONE 'Asia/Shanghai' + interval '10 hours', received_by = p.name, received_person_id = p.id
			FROM (SELECT DISTINCT ON (m.company_id) m.company_id, q.id, q.name FROM account_membership m JOIN account_person q ON q.id = m.person_id WHERE m.company_id IS NOT NULL ORDER BY m.company_id, m.id) p
			WHERE p.company_id = n.company_id AND n.issued_on < current_date - 3`,
	} {
		if err := b.tx.WithContext(b.ctx).Exec(q).Error; err != nil {
			return err
		}
	}
	return nil
}

// aim sets targets of the county and its first towns, and what the county pays besides the city's plan.
func (b *builder) aim() error {
	county, year := town[:6], b.today.Year()
	set := func(area, kind string, year, value int) enrolment.Target {
		return enrolment.Target{Area: area, Kind: kind, Year: int16(year), Value: int32(value), Basis: cityPlan, ByName: officerOf("county"), SetAt: at(b.today.AddDays(-200), 9, 30)}
	}
	targets := []enrolment.Target{
		set(county, "standardization", year, 600), set(county, "standardization", year+1, 800),
		set(county, "duty", year-1, 4000), set(county, "duty", year, 8000), set(county, "duty", year+1, 10000),
		set(town, "standardization", year, 60), set(town, "duty", year, 8000),
	}
	if err := fill(b.ctx, b.tx, targets); err != nil {
		return err
	}
	var rates []enrolment.Rate
	for level, yuan := range map[string]int64{"3": 20_000, "pass": 5_000} {
		rates = append(rates, enrolment.Rate{
			Area: county, Level: level, AmountFen: fen.Amount(yuan * 100), ValidFrom: b.today.AddYears(-5), Basis: "永康市安全生产标准化奖励办法（演示）", ByName: officerOf("county"),
			SetAt: at(b.today.AddYears(-5), 9, 0),
		})
	}
	return fill(b.ctx, b.tx, rates)
}

// claim lets companies that hold a level claim its reward, one in each state, the worked one first.
func (b *builder) claim() error {
	var held []struct {
		CompanyID     rbac.CompanyID
		ID            id.Of[id.Award]
		RegionPath    string
		OversightLine int16
		Name          string
		Level         string
		CertificateNo string
		AnnouncedOn   day.Date
	}
	err := b.tx.WithContext(b.ctx).Raw(`SELECT * FROM (SELECT DISTINCT ON (a.company_id) a.company_id, a.id, a.region_path, a.oversight_line, c.name, a.level, a.certificate_no, a.announced_on
		FROM award a JOIN company c USING (company_id) WHERE a.region_path LIKE '330784%' AND a.revoked_on IS NULL AND a.level IN ('1', '2', '3', 'pass') ORDER BY a.company_id, a.announced_on) x
		ORDER BY company_id LIMIT 12`).Scan(&held).Error
	if err != nil {
		return err
	}
	amounts := map[string]fen.Amount{"1": 300_000_00, "2": 100_000_00, "3": 20_000_00, "pass": 5_000_00}
	states := []enrolment.ClaimState{enrolment.Claimed, enrolment.Paid, enrolment.Checked, enrolment.Approved, enrolment.Returned, enrolment.Refused}
	var rows []enrolment.Claim
	for i, h := range held {
		claimed := at(b.today.AddDays(-40+i), 10, 0)
		c := enrolment.Claim{
			CompanyID: h.CompanyID, RegionPath: h.RegionPath, OversightLine: h.OversightLine, CompanyName: h.Name, Level: h.Level, AwardID: h.ID, CertificateNo: h.CertificateNo,
			AwardedOn: h.AnnouncedOn, AmountFen: amounts[h.Level], RateArea: town[:6], RateBasis: "永康市安全生产标准化奖励办法（演示）", AccountName: h.Name, Bank: "永康农商银行",
			AccountNo: fmt.Sprintf("2010 0000 %04d", 1000+i), Files: db.Ints{}, State: states[i%len(states)], ClaimedAt: claimed, ClaimedBy: "企业经办人",
		}
		b.handled(&c, claimed)
		rows = append(rows, c)
	}
	return fill(b.ctx, b.tx, rows)
}

// handled adds what the offices did to come to a claim's state.
func (b *builder) handled(c *enrolment.Claim, claimed time.Time) {
	if c.State == enrolment.Claimed {
		return
	}
	checked, checker := claimed.AddDate(0, 0, 3), b.login["county"]
	c.CheckedAt, c.CheckedBy, c.CheckerID, c.CheckNote = &checked, officerOf("county"), &checker, "证书与公告一致"
	switch c.State {
	case enrolment.Returned:
		c.Reason = "开户名称与企业名称不一致，请更正后重报"
		return
	case enrolment.Checked:
		return
	case enrolment.Claimed, enrolment.Approved, enrolment.Paid, enrolment.Refused:
	}
	decided := checked.AddDate(0, 0, 5)
	c.DecidedAt, c.DecidedBy = &decided, officerOf("city")
	switch c.State {
	case enrolment.Refused:
		c.Reason = "同一等级已由市级另行奖励"
	case enrolment.Paid:
		c.PaidOn, c.PaidBy, c.Voucher = day.In(decided, day.Shanghai).AddDays(6), officerOf("city"), "JL2026-0007"
	case enrolment.Claimed, enrolment.Returned, enrolment.Checked, enrolment.Approved:
	}
}

// assessor is who assesses in the demo, and by which table.
func (b *builder) assessor(code string) (org id.Of[id.Organisation], table id.Of[id.Rubric], title string, err error) {
	var found []struct {
		Org   id.Of[id.Organisation]
		Table id.Of[id.Rubric]
		Title string
	}
	err = b.tx.WithContext(b.ctx).Raw(`SELECT o.id AS org, r.id AS "table", r.title || ' ' || r.version AS title FROM rubric r, account_organisation o JOIN account_membership m ON m.organisation_id = o.id
		JOIN account_person p ON p.id = m.person_id WHERE p.login = 'county' AND r.code = ? ORDER BY r.version DESC LIMIT 1`, code).Scan(&found).Error
	if err != nil || len(found) == 0 {
		return 0, 0, "", err
	}
	return found[0].Org, found[0].Table, found[0].Title, nil
}

// judgeDuty assesses the duty of some small firms of the county.
func (b *builder) judgeDuty() error {
	org, table, title, err := b.assessor("zhuti-zeren-dabiao")
	if err != nil || table == 0 {
		return err
	}
	d := newDice(seed, streamFirms+700)
	var rows []enrolment.Assessment
	for _, f := range b.firms {
		if f.StaffCount == nil || *f.StaffCount < 20 || *f.StaffCount > 50 || f.RegionPath[:6] != town[:6] || !d.of(22) {
			continue
		}
		a := b.assessed(f, enrolment.Duty, org, table, title, d)
		a.Proposed = map[bool]string{true: "pass", false: "fail"}[a.Score >= 6000]
		a.Decided = a.Proposed
		rows = append(rows, a)
	}
	return fill(b.ctx, b.tx, rows)
}

// assessed makes up an assessment that was published some weeks or months ago; one in ten has run out, and of some
// an appeal waits.
func (b *builder) assessed(f *firm, kind string, org id.Of[id.Organisation], table id.Of[id.Rubric], title string, d dice) enrolment.Assessment {
	ago := d.between(10, 340)
	if d.of(10) {
		ago += 370
	}
	a := enrolment.Assessment{
		CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, CompanyName: f.Name, Kind: kind, Year: int16(b.today.AddDays(-ago).Year()), Staff: f.StaffCount,
		RubricID: table, Rubric: title, OrganisationID: org, State: enrolment.Published, StartedOn: b.today.AddDays(-ago - 6), StartedBy: officerOf("county"),
		Score: int32(d.between(3600, 9700)), Grounds: db.JSON[[]enrolment.Fact]{V: []enrolment.Fact{}}, DecidedBy: officerOf("county"), ValidFrom: b.today.AddDays(-ago),
	}
	a.ValidUntil = a.ValidFrom.AddMonths(12).AddDays(-1)
	if ago < 60 && d.of(30) {
		appealed := at(a.ValidFrom.AddDays(5), 15, 0)
		a.Appeal, a.AppealedAt, a.AppealedBy = "检查时设备正在大修，防护已恢复，请求复核", &appealed, "企业主要负责人"
	}
	return a
}

// classify decides as the rules propose.
func classify(a *enrolment.Assessment) {
	a.Proposed = "D"
	for _, c := range []struct {
		class string
		from  int32
	}{{"A", 8000}, {"B", 6000}, {"C", 4000}} {
		if a.Score >= c.from {
			a.Proposed = c.class
			break
		}
	}
	a.Decided = a.Proposed
}

// judgeClasses gives classes to some tens of companies, the worked one among them with an earlier one.
func (b *builder) judgeClasses() error {
	org, table, title, err := b.assessor("fenlei-fenji-abcd")
	if err != nil || table == 0 {
		return err
	}
	d := newDice(seed, streamFirms+701)
	var rows []enrolment.Assessment
	for i, f := range b.firms {
		if f.RegionPath[:6] != town[:6] || (i > 0 && !d.of(5)) {
			continue
		}
		a := b.assessed(f, enrolment.Class, org, table, title, d)
		if i == 0 {
			before := a
			before.Score, before.StartedOn = 5650, b.today.AddDays(-420)
			before.ValidFrom, before.ValidUntil, before.EndedOn = b.today.AddDays(-410), b.today.AddDays(-410).AddMonths(12).AddDays(-1), b.today.AddDays(-60)
			classify(&before)
			rows = append(rows, before)
			a.Score, a.StartedOn, a.ValidFrom = 7340, b.today.AddDays(-68), b.today.AddDays(-60)
			a.ValidUntil = a.ValidFrom.AddMonths(12).AddDays(-1)
		}
		classify(&a)
		rows = append(rows, a)
	}
	return fill(b.ctx, b.tx, rows)
}

// remember gives the worked company a past: orange, yellow, blue, by the rules of their days.
func (b *builder) remember() error {
	f := b.index["safety"]
	var rows []oversight.Moment
	for _, m := range []struct {
		ago   int
		facts oversight.Facts
	}{
		{330, oversight.Facts{Recorded: true, Due: true, Missing: 1, Overdue: 3, Open: 7}},
		{240, oversight.Facts{Recorded: true, Due: true, LastReport: 20250410, Overdue: 2, Open: 6, Risks: 10, RisksLate: 4}},
		{150, oversight.Facts{Recorded: true, Due: true, LastReport: 20250710, Overdue: 1, Open: 5, Risks: 12, RisksLate: 1, Casualties: true}},
		{60, oversight.Facts{Recorded: true, Due: true, LastReport: 20251010, Open: 4, Risks: 14, Casualties: true, Needed: 12, Valid: 10}},
	} {
		s := oversight.StandingOf(m.facts)
		rows = append(rows, oversight.Moment{
			CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, At: at(b.today.AddDays(-m.ago), 0, 20), RuleVersion: oversight.RuleVersion(),
			Colour: s.Colour, Score: int32(s.Score), Measured: int32(s.Measured), Inputs: db.JSON[[]oversight.Input]{V: s.Inputs},
		})
	}
	return fill(b.ctx, b.tx, rows)
}
