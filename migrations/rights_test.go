package migrations_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/testkit"
)

// TestFunctionsAreForThoseTheyWereMadeFor finds functions that everybody may call, the public role among them: those that run
// with the owner's rights pass by row security.
func TestFunctionsAreForThoseTheyWereMadeFor(t *testing.T) {
	t.Parallel()
	w := testkit.World(t)
	open := func() []string {
		return testkit.All[string](t, w, `SELECT p.oid::regprocedure::text FROM pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
			WHERE p.pronamespace = 'public'::regnamespace AND a.grantee = 0 AND a.privilege_type = 'EXECUTE' ORDER BY 1`)
	}
	require.Empty(t, open(), "GRANT EXECUTE to the kinds that call it")
	w.Exec(t, "CREATE FUNCTION later() RETURNS int LANGUAGE sql AS 'SELECT 1'")
	require.Empty(t, open(), "nor is one that is made later for everybody by itself")
	w.Exec(t, "GRANT EXECUTE ON FUNCTION later() TO PUBLIC")
	require.Equal(t, []string{"later()"}, open())
}
