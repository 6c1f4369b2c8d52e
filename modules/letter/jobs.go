package letter

import (
	"context"
	"fmt"
	"time"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/org"
	"anbiao/rbac"
)

// Remind reminds of unsigned letters, company by company.
type Remind struct {
	Day day.Date `json:"day"` // that the schedule meant; reminders speak of the day they are written
}

// Kind names the job.
func (Remind) Kind() string { return "letter.remind" }

// RemindCompany reminds the people of one company.
type RemindCompany struct {
	CompanyID rbac.CompanyID `json:"companyId"`
}

// Kind names the job.
func (RemindCompany) Kind() string { return "letter.remind-company" }

// Jobs registers the module's jobs: reminders daily at 06:30 in Asia/Shanghai, and the
// reading of scans.
func (s *Service) Jobs(r *jobs.Registry) {
	jobs.Handle(r, s.remind)
	jobs.Handle(r, s.remindCompany)
	jobs.Outside(r, s.readScan)
	r.Schedule(jobs.Schedule{
		Name: "letter.remind",
		Next: jobs.DailyAt(6, 30),
		Task: func(due time.Time) jobs.Task { return Remind{day.In(due, day.Shanghai)} },
	})
}

// steps are the days after sending on which somebody who has not signed is reminded: all have
// to be signed within 30 days.
var steps = []int{0, 7, 15, 25, 30}

// lastStep is also told to the head of the unit.
const lastStep = 30

// next is the day of the reminder after one that was sent so many days after sending.
func next(sentOn day.Date, gone int) day.Date {
	for _, s := range steps {
		if s > gone {
			return sentOn.AddDays(s)
		}
	}
	return day.Date{}
}

// due is the last step that has been reached and not been reminded of.
func (l Letter) due(gone int) (step int, ok bool) {
	for _, s := range steps {
		if s <= gone && (l.RemindedStep == nil || *l.RemindedStep < s) {
			step, ok = s, true
		}
	}
	return step, ok
}

func (s *Service) remind(ctx context.Context, tx db.Tx, t Remind) error {
	companies, err := toRemind(ctx, tx, today(tx))
	if err != nil {
		return err
	}
	for _, c := range companies {
		if err := jobs.Enqueue(ctx, tx, RemindCompany{c}, jobs.Key(fmt.Sprintf("%s:%s", c, t.Day))); err != nil {
			return err
		}
	}
	return nil
}

// remindCompany may be run any number of times on any day: how far each letter was reminded of
// is noted in the same transaction.
func (s *Service) remindCompany(ctx context.Context, tx db.Tx, t RemindCompany) error {
	rows, err := dueLetters(ctx, tx, t.CompanyID, today(tx))
	if err != nil || len(rows) == 0 {
		return err
	}
	tree, err := s.Tree(ctx, tx, t.CompanyID, today(tx))
	if err != nil {
		return err
	}
	calls := newCalls(t.CompanyID, tree)
	touched := make([]*Letter, len(rows))
	for i := range rows {
		l := &rows[i]
		touched[i] = l
		gone := today(tx).DaysSince(l.SentOn)
		if step, ok := l.due(gone); ok {
			calls.of(*l, step)
			l.RemindedStep = &step
		}
		l.RemindOn = next(l.SentOn, gone)
	}
	if notes := calls.notes(); len(notes) > 0 {
		if err := s.Tell(ctx, tx, notes); err != nil {
			return err
		}
	}
	rbac.ScopeOf(ctx).Changed(Noun, 0, t.CompanyID, reminded{}, reminded{len(rows)})
	return updateLetters(ctx, tx, t.CompanyID, touched)
}

type reminded struct{ Letters int }

// call is what one person is told about letters of others: how many, and the first of them,
// which makes the message unique.
type call struct {
	n, step int
	first   id.Of[id.Letter]
	round   id.Of[Round]
}

// calls collects a company's messages of one day.
type calls struct {
	company rbac.CompanyID
	tree    org.Tree
	login   map[id.Of[id.Staff]]id.Of[id.Person]
	own     []Note
	lead    map[id.Of[id.Staff]]*call // superiors who have not signed
	late    map[id.Of[id.Unit]]*call  // units with letters unsigned for 30 days
	leads   []id.Of[id.Staff]
	lates   []id.Of[id.Unit]
}

func newCalls(c rbac.CompanyID, tree org.Tree) *calls {
	out := &calls{
		company: c, tree: tree, login: map[id.Of[id.Staff]]id.Of[id.Person]{}, lead: map[id.Of[id.Staff]]*call{}, late: map[id.Of[id.Unit]]*call{},
	}
	for _, h := range tree.Holders {
		if h.PersonID != 0 {
			out.login[h.StaffID] = h.PersonID
		}
	}
	return out
}

// of collects who is told of l: those whose signature is missing, at the end the head of the
// unit.
func (c *calls) of(l Letter, step int) {
	for _, side := range l.WaitsFor() {
		switch side {
		case Subordinate:
			if p := c.login[l.StaffID]; p != 0 {
				c.own = append(c.own, Note{
					Person: p, CompanyID: c.company, Noun: Noun, Object: int64(l.ID), Code: "letter.note-own",
					Params: map[string]string{"superior": l.SuperiorName, "sent": l.SentOn.String()}, Key: fmt.Sprintf("letter|%d|own|%d", int64(l.ID), step),
				})
			}
		case Superior:
			if one := add(c.lead, *l.SuperiorID, l, step); one {
				c.leads = append(c.leads, *l.SuperiorID)
			}
		}
	}
	if step == lastStep && l.UnitID != nil {
		if one := add(c.late, *l.UnitID, l, step); one {
			c.lates = append(c.lates, *l.UnitID)
		}
	}
}

func add[K comparable](to map[K]*call, k K, l Letter, step int) (fresh bool) {
	at := to[k]
	if at == nil {
		at = &call{first: l.ID, round: l.RoundID}
		to[k], fresh = at, true
	}
	at.n++
	at.step = max(at.step, step)
	return fresh
}

func (c *calls) notes() []Note {
	out := c.own
	say := func(p id.Of[id.Person], code, kind string, k *call, params map[string]string) {
		if p == 0 {
			return
		}
		params["n"] = fmt.Sprint(k.n)
		out = append(out, Note{
			Person: p, CompanyID: c.company, Noun: "letter_round", Object: int64(k.round), Code: code, Params: params,
			Key: fmt.Sprintf("letter|%d|%s|%d|%d", int64(k.first), kind, k.step, int64(p)),
		})
	}
	for _, who := range c.leads {
		say(c.login[who], "letter.note-superior", "superior", c.lead[who], map[string]string{})
	}
	for _, unit := range c.lates {
		u, _ := c.tree.Unit(unit)
		say(c.login[c.headOf(u)], "letter.note-late", "late", c.late[unit], map[string]string{"unit": u.Name})
	}
	return out
}

// headOf is who leads the unit or, where nobody is named, the nearest above it.
func (c *calls) headOf(u org.Unit) id.Of[id.Staff] {
	for ok := true; ok; u, ok = c.tree.Unit(u.ParentID) {
		if u.HeadID != 0 && c.login[u.HeadID] != 0 {
			return u.HeadID
		}
	}
	return 0
}
