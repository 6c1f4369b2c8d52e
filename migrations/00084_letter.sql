-- Responsibility letters (安全生产责任书): each year's rounds, the letters with their frozen text, signatures, and scans of signed paper.
-- +goose Up

-- One year's letters of a company. It names nobody: regulators see it.
CREATE TABLE letter_round (
  company_id     bigint NOT NULL CONSTRAINT letter_round_company_id_fkey REFERENCES company (company_id),
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  year           int NOT NULL CONSTRAINT letter_round_year_check CHECK (year BETWEEN 2000 AND 2100),
  template       text NOT NULL,              -- version of the wording
  goals          text[] NOT NULL,
  reward         text NOT NULL,
  penalty        text NOT NULL,
  valid_from     date NOT NULL,
  valid_until    date NOT NULL,
  last_number    int NOT NULL DEFAULT 0,
  people         int NOT NULL DEFAULT 0,     -- active persons who sign a letter, counted when letters were made
  letters        int NOT NULL DEFAULT 0,     -- in force
  sent           int NOT NULL DEFAULT 0,
  signed         int NOT NULL DEFAULT 0,
  made_at        timestamptz NOT NULL,
  CONSTRAINT letter_round_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT letter_round_company_id_year_key UNIQUE (company_id, year),
  CONSTRAINT letter_round_valid_until_check CHECK (valid_until >= valid_from)
);
CREATE INDEX letter_round_region_path_idx ON letter_round (region_path, id);
SELECT declare_table('letter_round', 'company');

-- One person's letter.
CREATE TABLE letter (
  company_id         bigint NOT NULL,
  id                 bigint GENERATED ALWAYS AS IDENTITY,
  region_path        text COLLATE "C" NOT NULL,
  oversight_line     smallint NOT NULL,
  round_id           bigint NOT NULL,
  number             int NOT NULL,              -- in the round
  public_id          uuid NOT NULL,             -- printed on each page
  staff_id           bigint NOT NULL,
  staff_name         text NOT NULL,
  unit_id            bigint,
  unit_name          text NOT NULL,             -- with the units above it
  post_id            bigint NOT NULL,
  post_name          text NOT NULL,
  superior_id        bigint,                    -- NULL: none was found, to be chosen by hand
  superior_name      text NOT NULL DEFAULT '',
  superior_post      text NOT NULL DEFAULT '',
  superior_chosen    boolean NOT NULL DEFAULT false,
  state              text NOT NULL CONSTRAINT letter_state_check CHECK (state IN ('draft', 'sent', 'signed', 'superseded')),
  duties_version     int NOT NULL DEFAULT 0,
  text               text NOT NULL DEFAULT '',  -- frozen when sent
  text_hash          bytea NOT NULL DEFAULT '', -- SHA-256 of text
  sent_at            timestamptz,
  sent_on            date,
  staff_signed_at    timestamptz,
  superior_signed_at timestamptz,
  signed_on          date,
  on_paper           boolean NOT NULL DEFAULT false,
  superseded_on      date,
  superseded_why     text NOT NULL DEFAULT '',
  remind_on          date,                      -- day of the next reminder; NULL: none will come
  reminded_step      int,                       -- days after sending of the last reminder
  made_at            timestamptz NOT NULL,
  CONSTRAINT letter_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT letter_public_id_key UNIQUE (public_id),
  CONSTRAINT letter_company_id_round_id_number_key UNIQUE (company_id, round_id, number),
  CONSTRAINT letter_company_id_round_id_fkey FOREIGN KEY (company_id, round_id) REFERENCES letter_round (company_id, id),
  CONSTRAINT letter_company_id_staff_id_fkey FOREIGN KEY (company_id, staff_id) REFERENCES staff_person (company_id, id),
  CONSTRAINT letter_company_id_superior_id_fkey FOREIGN KEY (company_id, superior_id) REFERENCES staff_person (company_id, id),
  CONSTRAINT letter_company_id_unit_id_fkey FOREIGN KEY (company_id, unit_id) REFERENCES staff_unit (company_id, id),
  CONSTRAINT letter_company_id_post_id_fkey FOREIGN KEY (company_id, post_id) REFERENCES staff_post (company_id, id),
  CONSTRAINT letter_superior_id_check CHECK (superior_id IS NULL OR superior_id <> staff_id),
  CONSTRAINT letter_sent_check CHECK (state NOT IN ('sent', 'signed') OR (text <> '' AND superior_id IS NOT NULL AND sent_at IS NOT NULL AND sent_on IS NOT NULL)),
  CONSTRAINT letter_signed_check CHECK (state <> 'signed' OR (signed_on IS NOT NULL AND (on_paper OR (staff_signed_at IS NOT NULL AND superior_signed_at IS NOT NULL))))
);
CREATE UNIQUE INDEX letter_company_id_round_id_staff_id_key ON letter (company_id, round_id, staff_id) WHERE state <> 'superseded';
CREATE INDEX letter_company_id_round_id_unit_id_idx ON letter (company_id, round_id, unit_id, state);
CREATE INDEX letter_company_id_staff_id_idx ON letter (company_id, staff_id, id);
CREATE INDEX letter_company_id_superior_id_idx ON letter (company_id, superior_id, id) WHERE superior_id IS NOT NULL;
CREATE INDEX letter_company_id_post_id_idx ON letter (company_id, post_id);
CREATE INDEX letter_region_path_idx ON letter (region_path, company_id);
CREATE INDEX letter_remind_on_idx ON letter (remind_on, company_id) WHERE remind_on IS NOT NULL;
-- private: a regulator sees how many have signed, in letter_round, never who (个人信息保护法 art. 6).
SELECT declare_table('letter', 'private');

