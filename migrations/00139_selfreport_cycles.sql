-- Self-reports: local profiles and whom they bind, companies counted at a period's end, urging, submission on paper, and the
-- mark that a report was made in another system.
-- +goose Up

ALTER TABLE selfreport
  ADD COLUMN signed_how text NOT NULL DEFAULT 'signature' CONSTRAINT selfreport_signed_how_check CHECK (signed_how IN ('signature', 'paper')),
  ADD COLUMN signature_id bigint,                       -- the strokes, where it was signed by hand on a screen
  ADD COLUMN scans jsonb NOT NULL DEFAULT '[]',         -- of the stamped paper: attachments
  ADD COLUMN outside_system text NOT NULL DEFAULT '',   -- of the profiles of other systems; '': reported here
  ADD COLUMN outside_number text NOT NULL DEFAULT '',   -- what that system answered
  ADD COLUMN outside_on date,                           -- day of the report there
  ADD COLUMN outside_files jsonb NOT NULL DEFAULT '[]', -- screenshots: attachments
  ADD COLUMN outside_at timestamptz,                    -- when it was marked here
  ADD COLUMN outside_by_name text NOT NULL DEFAULT '',
  DROP CONSTRAINT selfreport_state_check,
  DROP CONSTRAINT selfreport_submitted_check,
  ADD CONSTRAINT selfreport_state_check CHECK (state IN ('open','draft','signed','submitted','received','returned','outside')),
  ADD CONSTRAINT selfreport_submitted_check CHECK (state NOT IN ('submitted','received','returned') OR (submitted_at IS NOT NULL AND rounds > 0)
    OR (state = 'returned' AND outside_on IS NOT NULL)),
  ADD CONSTRAINT selfreport_outside_check CHECK (state <> 'outside' OR (outside_on IS NOT NULL AND outside_system <> ''));
-- What reminders and the late flag look for: not with the regulator, and not known to be late.
CREATE INDEX selfreport_due_idx ON selfreport (due_on, company_id, id) WHERE state IN ('open','draft','signed','returned') AND NOT late;

ALTER TABLE selfreport_submission
  ADD COLUMN signed_how text NOT NULL DEFAULT 'signature' CONSTRAINT selfreport_submission_signed_how_check CHECK (signed_how IN ('signature', 'paper')),
  ADD COLUMN signature_id bigint,
  ADD COLUMN scans jsonb NOT NULL DEFAULT '[]',
  ALTER COLUMN signed_by_person_id DROP NOT NULL,
  ADD CONSTRAINT selfreport_submission_signed_by_check CHECK (signed_how = 'paper' OR signed_by_person_id IS NOT NULL);

-- A regulator may return a mark as well: the number may be wrong.
DROP POLICY regulator_decides ON selfreport;
CREATE POLICY regulator_decides ON selfreport FOR UPDATE TO anbiao_regulator
  USING (state IN ('submitted','outside') AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)))
  WITH CHECK (state IN ('received','returned') AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));

-- Which local profile of reporting binds the companies of an area, from when to when.
CREATE TABLE selfreport_profile (
  id          bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT selfreport_profile_pkey PRIMARY KEY,
  area        text COLLATE "C" NOT NULL,  -- a path of the divisions; companies in and below it are bound
  profile     text NOT NULL,              -- of the cycle data
  valid_from  date NOT NULL,
  valid_until date,                       -- last day; NULL: until further notice
  basis       text NOT NULL,              -- the local rule, as cited
  by_name     text NOT NULL,
  changed_at  timestamptz NOT NULL,
  CONSTRAINT selfreport_profile_dates_check CHECK (valid_until >= valid_from),
  CONSTRAINT selfreport_profile_area_profile_valid_from_key UNIQUE (area, profile, valid_from)
);
CREATE UNIQUE INDEX selfreport_profile_running_key ON selfreport_profile (area, profile) WHERE valid_until IS NULL;
-- custom: a setting everybody may read, as it says who owes what; written by regulators for areas that are wholly theirs, and
-- by the operators of the platform.
SELECT declare_table('selfreport_profile', 'custom');
CREATE POLICY everybody_reads ON selfreport_profile FOR SELECT TO anbiao_company, anbiao_service, anbiao_regulator, anbiao_platform USING (true);
CREATE POLICY regulator_adds ON selfreport_profile FOR INSERT TO anbiao_regulator
  WITH CHECK (area >= scope_lo() AND area < scope_hi() AND current_setting('app.lines', true) = '' AND scope_covers(area, 0::smallint));
CREATE POLICY regulator_ends ON selfreport_profile FOR UPDATE TO anbiao_regulator
  USING (area >= scope_lo() AND area < scope_hi() AND current_setting('app.lines', true) = '' AND scope_covers(area, 0::smallint))
  WITH CHECK (area >= scope_lo() AND area < scope_hi() AND current_setting('app.lines', true) = '' AND scope_covers(area, 0::smallint));
CREATE POLICY platform_adds ON selfreport_profile FOR INSERT TO anbiao_platform WITH CHECK (true);
CREATE POLICY platform_ends ON selfreport_profile FOR UPDATE TO anbiao_platform USING (true) WITH CHECK (true);
GRANT SELECT ON selfreport_profile TO anbiao_company, anbiao_service, anbiao_regulator, anbiao_platform;
GRANT INSERT ON selfreport_profile TO anbiao_regulator, anbiao_platform;
GRANT UPDATE (valid_until, by_name, changed_at) ON selfreport_profile TO anbiao_regulator, anbiao_platform;

