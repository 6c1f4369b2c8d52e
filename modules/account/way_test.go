package account_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/stretchr/testify/require"

	"anbiao/modules/account"
	"anbiao/rbac"
	"anbiao/testkit"
	"anbiao/web/webtest"
)

// mounted mounts the module.
func mounted(w *world) func(huma.API) {
	return func(a huma.API) { account.Mount(a, w.s) }
}

// second goes to the provider, is asked for the second factor, and shows it.
func second(t *testing.T, api *webtest.API, d trip, code string) webtest.Answer {
	t.Helper()
	got := api.Anonymous().With("Cookie", "anbiao_flow="+d.keep).Get("/api/account/oidc/callback?" + d.query)
	require.Equal(t, http.StatusSeeOther, got.Status)
	require.Equal(t, "/login?second=1", got.Header.Get("Location"))
	require.Len(t, got.Header.Values("Set-Cookie"), 1, "no session yet")
	c, err := http.ParseSetCookie(got.Header.Get("Set-Cookie"))
	require.NoError(t, err)
	require.Equal(t, "/", c.Path)
	return api.Anonymous().With("Cookie", c.Name+"="+c.Value).Post("/api/account/oidc/second", map[string]any{"code": code})
}

func TestTheSecondFactorIsAskedForAfterTheProvider(t *testing.T) {
	t.Parallel()
	w, p, api := elsewhere(t)
	at := time.Now().UTC().Truncate(time.Second)
	w.Set(at)
	a := w.Actor(t, w.Company(t, "330784105"), "safety")
	travel(t, w.entered(t, api, a), "/api/account/oidc/bind", "u-7").home(t, api)
	secret := w.enrol(t, a, "")
	begin := func() trip { return travel(t, api.Anonymous(), "/api/account/oidc/sign-in", "u-7") }
	second(t, api, begin(), "000000").Refused(t, 422, "account.totp-wrong")
	w.Set(at.Add(time.Minute))
	got := second(t, api, begin(), w.code(t, secret))
	got.OK(t, nil)
	require.Equal(t, "provider+totp", testkit.One[string](t, w.W, "SELECT way FROM account_session ORDER BY id DESC LIMIT 1"))
	second(t, api, begin(), w.code(t, secret)).Refused(t, 422, "account.totp-wrong") // a code works once
	d := begin()
	api.Anonymous().With("Cookie", "anbiao_flow="+d.keep).Post("/api/account/oidc/second", map[string]any{"code": w.code(t, secret)}).Refused(t, 401, "account.elsewhere")
	api.Anonymous().Post("/api/account/oidc/second", map[string]any{"code": "000000"}).Refused(t, 401, "account.elsewhere")

	for range 3 {
		second(t, api, begin(), "000000").Refused(t, 422, "account.totp-wrong")
	}
	second(t, api, begin(), "000000").Refused(t, 422, "account.totp-wrong")
	second(t, api, begin(), "000000").Refused(t, 429, "account.locked")

	for said, asked := range map[string]map[string]any{
		"mfa": {"amr": []string{"mfa"}}, "pwd and otp": {"amr": []string{"pwd", "otp"}}, "acr": {"acr": "urn:gov:l3"},
	} {
		w.s.Provider.Trust("urn:gov:l3")
		p.Spoil(func(c map[string]any) {
			for k, v := range asked {
				c[k] = v
			}
		})
		where, token := begin().home(t, api)
		require.Equal(t, "/", where, said)
		require.NotEmpty(t, token, said)
	}
	require.Equal(t, "provider+factors", testkit.One[string](t, w.W, "SELECT way FROM account_session ORDER BY id DESC LIMIT 1"))
	for said, asked := range map[string]map[string]any{"two of a kind": {"amr": []string{"otp", "sms"}}, "another acr": {"acr": "urn:gov:l1"}, "password": {"amr": []string{"pwd"}}} {
		p.Spoil(func(c map[string]any) {
			for k, v := range asked {
				c[k] = v
			}
		})
		where, token := begin().home(t, api)
		require.Equal(t, []string{"/login?second=1", ""}, []string{where, token}, said)
	}
}

func TestWhoComesFromTheProviderWithoutFactorsMustEnrol(t *testing.T) {
	t.Parallel()
	w, p, api := elsewhere(t)
	w.s.RequireTOTP = []string{"company"}
	a := w.Actor(t, w.Company(t, "330784105"), "safety")
	travel(t, w.entered(t, api, a), "/api/account/oidc/bind", "u-7").home(t, api)
	_, token := travel(t, api.Anonymous(), "/api/account/oidc/sign-in", "u-7").home(t, api)
	got, err := w.s.Authenticate(t.Context(), token)
	require.NoError(t, err)
	require.Equal(t, []rbac.Action{account.ActionSelf}, got.Only)
	p.Spoil(func(c map[string]any) { c["amr"] = []string{"mfa"} })
	_, token = travel(t, api.Anonymous(), "/api/account/oidc/sign-in", "u-7").home(t, api)
	got, err = w.s.Authenticate(t.Context(), token)
	require.NoError(t, err)
	require.Empty(t, got.Only, "he has shown two")
}

