package selfreport

import (
	"context"
	"slices"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Profile binds the companies of an area to a local rule of reporting, from one day to another.
type Profile struct {
	ID         id.Of[Profile]
	Area       string // path of the division
	Profile    string // of LocalRules
	ValidFrom  day.Date
	ValidUntil day.Date // last day; zero: until further notice
	Basis      string   // the local rule, as cited
	ByName     string
	ChangedAt  time.Time
}

// holds reports whether the binding covers the whole of p.
func (p Profile) holds(of Period) bool {
	return !of.From.Before(p.ValidFrom) && (p.ValidUntil.IsZero() || !of.Until.After(p.ValidUntil))
}

// Faults of profiles.
var (
	ErrProfile     = fault.New(fault.Invalid, "selfreport.profile")
	ErrProfilePast = fault.New(fault.Invalid, "selfreport.profile-past")
	ErrBoundNow    = fault.New(fault.Conflict, "selfreport.profile-bound")
	ErrProfileOver = fault.New(fault.Conflict, "selfreport.profile-over")
)

// Binding is a new binding.
type Binding struct {
	Area    string   `json:"area" pattern:"^[0-9A-Z]{2,15}$" doc:"path of the division"`
	Profile string   `json:"profile" maxLength:"30" pattern:"^[a-z0-9-]+$"`
	From    day.Date `json:"from" doc:"first day; not before this month"`
	Basis   string   `json:"basis" minLength:"1" maxLength:"200" doc:"the local rule"`
}

// Profiles lists the bindings that matter to the actor: of his areas, of those around them and
// inside them; all of them for the operators of the platform.
func (s *Service) Profiles(ctx context.Context) (rows []ProfileRow, err error) {
	err = s.Gate.Read(ctx, ActionProfile, func(tx db.Tx, scope rbac.Scope) (err error) {
		rows, err = profiles(ctx, tx, scope.Actor())
		return err
	})
	return rows, err
}

// Bind lets a profile bind an area. Errors: ErrProfile, ErrProfilePast, ErrBoundNow,
// rbac.ErrForbidden for an area that is not wholly the actor's.
func (s *Service) Bind(ctx context.Context, b Binding) (n id.Of[Profile], err error) {
	err = s.Gate.Write(ctx, ActionBind, func(tx db.Tx, scope rbac.Scope) error {
		if !governs(scope.Actor(), b.Area) {
			return rbac.ErrForbidden
		}
		n, err = Enter(ctx, tx, scope, b)
		scope.Made(int64(n))
		return err
	})
	return n, err
}

// Enter is Bind within a transaction of the caller's, who governs the area.
// Errors: ErrProfile, ErrProfilePast, ErrBoundNow.
func Enter(ctx context.Context, tx db.Tx, scope rbac.Scope, b Binding) (n id.Of[Profile], err error) {
	if !slices.ContainsFunc(LocalRules(), func(r LocalRule) bool { return r.ID == b.Profile }) {
		return 0, ErrProfile.At("body.profile")
	}
	today := day.In(tx.Now, day.Shanghai)
	if b.From.Before(day.Of(today.Year(), today.Month(), 1)) {
		return 0, ErrProfilePast.At("body.from")
	}
	p := Profile{Area: b.Area, Profile: b.Profile, ValidFrom: b.From, Basis: b.Basis, ByName: scope.Actor().Name, ChangedAt: tx.Now}
	if err := insertProfile(ctx, tx, &p); err != nil {
		return 0, err
	}
	scope.Changed("selfreport_profile", int64(p.ID), 0, Profile{}, p)
	return p.ID, nil
}

// Binds reports whether a profile binds an area now or is going to.
func Binds(ctx context.Context, tx db.Tx, area, profile string) (bool, error) {
	return bound(ctx, tx, area, profile)
}

// governs reports whether an area is wholly the actor's: a department that oversees some
// industries only does not bind all of a place.
func governs(a rbac.Actor, area string) bool {
	if a.Kind == rbac.Platform {
		return true
	}
	return a.Kind == rbac.Regulator && len(a.Lines) == 0 && slices.ContainsFunc(a.Areas, func(own string) bool { return within([]string{own}, area) })
}

// Unbind ends a binding with a day, today at the earliest. Errors: rbac.ErrNotFound,
// ErrProfilePast, ErrProfileOver.
func (s *Service) Unbind(ctx context.Context, n id.Of[Profile], last day.Date) (id.Of[Profile], error) {
	err := s.Gate.Write(ctx, ActionBind, func(tx db.Tx, scope rbac.Scope) error {
		p, err := lockProfile(ctx, tx, n)
		if err != nil {
			return err
		}
		if !governs(scope.Actor(), p.Area) {
			return rbac.ErrNotFound
		}
		if !p.ValidUntil.IsZero() {
			return ErrProfileOver
		}
		if last.Before(day.In(tx.Now, day.Shanghai)) || last.Before(p.ValidFrom) {
			return ErrProfilePast.At("body.on")
		}
		was := p
		p.ValidUntil, p.ByName, p.ChangedAt = last, scope.Actor().Name, tx.Now
		if err := endProfile(ctx, tx, p); err != nil {
			return err
		}
		scope.Made(int64(n))
		scope.Changed("selfreport_profile", int64(n), 0, was, p)
		return nil
	})
	return n, err
}

// Duty is a cycle that binds a company, or, for who oversees several, that there is.
type Duty struct {
	Cycle
	Since day.Date // of the local binding; zero for a national rule
	Basis string
}

// Duties lists the cycles that bind the actor's company, and the reports other parts of the
// program keep; all there are for a regulator.
func (s *Service) Duties(ctx context.Context) (own []Duty, others []Elsewhere, err error) {
	err = s.Gate.Read(ctx, ActionCycles, func(tx db.Tx, scope rbac.Scope) error {
		others = slices.Clone(cycles.Elsewhere)
		region := scope.Actor().RegionPath
		if home, err := scope.Home(); err == nil {
			if own, err = s.binding(ctx, tx, scope, home); err != nil {
				return err
			}
			region = home.RegionPath
		} else {
			for _, c := range cycles.Cycles {
				own = append(own, Duty{Cycle: c})
			}
			if areas := scope.Actor().Areas; len(areas) > 0 {
				region = areas[0]
			}
		}
		if s.Others != nil && region != "" {
			others = append(others, s.Others(region, day.In(tx.Now, day.Shanghai))...)
		}
		return nil
	})
	return own, others, err
}

// binding lists the cycles that bind a company today.
func (s *Service) binding(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home) (list []Duty, err error) {
	card, err := s.Card(ctx, tx, scope, home.CompanyID)
	if err != nil {
		return nil, err
	}
	bound, err := profilesAt(ctx, tx, home.RegionPath)
	if err != nil {
		return nil, err
	}
	today := day.In(tx.Now, day.Shanghai)
	for _, c := range cycles.Cycles {
		if len(c.Industries) > 0 && !within(c.Industries, card.Industry) {
			continue
		}
		if c.Profile == "" {
			list = append(list, Duty{Cycle: c})
			continue
		}
		i := slices.IndexFunc(bound, func(p Profile) bool { return p.Profile == c.Profile && p.holds(c.At(today)) })
		if i >= 0 {
			list = append(list, Duty{c, bound[i].ValidFrom, bound[i].Basis})
		}
	}
	return list, nil
}
