package hazard_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/sheet"
	"anbiao/modules/hazard"
	"anbiao/rbac"
	"anbiao/testkit"
)

// TestAsked goes through what takes two people, over the database and its second lock.
func TestAsked(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.s.Terms = func(deadline, asked day.Date) (day.Date, day.Date, error) {
		return deadline.AddDays(-10), asked.AddDays(5), nil
	}
	shop := w.Unit(t, w.firm, 0, "workshop", "冲压车间")
	w.leader, w.worker = w.Placed(t, w.leader, shop), w.Placed(t, w.worker, shop)
	more := hazard.Extension{Deadline: day.Of(2026, 4, 10), Reason: "配件未到", Protection: "停用并挂牌"}
	own := w.assigned(t, hazard.General)
	theirs, err := w.s.Report(as(t, w.safety), hazard.Report{Place: "喷涂车间", Description: "通风停用", Source: hazard.ByRegulator, Photos: w.photos(t)})
	require.NoError(t, err)
	_, err = w.s.Assign(as(t, w.safety), theirs, w.assignment(hazard.General))
	require.NoError(t, err)
	w.extensions(t, own, theirs, more)
	w.twoPeople(t)
	w.oneAnswerWins(t, more)
	w.many(t)
	w.oldLedger(t)
}

func (w *world) extensions(t *testing.T, own, theirs id.Of[id.Hazard], more hazard.Extension) {
	for _, hid := range []id.Of[id.Hazard]{own, theirs} {
		_, err := w.s.AskExtension(as(t, w.leader), hid, more)
		require.NoError(t, err)
		_, err = w.s.Extend(as(t, w.leader), hid, day.Date{}, "")
		require.ErrorIs(t, err, rbac.ErrForbidden, "a leader gives no time")
		_, err = w.s.Extend(as(t, w.elsewhere), hid, day.Date{}, "")
		require.ErrorIs(t, err, rbac.ErrNotFound)
	}
	_, err := w.s.Extend(as(t, w.county), own, day.Date{}, "")
	require.ErrorIs(t, err, hazard.ErrNotAsked, "row security shows the regulator nothing to answer")
	_, err = w.s.Extend(as(t, w.safety), theirs, day.Date{}, "")
	require.ErrorIs(t, err, hazard.ErrAnswerRegulator)
	r, err := w.s.ByID(as(t, w.county), theirs)
	require.NoError(t, err)
	require.Equal(t, []any{[]hazard.Event{hazard.Extend, hazard.Refuse}, day.Of(2026, 3, 15)}, []any{r.May, r.AnswerBy})
	_, err = w.s.Extend(as(t, w.safety), own, day.Date{}, "同意")
	require.NoError(t, err)
	_, err = w.s.Refuse(as(t, w.county), theirs, "按期整改")
	require.NoError(t, err)
	for hid, want := range map[id.Of[id.Hazard]][]any{own: {hazard.Rectifying, day.Of(2026, 4, 10), int16(1)}, theirs: {hazard.Rectifying, day.Of(2026, 3, 20), int16(0)}} {
		r, err := w.s.ByID(as(t, w.safety), hid)
		require.NoError(t, err)
		require.Equal(t, want, []any{r.State, r.Deadline, r.Extensions})
	}
	_, err = w.s.AskExtension(as(t, w.leader), theirs, more)
	require.NoError(t, err)
	_, err = w.s.Extend(as(t, w.county), theirs, day.Of(2026, 4, 1), "延至四月一日")
	require.NoError(t, err)
}

func (w *world) twoPeople(t *testing.T) {
	hid := w.snapped(t)
	_, err := w.s.AskVoid(as(t, w.safety), hid, "重复登记")
	require.NoError(t, err)
	_, err = w.s.Void(as(t, w.safety), hid, "")
	require.ErrorIs(t, err, hazard.ErrOwnAnswer)
	work, err := w.s.Mine(as(t, w.head))
	require.NoError(t, err)
	require.Len(t, work.ToAnswer, 1)
	work, err = w.s.Mine(as(t, w.safety))
	require.NoError(t, err)
	require.Empty(t, work.ToAnswer, "not who asked")
	_, err = w.s.Void(as(t, w.head), hid, "属实")
	require.NoError(t, err)

	moved := w.assigned(t, hazard.Major)
	_, err = w.s.AskTransfer(as(t, w.safety), moved, hazard.Handing{To: "市场监管局", Reason: "特种设备监察"})
	require.NoError(t, err)
	_, err = w.s.Transfer(as(t, w.head), moved, "")
	require.ErrorIs(t, err, hazard.ErrAnswerRegulator)
	_, err = w.s.Transfer(as(t, w.county), moved, "同意移送")
	require.NoError(t, err)
	require.Equal(t, "transfer:assigned>transferred", last(w.events(t, moved)))
}

