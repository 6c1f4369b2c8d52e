-- Getting companies in: printed activation slips (激活单), their progress by area, and the light profile of micro firms (小微企业).
-- +goose Up

-- A code sent to a phone whose owner may have no account yet; name holds the number.
ALTER TABLE account_pass DROP CONSTRAINT account_pass_purpose_check,
  ADD CONSTRAINT account_pass_purpose_check CHECK (purpose IN ('invitation', 'link', 'sms-login', 'reset', 'phone'));
CREATE INDEX account_pass_phone_idx ON account_pass (name, created_at) WHERE purpose = 'phone';

-- One order to print slips, worked off in the background.
CREATE TABLE activation_batch (
  id              bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT activation_batch_pkey PRIMARY KEY,
  organisation_id bigint NOT NULL CONSTRAINT activation_batch_organisation_id_fkey REFERENCES account_organisation (id),
  kind            text NOT NULL CONSTRAINT activation_batch_kind_check CHECK (kind IN ('first', 'reissue')),
  status          text NOT NULL CONSTRAINT activation_batch_status_check CHECK (status IN ('writing', 'done', 'failed')),
  choice          jsonb NOT NULL,         -- which companies
  valid_until     date NOT NULL,          -- last day of the slips
  total           int NOT NULL,           -- companies chosen
  done            int NOT NULL,           -- slips printed so far
  run             int NOT NULL,           -- counts tries: a job of an earlier one does nothing
  blob_key        text NOT NULL,          -- empty until it is written, and once the file is gone
  file_size       bigint NOT NULL,
  fault_code      text NOT NULL,          -- why it failed
  lang            text NOT NULL,
  membership_id   bigint NOT NULL,        -- of the maker; companies are read with the rights it has while they are read
  made_by_name    text NOT NULL,
  created_at      timestamptz NOT NULL,
  touched_at      timestamptz NOT NULL,   -- when it moved last
  finished_at     timestamptz
);
CREATE INDEX activation_batch_organisation_id_idx ON activation_batch (organisation_id, id DESC);
CREATE INDEX activation_batch_kept_idx ON activation_batch (created_at) WHERE blob_key <> '';
-- One order of a member is under way at a time, reissues apart.
CREATE UNIQUE INDEX activation_batch_membership_id_key ON activation_batch (membership_id) WHERE status = 'writing' AND kind = 'first';
-- custom: the file holds secrets, so an order is its own organisation's alone: neither a higher regulator's nor a company's.
SELECT declare_table('activation_batch', 'custom');
CREATE POLICY organisation_own ON activation_batch TO anbiao_regulator USING (organisation_id = scope_organisation()) WITH CHECK (organisation_id = scope_organisation());
GRANT SELECT, INSERT, UPDATE ON activation_batch TO anbiao_regulator;

