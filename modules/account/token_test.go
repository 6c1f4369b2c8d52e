package account_test

import (
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/stretchr/testify/require"

	"anbiao/kit/db"
	"anbiao/modules/account"
	"anbiao/rbac"
	"anbiao/testkit"
	"anbiao/web/webtest"
)

// try says whether the bearer of a token may do an action.
func (w *world) try(t *testing.T, token string, action rbac.Action) error {
	t.Helper()
	a, err := w.s.Authenticate(t.Context(), token)
	require.NoError(t, err)
	return w.Gate.Read(rbac.WithActor(t.Context(), a), action, func(db.Tx, rbac.Scope) error { return nil })
}

func TestTokenDoesWhatItsScopesSayAndNoMore(t *testing.T) {
	t.Parallel()
	w := setup(t)
	safety := rbac.WithActor(t.Context(), w.Actor(t, w.Company(t, "330784105"), "safety"))
	for _, c := range []struct {
		scopes   []string
		may, not []rbac.Action
	}{
		{[]string{"read"}, []rbac.Action{"hazard.ledger.list", "staff.person.list", "company.rows.whole"}, []rbac.Action{"hazard.ledger.report", "sync.feed.read", "staff.person.reveal", "account.self.use", "account.member.list"}},
		{[]string{"feed"}, []rbac.Action{"sync.feed.read", "hazard.ledger.list"}, []rbac.Action{"inspection.check.submit", "fund.rule.read"}},
		{[]string{"checks"}, []rbac.Action{"inspection.check.submit", "attachment.file.upload"}, []rbac.Action{"hazard.ledger.report"}},
		{[]string{"hazard.ledger.report"}, []rbac.Action{"hazard.ledger.report"}, []rbac.Action{"hazard.ledger.list"}},
		{[]string{"read", "hazards"}, []rbac.Action{"hazard.ledger.report", "inspection.check.list"}, []rbac.Action{"inspection.check.submit"}},
		{[]string{"all"}, []rbac.Action{"hazard.ledger.report", "inspection.check.submit"}, []rbac.Action{"account.self.use", "account.member.invite"}},
	} {
		o, _, err := w.s.NewToken(safety, "同步", 30, c.scopes)
		require.NoError(t, err)
		for _, a := range c.may {
			require.NoError(t, w.try(t, o.Token, a), "%v should allow %s", c.scopes, a)
		}
		for _, a := range c.not {
			require.ErrorIs(t, w.try(t, o.Token, a), rbac.ErrForbidden, "%v should refuse %s", c.scopes, a)
		}
	}
	for _, scope := range []string{"nothing", "hazard.ledger.review", "account.self.use", "account.*.*", "*.*.*"} {
		_, _, err := w.s.NewToken(safety, "同步", 30, []string{scope})
		require.ErrorIs(t, err, account.ErrScope, scope)
	}
}

// Who is limited himself, by a one-time link, makes no token that is not.
func TestOneTimeLinkMakesNoToken(t *testing.T) {
	t.Parallel()
	w := setup(t)
	a := w.Actor(t, w.Company(t, "330784105"), "safety")
	a.Only = []rbac.Action{account.ActionSelf, "hazard.ledger.fix"}
	_, _, err := w.s.NewToken(rbac.WithActor(t.Context(), a), "更大的权限", 30, []string{"all"})
	require.ErrorIs(t, err, rbac.ErrForbidden)
}

func TestTokensAreListedWithTheirScopes(t *testing.T) {
	t.Parallel()
	w := setup(t)
	a := w.Actor(t, w.Company(t, "330784105"), "safety")
	api := webtest.New(t, func(api huma.API) { account.Mount(api, w.s) }).As(a)
	api.Post("/api/account/tokens", map[string]any{"name": "同步", "days": 30, "scopes": []string{}}).Refused(t, 422, "http.unprocessable-entity")
	api.Post("/api/account/tokens", map[string]any{"name": "同步", "days": 30, "scopes": []string{"foo"}}).Refused(t, 422, "account.scope")
	var made struct{ ID, Token string }
	api.Post("/api/account/tokens", map[string]any{"name": "同步", "days": 30, "scopes": []string{"feed", "hazard.ledger.report"}}).OK(t, &made)
	var list struct {
		Items []struct {
			ID, Name string
			Scopes   []string
		}
	}
	api.Get("/api/account/tokens").OK(t, &list)
	require.Len(t, list.Items, 1)
	require.Equal(t, []string{"feed", "hazard.ledger.report"}, list.Items[0].Scopes)
	require.NotContains(t, string(api.Get("/api/account/tokens").Body), made.Token, "shown once")
	var scopes struct {
		Items []struct {
			Group   string
			Actions []string
		}
	}
	api.Get("/api/account/token-scopes").OK(t, &scopes)
	require.Greater(t, len(scopes.Items), 5)
	require.EqualValues(t, 1, testkit.One[int](t, w.W, "SELECT count(*)::int FROM audit_entry WHERE noun = 'token' AND fields::text LIKE '%hazard.ledger.report%'"))
	require.NoError(t, w.try(t, made.Token, "sync.feed.read"))
	api.Delete("/api/account/tokens/"+made.ID).OK(t, nil)
	_, err := w.s.Authenticate(t.Context(), made.Token)
	require.ErrorIs(t, err, rbac.ErrUnauthenticated)
}