// oneAnswerWins: of several who answer at once one wins, and the others learn what happened.
func (w *world) oneAnswerWins(t *testing.T, more hazard.Extension) {
	for range 3 {
		hid := w.assigned(t, hazard.General)
		_, err := w.s.AskExtension(as(t, w.leader), hid, more)
		require.NoError(t, err)
		repair := hazard.Repair{Note: "已更换", Photos: w.photos(t)}
		errs := make(chan error, 4)
		go func() { _, err := w.s.Extend(as(t, w.safety), hid, day.Date{}, ""); errs <- err }()
		go func() { _, err := w.s.Extend(as(t, w.head), hid, day.Date{}, ""); errs <- err }()
		go func() { _, err := w.s.Refuse(as(t, w.head), hid, "按期整改"); errs <- err }()
		go func() { _, err := w.s.Void(as(t, w.head), hid, ""); errs <- err }()
		won := 0
		for range 4 {
			err := <-errs
			if err == nil {
				won++
				continue
			}
			f, ok := errors.AsType[*fault.Error](err)
			require.True(t, ok && f.Kind == fault.Conflict, "%v", err)
		}
		require.Equal(t, 1, won)
		_, err = w.s.Fix(as(t, w.leader), hid, repair)
		require.NoError(t, err)
		require.Zero(t, testkit.One[int64](t, w.W, `SELECT count(*) FROM hazard h WHERE id = $1 AND (steps <> (SELECT count(*) FROM hazard_step s WHERE s.hazard_id = h.id) OR asked <> ''
			OR EXISTS (SELECT FROM hazard_step s WHERE s.hazard_id = h.id AND s.n > 1 AND s.from_state <> (SELECT p.to_state FROM hazard_step p WHERE p.hazard_id = h.id AND p.n = s.n - 1)))`, int64(hid)))
	}
}

// many acts on several at once, and counts them by campaign.
func (w *world) many(t *testing.T) {
	fresh, late := w.snapped(t), w.fixed(t, hazard.General)
	foreign, err := w.s.Report(as(t, w.stranger), hazard.Report{Place: "车间", Description: "积油", Category: "A06"})
	require.NoError(t, err)
	a := w.assignment(hazard.General)
	made, err := w.s.Bulk(as(t, w.safety), hazard.BulkForm{IDs: []id.Of[id.Hazard]{fresh, late, foreign, fresh}, Deed: hazard.BulkAssign, Assign: &a})
	require.NoError(t, err)
	b, err := w.s.BulkByID(as(t, w.safety), made)
	require.NoError(t, err)
	got := map[id.Of[id.Hazard]]string{}
	for _, r := range b.Rows.V {
		got[r.ID] = r.Code
	}
	require.Equal(t, map[id.Of[id.Hazard]]string{fresh: "", late: "hazard.now-awaiting-acceptance", foreign: "rbac.not-found"}, got)
	_, err = w.s.BulkByID(as(t, w.head), made)
	require.ErrorIs(t, err, rbac.ErrNotFound, "a report is his who acted")
	_, err = w.s.Bulk(as(t, w.leader), hazard.BulkForm{IDs: []id.Of[id.Hazard]{fresh}, Deed: hazard.BulkAssign, Assign: &a})
	require.ErrorIs(t, err, rbac.ErrForbidden)
	_, err = w.s.Bulk(as(t, w.safety), hazard.BulkForm{IDs: []id.Of[id.Hazard]{fresh}, Deed: hazard.BulkTag})
	require.ErrorIs(t, err, hazard.ErrBulkBody)

	name, stock := "有限空间专项", true
	_, err = w.s.Bulk(as(t, w.safety), hazard.BulkForm{IDs: []id.Of[id.Hazard]{fresh, late}, Deed: hazard.BulkTag, Tags: &hazard.Tags{Campaign: &name, Stock: &stock}})
	require.NoError(t, err)
	_, err = w.s.Bulk(as(t, w.head), hazard.BulkForm{IDs: []id.Of[id.Hazard]{fresh, late}, Deed: hazard.BulkAccept})
	require.NoError(t, err)
	for _, actor := range []rbac.Actor{w.safety, w.county} {
		list, err := w.s.Campaigns(as(t, actor))
		require.NoError(t, err)
		require.Equal(t, []hazard.CampaignCount{{Campaign: name, Companies: 1, Found: 2, Closed: 1, Open: 1}, {Companies: 1, Found: 2, Closed: 1, Open: 1}}, list)
		weeks, err := w.s.Weeks(as(t, actor), hazard.WeekFilter{Campaign: name})
		require.NoError(t, err)
		require.Len(t, weeks, 12)
		require.Equal(t, hazard.Week{Week: day.Of(2026, 3, 9), Found: 2, Fixed: 1, Open: 1}, weeks[11])
	}
	list, err := w.s.Campaigns(as(t, w.elsewhere))
	require.NoError(t, err)
	require.Empty(t, list)
	_, err = w.s.Weeks(as(t, w.safety), hazard.WeekFilter{From: day.Of(2020, 1, 1)})
	require.ErrorIs(t, err, hazard.ErrWeeks)
}

