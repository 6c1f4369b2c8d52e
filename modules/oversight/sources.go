package oversight

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/rbac"
)

// AccidentFacts are what the register of accidents knows of a company's last twelve months.
type AccidentFacts struct {
	Deaths, Severe int32
	LossFen        int64
}

// ShareFacts are how many of something there are, and how many of them as they should be.
type ShareFacts struct{ All, Good int32 }

// Grade is a level that is held.
type Grade struct {
	Level string
	Until day.Date // inclusive
}

// FundFacts are a company's safety fund (安全生产费用) of the running year, in fen.
type FundFacts struct{ Used, Due int64 }

// Shown is what the board shows beside a standing and no rule looks at.
type Shown struct {
	Live    int32    // live score in hundredths; -1: none
	Class   string   // A to D; "": none
	Until   day.Date // of the level
	Rules   []string // by which it must join standardization
	Signals int32    // open to regulators and not looked at
	People  []string // in charge, the principal first
	Funds   *FundFacts
}

// Behind is one row behind an input of a standing.
type Behind struct {
	Noun   string   `json:"noun"`
	ID     string   `json:"id"`
	Title  string   `json:"title"`
	On     day.Date `json:"on,omitzero" doc:"deadline, day due or day it happened"`
	Path   string   `json:"path" doc:"desk page; empty: none"`
	Counts bool     `json:"counts" doc:"it costs points"`
}

// Sources are what the board asks other nouns; a source that is nil knows nothing. Those of many
// companies run as the job runner, Reports and Rows in the reader's scope.
type Sources struct {
	Hazards   func(ctx context.Context, tx db.Tx, ids []rbac.CompanyID, today day.Date) (map[rbac.CompanyID]HazardFacts, error)
	Reported  func(ctx context.Context, tx db.Tx, ids []rbac.CompanyID, today day.Date) (map[rbac.CompanyID]ReportFacts, error)
	Activated func(ctx context.Context, tx db.Tx, ids []rbac.CompanyID) (map[rbac.CompanyID]bool, error)
	Grades    func(ctx context.Context, tx db.Tx, ids []rbac.CompanyID) (map[rbac.CompanyID]Grade, error)
	Obliged   func(ctx context.Context, tx db.Tx, ids []rbac.CompanyID, rules []string) (map[rbac.CompanyID]bool, error)
	Risks     func(ctx context.Context, tx db.Tx, ids []rbac.CompanyID, today day.Date) (map[rbac.CompanyID]ShareFacts, error)
	Accidents func(ctx context.Context, tx db.Tx, ids []rbac.CompanyID, from, until day.Date) (map[rbac.CompanyID]AccidentFacts, error)
	Dishonest func(ctx context.Context, tx db.Tx, ids []rbac.CompanyID, today day.Date) (map[rbac.CompanyID]bool, error)       // on the list of serious dishonesty
	Holding   func(ctx context.Context, tx db.Tx, ids []rbac.CompanyID, today day.Date) (map[rbac.CompanyID]ShareFacts, error) // certificates
	Live      func(ctx context.Context, tx db.Tx, ids []rbac.CompanyID) (map[rbac.CompanyID]int32, error)
	Classes   func(ctx context.Context, tx db.Tx, ids []rbac.CompanyID) (map[rbac.CompanyID]string, error)
	Rules     func(ctx context.Context, tx db.Tx, ids []rbac.CompanyID) (map[rbac.CompanyID][]string, error) // by which they must join standardization
	Signals   func(ctx context.Context, tx db.Tx, ids []rbac.CompanyID) (map[rbac.CompanyID]int32, error)
	People    func(ctx context.Context, tx db.Tx, ids []rbac.CompanyID, today day.Date) (map[rbac.CompanyID][]string, error) // in charge, the principal first
	Funds     func(ctx context.Context, tx db.Tx, ids []rbac.CompanyID, today day.Date) (map[rbac.CompanyID]FundFacts, error)

	Reports func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, limit int) ([]Report, error)
	// Registers are the special registers (专项名单) that companies stand in.
	Registers func(ctx context.Context, tx db.Tx, ids []rbac.CompanyID) (map[rbac.CompanyID][]string, error)
	// Look notes that a regulator looks at a company's dossier.
	Look func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, part string) error
	// Rows opens an input down to the rows behind it.
	Rows map[string]func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, limit int) ([]Behind, error)
}

// known collects what sources answer; after the first error it asks no more.
type known struct {
	ids   []rbac.CompanyID
	facts []Facts
	shown []Shown
	err   error
}

// take asks one source and adds what it knows of each company.
func take[V any](k *known, ask func() (map[rbac.CompanyID]V, error), add func(*Facts, V)) {
	answer(k, ask, func(i int, v V) { add(&k.facts[i], v) })
}

// show asks one source for what stands beside the standings.
func show[V any](ctx context.Context, tx db.Tx, k *known, ask func(context.Context, db.Tx, []rbac.CompanyID) (map[rbac.CompanyID]V, error), add func(*Shown, V)) {
	if ask != nil {
		answer(k, func() (map[rbac.CompanyID]V, error) { return ask(ctx, tx, k.ids) }, func(i int, v V) { add(&k.shown[i], v) })
	}
}

