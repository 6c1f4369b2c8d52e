-- Bulletins (通报): the areas below one compared, ranked, with named lists. Issued once, with a number.
-- +goose Up

CREATE TABLE programme_bulletin (
  id              bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT programme_bulletin_pkey PRIMARY KEY,
  organisation_id bigint NOT NULL CONSTRAINT programme_bulletin_organisation_id_fkey REFERENCES account_organisation (id),
  area            text COLLATE "C" NOT NULL,
  area_name       text NOT NULL,
  month           text NOT NULL CONSTRAINT programme_bulletin_month_check CHECK (month ~ '^20[0-9]{2}-(0[1-9]|1[0-2])$'),
  state           text NOT NULL CONSTRAINT programme_bulletin_state_check CHECK (state IN ('draft', 'issued', 'dropped')),
  unit_name       text NOT NULL,                  -- who issues it
  number_prefix   text NOT NULL,                  -- 永安委办
  number_year     smallint,
  number_seq      int,
  title           text NOT NULL,
  opening         text NOT NULL,
  demands         text NOT NULL,
  rule_version    text NOT NULL,                  -- of the indicators
  content         jsonb NOT NULL,                 -- what was compared, and the lists; null of a draft: drawn up when it is read
  sha256          text NOT NULL,                  -- of content
  made_at         timestamptz NOT NULL,
  made_by         text NOT NULL,
  issued_at       timestamptz,
  issued_by       text NOT NULL,
  CONSTRAINT programme_bulletin_issued_check CHECK ((state = 'issued') = (issued_at IS NOT NULL) AND (state = 'issued') = (number_seq IS NOT NULL)
    AND (number_seq IS NULL) = (number_year IS NULL) AND (state = 'issued') = (sha256 <> '')),
  CONSTRAINT programme_bulletin_number_key UNIQUE (organisation_id, number_prefix, number_year, number_seq)
);
CREATE INDEX programme_bulletin_area_idx ON programme_bulletin (area, id DESC);
CREATE UNIQUE INDEX programme_bulletin_draft_key ON programme_bulletin (organisation_id, area, month) WHERE state = 'draft';
-- custom: a draft is its authority's alone; what was issued those of the area and inside it read. Issued ones never change.
SELECT declare_table('programme_bulletin', 'custom');
CREATE POLICY regulator_reads ON programme_bulletin FOR SELECT TO anbiao_regulator USING (organisation_id = scope_organisation() OR (state = 'issued' AND scope_about(area)));
CREATE POLICY regulator_drafts ON programme_bulletin FOR INSERT TO anbiao_regulator WITH CHECK (state = 'draft' AND organisation_id = scope_organisation() AND scope_inside(area));
CREATE POLICY regulator_edits ON programme_bulletin FOR UPDATE TO anbiao_regulator
  USING (state = 'draft' AND organisation_id = scope_organisation()) WITH CHECK (organisation_id = scope_organisation());
GRANT SELECT, INSERT ON programme_bulletin TO anbiao_regulator;
GRANT UPDATE (state, number_prefix, number_year, number_seq, title, opening, demands, rule_version, content, sha256, issued_at, issued_by) ON programme_bulletin TO anbiao_regulator;
REVOKE UPDATE, DELETE ON programme_bulletin FROM anbiao_system;

-- +goose Down
DROP TABLE programme_bulletin;
DELETE FROM table_class WHERE name = 'programme_bulletin';
