-- Saved views of the graded list, and actions on many companies with what became of each.
-- +goose Up

CREATE TABLE oversight_saved (
  id              bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT oversight_saved_pkey PRIMARY KEY,
  organisation_id bigint NOT NULL CONSTRAINT oversight_saved_organisation_id_fkey REFERENCES account_organisation (id),
  person_id       bigint NOT NULL CONSTRAINT oversight_saved_person_id_fkey REFERENCES account_person (id),
  person_name     text NOT NULL,
  name            text NOT NULL,
  filters         jsonb NOT NULL,               -- as in the address of the list
  sort            text NOT NULL,
  hidden          text[] NOT NULL,              -- columns that are not shown
  shared          boolean NOT NULL,             -- inside the office
  updated_at      timestamptz NOT NULL,
  CONSTRAINT oversight_saved_name_key UNIQUE (organisation_id, person_id, name)
);
-- custom: a regulator's member keeps his views, his office sees those he shares. Companies see none.
SELECT declare_table('oversight_saved', 'custom');
CREATE POLICY office_reads ON oversight_saved FOR SELECT TO anbiao_regulator USING (organisation_id = scope_organisation() AND (shared OR person_id = scope_person()));
CREATE POLICY member_writes ON oversight_saved TO anbiao_regulator
  USING (organisation_id = scope_organisation() AND person_id = scope_person()) WITH CHECK (organisation_id = scope_organisation() AND person_id = scope_person());
GRANT SELECT, INSERT, UPDATE, DELETE ON oversight_saved TO anbiao_regulator;

-- One deed on many companies (批量操作). The companies are judged at once, the messages leave in the background.
CREATE TABLE oversight_bulk (
  id              bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT oversight_bulk_pkey PRIMARY KEY,
  organisation_id bigint NOT NULL CONSTRAINT oversight_bulk_organisation_id_fkey REFERENCES account_organisation (id),
  person_id       bigint NOT NULL CONSTRAINT oversight_bulk_person_id_fkey REFERENCES account_person (id),
  person_name     text NOT NULL,
  deed            text NOT NULL CONSTRAINT oversight_bulk_deed_check CHECK (deed IN ('urge_report', 'urge_hazards', 'message')),
  note            text NOT NULL,
  on_day          date NOT NULL,
  total           int NOT NULL,
  passed          int NOT NULL,                 -- companies a message goes to
  told            int NOT NULL DEFAULT 0,       -- of them, told so far
  at              timestamptz NOT NULL,
  finished_at     timestamptz
);
CREATE INDEX oversight_bulk_organisation_id_idx ON oversight_bulk (organisation_id, id DESC);
-- custom: seen by the office that did it.
SELECT declare_table('oversight_bulk', 'custom');
CREATE POLICY organisation_own ON oversight_bulk TO anbiao_regulator USING (organisation_id = scope_organisation()) WITH CHECK (organisation_id = scope_organisation() AND person_id = scope_person());
GRANT SELECT, INSERT ON oversight_bulk TO anbiao_regulator;

-- What became of one company.
CREATE TABLE oversight_bulk_row (
  bulk_id         bigint NOT NULL CONSTRAINT oversight_bulk_row_bulk_id_fkey REFERENCES oversight_bulk (id),
  company_id      bigint NOT NULL,
  organisation_id bigint NOT NULL,
  deed            text NOT NULL,
  on_day          date NOT NULL,
  name            text NOT NULL,                -- empty: out of the actor's sight
  outcome         text NOT NULL CONSTRAINT oversight_bulk_row_outcome_check CHECK (outcome IN ('told', 'unseen', 'nobody', 'nothing', 'again')),
  figure          int NOT NULL,                 -- what it was told of: reports missing, hazards overdue
  contact_name    text NOT NULL,                -- whom to call where nobody can be told
  contact_phone   text NOT NULL,
  CONSTRAINT oversight_bulk_row_pkey PRIMARY KEY (bulk_id, company_id)
);
-- A company is urged at most once a day by one office.
CREATE UNIQUE INDEX oversight_bulk_row_day_key ON oversight_bulk_row (company_id, organisation_id, deed, on_day) WHERE outcome = 'told' AND deed <> 'message';
-- custom: as oversight_bulk.
SELECT declare_table('oversight_bulk_row', 'custom');
CREATE POLICY organisation_own ON oversight_bulk_row TO anbiao_regulator USING (organisation_id = scope_organisation()) WITH CHECK (organisation_id = scope_organisation());
GRANT SELECT, INSERT ON oversight_bulk_row TO anbiao_regulator;

-- +goose Down
DROP TABLE oversight_bulk_row, oversight_bulk, oversight_saved;
DELETE FROM table_class WHERE name IN ('oversight_bulk_row', 'oversight_bulk', 'oversight_saved');
