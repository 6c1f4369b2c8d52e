package proof_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/modules/proof"
	"anbiao/rbac"
	"anbiao/testkit"
)

// do runs a job as the runner does.
func (w *world) do(t *testing.T, task jobs.Task) {
	t.Helper()
	r := jobs.NewRegistry()
	w.s.Jobs(r)
	payload, err := json.Marshal(task)
	require.NoError(t, err)
	w.numbers++
	worker := &jobs.Worker{System: w.System(), Registry: r, Now: w.Now}
	require.NoError(t, worker.Do(t.Context(), fmt.Sprintf("%s-%d", t.Name(), w.numbers), task.Kind(), payload))
}

// hasty is a check of a person that took a second.
func (w *world) hasty(n int64, a rbac.Actor) proof.Record {
	staff := int64(a.StaffID)
	at := w.Now()
	return proof.Record{
		CompanyID: w.firm.ID, RegionPath: w.firm.RegionPath, OversightLine: w.firm.Line, StartedOn: day.In(at, day.Shanghai), CheckID: id.Of[id.Check](n),
		PointName: "3号压力机", StaffID: &staff, PersonName: a.Name, StartedAt: at.Add(-time.Second), FinishedAt: at, ReceivedAt: at, Items: 12, Chars: 600,
	}
}

// raise has the job look at records and returns the ids of the signals there are.
func (w *world) raise(t *testing.T, all ...proof.Record) []int64 {
	t.Helper()
	w.records = append(w.records, all...)
	w.do(t, proof.Look{CompanyID: w.firm.ID, From: w.Now().Truncate(5 * time.Minute)})
	return testkit.All[int64](t, w.W, "SELECT id FROM proof_signal ORDER BY id")
}

type listed struct {
	Items []struct {
		ID, State, Says, Name, Explanation, Outcome, DueOn string
		DaysLeft                                           int
		Late                                               bool
	}
}

func (w *world) sees(t *testing.T, a rbac.Actor, query string) (l listed) {
	t.Helper()
	w.api.As(a).Get("/api/proof/signals"+query).OK(t, &l)
	return l
}

func (w *world) midnight(t *testing.T, d day.Date) {
	t.Helper()
	w.Set(d.Midnight(day.Shanghai).Add(16 * time.Minute))
	w.do(t, proof.KeepTerms{On: d})
}

// TestSignalGoesToTheCompanyFirst walks a signal through its term, day by day: nobody but the
// company sees it before the end of the last, by whatever way he asks.
func TestSignalGoesToTheCompanyFirst(t *testing.T) {
	t.Parallel()
	w := setup(t)
	n := w.raise(t, w.hasty(1, w.worker))
	require.Len(t, n, 1)
	require.Len(t, w.told, 1)
	require.Equal(t, "proof.note-raised", w.told[0].Code)
	got := w.sees(t, w.safety, "").Items
	require.Len(t, got, 1)
	require.Equal(t, "raised", got[0].State)
	require.Equal(t, "2026-03-17", got[0].DueOn)
	require.Equal(t, 6, got[0].DaysLeft)
	require.Contains(t, got[0].Says, "12 项检查内容共 600 字")
	one := fmt.Sprintf("/api/proof/signals/%d", n[0])
	city, town := w.Regulator(t, "city", "3307"), w.Regulator(t, "town", "330784105")
	for d := day.Of(2026, 3, 10); !d.After(day.Of(2026, 3, 17)); d = d.AddDays(1) {
		w.midnight(t, d)
		w.midnight(t, d) // a job may run twice
		for _, a := range []rbac.Actor{w.county, city, town, w.elsewhere} {
			for _, q := range []string{"", "?state=raised", "?rule=fast", "?open=true", "?checkId=1", fmt.Sprintf("?companyId=%d", int64(w.firm.ID))} {
				require.Empty(t, w.sees(t, a, q).Items, "%s %s", d, q)
			}
			w.api.As(a).Get(one).Refused(t, 404, "rbac.not-found")
			w.api.As(a).Post(one+"/note", map[string]string{"outcome": "seen"}).Refused(t, w.noted(a), w.refusal(a))
			w.raw(t, a, 0, "on %s row security lets nothing through either", d)
		}
	}
	require.Len(t, w.told, 2, "reminded once")
	require.Equal(t, "proof.note-due", w.told[1].Code)

	w.midnight(t, day.Of(2026, 3, 18))
	require.Equal(t, "unexplained", w.sees(t, w.county, "").Items[0].State)
	require.Len(t, w.sees(t, town, "?open=true").Items, 1)
	require.Empty(t, w.sees(t, w.elsewhere, "").Items)
	require.Empty(t, w.sees(t, w.stranger, "").Items)
	w.raw(t, w.county, 1, "opened")
	w.raw(t, w.elsewhere, 0, "another county")
	require.Len(t, w.told, 2)
}

