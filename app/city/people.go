package city

import (
	"bytes"
	"image/png"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fen"
	"anbiao/modules/attachment"
	"anbiao/modules/hazard"
	"anbiao/modules/reward"
	"anbiao/rbac"
)

// fewFixed gives the micro firm, where two are left, and a one-person firm of the grid a hazard each that
// is fixed and waits for somebody else to accept it.
func (b *builder) fewFixed() {
	for _, f := range []*firm{b.index["micro"], b.lonely()} {
		if f == nil {
			continue
		}
		p := plot{
			firm: f, by: f.staff[1], owner: f.staff[0], boss: f.staff[0], at: at(b.today.AddDays(-6), 9, 20), phrase: phrase{"砂轮机防护罩松动、缺少挡屑板", "重新固定防护罩，加装挡屑板"},
			place: "生产车间", source: hazard.Snap, category: "B02", level: hazard.General, deadline: b.today.AddDays(4), fixedOn: b.today.AddDays(-1), ending: waiting, photos: true,
		}
		f.found = append(f.found, b.tell(p))
		if f == b.index["micro"] { // one accepted by a link before
			p.at, p.phrase, p.place = at(b.today.AddDays(-40), 10, 5), phrase{"配电箱前堆放纸箱", "清理通道，划线并张贴禁止堆放标识"}, "配电间"
			p.category, p.deadline, p.fixedOn, p.ending = "B06", b.today.AddDays(-33), b.today.AddDays(-37), waiting
			s := b.tell(p)
			t, by := at(b.today.AddDays(-36), 18, 12), who{kind: rbac.Public, name: neighbour}
			s.AcceptedOn, s.AcceptedByName, s.CancelledOn = day.In(t, day.Shanghai), neighbour, day.In(t, day.Shanghai)
			s.step(hazard.Accept, hazard.Accepted, t, by, "现场看过，通道已清", hazard.Detail{})
			s.step(hazard.Cancel, hazard.Cancelled, t, by, "", hazard.Detail{})
			f.found = append(f.found, s)
		}
	}
}

// neighbour accepted by a link.
const neighbour = "陈国平"

// lonely is a firm of the grid worker's part of town, of which one person is left.
func (b *builder) lonely() *firm {
	for i, f := range b.firms {
		if i > 2 && f.activated && len(f.staff) == 2 && f.RegionPath == town+"Z01" && *f.StaffCount < 20 {
			return f
		}
	}
	return nil
}

// inform gives the city deadlines, posters, rewards and what very small firms have.
func (b *builder) inform() error {
	for _, do := range []func() error{b.leave, b.linked, b.owed, b.hang, b.reward} {
		if err := do(); err != nil {
			return err
		}
	}
	return nil
}

// leave records who has left the two very small firms.
func (b *builder) leave() error {
	g := b.tx.WithContext(b.ctx)
	err := g.Exec("UPDATE staff_person SET left_on = ? WHERE company_id = ? AND id <> ALL(?)", b.today.AddDays(-60).String(), int64(b.index["micro"].CompanyID),
		db.Ints{int64(b.index["micro"].staff[0].ID), int64(b.index["micro"].staff[1].ID)}).Error
	if f := b.lonely(); err == nil && f != nil {
		err = g.Exec("UPDATE staff_person SET left_on = ? WHERE company_id = ? AND id <> ?", b.today.AddDays(-3).String(), int64(f.CompanyID), int64(f.staff[0].ID)).Error
	}
	return err
}

// linked is the link by which the micro firm's earlier hazard was accepted.
func (b *builder) linked() error {
	f := b.index["micro"]
	for _, s := range f.found {
		if s.AcceptedByName != neighbour {
			continue
		}
		made := at(s.FixedOn, 16, 0)
		used, yes := at(s.AcceptedOn, 18, 12), true
		var hand bytes.Buffer
		if err := png.Encode(&hand, squiggle(5)); err != nil {
			return err
		}
		return fill(b.ctx, b.tx, []hazard.Outside{{
			CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, HazardID: s.ID, TokenHash: []byte("used long ago"), MadeByName: f.staff[0].Name, MadeAt: made,
			ExpiresAt: made.Add(7 * 24 * time.Hour), UsedAt: &used, Accepted: &yes, Name: neighbour, Note: "现场看过，通道已清", Signature: hand.Bytes(),
		}})
	}
	return nil
}

