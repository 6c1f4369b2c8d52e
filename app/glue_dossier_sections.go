package main

import (
	"context"
	"fmt"
	"strconv"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/modules/award"
	"anbiao/modules/certificate"
	"anbiao/modules/dossier"
	"anbiao/modules/emergency"
	"anbiao/modules/enrolment"
	"anbiao/modules/fund"
	"anbiao/modules/hazard"
	"anbiao/modules/letter"
	"anbiao/modules/penalty"
	"anbiao/modules/risk"
	"anbiao/modules/selfreport"
	"anbiao/modules/standardization"
	"anbiao/rbac"
)

// sections are the parts of a dossier, in the order of the page. What a regulator may not read of a module he does not see here.
func (h *house) sections() []dossier.Section {
	ended := map[string][]string{"ended": {"all"}}
	return []dossier.Section{
		{Key: "level", Facts: levelFacts, Tables: []dossier.Table{
			h.table("awards", "/awards", "/awards/", nil, "level", "certificateNo", "authority", "announcedOn", "validUntil", "state"),
			h.table("gradings", "/gradings", "/gradings/", nil, "number", "level", "kind", "state", "submittedOn", "dueOn"),
			evaluationTable(),
		}},
		{Key: "hazards", Action: hazard.ActionList, Path: "/hazards", Facts: hazardShown, Tables: []dossier.Table{
			h.table("hazards", "/hazards", "/hazards/", map[string][]string{"open": {"true"}}, "number", "description", "level", "state", "ownerName", "foundOn", "deadline", "overdueDays"),
		}},
		{Key: "checks", Tables: []dossier.Table{
			h.table("inspection-checks", "/checks", "/checks/", nil, "startedOn", "pointName", "person", "passed", "failed", "minutes"),
		}},
		{Key: "reports", Action: selfreport.ActionList, Path: "/reports", Facts: reportShown, Tables: []dossier.Table{
			h.table("selfreports", "/reports", "/reports/", nil, "period", "cycle", "state", "dueOn", "late", "overdue"),
		}},
		{Key: "certificates", Action: certificate.ActionList, Path: "/certificates", Shares: []dossier.Share{{Key: "certified", Metrics: []string{certificate.ManagersCertified, certificate.OperatorsCertified}}}, Tables: []dossier.Table{
			h.table("certificates", "/certificates", "/certificates/", nil, "holderName", "kindName", "operationName", "status", "validTo", "nextDueOn"),
		}},
		{Key: "risks", Action: risk.ActionRead, Path: "/risk", Shares: []dossier.Share{{Key: "reviewed", Metrics: []string{risk.ReviewedInTime}}}, Tables: []dossier.Table{
			larger(h.table("risk-events", "/risk", "/risk/events/", map[string][]string{"level": {"major"}}, "number", "unit", "hazard", "level", "controlLevel", "ownerName", "reviewedOn"), "risk-major"),
			larger(h.table("risk-events", "/risk", "/risk/events/", map[string][]string{"level": {"larger"}}, "number", "unit", "hazard", "level", "controlLevel", "ownerName", "reviewedOn"), "risk-larger"),
		}},
		{Key: "equipment", Tables: []dossier.Table{
			h.table("equipment-machine", "/equipment/machines", "", nil), h.table("equipment-special", "/equipment/special", "", nil), h.table("equipment-fire", "/equipment/fire", "", nil),
		}},
		{Key: "emergency", Shares: []dossier.Share{{Key: "drills", Metrics: []string{emergency.DrillsHeld}}}, Tables: []dossier.Table{
			h.table("emergency-plan", "/emergency/plans", "", nil), h.table("emergency-drill", "/emergency/drills", "", nil),
		}},
		{Key: "fund", Action: fund.ActionLedger, Path: "/fund", Facts: fundShown},
		{Key: "permits", Tables: []dossier.Table{
			h.table("permits", "/permits", "/permits/", map[string][]string{"live": {"true"}}, "number", "kind", "level", "place", "from", "until", "state"),
		}},
		{Key: "visits", Tables: []dossier.Table{
			h.table("visits", "/visits", "/visits/", nil, "number", "kind", "body", "state", "plannedOn", "endedOn", "findings", "majors"),
			h.table("visit-orders", "/visit-orders", "/visit-orders/", nil),
		}},
		{Key: "letters", Shares: []dossier.Share{{Key: "signed", Metrics: []string{letter.MetricSigned}}}},
		{Key: "accidents", Tables: []dossier.Table{h.table("accident", "/accidents", "", ended)}},
		{Key: "listings", Tables: []dossier.Table{
			h.table("listings", "/listings", "/listings/", nil, "number", "hazardText", "level", "state", "listedOn", "finishBy", "delistedOn"),
		}},
		{Key: "penalties", Action: penalty.ActionList, Path: "/penalties", Facts: dishonestShown, Tables: []dossier.Table{
			h.table("penalties", "/penalties", "/penalties/", nil, "number", "body", "act", "amount", "decidedOn", "publishedOn", "standing"),
			h.table("dishonesty", "/dishonesty", "/dishonesty/", nil, "subject", "conditions", "body", "standing", "listedOn", "lastDay", "removedOn"),
		}},
	}
}