func (w *world) noted(a rbac.Actor) int {
	return map[bool]int{true: 404, false: 403}[w.Gate.Can(a, proof.ActionNote)]
}

func (w *world) refusal(a rbac.Actor) string {
	return map[bool]string{true: "rbac.not-found", false: "rbac.forbidden"}[w.Gate.Can(a, proof.ActionNote)]
}

// raw counts the rows a query without any condition sees.
func (w *world) raw(t *testing.T, a rbac.Actor, want int, why string, args ...any) {
	t.Helper()
	var n int
	err := w.Gate.Read(rbac.WithActor(t.Context(), a), proof.ActionSignals, func(tx db.Tx, _ rbac.Scope) error {
		return tx.Raw("SELECT count(*) FROM proof_signal").Scan(&n).Error
	})
	require.NoError(t, err)
	require.Equal(t, want, n, fmt.Sprintf(why, args...))
}

// TestNobodyOpensItEarly shows that the database refuses it to the job runner, too, and that a
// company can do nothing but explain.
func TestNobodyOpensItEarly(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.raise(t, w.hasty(1, w.worker))
	_, err := w.Owner.Exec(t.Context(), "UPDATE proof_signal SET opened_at = '2026-03-17T15:59:59Z'")
	require.ErrorContains(t, err, "proof_signal_opened_check")
	_, err = w.Owner.Exec(t.Context(), "UPDATE proof_signal SET due_on = NULL, opened_at = '2030-01-01Z'")
	require.ErrorContains(t, err, "proof_signal_opened_check")
	for _, q := range []string{
		"UPDATE proof_signal SET due_on = '2027-01-01'", "UPDATE proof_signal SET figures = '{}'", "UPDATE proof_signal SET outcome = 'no_concern'", "DELETE FROM proof_signal",
		"UPDATE proof_signal SET opened_at = NULL", "INSERT INTO proof_signal (company_id) VALUES (1)", "UPDATE proof SET person_name = 'x'",
	} {
		err := w.Gate.Write(rbac.WithActor(t.Context(), w.safety), proof.ActionExplain, func(tx db.Tx, _ rbac.Scope) error { return tx.Exec(q).Error })
		require.ErrorContains(t, err, "permission denied", q)
	}
	err = w.Gate.Write(rbac.WithActor(t.Context(), w.safety), proof.ActionExplain, func(tx db.Tx, _ rbac.Scope) error {
		return tx.Exec("UPDATE proof_signal SET state = 'unexplained'").Error
	})
	require.ErrorContains(t, err, "row-level security")
}

