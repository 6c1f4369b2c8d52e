package city

import (
	"anbiao/kit/calendar"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/modules/inspection"
)

const stopReason = "春节停产放假"

// excuses are why a check was missed.
var excuses = []string{"设备检修，未能按时检查", "检查人员请假，未安排替班", "赶订单，检查延误", "停电", "忘记检查，已提醒班组"}

// holiday returns the last holiday of that name that is over.
func (b *builder) holiday(name string) (found calendar.Holiday, ok bool, err error) {
	c, err := calendar.Open()
	if err != nil {
		return found, false, err
	}
	for _, h := range c.Between(b.today.AddDays(-365), b.today.AddDays(-1)) {
		if h.NameZh == name && h.Last.Before(b.today) {
			found, ok = h, true
		}
	}
	return found, ok, nil
}

// stood reports whether the worked company stood still in all of a period.
func (r *round) stood(first, last day.Date) bool {
	if r.firm != r.b.index["safety"] {
		return false
	}
	h, ok, err := r.b.holiday("春节")
	return err == nil && ok && !first.Before(h.First.AddDays(-3)) && !last.After(h.Last.AddDays(5))
}

// plan gives the worked company shifts, a shutdown behind it, plans of every kind and special
// checks, and plans the tasks of the year ahead of all that plan.
func (b *builder) plan() error {
	f := b.index["safety"]
	if err := b.shiftsAndStops(f); err != nil {
		return err
	}
	if err := b.posts(f); err != nil {
		return err
	}
	if err := b.specialChecks(f); err != nil {
		return err
	}
	planner := &inspection.Service{}
	for _, one := range b.equipped() {
		if err := planner.Replanned(b.ctx, b.tx, one.CompanyID, b.today); err != nil {
			return err
		}
	}
	for {
		n, err := inspection.CountItems(b.ctx, b.tx, 5000)
		if err != nil || n == 0 {
			return err
		}
	}
}

func (b *builder) shiftsAndStops(f *firm) error {
	base := at(b.today.AddDays(-370), 9, 0)
	shifts := []*inspection.Shift{
		{CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, Name: "白班", Begins: 480, Ends: 1200, CreatedAt: base},
		{CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, Name: "夜班", Begins: 1200, Ends: 480, CreatedAt: base},
	}
	if err := fillRefs(b.ctx, b.tx, shifts); err != nil {
		return err
	}
	h, ok, err := b.holiday("春节")
	from, until := b.today.AddDays(-40), b.today.AddDays(-38)
	reason := "停电检修"
	if err != nil {
		return err
	}
	if ok {
		from, until, reason = h.First.AddDays(-3), h.Last.AddDays(5), stopReason
	}
	stops := []*inspection.Shutdown{{
		CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, FromOn: from, UntilOn: until, Reason: reason, MadeBy: f.staff[1].Name, CreatedAt: at(from.AddDays(-10), 9, 0),
	}}
	if err := fillRefs(b.ctx, b.tx, stops); err != nil {
		return err
	}
	events := []*inspection.Event{{
		CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, Kind: "resume", Note: "节后复工", DueOn: until.AddDays(1), MadeBy: f.staff[1].Name, CreatedAt: at(until, 9, 0),
	}}
	return fillRefs(b.ctx, b.tx, events)
}

