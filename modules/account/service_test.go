package account_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/seal"
	"anbiao/modules/account"
	"anbiao/rbac"
	"anbiao/testkit"
)

type world struct {
	*testkit.W
	s    *account.Service
	sent []map[string]string
}

const password = "correct-horse-42"

func setup(t *testing.T) *world {
	w := &world{W: testkit.World(t)}
	w.s = &account.Service{Gate: w.Gate, Seal: seal.New(testkit.Secret).Field(0), BaseURL: "https://anbiao.example", Send: w.send}
	return w
}

func (w *world) send(_ context.Context, _ db.Tx, _ account.Recipient, _ string, params map[string]string) error {
	w.sent = append(w.sent, params)
	return nil
}

// login returns the login of a member of staff with a password.
func (w *world) login(t *testing.T, a rbac.Actor) string {
	t.Helper()
	w.Exec(t, "UPDATE account_person SET password_hash = $1 WHERE id = $2", account.Hash(password), int64(a.PersonID))
	return testkit.One[string](t, w.W, "SELECT login FROM account_person WHERE id = $1", int64(a.PersonID))
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	w := setup(t)
	firm := w.Company(t, "330784105")
	a := w.Placed(t, w.Actor(t, firm, "safety"), w.Unit(t, firm, 0, "department", "安全部"))
	login := w.login(t, a)

	o, err := w.s.Login(t.Context(), account.Credentials{Login: " " + strings.ToUpper(login), Password: password}, "test")
	require.NoError(t, err)
	got, err := w.s.Authenticate(t.Context(), o.Token)
	require.NoError(t, err)
	a.Areas, a.Lines, a.ConfirmedAt = []string{}, []int16{}, got.ConfirmedAt
	require.False(t, got.ConfirmedAt.IsZero(), "with a password he has shown that it is he")
	require.Equal(t, a, got, "the session stands for the actor with company, region, staff row and unit")
	later, err := w.s.ActorOfMembership(t.Context(), a.MembershipID, 0)
	require.NoError(t, err)
	later.ConfirmedAt = a.ConfirmedAt
	require.Equal(t, a, later, "work done in his name reaches as far as he does")

	ctx := rbac.WithActor(t.Context(), got)
	me, err := w.s.Me(ctx)
	require.NoError(t, err)
	require.Equal(t, firm.Name, me.Current.Organisation)
	require.Contains(t, me.Actions, account.ActionInvite)
	require.Empty(t, me.Closed)
	w.s.Closed = func(_ context.Context, a rbac.Actor) []account.Closed { return []account.Closed{{Code: a.RegionPath}} }
	me, err = w.s.Me(ctx)
	require.NoError(t, err)
	require.Equal(t, []account.Closed{{Code: "330784105"}}, me.Closed, "what is switched off where he works")

	require.NoError(t, w.s.Logout(ctx, o.Token))
	_, err = w.s.Authenticate(t.Context(), o.Token)
	require.ErrorIs(t, err, rbac.ErrUnauthenticated)
}

func TestWrongPasswordsLockAnAccountForLongerEachTime(t *testing.T) {
	t.Parallel()
	w := setup(t)
	login := w.login(t, w.Actor(t, w.Company(t, "330784105"), "worker"))
	start := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	w.Set(start)
	try := func(pw string) error {
		_, err := w.s.Login(t.Context(), account.Credentials{Login: login, Password: pw}, "")
		return err
	}
	for range 4 {
		require.ErrorIs(t, try("wrong"), account.ErrCredentials)
	}
	require.ErrorIs(t, try("wrong"), account.ErrCredentials) // the fifth locks
	require.ErrorIs(t, try(password), account.ErrLocked)
	w.Set(start.Add(61 * time.Second))
	require.ErrorIs(t, try("wrong"), account.ErrCredentials) // the sixth locks for two minutes
	w.Set(start.Add(61*time.Second + 90*time.Second))
	require.ErrorIs(t, try(password), account.ErrLocked)
	w.Set(start.Add(10 * time.Minute))
	require.NoError(t, try(password))
	require.Zero(t, testkit.One[int](t, w.W, "SELECT failures FROM account_person WHERE login = $1", login))
	require.ErrorIs(t, func() error {
		_, err := w.s.Login(t.Context(), account.Credentials{Login: "nobody-here", Password: "x"}, "")
		return err
	}(), account.ErrCredentials)
}

