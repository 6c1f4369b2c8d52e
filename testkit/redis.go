package testkit

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"anbiao/testkit/shared"
)

const (
	logical    = 256         // databases of the server; number 0 keeps the leases
	leaseTime  = time.Minute // a killed run frees its databases after this
	leaseRenew = 20 * time.Second
	leaseWait  = 2 * time.Minute // how long a test waits when all are taken
)

// RedisOptions returns how to reach a logical Redis database of t's own, empty. asynq has
// no key prefix, hence databases.
func RedisOptions(t testing.TB) (network, addr, password string, db int) {
	t.Helper()
	ctx := context.Background() // not t.Context: that is over when the cleanup runs
	servers, err := shared.Attach()
	must(t, err)
	o, err := servers.RedisOptions()
	must(t, err)
	book := redis.NewClient(o)
	db, err = lease(ctx, book)
	must(t, err)
	own := *o
	own.DB = db
	c := redis.NewClient(&own)
	must(t, c.FlushDB(ctx).Err())
	must(t, c.Close())
	stop := make(chan struct{})
	go renew(ctx, book, db, stop)
	t.Cleanup(func() {
		close(stop)
		must(t, book.Del(ctx, leaseKey(db)).Err())
		must(t, book.Close())
	})
	return o.Network, o.Addr, o.Password, db
}

func leaseKey(db int) string { return "testkit:lease:" + strconv.Itoa(db) }

// lease takes the first free database, waiting for one if need be.
func lease(ctx context.Context, book *redis.Client) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, leaseWait)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		for db := 1; db < logical; db++ {
			got, err := book.SetNX(ctx, leaseKey(db), "taken", leaseTime).Result()
			if err != nil {
				return 0, err
			}
			if got {
				return db, nil
			}
		}
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-tick.C:
		}
	}
}

// renew keeps the lease of a long test.
func renew(ctx context.Context, book *redis.Client, db int, stop <-chan struct{}) {
	tick := time.NewTicker(leaseRenew)
	defer tick.Stop()
	for {
		select {
		case <-stop:
			return
		case <-tick.C:
			book.Expire(ctx, leaseKey(db), leaseTime)
		}
	}
}
