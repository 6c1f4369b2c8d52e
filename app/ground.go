package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"

	"anbiao/kit/blob"
	"anbiao/kit/config"
	"anbiao/kit/pgembed"
	"anbiao/kit/redisembed"
	"anbiao/migrations"
	"anbiao/rbac"
)

// ground is what the program stands on: database, broker, files and the master key. Parts
// that are not named in the configuration are run privately.
type ground struct {
	cfg    config.Config
	secret []byte
	dsn    string // of the database's owner
	broker asynq.RedisConnOpt
	forget bool // the broker forgets when it stops: everything unfinished is handed over again
	files  blob.Store
	closes []func() error
}

// open brings the ground up. On failure, what was started is stopped again.
func open(ctx context.Context, cfg config.Config) (g *ground, err error) {
	g = &ground{cfg: cfg}
	defer func() {
		if err != nil {
			err = errors.Join(err, g.close())
		}
	}()
	if err := os.MkdirAll(cfg.DataDir, 0o711); err != nil { //nolint:gosec // the servers' own user must pass through
		return nil, fmt.Errorf("DATA_DIR: %w", err)
	}
	if g.secret, err = masterKey(cfg); err != nil {
		return nil, err
	}
	if err := g.openDatabase(ctx); err != nil {
		return nil, err
	}
	if err := g.openBroker(ctx); err != nil {
		return nil, err
	}
	return g, g.openFiles(ctx)
}

func (g *ground) openFiles(ctx context.Context) error {
	address := string(g.cfg.BlobURL)
	if address == "" {
		dir, err := filepath.Abs(filepath.Join(g.cfg.DataDir, "files"))
		if err != nil {
			return err
		}
		address = "file://" + dir
	}
	files, err := blob.Open(ctx, address)
	if err != nil {
		return fmt.Errorf("BLOB_URL: %w", err)
	}
	g.files = files
	return nil
}

func (g *ground) openDatabase(ctx context.Context) error {
	g.dsn = string(g.cfg.DatabaseURL)
	if g.dsn != "" {
		return nil
	}
	cluster, err := pgembed.Start(ctx, pgembed.Config{Dir: filepath.Join(g.cfg.DataDir, "postgres")})
	if err != nil {
		return err
	}
	g.closes = append(g.closes, cluster.Stop)
	g.dsn = cluster.OwnerDSN("postgres")
	return nil
}

func (g *ground) openBroker(ctx context.Context) error {
	if u := string(g.cfg.RedisURL); u != "" {
		return g.namedBroker(u)
	}
	server, err := redisembed.Start(ctx, redisembed.Config{Dir: filepath.Join(g.cfg.DataDir, "redis")})
	if err != nil {
		return err
	}
	g.closes = append(g.closes, server.Stop)
	o := server.Options()
	g.broker = asynq.RedisClientOpt{Network: o.Network, Addr: o.Addr, Password: o.Password}
	g.forget = server.Embedded()
	return nil
}

// namedBroker reads REDIS_URL: redis:, rediss: and unix: addresses, Sentinel and Cluster.
func (g *ground) namedBroker(u string) error {
	if rest, ok := strings.CutPrefix(u, "redis-cluster://"); ok {
		g.broker = clusterOf(rest)
		return nil
	}
	opt, err := asynq.ParseRedisURI(u)
	if err != nil {
		if plain, plainErr := redis.ParseURL(u); plainErr == nil {
			g.broker = asynq.RedisClientOpt{Network: plain.Network, Addr: plain.Addr, Username: plain.Username, Password: plain.Password, DB: plain.DB, TLSConfig: plain.TLSConfig}
			return nil
		}
		return fmt.Errorf("REDIS_URL: %w", err)
	}
	if f, is := opt.(asynq.RedisFailoverClientOpt); is { // one password: the sentinels' is the servers', too
		f.Password = f.SentinelPassword
		opt = f
	}
	g.broker = opt
	return nil
}

// clusterBroker names the nodes of a Redis Cluster. asynq's own option leaves go-redis to
// look for a new master once a minute only.
type clusterBroker struct {
	user  *url.Userinfo
	nodes []string
}

// clusterOf reads user:password@host,host.
func clusterOf(address string) clusterBroker {
	c, hosts := clusterBroker{}, address
	if who, rest, found := strings.Cut(address, "@"); found {
		hosts = rest
		if u, err := url.Parse("redis://" + who + "@host"); err == nil {
			c.user = u.User
		}
	}
	c.nodes = strings.Split(strings.TrimSuffix(hosts, "/"), ",")
	return c
}

// MakeRedisClient connects (asynq.RedisConnOpt).
func (c clusterBroker) MakeRedisClient() any {
	o := redis.ClusterOptions{Addrs: c.nodes, ClusterStateReloadInterval: 2 * time.Second}
	if c.user != nil {
		o.Username = c.user.Username()
		o.Password, _ = c.user.Password()
	}
	return redis.NewClusterClient(&o)
}

// poolSize is how many connections each kind of actor has at most, in each process.
const poolSize = 12

// pools opens the pools of every kind of actor over the migrated database.
func (g *ground) pools() (rbac.Pools, error) {
	return rbac.OpenPools(func(k rbac.Kind) string {
		if own := string(g.cfg.DatabaseURLs[string(k)]); own != "" {
			return own
		}
		return migrations.RoleDSN(g.dsn, string(k), g.secret)
	}, poolSize)
}

// close stops what open started, last first.
func (g *ground) close() (err error) {
	for i := len(g.closes) - 1; i >= 0; i-- {
		err = errors.Join(err, g.closes[i]())
	}
	g.closes = nil
	return err
}

// masterKey returns SECRET_KEY, or the key kept in DATA_DIR, made on first use.
func masterKey(cfg config.Config) ([]byte, error) {
	if k := string(cfg.SecretKey); k != "" {
		return []byte(k), nil
	}
	name := filepath.Join(cfg.DataDir, "secret.key")
	b, err := os.ReadFile(name)
	if err == nil {
		return []byte(strings.TrimSpace(string(b))), nil
	}
	if !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("DATA_DIR: %w", err)
	}
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // never fails
	key := hex.EncodeToString(raw)
	tmp := name + ".new" // written whole, then named: a key half written would lock everything up
	if err := os.WriteFile(tmp, []byte(key+"\n"), 0o600); err != nil {
		return nil, fmt.Errorf("DATA_DIR: %w", err)
	}
	return []byte(key), os.Rename(tmp, name)
}

// baseURL is where people reach the program, without a slash at the end.
func (g *ground) baseURL() string {
	if u := strings.TrimSuffix(g.cfg.BaseURL, "/"); u != "" {
		return u
	}
	_, port, err := net.SplitHostPort(g.cfg.Addr)
	if err != nil {
		return "http://localhost:8080"
	}
	return "http://localhost:" + port
}
