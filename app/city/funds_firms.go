package city

import (
	"fmt"

	"anbiao/kit/accrual"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fen"
	"anbiao/modules/fund"
)

// fund makes up two years of safety funds: the worked company's to the last voucher, others' in sums.
func (b *builder) fund() error {
	if err := b.workedFund(); err != nil {
		return err
	}
	for i, f := range b.others() {
		if i >= 40 {
			break
		}
		if err := b.plainFund(f, i); err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	return nil
}

// lastClosed is the last month that a punctual accountant has closed.
func (b *builder) lastClosed() day.Date {
	on := day.Of(b.today.Year(), b.today.Month(), 1).AddMonths(-1)
	if b.today.Day() < 5 {
		on = on.AddMonths(-1)
	}
	return on
}

// workedFund has everything: routine bills tied to what they paid for, capital in use and in the making, what waits, what was refused and reversed, plans.
func (b *builder) workedFund() error {
	p := b.fundOf(b.index["safety"], b.lastClosed(), 126_400_00)
	p.routine(bills, 1000)
	dust := bill{1, "facility", "抛光打磨车间", "金华市净源环保设备有限公司", "抛光车间除尘系统防爆改造（泄爆、隔爆、火花探测）", 0, 0, nil, "hazard"}
	done := p.spent(dust, day.Of(p.first, 9, 18), 168_000_00)
	done.row.Capital, done.paid, done.row.CompletedOn, done.row.MonthOn = true, day.Of(p.first, 9, 18), day.Of(p.first, 11, 26), day.Of(p.first, 11, 1)
	p.step(done, "completed", "验收合格，投入使用", b.named("safety"), at(done.row.CompletedOn, 15, 0))
	press := bill{1, "facility", "冲压车间", "宁波光盾安全装置有限公司", "冲压线安全联锁与光幕改造", 0, 0, nil, "hazard"}
	making := p.spent(press, b.today.AddDays(-48), 212_000_00)
	making.row.Capital, making.row.State, making.paid, making.row.MonthOn = true, fund.Building, b.today.AddDays(-48), day.Date{}

	twice := p.spent(bills[0], b.today.AddDays(-64), 8_960_00)
	twice.row.State, twice.row.DecisionNote = fund.Reversed, "与上月重复登记，冲销"
	p.step(twice, "reversed", twice.row.DecisionNote, b.named("principal"), at(b.today.AddDays(-60), 9, 0))
	prize := p.spent(bill{5, "training", "安全环保部", "本企业职工", "年度安全先进个人奖金", 0, 0, nil, ""}, b.today.AddDays(-21), 12_000_00)
	b.turn(prize, fund.Refused, "安全先进个人奖金不得在安全生产费用中列支")
	prize.row.Doubts = db.Texts{"model-prize"}
	for _, x := range []struct {
		bill
		ago, yuan int
	}{
		{bill{1, "facility", "喷涂车间", "永康市恒信防爆电器有限公司", "喷漆房防爆灯具和可燃气体探测器更换", 0, 0, nil, "hazard"}, 3, 68_500},
		{bill{2, "emergency", "安全环保部", "永康市消防器材有限公司", "微型消防站器材补充", 0, 0, nil, "drill"}, 2, 12_860},
		{bill{6, "ppe", "综合管理部", "永康市安信劳保用品有限公司", "冬季防护用品（防寒手套、反光背心）", 0, 0, nil, "protection"}, 1, 9_480},
	} {
		b.turn(p.spent(x.bill, b.today.AddDays(-x.ago), fen.Amount(x.yuan)*100), fund.Submitted, "")
	}
	if err := p.tie(); err != nil {
		return err
	}
	if err := p.plan(p.first, 820_000_00); err != nil {
		return err
	}
	if err := p.plan(p.first+1, 880_000_00); err != nil {
		return err
	}
	if err := p.keep(); err != nil {
		return err
	}
	return b.takeBack(p, twice)
}

// turn sets an expense back to a state before it was booked.
func (b *builder) turn(c *cost, state fund.ExpenseState, note string) {
	c.row.State, c.row.MonthOn = state, day.Date{}
	c.steps = c.steps[:2]
	c.row.DecidedByName, c.row.DecidedAt, c.row.DecisionNote = "", nil, ""
	if state == fund.Refused {
		when := at(c.row.SpentOn.AddDays(1), 9, 0)
		c.row.DecidedByName, c.row.DecidedAt, c.row.DecisionNote = b.named("principal").Name, &when, note
		s := c.steps[1]
		s.Event, s.Note, s.At, s.ActorName, s.PersonID = "refused", note, when, b.named("principal").Name, b.named("principal").PersonID
		c.steps = append(c.steps, s)
	}
}

// takeBack adds the entries of an expense that was booked and reversed in the same month.
func (b *builder) takeBack(p *purse, c *cost) error {
	var last int32
	on := c.row.MonthOn
	q := "SELECT coalesce(max(voucher_no), 0) FROM fund_entry WHERE company_id = ? AND extract(year FROM month_on) = ?"
	if err := b.tx.WithContext(b.ctx).Raw(q, int64(p.f.CompanyID), on.Year()).Scan(&last).Error; err != nil {
		return err
	}
	is := fund.Entry{
		CompanyID: p.f.CompanyID, RegionPath: p.f.RegionPath, OversightLine: p.f.OversightLine, MonthOn: on, BookedOn: c.row.SpentOn, VoucherNo: last + 1, Line: 1, Event: fund.Spent, Debit: fund.Reserve, Credit: fund.Cash,
		AmountFen: c.row.AmountFen, EffectFen: -c.row.AmountFen, UsedFen: c.row.AmountFen, Summary: c.row.Purpose, ExpenseID: &c.row.ID, MadeByName: p.profile.AnsweredByName, MadeAt: at(c.row.SpentOn, 16, 0),
	}
	if err := b.tx.WithContext(b.ctx).Create(&is).Error; err != nil {
		return err
	}
	back := is
	back.ID, back.VoucherNo, back.Event, back.Debit, back.Credit, back.EffectFen, back.UsedFen, back.ReversesID = 0, last+2, fund.Reversal, is.Credit, is.Debit, -is.EffectFen, -is.UsedFen, &is.ID
	back.BookedOn, back.Summary = on.AddMonths(1).AddDays(-1), "冲销："+is.Summary
	return b.tx.WithContext(b.ctx).Create(&back).Error
}

// plan has a year's plan of use approved in its first days; the amounts follow the bills.
func (p *purse) plan(year int, total fen.Amount) error {
	names := map[int16]string{}
	weight := map[int16]fen.Amount{}
	months := map[int16]map[int]bool{}
	var all fen.Amount
	for _, x := range bills {
		n := fen.Amount((x.from + x.until) / 2)
		if months[x.item] == nil {
			months[x.item] = map[int]bool{}
		}
		if len(x.months) == 0 {
			x.months = []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}
		}
		for _, m := range x.months {
			months[x.item][m] = true
		}
		n *= fen.Amount(len(x.months))
		weight[x.item], all = weight[x.item]+n, all+n
		names[x.item] = x.purpose
	}
	is := fund.Plan{
		CompanyID: p.f.CompanyID, RegionPath: p.f.RegionPath, OversightLine: p.f.OversightLine, Year: int32(year), Version: 1, State: "approved", Note: "经安全生产委员会审议，纳入年度财务预算",
		MadeByName: p.b.named("safety").Name, MadePersonID: p.b.named("safety").PersonID, MadeAt: at(day.Of(year, 1, 9), 10, 0), ApprovedByName: p.b.named("principal").Name, ApprovedAt: some(at(day.Of(year, 1, 12), 9, 0)),
	}
	for item := int16(1); item <= 9; item++ {
		if weight[item] == 0 {
			continue
		}
		x := fund.PlanItem{Category: p.profile.Category, Item: item, Tag: tagOf(item), Name: names[item], Owner: p.b.named("safety").Name, MonthsFen: make([]fen.Amount, 12)}
		each := total * weight[item] / all / fen.Amount(len(months[item])) / 100_00 * 100_00
		for m := range months[item] {
			x.MonthsFen[m-1] = each
			is.TotalFen += each
		}
		is.Items.V = append(is.Items.V, x)
	}
	p.planned[year] = is.TotalFen
	return p.b.tx.WithContext(p.b.ctx).Create(&is).Error
}

