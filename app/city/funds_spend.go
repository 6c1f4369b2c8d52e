package city

import (
	"fmt"
	"slices"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/modules/attachment"
	"anbiao/modules/fund"
)

// cost is an expense with what happened to it.
type cost struct {
	row   fund.Expense
	steps []fund.ExpenseStep
	paid  day.Date // capital: when it was paid, before it was in working order
	files []*attachment.File
}

func (c *cost) booked() bool { return c.row.State == fund.Booked }

// enter adds the entries of a cost.
func (c *cost) enter(add func(e fund.Event, debit, credit string, amount fen.Amount, on, month day.Date, summary string, c *cost, round int16)) {
	first := func(d day.Date) day.Date { return day.Of(d.Year(), d.Month(), 1) }
	switch {
	case c.row.Capital && (c.booked() || c.row.State == fund.Building):
		add(fund.CapitalPaid, fund.InProgress, fund.Cash, c.row.AmountFen, c.paid, first(c.paid), c.row.Purpose, c, 0)
		if c.booked() {
			add(fund.CapitalDone, fund.Asset, fund.InProgress, c.row.AmountFen, c.row.CompletedOn, c.row.MonthOn, c.row.Purpose+" 完工转固", c, 0)
			add(fund.CapitalUsed, fund.Reserve, fund.Depreciation, c.row.AmountFen, c.row.CompletedOn, c.row.MonthOn, c.row.Purpose+" 冲减专项储备并全额计提折旧", c, 0)
		}
	case c.booked():
		add(fund.Spent, fund.Reserve, fund.Cash, c.row.AmountFen, c.row.SpentOn, c.row.MonthOn, c.row.Purpose, c, 0)
	}
}

// bill is what something costs that is bought again and again.
type bill struct {
	item    int16
	tag     string
	unit    string
	payee   string
	purpose string
	from    int // yuan
	until   int
	months  []int // empty: every month
	tie     string
}

// bills of the worked company, by the use items of its industry.
var bills = []bill{
	{6, "ppe", "综合管理部", "永康市安信劳保用品有限公司", "劳动防护用品（防割手套、防尘口罩、耳塞）", 9_800, 14_600, nil, "protection"},
	{1, "facility", "抛光打磨车间", "金华市净源环保设备有限公司", "除尘系统滤筒更换、管道积尘清扫", 11_200, 18_900, []int{1, 3, 5, 7, 9, 11}, "hazard"},
	{1, "facility", "冲压车间", "宁波光盾安全装置有限公司", "冲床光电保护装置、双手按钮更换", 9_600, 16_800, []int{2, 4, 6, 8, 10, 12}, "hazard"},
	{8, "testing", "生产设备部", "金华市特种设备检验检测院", "起重机械、储气罐、叉车定期检验", 12_400, 19_800, []int{3, 6, 9, 12}, "equipment"},
	{2, "emergency", "安全环保部", "永康市消防器材有限公司", "灭火器充装、应急照明更换和演练物资", 4_200, 8_600, []int{2, 5, 8, 11}, "drill"},
	{5, "training", "安全环保部", "永康市职业安全培训学校", "全员安全教育培训、隐患举报奖励", 5_600, 9_400, []int{1, 4, 7, 10}, "training"},
	{9, "insurance", "综合管理部", "中国人民财产保险永康支公司", "安全生产责任险年度保费", 46_000, 52_000, []int{3}, ""},
	{4, "audit", "安全环保部", "浙江安科技术服务有限公司", "标准化自评咨询、粉尘爆炸风险评估", 36_000, 42_000, []int{5}, ""},
	{3, "risk", "安全环保部", "杭州安标信息技术有限公司", "风险监测预警系统年度运维", 18_000, 24_000, []int{4}, ""},
	{7, "newtech", "喷涂车间", "佛山智涂机器人有限公司", "喷涂机器人安全联锁试点", 26_000, 32_000, []int{8}, ""},
}

// spent makes up an expense that was approved and booked.
func (p *purse) spent(x bill, on day.Date, amount fen.Amount) *cost {
	by := p.f.staff[min(1, len(p.f.staff)-1)]
	c := &cost{row: fund.Expense{
		CompanyID: p.f.CompanyID, RegionPath: p.f.RegionPath, OversightLine: p.f.OversightLine, Year: int32(on.Year()), State: fund.Booked, SpentOn: on, MonthOn: day.Of(on.Year(), on.Month(), 1),
		AmountFen: amount, TaxFen: amount * 13 / 100, Category: p.profile.Category, Item: x.item, Tag: x.tag, Payee: x.payee, Purpose: x.purpose, InvoiceNo: fmt.Sprintf("2533%08d%08d", int64(p.f.CompanyID)%100_000_000, 10_000_000+len(p.costs)*137),
		Voucher: fmt.Sprintf("记-%02d%02d-%03d", on.Year()%100, on.Month(), 10+len(p.costs)%90), Tie: x.tie, Doubts: db.Texts{}, Files: db.Ints{}, MadeByName: by.Name, MadePersonID: by.PersonID, MadeAt: at(on, 10, 5), ChangedAt: at(on.AddDays(2), 9, 30),
	}}
	c.row.InvoiceFold = c.row.InvoiceNo
	c.row.UnitName = x.unit
	p.step(c, "made", "", by, at(on, 10, 5))
	p.step(c, "submitted", "", by, at(on, 10, 6))
	head := p.f.staff[0]
	p.step(c, "approved", "同意列支", head, at(on.AddDays(2), 9, 30))
	c.row.DecidedByName, c.row.DecidedAt, c.row.DecisionNote = head.Name, some(at(on.AddDays(2), 9, 30)), "同意列支"
	p.costs = append(p.costs, c)
	return c
}

