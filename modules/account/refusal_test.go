package account_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"anbiao/jobs"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/modules/account"
	"anbiao/rbac"
	"anbiao/testkit"
	"anbiao/web/webtest"
)

type refusals struct {
	Items []struct {
		Kind, What, Address, Name, Login string
		Times                            int
	}
	Next string
}

// runJob does a job of the module.
func (w *world) runJob(t *testing.T, task jobs.Task) {
	t.Helper()
	r := jobs.NewRegistry()
	w.s.Jobs(r)
	payload, err := json.Marshal(task)
	require.NoError(t, err)
	worker := &jobs.Worker{System: w.System(), Registry: r, Now: w.Now}
	require.NoError(t, worker.Do(t.Context(), uuid.NewString(), task.Kind(), payload))
}

// from is a context of a request from an address.
func from(t *testing.T, address string) context.Context {
	t.Helper()
	return rbac.WithRequest(t.Context(), rbac.Request{ID: "r", Address: address})
}

func TestWhatIsRefusedIsKeptForItsOwner(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.Gate.OnDenied(w.s.Denied)
	w.Set(time.Now().UTC().Truncate(time.Minute).Add(10 * time.Second))
	firm := w.Company(t, "330784105")
	safety, worker := w.Actor(t, firm, "safety"), w.Actor(t, firm, "worker")
	login := w.login(t, worker)
	ctx := from(t, "192.0.2.7")
	for range 3 {
		_, err := w.s.Login(ctx, account.Credentials{Login: login, Password: "wrong"}, "")
		require.ErrorIs(t, err, account.ErrCredentials)
	}
	o, err := w.s.Login(ctx, account.Credentials{Login: login, Password: password}, "")
	require.NoError(t, err)
	api := w.real(t)
	me := api.Anonymous().With("Authorization", "Bearer "+o.Token)
	me.Post("/api/account/confirm", map[string]any{"password": "wrong"}).Refused(t, 422, "account.password-wrong")
	me.Post("/api/account/password", map[string]any{"old": "wrong", "password": "another-horse-43"}).Refused(t, 422, "account.password-wrong")
	me.Get("/api/account/members").Refused(t, 403, "rbac.forbidden")
	me.Get("/api/account/member-refusals").Refused(t, 403, "rbac.forbidden")

	var own refusals
	me.Get("/api/account/refusals").OK(t, &own)
	require.Len(t, own.Items, 3, "a row a kind and minute, however often")
	require.Equal(t, []any{"confirm", "account.password-wrong", 2}, []any{own.Items[0].Kind, own.Items[0].What, own.Items[0].Times})
	require.Equal(t, []any{"permission", "account.member.list", 2}, []any{own.Items[1].Kind, own.Items[1].What, own.Items[1].Times})
	require.Equal(t, []any{"sign-in", "account.credentials", 3, "192.0.2.7"}, []any{own.Items[2].Kind, own.Items[2].What, own.Items[2].Times, own.Items[2].Address})
	w.Set(w.Now().Add(time.Minute))
	_, err = w.s.Login(ctx, account.Credentials{Login: login, Password: "wrong"}, "")
	require.Error(t, err)
	me.Get("/api/account/refusals").OK(t, &own)
	require.Len(t, own.Items, 4, "another minute")

	var theirs refusals
	api2 := webtest.New(t, mounted(w))
	api2.As(safety).Get("/api/account/member-refusals?limit=3").OK(t, &theirs)
	require.Len(t, theirs.Items, 3)
	require.Equal(t, login, theirs.Items[0].Login)
	require.NotEmpty(t, theirs.Next)
	api2.As(safety).Get("/api/account/member-refusals?limit=3&cursor="+theirs.Next).OK(t, &theirs)
	require.Len(t, theirs.Items, 1, "the rest")
	for _, stranger := range []rbac.Actor{w.Actor(t, w.Company(t, "330784105"), "safety"), w.Regulator(t, "county", "330784"), w.Member(t, rbac.Platform, "admin")} {
		api2.As(stranger).Get("/api/account/member-refusals").OK(t, &theirs)
		require.Empty(t, theirs.Items, "%s", stranger.Kind)
	}
}

