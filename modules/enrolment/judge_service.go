package enrolment

import (
	"context"
	"slices"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// judged is one company under judgement, with what came of it.
type judged struct {
	Row     register
	Rules   *Rules // nil: none for its place
	Held    []Held
	Open    []Enrolment // before
	New     []Held
	Ended   []Enrolment
	Level   Level
	Applied bool
	Notice  *Notice
}

// Judge finds which rules hold for companies, in a system transaction: it opens and ends enrolments,
// gives notices of what is new, and brings the list up to date. It asks each source once, however
// many companies there are. Companies are locked first, so that no two judgements of one overlap.
func (s *Service) Judge(ctx context.Context, tx db.Tx, ids []rbac.CompanyID) error {
	all, err := s.look(ctx, tx, distinct(ids))
	if err != nil || len(all) == 0 {
		return err
	}
	now := today(tx)
	var fresh, moved []*judged
	for _, j := range all {
		j.compare()
		if len(j.New) > 0 {
			fresh = append(fresh, j)
		}
		if len(j.New) > 0 || len(j.Ended) > 0 {
			moved = append(moved, j)
		}
	}
	if err := notify(ctx, tx, fresh, now); err != nil {
		return err
	}
	if err := writeEnrolments(ctx, tx, moved, now); err != nil {
		return err
	}
	if err := writeFirms(ctx, tx, all, now); err != nil {
		return err
	}
	return s.follow(ctx, tx, fresh, moved)
}

// look gathers what is known of companies.
func (s *Service) look(ctx context.Context, tx db.Tx, ids []rbac.CompanyID) ([]*judged, error) {
	rows, err := registerOf(ctx, tx, ids)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	found := make([]rbac.CompanyID, len(rows))
	for i, r := range rows {
		found[i] = r.CompanyID
	}
	known, err := s.known(ctx, tx, rows, found)
	if err != nil {
		return nil, err
	}
	levels, err := ask(ctx, tx, s.Sources.Levels, found)
	if err != nil {
		return nil, err
	}
	applied, err := ask(ctx, tx, s.Sources.Underway, found)
	if err != nil {
		return nil, err
	}
	open, err := openOf(ctx, tx, found)
	if err != nil {
		return nil, err
	}
	now, all := today(tx), make([]*judged, len(rows))
	for i, r := range rows {
		j := &judged{Row: r, Open: open[r.CompanyID], Applied: applied[r.CompanyID]}
		if l := levels[r.CompanyID]; !l.Until.Before(now) {
			j.Level = l
		}
		if rules, ok := RulesFor(r.RegionPath, now); ok {
			j.Rules, j.Held = rules, rules.Judge(known[i], now)
		}
		all[i] = j
	}
	return all, nil
}

// ask asks a source that may not be there.
func ask[V any](ctx context.Context, tx db.Tx, source func(context.Context, db.Tx, []rbac.CompanyID) (companies[V], error), ids []rbac.CompanyID) (companies[V], error) {
	if source == nil {
		return nil, nil //nolint:nilnil // an empty map knows nothing of anybody
	}
	return source(ctx, tx, ids)
}

func (s *Service) known(ctx context.Context, tx db.Tx, rows []register, ids []rbac.CompanyID) ([]Known, error) {
	presses, err := ask(ctx, tx, s.Sources.Presses, ids)
	if err != nil {
		return nil, err
	}
	majors, err := ask(ctx, tx, s.Sources.Majors, ids)
	if err != nil {
		return nil, err
	}
	var accidents companies[[]day.Date]
	if s.Sources.Accidents != nil {
		if accidents, err = s.Sources.Accidents(ctx, tx, ids, today(tx).AddMonths(-longest())); err != nil {
			return nil, err
		}
	}
	out := make([]Known, len(rows))
	for i, r := range rows {
		out[i] = Known{
			Industry: r.Industry, Tags: r.Tags, Staff: r.StaffCount, AboveScale: r.AboveScale, Closed: r.Status != "active",
			Presses: presses[r.CompanyID], MajorHazards: majors[r.CompanyID], Accidents: accidents[r.CompanyID],
		}
	}
	return out, nil
}

// compare finds what is new and what no longer holds.
func (j *judged) compare() {
	for _, h := range j.Held {
		if !slices.ContainsFunc(j.Open, func(e Enrolment) bool { return e.Rule == h.Rule }) {
			j.New = append(j.New, h)
		}
	}
	for _, e := range j.Open {
		if !slices.ContainsFunc(j.Held, func(h Held) bool { return h.Rule == e.Rule }) {
			j.Ended = append(j.Ended, e)
		}
	}
}

// since is the earliest day of the rules that hold.
func (j *judged) since(now day.Date) (d day.Date) {
	if len(j.Held) == 0 {
		return d
	}
	d = now
	for _, e := range j.Open {
		if slices.ContainsFunc(j.Held, func(h Held) bool { return h.Rule == e.Rule }) {
			d = day.Earlier(d, e.Since)
		}
	}
	return d
}

func (j *judged) rules() (keys []string) {
	for _, h := range j.Held {
		keys = append(keys, h.Rule)
	}
	return keys
}

func (j *judged) stage() string {
	switch {
	case j.Level.Level != "":
		return Holds
	case j.Applied:
		return Applied
	}
	return None
}

// endFacts is what was known when a rule no longer held.
func (j *judged) endFacts() []Fact {
	f := []Fact{{"status", j.Row.Status}, {"industry", j.Row.Industry}, {"tags", strings.Join(j.Row.Tags, ",")}}
	if j.Row.StaffCount != nil {
		f = append(f, Fact{"staff", itoa(*j.Row.StaffCount)})
	}
	return f
}

// follow tells the companies, and has the board look at those for which something changed.
func (s *Service) follow(ctx context.Context, tx db.Tx, fresh, moved []*judged) error {
	if s.Sources.Tell != nil && len(fresh) > 0 {
		notes := make([]Note, len(fresh))
		for i, j := range fresh {
			notes[i] = Note{j.Row.CompanyID, "enrolment_notice", int64(j.Notice.ID), "enrolment.note-notice", map[string]string{"number": j.Notice.Number()}}
		}
		if err := s.Sources.Tell(ctx, tx, notes); err != nil {
			return err
		}
	}
	if s.Sources.Touch == nil || len(moved) == 0 {
		return nil
	}
	ids := make([]rbac.CompanyID, len(moved))
	for i, j := range moved {
		ids[i] = j.Row.CompanyID
	}
	return s.Sources.Touch(ctx, tx, ids...)
}

// Number is how a notice is cited.
func (n Notice) Number() string {
	return rulesOf(n.RuleVersion).Notice.Mark + "〔" + itoa(n.NumberYear) + "〕" + itoa(n.NumberSeq) + "号"
}

// Obliged says for which companies a rule of some holds; who is missing is not known to have to join.
func Obliged(ctx context.Context, tx db.Tx, ids []rbac.CompanyID, rules []string) (map[rbac.CompanyID]bool, error) {
	return obliged(ctx, tx, ids, rules)
}

// RulesOf are the rules by which companies must join; who need not is missing.
func RulesOf(ctx context.Context, tx db.Tx, ids []rbac.CompanyID) (map[rbac.CompanyID][]string, error) {
	return rulesBy(ctx, tx, ids)
}

// ClassesOf are the classes that hold, as published.
func ClassesOf(ctx context.Context, tx db.Tx, ids []rbac.CompanyID) (map[rbac.CompanyID]string, error) {
	return classesOf(ctx, tx, ids)
}

// distinct returns ids without repetition, in order, so that locks are taken in one order.
func distinct[T any](ids []id.Of[T]) []id.Of[T] {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	return slices.Compact(ids)
}
