package city

import (
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/modules/oversight"
)

// keepViews gives the county's office two shared views of the graded list, an urging with what became of it, and the
// nights in which the counts were compared with the list.
func (b *builder) keepViews() error {
	var office int64
	person := b.login["county"]
	err := b.tx.WithContext(b.ctx).Raw("SELECT organisation_id FROM account_membership WHERE person_id = ? AND kind = 'regulator' AND ended_at IS NULL LIMIT 1", person).Scan(&office).Error
	if err != nil || office == 0 {
		return err
	}
	of := id.Of[id.Organisation](office)
	now := at(b.today.AddDays(-3), 9, 20)
	var views []oversight.Saved
	for _, v := range []struct {
		name, sort string
		filters    map[string]string
		hidden     db.Texts
	}{
		{"红橙企业逾期未改", "overdue:desc", map[string]string{"colour": "1,2", "overdue": "true"}, db.Texts{"industry", "class", "grid", "funds"}},
		{"等级半年内到期", "gradeUntil:asc", map[string]string{"gradeUntil": "180"}, db.Texts{"open", "missing", "class", "grid", "funds"}},
	} {
		views = append(views, oversight.Saved{
			OrganisationID: of, PersonID: person, PersonName: "钱立新", Name: v.name, Filters: db.JSON[map[string]string]{V: v.filters}, Sort: v.sort, Hidden: v.hidden, Shared: true, UpdatedAt: now,
		})
	}
	if err := fill(b.ctx, b.tx, views); err != nil {
		return err
	}
	f := b.index["safety"]
	done := now
	bulk := &oversight.Bulk{
		OrganisationID: of, PersonID: person, PersonName: "钱立新", Deed: oversight.UrgeHazards, OnDay: b.today.AddDays(-3), Total: 1, Passed: 1, Told: 1, At: now, FinishedAt: &done,
	}
	if err := fillRefs(b.ctx, b.tx, []*oversight.Bulk{bulk}); err != nil {
		return err
	}
	err = fill(b.ctx, b.tx, []oversight.BulkRow{{
		BulkID: bulk.ID, CompanyID: f.CompanyID, OrganisationID: of, Deed: bulk.Deed, OnDay: bulk.OnDay, Name: f.Name, Outcome: oversight.OutcomeTold, Figure: 2,
		ContactName: f.ContactName, ContactPhone: f.ContactPhone,
	}})
	if err != nil {
		return err
	}
	return b.proofs()
}

// proofs are a week of nights without a difference.
func (b *builder) proofs() error {
	var companies int32
	if err := b.tx.WithContext(b.ctx).Raw("SELECT count(*) FROM oversight_board").Scan(&companies).Error; err != nil {
		return err
	}
	var nights []oversight.Proof
	for ago := 7; ago > 0; ago-- {
		p := oversight.Proof{At: at(b.today.AddDays(-ago), 4, 10), Companies: companies, Drift: db.JSON[[]oversight.Drift]{V: []oversight.Drift{}}}
		nights = append(nights, p)
	}
	return fill(b.ctx, b.tx, nights)
}