func TestExplainAndNote(t *testing.T) {
	t.Parallel()
	w := setup(t)
	n := w.raise(t, w.hasty(1, w.worker))
	one := fmt.Sprintf("/api/proof/signals/%d", n[0])
	paper := w.send(t, w.safety, picture(t, 3), "")
	w.api.As(w.stranger).Post(one+"/explain", map[string]string{"explanation": "不是我的"}).Refused(t, 404, "rbac.not-found")
	w.api.As(w.safety).Post(one+"/explain", map[string]any{"explanation": "先看后填", "attachments": []string{"999"}}).Refused(t, 422, "attachment.unknown")
	w.api.As(w.safety).Post(one+"/explain", map[string]any{"explanation": "   "}).Refused(t, 422, "proof.explanation")
	w.api.As(w.safety).Post(one+"/explain", map[string]any{"explanation": "先看现场，回办公室集中填写", "attachments": []string{fmt.Sprint(paper)}}).OK(t, nil)
	w.api.As(w.safety).Post(one+"/explain", map[string]string{"explanation": "改一下"}).Refused(t, 409, "proof.explained")
	require.Empty(t, w.sees(t, w.county, "").Items, "explained early, seen no earlier")
	w.midnight(t, day.Of(2026, 3, 16))
	require.Len(t, w.told, 1, "nobody is reminded of what he has done")
	w.midnight(t, day.Of(2026, 3, 18))
	got := w.sees(t, w.county, "").Items[0]
	require.Equal(t, "explained", got.State)
	require.Equal(t, "先看现场，回办公室集中填写", got.Explanation)
	require.False(t, got.Late)
	w.api.As(w.county).Get(fmt.Sprintf("/api/attachment/files/%d", paper)).OK(t, nil)
	w.api.As(w.elsewhere).Post(one+"/note", map[string]string{"outcome": "seen"}).Refused(t, 404, "rbac.not-found")
	require.Equal(t, 422, w.api.As(w.county).Post(one+"/note", map[string]string{"outcome": "guilty"}).Status)
	w.api.As(w.county).Post(one+"/note", map[string]string{"outcome": "no_concern", "note": "说明合理"}).OK(t, nil)
	require.Equal(t, "no_concern", w.sees(t, w.safety, "").Items[0].Outcome, "the company sees what came of it")
	var c struct{ Waiting, Urgent int }
	w.api.As(w.county).Get("/api/proof/waiting").OK(t, &c)
	require.Zero(t, c.Waiting)
	require.Equal(t, int64(2), testkit.One[int64](t, w.W, "SELECT count(*) FROM audit_entry WHERE noun = 'proof_signal'"))
}

func TestLateExplanation(t *testing.T) {
	t.Parallel()
	w := setup(t)
	n := w.raise(t, w.hasty(1, w.worker))
	var c struct{ Waiting, Urgent int }
	w.midnight(t, day.Of(2026, 3, 16))
	w.api.As(w.safety).Get("/api/proof/waiting").OK(t, &c)
	require.Equal(t, 1, c.Urgent)
	w.midnight(t, day.Of(2026, 3, 18))
	w.api.As(w.safety).Post(fmt.Sprintf("/api/proof/signals/%d/explain", n[0]), map[string]string{"explanation": "迟了两天"}).OK(t, nil)
	got := w.sees(t, w.county, "").Items[0]
	require.Equal(t, "explained", got.State)
	require.True(t, got.Late)
}

// TestWithoutHolidays shows a term that cannot be counted yet.
func TestWithoutHolidays(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.Set(time.Date(2026, 12, 29, 4, 0, 0, 0, time.UTC))
	w.raise(t, w.hasty(1, w.worker))
	require.Equal(t, "proof.note-raised-termless", w.told[0].Code)
	require.Empty(t, w.sees(t, w.safety, "").Items[0].DueOn)
	for d := day.Of(2026, 12, 30); d.Before(day.Of(2027, 2, 1)); d = d.AddDays(1) {
		w.midnight(t, d)
		require.Empty(t, w.sees(t, w.county, "").Items, "%s", d)
	}
	require.Len(t, w.told, 1)
}

func TestLookIsIdempotentAndSilent(t *testing.T) {
	t.Parallel()
	w := setup(t)
	first, paper, explosive, corrected := w.hasty(1, w.worker), w.hasty(2, w.worker), w.hasty(3, w.worker), w.hasty(4, w.worker)
	paper.Paper, explosive.Explosive, corrected.Correction = true, true, true
	require.Len(t, w.raise(t, first, paper, explosive, corrected), 1)
	require.Len(t, w.raise(t), 1, "looked at again")
	require.Len(t, w.told, 1)
	require.Equal(t, "330784105", testkit.One[string](t, w.W, "SELECT region_path FROM proof_signal"))
}

