package pgembed

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// oldest is the lowest major version the migrations are written for.
const oldest = 15

// ErrNotInstalled says what to do on a machine without PostgreSQL.
var ErrNotInstalled = errors.New("no PostgreSQL server (15 or newer) found on this machine: install it " +
	"(Debian, Ubuntu: apt-get install postgresql; Fedora: dnf install postgresql-server; macOS: brew install postgresql) or set DATABASE_URL")

// places where packages put the server's programs outside PATH.
var places = []string{
	"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/libexec/postgresql*", "/usr/local/pgsql/bin",
	"/opt/homebrew/opt/postgresql*/bin", "/usr/local/opt/postgresql*/bin",
}

// install is one PostgreSQL on this machine.
type install struct {
	bin   string
	major int
}

// binaries returns the programs to use for the cluster in data: those of its own major
// version, or the newest for a cluster yet to be made.
//
// Errors: ErrNotInstalled; a cluster of a version that is not installed.
func binaries(data string) (string, error) {
	found := installed()
	if len(found) == 0 {
		return "", ErrNotInstalled
	}
	written, err := os.ReadFile(filepath.Join(data, "PG_VERSION"))
	if errors.Is(err, fs.ErrNotExist) {
		return found[0].bin, nil
	} else if err != nil {
		return "", err
	}
	major, err := strconv.Atoi(strings.TrimSpace(string(written)))
	if err != nil {
		return "", fmt.Errorf("%s is not a cluster this program made: %w", data, err)
	}
	for _, i := range found {
		if i.major == major {
			return i.bin, nil
		}
	}
	return "", fmt.Errorf("%s was made by PostgreSQL %d, installed is %d: install version %d, or move the data with pg_dump",
		data, major, found[0].major, major)
}

// installed lists the usable installations, newest first.
func installed() []install {
	var dirs []string
	if p, err := exec.LookPath("postgres"); err == nil {
		if target, err := filepath.EvalSymlinks(p); err == nil {
			dirs = append(dirs, filepath.Dir(target))
		}
	}
	for _, pattern := range places {
		found, _ := filepath.Glob(pattern) // only a malformed pattern errs
		dirs = append(dirs, found...)
	}
	var list []install
	for _, d := range dirs {
		if _, err := os.Stat(filepath.Join(d, "initdb")); err != nil {
			continue
		}
		if m := major(filepath.Join(d, "postgres")); m >= oldest && !slices.Contains(list, install{d, m}) {
			list = append(list, install{d, m})
		}
	}
	slices.SortStableFunc(list, func(a, b install) int { return b.major - a.major })
	return list
}

// major asks a server program for its version, "postgres (PostgreSQL) 15.18 (Debian …)";
// 0 when it has none to tell.
func major(program string) int {
	out, err := exec.Command(program, "--version").Output()
	if err != nil {
		return 0
	}
	_, version, _ := strings.Cut(string(out), "(PostgreSQL) ")
	digits, _, _ := strings.Cut(strings.TrimSpace(version), ".")
	for i, r := range digits { // "17beta1", "18devel"
		if r < '0' || r > '9' {
			digits = digits[:i]
			break
		}
	}
	n, err := strconv.Atoi(digits)
	if err != nil {
		return 0
	}
	return n
}

// Client returns the path of a client program (pg_dump, pg_restore) for a server of a major
// version: of that version, or of the next above it, which can read it, too.
//
// Errors: none is installed; the message says what to install.
func Client(name string, version int) (string, error) {
	var found []string
	if p, err := exec.LookPath(name); err == nil {
		found = append(found, p)
	}
	for _, pattern := range places {
		more, _ := filepath.Glob(filepath.Join(pattern, name)) // only a malformed pattern errs
		found = append(found, more...)
	}
	best, program := 0, ""
	for _, p := range found {
		if m := major(p); m >= version && (best == 0 || m < best) {
			best, program = m, p
		}
	}
	if program == "" {
		return "", fmt.Errorf("no %s of PostgreSQL %d found on this machine: install it (Debian, Ubuntu: apt-get install postgresql-client-%d)", name, version, version)
	}
	return program, nil
}
