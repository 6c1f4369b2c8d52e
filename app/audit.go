package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"anbiao/modules/audit"
	"anbiao/rbac"
)

// errBroken makes the program end with a failure where a chain is broken.
var errBroken = errors.New("the trail is not whole")

func auditCommand() *cobra.Command {
	c := &cobra.Command{Use: "audit", Short: "Verify the trail"}
	c.AddCommand(auditVerifyCommand(), auditAnchorsCommand())
	return c
}

func auditVerifyCommand() *cobra.Command {
	var company int64
	var kept string
	c := &cobra.Command{
		Use:   "verify",
		Short: "Verify every chain of the trail and name the first broken place of each",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withHouse(cmd.Context(), func(ctx context.Context, h *house) error {
				return verifyTrail(ctx, h.audit, rbac.CompanyID(company), kept, cmd.OutOrStdout())
			})
		},
	}
	c.Flags().Int64Var(&company, "company", 0, "only the chain of this company")
	c.Flags().StringVar(&kept, "anchors", "", "file of anchors kept elsewhere (audit anchors), to compare with")
	return c
}

func auditAnchorsCommand() *cobra.Command {
	var since string
	c := &cobra.Command{
		Use:   "anchors",
		Short: "Print the signed heads of all chains by day, one JSON object a line, to be kept elsewhere",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			from, err := time.Parse(time.DateOnly, since)
			if err != nil {
				return fmt.Errorf("--since: want a day such as 2026-01-31: %w", err)
			}
			return withHouse(cmd.Context(), func(ctx context.Context, h *house) error {
				out := json.NewEncoder(cmd.OutOrStdout())
				return h.audit.EachAnchor(ctx, from, func(a audit.Anchor) error { return out.Encode(h.audit.ViewAnchor(a)) })
			})
		},
	}
	c.Flags().StringVar(&since, "since", "2000-01-01", "first day")
	return c
}

// verifyTrail prints what is wrong with the trail, and how much of it was looked at.
func verifyTrail(ctx context.Context, s *audit.Service, company rbac.CompanyID, kept string, out io.Writer) error {
	chains, places, broken := 0, int64(0), 0
	err := s.VerifyAll(ctx, company, func(v audit.Verdict) {
		chains++
		places += v.Checked
		if b := v.Broken; b != nil {
			broken++
			_, _ = fmt.Fprintf(out, "%s: %s at place %d, entry %d, %s\n", v.Chain, b.Fault, b.Seq, b.EntryID, b.At.UTC().Format(time.RFC3339))
		}
	})
	if err == nil && kept != "" {
		var n int
		n, err = compareKept(ctx, s, kept, out)
		broken += n
	}
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(out, "%d chains, %d places, %d broken\n", chains, places, broken)
	if broken > 0 {
		return errBroken
	}
	return nil
}

// compareKept holds anchors that were kept elsewhere against the chains, and counts those that do not fit.
func compareKept(ctx context.Context, s *audit.Service, name string, out io.Writer) (broken int, err error) {
	f, err := os.Open(name)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var v audit.AnchorView
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			return broken, fmt.Errorf("%s: %w", name, err)
		}
		a, err := v.Anchor()
		if err != nil {
			return broken, fmt.Errorf("%s: %w", name, err)
		}
		b, err := s.Stands(ctx, a)
		if err != nil {
			return broken, err
		}
		if b != nil {
			broken++
			_, _ = fmt.Fprintf(out, "%s: %s at place %d, as kept on %s\n", v.Chain, b.Fault, b.Seq, v.Day)
		}
	}
	return broken, nil
}
