package penalty

import (
	"context"
	"errors"
	"slices"
	"strings"

	"anbiao/kit/code"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/fen"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// Verdicts on a row of a list of penalties: what saving it would do.
const (
	RowNew  = "new"
	RowSame = "same"
)

// What may be wrong with a row, besides what is wrong with a penalty.
var (
	ErrRowCompany = fault.New(fault.Invalid, "penalty.row-company")
	ErrRowKind    = fault.New(fault.Invalid, "penalty.row-kind")
	ErrRowAmount  = fault.New(fault.Invalid, "penalty.row-amount")
)

func named(key string) map[text.Lang]string {
	return map[text.Lang]string{text.Chinese: text.Say(text.Chinese, "penalty."+key, nil), text.English: text.Say(text.English, "penalty."+key, nil)}
}

func options(prefix string, values ...string) []sheet.Option {
	out := make([]sheet.Option, len(values))
	for i, v := range values {
		out[i] = sheet.Option{Value: v, Title: named(prefix + v)}
	}
	return out
}

// RosterColumns are the columns of a list of penalties, the same in the template, the import and the export.
func RosterColumns() []sheet.Column {
	return []sheet.Column{
		{Key: "uscc", Title: named("col-uscc"), Kind: sheet.Code, Max: 40, Synonyms: []string{"信用代码", "社会信用代码", "行政相对人代码"}},
		{Key: "name", Title: named("col-name"), Kind: sheet.Text, Required: true, Max: 100, Width: 32, Synonyms: []string{"单位名称", "行政相对人名称", "当事人"}},
		{Key: "number", Title: named("col-number"), Kind: sheet.Text, Required: true, Max: 60, Width: 26, Synonyms: []string{"文号", "决定书文号", "行政处罚决定书文号"}},
		{Key: "body", Title: named("col-body"), Kind: sheet.Text, Required: true, Max: 100, Width: 24, Synonyms: []string{"处罚机关", "执法机关"}},
		{Key: "subject", Title: named("col-subject"), Kind: sheet.Choice, Choices: options("subject-", "enterprise", "principal", "person")},
		{Key: "subjectName", Title: named("col-subject-name"), Kind: sheet.Text, Max: 60},
		{Key: "act", Title: named("col-act"), Kind: sheet.Text, Required: true, Max: 500, Width: 50, Synonyms: []string{"违法事实", "案由"}},
		{Key: "article", Title: named("col-article"), Kind: sheet.Text, Required: true, Max: 200, Width: 32, Synonyms: []string{"依据", "法律依据"}},
		{Key: "kinds", Title: named("col-kinds"), Kind: sheet.Text, Max: 100, Note: named("col-kinds-note"), Synonyms: []string{"处罚类别", "种类"}},
		{Key: "amount", Title: named("col-amount"), Kind: sheet.Decimal, Synonyms: []string{"罚款", "金额", "罚款金额"}},
		{Key: "decidedOn", Title: named("col-decided-on"), Kind: sheet.Date, Required: true, Synonyms: []string{"决定日期", "处罚时间", "处罚日期"}},
		{Key: "publishDueOn", Title: named("col-publish-due-on"), Kind: sheet.Date, Note: named("col-computed")},
		{Key: "publishedOn", Title: named("col-published-on"), Kind: sheet.Date, Synonyms: []string{"公示时间"}},
		{Key: "medium", Title: named("col-medium"), Kind: sheet.Text, Max: 100},
		{Key: "paidOn", Title: named("col-paid-on"), Kind: sheet.Date, Synonyms: []string{"缴款日期"}},
		{Key: "standing", Title: named("col-standing"), Kind: sheet.Choice, Choices: options("standing-", "decided", "published", "repair", "repaired", "withdrawn"), Note: named("col-computed")},
	}
}

// RosterSample is the row that a template shows as an example.
func RosterSample() map[string]string {
	return map[string]string{
		"uscc": "91330784MAXXXX0152", "name": "永康市某某五金有限公司", "number": "（永）应急罚〔2026〕12号", "body": "永康市应急管理局", "subject": "企业", "act": "未采取措施消除事故隐患",
		"article": "安全生产法第一百零二条", "kinds": "罚款", "amount": "20000", "decidedOn": "2026-03-05",
	}
}

// RosterIdentity tells rows about the same decision from others.
func RosterIdentity(r sheet.Row) string {
	return strings.TrimSpace(r.Values["number"]) + "\x1f" + strings.TrimSpace(r.Values["name"]) + "\x1f" + strings.TrimSpace(r.Values["subjectName"])
}

func (p Penalty) key() string {
	return p.CompanyID.String() + "\x1f" + p.Number + "\x1f" + p.SubjectName
}

// rosterSaved sums up one batch for the trail.
type rosterSaved struct{ New int }

// CheckRoster says of each row what saving it would do in the name of a, and notes what is wrong in the row's Faults. For the
// job runner.
func (s *Service) CheckRoster(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row) ([]string, error) {
	_, verdicts, err := s.plan(ctx, tx, a, rows)
	return verdicts, err
}

// SaveRoster enters penalties in the name of a. A decision that is registered already stays as it is, so saving twice changes
// nothing.
func (s *Service) SaveRoster(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row) ([]string, error) {
	fresh, verdicts, err := s.plan(ctx, tx, a, rows)
	if err != nil || len(fresh) == 0 {
		return verdicts, err
	}
	if err := insertPenalties(ctx, tx, fresh); err != nil {
		return nil, err
	}
	steps := make([]Step, len(fresh))
	for i, p := range fresh {
		n := p.ID
		steps[i] = Step{
			CompanyID: p.CompanyID, RegionPath: p.RegionPath, OversightLine: p.OversightLine, PenaltyID: &n, Event: Registered, At: tx.Now, HappenedOn: p.DecidedOn,
			ActorKind: string(rbac.Regulator), PersonID: some(a.PersonID), OrganisationID: some(a.OrganisationID), ActorName: a.Name, Note: p.Number, Files: db.Ints{},
		}
	}
	if err := insertSteps(ctx, tx, steps); err != nil {
		return nil, err
	}
	rbac.ScopeOf(ctx).Changed("penalty.roster", 0, 0, rosterSaved{}, rosterSaved{len(fresh)})
	return verdicts, nil
}

func (*Service) plan(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row) (fresh []Penalty, verdicts []string, err error) {
	verdicts = make([]string, len(rows))
	var codes, names, numbers []string
	for _, r := range rows {
		codes, names, numbers = append(codes, code.Normalise(r.Values["uscc"])), append(names, strings.TrimSpace(r.Values["name"])), append(numbers, strings.TrimSpace(r.Values["number"]))
	}
	byCode, byName, err := firmsBy(ctx, tx, a, codes, names)
	if err != nil {
		return nil, nil, err
	}
	there, err := known(ctx, tx, numbers)
	if err != nil {
		return nil, nil, err
	}
	for i := range rows {
		if len(rows[i].Faults) > 0 {
			continue
		}
		firm, ok := byCode[codes[i]]
		if !ok && codes[i] == "" {
			firm, ok = byName[names[i]]
		}
		if !ok {
			bad(&rows[i], "name", ErrRowCompany)
			continue
		}
		p, column, fe := readRow(&rows[i], firm, a, tx)
		switch {
		case fe != nil:
			bad(&rows[i], column, fe)
		case there[p.key()]:
			verdicts[i] = RowSame
		default:
			there[p.key()], verdicts[i] = true, RowNew
			fresh = append(fresh, p)
		}
	}
	return fresh, verdicts, nil
}

func bad(row *sheet.Row, column string, f *fault.Error) {
	row.Faults = append(row.Faults, sheet.CellFault{Row: row.Number, Column: column, Code: f.Code, Params: f.Params})
}

// readRow makes a penalty of a row; the column is that of the fault.
func readRow(row *sheet.Row, firm rowFirm, a rbac.Actor, tx db.Tx) (p Penalty, column string, fe *fault.Error) {
	v := row.Values
	date := func(key string) day.Date {
		d, err := day.Parse(v[key])
		if err != nil {
			return day.Date{}
		}
		return d
	}
	o := Order{CompanyID: firm.CompanyID, Number: v["number"], Body: v["body"], Subject: v["subject"], SubjectName: v["subjectName"], Act: v["act"], Article: v["article"], DecidedOn: date("decidedOn")}
	if o.Subject == "" {
		o.Subject = "enterprise"
	}
	var ok bool
	if o.Kinds, ok = kindsIn(v["kinds"], v["amount"]); !ok {
		return p, "kinds", ErrRowKind
	}
	if v["amount"] != "" {
		amount, err := fen.Parse(v["amount"])
		if err != nil || amount < 0 {
			return p, "amount", ErrRowAmount
		}
		o.AmountFen = int64(amount)
	}
	p, err := o.make(rbac.Home{CompanyID: firm.CompanyID, RegionPath: firm.RegionPath, Line: firm.OversightLine}, firm.Name, a, tx.Now)
	if err != nil {
		if errors.Is(err, ErrSubject) {
			return p, "subjectName", ErrSubject
		}
		return p, "decidedOn", ErrDay
	}
	if on := date("publishedOn"); !on.IsZero() {
		if err := p.publish(on, today(tx), orElse(v["medium"], "—")); err != nil {
			return p, "publishedOn", ErrDay
		}
	}
	if on := date("paidOn"); !on.IsZero() && p.pay(on, today(tx)) != nil {
		return p, "paidOn", ErrDay
	}
	return p, "", nil
}

func orElse(s, other string) string {
	if strings.TrimSpace(s) == "" {
		return other
	}
	return s
}

// kindsIn reads kinds as people write them: 罚款、警告. Without any, an amount is a fine and none a warning.
func kindsIn(s, amount string) (out []string, ok bool) {
	for _, w := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("、,，;； /", r) }) {
		i := slices.IndexFunc(Kinds, func(k string) bool {
			n := named("kind-" + k)
			return w == k || n[text.Chinese] == w || strings.EqualFold(n[text.English], w)
		})
		if i < 0 {
			return nil, false
		}
		out = append(out, Kinds[i])
	}
	switch {
	case len(out) > 0:
		return out, true
	case strings.Trim(amount, "0.") != "":
		return []string{"fine"}, true
	}
	return []string{"warning"}, true
}

