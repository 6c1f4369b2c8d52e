package audit_test

import (
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/stretchr/testify/require"

	"anbiao/jobs"
	"anbiao/kit/db"
	"anbiao/kit/seal"
	"anbiao/modules/audit"
	"anbiao/rbac"
	"anbiao/testkit"
	"anbiao/web/webtest"
)

type world struct {
	*testkit.W
	s      *audit.Service
	worker *jobs.Worker
	firm   testkit.Firm
	safety rbac.Actor
	chain  string
	start  time.Time
	jobs   int
}

func setup(t *testing.T) *world {
	t.Helper()
	w := &world{W: testkit.World(t)}
	w.s = &audit.Service{Gate: w.Gate, Ring: audit.NewRing(seal.New(testkit.Secret).DeriveEach(audit.Purpose))}
	r := jobs.NewRegistry()
	w.s.Jobs(r)
	w.worker = &jobs.Worker{System: w.System(), Registry: r, Now: w.Now}
	w.start = time.Now().UTC().Truncate(time.Hour)
	w.Set(w.start)
	w.firm = w.Company(t, "330784105")
	w.safety = w.Actor(t, w.firm, "safety")
	w.chain = audit.ChainOf(w.firm.ID)
	return w
}

// note writes n entries of a's company.
func (w *world) note(t *testing.T, a rbac.Actor, n int) {
	t.Helper()
	for i := range n {
		err := w.Gate.Write(rbac.WithActor(t.Context(), a), "account.self.use", func(_ db.Tx, scope rbac.Scope) error {
			scope.Changed("company", int64(i), a.CompanyID, struct{ Name string }{}, struct{ Name string }{fmt.Sprintf("名称%d", i)})
			return nil
		})
		require.NoError(t, err)
	}
}

func (w *world) do(t *testing.T, kind, payload string) {
	t.Helper()
	w.jobs++
	require.NoError(t, w.worker.Do(t.Context(), fmt.Sprintf("job-%d", w.jobs), kind, []byte(payload)))
}

// seal chains what is new, and anchor keeps the heads of the day.
func (w *world) seal(t *testing.T) { t.Helper(); w.do(t, "audit.seal", "{}") }

func (w *world) anchor(t *testing.T) {
	t.Helper()
	w.do(t, "audit.keep-anchors", `{"on":"`+w.start.AddDate(0, 0, -1).Format(time.DateOnly)+`"}`)
}

// broken verifies every chain and returns what is wrong, "chain fault place".
func (w *world) broken(t *testing.T) (out []string) {
	t.Helper()
	require.NoError(t, w.s.VerifyAll(t.Context(), 0, func(v audit.Verdict) {
		if b := v.Broken; b != nil {
			out = append(out, fmt.Sprintf("%s %s %d", v.Chain, b.Fault, b.Seq))
		}
	}))
	return out
}

// spread fills the chain of a company with 12 entries in three partitions, one of them DEFAULT, besides
// entries of another company and of a regulator.
func spread(t *testing.T) *world {
	t.Helper()
	w := setup(t)
	other := w.Actor(t, w.Company(t, "330784106"), "safety")
	county := w.Regulator(t, "county", "330784")
	for _, at := range []time.Time{w.start, w.start.AddDate(0, 1, 0), w.start.AddDate(2, 0, 0)} {
		w.Set(at)
		w.note(t, w.safety, 4)
		w.note(t, other, 2)
		w.note(t, county, 1)
		w.seal(t)
	}
	require.GreaterOrEqual(t, testkit.One[int](t, w.W, "SELECT count(DISTINCT tableoid)::int FROM audit_entry"), 3, "three partitions")
	require.Empty(t, w.broken(t))
	return w
}

func TestChainsOfTheTrailAreWhole(t *testing.T) {
	t.Parallel()
	w := spread(t)
	got := map[string]audit.Verdict{}
	require.NoError(t, w.s.VerifyAll(t.Context(), 0, func(v audit.Verdict) { got[v.Chain] = v }))
	require.Len(t, got, 3)
	require.EqualValues(t, 12, got[w.chain].Checked)
	require.Zero(t, testkit.One[int](t, w.W, "SELECT count(*)::int FROM audit_pending"))
	w.note(t, w.safety, 1)
	require.Empty(t, w.broken(t), "an entry of this minute waits for its place")
	v, err := w.s.Verify(rbac.WithActor(t.Context(), w.safety), 0, 0)
	require.NoError(t, err)
	require.EqualValues(t, 2, v.Pending, "with the entry that says that the chain was looked at")
}

