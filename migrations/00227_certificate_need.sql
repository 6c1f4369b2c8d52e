-- What a company adds to the certificates its posts need, certificates whose dates are not known yet, and what a
-- query of the authority's register showed.
-- +goose Up

-- A certificate that a post needs beside what its types ask for (data/needs.yaml).
CREATE TABLE certificate_need (
  company_id      bigint NOT NULL,
  id              bigint GENERATED ALWAYS AS IDENTITY,
  region_path     text COLLATE "C" NOT NULL,
  oversight_line  smallint NOT NULL,
  post_id         bigint NOT NULL,
  kind            text NOT NULL,
  operation       text NOT NULL DEFAULT '',  -- '': any of the kind's, or the kind has none
  note            text NOT NULL DEFAULT '',  -- why
  made_by_name    text NOT NULL,
  made_at         timestamptz NOT NULL,
  removed_by_name text NOT NULL DEFAULT '',
  removed_at      timestamptz,               -- no longer needed
  CONSTRAINT certificate_need_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT certificate_need_post_id_fkey FOREIGN KEY (company_id, post_id) REFERENCES staff_post (company_id, id)
);
CREATE UNIQUE INDEX certificate_need_company_id_post_id_key ON certificate_need (company_id, post_id, kind, operation) WHERE removed_at IS NULL;
CREATE INDEX certificate_need_region_path_idx ON certificate_need (region_path, company_id);
SELECT declare_table('certificate_need', 'company');

-- A certificate whose first day is not known is incomplete and counts for nothing until somebody reads the date off it.
ALTER TABLE certificate ALTER COLUMN valid_from DROP NOT NULL;
ALTER TABLE certificate DROP CONSTRAINT certificate_staff_id_kind_operation_valid_from_key;
ALTER TABLE certificate ADD CONSTRAINT certificate_staff_id_kind_operation_valid_from_key UNIQUE NULLS NOT DISTINCT (company_id, staff_id, kind, operation, valid_from);

-- What shows an event: the picture of the register's answer, the stamp of a review.
ALTER TABLE certificate_event ADD COLUMN attachment_ids bigint[] NOT NULL DEFAULT '{}';
ALTER TABLE certificate_event DROP CONSTRAINT certificate_event_type_check;
ALTER TABLE certificate_event ADD CONSTRAINT certificate_event_type_check
  CHECK (type IN ('registered', 'completed', 'review', 'renewed', 'revoked', 'cancelled', 'verified'));

-- +goose Down
DELETE FROM certificate_event WHERE type = 'completed';
ALTER TABLE certificate_event DROP CONSTRAINT certificate_event_type_check;
ALTER TABLE certificate_event ADD CONSTRAINT certificate_event_type_check CHECK (type IN ('registered', 'review', 'renewed', 'revoked', 'cancelled', 'verified'));
ALTER TABLE certificate_event DROP COLUMN attachment_ids;
UPDATE certificate SET valid_from = '1970-01-01' WHERE valid_from IS NULL;
ALTER TABLE certificate DROP CONSTRAINT certificate_staff_id_kind_operation_valid_from_key;
ALTER TABLE certificate ADD CONSTRAINT certificate_staff_id_kind_operation_valid_from_key UNIQUE (company_id, staff_id, kind, operation, valid_from);
ALTER TABLE certificate ALTER COLUMN valid_from SET NOT NULL;
DROP TABLE certificate_need;
DELETE FROM table_class WHERE name = 'certificate_need';
