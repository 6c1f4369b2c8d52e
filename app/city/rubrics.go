package city

import (
	"anbiao/kit/id"
	"anbiao/modules/rubric"
)

// localTable is the code of the county's own scoring table, by which the worked company is scored.
const localTable = "yongkang-gongmao-xiaowei-600"

// tabulate lets the county bring out the provincial table for small firms as its own, two years ago.
func (b *builder) tabulate() error {
	var county struct{ OrganisationID int64 }
	err := b.tx.WithContext(b.ctx).Raw("SELECT m.organisation_id FROM account_person p JOIN account_membership m ON m.person_id = p.id WHERE p.login = 'county'").Scan(&county).Error
	if err != nil {
		return err
	}
	for _, r := range rubric.Library() {
		if r.ID != "jiangsu-gongmao-xiaowei-600" {
			continue
		}
		own := *r
		own.ID, own.Year = localTable, 0
		own.Title, own.TitleEN = "永康市工贸行业小微企业安全生产标准化评分表", "Yongkang small/micro industrial & trade enterprises scoring table"
		own.Issuer = "永康市应急管理局（演示：等同采用江苏省小微企业评分表）"
		own.About.Source = map[string]any{"code": r.ID, "version": r.Version, "title": r.Title}
		v, err := rubric.InForce(&own, id.Of[id.Organisation](county.OrganisationID), "330784", b.today.AddYears(-2), b.tx.Now)
		if err != nil {
			return err
		}
		if err := fill(b.ctx, b.tx, []rubric.Version{v}); err != nil {
			return err
		}
	}
	return nil
}
