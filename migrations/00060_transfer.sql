-- Background transfers: a file's way from upload over preview to saved rows, and a list's way into a file.
-- +goose Up

CREATE TABLE transfer (
  id              bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT transfer_pkey PRIMARY KEY,
  organisation_id bigint,                 -- whose it is: an organisation's …
  company_id      bigint CONSTRAINT transfer_company_id_fkey REFERENCES company (company_id), -- … or a company's, or both for a service agency at work
  direction       text NOT NULL CONSTRAINT transfer_direction_check CHECK (direction IN ('import', 'export')),
  kind            text NOT NULL,
  status          text NOT NULL CONSTRAINT transfer_status_check
    CHECK (status IN ('mapping', 'checking', 'ready', 'saving', 'writing', 'done', 'failed')),
  file_name       text NOT NULL,
  file_size       bigint NOT NULL,
  blob_key        text NOT NULL,          -- empty once the file is gone
  headers         text[] NOT NULL,
  signature       text NOT NULL,
  mapping         jsonb NOT NULL,
  filters         jsonb NOT NULL,         -- of an export: parameter of the list → values
  maker           jsonb NOT NULL,         -- who started it and what he oversees, for the job that works in his name
  membership_id   bigint NOT NULL,        -- of the maker; an export is read with the rights it has while it is read
  lang            text NOT NULL,
  run             bigint NOT NULL,           -- counts checks or tries: a job of an earlier one does nothing
  cursor_row      bigint NOT NULL,           -- last row saved
  total           bigint NOT NULL,           -- rows read
  failed          bigint NOT NULL,           -- rows with a fault
  fresh           bigint NOT NULL,           -- rows that make something new
  changed         bigint NOT NULL,
  unchanged       bigint NOT NULL,
  done            bigint NOT NULL,           -- rows behind the running stage
  fault_code      text NOT NULL,          -- why the whole failed
  created_by      bigint NOT NULL,        -- person
  created_at      timestamptz NOT NULL,
  touched_at      timestamptz NOT NULL,   -- when it moved last
  finished_at     timestamptz,
  CONSTRAINT transfer_owner_check CHECK (organisation_id IS NOT NULL OR company_id IS NOT NULL)
);
CREATE INDEX transfer_organisation_id_idx ON transfer (organisation_id, id);
CREATE INDEX transfer_company_id_idx ON transfer (company_id, id);
CREATE INDEX transfer_created_at_idx ON transfer (created_at) WHERE blob_key <> '';

-- One export of a member is under way at a time.
CREATE UNIQUE INDEX transfer_membership_id_key ON transfer (membership_id) WHERE status = 'writing';

-- The rows of a file as they were read, with what is wrong with them.
CREATE TABLE transfer_row (
  transfer_id     bigint NOT NULL CONSTRAINT transfer_row_transfer_id_fkey REFERENCES transfer (id) ON DELETE CASCADE,
  number          bigint NOT NULL,           -- as Excel shows it
  organisation_id bigint,
  company_id      bigint,
  cells           jsonb NOT NULL,         -- column key → canonical value
  faults          jsonb NOT NULL,         -- [{row, column, cell, code, params}]
  verdict         text NOT NULL CONSTRAINT transfer_row_verdict_check CHECK (verdict IN ('bad', 'new', 'changed', 'same')),
  CONSTRAINT transfer_row_pkey PRIMARY KEY (transfer_id, number)
);
CREATE INDEX transfer_row_bad_idx ON transfer_row (transfer_id, number) WHERE verdict = 'bad';

-- Which column of a file is which, remembered for the next file with the same heading.
CREATE TABLE transfer_mapping (
  id              bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT transfer_mapping_pkey PRIMARY KEY,
  organisation_id bigint,
  company_id      bigint,
  kind            text NOT NULL,
  signature       text NOT NULL,
  mapping         jsonb NOT NULL,
  used_at         timestamptz NOT NULL,
  CONSTRAINT transfer_mapping_owner_key UNIQUE NULLS NOT DISTINCT (organisation_id, company_id, kind, signature)
);

-- custom: a transfer belongs to whoever's member started it, be that a company or an organisation; nobody else sees it,
-- not even the regulator of the company. The rows are written by the job runner alone.
SELECT declare_table('transfer', 'custom'), declare_table('transfer_row', 'custom'), declare_table('transfer_mapping', 'custom');
-- +goose StatementBegin
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['transfer', 'transfer_row', 'transfer_mapping'] LOOP
    EXECUTE format('CREATE POLICY company_own ON %I TO anbiao_company USING (company_id = scope_company() AND organisation_id IS NULL) WITH CHECK (company_id = scope_company() AND organisation_id IS NULL)', t);
    EXECUTE format('CREATE POLICY service_engaged ON %I TO anbiao_service USING (organisation_id = scope_organisation() AND company_id = scope_company() AND (SELECT scope_engaged())) WITH CHECK (organisation_id = scope_organisation() AND company_id = scope_company() AND (SELECT scope_engaged()))', t);
    EXECUTE format('CREATE POLICY organisation_own ON %I TO anbiao_regulator USING (organisation_id = scope_organisation() AND company_id IS NULL) WITH CHECK (organisation_id = scope_organisation() AND company_id IS NULL)', t);
    EXECUTE format('GRANT SELECT ON %I TO anbiao_company, anbiao_service, anbiao_regulator', t);
  END LOOP;
END $$;
-- +goose StatementEnd
GRANT INSERT, UPDATE ON transfer, transfer_mapping TO anbiao_company, anbiao_service, anbiao_regulator;

-- +goose Down
DROP TABLE transfer_mapping, transfer_row, transfer;
DELETE FROM table_class WHERE name IN ('transfer_mapping', 'transfer_row', 'transfer');
