package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"anbiao/kit/config"
)

func configCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "config",
		Short: "Print the table of environment variables",
		Args:  cobra.NoArgs,
		Run:   func(*cobra.Command, []string) { fmt.Print(config.Table()) },
	}
}
