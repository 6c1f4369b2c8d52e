package rbac

import (
	"slices"
	"time"

	"anbiao/kit/fault"
)

// ErrOff refuses what belongs to a feature that is switched off in the area concerned.
var ErrOff = fault.New(fault.Forbidden, "feature.off")

// Switch reports whether what an action does is switched off in an area at a time. With anywhere
// it is off only if it is off in every area within, too.
type Switch func(action Action, area string, anywhere bool, at time.Time) bool

// Heed lets the Gate refuse writes that are switched off. Call it before the Gate is used.
func (g *Gate) Heed(off Switch) { g.off = off }

// Off reports whether an action is switched off in an area now: for what nobody signed in does,
// jobs and public pages.
func (g *Gate) Off(action Action, area string) bool {
	return g.off != nil && g.off(action, area, false, g.now())
}

// Withheld reports whether an action is switched off for a: where the company lies that he works
// for; for a regulator in all of his areas. Into which company he writes, Scope.Within asks.
func (g *Gate) Withheld(a Actor, action Action) bool {
	if g.off == nil {
		return false
	}
	switch a.Kind {
	case Company, Service:
		return a.CompanyID != 0 && g.off(action, a.RegionPath, false, g.now())
	case Regulator:
		return len(a.Areas) > 0 && !slices.ContainsFunc(a.Areas, func(area string) bool { return !g.off(action, area, true, g.now()) })
	case Agency, Platform, Public, System:
	}
	return false
}

// within refuses to write into an area where the action of this transaction is switched off.
// The system is not asked: what it finishes was begun before.
func (s Scope) within(area string) error {
	if p := s.pass; p != nil && p.actor.Kind != System && p.gate.Off(p.action, area) {
		return ErrOff
	}
	return nil
}
