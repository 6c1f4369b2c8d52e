-- The platform administrator may also let a job go that was given up.
-- +goose Up

-- job_drop settles a job that has died without doing it. A function, because who writes a row must still see it, and he sees what is
-- unfinished only.
-- +goose StatementBegin
CREATE FUNCTION job_drop(job bigint, at timestamptz) RETURNS boolean LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH gone AS (UPDATE job_outbox SET done_at = at WHERE id = job AND dead_at IS NOT NULL AND done_at IS NULL RETURNING id)
  SELECT EXISTS (SELECT FROM gone) $$;
-- +goose StatementEnd
GRANT EXECUTE ON FUNCTION job_drop(bigint, timestamptz) TO anbiao_platform;
GRANT SELECT (handed_at) ON job_outbox TO anbiao_platform;

-- +goose Down
REVOKE SELECT (handed_at) ON job_outbox FROM anbiao_platform;
DROP FUNCTION job_drop(bigint, timestamptz);
