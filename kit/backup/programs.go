package backup

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"anbiao/kit/pgembed"
)

// dump writes the database as of a snapshot.
func dump(ctx context.Context, dsn string, major int, snapshot, into string) error {
	f, err := os.OpenFile(into, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) // pg_dump would make it readable for others
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return run(ctx, "pg_dump", major, dsn, "--format=custom", "--snapshot="+snapshot, "--file="+into)
}

// readable has pg_restore read a dump to its end.
func readable(ctx context.Context, major int, dump string) error {
	return run(ctx, "pg_restore", major, "", "--file="+os.DevNull, dump)
}

// load restores a dump. With one job it is one transaction: a failure leaves nothing.
// Default privileges, which name a role, are left to the caller.
func load(ctx context.Context, dsn string, major, jobs int, dump string) error {
	list, err := contents(ctx, major, dump)
	if err != nil {
		return err
	}
	defer os.Remove(list)
	args := []string{"--no-owner", "--exit-on-error", "--use-list=" + list}
	if jobs > 1 {
		args = append(args, fmt.Sprintf("--jobs=%d", jobs))
	} else {
		args = append(args, "--single-transaction")
	}
	return run(ctx, "pg_restore", major, dsn, append(args, dump)...)
}

// contents writes pg_restore's list of what a dump holds, without default privileges and
// without the schema that every database has.
func contents(ctx context.Context, major int, dump string) (name string, err error) {
	program, err := pgembed.Client("pg_restore", major)
	if err != nil {
		return "", err
	}
	out, err := exec.CommandContext(ctx, program, "--list", dump).Output()
	if err != nil {
		return "", fmt.Errorf("pg_restore --list: %w", err)
	}
	var kept bytes.Buffer
	for line := range strings.Lines(string(out)) {
		if !strings.Contains(line, " DEFAULT ACL ") {
			kept.WriteString(line)
		}
	}
	f, err := os.CreateTemp("", "anbiao-restore-*.list")
	if err != nil {
		return "", err
	}
	defer f.Close()
	_, err = f.Write(kept.Bytes())
	return f.Name(), err
}

// run runs a program of PostgreSQL on the database that dsn names, none for an empty one.
// The password goes by the environment: arguments are seen by every user of the machine.
func run(ctx context.Context, name string, major int, dsn string, args ...string) error {
	program, err := pgembed.Client(name, major)
	if err != nil {
		return err
	}
	environ := append(os.Environ(), "LC_ALL=C")
	if dsn != "" {
		plain, password, err := split(dsn)
		if err != nil {
			return err
		}
		args = append([]string{"--dbname=" + plain}, args...)
		environ = append(environ, "PGPASSWORD="+password)
	}
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = environ
	said := &strings.Builder{}
	cmd.Stderr = said
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w: %s", filepath.Base(program), err, last(said.String()))
	}
	return nil
}

// split takes the password out of an address.
func split(dsn string) (plain, password string, err error) {
	u, err := url.Parse(dsn)
	if err != nil || u.Scheme == "" {
		return "", "", fmt.Errorf("want an address postgres://…") // the parser's error would quote the password
	}
	password, _ = u.User.Password()
	u.User = url.User(u.User.Username())
	return u.String(), password, nil
}

// last is the end of what a program said.
func last(s string) string {
	const most = 2000
	s = strings.TrimSpace(s)
	return s[max(0, len(s)-most):]
}
