package letter_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/text"
	"anbiao/modules/letter"
	"anbiao/rbac"
	"anbiao/testkit"
)

var limit = page.Query{Limit: 50}

func TestChainOfTheYear(t *testing.T) {
	t.Parallel()
	w := setup(t)
	n, err := w.s.Make(as(t, w.safety), letter.Order{Year: 2026})
	require.NoError(t, err)
	require.Equal(t, []int{8, 7, 0, 0}, w.figures(t, w.safety))
	for _, c := range []struct{ who, with rbac.Actor }{
		{w.safety, w.head}, {w.director, w.head}, {w.leader, w.director}, {w.worker, w.leader}, {w.mate, w.leader}, {w.lone, w.director}, {w.fitter, w.head},
	} {
		require.Equal(t, c.with.StaffID, *w.of(t, c.who).Letter.SuperiorID, c.who.Name)
	}
	l := w.of(t, w.worker)
	require.Equal(t, "焊接车间·一班", l.Letter.UnitName)
	require.Contains(t, l.Letter.Text, "1. 上岗前检查设备（直接责任，每班，60 分，依据《安全生产法》第五十七条）\n2. 报告隐患（直接责任，按事项，39.5 分）")
	require.Contains(t, l.Letter.Text, "甲方（上级）："+w.leader.Name+"，班组长\n")
	again, err := w.s.Make(as(t, w.safety), letter.Order{Year: 2026})
	require.NoError(t, err)
	require.Equal(t, n, again)
	require.Equal(t, []int{8, 7, 0, 0}, w.figures(t, w.safety), "made once")

	_, err = w.s.Make(as(t, w.safety), letter.Order{Year: 2029})
	require.ErrorIs(t, err, letter.ErrYear)
	_, err = w.s.Make(as(t, w.safety), letter.Order{Year: 2026, Units: []id.Of[id.Unit]{99}})
	require.ErrorIs(t, err, letter.ErrUnitUnknown)
	_, err = w.s.Make(as(t, w.stranger), letter.Order{Year: 2026})
	require.ErrorIs(t, err, letter.ErrNobody)
	for _, a := range []rbac.Actor{w.director, w.leader, w.worker, w.county} {
		_, err = w.s.Make(as(t, a), letter.Order{Year: 2026})
		require.ErrorIs(t, err, rbac.ErrForbidden)
	}
	_, err = w.s.Make(as(t, w.agent), letter.Order{Year: 2027, Units: []id.Of[id.Unit]{w.weld}})
	require.NoError(t, err, "an engaged agency prepares")
	require.Equal(t, 5, testkit.One[int](t, w.W, "SELECT letters FROM letter_round WHERE year = 2027"))
}

func TestNobodyToSignWith(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.assign(t, w.head, "")
	n, err := w.s.Make(as(t, w.safety), letter.Order{Year: 2026})
	require.NoError(t, err)
	rows, _, err := w.s.List(as(t, w.safety), letter.Filter{Query: limit, NoSuperior: true})
	require.NoError(t, err)
	require.Len(t, rows, 3, "the safety director, the director and the fitter")
	_, err = w.s.Send(as(t, w.safety), n, letter.Sending{UnitID: w.fitting})
	require.ErrorIs(t, err, letter.ErrNothingDraft)
	l := w.of(t, w.fitter).Letter.ID
	_, err = w.s.Choose(as(t, w.safety), l, letter.Choice{StaffID: w.fitter.StaffID})
	require.ErrorIs(t, err, letter.ErrOwnSuperior)
	_, err = w.s.Choose(as(t, w.safety), l, letter.Choice{StaffID: w.head.StaffID})
	require.ErrorIs(t, err, letter.ErrStaffUnknown, "holds no post")
	_, err = w.s.Choose(as(t, w.director), l, letter.Choice{StaffID: w.director.StaffID})
	require.ErrorIs(t, err, rbac.ErrForbidden)
	_, err = w.s.Choose(as(t, w.safety), l, letter.Choice{StaffID: w.director.StaffID})
	require.NoError(t, err)
	_, err = w.s.Make(as(t, w.safety), letter.Order{Year: 2026})
	require.NoError(t, err)
	require.Equal(t, w.director.StaffID, *w.of(t, w.fitter).Letter.SuperiorID, "what was chosen by hand stays")
	w.bare[w.posts["装配工"]] = true
	_, err = w.s.Send(as(t, w.safety), n, letter.Sending{UnitID: w.fitting})
	require.ErrorIs(t, err, letter.ErrNothingDraft, "a post without duties")
	delete(w.bare, w.posts["装配工"])
	_, err = w.s.Send(as(t, w.safety), n, letter.Sending{UnitID: w.fitting})
	require.NoError(t, err)
	require.Equal(t, []int{7, 7, 1, 0}, w.figures(t, w.safety))
	_, err = w.s.Choose(as(t, w.safety), l, letter.Choice{StaffID: w.leader.StaffID})
	require.ErrorIs(t, err, letter.ErrNotDraft)
}

