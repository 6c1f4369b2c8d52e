-- Administrative areas and supervision lines: data with history that everything else points into.
-- +goose Up

CREATE TABLE division (
  id             bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT division_pkey PRIMARY KEY,
  path           text COLLATE "C" NOT NULL,             -- fixed widths 2/2/2/3/3/3; the official code where one exists
  kind           text NOT NULL CONSTRAINT division_kind_check
    CHECK (kind IN ('province', 'city', 'county', 'town', 'zone', 'area', 'village', 'grid')),
  code           text NOT NULL,                         -- as printed: 330784105, or our own 330784-Z01
  official       boolean NOT NULL,                      -- the code stands in a public list
  name           text NOT NULL,
  aliases        text[] NOT NULL,                       -- other names that lists use
  parent_path    text COLLATE "C" NOT NULL,
  valid_from     date NOT NULL,
  valid_until    date,                                  -- last day; NULL while it exists
  successor_path text COLLATE "C" NOT NULL,             -- where its companies went, empty while it exists
  source         text NOT NULL,
  CONSTRAINT division_path_valid_from_key UNIQUE (path, valid_from),
  CONSTRAINT division_path_check CHECK (path ~ '^[0-9A-Z]+$' AND length(path) IN (2, 4, 6, 9, 12, 15))
);
CREATE UNIQUE INDEX division_path_key ON division (path) WHERE valid_until IS NULL;
CREATE INDEX division_parent_path_path_idx ON division (parent_path, path);
SELECT declare_table('division', 'reference');

-- Supervision lines (监管行业): which department oversees a company; regulators may be limited to some.
CREATE TABLE division_line (
  line       smallint CONSTRAINT division_line_pkey PRIMARY KEY,
  name       text NOT NULL,
  department text NOT NULL
);
SELECT declare_table('division_line', 'reference');

-- What was loaded from the libraries built into the program, by checksum.
CREATE TABLE division_library (
  name     text CONSTRAINT division_library_pkey PRIMARY KEY,
  checksum text NOT NULL,
  at       timestamptz NOT NULL
);
SELECT declare_table('division_library', 'system');

-- +goose Down
DROP TABLE division_library, division_line, division;
DELETE FROM table_class WHERE name IN ('division_library', 'division_line', 'division');
