-- A session knows when its person last showed that it is he; session_actor tells it, and whether it is an API token and a second factor is on.
-- +goose Up
ALTER TABLE account_session ADD COLUMN confirmed_at timestamptz;

DROP FUNCTION session_actor(bytea, date);
-- +goose StatementBegin
CREATE FUNCTION session_actor(h bytea, today date) RETURNS TABLE (
  session_id bigint, person_id bigint, membership_id bigint, kind text, roles text[], name text, company_id bigint, region_path text, oversight_line smallint,
  staff_id bigint, organisation_id bigint, areas text[], lines smallint[], only_actions text[], unit_path text, confirmed_at timestamptz, token boolean, totp boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE s account_session;
BEGIN
  SELECT * INTO s FROM account_session WHERE token_hash = h AND revoked_at IS NULL AND expires_at > now();
  IF NOT FOUND THEN RETURN; END IF;
  IF s.seen_on < today THEN UPDATE account_session SET seen_on = today WHERE id = s.id; END IF;
  RETURN QUERY
    SELECT s.id, p.id, m.id, m.kind, m.roles, p.name, c.company_id, c.region_path, c.oversight_line, m.staff_id, m.organisation_id,
           coalesce(o.areas, '{}'), coalesce(o.lines, '{}'), s.only_actions, coalesce(u.unit_path, ''), s.confirmed_at, s.name <> '', p.totp_confirmed_at IS NOT NULL
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

-- +goose Down
DROP FUNCTION session_actor(bytea, date);
ALTER TABLE account_session DROP COLUMN confirmed_at;
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