func TestThePlatformSeesWhatWasRefusedToAuthorities(t *testing.T) {
	t.Parallel()
	w := setup(t)
	county := w.Regulator(t, "county", "330784")
	_, err := w.s.Login(from(t, "192.0.2.7"), account.Credentials{Login: w.login(t, county), Password: "wrong"}, "")
	require.Error(t, err)
	var seen refusals
	webtest.New(t, mounted(w)).As(w.Member(t, rbac.Platform, "admin")).Get("/api/account/member-refusals").OK(t, &seen)
	require.Len(t, seen.Items, 1)
	require.Equal(t, county.Name, seen.Items[0].Name)
}

func TestRefusalsAreForgotten(t *testing.T) {
	t.Parallel()
	w := setup(t)
	login := w.login(t, w.Actor(t, w.Company(t, "330784105"), "worker"))
	_, err := w.s.Login(from(t, "192.0.2.7"), account.Credentials{Login: login, Password: "wrong"}, "")
	require.Error(t, err)
	sweep := func() (n int) {
		w.runJob(t, account.Sweep{})
		return testkit.One[int](t, w.W, "SELECT (SELECT count(*) FROM account_refusal)::int * 10 + (SELECT count(*) FROM account_throttle)::int")
	}
	require.Equal(t, 11, sweep())
	w.Set(time.Now().Add(25 * time.Hour))
	require.Equal(t, 10, sweep(), "the address is forgotten")
	w.Set(time.Now().Add(366 * 24 * time.Hour))
	require.Equal(t, 0, sweep())
}

// An address that guesses at many accounts rests; three hundred people behind one address who know their passwords do not.
func TestAnAddressThatGuessesRests(t *testing.T) {
	t.Parallel()
	w := setup(t)
	start := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	w.Set(start)
	login := w.login(t, w.Actor(t, w.Company(t, "330784105"), "worker"))
	try := func(address, who, pw string) error {
		_, err := w.s.Login(from(t, address), account.Credentials{Login: who, Password: pw}, "")
		return err
	}
	for range 20 { // successes are not counted
		require.NoError(t, try("192.0.2.7", login, password))
	}
	require.Zero(t, testkit.One[int](t, w.W, "SELECT count(*)::int FROM account_throttle"))
	w.Exec(t, "INSERT INTO account_throttle (network, since, refusals) VALUES ('192.0.2.7', $1, 97), ('2001:db8:1:2::/64', $1, 99)", start)
	require.ErrorIs(t, try("192.0.2.7", "nobody-1", "x"), account.ErrCredentials)
	_, err := w.s.LoginByCode(from(t, "192.0.2.7"), "nobody-2", "000000", "")
	require.ErrorIs(t, err, account.ErrCredentials)
	require.NoError(t, try("192.0.2.7", login, password), "not yet")
	require.ErrorIs(t, w.s.ResetPassword(from(t, "192.0.2.7"), "nobody-3", "000000", "another-horse-43"), account.ErrCredentials)
	require.ErrorIs(t, try("192.0.2.7", login, password), account.ErrAddress, "nor may a guess that is right get through")
	_, err = w.s.LoginByCode(from(t, "192.0.2.7"), login, "000000", "")
	require.ErrorIs(t, err, account.ErrAddress)
	require.ErrorIs(t, w.s.SendCode(from(t, "::ffff:192.0.2.7"), account.Reset, login), account.ErrAddress, "the same address in other words")
	require.ErrorIs(t, w.s.ResetPassword(from(t, "192.0.2.7"), login, "000000", "another-horse-43"), account.ErrAddress)
	require.NoError(t, try("192.0.2.8", login, password), "others go on")

	require.NoError(t, w.s.SendCode(from(t, "2001:db8:1:2::1"), account.SMSLogin, "nobody-4"), "whether there is one is not told")
	require.ErrorIs(t, try("2001:db8:1:2:ffff::9", login, password), account.ErrAddress, "a subscriber has many addresses")
	require.NoError(t, try("2001:db8:1:3::1", login, password))

	w.Set(start.Add(4 * time.Minute))
	got := w.real(t).Anonymous().Post("/api/account/sessions", map[string]any{"login": login, "password": password})
	got.OK(t, nil) // the test's own address
	address := rbacAddress(t, w)
	w.Exec(t, "INSERT INTO account_throttle (network, since, refusals) VALUES ($1, $2, 100)", address, start)
	got = w.real(t).Anonymous().Post("/api/account/sessions", map[string]any{"login": login, "password": password})
	got.Refused(t, 429, "account.address-rests")
	require.Equal(t, "360", got.Header.Get("Retry-After"))

	w.Set(start.Add(10*time.Minute + time.Second))
	require.NoError(t, try("192.0.2.7", login, password), "the time is over")
	require.Error(t, try("192.0.2.7", login, "wrong"))
	require.Equal(t, 1, testkit.One[int](t, w.W, "SELECT refusals FROM account_throttle WHERE network = '192.0.2.7'"), "and counted anew")
}

