-- Certificates of people: what was issued, reviewed, renewed or revoked, and which reminders went out.
-- +goose Up

-- One version of one certificate: a renewal is a new row that supersedes the old one.
CREATE TABLE certificate (
  company_id         bigint NOT NULL,
  id                 bigint GENERATED ALWAYS AS IDENTITY,
  region_path        text COLLATE "C" NOT NULL,
  oversight_line     smallint NOT NULL,
  staff_id           bigint NOT NULL,
  holder_name        text NOT NULL,                -- as printed
  kind               text NOT NULL,                -- of the catalogue
  operation          text NOT NULL DEFAULT '',     -- 准操项目, or item of special equipment; '' where the kind has none
  code_set           text NOT NULL DEFAULT '',     -- of a special-equipment item: N2 meant a forklift in 2011 and a sightseeing car since
  limits             text[] NOT NULL DEFAULT '{}', -- what the item is limited to, as printed
  number_sealed      bytea NOT NULL DEFAULT '',    -- encrypted: the number repeats the holder's identity number
  number_index       bytea NOT NULL DEFAULT '',    -- keyed blind index; not unique, one number covers all operations of a person
  issuer             text NOT NULL DEFAULT '',
  first_issued_on    date,
  valid_from         date NOT NULL,
  printed_valid_to   date,                         -- 有效期结束日期; NULL: not printed, computed
  printed_review_due date,                         -- 应复审日期; NULL: not printed, computed
  ten_year_exception boolean NOT NULL DEFAULT false, -- review every six years, approved by the authority
  reviews            jsonb NOT NULL DEFAULT '[]',  -- days of recorded reviews, in order
  verified_on        date,                         -- checked against the authority's register
  verified_by        text NOT NULL DEFAULT '',
  attachment_ids     bigint[] NOT NULL DEFAULT '{}',
  supersedes_id      bigint,
  superseded_on      date,
  revoked_on         date,
  cancelled_on       date,
  holder_left_on     date,                         -- last day of the holder in the company
  -- The following is computed from the above whenever it changes, so that lists and the scan need no rule.
  valid_to           date,                         -- printed or computed
  next_due_on        date,
  next_due_type      text NOT NULL CONSTRAINT certificate_next_due_type_check CHECK (next_due_type IN ('none', 'review', 'expiry')),
  remind_on          date,                         -- day of the next reminder; NULL: none will come
  reminded_due_on    date,                         -- the due day the last reminder was about
  reminded_step      int,                          -- days before that day; negative: after it
  created_at         timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT certificate_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT certificate_company_id_staff_id_fkey FOREIGN KEY (company_id, staff_id) REFERENCES staff_person (company_id, id),
  CONSTRAINT certificate_company_id_supersedes_id_fkey FOREIGN KEY (company_id, supersedes_id) REFERENCES certificate (company_id, id),
  CONSTRAINT certificate_staff_id_kind_operation_valid_from_key UNIQUE (company_id, staff_id, kind, operation, valid_from)
);
CREATE UNIQUE INDEX certificate_company_id_supersedes_id_key ON certificate (company_id, supersedes_id) WHERE supersedes_id IS NOT NULL;
CREATE INDEX certificate_company_id_next_due_on_idx ON certificate (company_id, (coalesce(next_due_on, '9999-12-31'::date)), id);
CREATE INDEX certificate_company_id_staff_id_idx ON certificate (company_id, staff_id);
CREATE INDEX certificate_region_path_idx ON certificate (region_path, (coalesce(next_due_on, '9999-12-31'::date)), id);
CREATE INDEX certificate_remind_on_idx ON certificate (remind_on, company_id, id) WHERE remind_on IS NOT NULL;
CREATE INDEX certificate_company_id_number_index_idx ON certificate (company_id, number_index) WHERE number_index <> '';
SELECT declare_table('certificate', 'company');

-- What became of a certificate, in order.
CREATE TABLE certificate_event (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  certificate_id bigint NOT NULL,
  type           text NOT NULL CONSTRAINT certificate_event_type_check CHECK (type IN ('registered', 'review', 'renewed', 'revoked', 'cancelled', 'verified')),
  happened_on    date NOT NULL,
  note           text NOT NULL DEFAULT '',
  at             timestamptz NOT NULL,
  by_person_id   bigint NOT NULL,
  by_name        text NOT NULL,
  CONSTRAINT certificate_event_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT certificate_event_company_id_certificate_id_fkey FOREIGN KEY (company_id, certificate_id) REFERENCES certificate (company_id, id)
);
CREATE INDEX certificate_event_company_id_certificate_id_idx ON certificate_event (company_id, certificate_id, id);
SELECT declare_table('certificate_event', 'company');

-- Each reminder of each threshold to each recipient, once. "skipped": a smaller threshold was reached before this one was sent.
CREATE TABLE certificate_reminder (
  company_id     bigint NOT NULL,
  certificate_id bigint NOT NULL,
  due_on         date NOT NULL,
  step           int NOT NULL,        -- days before the due day; negative: after it
  person_id      bigint NOT NULL,     -- recipient
  state          text NOT NULL CONSTRAINT certificate_reminder_state_check CHECK (state IN ('sent', 'skipped')),
  at             timestamptz NOT NULL,
  CONSTRAINT certificate_reminder_pkey PRIMARY KEY (company_id, certificate_id, due_on, step, person_id),
  CONSTRAINT certificate_reminder_company_id_certificate_id_fkey FOREIGN KEY (company_id, certificate_id) REFERENCES certificate (company_id, id)
);
-- private: to whom the firm was reminded is no regulator's business.
SELECT declare_table('certificate_reminder', 'private');

-- +goose Down
DROP TABLE certificate_reminder, certificate_event, certificate;
DELETE FROM table_class WHERE name LIKE 'certificate%';
