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

// Shown is what the board shows beside a standing and no rule looks at.
type Shown struct {
	Live  int32  // live score in hundredths; -1: none
	Class string // A to D; "": none
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
	Levels    func(ctx context.Context, tx db.Tx, ids []rbac.CompanyID) (map[rbac.CompanyID]string, error)
	Obliged   func(ctx context.Context, tx db.Tx, ids []rbac.CompanyID, rules []string) (map[rbac.CompanyID]bool, error)
	Risks     func(ctx context.Context, tx db.Tx, ids []rbac.CompanyID, today day.Date) (map[rbac.CompanyID]ShareFacts, error)
	Accidents func(ctx context.Context, tx db.Tx, ids []rbac.CompanyID, from, until day.Date) (map[rbac.CompanyID]AccidentFacts, error)
	Holding   func(ctx context.Context, tx db.Tx, ids []rbac.CompanyID, today day.Date) (map[rbac.CompanyID]ShareFacts, error) // certificates
	Live      func(ctx context.Context, tx db.Tx, ids []rbac.CompanyID) (map[rbac.CompanyID]int32, error)
	Classes   func(ctx context.Context, tx db.Tx, ids []rbac.CompanyID) (map[rbac.CompanyID]string, error)

	Reports func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, limit int) ([]Report, error)
	// Look notes that a regulator looks at a company's dossier.
	Look func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, part string) error
	// Rows opens an input down to the rows behind it.
	Rows map[string]func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, limit int) ([]Behind, error)
}

// known collects what sources answer; after the first error it asks no more.
type known struct {
	ids   []rbac.CompanyID
	facts []Facts
	err   error
}

// take asks one source and adds what it knows of each company.
func take[V any](k *known, ask func() (map[rbac.CompanyID]V, error), add func(*Facts, V)) {
	if k.err != nil {
		return
	}
	found, err := ask()
	k.err = err
	for i, n := range k.ids {
		if v, ok := found[n]; ok {
			add(&k.facts[i], v)
		}
	}
}

// facts gathers what is known of companies, in the order of ids.
func (s *Service) facts(ctx context.Context, tx db.Tx, ids []rbac.CompanyID) ([]Facts, []Shown, error) {
	today := day.In(tx.Now, day.Shanghai)
	k, src := &known{ids: ids, facts: make([]Facts, len(ids))}, s.Sources
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
	shown, err := s.shown(ctx, tx, k)
	return k.facts, shown, err
}

// standards adds what was not measured in the first versions of the rule.
func (s *Service) standards(ctx context.Context, tx db.Tx, k *known, today day.Date) {
	src := s.Sources
	if src.Levels != nil {
		take(k, func() (map[rbac.CompanyID]string, error) { return src.Levels(ctx, tx, k.ids) }, func(f *Facts, level string) { f.Level = level })
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
	if src.Holding != nil {
		take(k, func() (map[rbac.CompanyID]ShareFacts, error) { return src.Holding(ctx, tx, k.ids, today) }, func(f *Facts, c ShareFacts) {
			f.Needed, f.Valid = c.All, c.Good
		})
	}
}

// shown gathers what stands beside the standings.
func (s *Service) shown(ctx context.Context, tx db.Tx, k *known) ([]Shown, error) {
	out := make([]Shown, len(k.ids))
	var live map[rbac.CompanyID]int32
	var classes map[rbac.CompanyID]string
	err := k.err
	if err == nil && s.Sources.Live != nil {
		live, err = s.Sources.Live(ctx, tx, k.ids)
	}
	if err == nil && s.Sources.Classes != nil {
		classes, err = s.Sources.Classes(ctx, tx, k.ids)
	}
	for i, n := range k.ids {
		out[i] = Shown{-1, classes[n]}
		if score, ok := live[n]; ok {
			out[i].Live = score
		}
	}
	return out, err
}