func TestFlowCookieBelongsToThisHost(t *testing.T) {
	t.Parallel()
	w, _, api := elsewhere(t)
	w.s.Secure = true
	a := w.Actor(t, w.Company(t, "330784105"), "safety")
	d := travel(t, w.entered(t, api, a), "/api/account/oidc/bind", "u-7")
	got := api.Anonymous().With("Cookie", "__Host-anbiao_flow="+d.keep).Get("/api/account/oidc/callback?" + d.query)
	require.Equal(t, "/account/me?bound=1", got.Header.Get("Location"))
	c, err := http.ParseSetCookie(got.Header.Get("Set-Cookie"))
	require.NoError(t, err)
	require.Equal(t, []any{"__Host-anbiao_flow", "/", true, true, ""}, []any{c.Name, c.Path, c.Secure, c.HttpOnly, c.Domain})
}

func TestASessionSaysHowItWasOpened(t *testing.T) {
	t.Parallel()
	w := setup(t)
	a := w.Actor(t, w.Company(t, "330784105"), "worker")
	login := w.login(t, a)
	w.Exec(t, "UPDATE account_person SET phone = '13800000001' WHERE id = $1", int64(a.PersonID))
	o, err := w.s.Login(t.Context(), account.Credentials{Login: login, Password: password}, "")
	require.NoError(t, err)
	require.NoError(t, w.s.SendCode(t.Context(), account.SMSLogin, login))
	_, err = w.s.LoginByCode(t.Context(), login, w.sent[0]["code"], "")
	require.NoError(t, err)
	var v struct{ Items []struct{ Way string } }
	me := w.real(t).Anonymous().With("Authorization", "Bearer "+o.Token)
	me.Get("/api/account/sessions").OK(t, &v)
	require.Equal(t, "code", v.Items[0].Way)
	require.Equal(t, "password", v.Items[1].Way)
}

func TestSessionsEndAfterFourteenDays(t *testing.T) {
	t.Parallel()
	w := setup(t)
	at := time.Now().UTC()
	w.Set(at)
	o, err := w.s.Login(t.Context(), account.Credentials{Login: w.login(t, w.Actor(t, w.Company(t, "330784105"), "worker")), Password: password}, "")
	require.NoError(t, err)
	for days := range 14 { // used every day, and over all the same
		w.Set(at.Add(time.Duration(days) * 24 * time.Hour))
		_, err = w.s.Authenticate(t.Context(), o.Token)
		require.NoError(t, err)
	}
	w.Set(at.Add(14*24*time.Hour + time.Second))
	_, err = w.s.Authenticate(t.Context(), o.Token)
	require.ErrorIs(t, err, rbac.ErrUnauthenticated)
}

func TestSigningInEndsWhatTheBrowserHad(t *testing.T) {
	t.Parallel()
	w := setup(t)
	a := w.Actor(t, w.Company(t, "330784105"), "worker")
	login := w.login(t, a)
	o, err := w.s.Login(t.Context(), account.Credentials{Login: login, Password: password}, "")
	require.NoError(t, err)
	token, _, err := w.s.NewToken(rbac.WithActor(t.Context(), a), "接口", 1, []string{"read"})
	require.NoError(t, err)
	enter := func(with, pw string) webtest.Answer {
		return w.real(t).Anonymous().With("Cookie", "anbiao_session="+with).Post("/api/account/sessions", map[string]any{"login": login, "password": pw})
	}
	lives := func(token string) bool { _, err := w.s.Authenticate(t.Context(), token); return err == nil }
	enter(o.Token, "wrong").Refused(t, 401, "account.credentials")
	require.True(t, lives(o.Token), "who is refused loses nothing")
	enter(o.Token, password).OK(t, nil)
	require.False(t, lives(o.Token))
	enter(token.Token, password).OK(t, nil)
	require.True(t, lives(token.Token), "a program's token is no browser's")
}

func TestAForgottenPasswordLeavesTheSecondFactorOn(t *testing.T) {
	t.Parallel()
	w := setup(t)
	at := time.Now().UTC().Truncate(time.Second)
	w.Set(at)
	a := w.Actor(t, w.Company(t, "330784105"), "worker")
	login := w.login(t, a)
	w.Exec(t, "UPDATE account_person SET phone = '13800000001' WHERE id = $1", int64(a.PersonID))
	secret := w.enrol(t, a, "")
	token, _, err := w.s.NewToken(rbac.WithActor(t.Context(), a), "接口", 1, []string{"read"})
	require.NoError(t, err)
	require.NoError(t, w.s.SendCode(t.Context(), account.Reset, login))
	require.NoError(t, w.s.ResetPassword(t.Context(), login, w.sent[0]["code"], "another-horse-43"))
	_, err = w.s.Login(t.Context(), account.Credentials{Login: login, Password: "another-horse-43"}, "")
	require.ErrorIs(t, err, account.ErrTOTPRequired)
	w.Set(at.Add(time.Minute))
	_, err = w.s.Login(t.Context(), account.Credentials{Login: login, Password: "another-horse-43", Code: w.code(t, secret)}, "")
	require.NoError(t, err)
	_, err = w.s.Authenticate(t.Context(), token.Token)
	require.ErrorIs(t, err, rbac.ErrUnauthenticated, "why it was forgotten is not known")
}