-- The companies a cycle bound at a period's end (应报单位), frozen: the denominator of the reporting rate. Place and lists are
-- those of that day; only how far the report has come follows it.
CREATE TABLE selfreport_bound (
  company_id     bigint NOT NULL CONSTRAINT selfreport_bound_company_id_fkey REFERENCES company (company_id),
  cycle          text NOT NULL,
  period         text NOT NULL,
  period_from    date NOT NULL,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  name           text NOT NULL,
  high_risk      boolean NOT NULL,   -- 高危企业
  above_scale    boolean NOT NULL,   -- 规模以上企业
  crowded        boolean NOT NULL,   -- 人员密集场所
  report_id      bigint,
  standing       text NOT NULL CONSTRAINT selfreport_bound_standing_check CHECK (standing IN ('unreported','submitted','received','returned','outside')),
  zero           boolean NOT NULL,
  late           boolean NOT NULL,
  paper          boolean NOT NULL,
  reported_on    date,               -- Beijing time
  due_on         date NOT NULL,
  counted_at     timestamptz NOT NULL,
  CONSTRAINT selfreport_bound_pkey PRIMARY KEY (company_id, cycle, period_from)
);
CREATE INDEX selfreport_bound_region_path_idx ON selfreport_bound (cycle, period_from, region_path, company_id)
  INCLUDE (standing, zero, late, high_risk, above_scale, crowded, oversight_line);
-- custom: read by the company and by regulators of the area it lay in then; written by the job runner and by the trigger below.
-- Not of a class that moves with the company, for the count of a past period stays where it was.
SELECT declare_table('selfreport_bound', 'custom');
CREATE POLICY company_own ON selfreport_bound FOR SELECT TO anbiao_company USING (company_id = scope_company());
CREATE POLICY service_engaged ON selfreport_bound FOR SELECT TO anbiao_service USING (company_id = scope_company() AND (SELECT scope_engaged()));
CREATE POLICY regulator_area ON selfreport_bound FOR SELECT TO anbiao_regulator
  USING (region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
GRANT SELECT ON selfreport_bound TO anbiao_company, anbiao_service, anbiao_regulator;

-- +goose StatementBegin
CREATE FUNCTION selfreport_counted() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE selfreport_bound b SET report_id = n.id, standing = n.standing, zero = n.zero, late = n.late, paper = n.paper, reported_on = n.reported_on
  FROM (SELECT company_id, cycle, period_from, id, CASE WHEN state IN ('open','draft','signed') THEN 'unreported' ELSE state END AS standing, zero, late,
          signed_how = 'paper' AS paper, coalesce(outside_on, (submitted_at AT TIME ZONE 'Asia/Shanghai')::date) AS reported_on FROM new_rows) n
  WHERE b.company_id = n.company_id AND b.cycle = n.cycle AND b.period_from = n.period_from
    AND (b.report_id, b.standing, b.zero, b.late, b.paper, b.reported_on) IS DISTINCT FROM (n.id, n.standing, n.zero, n.late, n.paper, n.reported_on);
  RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER selfreport_counted AFTER UPDATE ON selfreport REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION selfreport_counted();

-- The regulator urges a company to report (催报): at most once a day.
CREATE TABLE selfreport_urge (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  cycle          text NOT NULL,
  period         text NOT NULL,
  period_from    date NOT NULL,
  urged_on       date NOT NULL,
  at             timestamptz NOT NULL,
  person_id      bigint NOT NULL,
  by_name        text NOT NULL,
  CONSTRAINT selfreport_urge_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT selfreport_urge_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id),
  CONSTRAINT selfreport_urge_company_id_cycle_period_from_urged_on_key UNIQUE (company_id, cycle, period_from, urged_on)
);
CREATE INDEX selfreport_urge_urged_on_idx ON selfreport_urge (urged_on, cycle, period_from, company_id);
SELECT declare_table('selfreport_urge', 'shared');
REVOKE INSERT, UPDATE ON selfreport_urge FROM anbiao_company, anbiao_service;
CREATE POLICY regulator_urges ON selfreport_urge FOR INSERT TO anbiao_regulator
  WITH CHECK (person_id = scope_person() AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
GRANT INSERT ON selfreport_urge TO anbiao_regulator;

-- +goose Down
DROP TABLE selfreport_urge;
DROP TRIGGER selfreport_counted ON selfreport;
DROP FUNCTION selfreport_counted();
DROP TABLE selfreport_bound, selfreport_profile;
DELETE FROM table_class WHERE name IN ('selfreport_urge', 'selfreport_bound', 'selfreport_profile');
DROP POLICY regulator_decides ON selfreport;
CREATE POLICY regulator_decides ON selfreport FOR UPDATE TO anbiao_regulator
  USING (state = 'submitted' AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)))
  WITH CHECK (state IN ('received','returned') AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
ALTER TABLE selfreport_submission
  DROP CONSTRAINT selfreport_submission_signed_by_check,
  ALTER COLUMN signed_by_person_id SET NOT NULL,
  DROP COLUMN signed_how, DROP COLUMN signature_id, DROP COLUMN scans;
DROP INDEX selfreport_due_idx;
ALTER TABLE selfreport
  DROP CONSTRAINT selfreport_outside_check,
  DROP CONSTRAINT selfreport_submitted_check,
  DROP CONSTRAINT selfreport_state_check,
  DROP COLUMN signed_how, DROP COLUMN signature_id, DROP COLUMN scans, DROP COLUMN outside_system, DROP COLUMN outside_number, DROP COLUMN outside_on,
  DROP COLUMN outside_files, DROP COLUMN outside_at, DROP COLUMN outside_by_name,
  ADD CONSTRAINT selfreport_state_check CHECK (state IN ('open','draft','signed','submitted','received','returned')),
  ADD CONSTRAINT selfreport_submitted_check CHECK (state NOT IN ('submitted','received','returned') OR (submitted_at IS NOT NULL AND rounds > 0));
