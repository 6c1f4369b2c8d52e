package hazard

import (
	"math/big"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/fen"
	"anbiao/kit/sheet"
	"anbiao/rbac"
)

// ActionImport lets one copy an old ledger into this one.
const ActionImport rbac.Action = "hazard.ledger.import"

// What may be wrong with a row of an old ledger.
var (
	ErrOldDay    = fault.New(fault.Invalid, "hazard.old-day")
	ErrOldOrder  = fault.New(fault.Invalid, "hazard.old-order")
	ErrOldClosed = fault.New(fault.Invalid, "hazard.old-closed")
	ErrOldOwner  = fault.New(fault.Invalid, "hazard.old-owner")
	ErrOldNames  = fault.New(fault.Invalid, "hazard.old-names")
	ErrOldFunds  = fault.New(fault.Invalid, "hazard.old-funds")
)

// Standings of a row of an old ledger, and verdicts on it.
const (
	oldClosed = "closed"
	oldOpen   = "open"
	rowNew    = "new"
	rowSame   = "same"
)

// otherOnSite is the category of an old row that names none: 其他现场管理.
const otherOnSite = "B11"

// OldColumns are the columns of an old ledger (隐患台账), in the order in which most companies keep them.
func OldColumns() []sheet.Column {
	return []sheet.Column{
		{Key: "number", Title: title("编号", "Number"), Kind: sheet.Code, Required: true, Max: 40, Width: 18, Synonyms: []string{"隐患编号", "台账编号", "序号"}, Note: title("原台账中的编号，不得重复", "as in the old ledger, once each")},
		{Key: "foundOn", Title: title("发现日期", "Found on"), Kind: sheet.Date, Required: true, Synonyms: []string{"检查日期", "排查日期", "排查时间", "发现时间", "检查时间", "日期"}},
		{Key: "place", Title: title("地点", "Place"), Kind: sheet.Text, Required: true, Max: 100, Width: 20, Synonyms: []string{"隐患地点", "隐患部位", "位置", "部位", "隐患位置", "场所"}},
		{Key: "description", Title: title("隐患描述", "Description"), Kind: sheet.Text, Required: true, Max: 1000, Width: 40, Synonyms: []string{"描述", "隐患内容", "存在问题", "问题描述", "隐患情况", "事故隐患"}},
		{Key: "level", Title: title("等级", "Level"), Kind: sheet.Choice, Width: 10, Synonyms: []string{"隐患等级", "隐患级别", "级别"}, Choices: []sheet.Option{
			{Value: string(General), Title: title("一般隐患", "General"), Synonyms: []string{"一般", "一般事故隐患"}},
			{Value: string(Major), Title: title("重大隐患", "Major"), Synonyms: []string{"重大", "重大事故隐患"}},
		}, Note: title("不填为一般隐患", "empty: general")},
		{Key: "category", Title: title("分类", "Category"), Kind: sheet.Choice, Width: 22, Choices: subOptions(), Synonyms: []string{"隐患分类", "隐患类别", "类别"}, Note: title("不填为其他现场管理", "empty: other on site")},
		{Key: "source", Title: title("来源", "Source"), Kind: sheet.Choice, Width: 12, Choices: sourceOptions, Synonyms: []string{"隐患来源", "检查类型", "检查方式"}, Note: title("不填为自查", "empty: self-check")},
		{Key: "foundBy", Title: title("发现人", "Found by"), Kind: sheet.Text, Max: 60, Width: 12, Synonyms: []string{"检查人", "排查人", "检查人员"}},
		{Key: "owner", Title: title("责任人", "Responsible"), Kind: sheet.Text, Max: 60, Width: 12, Synonyms: []string{"整改责任人", "整改人", "整改负责人"}, Note: title("姓名、工号或手机号；未整改的须是在册人员", "name, number or phone; of an open row: one of the staff")},
		{Key: "ownerUnit", Title: title("责任部门", "Unit"), Kind: sheet.Text, Max: 60, Width: 14, Synonyms: []string{"整改部门", "责任单位", "部门", "车间"}},
		{Key: "measures", Title: title("整改措施", "Measures"), Kind: sheet.Text, Max: 1000, Width: 30, Synonyms: []string{"措施", "整改情况", "治理措施", "整改要求"}},
		{Key: "deadline", Title: title("整改期限", "Deadline"), Kind: sheet.Date, Synonyms: []string{"期限", "整改时限", "要求完成日期", "限期"}},
		{Key: "funds", Title: title("整改资金（元）", "Funds (yuan)"), Kind: sheet.Decimal, Synonyms: []string{"资金", "整改资金", "投入资金", "资金投入", "治理资金"}},
		{Key: "fixedOn", Title: title("整改完成日期", "Fixed on"), Kind: sheet.Date, Synonyms: []string{"完成日期", "整改日期", "整改完成时间", "完成时间", "实际完成日期"}},
		{Key: "acceptedBy", Title: title("验收人", "Accepted by"), Kind: sheet.Text, Max: 60, Width: 12, Synonyms: []string{"复查人", "验收人员"}},
		{Key: "acceptedOn", Title: title("验收日期", "Accepted on"), Kind: sheet.Date, Synonyms: []string{"验收时间", "复查日期", "销号日期", "销号时间"}},
		{Key: "state", Title: title("状态", "State"), Kind: sheet.Choice, Width: 12, Synonyms: []string{"整改状态", "是否整改", "是否完成", "是否销号"}, Choices: []sheet.Option{
			{Value: oldClosed, Title: title("已销号", "Closed"), Synonyms: []string{"已整改", "已完成", "完成", "已验收", "闭环", "已闭环", "是", "整改完成"}},
			{Value: oldOpen, Title: title("未整改", "Open"), Synonyms: []string{"整改中", "未完成", "未销号", "待整改", "否", "正在整改"}},
		}, Note: title("不填时，有验收日期或完成日期的为已销号", "empty: closed where it was accepted or fixed on a day")},
		{Key: "campaign", Title: title("专项", "Campaign"), Kind: sheet.Text, Max: 50, Width: 16, Synonyms: []string{"专项行动", "专项整治"}},
	}
}