// Each of these is done past the program, as somebody with the database's password would.
func TestWhateverIsDoneToTheTrailIsFound(t *testing.T) {
	t.Parallel()
	const (
		seals   = "WITH s AS (SELECT * FROM audit_seal WHERE chain = $1 AND seq = 7) "
		without = "ALTER TABLE audit_entry DISABLE TRIGGER USER"
	)
	for _, c := range []struct {
		name  string
		do    []string
		found string // fault and place
	}{
		{"a field is changed", []string{seals + `UPDATE audit_entry e SET fields = '[{"name":"name","old":"","new":"别名"}]' FROM s WHERE e.at = s.entry_at AND e.id = s.entry_id`}, "altered 7"},
		{"who acted is changed", []string{seals + `UPDATE audit_entry e SET person_name = '别人' FROM s WHERE e.at = s.entry_at AND e.id = s.entry_id`}, "altered 7"},
		{"the time is changed", []string{seals + `UPDATE audit_entry e SET at = at + interval '1 second' FROM s WHERE e.at = s.entry_at AND e.id = s.entry_id`}, "gone 7"},
		{"an entry is deleted", []string{seals + `DELETE FROM audit_entry e USING s WHERE e.at = s.entry_at AND e.id = s.entry_id`}, "gone 7"},
		{"an entry is deleted with its place", []string{seals + `DELETE FROM audit_entry e USING s WHERE e.at = s.entry_at AND e.id = s.entry_id`, "DELETE FROM audit_seal WHERE chain = $1 AND seq = 7"}, "gap 7"},
		{"the places behind it move up", []string{
			seals + `DELETE FROM audit_entry e USING s WHERE e.at = s.entry_at AND e.id = s.entry_id`, "DELETE FROM audit_seal WHERE chain = $1 AND seq = 7",
			"UPDATE audit_seal SET seq = seq + 999 WHERE chain = $1 AND seq > 7", "UPDATE audit_seal SET seq = seq - 1000 WHERE chain = $1 AND seq > 900",
		}, "altered 7"},
		{"two entries change places", []string{"UPDATE audit_seal SET seq = 99 WHERE chain = $1 AND seq = 7", "UPDATE audit_seal SET seq = 7 WHERE chain = $1 AND seq = 8", "UPDATE audit_seal SET seq = 8 WHERE chain = $1 AND seq = 99"}, "altered 7"},
		{"an entry is put in", []string{without, `INSERT INTO audit_entry (at, actor_kind, company_id, person_name, action, noun, fields, request_id, address)
			SELECT at + interval '1 second', actor_kind, company_id, '别人', action, noun, fields, request_id, address FROM audit_entry WHERE 'company/' || company_id = $1 LIMIT 1`}, "foreign 0"},
		{"an entry moves to another chain", []string{seals + `UPDATE audit_entry e SET company_id = NULL FROM s WHERE e.at = s.entry_at AND e.id = s.entry_id`}, "altered 7"},
		{"the last places are cut off", []string{"DELETE FROM audit_entry e USING audit_seal s WHERE s.chain = $1 AND s.seq > 9 AND e.at = s.entry_at AND e.id = s.entry_id", "DELETE FROM audit_seal WHERE chain = $1 AND seq > 9"}, "tail 10"},
		{"and the head is set back", []string{
			"DELETE FROM audit_entry e USING audit_seal s WHERE s.chain = $1 AND s.seq > 9 AND e.at = s.entry_at AND e.id = s.entry_id", "DELETE FROM audit_seal WHERE chain = $1 AND seq > 9",
			"UPDATE audit_head h SET seq = 9, hash = s.hash FROM audit_seal s WHERE h.chain = $1 AND s.chain = $1 AND s.seq = 9",
		}, "forged 9"},
		{"all of a chain is deleted but its head", []string{"DELETE FROM audit_entry WHERE 'company/' || company_id = $1", "DELETE FROM audit_seal WHERE chain = $1"}, "tail 1"},
		{"the head is deleted", []string{"DELETE FROM audit_head WHERE chain = $1"}, "forged 12"},
		{"the head says another time", []string{"UPDATE audit_head SET sealed_at = sealed_at - interval '1 day' WHERE chain = $1"}, "forged 12"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := spread(t)
			for _, q := range c.do {
				if q == without {
					w.Exec(t, q)
					continue
				}
				w.Exec(t, q, w.chain)
			}
			require.Contains(t, w.broken(t), w.chain+" "+c.found)
		})
	}
}

