package main

import (
	"context"
	"strconv"
	"strings"

	"anbiao/kit/db"
	"anbiao/kit/live"
	"anbiao/migrations"
)

// glueOffice gives the message office what it shows.
func (h *house) glueOffice() {
	h.notice.Live = &live.Wire{}
}

// ringing is the channel on which the database says whose open pages may have news.
const ringing = "anbiao_live"

// ring holds the pages of s open until ctx ends, and rings them.
func (h *house) ring(ctx context.Context) {
	wire := h.notice.Live
	wire.Open(ctx)
	go db.Listen(ctx, migrations.RoleDSN(h.ground.dsn, "public", h.ground.secret), ringing, wire.RingAll, func(payload string) {
		for one := range strings.SplitSeq(payload, ",") {
			if n, err := strconv.ParseInt(one, 10, 64); err == nil {
				wire.Ring(n)
			}
		}
	})
}