func TestBothSidesSign(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.sent(t)
	require.Equal(t, []int{8, 7, 7, 0}, w.figures(t, w.safety))
	l := w.of(t, w.worker)
	require.Equal(t, fmt.Sprintf("%x", sha256.Sum256([]byte(l.Letter.Text))), fmt.Sprintf("%x", l.Letter.TextHash))

	require.ErrorIs(t, w.sign(t, w.mate, w.worker), rbac.ErrNotFound, "a colleague does not even see it")
	require.ErrorIs(t, w.sign(t, w.safety, w.worker), letter.ErrNotParty, "neither does the safety manager sign for anybody")
	require.ErrorIs(t, w.sign(t, w.director, w.worker), letter.ErrNotParty)
	require.ErrorIs(t, w.sign(t, w.agent, w.worker), rbac.ErrForbidden)
	require.NoError(t, w.sign(t, w.worker, w.worker))
	require.ErrorIs(t, w.sign(t, w.worker, w.worker), letter.ErrSignedYet, "nobody signs for the other side")
	require.Equal(t, []int{8, 7, 7, 0}, w.figures(t, w.safety))
	require.Equal(t, []letter.Side{letter.Superior}, w.of(t, w.worker).Letter.WaitsFor())
	require.NoError(t, w.sign(t, w.leader, w.worker, w.mate), "one signature under the letters selected; either order")
	require.Equal(t, letter.Signed, w.of(t, w.worker).Letter.State)
	require.Equal(t, day.Of(2026, 3, 10), w.of(t, w.worker).Letter.SignedOn)
	require.Equal(t, []letter.Side{letter.Subordinate}, w.of(t, w.mate).Letter.WaitsFor())
	require.NoError(t, w.sign(t, w.mate, w.mate))
	require.Equal(t, []int{8, 7, 5, 2}, w.figures(t, w.safety))
	require.ErrorIs(t, w.sign(t, w.leader, w.worker), letter.ErrSignedYet)
	require.ErrorIs(t, w.sign(t, w.director, w.leader, w.lone, w.mate), letter.ErrNotParty, "all or none")
	require.Len(t, w.of(t, w.leader).Signatures, 0)

	o := w.of(t, w.lone)
	_, err := w.s.Sign(as(t, w.lone), letter.Signing{Letters: []letter.Read{{ID: o.Letter.ID, TextHash: strings.Repeat("0", 64)}}, AttachmentID: w.drawn(t, w.lone)})
	require.ErrorIs(t, err, letter.ErrOtherText)
	_, err = w.s.Sign(as(t, w.lone), letter.Signing{Letters: []letter.Read{{ID: o.Letter.ID, TextHash: fmt.Sprintf("%x", o.Letter.TextHash)}}, AttachmentID: 99})
	require.ErrorIs(t, err, letter.ErrSignature)

	p, err := w.s.Mine(as(t, w.director))
	require.NoError(t, err)
	require.Equal(t, 3, p.ToSign, "his own, the leader's and that of the team without one")
	require.Len(t, p.Lead, 2)
	require.Len(t, p.Own, 1)
}

