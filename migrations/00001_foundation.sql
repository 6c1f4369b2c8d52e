-- What every table stands on: who sees which rows, the trail, idempotency keys, the outbox.
-- +goose Up

-- +goose StatementBegin
DO $$
DECLARE k text;
BEGIN
  REVOKE ALL ON SCHEMA public FROM public;
  FOREACH k IN ARRAY ARRAY['company','service','regulator','agency','platform','public','system'] LOOP
    EXECUTE format('GRANT USAGE ON SCHEMA public TO anbiao_%s', k);
  END LOOP;
  ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE EXECUTE ON FUNCTIONS FROM public;
END $$;
-- +goose StatementEnd

-- The bounds of the running transaction, set by the driver; NULL where unset, so that nothing matches.
CREATE FUNCTION scope_company() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT nullif(current_setting('app.company_id', true), '')::bigint $$;
CREATE FUNCTION scope_person() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT nullif(current_setting('app.person_id', true), '')::bigint $$;
CREATE FUNCTION scope_organisation() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT nullif(current_setting('app.organisation_id', true), '')::bigint $$;
CREATE FUNCTION scope_lo() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT nullif(current_setting('app.region_lo', true), '') $$;
CREATE FUNCTION scope_hi() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT nullif(current_setting('app.region_hi', true), '') $$;
-- Exact check behind the hull range [scope_lo, scope_hi): one of several areas, and the supervision line.
CREATE FUNCTION scope_covers(path text, line smallint) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT (current_setting('app.areas', true) = '' OR EXISTS (
            SELECT FROM unnest(string_to_array(current_setting('app.areas', true), ',')) a
            WHERE path COLLATE "C" >= a COLLATE "C" AND path COLLATE "C" < (a || '~') COLLATE "C"))
     AND (current_setting('app.lines', true) = '' OR line = ANY (string_to_array(current_setting('app.lines', true), ',')::smallint[])) $$;

-- One area and every line: the hull is exact. Asked once a statement, where scope_covers would be called for each row.
CREATE FUNCTION scope_whole() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT current_setting('app.areas', true) = '' AND current_setting('app.lines', true) = '' $$;

-- What class each table has; the isolation test goes through this list.
CREATE TABLE table_class (
  name  text CONSTRAINT table_class_pkey PRIMARY KEY,
  class text NOT NULL CONSTRAINT table_class_class_check
    CHECK (class IN ('company','shared','authority','private','person','reference','system','custom'))
);