func TestAnotherFactorEndsWhatWasOpenedWithout(t *testing.T) {
	t.Parallel()
	w := setup(t)
	at := time.Now().UTC().Truncate(time.Second)
	w.Set(at)
	a := w.Actor(t, w.Company(t, "330784105"), "worker")
	login, minute := w.login(t, a), 0
	secret := ""
	open := func() string {
		minute++
		w.Set(at.Add(time.Duration(minute) * time.Minute))
		c := account.Credentials{Login: login, Password: password}
		if secret != "" {
			c.Code = w.code(t, secret)
		}
		o, err := w.s.Login(t.Context(), c, "")
		require.NoError(t, err)
		return o.Token
	}
	lives := func(token string) bool { _, err := w.s.Authenticate(t.Context(), token); return err == nil }
	here, there := open(), open()
	api, _, err := w.s.NewToken(rbac.WithActor(t.Context(), a), "接口", 1, []string{"read"})
	require.NoError(t, err)
	ctx := rbac.WithActor(t.Context(), a)

	secret = w.enrol(t, a, here)
	require.Equal(t, []bool{true, false, true}, []bool{lives(here), lives(there), lives(api.Token)}, "tokens only if he says so")
	there = open()
	require.NoError(t, w.s.DropTOTP(ctx, here, password, false))
	secret = ""
	require.Equal(t, []bool{true, false, true}, []bool{lives(here), lives(there), lives(api.Token)})
	require.NoError(t, w.s.ChangePassword(ctx, here, password, "another-horse-43", true))
	require.Equal(t, []bool{true, false}, []bool{lives(here), lives(api.Token)})
}

func TestEndingSessionsAsksAgain(t *testing.T) {
	t.Parallel()
	w := setup(t)
	a := w.Actor(t, w.Company(t, "330784105"), "worker")
	login := w.login(t, a)
	open := func() string {
		o, err := w.s.Login(t.Context(), account.Credentials{Login: login, Password: password}, "")
		require.NoError(t, err)
		return o.Token
	}
	here, there := open(), open()
	w.Exec(t, "UPDATE account_session SET confirmed_at = now() - interval '11 minutes'")
	me := w.real(t).Anonymous().With("Authorization", "Bearer "+here)
	me.Post("/api/account/sessions/end-others", nil).Refused(t, 403, "rbac.confirm")
	me.Delete("/api/account/sessions/"+testkit.One[string](t, w.W, "SELECT max(id)::text FROM account_session")).Refused(t, 403, "rbac.confirm")
	_, err := w.s.Authenticate(t.Context(), there)
	require.NoError(t, err)
	me.Post("/api/account/confirm", map[string]any{"password": password}).OK(t, nil)
	me.Post("/api/account/sessions/end-others", nil).OK(t, nil)
	_, err = w.s.Authenticate(t.Context(), there)
	require.ErrorIs(t, err, rbac.ErrUnauthenticated)

	got := me.Delete("/api/account/sessions/current") // one's own asks nothing
	require.Equal(t, http.StatusNoContent, got.Status)
	require.Equal(t, `"cache"`, got.Header.Get("Clear-Site-Data"), "storage would take what a phone has not sent")
}

func TestTheFirstPasswordIsChangedFirst(t *testing.T) {
	t.Parallel()
	w := setup(t)
	made, err := w.s.CreateAdmin(t.Context(), "root-of-all", "平台管理员", "")
	require.NoError(t, err)
	require.Len(t, made, 20)
	o, err := w.s.Login(t.Context(), account.Credentials{Login: "root-of-all", Password: made}, "")
	require.NoError(t, err)
	me := w.real(t).Anonymous().With("Authorization", "Bearer "+o.Token)
	me.Get("/api/account/members").Refused(t, 403, "rbac.forbidden")
	var v struct {
		Person    struct{ MustChange bool }
		MustEnrol bool
		Actions   []string
	}
	me.Get("/api/account/me").OK(t, &v)
	require.True(t, v.Person.MustChange)
	require.False(t, v.MustEnrol)
	require.Equal(t, []string{"account.self.use"}, v.Actions)
	me.Post("/api/account/password", map[string]any{"old": made, "password": "another-horse-43"}).OK(t, nil)
	me.Get("/api/account/members").OK(t, nil)
}
