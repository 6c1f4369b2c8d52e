-- The company's own copy of the responsibility matrix (全员安全生产责任制): duties, what each says
-- from when to when, whose it is, published lists, where they hang, and what is not covered.
-- +goose Up

-- A duty. What it says stands in responsibility_wording.
CREATE TABLE responsibility_duty (
  company_id      bigint NOT NULL CONSTRAINT responsibility_duty_company_id_fkey REFERENCES company (company_id),
  id              bigint GENERATED ALWAYS AS IDENTITY,
  region_path     text COLLATE "C" NOT NULL,
  oversight_line  smallint NOT NULL,
  number          int NOT NULL,              -- in the company, in order of making
  template        text NOT NULL,             -- duty of the library it was adopted from; empty: the company's own
  library_version text NOT NULL,             -- the version it was last compared with; empty: the company's own
  category        text NOT NULL,             -- post type it is grouped under
  added_on        date NOT NULL,
  dropped_on      date,                      -- the first day without it
  dropped_reason  text NOT NULL DEFAULT '',
  changed_at      timestamptz NOT NULL,
  CONSTRAINT responsibility_duty_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT responsibility_duty_company_id_number_key UNIQUE (company_id, number),
  CONSTRAINT responsibility_duty_template_check CHECK ((template = '') = (library_version = '')),
  CONSTRAINT responsibility_duty_dropped_on_check CHECK (dropped_on IS NULL OR dropped_on >= added_on)
);
CREATE UNIQUE INDEX responsibility_duty_company_id_template_key ON responsibility_duty (company_id, template) WHERE template <> '';
CREATE INDEX responsibility_duty_region_path_idx ON responsibility_duty (region_path, company_id);
SELECT declare_table('responsibility_duty', 'company');

-- What a duty says in [valid_from, valid_to).
CREATE TABLE responsibility_wording (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  duty_id        bigint NOT NULL,
  text           text NOT NULL,
  basis          jsonb NOT NULL,             -- clauses with how far each was seen
  statutory      text[] NOT NULL,            -- items of the Work Safety Law it fulfils: 21.1 … 21.7, 25.1 … 25.7
  frequency      text NOT NULL,
  check_method   text NOT NULL,
  evidence       text NOT NULL,
  modules        text[] NOT NULL,            -- of the checklist library
  valid_from     date NOT NULL,
  valid_to       date,
  changed_at     timestamptz NOT NULL,
  CONSTRAINT responsibility_wording_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT responsibility_wording_company_id_duty_id_fkey FOREIGN KEY (company_id, duty_id) REFERENCES responsibility_duty (company_id, id),
  CONSTRAINT responsibility_wording_frequency_check
    CHECK (frequency IN ('per_shift', 'daily', 'weekly', 'monthly', 'quarterly', 'half_yearly', 'yearly', 'event', 'per_use')),
  CONSTRAINT responsibility_wording_valid_to_check CHECK (valid_to IS NULL OR valid_to >= valid_from)
);
CREATE UNIQUE INDEX responsibility_wording_company_id_duty_id_key ON responsibility_wording (company_id, duty_id) WHERE valid_to IS NULL;
CREATE INDEX responsibility_wording_company_id_duty_id_idx ON responsibility_wording (company_id, duty_id, valid_from);
CREATE INDEX responsibility_wording_region_path_idx ON responsibility_wording (region_path, company_id);
SELECT declare_table('responsibility_wording', 'company');

-- A cell of the matrix: the share of a post in a duty, in [valid_from, valid_to).
CREATE TABLE responsibility_cell (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  duty_id        bigint NOT NULL,
  post_id        bigint NOT NULL,
  raci           text NOT NULL CONSTRAINT responsibility_cell_raci_check CHECK (raci IN ('A', 'R', 'AR', 'C', 'I')),
  kind           text NOT NULL CONSTRAINT responsibility_cell_kind_check CHECK (kind IN ('main', 'direct', 'lead', 'supervise')),
  frequency      text NOT NULL,              -- empty: the duty's; so the next two
  check_method   text NOT NULL,
  evidence       text NOT NULL,
  score          int NOT NULL,               -- hundredths of a point; a post's add up to 10000
  valid_from     date NOT NULL,
  valid_to       date,
  changed_at     timestamptz NOT NULL,
  CONSTRAINT responsibility_cell_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT responsibility_cell_company_id_duty_id_fkey FOREIGN KEY (company_id, duty_id) REFERENCES responsibility_duty (company_id, id),
  CONSTRAINT responsibility_cell_company_id_post_id_fkey FOREIGN KEY (company_id, post_id) REFERENCES staff_post (company_id, id),
  CONSTRAINT responsibility_cell_frequency_check
    CHECK (frequency IN ('', 'per_shift', 'daily', 'weekly', 'monthly', 'quarterly', 'half_yearly', 'yearly', 'event', 'per_use')),
  CONSTRAINT responsibility_cell_score_check CHECK (score BETWEEN 0 AND 10000 AND (score = 0 OR raci IN ('A', 'R', 'AR'))),
  CONSTRAINT responsibility_cell_valid_to_check CHECK (valid_to IS NULL OR valid_to >= valid_from)
);
CREATE UNIQUE INDEX responsibility_cell_company_id_post_id_duty_id_key ON responsibility_cell (company_id, post_id, duty_id) WHERE valid_to IS NULL;
CREATE INDEX responsibility_cell_company_id_post_id_idx ON responsibility_cell (company_id, post_id, valid_from);
CREATE INDEX responsibility_cell_company_id_duty_id_idx ON responsibility_cell (company_id, duty_id, valid_from);
CREATE INDEX responsibility_cell_region_path_idx ON responsibility_cell (region_path, company_id);
SELECT declare_table('responsibility_cell', 'company');

