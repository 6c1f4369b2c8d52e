-- The message office (消息运行): what left and what did not, mass sends, one digest after an outage, addresses to be put right.
-- +goose Up

CREATE INDEX notice_delivery_person_id_idx ON notice_delivery (person_id, id DESC) WHERE person_id IS NOT NULL;
CREATE INDEX notice_delivery_trouble_idx ON notice_delivery (id DESC) WHERE state IN ('failed', 'dead', 'unroutable');
CREATE INDEX notice_delivery_waiting_idx ON notice_delivery (channel, created_at) WHERE state IN ('queued', 'held');
CREATE INDEX notice_delivery_settled_at_idx ON notice_delivery (settled_at, channel, state) WHERE settled_at IS NOT NULL;
CREATE INDEX account_person_name_idx ON account_person (name);
CREATE INDEX company_name_idx ON company (name);
CREATE INDEX notice_campaign_idx ON notice (object_id) WHERE noun = 'campaign';

-- What holds for the whole installation. One row.
CREATE TABLE notice_setting (
  one_row         boolean CONSTRAINT notice_setting_pkey PRIMARY KEY DEFAULT true CONSTRAINT notice_setting_one_row_check CHECK (one_row),
  digest_hours    int NOT NULL CONSTRAINT notice_setting_digest_hours_check CHECK (digest_hours BETWEEN 1 AND 240), -- that messages may wait before they become one
  digest_over     int NOT NULL CONSTRAINT notice_setting_digest_over_check CHECK (digest_over BETWEEN 1 AND 1000),  -- and how many may leave one by one
  sms_li          int NOT NULL CONSTRAINT notice_setting_sms_li_check CHECK (sms_li BETWEEN 0 AND 100000),          -- price of a text message in 厘, a thousandth of a yuan
  changed_at      timestamptz,
  changed_by_name text NOT NULL DEFAULT ''
);
-- custom: regulators read the price, the platform administrator sets all.
SELECT declare_table('notice_setting', 'custom');
CREATE POLICY senders_read ON notice_setting FOR SELECT TO anbiao_regulator, anbiao_platform USING (true);
CREATE POLICY platform_sets ON notice_setting FOR UPDATE TO anbiao_platform USING (true) WITH CHECK (true);
GRANT SELECT ON notice_setting TO anbiao_regulator, anbiao_platform;
GRANT UPDATE (digest_hours, digest_over, sms_li, changed_at, changed_by_name) ON notice_setting TO anbiao_platform;
INSERT INTO notice_setting (digest_hours, digest_over, sms_li) VALUES (12, 3, 45);

-- Whether something that runs every morning was through in time. Decided once a day.
CREATE TABLE notice_alarm (
  on_day    date NOT NULL,
  name      text NOT NULL,        -- of the schedule
  late      boolean NOT NULL,
  at        timestamptz NOT NULL,
  waiting   int NOT NULL,         -- its open jobs at that time
  tried_at  timestamptz,          -- of the other channel: when it was last tried
  called_at timestamptz,          -- when it took the alarm
  CONSTRAINT notice_alarm_pkey PRIMARY KEY (on_day, name)
);
SELECT declare_table('notice_alarm', 'system');

-- A message to many (群发消息), by the platform or by a regulator. What was sent stays as it was sent.
CREATE TABLE notice_campaign (
  id              bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT notice_campaign_pkey PRIMARY KEY,
  organisation_id bigint NOT NULL CONSTRAINT notice_campaign_organisation_id_fkey REFERENCES account_organisation (id),
  sender          text NOT NULL,
  title           text NOT NULL,
  body            text NOT NULL,
  link            text NOT NULL,
  roles           text[] NOT NULL,      -- of companies' people
  areas           text[] NOT NULL,      -- region paths; none: everywhere
  lines           smallint[] NOT NULL,  -- supervision lines of the regulator that sends; none: all
  channels        text[] NOT NULL,      -- besides the inbox
  state           text NOT NULL CONSTRAINT notice_campaign_state_check CHECK (state IN ('draft', 'sending', 'stopped', 'done')),
  total           int NOT NULL DEFAULT 0,    -- people, when it began
  told            int NOT NULL DEFAULT 0,
  cost_li         bigint NOT NULL DEFAULT 0, -- estimated when it began, in 厘
  after_id        bigint NOT NULL DEFAULT 0, -- membership reached
  made_at         timestamptz NOT NULL,
  made_by_name    text NOT NULL,
  tested_at       timestamptz,          -- as it stands now; NULL: it was changed since
  sent_at         timestamptz,
  sent_by_name    text NOT NULL DEFAULT '',
  stopped_at      timestamptz,
  stopped_by_name text NOT NULL DEFAULT '',
  finished_at     timestamptz
);
CREATE INDEX notice_campaign_organisation_id_idx ON notice_campaign (organisation_id, id DESC);
-- custom: each organisation its own.
SELECT declare_table('notice_campaign', 'custom');
CREATE POLICY organisation_own ON notice_campaign TO anbiao_regulator, anbiao_platform USING (organisation_id = scope_organisation()) WITH CHECK (organisation_id = scope_organisation());
GRANT SELECT, INSERT, UPDATE ON notice_campaign TO anbiao_regulator, anbiao_platform;

