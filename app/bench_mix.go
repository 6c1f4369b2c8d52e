package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
)

// mixLoad is how many people use the program at once, and how they do.
type mixLoad struct {
	phones, offices int
	seconds         int           // of each measurement
	round           time.Duration // of a phone, from one check to the next
	think           time.Duration // of a regulator, from one page to the next
}

// mixHands is how many work without a pause where it is measured how much fits into the machine.
const mixHands = 16

// mixSide is what one side of the mixed load did: our program or the bare handlers.
type mixSide struct {
	people *mixLog // with their pauses
	full   *mixLog // without pauses
	memory mixMemory
}

// mixes measures phones that send checks with a photo and regulators who browse, at the same time,
// against a program in a process of its own, then the same against handlers with nothing but pgx.
func (b *bench) mixes(ctx context.Context) (err error) {
	if b.executable == "" {
		if b.executable, err = os.Executable(); err != nil {
			return err
		}
	}
	crowd := &mixCrowd{load: b.load, photos: mixPhotos()}
	ours, err := b.mixed(ctx, "serve", crowd)
	if err != nil {
		return fmt.Errorf("mixed load, the program: %w", err)
	}
	bare, err := b.mixed(ctx, benchBare, crowd)
	if err != nil {
		return fmt.Errorf("mixed load, bare handlers: %w", err)
	}
	return b.mixReport(ours, bare)
}

// mixed runs a command of this program on our database and loads it.
func (b *bench) mixed(ctx context.Context, command string, crowd *mixCrowd) (s mixSide, err error) {
	dir, err := roomFor("anbiao-mix")
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	p, err := launchAs(b.executable, command, dir, "DEMO=0", "DATABASE_URL="+b.house.ground.dsn, "SECRET_KEY="+string(b.house.ground.secret), "TRUSTED_PROXIES=127.0.0.1/32")
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, p.Stop()) }()
	if crowd.phones == nil {
		before := b.ours
		b.ours = p.URL
		err := b.gather(ctx, crowd)
		if b.ours = before; err != nil {
			return s, err
		}
	}
	if _, err := b.owner.Exec(ctx, "CHECKPOINT"); err != nil {
		return s, err
	}
	watched := mixTree{program: p.cmd.Process.Pid}
	if watched.database, err = b.postmaster(ctx); err != nil {
		return s, err
	}
	for _, part := range []struct {
		into **mixLog
		full bool
	}{{&s.people, false}, {&s.full, true}} {
		if err := b.settle(ctx, command); err != nil {
			return s, err
		}
		if *part.into, err = crowd.run(ctx, p.URL, watched, part.full); err != nil {
			return s, err
		}
		if err := b.owner.QueryRow(ctx, "SELECT count(*) FROM job_outbox WHERE "+mixWaiting).Scan(&(*part.into).waiting); err != nil {
			return s, err
		}
	}
	s.memory = watched.memory()
	return s, b.settle(ctx, command)
}

// mixWaiting are jobs that could be done at once.
const mixWaiting = "done_at IS NULL AND dead_at IS NULL AND run_at <= now()"

// settleLimit is how long jobs may take to end: a new city of a million companies has a night's work before it.
const settleLimit = time.Hour

// settle waits until the program has no job left that it could do, so that each part begins alike; the bare
// handlers do none.
func (b *bench) settle(ctx context.Context, command string) error {
	if command == benchBare {
		return nil
	}
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for began := time.Now(); time.Since(began) < settleLimit; {
		var waiting bool
		if err := b.owner.QueryRow(ctx, "SELECT EXISTS (SELECT FROM job_outbox WHERE "+mixWaiting+")").Scan(&waiting); err != nil || !waiting {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
	return fmt.Errorf("jobs did not end within %v", settleLimit)
}

// gather makes up who uses the program: a safety officer with a phone in each of as many companies that
// nobody has signed in for yet, and regulators of counties, some cities and provinces, two in a hundred of the country.
func (b *bench) gather(ctx context.Context, crowd *mixCrowd) error {
	token, err := b.signIn(ctx, "safety")
	if err != nil {
		return err
	}
	if crowd.form, err = openForm(func(path string, v any) error { return b.read(ctx, token, path, v) }); err != nil {
		return err
	}
	run := strconv.FormatInt(time.Now().UnixNano(), 36) // tells the people of two runs on one database apart
	err = pgx.BeginFunc(ctx, b.owner, func(tx pgx.Tx) error {
		if err := crowd.hire(ctx, tx, run); err != nil {
			return fmt.Errorf("phones: %w", err)
		}
		if err := crowd.appoint(ctx, tx, run); err != nil {
			return fmt.Errorf("offices: %w", err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	_, err = b.owner.Exec(ctx, "VACUUM (ANALYZE) account_person, account_membership, account_session, staff_person, checklist_standard, checklist_point")
	return err
}

// mixCrowd is everybody who uses the program.
type mixCrowd struct {
	load    mixLoad
	form    checkForm // the same point in all companies
	photos  [][]byte
	phones  []*mixPhone
	offices []*mixOffice
}

// run loads the program at url: with people who pause, or with few who never do but do as much of the one as of the other.
func (c *mixCrowd) run(ctx context.Context, url string, watched mixTree, full bool) (*mixLog, error) {
	measured := time.Duration(c.load.seconds) * time.Second
	warm := min(max(measured/4, time.Second), c.load.round)
	l := newMixLog(url, time.Now().Add(warm), measured, len(c.phones)+len(c.offices))
	defer l.http.CloseIdleConnections()
	going, stop := context.WithDeadline(ctx, l.until)
	defer stop()
	var group sync.WaitGroup
	if full {
		hands := min(mixHands, len(c.phones), len(c.offices))
		var turn atomic.Int64
		for h := range hands {
			group.Go(func() {
				for n := h; going.Err() == nil; n += hands {
					if turn.Add(1)%2 == 0 {
						c.phones[n%(len(c.phones)/hands*hands)].check(ctx, l, c)
					} else {
						c.offices[n%(len(c.offices)/hands*hands)].page(ctx, l)
					}
				}
			})
		}
	} else {
		for _, p := range c.phones {
			group.Go(func() { p.live(ctx, going, l, c) })
		}
		for _, o := range c.offices {
			group.Go(func() { o.live(ctx, going, l, c.load.think) })
		}
	}
	idle(going, warm)
	before := watched.spent()
	idle(going, time.Until(l.until))
	l.spent = watched.spent().less(before)
	group.Wait()
	return l, ctx.Err()
}

// idle waits for d, or for the end.
func idle(ctx context.Context, d time.Duration) {
	t := time.NewTimer(max(d, 0))
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}