// rbacAddress is the address that the test's requests come from.
func rbacAddress(t *testing.T, w *world) string {
	t.Helper()
	return testkit.One[string](t, w.W, "SELECT address FROM account_session ORDER BY id DESC LIMIT 1")
}

func TestALockedAccountSaysForHowLong(t *testing.T) {
	t.Parallel()
	w := setup(t)
	start := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	w.Set(start)
	login := w.login(t, w.Actor(t, w.Company(t, "330784105"), "worker"))
	for range 5 {
		_, err := w.s.Login(t.Context(), account.Credentials{Login: login, Password: "wrong"}, "")
		require.Error(t, err)
	}
	got := w.real(t).Anonymous().Post("/api/account/sessions", map[string]any{"login": login, "password": password})
	got.Refused(t, 429, "account.locked")
	require.Equal(t, "60", got.Header.Get("Retry-After"))
}

// An invitation lets its holder try one password, not everybody's.
func TestAnInvitationIsNoWayToGuess(t *testing.T) {
	t.Parallel()
	w := setup(t)
	firm := w.Company(t, "330784105")
	victim := w.login(t, w.Actor(t, firm, "worker"))
	staff := testkit.One[int64](t, w.W, `INSERT INTO staff_person (company_id, region_path, oversight_line, name) VALUES ($1, $2, 0, '李工') RETURNING id`, int64(firm.ID), firm.RegionPath)
	link, _, err := w.s.Invite(rbac.WithActor(t.Context(), w.Actor(t, firm, "safety")), account.Guest{Name: "李工", Roles: []string{"worker"}, StaffID: id.Of[id.Staff](staff)})
	require.NoError(t, err)
	token := link[strings.LastIndex(link, "/")+1:]
	for range 5 {
		_, err = w.s.Accept(t.Context(), account.Acceptance{Token: token, Login: victim, Password: "wrong-horse-42"})
		require.ErrorIs(t, err, account.ErrCredentials)
	}
	_, err = w.s.Accept(t.Context(), account.Acceptance{Token: token, Login: victim, Password: password})
	require.ErrorIs(t, err, account.ErrLocked)
	for range 5 { // nor is changing one's password, with a session that somebody left open
		_, err = w.s.Login(t.Context(), account.Credentials{Login: victim, Password: password}, "")
		require.ErrorIs(t, err, account.ErrLocked)
	}
}

func TestGuessingAtTheFormerPasswordLocksTheAccount(t *testing.T) {
	t.Parallel()
	w := setup(t)
	login := w.login(t, w.Actor(t, w.Company(t, "330784105"), "worker"))
	o, err := w.s.Login(t.Context(), account.Credentials{Login: login, Password: password}, "")
	require.NoError(t, err)
	a, err := w.s.Authenticate(t.Context(), o.Token)
	require.NoError(t, err)
	ctx := rbac.WithActor(t.Context(), a)
	for range 5 {
		require.ErrorIs(t, w.s.ChangePassword(ctx, o.Token, "wrong", "another-horse-43", false), account.ErrPasswordWrong)
	}
	require.ErrorIs(t, w.s.ChangePassword(ctx, o.Token, password, "another-horse-43", false), account.ErrLocked)
	require.ErrorIs(t, w.s.DropTOTP(ctx, o.Token, password, false), account.ErrLocked)
}

// quiet is a context of a request that a page sent by itself.
func quiet(t *testing.T) context.Context {
	t.Helper()
	return rbac.WithRequest(t.Context(), rbac.Request{Unattended: true})
}