-- A slip of paper that makes its bearer the company's administrator, once. Neither the token in its QR code nor the code typed
-- instead is kept, only keyed hashes of them.
CREATE TABLE activation_slip (
  company_id      bigint NOT NULL CONSTRAINT activation_slip_company_id_fkey REFERENCES company (company_id),
  id              bigint GENERATED ALWAYS AS IDENTITY,
  region_path     text COLLATE "C" NOT NULL,
  oversight_line  smallint NOT NULL,
  batch_id        bigint CONSTRAINT activation_slip_batch_id_fkey REFERENCES activation_batch (id),
  kind            text NOT NULL CONSTRAINT activation_slip_kind_check CHECK (kind IN ('first', 'reissue')),
  token_hash      bytea NOT NULL CONSTRAINT activation_slip_token_hash_key UNIQUE,
  code_hash       bytea NOT NULL,
  made_by_name    text NOT NULL,
  made_at         timestamptz NOT NULL,
  expires_at      timestamptz NOT NULL,
  codes           int NOT NULL DEFAULT 0, -- phone codes asked for with it
  used_at         timestamptz,
  used_by         bigint CONSTRAINT activation_slip_used_by_fkey REFERENCES account_person (id),
  revoked_at      timestamptz,            -- another was printed, or access was issued anew
  CONSTRAINT activation_slip_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT activation_slip_end_check CHECK (used_at IS NULL OR revoked_at IS NULL)
);
-- A company has one slip that works at most.
CREATE UNIQUE INDEX activation_slip_company_id_key ON activation_slip (company_id) WHERE used_at IS NULL AND revoked_at IS NULL;
CREATE UNIQUE INDEX activation_slip_code_hash_key ON activation_slip (code_hash) WHERE used_at IS NULL AND revoked_at IS NULL;
CREATE INDEX activation_slip_batch_id_idx ON activation_slip (batch_id, company_id);
CREATE INDEX activation_slip_region_path_idx ON activation_slip (region_path, company_id);
-- shared: regulators of the area print slips and revoke them (rbac/writes.go). The company sees that there was one and who printed
-- it, never a hash; a service agency has nothing to do with it.
SELECT declare_table('activation_slip', 'shared');
REVOKE ALL ON activation_slip FROM anbiao_company, anbiao_service, anbiao_regulator;
GRANT SELECT (company_id, id, region_path, oversight_line, kind, made_by_name, made_at, expires_at, used_at, revoked_at) ON activation_slip TO anbiao_company;
GRANT SELECT (company_id, id, region_path, oversight_line, batch_id, kind, made_by_name, made_at, expires_at, used_at, revoked_at) ON activation_slip TO anbiao_regulator;
GRANT INSERT, UPDATE (revoked_at) ON activation_slip TO anbiao_regulator;
CREATE POLICY regulator_prints ON activation_slip FOR INSERT TO anbiao_regulator
  WITH CHECK (region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
CREATE POLICY regulator_revokes ON activation_slip FOR UPDATE TO anbiao_regulator
  USING (region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)))
  WITH CHECK (region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));

