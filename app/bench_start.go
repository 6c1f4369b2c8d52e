package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"anbiao/kit/pgembed"
)

// starts measures how long `make run` takes once it is built, on an empty machine and
// again; the bare limit is PostgreSQL alone.
func (b *bench) starts(ctx context.Context) (err error) {
	executable, err := os.Executable()
	if err != nil {
		return err
	}
	dir, err := roomFor("anbiao-start")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	for _, name := range []string{"first start, with the demo city", "second start"} {
		p, err := launch(executable, dir, "DEMO=1")
		if err != nil {
			return err
		}
		if !p.Healthy() {
			err = fmt.Errorf("%s: said to be ready and is not", name)
		}
		if err := errors.Join(err, p.Stop()); err != nil {
			return err
		}
		bare, err := startBare(ctx, filepath.Join(dir, "bare"))
		if err != nil {
			return err
		}
		b.add(benchRow{Work: name, Ours: p.Took, Bare: bare, Ratio: p.Took.Seconds() / bare.Seconds(), Rows: "PostgreSQL alone"})
	}
	return nil
}

// startBare starts and stops a PostgreSQL and returns how long the start took.
func startBare(ctx context.Context, dir string) (time.Duration, error) {
	began := time.Now()
	c, err := pgembed.Start(ctx, pgembed.Config{Dir: dir})
	if err != nil {
		return 0, err
	}
	return time.Since(began), c.Stop()
}
