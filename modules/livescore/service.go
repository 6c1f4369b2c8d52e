package livescore

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/evidence"
	"anbiao/kit/id"
	"anbiao/kit/scoring"
	"anbiao/rbac"
)

// Answers are the answers by hand of a company's last finished self-evaluation.
type Answers struct {
	RubricID     id.Of[id.Rubric]
	EvaluationID id.Of[id.Evaluation]
	Answers      scoring.Answers
	On           map[string]day.Date // when an item was answered
	Facts        scoring.Facts
}

// Listed is a published scoring table for grading.
type Listed struct {
	ID     id.Of[id.Rubric]
	Code   string
	Region string // where it is used; empty: everywhere
}

// Service is what the rest of the program may ask about this module. The funcs work in the caller's
// transaction; one that is nil knows nothing.
type Service struct {
	Gate    *rbac.Gate
	Metrics evidence.Set
	// Kept are the answers by hand of companies, in one query.
	Kept func(ctx context.Context, tx db.Tx, companies []rbac.CompanyID) (map[rbac.CompanyID]Answers, error)
	// Facts are figures of the safety performance (安全绩效) of companies in a period.
	Facts func(ctx context.Context, tx db.Tx, companies []rbac.CompanyID, from, until day.Date) (map[rbac.CompanyID]scoring.Facts, error)
	// Load returns a scoring table, which nobody changes.
	Load func(ctx context.Context, tx db.Tx, n id.Of[id.Rubric]) (*scoring.Rubric, error)
	// Tables are the newest versions of the scorable tables for grading that are published on a day.
	Tables func(ctx context.Context, tx db.Tx, on day.Date) ([]Listed, error)

	tables sync.Map // id → *bound
}

// Today is a company's live score in short.
type Today struct {
	Score int // hundredths of 100; -1: nothing is known
	Level string
	On    day.Date
}

// Scores returns the live scores of companies that have one, in one query.
func Scores(ctx context.Context, tx db.Tx, companies []rbac.CompanyID) (map[rbac.CompanyID]Today, error) {
	found, err := scoresOf(ctx, tx, companies)
	out := make(map[rbac.CompanyID]Today, len(found))
	for n, s := range found {
		out[n] = Today{int(s.Score), s.Level, day.In(s.At, day.Shanghai)}
	}
	return out, err
}

// Read lists the figures that scores read on a day: metric and key of the period.
func Read(today day.Date) (metrics, periods []string) {
	for _, s := range current.slots {
		metrics, periods = append(metrics, s.Metric), append(periods, s.Period.On(today).Key)
	}
	return metrics, periods
}

// table returns a table made ready; it is made so once.
func (s *Service) table(ctx context.Context, tx db.Tx, n id.Of[id.Rubric]) (*bound, error) {
	if b, ok := s.tables.Load(n); ok {
		return b.(*bound), nil
	}
	r, err := s.Load(ctx, tx, n)
	if err != nil {
		return nil, fmt.Errorf("livescore: table %s: %w", n, err)
	}
	b, _ := s.tables.LoadOrStore(n, bind(n, r, current))
	return b.(*bound), nil
}

// chosen is the table that a company is scored by: of the code that its last self-evaluation used the
// newest that its area has, else its area's own, else what the defaults say. False: there is none.
func (s *Service) chosen(ctx context.Context, tx db.Tx, f firm, kept *Answers, published []Listed) (*bound, bool, error) {
	if kept != nil {
		used, err := s.table(ctx, tx, kept.RubricID)
		if err != nil {
			return nil, false, err
		}
		if l, ok := nearest(published, f.RegionPath, func(l Listed) bool { return l.Code == used.c.Table.ID }); ok && l.ID != kept.RubricID {
			used, err = s.table(ctx, tx, l.ID)
		}
		return used, true, err
	}
	l, ok := nearest(published, f.RegionPath, func(l Listed) bool { return l.Region != "" })
	for i := 0; !ok && i < len(current.Defaults); i++ {
		if d := current.Defaults[i]; d.fits(f.Industry, f.SizeClass) {
			l, ok = nearest(published, f.RegionPath, func(l Listed) bool { return l.Code == d.Rubric })
		}
	}
	if !ok {
		return nil, false, nil
	}
	b, err := s.table(ctx, tx, l.ID)
	return b, true, err
}

// nearest is the table of the smallest area around a place.
func nearest(published []Listed, path string, wanted func(Listed) bool) (best Listed, ok bool) {
	for _, l := range published {
		if strings.HasPrefix(path, l.Region) && (!ok || len(l.Region) > len(best.Region)) && wanted(l) {
			best, ok = l, true
		}
	}
	return best, ok
}

