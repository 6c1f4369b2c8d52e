package pgembed_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"anbiao/kit/pgembed"
)

// asChild tells this test binary to be the program that gets killed.
const asChild = "PGEMBED_TEST_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(asChild); dir != "" {
		hold(dir)
	}
	os.Exit(m.Run())
}

// hold runs the cluster in dir, says so and waits to be killed.
func hold(dir string) {
	if _, err := pgembed.Start(context.Background(), pgembed.Config{Dir: dir, Fast: true}); err != nil {
		os.Stdout.WriteString(err.Error())
		os.Exit(1)
	}
	os.Stdout.WriteString("ready")
	<-make(chan struct{})
}

func TestLife(t *testing.T) {
	t.Parallel()
	dir := place(t)
	c := start(t, dir)
	for _, q := range []struct{ query, want string }{
		{"select datcollate || '/' || datctype from pg_database where datname = 'template1'", "C/C.UTF-8"},
		{"select current_setting('listen_addresses')", ""},
		{"select current_setting('max_connections')", "20"},
		{"select left(rolpassword, 13) from pg_authid where rolcanlogin", "SCRAM-SHA-256"},
		{"select string_agg(distinct auth_method, ',') from pg_hba_file_rules where type = 'local'", "scram-sha-256"},
		{"create table kept (t) as select 'here'; select t from kept", "here"},
	} {
		if got := ask(t, c, q.query); got != q.want {
			t.Errorf("%s: %q, want %q", q.query, got, q.want)
		}
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the cluster's directory is not private: %v %v", info.Mode(), err)
	}
	stop(t, c)
	c = start(t, dir)
	defer stop(t, c)
	if got := ask(t, c, "select t from kept"); got != "here" {
		t.Errorf("after a restart: %q", got)
	}
}

func TestWrongPassword(t *testing.T) {
	t.Parallel()
	c := start(t, place(t))
	defer stop(t, c)
	if _, err := pgx.Connect(t.Context(), c.DSN(pgembed.Owner, "guess", "postgres")); err == nil {
		t.Fatal("the socket lets anybody in")
	}
}

func TestSecondInstanceIsRefused(t *testing.T) {
	t.Parallel()
	dir := place(t)
	c := start(t, dir)
	defer stop(t, c)
	_, err := pgembed.Start(t.Context(), pgembed.Config{Dir: dir, Fast: true})
	if err == nil || !strings.Contains(err.Error(), "in use by another running instance") {
		t.Fatalf("second instance: %v", err)
	}
	if got := ask(t, c, "select 'alive'"); got != "alive" {
		t.Error("the refusal disturbed the first instance")
	}
}

func TestKilledServerComesBack(t *testing.T) {
	t.Parallel()
	c := start(t, place(t))
	defer stop(t, c)
	ask(t, c, "create table kept (t) as select 'here'; select t from kept")
	for round := range 3 {
		// A backend that is busy in a long loop does not notice the death of its postmaster.
		busy, err := pgx.Connect(t.Context(), c.OwnerDSN("postgres"))
		if err != nil {
			t.Fatal(err)
		}
		go busy.Exec(context.WithoutCancel(t.Context()), "select count(*) from generate_series(1, 1000000000)")
		if err := syscall.Kill(c.PID(), syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		for c.Restarts() <= round {
			<-time.After(time.Millisecond)
		}
		if got := ask(t, c, "select t from kept"); got != "here" {
			t.Fatalf("round %d: %q", round, got)
		}
	}
}

func TestStartAfterTheProgramWasKilled(t *testing.T) {
	t.Parallel()
	dir := place(t)
	for range 3 {
		program := exec.Command(os.Args[0])
		program.Env = append(os.Environ(), asChild+"="+dir)
		out, err := program.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := program.Start(); err != nil {
			t.Fatal(err)
		}
		said := make([]byte, 200)
		if n, _ := out.Read(said); string(said[:n]) != "ready" {
			t.Fatalf("program: %s", said[:n])
		}
		if err := program.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = program.Wait()
	}
	c := start(t, dir)
	defer stop(t, c)
	if got := ask(t, c, "select 'alive'"); got != "alive" {
		t.Fatal(got)
	}
}

func TestPostmasterNoteOfAnotherProgram(t *testing.T) {
	t.Parallel()
	dir := place(t)
	c := start(t, dir)
	stop(t, c)
	note := filepath.Join(dir, "data", "postmaster.pid")
	if err := os.WriteFile(note, []byte("1\n"+dir+"/data\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	c = start(t, dir)
	stop(t, c)
}

func TestLongPath(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(place(t), strings.Repeat("deep", 25), "postgres")
	if err := os.MkdirAll(filepath.Dir(dir), 0o711); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Dir(filepath.Dir(dir)), 0o711); err != nil {
		t.Fatal(err)
	}
	c := start(t, dir)
	defer stop(t, c)
	if got := ask(t, c, "select 'alive'"); got != "alive" {
		t.Fatal(got)
	}
}

func TestServerThatCannotStart(t *testing.T) {
	t.Parallel()
	_, err := pgembed.Start(t.Context(), pgembed.Config{
		Dir: place(t), Fast: true, Settings: map[string]string{"max_connections": "'many'"},
	})
	if err == nil || !strings.Contains(err.Error(), `invalid value for parameter "max_connections"`) {
		t.Fatalf("the error does not quote the server: %v", err)
	}
}

// place returns a directory the server's user can reach; t.TempDir is private to root.
func place(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "pgembed")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "postgres")
}

func start(t *testing.T, dir string) *pgembed.Cluster {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	c, err := pgembed.Start(ctx, pgembed.Config{Dir: dir, Fast: true, Settings: map[string]string{"max_connections": "20"}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func stop(t *testing.T, c *pgembed.Cluster) {
	t.Helper()
	if err := c.Stop(); err != nil {
		t.Error(err)
	}
}

// ask runs statements and returns the one text the last answers with; while the server
// restarts it tries again.
func ask(t *testing.T, c *pgembed.Cluster, statements string) string {
	t.Helper()
	var err error
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); {
		var conn *pgx.Conn
		if conn, err = pgx.Connect(t.Context(), c.OwnerDSN("postgres")); err != nil {
			continue
		}
		results, failed := conn.PgConn().Exec(t.Context(), statements).ReadAll()
		conn.Close(t.Context())
		if err = failed; err == nil {
			return string(results[len(results)-1].Rows[0][0])
		}
	}
	t.Fatal(err)
	return ""
}
