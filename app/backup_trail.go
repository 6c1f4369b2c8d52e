package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// errTrail: the restored trail does not end where the backup says.
var errTrail = errors.New("the chains of the restored trail do not end where they ended in the backup")

// heads sum up where the chains of the trail end; there may be a million of them.
type heads struct {
	Chains  int64  `json:"chains"`
	Entries int64  `json:"entries"` // links of all chains together
	SHA256  string `json:"sha256"`  // over every chain with its last place and hash, in order
}

// trailHeads returns the heads for the manifest of a backup; nothing where the schema has
// no chains.
func trailHeads(ctx context.Context, tx pgx.Tx) (json.RawMessage, error) {
	var chained bool
	if err := tx.QueryRow(ctx, "SELECT to_regclass('audit_head') IS NOT NULL").Scan(&chained); err != nil || !chained {
		return nil, err
	}
	var h heads
	err := tx.QueryRow(ctx, `SELECT count(*), coalesce(sum(seq), 0)::bigint,
		encode(sha256(convert_to(coalesce(string_agg(chain || ' ' || seq || ' ' || encode(hash, 'hex'), E'\n' ORDER BY chain), ''), 'UTF8')), 'hex') FROM audit_head`).
		Scan(&h.Chains, &h.Entries, &h.SHA256)
	if err != nil {
		return nil, err
	}
	return json.Marshal(h)
}

// trailVerified compares a restored trail with the heads that the manifest names. Whether
// every link of the chains holds is what "anbiao audit verify" says.
func trailVerified(ctx context.Context, dsn string, named json.RawMessage) error {
	if len(named) == 0 {
		return nil
	}
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	var want, got heads
	if err := json.Unmarshal(named, &want); err != nil {
		return fmt.Errorf("manifest: %w", err)
	}
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		b, err := trailHeads(ctx, tx)
		if err == nil && len(b) > 0 {
			err = json.Unmarshal(b, &got)
		}
		if err == nil && got != want {
			err = fmt.Errorf("%w: %+v, the backup says %+v", errTrail, got, want)
		}
		return err
	})
}
