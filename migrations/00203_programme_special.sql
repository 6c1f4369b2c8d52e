-- Special registers (专项名单) and lists of companies that reached a target (达标名单), as authorities keep them in Excel: each line with the
-- file and row it came from, and the company it was matched with, if one was.
-- +goose Up

CREATE TABLE programme_special (
  id                 bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT programme_special_pkey PRIMARY KEY,
  organisation_id    bigint NOT NULL CONSTRAINT programme_special_organisation_id_fkey REFERENCES account_organisation (id),
  area               text COLLATE "C" NOT NULL,      -- of the authority that keeps the list
  subject_company_id bigint CONSTRAINT programme_special_subject_company_id_fkey REFERENCES company (company_id),
  region_path        text COLLATE "C" NOT NULL,      -- of the company; of the authority while there is none
  oversight_line     smallint NOT NULL,              -- of the company; 0
  revealed_at        timestamptz,                    -- never: companies do not read these lists
  kind               text NOT NULL CONSTRAINT programme_special_kind_check CHECK (kind IN ('dust', 'confined_space', 'presses', 'standard', 'other')),
  list_name          text NOT NULL,
  source_file        text NOT NULL,
  source_row         int NOT NULL,
  name               text NOT NULL,                  -- as the file has it
  name_fold          text NOT NULL,
  uscc               text NOT NULL,
  town               text NOT NULL,                  -- as the file has it
  level              text NOT NULL,                  -- of a list of levels
  valid_until        date,
  note               text NOT NULL,
  state              text NOT NULL CONSTRAINT programme_special_state_check CHECK (state IN ('matched', 'candidates', 'unmatched', 'ended')),
  matched_how        text NOT NULL CONSTRAINT programme_special_matched_how_check CHECK (matched_how IN ('', 'code', 'name', 'hand')),
  candidates         bigint[] NOT NULL,              -- companies of a similar name, to be confirmed by people
  refused            bigint[] NOT NULL,              -- which people said it is not
  decided_by         text NOT NULL,
  decided_at         timestamptz,
  made_by            text NOT NULL,
  made_at            timestamptz NOT NULL,
  ended_on           date,
  end_reason         text NOT NULL,
  CONSTRAINT programme_special_matched_check CHECK ((subject_company_id IS NOT NULL) = (matched_how <> '') AND (state <> 'matched' OR subject_company_id IS NOT NULL)
    AND (state NOT IN ('candidates', 'unmatched') OR subject_company_id IS NULL) AND (state = 'candidates') = (candidates <> '{}')),
  CONSTRAINT programme_special_ended_check CHECK ((state = 'ended') = (ended_on IS NOT NULL))
);
-- One line a company and list, by the code or the name in the file.
CREATE UNIQUE INDEX programme_special_line_key ON programme_special (organisation_id, kind, list_name, uscc, name_fold) WHERE ended_on IS NULL;
CREATE INDEX programme_special_subject_company_id_idx ON programme_special (subject_company_id, kind) WHERE state = 'matched';
CREATE INDEX programme_special_region_path_idx ON programme_special (region_path, id DESC);
-- authority: regulators of the area read and write; companies never.
SELECT declare_table('programme_special', 'authority');
-- Names in a list are matched with those of the register.
CREATE INDEX company_name_bi_idx ON company USING gin (name_bi);

-- +goose Down
DROP INDEX company_name_bi_idx;
DROP TABLE programme_special;
DELETE FROM table_class WHERE name = 'programme_special';
