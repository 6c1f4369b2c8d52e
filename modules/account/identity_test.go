package account_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/kit/oidc"
	"anbiao/modules/account"
	"anbiao/rbac"
	"anbiao/testkit"
	"anbiao/testkit/idp"
	"anbiao/web/webtest"
)

const callback = "https://anbiao.example/api/account/oidc/callback"

func elsewhere(t *testing.T) (*world, *idp.Server, *webtest.API) {
	t.Helper()
	w := setup(t)
	p := idp.Start(t, callback)
	w.s.Provider, w.s.ProviderName = oidc.New(p.URL, idp.ClientID, idp.ClientSecret, callback), "统一身份认证"
	return w, p, w.real(t)
}

// trip is one way to the provider and back.
type trip struct {
	keep  string // the cookie
	query string // that the provider sends the browser back with
}

// travel begins at one of our operations, and signs in at the provider as subject.
func travel(t *testing.T, c webtest.Client, path, subject string) trip {
	t.Helper()
	var v struct{ Address string }
	got := c.Post(path, nil).OK(t, &v)
	browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := browser.Get(v.Address + "&login_hint=" + subject)
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	require.Equal(t, http.StatusFound, res.StatusCode)
	back, err := url.Parse(res.Header.Get("Location"))
	require.NoError(t, err)
	cookie, err := http.ParseSetCookie(got.Header.Get("Set-Cookie"))
	require.NoError(t, err)
	require.True(t, cookie.HttpOnly)
	return trip{cookie.Value, back.RawQuery}
}

// home comes back and returns where the browser is sent, and the session's token.
func (d trip) home(t *testing.T, api *webtest.API) (where, token string) {
	t.Helper()
	got := api.Anonymous().With("Cookie", "anbiao_flow="+d.keep).Get("/api/account/oidc/callback?" + d.query)
	require.Equal(t, http.StatusSeeOther, got.Status, string(got.Body))
	for _, line := range got.Header.Values("Set-Cookie") {
		if c, err := http.ParseSetCookie(line); err == nil && c.Name == "anbiao_session" {
			token = c.Value
		}
	}
	return got.Header.Get("Location"), token
}

func (w *world) entered(t *testing.T, api *webtest.API, a rbac.Actor) webtest.Client {
	t.Helper()
	o, err := w.s.Login(t.Context(), account.Credentials{Login: w.login(t, a), Password: password}, "")
	require.NoError(t, err)
	return api.Anonymous().With("Authorization", "Bearer "+o.Token)
}

func TestSigningInElsewhere(t *testing.T) {
	t.Parallel()
	w, _, api := elsewhere(t)
	firm := w.Company(t, "330784105")
	a, other := w.Actor(t, firm, "safety"), w.Actor(t, firm, "worker")
	people := testkit.One[int](t, w.W, "SELECT count(*)::int FROM account_person")

	where, token := travel(t, api.Anonymous(), "/api/account/oidc/sign-in", "u-7").home(t, api)
	require.Equal(t, []string{"/login?refused=account.unbound", ""}, []string{where, token}, "nobody has bound it: no account is made")
	require.Equal(t, people, testkit.One[int](t, w.W, "SELECT count(*)::int FROM account_person"))

	me := w.entered(t, api, a)
	where, token = travel(t, me, "/api/account/oidc/bind", "u-7").home(t, api)
	require.Equal(t, []string{"/account/me?bound=1", ""}, []string{where, token})
	where, token = travel(t, api.Anonymous(), "/api/account/oidc/sign-in", "u-7").home(t, api)
	require.Equal(t, "/", where)
	got, err := w.s.Authenticate(t.Context(), token)
	require.NoError(t, err)
	require.Equal(t, a.PersonID, got.PersonID)
	require.True(t, got.ConfirmedAt.IsZero(), "dangerous things ask for the password still")

	where, _ = travel(t, w.entered(t, api, other), "/api/account/oidc/bind", "u-7").home(t, api)
	require.Equal(t, "/login?refused=account.bound-already", where, "it is bound to one person")
	where, _ = travel(t, me, "/api/account/oidc/bind", "u-8").home(t, api)
	require.Equal(t, "/login?refused=account.bound-already", where, "and he has one")

	w.Exec(t, "UPDATE account_person SET disabled_at = now() WHERE id = $1", int64(a.PersonID))
	where, token = travel(t, api.Anonymous(), "/api/account/oidc/sign-in", "u-7").home(t, api)
	require.Equal(t, []string{"/login?refused=account.disabled", ""}, []string{where, token})
	w.Exec(t, "UPDATE account_person SET disabled_at = NULL")
	me.Post("/api/account/oidc/unbind", nil).OK(t, nil)
	where, _ = travel(t, api.Anonymous(), "/api/account/oidc/sign-in", "u-7").home(t, api)
	require.Equal(t, "/login?refused=account.unbound", where)
}

