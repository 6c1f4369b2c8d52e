package city

import (
	"slices"
	"strconv"

	"anbiao/kit/accrual"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fen"
	"anbiao/modules/fund"
)

// streamFunds is the stream of dice for safety funds.
const streamFunds = streamHazards + 300

// purse is the fund of one firm as it is made up: two years, month by month.
type purse struct {
	b       *builder
	f       *firm
	dice    dice
	profile fund.Profile
	first   int // year
	closed  day.Date
	sub     string // of the category
	lines   []fund.Line
	months  []fund.Month
	steps   []fund.MonthStep
	costs   []*cost
	entries []fund.Entry
	planned map[int]fen.Amount
	revenue map[int]fen.Amount // that a year is reckoned from
}

// fundOf opens the books of a firm two years back. Months up to closed are closed.
func (b *builder) fundOf(f *firm, closed day.Date, opening fen.Amount) *purse {
	first := b.today.Year() - 1
	p := &purse{b: b, f: f, dice: newDice(seed, streamFunds+uint64(f.CompanyID)), first: first, closed: closed, planned: map[int]fen.Amount{}, revenue: map[int]fen.Amount{}}
	p.profile = fund.Profile{
		CompanyID: f.CompanyID, RegionPath: f.RegionPath, OversightLine: f.OversightLine, AnsweredByName: f.staff[min(1, len(f.staff)-1)].Name, AnsweredAt: at(day.Of(first, 1, 8), 10, 0), StartsOn: day.Of(first, 1, 1),
		OpeningFen: opening, CostAccount: fund.MakingCost, ApproveAboveFen: 50_000_00, PapersAboveFen: 30_000_00, ChangedAt: at(day.Of(first, 1, 8), 10, 0),
	}
	rules := accrual.Library()
	now := rules[len(rules)-1]
	if category, sub, ok := now.Proposed(f.Industry); ok {
		if c, found := now.Category(category); found {
			p.profile.Bound, p.profile.Category, p.profile.Clause, p.sub = true, category, now.Docno+" "+accrual.Clause(c.Article), sub
		}
	}
	if !p.profile.Bound {
		p.profile.Reason = "不在办法列明的行业范围内，据实列支"
	}
	for i, y := range []int{first, first + 1} {
		p.revenue[y] = *f.RevenueFen / 1000 * fen.Amount(900+70*i)
	}
	return p
}

// books reckons both years, month by month, from what was spent.
func (p *purse) books() error {
	rules := accrual.Library()
	opening, prior := p.profile.OpeningFen, fen.Amount(0)
	for y := p.first; y <= p.first+1; y++ {
		in := accrual.Year{Year: y, OpeningFen: opening, PriorDueFen: prior}
		row := fund.Year{
			CompanyID: p.f.CompanyID, RegionPath: p.f.RegionPath, OversightLine: p.f.OversightLine, Year: int32(y), Suspended: db.Shorts{}, OpeningFen: opening, PlannedFen: p.planned[y],
			UsedItems: db.JSON[map[string]fen.Amount]{V: map[string]fen.Amount{}}, ChangedAt: p.b.tx.Now,
		}
		used, capital := [12]fen.Amount{}, [12]fen.Amount{}
		for _, c := range p.costs {
			if c.booked() && c.row.MonthOn.Year() == y {
				m := int(c.row.MonthOn.Month()) - 1
				in.UsedFen[m] += c.row.AmountFen
				if c.row.Capital {
					capital[m] += c.row.AmountFen
				} else {
					used[m] += c.row.AmountFen
				}
				row.UsedFen, row.UsedItems.V[c.row.Tag] = row.UsedFen+c.row.AmountFen, row.UsedItems.V[c.row.Tag]+c.row.AmountFen
			}
		}
		result := accrual.Result{}
		if p.profile.Bound {
			p.lines = append(p.lines, fund.Line{
				CompanyID: p.f.CompanyID, RegionPath: p.f.RegionPath, OversightLine: p.f.OversightLine, Year: int32(y), Name: "主营业务", Category: p.profile.Category, Sub: p.sub, Hazards: db.Texts{},
				RevenueFen: some(p.revenue[y]), Source: strconv.Itoa(y-1) + "年度审计报告", Revisions: db.JSON[[]fund.Revision]{V: []fund.Revision{}}, Files: db.Ints{}, ChangedAt: at(day.Of(y, 1, 10), 9, 0),
			})
			line := &p.lines[len(p.lines)-1]
			if err := p.b.tx.WithContext(p.b.ctx).Create(&row).Error; err != nil {
				return err
			}
			if err := p.b.tx.WithContext(p.b.ctx).Create(line).Error; err != nil {
				return err
			}
			in.Lines = []accrual.Line{{Key: line.ID.String(), Category: line.Category, Sub: line.Sub, RevenueFen: p.revenue[y]}}
			var err error
			if result, err = accrual.Compute(rules, in); err != nil {
				return err
			}
		} else if err := p.b.tx.WithContext(p.b.ctx).Create(&row).Error; err != nil {
			return err
		}
		row.DueFen, prior = result.StandardFen, result.StandardFen
		opening = p.close(&row, result, used, capital)
		if err := p.b.tx.WithContext(p.b.ctx).Where("company_id = ? AND year = ?", row.CompanyID, row.Year).Select("*").Omit("CompanyID", "Year").Updates(&row).Error; err != nil {
			return err
		}
	}
	return nil
}

