package award

import (
	"context"
	"math/big"
	"slices"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/scoring"
	"anbiao/rbac"
)

// Condition is one condition of direct renewal, and how it stands.
type Condition struct {
	Key    string
	By     string            // system: from data; person: an officer confirms it
	Known  bool              // false: no data, or not confirmed yet
	Met    bool              // known, and it holds
	Why    string            // code of the reason; a text of this module
	Params map[string]string // of that text
	Note   string            // of the officer
	Who    string            // the officer
	On     day.Date          // he confirmed it
	Clause string
}

// Conditions says whether an award can be renewed directly (直接公示公告), without a review on site.
type Conditions struct {
	AwardID  id.Of[id.Award]
	OpensOn  day.Date // window of renewal
	ClosesOn day.Date
	Direct   bool // every condition is known and met
	All      []Condition
}

// Confirmation is what an officer says of a condition that no data shows.
type Confirmation struct {
	ID            id.Of[Confirmation]
	CompanyID     rbac.CompanyID
	RegionPath    string
	OversightLine int16
	AwardID       id.Of[id.Award]
	Key           string
	Met           bool
	Note          string
	ConfirmedOn   day.Date
	ConfirmedBy   string
}

// Direct checks the conditions of direct renewal of an award, for other nouns' transactions. Errors: rbac.ErrNotFound.
func (s *Service) Direct(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Award]) (c Conditions, err error) {
	a, err := awardByID(ctx, tx, scope, n, false)
	if err != nil {
		return c, err
	}
	return s.conditions(ctx, tx, a)
}

func (s *Service) conditions(ctx context.Context, tx db.Tx, a Award) (c Conditions, err error) {
	b, err := s.basis(ctx, tx, a)
	if err != nil {
		return c, err
	}
	c = Conditions{AwardID: a.ID, OpensOn: a.WindowOn, ClosesOn: a.ValidUntil, Direct: true}
	for _, r := range a.Terms().Conditions {
		one := b.check(a, r)
		one.Key, one.By, one.Clause = r.Key, r.By, r.Clause
		one.Met = one.Met && one.Known
		c.Direct = c.Direct && one.Met
		c.All = append(c.All, one)
	}
	return c, nil
}

// basis is what the conditions are judged by; nil: not known.
type basis struct {
	today     day.Date
	years     []Year
	facts     scoring.Facts
	same      *bool // the scoring table
	revoking  bool
	confirmed map[string]Confirmation
}

func (s *Service) basis(ctx context.Context, tx db.Tx, a Award) (b basis, err error) {
	b.today = today(tx)
	if b.years, err = s.yearsOf(ctx, tx, a); err != nil {
		return b, err
	}
	if b.facts, err = s.factsOf(ctx, tx, a.CompanyID, a.AnnouncedOn, b.today); err != nil {
		return b, err
	}
	if s.SameRubric != nil && a.RubricID != nil {
		same, err := s.SameRubric(ctx, tx, *a.RubricID)
		if err != nil {
			return b, err
		}
		b.same = &same
	}
	if b.revoking, err = revoking(ctx, tx, a); err != nil {
		return b, err
	}
	b.confirmed, err = confirmedOf(ctx, tx, a)
	return b, err
}

func (s *Service) factsOf(ctx context.Context, tx db.Tx, c rbac.CompanyID, from, until day.Date) (scoring.Facts, error) {
	if s.Performance == nil {
		return nil, nil
	}
	all, err := s.Performance(ctx, tx, []rbac.CompanyID{c}, from, until)
	return all[c], err
}

// yearsOf are the years of an award, with what was filed in them.
func (s *Service) yearsOf(ctx context.Context, tx db.Tx, a Award) ([]Year, error) {
	var done []Yearly
	if s.SelfYears != nil {
		all, err := s.SelfYears(ctx, tx, []rbac.CompanyID{a.CompanyID})
		if err != nil {
			return nil, err
		}
		done = all[a.CompanyID]
	}
	paper, err := filingsOf(ctx, tx, a)
	return a.Years(done, paper, s.SelfYears != nil, today(tx)), err
}

// check judges one condition.
func (b basis) check(a Award, r ConditionRule) Condition {
	switch r.Key {
	case "in_window":
		return Condition{
			Known: true, Met: a.Holds(b.today) && !b.today.Before(a.WindowOn), Why: "award.why-window",
			Params: map[string]string{"opens": a.WindowOn.String(), "closes": a.ValidUntil.String()},
		}
	case "no_revocation":
		return Condition{Known: true, Met: a.State != Revoked && !b.revoking, Why: "award.why-revocation"}
	case "yearly_filed":
		return b.yearly()
	case "rubric_same":
		if b.same != nil && *b.same {
			return Condition{Known: true, Met: true, Why: "award.why-rubric"}
		}
		return b.person(r.Key) // whether a new version is a heavy change is for a person to say
	}
	if r.Fact == "" {
		return b.person(r.Key)
	}
	return b.figure(r, a.Level)
}

func (b basis) yearly() Condition {
	filed, over := 0, 0
	c := Condition{Known: true, Met: true, Why: "award.why-yearly", Params: map[string]string{}}
	for _, y := range b.years {
		switch y.State {
		case YearDone:
			filed, over = filed+1, over+1
		case YearLost:
			c.Met, over = false, over+1
		case YearNotYet:
			c.Known, over = false, over+1
		}
	}
	c.Params["filed"], c.Params["over"] = itoa(filed), itoa(over)
	if !c.Met {
		c.Known = true // one is missing, whatever the others are
	}
	return c
}

// figure compares a figure with the most that the level allows; where it is not known, an officer confirms it.
func (b basis) figure(r ConditionRule, level string) Condition {
	n, ok := b.facts[r.Fact]
	if !ok {
		return b.person(r.Key)
	}
	most := r.Max[level]
	c := Condition{Known: true, Met: n.Rat().Cmp(most.Rat()) <= 0, Why: "award.why-" + r.Fact, Params: map[string]string{"n": plain(r.Fact, n), "most": plain(r.Fact, most)}}
	return c
}

// plain is a figure as people read it: money in yuan.
func plain(fact string, n scoring.Num) string {
	if fact != "total_loss_fen" {
		return string(n)
	}
	return new(big.Rat).Quo(n.Rat(), big.NewRat(100, 1)).FloatString(2)
}

func (b basis) person(key string) Condition {
	c, ok := b.confirmed[key]
	if !ok {
		return Condition{Why: "award.why-unconfirmed"}
	}
	return Condition{Known: true, Met: c.Met, Why: "award.why-confirmed", Note: c.Note, Who: c.ConfirmedBy, On: c.ConfirmedOn}
}

// confirmable are the conditions that an officer may confirm: those no data shows.
func confirmable(c Conditions) []string {
	out := []string{}
	for _, one := range c.All {
		if one.By == "person" || one.Why == "award.why-unconfirmed" || one.Why == "award.why-confirmed" {
			out = append(out, one.Key)
		}
	}
	return slices.Compact(out)
}
