package feature

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// Service answers what is switched on where, from memory, and keeps it.
type Service struct {
	Gate  *rbac.Gate
	known atomic.Pointer[picture]
}

func (s *Service) picture() picture {
	if p := s.known.Load(); p != nil {
		return *p
	}
	return nil
}

// Off is the Gate's Switch.
func (s *Service) Off(action rbac.Action, area string, anywhere bool, at time.Time) bool {
	code, ok := ofAction[action]
	if !ok {
		return false
	}
	f, _ := byCode(code)
	p, on := s.picture(), day.In(at, day.Shanghai)
	if anywhere {
		return !p.anywhere(f, area, on)
	}
	yes, _ := p.standing(f, area, on)
	return !yes
}

// OffFor lists the features that are switched off for somebody.
func (s *Service) OffFor(a rbac.Actor) (out []Feature) {
	for _, f := range Library {
		if s.Gate.Withheld(a, f.Actions[0]) {
			out = append(out, f)
		}
	}
	return out
}

// Load reads what areas say into memory. Until the first time every feature stands as the library
// has it.
func (s *Service) Load(ctx context.Context) error {
	return s.Gate.System(ctx, "feature.load", func(tx db.Tx, _ rbac.Scope) error {
		rows, err := settings(ctx, tx)
		if err != nil {
			return err
		}
		p := draw(rows)
		s.known.Store(&p)
		return nil
	})
}

// Change is what an area is to say.
type Change struct {
	Feature string   `json:"feature" maxLength:"30" pattern:"^[a-z-]+$"`
	Area    string   `json:"area" maxLength:"15" pattern:"^[0-9A-Z]{2,15}$" doc:"path of the division" example:"330784"`
	Value   Value    `json:"value" enum:"on,off,inherit" doc:"inherit: what lies around it decides"`
	From    day.Date `json:"from" doc:"first day; not before today"`
	Reason  string   `json:"reason" minLength:"1" maxLength:"200"`
}

// Set lets an area say something of a feature from a day on, and in this process at once; the
// others hear of it. Errors: ErrUnknown, ErrArea, ErrPast, ErrSame.
func (s *Service) Set(ctx context.Context, c Change) (n id.Of[Setting], err error) {
	err = s.Gate.Write(ctx, ActionKeep, func(tx db.Tx, scope rbac.Scope) (err error) {
		n, err = Enter(ctx, tx, scope, c)
		scope.Made(int64(n))
		return err
	})
	if err == nil {
		err = s.Load(ctx)
	}
	return n, err
}

// Enter is Set within a transaction of the caller's, who has been let in. Errors: as Set.
func Enter(ctx context.Context, tx db.Tx, scope rbac.Scope, c Change) (n id.Of[Setting], err error) {
	f, ok := byCode(c.Feature)
	if !ok {
		return 0, ErrUnknown.At("body.feature")
	}
	today := day.In(tx.Now, day.Shanghai)
	if c.From.Before(today) {
		return 0, ErrPast.At("body.from")
	}
	if err := lockSettings(ctx, tx); err != nil {
		return 0, err
	}
	names, err := areaNames(ctx, tx, db.Texts{c.Area})
	if err != nil {
		return 0, err
	}
	if names[c.Area] == "" {
		return 0, ErrArea.At("body.area")
	}
	rows, err := settings(ctx, tx)
	if err != nil {
		return 0, err
	}
	was := draw(rows).own(f.Code, c.Area, c.From)
	if was.Value == c.Value || (was.ID == 0 && c.Value == Inherit) {
		return 0, ErrSame
	}
	is := Setting{Feature: f.Code, RegionPath: c.Area, Value: c.Value, FromOn: c.From, Reason: strings.TrimSpace(c.Reason), ByName: scope.Actor().Name, CreatedAt: tx.Now}
	if err := insertSetting(ctx, tx, &is); err != nil {
		return 0, err
	}
	scope.Changed("feature", int64(is.ID), 0, trailOf(was), trailOf(is))
	return is.ID, nil
}

// trail is what is kept of a setting.
type trail struct {
	Feature, Area string
	Value         Value
	From          day.Date
	Reason        string
}

func trailOf(s Setting) trail { return trail{s.Feature, s.RegionPath, s.Value, s.FromOn, s.Reason} }

// Cell is how a feature stands in an area.
type Cell struct {
	Feature string
	On      bool
	Own     bool    // the area says so itself
	By      Setting // who says so; zero: the default
	Next    Setting // what the area will say
}

// Line is an area with how every feature stands there, in the order of the library.
type Line struct {
	Area, Name string
	Cells      []Cell
}

// Table lists the areas that say anything, or are going to, in order of their paths, and another one
// that is asked for. The first line is the default.
func (s *Service) Table(ctx context.Context, asked string) (lines []Line, names map[string]string, err error) {
	err = s.Gate.Read(ctx, ActionSee, func(tx db.Tx, _ rbac.Scope) error {
		rows, err := settings(ctx, tx)
		if err != nil {
			return err
		}
		p, on := draw(rows), day.In(tx.Now, day.Shanghai)
		areas := []string{}
		for _, r := range rows {
			if p.own(r.Feature, r.RegionPath, on).ID != 0 || p.next(r.Feature, r.RegionPath, on).ID != 0 {
				areas = append(areas, r.RegionPath)
			}
		}
		areas = append(areas, asked)
		slices.Sort(areas)
		areas = slices.Compact(append([]string{""}, areas...))
		for _, a := range areas {
			lines = append(lines, p.line(a, on))
		}
		names, err = areaNames(ctx, tx, db.Texts(areas))
		return err
	})
	for i, l := range lines {
		lines[i].Name = names[l.Area]
	}
	return lines, names, err
}

func (p picture) line(area string, on day.Date) Line {
	l := Line{Area: area}
	for _, f := range Library {
		yes, by := p.standing(f, area, on)
		l.Cells = append(l.Cells, Cell{f.Code, yes, by.ID != 0 && by.RegionPath == area, by, p.next(f.Code, area, on)})
	}
	return l
}

// History lists what was set, latest first. Errors: page.ErrCursor.
func (s *Service) History(ctx context.Context, feature, area string, q page.Query) (rows []Row, k page.Key, err error) {
	if k, err = q.Start("id", 1); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionSee, func(tx db.Tx, _ rbac.Scope) (err error) {
		rows, err = history(ctx, tx, feature, area, k, q.Limit)
		return err
	})
	return rows, k, err
}
