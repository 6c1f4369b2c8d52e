package account_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/jobs"
	"anbiao/modules/account"
	"anbiao/rbac"
)

// TestWhoHasLeftSignsInNoMore shows that the login ends with the work, sessions included.
func TestWhoHasLeftSignsInNoMore(t *testing.T) {
	t.Parallel()
	w := setup(t)
	firm := w.Company(t, "330784105")
	leaver, stayer := w.Actor(t, firm, "worker"), w.Actor(t, firm, "worker")
	session := func(a rbac.Actor) string {
		o, err := w.s.Login(t.Context(), account.Credentials{Login: w.login(t, a), Password: password}, "")
		require.NoError(t, err)
		return o.Token
	}
	gone, here := session(leaver), session(stayer)
	w.Exec(t, "UPDATE staff_person SET left_on = current_date WHERE company_id = $1 AND id = $2", int64(firm.ID), int64(leaver.StaffID))

	r := jobs.NewRegistry()
	w.s.Jobs(r)
	worker := &jobs.Worker{System: w.System(), Registry: r, Now: w.Now}
	for i, a := range []rbac.Actor{leaver, stayer} { // a job for who is still here changes nothing
		b, err := json.Marshal(account.EndLogin{CompanyID: firm.ID, StaffID: a.StaffID})
		require.NoError(t, err)
		require.NoError(t, worker.Do(t.Context(), "leave-"+string(rune('0'+i)), account.EndLogin{}.Kind(), b))
	}
	_, err := w.s.Authenticate(t.Context(), gone)
	require.ErrorIs(t, err, rbac.ErrUnauthenticated)
	_, err = w.s.Login(t.Context(), account.Credentials{Login: w.login(t, leaver), Password: password}, "")
	require.ErrorIs(t, err, account.ErrNoMembership)
	_, err = w.s.Authenticate(t.Context(), here)
	require.NoError(t, err)
}
