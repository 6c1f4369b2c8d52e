package child_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"anbiao/kit/child"
)

func TestRestartsUntilStopped(t *testing.T) {
	t.Parallel()
	p := start(t, "exec sleep 60", time.Minute)
	p.Ready()
	for round := 1; round <= 3; round++ {
		if err := syscall.Kill(p.PID(), syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		for p.Restarts() < round {
			<-time.After(time.Millisecond)
		}
	}
	if err := p.Stop(); err != nil {
		t.Fatal(err)
	}
	if p.PID() != 0 {
		t.Error("a child is left")
	}
	if err := p.Stop(); err != nil {
		t.Errorf("second stop: %v", err)
	}
}

func TestEndBeforeReadyIsFinal(t *testing.T) {
	t.Parallel()
	p := start(t, "exit 3", time.Minute)
	<-p.Done()
	if n := p.Restarts(); n != 0 {
		t.Errorf("restarted %d times", n)
	}
}

func TestStubbornChildIsKilled(t *testing.T) {
	t.Parallel()
	trapped := filepath.Join(t.TempDir(), "trapped")
	p := start(t, `trap "" TERM; touch "`+trapped+`"; while :; do sleep 1; done`, 50*time.Millisecond)
	for {
		if _, err := os.Stat(trapped); err == nil {
			break
		}
		<-time.After(time.Millisecond)
	}
	err := p.Stop()
	if err == nil || !strings.Contains(err.Error(), "was killed") {
		t.Fatalf("stop: %v", err)
	}
}

func TestProgramThatIsMissing(t *testing.T) {
	t.Parallel()
	_, err := child.Start(child.Spec{
		Name: "nothing", LogFile: filepath.Join(t.TempDir(), "log"), Grace: time.Second,
		Command: func() (*exec.Cmd, error) { return exec.Command("/no/such/program"), nil },
	})
	if err == nil || !strings.Contains(err.Error(), "start nothing") {
		t.Fatalf("start: %v", err)
	}
}

func TestSocketDir(t *testing.T) {
	t.Parallel()
	if dir, err := child.SocketDir("/srv/anbiao", "redis.sock", nil); err != nil || dir != "/srv/anbiao" {
		t.Errorf("short: %q, %v", dir, err)
	}
	long := "/srv/" + strings.Repeat("a", 100)
	dir, err := child.SocketDir(long, "redis.sock", nil)
	if err != nil || len(dir) > 40 {
		t.Fatalf("long: %q, %v", dir, err)
	}
	defer os.Remove(dir)
	if again, err := child.SocketDir(long, "redis.sock", nil); err != nil || again != dir {
		t.Errorf("again: %q, %v", again, err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := child.SocketDir(long, "redis.sock", nil); err == nil {
		t.Error("a directory others can enter was taken")
	}
}

// Not beside tests that start children: between fork and exec a child holds its parent's locks.
func TestLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	f, err := child.Lock(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := child.Lock(path); err == nil || !strings.Contains(err.Error(), "in use by another running instance") {
		t.Errorf("second lock: %v", err)
	}
	f.Close()
	if f, err = child.Lock(path); err != nil {
		t.Errorf("after it was freed: %v", err)
	}
	f.Close()
}

func start(t *testing.T, script string, grace time.Duration) *child.Process {
	t.Helper()
	p, err := child.Start(child.Spec{
		Name: "script", LogFile: filepath.Join(t.TempDir(), "log"), Grace: grace,
		Command: func() (*exec.Cmd, error) { return exec.Command("sh", "-c", script), nil },
		Stop:    syscall.SIGTERM, Kill: syscall.SIGKILL,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Stop() })
	return p
}
