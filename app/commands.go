package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"anbiao/kit/config"
	"anbiao/migrations"
	"anbiao/rbac"
)

func migrateCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "migrate",
		Short: "Bring the database up to this program's schema",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			cfg, err := config.Load()
			if err != nil {
				return err
			}
			g, err := open(cmd.Context(), cfg)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, g.close()) }()
			return migrations.Up(cmd.Context(), g.direct(), g.secret)
		},
	}
}

func openapiCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "openapi",
		Short: "Print the OpenAPI document of the API",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			b, err := document()
			if err != nil {
				return err
			}
			_, err = os.Stdout.Write(append(b, '\n'))
			return err
		},
	}
}

func adminCommand() *cobra.Command {
	c := &cobra.Command{Use: "admin", Short: "Look after platform administrators"}
	var login, name string
	create := &cobra.Command{
		Use:   "create",
		Short: "Make a platform administrator; the password is read from ADMIN_PASSWORD or made and printed",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withHouse(cmd.Context(), func(ctx context.Context, h *house) error {
				password, err := h.account.CreateAdmin(ctx, login, name, os.Getenv("ADMIN_PASSWORD"))
				if err == nil && password != "" {
					fmt.Println("password, shown this once:", password)
				}
				return err
			})
		},
	}
	create.Flags().StringVar(&login, "login", "admin", "account name")
	create.Flags().StringVar(&name, "name", "平台管理员", "name shown to others")
	c.AddCommand(create, seedCityCommand())
	return c
}

// withHouse runs fn with everything wired, on a migrated database, serving nothing.
func withHouse(ctx context.Context, fn func(context.Context, *house) error) error {
	cfg, err := config.Load()
	if err != nil {
		return err
	}
	return inHouse(ctx, cfg, fn)
}

// inHouse is withHouse for a configuration that does not come from the environment.
func inHouse(ctx context.Context, cfg config.Config, fn func(context.Context, *house) error) (err error) {
	g, err := open(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, g.close()) }()
	if err := migrations.Up(ctx, g.direct(), g.secret); err != nil {
		return err
	}
	pools, err := g.pools()
	if err != nil {
		return err
	}
	defer pools.Close()
	gate, err := rbac.NewGate(pools, time.Now)
	if err != nil {
		return err
	}
	h, err := furnish(g, gate)
	if err != nil {
		return err
	}
	if err := h.load(ctx); err != nil {
		return err
	}
	return fn(ctx, h)
}
