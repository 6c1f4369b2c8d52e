package notice

import (
	"context"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
)

// held is a reason to wait, and until when; no time: until somebody starts the channel.
type held struct {
	why   string
	until *time.Time
}

// Reasons to wait.
const (
	heldQuiet   = "quiet"
	heldCap     = "cap"
	heldPace    = "pace"
	heldStopped = "stopped"
)

// hold says whether a delivery must wait: for the channel to be started again, for the
// morning, for its turn under the limit a minute, for the next day under the cap. A test
// of a hook, which somebody is waiting for, waits for nothing but the switch.
func (s *Service) hold(ctx context.Context, tx db.Tx, p parcel) (held, error) {
	row := p.row
	if row.Stopped {
		return held{why: heldStopped}, nil
	}
	if row.NoticeID == nil {
		return held{}, nil
	}
	if at, night := quietUntil(row.Channel, tx.Now); night {
		return held{heldQuiet, &at}, nil
	}
	if row.HeldFor != heldPace || row.NextAt == nil || row.NextAt.Before(tx.Now.Add(-time.Minute)) { // else this is its turn
		at, err := turn(ctx, tx, row)
		if err != nil {
			return held{}, err
		}
		if at.After(tx.Now) {
			return held{heldPace, &at}, nil
		}
	}
	if row.DailyCap == nil {
		return held{}, nil
	}
	within, err := count(ctx, tx, row.Channel, *row.DailyCap)
	if err != nil || within {
		return held{}, err
	}
	at := today(tx.Now).AddDays(1).Midnight(day.Shanghai).Add(time.Duration(quiet.Until) * time.Minute).UTC()
	return held{heldCap, &at}, nil
}

func today(now time.Time) day.Date { return day.In(now, day.Shanghai) }
