package main

import (
	"context"
	"errors"
	"fmt"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/modules/accident"
	"anbiao/modules/account"
	"anbiao/modules/award"
	"anbiao/modules/company"
	"anbiao/modules/due"
	"anbiao/modules/hazard"
	"anbiao/modules/notice"
	"anbiao/modules/rubric"
	"anbiao/modules/standardization"
	"anbiao/modules/transfer"
	"anbiao/rbac"
)

// glueAward gives award what other modules know.
func (h *house) glueAward() {
	s := h.award
	s.FirmOf, s.Claim, s.Due, s.Tell = firmOfAward, h.attachment.ClaimIn, putAward, tellAward
	s.SelfYears, s.Performance, s.Concealed, s.MajorsOverdue, s.SameRubric = selvesOfAwards, accident.Performance, accident.Flawed, majorsOverdue, sameRubric
	s.Touch = func(ctx context.Context, tx db.Tx, companies []rbac.CompanyID) error {
		return touched(ctx, tx, companies...)
	}
	h.transfer.Importers = append(h.transfer.Importers, transfer.Importer{
		Kind: "award-roster", Action: award.ActionEnter, Columns: award.RosterColumns, Sample: award.RosterSample, Identity: award.RosterIdentity, Check: s.CheckRoster, Save: s.SaveRoster,
	})
	h.transfer.Exporters = append(h.transfer.Exporters, transfer.Exporter{Kind: "awards", Action: award.ActionList, Columns: award.ExportColumns, Pages: s.ExportPage})
}

// selvesOfAwards are the finished self-evaluations of companies; those older than the oldest certificate that runs are not asked for.
func selvesOfAwards(ctx context.Context, tx db.Tx, companies []rbac.CompanyID) (map[rbac.CompanyID][]award.Yearly, error) {
	rows, err := standardization.FinishedBy(ctx, tx, companies, day.In(tx.Now, day.Shanghai).AddYears(-6))
	out := map[rbac.CompanyID][]award.Yearly{}
	for _, r := range rows {
		out[r.CompanyID] = append(out[r.CompanyID], award.Yearly{EvaluationID: r.ID, RubricID: r.RubricID, On: r.FinishedOn, Score: r.Score, Level: r.Level})
	}
	return out, err
}

func majorsOverdue(ctx context.Context, tx db.Tx, c rbac.CompanyID, today day.Date) (int, error) {
	facts, err := hazard.Facts(ctx, tx, []rbac.CompanyID{c}, today, today)
	n := 0
	for _, f := range facts {
		n += int(f.MajorOverdue)
	}
	return n, err
}

// sameRubric reports whether a scoring table is the newest version of its code.
func sameRubric(ctx context.Context, tx db.Tx, n id.Of[id.Rubric]) (bool, error) {
	r, err := rubric.Load(ctx, tx, n)
	if errors.Is(err, rbac.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	last, err := rubric.Newest(ctx, tx, r.ID)
	if errors.Is(err, rbac.ErrNotFound) {
		return false, nil
	}
	return last.ID == n, err
}

func firmOfAward(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID) (award.Firm, error) {
	found, err := company.Of(ctx, tx, scope, c)
	return award.Firm{Name: found.Name, USCC: found.USCC, Industry: found.Industry, Closed: found.Status == company.Closed}, err
}

// putAward opens what has a day and settles the rest, all at once.
func putAward(ctx context.Context, tx db.Tx, items []award.Placed) error {
	var open, over []due.Placed
	for _, p := range items {
		if p.Item.On.IsZero() {
			over = append(over, due.Placed{Home: p.Home, Item: p.Item})
			continue
		}
		open = append(open, due.Placed{Home: p.Home, Item: p.Item})
	}
	if err := due.SettleMany(ctx, tx, over); err != nil {
		return err
	}
	return due.PutMany(ctx, tx, open)
}

// tellAward writes the messages of many awards: one query finds the people of all companies, one the officers of each county.
func tellAward(ctx context.Context, tx db.Tx, all []award.Note) error {
	var companies []rbac.CompanyID
	var roles []string
	for _, n := range all {
		if !n.Regulators {
			companies, roles = append(companies, n.CompanyID), n.Roles
		}
	}
	people, err := account.Holding(ctx, tx, companies, roles...)
	if err != nil {
		return err
	}
	officers := map[string][]account.Officer{}
	var notes []notice.Note
	for _, n := range all {
		one := notice.Note{Company: n.CompanyID, Noun: "award", Object: int64(n.AwardID), Code: n.Code, Params: n.Params}
		if !n.Regulators {
			for _, p := range people[n.CompanyID] {
				one.Person, one.Key = p, n.Key+"|"+p.String()
				notes = append(notes, one)
			}
			continue
		}
		area := fmt.Sprintf("%s %d", n.RegionPath[:min(6, len(n.RegionPath))], n.Line)
		found, ok := officers[area]
		if !ok {
			if found, err = account.Overseeing(ctx, tx, n.RegionPath[:min(6, len(n.RegionPath))], n.Line, "city", "county"); err != nil {
				return err
			}
			officers[area] = found
		}
		for _, o := range found {
			one.Person, one.Organisation, one.Key = o.PersonID, o.OrganisationID, n.Key+"|"+o.PersonID.String()+"|"+o.OrganisationID.String()
			notes = append(notes, one)
		}
	}
	_, err = notice.Remind(ctx, tx, notes...)
	return err
}
