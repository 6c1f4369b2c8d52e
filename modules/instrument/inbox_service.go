package instrument

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/inbox"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// feedMost is how many items of one kind are read: whoever has more works from the page of that kind.
const feedMost = 500

// InboxFilter narrows the inbox.
type InboxFilter struct {
	page.Query
	Kind     string `query:"kind" maxLength:"40" pattern:"^[a-z_]*$"`
	Division string `query:"division" maxLength:"15" pattern:"^[0-9A-Z]*$"`
	Late     bool   `query:"late"`
}

// Tally is how much of one kind waits.
type Tally struct {
	Kind string `json:"kind"`
	N    int    `json:"n"`
	Late int    `json:"late"`
	More bool   `json:"more" doc:"there is more than is counted"`
}

// Inbox lists what waits for the regulator, what is late first, then by day. Errors: page.ErrCursor.
func (s *Service) Inbox(ctx context.Context, f InboxFilter) (rows []inbox.Item, k page.Key, now day.Date, err error) {
	if k, err = f.Start("due", 3); err != nil {
		return nil, k, now, err
	}
	err = s.Gate.Read(ctx, ActionInbox, func(tx db.Tx, scope rbac.Scope) error {
		now = today(tx)
		all, err := s.waiting(ctx, tx, scope, f.Kind)
		if err != nil {
			return err
		}
		all = slices.DeleteFunc(all, func(i inbox.Item) bool {
			return !strings.HasPrefix(i.Region, f.Division) || (f.Late && !lateItem(i, now))
		})
		slices.SortFunc(all, byUrgency)
		rows = pageOf(all, k, f.Limit)
		return nil
	})
	return rows, k, now, err
}

// Tallies counts what waits, by kind.
func (s *Service) Tallies(ctx context.Context) (out []Tally, err error) {
	err = s.Gate.Read(ctx, ActionInbox, func(tx db.Tx, scope rbac.Scope) error {
		now := today(tx)
		for _, f := range s.Feeds {
			if !scope.Can(f.Action) {
				continue
			}
			items, err := f.Items(ctx, tx, scope, feedMost+1)
			if err != nil {
				return err
			}
			t := Tally{Kind: f.Kind, N: min(len(items), feedMost), More: len(items) > feedMost}
			for _, i := range items[:t.N] {
				if lateItem(i, now) {
					t.Late++
				}
			}
			out = append(out, t)
		}
		return nil
	})
	return out, err
}

func (s *Service) waiting(ctx context.Context, tx db.Tx, scope rbac.Scope, kind string) (all []inbox.Item, err error) {
	for _, f := range s.Feeds {
		if (kind != "" && kind != f.Kind) || !scope.Can(f.Action) {
			continue
		}
		items, err := f.Items(ctx, tx, scope, feedMost)
		if err != nil {
			return nil, err
		}
		all = append(all, items...)
	}
	return all, nil
}

func lateItem(i inbox.Item, today day.Date) bool { return !i.DueOn.IsZero() && i.DueOn.Before(today) }

// byUrgency orders by the day it is due, none last, then what came first: what is late stands at the top by itself.
func byUrgency(a, b inbox.Item) int {
	return cmp.Or(strings.Compare(urgency(a), urgency(b)), strings.Compare(a.Kind, b.Kind), cmp.Compare(a.Ref, b.Ref))
}

func urgency(i inbox.Item) string {
	due, since := "9999-12-31", i.Since.String()
	if !i.DueOn.IsZero() {
		due = i.DueOn.String()
	}
	return due + since
}

func itemKey(i inbox.Item) []string {
	return []string{urgency(i), i.Kind, strconv.FormatInt(i.Ref, 10)}
}

// pageOf is the page of a sorted list behind a key, and one more; backwards in the order in which a query would answer.
func pageOf(all []inbox.Item, k page.Key, limit int) []inbox.Item {
	if k.Back {
		slices.Reverse(all)
	}
	start := 0
	if !k.First() {
		ref, _ := strconv.ParseInt(k.Vals[2], 10, 64)
		beyond := func(i inbox.Item) bool {
			c := cmp.Or(strings.Compare(urgency(i), k.Vals[0]), strings.Compare(i.Kind, k.Vals[1]), cmp.Compare(i.Ref, ref))
			return (c > 0) != k.Back && c != 0
		}
		if start = slices.IndexFunc(all, beyond); start < 0 {
			start = len(all)
		}
	}
	return all[start:min(len(all), start+limit+1)]
}

// Waiting are the replies to the letters of the actor's own office and the interviews it has to hold; a feed of the inbox.
func (*Service) Waiting(ctx context.Context, tx db.Tx, scope rbac.Scope, limit int) ([]inbox.Item, error) {
	rows, err := toJudge(ctx, tx, scope, limit)
	return itemsOf(rows, "missive_reply", today(tx)), err
}

// Received are the letters to the actor's own office that ask for something; a feed of the inbox.
func (*Service) Received(ctx context.Context, tx db.Tx, scope rbac.Scope, limit int) ([]inbox.Item, error) {
	rows, err := toAnswer(ctx, tx, scope, limit)
	return itemsOf(rows, "missive_received", today(tx)), err
}

func itemsOf(rows []Missive, kind string, now day.Date) []inbox.Item {
	out := make([]inbox.Item, len(rows))
	for i, m := range rows {
		out[i] = inbox.Item{Kind: kind, Ref: int64(m.ID), Title: strings.TrimSpace(m.Number() + " " + m.Title), Company: m.Recipient, Region: m.RegionPath, Since: day.In(m.ChangedAt, day.Shanghai), Path: "/missives/" + m.ID.String()}
		if m.CompanyID != nil {
			out[i].CompanyID = *m.CompanyID
		}
		if tasks := m.Tasks(now); len(tasks) > 0 {
			out[i].DueOn = tasks[0].By
		}
	}
	return out
}
