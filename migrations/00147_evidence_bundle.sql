-- Evidence packages (迎检资料包): a period's records, photos and reports in one file with an index and a manifest.
-- +goose Up

CREATE TABLE evidence_bundle (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  period         text NOT NULL,           -- 2026-08, 2026-Q3, 2026; empty: from and until were chosen freely
  from_on        date NOT NULL,
  until_on       date NOT NULL,
  chapters       text[] NOT NULL,         -- what goes in, in the order of the folders
  status         text NOT NULL CONSTRAINT evidence_bundle_status_check CHECK (status IN ('writing', 'done', 'failed')),
  stage          text NOT NULL,           -- chapter being written
  run            bigint NOT NULL,         -- counts tries: a worker of an earlier one does nothing
  done           bigint NOT NULL,         -- rows and files written so far
  files          bigint NOT NULL,         -- in the finished package
  file_name      text NOT NULL,
  file_size      bigint NOT NULL,         -- bytes
  sha256         text NOT NULL,           -- of the finished package, hexadecimal
  blob_key       text NOT NULL,           -- empty once the file is gone
  fault_code     text NOT NULL,           -- why it failed
  membership_id  bigint NOT NULL,         -- of the maker; it is written with the rights it has while it is written
  made_person_id bigint NOT NULL,
  made_by        text NOT NULL,
  made_at        timestamptz NOT NULL,
  touched_at     timestamptz NOT NULL,    -- when it moved last
  finished_at    timestamptz,
  kept_until     date,                    -- last day on which the file is there
  CONSTRAINT evidence_bundle_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT evidence_bundle_days_check CHECK (from_on <= until_on)
);
CREATE INDEX evidence_bundle_id_idx ON evidence_bundle (id);
CREATE INDEX evidence_bundle_kept_until_idx ON evidence_bundle (kept_until) WHERE blob_key <> '';

-- One package of a member is under way at a time.
CREATE UNIQUE INDEX evidence_bundle_membership_id_key ON evidence_bundle (membership_id) WHERE status = 'writing';

-- What a company puts together about itself is its own: what of it a regulator may see, he sees at its source.
SELECT declare_table('evidence_bundle', 'private');

-- +goose Down
DROP TABLE evidence_bundle;
DELETE FROM table_class WHERE name = 'evidence_bundle';
