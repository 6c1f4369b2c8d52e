package livescore

import (
	"context"
	"slices"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/evidence"
	"anbiao/kit/page"
	"anbiao/kit/scoring"
	"anbiao/rbac"
)

// Sheet is a company's live score with everything that led to it.
type Sheet struct {
	Table    *scoring.Rubric
	Stored   *Score // nil: not scored yet
	Result   *scoring.Result
	Measured []bool // by the table's order of items
	Open     int
	Share    int32 // measured, hundredths of a percent
	Known    int32
	Score    int
	Exact    string
	Level    string
	Kept     *Answers
	Today    day.Date
	Week     []Change // what moved it in the last seven days, latest first

	bound    *bound
	items    []int32
	values   []value
	provided func(metric string) bool
	lifts    []Lift
}

// Lift is something that would raise a score: a figure made perfect, or an item brought to full marks.
type Lift struct {
	Slot  Slot // of a figure; zero of an answer by hand
	Items []string
	Gain  int   // hundredths of the score, by the engine
	Work  int64 // how many are missing, or were found
}

// weekDays is how far back "this week" reaches.
const weekDays = 7

// At returns the live score of a company in scope; of the actor's own where none is named.
// Errors: rbac.ErrNotFound, ErrUnscored.
func (s *Service) At(ctx context.Context, company rbac.CompanyID) (sheet Sheet, err error) {
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) error {
		f, err := whose(ctx, tx, scope, company)
		if err != nil {
			return err
		}
		sheet, err = s.sheet(ctx, tx, f)
		return err
	})
	return sheet, err
}

// whose is the company that is asked about.
func whose(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) (firm, error) {
	if home, err := scope.Home(); err == nil && company == 0 {
		company = home.CompanyID
	}
	return firmByID(ctx, tx, scope, company)
}

func (s *Service) sheet(ctx context.Context, tx db.Tx, f firm) (out Sheet, err error) {
	if s.Load == nil || s.Tables == nil {
		return out, ErrUnscored
	}
	b, err := s.gather(ctx, tx, []firm{f})
	if err != nil {
		return out, err
	}
	t, ok, err := b.scoreOne(ctx, tx, s, 0)
	if err != nil || !ok {
		return out, orUnscored(err)
	}
	w := &b.work
	out = Sheet{
		Table: t.c.Table, Measured: slices.Clone(w.measured), Open: w.open, Share: shareOf(w.share.measured, t.points), Known: shareOf(w.share.known, t.points),
		Score: w.tally.Hundredths(), Exact: w.tally.Exact(), Level: w.level(t), Kept: b.kept(0), Today: b.today, bound: t, items: w.items(t), values: b.values,
		provided: func(metric string) bool { _, ok := s.Metrics.Find(metric); return ok },
	}
	var facts scoring.Facts
	if out.Kept != nil {
		facts = out.Kept.Facts
	}
	out.Result = t.c.Table.Score(t.c.Known(w.sheet), facts)
	out.lifts = b.lifts(t, out)
	stored, err := scoresOf(ctx, tx, []rbac.CompanyID{f.CompanyID})
	if err != nil {
		return out, err
	}
	out.Stored = stored[f.CompanyID]
	out.Week, err = changesSince(ctx, tx, f.CompanyID, b.today.AddDays(1-weekDays))
	return out, err
}

func orUnscored(err error) error {
	if err == nil {
		return ErrUnscored
	}
	return err
}