// close closes a year's months as far as the firm has got, and returns the balance after them.
func (p *purse) close(row *fund.Year, result accrual.Result, used, capital [12]fen.Amount) fen.Amount {
	balance := row.OpeningFen
	for m := range 12 {
		on := day.Of(int(row.Year), 1, 1).AddMonths(m)
		row.UsedCapitalFen += capital[m]
		if on.After(p.closed) {
			balance -= used[m] + capital[m]
			continue
		}
		r := result.Months[m]
		done := at(on.AddMonths(1).AddDays(3), 16, 20)
		is := fund.Month{
			CompanyID: row.CompanyID, RegionPath: row.RegionPath, OversightLine: row.OversightLine, MonthOn: on, State: "closed", Source: "closed", Round: 1, Rules: r.Working.Rules, OpeningFen: balance,
			StandardFen: r.StandardFen, CatchUpFen: r.CatchUpFen, AccruedFen: r.AccruedFen, TopUpFen: r.TopUpFen, UsedExpenseFen: used[m], UsedCapitalFen: capital[m], Suspended: r.Suspended,
			Working: db.JSON[accrual.Working]{V: r.Working}, ClosedAt: done, ClosedByName: p.profile.AnsweredByName,
		}
		is.ClosingFen = balance + is.AccruedFen + is.TopUpFen - used[m] - capital[m]
		balance = is.ClosingFen
		row.AccruedFen, row.Closed = row.AccruedFen+is.AccruedFen+is.TopUpFen, row.Closed+1
		p.months = append(p.months, is)
		p.steps = append(p.steps, fund.MonthStep{
			CompanyID: row.CompanyID, RegionPath: row.RegionPath, OversightLine: row.OversightLine, MonthOn: on, Event: "closed", AccruedFen: is.AccruedFen + is.TopUpFen, ClosingFen: is.ClosingFen, At: done, ActorName: p.profile.AnsweredByName,
		})
	}
	return balance
}

// journal writes the entries of both years in the order in which they were booked.
func (p *purse) journal() {
	add := func(e fund.Event, debit, credit string, amount fen.Amount, on, month day.Date, summary string, c *cost, round int16) {
		if amount == 0 {
			return
		}
		is := fund.Entry{
			CompanyID: p.f.CompanyID, RegionPath: p.f.RegionPath, OversightLine: p.f.OversightLine, MonthOn: month, BookedOn: on, Event: e, Round: round, Debit: debit, Credit: credit, AmountFen: amount,
			Summary: summary, MadeByName: p.profile.AnsweredByName, MadeAt: at(on, 16, 0),
		}
		switch fund.Reserve {
		case credit:
			is.EffectFen = amount
		case debit:
			is.EffectFen = -amount
		}
		if e == fund.Spent || e == fund.CapitalUsed {
			is.UsedFen = amount
		}
		if c != nil {
			is.ExpenseID = &c.row.ID
		}
		p.entries = append(p.entries, is)
	}
	add(fund.Opening, fund.Brought, fund.Reserve, p.profile.OpeningFen, p.profile.StartsOn, p.profile.StartsOn, "启用系统时的专项储备结余", nil, 0)
	for _, c := range p.costs {
		c.enter(add)
	}
	for _, m := range p.months {
		last := m.MonthOn.AddMonths(1).AddDays(-1)
		name := m.MonthOn.String()[:7]
		add(fund.Accrual, p.profile.CostAccount, fund.Reserve, m.AccruedFen, last, m.MonthOn, "计提"+name+"安全生产费用", nil, m.Round)
		add(fund.TopUp, p.profile.CostAccount, fund.Reserve, m.TopUpFen, last, m.MonthOn, "补提"+name+"安全生产费用赤字", nil, m.Round)
	}
	slices.SortStableFunc(p.entries, func(a, b fund.Entry) int {
		return a.MonthOn.DaysSince(b.MonthOn)*100 + a.BookedOn.DaysSince(b.BookedOn)
	})
	number := map[int]int32{}
	for i := range p.entries {
		e := &p.entries[i]
		if e.Event == fund.CapitalUsed { // of one voucher with the asset's own line
			e.VoucherNo, e.Line = p.entries[i-1].VoucherNo, p.entries[i-1].Line+1
			continue
		}
		number[e.MonthOn.Year()]++
		e.VoucherNo, e.Line = number[e.MonthOn.Year()], 1
	}
}

// keep stores what was made up.
func (p *purse) keep() error {
	if err := p.b.tx.WithContext(p.b.ctx).Create(&p.profile).Error; err != nil {
		return err
	}
	if err := p.spend(); err != nil {
		return err
	}
	if err := p.books(); err != nil {
		return err
	}
	p.journal()
	if err := fill(p.b.ctx, p.b.tx, p.months); err != nil {
		return err
	}
	if err := fill(p.b.ctx, p.b.tx, p.steps); err != nil {
		return err
	}
	return fill(p.b.ctx, p.b.tx, p.entries)
}
