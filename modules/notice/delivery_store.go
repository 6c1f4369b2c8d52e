package notice

import (
	"context"
	"fmt"
	"time"

	"anbiao/jobs"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// TableName names the table.
func (Valve) TableName() string { return "notice_valve" }

// TableName names the table.
func (Tally) TableName() string { return "notice_tally" }

// TableName names the table.
func (Attempt) TableName() string { return "notice_attempt" }

// TableName names the table.
func (DeadAddress) TableName() string { return "notice_dead_address" }

// claimed is a delivery with what is said in it and the state of its channel.
type claimed struct {
	Delivery
	OrganisationID *id.Of[id.Organisation]
	Noun           string
	ObjectID       int64
	Code           string
	Params         db.JSON[map[string]string]
	Stopped        bool
	DailyCap       *int
	PerMinute      *int
	Suspect        bool // some address of the recipient was void on this channel
}

// lock takes the row of a delivery that is to be sent now: one that is queued or held and
// due, or whose claim of another is older than lease, for then that worker has died. False
// if there is nothing to do. Errors: errClaimed, errEarly.
func lock(ctx context.Context, tx db.Tx, d id.Of[Delivery], lease time.Duration) (row claimed, mine bool, err error) {
	var rows []claimed
	err = tx.WithContext(ctx).Raw(`SELECT d.*, n.organisation_id, n.noun, coalesce(n.object_id, 0) AS object_id, coalesce(n.code, '') AS code, coalesce(n.params, '{}') AS params,
			v.stopped_at IS NOT NULL AS stopped, v.daily_cap, v.per_minute,
			EXISTS (SELECT FROM notice_dead_address x WHERE x.person_id = d.person_id AND x.channel = d.channel) AS suspect
		FROM notice_delivery d JOIN notice_valve v ON v.channel = d.channel LEFT JOIN notice n ON n.id = d.notice_id WHERE d.id = ? FOR UPDATE OF d`, int64(d)).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return claimed{}, false, err
	}
	row = rows[0]
	switch row.State {
	case stateClaimed:
		if row.ClaimedAt != nil && row.ClaimedAt.After(tx.Now.Add(-lease)) {
			return row, false, errClaimed
		}
	case stateQueued, stateHeld:
		if row.NextAt == nil {
			return row, true, nil
		}
		if early := row.NextAt.Sub(tx.Now); early > time.Minute { // it has a job of its own for then
			return row, false, nil
		} else if early > 0 {
			return row, false, errEarly
		}
	default:
		return row, false, nil
	}
	return row, true, nil
}

// shown is the address of p as it may be shown.
func (p parcel) shown() string {
	if p.row.HookID != nil {
		return p.hook.Address
	}
	return masked(p.row.Channel, p.message.To)
}

// title is what a hook is told.
func (p parcel) title() string {
	if p.row.HookID == nil {
		return ""
	}
	return p.message.Title
}

// claim notes that this worker sends p.
func claim(ctx context.Context, tx db.Tx, p parcel) error {
	return tx.WithContext(ctx).Exec(`UPDATE notice_delivery SET state = ?, claimed_at = ?, attempts = attempts + 1, held_for = '', next_at = NULL, address = ?, address_index = ?, title = ? WHERE id = ?`,
		stateClaimed, tx.Now, p.shown(), p.index, p.title(), int64(p.row.ID)).Error
}

// wait holds p back and makes the job for when it is tried again, if that is known.
func wait(ctx context.Context, tx db.Tx, p parcel, h held) error {
	err := tx.WithContext(ctx).Exec(`UPDATE notice_delivery SET state = ?, held_for = ?, next_at = ?, address = ?, address_index = ?, title = ? WHERE id = ?`,
		stateHeld, h.why, h.until, p.shown(), p.index, p.title(), int64(p.row.ID)).Error
	if err != nil || h.until == nil {
		return err
	}
	return again(ctx, tx, p.row.ID, *h.until)
}

// again makes the job of a delivery's next try.
func again(ctx context.Context, tx db.Tx, d id.Of[Delivery], at time.Time) error {
	return jobs.Enqueue(ctx, tx, Deliver{d}, jobs.At(at), jobs.Key(fmt.Sprintf("%d@%d", d, at.UnixMicro())))
}

// ending is how a try left a delivery.
type ending struct {
	State      string
	Detail     string
	ProviderID string
	Receipt    string
	NextAt     *time.Time
}

