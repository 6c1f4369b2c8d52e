-- Uploads under way: a photo is sent in pieces, so that a weak network loses a piece and not the photo. The pieces lie in
-- the blob store; a row says how far they are acknowledged. Done or abandoned, a job takes both away.
-- +goose Up

CREATE TABLE attachment_upload (
  company_id       bigint NOT NULL,
  id               bigint GENERATED ALWAYS AS IDENTITY,
  region_path      text COLLATE "C" NOT NULL,
  oversight_line   smallint NOT NULL,
  client_id        uuid NOT NULL,                 -- made by the phone: that of the file to be
  person_id        bigint NOT NULL,               -- who sends it; nobody else goes on with it
  name             text NOT NULL,
  bytes            int NOT NULL CONSTRAINT attachment_upload_bytes_check CHECK (bytes > 0),
  sha256           bytea NOT NULL CONSTRAINT attachment_upload_sha256_check CHECK (length(sha256) = 32), -- as the phone says, proven at the end
  shot             jsonb NOT NULL,                -- what the phone says about the photo; null: nothing
  turn             int NOT NULL,                  -- counts new beginnings: pieces of an earlier turn are never read again
  pieces           int[] NOT NULL,                -- bytes of each acknowledged piece, in order
  received         int NOT NULL,                  -- their sum
  begun_at         timestamptz NOT NULL,          -- of this turn
  touched_at       timestamptz NOT NULL,
  swept_at         timestamptz,                   -- done or abandoned: the job is taking its pieces away
  CONSTRAINT attachment_upload_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT attachment_upload_company_id_client_id_key UNIQUE (company_id, client_id),
  CONSTRAINT attachment_upload_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id),
  CONSTRAINT attachment_upload_received_check CHECK (received BETWEEN 0 AND bytes)
);
CREATE INDEX attachment_upload_person_idx ON attachment_upload (company_id, person_id) WHERE swept_at IS NULL;
CREATE INDEX attachment_upload_touched_at_idx ON attachment_upload (touched_at);
-- private: what is not whole is nobody's record yet.
SELECT declare_table('attachment_upload', 'private');

-- +goose Down
DELETE FROM table_class WHERE name = 'attachment_upload';
DROP TABLE attachment_upload;
