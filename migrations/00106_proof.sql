-- Authentic records: what proves a photo (照片凭证), and what looks odd about checks (真实性提示).
-- +goose Up

-- What was known of a photo when it arrived, signed. A row never changes; it goes with a draft that nobody claimed.
CREATE TABLE proof (
  company_id      bigint NOT NULL,
  id              bigint GENERATED ALWAYS AS IDENTITY,
  region_path     text COLLATE "C" NOT NULL,
  oversight_line  smallint NOT NULL,
  attachment_id   bigint NOT NULL,
  code            text NOT NULL,            -- drawn on the picture; without its hyphens
  company_name    text NOT NULL,            -- names as they were
  sha256          bytea NOT NULL,           -- of the original
  display_sha256  bytea NOT NULL,           -- of the copy that is shown, as it was first written
  look            bigint,                   -- perceptual hash, 64 bits; NULL: too plain to tell
  phone           boolean NOT NULL,         -- the phone described the shot; else only the arrival is known
  device_at       timestamptz,              -- when it was taken, by the device's clock
  server_at       timestamptz NOT NULL,     -- when it arrived, by ours
  clock_ms        bigint,                   -- server less device as the phone saw it last before the shot
  drift_ms        bigint,                   -- server less device when the photo was sent
  longitude_e6    int,
  latitude_e6     int,
  accuracy_m      int,
  staff_id        bigint,                   -- NULL: a service agency's consultant
  person_name     text NOT NULL,
  unit_id         bigint,                   -- of the person then (row_unit)
  point_id        bigint,
  point_name      text NOT NULL,
  place           text NOT NULL,
  task_id         bigint,
  item_code       text NOT NULL,
  marked          boolean NOT NULL,         -- the copy that is shown carries a watermark
  key_id          text NOT NULL,
  signature       bytea NOT NULL,           -- Ed25519 over the statement (docs/security.md)
  CONSTRAINT proof_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT proof_code_key UNIQUE (code),
  CONSTRAINT proof_attachment_id_key UNIQUE (company_id, attachment_id),
  CONSTRAINT proof_attachment_id_fkey FOREIGN KEY (company_id, attachment_id) REFERENCES attachment (company_id, id) ON DELETE CASCADE,
  CONSTRAINT proof_staff_id_fkey FOREIGN KEY (company_id, staff_id) REFERENCES staff_person (company_id, id),
  CONSTRAINT proof_unit_id_fkey FOREIGN KEY (company_id, unit_id) REFERENCES staff_unit (company_id, id),
  CONSTRAINT proof_position_check CHECK ((longitude_e6 IS NULL) = (latitude_e6 IS NULL)),
  CONSTRAINT proof_sha256_check CHECK (octet_length(sha256) = 32 AND octet_length(display_sha256) = 32 AND octet_length(signature) = 64)
);
CREATE INDEX proof_region_path_idx ON proof (region_path, company_id);
CREATE INDEX proof_sha256_idx ON proof (company_id, sha256);
CREATE INDEX proof_server_at_idx ON proof (company_id, server_at) INCLUDE (look);
CREATE INDEX proof_staff_id_idx ON proof (company_id, staff_id, server_at);
CREATE TRIGGER proof_row_unit BEFORE INSERT ON proof FOR EACH ROW EXECUTE FUNCTION row_unit('staff_id');
SELECT declare_table('proof', 'company');
REVOKE UPDATE ON proof FROM anbiao_company, anbiao_service;

-- Anybody may ask what stands behind a code; the functions answer one row at a time, and nothing else is open to the public.
CREATE POLICY owner_functions ON proof FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY owner_functions ON attachment FOR SELECT TO CURRENT_USER USING (true);
-- +goose StatementBegin
CREATE FUNCTION proof_by_code(asked text) RETURNS SETOF proof LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
  AS $$ SELECT p.* FROM proof p WHERE p.code = asked $$;
