package instrument_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/id"
	"anbiao/kit/inbox"
	"anbiao/kit/page"
	"anbiao/modules/instrument"
	"anbiao/rbac"
	"anbiao/testkit"
)

// monday is 2 March 2026: no holiday is near.
var monday = time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)

type world struct {
	*testkit.W
	s                                                  *instrument.Service
	firm                                               testkit.Firm
	safety, other, county, town, grid, apart, nextTown rbac.Actor
	items                                              map[string]day.Date
	told                                               []instrument.Note
}

func setup(t *testing.T) *world {
	t.Helper()
	w := &world{W: testkit.World(t), items: map[string]day.Date{}}
	w.Set(monday)
	w.s = &instrument.Service{
		Gate:   w.Gate,
		NameOf: func(context.Context, db.Tx, rbac.Scope, rbac.CompanyID) (string, error) { return "测试企业", nil },
		Claim: func(context.Context, db.Tx, rbac.Scope, rbac.CompanyID, []id.Of[id.Attachment], string, int64) error {
			return nil
		},
		Companies: func(context.Context, db.Tx, rbac.Scope, map[string][]string, int) ([]rbac.CompanyID, error) {
			return []rbac.CompanyID{w.firm.ID}, nil
		},
		Due: func(_ context.Context, _ db.Tx, _ rbac.Home, items []due.Item) error {
			for _, i := range items {
				w.items[i.Kind] = i.On
			}
			return nil
		},
		Tell: func(_ context.Context, _ db.Tx, n instrument.Note) error { w.told = append(w.told, n); return nil },
	}
	w.s.Feeds = []instrument.Feed{
		{Kind: "missive_reply", Action: instrument.ActionWrite, Items: w.s.Waiting},
		{Kind: "missive_received", Action: instrument.ActionAnswer, Items: w.s.Received},
		{Kind: "made_up", Action: instrument.ActionInbox, Items: func(_ context.Context, _ db.Tx, _ rbac.Scope, _ int) (out []inbox.Item, err error) {
			for n := range 5 {
				out = append(out, inbox.Item{Kind: "made_up", Ref: int64(n + 1), Region: "330784", Since: day.Of(2026, 3, 1), DueOn: day.Of(2026, 2, 28+n)})
			}
			return out, nil
		}},
	}
	w.firm = w.Company(t, "330784105")
	w.safety = w.Actor(t, w.firm, "safety")
	w.other = w.Actor(t, w.Company(t, "330784105"), "safety", "principal")
	w.county, w.town, w.grid = w.Regulator(t, "county", "330784"), w.Regulator(t, "town", "330784105"), w.Regulator(t, "grid", "330784105Z01")
	w.apart, w.nextTown = w.Regulator(t, "county", "330783"), w.Regulator(t, "town", "330784104")
	return w
}

func as(t *testing.T, a rbac.Actor) context.Context {
	t.Helper()
	return rbac.WithActor(t.Context(), a)
}

func (w *world) on(month time.Month, d int) {
	w.Set(day.Of(2026, month, d).Midnight(day.Shanghai).Add(10 * time.Hour))
}

// settle does the job of the last step.
func (w *world) settle(t *testing.T, n id.Of[id.Missive]) {
	t.Helper()
	step := testkit.One[int32](t, w.W, "SELECT steps FROM missive WHERE id = $1", int64(n))
	require.NoError(t, w.Gate.Runner(t.Context(), "instrument.settle", func(ctx context.Context, tx db.Tx) error {
		return w.s.Settled(ctx, tx, instrument.Settle{MissiveID: n, Step: step})
	}))
}

func (w *world) one(t *testing.T, a rbac.Actor, n id.Of[id.Missive]) instrument.One {
	t.Helper()
	o, err := w.s.ByID(as(t, a), n)
	require.NoError(t, err)
	return o
}

func (w *world) write(t *testing.T, a rbac.Actor, d instrument.Drafted) id.Of[id.Missive] {
	t.Helper()
	d.AboutText, d.Signatory = "除尘系统未设泄爆", "陈某"
	n, err := w.s.Write(as(t, a), d)
	require.NoError(t, err)
	return n
}

