-- Statistics forms as they were issued (统计报表): frozen, corrected by a new version only.
-- +goose Up

CREATE TABLE programme_form (
  id              bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT programme_form_pkey PRIMARY KEY,
  organisation_id bigint NOT NULL CONSTRAINT programme_form_organisation_id_fkey REFERENCES account_organisation (id),
  area            text COLLATE "C" NOT NULL,
  area_name       text NOT NULL,                  -- as it was
  kind            text NOT NULL CONSTRAINT programme_form_kind_check CHECK (kind IN ('month', 'quarter')),
  period          text NOT NULL,                  -- 2026-10, 2026-Q3
  version         smallint NOT NULL CONSTRAINT programme_form_version_check CHECK (version BETWEEN 1 AND 999),
  unit_name       text NOT NULL,                  -- who reports (填报单位)
  head            text NOT NULL,                  -- head of the unit (单位负责人)
  filled_by       text NOT NULL,
  reviewed_by     text NOT NULL,
  phone           text NOT NULL,                  -- of the office
  filled_on       date NOT NULL,
  reason          text NOT NULL,                  -- of a correction; '' of the first version
  rule_version    text NOT NULL,
  content         jsonb NOT NULL,                 -- the figures, a row an area and industry
  sha256          text NOT NULL,                  -- of content as the program writes it
  issued_at       timestamptz NOT NULL,
  issued_by       text NOT NULL,
  person_id       bigint NOT NULL,
  CONSTRAINT programme_form_version_key UNIQUE (organisation_id, area, kind, period, version),
  CONSTRAINT programme_form_reason_check CHECK ((version = 1) = (reason = ''))
);
CREATE INDEX programme_form_area_idx ON programme_form (area, id DESC);
-- custom: written once by the authority that issues it, read by those of its area and inside it. Nobody changes it.
SELECT declare_table('programme_form', 'custom');
CREATE POLICY regulator_reads ON programme_form FOR SELECT TO anbiao_regulator USING (scope_about(area));
CREATE POLICY regulator_issues ON programme_form FOR INSERT TO anbiao_regulator
  WITH CHECK (organisation_id = scope_organisation() AND person_id = scope_person() AND scope_inside(area));
GRANT SELECT, INSERT ON programme_form TO anbiao_regulator;
REVOKE UPDATE, DELETE ON programme_form FROM anbiao_system;

-- +goose Down
DROP TABLE programme_form;
DELETE FROM table_class WHERE name = 'programme_form';