func tagOf(item int16) string {
	for _, x := range bills {
		if x.item == item {
			return x.tag
		}
	}
	return "other"
}

// plainFund makes up another company's fund: one expense a month; some use too little, some are behind, some in deficit.
func (b *builder) plainFund(f *firm, i int) error {
	closed := b.lastClosed()
	if i%6 == 4 {
		closed = closed.AddMonths(-3)
	}
	p := b.fundOf(f, closed, fen.Amount(20_000_00+i*1_700_00))
	share := []int{78, 92, 41, 69, 85, 73, 33, 118}[i%8] // percent of the due that is used
	due, err := p.dueOf()
	if err != nil {
		return err
	}
	monthly := int(due) * share / 100 / 12 / 100
	if monthly < 100 {
		monthly = 900
	}
	x := bills[i%len(bills)]
	if !p.profile.Bound {
		x.item = int16(1 + i%6)
	}
	x.from, x.until, x.months, x.tie, x.unit = monthly*8/10, monthly*12/10, nil, "", ""
	p.routine([]bill{x}, 1000)
	if err := p.keep(); err != nil {
		return err
	}
	if last := p.first; i%8 == 6 && p.profile.Bound {
		return b.explain(p, last)
	}
	return nil
}

// dueOf is what a firm's first year is due; a tenth of a per cent of its revenue where nothing is.
func (p *purse) dueOf() (fen.Amount, error) {
	if !p.profile.Bound {
		return p.revenue[p.first] / 1000, nil
	}
	r, err := accrual.Compute(accrual.Library(), accrual.Year{Year: p.first, Lines: []accrual.Line{{Category: p.profile.Category, Sub: p.sub, RevenueFen: p.revenue[p.first]}}})
	return r.StandardFen, err
}

// explain hands in the statement of a year in which too little was used.
func (b *builder) explain(p *purse, year int) error {
	var y fund.Year
	if err := b.tx.WithContext(b.ctx).Raw("SELECT * FROM fund_year WHERE company_id = ? AND year = ?", int64(p.f.CompanyID), year).Scan(&y).Error; err != nil || y.UsedFen*100 >= y.DueFen*60 {
		return err
	}
	on := day.Of(year+1, 4, 21)
	if on.After(b.today) {
		return nil
	}
	return b.tx.WithContext(b.ctx).Create(&fund.Statement{
		CompanyID: p.f.CompanyID, RegionPath: p.f.RegionPath, OversightLine: p.f.OversightLine, Year: int32(year), State: fund.StatementSubmitted, DueFen: y.DueFen, UsedFen: y.UsedFen,
		Reasons: "设备更新改造推迟到下一年度实施，年内支出以维护和防护用品为主。", Measures: "已列入本年度计划，二季度完成除尘系统改造。", ReviewedBy: "shareholders", ReviewedOn: on.AddDays(-5), Files: db.Ints{},
		DueOn: day.Of(year+1, 4, 30), MadeByName: p.profile.AnsweredByName, MadeAt: at(on.AddDays(-7), 10, 0), SubmittedByName: p.f.staff[0].Name, SubmittedAt: some(at(on, 10, 0)),
	}).Error
}
