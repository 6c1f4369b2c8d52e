package redisembed

import (
	"crypto/rand"
	"time"

	"github.com/alicebob/miniredis/v2"
)

// agePeriod is how often the embedded server's keys grow older: asynq's shortest
// deadlines are seconds.
const agePeriod = 250 * time.Millisecond

// embedded is a Redis inside this process.
type embedded struct {
	server  *miniredis.Miniredis
	options Options
	stop    chan struct{}
}

func startEmbedded() (*embedded, error) {
	m := miniredis.NewMiniRedis()
	password := rand.Text()
	m.RequireAuth(password) // it listens on a loopback port, where every local user can knock
	if err := m.StartAddr("127.0.0.1:0"); err != nil {
		return nil, err
	}
	e := &embedded{server: m, stop: make(chan struct{})}
	e.options = Options{Network: "tcp", Addr: m.Addr(), Password: password}
	go e.age()
	return e, nil
}

// age lets time pass: miniredis never expires a key by itself, so a lock would be held
// for ever.
func (e *embedded) age() {
	tick := time.NewTicker(agePeriod)
	defer tick.Stop()
	for last := time.Now(); ; {
		select {
		case <-e.stop:
			return
		case now := <-tick.C:
			e.server.FastForward(now.Sub(last))
			last = now
		}
	}
}

func (e *embedded) close() {
	close(e.stop)
	e.server.Close()
}
