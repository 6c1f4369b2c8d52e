-- A company's units, posts and people, and who holds which post from when to when.
-- +goose Up

-- A department, workshop (车间) or team (班组), as it is now. What it was before stands in staff_unit_past.
CREATE TABLE staff_unit (
  company_id     bigint NOT NULL CONSTRAINT staff_unit_company_id_fkey REFERENCES company (company_id),
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  parent_id      bigint,
  kind           text NOT NULL CONSTRAINT staff_unit_kind_check CHECK (kind IN ('department', 'workshop', 'team')),
  name           text NOT NULL,
  number         int NOT NULL,               -- in the company, in order of making
  unit_path      text COLLATE "C" NOT NULL,  -- four digits of number for each level; a unit's range is [p, p || '~')
  head_id        bigint,                     -- who leads it (负责人), a person of the staff
  since_on       date,                       -- first day of the state of this row; NULL = since ever
  closed_on      date,                       -- first day on which the unit no longer exists
  CONSTRAINT staff_unit_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT staff_unit_company_id_parent_id_fkey FOREIGN KEY (company_id, parent_id) REFERENCES staff_unit (company_id, id),
  CONSTRAINT staff_unit_company_id_number_key UNIQUE (company_id, number)
);
CREATE UNIQUE INDEX staff_unit_company_id_parent_id_name_key ON staff_unit (company_id, parent_id, name) NULLS NOT DISTINCT WHERE closed_on IS NULL;
CREATE INDEX staff_unit_company_id_unit_path_idx ON staff_unit (company_id, unit_path);
CREATE INDEX staff_unit_region_path_idx ON staff_unit (region_path, company_id);
SELECT declare_table('staff_unit', 'company');

-- What a unit was called, where it hung and who led it, from when to when. Its path on a day follows from its parents of that day.
CREATE TABLE staff_unit_past (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  unit_id        bigint NOT NULL,
  parent_id      bigint,
  kind           text NOT NULL,
  name           text NOT NULL,
  head_id        bigint,
  from_on        date,                       -- NULL = since ever
  until_on       date NOT NULL,              -- last day
  CONSTRAINT staff_unit_past_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT staff_unit_past_company_id_unit_id_fkey FOREIGN KEY (company_id, unit_id) REFERENCES staff_unit (company_id, id),
  CONSTRAINT staff_unit_past_until_on_check CHECK (from_on IS NULL OR until_on >= from_on),
  CONSTRAINT staff_unit_past_company_id_unit_id_until_on_key UNIQUE (company_id, unit_id, until_on)
);
CREATE INDEX staff_unit_past_region_path_idx ON staff_unit_past (region_path, company_id);
SELECT declare_table('staff_unit_past', 'company');

-- A post (岗位) of a unit, with the post types that the duty and checklist libraries speak of.
CREATE TABLE staff_post (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  unit_id        bigint NOT NULL,
  name           text NOT NULL,
  types          text[] NOT NULL DEFAULT '{}',
  since_on       date,                       -- first day of the state of this row; NULL = since ever
  closed_on      date,                       -- first day on which the post no longer exists; nobody is assigned to it any more
  CONSTRAINT staff_post_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT staff_post_company_id_unit_id_fkey FOREIGN KEY (company_id, unit_id) REFERENCES staff_unit (company_id, id)
);
CREATE UNIQUE INDEX staff_post_company_id_unit_id_name_key ON staff_post (company_id, unit_id, name) WHERE closed_on IS NULL;
CREATE INDEX staff_post_region_path_idx ON staff_post (region_path, company_id);
SELECT declare_table('staff_post', 'company');

-- What a post was called, in which unit and of which types, from when to when.
CREATE TABLE staff_post_past (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  post_id        bigint NOT NULL,
  unit_id        bigint NOT NULL,
  name           text NOT NULL,
  types          text[] NOT NULL,
  from_on        date,                       -- NULL = since ever
  until_on       date NOT NULL,              -- last day
  CONSTRAINT staff_post_past_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT staff_post_past_company_id_post_id_fkey FOREIGN KEY (company_id, post_id) REFERENCES staff_post (company_id, id),
  CONSTRAINT staff_post_past_company_id_unit_id_fkey FOREIGN KEY (company_id, unit_id) REFERENCES staff_unit (company_id, id),
  CONSTRAINT staff_post_past_until_on_check CHECK (from_on IS NULL OR until_on >= from_on),
  CONSTRAINT staff_post_past_company_id_post_id_until_on_key UNIQUE (company_id, post_id, until_on)
);
CREATE INDEX staff_post_past_region_path_idx ON staff_post_past (region_path, company_id);
SELECT declare_table('staff_post_past', 'company');

