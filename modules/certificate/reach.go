package certificate

import (
	"context"
	"slices"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// reach is who can be told about the certificates of a batch.
type reach struct {
	holders    map[HolderKey]Holder
	leaders    map[LeaderKey][]id.Of[id.Person]
	watchers   map[rbac.CompanyID][]id.Of[id.Person]
	principals map[rbac.CompanyID][]id.Of[id.Person]
}

// reach reads them, in one statement each, and only those whom a call climbs to.
func (s *Service) reach(ctx context.Context, tx db.Tx, calls []call, today day.Date) (r reach, err error) {
	var keys []HolderKey
	companies := map[Part][]rbac.CompanyID{}
	for _, c := range calls {
		keys = append(keys, HolderKey{c.c.CompanyID, c.c.StaffID})
		for _, p := range c.to(today) {
			companies[p] = append(companies[p], c.c.CompanyID)
		}
	}
	if r.holders, err = s.Holders(ctx, tx, keys); err != nil {
		return r, err
	}
	for _, of := range []struct {
		part Part
		ask  Watchers
		to   *map[rbac.CompanyID][]id.Of[id.Person]
	}{{PartSafety, s.Watchers, &r.watchers}, {PartPrincipal, s.Principals, &r.principals}} {
		list := companies[of.part]
		slices.Sort(list)
		if list = slices.Compact(list); len(list) > 0 && of.ask != nil {
			if *of.to, err = of.ask(ctx, tx, list); err != nil {
				return r, err
			}
		}
	}
	var units []LeaderKey
	for _, c := range calls {
		if h := r.holders[HolderKey{c.c.CompanyID, c.c.StaffID}]; h.UnitID != 0 && slices.Contains(c.to(today), PartLeader) {
			units = append(units, LeaderKey{c.c.CompanyID, h.UnitID, c.c.StaffID})
		}
	}
	if len(units) > 0 && s.Leaders != nil {
		r.leaders, err = s.Leaders(ctx, tx, units)
	}
	return r, err
}

// to are the parts that a call reaches today.
func (c call) to(today day.Date) []Part {
	return ladderOn(c.standing.NextDue).to(today.DaysSince(c.standing.NextDue))
}

// of are the logins that a call reaches, each once.
func (r reach) of(c call, today day.Date) (to []id.Of[id.Person]) {
	h := r.holders[HolderKey{c.c.CompanyID, c.c.StaffID}]
	for _, p := range c.to(today) {
		switch p {
		case PartHolder:
			to = append(to, h.PersonID)
		case PartLeader:
			lead := r.leaders[LeaderKey{c.c.CompanyID, h.UnitID, c.c.StaffID}]
			to = append(to, lead[:min(1, len(lead))]...) // the nearest
		case PartSafety:
			to = append(to, r.watchers[c.c.CompanyID]...)
		case PartPrincipal:
			to = append(to, r.principals[c.c.CompanyID]...)
		}
	}
	slices.Sort(to)
	return slices.DeleteFunc(slices.Compact(to), func(p id.Of[id.Person]) bool { return p == 0 })
}
