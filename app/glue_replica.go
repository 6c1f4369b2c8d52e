package main

import (
	"fmt"
	"net/url"

	"anbiao/kit/db"
	"anbiao/migrations"
	"anbiao/rbac"
)

// direct is the owner's address with no pooler before it: migrations hold locks of a session, and
// what listens stays.
func (g *ground) direct() string {
	if own := string(g.cfg.ListenURL); own != "" {
		return own
	}
	return g.dsn
}

// follow lets the gate read from the replica, if there is one.
func (g *ground) follow(gate *rbac.Gate) error {
	address := string(g.cfg.ReplicaURL)
	if address == "" {
		return nil
	}
	pool, err := db.Open(impatient(migrations.RoleDSN(address, string(rbac.Regulator), g.secret)), poolSize)
	if err != nil {
		return fmt.Errorf("DATABASE_URL_REPLICA: %w", err)
	}
	g.closes = append(g.closes, pool.Close)
	gate.Follow(pool, g.cfg.ReplicaLag)
	return nil
}

// impatient limits how long a connection may take: whoever waits is answered by the primary.
func impatient(dsn string) string {
	u, err := url.Parse(dsn)
	if err != nil || u.Query().Has("connect_timeout") {
		return dsn
	}
	q := u.Query()
	q.Set("connect_timeout", "2")
	u.RawQuery = q.Encode()
	return u.String()
}
