-- The item library, each company's own standard, check points.
-- +goose Up

-- A version of the library, as the program carries it; its content never changes.
CREATE TABLE checklist_library (
  version   text CONSTRAINT checklist_library_pkey PRIMARY KEY,
  checksum  text NOT NULL,            -- SHA-256 of the file, hex
  title     text NOT NULL,
  loaded_at timestamptz NOT NULL
);
SELECT declare_table('checklist_library', 'reference');

CREATE TABLE checklist_tag (
  version text NOT NULL CONSTRAINT checklist_tag_version_fkey REFERENCES checklist_library (version),
  code    text NOT NULL,
  name    text NOT NULL,
  use     text NOT NULL CONSTRAINT checklist_tag_use_check CHECK (use IN ('module', 'major')), -- modules apply by it, or rules for major hazards only
  CONSTRAINT checklist_tag_pkey PRIMARY KEY (version, code)
);
SELECT declare_table('checklist_tag', 'reference');

CREATE TABLE checklist_module (
  version    text NOT NULL CONSTRAINT checklist_module_version_fkey REFERENCES checklist_library (version),
  code       text NOT NULL,
  position   int NOT NULL,
  name_zh    text NOT NULL,
  name_en    text NOT NULL,
  kind       text NOT NULL,
  tags       text[] NOT NULL,         -- applies where the company has any of them
  scope_note text NOT NULL,
  CONSTRAINT checklist_module_pkey PRIMARY KEY (version, code)
);
SELECT declare_table('checklist_module', 'reference');

CREATE TABLE checklist_item (
  version      text NOT NULL,
  code         text NOT NULL,
  module_code  text NOT NULL,
  position     int NOT NULL,
  requirement  text NOT NULL,
  method       text NOT NULL,
  level        text NOT NULL CONSTRAINT checklist_item_level_check CHECK (level IN ('general', 'major')),
  frequency    text NOT NULL,
  post_types   text[] NOT NULL,
  basis        jsonb NOT NULL,
  major_basis  jsonb NOT NULL,
  major_when   jsonb NOT NULL,
  other_regime jsonb NOT NULL,
  CONSTRAINT checklist_item_pkey PRIMARY KEY (version, code),
  CONSTRAINT checklist_item_version_module_code_fkey FOREIGN KEY (version, module_code) REFERENCES checklist_module (version, code)
);
SELECT declare_table('checklist_item', 'reference');

-- A published version of a company's standard (一企一标准). Checks pin one, so it never changes.
CREATE TABLE checklist_standard (
  company_id      bigint NOT NULL,
  id              bigint GENERATED ALWAYS AS IDENTITY,
  region_path     text COLLATE "C" NOT NULL,
  oversight_line  smallint NOT NULL,
  version         int NOT NULL,
  library_version text NOT NULL CONSTRAINT checklist_standard_library_version_fkey REFERENCES checklist_library (version),
  document        jsonb NOT NULL,
  items           int NOT NULL,
  published_at    timestamptz NOT NULL,
  published_by    bigint,
  published_name  text NOT NULL,
  CONSTRAINT checklist_standard_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT checklist_standard_company_id_version_key UNIQUE (company_id, version),
  CONSTRAINT checklist_standard_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id),
  CONSTRAINT checklist_standard_published_by_fkey FOREIGN KEY (company_id, published_by) REFERENCES staff_person (company_id, id)
);
CREATE INDEX checklist_standard_region_path_idx ON checklist_standard (region_path, company_id, id);
SELECT declare_table('checklist_standard', 'company');
REVOKE UPDATE ON checklist_standard FROM anbiao_company, anbiao_service;

-- A check point (检查点): where a QR label hangs.
CREATE TABLE checklist_point (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  public_id      uuid NOT NULL CONSTRAINT checklist_point_public_id_key UNIQUE,
  number         int NOT NULL,        -- typed in when the label is damaged
  name           text NOT NULL,
  place          text NOT NULL,
  modules        text[] NOT NULL,
  items          text[] NOT NULL,
  retired_at     timestamptz,
  created_at     timestamptz NOT NULL,
  updated_at     timestamptz NOT NULL,
  CONSTRAINT checklist_point_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT checklist_point_company_id_number_key UNIQUE (company_id, number),
  CONSTRAINT checklist_point_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id)
);
CREATE INDEX checklist_point_region_path_idx ON checklist_point (region_path, company_id, id);
SELECT declare_table('checklist_point', 'company');

-- +goose Down
DELETE FROM table_class WHERE name LIKE 'checklist\_%';
DROP TABLE checklist_point, checklist_standard, checklist_item, checklist_module, checklist_tag, checklist_library;
