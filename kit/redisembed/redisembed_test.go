package redisembed_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"anbiao/kit/redisembed"
)

func TestChildKeepsAcrossStops(t *testing.T) {
	t.Parallel()
	dir := place(t)
	s, c := start(t, redisembed.Config{Dir: dir})
	if s.Embedded() {
		t.Fatal("redis-server is not installed: this test needs it")
	}
	put(t, c)
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	s, c = start(t, redisembed.Config{Dir: dir})
	defer s.Stop()
	expect(t, c)
}

func TestKilledChildComesBack(t *testing.T) {
	t.Parallel()
	s, c := start(t, redisembed.Config{Dir: place(t)})
	defer s.Stop()
	put(t, c)
	for round := range 3 {
		if err := syscall.Kill(s.PID(), syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		for s.Restarts() <= round {
			<-time.After(time.Millisecond)
		}
		expect(t, c)
	}
}

func TestDamagedStoreIsSetAside(t *testing.T) {
	t.Parallel()
	dir := place(t)
	s, c := start(t, redisembed.Config{Dir: dir})
	put(t, c)
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	parts, err := filepath.Glob(filepath.Join(dir, "appendonlydir", "*.incr.aof"))
	if err != nil || len(parts) != 1 {
		t.Fatalf("append-only files: %v, %v", parts, err)
	}
	if err := os.WriteFile(parts[0], []byte("this is no append-only file\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, c = start(t, redisembed.Config{Dir: dir})
	defer s.Stop()
	put(t, c)
	if _, err := os.Stat(filepath.Join(dir, "appendonlydir.bad")); err != nil {
		t.Errorf("the damaged store is gone: %v", err)
	}
}

func TestSecondInstanceIsRefused(t *testing.T) {
	t.Parallel()
	dir := place(t)
	s, _ := start(t, redisembed.Config{Dir: dir})
	defer s.Stop()
	_, err := redisembed.Start(t.Context(), redisembed.Config{Dir: dir})
	if err == nil || !strings.Contains(err.Error(), "in use by another running instance") {
		t.Fatalf("second instance: %v", err)
	}
}

func TestEmbeddedExpiresKeys(t *testing.T) {
	t.Parallel()
	s, c := start(t, redisembed.Config{InProcess: true})
	defer s.Stop()
	if !s.Embedded() {
		t.Fatal("not embedded")
	}
	if err := c.Set(t.Context(), "lock", "held", 300*time.Millisecond).Err(); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(10 * time.Second); c.Exists(t.Context(), "lock").Val() == 1; {
		if time.Now().After(end) {
			t.Fatal("the key never expired")
		}
	}
}

func TestEmbeddedWantsItsPassword(t *testing.T) {
	t.Parallel()
	s, _ := start(t, redisembed.Config{InProcess: true})
	defer s.Stop()
	o := s.Options()
	o.Password = ""
	c := o.Client(0)
	defer c.Close()
	if c.Ping(t.Context()).Err() == nil {
		t.Fatal("the port lets anybody in")
	}
}

// place returns a directory the server's user can reach; t.TempDir is private to root.
func place(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "redisembed")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "redis")
}

func start(t *testing.T, cfg redisembed.Config) (*redisembed.Server, *redis.Client) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	s, err := redisembed.Start(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	c := s.Options().Client(0)
	t.Cleanup(func() { c.Close() })
	return s, c
}

func put(t *testing.T, c *redis.Client) {
	t.Helper()
	if err := c.Set(t.Context(), "kept", "here", 0).Err(); err != nil {
		t.Fatal(err)
	}
}

// expect waits for what put wrote: a restarting server refuses for some milliseconds.
func expect(t *testing.T, c *redis.Client) {
	t.Helper()
	var got string
	var err error
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); {
		if got, err = c.Get(t.Context(), "kept").Result(); err == nil {
			break
		}
	}
	if err != nil || got != "here" {
		t.Fatalf("kept = %q, %v", got, err)
	}
}
