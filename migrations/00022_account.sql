-- People who log in, the organisations and companies they act for, their sessions.
-- +goose Up

CREATE TABLE account_person (
  id                  bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT account_person_pkey PRIMARY KEY,
  login               text NOT NULL CONSTRAINT account_person_login_key UNIQUE,   -- lower case
  phone               text CONSTRAINT account_person_phone_key UNIQUE,
  name                text NOT NULL,
  email               text NOT NULL DEFAULT '',
  lang                text NOT NULL DEFAULT 'zh-CN' CONSTRAINT account_person_lang_check CHECK (lang IN ('zh-CN', 'en')),
  password_hash       text NOT NULL,                  -- argon2id, PHC string; empty: no password yet
  must_change         boolean NOT NULL DEFAULT false, -- the password was set by somebody else
  totp_secret         bytea,                          -- sealed
  totp_confirmed_at   timestamptz,
  totp_last_step      bigint NOT NULL DEFAULT 0,      -- a code works once
  failures            int NOT NULL DEFAULT 0,         -- wrong passwords since the last right one
  locked_until        timestamptz,
  disabled_at         timestamptz,
  created_at          timestamptz NOT NULL DEFAULT now()
);
-- custom: each reads and edits his own row, but never the columns that guard it; a company reads the names of its members.
SELECT declare_table('account_person', 'custom');

-- An organisation that is not a company: a regulator, a safety-service agency (安全服务机构), a review agency, the platform.
CREATE TABLE account_organisation (
  id         bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT account_organisation_pkey PRIMARY KEY,
  kind       text NOT NULL CONSTRAINT account_organisation_kind_check CHECK (kind IN ('service', 'regulator', 'agency', 'platform')),
  name       text NOT NULL,
  areas      text[] NOT NULL DEFAULT '{}',      -- region paths a regulator oversees
  lines      smallint[] NOT NULL DEFAULT '{}',  -- supervision lines it is limited to; empty: all
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT account_organisation_kind_name_key UNIQUE (kind, name)
);
-- custom: its own members read it; the platform administers all.
SELECT declare_table('account_organisation', 'custom');

-- A safety-service agency works for a company from one day to another.
CREATE TABLE account_engagement (
  company_id      bigint NOT NULL CONSTRAINT account_engagement_company_id_fkey REFERENCES company (company_id),
  organisation_id bigint NOT NULL CONSTRAINT account_engagement_organisation_id_fkey REFERENCES account_organisation (id),
  from_on         date NOT NULL,
  until_on        date,
  CONSTRAINT account_engagement_pkey PRIMARY KEY (company_id, organisation_id, from_on)
);
CREATE INDEX account_engagement_organisation_id_idx ON account_engagement (organisation_id, company_id);
-- custom: the company makes and ends engagements, the agency reads its own.
SELECT declare_table('account_engagement', 'custom');
CREATE POLICY company_own ON account_engagement TO anbiao_company USING (company_id = scope_company()) WITH CHECK (company_id = scope_company());
CREATE POLICY agency_own ON account_engagement FOR SELECT TO anbiao_service USING (organisation_id = scope_organisation());
GRANT SELECT, INSERT, UPDATE ON account_engagement TO anbiao_company;
GRANT SELECT ON account_engagement TO anbiao_service;

-- A person's place in one organisation or company.
CREATE TABLE account_membership (
  id              bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT account_membership_pkey PRIMARY KEY,
  person_id       bigint NOT NULL CONSTRAINT account_membership_person_id_fkey REFERENCES account_person (id),
  kind            text NOT NULL CONSTRAINT account_membership_kind_check CHECK (kind IN ('company', 'service', 'regulator', 'agency', 'platform')),
  organisation_id bigint CONSTRAINT account_membership_organisation_id_fkey REFERENCES account_organisation (id),
  company_id      bigint,
  staff_id        bigint,
  roles           text[] NOT NULL,
  created_at      timestamptz NOT NULL DEFAULT now(),
  ended_at        timestamptz,
  CONSTRAINT account_membership_company_id_staff_id_fkey FOREIGN KEY (company_id, staff_id) REFERENCES staff_person (company_id, id),
  CONSTRAINT account_membership_place_check CHECK ((kind = 'company') = (company_id IS NOT NULL) AND (kind <> 'company') = (organisation_id IS NOT NULL))
);
CREATE UNIQUE INDEX account_membership_person_id_company_id_key ON account_membership (person_id, company_id) WHERE ended_at IS NULL AND company_id IS NOT NULL;
CREATE UNIQUE INDEX account_membership_person_id_organisation_id_key ON account_membership (person_id, organisation_id) WHERE ended_at IS NULL AND organisation_id IS NOT NULL;
CREATE INDEX account_membership_company_id_idx ON account_membership (company_id) WHERE company_id IS NOT NULL;
CREATE INDEX account_membership_organisation_id_idx ON account_membership (organisation_id) WHERE organisation_id IS NOT NULL;
-- custom: a person reads his own; a company and an organisation administer those of their members.
SELECT declare_table('account_membership', 'custom');
CREATE POLICY person_own ON account_membership FOR SELECT TO anbiao_company, anbiao_service, anbiao_regulator, anbiao_agency, anbiao_platform USING (person_id = scope_person());
CREATE POLICY company_own ON account_membership TO anbiao_company USING (company_id = scope_company()) WITH CHECK (company_id = scope_company());
CREATE POLICY organisation_own ON account_membership TO anbiao_service, anbiao_regulator, anbiao_agency USING (organisation_id = scope_organisation()) WITH CHECK (organisation_id = scope_organisation());
CREATE POLICY platform_all ON account_membership TO anbiao_platform USING (company_id IS NULL) WITH CHECK (company_id IS NULL);
GRANT SELECT, INSERT, UPDATE ON account_membership TO anbiao_company, anbiao_service, anbiao_regulator, anbiao_agency, anbiao_platform;

