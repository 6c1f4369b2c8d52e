-- The trail becomes tamper-evident: a job chains committed entries, one chain a company, organisation or platform.
-- +goose Up

-- Entries that stand in no chain yet; a queue, emptied by the sealing job.
CREATE TABLE audit_pending (
  entry_id bigint NOT NULL CONSTRAINT audit_pending_pkey PRIMARY KEY,
  entry_at timestamptz NOT NULL
);
SELECT declare_table('audit_pending', 'system');

-- The place of an entry in its chain: 'company/12', 'organisation/7' or 'platform'. Insert-only.
CREATE TABLE audit_seal (
  chain     text COLLATE "C" NOT NULL,
  seq       bigint NOT NULL,       -- 1, 2, 3 … without a gap
  entry_at  timestamptz NOT NULL,
  entry_id  bigint NOT NULL,
  sealed_at timestamptz NOT NULL,
  hash      bytea NOT NULL,        -- SHA-256 over the previous hash and the entry
  CONSTRAINT audit_seal_pkey PRIMARY KEY (chain, seq, entry_at),
  CONSTRAINT audit_seal_entry_at_entry_id_key UNIQUE (entry_at, entry_id)
) PARTITION BY RANGE (entry_at);
SELECT ensure_partitions('audit_seal', 'month', current_date, 3);
SELECT declare_table('audit_seal', 'system');
REVOKE UPDATE, DELETE ON audit_seal FROM anbiao_system;

-- Where each chain ends, signed: neither the last links nor this row can be made anew without the key.
CREATE TABLE audit_head (
  chain     text COLLATE "C" CONSTRAINT audit_head_pkey PRIMARY KEY,
  seq       bigint NOT NULL,
  hash      bytea NOT NULL,
  sealed_at timestamptz NOT NULL,
  key_id    text NOT NULL,
  signature bytea NOT NULL         -- Ed25519
);
CREATE INDEX audit_head_sealed_at_idx ON audit_head (sealed_at);
SELECT declare_table('audit_head', 'system');
REVOKE DELETE ON audit_head FROM anbiao_system;

-- Heads as they stood when a day (Asia/Shanghai) ended, for chains that moved on it: to be handed out and kept elsewhere.
CREATE TABLE audit_anchor (
  chain     text COLLATE "C" NOT NULL,
  on_day    date NOT NULL,
  seq       bigint NOT NULL,
  hash      bytea NOT NULL,
  sealed_at timestamptz NOT NULL,
  key_id    text NOT NULL,
  signature bytea NOT NULL,
  CONSTRAINT audit_anchor_pkey PRIMARY KEY (chain, on_day)
);
SELECT declare_table('audit_anchor', 'system');
REVOKE UPDATE, DELETE ON audit_anchor FROM anbiao_system;

-- +goose StatementBegin
CREATE FUNCTION audit_note_pending() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO audit_pending (entry_id, entry_at) SELECT id, at FROM fresh;
  RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER audit_entry_pending AFTER INSERT ON audit_entry REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION audit_note_pending();

-- +goose Down
DROP TRIGGER audit_entry_pending ON audit_entry;
DROP FUNCTION audit_note_pending();
DROP TABLE audit_anchor, audit_head, audit_seal, audit_pending;
DELETE FROM table_class WHERE name IN ('audit_anchor', 'audit_head', 'audit_seal', 'audit_pending');
