-- Acceptance in firms that have hardly anybody: by a second person with a signed link, or by the grid worker of the area.
-- +goose Up
CREATE TABLE hazard_outside (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  hazard_id      bigint NOT NULL,
  token_hash     bytea NOT NULL CONSTRAINT hazard_outside_token_hash_key UNIQUE, -- keyed; the token itself is shown once
  made_by_name   text NOT NULL,
  made_at        timestamptz NOT NULL,
  expires_at     timestamptz NOT NULL,
  revoked_at     timestamptz,               -- by the firm, or because a newer one was made
  used_at        timestamptz,
  accepted       boolean,
  name           text NOT NULL,             -- of who decided
  phone          text NOT NULL,
  note           text NOT NULL,
  signature      bytea NOT NULL,            -- PNG
  CONSTRAINT hazard_outside_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT hazard_outside_hazard_id_fkey FOREIGN KEY (company_id, hazard_id) REFERENCES hazard (company_id, id),
  CONSTRAINT hazard_outside_end_check CHECK (used_at IS NULL OR revoked_at IS NULL),
  CONSTRAINT hazard_outside_used_check CHECK ((used_at IS NULL) = (accepted IS NULL) AND (used_at IS NULL OR (name <> '' AND signature <> '')))
);
CREATE UNIQUE INDEX hazard_outside_open_key ON hazard_outside (company_id, hazard_id) WHERE used_at IS NULL AND revoked_at IS NULL;
CREATE INDEX hazard_outside_hazard_id_idx ON hazard_outside (company_id, hazard_id, id);
-- private: the name and hand of somebody who has no account; what he decided stands in the hazard's own steps.
SELECT declare_table('hazard_outside', 'private');

-- Wrong links by where they came from, by hour.
CREATE TABLE hazard_outside_guess (
  address text NOT NULL,                    -- IPv4, or the /64 of an IPv6 address
  hour    timestamptz NOT NULL,
  n       int NOT NULL,
  CONSTRAINT hazard_outside_guess_pkey PRIMARY KEY (address, hour)
);
SELECT declare_table('hazard_outside_guess', 'system');

-- hazard_lonely tells whether a company of the caller's range has one person, or nobody, on its staff list.
-- +goose StatementBegin
CREATE FUNCTION hazard_lonely(of_company bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM company c WHERE c.company_id = of_company AND c.region_path >= scope_lo() AND c.region_path < scope_hi()
                 AND (scope_whole() OR scope_covers(c.region_path, c.oversight_line)))
    AND (SELECT count(*) FROM (SELECT FROM staff_person p WHERE p.company_id = of_company AND (p.left_on IS NULL OR p.left_on >= (now() AT TIME ZONE 'Asia/Shanghai')::date) LIMIT 2) p) < 2 $$;
-- +goose StatementEnd
REVOKE EXECUTE ON FUNCTION hazard_lonely(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hazard_lonely(bigint) TO anbiao_regulator;

-- The grid worker accepts, or sends back, what a one-person firm found and fixed itself: general hazards alone.
CREATE POLICY grid_accepts ON hazard FOR UPDATE TO anbiao_regulator
  USING (state = 'awaiting_acceptance' AND level = 'general' AND source IN ('self_check','snap','expert','drill','alarm')
    AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)) AND hazard_lonely(company_id))
  WITH CHECK (state IN ('cancelled','rectifying','graded') AND level = 'general' AND source IN ('self_check','snap','expert','drill','alarm')
    AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));

-- +goose Down
DROP POLICY grid_accepts ON hazard;
DROP FUNCTION hazard_lonely(bigint);
DROP TABLE hazard_outside_guess, hazard_outside;
DELETE FROM table_class WHERE name IN ('hazard_outside', 'hazard_outside_guess');
