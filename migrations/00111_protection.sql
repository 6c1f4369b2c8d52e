-- Personal protective equipment (劳动防护用品): what each post is to be given, and what people were given.
-- +goose Up

CREATE TABLE protection_standard (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  unit_id        bigint,
  unit_name      text NOT NULL,
  files          bigint[] NOT NULL,
  made_by        text NOT NULL,
  created_at     timestamptz NOT NULL,
  updated_at     timestamptz NOT NULL,
  ended_on       date,
  end_reason     text NOT NULL,
  post           text NOT NULL,
  article        text NOT NULL,
  part           text NOT NULL CONSTRAINT protection_standard_part_check CHECK (part IN ('head', 'eye', 'ear', 'breath', 'clothing', 'hand', 'foot', 'fall', 'other')),
  specification  text NOT NULL,
  quantity       int NOT NULL CONSTRAINT protection_standard_quantity_check CHECK (quantity > 0),
  measure        text NOT NULL,             -- counted in: 副, 件, 双
  life_months    int NOT NULL CONSTRAINT protection_standard_life_months_check CHECK (life_months >= 0), -- 0: when worn out
  danger         text NOT NULL,             -- against what
  source         text NOT NULL,
  note           text NOT NULL,
  CONSTRAINT protection_standard_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT protection_standard_company_id_unit_id_fkey FOREIGN KEY (company_id, unit_id) REFERENCES staff_unit (company_id, id)
);
CREATE UNIQUE INDEX protection_standard_key_key ON protection_standard (company_id, lower(post), lower(article)) WHERE ended_on IS NULL;
SELECT declare_table('protection_standard', 'company');

-- One line of a person's issue card (发放卡). Whose sizes and signatures these are stays in the company.
CREATE TABLE protection_issue (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  unit_id        bigint,
  unit_name      text NOT NULL,
  files          bigint[] NOT NULL,
  made_by        text NOT NULL,
  created_at     timestamptz NOT NULL,
  updated_at     timestamptz NOT NULL,
  ended_on       date,
  end_reason     text NOT NULL,
  staff_id       bigint,
  staff_name     text NOT NULL,
  post           text NOT NULL,
  article        text NOT NULL,
  specification  text NOT NULL,
  quantity       int NOT NULL CONSTRAINT protection_issue_quantity_check CHECK (quantity > 0),
  measure        text NOT NULL,
  occasion       text NOT NULL CONSTRAINT protection_issue_occasion_check CHECK (occasion IN ('first', 'expired', 'damaged', 'other')),
  issued_on      date NOT NULL,
  life_months    int NOT NULL CONSTRAINT protection_issue_life_months_check CHECK (life_months >= 0),
  next_on        date,                      -- issued_on and the life, computed; NULL: when worn out
  issuer_id      bigint,
  issuer_name    text NOT NULL,
  signed_on      date,                      -- the receiver signed the card
  note           text NOT NULL,
  CONSTRAINT protection_issue_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT protection_issue_company_id_unit_id_fkey FOREIGN KEY (company_id, unit_id) REFERENCES staff_unit (company_id, id),
  CONSTRAINT protection_issue_company_id_staff_id_fkey FOREIGN KEY (company_id, staff_id) REFERENCES staff_person (company_id, id),
  CONSTRAINT protection_issue_company_id_issuer_id_fkey FOREIGN KEY (company_id, issuer_id) REFERENCES staff_person (company_id, id)
);
CREATE INDEX protection_issue_company_id_staff_id_idx ON protection_issue (company_id, staff_id, article, issued_on);
CREATE INDEX protection_issue_company_id_next_on_idx ON protection_issue (company_id, next_on) WHERE next_on IS NOT NULL;
SELECT declare_table('protection_issue', 'private');

-- +goose Down
DROP TABLE protection_issue;
DROP TABLE protection_standard;
DELETE FROM table_class WHERE name IN ('protection_issue', 'protection_standard');