// owed puts the deadlines of open fixes among what falls due, as the hazards do when they are assigned. What was
// said of them before today is not said again.
func (b *builder) owed() error {
	return b.tx.WithContext(b.ctx).Exec(`INSERT INTO due_item (company_id, region_path, oversight_line, kind, ref, title, due_on, owner_id, unit_id, before_days, path, remind_on, created_at)
		SELECT h.company_id, h.region_path, h.oversight_line, 'hazard.fix', h.id, h.number || ' ' || h.place || ' ' || left(h.description, 40), h.deadline, h.owner_id, h.unit_id, '{7,1,0}',
			'/hazards/' || h.id, greatest(h.deadline - 7, ?::date), h.found_at
		FROM hazard h WHERE h.cancelled_on IS NULL AND h.voided_on IS NULL AND h.fixed_on IS NULL AND h.deadline IS NOT NULL AND h.owner_id IS NOT NULL
		ON CONFLICT ON CONSTRAINT due_item_company_id_kind_ref_key DO NOTHING`, b.today.AddDays(1).String()).Error
}

// hang gives the worked company the posters of half a year: one hung late, last month's not yet.
func (b *builder) hang() error {
	f, by := b.index["safety"], b.named("safety")
	this := day.Of(b.today.Year(), b.today.Month(), 1)
	var posters []hazard.Poster
	var files []*attachment.File
	for back := 6; back >= 1; back-- {
		month := this.AddMonths(-back)
		p := hazard.Poster{
			CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, MonthOn: month, DueOn: hazard.PosterDue(month), Photos: db.Ints{}, MadeAt: at(month.AddMonths(1), 6, 30),
		}
		if back > 1 {
			p.HungOn = p.DueOn.AddDays(map[bool]int{true: 4, false: -2}[back == 4])
			p.Place, p.HungByID, p.HungByName = "厂区大门公告栏", some(by.ID), by.Name
			until := month.AddMonths(1).AddDays(-1)
			for _, s := range f.found {
				if !s.VoidedOn.IsZero() || s.FoundOn.After(until) {
					continue
				}
				if !s.FoundOn.Before(month) {
					p.Found++
				}
				switch {
				case s.CancelledOn.IsZero() || s.CancelledOn.After(until):
					p.Open++
					if s.Level == hazard.Major {
						p.Majors++
					}
				case !s.CancelledOn.Before(month):
					p.Fixed++
				}
			}
			files = append(files, b.shoot(f, by, at(p.HungOn, 9, 30), after, "隐患公示"))
		}
		posters = append(posters, p)
	}
	if err := fillRefs(b.ctx, b.tx, files); err != nil {
		return err
	}
	for i := range files {
		posters[i].Photos = db.Ints{int64(files[i].ID)}
	}
	if err := fill(b.ctx, b.tx, posters); err != nil {
		return err
	}
	err := b.tx.WithContext(b.ctx).Exec(`UPDATE attachment a SET bound_noun = 'hazard_poster', bound_id = p.id, bound_at = a.uploaded_at
		FROM hazard_poster p WHERE p.company_id = ? AND a.company_id = p.company_id AND a.id = ANY(p.photos)`, int64(f.CompanyID)).Error
	if err != nil {
		return err
	}
	return b.tx.WithContext(b.ctx).Exec(`INSERT INTO due_item (company_id, region_path, oversight_line, kind, ref, title, due_on, before_days, path, remind_on, created_at)
		SELECT p.company_id, p.region_path, p.oversight_line, 'hazard.poster', p.id, to_char(p.month_on, 'YYYY-MM') || ' 隐患公示', p.due_on, '{3,0}', '/hazard-posters', ?, p.made_at
		FROM hazard_poster p WHERE p.hung_on IS NULL`, b.today.AddDays(1).String()).Error
}