-- Slips printed and companies activated by day and smallest area, so that nobody counts slips to show a rate. Days older than a
-- month are folded into one (1970-01-01), so an area has some thirty rows at most.
CREATE TABLE activation_tally (
  region_path    text COLLATE "C" NOT NULL, -- of the companies
  oversight_line smallint NOT NULL,
  on_day         date NOT NULL,
  printed        int NOT NULL,
  activated      int NOT NULL,
  CONSTRAINT activation_tally_pkey PRIMARY KEY (region_path, oversight_line, on_day)
);
-- custom: read by regulators of the area; written by the trigger below, folded by the job runner.
SELECT declare_table('activation_tally', 'custom');
CREATE POLICY regulator_area ON activation_tally FOR SELECT TO anbiao_regulator
  USING (region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
GRANT SELECT ON activation_tally TO anbiao_regulator;

-- +goose StatementBegin
CREATE FUNCTION activation_slip_counted() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO activation_tally AS t (region_path, oversight_line, on_day, printed, activated)
  SELECT n.region_path, n.oversight_line, (n.made_at AT TIME ZONE 'Asia/Shanghai')::date, count(*), 0 FROM new_rows n GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
  ON CONFLICT ON CONSTRAINT activation_tally_pkey DO UPDATE SET printed = t.printed + excluded.printed;
  RETURN NULL;
END $$;
CREATE FUNCTION activation_slip_used() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO activation_tally AS t (region_path, oversight_line, on_day, printed, activated)
  VALUES (NEW.region_path, NEW.oversight_line, (NEW.used_at AT TIME ZONE 'Asia/Shanghai')::date, 0, 1)
  ON CONFLICT ON CONSTRAINT activation_tally_pkey DO UPDATE SET activated = t.activated + 1;
  RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER activation_slip_counted AFTER INSERT ON activation_slip REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION activation_slip_counted();
CREATE TRIGGER activation_slip_used AFTER UPDATE OF used_at ON activation_slip FOR EACH ROW
  WHEN (OLD.used_at IS NULL AND NEW.used_at IS NOT NULL) EXECUTE FUNCTION activation_slip_used();

-- activation_dismiss signs everybody out of a company of the regulator's area who may administer it and, unless kept, ends their
-- memberships; it returns how many there were. A regulator reads no memberships, hence the function.
-- +goose StatementBegin
CREATE FUNCTION activation_dismiss(of_company bigint, keep boolean, at timestamptz) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE admins bigint[];
BEGIN
  IF NOT EXISTS (SELECT FROM company c WHERE c.company_id = of_company AND c.region_path >= scope_lo() AND c.region_path < scope_hi()
                 AND (scope_whole() OR scope_covers(c.region_path, c.oversight_line))) THEN
    RETURN 0;
  END IF;
  SELECT coalesce(array_agg(a.id), '{}') INTO admins FROM (
    SELECT m.id FROM account_membership m WHERE m.company_id = of_company AND m.ended_at IS NULL AND m.roles && '{principal,safety}' ORDER BY m.id FOR UPDATE) a;
  UPDATE account_session s SET revoked_at = at WHERE s.membership_id = ANY (admins) AND s.revoked_at IS NULL;
  IF NOT keep THEN
    UPDATE account_membership m SET ended_at = at WHERE m.id = ANY (admins);
  END IF;
  RETURN cardinality(admins);
END $$;
-- +goose StatementEnd
GRANT EXECUTE ON FUNCTION activation_dismiss(bigint, boolean, timestamptz) TO anbiao_regulator;

-- Wrong slip codes by where they were typed, by hour.
CREATE TABLE activation_guess (
  address text NOT NULL,                  -- IPv4, or the /64 of an IPv6 address
  hour    timestamptz NOT NULL,
  n       int NOT NULL,
  CONSTRAINT activation_guess_pkey PRIMARY KEY (address, hour)
);
SELECT declare_table('activation_guess', 'system');

-- What the set-up on the phone made for a company, and whether it still has the light profile.
CREATE TABLE activation_profile (
  company_id     bigint NOT NULL CONSTRAINT activation_profile_pkey PRIMARY KEY CONSTRAINT activation_profile_company_id_fkey REFERENCES company (company_id),
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  light          boolean NOT NULL,
  point_id       bigint NOT NULL,         -- the check point for the whole plant (全厂)
  plan_id        bigint NOT NULL,         -- the monthly plan
  items          int NOT NULL,            -- of the light list when it was last put in force
  majors         int NOT NULL,            -- of these, major ones
  posts          text[] NOT NULL,         -- names of the posts that were set up
  set_up_at      timestamptz NOT NULL,
  set_up_by_name text NOT NULL,
  full_at        timestamptz,             -- went over to the full profile
  CONSTRAINT activation_profile_point_id_fkey FOREIGN KEY (company_id, point_id) REFERENCES checklist_point (company_id, id),
  CONSTRAINT activation_profile_plan_id_fkey FOREIGN KEY (company_id, plan_id) REFERENCES inspection_plan (company_id, id)
);
CREATE INDEX activation_profile_region_path_idx ON activation_profile (region_path, company_id);
SELECT declare_table('activation_profile', 'company');

-- +goose Down
DELETE FROM table_class WHERE name LIKE 'activation\_%';
DROP TABLE activation_profile, activation_guess, activation_tally, activation_slip, activation_batch;
DROP FUNCTION activation_dismiss(bigint, boolean, timestamptz), activation_slip_counted(), activation_slip_used();
DROP INDEX account_pass_phone_idx;
DELETE FROM account_pass WHERE purpose = 'phone';
ALTER TABLE account_pass DROP CONSTRAINT account_pass_purpose_check,
  ADD CONSTRAINT account_pass_purpose_check CHECK (purpose IN ('invitation', 'link', 'sms-login', 'reset'));
