package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"anbiao/kit/backup"
	"anbiao/kit/config"
	"anbiao/kit/pgembed"
	"anbiao/kit/seal"
	"anbiao/migrations"
)

// keyColumns are the columns that hold keys of files.
var keyColumns = []string{"original_key", "display_key", "thumb_key", "blob_key"}

func backupCommand() *cobra.Command {
	var to string
	c := &cobra.Command{
		Use:   "backup",
		Short: "Write database and files into a directory while the program runs; SECRET_KEY is not in it",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return onStore(cmd.Context(), func(ctx context.Context, g *ground) error {
				began := time.Now()
				m, err := backup.Make(ctx, backup.Source{DSN: g.dsn, Files: g.files, Key: g.keyChecks()[0], Columns: keyColumns, Trail: trailHeads}, to, began)
				if err != nil {
					return err
				}
				fmt.Printf("%s: %s, %.1f s\n", to, inBackup(m), time.Since(began).Seconds())
				for _, key := range m.Absent {
					fmt.Fprintln(os.Stderr, "named by a row and not in the store:", key)
				}
				return nil
			})
		},
	}
	c.Flags().StringVar(&to, "to", "", "directory to write, new or empty")
	_ = c.MarkFlagRequired("to") // only a flag that does not exist errs
	return c
}

func verifyBackupCommand() *cobra.Command {
	var from string
	c := &cobra.Command{
		Use:   "verify-backup",
		Short: "Read a backup to its end and compare every file with what was written",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			m, err := backup.Verify(cmd.Context(), from)
			if err == nil {
				fmt.Printf("%s is whole: %s\n", from, inBackup(m))
			}
			return err
		},
	}
	c.Flags().StringVar(&from, "from", ".", "directory of the backup")
	return c
}

func restoreCommand() *cobra.Command {
	var from string
	var jobs int
	c := &cobra.Command{
		Use:   "restore",
		Short: "Bring a backup back into an empty database, under the SECRET_KEY it was made under",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return onStore(cmd.Context(), func(ctx context.Context, g *ground) error {
				began := time.Now()
				newest, err := migrations.Newest()
				if err != nil {
					return err
				}
				m, err := backup.Restore(ctx, from, backup.Target{
					DSN: g.dsn, Files: g.files, Keys: g.keyChecks(), Newest: newest, Jobs: jobs,
					Roles: func(ctx context.Context) error { return migrations.Roles(ctx, g.dsn, g.secret) },
				})
				if err != nil {
					return err
				}
				if err := trailVerified(ctx, g.dsn, m.Trail); err != nil {
					return err
				}
				fmt.Printf("restored %s, %.1f s\n", inBackup(m), time.Since(began).Seconds())
				return nil
			})
		},
	}
	c.Flags().StringVar(&from, "from", ".", "directory of the backup")
	c.Flags().IntVar(&jobs, "jobs", 1, "how many jobs pg_restore works with; above 1 a failure leaves half a database")
	return c
}

// inBackup says in a few words what a backup holds.
func inBackup(m backup.Manifest) string {
	rows := int64(0)
	for _, n := range m.Rows {
		rows += n
	}
	return fmt.Sprintf("made %s, schema %d, %d rows in %d tables, %d files of %d bytes", m.Made.Format(time.RFC3339), m.Schema, rows, len(m.Rows), m.Count, m.Bytes)
}

// keyChecks tell the secret keys apart without revealing them, the one in use first.
func (g *ground) keyChecks() (out []string) {
	for _, k := range seal.New(g.secret, g.cfg.OldSecrets()...).DeriveEach("backup") {
		out = append(out, hex.EncodeToString(k[:16]))
	}
	return out
}

// onStore runs fn with database and files alone: beside a running program where there is
// one, whose private PostgreSQL is shared.
func onStore(ctx context.Context, fn func(context.Context, *ground) error) (err error) {
	cfg, err := config.Load()
	if err != nil {
		return err
	}
	g := &ground{cfg: cfg}
	defer func() { err = errors.Join(err, g.close()) }()
	if err := os.MkdirAll(cfg.DataDir, 0o711); err != nil { //nolint:gosec // the servers' own user must pass through
		return fmt.Errorf("DATA_DIR: %w", err)
	}
	if g.secret, err = masterKey(cfg); err != nil {
		return err
	}
	if cfg.DatabaseURL == "" {
		if running, err := pgembed.Attach(ctx, filepath.Join(cfg.DataDir, "postgres")); err == nil {
			g.dsn = running
		}
	}
	if g.dsn == "" {
		if err := g.openDatabase(ctx); err != nil {
			return err
		}
	}
	if err := g.openFiles(ctx); err != nil {
		return err
	}
	return fn(ctx, g)
}
