package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestNoNetworkIsNoWeakness runs the scan where neither database answers: it passes, and says so.
func TestNoNetworkIsNoWeakness(t *testing.T) {
	t.Parallel()
	const nowhere = "http://127.0.0.1:1"
	c := exec.Command("../scripts/vuln.sh")
	c.Env = append(os.Environ(), "GOVULNDB="+nowhere, "npm_config_registry="+nowhere, "npm_config_fetch_retries=0")
	out, err := c.CombinedOutput()
	require.NoError(t, err, string(out))
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	require.Len(t, lines, 2, "one line for each")
	for _, l := range lines {
		require.Contains(t, l, "not checked")
	}
}
