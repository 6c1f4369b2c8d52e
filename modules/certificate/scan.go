package certificate

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// Reminder is one reminder to one person, sent or made superfluous by a later one.
type Reminder struct {
	CompanyID     rbac.CompanyID
	CertificateID id.Of[id.Certificate]
	DueOn         day.Date
	Step          int // days before the due day; negative: after it
	PersonID      id.Of[id.Person]
	State         string // sent, skipped
	At            time.Time
}

// key is what makes a reminder unique.
func (r Reminder) key() reminderKey {
	return reminderKey{r.CertificateID, r.Step, r.PersonID, r.DueOn}
}

// call is what a day calls for: one certificate, its recipients, its texts.
type call struct {
	c        *Certificate
	standing Standing
	step     int
	first    bool // nobody was told of this due day before
}

// scanned counts a batch, for the trail.
type scanned struct {
	Certificates int
	Reminders    int
	Hazards      int
}

// scanBatch reminds of at most n certificates and reports how many it looked at. It may be
// run any number of times on any day: who was reminded is noted in the same transaction.
func (s *Service) scanBatch(ctx context.Context, tx db.Tx, scope rbac.Scope, n int) (int, error) {
	today := dayOf(tx)
	rows, err := dueForReminder(ctx, tx, today, n)
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	if err := equip(ctx, tx, rows); err != nil {
		return 0, err
	}
	calls := callsOf(ctx, rows, today)
	messages, reminders, err := s.address(ctx, tx, calls, today)
	if err != nil {
		return 0, err
	}
	fresh, err := insertReminders(ctx, tx, reminders)
	if err != nil {
		return 0, err
	}
	var send []Message
	for _, m := range messages {
		if fresh[m.reminder] {
			send = append(send, m.Message)
		}
	}
	if len(send) > 0 {
		if err := s.Remind(ctx, tx, send); err != nil {
			return 0, err
		}
	}
	if err := s.put(ctx, tx, begun(calls)); err != nil {
		return 0, err
	}
	raised, err := s.lapse(ctx, tx, rows, today)
	if err != nil {
		return 0, err
	}
	scope.Changed(Noun, 0, 0, scanned{}, scanned{len(rows), len(send), raised})
	return len(rows), saveReminded(ctx, tx, rows)
}

// callsOf finds what today calls for and moves every row's next reminder beyond today. A
// row that cannot be computed is put off until tomorrow and logged: it must not keep the
// others from being reminded.
func callsOf(ctx context.Context, rows []Certificate, today day.Date) []call {
	var calls []call
	for i := range rows {
		c := &rows[i]
		f, err := c.facts()
		if err != nil {
			slog.ErrorContext(ctx, "certificate not scanned", "certificate", c.ID, "error", err)
			c.RemindOn = today.AddDays(1)
			continue
		}
		st, last := f.On(today), c.lastReminded()
		step, due := st.step()
		if due && !f.over() && (last.due != st.NextDue || step < last.step) {
			calls = append(calls, call{c, st, step, last.due != st.NextDue})
			last = reminded{st.NextDue, step}
			c.RemindedDueOn, c.RemindedStep = last.due, &step
		}
		if c.RemindOn = f.remindOn(last, today); !c.RemindOn.IsZero() && !c.RemindOn.After(today) {
			c.RemindOn = today.AddDays(1) // said already today: nothing to catch up with
		}
	}
	return calls
}

// addressed is a message with the reminder it stands for.
type addressed struct {
	Message
	reminder reminderKey
}

// address makes the messages and reminders of calls: to whom the ladder names, to each once.
func (s *Service) address(ctx context.Context, tx db.Tx, calls []call, today day.Date) (messages []addressed, reminders []Reminder, err error) {
	r, err := s.reach(ctx, tx, calls, today)
	if err != nil {
		return nil, nil, err
	}
	for _, c := range calls {
		for _, person := range r.of(c, today) {
			m := Reminder{CompanyID: c.c.CompanyID, CertificateID: c.c.ID, DueOn: c.standing.NextDue, Step: c.step, PersonID: person, State: "sent"}
			reminders = append(append(reminders, m), c.skips(m)...)
			messages = append(messages, addressed{c.message(person, today), m.key()})
		}
	}
	return messages, reminders, nil
}

// skips are the reminders that like makes superfluous.
func (c call) skips(like Reminder) (out []Reminder) {
	for _, step := range c.standing.skipped(c.step) {
		like.Step, like.State = step, "skipped"
		out = append(out, like)
	}
	return out
}

// message tells person what is due. It never holds the number, which is personal data.
func (c call) message(person id.Of[id.Person], today day.Date) Message {
	code := "certificate.remind-" + string(c.standing.NextDueType)
	switch {
	case c.standing.OverdueDays > 0:
		code = "certificate.overdue-" + string(c.standing.NextDueType)
	case c.standing.ApplyOverdue:
		code = "certificate.late-" + string(c.standing.NextDueType)
	}
	due, apply := c.standing.NextDue, c.standing.ApplyBy
	if apply.IsZero() {
		apply = due // no rule: in time is early enough
	}
	return Message{
		PersonID: person, CompanyID: c.c.CompanyID, Noun: Noun, ObjectID: int64(c.c.ID), Code: code,
		Params: map[string]string{
			"name": c.c.HolderName, "due": due.String(), "apply": apply.String(),
			"days":  strconv.Itoa(max(due.DaysSince(today), c.standing.OverdueDays)),
			"title": Kinds.title(text.Chinese, c.c.Kind, c.c.Operation), "title@en": Kinds.title(text.English, c.c.Kind, c.c.Operation),
		},
		Key: fmt.Sprintf("%d|%s|%d|%d", c.c.ID, due, c.step, person),
	}
}
