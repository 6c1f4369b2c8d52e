-- The channels a message leaves on: what people want, a firm's robots and addresses, what was tried, stop and limits.
-- +goose Up

-- A channel as a whole: whether this installation has it, and the operator's hand on it.
CREATE TABLE notice_valve (
  channel         text CONSTRAINT notice_valve_pkey PRIMARY KEY
    CONSTRAINT notice_valve_channel_check CHECK (channel IN ('mail', 'sms', 'wechat', 'webhook', 'wecom', 'dingtalk', 'feishu')),
  configured      boolean NOT NULL,         -- set at each start, from the configuration
  stopped_at      timestamptz,              -- nothing leaves until it is started again
  stopped_by_name text NOT NULL DEFAULT '',
  reason          text NOT NULL DEFAULT '',
  daily_cap       int CONSTRAINT notice_valve_daily_cap_check CHECK (daily_cap > 0),     -- a day in Shanghai; NULL: none
  per_minute      int CONSTRAINT notice_valve_per_minute_check CHECK (per_minute > 0),   -- NULL: no limit
  slot_at         timestamptz               -- when the next message may leave, under per_minute
);
-- custom: everybody may know which channels there are; the platform administrator stops, starts and limits them.
SELECT declare_table('notice_valve', 'custom');
CREATE POLICY everybody_reads ON notice_valve FOR SELECT TO anbiao_company, anbiao_service, anbiao_regulator, anbiao_agency, anbiao_platform USING (true);
CREATE POLICY platform_turns ON notice_valve FOR UPDATE TO anbiao_platform USING (true) WITH CHECK (true);
GRANT SELECT ON notice_valve TO anbiao_company, anbiao_service, anbiao_regulator, anbiao_agency, anbiao_platform;
GRANT UPDATE (stopped_at, stopped_by_name, reason, daily_cap, per_minute) ON notice_valve TO anbiao_platform;
INSERT INTO notice_valve (channel, configured, daily_cap) VALUES ('mail', true, NULL), ('sms', false, 2000), ('wechat', false, NULL),
  ('webhook', true, NULL), ('wecom', true, NULL), ('dingtalk', true, NULL), ('feishu', true, NULL);

-- How many messages left on a channel with a cap on one day.
CREATE TABLE notice_tally (
  channel text NOT NULL CONSTRAINT notice_tally_channel_fkey REFERENCES notice_valve (channel),
  on_day  date NOT NULL,
  n       int NOT NULL,
  CONSTRAINT notice_tally_pkey PRIMARY KEY (channel, on_day)
);
-- custom: the platform administrator reads what a day has cost.
SELECT declare_table('notice_tally', 'custom');
CREATE POLICY platform_reads ON notice_tally FOR SELECT TO anbiao_platform USING (true);
GRANT SELECT ON notice_tally TO anbiao_platform;

-- Where a company's messages go besides to its people: group robots (群机器人) and addresses of its own servers (webhook).
CREATE TABLE notice_hook (
  company_id      bigint NOT NULL CONSTRAINT notice_hook_company_id_fkey REFERENCES company (company_id),
  id              bigint GENERATED ALWAYS AS IDENTITY,
  region_path     text COLLATE "C" NOT NULL,
  oversight_line  smallint NOT NULL,
  kind            text NOT NULL CONSTRAINT notice_hook_kind_check CHECK (kind IN ('webhook', 'wecom', 'dingtalk', 'feishu')),
  name            text NOT NULL,
  url             bytea NOT NULL,           -- sealed: the address of a robot is its password
  address         text NOT NULL,            -- of url, what may be shown
  secret          bytea,                    -- sealed; NULL: it has none
  categories      text[] NOT NULL,          -- of messages it gets; none: all
  lang            text NOT NULL CONSTRAINT notice_hook_lang_check CHECK (lang IN ('zh-CN', 'en')),
  per_minute      int NOT NULL CONSTRAINT notice_hook_per_minute_check CHECK (per_minute BETWEEN 1 AND 600),
  slot_at         timestamptz,              -- when the next message may leave
  open            boolean NOT NULL,
  last_state      text NOT NULL DEFAULT '', -- of the latest delivery; empty: none yet
  last_detail     text NOT NULL DEFAULT '',
  last_at         timestamptz,
  created_at      timestamptz NOT NULL,
  created_by_name text NOT NULL,
  removed_at      timestamptz,
  CONSTRAINT notice_hook_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT notice_hook_id_key UNIQUE (id)
);
SELECT declare_table('notice_hook', 'private');
CREATE POLICY owner_functions ON notice_hook FOR SELECT TO CURRENT_USER USING (true); -- for notice_put

