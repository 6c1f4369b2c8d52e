package grading_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/modules/grading"
	"anbiao/testkit"
)

// kept: no step is lost, and papers can be printed.
func (w *world) kept(t *testing.T, n id.Of[id.Application]) {
	t.Helper()
	one, err := w.s.ByID(as(t, w.principal), n)
	require.NoError(t, err)
	require.Equal(t, int(one.Application.Steps), len(one.Steps))
	for i, s := range one.Steps[1:] {
		require.Equal(t, one.Steps[i].ToState, s.FromState)
	}
	for format, head := range map[string]string{"pdf": "%PDF", "docx": "PK"} {
		_, content, err := w.s.PrintForm(as(t, w.principal), n, format)
		require.NoError(t, err)
		require.True(t, bytes.HasPrefix(content, []byte(head)), format)
	}
	_, content, err := w.s.PrintList(as(t, w.city), grading.Filter{State: "granted"})
	require.NoError(t, err)
	require.True(t, bytes.HasPrefix(content, []byte("%PDF")))
}

// silenceAndLateness: what follows from terms, done once however often the job runs.
func (w *world) silenceAndLateness(t *testing.T) {
	t.Helper()
	w.day("2026-05-06")
	n := w.made(t, "pass")
	_, err := w.s.Submit(as(t, w.safety), n, grading.Paper{})
	require.NoError(t, err)
	w.day("2026-05-12")
	w.scan(t)
	require.Equal(t, "submitted", w.state(t, n))
	w.day("2026-05-13")
	w.scan(t)
	w.scan(t)
	require.Equal(t, "accepted", w.state(t, n))
	require.Equal(t, []string{"2026-05-06", "4"}, []string{
		testkit.One[string](t, w.W, "SELECT accepted_on::text FROM grading_application WHERE id = $1", int64(n)), testkit.One[string](t, w.W, "SELECT n::text FROM grading_step WHERE application_id = $1 AND event = 'submit'", int64(n)),
	})
	w.day("2026-06-01")
	w.scan(t)
	w.scan(t)
	require.EqualValues(t, 1, testkit.One[int64](t, w.W, "SELECT count(*) FROM grading_step WHERE application_id = $1 AND event = 'escalate'", int64(n)))
	late, _, _, err := w.s.Applications(as(t, w.county), grading.Filter{Late: true, Query: page.Query{Limit: 20}})
	require.NoError(t, err)
	require.Len(t, late, 1)
	_, err = w.s.Confirm(as(t, w.city), n, grading.Paper{})
	require.NoError(t, err, "the level above takes a late step")
	send := grading.Sending{Agency: w.reviewer.OrganisationID, From: on("2026-06-01"), Until: on("2026-06-10"), Team: []grading.Delegate{{Name: "江思平", Leads: true}}}
	_, err = w.s.Assign(as(t, w.county), n, send)
	require.NoError(t, err)
	w.window(t, 0, 3)
	one, err := w.s.ByID(as(t, w.reviewer), n)
	require.NoError(t, err)
	_, err = w.s.Declare(as(t, w.reviewer), n, grading.Declaration{Member: one.Team[0].ID, Conflict: true, Statement: "曾任该企业顾问"})
	require.NoError(t, err)
	w.unseen(t, n, w.reviewer)
	send.Agency = w.rival.OrganisationID
	_, err = w.s.Assign(as(t, w.county), n, send)
	require.NoError(t, err)
	_, err = w.s.Terminate(as(t, w.county), n, grading.Reason{Reason: "伪造培训记录"})
	require.NoError(t, err)
	require.Equal(t, on("2029-06-01"), w.barred)
	_, err = w.s.Start(as(t, w.safety), grading.Plan{SelfID: 3, Level: "pass"})
	require.ErrorIs(t, err, grading.ErrBarred)
	w.Exec(t, "UPDATE grading_application SET barred_until = NULL")
	w.dishonest = true
	_, err = w.s.Start(as(t, w.safety), grading.Plan{SelfID: 3, Level: "pass"})
	require.ErrorIs(t, err, grading.ErrDishonest, "as long as it is listed")
	w.dishonest = false
}

// renewal that award finds in order goes straight onto the list of those to be made public.
func (w *world) renewal(t *testing.T) {
	t.Helper()
	w.Exec(t, "UPDATE grading_application SET barred_until = NULL")
	w.direct = grading.Renewable{Level: "3", Open: true, Direct: true}
	_, err := w.s.Start(as(t, w.safety), grading.Plan{SelfID: 3, Level: "pass", Renews: 8})
	require.ErrorIs(t, err, grading.ErrRenewal)
	n, err := w.s.Start(as(t, w.safety), grading.Plan{SelfID: 3, Level: "3", Renews: 8})
	require.NoError(t, err)
	_, err = w.s.Prepare(as(t, w.safety), n, grading.Statements{Items: []grading.Statement{{Code: "effect", OK: true}, {Code: "dishonesty", OK: true}}})
	require.NoError(t, err)
	_, err = w.s.Sign(as(t, w.principal), n, grading.Signing{Signature: 1})
	require.NoError(t, err)
	_, err = w.s.Submit(as(t, w.safety), n, grading.Paper{})
	require.NoError(t, err)
	require.Equal(t, "listed", w.state(t, n))
	_, err = w.s.Publicize(as(t, w.city), n, grading.Notice{Medium: "门户网站"})
	require.NoError(t, err)
	w.day("2026-06-11")
	_, err = w.s.Announce(as(t, w.city), n, grading.Award{NoticeNo: "2号"})
	require.NoError(t, err)
	require.True(t, w.granted[1].Direct)
	require.EqualValues(t, 8, w.granted[1].Renews)
}