func (p *purse) step(c *cost, event, note string, by *worker, when time.Time) {
	c.steps = append(c.steps, fund.ExpenseStep{
		CompanyID: p.f.CompanyID, RegionPath: p.f.RegionPath, OversightLine: p.f.OversightLine, Event: event, AmountFen: c.row.AmountFen, Note: note, At: when, PersonID: by.PersonID, ActorName: by.Name,
	})
}

// routine lets the bills come month by month until yesterday.
func (p *purse) routine(list []bill, thousandths int) {
	for on := p.profile.StartsOn; on.Before(p.b.today); on = on.AddMonths(1) {
		for i, x := range list {
			if len(x.months) > 0 && !slices.Contains(x.months, int(on.Month())) {
				continue
			}
			paid := on.AddDays(4 + (i*5+int(on.Month())*3)%21)
			if paid.Before(p.b.today) {
				p.spent(x, paid, fen.Amount(p.dice.between(x.from, x.until))*100/1000*fen.Amount(thousandths))
			}
		}
	}
}

// spend numbers the costs by year, ties them, photographs their vouchers and stores them.
func (p *purse) spend() error {
	slices.SortStableFunc(p.costs, func(a, b *cost) int { return a.row.SpentOn.DaysSince(b.row.SpentOn) })
	number := map[int32]int{}
	rows := make([]*fund.Expense, len(p.costs))
	for i, c := range p.costs {
		number[c.row.Year]++
		c.row.Number = fmt.Sprintf("AF-%d-%04d", c.row.Year, number[c.row.Year])
		rows[i] = &c.row
	}
	if err := p.photograph(); err != nil {
		return err
	}
	if err := fillRefs(p.b.ctx, p.b.tx, rows); err != nil {
		return err
	}
	var steps []fund.ExpenseStep
	for _, c := range p.costs {
		for _, s := range c.steps {
			s.ExpenseID = c.row.ID
			steps = append(steps, s)
		}
		for _, f := range c.files {
			if err := p.b.bind(f, "fund_expense", int64(c.row.ID)); err != nil {
				return err
			}
		}
	}
	return fill(p.b.ctx, p.b.tx, steps)
}

// photograph uploads the voucher of each cost of the worked company.
func (p *purse) photograph() error {
	if p.f != p.b.index["safety"] || len(p.b.vouchers) == 0 {
		return nil
	}
	var files []*attachment.File
	for i, c := range p.costs {
		n := 1
		if c.row.AmountFen >= p.profile.PapersAboveFen {
			n = 2
		}
		for k := range n {
			f := p.b.shoot(p.f, p.f.staff[1], c.row.MadeAt.Add(-time.Minute), after, "凭证")
			v := p.b.vouchers[(i+k)%len(p.b.vouchers)]
			f.Bytes, f.SHA256, f.Width, f.Height, f.OriginalKey, f.DisplayKey, f.ThumbKey = v.bytes, v.sum, &v.width, &v.height, v.stem+".original", v.stem+".display", v.stem+".thumb"
			c.files, files = append(c.files, f), append(files, f)
		}
	}
	if err := fillRefs(p.b.ctx, p.b.tx, files); err != nil {
		return err
	}
	for _, c := range p.costs {
		for _, f := range c.files {
			c.row.Files = append(c.row.Files, int64(f.ID))
		}
	}
	return nil
}

// tie finds what the worked company's expenses paid for; what has none loses its tie.
func (p *purse) tie() error {
	type found struct {
		ID    int64
		Title string
	}
	for kind, q := range map[string]string{
		"hazard":     "SELECT id, number || ' ' || left(description, 40) AS title FROM hazard WHERE company_id = ? ORDER BY id DESC LIMIT 12",
		"training":   "SELECT id, title FROM meeting WHERE company_id = ? ORDER BY id LIMIT 8",
		"equipment":  "SELECT id * 4 AS id, number || ' ' || name AS title FROM equipment_machine WHERE company_id = ? ORDER BY id LIMIT 12", // the first of four registers,
		"drill":      "SELECT id, name AS title FROM emergency_drill WHERE company_id = ? ORDER BY id LIMIT 6",
		"protection": "SELECT id, article AS title FROM protection_issue WHERE company_id = ? ORDER BY id LIMIT 12",
	} {
		var rows []found
		if err := p.b.tx.WithContext(p.b.ctx).Raw(q, int64(p.f.CompanyID)).Scan(&rows).Error; err != nil {
			return fmt.Errorf("%s: %w", kind, err)
		}
		n := 0
		for _, c := range p.costs {
			if c.row.Tie != kind {
				continue
			}
			if len(rows) == 0 {
				c.row.Tie = ""
				continue
			}
			c.row.TieID, c.row.TieTitle = &rows[n%len(rows)].ID, rows[n%len(rows)].Title
			n++
		}
	}
	for _, c := range p.costs {
		if c.row.UnitName == "" {
			continue
		}
		var unit id.Of[id.Unit]
		if err := p.b.tx.WithContext(p.b.ctx).Raw("SELECT id FROM staff_unit WHERE company_id = ? AND name = ? ORDER BY id LIMIT 1", int64(p.f.CompanyID), c.row.UnitName).Scan(&unit).Error; err != nil {
			return err
		}
		if unit != 0 {
			c.row.UnitID = &unit
		}
	}
	return nil
}