func subOptions() (out []sheet.Option) {
	for _, c := range Categories.Classes {
		for _, s := range c.Subs {
			out = append(out, sheet.Option{Value: s.ID, Title: title(s.Zh, s.En), Synonyms: []string{s.ID, s.ID + " " + s.Zh}})
		}
	}
	return out
}

// OldSample is the row that a template shows as an example.
func OldSample() map[string]string {
	return map[string]string{
		"number": "YH-2024-031", "foundOn": "2024-05-08", "place": "冲压车间 2 号机", "description": "双手按钮失效", "level": string(General), "category": "B02", "source": string(SelfCheck),
		"foundBy": "张三", "owner": "李四", "ownerUnit": "冲压车间", "measures": "更换按钮并试机", "deadline": "2024-05-15", "funds": "300", "fixedOn": "2024-05-12", "acceptedBy": "王五",
		"acceptedOn": "2024-05-13", "state": oldClosed, "campaign": "",
	}
}

// OldIdentity tells rows about the same hazard from others.
func OldIdentity(r sheet.Row) string { return r.Values["number"] }

// old is a row of an old ledger on its way in.
type old struct {
	row *sheet.Row
	o   origin
	bad bool
}

func (r *old) refuse(column string, f *fault.Error) {
	r.bad, r.row.Faults = true, append(r.row.Faults, sheet.CellFault{Row: r.row.Number, Column: column, Code: f.Code, Params: f.Params})
}

// on reads a day that has come; zero where the cell is empty.
func (r *old) on(column string, from day.Date) day.Date {
	d, err := day.Parse(r.row.Values[column])
	switch {
	case r.row.Values[column] == "" || err != nil: // a cell that is no day is marked already
		return day.Date{}
	case d.Year() < 1990 || d.After(day.In(r.o.now, day.Shanghai)):
		r.refuse(column, ErrOldDay)
	case !from.IsZero() && d.Before(from):
		r.refuse(column, ErrOldOrder)
	}
	return d
}

// read makes a hazard of the row: one closed before, as it was (历史); one still open, as stock
// (存量), assigned to who answers for it. people are those whom the row's words mean.
func (r *old) read(people []Member) *file {
	v := r.row.Values
	h := r.o.blank()
	h.OldNumber, h.Place, h.Description, h.Measures, h.Campaign, h.FoundByName = v["number"], v["place"], v["description"], v["measures"], v["campaign"], v["foundBy"]
	h.FoundByStaffID, h.FoundByPersonID = nil, nil
	h.FoundOn = r.on("foundOn", day.Date{})
	h.Source, h.Category = Source(or(v["source"], string(SelfCheck))), or(v["category"], otherOnSite)
	h.FundsFen = r.funds(v["funds"])
	level := Level(or(v["level"], string(General)))
	d, err := day.Parse(v["deadline"])
	if err == nil && d.Before(h.FoundOn) {
		r.refuse("deadline", ErrOldOrder)
	}
	h.Deadline = d
	fixed := r.on("fixedOn", h.FoundOn)
	accepted := r.on("acceptedOn", later(fixed, h.FoundOn))
	if h.FoundOn.IsZero() {
		r.bad = true
		return nil
	}
	h.FoundAt = h.FoundOn.Midnight(day.Shanghai).UTC()
	closed := v["state"] == oldClosed || (v["state"] == "" && !(fixed.IsZero() && accepted.IsZero()))
	if closed {
		return r.restore(h, level, fixed, accepted)
	}
	return r.adopt(h, level, people)
}

