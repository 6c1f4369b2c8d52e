package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"
)

const (
	benchRounds = 15                     // each measures ours and the bare limit, one right after the other
	benchOps    = 120                    // operations of either in a round, fewer of slow ones
	benchRound  = 400 * time.Millisecond // about as long as either takes in a round
)

// work does one operation.
type work func(context.Context) error

// compare measures ours against bare with some clients at the same time and adds the line.
// A busy machine slows both halves of a round alike; the median of the rounds' ratios
// therefore moves less than either time does. The 95th percentile is over the single operations of all rounds.
func (b *bench) compare(ctx context.Context, name, rows string, clients int, ours, bare work) error {
	var mine, limits, each []time.Duration
	var ratios []float64
	ops := max(clients, 4)
	for round := range benchRounds + 1 {
		first, second := ours, bare
		if round%2 == 1 {
			first, second = bare, ours
		}
		x, alone, err := pace(ctx, clients, ops, first)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		y, also, err := pace(ctx, clients, ops, second)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if round%2 == 1 {
			x, y, alone = y, x, also
		}
		if round == 0 { // warms up, and shows how slow it is
			ops = max(clients, min(benchOps, int(benchRound*time.Duration(clients)/max(x, 1))))
			continue
		}
		mine, limits, ratios, each = append(mine, x), append(limits, y), append(ratios, float64(x)/float64(y)), append(each, alone...)
	}
	b.add(benchRow{Work: name, Ours: median(mine), P95: percentile95(each), Bare: median(limits), Ratio: median(ratios), Rows: rows})
	return nil
}

// pace returns how long an operation took on average of one round, and what each single one took.
func pace(ctx context.Context, clients, ops int, do work) (mean time.Duration, each []time.Duration, err error) {
	group, ctx := errgroup.WithContext(ctx)
	took := make([][]time.Duration, clients)
	began := time.Now()
	for c := range clients {
		group.Go(func() error {
			for range ops / clients {
				at := time.Now()
				if err := do(ctx); err != nil {
					return err
				}
				took[c] = append(took[c], time.Since(at))
			}
			return nil
		})
	}
	err = group.Wait()
	return time.Since(began) / time.Duration(ops/clients*clients), slices.Concat(took...), err
}

// add adds a line to the table and shows that it is there: a large bench takes its time.
func (b *bench) add(r benchRow) {
	b.rows = append(b.rows, r)
	fmt.Fprintf(os.Stderr, "%s: %s, ratio %.2f\n", r.Work, short(r.Ours), r.Ratio)
}

func median[T time.Duration | float64](v []T) T {
	s := slices.Sorted(slices.Values(v))
	return s[len(s)/2]
}

func percentile95(v []time.Duration) time.Duration {
	s := slices.Sorted(slices.Values(v))
	return s[len(s)*95/100]
}

// someAddress is a client's address, another each time: one client may not fill the machine.
func someAddress() string {
	return fmt.Sprintf("10.%d.%d.%d", rand.IntN(256), rand.IntN(256), rand.IntN(256)) //nolint:gosec // not a secret
}
