package rbac_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/rbac"
)

var update = flag.Bool("update", false, "write testdata/matrix.golden anew")

var roles = map[rbac.Kind][]string{
	rbac.Company:   {"principal", "safety", "director", "leader", "worker", "finance"},
	rbac.Service:   {"consultant"},
	rbac.Regulator: {"city", "county", "town", "grid"},
	rbac.Agency:    {"reviewer"},
	rbac.Platform:  {"admin"},
	rbac.Public:    {"anonymous"},
}

// TestMatrix prints who may do what, for people to read: any change of a permission shows
// in the golden file.
func TestMatrix(t *testing.T) {
	gate, err := rbac.NewGate(nil, time.Now)
	require.NoError(t, err)
	var out strings.Builder
	for _, kind := range rbac.Kinds {
		actions := map[rbac.Action][]string{}
		for _, role := range roles[kind] {
			require.True(t, gate.Known(kind, role), "%s has no %s", kind, role)
			for _, a := range gate.Actions(rbac.Actor{Kind: kind, Roles: []string{role}}) {
				actions[a] = append(actions[a], role)
			}
		}
		for _, a := range slices.Sorted(maps.Keys(actions)) {
			fmt.Fprintf(&out, "%-10s %-36s %s\n", kind, a, strings.Join(actions[a], " "))
		}
	}
	const golden = "testdata/matrix.golden"
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(golden, []byte(out.String()), 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, string(want), out.String(), "run go test ./rbac -update and read the difference")
}
