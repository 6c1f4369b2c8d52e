package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

var programs string // folder of what built has built

// built builds the programs that tests run as processes of their own, once.
var built = sync.OnceValues(func() (dir string, err error) {
	if dir, err = os.MkdirTemp("", "anbiao-programs"); err != nil {
		return "", err
	}
	programs = dir
	if err := os.Chmod(dir, 0o711); err != nil {
		return dir, err
	}
	for name, source := range map[string]string{"anbiao": ".", "postoffice": "../testkit/postoffice"} {
		if out, err := exec.Command("go", "build", "-o", filepath.Join(dir, name), source).CombinedOutput(); err != nil {
			return dir, fmt.Errorf("%s: %w: %s", source, err, out)
		}
	}
	return dir, nil
})

// executable is the path of a program.
func executable(t *testing.T, name string) string {
	t.Helper()
	dir, err := built()
	require.NoError(t, err)
	return filepath.Join(dir, name)
}

func TestMain(m *testing.M) {
	code := m.Run()
	if programs != "" {
		_ = os.RemoveAll(programs) // what stays lies among other temporary files
	}
	os.Exit(code)
}
