// Package live rings whoever waits for news, within one process. A ring carries nothing: who
// is rung looks for himself, with his own rights.
package live

import (
	"cmp"
	"context"
	"sync"
	"time"
)

// Limits of what one process keeps open.
const (
	MostOf = 6      // lines of one key
	Most   = 20_000 // lines in all
)

// Wire holds the open lines of a process. The zero Wire is closed.
type Wire struct {
	Every time.Duration // for a line to look without being rung, for a ring may get lost; 0: half a minute

	mu   sync.Mutex
	gone chan struct{} // nil: closed
	open map[int64]map[*Line]bool
	n    int
}

// Line is one that waits.
type Line struct {
	wire *Wire
	key  int64
	rung chan struct{}
	gone <-chan struct{}
}

// Open lets lines be joined until ctx ends, which ends them all.
func (w *Wire) Open(ctx context.Context) {
	w.mu.Lock()
	defer w.mu.Unlock()
	gone := make(chan struct{})
	w.gone, w.open, w.n = gone, map[int64]map[*Line]bool{}, 0
	context.AfterFunc(ctx, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if w.gone == gone {
			w.gone = nil
		}
		close(gone)
	})
}

// Opened reports whether lines may be joined.
func (w *Wire) Opened() bool {
	if w == nil {
		return false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.gone != nil
}

// Join opens a line under a key; false if there are too many, or the wire is closed.
func (w *Wire) Join(key int64) (*Line, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.gone == nil || w.n >= Most || len(w.open[key]) >= MostOf {
		return nil, false
	}
	l := &Line{w, key, make(chan struct{}, 1), w.gone}
	if w.open[key] == nil {
		w.open[key] = map[*Line]bool{}
	}
	w.open[key][l] = true
	w.n++
	return l, true
}

// Ring rings the lines of keys.
func (w *Wire) Ring(keys ...int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, k := range keys {
		for l := range w.open[k] {
			l.ring()
		}
	}
}

// RingAll rings every line: something may have been missed.
func (w *Wire) RingAll() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, lines := range w.open {
		for l := range lines {
			l.ring()
		}
	}
}

// ring leaves one ring for a line that is busy, however often it was rung.
func (l *Line) ring() {
	select {
	case l.rung <- struct{}{}:
	default:
	}
}

// Beat is how long a line waits for a ring before it looks by itself.
func (l *Line) Beat() time.Duration { return cmp.Or(l.wire.Every, 30*time.Second) }

// Rung says when there may be news.
func (l *Line) Rung() <-chan struct{} { return l.rung }

// Gone is closed when the wire closes.
func (l *Line) Gone() <-chan struct{} { return l.gone }

// Leave ends the line.
func (l *Line) Leave() {
	w := l.wire
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.open[l.key][l] {
		return
	}
	delete(w.open[l.key], l)
	if len(w.open[l.key]) == 0 {
		delete(w.open, l.key)
	}
	w.n--
}
