-- Scoring tables (评分标准) in versions. What an evaluation has been made with, or what is published, never changes again.
-- +goose Up
CREATE TABLE rubric (
  id              bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT rubric_pkey PRIMARY KEY,
  code            text NOT NULL CONSTRAINT rubric_code_check CHECK (code ~ '^[a-z0-9][a-z0-9-]{1,63}$'),
  version         text NOT NULL CONSTRAINT rubric_version_check CHECK (version ~ '^[0-9A-Za-z][0-9A-Za-z.-]{0,31}$'),
  purpose         text NOT NULL CONSTRAINT rubric_purpose_check CHECK (purpose IN ('grading', 'duty', 'class')),
  title           text NOT NULL,
  title_en        text NOT NULL DEFAULT '',
  issuer          text NOT NULL DEFAULT '',
  region_path     text COLLATE "C" NOT NULL DEFAULT '', -- where it is used; empty: everywhere
  organisation_id bigint CONSTRAINT rubric_organisation_id_fkey REFERENCES account_organisation (id), -- who wrote it; NULL: came with the program
  origin          text NOT NULL CONSTRAINT rubric_origin_check CHECK (origin IN ('library', 'excel', 'yaml', 'editor')),
  state           text NOT NULL DEFAULT 'draft' CONSTRAINT rubric_state_check CHECK (state IN ('draft', 'published', 'retired')),
  scorable        boolean NOT NULL,
  total           bigint NOT NULL,   -- hundredths of a point
  items           int NOT NULL,
  body            jsonb NOT NULL,    -- scoring.Rubric
  checksum        text NOT NULL,     -- SHA-256 of the body as the program writes it
  revision        int NOT NULL DEFAULT 1, -- of a draft: who saves names the one he has read
  published_on    date,              -- NULL of a library version: ever since
  retired_on      date,
  used_at         timestamptz,       -- first evaluation made with it
  created_at      timestamptz NOT NULL,
  updated_at      timestamptz NOT NULL,
  CONSTRAINT rubric_organisation_id_code_version_key UNIQUE NULLS NOT DISTINCT (organisation_id, code, version),
  CONSTRAINT rubric_published_on_check CHECK (state = 'draft' OR origin = 'library' OR published_on IS NOT NULL),
  CONSTRAINT rubric_retired_on_check CHECK ((state = 'retired') = (retired_on IS NOT NULL)),
  CONSTRAINT rubric_library_check CHECK ((origin = 'library') = (organisation_id IS NULL))
);
CREATE INDEX rubric_purpose_region_path_idx ON rubric (purpose, region_path) WHERE state <> 'draft';
CREATE INDEX rubric_organisation_id_idx ON rubric (organisation_id) WHERE state = 'draft';

-- scope_inside says whether a place lies in one of the areas that the actor oversees, whatever his lines.
CREATE FUNCTION scope_inside(path text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT path COLLATE "C" >= scope_lo() COLLATE "C" AND path COLLATE "C" < scope_hi() COLLATE "C"
     AND (current_setting('app.areas', true) = '' OR EXISTS (
            SELECT FROM unnest(string_to_array(current_setting('app.areas', true), ',')) a
            WHERE path COLLATE "C" >= a COLLATE "C" AND path COLLATE "C" < (a || '~') COLLATE "C")) $$;
GRANT EXECUTE ON FUNCTION scope_inside(text) TO anbiao_regulator;

-- custom: everybody signed in reads what is published or was, and the drafts of his own organisation. An authority writes
-- for its area, the platform for everywhere.
SELECT declare_table('rubric', 'custom');
CREATE POLICY everybody_reads ON rubric FOR SELECT TO anbiao_company, anbiao_service, anbiao_regulator, anbiao_agency, anbiao_platform USING (state <> 'draft');
CREATE POLICY organisation_reads ON rubric FOR SELECT TO anbiao_regulator, anbiao_platform USING (organisation_id = scope_organisation());
CREATE POLICY regulator_adds ON rubric FOR INSERT TO anbiao_regulator WITH CHECK (organisation_id = scope_organisation() AND region_path <> '' AND scope_inside(region_path));
CREATE POLICY regulator_changes ON rubric FOR UPDATE TO anbiao_regulator
  USING (organisation_id = scope_organisation()) WITH CHECK (organisation_id = scope_organisation() AND region_path <> '' AND scope_inside(region_path));
CREATE POLICY regulator_discards ON rubric FOR DELETE TO anbiao_regulator USING (organisation_id = scope_organisation() AND state = 'draft');
CREATE POLICY platform_adds ON rubric FOR INSERT TO anbiao_platform WITH CHECK (organisation_id = scope_organisation() AND region_path = '');
CREATE POLICY platform_changes ON rubric FOR UPDATE TO anbiao_platform
  USING (region_path = '' AND (organisation_id IS NULL OR organisation_id = scope_organisation()))
  WITH CHECK (region_path = '' AND (organisation_id IS NULL OR organisation_id = scope_organisation()));
CREATE POLICY platform_discards ON rubric FOR DELETE TO anbiao_platform USING (organisation_id = scope_organisation() AND state = 'draft');
GRANT SELECT ON rubric TO anbiao_company, anbiao_service, anbiao_agency;
GRANT SELECT, INSERT, UPDATE, DELETE ON rubric TO anbiao_regulator, anbiao_platform;

-- rubric_frozen keeps what a published or used version says: only its end and its first use may still be noted.
-- +goose StatementBegin
CREATE FUNCTION rubric_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.state <> 'draft' OR OLD.used_at IS NOT NULL THEN
      RAISE EXCEPTION 'rubric % is frozen', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'rubric_frozen';
    END IF;
    RETURN OLD;
  END IF;
  IF (OLD.state <> 'draft' OR OLD.used_at IS NOT NULL) AND
     (to_jsonb(NEW) - '{state,retired_on,used_at,updated_at}'::text[] IS DISTINCT FROM to_jsonb(OLD) - '{state,retired_on,used_at,updated_at}'::text[]
      OR OLD.used_at IS NOT NULL AND NEW.used_at IS DISTINCT FROM OLD.used_at
      OR NEW.state IS DISTINCT FROM OLD.state AND (OLD.state, NEW.state) <> ('published', 'retired')
      OR OLD.state = 'retired' AND NEW.retired_on IS DISTINCT FROM OLD.retired_on) THEN
    RAISE EXCEPTION 'rubric % is frozen', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'rubric_frozen';
  END IF;
  RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER rubric_frozen BEFORE UPDATE OR DELETE ON rubric FOR EACH ROW EXECUTE FUNCTION rubric_frozen();

-- rubric_use notes that an evaluation is made with a version, in whoever's transaction; false: there is none to use.
-- +goose StatementBegin
CREATE FUNCTION rubric_use(n bigint, at timestamptz) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE rubric SET used_at = at WHERE id = n AND state <> 'draft' AND scorable AND used_at IS NULL;
  RETURN EXISTS (SELECT FROM rubric WHERE id = n AND state <> 'draft' AND scorable);
END $$;
-- +goose StatementEnd
GRANT EXECUTE ON FUNCTION rubric_use(bigint, timestamptz) TO anbiao_company, anbiao_service, anbiao_regulator, anbiao_agency, anbiao_platform, anbiao_system;

-- +goose Down
DROP FUNCTION rubric_use(bigint, timestamptz);
DROP TABLE rubric;
DROP FUNCTION rubric_frozen();
DROP FUNCTION scope_inside(text);
DELETE FROM table_class WHERE name = 'rubric';
