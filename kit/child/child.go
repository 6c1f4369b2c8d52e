// Package child runs a server program as a child of this one: restarted when it dies,
// stopped when we stop, and told to stop by the kernel when we are killed.
package child

import (
	"errors"
	"fmt"
	"log/slog"
	"os/exec"
	"runtime"
	"sync"
	"syscall"
	"time"
)

// Restart delays: the first is short because a killed database stalls every request,
// the last keeps a server that cannot start from filling the log.
const (
	firstDelay = 20 * time.Millisecond
	lastDelay  = 5 * time.Second
	steady     = 10 * time.Second // a run this long starts the delays anew
	pollGone   = 50 * time.Millisecond
)

// Spec says how to run a child.
type Spec struct {
	Name    string                    // for the log, e.g. "postgres"
	Command func() (*exec.Cmd, error) // a fresh command for each start; may clear leftovers first
	Adopt   int                       // process id of a running leftover to watch instead of starting, or 0
	Stop    syscall.Signal            // asks for an orderly end, also when this program is killed
	Kill    syscall.Signal            // ends it when Stop did not within Grace
	Grace   time.Duration             // how long an orderly end may take
	LogFile string                    // its output is appended here
	Log     *slog.Logger              // where restarts are reported; nil: slog.Default
}

// Process is a supervised child.
type Process struct {
	spec Spec
	stop chan struct{} // closed by Stop
	done chan struct{} // closed when supervision has ended and no child runs

	mu       sync.Mutex
	pid      int
	starts   int
	ready    bool
	stopping bool
}

// Start starts (or adopts) the child. Until Ready is called an exit is final, so that a
// server that cannot start is an error and not an endless loop.
//
// Errors: the program cannot be executed.
func Start(spec Spec) (*Process, error) {
	if spec.Log == nil {
		spec.Log = slog.Default()
	}
	p := &Process{spec: spec, stop: make(chan struct{}), done: make(chan struct{})}
	started := make(chan error, 1)
	go p.supervise(started)
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start %s: %w", spec.Name, err)
	}
	return p, nil
}

// Ready says that the child serves: from now on it is restarted whenever it exits.
func (p *Process) Ready() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ready = true
}

// Done is closed when no child runs any more and none will be started.
func (p *Process) Done() <-chan struct{} { return p.done }

// PID returns the process id of the running child, 0 between two of them.
func (p *Process) PID() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.pid
}

// Restarts returns how often the child was started again.
func (p *Process) Restarts() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return max(p.starts-1, 0)
}

// Stop ends the child and its supervision. It may be called more than once.
//
// Errors: the child had to be killed because it did not end within Grace.
func (p *Process) Stop() error {
	p.mu.Lock()
	if !p.stopping {
		p.stopping = true
		close(p.stop)
		p.signal(p.spec.Stop)
	}
	p.mu.Unlock()
	timer := time.NewTimer(p.spec.Grace)
	defer timer.Stop()
	select {
	case <-p.done:
		return nil
	case <-timer.C:
	}
	p.mu.Lock()
	p.signal(p.spec.Kill)
	p.mu.Unlock()
	<-p.done
	return fmt.Errorf("%s did not stop within %s and was killed", p.spec.Name, p.spec.Grace)
}

// signal needs p.mu. A child that has just gone is not an error.
func (p *Process) signal(s syscall.Signal) {
	if p.pid > 0 {
		_ = syscall.Kill(p.pid, s)
	}
}

// supervise stays on one OS thread for life: the kernel sends the death signal when the
// thread that created the child ends, not when the process does.
func (p *Process) supervise(started chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer close(p.done)
	wait, err := p.begin()
	started <- err
	if err != nil {
		return
	}
	delay := firstDelay
	for {
		began := time.Now()
		if wait != nil {
			why := wait()
			if !p.mayRestart() {
				return
			}
			p.spec.Log.Warn("child exited, restarting it", "child", p.spec.Name, "why", why, "delay", delay)
		}
		if time.Since(began) > steady {
			delay = firstDelay
		}
		if !p.sleep(delay) {
			return
		}
		delay = min(delay*2, lastDelay)
		if wait, err = p.launch(); errors.Is(err, errStopping) {
			return
		} else if err != nil {
			p.spec.Log.Error("child cannot be started", "child", p.spec.Name, "error", err)
		}
	}
}

// begin adopts the leftover or starts the first child; wait blocks until that one ends.
func (p *Process) begin() (wait func() error, err error) {
	if p.spec.Adopt == 0 {
		return p.launch()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pid, p.starts, p.ready = p.spec.Adopt, 1, true // it has served already; its end may be near
	return func() error {
		tick := time.NewTicker(pollGone)
		defer tick.Stop()
		for Alive(p.spec.Adopt) { // not our child: it cannot be waited for
			<-tick.C
		}
		p.forget()
		return errors.New("adopted process is gone")
	}, nil
}

var errStopping = errors.New("stopping")

func (p *Process) launch() (wait func() error, err error) {
	c, err := p.spec.Command()
	if err != nil {
		return nil, err
	}
	log, err := openLog(p.spec.LogFile)
	if err != nil {
		return nil, err
	}
	defer log.Close() // the child has its own copy
	c.Stdout, c.Stderr = log, log
	if c.SysProcAttr == nil {
		c.SysProcAttr = &syscall.SysProcAttr{}
	}
	// A process group of its own: Ctrl-C in the terminal must reach us first, so that
	// requests end before the server they need.
	c.SysProcAttr.Setpgid = true
	tieToParent(c.SysProcAttr, p.spec.Stop)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stopping {
		return nil, errStopping
	}
	if err := c.Start(); err != nil {
		return nil, err
	}
	p.pid = c.Process.Pid
	p.starts++
	return func() error {
		err := c.Wait()
		p.forget()
		return err
	}, nil
}

func (p *Process) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pid = 0
}

func (p *Process) mayRestart() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ready && !p.stopping
}

// sleep reports whether d passed without Stop being called.
func (p *Process) sleep(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-p.stop:
		return false
	}
}

// Alive reports whether a process with this id exists, whoever owns it.
func Alive(pid int) bool {
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}