func TestWhatComesBackMustBeWhatWasAskedFor(t *testing.T) {
	t.Parallel()
	w, p, api := elsewhere(t)
	a := w.Actor(t, w.Company(t, "330784105"), "safety")
	travel(t, w.entered(t, api, a), "/api/account/oidc/bind", "u-7").home(t, api)
	begin := func() trip { return travel(t, api.Anonymous(), "/api/account/oidc/sign-in", "u-7") }
	refused := func(what string, d trip) {
		t.Helper()
		where, token := d.home(t, api)
		require.Equal(t, []string{"/login?refused=account.elsewhere", ""}, []string{where, token}, what)
	}
	mine, his := begin(), begin()
	refused("another browser's code: state", trip{mine.keep, his.query})
	refused("a cookie of one's own making", trip{"AAAA" + mine.keep, mine.query})
	refused("no cookie", trip{"", mine.query})
	refused("another code", trip{mine.keep, mine.query + "&code=x"}.once())
	_, token := his.home(t, api)
	require.NotEmpty(t, token)
	refused("a code that was used", his)
	for what, spoil := range map[string]func(map[string]any){
		"another nonce":    func(c map[string]any) { c["nonce"] = "x" },
		"another audience": func(c map[string]any) { c["aud"] = "somebody" },
		"another issuer":   func(c map[string]any) { c["iss"] = "https://elsewhere.example" },
		"too old":          func(c map[string]any) { c["exp"] = time.Now().Add(-time.Minute).Unix() },
	} {
		p.Spoil(spoil)
		refused(what, begin())
	}
	p.Spoil(nil)
	late := begin()
	w.Set(time.Now().Add(11 * time.Minute))
	refused("eleven minutes later", late)
	w.Set(time.Time{})
	p.Close()
	api.Anonymous().Post("/api/account/oidc/sign-in", nil).OK(t, nil) // what is known of the provider is kept
	w.s.Provider = oidc.New(p.URL, idp.ClientID, idp.ClientSecret, callback)
	api.Anonymous().Post("/api/account/oidc/sign-in", nil).Refused(t, 503, "account.provider-away")
	w.s.Provider = nil
	api.Anonymous().Post("/api/account/oidc/sign-in", nil).Refused(t, 404, "account.no-provider")
}

// once replaces the code instead of repeating it.
func (d trip) once() trip {
	q, _ := url.ParseQuery(d.query)
	q.Set("code", "x")
	d.query = q.Encode()
	return d
}

func TestBindingAsksAgain(t *testing.T) {
	t.Parallel()
	w, _, api := elsewhere(t)
	a := w.Actor(t, w.Company(t, "330784105"), "safety")
	me := w.entered(t, api, a)
	w.Exec(t, "UPDATE account_session SET confirmed_at = now() - interval '11 minutes'")
	me.Post("/api/account/oidc/bind", nil).Refused(t, 403, "rbac.confirm")
	me.Post("/api/account/oidc/unbind", nil).Refused(t, 403, "rbac.confirm")
	api.Anonymous().Post("/api/account/oidc/bind", nil).Refused(t, 401, "rbac.unauthenticated")
	var tip struct{ Provider string }
	api.Anonymous().Get("/api/account/login-tip").OK(t, &tip)
	require.True(t, strings.HasPrefix(tip.Provider, "统一"))
}