-- A published version of the whole list, frozen. It names posts and duties, never people.
CREATE TABLE responsibility_list (
  company_id     bigint NOT NULL CONSTRAINT responsibility_list_company_id_fkey REFERENCES company (company_id),
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  version        int NOT NULL,
  note           text NOT NULL,              -- why there is a new version (安委办〔2017〕29号: reviewed at least yearly)
  document       jsonb NOT NULL,
  checksum       text NOT NULL,              -- SHA-256 of the document, hex
  posts          int NOT NULL,
  duties         int NOT NULL,
  cells          int NOT NULL,
  published_at   timestamptz NOT NULL,
  published_by   bigint,
  published_name text NOT NULL,
  CONSTRAINT responsibility_list_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT responsibility_list_company_id_version_key UNIQUE (company_id, version),
  CONSTRAINT responsibility_list_company_id_published_by_fkey FOREIGN KEY (company_id, published_by) REFERENCES staff_person (company_id, id)
);
CREATE INDEX responsibility_list_region_path_idx ON responsibility_list (region_path, company_id);
SELECT declare_table('responsibility_list', 'company');
REVOKE UPDATE ON responsibility_list FROM anbiao_company, anbiao_service;

-- Where a version hangs on site (公示): place, photos, day.
CREATE TABLE responsibility_posting (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  list_id        bigint NOT NULL,
  place          text NOT NULL,
  posted_on      date NOT NULL,
  attachment_ids bigint[] NOT NULL,
  by_name        text NOT NULL,
  at             timestamptz NOT NULL,
  CONSTRAINT responsibility_posting_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT responsibility_posting_company_id_list_id_fkey FOREIGN KEY (company_id, list_id) REFERENCES responsibility_list (company_id, id)
);
CREATE INDEX responsibility_posting_company_id_posted_on_idx ON responsibility_posting (company_id, posted_on DESC, id DESC);
CREATE INDEX responsibility_posting_region_path_idx ON responsibility_posting (region_path, company_id);
SELECT declare_table('responsibility_posting', 'company');

-- What was not covered when it was last counted: numbers and items of the law, so that
-- regulators, who see no staff lists, can read it.
CREATE TABLE responsibility_coverage (
  company_id       bigint NOT NULL CONSTRAINT responsibility_coverage_pkey PRIMARY KEY
                   CONSTRAINT responsibility_coverage_company_id_fkey REFERENCES company (company_id),
  region_path      text COLLATE "C" NOT NULL,
  oversight_line   smallint NOT NULL,
  counted_at       timestamptz NOT NULL,
  duties           int NOT NULL,
  posts            int NOT NULL,
  posts_bare       int NOT NULL,             -- without duties
  posts_vacant     int NOT NULL,             -- held by nobody
  people           int NOT NULL,
  people_unplaced  int NOT NULL,             -- on no post
  statutory_open   text[] NOT NULL,          -- items of arts 21 and 25 that nobody holds
  items            int NOT NULL,             -- of the company's standard
  items_uncovered  int NOT NULL,             -- that no post is responsible for
  duties_idle      int,                      -- never performed; NULL: not measured
  list_version     int NOT NULL,             -- 0: none published
  published_at     timestamptz
);
CREATE INDEX responsibility_coverage_region_path_idx ON responsibility_coverage (region_path, company_id);
SELECT declare_table('responsibility_coverage', 'company');

-- +goose Down
DELETE FROM table_class WHERE name LIKE 'responsibility\_%';
DROP TABLE responsibility_coverage, responsibility_posting, responsibility_list, responsibility_cell, responsibility_wording, responsibility_duty;