// TestReachOfUnits shows that a leader sees his team's signals.
func TestReachOfUnits(t *testing.T) {
	t.Parallel()
	w := setup(t)
	first, second := w.Unit(t, w.firm, 0, "team", "甲班"), w.Unit(t, w.firm, 0, "team", "乙班")
	mine, other := w.Placed(t, w.Actor(t, w.firm, "leader"), first), w.Placed(t, w.Actor(t, w.firm, "leader"), second)
	w.worker = w.Placed(t, w.worker, first)
	n := w.raise(t, w.hasty(1, w.worker))
	require.Len(t, w.sees(t, mine, "").Items, 1)
	require.Empty(t, w.sees(t, other, "").Items)
	one := fmt.Sprintf("/api/proof/signals/%d", n[0])
	w.api.As(other).Get(one).Refused(t, 404, "rbac.not-found")
	w.api.As(other).Post(one+"/explain", map[string]string{"explanation": "x"}).Refused(t, 404, "rbac.not-found")
	w.api.As(mine).Post(one+"/explain", map[string]string{"explanation": "本班先看后填"}).OK(t, nil)
}

// TestSamePhotoInAnotherCheck looks for photos in the rows there are.
func TestSamePhotoInAnotherCheck(t *testing.T) {
	t.Parallel()
	w := setup(t)
	old := w.send(t, w.worker, picture(t, 1), w.said(w.point))
	w.bind(t, old) // to check 1
	again, fresh := w.send(t, w.worker, picture(t, 1), w.said(w.point)), w.send(t, w.worker, picture(t, 4), w.said(w.point))
	slow := func(n int64, photo int64) proof.Record {
		c := w.hasty(n, w.worker)
		c.StartedAt, c.Photos = c.StartedAt.Add(-time.Hour), []id.Of[id.Attachment]{id.Of[id.Attachment](photo)}
		return c
	}
	require.Empty(t, w.raise(t, slow(1, old), slow(2, fresh)), "its own photo, and another")
	n := w.raise(t, slow(3, again))
	require.Len(t, n, 1)
	require.Equal(t, "same_photo", testkit.One[string](t, w.W, "SELECT rule FROM proof_signal"))
	require.Equal(t, again, testkit.One[[]int64](t, w.W, "SELECT photos FROM proof_signal")[0])
	require.Empty(t, w.sees(t, w.stranger, "").Items)
}

func TestNeverFindsAnything(t *testing.T) {
	t.Parallel()
	w := setup(t)
	tally := func(f testkit.Firm, checks, found int) {
		w.Exec(t, "INSERT INTO proof_tally VALUES ($1, '2026-03-01', $2, $3, $4, $5)", int64(f.ID), f.RegionPath, f.Line, checks, found)
	}
	tally(w.firm, 200, 0)
	for range 5 {
		tally(w.Company(t, "330784101"), 100, 5)
	}
	tally(w.Company(t, "330783101"), 200, 0) // without peers
	w.do(t, proof.Compare{On: day.Of(2026, 3, 31)})
	w.do(t, proof.Compare{On: day.Of(2026, 3, 31)})
	require.Equal(t, []int64{int64(w.firm.ID)}, testkit.All[int64](t, w.W, "SELECT company_id FROM proof_signal"))
	require.Contains(t, w.sees(t, w.safety, "").Items[0].Says, "照此应有约 10 次")
}

func TestSubmittedAsksOnceASpan(t *testing.T) {
	t.Parallel()
	w := setup(t)
	submit := func() {
		require.NoError(t, w.Gate.Write(rbac.WithActor(t.Context(), w.worker), "account.self.use", func(tx db.Tx, _ rbac.Scope) error {
			return proof.Submitted(context.WithoutCancel(t.Context()), tx, w.firm.ID)
		}))
	}
	submit()
	submit()
	require.Equal(t, int64(1), testkit.One[int64](t, w.W, "SELECT count(*) FROM job_outbox WHERE kind = 'proof.look'"))
	w.Set(noon.Add(5 * time.Minute))
	submit()
	require.Equal(t, int64(2), testkit.One[int64](t, w.W, "SELECT count(*) FROM job_outbox WHERE kind = 'proof.look'"))
}
