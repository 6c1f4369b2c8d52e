package notice

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// window is how many of the newest messages an open page is told of one by one.
const window = 20

// news is what an open page learns.
type news struct {
	unread int
	fresh  []Worded // new since the last look, the newest first
	latest id.Of[id.Notice]
}

// follower remembers what one open page has been told. Messages are known by their ids, not
// by the highest of them: a transaction that took longer commits lower ones later.
type follower struct {
	s      *Service
	told   map[id.Of[id.Notice]]bool
	floor  id.Of[id.Notice] // older ones the page did not ask for
	unread int
	begun  bool
}

// follow returns a follower for a page that has heard of messages up to one; zero: it has
// heard nothing, and starts with what comes from now on.
func (s *Service) follow(heard id.Of[id.Notice]) *follower {
	return &follower{s: s, floor: heard}
}

// look returns what is new to the page; false if nothing is.
func (f *follower) look(ctx context.Context) (n news, changed bool, err error) {
	was, first := f.unread, !f.begun
	err = f.s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) (err error) {
		if n.unread, err = unread(ctx, tx, scope, most); err != nil {
			return err
		}
		rows, err := newest(ctx, tx, scope, window)
		if err != nil {
			return err
		}
		if n.latest = f.floor; len(rows) > 0 {
			n.latest = max(n.latest, rows[0].ID)
		}
		n.fresh, err = worded(ctx, tx, text.Of(ctx), f.fresh(rows))
		return err
	})
	if err != nil {
		return n, false, err
	}
	f.unread, f.begun = n.unread, true
	return n, first || n.unread != was || len(n.fresh) > 0, nil
}

// fresh returns the rows that the page was not told of, and remembers them.
func (f *follower) fresh(rows []Notice) (out []Notice) {
	if !f.begun && f.floor == 0 && len(rows) > 0 {
		f.floor = rows[len(rows)-1].ID - 1
		f.told = idsOf(rows)
		if len(rows) < window {
			f.floor = 0 // all there are
		}
		return nil
	}
	for _, r := range rows {
		if r.ID > f.floor && !f.told[r.ID] && r.ReadAt == nil {
			out = append(out, r)
		}
	}
	f.told = idsOf(rows)
	return out
}

func idsOf(rows []Notice) map[id.Of[id.Notice]]bool {
	out := make(map[id.Of[id.Notice]]bool, len(rows))
	for _, r := range rows {
		out[r.ID] = true
	}
	return out
}