-- A person of the company, who may have no login.
CREATE TABLE staff_person (
  company_id      bigint NOT NULL CONSTRAINT staff_person_company_id_fkey REFERENCES company (company_id),
  id              bigint GENERATED ALWAYS AS IDENTITY,
  region_path     text COLLATE "C" NOT NULL,
  oversight_line  smallint NOT NULL,
  name            text COLLATE "C" NOT NULL,
  employee_no     text COLLATE "C" NOT NULL DEFAULT '',
  phone           text NOT NULL DEFAULT '',
  identity_sealed bytea NOT NULL DEFAULT '',  -- resident identity number, encrypted under the company's key
  identity_index  bytea NOT NULL DEFAULT '',  -- keyed blind index of it
  person_id       bigint,                     -- the login, if there is one
  unit_id         bigint,
  joined_on       date,
  left_on         date,                       -- last day in the company
  created_at      timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT staff_person_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT staff_person_company_id_unit_id_fkey FOREIGN KEY (company_id, unit_id) REFERENCES staff_unit (company_id, id),
  CONSTRAINT staff_person_left_on_check CHECK (left_on IS NULL OR joined_on IS NULL OR left_on >= joined_on)
);
CREATE UNIQUE INDEX staff_person_company_id_employee_no_key ON staff_person (company_id, employee_no) WHERE employee_no <> '';
CREATE UNIQUE INDEX staff_person_company_id_identity_index_key ON staff_person (company_id, identity_index) WHERE identity_index <> '';
CREATE UNIQUE INDEX staff_person_company_id_person_id_key ON staff_person (company_id, person_id) WHERE person_id IS NOT NULL;
CREATE INDEX staff_person_company_id_name_idx ON staff_person (company_id, name, id);
CREATE INDEX staff_person_company_id_employee_no_idx ON staff_person (company_id, employee_no, id);
CREATE INDEX staff_person_company_id_unit_id_idx ON staff_person (company_id, unit_id, id);
CREATE INDEX staff_person_person_id_idx ON staff_person (person_id) WHERE person_id IS NOT NULL;
-- private: a regulator sees people by number and masked name, where a record carries them, never the staff list (个人信息保护法 art. 6).
SELECT declare_table('staff_person', 'private');

ALTER TABLE staff_unit ADD CONSTRAINT staff_unit_company_id_head_id_fkey FOREIGN KEY (company_id, head_id) REFERENCES staff_person (company_id, id);
CREATE INDEX staff_unit_company_id_head_id_idx ON staff_unit (company_id, head_id) WHERE head_id IS NOT NULL;

-- Who holds which post, by date; one of a person's running assignments is the main one.
CREATE TABLE staff_assignment (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  staff_id       bigint NOT NULL,
  post_id        bigint NOT NULL,
  unit_id        bigint,                      -- the team he works in, where the post serves several; NULL = the post's own unit
  main           boolean NOT NULL,
  from_on        date NOT NULL,
  until_on       date,                        -- last day on the post
  CONSTRAINT staff_assignment_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT staff_assignment_company_id_staff_id_fkey FOREIGN KEY (company_id, staff_id) REFERENCES staff_person (company_id, id),
  CONSTRAINT staff_assignment_company_id_post_id_fkey FOREIGN KEY (company_id, post_id) REFERENCES staff_post (company_id, id),
  CONSTRAINT staff_assignment_company_id_unit_id_fkey FOREIGN KEY (company_id, unit_id) REFERENCES staff_unit (company_id, id),
  CONSTRAINT staff_assignment_until_on_check CHECK (until_on IS NULL OR until_on >= from_on)
);
CREATE UNIQUE INDEX staff_assignment_company_id_staff_id_post_id_key ON staff_assignment (company_id, staff_id, post_id) WHERE until_on IS NULL;
CREATE UNIQUE INDEX staff_assignment_company_id_staff_id_main_key ON staff_assignment (company_id, staff_id) WHERE main AND until_on IS NULL;
CREATE INDEX staff_assignment_company_id_staff_id_idx ON staff_assignment (company_id, staff_id, from_on DESC, id DESC);
CREATE INDEX staff_assignment_company_id_post_id_idx ON staff_assignment (company_id, post_id, from_on);
SELECT declare_table('staff_assignment', 'private');

-- row_unit puts a new row under the unit of the person it names: of the first, in the order of the columns given as
-- arguments, who has one. A row that goes to another person goes to his unit; it keeps it when the person moves.
-- +goose StatementBegin
CREATE FUNCTION row_unit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  fresh jsonb := to_jsonb(NEW);
  old jsonb := CASE WHEN TG_OP = 'UPDATE' THEN to_jsonb(OLD) END;
  changed boolean := TG_OP = 'INSERT' AND NEW.unit_id IS NULL;
  unit bigint;
BEGIN
  FOR i IN 0 .. TG_NARGS - 1 LOOP
    changed := changed OR (old IS NOT NULL AND fresh -> TG_ARGV[i] IS DISTINCT FROM old -> TG_ARGV[i]);
  END LOOP;
  FOR i IN 0 .. TG_NARGS - 1 LOOP
    EXIT WHEN unit IS NOT NULL OR NOT changed;
    IF fresh ->> TG_ARGV[i] IS NOT NULL THEN
      SELECT p.unit_id INTO unit FROM staff_person p WHERE p.company_id = NEW.company_id AND p.id = (fresh ->> TG_ARGV[i])::bigint;
    END IF;
  END LOOP;
  NEW.unit_id := coalesce(unit, NEW.unit_id);
  RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE POLICY owner_functions ON staff_person FOR SELECT TO CURRENT_USER USING (true); -- for row_unit, session_actor
CREATE POLICY owner_functions ON staff_unit FOR SELECT TO CURRENT_USER USING (true);

-- +goose Down
DROP TABLE staff_assignment, staff_unit_past, staff_post_past, staff_person, staff_post, staff_unit CASCADE;
DROP FUNCTION row_unit();
DELETE FROM table_class WHERE name LIKE 'staff\_%';