-- A channel that a company does not want for any of its people or robots.
CREATE TABLE notice_switch (
  company_id      bigint NOT NULL CONSTRAINT notice_switch_company_id_fkey REFERENCES company (company_id),
  channel         text NOT NULL CONSTRAINT notice_switch_channel_fkey REFERENCES notice_valve (channel),
  region_path     text COLLATE "C" NOT NULL,
  oversight_line  smallint NOT NULL,
  open            boolean NOT NULL,
  changed_at      timestamptz NOT NULL,
  changed_by_name text NOT NULL,
  CONSTRAINT notice_switch_pkey PRIMARY KEY (company_id, channel)
);
SELECT declare_table('notice_switch', 'private');
CREATE POLICY owner_functions ON notice_switch FOR SELECT TO CURRENT_USER USING (true); -- for notice_put

-- What a person has said about a kind of message on a channel; what he has not said is as notice_put decides.
CREATE TABLE notice_preference (
  person_id bigint NOT NULL CONSTRAINT notice_preference_person_id_fkey REFERENCES account_person (id),
  channel   text NOT NULL CONSTRAINT notice_preference_channel_check CHECK (channel IN ('mail', 'sms', 'wechat')),
  category  text NOT NULL,
  wanted    boolean NOT NULL,
  CONSTRAINT notice_preference_pkey PRIMARY KEY (person_id, channel, category)
);
SELECT declare_table('notice_preference', 'person');
CREATE POLICY owner_functions ON notice_preference FOR SELECT TO CURRENT_USER USING (true); -- for notice_put

-- The WeChat account of a person, as this service account (服务号) knows it.
CREATE TABLE notice_wechat (
  person_id    bigint CONSTRAINT notice_wechat_pkey PRIMARY KEY CONSTRAINT notice_wechat_person_id_fkey REFERENCES account_person (id),
  openid       bytea NOT NULL, -- sealed
  openid_index bytea NOT NULL CONSTRAINT notice_wechat_openid_index_key UNIQUE,
  bound_at     timestamptz NOT NULL
);
SELECT declare_table('notice_wechat', 'person');
GRANT DELETE ON notice_wechat TO anbiao_company, anbiao_service, anbiao_regulator, anbiao_agency, anbiao_platform;
CREATE POLICY owner_functions ON notice_wechat FOR SELECT TO CURRENT_USER USING (true); -- for notice_put

-- An address of a person that a channel has called void: it is not tried again.
CREATE TABLE notice_dead_address (
  person_id     bigint NOT NULL CONSTRAINT notice_dead_address_person_id_fkey REFERENCES account_person (id),
  channel       text NOT NULL,
  address_index bytea NOT NULL,
  since         timestamptz NOT NULL,
  detail        text NOT NULL, -- what the channel said
  CONSTRAINT notice_dead_address_pkey PRIMARY KEY (person_id, channel, address_index)
);
SELECT declare_table('notice_dead_address', 'system');