// Measure computes the bound figures of companies, those that modules provide, a query each.
func (s *Service) Measure(ctx context.Context, tx db.Tx, companies []rbac.CompanyID) error {
	today := day.In(tx.Now, day.Shanghai)
	for _, span := range spans {
		var set evidence.Set
		for _, slot := range current.slots {
			if m, ok := s.Metrics.Find(slot.Metric); ok && slot.Period == span {
				set = append(set, m)
			}
		}
		if len(set) == 0 {
			continue
		}
		if _, err := set.Fill(ctx, tx, companies, span.On(today)); err != nil {
			return err
		}
	}
	return nil
}

// Refresh measures and scores companies of which something is known to have changed.
func (s *Service) Refresh(ctx context.Context, tx db.Tx, ids []rbac.CompanyID) error {
	firms, err := firmsOf(ctx, tx, ids)
	if err != nil || len(firms) == 0 {
		return err
	}
	locked := len(firms) <= lockAtMost
	open := make([]rbac.CompanyID, len(firms))
	for i, f := range firms {
		open[i] = f.CompanyID
	}
	if locked {
		if err := lockFirms(ctx, tx, open); err != nil {
			return err
		}
	}
	if err := s.Measure(ctx, tx, open); err != nil {
		return err
	}
	return s.rescore(ctx, tx, firms, locked)
}

// lockAtMost is how many companies one transaction locks by themselves.
const lockAtMost = 200

// rescore scores companies from the figures that are kept, and writes what changed.
func (s *Service) rescore(ctx context.Context, tx db.Tx, firms []firm, locked bool) error {
	if s.Load == nil || s.Tables == nil {
		return nil
	}
	b, err := s.gather(ctx, tx, firms)
	if err != nil {
		return err
	}
	stored, err := prints(ctx, tx, firms)
	if err != nil {
		return err
	}
	var rows []scoreRow
	var moved []rbac.CompanyID
	for i, f := range firms {
		one, ok, err := b.scoreOne(ctx, tx, s, i)
		if err != nil {
			return err
		}
		was, known := stored[f.CompanyID]
		sum := int64(0)
		if ok {
			sum = b.work.fingerprint(one, f, b.kept(i), b.valuesOf(i))
		}
		if !ok || (known && was == sum) || (!known && b.work.share.known == 0) {
			continue
		}
		rows = append(rows, b.row(one, i, sum))
		if known {
			moved = append(moved, f.CompanyID)
		}
	}
	if len(rows) == 0 {
		return nil
	}
	before, err := scoresOf(ctx, tx, moved)
	if err != nil {
		return err
	}
	changes, err := s.compare(ctx, tx, rows, before)
	if err != nil {
		return err
	}
	return writeScores(ctx, tx, rows, changes, b.today, locked)
}

// batch is what some companies are scored from.
type batch struct {
	today     day.Date
	firms     []firm
	published []Listed
	answers   map[rbac.CompanyID]Answers
	facts     map[rbac.CompanyID]scoring.Facts
	values    []value // a row of slots a company
	work      scored
}

// gather reads what companies are scored from, each by one query.
func (s *Service) gather(ctx context.Context, tx db.Tx, firms []firm) (b *batch, err error) {
	b = &batch{today: day.In(tx.Now, day.Shanghai), firms: firms, values: make([]value, len(firms)*len(current.slots))}
	ids := make([]rbac.CompanyID, len(firms))
	for i, f := range firms {
		ids[i] = f.CompanyID
	}
	if b.published, err = s.Tables(ctx, tx, b.today); err != nil {
		return nil, err
	}
	if s.Kept != nil {
		if b.answers, err = s.Kept(ctx, tx, ids); err != nil {
			return nil, err
		}
	}
	if s.Facts != nil {
		if b.facts, err = s.Facts(ctx, tx, ids, b.today.AddYears(-1).AddDays(1), b.today); err != nil {
			return nil, err
		}
	}
	return b, readValues(ctx, tx, firms, b.today, b.values)
}

func (b *batch) valuesOf(i int) []value {
	return b.values[i*len(current.slots) : (i+1)*len(current.slots)]
}

// kept are a company's answers by hand, with the figures of its performance; nil: it has neither.
func (b *batch) kept(i int) *Answers {
	n := b.firms[i].CompanyID
	a, ok := b.answers[n]
	facts, more := b.facts[n]
	if !ok && !more {
		return nil
	}
	if more {
		a.Facts = facts // the last year's, as they are now
	}
	return &a
}

