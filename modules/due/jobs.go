package due

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Tell reminds of what falls due, batch by batch: each commits its messages, how far it
// came (due_item.remind_on) and the next batch together.
type Tell struct {
	Day day.Date `json:"day"` // that the schedule meant; messages speak of the day they are written
}

// Kind names the job.
func (Tell) Kind() string { return "due.tell" }

// usualBatch is how many waiting items one transaction starts from.
const usualBatch = 500

// named is how many items a message names.
const named = 8

// Jobs registers the module's jobs: the reminders, daily at 06:15 in Asia/Shanghai.
func (s *Service) Jobs(r *jobs.Registry) {
	jobs.Handle(r, s.tell)
	r.Schedule(jobs.Schedule{
		Name: "due.tell",
		Next: jobs.DailyAt(6, 15),
		Task: func(due time.Time) jobs.Task { return Tell{day.In(due, day.Shanghai)} },
	})
}

// told counts a batch, for the trail.
type told struct {
	Items    int
	Messages int
}

func (s *Service) tell(ctx context.Context, tx db.Tx, t Tell) error {
	now := today(tx.Now)
	firms, found, err := claim(ctx, tx, now, cmp.Or(s.Batch, usualBatch))
	if err != nil || !found {
		return err
	}
	items, err := waitingOf(ctx, tx, firms, now)
	if err != nil {
		return err
	}
	var calls []Item
	for n := range items {
		if items[n].advance(now) {
			calls = append(calls, items[n])
		}
	}
	messages, err := s.digests(ctx, tx, calls, now)
	if err != nil {
		return err
	}
	if len(messages) > 0 && s.Remind != nil {
		if err := s.Remind(ctx, tx, messages); err != nil {
			return err
		}
	}
	if err := saveSteps(ctx, tx, items); err != nil {
		return err
	}
	rbac.ScopeOf(ctx).Changed("due_item", 0, 0, told{}, told{len(items), len(messages)})
	return jobs.Enqueue(ctx, tx, t)
}

// addressee is one person in one company.
type addressee struct {
	company rbac.CompanyID
	person  id.Of[id.Person]
}

// digests makes one message for each person concerned: whoever sees to an item, and the
// safety managers of its company.
func (s *Service) digests(ctx context.Context, tx db.Tx, calls []Item, now day.Date) ([]Message, error) {
	var keys []OwnerKey
	var firms []rbac.CompanyID
	for _, i := range calls {
		firms = append(firms, i.CompanyID)
		if i.OwnerID != nil {
			keys = append(keys, OwnerKey{i.CompanyID, *i.OwnerID})
		}
	}
	owners, err := s.Owners(ctx, tx, keys)
	if err != nil {
		return nil, err
	}
	watchers, err := s.Watchers(ctx, tx, slices.Compact(firms))
	if err != nil {
		return nil, err
	}
	var order []addressee
	piles := map[addressee][]Item{}
	for _, i := range calls {
		to := slices.Clone(watchers[i.CompanyID])
		if i.OwnerID != nil {
			to = append(to, owners[OwnerKey{i.CompanyID, *i.OwnerID}])
		}
		slices.Sort(to)
		for _, p := range slices.Compact(to) {
			a := addressee{i.CompanyID, p}
			if p == 0 {
				continue
			}
			if piles[a] == nil {
				order = append(order, a)
			}
			piles[a] = append(piles[a], i)
		}
	}
	out := make([]Message, len(order))
	for n, a := range order {
		out[n] = digest(a, piles[a], now)
	}
	return out, nil
}

// digest is the one message of a day to one person.
func digest(a addressee, items []Item, now day.Date) Message {
	late := 0
	var lines []string
	for n, i := range items {
		if i.DueOn.Before(now) {
			late++
		}
		if n < named {
			lines = append(lines, i.DueOn.String()+" "+i.Title)
		}
	}
	if len(items) > named {
		lines = append(lines, "…")
	}
	return Message{
		PersonID: a.person, CompanyID: a.company, Code: "due.digest", Key: fmt.Sprintf("due|%s|%s|%s", a.company, now, a.person),
		Params: map[string]string{"count": strconv.Itoa(len(items)), "overdue": strconv.Itoa(late), "list": strings.Join(lines, "\n")},
	}
}
