package fund

import (
	"strconv"
	"strings"

	"anbiao/kit/accrual"
	"anbiao/kit/fen"
	"anbiao/kit/search"
	"anbiao/kit/sheet"
)

// Tags are the kinds of use, the same over all industries, with other words that people use for them.
var tags = []struct {
	Tag  string
	Also []string
}{
	{"facility", []string{"安全设施", "安全防护设施", "安全设备", "设施设备", "安全投入"}},
	{"it", []string{"信息化", "安全软件", "信息系统"}},
	{"ppe", []string{"劳保", "劳保用品", "防护用品", "劳动保护"}},
	{"training", []string{"培训", "安全培训", "宣传教育", "教育培训费"}},
	{"insurance", []string{"安责险", "安全生产责任保险", "保险"}},
	{"audit", []string{"评估评价", "评价", "标准化", "咨询", "安全检查", "安全评价"}},
	{"emergency", []string{"应急", "应急演练", "应急救援", "演练"}},
	{"risk", []string{"隐患整改", "隐患治理", "风险管控", "重大危险源"}},
	{"newtech", []string{"新技术", "新装备", "技术改造"}},
	{"testing", []string{"检测", "检验", "检定校准", "特种设备检验"}},
	{"special", []string{"专项"}},
	{"other", []string{"其它", "其他支出"}},
}

func tagOptions() []sheet.Option {
	out := make([]sheet.Option, len(tags))
	for i, t := range tags {
		out[i] = sheet.Option{Value: t.Tag, Title: named("tag-" + t.Tag), Synonyms: t.Also}
	}
	return out
}

func options(prefix string, values ...string) []sheet.Option {
	out := make([]sheet.Option, len(values))
	for i, v := range values {
		out[i] = sheet.Option{Value: v, Title: named(prefix + v)}
	}
	return out
}

func states() []sheet.Option {
	return options("state-", string(Draft), string(Submitted), string(Building), string(Booked), string(Refused), string(Withdrawn), string(Reversed))
}

// ExpenseColumns are the columns of the list of expenses, in the order of the screen.
func ExpenseColumns() []sheet.Column {
	return []sheet.Column{
		{Key: "number", Title: named("expense-number"), Kind: sheet.Code, Width: 16},
		{Key: "spentOn", Title: named("expense-spent-on"), Kind: sheet.Date},
		{Key: "purpose", Title: named("expense-purpose"), Kind: sheet.Text, Width: 40},
		{Key: "itemLabel", Title: named("expense-label"), Kind: sheet.Text, Width: 36},
		{Key: "tag", Title: named("expense-tag"), Kind: sheet.Choice, Choices: tagOptions(), Width: 18},
		{Key: "amount", Title: named("expense-amount"), Kind: sheet.Decimal, Width: 16},
		{Key: "tax", Title: named("expense-tax"), Kind: sheet.Decimal, Width: 14},
		{Key: "payee", Title: named("expense-payee"), Kind: sheet.Text, Width: 28},
		{Key: "unitName", Title: named("expense-unit"), Kind: sheet.Text, Width: 16},
		{Key: "state", Title: named("expense-state"), Kind: sheet.Choice, Choices: states()},
		{Key: "month", Title: named("expense-month"), Kind: sheet.Code},
		{Key: "capital", Title: named("expense-capital"), Kind: sheet.Choice, Choices: yesNo()},
		{Key: "completedOn", Title: named("expense-completed-on"), Kind: sheet.Date},
		{Key: "invoiceNo", Title: named("expense-invoice"), Kind: sheet.Code, Width: 24},
		{Key: "voucher", Title: named("expense-voucher"), Kind: sheet.Code, Width: 16},
		{Key: "tie", Title: named("expense-tie"), Kind: sheet.Choice, Choices: options("tie-", Ties...)},
		{Key: "tieTitle", Title: named("expense-tie-title"), Kind: sheet.Text, Width: 36},
		{Key: "doubtReason", Title: named("expense-doubt-reason"), Kind: sheet.Text, Width: 30},
		{Key: "madeBy", Title: named("expense-made-by"), Kind: sheet.Text},
		{Key: "decidedBy", Title: named("expense-decided-by"), Kind: sheet.Text},
	}
}

// record is an expense as a row of the export.
func (e *Expense) record(l labels) sheet.Record {
	return sheet.Record{Key: e.ID.String(), Values: []string{
		e.Number, e.SpentOn.String(), e.Purpose, l.of(e.Category, e.Item), e.Tag, e.AmountFen.Yuan(), e.TaxFen.Yuan(), e.Payee, e.UnitName, string(e.State), monthWord(e.MonthOn),
		strconv.FormatBool(e.Capital), dayText(e.CompletedOn), e.InvoiceNo, e.Voucher, e.Tie, e.TieTitle, e.DoubtReason, e.MadeByName, e.DecidedByName,
	}}
}