// lifts asks the engine what each figure made perfect, and each item that lost points by hand brought to
// full marks, would gain; most first, and of the same gain the least work first.
func (b *batch) lifts(t *bound, now Sheet) (out []Lift) {
	a := b.kept(0)
	if a == nil {
		a = &Answers{}
	}
	values := b.valuesOf(0)
	var w scored
	gain := func(answers scoring.Answers, values []value) int {
		w.score(t, answers, a.Facts, values)
		return w.tally.Hundredths() - now.Score
	}
	for n, slot := range current.slots {
		v := values[n]
		if v.den <= v.num {
			continue
		}
		perfect := slices.Clone(values)
		perfect[n].num = v.den
		l := Lift{Slot: slot, Gain: gain(a.Answers, perfect), Work: v.den - v.num}
		for _, r := range t.rules {
			if code := t.c.Items[r.item].Code; r.slot == n && !slices.Contains(l.Items, code) {
				l.Items = append(l.Items, code)
			}
		}
		if l.Gain > 0 {
			out = append(out, l)
		}
	}
	for code, answer := range a.Answers {
		if len(answer.Hits) == 0 || answer.NA {
			continue
		}
		mended := scoring.Answers{}
		for k, v := range a.Answers {
			mended[k] = v
		}
		mended[code] = scoring.Answer{}
		if l := (Lift{Items: []string{code}, Gain: gain(mended, values), Work: found(answer)}); l.Gain > 0 {
			out = append(out, l)
		}
	}
	slices.SortFunc(out, func(x, y Lift) int {
		if x.Gain != y.Gain {
			return y.Gain - x.Gain
		}
		if x.Work != y.Work {
			return int(x.Work - y.Work)
		}
		return slices.Compare(x.Items, y.Items)
	})
	return out
}

func found(a scoring.Answer) (n int64) {
	for _, times := range a.Hits {
		n += int64(times)
	}
	return n
}

// History returns how the score of a company in scope went since a day, and where it stood before:
// the days on which it changed. Errors: rbac.ErrNotFound.
func (s *Service) History(ctx context.Context, company rbac.CompanyID, days int) (out []Day, err error) {
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) error {
		f, err := whose(ctx, tx, scope, company)
		if err != nil {
			return err
		}
		out, err = historyOf(ctx, tx, f.CompanyID, day.In(tx.Now, day.Shanghai).AddDays(-days))
		return err
	})
	return out, err
}

// Changes lists what moved the score of a company in scope, latest first.
// Errors: rbac.ErrNotFound, page.ErrCursor.
func (s *Service) Changes(ctx context.Context, company rbac.CompanyID, q page.Query) (rows []Change, k page.Key, err error) {
	if k, err = q.Start("latest", 1); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) error {
		f, err := whose(ctx, tx, scope, company)
		if err != nil {
			return err
		}
		rows, err = changesBy(ctx, tx, f.CompanyID, k, q.Limit)
		return err
	})
	return rows, k, err
}

// Behind lists the records behind a figure of a company in scope, in order of id, without a name of
// anybody. Errors: rbac.ErrNotFound, also for a figure that nobody provides.
func (s *Service) Behind(ctx context.Context, company rbac.CompanyID, slot Slot, after int64, limit int) (rows []evidence.Row, err error) {
	m, ok := s.Metrics.Find(slot.Metric)
	if _, bound := current.index[slot]; !ok || !bound {
		return nil, rbac.ErrNotFound
	}
	var f firm
	own := false
	read := func(tx db.Tx) error {
		rows, err = m.Rows(ctx, tx, f.CompanyID, slot.Period.On(day.In(tx.Now, day.Shanghai)), after, limit)
		return err
	}
	err = s.Gate.Read(ctx, ActionRows, func(tx db.Tx, scope rbac.Scope) error {
		if f, err = whose(ctx, tx, scope, company); err != nil {
			return err
		}
		_, mine := scope.Home()
		if own = mine == nil; !own {
			return nil
		}
		if !scope.Can(rbac.ActionWhole) {
			return rbac.ErrForbidden
		}
		return read(tx)
	})
	if err != nil || own {
		return rows, err
	}
	// Some figures count records about people, which no authority reads. Their numbers and days are
	// read for it here, once it is known that the company is in its area: they name nobody.
	err = s.Gate.System(ctx, "livescore.rows", func(tx db.Tx, _ rbac.Scope) error { return read(tx) })
	return rows, err
}