// larger names a table apart from another of its kind.
func larger(t dossier.Table, key string) dossier.Table {
	t.Key = key
	return t
}

func levelFacts(ctx context.Context, tx db.Tx, _ rbac.Scope, company rbac.CompanyID) (out []dossier.Fact, err error) {
	one := []rbac.CompanyID{company}
	levels, err := award.LevelsOf(ctx, tx, one)
	if err != nil {
		return nil, err
	}
	if l, ok := levels[company]; ok {
		out = append(out, dossier.Fact{Key: "level", Value: "award.level-" + l.Level, Said: true, Tone: "good"}, dossier.Fact{Key: "validUntil", Value: l.Until.String()})
	} else {
		out = append(out, dossier.Fact{Key: "level", Value: "dossier.none", Said: true})
	}
	must, err := enrolment.Obliged(ctx, tx, one, []string{"key_industries", "major_hazards", "high_risk", "scale", "presses", "accident"})
	if err != nil {
		return nil, err
	}
	said := "dossier.no"
	if must[company] {
		said = "dossier.yes"
	}
	out = append(out, dossier.Fact{Key: "mustJoin", Value: said, Said: true})
	classes, err := enrolment.ClassesOf(ctx, tx, one)
	if c := classes[company]; c != "" {
		out = append(out, dossier.Fact{Key: "class", Value: c})
	}
	return out, err
}

func hazardShown(ctx context.Context, tx db.Tx, _ rbac.Scope, company rbac.CompanyID) ([]dossier.Fact, error) {
	today := day.In(tx.Now, day.Shanghai)
	found, err := hazard.Facts(ctx, tx, []rbac.CompanyID{company}, today.AddMonths(-12), today)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	f := found[0]
	tone := func(n int64) string {
		if n > 0 {
			return "bad"
		}
		return "good"
	}
	return []dossier.Fact{
		{Key: "open", Value: strconv.FormatInt(f.Open, 10), Path: "/hazards?open=true"},
		{Key: "overdue", Value: strconv.FormatInt(f.Overdue, 10), Tone: tone(f.Overdue), Path: "/hazards?overdue=true"},
		{Key: "majorOpen", Value: strconv.FormatInt(f.MajorOpen, 10), Tone: tone(f.MajorOpen), Path: "/hazards?open=true&level=major"},
		{Key: "foundYear", Value: strconv.FormatInt(f.Found, 10)},
	}, nil
}

func reportShown(ctx context.Context, tx db.Tx, _ rbac.Scope, company rbac.CompanyID) (out []dossier.Fact, err error) {
	found, err := selfreport.Facts(ctx, tx, []rbac.CompanyID{company})
	if err != nil || len(found) == 0 {
		return nil, err
	}
	f := found[0]
	tone := "good"
	if f.Missing > 0 {
		tone = "bad"
	}
	out = []dossier.Fact{{Key: "missing", Value: strconv.FormatInt(f.Missing, 10), Tone: tone}}
	if f.LastPeriod != "" {
		out = append(out, dossier.Fact{Key: "lastReport", Value: f.LastPeriod + " · " + f.LastSubmittedOn.String()})
	}
	return out, nil
}

func dishonestShown(ctx context.Context, tx db.Tx, _ rbac.Scope, company rbac.CompanyID) ([]dossier.Fact, error) {
	on, err := penalty.Listed(ctx, tx, []rbac.CompanyID{company}, day.In(tx.Now, day.Shanghai))
	if on[company] {
		return []dossier.Fact{{Key: "dishonest", Value: "dossier.yes", Said: true, Tone: "bad"}}, err
	}
	return []dossier.Fact{{Key: "dishonest", Value: "dossier.no", Said: true, Tone: "good"}}, err
}

// evaluationTable lists the self evaluations that a company finished.
func evaluationTable() dossier.Table {
	named := func(key string) map[text.Lang]string {
		return map[text.Lang]string{text.Chinese: text.Say(text.Chinese, "dossier."+key, nil), text.English: text.Say(text.English, "dossier."+key, nil)}
	}
	return dossier.Table{
		Key: "evaluations", Path: "/standardization/evaluations", Row: "/standardization/evaluations/",
		Columns: func() []sheet.Column {
			return []sheet.Column{{Key: "finishedOn", Title: named("col-finished"), Kind: sheet.Date}, {Key: "score", Title: named("col-score")}, {Key: "level", Title: named("col-level")}}
		},
		Rows: func(ctx context.Context, tx db.Tx, _ rbac.Scope, company rbac.CompanyID, limit int) ([]sheet.Record, error) {
			rows, err := standardization.FinishedBy(ctx, tx, []rbac.CompanyID{company}, day.In(tx.Now, day.Shanghai).AddYears(-6))
			var out []sheet.Record
			for i := len(rows) - 1; i >= 0 && len(out) < limit; i-- {
				score := ""
				if rows[i].Score >= 0 {
					score = fmt.Sprintf("%.2f", float64(rows[i].Score)/100)
				}
				out = append(out, sheet.Record{Key: rows[i].ID.String(), Values: []string{rows[i].FinishedOn.String(), score, text.Say(text.Of(ctx), "award.level-"+rows[i].Level, nil)}})
			}
			return out, err
		},
	}
}
