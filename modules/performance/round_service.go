package performance

import (
	"context"
	"slices"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/org"
	"anbiao/rbac"
)

// assessBatch is how many assessments one statement writes.
const assessBatch = 500

// Assess computes the round of a period for the actor's company, or computes it anew: what is
// no longer a draft stays as it is. Errors: ErrPeriod for a period that has not ended.
func (s *Service) Assess(ctx context.Context, period string) (made id.Of[Round], err error) {
	err = s.Gate.Write(ctx, ActionRound, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		made, err = s.Round(ctx, tx, home, period, scope.Actor().Name)
		scope.Made(int64(made))
		scope.Changed("performance_round", int64(made), home.CompanyID, struct{ Period string }{}, struct{ Period string }{period})
		return err
	})
	return made, err
}

// Round computes the round of a period for one company, in its own number of statements whatever
// the number of people. Errors: ErrPeriod.
func (s *Service) Round(ctx context.Context, tx db.Tx, home rbac.Home, period, by string) (id.Of[Round], error) {
	f, span, err := SpanOf(period)
	today := day.In(tx.Now, day.Shanghai)
	if err != nil || !today.After(span.Until) {
		return 0, ErrPeriod.At("body.period")
	}
	if _, err := s.Settle(ctx, tx, home.CompanyID, today); err != nil {
		return 0, err
	}
	r := RulesOn(span.Until)
	round := Round{
		CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, Frequency: f, Period: span.Key, FromOn: span.From, UntilOn: span.Until,
		RuleVersion: r.Version, MadeName: by, MadeAt: tx.Now, ComputedAt: tx.Now,
	}
	if err := putRound(ctx, tx, &round); err != nil {
		return 0, err
	}
	if r, err = rulesOf(round.RuleVersion); err != nil { // pinned when it was first computed
		return 0, err
	}
	desk := &desk{round: round, rules: r, span: span}
	if err := s.gather(ctx, tx, desk, home); err != nil {
		return 0, err
	}
	if err := putUnits(ctx, tx, desk.units()); err != nil {
		return 0, err
	}
	list, err := desk.assess(tx)
	if err != nil {
		return 0, err
	}
	for part := range slices.Chunk(list, assessBatch) {
		if err := putAssessments(ctx, tx, part, by); err != nil {
			return 0, err
		}
	}
	return round.ID, nil
}

// desk is everything a round is computed from.
type desk struct {
	round    Round
	rules    *Rules
	span     Span
	setting  Setting
	tree     org.Tree
	cells    map[id.Of[id.Post]][]Cell
	tasks    map[id.Of[id.Staff]][]Task
	evidence map[id.Of[Task]][]Evidence
	checks   map[id.Of[id.Staff]][]Checked
	blames   map[id.Of[id.Staff]][]Blame
	drafts   map[id.Of[id.Staff]]Working // of an earlier computation
	posts    map[id.Of[id.Post]]org.Post
	seat     map[id.Of[id.Staff]]id.Of[id.Unit] // where each person works
}

// gather asks once for everything that the round of a company needs.
func (s *Service) gather(ctx context.Context, tx db.Tx, d *desk, home rbac.Home) (err error) {
	if d.setting, err = settingOf(ctx, tx, home, d.rules); err != nil {
		return err
	}
	if d.tree, err = s.Tree(ctx, tx, home.CompanyID, d.span.Until); err != nil {
		return err
	}
	if d.cells, err = s.cellsOf(ctx, tx, home.CompanyID, d.tree); err != nil {
		return err
	}
	tasks, err := tasksDue(ctx, tx, home.CompanyID, d.span)
	if err != nil {
		return err
	}
	d.tasks = map[id.Of[id.Staff]][]Task{}
	for _, t := range tasks {
		d.tasks[t.StaffID] = append(d.tasks[t.StaffID], t)
	}
	if d.evidence, err = evidenceDue(ctx, tx, home.CompanyID, d.span); err != nil {
		return err
	}
	if d.drafts, err = draftsOf(ctx, tx, d.round); err != nil {
		return err
	}
	d.sit()
	return s.ask(ctx, tx, d, home.CompanyID)
}

// ask asks other modules for checks and hazards.
func (s *Service) ask(ctx context.Context, tx db.Tx, d *desk, company rbac.CompanyID) error {
	d.checks, d.blames = map[id.Of[id.Staff]][]Checked{}, map[id.Of[id.Staff]][]Blame{}
	if s.Checks != nil {
		found, err := s.Checks(ctx, tx, company, d.span.From, d.span.Until)
		if err != nil {
			return err
		}
		for _, c := range found {
			d.checks[c.StaffID] = append(d.checks[c.StaffID], c)
		}
	}
	if s.Blames == nil {
		return nil
	}
	found, err := s.Blames(ctx, tx, company, d.span.From, d.span.Until)
	for _, b := range found {
		d.blames[b.OwnerID] = append(d.blames[b.OwnerID], b)
	}
	return err
}

// sit notes where everybody works: on his main post.
func (d *desk) sit() {
	d.posts, d.seat = map[id.Of[id.Post]]org.Post{}, map[id.Of[id.Staff]]id.Of[id.Unit]{}
	for _, p := range d.tree.Posts {
		d.posts[p.ID] = p
	}
	for _, h := range d.tree.Holders {
		if _, known := d.seat[h.StaffID]; !known || h.Main {
			d.seat[h.StaffID] = unitOf(h, d.posts[h.PostID])
		}
	}
}

// units are the rows of the tree, the company first.
func (d *desk) units() []UnitRow {
	row := func(n int, ref int64, kind, name string) UnitRow {
		return UnitRow{
			CompanyID: d.round.CompanyID, RoundID: d.round.ID, UnitRef: ref, RegionPath: d.round.RegionPath, OversightLine: d.round.OversightLine,
			Kind: kind, UnitName: name, Place: n,
		}
	}
	out := []UnitRow{row(0, 0, Enterprise, "")}
	for i, u := range d.tree.Units {
		r := row(i+1, int64(u.ID), u.Kind, u.Name)
		r.ParentRef, r.UnitID = int64(u.ParentID), &u.ID
		if head := d.head(u); head != 0 {
			r.HeadStaffID = &head
		}
		out = append(out, r)
	}
	return out
}

// head is who leads a unit: named, or by his post where nobody is.
func (d *desk) head(u org.Unit) id.Of[id.Staff] {
	if u.HeadID != 0 {
		return u.HeadID
	}
	for _, h := range d.tree.Holders {
		p := d.posts[h.PostID]
		led := (u.Kind == "workshop" && slices.Contains(p.Types, "workshop_director")) || (u.Kind == "team" && slices.Contains(p.Types, "team_leader"))
		if led && unitOf(h, p) == u.ID {
			return h.StaffID
		}
	}
	return 0
}
