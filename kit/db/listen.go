package db

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
)

// Waits of Listen.
const (
	quietFor   = time.Minute      // after which the connection is asked whether it still lives
	firstPause = time.Second      // before connecting again
	longest    = 30 * time.Second // pause
)

// Listen hears what is notified on a channel, on a connection of its own, until ctx ends.
// begun is called whenever it hears again: what was said before is lost. Behind a pooler
// that lends connections for a transaction it hears nothing, without any error.
func Listen(ctx context.Context, dsn, channel string, begun func(), heard func(payload string)) {
	pause := firstPause
	for ctx.Err() == nil {
		err := listen(ctx, dsn, channel, func() { pause = firstPause; begun() }, heard)
		if ctx.Err() != nil {
			return
		}
		slog.WarnContext(ctx, "not listening", "channel", channel, "again", pause, "error", err)
		again := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			again.Stop()
			return
		case <-again.C:
		}
		pause = min(2*pause, longest)
	}
}

func listen(ctx context.Context, dsn, channel string, begun func(), heard func(string)) (err error) {
	c, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	defer func() {
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		err = errors.Join(err, c.Close(end))
	}()
	if _, err := c.Exec(ctx, "LISTEN "+pgx.Identifier{channel}.Sanitize()); err != nil {
		return err
	}
	begun()
	for {
		wait, cancel := context.WithTimeout(ctx, quietFor)
		n, err := c.WaitForNotification(wait)
		late := wait.Err() != nil && ctx.Err() == nil
		cancel()
		switch {
		case err == nil:
			heard(n.Payload)
		case !late:
			return err
		default:
			if err := c.Ping(ctx); err != nil {
				return err
			}
		}
	}
}