func answer[V any](k *known, ask func() (map[rbac.CompanyID]V, error), add func(int, V)) {
	if k.err != nil {
		return
	}
	found, err := ask()
	k.err = err
	for i, n := range k.ids {
		if v, ok := found[n]; ok {
			add(i, v)
		}
	}
}

// facts gathers what is known of companies, in the order of ids.
func (s *Service) facts(ctx context.Context, tx db.Tx, ids []rbac.CompanyID) ([]Facts, []Shown, error) {
	today := day.In(tx.Now, day.Shanghai)
	k, src := &known{ids: ids, facts: make([]Facts, len(ids)), shown: make([]Shown, len(ids))}, s.Sources
	if src.Hazards != nil {
		take(k, func() (map[rbac.CompanyID]HazardFacts, error) { return src.Hazards(ctx, tx, ids, today) }, func(f *Facts, h HazardFacts) {
			f.Open, f.Overdue, f.MajorOpen, f.MajorOverdue, f.MajorDue, f.Recorded = h.Open, h.Overdue, h.MajorOpen, h.MajorOverdue, h.MajorDue, h.Recorded
		})
	}
	if src.Reported != nil {
		take(k, func() (map[rbac.CompanyID]ReportFacts, error) { return src.Reported(ctx, tx, ids, today) }, func(f *Facts, r ReportFacts) {
			f.LastReport, f.Missing, f.Due = number(r.LastOn), r.Missing, r.Due
		})
	}
	if src.Activated != nil {
		take(k, func() (map[rbac.CompanyID]bool, error) { return src.Activated(ctx, tx, ids) }, func(f *Facts, yes bool) { f.Activated = yes })
	}
	s.standards(ctx, tx, k, today)
	s.beside(ctx, tx, k, today)
	return k.facts, k.shown, k.err
}

// standards adds what was not measured in the first versions of the rule.
func (s *Service) standards(ctx context.Context, tx db.Tx, k *known, today day.Date) {
	src := s.Sources
	if src.Grades != nil {
		answer(k, func() (map[rbac.CompanyID]Grade, error) { return src.Grades(ctx, tx, k.ids) }, func(i int, g Grade) { k.facts[i].Level, k.shown[i].Until = g.Level, g.Until })
	}
	if src.Obliged != nil {
		take(k, func() (map[rbac.CompanyID]bool, error) { return src.Obliged(ctx, tx, k.ids, ObligedBy()) }, func(f *Facts, yes bool) { f.Obliged = yes })
	}
	if src.Risks != nil {
		take(k, func() (map[rbac.CompanyID]ShareFacts, error) { return src.Risks(ctx, tx, k.ids, today) }, func(f *Facts, r ShareFacts) {
			f.Risks, f.RisksLate = r.All, r.All-r.Good
		})
	}
	if src.Accidents != nil {
		from := today.AddMonths(-12).AddDays(1)
		take(k, func() (map[rbac.CompanyID]AccidentFacts, error) { return src.Accidents(ctx, tx, k.ids, from, today) }, func(f *Facts, a AccidentFacts) {
			f.Casualties, f.Deaths, f.Severe, f.LossFen = true, a.Deaths, a.Severe, a.LossFen
		})
	}
	if src.Dishonest != nil {
		take(k, func() (map[rbac.CompanyID]bool, error) { return src.Dishonest(ctx, tx, k.ids, today) }, func(f *Facts, yes bool) { f.Dishonest = yes })
	}
	if src.Holding != nil {
		take(k, func() (map[rbac.CompanyID]ShareFacts, error) { return src.Holding(ctx, tx, k.ids, today) }, func(f *Facts, c ShareFacts) {
			f.Needed, f.Valid = c.All, c.Good
		})
	}
}

// beside gathers what stands beside the standings.
func (s *Service) beside(ctx context.Context, tx db.Tx, k *known, today day.Date) {
	for i := range k.shown {
		k.shown[i].Live = -1
	}
	src := s.Sources
	show(ctx, tx, k, src.Live, func(is *Shown, n int32) { is.Live = n })
	show(ctx, tx, k, src.Classes, func(is *Shown, class string) { is.Class = class })
	show(ctx, tx, k, src.Rules, func(is *Shown, rules []string) { is.Rules = rules })
	show(ctx, tx, k, src.Signals, func(is *Shown, n int32) { is.Signals = n })
	if src.People != nil {
		answer(k, func() (map[rbac.CompanyID][]string, error) { return src.People(ctx, tx, k.ids, today) }, func(i int, names []string) { k.shown[i].People = names })
	}
	if src.Funds != nil {
		answer(k, func() (map[rbac.CompanyID]FundFacts, error) { return src.Funds(ctx, tx, k.ids, today) }, func(i int, f FundFacts) { k.shown[i].Funds = &f })
	}
}