// scoreOne scores one company of the batch into its work.
func (b *batch) scoreOne(ctx context.Context, tx db.Tx, s *Service, i int) (*bound, bool, error) {
	a := b.kept(i)
	hand := a
	if a != nil && a.RubricID == 0 {
		hand = nil
	}
	t, ok, err := s.chosen(ctx, tx, b.firms[i], hand, b.published)
	if err != nil || !ok {
		return nil, false, err
	}
	if a == nil {
		a = &Answers{}
	}
	b.work.score(t, a.Answers, a.Facts, b.valuesOf(i))
	return t, true, nil
}

// row is a company's scoring on its way into the table.
func (b *batch) row(t *bound, i int, sum int64) scoreRow {
	f, w := b.firms[i], &b.work
	r := scoreRow{
		Company: f.CompanyID, Region: f.RegionPath, Line: f.OversightLine, Rubric: t.id, Score: int32(w.tally.Hundredths()), Exact: w.tally.Exact(), Level: w.level(t), //nolint:gosec // at most 10000
		Measured: shareOf(w.share.measured, t.points), Known: shareOf(w.share.known, t.points), Open: w.open, Print: sum, Moved: true,
		Result: Inputs{Items: w.items(t), Values: map[string][2]int64{}},
	}
	if a := b.kept(i); a != nil {
		r.Evaluation = int64(a.EvaluationID)
	}
	for n, v := range b.valuesOf(i) {
		if v.den > 0 {
			r.Result.Values[current.slots[n].key()] = [2]int64{v.num, v.den}
		}
	}
	return r
}

// shareOf is part of whole in hundredths of a percent.
func shareOf(part, whole int64) int32 {
	if whole <= 0 {
		return 0
	}
	return int32(part * 10_000 / whole) //nolint:gosec // at most 10000
}

func (s Slot) key() string { return s.Metric + "|" + string(s.Period) }

// compare finds what moved scores since they were stored, and marks those whose day says something new.
func (s *Service) compare(ctx context.Context, tx db.Tx, rows []scoreRow, before map[rbac.CompanyID]*Score) (out []changeRow, err error) {
	for i := range rows {
		r := &rows[i]
		was := before[r.Company]
		if was == nil {
			continue
		}
		r.Moved = was.RubricID != r.Rubric || was.Score != r.Score || was.Exact != r.Exact || was.Level != r.Level || was.Measured != r.Measured || was.Known != r.Known
		base := changeRow{Company: r.Company, Region: r.Region, Line: r.Line, Rubric: r.Rubric, FS: was.Score, TS: r.Score}
		t, err := s.table(ctx, tx, r.Rubric)
		if err != nil {
			return nil, err
		}
		if was.RubricID != r.Rubric || len(was.Result.V.Items) != len(r.Result.Items) {
			out = append(out, base)
			continue
		}
		for n, points := range r.Result.Items {
			if was.Result.V.Items[n] != points {
				out = append(out, t.moved(base, n, was.Result.V, r.Result))
			}
		}
	}
	return out, nil
}

// moved says what moved an item: the first of its figures whose effect changed, else the first that
// changed at all, else an answer by hand.
func (b *bound) moved(c changeRow, item int, was, is Inputs) changeRow {
	c.Item, c.FP, c.TP = b.c.Items[item].Code, was.Items[item], is.Items[item]
	first := func(differ func(r *boundRule, from, to [2]int64) bool) int {
		return slices.IndexFunc(b.rules, func(r boundRule) bool {
			key := current.slots[r.slot].key()
			return r.item == item && differ(&r, was.Values[key], is.Values[key])
		})
	}
	at := first(func(r *boundRule, from, to [2]int64) bool { return r.effect(from) != r.effect(to) })
	if at < 0 {
		at = first(func(_ *boundRule, from, to [2]int64) bool { return from != to })
	}
	if at >= 0 {
		slot := current.slots[b.rules[at].slot]
		from, to := was.Values[slot.key()], is.Values[slot.key()]
		c.Metric, c.Period, c.FN, c.FD, c.TN, c.TD = slot.Metric, string(slot.Period), from[0], from[1], to[0], to[1]
	}
	return c
}

// effect is what a figure does through a rule.
func (r *boundRule) effect(v [2]int64) (x struct {
	measured, none, below bool
	missing               int64
},
) {
	if x.measured = v[1] > 0; !x.measured {
		return x
	}
	x.none = v[0] <= 0 && len(r.none) > 0
	x.below = r.below >= 0 && v[0]*100 < r.percent*v[1]
	if len(r.each) > 0 {
		x.missing = max(0, v[1]-v[0])
	}
	return x
}