func TestWhatWasSignedStays(t *testing.T) {
	t.Parallel()
	w := setup(t)
	n := w.sent(t)
	require.NoError(t, w.sign(t, w.worker, w.worker))
	require.NoError(t, w.sign(t, w.leader, w.worker))
	l := w.of(t, w.worker).Letter
	proof, err := w.s.Verify(as(t, w.worker), l.ID)
	require.NoError(t, err)
	require.True(t, proof.Sound)
	require.Len(t, proof.Signatures, 2)
	for _, q := range []string{
		"UPDATE letter SET text = text || '改' WHERE id = $1", "UPDATE letter SET signed_on = '2026-03-09' WHERE id = $1", "UPDATE letter SET state = 'sent' WHERE id = $1",
		"UPDATE letter SET superior_id = staff_id WHERE id = $1", "UPDATE letter SET staff_signed_at = now() WHERE id = $1", "UPDATE letter SET text_hash = '' WHERE id = $1",
	} {
		_, err := w.Owner.Exec(t.Context(), q, int64(l.ID))
		require.True(t, db.Violates(err, "letter_keep"), "%s: %v", q, err)
	}
	_, err = w.s.Edit(as(t, w.safety), n, letter.Wording{Goals: []string{"新目标"}, Reward: "奖", Penalty: "罚", ValidFrom: day.Of(2026, 1, 1), ValidUntil: day.Of(2026, 12, 31)})
	require.NoError(t, err)
	require.Equal(t, l.Text, w.of(t, w.worker).Letter.Text, "a new wording is for letters to come")
	for _, bad := range []letter.Wording{
		{Goals: []string{"一\n二"}, Reward: "奖", Penalty: "罚", ValidFrom: day.Of(2026, 1, 1), ValidUntil: day.Of(2026, 12, 31)},
		{Goals: []string{"一"}, Reward: " ", Penalty: "罚", ValidFrom: day.Of(2026, 1, 1), ValidUntil: day.Of(2026, 12, 31)},
	} {
		_, err = w.s.Edit(as(t, w.safety), n, bad)
		require.ErrorIs(t, err, letter.ErrBlank)
	}
	_, err = w.s.Edit(as(t, w.safety), n, letter.Wording{Goals: []string{"一"}, Reward: "奖", Penalty: "罚", ValidFrom: day.Of(2026, 2, 1), ValidUntil: day.Of(2026, 1, 1)})
	require.ErrorIs(t, err, letter.ErrValidity)

	// Whoever reaches the tables past the program is found out.
	w.Exec(t, "ALTER TABLE letter DISABLE TRIGGER letter_keep")
	w.Exec(t, "UPDATE letter SET text = replace(text, '60 分', '10 分') WHERE id = $1", int64(l.ID))
	proof, err = w.s.Verify(as(t, w.leader), l.ID)
	require.NoError(t, err)
	require.False(t, proof.Sound || proof.TextKept || proof.Signatures[0].Kept)
	w.Exec(t, "UPDATE letter SET text = $2 WHERE id = $1", int64(l.ID), l.Text)
	w.Exec(t, "UPDATE letter_signature SET at = at - interval '1 day' WHERE letter_id = $1 AND side = 'superior'", int64(l.ID))
	proof, err = w.s.Verify(as(t, w.leader), l.ID)
	require.NoError(t, err)
	require.Equal(t, []bool{true, true, false, false}, []bool{proof.TextKept, proof.Signatures[0].Kept, proof.Signatures[1].Kept, proof.Sound})
}