func TestInstrument(t *testing.T) {
	t.Parallel()
	w := setup(t)
	t.Run("letter", w.letter)
	t.Run("numbers", w.numbers)
	t.Run("escalation", w.escalation)
	t.Run("interview", w.interview)
	t.Run("office", w.office)
	t.Run("notice", w.notice)
	t.Run("inbox", w.inbox)
	t.Run("calls", w.calls)
}

var said = instrument.Said{Note: "已加装泄爆片，附照片"}

// letter walks an urging letter from the draft to its end, and tries at each step who may not.
func (w *world) letter(t *testing.T) {
	w.Set(monday)
	n := w.write(t, w.county, instrument.Drafted{Kind: "urge", CompanyID: w.firm.ID})
	for name, a := range map[string]rbac.Actor{"the company": w.safety, "the town": w.town, "another county": w.apart} {
		_, err := w.s.ByID(as(t, a), n)
		require.ErrorIs(t, err, rbac.ErrNotFound, "a draft is its writer's own: %s", name)
	}
	require.Zero(t, testkit.One[int64](t, w.W, "SELECT count(*) FROM job_outbox WHERE kind = 'instrument.settle'"), "nobody is told of a draft")
	_, err := w.s.Write(as(t, w.apart), instrument.Drafted{Kind: "urge", CompanyID: w.firm.ID, Texts: instrument.Texts{AboutText: "某事"}})
	require.ErrorIs(t, err, rbac.ErrNotFound)
	_, err = w.s.Write(as(t, w.safety), instrument.Drafted{Kind: "urge", CompanyID: w.firm.ID, Texts: instrument.Texts{AboutText: "某事"}})
	require.ErrorIs(t, err, rbac.ErrForbidden)
	_, err = w.s.Issue(as(t, w.county), n, instrument.Said{})
	require.NoError(t, err)
	w.settle(t, n)
	o := w.one(t, w.county, n)
	require.Equal(t, "安督函〔2026〕1号", o.Number())
	require.Equal(t, []string{"2026-03-04", "2026-03-16"}, []string{o.AckDueOn.String(), o.ReplyDueOn.String()}, "2 and 10 working days")
	require.Contains(t, o.Body, "2026年3月16日")
	require.Len(t, o.ContentHash, 32)
	require.Equal(t, o.AckDueOn, w.items["instrument.acknowledge"])
	_, err = w.s.Edit(as(t, w.county), n, instrument.Texts{AboutText: "另一件事"})
	require.ErrorIs(t, err, instrument.ErrNow[instrument.Issued])
	_, err = w.Owner.Exec(t.Context(), "UPDATE missive SET body = 'x' WHERE id = $1", int64(n))
	require.Error(t, err, "what was issued stays as it was issued")
	for name, a := range map[string]rbac.Actor{"another company": w.other, "another county": w.apart, "another town": w.nextTown} {
		_, err = w.s.ByID(as(t, a), n)
		require.ErrorIs(t, err, rbac.ErrNotFound, name)
		_, err = w.s.Sign(as(t, a), n, said)
		require.Error(t, err, name)
	}
	require.Empty(t, w.one(t, w.town, n).May, "the town looks on")
	_, err = w.s.Sign(as(t, w.county), n, said)
	require.ErrorIs(t, err, rbac.ErrForbidden, "nobody signs for his own letter")
	require.Equal(t, []instrument.Event{instrument.Sign, instrument.Reply}, w.one(t, w.safety, n).May)
	_, err = w.s.Close(as(t, w.county), n, said)
	require.ErrorIs(t, err, instrument.ErrNow[instrument.Issued])
	for _, do := range []struct {
		by    rbac.Actor
		step  func(context.Context, id.Of[id.Missive], instrument.Said) (id.Of[id.Missive], error)
		state instrument.State
	}{
		{w.safety, w.s.Sign, instrument.Acknowledged},
		{w.safety, w.s.Reply, instrument.Replied},
		{w.county, w.s.SendBack, instrument.Returned},
		{w.safety, w.s.Reply, instrument.Replied},
		{w.county, w.s.Accept, instrument.Accepted},
		{w.county, w.s.Close, instrument.Closed},
	} {
		_, err := do.step(as(t, do.by), n, said)
		require.NoError(t, err)
		w.settle(t, n)
		require.Equal(t, do.state, w.one(t, w.county, n).State)
	}
	_, err = w.s.Withdraw(as(t, w.county), n, said)
	require.ErrorIs(t, err, instrument.ErrNow[instrument.Closed])
	name, content, err := w.s.Paper(as(t, w.safety), n, false, true)
	require.NoError(t, err)
	require.Equal(t, "安督函〔2026〕1号 关于除尘系统未设泄爆的督促函.docx", name)
	require.NotEmpty(t, content)
	_, content, err = w.s.Paper(as(t, w.safety), n, false, false)
	require.NoError(t, err)
	require.Equal(t, "%PDF", string(content[:4]))
}

