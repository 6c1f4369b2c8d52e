-- A company's whole data as one file (数据导出): a table a file, with the attachments and a manifest.
-- +goose Up

CREATE TABLE archive_bundle (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  plain          boolean NOT NULL,        -- sealed values are opened in it
  status         text NOT NULL CONSTRAINT archive_bundle_status_check CHECK (status IN ('writing', 'done', 'failed')),
  stage          text NOT NULL,           -- table being read; files: the file is being put together
  run            bigint NOT NULL,         -- counts tries: a worker of an earlier one does nothing
  done           bigint NOT NULL,         -- rows read so far
  files          bigint NOT NULL,         -- in the finished file
  file_name      text NOT NULL,
  file_size      bigint NOT NULL,         -- bytes
  sha256         text NOT NULL,           -- of the finished file, hexadecimal
  blob_key       text NOT NULL,           -- empty once the file is gone
  fault_code     text NOT NULL,           -- why it failed
  membership_id  bigint NOT NULL,         -- of whoever ordered it; it is read with the rights it has while it is read
  made_person_id bigint NOT NULL,
  made_by        text NOT NULL,
  made_at        timestamptz NOT NULL,
  touched_at     timestamptz NOT NULL,    -- when it moved last
  finished_at    timestamptz,
  kept_until     date,                    -- last day on which the file is there
  CONSTRAINT archive_bundle_pkey PRIMARY KEY (company_id, id)
);
CREATE INDEX archive_bundle_kept_until_idx ON archive_bundle (kept_until) WHERE blob_key <> '';

-- A company has one under way at a time.
CREATE UNIQUE INDEX archive_bundle_company_id_key ON archive_bundle (company_id) WHERE status = 'writing';
SELECT declare_table('archive_bundle', 'private');

-- What has been read so far, some thousand rows a piece: a worker that follows a killed one goes on behind the last.
CREATE TABLE archive_piece (
  company_id bigint NOT NULL,
  archive_id bigint NOT NULL,
  n          int NOT NULL,                -- in the order of reading
  table_name text NOT NULL,
  from_key   text NOT NULL,               -- read behind this key, a JSON array; empty: from the beginning
  next_key   text NOT NULL,               -- the next piece begins behind this key; empty: the table is at its end
  rows       bigint NOT NULL,
  bytes      bigint NOT NULL,
  blob_key   text NOT NULL,
  done       boolean NOT NULL,
  CONSTRAINT archive_piece_pkey PRIMARY KEY (company_id, archive_id, n),
  CONSTRAINT archive_piece_archive_id_fkey FOREIGN KEY (company_id, archive_id) REFERENCES archive_bundle (company_id, id)
);
SELECT declare_table('archive_piece', 'system');

-- +goose Down
DROP TABLE archive_piece, archive_bundle;
DELETE FROM table_class WHERE name IN ('archive_piece', 'archive_bundle');