func TestSessionsOfAuthoritiesEndWhenTheyRest(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.s.Idle = 8 * time.Hour
	start := time.Now().UTC()
	open := func(a rbac.Actor) string {
		o, err := w.s.Login(t.Context(), account.Credentials{Login: w.login(t, a), Password: password}, "")
		require.NoError(t, err)
		return o.Token
	}
	county := w.Regulator(t, "county", "330784")
	officer, admin, worker := open(county), open(w.Member(t, rbac.Platform, "admin")), open(w.Actor(t, w.Company(t, "330784105"), "worker"))
	api, _, err := w.s.NewToken(rbac.WithActor(t.Context(), county), "接口", 30, []string{"read"})
	require.NoError(t, err)
	lives := func(ctx context.Context, token string) bool {
		_, err := w.s.Authenticate(ctx, token)
		if err != nil {
			require.ErrorIs(t, err, rbac.ErrUnauthenticated)
		}
		return err == nil
	}
	for hours := 7; hours <= 28; hours += 7 { // who works goes on
		w.Set(start.Add(time.Duration(hours) * time.Hour))
		require.True(t, lives(t.Context(), officer))
	}
	require.False(t, lives(t.Context(), admin), "since 28 hours")
	require.True(t, lives(t.Context(), worker), "a phone in a workshop lies for days")
	require.True(t, lives(t.Context(), api.Token), "a program is never away from its desk")
	for hours := 29; hours <= 35; hours++ { // a page that is left open only listens
		w.Set(start.Add(time.Duration(hours) * time.Hour))
		require.True(t, lives(quiet(t), officer))
	}
	w.Set(start.Add(36*time.Hour + time.Minute))
	require.False(t, lives(quiet(t), officer))
	w.Set(start.Add(28 * time.Hour))
	require.False(t, lives(t.Context(), officer), "an ended session stays so")
	w.s.Idle = 0
	require.True(t, lives(t.Context(), open(county)))
}

func TestALostSecondFactorIsTakenOffByWhoKnowsThePerson(t *testing.T) {
	t.Parallel()
	w := setup(t)
	told, at := 0, time.Now().UTC().Truncate(time.Second)
	w.Set(at)
	w.s.Tell = func(context.Context, db.Tx, account.TellLifted, string, map[string]string) error { told++; return nil }
	firm, other := w.Company(t, "330784105"), w.Company(t, "330784105")
	safety, worker, stranger := w.Actor(t, firm, "safety"), w.Actor(t, firm, "worker"), w.Actor(t, other, "safety")
	admin := w.Member(t, rbac.Platform, "admin")
	login := w.login(t, worker)
	w.Exec(t, "UPDATE account_person SET email = 'w@example.com' WHERE id = $1", int64(worker.PersonID))
	w.enrol(t, worker, "")
	o, _, err := w.s.NewToken(rbac.WithActor(t.Context(), worker), "接口", 1, []string{"read"})
	require.NoError(t, err)
	lift := func(a rbac.Actor, m rbac.Actor, login string) error {
		_, err := w.s.LiftTOTP(rbac.WithActor(t.Context(), a), m.MembershipID, login, "本人持身份证到场，手机遗失")
		return err
	}
	require.ErrorIs(t, lift(worker, worker, ""), rbac.ErrForbidden)
	require.ErrorIs(t, lift(stranger, worker, ""), rbac.ErrNotFound)
	require.ErrorIs(t, lift(safety, worker, login), rbac.ErrForbidden, "by login for the platform only")
	require.ErrorIs(t, lift(admin, worker, ""), rbac.ErrForbidden)
	require.ErrorIs(t, lift(safety, safety, ""), account.ErrLastAdmin)
	long := safety
	long.ConfirmedAt = time.Now().Add(-time.Hour)
	require.ErrorIs(t, lift(long, worker, ""), rbac.ErrConfirm)

	w.Exec(t, "INSERT INTO account_membership (person_id, kind, organisation_id, roles) VALUES ($1, 'regulator', $2, '{grid}')", int64(worker.PersonID), int64(w.Regulator(t, "county", "330784").OrganisationID))
	require.ErrorIs(t, lift(safety, worker, ""), account.ErrFactorElsewhere, "a company must not weaken what opens an authority")
	w.Exec(t, "UPDATE account_membership SET ended_at = now() WHERE person_id = $1 AND kind = 'regulator'", int64(worker.PersonID))

	require.NoError(t, lift(safety, worker, ""))
	require.Equal(t, "off", testkit.One[string](t, w.W, "SELECT CASE WHEN totp_confirmed_at IS NULL AND totp_secret IS NULL THEN 'off' ELSE 'on' END FROM account_person WHERE login = $1", login))
	_, err = w.s.Authenticate(t.Context(), o.Token)
	require.ErrorIs(t, err, rbac.ErrUnauthenticated, "sessions and tokens end")
	require.ErrorIs(t, lift(safety, worker, ""), account.ErrTOTPState)
	require.Equal(t, 1, testkit.One[int](t, w.W, "SELECT count(*)::int FROM audit_entry WHERE action = 'account.factor.lift' AND fields::text LIKE '%身份证到场%' AND company_id = $1", int64(firm.ID)))
	w.runJob(t, account.TellLifted{PersonID: worker.PersonID, CompanyID: firm.ID, At: "2026-03-02 09:00"})
	require.Equal(t, []int{1, 1}, []int{told, len(w.sent)}, "the inbox with its channels, and a letter")

	w.Set(at.Add(time.Minute))
	w.enrol(t, worker, "")
	api := webtest.New(t, mounted(w))
	api.As(admin).Post("/api/account/lift-factor", map[string]any{"login": "nobody-here", "reason": "电话核实过"}).Refused(t, 404, "rbac.not-found")
	api.As(admin).Post("/api/account/lift-factor", map[string]any{"login": login, "reason": ""}).Refused(t, 422, "http.unprocessable-entity")
	api.As(admin).Post("/api/account/lift-factor", map[string]any{"login": strings.ToUpper(login), "reason": "电话核实过"}).OK(t, nil)
	api.As(stranger).Post(fmt.Sprintf("/api/account/members/%d/lift-factor", int64(worker.MembershipID)), map[string]any{"reason": "电话核实过"}).Refused(t, 404, "rbac.not-found")
}

