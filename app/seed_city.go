package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"anbiao/app/newcity"
	"anbiao/kit/db"
	"anbiao/rbac"
)

var mobile = regexp.MustCompile(`^1[3-9][0-9]{9}$`)

func seedCityCommand() *cobra.Command {
	var o newcity.Order
	var profile, secrets string
	c := &cobra.Command{
		Use:   "seed-city",
		Short: "Bring a city in: its authorities, invitations of their first members, and what differs there; done again it changes nothing",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if o.Phone != "" && !mobile.MatchString(o.Phone) {
				return fmt.Errorf("--admin-phone %q: not a mobile number", o.Phone)
			}
			var b []byte
			if profile != "" {
				if b, err = os.ReadFile(profile); err != nil {
					return err
				}
			}
			if o.Profile, err = newcity.ReadProfile(b); err != nil {
				return err
			}
			return withHouse(cmd.Context(), func(ctx context.Context, h *house) error { return h.seedCity(ctx, o, secrets, cmd.OutOrStdout()) })
		},
	}
	c.Flags().StringVar(&o.Region, "region", "", "code of the city, e.g. 330700")
	c.Flags().StringVar(&o.Name, "name", "", "its name, as the list of areas has it")
	c.Flags().StringVar(&o.Phone, "admin-phone", "", "mobile number of the city's first officer: makes his account instead of an invitation")
	c.Flags().BoolVar(&o.Towns, "towns", false, "offices of the towns, too")
	c.Flags().StringVar(&profile, "profile", "", "YAML of offices and of what differs; the built-in one if left out")
	c.Flags().StringVar(&secrets, "secrets", "", "new file (mode 0600) for links and passwords, which are printed otherwise")
	errs := errors.Join(c.MarkFlagRequired("region"), c.MarkFlagRequired("name"))
	if errs != nil {
		panic(errs)
	}
	return c
}

// seedCity brings a city in and tells what is there now; links and passwords go to a new file if one is
// named. All of it is one transaction.
func (h *house) seedCity(ctx context.Context, o newcity.Order, secrets string, out io.Writer) (err error) {
	hidden := out
	if secrets != "" {
		f, err := os.OpenFile(secrets, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			return err // before anything is made that only this file would tell
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		hidden = f
	}
	var lines []newcity.Line
	err = h.gate.System(ctx, "account.seed-city", func(tx db.Tx, scope rbac.Scope) (err error) {
		lines, err = newcity.Seed(ctx, tx, scope, h.account, o)
		return err
	})
	if err != nil {
		if secrets != "" {
			err = errors.Join(err, os.Remove(secrets))
		}
		return err
	}
	return errors.Join(listSeeds(out, lines), listSecrets(hidden, lines))
}

// listSeeds tells what is there.
func listSeeds(out io.Writer, lines []newcity.Line) error {
	made := 0
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, l := range lines {
		state := "there"
		if l.Made {
			state = "made"
		}
		if l.Made || l.Link != "" || l.Login != "" {
			made++
		}
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", state, l.What, l.Area, l.Name, l.Note)
	}
	_, _ = fmt.Fprintf(w, "%d of %d changed\n", made, len(lines))
	return w.Flush()
}

// listSecrets tells what cannot be read again.
func listSecrets(out io.Writer, lines []newcity.Line) (err error) {
	for _, l := range lines {
		switch {
		case l.Link != "":
			_, err = fmt.Fprintf(out, "%s %s: %s (good once, for 14 days)\n", l.Area, l.Name, l.Link)
		case l.Login != "":
			_, err = fmt.Fprintf(out, "%s %s: login %s, password %s, to be changed at the first sign-in\n", l.Area, l.Name, l.Login, l.Password)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
