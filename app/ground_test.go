package main

import (
	"testing"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"anbiao/kit/config"
)

func TestBrokersOfSeveralServersKeepTheirPassword(t *testing.T) {
	t.Parallel()
	g := &ground{}
	require.NoError(t, g.namedBroker("redis-cluster://:p%40ss@a:1,b:2/"))
	c := g.broker.MakeRedisClient().(*redis.ClusterClient)
	defer c.Close()
	require.Equal(t, []string{"a:1", "b:2"}, c.Options().Addrs)
	require.Equal(t, "p@ss", c.Options().Password)
	require.NoError(t, g.namedBroker("redis-cluster://a:1,b:2"))
	bare := g.broker.MakeRedisClient().(*redis.ClusterClient)
	defer bare.Close()
	require.Equal(t, []string{"a:1", "b:2"}, bare.Options().Addrs)
	require.Empty(t, bare.Options().Password)

	require.NoError(t, g.namedBroker("redis-sentinel://:secret@s1:26379,s2:26379?master=anbiao"))
	f := g.broker.(asynq.RedisFailoverClientOpt)
	require.Equal(t, "anbiao", f.MasterName)
	require.Equal(t, "secret", f.Password)
	require.Equal(t, "secret", f.SentinelPassword)
}

func TestListeningGoesPastThePooler(t *testing.T) {
	t.Parallel()
	g := &ground{dsn: "postgres://o:p@pooler/d"}
	require.Equal(t, "postgres://o:p@pooler/d", g.direct())
	g.cfg = config.Config{ListenURL: "postgres://o:p@primary/d"}
	require.Equal(t, "postgres://o:p@primary/d", g.direct())
	require.Equal(t, "postgres://o:p@r/d?connect_timeout=2", impatient("postgres://o:p@r/d"))
	require.Equal(t, "postgres://o:p@r/d?connect_timeout=9", impatient("postgres://o:p@r/d?connect_timeout=9"))
}
