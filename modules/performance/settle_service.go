package performance

import (
	"cmp"
	"context"
	"slices"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// settleBatch is how many pending tasks are looked at together.
const settleBatch = 5000

// Settle fulfils a company's pending tasks with what its people did until a day, and makes those
// whose last day has passed missed, or idle where the rules say so and there was nothing to do.
func (s *Service) Settle(ctx context.Context, tx db.Tx, company rbac.CompanyID, on day.Date) (n int64, err error) {
	from, err := firstPending(ctx, tx, company)
	if err != nil || from.IsZero() {
		return 0, err
	}
	deeds, err := s.deedsOf(ctx, tx, company, from, on)
	if err != nil {
		return 0, err
	}
	after := id.Of[Task](0)
	for {
		tasks, err := lockPending(ctx, tx, company, on, after, settleBatch)
		if err != nil || len(tasks) == 0 {
			return n, err
		}
		after = tasks[len(tasks)-1].ID
		m := matching{rules: RulesOn(on), deeds: deeds, on: on}
		for i := range tasks {
			m.match(&tasks[i], tx)
		}
		if err := putEvidence(ctx, tx, m.evidence); err != nil {
			return n, err
		}
		done, err := settleTasks(ctx, tx, m.settled)
		if err != nil {
			return n, err
		}
		n += done
	}
}

// deedsOf asks every module what was done, by person and in order of days.
func (s *Service) deedsOf(ctx context.Context, tx db.Tx, company rbac.CompanyID, from, until day.Date) (map[id.Of[id.Staff]][]Deed, error) {
	of := map[id.Of[id.Staff]][]Deed{}
	for _, ask := range s.Deeds {
		found, err := ask(ctx, tx, company, from, until)
		if err != nil {
			return nil, err
		}
		for _, d := range found {
			of[d.StaffID] = append(of[d.StaffID], d)
		}
	}
	for _, list := range of {
		inOrder(list)
	}
	return of, nil
}

// inOrder sorts deeds by day.
func inOrder(list []Deed) {
	slices.SortFunc(list, func(a, b Deed) int {
		return cmp.Or(cmp.Compare(a.On.String(), b.On.String()), cmp.Compare(a.Noun, b.Noun), cmp.Compare(a.Object, b.Object))
	})
}

// matching collects what becomes of tasks in one batch.
type matching struct {
	rules    *Rules
	deeds    map[id.Of[id.Staff]][]Deed
	on       day.Date
	settled  []Task
	evidence []Evidence
}

// match looks for the deeds that fulfil a task.
func (m *matching) match(t *Task, tx db.Tx) {
	rule := m.rules.MeasureOf(t.Template, t.EvidenceText)
	var found []Deed
	for _, d := range m.deeds[t.StaffID] {
		if !slices.Contains(rule.Deeds, d.Kind) || d.until().Before(t.FromOn) || d.On.After(t.GraceUntil) {
			continue
		}
		if rule.ByDue && d.On.After(t.DueOn) {
			continue
		}
		if d.On.Before(t.FromOn) { // it lasts from before
			d.On = t.FromOn
		}
		if rule.Modules && !m.rules.covers(t.Modules, d.Modules) {
			continue
		}
		if found = append(found, d); len(found) == rule.Least {
			break
		}
	}
	switch {
	case rule.Least > 0 && len(found) == rule.Least:
		t.settle(found[len(found)-1].On, tx.Now)
		for _, d := range found {
			m.evidence = append(m.evidence, foundEvidence(*t, d, tx))
		}
	case !m.on.After(t.GraceUntil):
		return
	case rule.Idle && len(found) == 0:
		t.Status, t.ExcuseKind, t.SettledAt = Excused, Idle, &tx.Now
	default:
		t.Status, t.SettledAt = Missed, &tx.Now
	}
	m.settled = append(m.settled, *t)
}

func (d Deed) until() day.Date {
	if d.Until.Before(d.On) {
		return d.On
	}
	return d.Until
}

// foundEvidence is a record of this system as evidence for a task.
func foundEvidence(t Task, d Deed, tx db.Tx) Evidence {
	return Evidence{
		CompanyID: t.CompanyID, RegionPath: t.RegionPath, OversightLine: t.OversightLine, TaskID: t.ID, StaffID: t.StaffID, UnitID: t.UnitID,
		Kind: EvidenceKind(d.Kind), Noun: d.Noun, ObjectID: d.Object, HappenedOn: d.On, Title: d.Title, AttachmentIDs: db.Ints{}, Status: Found,
		ByName: t.StaffName, At: tx.Now,
	}
}
