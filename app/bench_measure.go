package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"
)

const (
	benchRounds = 15  // each measures ours and the bare limit, one right after the other
	benchOps    = 120 // operations of either in a round
)

// work does one operation.
type work func(context.Context) error

// compare measures ours against bare with some clients at the same time and adds the line.
// A busy machine slows both halves of a round alike; the median of the rounds' ratios
// therefore moves less than either time does.
func (b *bench) compare(ctx context.Context, name, rows string, clients int, ours, bare work) error {
	var mine, limits []time.Duration
	var ratios []float64
	for round := range benchRounds + 1 {
		first, second := ours, bare
		if round%2 == 1 {
			first, second = bare, ours
		}
		x, err := pace(ctx, clients, first)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		y, err := pace(ctx, clients, second)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if round%2 == 1 {
			x, y = y, x
		}
		if round == 0 {
			continue // warms up
		}
		mine, limits, ratios = append(mine, x), append(limits, y), append(ratios, float64(x)/float64(y))
	}
	b.rows = append(b.rows, benchRow{name, median(mine), median(limits), median(ratios), rows})
	return nil
}

// pace returns how long an operation took, on average of one round.
func pace(ctx context.Context, clients int, do work) (time.Duration, error) {
	group, ctx := errgroup.WithContext(ctx)
	began := time.Now()
	for range clients {
		group.Go(func() error {
			for range benchOps / clients {
				if err := do(ctx); err != nil {
					return err
				}
			}
			return nil
		})
	}
	err := group.Wait()
	return time.Since(began) / time.Duration(benchOps/clients*clients), err
}

func median[T time.Duration | float64](v []T) T {
	s := slices.Sorted(slices.Values(v))
	return s[len(s)/2]
}

// someAddress is a client's address, another each time: one client may not fill the machine.
func someAddress() string {
	return fmt.Sprintf("10.%d.%d.%d", rand.IntN(256), rand.IntN(256), rand.IntN(256)) //nolint:gosec // not a secret
}
