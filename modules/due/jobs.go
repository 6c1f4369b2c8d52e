package due

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
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

// Jobs registers the module's jobs: the reminders, daily at 08:00 in Asia/Shanghai, when the
// quiet hours end.
func (s *Service) Jobs(r *jobs.Registry) {
	jobs.Handle(r, s.tell)
	all := Editions()
	at := minutes(all[len(all)-1].Digest)
	r.Schedule(jobs.Schedule{
		Name: "due.tell",
		Next: jobs.DailyAt(at/60, at%60),
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
	edition := EditionOn(now)
	if until, silent := edition.silent(tx.Now); silent { // a run made up for at night waits for the morning
		return jobs.Enqueue(ctx, tx, t, jobs.At(until))
	}
	firms, found, err := claim(ctx, tx, now, cmp.Or(s.Batch, usualBatch))
	if err != nil || !found {
		return err
	}
	items, err := waitingOf(ctx, tx, firms, now)
	if err != nil {
		return err
	}
	var calls []called
	for n := range items {
		if to := items[n].advance(edition.ladderOf(items[n].Kind), now); len(to) > 0 {
			calls = append(calls, called{items[n], to})
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
