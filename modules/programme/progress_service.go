package programme

import (
	"context"
	"slices"
	"strings"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// Progress is how far an area has come with a programme.
type Progress struct {
	Path   string
	Name   string
	Den    int64 // companies that count
	Num    int64 // of them, those that have achieved it
	Target *Aim
	Wave   int16 // 0: none
}

// reached is what is held against a target: companies, or hundredths of a percent.
func (p Progress) reached(measure string) int64 {
	if measure == Number {
		return p.Num
	}
	if p.Den == 0 {
		return 0
	}
	return p.Num * whole / p.Den
}

// Met says whether the target is reached; false without one.
func (p Progress) Met(measure string) bool {
	return p.Target != nil && (measure == Number || p.Den > 0) && p.reached(measure) >= int64(p.Target.Value)
}

// Standing is a programme with its progress in an area and those below it.
type Standing struct {
	Programme Programme
	Elsewhere bool // its targets are kept by another module
	Mine      bool // the actor's organisation made it
	Year      int16
	Total     Progress
	Below     []Progress
	History   []Target
	Names     map[string]string
}

// Programmes are those of the actor's areas, each with its progress in the area asked about; an indicator is counted once however
// many programmes have it. Errors: ErrArea, ErrWide.
func (s *Service) Programmes(ctx context.Context, parent string, year int16) (out []Standing, err error) {
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) error {
		rows, err := programmesOf(ctx, tx, scope)
		if err != nil {
			return err
		}
		if parent, err = areaOf(scope.Actor(), parent, "query.parent"); err != nil {
			return err
		}
		names, err := namesBelow(ctx, tx, parent)
		if err != nil {
			return err
		}
		done := map[string][]counted{}
		for _, p := range rows {
			st, err := s.standing(ctx, tx, scope, p, parent, year, names, done)
			if err != nil {
				return err
			}
			out = append(out, st)
		}
		return nil
	})
	return out, err
}

// ByID reads one programme with its progress and the history of its targets. Errors: rbac.ErrNotFound, ErrArea, ErrWide.
func (s *Service) ByID(ctx context.Context, n id.Of[id.Programme], parent string, year int16) (st Standing, err error) {
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) error {
		p, err := programmeByID(ctx, tx, scope, n, false)
		if err != nil {
			return err
		}
		if parent, err = areaOf(scope.Actor(), parent, "query.parent"); err != nil {
			return err
		}
		names, err := namesBelow(ctx, tx, parent)
		if err != nil {
			return err
		}
		if st, err = s.standing(ctx, tx, scope, p, parent, year, names, map[string][]counted{}); err != nil {
			return err
		}
		st.History, err = historyOf(ctx, tx, n, parent)
		return err
	})
	return st, err
}

// standing counts one programme; done keeps what was counted of its indicator already.
func (s *Service) standing(ctx context.Context, tx db.Tx, scope rbac.Scope, p Programme, parent string, year int16, names map[string]string, done map[string][]counted) (st Standing, err error) {
	provider := s.Sources.Indicators[p.Indicator]
	if year == 0 {
		year = int16(today(tx).Year())
	}
	st = Standing{Programme: p, Elsewhere: provider.Targets != nil, Year: year, Total: Progress{Path: parent, Name: names[parent]}, Names: names}
	st.Mine = p.OrganisationID != nil && *p.OrganisationID == scope.Actor().OrganisationID
	rows, known := done[p.Indicator]
	if !known && provider.Share.From != "" {
		if rows, err = shares(ctx, tx, scope, provider.Share.On(today(tx)), parent, below(parent)); err != nil {
			return st, err
		}
		done[p.Indicator] = rows
	}
	targets, waves, err := s.aims(ctx, tx, p, parent, year, names)
	if err != nil {
		return st, err
	}
	st.Below = lined(rows, parent, names)
	for i := range st.Below {
		r := &st.Below[i]
		st.Total.Den, st.Total.Num = st.Total.Den+r.Den, st.Total.Num+r.Num
		r.Wave = waves[r.Path]
		if t, ok := targets[r.Path]; ok {
			r.Target = &t
		}
	}
	st.Total.Wave = waves[parent]
	if t, ok := targets[parent]; ok {
		st.Total.Target = &t
	}
	return st, nil
}

// lined puts what was counted beside the names of the areas below parent, in the order of their paths; an area with nothing to count
// has its line too.
func lined(rows []counted, parent string, names map[string]string) (out []Progress) {
	by := map[string]counted{}
	for _, r := range rows {
		by[r.Area] = r
	}
	for path := range names {
		if path != parent {
			out = append(out, Progress{Path: path, Name: names[path], Den: by[path].Den, Num: by[path].Num})
			delete(by, path)
		}
	}
	for path, r := range by { // companies that lie in no area below, or in one without a name
		name := names[path]
		out = append(out, Progress{Path: path, Name: name, Den: r.Den, Num: r.Num})
	}
	slices.SortFunc(out, func(a, b Progress) int { return strings.Compare(a.Path, b.Path) })
	return out
}

// aims are the targets of a year and the waves, by path, wherever they are kept.
func (s *Service) aims(ctx context.Context, tx db.Tx, p Programme, parent string, year int16, names map[string]string) (targets map[string]Aim, waves map[string]int16, err error) {
	provider := s.Sources.Indicators[p.Indicator]
	if provider.Targets != nil {
		targets, err = provider.Targets(ctx, tx, parent, year)
	} else {
		targets, err = targetsOf(ctx, tx, p.ID, parent, year)
	}
	if err != nil {
		return nil, nil, err
	}
	own, err := wavesOf(ctx, tx, p.ID, parent)
	waves = map[string]int16{}
	if provider.Waves != nil && p.Code != "" {
		waves = provider.Waves(names)
	}
	for path, y := range own {
		waves[path] = y
	}
	return targets, waves, err
}

// BehindFilter says which companies behind a number to list.
type BehindFilter struct {
	page.Query
	Area     string `query:"area" maxLength:"15" pattern:"^[0-9A-Z]*$" doc:"path of an area; empty: what you oversee"`
	Achieved string `query:"achieved" enum:"all,yes,no" default:"all"`
}

// Companies lists the companies behind a number, in order of id. Errors: rbac.ErrNotFound, ErrArea, ErrWide, page.ErrCursor.
func (s *Service) Companies(ctx context.Context, n id.Of[id.Programme], f BehindFilter) (rows []Behind, k page.Key, err error) {
	if k, err = f.Start("company", 1); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) error {
		p, err := programmeByID(ctx, tx, scope, n, false)
		if err != nil {
			return err
		}
		area, err := areaOf(scope.Actor(), f.Area, "query.area")
		if err != nil {
			return err
		}
		provider := s.Sources.Indicators[p.Indicator]
		if provider.Share.From == "" {
			return nil
		}
		rows, err = behind(ctx, tx, scope, provider.Share.On(today(tx)), area, f.Achieved, k, f.Limit)
		return err
	})
	return rows, k, err
}

func keyOfBehind(b Behind) []string { return []string{b.CompanyID.String()} }

// say writes a text of this module in one language.
func say(l text.Lang, key string, params ...string) string {
	values := map[string]string{}
	for i := 0; i+1 < len(params); i += 2 {
		values[params[i]] = params[i+1]
	}
	return text.Say(l, "programme."+key, values)
}