-- What was sent stays as it was sent, what was signed stays signed, whoever asks.
-- +goose StatementBegin
CREATE FUNCTION letter_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state <> 'draft' AND OLD.text <> '' AND (NEW.text, NEW.text_hash, NEW.staff_id, NEW.superior_id, NEW.post_id, NEW.public_id, NEW.number, NEW.sent_at)
     IS DISTINCT FROM (OLD.text, OLD.text_hash, OLD.staff_id, OLD.superior_id, OLD.post_id, OLD.public_id, OLD.number, OLD.sent_at) THEN
    RAISE 'letter % was sent and cannot be changed', OLD.id USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'letter_keep';
  END IF;
  IF (OLD.state = 'signed' AND (NEW.state NOT IN ('signed', 'superseded') OR NEW.signed_on IS DISTINCT FROM OLD.signed_on))
     OR (OLD.staff_signed_at IS NOT NULL AND NEW.staff_signed_at IS DISTINCT FROM OLD.staff_signed_at)
     OR (OLD.superior_signed_at IS NOT NULL AND NEW.superior_signed_at IS DISTINCT FROM OLD.superior_signed_at) OR OLD.state = 'superseded' AND NEW.state <> 'superseded' THEN
    RAISE 'letter % was signed and cannot be changed', OLD.id USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'letter_keep';
  END IF;
  RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER letter_keep BEFORE UPDATE ON letter FOR EACH ROW EXECUTE FUNCTION letter_keep();

-- One side's signature on the screen.
CREATE TABLE letter_signature (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  letter_id      bigint NOT NULL,
  side           text NOT NULL CONSTRAINT letter_signature_side_check CHECK (side IN ('subordinate', 'superior')),
  staff_id       bigint NOT NULL,
  person_id      bigint NOT NULL,            -- the login
  name           text NOT NULL,
  attachment_id  bigint NOT NULL,            -- the strokes
  image_hash     bytea NOT NULL,             -- SHA-256 of that file
  text_hash      bytea NOT NULL,
  hash           bytea NOT NULL,             -- over text, strokes, side, signer and time
  at             timestamptz NOT NULL,
  CONSTRAINT letter_signature_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT letter_signature_company_id_letter_id_side_key UNIQUE (company_id, letter_id, side),
  CONSTRAINT letter_signature_company_id_letter_id_fkey FOREIGN KEY (company_id, letter_id) REFERENCES letter (company_id, id),
  CONSTRAINT letter_signature_company_id_staff_id_fkey FOREIGN KEY (company_id, staff_id) REFERENCES staff_person (company_id, id),
  CONSTRAINT letter_signature_attachment_id_fkey FOREIGN KEY (company_id, attachment_id) REFERENCES attachment (company_id, id)
);
CREATE INDEX letter_signature_region_path_idx ON letter_signature (region_path, company_id);
SELECT declare_table('letter_signature', 'private');
-- A signature is given once and by the signer: a consultant never signs, nobody changes one.
REVOKE UPDATE ON letter_signature FROM anbiao_company, anbiao_service;
REVOKE INSERT ON letter_signature FROM anbiao_service;

-- One scan of signed paper.
CREATE TABLE letter_scan (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  round_id       bigint NOT NULL,
  files          jsonb NOT NULL,             -- [{name, key, type}], in order; keys of the blob store
  signed_on      date NOT NULL,              -- as it is written on the paper
  state          text NOT NULL CONSTRAINT letter_scan_state_check CHECK (state IN ('reading', 'done', 'failed')),
  fault_code     text NOT NULL DEFAULT '',
  pages          int NOT NULL DEFAULT 0,
  filed          int NOT NULL DEFAULT 0,     -- letters that it made signed
  person_id      bigint NOT NULL,            -- who uploaded it
  uploaded_name  text NOT NULL,
  uploaded_at    timestamptz NOT NULL,
  CONSTRAINT letter_scan_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT letter_scan_company_id_round_id_fkey FOREIGN KEY (company_id, round_id) REFERENCES letter_round (company_id, id)
);
CREATE INDEX letter_scan_company_id_round_id_idx ON letter_scan (company_id, round_id, id DESC);
CREATE INDEX letter_scan_region_path_idx ON letter_scan (region_path, company_id);
SELECT declare_table('letter_scan', 'private');

-- One side of scanned paper.
CREATE TABLE letter_page (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  scan_id        bigint NOT NULL,
  n              int NOT NULL,               -- in the scan
  blob_key       text NOT NULL,              -- of its picture; empty: it held none
  letter_id      bigint,                     -- NULL: not known yet
  page           int,                        -- of the letter
  of_pages       int,                        -- how many the letter has
  by_hand        boolean NOT NULL DEFAULT false,
  problem        text NOT NULL DEFAULT '',   -- why it was not filed, a code
  CONSTRAINT letter_page_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT letter_page_company_id_scan_id_n_key UNIQUE (company_id, scan_id, n),
  CONSTRAINT letter_page_company_id_scan_id_fkey FOREIGN KEY (company_id, scan_id) REFERENCES letter_scan (company_id, id),
  CONSTRAINT letter_page_company_id_letter_id_fkey FOREIGN KEY (company_id, letter_id) REFERENCES letter (company_id, id)
);
CREATE INDEX letter_page_company_id_letter_id_idx ON letter_page (company_id, letter_id, page) WHERE letter_id IS NOT NULL;
CREATE INDEX letter_page_region_path_idx ON letter_page (region_path, company_id);
SELECT declare_table('letter_page', 'private');

-- +goose Down
DROP TABLE letter_page, letter_scan, letter_signature, letter, letter_round;
DROP FUNCTION letter_keep();
DELETE FROM table_class WHERE name LIKE 'letter%';
