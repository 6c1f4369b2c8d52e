package meeting

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/doc"
	"anbiao/kit/due"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/text"
	"anbiao/rbac"
	"anbiao/web/register"
)

// Permissions of this module.
const (
	ActionList rbac.Action = "meeting.record.list"
	ActionKeep rbac.Action = "meeting.record.keep"
)

// Service is what the rest of the program may ask about meetings.
type Service struct {
	Gate *rbac.Gate
	// Due keeps what falls due; nil: nobody does.
	Due func(ctx context.Context, tx db.Tx, home rbac.Home, items []due.Item) error

	meetings *register.Kind[Meeting]
}

// Meetings is the register.
func (s *Service) Meetings() *register.Kind[Meeting] {
	if s.meetings == nil {
		s.meetings = &register.Kind[Meeting]{
			Gate: s.Gate, Name: "meeting", Route: "/meetings", TitleZh: "安全会议", TitleEn: "Safety meetings", Read: ActionList, Write: ActionKeep,
			Faults: []*fault.Error{ErrFuture, ErrDates},
			Check: func(_ context.Context, tx db.Tx, _ rbac.Scope, _, is *Meeting) error {
				return hold(is, day.In(tx.Now, day.Shanghai))
			},
			Due: dues, Saved: s.saved, Paper: paper,
		}
	}
	return s.meetings
}

// saved lets the last meeting of each kind say when the next one is due, and no other.
func (s *Service) saved(ctx context.Context, tx db.Tx, _ rbac.Scope, rows []register.Change[Meeting]) error {
	if s.Due == nil || len(rows) == 0 {
		return nil
	}
	home := rows[0].Is.Home()
	var items []due.Item
	for _, r := range rows {
		items = append(items, due.Item{Kind: "meeting.next", Ref: int64(r.Is.ID), Title: r.Is.Title, Path: path(r.Is.ID)})
	}
	last, err := latest(ctx, tx, home.CompanyID, day.In(tx.Now, day.Shanghai).AddYears(-1))
	if err != nil {
		return err
	}
	for _, m := range last {
		it := due.Item{Kind: "meeting.next", Ref: int64(m.ID), Title: m.Title, OwnerID: m.ChairID, UnitID: m.UnitID, Path: path(m.ID)}
		if m.Place == 1 {
			it.On = m.NextOn
		}
		items = append(items, it)
	}
	return s.Due(ctx, tx, home, compact(items))
}

func path(n id.Of[id.Row]) string { return "/meetings?id=" + n.String() }

// compact keeps of each item the last that was said.
func compact(items []due.Item) []due.Item {
	at := map[int64]int{}
	var out []due.Item
	for _, it := range items {
		if i, ok := at[it.Ref]; ok {
			out[i] = it
			continue
		}
		at[it.Ref] = len(out)
		out = append(out, it)
	}
	return out
}

// Round is how one kind of meeting stands.
type Round struct {
	Rule
	HeldOn day.Date `json:"heldOn" doc:"of the last one; empty: none yet"`
	NextOn day.Date `json:"nextOn" doc:"by which the next one is due; empty: none by rule, or none was held yet"`
	Late   bool     `json:"late"`
	Year   int      `json:"year" doc:"held in this calendar year"`
}

// Rounds lists how the kinds of meetings stand that are held again and again. Errors:
// register.ErrCompanyNeeded.
func (s *Service) Rounds(ctx context.Context, company rbac.CompanyID) (out []Round, err error) {
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) error {
		if home, err := scope.Home(); err == nil {
			company = home.CompanyID
		}
		if company == 0 {
			return register.ErrCompanyNeeded.At("query.companyId")
		}
		today := day.In(tx.Now, day.Shanghai)
		found, err := stands(ctx, tx, scope, company, day.Of(today.Year(), 1, 1))
		for _, r := range Rules() {
			one := found[r.Kind]
			round := Round{Rule: r, HeldOn: one.HeldOn, Year: one.Year}
			if !one.HeldOn.IsZero() {
				round.NextOn = next(r.Kind, one.HeldOn)
			}
			round.Late = r.Months > 0 && round.NextOn.Before(today) && !round.NextOn.IsZero()
			out = append(out, round)
		}
		return err
	})
	return out, err
}

// paper is the foot of printed minutes: everybody present signs.
func paper(d *doc.Doc, m *Meeting, l text.Lang) {
	say := func(code string) string { return text.Say(l, "meeting."+code, nil) }
	d.Heading(say("print-signatures"))
	d.Fields([][2]string{{say("print-chair"), ""}, {say("print-recorder"), ""}})
	d.Gap(3)
	var rows [][]string
	for i := 0; i < max(len(m.Attendees), 12); i += 3 {
		row := make([]string, 6)
		for n := range 3 {
			if i+n < len(m.Attendees) {
				row[2*n] = m.Attendees[i+n]
			}
		}
		rows = append(rows, row)
	}
	name, sign := doc.Column{Title: say("print-name"), Width: 24}, doc.Column{Title: say("print-sign")}
	d.Table([]doc.Column{name, sign, name, sign, name, sign}, rows)
}
