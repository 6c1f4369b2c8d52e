package main

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/evidence"
	"anbiao/kit/scoring"
	"anbiao/modules/accident"
	"anbiao/modules/account"
	"anbiao/modules/award"
	"anbiao/modules/certificate"
	"anbiao/modules/company"
	"anbiao/modules/enrolment"
	"anbiao/modules/livescore"
	"anbiao/modules/notice"
	"anbiao/modules/oversight"
	"anbiao/modules/penalty"
	"anbiao/modules/programme"
	"anbiao/modules/proof"
	"anbiao/modules/risk"
	"anbiao/rbac"
)

// glueStanding gives the board what other modules know of companies.
func (h *house) glueStanding() {
	h.oversight.Sources = oversight.Sources{
		Hazards: hazardFacts, Reported: reportFacts, Activated: account.Activated, Reports: latestReports,
		Grades: gradesHeld, Obliged: enrolment.Obliged, Classes: enrolment.ClassesOf, Accidents: accidentFacts, Live: liveScores,
		Risks:     shares(only(risk.Measured(), risk.ReviewedInTime)),
		Dishonest: penalty.Listed,
		Holding:   shares(only(certificate.Measured(), certificate.ManagersCertified, certificate.OperatorsCertified)),
		Rows:      standingRows(), Look: h.dossier.Look, Registers: programme.Flags,
		Rules: enrolment.RulesOf, Signals: proof.Waiting, People: company.InCharge, Funds: fundFacts,
	}
	h.oversight.Tell = tellOverseen
}

func gradesHeld(ctx context.Context, tx db.Tx, ids []rbac.CompanyID) (map[rbac.CompanyID]oversight.Grade, error) {
	found, err := award.LevelsOf(ctx, tx, ids)
	out := make(map[rbac.CompanyID]oversight.Grade, len(found))
	for c, l := range found {
		out[c] = oversight.Grade(l)
	}
	return out, err
}

func liveScores(ctx context.Context, tx db.Tx, ids []rbac.CompanyID) (map[rbac.CompanyID]int32, error) {
	found, err := livescore.Scores(ctx, tx, ids)
	out := make(map[rbac.CompanyID]int32, len(found))
	for c, t := range found {
		out[c] = int32(t.Score)
	}
	return out, err
}

func accidentFacts(ctx context.Context, tx db.Tx, ids []rbac.CompanyID, from, until day.Date) (map[rbac.CompanyID]oversight.AccidentFacts, error) {
	found, err := accident.Performance(ctx, tx, ids, from, until)
	out := make(map[rbac.CompanyID]oversight.AccidentFacts, len(found))
	for c, f := range found {
		out[c] = oversight.AccidentFacts{Deaths: int32(whole(f["deaths"])), Severe: int32(whole(f["serious_injuries"])), LossFen: whole(f["total_loss_fen"])}
	}
	return out, err
}

// whole reads a figure that is a whole number; 0 where it is not known.
func whole(n scoring.Num) int64 {
	if n == "" {
		return 0
	}
	r := n.Rat()
	return r.Num().Int64() / r.Denom().Int64()
}

// only picks metrics by their keys.
func only(all evidence.Set, keys ...string) (set evidence.Set) {
	for _, key := range keys {
		if m, ok := all.Find(key); ok {
			set = append(set, m)
		}
	}
	return set
}

// shares adds up metrics of today: one query a metric, however many companies.
func shares(set evidence.Set) func(context.Context, db.Tx, []rbac.CompanyID, day.Date) (map[rbac.CompanyID]oversight.ShareFacts, error) {
	return func(ctx context.Context, tx db.Tx, ids []rbac.CompanyID, today day.Date) (map[rbac.CompanyID]oversight.ShareFacts, error) {
		out := map[rbac.CompanyID]oversight.ShareFacts{}
		for _, m := range set {
			values, err := m.Batch(ctx, tx, ids, evidence.Period{Key: today.String(), From: today.AddYears(-1), Until: today})
			if err != nil {
				return nil, err
			}
			for _, v := range values {
				f := out[v.CompanyID]
				out[v.CompanyID] = oversight.ShareFacts{All: f.All + int32(v.Den), Good: f.Good + int32(v.Num)}
			}
		}
		return out, nil
	}
}

// tellOverseen tells those who answer for safety in many companies, by one statement for the people and one
// for the messages.
func tellOverseen(ctx context.Context, tx db.Tx, list []oversight.Note) error {
	firms := make([]rbac.CompanyID, len(list))
	for i, n := range list {
		firms[i] = n.CompanyID
	}
	people, err := account.Holding(ctx, tx, firms, "safety", "principal")
	if err != nil {
		return err
	}
	var notes []notice.Note
	for _, n := range list {
		for _, p := range people[n.CompanyID] {
			notes = append(notes, notice.Note{Person: p, Company: n.CompanyID, Noun: "oversight", Code: n.Code, Params: n.Params, Key: n.Key + "|" + p.String()})
		}
	}
	_, err = notice.Remind(ctx, tx, notes...)
	return err
}
