-- The register of companies (企业), the tenants.
-- +goose Up

CREATE TABLE company (
  company_id           bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT company_pkey PRIMARY KEY,
  region_path          text COLLATE "C" NOT NULL,
  oversight_line       smallint NOT NULL,
  name                 text NOT NULL,
  name_fold            text NOT NULL DEFAULT '',        -- as names are compared, for search
  name_bi              int[] NOT NULL DEFAULT '{}',     -- its bigrams
  uscc                 text NOT NULL DEFAULT '',        -- unified social credit code, normalised; empty: none yet, the id stands in
  site_no              smallint NOT NULL DEFAULT 1 CONSTRAINT company_site_no_check CHECK (site_no BETWEEN 1 AND 999),
  industry             text NOT NULL DEFAULT '',        -- GB/T 4754-2017, two to four digits
  supervision_industry text NOT NULL DEFAULT '',        -- as the overseeing department calls it
  staff_count          int,
  revenue_fen          bigint,                          -- of the last year
  assets_fen           bigint,
  size_class           smallint NOT NULL DEFAULT 0 CONSTRAINT company_size_class_check CHECK (size_class BETWEEN 0 AND 4),
  above_scale          boolean NOT NULL DEFAULT false,
  tags                 text[] NOT NULL DEFAULT '{}',    -- equipment, materials and places that decide its standard
  address              text NOT NULL DEFAULT '',
  longitude_e6         int,                             -- degrees times a million, WGS 84
  latitude_e6          int,
  contact_name         text NOT NULL DEFAULT '',
  contact_phone        text NOT NULL DEFAULT '',
  status               text NOT NULL DEFAULT 'active' CONSTRAINT company_status_check CHECK (status IN ('active', 'suspended', 'closed')),
  created_at           timestamptz NOT NULL DEFAULT now(),
  updated_at           timestamptz NOT NULL DEFAULT now()
);
-- One firm may have several sites under one code; a firm without a code is told apart by its name and place.
CREATE UNIQUE INDEX company_uscc_site_no_key ON company (uscc, site_no) WHERE uscc <> '';
CREATE UNIQUE INDEX company_name_region_path_key ON company (name, region_path, site_no) WHERE uscc = '';
CREATE INDEX company_region_path_idx ON company (region_path, company_id);
-- custom: like class company, but a company is written by two sides: regulators enter it and bring its registration up to
-- date (rbac/writes.go), the firm itself changes what it knows better, by column. An engaged service agency reads.
SELECT declare_table('company', 'custom');
CREATE POLICY company_own ON company FOR SELECT TO anbiao_company USING (company_id = scope_company());
CREATE POLICY company_edits ON company FOR UPDATE TO anbiao_company USING (company_id = scope_company()) WITH CHECK (company_id = scope_company());
CREATE POLICY service_engaged ON company FOR SELECT TO anbiao_service USING (company_id = scope_company() AND (SELECT scope_engaged()));
CREATE POLICY regulator_area ON company FOR SELECT TO anbiao_regulator
  USING (region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
CREATE POLICY regulator_enters ON company FOR INSERT TO anbiao_regulator
  WITH CHECK (region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
CREATE POLICY regulator_edits ON company FOR UPDATE TO anbiao_regulator
  USING (region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)))
  WITH CHECK (region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
GRANT SELECT ON company TO anbiao_company, anbiao_service, anbiao_regulator;
GRANT INSERT ON company TO anbiao_regulator;
GRANT UPDATE (staff_count, revenue_fen, assets_fen, size_class, above_scale, tags, address, longitude_e6, latitude_e6,
  contact_name, contact_phone, updated_at) ON company TO anbiao_company;
GRANT UPDATE (name, name_fold, name_bi, uscc, site_no, industry, supervision_industry, staff_count, revenue_fen, assets_fen,
  size_class, above_scale, tags, address, longitude_e6, latitude_e6, contact_name, contact_phone, status, updated_at) ON company TO anbiao_regulator;

-- company_move puts a company, with everything that copied its place, under another area or supervision line. It waits for
-- those who write into the company (Scope.Within). Only the job runner may call it.
-- +goose StatementBegin
CREATE FUNCTION company_move(of_company bigint, new_path text, new_line smallint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE r record;
BEGIN
  PERFORM pg_advisory_xact_lock(of_company);
  UPDATE company SET region_path = new_path, oversight_line = new_line WHERE company_id = of_company;
  FOR r IN SELECT c.name, a.attname FROM table_class c
           JOIN pg_attribute a ON a.attrelid = c.name::regclass AND a.attname IN ('company_id', 'subject_company_id') AND NOT a.attisdropped
           WHERE c.class IN ('company', 'shared', 'private', 'authority')
             AND EXISTS (SELECT FROM pg_attribute p WHERE p.attrelid = c.name::regclass AND p.attname = 'region_path' AND NOT p.attisdropped) LOOP
    EXECUTE format('UPDATE %s SET region_path = $2, oversight_line = $3 WHERE %I = $1 AND (region_path, oversight_line) IS DISTINCT FROM ($2, $3)', r.name, r.attname)
      USING of_company, new_path, new_line;
  END LOOP;
END $$;
-- +goose StatementEnd
GRANT SELECT ON table_class TO anbiao_system; -- company_move goes through it
GRANT EXECUTE ON FUNCTION company_move(bigint, text, smallint) TO anbiao_system;

-- +goose Down
DROP FUNCTION company_move(bigint, text, smallint);
REVOKE SELECT ON table_class FROM anbiao_system;
DROP TABLE company;
DELETE FROM table_class WHERE name = 'company';