// numbers shows that an issue that fails gives its number back, and that each office counts its own.
func (w *world) numbers(t *testing.T) {
	bad := w.write(t, w.county, instrument.Drafted{Kind: "urge", CompanyID: w.firm.ID, Texts: instrument.Texts{Body: "请于{sometime}前办理"}})
	_, err := w.s.Issue(as(t, w.county), bad, said)
	require.ErrorIs(t, err, instrument.ErrPlaceholder)
	good := w.write(t, w.county, instrument.Drafted{Kind: "urge", CompanyID: w.firm.ID})
	_, err = w.s.Issue(as(t, w.county), good, said)
	require.NoError(t, err)
	own := w.write(t, w.town, instrument.Drafted{Kind: "urge", CompanyID: w.firm.ID})
	_, err = w.s.Issue(as(t, w.town), own, said)
	require.NoError(t, err)
	require.Equal(t, []int32{2, 1}, []int32{w.one(t, w.county, good).NumberSeq, w.one(t, w.town, own).NumberSeq})
}

// escalation shows that lateness shows, and that a person makes the next letter of it.
func (w *world) escalation(t *testing.T) {
	w.Set(monday)
	n := w.write(t, w.county, instrument.Drafted{Kind: "urge", CompanyID: w.firm.ID})
	_, err := w.s.Issue(as(t, w.county), n, said)
	require.NoError(t, err)
	r := instrument.Raised{To: "interview", Reason: "两次催办未果"}
	_, err = w.s.Escalate(as(t, w.county), n, r)
	require.ErrorIs(t, err, instrument.ErrNotLate)
	w.on(3, 5)
	_, err = w.s.Remind(as(t, w.county), n, said)
	require.NoError(t, err)
	_, err = w.s.Remind(as(t, w.county), n, said)
	require.ErrorIs(t, err, instrument.ErrReminded)
	rows, _, _, err := w.s.Missives(as(t, w.county), instrument.Filter{Query: page.Query{Limit: 20}, Late: true})
	require.NoError(t, err)
	require.Contains(t, ids(rows), n)
	_, err = w.s.Escalate(as(t, w.county), n, instrument.Raised{To: "advice", Reason: "某"})
	require.ErrorIs(t, err, instrument.ErrEscalation)
	next, err := w.s.Escalate(as(t, w.county), n, r)
	require.NoError(t, err)
	o := w.one(t, w.county, next)
	require.Equal(t, []any{instrument.Draft, "interview", "除尘系统未设泄爆"}, []any{o.State, o.Kind, o.AboutText})
	require.Contains(t, o.Reason, w.one(t, w.county, n).Number())
	require.Contains(t, o.Reason, "两次催办未果")
	require.Equal(t, next, w.one(t, w.county, n).Followed[0].ID)
}

func ids(rows []instrument.Missive) (out []id.Of[id.Missive]) {
	for _, m := range rows {
		out = append(out, m.ID)
	}
	return out
}

