-- Upload of the dual-prevention mechanism's data (双重预防机制数据上传) to platforms outside.
-- +goose Up

CREATE TABLE upload_receiver (
  company_id bigint NOT NULL CONSTRAINT upload_receiver_company_id_fkey REFERENCES company (company_id),
  id         bigint GENERATED ALWAYS AS IDENTITY,
  name       text NOT NULL,
  adapter    text NOT NULL,           -- of modules/upload/library
  address    text NOT NULL,
  firm_code  text NOT NULL,           -- what the platform calls the company
  key_sealed bytea NOT NULL,          -- AES key
  fields     jsonb NOT NULL,          -- the platform's names where they differ: {"unit.name": "riskUnitName"}
  codes      jsonb NOT NULL,          -- and its codes: {"level": {"major": "1"}}
  from_on    date NOT NULL,           -- checks and hazards since this day
  open       boolean NOT NULL,
  changed_at timestamptz NOT NULL,
  changed_by text NOT NULL,
  removed_at timestamptz,
  CONSTRAINT upload_receiver_pkey PRIMARY KEY (company_id, id)
);
SELECT declare_table('upload_receiver', 'private');

-- One row for each thing that a receiver is to know of: what it was told last, and what it is to be told.
CREATE TABLE upload_row (
  company_id   bigint NOT NULL,
  receiver_id  bigint NOT NULL,
  kind         text COLLATE "C" NOT NULL CONSTRAINT upload_row_kind_check CHECK (kind IN ('unit', 'event', 'measure', 'task', 'record', 'danger', 'stop')),
  object_key   text COLLATE "C" NOT NULL,
  parent_kind  text NOT NULL,         -- with parent_key: what must be there first; empty: nothing
  parent_key   text COLLATE "C" NOT NULL,
  body         jsonb,                 -- to be sent; NULL once it is delivered
  version      text NOT NULL,         -- digest of the latest body
  sent_version text NOT NULL,         -- of the one delivered; empty: never
  state        text NOT NULL CONSTRAINT upload_row_state_check CHECK (state IN ('pending', 'failed', 'delivered', 'deleting', 'deleted')),
  error        text NOT NULL,
  tries        int NOT NULL,
  tried_at     timestamptz,
  CONSTRAINT upload_row_pkey PRIMARY KEY (company_id, receiver_id, kind, object_key),
  CONSTRAINT upload_row_receiver_id_fkey FOREIGN KEY (company_id, receiver_id) REFERENCES upload_receiver (company_id, id)
);
CREATE INDEX upload_row_state_idx ON upload_row (company_id, receiver_id, state, kind, object_key) WHERE state <> 'delivered';
SELECT declare_table('upload_row', 'private');
GRANT DELETE ON upload_row TO anbiao_company, anbiao_service;

CREATE TABLE upload_run (
  company_id  bigint NOT NULL,
  id          bigint GENERATED ALWAYS AS IDENTITY,
  receiver_id bigint NOT NULL,
  trigger     text NOT NULL CONSTRAINT upload_run_trigger_check CHECK (trigger IN ('daily', 'hand', 'test')),
  begun_at    timestamptz NOT NULL,
  ended_at    timestamptz,
  sent        int NOT NULL,
  failed      int NOT NULL,
  deleted     int NOT NULL,
  error       text NOT NULL,          -- why it ended early; empty: it did not
  CONSTRAINT upload_run_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT upload_run_receiver_id_fkey FOREIGN KEY (company_id, receiver_id) REFERENCES upload_receiver (company_id, id)
);
CREATE UNIQUE INDEX upload_run_open_key ON upload_run (company_id, receiver_id) WHERE ended_at IS NULL;
SELECT declare_table('upload_run', 'private');

-- +goose Down
DROP TABLE upload_run, upload_row, upload_receiver;
DELETE FROM table_class WHERE name IN ('upload_run', 'upload_row', 'upload_receiver');
