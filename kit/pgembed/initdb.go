package pgembed

import (
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

const (
	secretFile   = "owner.password" // in the data directory, so that it moves with it
	settingsFile = "anbiao.conf"    // ours, written at every start; ALTER SYSTEM still wins
)

// defaults suit one machine that also runs the program. Statements and details of errors
// stay out of the log: they may hold personal data.
var defaults = map[string]string{
	"listen_addresses":        "''",
	"unix_socket_permissions": "0700",
	"max_connections":         "120",
	"shared_buffers":          "'256MB'",
	"max_wal_size":            "'2GB'",
	"random_page_cost":        "1.1",
	"jit":                     "off",
	"timezone":                "'UTC'",
	"log_destination":         "'stderr'",
	"logging_collector":       "off",
	"log_line_prefix":         "'%m [%p] '",
	"log_min_error_statement": "panic",
	"log_error_verbosity":     "terse",
}

// fast gives up every promise about power cuts. synchronous_commit stays on: what was
// acknowledged must survive a killed server even in tests, and without fsync it costs a
// write to memory.
var fast = map[string]string{
	"fsync":                   "off",
	"full_page_writes":        "off",
	"wal_level":               "minimal",
	"max_wal_senders":         "0",
	"log_min_error_statement": "error",
	"log_error_verbosity":     "default",
}

// initdb makes the cluster beside its place and renames it there, so that a killed
// program never leaves half a cluster.
//
// ctype C.UTF-8, not C: under C no Chinese character is a letter and trigram search finds
// nothing. Collation C: region ranges compare bytes.
func (c *Cluster) initdb() error {
	tmp, secret := c.data()+".tmp", filepath.Join(c.dir, secretFile)
	if err := os.RemoveAll(tmp); err != nil {
		return err
	}
	if err := c.writeOwned(secret, rand.Text()); err != nil {
		return err
	}
	args := []string{
		"-D", tmp, "-U", Owner, "-E", "UTF8", "--lc-collate=C", "--lc-ctype=C.UTF-8", "--lc-messages=C",
		"--auth-local=scram-sha-256", "--auth-host=reject", "--pwfile=" + secret, "--data-checksums",
	}
	if c.cfg.Fast {
		args = append(args, "--no-sync")
	}
	if err := c.run("initdb", args...); err != nil {
		return err
	}
	if err := include(filepath.Join(tmp, "postgresql.conf")); err != nil {
		return err
	}
	if err := os.Rename(secret, filepath.Join(tmp, secretFile)); err != nil {
		return err
	}
	if err := os.Rename(tmp, c.data()); err != nil {
		return err
	}
	return syncDir(c.dir)
}

// include makes PostgreSQL read our settings after its own.
func include(conf string) error {
	f, err := os.OpenFile(conf, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(f, "\ninclude_if_exists = '%s'\n", settingsFile)
	return errors.Join(err, f.Sync(), f.Close())
}

// writeSettings writes ours anew, so that a newer program brings its settings to an older
// cluster.
func (c *Cluster) writeSettings() error {
	all := maps.Clone(defaults)
	if c.cfg.Fast {
		maps.Copy(all, fast)
	}
	if c.cfg.Follow != nil {
		maps.Copy(all, following)
	}
	maps.Copy(all, c.cfg.Settings)
	var b strings.Builder
	b.WriteString("# written at every start of the program; use ALTER SYSTEM for settings of your own\n")
	for _, k := range slices.Sorted(maps.Keys(all)) {
		fmt.Fprintf(&b, "%s = %s\n", k, all[k])
	}
	return c.writeOwned(filepath.Join(c.data(), settingsFile), b.String())
}

// writeOwned replaces a file with one only the server's user can read.
func (c *Cluster) writeOwned(path, text string) error {
	tmp := path + ".new"
	if err := os.WriteFile(tmp, []byte(text), 0o600); err != nil {
		return err
	}
	if c.cred != nil {
		if err := os.Chown(tmp, int(c.cred.Uid), int(c.cred.Gid)); err != nil {
			return err
		}
	}
	if f, err := os.Open(tmp); err != nil {
		return err
	} else if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(tmp, path)
}

func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// run runs a PostgreSQL program to its end.
//
// Errors: it failed; what it wrote is quoted.
func (c *Cluster) run(program string, args ...string) error {
	cmd := exec.Command(filepath.Join(c.bin, program), args...)
	cmd.Dir, cmd.Env = "/", environment
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: c.cred, Setpgid: true}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", program, err, strings.TrimSpace(string(out)))
	}
	return nil
}

// environment is all that PostgreSQL sees of ours: no PGDATA, no secrets.
var environment = []string{"PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C.UTF-8", "TZ=UTC"}
