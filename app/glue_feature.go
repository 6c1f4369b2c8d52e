package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"golang.org/x/sync/errgroup"

	"anbiao/jobs"
	"anbiao/kit/db"
	"anbiao/kit/text"
	"anbiao/migrations"
	"anbiao/modules/account"
	"anbiao/modules/feature"
	"anbiao/rbac"
)

// regional is what differs by area.
type regional struct{ feature *feature.Service }

func newRegional(gate *rbac.Gate) *regional {
	return &regional{feature: &feature.Service{Gate: gate}}
}

func (r *regional) mount(api huma.API) { feature.Mount(api, r.feature) }

// glueRegion lets the Gate refuse what is switched off, and tells pages of it; the queue shows its broker.
func (h *house) glueRegion() {
	s := h.integration.region.feature
	h.gate.Heed(s.Off)
	h.queue.Look = jobs.Look(h.ground.broker)
	h.account.Closed = func(ctx context.Context, a rbac.Actor) (out []account.Closed) {
		for _, f := range s.OffFor(a) {
			out = append(out, account.Closed{Code: f.Code, Name: f.Name(text.Of(ctx)), Text: f.Text(text.Of(ctx)), Desk: f.Desk, Field: f.Field})
		}
		return out
	}
}

const (
	// featureSet is the channel on which the database says that a feature was switched somewhere.
	featureSet = "anbiao_feature"
	// featureAge is how old the picture of a process may be that hears nothing.
	featureAge = time.Minute
)

// followFeatures reads which features are on, and again whenever one was switched, until ctx ends.
func (h *house) followFeatures(ctx context.Context, group *errgroup.Group) error {
	s := h.integration.region.feature
	if err := s.Load(ctx); err != nil {
		return err
	}
	rung := make(chan struct{}, 1)
	ring := func() {
		select {
		case rung <- struct{}{}:
		default:
		}
	}
	group.Go(func() error {
		db.Listen(ctx, migrations.RoleDSN(h.ground.direct(), "public", h.ground.secret), featureSet, ring, func(string) { ring() })
		return nil
	})
	group.Go(func() error {
		tick := time.NewTicker(featureAge)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return nil
			case <-tick.C:
			case <-rung:
			}
			if err := s.Load(ctx); err != nil && ctx.Err() == nil {
				slog.WarnContext(ctx, "which features are on", "error", err)
			}
		}
	})
	return nil
}