// posts makes plans for posts: presses each shift by team card, a route once a day, the
// rest by quarter, half-year, year and event.
func (b *builder) posts(f *firm) error {
	spots := map[string]*point{}
	for _, p := range f.points {
		spots[p.Name] = p
	}
	var plans []*inspection.Plan
	add := func(title, post string, every inspection.Frequency, days inspection.Days, event string, card bool, names ...string) error {
		var found []struct {
			ID      id.Of[id.Post]
			StaffID id.Of[id.Staff]
			Name    string
		}
		q := `SELECT o.id, s.id AS staff_id, s.name FROM staff_post o JOIN staff_assignment a ON a.company_id = o.company_id AND a.post_id = o.id AND a.until_on IS NULL
			JOIN staff_person s ON s.company_id = a.company_id AND s.id = a.staff_id AND s.left_on IS NULL WHERE o.company_id = ? AND o.name = ? ORDER BY o.id, s.id LIMIT 1`
		if err := b.tx.WithContext(b.ctx).Raw(q, int64(f.CompanyID), post).Scan(&found).Error; err != nil || len(found) == 0 {
			return err
		}
		route := db.Ints{}
		for _, n := range names {
			route = append(route, int64(spots[n].ID))
		}
		p := &inspection.Plan{
			CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, Title: title, PointID: spots[names[0]].ID, Items: db.Texts{}, PostID: &found[0].ID,
			AssigneeID: found[0].StaffID, AssigneeName: found[0].Name, Frequency: every, Days: days, Event: event, ByException: card, StartsOn: b.today, CreatedAt: at(b.today.AddDays(-1), 10, 0),
		}
		if len(route) > 1 {
			p.Route = route
		}
		plans = append(plans, p)
		return nil
	}
	for _, one := range []struct {
		title, post string
		every       inspection.Frequency
		days        inspection.Days
		event       string
		card        bool
		points      []string
	}{
		{"冲压线班前检查", "冲压工", inspection.PerShift, inspection.WorkingDays, "", true, []string{"冲压一线", "冲压二线"}},
		{"动力巡检路线", "电工", inspection.Daily, inspection.WorkingDays, "", false, []string{"配电房", "空压站", "1号湿式除尘系统"}},
		{"危化品仓库季度检查", "危化品保管员", inspection.Quarterly, inspection.WorkingDays, "", false, []string{"危化品仓库"}},
		{"仓库半年检查", "仓库保管员", inspection.HalfYearly, inspection.WorkingDays, "", false, []string{"成品仓库"}},
		{"配电设施年度检查", "电工", inspection.Yearly, inspection.WorkingDays, "", false, []string{"配电房"}},
		{"复工前配电检查", "电工", inspection.Eventually, inspection.EveryDay, "resume", false, []string{"配电房"}},
	} {
		if err := add(one.title, one.post, one.every, one.days, one.event, one.card, one.points...); err != nil {
			return err
		}
	}
	return fillRefs(b.ctx, b.tx, plans)
}

// specialChecks makes the check before the last National Day, of tasks that were done then, and a
// regulator's campaign on dust.
func (b *builder) specialChecks(f *firm) error {
	h, ok, err := b.holiday("国庆节")
	if err != nil {
		return err
	}
	if !ok {
		h.First = b.today.AddDays(-30)
	}
	due := h.First.AddDays(-1)
	done := []*inspection.SpecialCheck{{
		CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, Template: "holiday", Source: 5, Title: "国庆节前安全检查", Modules: db.Texts{"FIR", "EVA", "ELE", "HWH", "WRS", "MGT"},
		DueOn: due, State: inspection.Issued, HolidayOn: h.First, MadeBy: f.staff[1].Name, CreatedAt: at(due.AddDays(-8), 6, 0), IssuedAt: some(at(due.AddDays(-7), 9, 0)),
	}}
	if err := fillRefs(b.ctx, b.tx, done); err != nil {
		return err
	}
	if err := b.exec(`UPDATE inspection_task t SET kind = 'special', special_id = ?, title = '国庆节前安全检查', plan_id = NULL, period_on = NULL FROM checklist_point p
		WHERE t.company_id = ? AND p.company_id = t.company_id AND p.id = t.point_id AND t.due_on BETWEEN ?::date - 9 AND ?::date AND p.modules && '{FIR,EVA,ELE,HWH,WRS,MGT}'`,
		int64(done[0].ID), int64(f.CompanyID), due.String(), due.String()); err != nil {
		return err
	}
	var by []struct {
		ID    id.Of[id.Organisation]
		Name  string
		Areas db.Texts
		Who   string
	}
	q := `SELECT o.id, o.name, o.areas, p.name AS who FROM account_person p JOIN account_membership m ON m.person_id = p.id JOIN account_organisation o ON o.id = m.organisation_id WHERE p.login = 'county'`
	if err := b.tx.WithContext(b.ctx).Raw(q).Scan(&by).Error; err != nil || len(by) == 0 {
		return err
	}
	campaigns := []*inspection.Campaign{{
		OrganisationID: by[0].ID, Issuer: by[0].Name, Title: "粉尘涉爆企业专项整治", Template: "dust", Note: "请各企业对照检查并按期完成整改", Modules: db.Texts{"DST", "GRD"}, Tags: db.Texts{"dust"},
		Areas: by[0].Areas, DueOn: b.today.AddDays(40), MadeBy: by[0].Who, CreatedAt: at(b.today.AddDays(-6), 10, 0),
	}}
	if err := fillRefs(b.ctx, b.tx, campaigns); err != nil {
		return err
	}
	if err := inspection.LayOnIn(b.ctx, b.tx, campaigns[0].ID, "dust"); err != nil {
		return err
	}
	return b.exec("UPDATE inspection_special SET state = 'issued', issued_at = created_at WHERE campaign_id = ? AND company_id <> ? AND company_id % 3 = 0", int64(campaigns[0].ID), int64(f.CompanyID))
}
