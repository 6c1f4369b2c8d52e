package city

import (
	"fmt"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/search"
	"anbiao/modules/programme"
)

// target sets targets of the plan's programmes for this year, issues the last quarter's form and the last month's bulletin, and brings in
// registers of dust, confined spaces and presses.
func (b *builder) target() error {
	if b.deps.Programme == nil {
		return nil
	}
	var office []struct {
		ID   id.Of[id.Organisation]
		Name string
	}
	err := b.tx.WithContext(b.ctx).Raw(`SELECT o.id, o.name FROM account_organisation o JOIN account_membership m ON m.organisation_id = o.id JOIN account_person p ON p.id = m.person_id WHERE p.login = 'county' LIMIT 1`).Scan(&office).Error
	if err != nil || len(office) == 0 {
		return err
	}
	for _, step := range []func(id.Of[id.Organisation], string) error{b.aimHigh, b.issueForm, b.issueBulletin, b.listSpecials} {
		if err := step(office[0].ID, office[0].Name); err != nil {
			return err
		}
	}
	return nil
}

// aimHigh sets this year's targets of certificates and presses for the county and each town, and adds a programme of the county's own.
func (b *builder) aimHigh(org id.Of[id.Organisation], _ string) error {
	own := []programme.Programme{{
		OrganisationID: &org, Area: town[:6], Name: "隐患清零行动", Indicator: "hazards", Measure: programme.Rate, Basis: "永康市治本攻坚三年行动方案（演示）", MadeBy: officerOf("county"),
		MadeAt: at(b.today.AddDays(-120), 9, 0),
	}}
	if err := fill(b.ctx, b.tx, own); err != nil {
		return err
	}
	var known []programme.Programme
	if err := b.tx.WithContext(b.ctx).Raw("SELECT * FROM programme WHERE indicator IN ('certificates', 'presses', 'hazards')").Scan(&known).Error; err != nil {
		return err
	}
	var towns []string
	if err := b.tx.WithContext(b.ctx).Raw("SELECT path FROM division WHERE valid_until IS NULL AND path LIKE ? AND length(path) = 9 ORDER BY path", town[:6]+"%").Scan(&towns).Error; err != nil {
		return err
	}
	values := map[string]int32{"certificates": 9000, "presses": 8000, "hazards": 9500}
	var rows []programme.Target
	for _, p := range known {
		for i, area := range append([]string{town[:6]}, towns...) {
			rows = append(rows, programme.Target{
				ProgrammeID: p.ID, Area: area, Year: int16(b.today.Year()), Value: values[p.Indicator] - int32(i%4)*500, Basis: cityPlan, ByName: officerOf("county"), SetAt: at(b.today.AddDays(-200), 9, 40),
			})
		}
	}
	return fill(b.ctx, b.tx, rows)
}

// issueForm issues the form of the last quarter that has ended.
func (b *builder) issueForm(org id.Of[id.Organisation], office string) error {
	ended := day.Of(b.today.Year(), b.today.Month(), 1).AddMonths(-int(b.today.Month()-1) % 3).AddDays(-1)
	issued := day.Earlier(ended.AddDays(16), b.today)
	f := programme.Form{
		OrganisationID: org, Area: town[:6], Kind: programme.Quarter, Period: fmt.Sprintf("%04d-Q%d", ended.Year(), ended.Quarter()), Version: 1, UnitName: office, Head: "周正", FilledBy: officerOf("county"),
		ReviewedBy: "陈敏", Phone: "0579-00000000", FilledOn: issued, IssuedAt: at(issued, 15, 20), IssuedBy: officerOf("county"), PersonID: b.login["county"],
	}
	if err := b.deps.Programme.Fill(b.ctx, b.tx, b.scope, &f); err != nil {
		return err
	}
	return fill(b.ctx, b.tx, []programme.Form{f})
}

// issueBulletin issues the bulletin of the last month.
func (b *builder) issueBulletin(org id.Of[id.Organisation], office string) error {
	month := day.Of(b.today.Year(), b.today.Month(), 1)
	issued, seq := at(day.Earlier(month.AddDays(7), b.today), 10, 0), int32(1)
	year := int16(day.In(issued, day.Shanghai).Year())
	before := month.AddDays(-1)
	t := programme.Bulletin{
		OrganisationID: org, Area: town[:6], AreaName: "永康市", Month: before.String()[:7], State: programme.Issued, UnitName: office, NumberPrefix: "永安委办通报", NumberYear: &year, NumberSeq: &seq,
		Title:   fmt.Sprintf("关于永康市%d年%d月安全生产隐患排查治理情况的通报", before.Year(), int(before.Month())),
		Opening: "现将各镇（街道、区）企业隐患自查自报、整改、持证等情况予以通报。名次按各项指标名次的平均数排列，并列的取相同名次。",
		Demands: "一、排名靠后的镇（街道、区）要逐项对照查找原因，限期整改。\n二、对附件所列逾期未整改的企业，逐家上门督促。",
		MadeAt:  issued, MadeBy: officerOf("county"), IssuedAt: &issued, IssuedBy: officerOf("county"),
	}
	if err := b.deps.Programme.Freeze(b.ctx, b.tx, b.scope, &t); err != nil {
		return err
	}
	return fill(b.ctx, b.tx, []programme.Bulletin{t})
}

// listSpecials brings in registers: most matched by code, some waiting to be confirmed, some not found.
func (b *builder) listSpecials(org id.Of[id.Organisation], _ string) error {
	made := at(b.today.AddDays(-25), 14, 0)
	kinds := []string{"presses", "dust", "confined_space"}
	titles := map[string]string{"presses": "冲压作业企业名单", "dust": "涉爆粉尘企业名单", "confined_space": "有限空间作业企业名单"}
	var rows []programme.Special
	for i, f := range b.firms {
		if f.RegionPath[:6] != town[:6] || (i > 0 && i%11 > 0) || len(rows) >= 60 {
			continue
		}
		kind := kinds[len(rows)%len(kinds)]
		c := f.CompanyID
		s := programme.Special{
			OrganisationID: org, Area: town[:6], SubjectCompanyID: &c, RegionPath: f.RegionPath, OversightLine: f.OversightLine, Kind: kind, ListName: titles[kind], SourceFile: titles[kind] + ".xlsx",
			SourceRow: int32(len(rows) + 2), Name: f.Name, NameFold: search.Fold(f.Name), USCC: f.USCC, State: programme.Matched, MatchedHow: "code", MadeBy: officerOf("county"), MadeAt: made,
			Candidates: db.Ints{}, Refused: db.Ints{},
		}
		if len(rows)%6 == 5 { // without a code: the name must be confirmed
			s.SubjectCompanyID, s.RegionPath, s.OversightLine, s.USCC, s.State, s.MatchedHow, s.Candidates = nil, town[:6], 0, "", programme.Candidates, "", db.Ints{int64(c)}
		}
		rows = append(rows, s)
	}
	for i, name := range []string{"永康市旧名五金电器厂", "永康市已迁出抛光加工点"} {
		rows = append(rows, programme.Special{
			OrganisationID: org, Area: town[:6], RegionPath: town[:6], Kind: "dust", ListName: titles["dust"], SourceFile: titles["dust"] + ".xlsx", SourceRow: int32(90 + i), Name: name,
			NameFold: search.Fold(name), State: programme.Unmatched, MadeBy: officerOf("county"), MadeAt: made, Candidates: db.Ints{}, Refused: db.Ints{},
		})
	}
	return fill(b.ctx, b.tx, rows)
}