CREATE POLICY person_own ON account_person TO anbiao_company, anbiao_service, anbiao_regulator, anbiao_agency, anbiao_platform USING (id = scope_person()) WITH CHECK (id = scope_person());
CREATE POLICY company_members ON account_person FOR SELECT TO anbiao_company USING (id IN (SELECT m.person_id FROM account_membership m WHERE m.company_id = scope_company()));
CREATE POLICY organisation_members ON account_person FOR SELECT TO anbiao_service, anbiao_regulator, anbiao_agency USING (id IN (SELECT m.person_id FROM account_membership m WHERE m.organisation_id = scope_organisation()));
CREATE POLICY platform_members ON account_person FOR SELECT TO anbiao_platform USING (id IN (SELECT m.person_id FROM account_membership m WHERE m.company_id IS NULL));
GRANT SELECT (id, login, phone, name, email, lang, must_change, totp_confirmed_at, locked_until, disabled_at, created_at), UPDATE (email, lang)
  ON account_person TO anbiao_company, anbiao_service, anbiao_regulator, anbiao_agency, anbiao_platform;

CREATE POLICY members_read ON account_organisation FOR SELECT TO anbiao_service, anbiao_regulator, anbiao_agency USING (id = scope_organisation());
CREATE POLICY platform_all ON account_organisation TO anbiao_platform USING (true) WITH CHECK (true);
CREATE POLICY company_service ON account_organisation FOR SELECT TO anbiao_company USING (kind = 'service');
GRANT SELECT ON account_organisation TO anbiao_company, anbiao_service, anbiao_regulator, anbiao_agency, anbiao_platform;
GRANT INSERT, UPDATE ON account_organisation TO anbiao_platform;

-- One sign-in, in one membership at a time. The token itself is never stored.
CREATE TABLE account_session (
  id            bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT account_session_pkey PRIMARY KEY,
  token_hash    bytea NOT NULL CONSTRAINT account_session_token_hash_key UNIQUE,  -- SHA-256
  person_id     bigint NOT NULL CONSTRAINT account_session_person_id_fkey REFERENCES account_person (id),
  membership_id bigint NOT NULL CONSTRAINT account_session_membership_id_fkey REFERENCES account_membership (id),
  company_id    bigint,             -- the company a service agency works for at the moment
  name          text NOT NULL DEFAULT '', -- of an API token, given by its owner; empty for a sign-in
  only_actions  text[] NOT NULL DEFAULT '{}', -- of a one-time link: nothing but these
  address       text NOT NULL DEFAULT '',
  agent         text NOT NULL DEFAULT '',
  created_at    timestamptz NOT NULL DEFAULT now(),
  seen_on       date NOT NULL DEFAULT current_date,
  expires_at    timestamptz NOT NULL,
  revoked_at    timestamptz
);
CREATE INDEX account_session_person_id_idx ON account_session (person_id, id DESC);
SELECT declare_table('account_session', 'person');