// A tail that is cut off together with an old head put back in its place fits every signature: only what
// was said at the end of a day shows it.
func TestAnchorsTellACutTail(t *testing.T) {
	t.Parallel()
	w := spread(t)
	ctx := rbac.WithActor(t.Context(), w.safety)
	w.Exec(t, "CREATE TABLE kept AS SELECT * FROM audit_head")
	w.note(t, w.safety, 3)
	w.seal(t)
	w.anchor(t)
	require.Empty(t, w.broken(t))
	kept, err := w.s.Anchors(ctx, 0, 10)
	require.NoError(t, err)
	require.Len(t, kept, 1)
	v := w.s.ViewAnchor(kept[0])
	require.True(t, ed25519.Verify(decode(t, v.PublicKey), []byte(v.Statement), decode(t, v.Signature)), "anybody can verify it")

	w.Exec(t, "DELETE FROM audit_entry e USING audit_seal s WHERE s.chain = $1 AND s.seq > 12 AND e.at = s.entry_at AND e.id = s.entry_id", w.chain)
	w.Exec(t, "DELETE FROM audit_entry e USING audit_pending p WHERE p.entry_id = e.id")
	w.Exec(t, "DELETE FROM audit_seal WHERE chain = $1 AND seq > 12", w.chain)
	w.Exec(t, "UPDATE audit_head h SET seq = k.seq, hash = k.hash, sealed_at = k.sealed_at, signature = k.signature FROM kept k WHERE k.chain = h.chain")
	require.Equal(t, []string{w.chain + " tail 13"}, w.broken(t))
	w.Exec(t, "UPDATE audit_anchor SET seq = 12")
	require.Contains(t, w.broken(t), w.chain+" unanchor 12", "an anchor is signed too")
	w.Exec(t, "DELETE FROM audit_anchor")
	require.Empty(t, w.broken(t), "nothing inside the database tells any more")
	back, err := v.Anchor()
	require.NoError(t, err)
	b, err := w.s.Stands(t.Context(), back)
	require.NoError(t, err)
	require.Equal(t, audit.Tail, b.Fault, "what was handed out does")
}

func decode(t *testing.T, s string) []byte {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(s)
	require.NoError(t, err)
	return b
}

func TestWritersAtOnceLeaveOneChainWithoutAGap(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.Set(time.Time{})
	done := make(chan struct{})
	for range 4 {
		go func() {
			defer func() { done <- struct{}{} }()
			for range 15 {
				_ = w.Gate.Write(rbac.WithActor(t.Context(), w.safety), "account.self.use", func(_ db.Tx, scope rbac.Scope) error {
					scope.Changed("company", 1, w.firm.ID, struct{ Name string }{}, struct{ Name string }{"甲"})
					return nil
				})
			}
		}()
	}
	for running := 4; running > 0; {
		select {
		case <-done:
			running--
		default:
			w.seal(t)
		}
	}
	w.seal(t)
	require.Empty(t, w.broken(t))
	require.Equal(t, 60, testkit.One[int](t, w.W, "SELECT max(seq)::int FROM audit_seal WHERE chain = $1", w.chain))
}

func TestHeadsAreSignedAgainUnderANewKey(t *testing.T) {
	t.Parallel()
	w := spread(t)
	w.anchor(t)
	next := []byte("the secret that comes after it...")
	w.s.Ring = audit.NewRing(seal.New(next, testkit.Secret).DeriveEach(audit.Purpose))
	require.Empty(t, w.broken(t), "the former key verifies")
	more, n := true, 0
	for more {
		require.NoError(t, w.Gate.System(t.Context(), "test", func(tx db.Tx, _ rbac.Scope) (err error) {
			var some int
			more, some, err = w.s.Resign(t.Context(), tx)
			n += some
			return err
		}))
	}
	require.Equal(t, 3, n)
	w.s.Ring = audit.NewRing(seal.New(next).DeriveEach(audit.Purpose))
	require.Empty(t, w.broken(t), "without the former key")
	w.Exec(t, "UPDATE audit_head SET hash = sha256('x') WHERE chain = $1", w.chain)
	require.Equal(t, []string{w.chain + " forged 12"}, w.broken(t))
}

func TestMoreThanOneBatchAndPart(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.Exec(t, `INSERT INTO audit_entry (at, actor_kind, company_id, person_name, action, noun, fields, request_id, address)
		SELECT now(), 'system', $1, '系统', 'x', 'company', '[]', '', '' FROM generate_series(1, 5100)`, int64(w.firm.ID))
	w.seal(t)
	require.Equal(t, 1, testkit.One[int](t, w.W, "SELECT count(*)::int FROM job_outbox WHERE kind = 'audit.seal'"), "more waits: another job is made")
	w.seal(t)
	w.seal(t)
	ctx := rbac.WithActor(t.Context(), w.safety)
	v, err := w.s.Verify(ctx, 0, 0)
	require.NoError(t, err)
	require.True(t, v.More)
	rest, err := w.s.Verify(ctx, 0, v.Seq)
	require.NoError(t, err)
	require.Equal(t, []any{int64(100), int64(5100), false}, []any{rest.Checked, rest.Seq, rest.More})
	require.Nil(t, rest.Broken)
	require.Empty(t, w.broken(t))
}

