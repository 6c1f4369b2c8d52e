-- What a program asks before it takes requests: how far this database is migrated.
-- +goose Up
CREATE FUNCTION schema_version() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied $$;
GRANT EXECUTE ON FUNCTION schema_version() TO anbiao_system;

-- +goose Down
DROP FUNCTION schema_version();
