package account_test

import (
	"fmt"
	"net/url"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/pquerna/otp/totp"
	"github.com/stretchr/testify/require"

	"anbiao/modules/account"
	"anbiao/rbac"
	"anbiao/testkit"
	"anbiao/web"
	"anbiao/web/webtest"
)

// enrol turns a second factor on for the person of ctx, in the session of token, and returns its secret.
func (w *world) enrol(t *testing.T, a rbac.Actor, token string) string {
	t.Helper()
	ctx := rbac.WithActor(t.Context(), a)
	address, err := w.s.StartTOTP(ctx)
	require.NoError(t, err)
	u, err := url.Parse(address)
	require.NoError(t, err)
	secret := u.Query().Get("secret")
	require.NoError(t, w.s.ConfirmTOTP(ctx, token, w.code(t, secret), false))
	return secret
}

func (w *world) code(t *testing.T, secret string) string {
	t.Helper()
	code, err := totp.GenerateCode(secret, w.Now())
	require.NoError(t, err)
	return code
}

// real is an API whose sessions are those of the service.
func (w *world) real(t *testing.T) *webtest.API {
	t.Helper()
	return webtest.New(t, func(a huma.API) { account.Mount(a, w.s) }, func(c *web.Config) { c.Authenticate = w.s.Authenticate })
}

func TestDangerousThingsAskAgain(t *testing.T) {
	t.Parallel()
	w := setup(t)
	at := time.Now().UTC().Truncate(time.Second)
	w.Set(at)
	a := w.Actor(t, w.Company(t, "330784105"), "safety")
	login := w.login(t, a)
	o, err := w.s.Login(t.Context(), account.Credentials{Login: login, Password: password}, "")
	require.NoError(t, err)
	me := w.real(t).Anonymous().With("Authorization", "Bearer "+o.Token)
	staff := testkit.One[int64](t, w.W, `INSERT INTO staff_person (company_id, region_path, oversight_line, name) VALUES ($1, $2, 0, '李工') RETURNING id::bigint`, int64(a.CompanyID), a.RegionPath)
	invite := func() webtest.Answer {
		return me.Post("/api/account/invitations", map[string]any{"name": "李工", "roles": []string{"worker"}, "staffId": fmt.Sprint(staff)})
	}
	invite().OK(t, nil) // signing in with a password is a confirmation
	w.Set(at.Add(11 * time.Minute))
	invite().Refused(t, 403, "rbac.confirm")
	me.Post("/api/account/tokens", map[string]any{"name": "接口", "days": 1, "scopes": []string{"read"}}).Refused(t, 403, "rbac.confirm")
	me.Put("/api/account/me", map[string]any{"email": "other@example.com", "lang": "zh-CN"}).Refused(t, 403, "rbac.confirm")
	me.Put("/api/account/me", map[string]any{"email": "", "lang": "en"}).OK(t, nil)
	me.Post("/api/account/totp", nil).Refused(t, 403, "rbac.confirm")
	me.Get("/api/account/invitations").OK(t, nil)

	me.Post("/api/account/confirm", map[string]any{"password": "wrong"}).Refused(t, 422, "account.password-wrong")
	invite().Refused(t, 403, "rbac.confirm")
	var v struct{ Until time.Time }
	me.Post("/api/account/confirm", map[string]any{"password": password}).OK(t, &v)
	require.Equal(t, at.Add(21*time.Minute), v.Until.UTC())
	invite().OK(t, nil)

	secret := w.enrol(t, a, o.Token)
	w.Set(at.Add(40 * time.Minute))
	me.Post("/api/account/confirm", map[string]any{"password": password}).Refused(t, 422, "account.totp-wrong")
	me.Post("/api/account/confirm", map[string]any{"code": w.code(t, secret)}).OK(t, nil)
	invite().OK(t, nil)
	me.Post("/api/account/confirm", map[string]any{"code": w.code(t, secret)}).Refused(t, 422, "account.totp-wrong")
	require.Equal(t, 2, testkit.One[int](t, w.W, "SELECT count(*)::int FROM audit_entry WHERE action = 'account.confirm'"))
}