func TestRowsOfOnesPart(t *testing.T) {
	t.Parallel()
	w := setup(t)
	n := w.sent(t)
	for _, c := range []struct {
		who  rbac.Actor
		want int
	}{{w.head, 7}, {w.safety, 7}, {w.director, 5}, {w.leader, 3}, {w.agent, 7}} {
		rows, _, err := w.s.List(as(t, c.who), letter.Filter{Query: limit})
		require.NoError(t, err)
		want := c.want
		require.Len(t, rows, want, c.who.Roles)
		o, err := w.s.Progress(as(t, c.who), n)
		require.NoError(t, err)
		require.Equal(t, want, o.Whole.Total)
		for _, u := range o.Units {
			require.True(t, c.who.UnitPath == "" || c.want == 7 || strings.HasPrefix(u.Unit.Path, c.who.UnitPath), "%s sees %s", c.who.Roles, u.Unit.Name)
		}
	}
	for _, a := range []rbac.Actor{w.worker, w.county} {
		_, _, err := w.s.List(as(t, a), letter.Filter{Query: limit})
		require.ErrorIs(t, err, rbac.ErrForbidden)
		_, err = w.s.Progress(as(t, a), n)
		require.ErrorIs(t, err, rbac.ErrForbidden)
	}
	see := func(a rbac.Actor, of rbac.Actor) error {
		_, err := w.s.Open(as(t, a), w.of(t, of).Letter.ID)
		return err
	}
	require.NoError(t, see(w.worker, w.worker))
	require.ErrorIs(t, see(w.worker, w.mate), rbac.ErrNotFound)
	require.ErrorIs(t, see(w.leader, w.lone), rbac.ErrNotFound)
	require.ErrorIs(t, see(w.director, w.fitter), rbac.ErrNotFound)
	require.ErrorIs(t, see(w.leader, w.director), rbac.ErrNotFound)
	require.ErrorIs(t, see(w.stranger, w.worker), rbac.ErrNotFound)
	require.ErrorIs(t, see(w.county, w.worker), rbac.ErrForbidden)
	_, err := w.s.PrintOne(as(t, w.leader), w.of(t, w.lone).Letter.ID)
	require.ErrorIs(t, err, rbac.ErrNotFound)
	_, err = w.s.Strokes(as(t, w.leader), w.of(t, w.lone).Letter.ID, letter.Superior)
	require.ErrorIs(t, err, rbac.ErrNotFound)

	require.Equal(t, []int{8, 7, 7, 0}, w.figures(t, w.county), "a regulator sees figures")
	require.Nil(t, w.figures(t, w.elsewhere))
	require.Nil(t, w.figures(t, w.stranger))
	for _, table := range []string{"letter", "letter_signature", "letter_scan", "letter_page"} {
		require.ErrorContains(t, w.Gate.Read(as(t, w.county), letter.ActionRounds, func(tx db.Tx, _ rbac.Scope) error {
			return tx.Exec("SELECT FROM " + table).Error
		}), "permission denied", table)
	}
}

