-- What was refused to whom, how often an address was refused, how a session was opened and when it was last used; what somebody else may end.
-- +goose Up

-- What was refused to a person, a row a minute and kind however often: whoever tries all day fills no table.
CREATE TABLE account_refusal (
  person_id bigint NOT NULL CONSTRAINT account_refusal_person_id_fkey REFERENCES account_person (id) ON DELETE CASCADE,
  minute    timestamptz NOT NULL,       -- a whole one
  kind      text NOT NULL CONSTRAINT account_refusal_kind_check CHECK (kind IN ('sign-in', 'confirm', 'permission')),
  what      text NOT NULL,              -- code of the latest fault; of a permission the latest action
  address   text NOT NULL,              -- of the latest try
  times     int NOT NULL,
  latest_at timestamptz NOT NULL,
  CONSTRAINT account_refusal_pkey PRIMARY KEY (person_id, minute, kind)
);
CREATE INDEX account_refusal_minute_idx ON account_refusal (minute);
-- custom: a person reads his own, those who look after members read theirs; the job runner's role writes.
SELECT declare_table('account_refusal', 'custom');
CREATE POLICY person_own ON account_refusal FOR SELECT TO anbiao_company, anbiao_service, anbiao_regulator, anbiao_agency, anbiao_platform USING (person_id = scope_person());
CREATE POLICY company_members ON account_refusal FOR SELECT TO anbiao_company
  USING (person_id IN (SELECT m.person_id FROM account_membership m WHERE m.company_id = scope_company() AND m.ended_at IS NULL));
CREATE POLICY organisation_members ON account_refusal FOR SELECT TO anbiao_regulator
  USING (person_id IN (SELECT m.person_id FROM account_membership m WHERE m.organisation_id = scope_organisation() AND m.ended_at IS NULL));
CREATE POLICY platform_members ON account_refusal FOR SELECT TO anbiao_platform
  USING (person_id IN (SELECT m.person_id FROM account_membership m WHERE m.company_id IS NULL AND m.ended_at IS NULL));
GRANT SELECT ON account_refusal TO anbiao_company, anbiao_service, anbiao_regulator, anbiao_agency, anbiao_platform;

-- How often an address was refused since a moment: an IPv4 address, or the first half of an IPv6 one.
CREATE TABLE account_throttle (
  network  text CONSTRAINT account_throttle_pkey PRIMARY KEY,
  since    timestamptz NOT NULL,
  refusals int NOT NULL
);
CREATE INDEX account_throttle_since_idx ON account_throttle (since);
SELECT declare_table('account_throttle', 'system');

ALTER TABLE account_session ADD COLUMN way text NOT NULL DEFAULT '', ADD COLUMN used_at timestamptz;