-- declare_table turns on row security for t and writes the policies and grants of its class:
--   company    its company and an engaged service agency read and write; regulators of the area read
--   shared     like company; further policies stand beside it in the migration that declares it
--   private    its company and an engaged service agency only
--   authority  (subject_company_id) regulators of the area read and write; the company once revealed_at is set
--   person     (person_id) that person, in whatever membership
--   reference  everybody reads
--   system     the job runner only
--   custom     policies and grants are written out where it is declared
-- The job runner (system) may do anything but is never a person. Nobody deletes unless granted apart.
-- +goose StatementBegin
CREATE FUNCTION declare_table(t regclass, class text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  own    constant text := 'company_id = scope_company()';
  region constant text := 'region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line))';
BEGIN
  INSERT INTO table_class VALUES (t::text, class) ON CONFLICT ON CONSTRAINT table_class_pkey DO UPDATE SET class = excluded.class;
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', t);
  EXECUTE format('CREATE POLICY system_all ON %s TO anbiao_system USING (true) WITH CHECK (true)', t);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO anbiao_system', t);
  IF class IN ('custom', 'system') THEN -- SECURITY DEFINER functions act on these as the owner, who need not be a superuser
    EXECUTE format('CREATE POLICY owner_functions ON %s TO CURRENT_USER USING (true) WITH CHECK (true)', t);
  END IF;
  IF class IN ('company', 'shared', 'private') THEN
    EXECUTE format('CREATE POLICY company_own ON %s TO anbiao_company USING (%s) WITH CHECK (%2$s)', t, own);
    EXECUTE format('CREATE POLICY service_engaged ON %s TO anbiao_service USING (%s AND (SELECT scope_engaged())) WITH CHECK (%2$s AND (SELECT scope_engaged()))', t, own);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %s TO anbiao_company, anbiao_service', t);
  END IF;
  IF class IN ('company', 'shared') THEN
    EXECUTE format('CREATE POLICY regulator_area ON %s FOR SELECT TO anbiao_regulator USING (%s)', t, region);
    EXECUTE format('GRANT SELECT ON %s TO anbiao_regulator', t);
  ELSIF class = 'authority' THEN
    EXECUTE format('CREATE POLICY regulator_area ON %s TO anbiao_regulator USING (%s) WITH CHECK (%2$s)', t, region);
    EXECUTE format('CREATE POLICY company_revealed ON %s FOR SELECT TO anbiao_company USING (subject_company_id = scope_company() AND revealed_at IS NOT NULL)', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %s TO anbiao_regulator', t);
    EXECUTE format('GRANT SELECT ON %s TO anbiao_company', t);
  ELSIF class = 'person' THEN
    EXECUTE format('CREATE POLICY person_own ON %s TO anbiao_company, anbiao_service, anbiao_regulator, anbiao_agency, anbiao_platform USING (person_id = scope_person()) WITH CHECK (person_id = scope_person())', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %s TO anbiao_company, anbiao_service, anbiao_regulator, anbiao_agency, anbiao_platform', t);
  ELSIF class = 'reference' THEN
    EXECUTE format('CREATE POLICY everybody_reads ON %s FOR SELECT TO anbiao_company, anbiao_service, anbiao_regulator, anbiao_agency, anbiao_platform USING (true)', t);
    EXECUTE format('GRANT SELECT ON %s TO anbiao_company, anbiao_service, anbiao_regulator, anbiao_agency, anbiao_platform', t);
  END IF;
END $$;
-- +goose StatementEnd

-- ensure_partitions makes the monthly or daily partitions of parent from the one holding
-- "from_day" up to n units later, and a DEFAULT one that loses nothing if the job ever rests.
-- +goose StatementBegin
CREATE FUNCTION ensure_partitions(parent text, unit text, from_day date, n int) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  lo date := date_trunc(unit, from_day)::date;
  hi date;
  part text;
BEGIN
  IF parent !~ '^[a-z_]+$' OR unit NOT IN ('day', 'month') THEN RAISE 'ensure_partitions(%, %)', parent, unit; END IF;
  IF to_regclass(parent || '_default') IS NULL THEN
    EXECUTE format('CREATE TABLE %I PARTITION OF %I DEFAULT', parent || '_default', parent);
  END IF;
  FOR i IN 0..n LOOP
    hi := (lo + ('1 ' || unit)::interval)::date;
    part := parent || '_' || to_char(lo, CASE unit WHEN 'day' THEN 'YYYYMMDD' ELSE 'YYYYMM' END);
    IF to_regclass(part) IS NULL THEN
      BEGIN
        EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', part, parent, lo, hi);
      EXCEPTION WHEN check_violation THEN NULL; -- rows of that span already lie in DEFAULT; they stay there
      END;
    END IF;
    lo := hi;
  END LOOP;
END $$;
-- +goose StatementEnd

-- drop_partitions drops the daily partitions of the idempotency keys that ended before "before".
-- +goose StatementBegin
CREATE FUNCTION drop_idempotency_before(before date) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE r record; n int := 0;
BEGIN
  FOR r IN SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
           WHERE i.inhparent = 'idempotency'::regclass AND c.relname ~ '_[0-9]{8}$' AND right(c.relname, 8)::date < before LOOP
    EXECUTE format('DROP TABLE %I', r.relname);
    n := n + 1;
  END LOOP;
  DELETE FROM idempotency_default WHERE at < before;
  RETURN n;
END $$;
-- +goose StatementEnd

-- The trail: one row an object a person changed or looked at. Insert-only for everybody.
CREATE TABLE audit_entry (
  id              bigint GENERATED ALWAYS AS IDENTITY,
  at              timestamptz NOT NULL,
  actor_kind      text NOT NULL,
  person_id       bigint,
  membership_id   bigint,
  organisation_id bigint,
  company_id      bigint,           -- the company concerned, if one is
  person_name     text NOT NULL,
  action          text NOT NULL,
  noun            text NOT NULL,
  object_id       bigint,
  fields          jsonb NOT NULL,   -- [{name, old, new}]
  request_id      text NOT NULL,
  address         text NOT NULL,
  CONSTRAINT audit_entry_pkey PRIMARY KEY (at, id)
) PARTITION BY RANGE (at);
CREATE INDEX audit_entry_company_id_at_idx ON audit_entry (company_id, at DESC, id DESC);
CREATE INDEX audit_entry_person_id_at_idx ON audit_entry (person_id, at DESC, id DESC);
CREATE INDEX audit_entry_noun_object_id_idx ON audit_entry (company_id, noun, object_id, at DESC);
SELECT ensure_partitions('audit_entry', 'month', current_date, 3);
-- custom: everybody inserts as himself; a company reads what concerns it, a person what he did, the platform what no company is concerned in.
SELECT declare_table('audit_entry', 'custom');
CREATE POLICY insert_own ON audit_entry FOR INSERT TO anbiao_company, anbiao_service, anbiao_regulator, anbiao_agency, anbiao_platform
  WITH CHECK (person_id = scope_person());
CREATE POLICY company_reads ON audit_entry FOR SELECT TO anbiao_company USING (company_id = scope_company());
CREATE POLICY person_reads ON audit_entry FOR SELECT TO anbiao_regulator, anbiao_agency, anbiao_service USING (person_id = scope_person());
CREATE POLICY platform_reads ON audit_entry FOR SELECT TO anbiao_platform USING (company_id IS NULL);
GRANT INSERT, SELECT ON audit_entry TO anbiao_company, anbiao_service, anbiao_regulator, anbiao_agency, anbiao_platform;
REVOKE UPDATE, DELETE ON audit_entry FROM anbiao_system;

-- Requests done, by the key the client sent with them; kept for seven days.
CREATE TABLE idempotency (
  at          timestamptz NOT NULL,
  person_id   bigint NOT NULL,
  operation   text NOT NULL,
  key         text NOT NULL,
  body_hash   bytea NOT NULL,
  resource_id bigint NOT NULL,
  CONSTRAINT idempotency_pkey PRIMARY KEY (person_id, operation, key, at)
) PARTITION BY RANGE (at);
SELECT ensure_partitions('idempotency', 'day', current_date, 3);
SELECT declare_table('idempotency', 'person');

-- idempotency_claim waits for a running request of the same key, then returns it if it was done.
-- +goose StatementBegin
CREATE FUNCTION idempotency_claim(person bigint, op text, k text) RETURNS TABLE (body_hash bytea, resource_id bigint) LANGUAGE sql AS $$
  SELECT pg_advisory_xact_lock(hashtextextended(op || ' ' || k, person));
  SELECT i.body_hash, i.resource_id FROM idempotency i WHERE i.person_id = person AND i.operation = op AND i.key = k $$;
-- +goose StatementEnd

-- gate_settle writes what a transaction did: its trail rows and its idempotency key.
-- +goose StatementBegin
CREATE FUNCTION gate_settle(d jsonb) RETURNS void LANGUAGE sql AS $$
  INSERT INTO audit_entry (at, actor_kind, person_id, membership_id, organisation_id, company_id, person_name, action, noun, object_id, fields, request_id, address)
  SELECT (d->>'at')::timestamptz, d->>'actor_kind', nullif((d->>'person')::bigint, 0), nullif((d->>'membership')::bigint, 0), nullif((d->>'organisation')::bigint, 0),
         nullif((c->>'company')::bigint, 0), d->>'name', d->>'action', c->>'noun', nullif((c->>'id')::bigint, 0), c->'fields', d->>'request', d->>'address'
  FROM jsonb_array_elements(d->'changes') c;
  INSERT INTO idempotency (at, person_id, operation, key, body_hash, resource_id)
  SELECT (d->>'at')::timestamptz, (d->>'person')::bigint, d->>'operation', d->>'key', decode(d->>'body_hash', 'hex'), (d->>'made')::bigint
  WHERE d->>'key' <> '' $$;
-- +goose StatementEnd

-- The outbox: a job exists if and only if the transaction that made it committed.
CREATE TABLE job_outbox (
  id          bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT job_outbox_pkey PRIMARY KEY,
  task_id     text NOT NULL CONSTRAINT job_outbox_task_id_key UNIQUE,
  kind        text NOT NULL,
  payload     jsonb NOT NULL,
  run_at      timestamptz NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now(),
  epoch       bigint,            -- of the broker it was last handed to; NULL = never
  handed_at   timestamptz,
  done_at     timestamptz,
  dead_at     timestamptz,       -- given up after all retries; a platform administrator may requeue it
  attempts    int NOT NULL DEFAULT 0,
  last_error  text NOT NULL DEFAULT ''
);
CREATE INDEX job_outbox_todo_idx ON job_outbox (run_at, id) WHERE done_at IS NULL AND dead_at IS NULL;
CREATE INDEX job_outbox_dead_idx ON job_outbox (id) WHERE dead_at IS NOT NULL AND done_at IS NULL;
CREATE INDEX job_outbox_done_idx ON job_outbox (done_at) WHERE done_at IS NOT NULL;
-- custom: written through job_enqueue only; the platform administrator reads and requeues what has died.
SELECT declare_table('job_outbox', 'custom');
-- He sees what is unfinished (never a payload), because a requeued row must still be visible to him who writes it.
CREATE POLICY platform_unfinished ON job_outbox FOR SELECT TO anbiao_platform USING (done_at IS NULL);
CREATE POLICY platform_dead ON job_outbox FOR UPDATE TO anbiao_platform USING (dead_at IS NOT NULL AND done_at IS NULL) WITH CHECK (true);
GRANT SELECT (id, task_id, kind, run_at, created_at, dead_at, done_at, attempts, last_error), UPDATE (dead_at, epoch, handed_at, attempts, run_at) ON job_outbox TO anbiao_platform;

CREATE FUNCTION job_enqueue(task_id text, kind text, payload jsonb, run_at timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  INSERT INTO job_outbox (task_id, kind, payload, run_at) VALUES (task_id, kind, payload, run_at) ON CONFLICT ON CONSTRAINT job_outbox_task_id_key DO NOTHING $$;

-- What was done under a task id, kept longer than any broker may deliver it again.
CREATE TABLE job_ledger (
  task_id text CONSTRAINT job_ledger_pkey PRIMARY KEY,
  at      timestamptz NOT NULL
);
SELECT declare_table('job_ledger', 'system');
CREATE SEQUENCE job_epoch;
GRANT USAGE ON SEQUENCE job_epoch TO anbiao_system;

-- Schedules live in code; here is when each last ran, and which tick an outbox row stands for.
CREATE TABLE job_schedule (
  name    text CONSTRAINT job_schedule_pkey PRIMARY KEY,
  last_at timestamptz NOT NULL
);
SELECT declare_table('job_schedule', 'custom'); -- custom: the platform administrator reads it too
CREATE POLICY platform_reads ON job_schedule FOR SELECT TO anbiao_platform USING (true);
GRANT SELECT ON job_schedule TO anbiao_platform;

GRANT EXECUTE ON FUNCTION scope_company(), scope_person(), scope_organisation(), scope_lo(), scope_hi(), scope_whole(), scope_covers(text, smallint),
  idempotency_claim(bigint, text, text), gate_settle(jsonb), job_enqueue(text, text, jsonb, timestamptz)
  TO anbiao_company, anbiao_service, anbiao_regulator, anbiao_agency, anbiao_platform, anbiao_public, anbiao_system;
GRANT EXECUTE ON FUNCTION ensure_partitions(text, text, date, int), drop_idempotency_before(date) TO anbiao_system;
-- +goose StatementBegin
CREATE FUNCTION scope_engaged() RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN EXISTS (SELECT FROM account_engagement e WHERE e.organisation_id = scope_organisation() AND e.company_id = scope_company()
                 AND e.from_on <= (now() AT TIME ZONE 'Asia/Shanghai')::date AND (e.until_on IS NULL OR e.until_on >= (now() AT TIME ZONE 'Asia/Shanghai')::date));
END $$;
-- +goose StatementEnd
GRANT EXECUTE ON FUNCTION scope_engaged() TO anbiao_service;

-- +goose Down
DROP TABLE job_schedule, job_ledger, job_outbox, idempotency, audit_entry, table_class CASCADE;
DROP SEQUENCE job_epoch;
DROP FUNCTION scope_engaged(), job_enqueue(text, text, jsonb, timestamptz), gate_settle(jsonb), idempotency_claim(bigint, text, text),
  drop_idempotency_before(date), ensure_partitions(text, text, date, int), declare_table(regclass, text), scope_whole(), scope_covers(text, smallint),
  scope_hi(), scope_lo(), scope_organisation(), scope_person(), scope_company();