-- Secrets that are good once: invitations, one-time links, SMS codes, password resets.
CREATE TABLE account_pass (
  id            bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT account_pass_pkey PRIMARY KEY,
  purpose       text NOT NULL CONSTRAINT account_pass_purpose_check CHECK (purpose IN ('invitation', 'link', 'sms-login', 'reset')),
  token_hash    bytea NOT NULL,    -- of the token, or of phone and code
  person_id     bigint CONSTRAINT account_pass_person_id_fkey REFERENCES account_person (id),
  membership_id bigint CONSTRAINT account_pass_membership_id_fkey REFERENCES account_membership (id),
  organisation_id bigint CONSTRAINT account_pass_organisation_id_fkey REFERENCES account_organisation (id),
  company_id    bigint,
  staff_id      bigint,
  kind          text NOT NULL DEFAULT '',
  roles         text[] NOT NULL DEFAULT '{}',
  name          text NOT NULL DEFAULT '',
  only_actions  text[] NOT NULL DEFAULT '{}',
  path          text NOT NULL DEFAULT '',      -- page that a link opens
  attempts      int NOT NULL DEFAULT 0,
  made_by       bigint,
  created_at    timestamptz NOT NULL DEFAULT now(),
  expires_at    timestamptz NOT NULL,
  used_at       timestamptz,
  CONSTRAINT account_pass_company_id_staff_id_fkey FOREIGN KEY (company_id, staff_id) REFERENCES staff_person (company_id, id)
);
CREATE INDEX account_pass_token_hash_idx ON account_pass (purpose, token_hash);
CREATE INDEX account_pass_person_id_idx ON account_pass (person_id) WHERE used_at IS NULL;
-- custom: each organisation makes and reads its own invitations and links; only the job runner's role reads the hashes back.
SELECT declare_table('account_pass', 'custom');
CREATE POLICY company_own ON account_pass TO anbiao_company USING (company_id = scope_company()) WITH CHECK (company_id = scope_company());
CREATE POLICY organisation_own ON account_pass TO anbiao_service, anbiao_regulator, anbiao_agency USING (organisation_id = scope_organisation()) WITH CHECK (organisation_id = scope_organisation());
CREATE POLICY platform_all ON account_pass TO anbiao_platform USING (company_id IS NULL AND purpose = 'invitation') WITH CHECK (company_id IS NULL AND purpose = 'invitation');
GRANT SELECT (id, purpose, person_id, membership_id, organisation_id, company_id, staff_id, kind, roles, name, path, made_by, created_at, expires_at, used_at), INSERT, UPDATE (expires_at)
  ON account_pass TO anbiao_company, anbiao_service, anbiao_regulator, anbiao_agency, anbiao_platform;

-- session_actor returns who a token stands for, and notes that the session was used today.
-- +goose StatementBegin
CREATE FUNCTION session_actor(h bytea, today date) RETURNS TABLE (
  session_id bigint, person_id bigint, membership_id bigint, kind text, roles text[], name text, company_id bigint, region_path text, oversight_line smallint,
  staff_id bigint, organisation_id bigint, areas text[], lines smallint[], only_actions text[], unit_path text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE s account_session;
BEGIN
  SELECT * INTO s FROM account_session WHERE token_hash = h AND revoked_at IS NULL AND expires_at > now();
  IF NOT FOUND THEN RETURN; END IF;
  IF s.seen_on < today THEN UPDATE account_session SET seen_on = today WHERE id = s.id; END IF;
  RETURN QUERY
    SELECT s.id, p.id, m.id, m.kind, m.roles, p.name, c.company_id, c.region_path, c.oversight_line, m.staff_id, m.organisation_id,
           coalesce(o.areas, '{}'), coalesce(o.lines, '{}'), s.only_actions, coalesce(u.unit_path, '')
    FROM account_membership m
    JOIN account_person p ON p.id = m.person_id AND p.disabled_at IS NULL
    LEFT JOIN account_organisation o ON o.id = m.organisation_id
    LEFT JOIN staff_person sp ON sp.company_id = m.company_id AND sp.id = m.staff_id
    LEFT JOIN staff_unit u ON u.company_id = sp.company_id AND u.id = sp.unit_id
    LEFT JOIN company c ON c.company_id = CASE m.kind WHEN 'company' THEN m.company_id
      WHEN 'service' THEN (SELECT e.company_id FROM account_engagement e WHERE e.organisation_id = m.organisation_id AND e.company_id = s.company_id
                           AND e.from_on <= today AND (e.until_on IS NULL OR e.until_on >= today) LIMIT 1) END
    WHERE m.id = s.membership_id AND m.ended_at IS NULL;
END $$;
-- +goose StatementEnd
GRANT EXECUTE ON FUNCTION session_actor(bytea, date) TO anbiao_public;
-- The owner of session_actor need not be a superuser, and row security is forced on owners too.
CREATE POLICY owner_functions ON account_session TO CURRENT_USER USING (true) WITH CHECK (true);
-- +goose StatementBegin
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_policies WHERE tablename = 'company' AND policyname = 'owner_functions') THEN
    CREATE POLICY owner_functions ON company TO CURRENT_USER USING (true) WITH CHECK (true);
  END IF;
END $$;
-- +goose StatementEnd

ALTER TABLE staff_person ADD CONSTRAINT staff_person_person_id_fkey FOREIGN KEY (person_id) REFERENCES account_person (id);

-- +goose Down
ALTER TABLE staff_person DROP CONSTRAINT staff_person_person_id_fkey;
DROP FUNCTION session_actor(bytea, date);
DROP TABLE account_pass, account_session, account_membership, account_engagement, account_organisation, account_person;
