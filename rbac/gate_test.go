package rbac_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/db"
	"anbiao/rbac"
	"anbiao/testkit"
)

// self is an action that every member holds.
const self rbac.Action = "account.self.use"

// own is a row that only the actor's company may see.
type own struct{ Name string }

func names(t *testing.T, w *testkit.W, a rbac.Actor, table string) (out []string) {
	t.Helper()
	err := w.Gate.Read(rbac.WithActor(t.Context(), a), self, func(tx db.Tx, _ rbac.Scope) error {
		return tx.Raw("SELECT name FROM " + table + " ORDER BY name").Scan(&out).Error // no condition on purpose
	})
	require.NoError(t, err)
	return out
}

func TestQueryThatForgetsItsScopeSeesOnlyItsOwn(t *testing.T) {
	t.Parallel()
	w := testkit.World(t)
	a, b, far := w.Company(t, "330784105"), w.Company(t, "330784106"), w.Company(t, "330783001")
	safety := w.Actor(t, a, "safety")
	w.Actor(t, b, "safety")
	w.Actor(t, far, "safety")

	require.Equal(t, []string{a.Name}, names(t, w, safety, "company"))
	require.Len(t, names(t, w, safety, "staff_person"), 1)
	require.Equal(t, []string{a.Name, b.Name}, names(t, w, w.Regulator(t, "county", "330784"), "company"))
	require.Equal(t, []string{b.Name}, names(t, w, w.Regulator(t, "town", "330784106"), "company"))
	require.Equal(t, []string{a.Name, far.Name}, names(t, w, w.Regulator(t, "county", "330784105", "330783"), "company"), "two areas: the hull alone would hold b")
	lined := w.Regulator(t, "county", "330784")
	lined.Lines = []int16{7}
	require.Empty(t, names(t, w, lined, "company"), "companies of another supervision line")
	consultant := w.Member(t, rbac.Service, "consultant")
	consultant.CompanyID = a.ID
	require.Empty(t, names(t, w, consultant, "staff_person"), "an agency without engagement sees nothing")
	w.Exec(t, "INSERT INTO account_engagement (company_id, organisation_id, from_on) VALUES ($1, $2, '2020-01-01')", int64(a.ID), int64(consultant.OrganisationID))
	require.Len(t, names(t, w, consultant, "staff_person"), 1)
}

func TestScopeOfNobodyMatchesNothing(t *testing.T) {
	t.Parallel()
	cond, args := rbac.Scope{}.Where("c")
	require.Equal(t, "false", cond)
	require.Empty(t, args)
	_, err := rbac.Scope{}.Home()
	require.ErrorIs(t, err, rbac.ErrForbidden)
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	w := testkit.World(t)
	worker := w.Actor(t, w.Company(t, "330784105"), "worker")
	nothing := func(db.Tx, rbac.Scope) error { t.Error("the work was done"); return nil }
	require.ErrorIs(t, w.Gate.Write(t.Context(), self, nothing), rbac.ErrUnauthenticated)
	ctx := rbac.WithActor(t.Context(), worker)
	require.ErrorIs(t, w.Gate.Write(ctx, "account.member.invite", nothing), rbac.ErrForbidden)
	worker.Only = []rbac.Action{"hazard.ledger.fix"}
	require.ErrorIs(t, w.Gate.Read(rbac.WithActor(t.Context(), worker), self, nothing), rbac.ErrForbidden, "a one-time link carries its own actions only")
	worker.Only, worker.Kind = nil, rbac.Regulator
	require.ErrorIs(t, w.Gate.Read(rbac.WithActor(t.Context(), worker), self, nothing), rbac.ErrForbidden, "a role of one domain is worth nothing in another")
	err := w.Gate.Read(ctx, self, func(tx db.Tx, _ rbac.Scope) error { return tx.Exec("UPDATE account_person SET email = 'x'").Error })
	require.Error(t, err, "a read cannot write")
}

// change does one write of a request with key and body, and returns the id it answers with.
func change(ctx context.Context, w *testkit.W, a rbac.Actor, key, body string) (int64, error) {
	sum := sha256.Sum256([]byte(body))
	ctx = rbac.WithRequest(rbac.WithActor(ctx, a), rbac.Request{ID: "r", Operation: "editMe", Key: key, BodyHash: sum[:]})
	var made int64
	err := w.Gate.Write(ctx, self, func(tx db.Tx, scope rbac.Scope) error {
		if err := tx.Raw("UPDATE account_person SET email = email || 'x' WHERE id = ? RETURNING length(email)", a.PersonID).Scan(&made).Error; err != nil {
			return err
		}
		scope.Made(made)
		scope.Changed("account", int64(a.PersonID), a.CompanyID, own{}, own{Name: body})
		return nil
	})
	if r, ok := errors.AsType[*rbac.Replay](err); ok {
		return r.Made, nil
	}
	return made, err
}

func TestRepeatedRequestChangesNothing(t *testing.T) {
	t.Parallel()
	w := testkit.World(t)
	a := w.Actor(t, w.Company(t, "330784105"), "safety")
	var wg sync.WaitGroup
	got := make([]int64, 8)
	for i := range got {
		wg.Go(func() {
			n, err := change(t.Context(), w, a, "key-1", "same")
			if err != nil {
				t.Error(err)
			}
			got[i] = n
		})
	}
	wg.Wait()
	require.Equal(t, []int64{1}, slices.Compact(got), "eight requests at once, one effect, one answer")
	_, err := change(t.Context(), w, a, "key-1", "other")
	require.ErrorIs(t, err, rbac.ErrKeyReused)
	n, err := change(t.Context(), w, a, "key-2", "same")
	require.NoError(t, err)
	require.EqualValues(t, 2, n)
}

func TestTrailIsWrittenWithTheChangeAndCannotBeChanged(t *testing.T) {
	t.Parallel()
	w := testkit.World(t)
	a := w.Actor(t, w.Company(t, "330784105"), "safety")
	_, err := change(t.Context(), w, a, "", "新名称")
	require.NoError(t, err)
	row := testkit.One[string](t, w, "SELECT person_name || '|' || action || '|' || noun || '|' || fields::text FROM audit_entry WHERE company_id = $1", int64(a.CompanyID))
	require.Equal(t, a.Name+`|account.self.use|account|[{"new": "新名称", "old": "", "name": "name"}]`, row)

	ctx := rbac.WithActor(t.Context(), a)
	for _, q := range []string{"UPDATE audit_entry SET person_name = 'x'", "DELETE FROM audit_entry", "TRUNCATE audit_entry"} {
		err := w.Gate.Write(ctx, self, func(tx db.Tx, _ rbac.Scope) error { return tx.Exec(q).Error })
		require.ErrorContains(t, err, "permission denied", q)
	}
	boom := errors.New("boom")
	err = w.Gate.Write(ctx, self, func(_ db.Tx, scope rbac.Scope) error {
		scope.Changed("account", 1, a.CompanyID, own{}, own{Name: "never"})
		return boom
	})
	require.ErrorIs(t, err, boom)
	require.EqualValues(t, 1, testkit.One[int](t, w, "SELECT count(*)::int FROM audit_entry WHERE company_id = $1", int64(a.CompanyID)))
}
