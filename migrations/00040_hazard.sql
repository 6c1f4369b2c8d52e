-- The hazard ledger (隐患台账): one row a hazard, one row a transition, the photos of each transition.
-- +goose Up

-- hazard_numbers gives the next n ledger numbers of a county and year, e.g. 330784-2026-000123. A sequence
-- for each: two companies of a county never wait for one another, and a rolled back registration leaves a gap.
-- +goose StatementBegin
CREATE FUNCTION hazard_numbers(county text, year int, n int) RETURNS SETOF text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE seq text := 'hazard_number_' || lower(county) || '_' || year;
BEGIN
  IF county !~ '^[0-9A-Z]{2,6}$' OR year NOT BETWEEN 2000 AND 2200 OR n NOT BETWEEN 1 AND 1000 THEN
    RAISE 'hazard_numbers(%, %, %)', county, year, n;
  END IF;
  IF to_regclass(seq) IS NULL THEN -- the first hazard of the year
    PERFORM pg_advisory_xact_lock(hashtextextended(seq, 0));
    EXECUTE format('CREATE SEQUENCE IF NOT EXISTS %I', seq);
  END IF;
  RETURN QUERY EXECUTE format('SELECT $1 || ''-'' || $2 || ''-'' || lpad(v::text, greatest(6, length(v::text)), ''0'')
    FROM (SELECT nextval(%L) AS v FROM generate_series(1, $3)) s', seq) USING county, year, n;
END $$;
-- +goose StatementEnd
GRANT EXECUTE ON FUNCTION hazard_numbers(text, int, int) TO anbiao_company, anbiao_service, anbiao_regulator, anbiao_system;

CREATE TABLE hazard (
  company_id         bigint NOT NULL,
  id                 bigint GENERATED ALWAYS AS IDENTITY,
  region_path        text COLLATE "C" NOT NULL,
  oversight_line     smallint NOT NULL,
  number             text NOT NULL,
  state              text NOT NULL,
  source             text NOT NULL,
  place              text NOT NULL,
  point_id           bigint,              -- check point where it was found, if one is known
  description        text NOT NULL,
  category           text NOT NULL,       -- of the taxonomy, second level; '' until graded
  cause              smallint NOT NULL,   -- 1 act of people, 2 state of things, 3 gap in management, 0 not said
  item_code          text NOT NULL,       -- of the item library; '' where no item failed
  clause             text NOT NULL,       -- suggested legal basis
  check_started_on   date,                -- with check_id: the check it was found in
  check_id           bigint,
  suggested_level    text NOT NULL,
  suggestion         text NOT NULL,       -- clause and reason for the suggested level
  level              text NOT NULL,       -- a human decision; '' until graded
  fix_type           text NOT NULL,
  goal               text NOT NULL,
  measures           text NOT NULL,
  contingency        text NOT NULL,
  funds_fen          bigint,
  actual_funds_fen   bigint,
  deadline           date,
  owner_id           bigint,              -- who answers for the fix
  owner_person_id    bigint,              -- his login at the time of assignment
  owner_name         text NOT NULL,
  owner_unit         text NOT NULL,
  unit_id            bigint,              -- that answers for it: the owner's, before that the finder's (row_unit)
  found_at           timestamptz NOT NULL,
  found_on           date NOT NULL,
  found_by_staff_id  bigint,
  found_by_person_id bigint,
  found_by_name      text NOT NULL,
  fixed_at           timestamptz,
  fixed_on           date,
  accepted_on        date,
  accepted_by_name   text NOT NULL,
  reviewed_on        date,                -- by the regulator
  cancelled_on       date,
  voided_on          date,
  reopen_count       smallint NOT NULL,
  steps              int NOT NULL,        -- transitions so far
  changed_at         timestamptz NOT NULL,
  client_id          uuid,                -- given by the phone that recorded it, perhaps without network; never expires
  CONSTRAINT hazard_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT hazard_company_id_number_key UNIQUE (company_id, number),
  CONSTRAINT hazard_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id),
  CONSTRAINT hazard_owner_id_fkey FOREIGN KEY (company_id, owner_id) REFERENCES staff_person (company_id, id),
  CONSTRAINT hazard_unit_id_fkey FOREIGN KEY (company_id, unit_id) REFERENCES staff_unit (company_id, id),
  CONSTRAINT hazard_point_id_fkey FOREIGN KEY (company_id, point_id) REFERENCES checklist_point (company_id, id),
  CONSTRAINT hazard_check_fkey FOREIGN KEY (company_id, check_started_on, check_id) REFERENCES inspection_check (company_id, started_on, id),
  CONSTRAINT hazard_found_by_staff_id_fkey FOREIGN KEY (company_id, found_by_staff_id) REFERENCES staff_person (company_id, id),
  CONSTRAINT hazard_state_check CHECK (state IN ('registered','graded','assigned','rectifying','awaiting_acceptance','accepted','under_review','cancelled','voided')),
  CONSTRAINT hazard_source_check CHECK (source IN ('self_check','snap','regulator','covert_visit','grid_patrol','tip','expert','transfer','drill','alarm')),
  CONSTRAINT hazard_level_check CHECK (level IN ('','general','major') AND suggested_level IN ('','general','major')),
  CONSTRAINT hazard_fix_type_check CHECK (fix_type IN ('','on_spot','by_date')),
  CONSTRAINT hazard_cause_check CHECK (cause BETWEEN 0 AND 3),
  CONSTRAINT hazard_funds_check CHECK (funds_fen >= 0 AND actual_funds_fen >= 0),
  CONSTRAINT hazard_check_check CHECK ((check_id IS NULL) = (check_started_on IS NULL)),
  CONSTRAINT hazard_graded_check CHECK (state IN ('registered','voided') OR (level <> '' AND category <> '')),
  CONSTRAINT hazard_owner_check CHECK (state NOT IN ('assigned','rectifying') OR (owner_id IS NOT NULL AND deadline IS NOT NULL)),
  CONSTRAINT hazard_review_check CHECK (state <> 'cancelled' OR level <> 'major' OR reviewed_on IS NOT NULL)
);
-- A failed item of a check becomes a hazard once.
CREATE UNIQUE INDEX hazard_company_id_client_id_key ON hazard (company_id, client_id) WHERE client_id IS NOT NULL;
CREATE UNIQUE INDEX hazard_check_item_key ON hazard (company_id, check_started_on, check_id, item_code) WHERE check_id IS NOT NULL AND item_code <> '';
CREATE INDEX hazard_company_id_state_idx ON hazard (company_id, state, id);
CREATE INDEX hazard_company_id_found_on_idx ON hazard (company_id, found_on, id);
CREATE INDEX hazard_company_id_owner_id_idx ON hazard (company_id, owner_id, id);
CREATE INDEX hazard_company_id_open_idx ON hazard (company_id, deadline, id) WHERE cancelled_on IS NULL AND voided_on IS NULL;
CREATE INDEX hazard_region_path_idx ON hazard (region_path, id);
-- A wide area is read in the order of the list, a narrow one by its range and sorted: the planner chooses.
CREATE INDEX hazard_id_idx ON hazard (id);
CREATE INDEX hazard_open_idx ON hazard (deadline, id) WHERE cancelled_on IS NULL AND voided_on IS NULL;
CREATE INDEX hazard_region_path_major_idx ON hazard (region_path, id) WHERE level = 'major';
CREATE INDEX hazard_region_path_review_idx ON hazard (region_path, id) WHERE state = 'under_review';
CREATE INDEX hazard_region_path_open_idx ON hazard (region_path, deadline, id) WHERE cancelled_on IS NULL AND voided_on IS NULL;
CREATE TRIGGER hazard_row_unit BEFORE INSERT OR UPDATE OF owner_id ON hazard FOR EACH ROW EXECUTE FUNCTION row_unit('owner_id', 'found_by_staff_id');
SELECT declare_table('hazard', 'shared');
-- A regulator decides on what waits for his review, and touches nothing else. The right to lock a row is part of this.
CREATE POLICY regulator_reviews ON hazard FOR UPDATE TO anbiao_regulator
  USING (state = 'under_review' AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)))
  WITH CHECK (state IN ('cancelled','rectifying','graded') AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
GRANT UPDATE (state, reviewed_on, cancelled_on, fixed_at, fixed_on, accepted_on, accepted_by_name, fix_type, reopen_count, steps, changed_at) ON hazard TO anbiao_regulator;
-- Second lock behind the state machine: a company cancels neither a major hazard nor what an authority found.
CREATE POLICY company_needs_review ON hazard AS RESTRICTIVE TO anbiao_company, anbiao_service USING (true)
  WITH CHECK (state <> 'cancelled' OR (level <> 'major' AND source NOT IN ('regulator','covert_visit','grid_patrol','tip','transfer')));

CREATE TABLE hazard_step (
  company_id      bigint NOT NULL,
  id              bigint GENERATED ALWAYS AS IDENTITY,
  region_path     text COLLATE "C" NOT NULL,
  oversight_line  smallint NOT NULL,
  hazard_id       bigint NOT NULL,
  n               int NOT NULL,        -- 1, 2, 3 … within the hazard
  event           text NOT NULL,
  from_state      text NOT NULL,       -- '' for the first
  to_state        text NOT NULL,
  at              timestamptz NOT NULL,
  actor_kind      text NOT NULL,
  person_id       bigint,
  staff_id        bigint,
  organisation_id bigint,              -- the service agency or regulator he acted for
  actor_name      text NOT NULL,       -- as it was then
  owner_id        bigint,              -- who answered for the fix at that moment
  owner_person_id bigint,
  note            text NOT NULL,
  detail          jsonb NOT NULL,      -- what the step decided: level, owner, deadline, funds …
  CONSTRAINT hazard_step_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT hazard_step_hazard_id_n_key UNIQUE (company_id, hazard_id, n),
  CONSTRAINT hazard_step_hazard_id_fkey FOREIGN KEY (company_id, hazard_id) REFERENCES hazard (company_id, id)
);
SELECT declare_table('hazard_step', 'shared');
REVOKE UPDATE ON hazard_step FROM anbiao_company, anbiao_service;
CREATE POLICY regulator_adds ON hazard_step FOR INSERT TO anbiao_regulator
  WITH CHECK (actor_kind = 'regulator' AND person_id = scope_person() AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
GRANT INSERT ON hazard_step TO anbiao_regulator;

CREATE TABLE hazard_photo (
  company_id     bigint NOT NULL,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  hazard_id      bigint NOT NULL,
  step_id        bigint NOT NULL,
  attachment_id  bigint NOT NULL,
  n              smallint NOT NULL,    -- order within the step
  CONSTRAINT hazard_photo_pkey PRIMARY KEY (company_id, step_id, attachment_id),
  CONSTRAINT hazard_photo_hazard_id_fkey FOREIGN KEY (company_id, hazard_id) REFERENCES hazard (company_id, id),
  CONSTRAINT hazard_photo_step_id_fkey FOREIGN KEY (company_id, step_id) REFERENCES hazard_step (company_id, id),
  CONSTRAINT hazard_photo_attachment_id_fkey FOREIGN KEY (company_id, attachment_id) REFERENCES attachment (company_id, id)
);
CREATE INDEX hazard_photo_hazard_id_idx ON hazard_photo (company_id, hazard_id);
SELECT declare_table('hazard_photo', 'company');
REVOKE UPDATE ON hazard_photo FROM anbiao_company, anbiao_service;

-- +goose Down
DROP TABLE hazard_photo, hazard_step, hazard;
DELETE FROM table_class WHERE name IN ('hazard', 'hazard_step', 'hazard_photo');
DROP FUNCTION hazard_numbers(text, int, int);
-- +goose StatementBegin
DO $$
DECLARE s text;
BEGIN
  FOR s IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND sequencename ~ '^hazard_number_[0-9a-z]+_[0-9]{4}$' LOOP
    EXECUTE format('DROP SEQUENCE %I', s);
  END LOOP;
END $$;
-- +goose StatementEnd
