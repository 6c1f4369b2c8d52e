package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/scoring"
	"anbiao/modules/accident"
	"anbiao/modules/account"
	"anbiao/modules/award"
	"anbiao/modules/certificate"
	"anbiao/modules/company"
	"anbiao/modules/due"
	"anbiao/modules/grading"
	"anbiao/modules/hazard"
	"anbiao/modules/notice"
	"anbiao/modules/penalty"
	"anbiao/modules/standardization"
	"anbiao/rbac"
)

// glueGrading gives grading what other modules know.
func (h *house) glueGrading() {
	s := h.grading
	s.Card, s.Unit, s.Facts, s.Held = gradedFirm, officeName, gradingFacts, heldLevel
	s.Outcome, s.Selves, s.Needs.OpenReview = outcomeOf, selvesOf, h.standardization.OpenReview
	s.Dishonest = dishonestOn
	s.Direct, s.Grant, s.Bar = h.renewable, h.grantLevel, h.award.Bar
	s.Claim, s.Due, s.Tell, s.Touch = h.claimGrading, due.PutAt, tellGrading, touched
	h.award.Open = grading.Underway
}

func gradedFirm(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID) (name, code string, err error) {
	found, err := company.Of(ctx, tx, scope, c)
	return found.Name, found.Code(), err
}

// claimGrading makes files a company's, whoever brings them.
func (h *house) claimGrading(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID, files []id.Of[id.Attachment], noun string, object int64) error {
	return h.attachment.ClaimIn(ctx, tx, scope, c, files, noun, object)
}

func gradingFacts(ctx context.Context, tx db.Tx, _ rbac.Scope, c rbac.CompanyID, months []int, today day.Date) (f grading.Facts, err error) {
	ids := []rbac.CompanyID{c}
	f.Performance = map[int]map[string]int64{}
	for _, m := range months {
		found, err := accident.Performance(ctx, tx, ids, today.AddMonths(-m), today)
		if err != nil {
			return f, err
		}
		if p, ok := found[c]; ok {
			f.Performance[m] = wholeNumbers(p)
		}
	}
	ledger, err := hazard.Facts(ctx, tx, ids, today.AddMonths(-12), today)
	if err != nil {
		return f, err
	}
	for _, l := range ledger {
		open := int(l.MajorOpen)
		f.OpenMajors = &open
	}
	all, expired, err := company.LicencesOn(ctx, tx, c, today)
	if err != nil {
		return f, err
	}
	f.Licences = &grading.Papers{All: all, Expired: expired}
	held, lapsed, err := certificate.Lapsed(ctx, tx, c, today)
	if err != nil {
		return f, err
	}
	if held > 0 {
		f.Uncertified = &lapsed
	}
	safety, err := account.Holding(ctx, tx, ids, "safety")
	there := len(safety[c]) > 0
	f.SafetyStaff = &there
	return f, err
}

// dishonestOn says whether a company is on the list of serious dishonesty.
func dishonestOn(ctx context.Context, tx db.Tx, c rbac.CompanyID, on day.Date) (bool, error) {
	found, err := penalty.Listed(ctx, tx, []rbac.CompanyID{c}, on)
	return found[c], err
}

func wholeNumbers(facts scoring.Facts) map[string]int64 {
	out := map[string]int64{}
	for k, v := range facts {
		if n, err := strconv.ParseInt(string(v), 10, 64); err == nil {
			out[k] = n
		}
	}
	return out
}

func heldLevel(ctx context.Context, tx db.Tx, c rbac.CompanyID) (grading.Held, error) {
	found, err := award.HeldBy(ctx, tx, c)
	return grading.Held{Level: found.Level, Until: found.Until, RevokedOn: found.RevokedOn, BarredUntil: found.BarredUntil}, err
}

func outcomeOf(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Evaluation]) (grading.Evaluation, error) {
	found, err := standardization.OutcomeOf(ctx, tx, scope, n)
	return evaluated(found), err
}

func selvesOf(ctx context.Context, tx db.Tx, c rbac.CompanyID) ([]grading.Evaluation, error) {
	found, err := standardization.SelfYears(ctx, tx, c)
	out := make([]grading.Evaluation, len(found))
	for i, o := range found {
		out[i] = evaluated(o)
	}
	return out, err
}

func evaluated(o standardization.Outcome) grading.Evaluation {
	return grading.Evaluation{
		ID: o.ID, CompanyID: o.CompanyID, Kind: string(o.Kind), RubricID: o.RubricID, Year: o.Year, State: string(o.State), FinishedOn: o.FinishedOn, PublishedFrom: o.PublishedFrom,
		PublishedUntil: o.PublishedUntil, Score: o.Score, Exact: o.Exact, Official: o.Official, Level: o.Level, LevelName: o.LevelName, Reasons: o.Reasons, Unknown: o.Unknown,
	}
}

func (h *house) renewable(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Award]) (grading.Renewable, error) {
	c, err := h.award.Direct(ctx, tx, scope, n)
	if err != nil {
		return grading.Renewable{}, err
	}
	home, err := scope.Home()
	if err != nil {
		return grading.Renewable{}, err
	}
	held, err := award.HeldBy(ctx, tx, home.CompanyID)
	today := day.In(tx.Now, day.Shanghai)
	r := grading.Renewable{Level: held.Level, Direct: c.Direct, Open: !today.Before(c.OpensOn) && !today.After(c.ClosesOn)}
	for _, x := range c.All {
		if !x.Met {
			r.Why = append(r.Why, x.Key)
		}
	}
	return r, err
}

func (h *house) grantLevel(ctx context.Context, tx db.Tx, scope rbac.Scope, g grading.Granted) error {
	_, err := h.award.Grant(ctx, tx, scope, award.Grant(g))
	return err
}

// tellGrading writes the messages of a step to those of one side.
func tellGrading(ctx context.Context, tx db.Tx, n grading.Note) error {
	key := fmt.Sprintf("grading|%s|%s|%s", n.CompanyID, n.ApplicationID, n.Key)
	note := notice.Note{Company: n.CompanyID, Noun: "grading", Object: int64(n.ApplicationID), Code: n.Code, Params: n.Params, Key: key}
	if len(n.Roles) > 0 {
		return told(ctx, tx, note, 0, 0, n.Roles)
	}
	var officers []account.Officer
	var err error
	switch {
	case n.Organisation != 0:
		officers, err = account.Members(ctx, tx, n.Organisation)
	case n.Rank == grading.County || n.Rank == grading.City:
		officers, err = account.Overseeing(ctx, tx, n.RegionPath, n.Line, string(n.Rank))
	case n.Rank == "":
		err = errors.New("grading: a message to nobody")
	}
	if err != nil {
		return err
	}
	notes := make([]notice.Note, len(officers))
	for i, o := range officers {
		notes[i] = note
		notes[i].Person, notes[i].Organisation, notes[i].Key = o.PersonID, o.OrganisationID, key+"|"+o.PersonID.String()+"|"+o.OrganisationID.String()
	}
	_, err = notice.Remind(ctx, tx, notes...)
	return err
}