func TestGuessingAtAConfirmationLocksTheAccount(t *testing.T) {
	t.Parallel()
	w := setup(t)
	a := w.Actor(t, w.Company(t, "330784105"), "safety")
	o, err := w.s.Login(t.Context(), account.Credentials{Login: w.login(t, a), Password: password}, "")
	require.NoError(t, err)
	me := w.real(t).Anonymous().With("Authorization", "Bearer "+o.Token)
	for range 5 {
		me.Post("/api/account/confirm", map[string]any{"password": "wrong"}).Refused(t, 422, "account.password-wrong")
	}
	me.Post("/api/account/confirm", map[string]any{"password": password}).Refused(t, 429, "account.locked")
}

func TestTokensAndCodesDoNotConfirm(t *testing.T) {
	t.Parallel()
	w := setup(t)
	a := w.Actor(t, w.Company(t, "330784105"), "safety")
	w.login(t, a)
	o, _, err := w.s.NewToken(rbac.WithActor(t.Context(), a), "接口", 1, []string{"read"})
	require.NoError(t, err)
	token := w.real(t).Anonymous().With("Authorization", "Bearer "+o.Token)
	token.Post("/api/account/confirm", map[string]any{"password": password}).Refused(t, 403, "rbac.forbidden")
	token.Post("/api/account/invitations", map[string]any{"name": "李工", "roles": []string{"worker"}}).Refused(t, 403, "rbac.forbidden")
	token.Post("/api/account/tokens", map[string]any{"name": "又一个", "days": 1, "scopes": []string{"read"}}).Refused(t, 403, "rbac.forbidden")

	w.Exec(t, "UPDATE account_person SET phone = '13800000001' WHERE id = $1", int64(a.PersonID))
	code := func() account.Opened {
		require.NoError(t, w.s.SendCode(t.Context(), account.SMSLogin, "13800000001"))
		o, err := w.s.LoginByCode(t.Context(), "13800000001", w.sent[len(w.sent)-1]["code"], "")
		require.NoError(t, err)
		return o
	}
	by := w.real(t).Anonymous().With("Authorization", "Bearer "+code().Token)
	by.Post("/api/account/invitations", map[string]any{"name": "李工", "roles": []string{"worker"}}).Refused(t, 403, "rbac.confirm")
	by.Post("/api/account/confirm", map[string]any{"password": password}).OK(t, nil)

	signedIn := code()
	by = w.real(t).Anonymous().With("Authorization", "Bearer "+signedIn.Token)
	w.enrol(t, a, signedIn.Token)
	require.NoError(t, w.s.SendCode(t.Context(), account.SMSLogin, "13800000001"))
	_, err = w.s.LoginByCode(t.Context(), "13800000001", w.sent[len(w.sent)-1]["code"], "")
	require.ErrorIs(t, err, account.ErrCodeNotEnough, "one phone is not two factors")

	w.Exec(t, "UPDATE account_person SET password_hash = '', totp_secret = NULL, totp_confirmed_at = NULL WHERE id = $1", int64(a.PersonID))
	by.Post("/api/account/confirm", map[string]any{"password": password}).Refused(t, 409, "account.no-factor")
}

func TestWhoMustHaveASecondFactorDoesNothingWithout(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.s.RequireTOTP = []string{"platform", "city"}
	city, county := w.Regulator(t, "city", "3307"), w.Regulator(t, "county", "330784")
	api := w.real(t)
	token := ""
	enter := func(a rbac.Actor) webtest.Client {
		o, err := w.s.Login(t.Context(), account.Credentials{Login: w.login(t, a), Password: password}, "")
		require.NoError(t, err)
		token = o.Token
		return api.Anonymous().With("Authorization", "Bearer "+o.Token)
	}
	var me struct {
		MustEnrol bool
		Actions   []string
	}
	enter(county).Get("/api/account/me").OK(t, &me)
	require.False(t, me.MustEnrol)
	c := enter(city)
	c.Get("/api/account/me").OK(t, &me)
	require.True(t, me.MustEnrol)
	require.Equal(t, []string{"account.self.use"}, me.Actions)
	w.Exec(t, "UPDATE account_session SET confirmed_at = now() - interval '11 minutes'")
	c.Post("/api/account/totp", nil).Refused(t, 403, "rbac.confirm") // asked, not turned away
	w.enrol(t, city, token)
	c.Get("/api/account/me").OK(t, &me)
	require.False(t, me.MustEnrol)
	require.Greater(t, len(me.Actions), 10)
}