// record is a penalty as a row of the list.
func (p Penalty) record(uscc string) sheet.Record {
	var kinds []string
	for _, k := range p.Kinds {
		kinds = append(kinds, named("kind-" + k)[text.Chinese])
	}
	return sheet.Record{Key: p.ID.String(), Values: []string{
		uscc, p.CompanyName, p.Number, p.Body, p.Subject, p.SubjectName, p.Act, p.Article, strings.Join(kinds, "、"), fen.Amount(p.AmountFen).Yuan(), dayText(p.DecidedOn),
		dayText(p.PublishDueOn), dayText(p.PublishedOn), p.Medium, dayText(p.PaidOn), p.Standing(),
	}}
}

func dayText(d day.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

// record is a listing as a row of the list.
func (x Dishonesty) record(now day.Date) sheet.Record {
	return sheet.Record{Key: x.ID.String(), Values: []string{
		x.CompanyName, x.Subject, x.SubjectName, strings.Join(x.Conditions, "、"), x.Facts, x.Body, x.Standing(now), x.NoticeNo, dayText(x.NoticedOn), x.DecisionNo, dayText(x.ListedOn),
		dayText(x.LastDay), dayText(x.EarlyOn), dayText(x.PublishedOn), dayText(x.RemovedOn),
	}}
}
