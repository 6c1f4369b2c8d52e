package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"anbiao/kit/child"
)

// program is another process of this program that serves in a directory of its own: what
// the bench measures from outside and the kill test kills.
type program struct {
	URL  string        // where it answers
	Took time.Duration // from its start until it said that it is ready
	cmd  *exec.Cmd
	gone chan error
}

// launch starts executable with DATA_DIR dir and waits until it serves. What it logs is
// appended to dir/serve.log.
//
// Errors: it ends before it is ready (its log is quoted).
func launch(executable, dir string, environ ...string) (*program, error) {
	return launchAs(executable, "serve", dir, environ...)
}

// launchAs is launch for another command that serves.
func launchAs(executable, command, dir string, environ ...string) (*program, error) {
	logName := filepath.Join(dir, "serve.log")
	log, err := os.OpenFile(logName, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	p := &program{cmd: exec.Command(executable, command), gone: make(chan error, 1)}
	p.cmd.Env = append(os.Environ(), append([]string{"ADDR=127.0.0.1:0", "DATA_DIR=" + dir, "DATABASE_URL=", "REDIS_URL=", "BLOB_URL="}, environ...)...)
	p.cmd.Stderr = log
	said, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	began := time.Now()
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	ready := make(chan string, 1)
	go func() {
		overhear(said, ready)
		p.gone <- p.cmd.Wait()
	}()
	select {
	case p.URL = <-ready:
		p.Took = time.Since(began)
		return p, nil
	case err := <-p.gone:
		return nil, fmt.Errorf("it ended before it was ready: %w: %s", err, child.Tail(logName))
	}
}

// overhear reads what a program prints, so that it never waits for a reader, and passes on
// the address it is ready at.
func overhear(said io.Reader, ready chan<- string) {
	lines := bufio.NewScanner(said)
	for lines.Scan() {
		if _, url, ok := strings.Cut(lines.Text(), "http://"); ok && strings.Contains(lines.Text(), "is ready") {
			ready <- "http://" + strings.TrimSpace(url)
		}
	}
	_, _ = io.Copy(io.Discard, said) // a line too long for the scanner
}

// Healthy reports whether it answers that it is ready.
func (p *program) Healthy() bool {
	r, err := http.Get(p.URL + "/readyz")
	if err != nil {
		return false
	}
	defer r.Body.Close()
	return r.StatusCode == http.StatusOK
}

// Kill ends it without warning, and waits until it is gone.
func (p *program) Kill() error {
	err := p.cmd.Process.Kill()
	p.gone <- <-p.gone // for whoever asks again
	return err
}

// stopLimit is how long an orderly end may take before it is none.
const stopLimit = time.Minute

// Stop ends it in order.
func (p *program) Stop() error {
	if err := p.cmd.Process.Signal(syscall.SIGTERM); errors.Is(err, os.ErrProcessDone) {
		return nil
	}
	limit := time.NewTimer(stopLimit)
	defer limit.Stop()
	select {
	case err := <-p.gone:
		p.gone <- err
		return err
	case <-limit.C:
		return errors.Join(fmt.Errorf("it did not stop within %s", stopLimit), p.Kill())
	}
}