// oldLedger copies the rows of an old ledger.
func (w *world) oldLedger(t *testing.T) {
	w.s.Called = func(_ context.Context, _ db.Tx, _ rbac.CompanyID, words []string) (map[string][]hazard.Member, error) {
		me := hazard.Member{ID: w.leader.StaffID, Person: w.leader.PersonID, Name: w.leader.Name}
		out := map[string][]hazard.Member{}
		for _, word := range words {
			switch word {
			case "李四":
				out[word] = []hazard.Member{me}
			case "王伟":
				out[word] = []hazard.Member{me, {ID: w.worker.StaffID}}
			}
		}
		return out, nil
	}
	row := func(n int, pairs ...string) sheet.Row {
		v := hazard.OldSample()
		v["number"] = fmt.Sprint("YH-", n)
		for i := 0; i < len(pairs); i += 2 {
			v[pairs[i]] = pairs[i+1]
		}
		return sheet.Row{Number: n, Values: v}
	}
	open := []string{"fixedOn", "", "acceptedOn", "", "state", "open"}
	rows := []sheet.Row{
		row(1), row(2, "level", "major"), row(3, append(open, "deadline", "2026-03-05")...), row(4, append(open, "owner", "")...), row(5, append(open, "level", "major")...),
		row(6, append(open, "owner", "某某")...), row(7, append(open, "owner", "王伟")...), row(8, "fixedOn", "2024-01-01"), row(9, "foundOn", "2027-01-01"), row(10, "funds", "-1"),
		row(11, "fixedOn", "", "acceptedOn", ""),
	}
	before := w.facts(t)
	jobs := testkit.One[int64](t, w.W, "SELECT count(*) FROM job_outbox WHERE kind = 'hazard.tell-step'")
	save := func() (verdicts []string) {
		require.NoError(t, w.Gate.Runner(t.Context(), "transfer.save", func(ctx context.Context, tx db.Tx) (err error) {
			verdicts, err = w.s.SaveOld(ctx, tx, w.safety, rows)
			return err
		}))
		return verdicts
	}
	require.Equal(t, "new", save()[0])
	for i, code := range map[int]string{5: "hazard.old-owner", 6: "hazard.old-names", 7: "hazard.old-order", 8: "hazard.old-day", 9: "hazard.old-funds", 10: "hazard.old-closed"} {
		require.NotEmpty(t, rows[i].Faults, i)
		require.Equal(t, code, rows[i].Faults[0].Code, i)
	}
	require.Equal(t, []string{
		"YH-1 cancelled true false 1", "YH-2 cancelled true false 1", "YH-3 assigned false true 3", "YH-4 graded false true 2", "YH-5 graded false true 3",
	}, testkit.All[string](t, w.W, "SELECT concat_ws(' ', old_number, state, CASE WHEN historical THEN 'true' ELSE 'false' END, CASE WHEN stock THEN 'true' ELSE 'false' END, steps) FROM hazard WHERE old_number <> '' ORDER BY id"))
	after := w.facts(t)
	require.Equal(t, []int64{before.Found + 3, before.Open + 3, before.MajorOpen + 1}, []int64{after.Found, after.Open, after.MajorOpen}, "what was closed before counts nowhere")
	require.Equal(t, jobs+3, testkit.One[int64](t, w.W, "SELECT count(*) FROM job_outbox WHERE kind = 'hazard.tell-step'"), "only of the open major hazard is anybody told: registered, graded, reported up")
	require.Equal(t, "same", save()[0])
	require.EqualValues(t, 5, testkit.One[int64](t, w.W, "SELECT count(*) FROM hazard WHERE old_number <> ''"))
	f := filter()
	f.Historical = "only"
	list, _, _, err := w.s.Ledger(as(t, w.safety), f)
	require.NoError(t, err)
	require.Len(t, list, 2)
	_, err = w.s.Tag(as(t, w.safety), list[0].ID, hazard.Tags{Campaign: new(string)})
	require.NoError(t, err)
	err = w.Gate.Write(as(t, w.safety), hazard.ActionList, func(tx db.Tx, _ rbac.Scope) error {
		return tx.Exec("UPDATE hazard SET historical = true WHERE id = (SELECT max(id) FROM hazard WHERE NOT historical)").Error
	})
	require.ErrorContains(t, err, "historical", "a row does not become history afterwards")
}

func (w *world) facts(t *testing.T) (f hazard.Fact) {
	t.Helper()
	w.system(t, func(tx db.Tx, _ rbac.Scope) error {
		facts, err := hazard.Facts(t.Context(), tx, []id.Of[id.Company]{w.firm.ID}, day.Of(2020, 1, 1), day.Of(2026, 12, 31))
		f = facts[0]
		return err
	})
	return f
}
