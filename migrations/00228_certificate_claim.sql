-- What holders report of their own certificates from the phone, and on which further days a company is reminded.
-- +goose Up

-- A certificate that its holder declares: until a safety manager confirms it, what was recorded before counts.
CREATE TABLE certificate_claim (
  company_id         bigint NOT NULL,
  id                 bigint GENERATED ALWAYS AS IDENTITY,
  region_path        text COLLATE "C" NOT NULL,
  oversight_line     smallint NOT NULL,
  client_id          uuid NOT NULL,              -- of the phone: sent twice it is one
  staff_id           bigint NOT NULL,
  holder_name        text NOT NULL,
  deed               text NOT NULL CONSTRAINT certificate_claim_deed_check CHECK (deed IN ('first', 'renewal', 'review')),
  certificate_id     bigint,                     -- renewed or reviewed; NULL: a first one
  kind               text NOT NULL,
  operation          text NOT NULL DEFAULT '',
  code_set           text NOT NULL DEFAULT '',
  number_sealed      bytea NOT NULL DEFAULT '',  -- encrypted, as in certificate
  number_index       bytea NOT NULL DEFAULT '',
  issuer             text NOT NULL DEFAULT '',
  valid_from         date,
  printed_valid_to   date,
  printed_review_due date,
  reviewed_on        date,
  attachment_ids     bigint[] NOT NULL DEFAULT '{}',
  state              text NOT NULL CONSTRAINT certificate_claim_state_check CHECK (state IN ('waiting', 'confirmed', 'returned')),
  made_at            timestamptz NOT NULL,
  by_person_id       bigint NOT NULL,
  decided_by_name    text NOT NULL DEFAULT '',
  decided_at         timestamptz,
  answer             text NOT NULL DEFAULT '',   -- why it was sent back
  made_id            bigint,                     -- the version that came of it
  CONSTRAINT certificate_claim_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT certificate_claim_company_id_client_id_key UNIQUE (company_id, client_id),
  CONSTRAINT certificate_claim_staff_id_fkey FOREIGN KEY (company_id, staff_id) REFERENCES staff_person (company_id, id),
  CONSTRAINT certificate_claim_certificate_id_fkey FOREIGN KEY (company_id, certificate_id) REFERENCES certificate (company_id, id),
  CONSTRAINT certificate_claim_made_id_fkey FOREIGN KEY (company_id, made_id) REFERENCES certificate (company_id, id)
);
CREATE INDEX certificate_claim_company_id_state_idx ON certificate_claim (company_id, state, id DESC);
CREATE INDEX certificate_claim_company_id_staff_id_idx ON certificate_claim (company_id, staff_id, id DESC);
-- private: nothing is said of it yet; what is confirmed stands in certificate.
SELECT declare_table('certificate_claim', 'private');

-- Further days on which a company is reminded of certificates of a kind; those of the catalogue stay.
CREATE TABLE certificate_setting (
  company_id      bigint NOT NULL,
  region_path     text COLLATE "C" NOT NULL,
  oversight_line  smallint NOT NULL,
  kind            text NOT NULL,
  extra_days      int[] NOT NULL,                -- before the due day, largest first
  changed_by_name text NOT NULL,
  changed_at      timestamptz NOT NULL,
  CONSTRAINT certificate_setting_pkey PRIMARY KEY (company_id, kind)
);
SELECT declare_table('certificate_setting', 'private');

-- Reports of tests that run out like licences: lightning protection (防雷装置检测), fire facilities (消防设施检测).
ALTER TABLE company_licence DROP CONSTRAINT company_licence_kind_check;
ALTER TABLE company_licence ADD CONSTRAINT company_licence_kind_check
  CHECK (kind IN ('business', 'safety_production', 'hazchem_trade', 'hazchem_use', 'fire', 'discharge', 'food', 'special_equipment', 'construction', 'lightning_test', 'fire_test', 'other'));

-- +goose Down
UPDATE company_licence SET name = kind, kind = 'other' WHERE kind IN ('lightning_test', 'fire_test');
ALTER TABLE company_licence DROP CONSTRAINT company_licence_kind_check;
ALTER TABLE company_licence ADD CONSTRAINT company_licence_kind_check
  CHECK (kind IN ('business', 'safety_production', 'hazchem_trade', 'hazchem_use', 'fire', 'discharge', 'food', 'special_equipment', 'construction', 'other'));
DROP TABLE certificate_setting, certificate_claim;
DELETE FROM table_class WHERE name IN ('certificate_setting', 'certificate_claim');
