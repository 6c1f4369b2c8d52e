package sync

import (
	"context"
	"slices"

	"anbiao/kit/db"
	"anbiao/rbac"
)

// Changes returns the next page of what the reader may see. Errors: ErrKind, ErrCursor, ErrStale.
func (s *Service) Changes(ctx context.Context, q Query) (out Page, err error) {
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) error {
		wanted, err := chosen(q.Kinds, scope.Can)
		if err != nil {
			return err
		}
		st, err := stateOf(ctx, tx)
		if err != nil {
			return err
		}
		c, err := begin(q.Cursor, readerOf(scope.Actor(), wanted), st, wanted)
		if err != nil {
			return err
		}
		r := run{ctx, tx, scope, wanted, st, q.Limit}
		if c.First != nil {
			out, err = r.first(c)
		} else {
			out, err = r.next(c)
		}
		return err
	})
	return out, err
}

// begin reads a cursor and holds it against who asks. Errors: ErrCursor, ErrStale.
func begin(s, reader string, st state, wanted []Kind) (cursor, error) {
	if s == "" {
		return cursor{Cluster: st.Cluster, Reader: reader, Xid: st.Horizon, First: &place{Kind: wanted[0].Name}}, nil
	}
	c, err := parse(s)
	if err != nil {
		return c, err
	}
	if c.Cluster != st.Cluster || c.Reader != reader || c.Xid < st.Floor {
		return c, ErrStale.At("query.cursor")
	}
	return c, nil
}

// run is one page on its way.
type run struct {
	ctx    context.Context
	tx     db.Tx
	scope  rbac.Scope
	kinds  []Kind
	state  state
	budget int
}

// first reads on in the first run; what changes meanwhile stands in the log behind c.Xid, which was the horizon when it began.
func (r run) first(c cursor) (Page, error) {
	out := Page{Items: []Item{}, More: true, First: true}
	at := *c.First
	i := slices.IndexFunc(r.kinds, func(k Kind) bool { return k.Name == at.Kind })
	if i < 0 {
		return out, ErrStale.At("query.cursor")
	}
	for ; i < len(r.kinds); i++ {
		if at.Kind != r.kinds[i].Name {
			at = place{Kind: r.kinds[i].Name}
		}
		room := r.budget - len(out.Items)
		rows, err := firsts(r.ctx, r.tx, r.scope, r.kinds[i], at, room)
		if err != nil {
			return out, err
		}
		for _, t := range rows {
			out.Items = append(out.Items, Item{Kind: at.Kind, ID: t.ID, CompanyID: t.CompanyID, Version: c.Xid, Row: t.Row})
			at = place{Kind: at.Kind, Region: t.Region, Company: int64(t.CompanyID), Day: t.Day, ID: t.ID}
		}
		if len(rows) == room {
			c.First = &at
			out.Cursor = c.String()
			return out, nil
		}
	}
	c.First = nil
	out.Cursor = c.String()
	return out, nil
}

// next reads what was noted since c. On a replica the horizon may lie behind c: then there is nothing yet, and c stays.
func (r run) next(c cursor) (Page, error) {
	out := Page{Items: []Item{}}
	top := min(r.state.Horizon, c.Xid+window)
	rows, err := changes(r.ctx, r.tx, r.scope, namesOf(r.kinds), c, top, r.budget)
	if err != nil {
		return out, err
	}
	if out.Items, err = r.items(rows); err != nil {
		return out, err
	}
	switch {
	case len(rows) == r.budget:
		last := rows[len(rows)-1]
		c.Xid, c.ID, out.More = last.Xid, last.ID, true
	case top > c.Xid:
		c.Xid, c.ID, out.More = top, 0, top < r.state.Horizon
	}
	out.Cursor = c.String()
	return out, nil
}

// items says of each noted key, once, how it is now.
func (r run) items(rows []noted) ([]Item, error) {
	out := []Item{}
	type key struct {
		kind    string
		company rbac.CompanyID
		id      int64
	}
	newest := map[key]noted{}
	for _, n := range rows { // in order: the last stands
		newest[key{n.Kind, n.CompanyID, n.ObjectID}] = n
	}
	for _, k := range r.kinds {
		var keys []noted
		for _, n := range rows {
			if n.Kind == k.Name && newest[key{n.Kind, n.CompanyID, n.ObjectID}].ID == n.ID {
				keys = append(keys, n)
			}
		}
		if len(keys) == 0 {
			continue
		}
		found, err := current(r.ctx, r.tx, r.scope, k, keys)
		if err != nil {
			return nil, err
		}
		there := map[key]told{}
		for _, t := range found {
			there[key{k.Name, t.CompanyID, t.ID}] = t
		}
		for _, n := range keys {
			t, seen := there[key{k.Name, n.CompanyID, n.ObjectID}]
			out = append(out, Item{Kind: k.Name, ID: n.ObjectID, CompanyID: n.CompanyID, Gone: !seen, Version: n.Xid, Row: t.Row})
		}
	}
	return out, nil
}

// Told lists the kinds that the reader may see. Errors: ErrKind.
func (s *Service) Told(ctx context.Context) (list []Kind, err error) {
	err = s.Gate.Read(ctx, ActionRead, func(_ db.Tx, scope rbac.Scope) error {
		list, err = chosen(nil, scope.Can)
		return err
	})
	return list, err
}
