package pgembed

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"anbiao/kit/child"
)

// command prepares one start of the server. It runs only when no postmaster of this
// cluster does, so what is left of the last one can go.
func (c *Cluster) command() (*exec.Cmd, error) {
	c.clear()
	cmd := exec.Command(filepath.Join(c.bin, "postgres"), "-D", c.data(), "-k", c.socket, "-c", "listen_addresses=")
	cmd.Dir, cmd.Env = "/", environment
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: c.cred}
	return cmd, nil
}

// running returns the process id of a postmaster of this cluster, 0 if there is none. The
// id in its file may long belong to another program, therefore its place is asked, too.
func (c *Cluster) running() int {
	pid := c.noted()
	if pid == 0 || !child.Alive(pid) {
		return 0
	}
	if at, known := place(pid); known && at != c.data() {
		return 0
	}
	return pid
}

// noted returns the process id in postmaster.pid, 0 without one.
func (c *Cluster) noted() int {
	b, err := os.ReadFile(c.pidFile())
	if err != nil {
		return 0
	}
	first, _, _ := strings.Cut(string(b), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(first))
	if err != nil || pid < 2 {
		return 0
	}
	return pid
}

func (c *Cluster) pidFile() string { return filepath.Join(c.data(), "postmaster.pid") }

// clear removes what keeps a new postmaster from starting after the last one was killed:
// a note whose process id somebody else has got since, and backends that have not noticed
// yet (a busy one does only when its query ends). Killing those loses nothing that was
// committed: the write-ahead log holds it.
func (c *Cluster) clear() {
	if pid := c.noted(); pid > 0 && c.running() == 0 && child.Alive(pid) {
		_ = os.Remove(c.pidFile()) // if it cannot be removed, postgres says so itself
	}
	if c.running() != 0 {
		return
	}
	for _, pid := range inhabitants(c.data()) {
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
}
