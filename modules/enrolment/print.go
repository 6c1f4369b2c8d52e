package enrolment

import (
	"context"
	"strconv"
	"strings"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/doc"
	"anbiao/kit/id"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// say writes a text of this module in one language.
func say(l text.Lang, key string, params ...string) string {
	values := map[string]string{}
	for i := 0; i+1 < len(params); i += 2 {
		values[params[i]] = params[i+1]
	}
	return text.Say(l, "enrolment."+key, values)
}

// sayFact writes a fact; a tag or a state by its name.
func sayFact(l text.Lang, f Fact) string {
	value := f.Value
	if f.Fact == "tags" || f.Fact == "status" {
		var names []string
		for _, v := range strings.Split(value, ",") {
			if name := "enrolment." + f.Fact + "." + v; text.Known(l, name) {
				names = append(names, text.Say(l, name, nil))
			}
		}
		value = strings.Join(names, "、")
	}
	return say(l, "fact."+f.Fact, "value", value)
}

func sayFacts(l text.Lang, facts []Fact) string {
	out := make([]string, 0, len(facts))
	for _, f := range facts {
		out = append(out, sayFact(l, f))
	}
	return strings.Join(out, "；")
}

// PrintNotice prints a notice (告知书) for the company that got it or for a regulator, and names the
// file. Errors: rbac.ErrNotFound.
func (s *Service) PrintNotice(ctx context.Context, n id.Of[Notice]) (content []byte, name string, err error) {
	err = s.Gate.Read(ctx, ActionMine, func(tx db.Tx, scope rbac.Scope) error {
		one, err := noticeByID(ctx, tx, scope, n)
		if err != nil {
			return err
		}
		card, err := cardOf(ctx, tx, scope, one.CompanyID)
		if err != nil {
			return err
		}
		why, err := enrolmentsOf(ctx, tx, one)
		if err != nil {
			return err
		}
		issuer, err := areaName(ctx, tx, one.Area)
		if err != nil {
			return err
		}
		l := text.Of(ctx)
		name = say(l, "print-notice") + "-" + one.Number() + ".pdf"
		content, err = noticePaper(l, one, card.Name, issuer, why, tx.Now)
		return err
	})
	return content, name, err
}

func noticePaper(l text.Lang, n Notice, company, issuer string, why []Enrolment, made time.Time) ([]byte, error) {
	rules := rulesOf(n.RuleVersion)
	d := doc.New(doc.Options{Title: say(l, "print-notice"), Footer: n.Number() + "  " + company, Made: made})
	d.Title(say(l, "print-notice"))
	d.Para(issuer + n.Number())
	d.Para(say(l, "print-to", "company", company))
	d.Para(say(l, "print-body", "day", n.IssuedOn.String()))
	rows := make([][]string, len(why))
	for i, e := range why {
		rows[i] = []string{strconv.Itoa(i + 1), say(l, "rule."+e.Rule), sayFacts(l, e.Facts.V), e.Since.String()}
	}
	d.Table([]doc.Column{{Title: say(l, "print-n"), Width: 12, Align: "C"}, {Title: say(l, "print-rule"), Width: 60}, {Title: say(l, "print-facts")}, {Title: say(l, "print-since"), Width: 26}}, rows)
	d.Gap(3)
	d.Para(say(l, "print-duty"))
	d.Small(say(l, "print-source", "source", rules.Source, "version", n.RuleVersion, "confidence", rules.Confidence))
	received := say(l, "print-not-received")
	if n.ReceivedAt != nil {
		received = n.ReceivedBy + "  " + n.ReceivedAt.In(day.Shanghai).Format("2006-01-02 15:04")
	}
	d.Gap(4)
	d.Fields([][2]string{{say(l, "print-issuer"), issuer}, {say(l, "print-issued-on"), n.IssuedOn.String()}, {say(l, "print-received"), received}})
	return d.Bytes()
}

// PrintClaim prints the form of a claim (奖励申报表), and names the file. Errors: rbac.ErrNotFound.
func (s *Service) PrintClaim(ctx context.Context, n id.Of[id.Claim]) (content []byte, name string, err error) {
	err = s.Gate.Read(ctx, ActionClaims, func(tx db.Tx, scope rbac.Scope) error {
		c, err := claimByID(ctx, tx, scope, n)
		if err != nil {
			return err
		}
		l := text.Of(ctx)
		name = say(l, "print-claim") + "-" + c.CompanyName + ".pdf"
		content, err = claimPaper(l, c, tx.Now)
		return err
	})
	return content, name, err
}

func claimPaper(l text.Lang, c Claim, made time.Time) ([]byte, error) {
	d := doc.New(doc.Options{Title: say(l, "print-claim"), Footer: c.CompanyName, Made: made})
	d.Title(say(l, "print-claim"))
	d.Fields([][2]string{
		{say(l, "print-company"), c.CompanyName},
		{say(l, "print-level"), say(l, "level."+c.Level)},
		{say(l, "print-certificate"), c.CertificateNo},
		{say(l, "print-awarded-on"), c.AwardedOn.String()},
		{say(l, "print-amount"), c.AmountFen.Yuan()},
		{say(l, "print-basis"), c.RateBasis},
		{say(l, "print-account-name"), c.AccountName},
		{say(l, "print-bank"), c.Bank},
		{say(l, "print-account-no"), c.AccountNo},
		{say(l, "print-state"), say(l, "state."+string(c.State))},
	})
	step := func(by string, at *time.Time) string {
		if at == nil {
			return ""
		}
		return by + "  " + at.In(day.Shanghai).Format("2006-01-02 15:04")
	}
	d.Heading(say(l, "print-steps"))
	d.Fields([][2]string{
		{say(l, "print-claimed"), step(c.ClaimedBy, &c.ClaimedAt)},
		{say(l, "print-checked"), strings.TrimSpace(step(c.CheckedBy, c.CheckedAt) + "  " + c.CheckNote)},
		{say(l, "print-approved"), step(c.DecidedBy, c.DecidedAt)},
		{say(l, "print-paid"), strings.TrimSpace(dayText(c.PaidOn) + "  " + c.PaidBy + "  " + c.Voucher)},
		{say(l, "print-reason"), c.Reason},
	})
	d.Gap(6)
	d.Para(say(l, "print-seals"))
	return d.Bytes()
}

func dayText(d day.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}
