-- Erasure of a company's data (企业数据删除): its principal asks, the platform decides, and after a waiting time a job erases
-- table by table what law does not ask to keep.
-- +goose Up

CREATE TABLE archive_erasure (
  company_id      bigint NOT NULL,
  id              bigint GENERATED ALWAYS AS IDENTITY,
  company_name    text NOT NULL,       -- as it was; the platform reads no register
  company_code    text NOT NULL,       -- its credit code
  state           text NOT NULL CONSTRAINT archive_erasure_state_check CHECK (state IN ('asked', 'refused', 'withdrawn', 'agreed', 'stopped', 'erasing', 'kept', 'done')),
  reason          text NOT NULL,
  bundle_id       bigint NOT NULL,     -- the export it was asked on; without a foreign key, for exports are erased, too
  bundle_hash     text NOT NULL,
  asked_person_id bigint NOT NULL,
  asked_by        text NOT NULL,
  asked_at        timestamptz NOT NULL,
  answer          text NOT NULL,       -- of the platform
  answered_by     text NOT NULL,
  answered_at     timestamptz,
  erase_on        date,                -- the first day on which it may begin
  ended_note      text NOT NULL,       -- why it was withdrawn or stopped
  ended_by        text NOT NULL,
  ended_at        timestamptz,
  begun_on        date,                -- periods that run from the erasure begin here
  looked_on       date,                -- when the job was last through with it
  next_on         date,                -- when something kept may go
  stage           text NOT NULL,       -- the table it is at
  run             bigint NOT NULL,     -- counts tries: a worker of an earlier one does nothing
  erased          bigint NOT NULL,     -- rows
  files           bigint NOT NULL,     -- erased from the store
  kept            bigint NOT NULL,     -- rows that stayed at the last look
  version         text NOT NULL,       -- of the retention periods
  done_at         timestamptz,
  CONSTRAINT archive_erasure_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT archive_erasure_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id)
);
-- A company has one open at a time.
CREATE UNIQUE INDEX archive_erasure_company_id_key ON archive_erasure (company_id) WHERE state IN ('asked', 'agreed', 'erasing', 'kept');
CREATE INDEX archive_erasure_id_idx ON archive_erasure (id DESC);
-- custom: the company asks and withdraws, the platform decides, and neither deletes.
SELECT declare_table('archive_erasure', 'custom');
CREATE POLICY company_own ON archive_erasure TO anbiao_company USING (company_id = scope_company()) WITH CHECK (company_id = scope_company());
CREATE POLICY platform_decides ON archive_erasure TO anbiao_platform USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON archive_erasure TO anbiao_company;
GRANT SELECT, UPDATE ON archive_erasure TO anbiao_platform;

-- What became of each table.
CREATE TABLE archive_erased (
  company_id bigint NOT NULL,
  erasure_id bigint NOT NULL,
  table_name text NOT NULL,
  erased     bigint NOT NULL,
  kept       bigint NOT NULL,
  CONSTRAINT archive_erased_pkey PRIMARY KEY (company_id, erasure_id, table_name),
  CONSTRAINT archive_erased_erasure_id_fkey FOREIGN KEY (company_id, erasure_id) REFERENCES archive_erasure (company_id, id)
);
SELECT declare_table('archive_erased', 'custom');
CREATE POLICY company_own ON archive_erased FOR SELECT TO anbiao_company USING (company_id = scope_company());
CREATE POLICY platform_reads ON archive_erased FOR SELECT TO anbiao_platform USING (true);
GRANT SELECT ON archive_erased TO anbiao_company, anbiao_platform;

-- Entries of the safety fund's books may go only with a company that is being erased.
GRANT DELETE ON fund_entry TO anbiao_system;
CREATE POLICY erased_only ON fund_entry AS RESTRICTIVE FOR DELETE TO anbiao_system
  USING (EXISTS (SELECT FROM archive_erasure e WHERE e.company_id = fund_entry.company_id AND e.state = 'erasing'));

-- +goose Down
DROP POLICY erased_only ON fund_entry;
REVOKE DELETE ON fund_entry FROM anbiao_system;
DROP TABLE archive_erased, archive_erasure;
DELETE FROM table_class WHERE name IN ('archive_erasure', 'archive_erased');
