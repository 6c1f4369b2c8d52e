package fleet

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"anbiao/kit/child"
	"anbiao/kit/pgembed"
)

// part is one component: what can be killed and started again.
type part interface {
	start(ctx context.Context) error // returns when it serves
	kill() error                     // without warning; returns when it is gone
	stop() error
}

// process is a part that stays away until it is started again.
type process struct {
	name    string
	log     string
	command func() (*exec.Cmd, error)
	serves  func(ctx context.Context) error // nil: it answers nobody

	mu      sync.Mutex
	running *child.Process
}

const (
	startLimit = 2 * time.Minute
	grace      = 30 * time.Second
	askEvery   = 50 * time.Millisecond
)

func (p *process) start(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.running != nil {
		return nil
	}
	// Not made Ready: its end is final, the yard decides when it comes back.
	c, err := child.Start(child.Spec{Name: p.name, Command: p.command, LogFile: p.log, Stop: syscall.SIGTERM, Kill: syscall.SIGKILL, Grace: grace})
	if err != nil {
		return err
	}
	p.running = c
	if p.serves == nil {
		return nil
	}
	return await(ctx, c.Done(), p.log, p.serves)
}

// await asks until it is answered.
func await(ctx context.Context, gone <-chan struct{}, log string, ask func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	tick := time.NewTicker(askEvery)
	defer tick.Stop()
	for {
		err := ask(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-gone:
			return fmt.Errorf("it ended before it was ready: %s", child.Tail(log))
		case <-ctx.Done():
			return fmt.Errorf("it is not ready: %w", errors.Join(ctx.Err(), err))
		case <-tick.C:
		}
	}
}

func (p *process) kill() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.running == nil {
		return nil
	}
	if pid := p.running.PID(); pid > 0 {
		_ = syscall.Kill(pid, syscall.SIGKILL) // it may have ended by itself
	}
	<-p.running.Done()
	p.running = nil
	return nil
}

func (p *process) stop() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.running == nil {
		return nil
	}
	err := p.running.Stop()
	p.running = nil
	return err
}

// alive reports whether it runs, or rests because it was killed.
func (p *process) alive() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.running == nil {
		return true
	}
	select {
	case <-p.running.Done():
		return false
	default:
		return true
	}
}

// database is a PostgreSQL, which its supervisor starts again at once.
type database struct {
	config pgembed.Config
	made   *pgembed.Cluster
}

func (d *database) start(ctx context.Context) (err error) {
	if d.made == nil {
		d.made, err = pgembed.Start(ctx, d.config)
		return err
	}
	return await(ctx, nil, filepath.Join(d.config.Dir, "postgres.log"), func(ctx context.Context) error { return ping(ctx, d.made.OwnerDSN("postgres")) })
}

func (d *database) kill() error {
	pid, before := d.made.PID(), d.made.Restarts()
	if pid == 0 {
		return errors.New("it is being started")
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		return err
	}
	return await(context.Background(), nil, "", func(context.Context) error {
		if d.made.Restarts() == before {
			return errors.New("it is still the old one")
		}
		return nil
	})
}

func (d *database) stop() error {
	if d.made == nil {
		return nil
	}
	return d.made.Stop()
}