func (w *world) interview(t *testing.T) {
	w.Set(monday)
	late, soon := w.Now().AddDate(0, 0, 9), w.Now().AddDate(0, 0, 3)
	n := w.write(t, w.county, instrument.Drafted{Kind: "interview", CompanyID: w.firm.ID, Texts: instrument.Texts{HoldAt: &late, HoldPlace: "三楼会议室"}})
	_, err := w.s.Issue(as(t, w.county), n, said)
	require.ErrorIs(t, err, instrument.ErrHold, "within 7 days")
	_, err = w.s.Edit(as(t, w.county), n, instrument.Texts{AboutText: "某事", Signatory: "陈某", HoldAt: &soon, HoldPlace: "三楼会议室"})
	require.NoError(t, err)
	_, err = w.s.Issue(as(t, w.county), n, said)
	require.NoError(t, err)
	_, err = w.s.Reply(as(t, w.safety), n, said)
	require.ErrorIs(t, err, instrument.ErrNotHeld)
	_, _, err = w.s.Paper(as(t, w.county), n, true, true)
	require.ErrorIs(t, err, instrument.ErrNoPaper)
	w.on(3, 5)
	_, err = w.s.Hold(as(t, w.county), n, instrument.Held{HeldOn: day.Of(2026, 3, 5), Minutes: instrument.Minutes{Host: "陈某", Attended: "李总", Content: "通报情况，提出要求"}})
	require.NoError(t, err)
	require.Equal(t, "2026-03-12", w.one(t, w.county, n).ReplyDueOn.String(), "5 working days")
	_, content, err := w.s.Paper(as(t, w.county), n, true, true)
	require.NoError(t, err)
	require.NotEmpty(t, content)
	_, err = w.s.Reply(as(t, w.safety), n, said)
	require.NoError(t, err)
}

// office writes to a town inside the area; nobody else sees it.
func (w *world) office(t *testing.T) {
	w.Set(monday)
	all, err := w.s.Offices(as(t, w.county))
	require.NoError(t, err)
	var names []id.Of[id.Organisation]
	for _, o := range all {
		names = append(names, o.ID)
	}
	require.Contains(t, names, w.town.OrganisationID)
	require.NotContains(t, names, w.apart.OrganisationID)
	n := w.write(t, w.county, instrument.Drafted{Kind: "advice", OfficeID: w.town.OrganisationID})
	_, err = w.s.Issue(as(t, w.county), n, said)
	require.NoError(t, err)
	_, err = w.s.ByID(as(t, w.nextTown), n)
	require.ErrorIs(t, err, rbac.ErrNotFound)
	_, err = w.s.Write(as(t, w.county), instrument.Drafted{Kind: "advice", OfficeID: w.apart.OrganisationID, Texts: instrument.Texts{AboutText: "某事"}})
	require.ErrorIs(t, err, rbac.ErrNotFound)
	_, err = w.s.Reply(as(t, w.town), n, said)
	require.NoError(t, err)
	o := w.one(t, w.county, n)
	require.Equal(t, instrument.Replied, o.State)
	require.False(t, o.AckOn.IsZero(), "who replies has received")
}

func (w *world) notice(t *testing.T) {
	w.Set(monday)
	a := instrument.Announced{Title: "汛期安全", Body: "请检查", ReplyAsked: true, ReplyBy: day.Of(2026, 3, 10), Audience: instrument.Audience{Filters: map[string][]string{}, Offices: []id.Of[id.Organisation]{w.town.OrganisationID}}}
	n, err := w.s.Send(as(t, w.county), a)
	require.NoError(t, err)
	run := func(do func(context.Context, db.Tx) error) {
		require.NoError(t, w.Gate.Runner(t.Context(), "instrument.hand-out", do))
	}
	for range 2 { // a job may come twice
		run(func(ctx context.Context, tx db.Tx) error {
			return w.s.HandedOut(ctx, tx, instrument.HandOut{CircularID: n, Companies: []rbac.CompanyID{w.firm.ID}, Offices: []id.Of[id.Organisation]{w.town.OrganisationID}})
		})
	}
	standing := func() [3]int32 {
		c, err := w.s.Circular(as(t, w.county), n)
		require.NoError(t, err)
		return [3]int32{c.Handed, c.Read, c.Replied}
	}
	require.Equal(t, [3]int32{2, 0, 0}, standing())
	for _, x := range []rbac.Actor{w.other, w.apart, w.nextTown} {
		_, err = w.s.Circular(as(t, x), n)
		require.ErrorIs(t, err, rbac.ErrNotFound)
		_, err = w.s.Answer(as(t, x), n, said)
		require.ErrorIs(t, err, rbac.ErrNotFound)
	}
	_, err = w.s.Open(as(t, w.safety), n)
	require.NoError(t, err)
	_, err = w.s.Answer(as(t, w.town), n, instrument.Said{Note: "已转发各村"})
	require.NoError(t, err)
	require.Equal(t, [3]int32{2, 2, 1}, standing())
	mine, _, err := w.s.Circulars(as(t, w.safety), instrument.BoxFilter{Query: page.Query{Limit: 20}, Unanswered: true})
	require.NoError(t, err)
	require.Len(t, mine, 1)
	rows, _, err := w.s.Receipts(as(t, w.county), n, instrument.ReceiptFilter{Query: page.Query{Limit: 20}, Standing: "unanswered"})
	require.NoError(t, err)
	require.Len(t, rows, 1)
	_, err = w.s.RemindAll(as(t, w.county), n)
	require.NoError(t, err)
	_, err = w.s.RemindAll(as(t, w.county), n)
	require.ErrorIs(t, err, instrument.ErrReminded)
	before := len(w.told)
	run(func(ctx context.Context, tx db.Tx) error {
		return w.s.Urged(ctx, tx, instrument.Urge{CircularID: n, Turn: 1})
	})
	require.Equal(t, []rbac.CompanyID{w.firm.ID}, w.told[before].Companies, "only who has not replied")
	_, err = w.s.TakeBack(as(t, w.county), n)
	require.NoError(t, err)
	_, err = w.s.Answer(as(t, w.safety), n, said)
	require.ErrorIs(t, err, instrument.ErrGone)
}