CREATE FUNCTION proof_kept(asked text) RETURNS TABLE (original_key text, kept_sha256 bytea, bound boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT a.original_key, a.sha256, a.bound_noun IS NOT NULL
  FROM proof p JOIN attachment a ON a.company_id = p.company_id AND a.id = p.attachment_id WHERE p.code = asked $$;
-- +goose StatementEnd
GRANT EXECUTE ON FUNCTION proof_by_code(text), proof_kept(text) TO anbiao_public;

-- Something about a check, or about a company's checks, that a person should look at. It is told to the company, which has five
-- working days to explain; a regulator sees it afterwards, with the explanation beside it.
CREATE TABLE proof_signal (
  company_id       bigint NOT NULL,
  id               bigint GENERATED ALWAYS AS IDENTITY,
  region_path      text COLLATE "C" NOT NULL,
  oversight_line   smallint NOT NULL,
  rule             text NOT NULL,
  rule_version     text NOT NULL,
  subject          text NOT NULL,            -- what it is about: one rule raises it once
  check_started_on date,                     -- NULL: it is about the company
  check_id         bigint,
  point_id         bigint,
  point_name       text NOT NULL,
  staff_id         bigint,
  person_name      text NOT NULL,
  unit_id          bigint,                   -- of the person then (row_unit)
  happened_on      date NOT NULL,
  figures          jsonb NOT NULL,           -- {name: text}: what made it, as its explanation says them
  photos           bigint[] NOT NULL,        -- attachments it is about
  state            text NOT NULL CONSTRAINT proof_signal_state_check CHECK (state IN ('raised', 'explained', 'unexplained')),
  raised_at        timestamptz NOT NULL,
  due_on           date,                     -- last day to explain; NULL: the holidays of the year are not published yet
  remind_on        date,                     -- day of the reminder; NULL: none will come
  explanation      text NOT NULL DEFAULT '',
  attachment_ids   bigint[] NOT NULL DEFAULT '{}',
  explained_at     timestamptz,
  explained_by     bigint,                   -- person
  explained_name   text NOT NULL DEFAULT '',
  opened_at        timestamptz,              -- from here on regulators of the area see it
  outcome          text NOT NULL DEFAULT '' CONSTRAINT proof_signal_outcome_check CHECK (outcome IN ('', 'seen', 'no_concern')),
  outcome_note     text NOT NULL DEFAULT '',
  outcome_at       timestamptz,
  outcome_name     text NOT NULL DEFAULT '', -- officer
  CONSTRAINT proof_signal_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT proof_signal_subject_key UNIQUE (company_id, rule, subject),
  CONSTRAINT proof_signal_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id),
  CONSTRAINT proof_signal_staff_id_fkey FOREIGN KEY (company_id, staff_id) REFERENCES staff_person (company_id, id),
  CONSTRAINT proof_signal_unit_id_fkey FOREIGN KEY (company_id, unit_id) REFERENCES staff_unit (company_id, id),
  CONSTRAINT proof_signal_check_check CHECK ((check_started_on IS NULL) = (check_id IS NULL)),
  CONSTRAINT proof_signal_explained_check CHECK ((state = 'explained') = (explained_at IS NOT NULL) AND (explained_at IS NULL OR explanation <> '')),
  -- Nobody, not even the job runner, opens it to a regulator before the company's last day has passed.
  CONSTRAINT proof_signal_opened_check CHECK (opened_at IS NULL OR (due_on IS NOT NULL AND (opened_at AT TIME ZONE 'Asia/Shanghai')::date > due_on)),
  CONSTRAINT proof_signal_unexplained_check CHECK (state <> 'unexplained' OR opened_at IS NOT NULL),
  CONSTRAINT proof_signal_outcome_at_check CHECK ((outcome = '') = (outcome_at IS NULL) AND (outcome = '' OR opened_at IS NOT NULL))
);
CREATE INDEX proof_signal_list_idx ON proof_signal (company_id, happened_on DESC, id DESC);
CREATE INDEX proof_signal_id_idx ON proof_signal (id); -- a regulator is given an id only
CREATE INDEX proof_signal_region_path_idx ON proof_signal (region_path, happened_on DESC, id DESC) WHERE opened_at IS NOT NULL;
CREATE INDEX proof_signal_due_on_idx ON proof_signal (due_on, company_id, id) WHERE opened_at IS NULL;
CREATE INDEX proof_signal_remind_on_idx ON proof_signal (remind_on, company_id, id) WHERE remind_on IS NOT NULL;
CREATE TRIGGER proof_signal_row_unit BEFORE INSERT ON proof_signal FOR EACH ROW EXECUTE FUNCTION row_unit('staff_id');
-- custom: only the job runner raises signals. The company and the agency it has engaged read its own; the company explains and can
-- neither accept, withdraw nor date one. A regulator of the area sees what was opened and notes that he has seen it (rbac/writes.go).
SELECT declare_table('proof_signal', 'custom');
CREATE POLICY company_reads ON proof_signal FOR SELECT TO anbiao_company USING (company_id = scope_company());
CREATE POLICY company_explains ON proof_signal FOR UPDATE TO anbiao_company USING (company_id = scope_company()) WITH CHECK (company_id = scope_company() AND state = 'explained');
CREATE POLICY service_reads ON proof_signal FOR SELECT TO anbiao_service USING (company_id = scope_company() AND (SELECT scope_engaged()));
CREATE POLICY regulator_opened ON proof_signal FOR SELECT TO anbiao_regulator
  USING (opened_at IS NOT NULL AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
CREATE POLICY regulator_notes ON proof_signal FOR UPDATE TO anbiao_regulator
  USING (opened_at IS NOT NULL AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)))
  WITH CHECK (opened_at IS NOT NULL AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
GRANT SELECT, UPDATE (state, explanation, attachment_ids, explained_at, explained_by, explained_name, remind_on) ON proof_signal TO anbiao_company;
GRANT SELECT ON proof_signal TO anbiao_service;
GRANT SELECT, UPDATE (outcome, outcome_note, outcome_at, outcome_name) ON proof_signal TO anbiao_regulator;

-- What the checks of a company came to in a month, for the signal about companies that never find anything.
CREATE TABLE proof_tally (
  company_id     bigint NOT NULL,
  month          date NOT NULL,              -- its first day
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  checks         int NOT NULL,
  found          int NOT NULL,               -- of these, with a failed item
  CONSTRAINT proof_tally_pkey PRIMARY KEY (company_id, month),
  CONSTRAINT proof_tally_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id),
  CONSTRAINT proof_tally_found_check CHECK (found BETWEEN 0 AND checks)
);
CREATE INDEX proof_tally_peers_idx ON proof_tally (month, oversight_line, region_path);
SELECT declare_table('proof_tally', 'system');

-- +goose Down
DROP FUNCTION proof_by_code(text), proof_kept(text);
DROP POLICY owner_functions ON attachment;
DROP TABLE proof_tally, proof_signal, proof;
DELETE FROM table_class WHERE name IN ('proof', 'proof_signal', 'proof_tally');