// reward gives the worked company a rule, and a reward for each hazard that its people reported: those of earlier
// months are paid, last month's list is drawn up, later ones are on their way.
func (b *builder) reward() error {
	f := b.index["safety"]
	rule := reward.Default()
	rule.CompanyID, rule.RegionPath, rule.OversightLine, rule.ValidFrom = f.CompanyID, f.RegionPath, f.OversightLine, day.Of(b.today.Year(), b.today.Month(), 1).AddMonths(-4)
	rule.Note, rule.MadeByName, rule.MadeAt = "经职工代表大会讨论通过", b.named("principal").Name, at(day.Of(b.today.Year(), b.today.Month(), 1).AddMonths(-4).AddDays(-5), 10, 0)
	rules := []*reward.Rule{&rule}
	if err := fillRefs(b.ctx, b.tx, rules); err != nil {
		return err
	}
	lists, err := b.payLists(f)
	if err != nil {
		return err
	}
	this := day.Of(b.today.Year(), b.today.Month(), 1)
	rates := map[hazard.Level]fen.Amount{hazard.General: 50_00, hazard.Major: 500_00}
	var rewards []*reward.Reward
	for _, s := range f.found {
		if s.Source != hazard.Snap || s.Level == hazard.Ungraded || s.FoundByStaffID == nil || s.FoundByName == b.named("safety").Name || s.FoundByName == b.named("principal").Name {
			continue
		}
		r := &reward.Reward{
			CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, RuleID: some(rule.ID), HazardID: s.ID, HazardNumber: s.Number, What: s.Place + " " + s.Description,
			Level: string(s.Level), Category: s.Category, StaffID: *s.FoundByStaffID, StaffName: s.FoundByName, ReportedOn: s.FoundOn, State: reward.Open, ProposedFen: rates[s.Level],
			AmountFen: rates[s.Level], ProposedAt: s.FoundAt.Add(2 * time.Hour),
		}
		month := day.Of(s.FoundOn.Year(), s.FoundOn.Month(), 1)
		b.decide(r, s, lists[month.String()], this)
		rewards = append(rewards, r)
	}
	if err := fillRefs(b.ctx, b.tx, rewards); err != nil {
		return err
	}
	err = b.tx.WithContext(b.ctx).Exec(`UPDATE reward r SET unit_id = u.id, unit_name = u.name FROM staff_person p JOIN staff_unit u ON u.company_id = p.company_id AND u.id = p.unit_id
		WHERE p.company_id = r.company_id AND p.id = r.staff_id`).Error
	if err != nil {
		return err
	}
	return b.tx.WithContext(b.ctx).Exec(`UPDATE reward_list l SET people = s.people, rewards = s.rewards, total_fen = s.total
		FROM (SELECT list_id, count(DISTINCT staff_id) AS people, count(*) AS rewards, sum(amount_fen) AS total FROM reward WHERE list_id IS NOT NULL GROUP BY 1) s WHERE s.list_id = l.id`).Error
}

// payLists are those of the last months: paid, the last one waiting for the principal.
func (b *builder) payLists(f *firm) (map[string]*reward.List, error) {
	this := day.Of(b.today.Year(), b.today.Month(), 1)
	var lists []*reward.List
	out := map[string]*reward.List{}
	for back := 4; back >= 1; back-- {
		month := this.AddMonths(-back)
		l := &reward.List{
			CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, MonthOn: month, State: reward.Draft, MadeByName: b.named("finance").Name, MadeAt: at(month.AddMonths(1), 9, 0),
		}
		if back > 1 {
			l.State, l.ApprovedByName, l.ApprovedAt = reward.ListPaid, b.named("principal").Name, some(at(month.AddMonths(1).AddDays(1), 10, 0))
			l.PaidOn, l.Method, l.PaidByName = month.AddMonths(1).AddDays(4), "bank", b.named("finance").Name
		}
		lists, out[month.String()] = append(lists, l), l
	}
	return out, fillRefs(b.ctx, b.tx, lists)
}

// decide takes a reward as far as its month has come.
func (b *builder) decide(r *reward.Reward, s *story, list *reward.List, this day.Date) {
	confirmed := s.FoundAt.Add(26 * time.Hour)
	safety, boss := b.named("safety"), b.named("principal")
	approve := func() {
		r.State, r.ConfirmedByName, r.ConfirmedPersonID, r.ConfirmedAt = reward.Approved, safety.Name, safety.PersonID, &confirmed
		r.ApprovedByName, r.ApprovedAt = boss.Name, some(confirmed.Add(24*time.Hour))
	}
	switch {
	case !s.VoidedOn.IsZero():
		r.State, r.AmountFen, r.Reason = reward.Refused, 0, "隐患已作废"
	case list != nil:
		approve()
		r.ListID = some(list.ID)
		if list.State == reward.ListPaid {
			r.State, r.PaidOn = reward.Paid, list.PaidOn
		}
	case r.ReportedOn.Before(this): // before the rule
		r.State, r.AmountFen, r.Reason = reward.Refused, 0, "奖励制度实施前报告"
	case b.today.DaysSince(r.ReportedOn) > 7:
		approve()
	case b.today.DaysSince(r.ReportedOn) > 3:
		r.State, r.ConfirmedByName, r.ConfirmedPersonID, r.ConfirmedAt = reward.Confirmed, safety.Name, safety.PersonID, &confirmed
	}
}
