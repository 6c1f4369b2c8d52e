package emergency

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strconv"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/doc"
	"anbiao/kit/id"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// PrintFiling prints the filing form (生产经营单位生产安全事故应急预案备案申报表). Errors: rbac.ErrNotFound.
func (s *Service) PrintFiling(ctx context.Context, n id.Of[Filing]) (content []byte, err error) {
	say := sayer(text.Of(ctx))
	err = s.Gate.Read(ctx, ActionFilings, func(tx db.Tx, scope rbac.Scope) error {
		f, err := filingByID(ctx, tx, scope, n, "")
		if err != nil {
			return err
		}
		facts := Facts{Name: f.CompanyName}
		if s.Firm != nil {
			if facts, err = s.Firm(ctx, tx, scope, f.CompanyID); err != nil {
				return err
			}
		}
		d := doc.New(doc.Options{Title: say("emergency.print-filing"), Footer: facts.Name, Made: tx.Now})
		d.Title(say("emergency.print-filing"))
		d.Fields([][2]string{
			{say("emergency.print-company"), facts.Name},
			{say("emergency.print-uscc"), facts.USCC},
			{say("emergency.print-address"), facts.Address},
			{say("emergency.print-contact"), facts.Contact},
			{say("emergency.print-plan"), f.PlanName},
			{say("emergency.print-kind"), say("emergency.kind-" + f.PlanKind)},
			{say("emergency.print-version"), f.PlanVersion},
			{say("emergency.print-published"), f.PublishedOn.String()},
			{say("emergency.print-due"), dayText(f.DueOn)},
			{say("emergency.print-handed"), f.SubmittedBy + " " + day.In(f.SubmittedAt, day.Shanghai).String()},
			{say("emergency.print-state"), say("emergency.filing-" + f.State)},
			{say("emergency.print-filed"), dayText(f.FiledOn)},
			{say("emergency.print-filing-number"), f.Number},
		})
		d.Heading(say("emergency.print-documents"))
		rows := make([][]string, 0, len(Documents()))
		for i, one := range Documents() {
			there := say("emergency.print-absent")
			if slices.Contains(f.Documents, one) {
				there = say("emergency.print-present")
			}
			rows = append(rows, []string{strconv.Itoa(i + 1), say("emergency.document-" + one), there})
		}
		d.Table([]doc.Column{{Title: say("emergency.print-number"), Width: 14, Align: "C"}, {Title: say("emergency.print-document")}, {Title: say("emergency.print-there"), Width: 30, Align: "C"}}, rows)
		if f.Answer != "" {
			d.Heading(say("emergency.print-answer"))
			d.Para(f.Answer)
		}
		d.Gap(8)
		d.Fields([][2]string{{say("emergency.print-principal"), ""}, {say("emergency.print-seal"), ""}, {say("emergency.print-officer"), ""}, {say("emergency.print-date"), ""}})
		content, err = written(d)
		return err
	})
	return content, err
}

// PrintYear prints the drills planned and held in a year (年度应急演练计划). Errors: rbac.ErrNotFound.
func (s *Service) PrintYear(ctx context.Context, company rbac.CompanyID, year int) (content []byte, err error) {
	say := sayer(text.Of(ctx))
	err = s.Gate.Read(ctx, ActionDrills, func(tx db.Tx, scope rbac.Scope) error {
		if home, err := scope.Home(); err == nil {
			company = home.CompanyID
		}
		facts := Facts{}
		if s.Firm != nil {
			if facts, err = s.Firm(ctx, tx, scope, company); err != nil {
				return err
			}
		}
		drills, err := drillsIn(ctx, tx, scope, company, year)
		if err != nil {
			return err
		}
		d := doc.New(doc.Options{Landscape: true, Title: say("emergency.print-year"), Footer: facts.Name, Made: tx.Now})
		d.Title(fmt.Sprintf("%d %s", year, say("emergency.print-year")))
		d.Small(facts.Name)
		rows := make([][]string, len(drills))
		for i, x := range drills {
			rows[i] = []string{
				strconv.Itoa(i + 1), x.Name, say("emergency.kind-" + x.Kind), say("emergency.form-" + x.Form), x.PlanName, x.PlannedOn.String(), x.UnitName, x.CommanderName, dayText(x.HeldOn),
			}
		}
		d.Table([]doc.Column{
			{Title: say("emergency.print-number"), Width: 12, Align: "C"},
			{Title: say("emergency.print-drill")},
			{Title: say("emergency.print-kind"), Width: 34},
			{Title: say("emergency.print-form"), Width: 24},
			{Title: say("emergency.print-plan")},
			{Title: say("emergency.print-planned"), Width: 26},
			{Title: say("emergency.print-unit"), Width: 32},
			{Title: say("emergency.print-commander"), Width: 24},
			{Title: say("emergency.print-held"), Width: 26},
		}, rows)
		d.Gap(8)
		d.Fields([][2]string{{say("emergency.print-made"), ""}, {say("emergency.print-approved"), ""}})
		content, err = written(d)
		return err
	})
	return content, err
}

func sayer(l text.Lang) func(string) string {
	return func(code string) string { return text.Say(l, code, nil) }
}

func written(d *doc.Doc) ([]byte, error) {
	var b bytes.Buffer
	err := d.Write(&b)
	return b.Bytes(), err
}
