-- Who looked at a company's dossier (一企一档), and who answers for a company (四责任人).
-- +goose Up

-- One sitting of an officer with a company's dossier. visible_from is NULL while his organisation has an unannounced task open
-- for the company: then the company does not see it, nor does the trail name the company.
CREATE TABLE dossier_view (
  company_id        bigint NOT NULL,
  id                bigint GENERATED ALWAYS AS IDENTITY,
  region_path       text COLLATE "C" NOT NULL,
  oversight_line    smallint NOT NULL,
  at                timestamptz NOT NULL,
  person_id         bigint NOT NULL,
  person_name       text NOT NULL,                  -- as it was then
  organisation_id   bigint NOT NULL,
  organisation_name text NOT NULL,                  -- as it was then
  parts             text[] NOT NULL,                -- sections opened, in their order of opening
  visible_from      timestamptz,
  CONSTRAINT dossier_view_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT dossier_view_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id)
);
CREATE INDEX dossier_view_at_idx ON dossier_view (company_id, at DESC, id DESC);
-- An officer writes his own views and adds to them; his organisation reveals what was hidden. The company reads what is
-- revealed and writes nothing; other regulators of the area read that too.
SELECT declare_table('dossier_view', 'shared');
REVOKE ALL ON dossier_view FROM anbiao_service;
REVOKE INSERT, UPDATE ON dossier_view FROM anbiao_company;
CREATE POLICY company_revealed ON dossier_view AS RESTRICTIVE FOR SELECT TO anbiao_company USING (visible_from IS NOT NULL);
CREATE POLICY regulator_revealed ON dossier_view AS RESTRICTIVE FOR SELECT TO anbiao_regulator USING (visible_from IS NOT NULL OR organisation_id = scope_organisation());
CREATE POLICY regulator_notes ON dossier_view FOR INSERT TO anbiao_regulator
  WITH CHECK (person_id = scope_person() AND organisation_id = scope_organisation()
    AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
CREATE POLICY regulator_reveals ON dossier_view FOR UPDATE TO anbiao_regulator
  USING (organisation_id = scope_organisation() AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)))
  WITH CHECK (organisation_id = scope_organisation() AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
GRANT INSERT, UPDATE (parts, visible_from) ON dossier_view TO anbiao_regulator;

-- What the trail has of views so far. The trail itself stays as it is.
ALTER TABLE dossier_view NO FORCE ROW LEVEL SECURITY;
INSERT INTO dossier_view (company_id, region_path, oversight_line, at, person_id, person_name, organisation_id, organisation_name, parts, visible_from)
SELECT c.company_id, c.region_path, c.oversight_line, a.at, a.person_id, a.person_name, o.id, o.name, '{}', a.at
FROM audit_entry a JOIN company c ON c.company_id = a.company_id JOIN account_organisation o ON o.id = a.organisation_id
WHERE a.noun = 'oversight.dossier' AND a.actor_kind = 'regulator' AND a.person_id IS NOT NULL ORDER BY a.at, a.id;
ALTER TABLE dossier_view FORCE ROW LEVEL SECURITY;

-- A person who answers for a company, from a day on; with the grid worker (网格员) there are five kinds.
CREATE TABLE dossier_responsible (
  company_id      bigint NOT NULL,
  id              bigint GENERATED ALWAYS AS IDENTITY,
  region_path     text COLLATE "C" NOT NULL,
  oversight_line  smallint NOT NULL,
  kind            text NOT NULL CONSTRAINT dossier_responsible_kind_check CHECK (kind IN ('territory', 'line', 'general', 'company', 'grid')),
  name            text NOT NULL,
  post            text NOT NULL,                    -- unit and post (单位及职务)
  phone           text NOT NULL,
  since_on        date NOT NULL,
  until_on        date,                             -- last day; NULL: he still answers
  organisation_id bigint NOT NULL,                  -- that named him
  named_by        text NOT NULL,
  named_at        timestamptz NOT NULL,
  CONSTRAINT dossier_responsible_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT dossier_responsible_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id),
  CONSTRAINT dossier_responsible_until_on_check CHECK (until_on >= since_on)
);
-- One of a kind at a time.
CREATE UNIQUE INDEX dossier_responsible_kind_key ON dossier_responsible (company_id, kind) WHERE until_on IS NULL;
CREATE INDEX dossier_responsible_since_on_idx ON dossier_responsible (company_id, kind, since_on DESC, id DESC);
SELECT declare_table('dossier_responsible', 'shared');
-- Regulators of the area name them; the company reads.
REVOKE INSERT, UPDATE ON dossier_responsible FROM anbiao_company, anbiao_service;
CREATE POLICY regulator_names ON dossier_responsible FOR INSERT TO anbiao_regulator
  WITH CHECK (organisation_id = scope_organisation() AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
CREATE POLICY regulator_replaces ON dossier_responsible FOR UPDATE TO anbiao_regulator
  USING (region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)))
  WITH CHECK (region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
GRANT INSERT, UPDATE (name, post, phone, until_on, organisation_id, named_by, named_at) ON dossier_responsible TO anbiao_regulator;

-- +goose Down
DROP TABLE dossier_responsible, dossier_view;
DELETE FROM table_class WHERE name IN ('dossier_responsible', 'dossier_view');