func TestAnAdministratorEndsSessionsWithoutEndingTheMembership(t *testing.T) {
	t.Parallel()
	w := setup(t)
	firm := w.Company(t, "330784105")
	safety, worker := w.Actor(t, firm, "safety"), w.Actor(t, firm, "worker")
	county, admin := w.Regulator(t, "county", "330784"), w.Member(t, rbac.Platform, "admin")
	open := func(a rbac.Actor) string {
		o, err := w.s.Login(t.Context(), account.Credentials{Login: w.login(t, a), Password: password}, "")
		require.NoError(t, err)
		return o.Token
	}
	one, two, officer := open(worker), open(worker), open(county)
	end := func(by, of rbac.Actor) (int64, error) {
		return w.s.EndSessions(rbac.WithActor(t.Context(), by), of.MembershipID)
	}
	for _, stranger := range []rbac.Actor{w.Actor(t, w.Company(t, "330784105"), "safety"), county, admin} {
		_, err := end(stranger, worker)
		require.ErrorIs(t, err, rbac.ErrNotFound, stranger.Kind)
	}
	_, err := end(safety, safety)
	require.ErrorIs(t, err, account.ErrLastAdmin)
	n, err := end(safety, worker)
	require.NoError(t, err)
	require.EqualValues(t, 2, n)
	for _, token := range []string{one, two} {
		_, err = w.s.Authenticate(t.Context(), token)
		require.ErrorIs(t, err, rbac.ErrUnauthenticated)
	}
	open(worker) // he is still a member
	n, err = end(admin, county)
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
	_, err = w.s.Authenticate(t.Context(), officer)
	require.ErrorIs(t, err, rbac.ErrUnauthenticated)
}

// What runs with the owner's rights is called by those it was made for alone.
func TestWhoMayCallWhatGuardsAccounts(t *testing.T) {
	t.Parallel()
	w := setup(t)
	for function, want := range map[string][]string{
		"account_factor_off(bigint,timestamptz)":                       {},
		"account_lift_totp(bigint,timestamptz)":                        {"company", "regulator"},
		"account_lift_totp_of(text,timestamptz)":                       {"platform"},
		"account_end_sessions(bigint,timestamptz)":                     {"company", "platform", "regulator"},
		"session_used(bytea,date,timestamptz,interval,text[],boolean)": {"public"},
	} {
		got := testkit.All[string](t, w.W, `SELECT k FROM unnest(ARRAY['agency', 'company', 'platform', 'public', 'regulator', 'service', 'system']) k
			WHERE has_function_privilege('anbiao_' || k, $1, 'EXECUTE') ORDER BY 1`, function)
		require.Equal(t, want, append([]string{}, got...), function)
	}
}
