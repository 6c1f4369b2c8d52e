package due

import (
	"context"
	"slices"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// called is an item whose step has come, and whom the step reaches.
type called struct {
	Item
	to []Part
}

// addressee is one person in one company.
type addressee struct {
	company rbac.CompanyID
	person  id.Of[id.Person]
}

// crowd knows who has which part in the items of a batch: four statements for all of them.
type crowd struct {
	owners     map[OwnerKey]id.Of[id.Person]
	leaders    map[LeaderKey][]id.Of[id.Person]
	safety     map[rbac.CompanyID][]id.Of[id.Person]
	principals map[rbac.CompanyID][]id.Of[id.Person]
}

func (i Item) ownerKey() OwnerKey {
	if i.OwnerID == nil {
		return OwnerKey{CompanyID: i.CompanyID}
	}
	return OwnerKey{i.CompanyID, *i.OwnerID}
}

func (i Item) leaderKey() LeaderKey {
	k := LeaderKey{CompanyID: i.CompanyID, StaffID: i.ownerKey().StaffID}
	if i.UnitID != nil {
		k.UnitID = *i.UnitID
	}
	return k
}

// crowdOf finds whom the items of a batch may reach.
func (s *Service) crowdOf(ctx context.Context, tx db.Tx, calls []called) (c crowd, err error) {
	var owners []OwnerKey
	var units []LeaderKey
	var firms []rbac.CompanyID
	for _, i := range calls {
		firms = append(firms, i.CompanyID)
		if i.OwnerID != nil {
			owners = append(owners, i.ownerKey())
		}
		if i.UnitID != nil && (slices.Contains(i.to, Leader) || slices.Contains(i.to, Director)) {
			units = append(units, i.leaderKey())
		}
	}
	firms = slices.Compact(firms)
	if c.owners, err = s.Owners(ctx, tx, owners); err != nil {
		return c, err
	}
	if c.safety, err = s.Watchers(ctx, tx, firms); err != nil {
		return c, err
	}
	if s.Leaders != nil && len(units) > 0 {
		if c.leaders, err = s.Leaders(ctx, tx, units); err != nil {
			return c, err
		}
	}
	if s.Principals != nil {
		c.principals, err = s.Principals(ctx, tx, firms)
	}
	return c, err
}

// of returns the people whom a call reaches, each once. Of what nobody with a login sees to
// the safety managers hear instead: no step falls into silence.
func (c crowd) of(i called) []id.Of[id.Person] {
	var to []id.Of[id.Person]
	for _, p := range i.to {
		part := c.part(i, p)
		if len(part) == 0 && p == Owner {
			part = c.safety[i.CompanyID]
		}
		to = append(to, part...)
	}
	slices.Sort(to)
	return slices.Compact(to)
}

// part are the people of one part in an item.
func (c crowd) part(i called, p Part) []id.Of[id.Person] {
	leaders := c.leaders[i.leaderKey()]
	switch p {
	case Owner:
		if login := c.owners[i.ownerKey()]; login != 0 && i.OwnerID != nil {
			return []id.Of[id.Person]{login}
		}
	case Leader:
		return leaders[:min(len(leaders), 1)]
	case Director:
		return leaders[min(len(leaders), 1):min(len(leaders), 2)]
	case Safety:
		return c.safety[i.CompanyID]
	case Principal:
		return c.principals[i.CompanyID]
	}
	return nil
}

// digests makes one message for each person whom any of the items reaches.
func (s *Service) digests(ctx context.Context, tx db.Tx, calls []called, now day.Date) ([]Message, error) {
	if len(calls) == 0 {
		return nil, nil
	}
	c, err := s.crowdOf(ctx, tx, calls)
	if err != nil {
		return nil, err
	}
	var order []addressee
	piles := map[addressee][]Item{}
	for _, i := range calls {
		for _, p := range c.of(i) {
			a := addressee{i.CompanyID, p}
			if piles[a] == nil {
				order = append(order, a)
			}
			piles[a] = append(piles[a], i.Item)
		}
	}
	out := make([]Message, len(order))
	for n, a := range order {
		out[n] = digest(a, piles[a], now)
	}
	return out, nil
}
