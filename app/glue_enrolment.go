package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/scoring"
	"anbiao/modules/accident"
	"anbiao/modules/account"
	"anbiao/modules/award"
	"anbiao/modules/enrolment"
	"anbiao/modules/equipment"
	"anbiao/modules/grading"
	"anbiao/modules/notice"
	"anbiao/modules/rubric"
	"anbiao/modules/standardization"
	"anbiao/rbac"
)

// glueEnrolment gives enrolment what other modules know.
func (h *house) glueEnrolment() {
	h.enrolment.Sources = enrolment.Sources{
		Presses: equipment.PressCounts, Majors: majorsOpen, Late: majorsLate, Accidents: accident.Serious, Deaths: deathsOf, Levels: levelsHeld, Underway: grading.UnderwayOf,
		Awards: awardsGiven, Tables: tablesFor, Open: h.openSheet, Outcome: sheetOutcome, Claim: h.attachment.ClaimIn, Tell: tellEnrolment,
		Touch: touched,
	}
}

func majorsOpen(ctx context.Context, tx db.Tx, ids []rbac.CompanyID) (map[rbac.CompanyID]int, error) {
	found, err := hazardFacts(ctx, tx, ids, day.In(tx.Now, day.Shanghai))
	out := make(map[rbac.CompanyID]int, len(found))
	for c, f := range found {
		out[c] = int(f.MajorOpen)
	}
	return out, err
}

func majorsLate(ctx context.Context, tx db.Tx, ids []rbac.CompanyID) (map[rbac.CompanyID]int, error) {
	found, err := hazardFacts(ctx, tx, ids, day.In(tx.Now, day.Shanghai))
	out := make(map[rbac.CompanyID]int, len(found))
	for c, f := range found {
		out[c] = int(f.MajorOverdue)
	}
	return out, err
}

func deathsOf(ctx context.Context, tx db.Tx, ids []rbac.CompanyID, from, until day.Date) (map[rbac.CompanyID]int, error) {
	found, err := accidentFacts(ctx, tx, ids, from, until)
	out := make(map[rbac.CompanyID]int, len(found))
	for c, f := range found {
		out[c] = int(f.Deaths)
	}
	return out, err
}

func levelsHeld(ctx context.Context, tx db.Tx, ids []rbac.CompanyID) (map[rbac.CompanyID]enrolment.Level, error) {
	found, err := award.LevelsOf(ctx, tx, ids)
	out := make(map[rbac.CompanyID]enrolment.Level, len(found))
	for c, l := range found {
		out[c] = enrolment.Level(l)
	}
	return out, err
}

func awardsGiven(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) ([]enrolment.Award, error) {
	found, err := award.Given(ctx, tx, scope, company)
	out := make([]enrolment.Award, len(found))
	for i, a := range found {
		out[i] = enrolment.Award{ID: a.ID, Level: a.Level, CertificateNo: a.CertificateNo, AnnouncedOn: a.AnnouncedOn}
	}
	return out, err
}

// tablesFor are the tables of an assessment, those of the smallest area first.
func tablesFor(ctx context.Context, tx db.Tx, kind, region string, on day.Date) ([]enrolment.Table, error) {
	found, err := rubric.Published(ctx, tx, scoring.Purpose(kind), region, on)
	slices.SortStableFunc(found, func(a, b rubric.Listed) int {
		return cmp.Or(cmp.Compare(len(b.Region), len(a.Region)), cmp.Compare(b.Version, a.Version))
	})
	var out []enrolment.Table
	for _, l := range found {
		if l.Scorable {
			out = append(out, enrolment.Table{ID: l.ID, Title: l.Title + " " + l.Version})
		}
	}
	return out, err
}

func (h *house) openSheet(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, kind string, table id.Of[id.Rubric], year int, title string) (id.Of[id.Evaluation], error) {
	return h.standardization.OpenAssessment(ctx, tx, scope, company, standardization.Kind(kind), standardization.Beginning{RubricID: table, Year: year, Title: title})
}

func sheetOutcome(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Evaluation]) (enrolment.Outcome, error) {
	o, err := standardization.OutcomeOf(ctx, tx, scope, n)
	return enrolment.Outcome{CompanyID: o.CompanyID, Finished: !o.FinishedOn.IsZero(), Score: o.Score, Level: o.Level, Reasons: o.Reasons}, err
}

// tellEnrolment writes messages: one query finds the people of all companies, one writes.
func tellEnrolment(ctx context.Context, tx db.Tx, notes []enrolment.Note) error {
	companies := make([]rbac.CompanyID, len(notes))
	for i, n := range notes {
		companies[i] = n.CompanyID
	}
	people, err := account.Holding(ctx, tx, companies, "principal", "safety")
	if err != nil {
		return err
	}
	var out []notice.Note
	today := day.In(tx.Now, day.Shanghai).String()
	for _, n := range notes {
		for _, p := range people[n.CompanyID] {
			key := fmt.Sprintf("%s|%s|%d|%s|%s|%s", n.Noun, n.CompanyID, n.Object, n.Code, today, p)
			out = append(out, notice.Note{Person: p, Company: n.CompanyID, Noun: n.Noun, Object: n.Object, Code: n.Code, Params: n.Params, Key: key})
		}
	}
	_, err = notice.Remind(ctx, tx, out...)
	return err
}
