package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"anbiao/kit/db"
	"anbiao/kit/oidc"
	"anbiao/modules/audit"
	"anbiao/modules/secret"
)

// glueSecurity gives what guards the program its keys and settings.
func (h *house) glueSecurity() {
	cfg := h.ground.cfg
	h.account.RequireTOTP = cfg.RequireTOTP
	if cfg.OIDCIssuer != "" {
		h.account.Provider = oidc.New(cfg.OIDCIssuer, cfg.OIDCClientID, string(cfg.OIDCClientSecret), h.account.BaseURL+"/api/account/oidc/callback").Trust(cfg.OIDCACR...)
		h.account.ProviderName = cfg.OIDCName
	}
	h.account.Idle, h.account.Tell = cfg.IdleTimeout, tellAccount
	h.gate.OnDenied(h.account.Denied)
	h.audit.Ring = audit.NewRing(h.box.DeriveEach(audit.Purpose))
	h.resealer().Jobs(h.registry)
}

func (h *house) resealer() *secret.Service {
	return &secret.Service{
		Gate: h.gate, Box: h.box, Former: len(h.ground.cfg.OldSecrets()) > 0,
		Others: []func(context.Context, db.Tx) (bool, int, error){h.audit.Resign, h.proof.Endorse},
	}
}

func resealCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "reseal",
		Short: "Seal again under SECRET_KEY what is sealed under SECRET_KEY_OLD, which may then be dropped; the program may run meanwhile",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withHouse(cmd.Context(), func(ctx context.Context, h *house) error {
				lost := 0
				err := h.resealer().Reseal(ctx, func(what string, t secret.Tally) {
					lost += t.Lost
					_, _ = fmt.Fprintf(cmd.OutOrStdout(), "%s: %d seen, %d sealed again, %d cannot be opened\n", what, t.Seen, t.Sealed, t.Lost)
				})
				if err == nil && lost > 0 {
					err = fmt.Errorf("%d values are sealed under a key that is neither SECRET_KEY nor in SECRET_KEY_OLD", lost)
				}
				return err
			})
		},
	}
}
