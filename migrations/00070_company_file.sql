-- The company file (一企一档): what the register said on any day, head-counts and yearly figures, licences, contacts, photos, moves.
-- +goose Up

-- A regulator who says yes or no to 规模以上 by hand keeps the computed suggestion from changing it.
ALTER TABLE company ADD COLUMN above_scale_pinned boolean NOT NULL DEFAULT false;
GRANT UPDATE (above_scale_pinned) ON company TO anbiao_regulator;

-- The whole card as it was from a day on, one row a change, never rewritten. A company without rows is as it was entered.
CREATE TABLE company_version (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  valid_from     date NOT NULL,
  card           jsonb NOT NULL,
  source         text NOT NULL CONSTRAINT company_version_source_check CHECK (source IN ('register', 'import', 'profile', 'figures', 'registration', 'scale', 'move')),
  reason         text NOT NULL DEFAULT '',
  by_person_id   bigint,                       -- NULL: nobody in person
  by_name        text NOT NULL DEFAULT '',
  at             timestamptz NOT NULL,
  CONSTRAINT company_version_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT company_version_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id)
);
CREATE INDEX company_version_valid_from_idx ON company_version (company_id, valid_from, id);
-- shared: a regulator who enters a company or brings its registration up to date writes the version. Nobody rewrites one.
SELECT declare_table('company_version', 'shared');
REVOKE UPDATE ON company_version FROM anbiao_company, anbiao_service;
CREATE POLICY regulator_enters ON company_version FOR INSERT TO anbiao_regulator
  WITH CHECK (region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
GRANT INSERT ON company_version TO anbiao_regulator;

-- People employed from a day on.
CREATE TABLE company_headcount (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  on_day         date NOT NULL,
  staff_count    int NOT NULL CONSTRAINT company_headcount_staff_count_check CHECK (staff_count >= 0),
  source         text NOT NULL,
  by_name        text NOT NULL DEFAULT '',
  at             timestamptz NOT NULL,
  CONSTRAINT company_headcount_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT company_headcount_company_id_on_day_key UNIQUE (company_id, on_day),
  CONSTRAINT company_headcount_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id)
);
-- shared: a regulator enters a company with its head-count.
SELECT declare_table('company_headcount', 'shared');
CREATE POLICY regulator_enters ON company_headcount FOR INSERT TO anbiao_regulator
  WITH CHECK (region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
GRANT INSERT ON company_headcount TO anbiao_regulator;

-- What one year closed with; the newest year decides the size class.
CREATE TABLE company_year (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  year           int NOT NULL CONSTRAINT company_year_year_check CHECK (year BETWEEN 1990 AND 2200),
  staff_count    int,                          -- at the year's end
  revenue_fen    bigint,
  assets_fen     bigint,
  source         text NOT NULL,
  by_name        text NOT NULL DEFAULT '',
  at             timestamptz NOT NULL,
  CONSTRAINT company_year_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT company_year_company_id_year_key UNIQUE (company_id, year),
  CONSTRAINT company_year_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id)
);
-- shared: a regulator enters a company with last year's figures.
SELECT declare_table('company_year', 'shared');
CREATE POLICY regulator_enters ON company_year FOR INSERT TO anbiao_regulator
  WITH CHECK (region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
GRANT INSERT ON company_year TO anbiao_regulator;

-- Licences and permits of the firm (证照).
CREATE TABLE company_licence (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  kind           text NOT NULL CONSTRAINT company_licence_kind_check
    CHECK (kind IN ('business', 'safety_production', 'hazchem_trade', 'hazchem_use', 'fire', 'discharge', 'food', 'special_equipment', 'construction', 'other')),
  name           text NOT NULL DEFAULT '',     -- of one of kind other
  number         text NOT NULL DEFAULT '',
  issuer         text NOT NULL DEFAULT '',
  valid_from     date NOT NULL,
  valid_to       date,                         -- last day; NULL: without end (长期)
  attachment_ids bigint[] NOT NULL DEFAULT '{}',
  ended_on       date,                         -- cancelled, revoked or replaced before its last day
  ended_reason   text NOT NULL DEFAULT '',
  by_name        text NOT NULL,
  at             timestamptz NOT NULL,
  CONSTRAINT company_licence_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT company_licence_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id),
  CONSTRAINT company_licence_valid_to_check CHECK (valid_to >= valid_from)
);
SELECT declare_table('company_licence', 'company');

-- Whom to ring up (联系人): the principal, the safety manager, the duty telephone.
CREATE TABLE company_contact (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  role           text NOT NULL CONSTRAINT company_contact_role_check CHECK (role IN ('principal', 'safety', 'duty', 'finance', 'other')),
  name           text NOT NULL,
  phone          text NOT NULL,
  note           text NOT NULL DEFAULT '',
  from_on        date NOT NULL,
  until_on       date,                         -- last day; NULL: still so
  by_name        text NOT NULL,
  at             timestamptz NOT NULL,
  CONSTRAINT company_contact_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT company_contact_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id),
  CONSTRAINT company_contact_until_on_check CHECK (until_on >= from_on)
);
-- company: a call button on every row of a regulator's list is the point of it; these are business telephones.
SELECT declare_table('company_contact', 'company');

-- Photos of the firm: gate, nameplate, workshop layout.
CREATE TABLE company_photo (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  kind           text NOT NULL CONSTRAINT company_photo_kind_check CHECK (kind IN ('gate', 'nameplate', 'workshop', 'layout', 'other')),
  attachment_id  bigint NOT NULL,
  caption        text NOT NULL DEFAULT '',
  added_on       date NOT NULL,
  removed_on     date,
  by_name        text NOT NULL,
  at             timestamptz NOT NULL,
  CONSTRAINT company_photo_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT company_photo_company_id_attachment_id_fkey FOREIGN KEY (company_id, attachment_id) REFERENCES attachment (company_id, id)
);
SELECT declare_table('company_photo', 'company');

-- A move to another area or line that a regulator ordered; the job runner carries it out.
CREATE TABLE company_relocation (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  to_region_path text COLLATE "C" NOT NULL,
  to_line        smallint NOT NULL,
  reason         text NOT NULL,
  by_person_id   bigint NOT NULL,
  by_name        text NOT NULL,
  asked_at       timestamptz NOT NULL,
  done_at        timestamptz,
  CONSTRAINT company_relocation_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT company_relocation_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id)
);
CREATE UNIQUE INDEX company_relocation_company_id_key ON company_relocation (company_id) WHERE done_at IS NULL;
-- shared: the firm reads it, its regulators order it.
SELECT declare_table('company_relocation', 'shared');
REVOKE INSERT, UPDATE ON company_relocation FROM anbiao_company, anbiao_service;
CREATE POLICY regulator_orders ON company_relocation FOR INSERT TO anbiao_regulator
  WITH CHECK (region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
GRANT INSERT ON company_relocation TO anbiao_regulator;

-- For each list by company.
CREATE INDEX company_licence_region_path_idx ON company_licence (region_path, valid_to);

-- +goose Down
DROP TABLE company_relocation, company_photo, company_contact, company_licence, company_year, company_headcount, company_version;
DELETE FROM table_class WHERE name IN ('company_relocation', 'company_photo', 'company_contact', 'company_licence', 'company_year', 'company_headcount', 'company_version');
ALTER TABLE company DROP COLUMN above_scale_pinned;