// restore is a hazard that was closed before: one step, with the day on which it was closed.
func (r *old) restore(h Hazard, level Level, fixed, accepted day.Date) *file {
	if fixed.IsZero() && accepted.IsZero() {
		r.refuse("fixedOn", ErrOldClosed)
		return nil
	}
	if fixed.IsZero() {
		fixed = accepted
	}
	done := later(accepted, fixed)
	at := fixed.Midnight(day.Shanghai).UTC()
	h.Historical, h.Level, h.FixType, h.ActualFundsFen = true, level, ByDate, h.FundsFen
	h.OwnerName, h.OwnerUnit, h.AcceptedByName = r.row.Values["owner"], r.row.Values["ownerUnit"], r.row.Values["acceptedBy"]
	h.FixedAt, h.FixedOn, h.AcceptedOn, h.CancelledOn = &at, fixed, accepted, done
	f := &file{Hazard: h, by: r.o.by, now: r.o.now}
	f.step(Restore, Cancelled, "", nil, Detail{Level: level, Category: h.Category})
	return f
}

// adopt is a hazard still open. It is assigned where the row says to whom and until when; a
// major one waits to be assigned with the five fixes.
func (r *old) adopt(h Hazard, level Level, people []Member) *file {
	owner := r.row.Values["owner"]
	switch {
	case owner != "" && len(people) == 0:
		r.refuse("owner", ErrOldOwner)
	case len(people) > 1:
		r.refuse("owner", ErrOldNames)
	}
	deadline, measures, funds := h.Deadline, or(h.Measures, "按要求整改"), h.FundsFen
	h.Stock, h.Deadline, h.Measures, h.FundsFen = true, day.Date{}, "", nil
	f := r.o.enter(h, nil)
	if err := f.grade(Grading{Level: level, Category: h.Category}); err != nil || r.bad {
		r.bad = true
		return nil
	}
	if len(people) == 0 {
		return f
	}
	m := people[0]
	if level == Major || deadline.IsZero() {
		f.ProposedOwnerID, f.ProposedOwnerName, f.ProposedDueOn = some(m.ID), m.Name, deadline
		return f
	}
	f.FixType, f.Measures, f.Deadline, f.FundsFen = ByDate, measures, deadline, funds
	f.OwnerID, f.OwnerPersonID, f.OwnerName, f.OwnerUnit = some(m.ID), some(m.Person), m.Name, m.Unit
	f.step(Assign, Assigned, "", nil, Detail{OwnerName: m.Name, OwnerUnit: m.Unit, Deadline: deadline.String(), Measures: measures, FundsFen: funds})
	return f
}

// most is the largest sum that a row may hold: a billion yuan.
var most = big.NewRat(1_000_000_000, 1)

// funds reads yuan.
func (r *old) funds(s string) *fen.Amount {
	yuan, ok := new(big.Rat).SetString(strings.TrimSpace(s))
	if s == "" || !ok {
		return nil
	}
	whole := new(big.Rat).Mul(yuan, big.NewRat(100, 1))
	if yuan.Sign() < 0 || yuan.Cmp(most) > 0 || !whole.IsInt() {
		r.refuse("funds", ErrOldFunds)
		return nil
	}
	n := fen.Amount(whole.Num().Int64())
	return &n
}

func later(a, b day.Date) day.Date {
	if a.After(b) {
		return a
	}
	return b
}

func or(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// oldOrigin is who copies an old ledger.
func oldOrigin(a rbac.Actor, tx db.Tx) origin {
	return origin{
		home: rbac.Home{CompanyID: a.CompanyID, RegionPath: a.RegionPath, Line: a.Line}, now: tx.Now,
		by: Who{Kind: a.Kind, Person: a.PersonID, Staff: a.StaffID, Organisation: a.OrganisationID, Name: a.Name},
	}
}
