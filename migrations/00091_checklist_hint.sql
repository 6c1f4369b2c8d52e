-- Hints of a library version (phrases, must-photo items, usual limits), pinned like the library.
-- +goose Up
CREATE TABLE checklist_hint (
  version   text CONSTRAINT checklist_hint_pkey PRIMARY KEY CONSTRAINT checklist_hint_version_fkey REFERENCES checklist_library (version),
  checksum  text NOT NULL,            -- SHA-256 of the file, hex
  loaded_at timestamptz NOT NULL
);
SELECT declare_table('checklist_hint', 'reference');

-- +goose Down
DELETE FROM table_class WHERE name = 'checklist_hint';
DROP TABLE checklist_hint;
