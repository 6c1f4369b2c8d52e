package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestBillOfMaterials lists some modules and the packages of the pages: each with version, checksum and licence.
func TestBillOfMaterials(t *testing.T) {
	t.Parallel()
	cache, err := exec.CommandContext(t.Context(), "go", "env", "GOMODCACHE").Output()
	require.NoError(t, err)
	listed, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-json", "github.com/stretchr/testify", "github.com/gin-gonic/gin", "gorm.io/gorm", "github.com/jackc/pgx/v5").Output()
	require.NoError(t, err)
	var deps []*debug.Module
	for in := json.NewDecoder(bytes.NewReader(listed)); in.More(); {
		var m debug.Module
		require.NoError(t, in.Decode(&m))
		deps = append(deps, &m)
	}
	all := modules(deps, strings.TrimSpace(string(cache)))
	require.Len(t, all, 4)
	lock, err := os.ReadFile("../../frontend/package-lock.json")
	require.NoError(t, err)
	pages, err := packages(lock)
	require.NoError(t, err)
	names := map[string]bool{}
	for _, c := range append(all, pages...) {
		names[c.Name] = true
		require.NotEmpty(t, c.Version, c.Name)
		require.NotEmpty(t, c.Hashes, c.Name)
		require.NotEmpty(t, c.Licenses, c.Name)
	}
	for _, want := range []string{"github.com/stretchr/testify", "vue", "element-plus", "echarts", "@element-plus/icons-vue"} {
		require.True(t, names[want], want)
	}
	for _, only := range []string{"vite", "eslint", "typescript"} {
		require.False(t, names[only], "%s builds the pages and is not in them", only)
	}
}