-- A delivery is to a person or to a hook, or a hook's test (no notice).
ALTER TABLE notice_delivery
  DROP CONSTRAINT notice_delivery_channel_check,
  DROP CONSTRAINT notice_delivery_state_check,
  DROP CONSTRAINT notice_delivery_notice_id_channel_key,
  ALTER COLUMN notice_id DROP NOT NULL,
  ADD COLUMN company_id    bigint CONSTRAINT notice_delivery_company_id_fkey REFERENCES company (company_id),
  ADD COLUMN person_id     bigint,
  ADD COLUMN hook_id       bigint CONSTRAINT notice_delivery_hook_id_fkey REFERENCES notice_hook (id),
  ADD COLUMN event_key     text NOT NULL DEFAULT '', -- of a hook: what must be said once
  ADD COLUMN title         text NOT NULL DEFAULT '', -- what a hook was told: its company cannot read the messages of people
  ADD COLUMN address       text NOT NULL DEFAULT '', -- masked
  ADD COLUMN address_index bytea,                    -- keyed hash of the phone or mail
  ADD COLUMN next_at       timestamptz,              -- of queued and held: when it is tried; NULL: at once, or when the channel is started
  ADD COLUMN held_for      text NOT NULL DEFAULT '', -- quiet, cap, pace, stopped; of state held
  ADD COLUMN provider_id   text NOT NULL DEFAULT '',
  ADD COLUMN receipt       text NOT NULL DEFAULT '', -- the channel's code
  ADD CONSTRAINT notice_delivery_channel_check CHECK (channel IN ('mail', 'sms', 'wechat', 'webhook', 'wecom', 'dingtalk', 'feishu')),
  ADD CONSTRAINT notice_delivery_state_check CHECK (state IN ('queued', 'claimed', 'sent', 'failed', 'dead', 'unroutable', 'cancelled', 'held', 'digested')),
  ADD CONSTRAINT notice_delivery_to_check CHECK ((hook_id IS NULL) = (person_id IS NOT NULL) AND (notice_id IS NOT NULL OR hook_id IS NOT NULL)) NOT VALID;
UPDATE notice_delivery d SET company_id = n.company_id, person_id = n.person_id FROM notice n WHERE n.id = d.notice_id;
ALTER TABLE notice_delivery VALIDATE CONSTRAINT notice_delivery_to_check;
CREATE UNIQUE INDEX notice_delivery_notice_id_channel_key ON notice_delivery (notice_id, channel) WHERE hook_id IS NULL;
CREATE UNIQUE INDEX notice_delivery_hook_id_event_key_key ON notice_delivery (hook_id, event_key) WHERE hook_id IS NOT NULL;
CREATE INDEX notice_delivery_hook_id_idx ON notice_delivery (hook_id, id DESC) WHERE hook_id IS NOT NULL;
CREATE INDEX notice_delivery_company_id_idx ON notice_delivery (company_id, id DESC);
CREATE INDEX notice_delivery_address_index_idx ON notice_delivery (address_index, id DESC) WHERE address_index IS NOT NULL;
CREATE INDEX notice_delivery_held_idx ON notice_delivery (channel, held_for, id) WHERE state = 'held';
CREATE POLICY company_hooks ON notice_delivery FOR SELECT TO anbiao_company USING (company_id = scope_company() AND hook_id IS NOT NULL);
CREATE POLICY service_hooks ON notice_delivery FOR SELECT TO anbiao_service USING (company_id = scope_company() AND hook_id IS NOT NULL AND (SELECT scope_engaged()));
GRANT SELECT ON notice_delivery TO anbiao_company, anbiao_service;

-- Every try of a delivery.
CREATE TABLE notice_attempt (
  delivery_id bigint NOT NULL CONSTRAINT notice_attempt_delivery_id_fkey REFERENCES notice_delivery (id),
  at          timestamptz NOT NULL,
  outcome     text NOT NULL, -- the state it left the delivery in
  detail      text NOT NULL
);
CREATE INDEX notice_attempt_delivery_id_idx ON notice_attempt (delivery_id, at);
SELECT declare_table('notice_attempt', 'system');

-- The code of a letter that a text message carries.
ALTER TABLE notice_mail ADD COLUMN code text NOT NULL DEFAULT '';