-- notice_audience counts whom a message to companies' people would reach, within what the asker oversees.
CREATE FUNCTION notice_audience(for_roles text[], in_areas text[]) RETURNS TABLE (people bigint, mail bigint, phone bigint, wechat bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT count(*), count(*) FILTER (WHERE p.email <> ''), count(*) FILTER (WHERE p.phone IS NOT NULL), count(*) FILTER (WHERE w.person_id IS NOT NULL)
  FROM (SELECT DISTINCT m.person_id FROM account_membership m JOIN company c ON c.company_id = m.company_id
        WHERE m.ended_at IS NULL AND m.roles && for_roles
          AND (in_areas = '{}' OR EXISTS (SELECT FROM unnest(in_areas) a WHERE starts_with(c.region_path, a)))
          AND (scope_lo() IS NULL OR (c.region_path >= scope_lo() AND c.region_path < scope_hi() AND scope_covers(c.region_path, c.oversight_line)))) m
  JOIN account_person p ON p.id = m.person_id AND p.disabled_at IS NULL
  LEFT JOIN notice_wechat w ON w.person_id = m.person_id $$;
GRANT EXECUTE ON FUNCTION notice_audience(text[], text[]) TO anbiao_regulator, anbiao_platform;

-- notice_campaign_stop takes back what of a mass send has not left.
CREATE FUNCTION notice_campaign_stop(campaign bigint, at timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE notice_delivery d SET state = 'cancelled', settled_at = at
  FROM notice n JOIN notice_campaign c ON c.id = n.object_id
  WHERE n.noun = 'campaign' AND n.object_id = campaign AND c.organisation_id = scope_organisation() AND d.notice_id = n.id AND d.state IN ('queued', 'held') $$;
GRANT EXECUTE ON FUNCTION notice_campaign_stop(bigint, timestamptz) TO anbiao_regulator, anbiao_platform;

-- notice_campaign_reach counts what became of a mass send, by channel and state.
CREATE FUNCTION notice_campaign_reach(campaign bigint) RETURNS TABLE (channel text, state text, n bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT d.channel, d.state, count(*)
  FROM notice_campaign c JOIN notice n ON n.noun = 'campaign' AND n.object_id = c.id JOIN notice_delivery d ON d.notice_id = n.id
  WHERE c.id = campaign AND c.organisation_id = scope_organisation() GROUP BY 1, 2 ORDER BY 1, 2 $$;
GRANT EXECUTE ON FUNCTION notice_campaign_reach(bigint) TO anbiao_regulator, anbiao_platform;

-- An address that a channel has called void, as a task of the safety managers (联系方式待更正).
CREATE TABLE notice_fix (
  company_id     bigint NOT NULL CONSTRAINT notice_fix_company_id_fkey REFERENCES company (company_id),
  id             bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT notice_fix_id_key UNIQUE,
  person_id      bigint NOT NULL CONSTRAINT notice_fix_person_id_fkey REFERENCES account_person (id),
  person_name    text NOT NULL,
  channel        text NOT NULL,
  address_index  bytea NOT NULL,
  address        text NOT NULL,     -- masked
  detail         text NOT NULL,     -- what the channel said
  opened_at      timestamptz NOT NULL,
  closed_at      timestamptz,
  closed_by_name text NOT NULL DEFAULT '',
  how            text NOT NULL DEFAULT '' CONSTRAINT notice_fix_how_check CHECK (how IN ('', 'changed', 'marked', 'left')),
  CONSTRAINT notice_fix_pkey PRIMARY KEY (company_id, person_id, channel, address_index)
);
CREATE INDEX notice_fix_open_idx ON notice_fix (company_id, id DESC) WHERE closed_at IS NULL;
SELECT declare_table('notice_fix', 'private');
CREATE POLICY owner_functions ON notice_fix TO CURRENT_USER USING (true) WITH CHECK (true); -- for notice_revive

-- notice_revive lets an address be tried again that the company says is right.
CREATE FUNCTION notice_revive(fix bigint) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  DELETE FROM notice_dead_address a USING notice_fix f
  WHERE f.id = fix AND f.company_id = scope_company() AND a.person_id = f.person_id AND a.channel = f.channel AND a.address_index = f.address_index $$;
GRANT EXECUTE ON FUNCTION notice_revive(bigint) TO anbiao_company;

-- notice_office lists deliveries, the newest first: to anybody for the platform administrator, to its own people and robots for a
-- company. want: people (ids) and indexes (hex) or firm, channel, state, beyond (id) and back.
-- +goose StatementBegin
CREATE FUNCTION notice_office(want jsonb, lim int) RETURNS TABLE (id bigint, created_at timestamptz, settled_at timestamptz, next_at timestamptz,
  channel text, state text, held_for text, attempts int, error text, receipt text, address text, person_id bigint, person_name text,
  company_id bigint, company_name text, hook_name text, title text, code text, params jsonb, read_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
DECLARE
  own      constant bigint := scope_company();
  firm     constant bigint := coalesce(own, (want->>'firm')::bigint);
  people   constant bigint[] := ARRAY(SELECT x::bigint FROM jsonb_array_elements_text(coalesce(want->'people', '[]')) x);
  indexes  constant bytea[] := ARRAY(SELECT decode(x, 'hex') FROM jsonb_array_elements_text(coalesce(want->'indexes', '[]')) x);
  anybody  constant boolean := NOT (want ? 'people' OR want ? 'indexes');
  one      constant bigint := (want->>'one')::bigint;
  on_what  constant text := want->>'channel';
  in_state constant text[] := ARRAY(SELECT jsonb_array_elements_text(coalesce(want->'states', '[]')));
  beyond   constant bigint := (want->>'beyond')::bigint;
  back     constant boolean := coalesce((want->>'back')::boolean, false);
BEGIN
  RETURN QUERY
    SELECT d.id, d.created_at, d.settled_at, d.next_at, d.channel, d.state, d.held_for, d.attempts, d.error, d.receipt, d.address,
           d.person_id, coalesce(p.name, ''), d.company_id, coalesce(c.name, ''), coalesce(h.name, ''), d.title, coalesce(n.code, ''), coalesce(n.params, '{}'), n.read_at
    FROM notice_delivery d
    LEFT JOIN notice n ON n.id = d.notice_id
    LEFT JOIN account_person p ON p.id = d.person_id
    LEFT JOIN company c ON c.company_id = d.company_id
    LEFT JOIN notice_hook h ON h.id = d.hook_id
    WHERE (firm IS NULL OR d.company_id = firm)
      AND (own IS NULL OR d.hook_id IS NOT NULL OR n.organisation_id IS NULL)
      AND (one IS NULL OR d.id = one)
      AND (anybody OR d.person_id = ANY (people) OR d.address_index = ANY (indexes))
      AND (on_what IS NULL OR d.channel = on_what)
      AND (in_state = '{}' OR d.state = ANY (in_state))
      AND (beyond IS NULL OR CASE WHEN back THEN d.id > beyond ELSE d.id < beyond END)
    ORDER BY CASE WHEN back THEN d.id END, CASE WHEN NOT back THEN d.id END DESC
    LIMIT lim;
END $$;
-- +goose StatementEnd

-- notice_tries lists the attempts of a delivery that notice_office would list.
CREATE FUNCTION notice_tries(delivery bigint) RETURNS TABLE (at timestamptz, outcome text, detail text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT a.at, a.outcome, a.detail FROM notice_attempt a
  WHERE a.delivery_id = delivery AND EXISTS (SELECT FROM notice_office(jsonb_build_object('one', delivery), 1)) ORDER BY a.at $$;

-- notice_again sends one delivery again that notice_office would list. Answers what it found: 'none', 'busy' if it is on its way,
-- 'done' if it has arrived or was taken back, else 'again'.
-- +goose StatementBegin
CREATE FUNCTION notice_again(delivery bigint, at timestamptz) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE found text;
BEGIN
  IF NOT EXISTS (SELECT FROM notice_office(jsonb_build_object('one', delivery), 1)) THEN RETURN 'none'; END IF;
  SELECT d.state INTO found FROM notice_delivery d WHERE d.id = delivery FOR UPDATE;
  IF found IN ('queued', 'claimed') THEN RETURN 'busy'; END IF;
  IF notice_requeue(ARRAY[delivery], at) = 0 THEN RETURN 'done'; END IF;
  RETURN 'again';
END $$;
-- +goose StatementEnd

-- notice_people finds whom a search of the message office means: by login, phone or full name.
CREATE FUNCTION notice_people(q text) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT p.id FROM account_person p
  WHERE p.id IN (SELECT x.id FROM account_person x WHERE x.login = lower(q) UNION SELECT x.id FROM account_person x WHERE x.phone = q UNION SELECT x.id FROM account_person x WHERE x.name = q)
    AND (scope_company() IS NULL OR EXISTS (SELECT FROM account_membership m WHERE m.person_id = p.id AND m.company_id = scope_company()))
  ORDER BY p.id LIMIT 50 $$;

-- notice_firms finds the companies that a search of the message office means.
CREATE FUNCTION notice_firms(q text) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT c.company_id FROM company c
  WHERE c.company_id IN (SELECT x.company_id FROM company x WHERE x.uscc = upper(q) AND x.uscc <> '' UNION SELECT x.company_id FROM company x WHERE x.name = q) AND (scope_company() IS NULL OR c.company_id = scope_company())
  ORDER BY c.company_id LIMIT 20 $$;
GRANT EXECUTE ON FUNCTION notice_office(jsonb, int), notice_tries(bigint), notice_again(bigint, timestamptz), notice_people(text), notice_firms(text) TO anbiao_company, anbiao_platform;

-- notice_traffic is what each channel did since an instant, and what waits.
CREATE FUNCTION notice_traffic(since timestamptz) RETURNS TABLE (channel text, sent bigint, failed bigint, waiting bigint, oldest timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT v.channel, coalesce(s.sent, 0), coalesce(s.failed, 0), coalesce(w.n, 0), w.oldest
  FROM notice_valve v
  LEFT JOIN (SELECT d.channel, count(*) FILTER (WHERE d.state = 'sent') AS sent, count(*) FILTER (WHERE d.state IN ('failed', 'dead')) AS failed
    FROM notice_delivery d WHERE d.settled_at >= since GROUP BY 1) s ON s.channel = v.channel
  LEFT JOIN (SELECT d.channel, count(*) AS n, min(d.created_at) AS oldest FROM notice_delivery d WHERE d.state IN ('queued', 'held') GROUP BY 1) w ON w.channel = v.channel
  ORDER BY v.channel $$;
GRANT EXECUTE ON FUNCTION notice_traffic(timestamptz) TO anbiao_platform;

-- +goose Down
DROP FUNCTION notice_traffic(timestamptz), notice_firms(text), notice_people(text), notice_again(bigint, timestamptz), notice_tries(bigint), notice_office(jsonb, int),
  notice_revive(bigint), notice_campaign_reach(bigint), notice_campaign_stop(bigint, timestamptz), notice_audience(text[], text[]);
DROP TABLE notice_fix, notice_campaign, notice_alarm, notice_setting;
DROP INDEX company_name_idx, account_person_name_idx, notice_campaign_idx, notice_delivery_settled_at_idx, notice_delivery_waiting_idx, notice_delivery_trouble_idx, notice_delivery_person_id_idx;
DELETE FROM table_class WHERE name IN ('notice_fix', 'notice_campaign', 'notice_alarm', 'notice_setting');
