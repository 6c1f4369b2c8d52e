package audit

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"time"

	"gorm.io/gorm"

	"anbiao/kit/db"
	"anbiao/rbac"
)

// TableName names the table.
func (Link) TableName() string { return "audit_seal" }

// TableName names the table.
func (Head) TableName() string { return "audit_head" }

// TableName names the table.
func (Anchor) TableName() string { return "audit_anchor" }

// TableName names the table.
func (Pending) TableName() string { return "audit_pending" }

// recorded are the columns of audit_entry e as record holds them.
const recorded = `e.id, e.at, e.actor_kind, coalesce(e.person_id, 0) AS person_id, coalesce(e.membership_id, 0) AS membership_id, coalesce(e.organisation_id, 0) AS organisation_id,
	coalesce(e.company_id, 0) AS company_id, e.person_name, e.action, e.noun, coalesce(e.object_id, 0) AS object_id, e.fields::text AS fields, e.request_id, e.address`

// takePending takes the oldest entries that have no place, alone: whoever comes second waits.
func takePending(ctx context.Context, tx db.Tx, limit int) (out []record, err error) {
	if err := tx.WithContext(ctx).Exec("SELECT pg_advisory_xact_lock(hashtextextended('audit.seal', 0))").Error; err != nil {
		return nil, err
	}
	err = tx.WithContext(ctx).Raw(`WITH taken AS (DELETE FROM audit_pending WHERE entry_id = ANY (ARRAY(SELECT entry_id FROM audit_pending ORDER BY entry_id LIMIT ?)) RETURNING entry_id, entry_at)
		SELECT `+recorded+` FROM taken t JOIN audit_entry e ON e.at = t.entry_at AND e.id = t.entry_id ORDER BY e.id`, limit).Scan(&out).Error
	return out, err
}

// heads reads where chains end.
func heads(ctx context.Context, tx db.Tx, chains []string) (map[string]Head, error) {
	var found []Head
	err := tx.WithContext(ctx).Raw("SELECT * FROM audit_head WHERE chain = ANY(?)", db.Texts(chains)).Scan(&found).Error
	out := make(map[string]Head, len(found))
	for _, h := range found {
		out[h.Chain] = h
	}
	return out, err
}

// keepLinks writes places and the new ends of their chains.
func keepLinks(ctx context.Context, tx db.Tx, links []Link, ends []Head) error {
	type row struct {
		Chain     string    `json:"chain"`
		Seq       int64     `json:"seq"`
		EntryAt   time.Time `json:"entry_at,omitzero"`
		EntryID   int64     `json:"entry_id,omitempty"`
		SealedAt  time.Time `json:"sealed_at"`
		Hash      string    `json:"hash"`
		KeyID     string    `json:"key_id,omitempty"`
		Signature string    `json:"signature,omitempty"`
	}
	places, tips := make([]row, len(links)), make([]row, len(ends))
	for i, l := range links {
		places[i] = row{Chain: l.Chain, Seq: l.Seq, EntryAt: l.EntryAt, EntryID: l.EntryID, SealedAt: l.SealedAt, Hash: hex.EncodeToString(l.Hash)}
	}
	for i, h := range ends {
		tips[i] = row{Chain: h.Chain, Seq: h.Seq, SealedAt: h.SealedAt, Hash: hex.EncodeToString(h.Hash), KeyID: h.KeyID, Signature: hex.EncodeToString(h.Signature)}
	}
	a, err := json.Marshal(places)
	if err != nil {
		return err
	}
	b, err := json.Marshal(tips)
	if err != nil {
		return err
	}
	err = tx.WithContext(ctx).Exec(`INSERT INTO audit_seal (chain, seq, entry_at, entry_id, sealed_at, hash)
		SELECT chain, seq, entry_at, entry_id, sealed_at, decode(hash, 'hex')
		FROM jsonb_to_recordset(?::jsonb) AS r (chain text, seq bigint, entry_at timestamptz, entry_id bigint, sealed_at timestamptz, hash text)`, string(a)).Error
	if err != nil {
		return err
	}
	return tx.WithContext(ctx).Exec(`INSERT INTO audit_head (chain, seq, hash, sealed_at, key_id, signature)
		SELECT chain, seq, decode(hash, 'hex'), sealed_at, key_id, decode(signature, 'hex')
		FROM jsonb_to_recordset(?::jsonb) AS r (chain text, seq bigint, sealed_at timestamptz, hash text, key_id text, signature text)
		ON CONFLICT ON CONSTRAINT audit_head_pkey DO UPDATE SET seq = excluded.seq, hash = excluded.hash, sealed_at = excluded.sealed_at, key_id = excluded.key_id, signature = excluded.signature`,
		string(b)).Error
}

// anchorHeads keeps the heads that moved since from as those of a day.
func anchorHeads(ctx context.Context, tx db.Tx, on string, from time.Time) error {
	return tx.WithContext(ctx).Exec(`INSERT INTO audit_anchor (chain, on_day, seq, hash, sealed_at, key_id, signature)
		SELECT chain, ?::date, seq, hash, sealed_at, key_id, signature FROM audit_head WHERE sealed_at >= ?
		ON CONFLICT ON CONSTRAINT audit_anchor_pkey DO NOTHING`, on, from).Error
}

// staleHeads are heads signed with another key than the named one.
func staleHeads(ctx context.Context, tx db.Tx, key string, limit int) (out []Head, err error) {
	err = tx.WithContext(ctx).Raw("SELECT * FROM audit_head WHERE key_id <> ? ORDER BY chain LIMIT ? FOR UPDATE", key, limit).Scan(&out).Error
	return out, err
}

// placed is a link beside the entry it is of, whose ID is 0 where the entry is missing.
type placed struct {
	Link
	record
}