// settle ends a claim, or a delivery that has no way, and logs the try. False: it is not
// ours to settle any more.
func settle(ctx context.Context, tx db.Tx, d Delivery, e ending) (mine bool, err error) {
	var at *time.Time
	if e.State != stateQueued {
		at = &tx.Now
	}
	r := tx.WithContext(ctx).Exec(`WITH done AS (
			UPDATE notice_delivery SET state = @state, settled_at = @at, error = left(@detail, 500), provider_id = left(@provider, 200), receipt = left(@receipt, 100), next_at = @next
			WHERE id = @id AND state IN ('claimed', 'queued', 'held') RETURNING id, hook_id)
		, told AS (UPDATE notice_hook h SET last_state = @state, last_at = CAST(@now AS timestamptz), last_detail = left(@detail, 200) FROM done WHERE h.id = done.hook_id)
		INSERT INTO notice_attempt (delivery_id, at, outcome, detail) SELECT id, CAST(@now AS timestamptz), CAST(@state AS text), left(@detail, 500) FROM done`,
		map[string]any{"state": e.State, "at": at, "detail": e.Detail, "provider": e.ProviderID, "receipt": e.Receipt, "next": e.NextAt, "id": int64(d.ID), "now": tx.Now})
	return r.RowsAffected > 0, r.Error
}

// turn is when a message may leave under the limits a minute of its hook and its channel:
// each message takes the next slot.
func turn(ctx context.Context, tx db.Tx, row claimed) (at time.Time, err error) {
	at = tx.Now
	if row.HookID != nil {
		err = tx.WithContext(ctx).Raw(`UPDATE notice_hook SET slot_at = greatest(slot_at, ?::timestamptz) + (60000000 / per_minute) * interval '1 microsecond' WHERE id = ?
			RETURNING slot_at - (60000000 / per_minute) * interval '1 microsecond'`, tx.Now, int64(*row.HookID)).Scan(&at).Error
		if err != nil {
			return at, err
		}
	}
	if row.PerMinute == nil {
		return at, nil
	}
	var wide time.Time
	err = tx.WithContext(ctx).Raw(`UPDATE notice_valve SET slot_at = greatest(slot_at, ?::timestamptz) + (60000000 / per_minute) * interval '1 microsecond' WHERE channel = ?
		RETURNING slot_at - (60000000 / per_minute) * interval '1 microsecond'`, at, row.Channel).Scan(&wide).Error
	if wide.After(at) {
		at = wide
	}
	return at, err
}

// count adds one to what left on a channel today; false if that would be more than most.
func count(ctx context.Context, tx db.Tx, c Channel, most int) (within bool, err error) {
	r := tx.WithContext(ctx).Exec(`INSERT INTO notice_tally (channel, on_day, n) VALUES (?, ?, 1)
		ON CONFLICT ON CONSTRAINT notice_tally_pkey DO UPDATE SET n = notice_tally.n + 1 WHERE notice_tally.n < ?`, c, today(tx.Now), most)
	return r.RowsAffected > 0, r.Error
}

// bury notes a void address, once.
func bury(ctx context.Context, tx db.Tx, a DeadAddress) error {
	return tx.WithContext(ctx).Exec(`INSERT INTO notice_dead_address (person_id, channel, address_index, since, detail) VALUES (?, ?, ?, ?, left(?, 200))
		ON CONFLICT ON CONSTRAINT notice_dead_address_pkey DO NOTHING`, int64(a.PersonID), a.Channel, a.AddressIndex, a.Since, a.Detail).Error
}

func buried(ctx context.Context, tx db.Tx, person id.Of[id.Person], c Channel, index []byte) (void bool, err error) {
	err = tx.WithContext(ctx).Raw("SELECT EXISTS (SELECT FROM notice_dead_address WHERE person_id = ? AND channel = ? AND address_index = ?)", int64(person), c, index).Scan(&void).Error
	return void, err
}

// configure notes which channels this installation has.
func configure(ctx context.Context, tx db.Tx, open []Channel) error {
	names := make(db.Texts, len(open))
	for i, c := range open {
		names[i] = string(c)
	}
	return tx.WithContext(ctx).Exec("UPDATE notice_valve SET configured = channel = ANY(?) WHERE configured IS DISTINCT FROM (channel = ANY(?))", names, names).Error
}

// valves are the channels, in a fixed order.
func valves(ctx context.Context, tx db.Tx) (rows []Valve, err error) {
	return rows, tx.WithContext(ctx).Raw("SELECT * FROM notice_valve ORDER BY channel").Scan(&rows).Error
}

// stop keeps what leaves on a channel until it is started.
func stop(ctx context.Context, tx db.Tx, c Channel, by, reason string) error {
	r := tx.WithContext(ctx).Exec("UPDATE notice_valve SET stopped_at = ?, stopped_by_name = ?, reason = ? WHERE channel = ?", tx.Now, by, reason, c)
	if r.Error == nil && r.RowsAffected == 0 {
		return rbac.ErrNotFound
	}
	return r.Error
}

func start(ctx context.Context, tx db.Tx, c Channel) (n int, err error) {
	return n, tx.WithContext(ctx).Raw("SELECT notice_start(?, ?)", c, tx.Now).Scan(&n).Error
}

func requeue(ctx context.Context, tx db.Tx, ids []id.Of[Delivery]) (n int, err error) {
	list := make(db.Ints, len(ids))
	for i, d := range ids {
		list[i] = int64(d)
	}
	return n, tx.WithContext(ctx).Raw("SELECT notice_requeue(?::bigint[], ?)", list, tx.Now).Scan(&n).Error
}
