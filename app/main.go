// Command app is the whole program, one binary: it serves pages, the API and jobs, brings
// a database up to date, prints its API and makes test cities.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := root().ExecuteContext(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "anbiao:", err)
		os.Exit(1)
	}
}

func root() *cobra.Command {
	c := &cobra.Command{
		Use:           "anbiao",
		Short:         "Work-safety self-inspection and standardization (安标)",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	c.AddCommand(serveCommand(), migrateCommand(), openapiCommand(), adminCommand(), configCommand(), generateCommand(), benchCommand(), benchBareCommand(), userlistCommand(),
		auditCommand(), resealCommand(), backupCommand(), verifyBackupCommand(), restoreCommand())
	return c
}