// linksFrom reads the places of a chain behind seq, with their entries.
func linksFrom(ctx context.Context, tx db.Tx, chain string, seq int64, limit int) ([]placed, error) {
	var links []Link
	if err := tx.WithContext(ctx).Raw("SELECT * FROM audit_seal WHERE chain = ? AND seq > ? ORDER BY seq LIMIT ?", chain, seq, limit).Scan(&links).Error; err != nil || len(links) == 0 {
		return nil, err
	}
	var entries []record
	err := tx.WithContext(ctx).Raw(`SELECT `+recorded+` FROM (SELECT entry_at, entry_id FROM audit_seal WHERE chain = ? AND seq > ? AND seq <= ?) s
		JOIN audit_entry e ON e.at = s.entry_at AND e.id = s.entry_id`, chain, seq, links[len(links)-1].Seq).Scan(&entries).Error
	if err != nil {
		return nil, err
	}
	byID := make(map[int64]record, len(entries))
	for _, e := range entries {
		byID[e.ID] = e
	}
	out := make([]placed, len(links))
	for i, l := range links {
		out[i] = placed{l, byID[l.EntryID]}
	}
	return out, nil
}

// hashAt returns the hash of a place; none for the beginning.
func hashAt(ctx context.Context, tx db.Tx, chain string, seq int64) ([]byte, error) {
	var found [][]byte
	err := tx.WithContext(ctx).Raw("SELECT hash FROM audit_seal WHERE chain = ? AND seq = ?", chain, seq).Scan(&found).Error
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}

// anchorsOf reads a chain's anchors, oldest first.
func anchorsOf(ctx context.Context, tx db.Tx, chain string, from, until int64) ([]Anchor, error) {
	return gorm.G[Anchor](tx.DB).Where("chain = ? AND seq > ? AND seq <= ?", chain, from, until).Order("seq").Find(ctx)
}

// latestAnchors reads a chain's newest anchors.
func latestAnchors(ctx context.Context, tx db.Tx, chain string, limit int) ([]Anchor, error) {
	return gorm.G[Anchor](tx.DB).Where("chain = ?", chain).Order("on_day DESC").Limit(limit).Find(ctx)
}

// loose finds the first entry of a chain that stands in no place and does not wait for one, and
// counts those that wait.
func loose(ctx context.Context, tx db.Tx, chain string) (first []record, waiting int64, err error) {
	cond, args := ofChain(chain)
	if err := tx.WithContext(ctx).Raw("SELECT count(*) FROM audit_pending p JOIN audit_entry e ON e.at = p.entry_at AND e.id = p.entry_id WHERE "+cond, args...).Scan(&waiting).Error; err != nil {
		return nil, 0, err
	}
	err = tx.WithContext(ctx).Raw(`SELECT `+recorded+` FROM audit_entry e WHERE `+cond+`
		AND NOT EXISTS (SELECT FROM audit_seal s WHERE s.entry_at = e.at AND s.entry_id = e.id) AND NOT EXISTS (SELECT FROM audit_pending p WHERE p.entry_id = e.id)
		ORDER BY e.at, e.id LIMIT 1`, args...).Scan(&first).Error
	return first, waiting, err
}

// chainsAfter lists chains by name: all that have an end, an anchor or places.
func chainsAfter(ctx context.Context, tx db.Tx, after string, limit int) (out []string, err error) {
	err = tx.WithContext(ctx).Raw(`SELECT chain FROM (
			(SELECT chain FROM audit_head WHERE chain > ? ORDER BY chain LIMIT ?) UNION (SELECT DISTINCT chain FROM audit_anchor WHERE chain > ? ORDER BY chain LIMIT ?)
			UNION (SELECT DISTINCT chain FROM audit_seal WHERE chain > ? ORDER BY chain LIMIT ?)) c ORDER BY chain LIMIT ?`, after, limit, after, limit, after, limit, limit).Scan(&out).Error
	return out, err
}

// foreigners are the chains of entries that stand in no place and do not wait for one.
func foreigners(ctx context.Context, tx db.Tx) ([]string, error) {
	var found []record
	err := tx.WithContext(ctx).Raw(`SELECT DISTINCT ON (coalesce(e.company_id, 0), coalesce(e.organisation_id, 0)) ` + recorded + ` FROM audit_entry e
		WHERE NOT EXISTS (SELECT FROM audit_seal s WHERE s.entry_at = e.at AND s.entry_id = e.id) AND NOT EXISTS (SELECT FROM audit_pending p WHERE p.entry_id = e.id) LIMIT 1000`).Scan(&found).Error
	out := make([]string, len(found))
	for i, r := range found {
		out[i] = r.chain()
	}
	return out, err
}

// overseen reports whether a company lies in the actor's scope.
func overseen(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID) (ok bool, err error) {
	cond, args := scope.Where("c")
	err = tx.WithContext(ctx).Raw("SELECT EXISTS (SELECT FROM company c WHERE c.company_id = ? AND "+cond+")", append([]any{int64(c)}, args...)...).Scan(&ok).Error
	return ok, err
}

// anchorsSince reads anchors of a day and later, behind one.
func anchorsSince(ctx context.Context, tx db.Tx, since string, after Anchor, limit int) (out []Anchor, err error) {
	err = tx.WithContext(ctx).Raw("SELECT * FROM audit_anchor WHERE on_day >= ?::date AND (chain, on_day) > (?, ?::date) ORDER BY chain, on_day LIMIT ?",
		since, after.Chain, firstDay(after), limit).Scan(&out).Error
	return out, err
}

func firstDay(a Anchor) string {
	if a.OnDay.IsZero() {
		return "0001-01-01"
	}
	return a.OnDay.String()
}
