package dossier

import (
	"context"
	"fmt"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// Permissions of this module.
const (
	ActionRead   rbac.Action = "dossier.page.read"        // the regulator's; noted
	ActionLights rbac.Action = "dossier.light.read"       // a company's own too
	ActionViews  rbac.Action = "dossier.view.list"        // who looked
	ActionPeople rbac.Action = "dossier.responsible.list" // who answers
	ActionName   rbac.Action = "dossier.responsible.name"
)

// Fact is one line above the tables of a section.
type Fact struct {
	Key   string // text dossier.fact-<key> names it
	Value string
	Said  bool   // Value is the code of a text
	Tone  string // good, warn or bad; empty: plain
	Path  string // page with what is counted, to which the company is added; empty: there is none
}

// Table is one list of a section, bounded.
type Table struct {
	Key     string      // text dossier.table-<key> names it
	Action  rbac.Action // needed to see it; empty: none
	Columns func() []sheet.Column
	Keep    []string // keys of the columns shown, in their order; none: all
	Filters map[string][]string
	// Pages reads a page of the list in the name of the actor of ctx, with the company among the filters as companyId.
	Pages func(ctx context.Context, filters map[string][]string, cursor string, limit int) ([]sheet.Record, string, error)
	// Rows reads the rows instead, in the transaction of the section.
	Rows func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, limit int) ([]sheet.Record, error)
	// Path is the full page, to which ?companyId= is added; empty: there is none. Row is the page of a row, to which its key is added.
	Path, Row string
}

// Section is one part of the dossier, as other modules fill it.
type Section struct {
	Key    string
	Action rbac.Action // needed to see it; empty: none
	Path   string      // full page, to which ?companyId= is added
	Facts  func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) ([]Fact, error)
	Shares []Share
	Tables []Table
}

// Share is a fact made of figures that are kept: how many of how many.
type Share struct {
	Key     string // as of a Fact
	Metrics []string
}

// Behind is one row behind a light.
type Behind struct {
	Noun   string
	ID     string
	Title  string
	On     day.Date
	Path   string
	Counts bool // it does what is asked
}

// Service is what the rest of the program may ask about dossiers. The funcs work in the caller's transaction; one that is nil
// knows nothing.
type Service struct {
	Gate     *rbac.Gate
	BaseURL  string
	Sections []Section // in the order of the page
	// Unannounced says for which companies the actor's organisation has an unannounced task open.
	Unannounced func(ctx context.Context, tx db.Tx, scope rbac.Scope, companies []rbac.CompanyID) (map[rbac.CompanyID]bool, error)
	// Periods says of which periods figures are kept today: metrics and keys of periods, side by side.
	Periods func(today day.Date) (metrics, periods []string)
	// Rows opens a metric down to its rows.
	Rows func(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, metric, path string, limit int) ([]Behind, error)
}

func today(tx db.Tx) day.Date { return day.In(tx.Now, day.Shanghai) }

// Lamps are the five lights of a company.
type Lamps struct {
	Lights     []Light
	Version    string
	Source     string
	Confidence string
}

// Lights returns the five lights of a company: its own, or one that a regulator oversees. Errors: ErrCompanyNeeded, rbac.ErrNotFound.
func (s *Service) Lights(ctx context.Context, company rbac.CompanyID) (l Lamps, err error) {
	err = s.Gate.Witness(ctx, ActionLights, func(tx db.Tx, scope rbac.Scope) error {
		n, err := companyOf(scope, company)
		if err != nil {
			return err
		}
		if _, err := firmOf(ctx, tx, scope, n); err != nil {
			return err
		}
		if err := s.Look(ctx, tx, scope, n, ""); err != nil {
			return err
		}
		l, err = s.lamps(ctx, tx, n)
		return err
	})
	return l, err
}

func (s *Service) lamps(ctx context.Context, tx db.Tx, company rbac.CompanyID) (Lamps, error) {
	known, err := s.figures(ctx, tx, company)
	return Lamps{lights.work(known), lights.Version, lights.Source, lights.Confidence}, err
}

// figures are the figures of a company that are kept of today's periods, by metric.
func (s *Service) figures(ctx context.Context, tx db.Tx, company rbac.CompanyID) (map[string]Figure, error) {
	known := map[string]Figure{}
	if s.Periods == nil {
		return known, nil
	}
	metrics, periods := s.Periods(today(tx))
	rows, err := figuresOf(ctx, tx, company, metrics, periods)
	for _, f := range rows {
		known[f.Metric] = f
	}
	return known, err
}

// shares are the facts that a section makes of figures; what is not measured is left out.
func (s *Service) shares(ctx context.Context, tx db.Tx, company rbac.CompanyID, all []Share) (out []Fact, err error) {
	if len(all) == 0 {
		return nil, nil
	}
	known, err := s.figures(ctx, tx, company)
	for _, one := range all {
		var num, den int64
		for _, m := range one.Metrics {
			num, den = num+known[m].Num, den+known[m].Den
		}
		if den == 0 {
			continue
		}
		tone := "good"
		if num < den {
			tone = "warn"
		}
		out = append(out, Fact{Key: one.Key, Value: fmt.Sprintf("%d / %d（%d%%）", num, den, num*100/den), Tone: tone})
	}
	return out, err
}

