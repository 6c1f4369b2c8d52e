package fleet

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// tick is how the kernel counts processor time for programs: always a hundredth of a second.
const tick = 10 * time.Millisecond

// Spent returns the processor time that each kind of component has used since it was started.
func (f *Fleet) Spent() map[string]time.Duration {
	own, parent := map[int]time.Duration{}, map[int]int{}
	stats, _ := filepath.Glob("/proc/[0-9]*/stat") // only a malformed pattern errs
	for _, s := range stats {
		b, err := os.ReadFile(s)
		if err != nil {
			continue // it has ended
		}
		_, rest, _ := strings.Cut(string(b), ") ") // the name before may hold anything
		w := strings.Fields(rest)
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(s)))
		parent[pid], _ = strconv.Atoi(w[1])
		for _, n := range w[11:15] { // own, and of children that have ended
			ticks, _ := strconv.Atoi(n)
			own[pid] += time.Duration(ticks) * tick
		}
	}
	out := map[string]time.Duration{}
	for name, p := range f.parts {
		root, kind := 0, strings.TrimRight(name, "123456")
		switch x := p.(type) {
		case *database:
			root = x.made.PID()
		case *process:
			root = x.pid()
		}
		for pid := range own {
			if pid == root || parent[pid] == root {
				out[kind] += own[pid]
			}
		}
	}
	return out
}

func (p *process) pid() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.running == nil {
		return -1
	}
	return p.running.PID()
}

// size is how large a folder is.
func size(dir string) (n int64, err error) {
	err = filepath.WalkDir(dir, func(_ string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			n += info.Size()
		}
		return err
	})
	return n, err
}

// Files is how many bytes the uploaded files take.
func (f *Fleet) Files() (int64, error) {
	n, err := size(filepath.Join(f.dir, "seed", "files"))
	if err != nil {
		return 0, fmt.Errorf("fleet: %w", err)
	}
	return n, nil
}
