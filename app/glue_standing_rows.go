package main

import (
	"context"
	"fmt"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/evidence"
	"anbiao/modules/accident"
	"anbiao/modules/award"
	"anbiao/modules/certificate"
	"anbiao/modules/hazard"
	"anbiao/modules/oversight"
	"anbiao/modules/risk"
	"anbiao/rbac"
)

type opener = func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, limit int) ([]oversight.Behind, error)

// standingRows open the inputs of a standing down to the rows behind them.
func standingRows() map[string]opener {
	return map[string]opener{
		"standardization_level":     awardRows,
		"risk_profile":              metricRows(only(risk.Measured(), risk.ReviewedInTime), "/risk"),
		"hazard_closure":            hazardRows,
		"accidents_and_penalties":   accidentRows,
		"self_report_discipline":    reportRows,
		"training_and_certificates": metricRows(only(certificate.Measured(), certificate.ManagersCertified, certificate.OperatorsCertified), "/certificates"),
	}
}

func awardRows(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, _ int) ([]oversight.Behind, error) {
	rows, err := award.Given(ctx, tx, scope, company)
	out := make([]oversight.Behind, len(rows))
	today := day.In(tx.Now, day.Shanghai)
	for i, a := range rows {
		out[i] = oversight.Behind{Noun: "award", ID: a.ID.String(), Title: a.CertificateNo, On: a.AnnouncedOn, Counts: a.Holds(today)}
	}
	return out, err
}

func hazardRows(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, limit int) ([]oversight.Behind, error) {
	rows, err := hazard.CostlyFirst(ctx, tx, scope, company, limit)
	out := make([]oversight.Behind, len(rows))
	for i, r := range rows {
		out[i] = oversight.Behind{Noun: "hazard", ID: r.ID.String(), Title: r.Number + " " + r.Description, On: r.Deadline, Path: "/hazards/" + r.ID.String(), Counts: r.Counts}
	}
	return out, err
}

func accidentRows(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, limit int) ([]oversight.Behind, error) {
	rows, err := accident.Standing(ctx, tx, scope, company, day.In(tx.Now, day.Shanghai).AddMonths(-12).AddDays(1), limit)
	out := make([]oversight.Behind, len(rows))
	for i, r := range rows {
		out[i] = oversight.Behind{Noun: "accident", ID: fmt.Sprint(r.ID), Title: r.Title, On: r.OnDay, Path: "/accidents", Counts: r.Counts}
	}
	return out, err
}

func reportRows(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, limit int) ([]oversight.Behind, error) {
	rows, err := latestReports(ctx, tx, scope, company, limit)
	out := make([]oversight.Behind, len(rows))
	today := day.In(tx.Now, day.Shanghai)
	for i, r := range rows {
		id := fmt.Sprint(r.ID)
		out[i] = oversight.Behind{Noun: "selfreport", ID: id, Title: r.Period, On: r.DueOn, Path: "/reports/" + id, Counts: r.SubmittedOn.IsZero() && r.DueOn.Before(today)}
	}
	return out, err
}

// metricRows opens metrics of today; what does not count for a company costs it points.
func metricRows(set evidence.Set, path string) opener {
	return func(ctx context.Context, tx db.Tx, _ rbac.Scope, company rbac.CompanyID, limit int) (out []oversight.Behind, err error) {
		today := day.In(tx.Now, day.Shanghai)
		for _, m := range set {
			rows, err := m.Rows(ctx, tx, company, evidence.Period{Key: today.String(), From: today.AddYears(-1), Until: today}, 0, limit)
			if err != nil {
				return nil, err
			}
			for _, r := range rows {
				out = append(out, oversight.Behind{Noun: r.Noun, ID: fmt.Sprint(r.ID), Title: fmt.Sprint("#", r.ID), On: r.On, Path: path, Counts: !r.Counts})
			}
		}
		return out, nil
	}
}
