package pgembed

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// place returns the working directory of a process; not known when it is none of ours.
// Every PostgreSQL process works in its data directory.
func place(pid int) (dir string, known bool) {
	dir, err := os.Readlink(fmt.Sprintf("/proc/%d/cwd", pid))
	return dir, err == nil
}

// inhabitants lists the PostgreSQL processes whose working directory is dir; a person's
// shell that sits there is none.
func inhabitants(dir string) []int {
	links, _ := filepath.Glob("/proc/[0-9]*/cwd") // only a malformed pattern errs
	var pids []int
	for _, l := range links {
		if at, err := os.Readlink(l); err != nil || at != dir {
			continue
		}
		if exe, err := os.Readlink(filepath.Join(filepath.Dir(l), "exe")); err != nil || !strings.HasPrefix(filepath.Base(exe), "postgres") {
			continue
		}
		if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(l))); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}
