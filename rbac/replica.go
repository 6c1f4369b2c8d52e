package rbac

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"anbiao/kit/db"
	"anbiao/kit/id"
)

// Mark numbers what a person has written: 1 and one more for each transaction. Zero: not
// known, so that only the primary may answer.
type Mark int64

const (
	beatEvery = time.Second
	lookLimit = 700 * time.Millisecond // for the replica to say how far it is
	keptBeats = 600
	keptMarks = 10 * time.Minute // longer than a request lasts: the next one brings its own
	manyMarks = 10_000
)

// replica is a streaming replica and what is known of it. All methods take a nil one.
type replica struct {
	pool   *db.Pool
	within time.Duration

	mu    sync.Mutex
	near  bool // as last looked at: it answers, and no later than within
	lag   time.Duration
	there bool   // it answers
	beats []beat // our own, oldest first
	marks map[id.Of[id.Person]]noted
}

// beat is one counting of replica_pulse: n was committed after at.
type beat struct {
	n  int64
	at time.Time
}

type noted struct {
	mark Mark
	at   time.Time
}

// errBehind ends a transaction on a replica that does not show enough.
var errBehind = errors.New("rbac: the replica is behind")

// Follow lets regulators' reads go to a replica whose answers are at most within old. Run
// Beat beside: without it nothing goes there. Call it before the Gate is used.
func (g *Gate) Follow(pool *db.Pool, within time.Duration) {
	g.replica = &replica{pool: pool, within: within, marks: map[id.Of[id.Person]]noted{}}
}

// Beat looks once a second how far the replica is, until ctx ends.
func (g *Gate) Beat(ctx context.Context) {
	if g.replica == nil {
		return
	}
	tick := time.NewTicker(beatEvery)
	defer tick.Stop()
	for {
		if err := g.BeatOnce(ctx); err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "replica", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// BeatOnce looks how far the replica is and counts the pulse up on the primary. Errors: one
// of them does not answer.
func (g *Gate) BeatOnce(ctx context.Context) error {
	r := g.replica
	looked := r.look(ctx)
	at := time.Now()
	var n int64
	err := g.pools[System].In(ctx, db.Bounds{}, g.now(), nil, func(tx db.Tx) error {
		return tx.WithContext(ctx).Raw("UPDATE replica_pulse SET n = n + 1 RETURNING n").Scan(&n).Error
	})
	if err != nil {
		return errors.Join(looked, err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.beats = append(r.beats, beat{n, at})
	r.beats = r.beats[max(0, len(r.beats)-keptBeats):]
	return looked
}

// ReplicaLag tells for how long the replica has lacked what the primary has, to the second;
// false where there is no replica or it does not answer.
func (g *Gate) ReplicaLag() (time.Duration, bool) {
	if g.replica == nil {
		return 0, false
	}
	g.replica.mu.Lock()
	defer g.replica.mu.Unlock()
	return g.replica.lag, g.replica.there
}

// look asks the replica how far it is.
func (r *replica) look(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, lookLimit)
	defer cancel()
	var n int64
	err := r.pool.In(ctx, db.Bounds{}, time.Now(), snapshot, func(tx db.Tx) error {
		return tx.WithContext(ctx).Raw("SELECT n FROM replica_pulse").Scan(&n).Error
	})
	r.mu.Lock()
	defer r.mu.Unlock()
	r.there, r.lag = err == nil, 0
	if i := slices.IndexFunc(r.beats, func(b beat) bool { return b.n > n }); r.there && i >= 0 {
		r.lag = time.Since(r.beats[i].at)
	}
	near := r.there && r.lag <= r.within
	if near != r.near && len(r.beats) > 0 {
		slog.InfoContext(ctx, "replica", "near", near, "lag", r.lag)
	}
	r.near = near
	return err
}

// age returns how old a state is at most that shows pulse n; false where it is not known.
func (r *replica) age(n int64) (time.Duration, bool) {
	for _, b := range slices.Backward(r.beats) {
		if b.n <= n {
			return time.Since(b.at), true
		}
	}
	return 0, false
}

// read answers a from the replica if it may; answered is false where the primary has to.
// Once work has begun, its error is the answer: it may have begun to collect what it found.
func (r *replica) read(ctx context.Context, a Actor, now time.Time, work func(db.Tx) error) (answered bool, err error) {
	want, ok := r.wants(a)
	if !ok {
		return false, nil
	}
	err = r.pool.In(ctx, bounds(a), now, snapshot, func(tx db.Tx) error {
		var shown struct{ Pulse, Wrote int64 }
		q := "SELECT (SELECT n FROM replica_pulse) AS pulse, coalesce((SELECT n FROM write_mark WHERE person_id = ?), 0) AS wrote"
		if err := tx.WithContext(ctx).Raw(q, int64(a.PersonID)).Scan(&shown).Error; err != nil {
			return err
		}
		if Mark(shown.Wrote)+1 < want || !r.fresh(shown.Pulse) {
			return errBehind
		}
		answered = true
		return work(tx)
	})
	switch {
	case answered, ctx.Err() != nil:
		return true, err
	case !errors.Is(err, errBehind):
		r.mu.Lock()
		r.near = false // until it answers the next look
		r.mu.Unlock()
		slog.WarnContext(ctx, "replica left out", "error", err)
	}
	return false, nil
}

func (r *replica) fresh(pulse int64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	age, known := r.age(pulse)
	return known && age <= r.within
}

// wants returns what the replica has to show before it may answer a; false where only the
// primary may.
func (r *replica) wants(a Actor) (Mark, bool) {
	if r == nil || a.Kind != Regulator || a.Wrote == 0 {
		return 0, false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return max(a.Wrote, r.marks[a.PersonID].mark), r.near
}

// note keeps what a has just written in this program: the request that wrote may read, too.
func (r *replica) note(a Actor, wrote Mark) {
	if r == nil || wrote == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	at := time.Now()
	if len(r.marks) >= manyMarks {
		for p, m := range r.marks {
			if at.Sub(m.at) > keptMarks {
				delete(r.marks, p)
			}
		}
	}
	r.marks[a.PersonID] = noted{max(wrote, r.marks[a.PersonID].mark), at}
}

// onBehalf is whose reads a transaction of a concerns: his own, or those of the regulator in
// whose request the system acts.
func onBehalf(ctx context.Context, a Actor) Actor {
	if a.Kind == System {
		a, _ = ActorOf(ctx)
	}
	return a
}

// marked counts a transaction of a regulator that has written, and returns its mark.
func marked(ctx context.Context, tx db.Tx, a Actor) (Mark, error) {
	if a.Kind != Regulator {
		return 0, nil
	}
	var n int64
	if err := tx.WithContext(ctx).Raw("SELECT write_marked(?)", int64(a.PersonID)).Scan(&n).Error; err != nil || n == 0 {
		return 0, err
	}
	return Mark(n) + 1, nil
}