func TestMovedAndLeft(t *testing.T) {
	t.Parallel()
	w := setup(t)
	in := func(who ...rbac.Actor) {
		t.Helper()
		require.NoError(t, w.Gate.Write(as(t, w.safety), "staff.post.assign", func(tx db.Tx, scope rbac.Scope) error {
			home, err := scope.Home()
			require.NoError(t, err)
			var ids []id.Of[id.Staff]
			for _, a := range who {
				ids = append(ids, a.StaffID)
			}
			return w.s.MakeIn(t.Context(), tx, scope, home, ids)
		}))
	}
	w.sent(t)
	require.NoError(t, w.sign(t, w.worker, w.worker))
	require.NoError(t, w.sign(t, w.leader, w.worker))
	old := w.of(t, w.worker).Letter
	in(w.worker, w.mate)
	require.Equal(t, old.ID, w.of(t, w.worker).Letter.ID, "nothing has changed")

	w.Set(noon.AddDate(0, 1, 0))
	w.assign(t, w.worker, "焊工乙")
	in(w.worker)
	now := w.of(t, w.worker).Letter
	require.NotEqual(t, old.ID, now.ID)
	require.Equal(t, letter.Sent, now.State, "asked to sign on the first day")
	require.Equal(t, w.director.StaffID, *now.SuperiorID)
	o, err := w.s.Open(as(t, w.worker), old.ID)
	require.NoError(t, err)
	require.Equal(t, []any{letter.Superseded, "moved", day.Of(2026, 4, 10), old.Text}, []any{o.Letter.State, o.Letter.SupersededWhy, o.Letter.SupersededOn, o.Letter.Text})
	require.Equal(t, []int{8, 7, 7, 0}, w.figures(t, w.safety))
	_, err = w.s.Sign(as(t, w.worker), letter.Signing{Letters: []letter.Read{{ID: old.ID, TextHash: fmt.Sprintf("%x", old.TextHash)}}, AttachmentID: w.drawn(t, w.worker)})
	require.ErrorIs(t, err, letter.ErrSuperseded)

	w.assign(t, w.mate, "")
	in(w.mate)
	require.Equal(t, []int{7, 6, 6, 0}, w.figures(t, w.safety))
	fresh := w.hired(t, "worker", w.first, "焊工", "welder")
	in(fresh)
	require.Equal(t, letter.Sent, w.of(t, fresh).Letter.State)

	made, err := w.s.Renew(as(t, w.safety), w.of(t, fresh).Letter.ID)
	require.NoError(t, err)
	require.Equal(t, letter.Draft, w.of(t, fresh).Letter.State)
	_, err = w.s.Renew(as(t, w.safety), made)
	require.ErrorIs(t, err, letter.ErrDraft)
}

func TestMicroFirmNeedsNoRound(t *testing.T) {
	t.Parallel()
	w := setup(t)
	require.NoError(t, w.Gate.Write(as(t, w.safety), "staff.post.assign", func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		require.NoError(t, err)
		return w.s.MakeIn(t.Context(), tx, scope, home, []id.Of[id.Staff]{w.worker.StaffID, w.head.StaffID})
	}))
	require.Equal(t, []int{8, 1, 1, 0}, w.figures(t, w.safety))
}

func TestReminders(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.Exec(t, "UPDATE staff_unit SET head_id = $1 WHERE id = $2", int64(w.director.StaffID), int64(w.weld))
	w.sent(t)
	take := func(days int) map[string]int {
		t.Helper()
		w.Set(noon.AddDate(0, 0, days))
		w.told = nil
		require.NoError(t, w.Gate.Runner(t.Context(), "test", func(ctx context.Context, tx db.Tx) error {
			return jobs.Enqueue(ctx, tx, letter.Remind{Day: day.In(tx.Now, day.Shanghai)})
		}))
		w.drain(t)
		out := map[string]int{}
		for _, n := range w.told {
			out[n.Code]++
			for _, code := range []string{n.Code, n.Code + "-body"} {
				require.True(t, text.Known(text.Chinese, code) && text.Known(text.English, code), code)
			}
		}
		return out
	}
	require.Equal(t, map[string]int{"letter.note-own": 7, "letter.note-superior": 3}, take(0))
	require.Empty(t, take(0), "once")
	require.Empty(t, take(6))
	require.NoError(t, w.sign(t, w.worker, w.worker))
	require.NoError(t, w.sign(t, w.leader, w.worker, w.mate))
	require.NoError(t, w.sign(t, w.mate, w.mate))
	require.Equal(t, map[string]int{"letter.note-own": 5, "letter.note-superior": 2}, take(7), "who has signed is left alone")
	require.Equal(t, map[string]int{"letter.note-own": 5, "letter.note-superior": 2}, take(26), "two steps missed are one message")
	require.Empty(t, take(29))
	last := take(30)
	require.Equal(t, 5, last["letter.note-own"])
	require.Equal(t, 3, last["letter.note-late"], "the heads of the shop, of its team and of the team without a leader are one person, told of each")
	require.Empty(t, take(31))
	require.Empty(t, take(100))
	keys := map[string]bool{}
	for _, n := range w.told {
		require.False(t, keys[n.Key])
		keys[n.Key] = true
	}
}