// OldExpenseColumns are the columns of a list of past expenses.
func OldExpenseColumns() []sheet.Column {
	return []sheet.Column{
		{Key: "spentOn", Title: named("expense-spent-on"), Kind: sheet.Date, Required: true, Synonyms: []string{"日期", "支出时间", "使用日期", "记账日期", "付款日期"}, Note: named("expense-old-note")},
		{Key: "purpose", Title: named("expense-purpose"), Kind: sheet.Text, Required: true, Max: 500, Width: 40, Synonyms: []string{"摘要", "内容", "支出内容", "使用内容", "事由", "项目内容"}},
		{Key: "tag", Title: named("expense-tag"), Kind: sheet.Choice, Required: true, Choices: tagOptions(), Width: 18, Synonyms: []string{"类别", "支出类别", "费用类别", "使用范围"}},
		{Key: "item", Title: named("expense-item"), Kind: sheet.Int, Synonyms: []string{"序号项", "使用范围序号"}, Note: named("expense-item-note")},
		{Key: "amount", Title: named("expense-amount"), Kind: sheet.Decimal, Required: true, Width: 16, Synonyms: []string{"金额", "支出金额", "金额（元）", "使用金额", "不含税金额"}},
		{Key: "tax", Title: named("expense-tax"), Kind: sheet.Decimal, Synonyms: []string{"税额", "进项税", "进项税额"}},
		{Key: "payee", Title: named("expense-payee"), Kind: sheet.Text, Required: true, Max: 100, Width: 28, Synonyms: []string{"供应商", "收款方", "往来单位", "单位名称", "对方单位"}},
		{Key: "unit", Title: named("expense-unit"), Kind: sheet.Text, Max: 100, Synonyms: []string{"部门", "车间", "使用部门"}},
		{Key: "capital", Title: named("expense-capital"), Kind: sheet.Choice, Choices: yesNo(), Synonyms: []string{"是否资本化", "固定资产"}},
		{Key: "invoiceNo", Title: named("expense-invoice"), Kind: sheet.Code, Max: 60, Width: 24, Synonyms: []string{"发票号", "发票编号"}},
		{Key: "voucher", Title: named("expense-voucher"), Kind: sheet.Code, Max: 40, Synonyms: []string{"凭证号", "凭证编号", "凭证字号"}},
	}
}

// OldExpenseSample is the row that a template shows as an example.
func OldExpenseSample() map[string]string {
	return map[string]string{
		"spentOn": "2025-03-18", "purpose": "冲压车间光电保护装置更换", "tag": "facility", "amount": "12800.00", "tax": "1664.00", "payee": "永康市安达机电有限公司", "unit": "冲压车间",
		"capital": "false", "invoiceNo": "25332000000012345678", "voucher": "记-0312",
	}
}

// OldExpenseIdentity tells rows about the same expense from others: an invoice, or all that is said where there is none.
func OldExpenseIdentity(r sheet.Row) string {
	v := r.Values
	if f := search.Fold(v["invoiceNo"]); f != "" {
		return "invoice " + f
	}
	return strings.Join([]string{"row", v["spentOn"], v["amount"], v["payee"], v["purpose"], v["voucher"]}, "|")
}

// yuanOf reads a cell of yuan. ok is false for what is no amount, negative or too large.
func yuanOf(s string) (fen.Amount, bool) {
	if s == "" {
		return 0, true
	}
	if whole, part, cut := strings.Cut(s, "."); cut && len(part) > 2 {
		s = whole + "." + strings.TrimRight(part, "0")
		s = strings.TrimSuffix(s, ".")
	}
	a, err := fen.Parse(s)
	return a, err == nil && a >= 0 && a <= most
}

// itemOfTag finds the use item of a number, or the first of a kind: of the industry, else of the generic list.
func itemOfTag(c accrual.Category, r *accrual.Rules, tag string, number int) (category string, item accrual.Scope, ok bool) {
	lists := []struct {
		category string
		items    []accrual.Scope
	}{{c.Code, c.UseScopes.Items}, {"", r.Generic.Items}}
	for _, l := range lists {
		for _, s := range l.items {
			if (number != 0 && s.Item == number) || (number == 0 && s.Tag == tag) {
				return l.category, s, true
			}
		}
		if number != 0 && l.category != "" {
			return "", accrual.Scope{}, false
		}
	}
	if tag != "other" && number == 0 {
		return itemOfTag(c, r, "other", 0)
	}
	return "", accrual.Scope{}, false
}