-- session_used returns who a token stands for, as session_actor did for the program of before, and notes the use. A sign-in of
-- one of the kinds that was not used for as long as idle ends here; one that nobody attends (a page that only listens) is not noted.
-- +goose StatementBegin
CREATE FUNCTION session_used(h bytea, today date, at timestamptz, idle interval, kinds text[], attended boolean) RETURNS TABLE (
  session_id bigint, person_id bigint, membership_id bigint, kind text, roles text[], name text, company_id bigint, region_path text, oversight_line smallint,
  staff_id bigint, organisation_id bigint, areas text[], lines smallint[], only_actions text[], unit_path text, confirmed_at timestamptz, token boolean, totp boolean,
  must_change boolean, way text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  s account_session;
  resting boolean;
BEGIN
  SELECT * INTO s FROM account_session WHERE token_hash = h AND revoked_at IS NULL AND expires_at > at;
  IF NOT FOUND THEN RETURN; END IF;
  resting := s.name = '' AND idle > interval '0' AND EXISTS (SELECT FROM account_membership m WHERE m.id = s.membership_id AND m.kind = ANY (kinds));
  IF resting AND coalesce(s.used_at, s.created_at) < at - idle THEN
    UPDATE account_session SET revoked_at = at WHERE id = s.id;
    RETURN;
  END IF;
  IF resting AND attended AND coalesce(s.used_at, s.created_at) < at - least(idle / 10, interval '5 minutes') THEN
    UPDATE account_session SET used_at = at WHERE id = s.id;
  END IF;
  IF s.seen_on < today THEN UPDATE account_session SET seen_on = today WHERE id = s.id; END IF;
  RETURN QUERY
    SELECT s.id, p.id, m.id, m.kind, m.roles, p.name, c.company_id, c.region_path, c.oversight_line, m.staff_id, m.organisation_id,
           coalesce(o.areas, '{}'), coalesce(o.lines, '{}'), s.only_actions, coalesce(u.unit_path, ''), s.confirmed_at, s.name <> '', p.totp_confirmed_at IS NOT NULL,
           p.must_change, s.way
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
GRANT EXECUTE ON FUNCTION session_used(bytea, date, timestamptz, interval, text[], boolean) TO anbiao_public;

-- account_factor_off takes a person's second factor off and ends all his sessions and tokens. For account_lift_totp only.
-- +goose StatementBegin
CREATE FUNCTION account_factor_off(who bigint, at timestamptz) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE account_person SET totp_secret = NULL, totp_confirmed_at = NULL WHERE id = who;
  UPDATE account_session SET revoked_at = at WHERE person_id = who AND revoked_at IS NULL $$;

-- account_lift_totp takes the second factor off a member of the actor's own company or organisation: what became of it, and of whom.
-- Who belongs elsewhere, too, is refused: one company must not weaken what opens another.
CREATE FUNCTION account_lift_totp(m bigint, at timestamptz, OUT outcome text, OUT person bigint) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  outcome := 'none';
  SELECT x.person_id INTO person FROM account_membership x
  WHERE x.id = m AND x.ended_at IS NULL AND (x.company_id = scope_company() OR x.organisation_id = scope_organisation());
  IF person IS NULL THEN RETURN; END IF;
  outcome := CASE
    WHEN person = scope_person() THEN 'own'
    WHEN EXISTS (SELECT FROM account_membership x WHERE x.person_id = person AND x.ended_at IS NULL
                 AND x.company_id IS DISTINCT FROM scope_company() AND x.organisation_id IS DISTINCT FROM scope_organisation()) THEN 'elsewhere'
    WHEN EXISTS (SELECT FROM account_person p WHERE p.id = person AND p.totp_confirmed_at IS NULL) THEN 'off'
    ELSE 'lifted' END;
  IF outcome = 'lifted' THEN PERFORM account_factor_off(person, at); END IF;
END $$;

-- account_lift_totp_of does so for anybody, by login or phone number: for the platform.
CREATE FUNCTION account_lift_totp_of(who text, at timestamptz, OUT outcome text, OUT person bigint) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  outcome := 'none';
  SELECT p.id INTO person FROM account_person p WHERE p.login = who OR p.phone = who ORDER BY p.id LIMIT 1;
  IF person IS NULL THEN RETURN; END IF;
  outcome := CASE
    WHEN person = scope_person() THEN 'own'
    WHEN EXISTS (SELECT FROM account_person p WHERE p.id = person AND p.totp_confirmed_at IS NULL) THEN 'off'
    ELSE 'lifted' END;
  IF outcome = 'lifted' THEN PERFORM account_factor_off(person, at); END IF;
END $$;

-- account_end_sessions ends what is open in a membership that the actor looks after, tokens too, and returns how many those were.
CREATE FUNCTION account_end_sessions(m bigint, at timestamptz) RETURNS int LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE n int;
BEGIN
  UPDATE account_session s SET revoked_at = at FROM account_membership x
  WHERE x.id = m AND s.membership_id = x.id AND s.revoked_at IS NULL AND s.expires_at > at
    AND (x.company_id = scope_company() OR x.organisation_id = scope_organisation()
         OR (x.company_id IS NULL AND pg_has_role(session_user, 'anbiao_platform', 'MEMBER')));
  GET DIAGNOSTICS n = ROW_COUNT;
  RETURN n;
END $$;
-- +goose StatementEnd
GRANT EXECUTE ON FUNCTION account_lift_totp(bigint, timestamptz) TO anbiao_company, anbiao_regulator;
GRANT EXECUTE ON FUNCTION account_lift_totp_of(text, timestamptz) TO anbiao_platform;
GRANT EXECUTE ON FUNCTION account_end_sessions(bigint, timestamptz) TO anbiao_company, anbiao_regulator, anbiao_platform;

-- +goose Down
DROP FUNCTION account_end_sessions(bigint, timestamptz), account_lift_totp_of(text, timestamptz), account_lift_totp(bigint, timestamptz), account_factor_off(bigint, timestamptz),
  session_used(bytea, date, timestamptz, interval, text[], boolean);
ALTER TABLE account_session DROP COLUMN used_at, DROP COLUMN way;
DROP TABLE account_throttle, account_refusal;
DELETE FROM table_class WHERE name IN ('account_throttle', 'account_refusal');
