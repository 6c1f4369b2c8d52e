-- Messages to people: the inbox, and what of it leaves by mail.
-- +goose Up

CREATE TABLE notice (
  id              bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT notice_pkey PRIMARY KEY,
  person_id       bigint NOT NULL CONSTRAINT notice_person_id_fkey REFERENCES account_person (id), -- recipient
  company_id      bigint CONSTRAINT notice_company_id_fkey REFERENCES company (company_id), -- the company the message is about
  organisation_id bigint CONSTRAINT notice_organisation_id_fkey REFERENCES account_organisation (id), -- the organisation in which the recipient is addressed; NULL: as a member of company_id
  noun            text NOT NULL,       -- what the message links to
  object_id       bigint NOT NULL,
  code            text NOT NULL,       -- of the text catalogues, rendered when it is read
  params          jsonb NOT NULL,
  dedupe_key      text CONSTRAINT notice_dedupe_key_key UNIQUE, -- what must be said once
  created_at      timestamptz NOT NULL,
  read_at         timestamptz,
  closed_at       timestamptz,         -- withdrawn, or handed over to somebody else
  CONSTRAINT notice_place_check CHECK (company_id IS NOT NULL OR organisation_id IS NOT NULL)
);
CREATE INDEX notice_person_id_idx ON notice (person_id, id DESC) WHERE closed_at IS NULL;
CREATE INDEX notice_person_id_unread_idx ON notice (person_id, id DESC) WHERE closed_at IS NULL AND read_at IS NULL;
CREATE INDEX notice_company_id_noun_object_id_idx ON notice (company_id, noun, object_id) WHERE closed_at IS NULL;

-- custom: like "person", but narrower and with another writer. A person reads what is addressed to him in the membership he has
-- chosen: acting for company B he sees nothing of company A, although both are his. He may mark it read and nothing else.
-- Everybody's transactions write messages to others, through notice_put alone, which keeps a company's within the company.
SELECT declare_table('notice', 'custom');
CREATE POLICY company_member ON notice TO anbiao_company
  USING (person_id = scope_person() AND organisation_id IS NULL AND company_id = scope_company());
CREATE POLICY service_member ON notice TO anbiao_service
  USING (person_id = scope_person() AND organisation_id = scope_organisation() AND (company_id IS NULL OR (company_id = scope_company() AND (SELECT scope_engaged()))));
CREATE POLICY organisation_member ON notice TO anbiao_regulator, anbiao_agency, anbiao_platform
  USING (person_id = scope_person() AND organisation_id = scope_organisation());
GRANT SELECT, UPDATE (read_at) ON notice TO anbiao_company, anbiao_service, anbiao_regulator, anbiao_agency, anbiao_platform;

-- One message on one channel. Claimed before it is sent, settled after.
CREATE TABLE notice_delivery (
  id         bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT notice_delivery_pkey PRIMARY KEY, -- also the Message-ID: a message sent twice is known as one
  notice_id  bigint NOT NULL CONSTRAINT notice_delivery_notice_id_fkey REFERENCES notice (id),
  channel    text NOT NULL CONSTRAINT notice_delivery_channel_check CHECK (channel IN ('mail')),
  state      text NOT NULL CONSTRAINT notice_delivery_state_check CHECK (state IN ('queued', 'claimed', 'sent', 'failed', 'unroutable', 'cancelled')),
  attempts   int NOT NULL DEFAULT 0,
  error      text NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL,
  claimed_at timestamptz,
  settled_at timestamptz,
  CONSTRAINT notice_delivery_notice_id_channel_key UNIQUE (notice_id, channel)
);
-- custom: the job runner's own; notice_put and notice_withdraw act on it as its owner.
SELECT declare_table('notice_delivery', 'custom');

-- Mail kept here instead of being sent, for installations without a mail server. At most one for a delivery.
CREATE TABLE notice_mail (
  id         bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT notice_mail_pkey PRIMARY KEY,
  message_id text NOT NULL CONSTRAINT notice_mail_message_id_key UNIQUE,
  person_id  bigint NOT NULL,
  address    text NOT NULL,
  subject    text NOT NULL,
  body       text NOT NULL,
  at         timestamptz NOT NULL
);
CREATE INDEX notice_mail_person_id_idx ON notice_mail (person_id, id DESC);
-- custom: a mail is its recipient's; the platform administrator, who would run the mail server, reads all.
SELECT declare_table('notice_mail', 'custom');
CREATE POLICY person_own ON notice_mail FOR SELECT TO anbiao_company, anbiao_service, anbiao_regulator, anbiao_agency USING (person_id = scope_person());
CREATE POLICY platform_reads ON notice_mail FOR SELECT TO anbiao_platform USING (true);
GRANT SELECT ON notice_mail TO anbiao_company, anbiao_service, anbiao_regulator, anbiao_agency, anbiao_platform;

-- notice_put writes the messages of list, skips those whose key was used, and enqueues what leaves by mail (job "notice.deliver"),
-- all in the caller's transaction. A company may write about itself only. Returns the ids of new messages.
-- +goose StatementBegin
CREATE FUNCTION notice_put(list jsonb, made timestamptz) RETURNS SETOF bigint
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

-- notice_withdraw closes the unread messages about one object of a company, and their mail that has not left.
-- With person set: those of that recipient only.
CREATE FUNCTION notice_withdraw(company bigint, about text, object bigint, person bigint, at timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH gone AS (
    UPDATE notice SET closed_at = at
    WHERE company_id = company AND noun = about AND object_id = object AND (person IS NULL OR person_id = person)
      AND closed_at IS NULL AND read_at IS NULL AND (scope_company() IS NULL OR company = scope_company())
    RETURNING id)
  UPDATE notice_delivery d SET state = 'cancelled', settled_at = at FROM gone WHERE d.notice_id = gone.id AND d.state = 'queued' $$;

-- notice_hand_over gives the unread messages of one noun that a person has from a company to others there, once each, and closes his own.
-- +goose StatementBegin
CREATE FUNCTION notice_hand_over(company bigint, about text, leaver bigint, heirs bigint[], made timestamptz) RETURNS SETOF bigint
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

GRANT EXECUTE ON FUNCTION notice_put(jsonb, timestamptz), notice_withdraw(bigint, text, bigint, bigint, timestamptz),
  notice_hand_over(bigint, text, bigint, bigint[], timestamptz)
  TO anbiao_company, anbiao_service, anbiao_regulator, anbiao_agency, anbiao_platform, anbiao_system;

-- +goose Down
DROP FUNCTION notice_hand_over(bigint, text, bigint, bigint[], timestamptz), notice_withdraw(bigint, text, bigint, bigint, timestamptz),
  notice_put(jsonb, timestamptz);
DROP TABLE notice_mail, notice_delivery, notice;
DELETE FROM table_class WHERE name LIKE 'notice%';
