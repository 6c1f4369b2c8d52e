-- Each night's comparison of the counts with the list, kept so that it can be seen.
-- +goose Up

CREATE TABLE oversight_proof (
  id          bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT oversight_proof_pkey PRIMARY KEY,
  at          timestamptz NOT NULL,
  companies   int NOT NULL,                  -- on the list
  wrong_cells int NOT NULL,                  -- counts that differed, and were repaired
  drift       jsonb NOT NULL                 -- the first of them: area, line, colour, what was kept and what is true
);
CREATE INDEX oversight_proof_at_idx ON oversight_proof (at DESC);
-- custom: written by the job runner; the counts are everybody's, so every regulator and the platform may see whether they hold.
SELECT declare_table('oversight_proof', 'custom');
CREATE POLICY everybody_reads ON oversight_proof FOR SELECT TO anbiao_regulator, anbiao_platform USING (true);
GRANT SELECT ON oversight_proof TO anbiao_regulator, anbiao_platform;

-- oversight_drift lists counts that differ from the list: companies and overdue hazards kept and true. It stops the board's writers
-- while it looks, like oversight_prove, which repairs what it finds.
-- +goose StatementBegin
CREATE FUNCTION oversight_drift(most int) RETURNS TABLE (node text, line smallint, colour smallint, kept bigint, truth bigint, kept_overdue bigint, true_overdue bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  LOCK TABLE oversight_board IN SHARE MODE;
  PERFORM pg_advisory_xact_lock(hashtext('oversight_fold'));
  RETURN QUERY SELECT x.node, x.oversight_line, x.colour, (sum(x.companies) FILTER (WHERE x.side = 0))::bigint, (sum(x.companies) FILTER (WHERE x.side = 1))::bigint,
      (sum(x.overdue) FILTER (WHERE x.side = 0))::bigint, (sum(x.overdue) FILTER (WHERE x.side = 1))::bigint
    FROM (SELECT 0 AS side, r.node, r.oversight_line, r.colour, r.companies::bigint AS companies, r.overdue::bigint AS overdue FROM oversight_rollup r
          UNION ALL SELECT 0, a.node, d.oversight_line, d.colour, d.companies, d.overdue FROM oversight_delta d CROSS JOIN LATERAL oversight_ancestors(d.region_path) a
          UNION ALL SELECT 1, a.node, b.oversight_line, b.colour, b.n, b.overdue FROM (
              SELECT left(region_path, 9) AS place, o.oversight_line, o.colour, count(*) AS n, sum(o.overdue) AS overdue FROM oversight_board o GROUP BY 1, 2, 3) b
            CROSS JOIN LATERAL oversight_ancestors(b.place) a) x
    GROUP BY 1, 2, 3
    HAVING coalesce(sum(x.companies) FILTER (WHERE x.side = 0), 0) <> coalesce(sum(x.companies) FILTER (WHERE x.side = 1), 0)
        OR coalesce(sum(x.overdue) FILTER (WHERE x.side = 0), 0) <> coalesce(sum(x.overdue) FILTER (WHERE x.side = 1), 0)
    ORDER BY 1, 2, 3 LIMIT most;
END $$;
-- +goose StatementEnd
GRANT EXECUTE ON FUNCTION oversight_drift(int) TO anbiao_system;

-- +goose Down
DROP FUNCTION oversight_drift(int);
DROP TABLE oversight_proof;
DELETE FROM table_class WHERE name = 'oversight_proof';
