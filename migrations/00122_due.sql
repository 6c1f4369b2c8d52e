-- What falls due in a company (到期事项), whatever module it is of, and who was reminded of it.
-- +goose Up

CREATE TABLE due_item (
  company_id     bigint NOT NULL CONSTRAINT due_item_company_id_fkey REFERENCES company (company_id),
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  kind           text COLLATE "C" NOT NULL, -- noun.what, e.g. equipment.test
  ref            bigint NOT NULL,           -- id of the row it is about
  title          text NOT NULL,
  due_on         date NOT NULL,
  owner_id       bigint,                    -- who sees to it; NULL: the safety managers
  unit_id        bigint,                    -- whose it is; NULL: the company's
  before_days    int[] NOT NULL,            -- reminders ahead of the day, the earliest first
  path           text NOT NULL,             -- desk page
  step           int,                       -- last one reminded of, in days after due_on (negative: before); NULL: none
  remind_on      date,                      -- when the next step comes; NULL once closed
  created_at     timestamptz NOT NULL,
  closed_at      timestamptz,               -- settled
  CONSTRAINT due_item_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT due_item_company_id_kind_ref_key UNIQUE (company_id, kind, ref),
  CONSTRAINT due_item_owner_id_fkey FOREIGN KEY (company_id, owner_id) REFERENCES staff_person (company_id, id),
  CONSTRAINT due_item_unit_id_fkey FOREIGN KEY (company_id, unit_id) REFERENCES staff_unit (company_id, id),
  CONSTRAINT due_item_remind_on_check CHECK ((closed_at IS NULL) = (remind_on IS NOT NULL))
);
CREATE INDEX due_item_company_id_due_on_idx ON due_item (company_id, due_on, id) WHERE closed_at IS NULL;
CREATE INDEX due_item_remind_on_idx ON due_item (remind_on, company_id, id) WHERE remind_on IS NOT NULL;
-- private: a company's own memory; what a regulator may know of it stands in the registers themselves.
SELECT declare_table('due_item', 'private');

-- The last day on which a company's people were told, so that nobody is told twice a day.
CREATE TABLE due_digest (
  company_id bigint NOT NULL CONSTRAINT due_digest_pkey PRIMARY KEY CONSTRAINT due_digest_company_id_fkey REFERENCES company (company_id),
  told_on    date NOT NULL
);
SELECT declare_table('due_digest', 'system');

-- +goose Down
DROP TABLE due_digest, due_item;
DELETE FROM table_class WHERE name IN ('due_digest', 'due_item');