func TestInvitationIsGoodOnce(t *testing.T) {
	t.Parallel()
	w := setup(t)
	firm := w.Company(t, "330784105")
	a := w.Actor(t, firm, "safety")
	staff := testkit.One[int64](t, w.W, `INSERT INTO staff_person (company_id, region_path, oversight_line, name) VALUES ($1, $2, 0, '李工') RETURNING id`, int64(firm.ID), firm.RegionPath)
	ctx := rbac.WithActor(t.Context(), a)

	_, _, err := w.s.Invite(ctx, account.Guest{Name: "李工", Roles: []string{"admin"}, StaffID: id.Of[id.Staff](staff)})
	require.ErrorIs(t, err, account.ErrRole, "a company cannot make platform administrators")
	link, _, err := w.s.Invite(ctx, account.Guest{Name: "李工", Roles: []string{"worker"}, StaffID: id.Of[id.Staff](staff)})
	require.NoError(t, err)
	token := link[strings.LastIndex(link, "/")+1:]

	_, err = w.s.Accept(t.Context(), account.Acceptance{Token: token, Login: "ligong", Password: "short1"})
	require.ErrorIs(t, err, account.ErrPasswordShort)
	_, err = w.s.Accept(t.Context(), account.Acceptance{Token: token, Login: "ligong", Password: password})
	require.NoError(t, err)
	_, err = w.s.Accept(t.Context(), account.Acceptance{Token: token, Login: "ligong2", Password: password})
	require.ErrorIs(t, err, account.ErrPassUsed)

	o, err := w.s.Login(t.Context(), account.Credentials{Login: "ligong", Password: password}, "")
	require.NoError(t, err)
	got, err := w.s.Authenticate(t.Context(), o.Token)
	require.NoError(t, err)
	require.Equal(t, id.Of[id.Staff](staff), got.StaffID)
	_, _, err = w.s.Invite(rbac.WithActor(t.Context(), got), account.Guest{Name: "x", Roles: []string{"worker"}})
	require.ErrorIs(t, err, rbac.ErrForbidden)
}

func TestOneTimeLinkAllowsOneThingOnly(t *testing.T) {
	t.Parallel()
	w := setup(t)
	firm := w.Company(t, "330784105")
	a, boss := w.Actor(t, firm, "safety"), w.Actor(t, firm, "principal")
	link, err := w.s.MakeLink(rbac.WithActor(t.Context(), a), boss.StaffID, "/reports/1", []string{"selfreport.report.sign"})
	require.NoError(t, err)
	token := link[strings.LastIndex(link, "/")+1:]
	o, err := w.s.FollowLink(t.Context(), token, "")
	require.NoError(t, err)
	got, err := w.s.Authenticate(t.Context(), o.Token)
	require.NoError(t, err)
	require.Equal(t, boss.StaffID, got.StaffID)
	require.False(t, w.Gate.Can(got, account.ActionMembers), "the principal may, the link may not")
	_, err = w.s.FollowLink(t.Context(), token, "")
	require.ErrorIs(t, err, account.ErrPassUsed)
}

func TestCodeBySMS(t *testing.T) {
	t.Parallel()
	w := setup(t)
	a := w.Actor(t, w.Company(t, "330784105"), "worker")
	login := w.login(t, a)
	w.Exec(t, "UPDATE account_person SET phone = '13800000001' WHERE id = $1", int64(a.PersonID))
	require.NoError(t, w.s.SendCode(t.Context(), account.SMSLogin, "13800000001"))
	require.NoError(t, w.s.SendCode(t.Context(), account.SMSLogin, "13899999999"), "whether there is an account is not told")
	require.Len(t, w.sent, 1)
	code := w.sent[0]["code"]
	for range 2 {
		_, err := w.s.LoginByCode(t.Context(), login, "000000", "")
		require.ErrorIs(t, err, account.ErrCredentials)
	}
	_, err := w.s.LoginByCode(t.Context(), login, code, "")
	require.NoError(t, err)
	_, err = w.s.LoginByCode(t.Context(), login, code, "")
	require.ErrorIs(t, err, account.ErrCredentials, "a code is good once")
}

func TestChangingThePasswordEndsOtherSessions(t *testing.T) {
	t.Parallel()
	w := setup(t)
	login := w.login(t, w.Actor(t, w.Company(t, "330784105"), "worker"))
	open := func() account.Opened {
		o, err := w.s.Login(t.Context(), account.Credentials{Login: login, Password: password}, "")
		require.NoError(t, err)
		return o
	}
	here, there := open(), open()
	a, err := w.s.Authenticate(t.Context(), here.Token)
	require.NoError(t, err)
	ctx := rbac.WithActor(t.Context(), a)
	require.ErrorIs(t, w.s.ChangePassword(ctx, here.Token, "nope", "another-horse-43", false), account.ErrPasswordWrong)
	require.NoError(t, w.s.ChangePassword(ctx, here.Token, password, "another-horse-43", false))
	_, err = w.s.Authenticate(t.Context(), here.Token)
	require.NoError(t, err)
	_, err = w.s.Authenticate(t.Context(), there.Token)
	require.ErrorIs(t, err, rbac.ErrUnauthenticated)
}

func TestAnotherCompanySeesNoMembers(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ours, theirs := w.Company(t, "330784105"), w.Company(t, "330784105")
	a, b := w.Actor(t, ours, "safety"), w.Actor(t, theirs, "safety")
	list, err := w.s.Members(rbac.WithActor(t.Context(), a), 0, 0, 100)
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.ErrorIs(t, w.s.EndMembership(rbac.WithActor(t.Context(), a), b.MembershipID), rbac.ErrNotFound)
	require.True(t, errors.Is(w.s.EndMembership(rbac.WithActor(t.Context(), a), a.MembershipID), account.ErrLastAdmin))
}
