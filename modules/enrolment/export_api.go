package enrolment

import (
	"bytes"
	"context"
	"strings"

	"anbiao/kit/page"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/web"
)

func named(key string) map[text.Lang]string {
	return map[text.Lang]string{text.Chinese: say(text.Chinese, key), text.English: say(text.English, key)}
}

func options(prefix string, values ...string) (out []sheet.Option) {
	for _, v := range values {
		out = append(out, sheet.Option{Value: v, Title: named(prefix + v)})
	}
	return out
}

// ExportColumns are the columns of the list of who must join, in the order of the screen.
func ExportColumns() []sheet.Column {
	return []sheet.Column{
		{Key: "name", Title: named("print-company"), Kind: sheet.Text, Width: 34},
		{Key: "town", Title: named("print-town"), Kind: sheet.Text, Width: 16},
		{Key: "rules", Title: named("print-rule"), Kind: sheet.Text, Width: 44},
		{Key: "since", Title: named("print-since"), Kind: sheet.Date},
		{Key: "stage", Title: named("print-stage"), Kind: sheet.Choice, Width: 12, Choices: options("stage.", None, Applied, Holds)},
		{Key: "level", Title: named("print-level"), Kind: sheet.Choice, Width: 12, Choices: options("level.", "1", "2", "3", "pass")},
		{Key: "levelUntil", Title: named("print-until"), Kind: sheet.Date},
		{Key: "notice", Title: named("print-notice"), Kind: sheet.Code, Width: 22},
		{Key: "issuedOn", Title: named("print-issued-on"), Kind: sheet.Date},
		{Key: "received", Title: named("print-received"), Kind: sheet.Choice, Width: 10, Choices: options("yes.", "true", "false")},
	}
}

// ExportPage reads one page of the list for an export. Errors: web.ErrFilter, page.ErrCursor.
func (s *Service) ExportPage(ctx context.Context, filters map[string][]string, cursor string, limit int) (out []sheet.Record, next string, err error) {
	f, err := web.Params[Filter](ctx, filters)
	if err != nil {
		return nil, "", err
	}
	f.Query = page.Query{Limit: limit, Cursor: cursor}
	rows, k, err := s.Firms(ctx, f)
	list := page.Of(rows, k, limit, keyOfLine, func(l Line) Line { return l })
	lang := text.Of(ctx)
	for _, l := range list.Items {
		names := make([]string, len(l.Rules))
		for i, r := range l.Rules {
			names[i] = say(lang, "rule."+r)
		}
		out = append(out, sheet.Record{Key: l.CompanyID.String(), Values: []string{
			l.Name, l.Town, strings.Join(names, "、"), dayText(l.Since), l.Stage, l.Level, dayText(l.LevelUntil), l.number(), l.IssuedOn, map[bool]string{true: "true", false: "false"}[l.Received],
		}})
	}
	return out, list.Next, err
}

// number is the number of the latest notice.
func (l Line) number() string {
	if l.NoticeID == 0 {
		return ""
	}
	return Notice{RuleVersion: l.Version, NumberYear: l.NumberYear, NumberSeq: l.NumberSeq}.Number()
}

// ClaimColumns are the columns of the list of claims; sums are numbers in yuan.
func ClaimColumns() []sheet.Column {
	return []sheet.Column{
		{Key: "company", Title: named("print-company"), Kind: sheet.Text, Width: 34},
		{Key: "level", Title: named("print-level"), Kind: sheet.Choice, Width: 12, Choices: options("level.", "1", "2", "3", "pass")},
		{Key: "certificateNo", Title: named("print-certificate"), Kind: sheet.Code, Width: 24},
		{Key: "awardedOn", Title: named("print-awarded-on"), Kind: sheet.Date},
		{Key: "amount", Title: named("print-amount"), Kind: sheet.Decimal, Width: 14},
		{Key: "state", Title: named("print-state"), Kind: sheet.Choice, Width: 12, Choices: options("state.", "claimed", "returned", "checked", "approved", "paid", "refused")},
		{Key: "accountName", Title: named("print-account-name"), Kind: sheet.Text, Width: 30},
		{Key: "bank", Title: named("print-bank"), Kind: sheet.Text, Width: 24},
		{Key: "accountNo", Title: named("print-account-no"), Kind: sheet.Code, Width: 24},
		{Key: "checkedBy", Title: named("print-checked"), Kind: sheet.Text, Width: 14},
		{Key: "approvedBy", Title: named("print-approved"), Kind: sheet.Text, Width: 14},
		{Key: "paidOn", Title: named("print-paid"), Kind: sheet.Date},
		{Key: "voucher", Title: named("print-voucher"), Kind: sheet.Code, Width: 18},
		{Key: "reason", Title: named("print-reason"), Kind: sheet.Text, Width: 30},
	}
}

// ClaimPage reads one page of the claims for an export. Errors: web.ErrFilter, page.ErrCursor.
func (s *Service) ClaimPage(ctx context.Context, filters map[string][]string, cursor string, limit int) (out []sheet.Record, next string, err error) {
	f, err := web.Params[ClaimFilter](ctx, filters)
	if err != nil {
		return nil, "", err
	}
	f.Query = page.Query{Limit: limit, Cursor: cursor}
	rows, k, err := s.Claims(ctx, f)
	list := page.Of(rows, k, limit, keyOfClaim, func(c Claim) Claim { return c })
	for _, c := range list.Items {
		out = append(out, sheet.Record{Key: c.ID.String(), Values: []string{
			c.CompanyName, c.Level, c.CertificateNo, dayText(c.AwardedOn), c.AmountFen.Yuan(), string(c.State), c.AccountName, c.Bank, c.AccountNo, c.CheckedBy, c.DecidedBy,
			dayText(c.PaidOn), c.Voucher, c.Reason,
		}})
	}
	return out, list.Next, err
}

// ProgressSheet writes the progress of an area by those below it as an Excel file, and names it.
// Errors: ErrArea, ErrNotCounted.
func (s *Service) ProgressSheet(ctx context.Context, parent string, year int16) (content []byte, name string, err error) {
	total, rows, err := s.ProgressOf(ctx, parent, year)
	if err != nil {
		return nil, "", err
	}
	l := text.Of(ctx)
	columns := []sheet.Column{{Key: "area", Title: named("print-area"), Kind: sheet.Text, Width: 20}}
	for _, key := range []string{"due", "applied", "held", "none", "holding", "target", "small", "passed", "rate", "duty-target"} {
		columns = append(columns, sheet.Column{Key: key, Title: named("print-" + key), Kind: sheet.Text, Width: 14})
	}
	var b bytes.Buffer
	err = sheet.Export(&b, columns, func(yield func(sheet.Record, error) bool) {
		for _, p := range append([]Progress{total}, rows...) {
			if !yield(sheet.Record{Key: p.Path, Values: p.cells()}, nil) {
				return
			}
		}
	}, l)
	return b.Bytes(), say(l, "print-progress") + "-" + total.Name + ".xlsx", err
}

func (p Progress) cells() []string {
	target, duty, rate := "", "", ""
	if p.Target != nil {
		target = itoa(p.Target.Value)
	}
	if p.Duty != nil {
		duty = itoa(p.Duty.Value/100) + "%"
	}
	if p.Small > 0 {
		rate = itoa(p.Passed*100/p.Small) + "%"
	}
	return []string{p.Name, itoa(p.Due), itoa(p.Applied), itoa(p.Held), itoa(p.None), itoa(p.Holding), target, itoa(p.Small), itoa(p.Passed), rate, duty}
}
