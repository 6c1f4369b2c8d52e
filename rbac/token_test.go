package rbac_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/rbac"
)

// TestMatrixOfScopes prints what a token of each role may do under each group, for people to read.
func TestMatrixOfScopes(t *testing.T) {
	gate, err := rbac.NewGate(nil, time.Now)
	require.NoError(t, err)
	var out strings.Builder
	for _, kind := range []rbac.Kind{rbac.Company, rbac.Service, rbac.Regulator, rbac.Agency, rbac.Platform} {
		for _, role := range roles[kind] {
			a := rbac.Actor{Kind: kind, Roles: []string{role}}
			for _, g := range rbac.Groups() {
				for _, may := range gate.Scoped(a, []string{g.Name})[1:] {
					if g.Name == "read" || g.Name == "all" {
						continue // long, and told by the rules below
					}
					fmt.Fprintf(&out, "%-10s %-10s %-8s %s\n", kind, role, g.Name, may)
				}
			}
		}
	}
	const golden = "testdata/scopes.golden"
	if *update {
		require.NoError(t, os.WriteFile(golden, []byte(out.String()), 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, string(want), out.String(), "run go test ./rbac -run Matrix -update and read the difference")
}

func TestScopesNeverGiveMore(t *testing.T) {
	gate, err := rbac.NewGate(nil, time.Now)
	require.NoError(t, err)
	for kind, names := range roles {
		for _, role := range names {
			owner := rbac.Actor{Kind: kind, Roles: []string{role}}
			for _, scopes := range [][]string{{}, {"nothing"}, {"read"}, {"feed", "checks"}, {"all"}, {"all", "account.self.use"}, {"hazard.ledger.list"}} {
				token := owner
				token.Only = gate.Scoped(owner, scopes)
				require.NotEmpty(t, token.Only, "an empty list would be no limit at all")
				for _, may := range gate.Actions(token) {
					require.True(t, gate.Can(owner, may), "%s of %s", may, role)
					require.False(t, strings.HasPrefix(string(may), "account."), "%s: a token could give itself more", may)
				}
			}
			token := owner
			token.Only = gate.Scoped(owner, []string{"read"})
			for _, may := range gate.Actions(token) {
				verb := string(may[strings.LastIndex(string(may), ".")+1:])
				require.True(t, slices.Contains([]string{"list", "read", "see", "oversee", "whole"}, verb), may)
			}
		}
	}
	safety := rbac.Actor{Kind: rbac.Company, Roles: []string{"safety"}}
	token := safety
	token.Only = gate.Scoped(safety, []string{"feed"})
	require.True(t, gate.Can(token, "sync.feed.read"))
	require.False(t, gate.Can(token, "hazard.ledger.report"))
	token.Only = gate.Scoped(safety, []string{"hazard.ledger.report"})
	require.True(t, gate.Can(token, "hazard.ledger.report"))
	require.False(t, gate.Can(token, "hazard.ledger.list"))
	require.False(t, gate.Grantable(safety, "hazard.ledger.review"), "what only a regulator may do")
	require.False(t, gate.Grantable(safety, "account.self.use"))
	require.True(t, gate.Grantable(safety, "read"))
}
