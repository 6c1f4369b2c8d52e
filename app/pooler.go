package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/spf13/cobra"

	"anbiao/kit/config"
	"anbiao/migrations"
)

// userlistCommand prints PgBouncer's auth_file: the passwords of roles derive from SECRET_KEY, so
// nobody has them at hand.
func userlistCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "userlist",
		Short: "Print the users of the database with their passwords, as auth_file of PgBouncer",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := config.Load()
			if err != nil {
				return err
			}
			if cfg.DatabaseURL == "" || cfg.SecretKey == "" {
				return errors.New("set DATABASE_URL and SECRET_KEY")
			}
			owner, err := pgx.ParseConfig(string(cfg.DatabaseURL))
			if err != nil {
				return fmt.Errorf("DATABASE_URL: %w", err)
			}
			lines := []string{userline(owner.User, owner.Password)}
			for _, k := range migrations.Kinds {
				lines = append(lines, userline("anbiao_"+k, migrations.Password([]byte(cfg.SecretKey), k)))
			}
			fmt.Fprint(cmd.OutOrStdout(), strings.Join(lines, ""))
			return nil
		},
	}
}

// userline is how PgBouncer writes a user: quotes are doubled.
func userline(user, password string) string {
	double := strings.NewReplacer(`"`, `""`)
	return fmt.Sprintf("\"%s\" \"%s\"\n", double.Replace(user), double.Replace(password))
}