-- notice_category says what kind of message it is that people and robots choose by.
CREATE FUNCTION notice_category(noun text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN noun IN ('certificate', 'staff_post', 'staff_assignment', 'staff', 'equipment', 'contractor') THEN 'certificate'
    WHEN noun LIKE 'training%' OR noun LIKE 'exam%' THEN 'training'
    WHEN noun LIKE 'hazard%' OR noun = 'listing' THEN 'hazard'
    WHEN noun LIKE 'inspection%' OR noun IN ('plan', 'task', 'proof_signal', 'permit', 'risk') THEN 'check'
    WHEN noun IN ('selfreport', 'due', 'evidence_bundle') THEN 'report'
    WHEN noun LIKE 'letter%' OR noun LIKE 'performance%' OR noun LIKE 'fund%' OR noun LIKE 'reward%' OR noun LIKE 'meeting%' THEN 'duty'
    WHEN noun IN ('standardization', 'grading', 'award', 'rubric', 'enrolment', 'livescore') THEN 'standard'
    WHEN noun IN ('missive', 'circular', 'visit', 'visit_order', 'visit_plan', 'penalty', 'patrol', 'handed', 'oversight', 'programme') THEN 'supervision'
    WHEN noun LIKE 'emergency%' OR noun LIKE 'accident%' THEN 'emergency'
    ELSE 'other' END $$;

-- notice_put writes the messages of list, skips those whose key was used, and enqueues what leaves on which channel
-- (job "notice.deliver"), all in the caller's transaction: to each recipient by mail unless he said no, by SMS if he said yes and by
-- WeChat if he has bound it, and once for an event to each of the company's hooks. A company may write about itself only.
-- Returns the ids of new messages.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION notice_put(list jsonb, made timestamptz) RETURNS SETOF bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF scope_company() IS NOT NULL AND EXISTS (SELECT FROM jsonb_array_elements(list) n WHERE (n->>'company')::bigint IS DISTINCT FROM scope_company()) THEN
    RAISE 'notice_put: a message about another company' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN QUERY
    WITH put AS (
      INSERT INTO notice (person_id, company_id, organisation_id, noun, object_id, code, params, dedupe_key, created_at)
      SELECT (n->>'person')::bigint, (n->>'company')::bigint, (n->>'organisation')::bigint, n->>'noun', (n->>'object')::bigint,
             n->>'code', n->'params', n->>'key', made
      FROM jsonb_array_elements(list) WITH ORDINALITY e(n, i) ORDER BY i
      ON CONFLICT ON CONSTRAINT notice_dedupe_key_key DO NOTHING
      RETURNING id, person_id, company_id, organisation_id, noun, object_id, code, params, dedupe_key),
    wanted AS (
      SELECT p.id, v.channel, p.company_id, p.person_id
      FROM put p
      JOIN notice_valve v ON v.channel IN ('mail', 'sms', 'wechat') AND v.configured
      LEFT JOIN notice_preference w ON w.person_id = p.person_id AND w.channel = v.channel AND w.category = notice_category(p.noun)
      WHERE coalesce(w.wanted, v.channel <> 'sms')
        AND NOT EXISTS (SELECT FROM notice_switch s WHERE s.company_id = p.company_id AND s.channel = v.channel AND NOT s.open)
        AND (v.channel <> 'sms' OR EXISTS (SELECT FROM account_person a WHERE a.id = p.person_id AND a.phone IS NOT NULL))
        AND (v.channel <> 'wechat' OR EXISTS (SELECT FROM notice_wechat x WHERE x.person_id = p.person_id))),
    -- What several people are told of one event is one message to the firm's robots: the key without its recipient says so.
    events AS (
      SELECT DISTINCT ON (p.company_id, e.key) p.id, p.company_id, p.noun, e.key
      FROM put p,
        LATERAL (SELECT p.noun || '|' || p.object_id || '|' || p.code || '|' || coalesce(
          replace('|' || p.dedupe_key || '|', '|' || p.person_id || '|', '|'), md5(p.params::text) || '@' || extract(epoch FROM made)) AS key) e
      WHERE p.company_id IS NOT NULL AND p.organisation_id IS NULL AND p.noun <> 'transfer_export' AND p.dedupe_key NOT LIKE 'handed|%' IS NOT FALSE
      ORDER BY p.company_id, e.key, p.id),
    leaving AS (
      INSERT INTO notice_delivery (notice_id, channel, state, created_at, company_id, person_id, hook_id, event_key)
      SELECT id, channel, 'queued', made, company_id, person_id, NULL, '' FROM (SELECT * FROM wanted ORDER BY id, channel) w
      UNION ALL
      SELECT e.id, h.kind, 'queued', made, e.company_id, NULL, h.id, e.key
      FROM events e JOIN notice_hook h ON h.company_id = e.company_id AND h.open AND h.removed_at IS NULL
        AND (h.categories = '{}' OR notice_category(e.noun) = ANY (h.categories))
      WHERE NOT EXISTS (SELECT FROM notice_switch s WHERE s.company_id = e.company_id AND s.channel = h.kind AND NOT s.open)
      ON CONFLICT DO NOTHING
      RETURNING id),
    queued AS (
      INSERT INTO job_outbox (task_id, kind, payload, run_at)
      SELECT 'notice.deliver:' || id, 'notice.deliver', jsonb_build_object('delivery', id::text), made FROM leaving
      ON CONFLICT ON CONSTRAINT job_outbox_task_id_key DO NOTHING)
    SELECT id FROM put;
END $$;
-- +goose StatementEnd

-- notice_withdraw closes the unread messages about one object of a company, and what of them has not left.
-- With person set: those of that recipient only.
CREATE OR REPLACE FUNCTION notice_withdraw(company bigint, about text, object bigint, person bigint, at timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH gone AS (
    UPDATE notice SET closed_at = at
    WHERE company_id = company AND noun = about AND object_id = object AND (person IS NULL OR person_id = person)
      AND closed_at IS NULL AND read_at IS NULL AND (scope_company() IS NULL OR company = scope_company())
    RETURNING id)
  UPDATE notice_delivery d SET state = 'cancelled', settled_at = at FROM gone WHERE d.notice_id = gone.id AND d.state IN ('queued', 'held') AND (d.hook_id IS NULL OR person IS NULL) $$;

-- notice_hand_over gives the unread messages of one noun that a person has from a company to others there, once each, and closes his own.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION notice_hand_over(company bigint, about text, leaver bigint, heirs bigint[], made timestamptz) RETURNS SETOF bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE list jsonb;
BEGIN
  IF scope_company() IS NOT NULL AND company <> scope_company() THEN
    RAISE 'notice_hand_over: messages of another company' USING ERRCODE = 'insufficient_privilege';
  END IF;
  WITH gone AS (
    UPDATE notice SET closed_at = made
    WHERE person_id = leaver AND company_id = company AND organisation_id IS NULL AND noun = about AND closed_at IS NULL AND read_at IS NULL
    RETURNING *),
  stopped AS (
    UPDATE notice_delivery d SET state = 'cancelled', settled_at = made FROM gone WHERE d.notice_id = gone.id AND d.state IN ('queued', 'held') AND d.hook_id IS NULL)
  SELECT jsonb_agg(jsonb_build_object('person', heir, 'company', company, 'noun', g.noun, 'object', g.object_id,
           'code', g.code, 'params', g.params, 'key', 'handed|' || g.id || '|' || heir) ORDER BY g.id)
  INTO list
  FROM gone g CROSS JOIN unnest(heirs) heir
  -- An heir who was told the same thing already is not told again.
  WHERE heir <> leaver AND NOT EXISTS (SELECT FROM notice o WHERE o.person_id = heir AND o.company_id = company AND o.noun = g.noun
    AND o.object_id = g.object_id AND o.code = g.code AND o.params = g.params);
  RETURN QUERY SELECT notice_put(coalesce(list, '[]'), made);
END $$;
-- +goose StatementEnd

-- notice_test_hook enqueues a test message to one of the company's hooks.
-- +goose StatementBegin
CREATE FUNCTION notice_test_hook(hook bigint, made timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE made_id bigint;
BEGIN
  INSERT INTO notice_delivery (channel, state, created_at, company_id, hook_id, event_key)
  SELECT h.kind, 'queued', made, h.company_id, h.id, 'test|' || extract(epoch FROM made)
  FROM notice_hook h WHERE h.id = hook AND h.company_id = scope_company() AND h.removed_at IS NULL
  ON CONFLICT DO NOTHING RETURNING id INTO made_id;
  IF made_id IS NOT NULL THEN
    PERFORM job_enqueue('notice.deliver:' || made_id, 'notice.deliver', jsonb_build_object('delivery', made_id::text), made);
  END IF;
  RETURN made_id;
END $$;
-- +goose StatementEnd

-- notice_requeue sends deliveries again that were given up, refused or held. Returns how many.
CREATE FUNCTION notice_requeue(ids bigint[], at timestamptz) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH again AS (
    UPDATE notice_delivery SET state = 'queued', held_for = '', next_at = NULL, attempts = 0, settled_at = NULL
    WHERE id = ANY (ids) AND state IN ('failed', 'dead', 'unroutable', 'held', 'digested')
    RETURNING id),
  jobs AS (
    INSERT INTO job_outbox (task_id, kind, payload, run_at)
    SELECT 'notice.deliver:' || id || '@' || extract(epoch FROM at), 'notice.deliver', jsonb_build_object('delivery', id::text), at FROM again
    ON CONFLICT ON CONSTRAINT job_outbox_task_id_key DO NOTHING)
  SELECT count(*) FROM again $$;

-- notice_start lets what a stopped channel held leave. Returns how many.
-- +goose StatementBegin
CREATE FUNCTION notice_start(ch text, at timestamptz) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE notice_valve SET stopped_at = NULL, stopped_by_name = '', reason = '' WHERE channel = ch;
  SELECT notice_requeue(ARRAY(SELECT id FROM notice_delivery WHERE channel = ch AND state = 'held' AND held_for = 'stopped'), at) $$;
-- +goose StatementEnd

GRANT EXECUTE ON FUNCTION notice_category(text) TO anbiao_company, anbiao_service, anbiao_regulator, anbiao_agency, anbiao_platform, anbiao_system;
GRANT EXECUTE ON FUNCTION notice_test_hook(bigint, timestamptz) TO anbiao_company, anbiao_service;
GRANT EXECUTE ON FUNCTION notice_requeue(bigint[], timestamptz), notice_start(text, timestamptz) TO anbiao_platform, anbiao_system;

-- +goose Down
DROP FUNCTION notice_start(text, timestamptz), notice_requeue(bigint[], timestamptz), notice_test_hook(bigint, timestamptz);
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION notice_put(list jsonb, made timestamptz) RETURNS SETOF bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF scope_company() IS NOT NULL AND EXISTS (SELECT FROM jsonb_array_elements(list) n WHERE (n->>'company')::bigint IS DISTINCT FROM scope_company()) THEN
    RAISE 'notice_put: a message about another company' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN QUERY
    WITH put AS (
      INSERT INTO notice (person_id, company_id, organisation_id, noun, object_id, code, params, dedupe_key, created_at)
      SELECT (n->>'person')::bigint, (n->>'company')::bigint, (n->>'organisation')::bigint, n->>'noun', (n->>'object')::bigint,
             n->>'code', n->'params', n->>'key', made
      FROM jsonb_array_elements(list) WITH ORDINALITY e(n, i) ORDER BY i
      ON CONFLICT ON CONSTRAINT notice_dedupe_key_key DO NOTHING
      RETURNING id, code),
    leaving AS (
      INSERT INTO notice_delivery (notice_id, channel, state, created_at)
      SELECT id, 'mail', 'queued', made FROM put ORDER BY id
      RETURNING id),
    queued AS MATERIALIZED (
      SELECT job_enqueue('notice.deliver:' || id, 'notice.deliver', jsonb_build_object('delivery', id::text), made) FROM leaving)
    SELECT id FROM put WHERE (SELECT count(*) FROM queued) >= 0;
END $$;
-- +goose StatementEnd
CREATE OR REPLACE FUNCTION notice_withdraw(company bigint, about text, object bigint, person bigint, at timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH gone AS (
    UPDATE notice SET closed_at = at
    WHERE company_id = company AND noun = about AND object_id = object AND (person IS NULL OR person_id = person)
      AND closed_at IS NULL AND read_at IS NULL AND (scope_company() IS NULL OR company = scope_company())
    RETURNING id)
  UPDATE notice_delivery d SET state = 'cancelled', settled_at = at FROM gone WHERE d.notice_id = gone.id AND d.state = 'queued' $$;

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION notice_hand_over(company bigint, about text, leaver bigint, heirs bigint[], made timestamptz) RETURNS SETOF bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE list jsonb;
BEGIN
  IF scope_company() IS NOT NULL AND company <> scope_company() THEN
    RAISE 'notice_hand_over: messages of another company' USING ERRCODE = 'insufficient_privilege';
  END IF;
  WITH gone AS (
    UPDATE notice SET closed_at = made
    WHERE person_id = leaver AND company_id = company AND organisation_id IS NULL AND noun = about AND closed_at IS NULL AND read_at IS NULL
    RETURNING *),
  stopped AS (
    UPDATE notice_delivery d SET state = 'cancelled', settled_at = made FROM gone WHERE d.notice_id = gone.id AND d.state = 'queued')
  SELECT jsonb_agg(jsonb_build_object('person', heir, 'company', company, 'noun', g.noun, 'object', g.object_id,
           'code', g.code, 'params', g.params, 'key', 'handed|' || g.id || '|' || heir) ORDER BY g.id)
  INTO list
  FROM gone g CROSS JOIN unnest(heirs) heir
  -- An heir who was told the same thing already is not told again.
  WHERE heir <> leaver AND NOT EXISTS (SELECT FROM notice o WHERE o.person_id = heir AND o.company_id = company AND o.noun = g.noun
    AND o.object_id = g.object_id AND o.code = g.code AND o.params = g.params);
  RETURN QUERY SELECT notice_put(coalesce(list, '[]'), made);
END $$;
-- +goose StatementEnd
DROP FUNCTION notice_category(text);
ALTER TABLE notice_mail DROP COLUMN code;
DROP TABLE notice_attempt;
DELETE FROM notice_delivery WHERE hook_id IS NOT NULL OR channel <> 'mail' OR state IN ('dead', 'held', 'digested');
DROP POLICY company_hooks ON notice_delivery;
DROP POLICY service_hooks ON notice_delivery;
REVOKE SELECT ON notice_delivery FROM anbiao_company, anbiao_service;
DROP INDEX notice_delivery_notice_id_channel_key, notice_delivery_hook_id_event_key_key, notice_delivery_hook_id_idx, notice_delivery_company_id_idx,
  notice_delivery_address_index_idx, notice_delivery_held_idx;
ALTER TABLE notice_delivery
  DROP CONSTRAINT notice_delivery_to_check,
  DROP CONSTRAINT notice_delivery_channel_check,
  DROP CONSTRAINT notice_delivery_state_check,
  DROP COLUMN company_id, DROP COLUMN person_id, DROP COLUMN hook_id, DROP COLUMN event_key, DROP COLUMN title, DROP COLUMN address, DROP COLUMN address_index,
  DROP COLUMN next_at, DROP COLUMN held_for, DROP COLUMN provider_id, DROP COLUMN receipt,
  ALTER COLUMN notice_id SET NOT NULL,
  ADD CONSTRAINT notice_delivery_channel_check CHECK (channel IN ('mail')),
  ADD CONSTRAINT notice_delivery_state_check CHECK (state IN ('queued', 'claimed', 'sent', 'failed', 'unroutable', 'cancelled')),
  ADD CONSTRAINT notice_delivery_notice_id_channel_key UNIQUE (notice_id, channel);
DROP TABLE notice_dead_address, notice_wechat, notice_preference, notice_switch, notice_hook, notice_tally, notice_valve;
DELETE FROM table_class WHERE name IN ('notice_attempt', 'notice_dead_address', 'notice_wechat', 'notice_preference', 'notice_switch', 'notice_hook', 'notice_tally', 'notice_valve');
