package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"anbiao/kit/backup"
)

// TestRestoreDrill backs the demo city up while phones submit, destroys it, and brings it
// back on new ground: every row of the snapshot, every file, whatever was acknowledged
// before, and a program that goes on.
func TestRestoreDrill(t *testing.T) {
	s := newSite(t)
	l := newLoad(t, s.program.URL)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var all sync.WaitGroup
	for i := range 2 {
		all.Go(func() { l.run(ctx, i) })
	}
	require.NoError(t, l.await(20))
	before := l.snapshot()
	kept := filepath.Join(t.TempDir(), "backup")
	said := s.order(t, s.dir, nil, "backup", "--to", kept)
	t.Log(said)
	require.NoError(t, l.await(10), "it went on meanwhile")
	stop()
	all.Wait()
	require.Empty(t, l.odd)
	secret, err := os.ReadFile(filepath.Join(s.dir, "secret.key"))
	require.NoError(t, err)
	server := s.postgresPID(t)
	require.NoError(t, s.program.Kill())
	require.NoError(t, ignoreGone(syscall.Kill(server, syscall.SIGKILL)))
	require.NoError(t, os.RemoveAll(s.dir), "destroyed")

	require.NoError(t, os.Mkdir(s.dir, 0o711)) //nolint:gosec // the servers' own user must pass through
	key := []string{"SECRET_KEY=" + strings.TrimSpace(string(secret))}
	_, err = s.try(s.dir, []string{"SECRET_KEY=" + strings.Repeat("another key ", 4)}, "restore", "--from", kept)
	require.ErrorContains(t, err, "SECRET_KEY is not the one")
	t.Log(s.order(t, s.dir, key, "restore", "--from", kept))
	m, err := backup.Read(kept)
	require.NoError(t, err)
	checks := int64(0)
	for table, n := range m.Rows {
		if strings.HasPrefix(table, "inspection_check_") { // its months
			checks += n
		}
	}
	require.Greater(t, checks, int64(len(before)))
	s.sameFiles(t, kept, m.Count)

	s.environ = append(s.environ, key...)
	s.start(t) // its job runner changes rows from here on; restore has counted them
	l.url.Store(&s.program.URL)
	l.acked = before
	s.verify(t, l)
	again, end := context.WithCancel(t.Context())
	defer end()
	all.Go(func() { l.run(again, 0) }) // with the session of before
	require.NoError(t, l.await(3))
	end()
	all.Wait()
	require.Empty(t, l.odd)
	_, err = s.try(s.dir, key, "restore", "--from", kept)
	require.ErrorContains(t, err, "not empty")
}

// snapshot copies what was acknowledged so far.
func (l *load) snapshot() map[uuid.UUID]string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return maps.Clone(l.acked)
}

// order runs a command of the program on dir and returns what it printed.
func (s *site) order(t *testing.T, dir string, environ []string, args ...string) string {
	t.Helper()
	out, err := s.try(dir, environ, args...)
	require.NoError(t, err)
	return out
}

func (s *site) try(dir string, environ []string, args ...string) (string, error) {
	cmd := exec.Command(s.executable, args...)
	cmd.Env = append(os.Environ(), append([]string{"DATA_DIR=" + dir, "DATABASE_URL=", "REDIS_URL=", "BLOB_URL="}, environ...)...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		err = &commandError{string(out), err}
	}
	return strings.TrimSpace(string(out)), err
}

// commandError is a command that failed, with what it said.
type commandError struct {
	said  string
	cause error
}

func (e *commandError) Error() string { return e.cause.Error() + ": " + e.said }
func (e *commandError) Unwrap() error { return e.cause }

// sameFiles compares the files in the data directory with the list in the backup.
func (s *site) sameFiles(t *testing.T, kept string, count int) {
	t.Helper()
	list, err := os.Open(filepath.Join(kept, "files.sha256"))
	require.NoError(t, err)
	defer list.Close()
	seen := 0
	for lines := bufio.NewScanner(list); lines.Scan(); seen++ {
		sum, name, _ := strings.Cut(lines.Text(), "  ")
		b, err := os.ReadFile(filepath.Join(s.dir, name))
		require.NoError(t, err)
		h := sha256.Sum256(b)
		require.Equal(t, sum, hex.EncodeToString(h[:]), name)
	}
	require.Equal(t, count, seen)
	require.Greater(t, seen, 100)
}