func TestWhoMayVerifyWhichChain(t *testing.T) {
	t.Parallel()
	w := spread(t)
	api := webtest.New(t, func(a huma.API) { audit.Mount(a, w.s) })
	near, far := w.Regulator(t, "county", "330784"), w.Regulator(t, "county", "330783")
	path := "/api/audit/chain?companyId=" + w.firm.ID.String()
	var v struct {
		Chain  string
		Broken *struct{ Fault string }
	}
	api.As(w.safety).Get("/api/audit/chain").OK(t, &v)
	require.Equal(t, w.chain, v.Chain)
	api.As(near).Get(path).OK(t, &v)
	require.Equal(t, w.chain, v.Chain)
	require.Equal(t, 1, testkit.One[int](t, w.W, "SELECT count(*)::int FROM audit_entry WHERE noun = 'audit_chain' AND person_id = $1", int64(near.PersonID)), "that it was looked at is in the trail")
	api.As(near).Get("/api/audit/chain").OK(t, &v)
	require.Equal(t, "organisation/"+near.OrganisationID.String(), v.Chain)
	api.As(far).Get(path).Refused(t, 404, "rbac.not-found")
	api.As(w.Actor(t, w.Company(t, "330784106"), "safety")).Get(path).Refused(t, 404, "rbac.not-found")
	api.As(w.Actor(t, w.firm, "worker")).Get("/api/audit/chain").Refused(t, 403, "rbac.forbidden")
	api.As(w.Member(t, rbac.Platform, "admin")).Get(path).OK(t, &v)
	w.Exec(t, "UPDATE audit_entry SET person_name = '别人' WHERE company_id = $1", int64(w.firm.ID))
	api.As(w.safety).Get("/api/audit/chain").OK(t, &v)
	require.Equal(t, "altered", v.Broken.Fault)
}

func TestNobodyOfTheProgramChangesASealedPlace(t *testing.T) {
	t.Parallel()
	w := spread(t)
	for _, q := range []string{"UPDATE audit_seal SET seq = seq + 1", "DELETE FROM audit_seal", "DELETE FROM audit_head", "UPDATE audit_anchor SET seq = 1", "DELETE FROM audit_anchor", "UPDATE audit_entry SET person_name = ''"} {
		err := w.Gate.System(t.Context(), "test", func(tx db.Tx, _ rbac.Scope) error { return tx.Exec(q).Error })
		require.ErrorContains(t, err, "permission denied", q)
	}
	for _, table := range []string{"audit_seal", "audit_head", "audit_anchor", "audit_pending"} {
		err := w.Gate.Read(rbac.WithActor(t.Context(), w.safety), "account.self.use", func(tx db.Tx, _ rbac.Scope) error { return tx.Exec("SELECT FROM " + table).Error })
		require.ErrorContains(t, err, "permission denied", table)
	}
}

// What chaining costs a write: the statement that notes the entry as pending, measured against the same
// write without it. It prints the figure and asserts nothing about time.
func TestCostOfChaining(t *testing.T) {
	w := setup(t)
	w.Set(time.Time{})
	const n = 400
	run := func() (p50 time.Duration) {
		var each []time.Duration
		for range n {
			began := time.Now()
			w.note(t, w.safety, 1)
			each = append(each, time.Since(began))
		}
		slices.Sort(each)
		return each[n/2]
	}
	run()
	var with, without time.Duration
	for range 3 {
		w.Exec(t, "ALTER TABLE audit_entry DISABLE TRIGGER USER")
		without += run()
		w.Exec(t, "ALTER TABLE audit_entry ENABLE TRIGGER USER")
		with += run()
	}
	pending := testkit.One[int](t, w.W, "SELECT count(*)::int FROM audit_pending")
	began := time.Now()
	for testkit.One[int](t, w.W, "SELECT count(*)::int FROM audit_pending") > 0 {
		w.seal(t)
	}
	sealed := time.Since(began)
	t.Logf("write with chaining %v, without %v (p50): ratio %d %%; sealing %d entries took %v, %v an entry",
		with/3, without/3, int64(with)*100/int64(without), pending, sealed, sealed/time.Duration(pending))
}