// inbox pages through what waits, the earliest day first, forth and back.
func (w *world) inbox(t *testing.T) {
	w.Set(monday)
	f := instrument.InboxFilter{Query: page.Query{Limit: 2}, Kind: "made_up"}
	var seen []int64
	for range 4 {
		rows, k, _, err := w.s.Inbox(as(t, w.county), f)
		require.NoError(t, err)
		list := page.Of(rows, k, 2, instrument.ItemKey, func(i inbox.Item) int64 { return i.Ref })
		seen = append(seen, list.Items...)
		if f.Cursor = list.Next; f.Cursor == "" {
			f.Cursor = list.Prev
			break
		}
	}
	require.Equal(t, []int64{1, 2, 3, 4, 5}, seen)
	rows, k, _, err := w.s.Inbox(as(t, w.county), f)
	require.NoError(t, err)
	require.Equal(t, []int64{3, 4}, page.Of(rows, k, 2, instrument.ItemKey, func(i inbox.Item) int64 { return i.Ref }).Items)
	counts, err := w.s.Tallies(as(t, w.town))
	require.NoError(t, err)
	require.Equal(t, instrument.Tally{Kind: "made_up", N: 5, Late: 2}, counts[2])
	_, err = w.s.Tallies(as(t, w.safety))
	require.ErrorIs(t, err, rbac.ErrForbidden)
}

func (w *world) calls(t *testing.T) {
	w.Set(monday)
	for _, x := range []rbac.Actor{w.apart, w.nextTown} {
		_, err := w.s.Ring(as(t, x), w.firm.ID, instrument.Rung{Outcome: "reached"})
		require.ErrorIs(t, err, rbac.ErrNotFound)
	}
	for _, outcome := range []string{"no_answer", "promised"} {
		_, err := w.s.Ring(as(t, w.town), w.firm.ID, instrument.Rung{Outcome: outcome, Phone: "13800000000"})
		require.NoError(t, err)
	}
	rows, err := w.s.Calls(as(t, w.county), w.firm.ID)
	require.NoError(t, err)
	require.Equal(t, []string{"promised", "no_answer"}, []string{rows[0].Outcome, rows[1].Outcome})
	_, err = w.s.Calls(as(t, w.apart), w.firm.ID)
	require.ErrorIs(t, err, rbac.ErrNotFound)
	_, _, err = w.s.Owing(as(t, w.county), instrument.OwingFilter{Query: page.Query{Limit: 20}, Called: "yes"})
	require.NoError(t, err)
	_, err = w.s.Towns(as(t, w.county), "330783")
	require.ErrorIs(t, err, instrument.ErrArea)
	_, err = w.s.Towns(as(t, w.county), "")
	require.NoError(t, err)
}
