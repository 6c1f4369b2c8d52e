-- Which features areas do without (地区功能配置). Rows are only added: what an area says holds until a later one of the same area.
-- +goose Up

CREATE TABLE feature_setting (
  id          bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT feature_setting_pkey PRIMARY KEY,
  feature     text COLLATE "C" NOT NULL,     -- of modules/feature/library
  region_path text COLLATE "C" NOT NULL,     -- of the area; everything below it follows unless it says otherwise
  value       text NOT NULL CONSTRAINT feature_setting_value_check CHECK (value IN ('on', 'off', 'inherit')),
  from_on     date NOT NULL,
  reason      text NOT NULL,
  by_name     text NOT NULL,
  created_at  timestamptz NOT NULL
);
-- custom: the platform administrator keeps it; the program reads it into memory.
SELECT declare_table('feature_setting', 'custom');
CREATE POLICY platform_reads ON feature_setting FOR SELECT TO anbiao_platform USING (true);
CREATE POLICY platform_adds ON feature_setting FOR INSERT TO anbiao_platform WITH CHECK (true);
GRANT SELECT, INSERT ON feature_setting TO anbiao_platform;

-- Every process hears that something was set.
-- +goose StatementBegin
CREATE FUNCTION feature_heard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('anbiao_feature', '');
  RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER feature_heard AFTER INSERT OR UPDATE OR DELETE ON feature_setting FOR EACH STATEMENT EXECUTE FUNCTION feature_heard();

-- +goose Down
DROP TABLE feature_setting;
DROP FUNCTION feature_heard();
DELETE FROM table_class WHERE name = 'feature_setting';
