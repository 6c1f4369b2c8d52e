-- Files of companies: photos and documents. The bytes lie in the blob store, written before the row.
-- +goose Up

CREATE TABLE attachment (
  company_id       bigint NOT NULL,
  id               bigint GENERATED ALWAYS AS IDENTITY,
  region_path      text COLLATE "C" NOT NULL,
  oversight_line   smallint NOT NULL,
  client_id        uuid NOT NULL,                 -- made by the phone; the same upload twice is one file
  name             text NOT NULL,
  media_type       text NOT NULL,                 -- by content, never as the client says
  bytes            int NOT NULL CONSTRAINT attachment_bytes_check CHECK (bytes > 0),
  sha256           bytea NOT NULL,                -- of the original, as received
  width            int,                           -- of the upright picture, pixels
  height           int,
  taken_at         timestamptz,                   -- as the phone says
  uploaded_at      timestamptz NOT NULL,
  uploaded_by      bigint,                        -- staff; NULL for a service agency's consultant
  uploaded_person  bigint NOT NULL,               -- who sees the file while it belongs to nothing
  uploaded_name    text NOT NULL,
  original_key     text NOT NULL,                 -- in the blob store
  display_key      text NOT NULL,                 -- empty: the original is shown
  thumb_key        text NOT NULL,
  bound_noun       text,                          -- what it was uploaded for, e.g. inspection_check
  bound_id         bigint,
  bound_at         timestamptz,
  swept_at         timestamptz,                   -- nobody claimed it: the job is taking its blobs away
  CONSTRAINT attachment_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT attachment_company_id_client_id_key UNIQUE (company_id, client_id),
  CONSTRAINT attachment_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id),
  CONSTRAINT attachment_uploaded_by_fkey FOREIGN KEY (company_id, uploaded_by) REFERENCES staff_person (company_id, id),
  CONSTRAINT attachment_bound_check CHECK ((bound_noun IS NULL) = (bound_id IS NULL) AND (bound_noun IS NULL) = (bound_at IS NULL))
);
CREATE INDEX attachment_region_path_idx ON attachment (region_path, company_id, id);
CREATE INDEX attachment_id_idx ON attachment (id); -- a regulator is given an id only
CREATE INDEX attachment_bound_idx ON attachment (company_id, bound_noun, bound_id) WHERE bound_noun IS NOT NULL;
CREATE INDEX attachment_unbound_idx ON attachment (company_id, uploaded_person) WHERE bound_noun IS NULL;
CREATE INDEX attachment_stale_idx ON attachment (uploaded_at) WHERE bound_noun IS NULL;
SELECT declare_table('attachment', 'company');

-- +goose Down
DELETE FROM table_class WHERE name = 'attachment';
DROP TABLE attachment;
