package main

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"anbiao/app/city"
)

func generateCommand() *cobra.Command {
	var companies int
	var seed uint64
	c := &cobra.Command{
		Use:   "generate",
		Short: "Fill the database with made-up companies, for measurements",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if companies < 1 || companies > 20_000_000 {
				return errors.New("--companies: choose 1 to 20000000")
			}
			return withHouse(cmd.Context(), func(ctx context.Context, h *house) error {
				if h.ground.cfg.Production() {
					return errors.New("generate: refused in production")
				}
				return generate(ctx, h, companies, seed)
			})
		},
	}
	c.Flags().IntVar(&companies, "companies", 100_000, "how many to add")
	c.Flags().Uint64Var(&seed, "seed", 1, "what they are drawn from")
	return c
}

// generate adds companies and prints how fast.
func generate(ctx context.Context, h *house, companies int, seed uint64) error {
	began := time.Now()
	var in atomic.Int64
	err := city.Generate(ctx, h.gate, companies, seed, func(n int) {
		if all := in.Add(int64(n)); all%100_000 < int64(n) {
			fmt.Printf("%d companies, %.0f a second\n", all, float64(all)/time.Since(began).Seconds())
		}
	})
	if err == nil {
		fmt.Printf("%d companies in %.1f s\n", in.Load(), time.Since(began).Seconds())
	}
	return err
}