// mostBehind is how many rows behind one figure are listed at once.
const mostBehind = 50

// Opened is a figure of a light with the rows behind it.
type Opened struct {
	Metric string
	Path   string
	Rows   []Behind
}

// OpenLight opens a light down to the rows behind its figures, at most 50 each, those that fall short first. Errors: ErrLight,
// ErrCompanyNeeded, rbac.ErrNotFound.
func (s *Service) OpenLight(ctx context.Context, company rbac.CompanyID, key string) (out []Opened, err error) {
	rule, ok := lights.find(key)
	if !ok {
		return nil, ErrLight
	}
	err = s.Gate.Witness(ctx, ActionLights, func(tx db.Tx, scope rbac.Scope) error {
		n, err := companyOf(scope, company)
		if err != nil {
			return err
		}
		if _, err := firmOf(ctx, tx, scope, n); err != nil {
			return err
		}
		if err := s.Look(ctx, tx, scope, n, "light-"+key); err != nil {
			return err
		}
		for _, f := range rule.Figures {
			o := Opened{Metric: f.Metric, Path: f.Path}
			if s.Rows != nil && (!f.Own || scope.Actor().Kind != rbac.Regulator) {
				if o.Rows, err = s.Rows(ctx, tx, scope, n, f.Metric, f.Path, mostBehind); err != nil {
					return err
				}
			}
			out = append(out, o)
		}
		return nil
	})
	return out, err
}

// Shown is a section as it is read.
type Shown struct {
	Key    string
	Path   string
	Facts  []Fact
	Tables []ShownTable
}

// ShownTable is one list of a section, its values in the reader's language.
type ShownTable struct {
	Key     string
	Path    string
	Row     string
	Columns []ShownColumn
	Rows    []sheet.Record
	More    bool // there are further rows on the full page
}

// ShownColumn is one column of it.
type ShownColumn struct{ Key, Title string }

// mostRows is how many rows of a list a section shows; the page it leads to has all.
const mostRows = 10

// Open says which sections the actor may open of a company, in order. It is the opening of the page, and noted.
// Errors: rbac.ErrNotFound.
func (s *Service) Open(ctx context.Context, company rbac.CompanyID) (name string, keys []string, err error) {
	err = s.Gate.Witness(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) error {
		firm, err := firmOf(ctx, tx, scope, company)
		if err != nil {
			return err
		}
		name = firm.Name
		for _, one := range s.Sections {
			if one.open(scope) {
				keys = append(keys, one.Key)
			}
		}
		return s.Look(ctx, tx, scope, company, "")
	})
	return name, keys, err
}

func (one Section) open(scope rbac.Scope) bool { return one.Action == "" || scope.Can(one.Action) }

// Section reads one section, bounded. The view is noted. Errors: ErrSection, rbac.ErrNotFound.
func (s *Service) Section(ctx context.Context, company rbac.CompanyID, key string) (out Shown, err error) {
	for _, one := range s.Sections {
		if one.Key == key {
			return s.show(ctx, company, one, mostRows)
		}
	}
	return out, ErrSection
}

func (s *Service) show(ctx context.Context, company rbac.CompanyID, one Section, limit int) (out Shown, err error) {
	out = Shown{Key: one.Key, Path: one.Path}
	lang := text.Of(ctx)
	var later []Table // they go through their own use case, after this transaction
	err = s.Gate.Witness(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) error {
		if _, err := firmOf(ctx, tx, scope, company); err != nil {
			return err
		}
		if !one.open(scope) {
			return ErrSection
		}
		if err := s.Look(ctx, tx, scope, company, one.Key); err != nil {
			return err
		}
		if one.Facts != nil {
			if out.Facts, err = one.Facts(ctx, tx, scope, company); err != nil {
				return err
			}
		}
		shares, err := s.shares(ctx, tx, company, one.Shares)
		if err != nil {
			return err
		}
		out.Facts = append(out.Facts, shares...)
		for _, t := range one.Tables {
			if t.Action != "" && !scope.Can(t.Action) {
				continue
			}
			if t.Rows == nil {
				later = append(later, t)
				continue
			}
			rows, err := t.Rows(ctx, tx, scope, company, limit+1)
			if err != nil {
				return err
			}
			out.Tables = append(out.Tables, t.shown(rows, limit, lang))
		}
		return nil
	})
	if err != nil {
		return out, err
	}
	for _, t := range later {
		filters := map[string][]string{"companyId": {company.String()}}
		for k, v := range t.Filters {
			filters[k] = v
		}
		rows, next, err := t.Pages(ctx, filters, "", limit)
		if err != nil {
			return out, err
		}
		table := t.shown(rows, limit, lang)
		table.More = next != ""
		out.Tables = append(out.Tables, table)
	}
	return out, nil
}
