-- Public keys that photo proofs were signed under, each endorsed by the key that followed it: a proof verifies after SECRET_KEY_OLD is dropped.
-- +goose Up
CREATE TABLE proof_key (
  id         text CONSTRAINT proof_key_pkey PRIMARY KEY,  -- the first eight bytes of the SHA-256 of the public half
  public     bytea NOT NULL,                              -- Ed25519
  endorser   text NOT NULL,                               -- id of the key that signed id and public
  signature  bytea NOT NULL,
  endorsed_at timestamptz NOT NULL
);
-- custom: everybody may ask for a key by its id; the job runner's role endorses.
SELECT declare_table('proof_key', 'custom');

CREATE FUNCTION proof_key_of(key_id text) RETURNS SETOF proof_key LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT * FROM proof_key k WHERE k.id = key_id $$;
GRANT EXECUTE ON FUNCTION proof_key_of(text) TO anbiao_company, anbiao_service, anbiao_regulator, anbiao_agency, anbiao_platform, anbiao_public, anbiao_system;

-- +goose Down
DROP FUNCTION proof_key_of(text);
DROP TABLE proof_key;
DELETE FROM table_class WHERE name = 'proof_key';
