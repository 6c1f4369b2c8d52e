package pgembed

import "os"

// following are what a replica wants over our defaults: it tells the primary what it still
// reads, so that nothing is cleaned away under a query, and asks a primary that was gone
// again soon.
var following = map[string]string{
	"hot_standby_feedback":        "on",
	"wal_retrieve_retry_interval": "'200ms'",
	"wal_receiver_timeout":        "'5s'",
}

// copyOf makes the data directory a copy of another's that goes on following it. As with
// initdb, half a copy never has the name.
func (c *Cluster) copyOf() error {
	tmp := c.data() + ".tmp"
	if err := os.RemoveAll(tmp); err != nil {
		return err
	}
	err := c.run("pg_basebackup", "-D", tmp, "-d", c.cfg.Follow.OwnerDSN("postgres"), "--write-recovery-conf", "--wal-method=stream", "--checkpoint=fast", "--no-sync")
	if err != nil {
		return err
	}
	if err := os.Rename(tmp, c.data()); err != nil {
		return err
	}
	return syncDir(c.dir)
}

// Sending are the settings of a primary that replicas may follow.
func Sending() map[string]string {
	return map[string]string{"wal_level": "replica", "max_wal_senders": "5", "wal_keep_size": "'256MB'"}
}
