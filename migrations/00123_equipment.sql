-- Equipment: machines, special equipment, fire equipment, gas cylinders, what their tests found, and presses by company for the authority.
-- +goose Up

-- Machines (机械设备); presses (冲床) among them have a test cycle.
CREATE TABLE equipment_machine (
  company_id     bigint NOT NULL CONSTRAINT equipment_machine_company_id_fkey REFERENCES company (company_id),
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  unit_id        bigint,
  unit_name      text NOT NULL,
  files          bigint[] NOT NULL,
  made_by        text NOT NULL,
  created_at     timestamptz NOT NULL,
  updated_at     timestamptz NOT NULL,
  ended_on       date,
  end_reason     text NOT NULL,
  number         text NOT NULL,
  name           text NOT NULL,
  kind           text NOT NULL,
  model          text NOT NULL,
  maker          text NOT NULL,
  tonnage        int NOT NULL,             -- nominal force of a press in t
  devices        text[] NOT NULL,          -- safety devices (安全装置)
  guarded        boolean NOT NULL,         -- a press has one that keeps hands out of the die
  place          text NOT NULL,
  point_id       bigint,                   -- check point at the machine
  point_name     text NOT NULL,
  owner_id       bigint,
  owner_name     text NOT NULL,
  used_since     date,
  cycle_months   int NOT NULL,             -- between tests; 0: none
  tested_on      date,
  due_on         date,
  barred_on      date,                     -- out of use since a test failed
  note           text NOT NULL,
  CONSTRAINT equipment_machine_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT equipment_machine_unit_id_fkey FOREIGN KEY (company_id, unit_id) REFERENCES staff_unit (company_id, id),
  CONSTRAINT equipment_machine_owner_id_fkey FOREIGN KEY (company_id, owner_id) REFERENCES staff_person (company_id, id),
  CONSTRAINT equipment_machine_point_id_fkey FOREIGN KEY (company_id, point_id) REFERENCES checklist_point (company_id, id)
);
CREATE UNIQUE INDEX equipment_machine_key_key ON equipment_machine (company_id, lower(number)) WHERE ended_on IS NULL;
CREATE INDEX equipment_machine_region_path_idx ON equipment_machine (region_path, company_id);
CREATE INDEX equipment_machine_press_idx ON equipment_machine (company_id, due_on) WHERE kind = 'press' AND ended_on IS NULL;
SELECT declare_table('equipment_machine', 'company');

-- Special equipment (特种设备) and its safety accessories.
CREATE TABLE equipment_special (
  company_id     bigint NOT NULL CONSTRAINT equipment_special_company_id_fkey REFERENCES company (company_id),
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  unit_id        bigint,
  unit_name      text NOT NULL,
  files          bigint[] NOT NULL,
  made_by        text NOT NULL,
  created_at     timestamptz NOT NULL,
  updated_at     timestamptz NOT NULL,
  ended_on       date,
  end_reason     text NOT NULL,
  number         text NOT NULL,
  name           text NOT NULL,
  kind           text NOT NULL,
  device_code    text NOT NULL,            -- equipment code (设备代码)
  use_certificate text NOT NULL,           -- number of the use registration certificate (使用登记证)
  model          text NOT NULL,
  maker          text NOT NULL,
  parameters     text NOT NULL,            -- rated load, pressure, volume
  place          text NOT NULL,
  point_id       bigint,
  point_name     text NOT NULL,
  operator_id    bigint,
  operator_name  text NOT NULL,
  owner_id       bigint,
  owner_name     text NOT NULL,
  cycle_months   int NOT NULL,
  tested_on      date,
  stated_on      date,                     -- next inspection as the report says it
  due_on         date,
  barred_on      date,
  note           text NOT NULL,
  CONSTRAINT equipment_special_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT equipment_special_unit_id_fkey FOREIGN KEY (company_id, unit_id) REFERENCES staff_unit (company_id, id),
  CONSTRAINT equipment_special_operator_id_fkey FOREIGN KEY (company_id, operator_id) REFERENCES staff_person (company_id, id),
  CONSTRAINT equipment_special_owner_id_fkey FOREIGN KEY (company_id, owner_id) REFERENCES staff_person (company_id, id),
  CONSTRAINT equipment_special_point_id_fkey FOREIGN KEY (company_id, point_id) REFERENCES checklist_point (company_id, id)
);
CREATE UNIQUE INDEX equipment_special_key_key ON equipment_special (company_id, lower(number)) WHERE ended_on IS NULL;
CREATE INDEX equipment_special_region_path_idx ON equipment_special (region_path, company_id);
SELECT declare_table('equipment_special', 'company');

-- Fire equipment (消防器材).
CREATE TABLE equipment_fire (
  company_id     bigint NOT NULL CONSTRAINT equipment_fire_company_id_fkey REFERENCES company (company_id),
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  unit_id        bigint,
  unit_name      text NOT NULL,
  files          bigint[] NOT NULL,
  made_by        text NOT NULL,
  created_at     timestamptz NOT NULL,
  updated_at     timestamptz NOT NULL,
  ended_on       date,
  end_reason     text NOT NULL,
  number         text NOT NULL,
  kind           text NOT NULL,
  name           text NOT NULL,
  model          text NOT NULL,
  quantity       int NOT NULL,
  place          text NOT NULL,
  point_id       bigint,
  point_name     text NOT NULL,
  owner_id       bigint,
  owner_name     text NOT NULL,
  made_on        date,                     -- day of manufacture
  checked_on     date,                     -- last check on the spot
  serviced_on    date,                     -- last service by a workshop
  check_due_on   date,
  due_on         date,                     -- next service
  scrap_on       date,                     -- has to go then, whatever its state
  barred_on      date,
  note           text NOT NULL,
  CONSTRAINT equipment_fire_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT equipment_fire_unit_id_fkey FOREIGN KEY (company_id, unit_id) REFERENCES staff_unit (company_id, id),
  CONSTRAINT equipment_fire_owner_id_fkey FOREIGN KEY (company_id, owner_id) REFERENCES staff_person (company_id, id),
  CONSTRAINT equipment_fire_point_id_fkey FOREIGN KEY (company_id, point_id) REFERENCES checklist_point (company_id, id)
);
CREATE UNIQUE INDEX equipment_fire_key_key ON equipment_fire (company_id, lower(number)) WHERE ended_on IS NULL;
CREATE INDEX equipment_fire_region_path_idx ON equipment_fire (region_path, company_id);
SELECT declare_table('equipment_fire', 'company');

-- Gas cylinders (气瓶).
CREATE TABLE equipment_cylinder (
  company_id     bigint NOT NULL CONSTRAINT equipment_cylinder_company_id_fkey REFERENCES company (company_id),
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  unit_id        bigint,
  unit_name      text NOT NULL,
  files          bigint[] NOT NULL,
  made_by        text NOT NULL,
  created_at     timestamptz NOT NULL,
  updated_at     timestamptz NOT NULL,
  ended_on       date,
  end_reason     text NOT NULL,
  number         text NOT NULL,            -- stamped on the cylinder
  kind           text NOT NULL,
  owned          boolean NOT NULL,         -- else the supplier's
  supplier       text NOT NULL,
  litres         int NOT NULL,
  place          text NOT NULL,            -- where it is stored
  point_id       bigint,
  point_name     text NOT NULL,
  owner_id       bigint,
  owner_name     text NOT NULL,
  made_on        date,
  cycle_months   int NOT NULL,
  tested_on      date,
  stated_on      date,                     -- next inspection as the ring says it
  due_on         date,
  scrap_years    int NOT NULL,
  scrap_on       date,
  barred_on      date,
  note           text NOT NULL,
  CONSTRAINT equipment_cylinder_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT equipment_cylinder_unit_id_fkey FOREIGN KEY (company_id, unit_id) REFERENCES staff_unit (company_id, id),
  CONSTRAINT equipment_cylinder_owner_id_fkey FOREIGN KEY (company_id, owner_id) REFERENCES staff_person (company_id, id),
  CONSTRAINT equipment_cylinder_point_id_fkey FOREIGN KEY (company_id, point_id) REFERENCES checklist_point (company_id, id)
);
CREATE UNIQUE INDEX equipment_cylinder_key_key ON equipment_cylinder (company_id, lower(number)) WHERE ended_on IS NULL;
CREATE INDEX equipment_cylinder_region_path_idx ON equipment_cylinder (region_path, company_id);
SELECT declare_table('equipment_cylinder', 'company');

-- What a test, inspection, check or service found. Of exactly one thing; never changed afterwards.
CREATE TABLE equipment_test (
  company_id     bigint NOT NULL CONSTRAINT equipment_test_company_id_fkey REFERENCES company (company_id),
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  machine_id     bigint,
  special_id     bigint,
  fire_id        bigint,
  cylinder_id    bigint,
  unit_id        bigint,
  press          boolean NOT NULL,         -- of a press, which the authority counts
  kind           text NOT NULL CONSTRAINT equipment_test_kind_check CHECK (kind IN ('test', 'check', 'service')),
  title          text NOT NULL,            -- of the thing, as it was called then
  tested_on      date NOT NULL,
  result         text NOT NULL CONSTRAINT equipment_test_result_check CHECK (result IN ('pass', 'fail')),
  institute      text NOT NULL,            -- who tested: an institute, the maker, ourselves
  tester         text NOT NULL,            -- person
  report_number  text NOT NULL,
  findings       text NOT NULL,
  next_on        date,                     -- next one as the report says it
  files          bigint[] NOT NULL,
  hazard_id      bigint,                   -- made of what failed
  mended_on      date,                     -- of a failed one: day of the pass that followed
  made_by        text NOT NULL,
  created_at     timestamptz NOT NULL,
  CONSTRAINT equipment_test_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT equipment_test_machine_id_fkey FOREIGN KEY (company_id, machine_id) REFERENCES equipment_machine (company_id, id),
  CONSTRAINT equipment_test_special_id_fkey FOREIGN KEY (company_id, special_id) REFERENCES equipment_special (company_id, id),
  CONSTRAINT equipment_test_fire_id_fkey FOREIGN KEY (company_id, fire_id) REFERENCES equipment_fire (company_id, id),
  CONSTRAINT equipment_test_cylinder_id_fkey FOREIGN KEY (company_id, cylinder_id) REFERENCES equipment_cylinder (company_id, id),
  CONSTRAINT equipment_test_unit_id_fkey FOREIGN KEY (company_id, unit_id) REFERENCES staff_unit (company_id, id),
  CONSTRAINT equipment_test_hazard_id_fkey FOREIGN KEY (company_id, hazard_id) REFERENCES hazard (company_id, id),
  CONSTRAINT equipment_test_of_check CHECK (num_nonnulls(machine_id, special_id, fire_id, cylinder_id) = 1)
);
CREATE INDEX equipment_test_machine_id_idx ON equipment_test (company_id, machine_id, id) WHERE machine_id IS NOT NULL;
CREATE INDEX equipment_test_special_id_idx ON equipment_test (company_id, special_id, id) WHERE special_id IS NOT NULL;
CREATE INDEX equipment_test_fire_id_idx ON equipment_test (company_id, fire_id, id) WHERE fire_id IS NOT NULL;
CREATE INDEX equipment_test_cylinder_id_idx ON equipment_test (company_id, cylinder_id, id) WHERE cylinder_id IS NOT NULL;
CREATE INDEX equipment_test_tested_on_idx ON equipment_test (company_id, tested_on, id);
CREATE INDEX equipment_test_press_idx ON equipment_test (company_id) WHERE press AND result = 'fail';
CREATE INDEX equipment_test_region_path_idx ON equipment_test (region_path, company_id);
SELECT declare_table('equipment_test', 'company');
REVOKE UPDATE ON equipment_test FROM anbiao_company, anbiao_service;
GRANT UPDATE (mended_on, hazard_id) ON equipment_test TO anbiao_company, anbiao_service;

-- How many presses (冲床) a company has, how many of them are tested in time, and what became of those that failed: one row a company,
-- written with the machine or the test. The count is right until the first test of it falls due (next_on); a row past that day is counted
-- anew where it is read, and by a job every night.
CREATE TABLE equipment_press (
  company_id     bigint NOT NULL CONSTRAINT equipment_press_pkey PRIMARY KEY CONSTRAINT equipment_press_company_id_fkey REFERENCES company (company_id),
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  presses        int NOT NULL,             -- in the register
  tested         int NOT NULL,             -- with a test in force that was passed
  guarded        int NOT NULL,             -- with a device that keeps hands out
  failed         int NOT NULL,             -- tests failed so far
  mended         int NOT NULL,             -- of these, followed by a pass
  next_on        date,                     -- last day on which all this holds; NULL: until something is written
  counted_at     timestamptz NOT NULL
);
CREATE INDEX equipment_press_region_path_idx ON equipment_press (region_path, company_id) INCLUDE (oversight_line, presses, tested, guarded, failed, mended, next_on);
CREATE INDEX equipment_press_next_on_idx ON equipment_press (next_on, company_id) WHERE next_on IS NOT NULL;
SELECT declare_table('equipment_press', 'company');

-- +goose Down
DROP TABLE equipment_press, equipment_test, equipment_cylinder, equipment_fire, equipment_special, equipment_machine;
DELETE FROM table_class WHERE name IN ('equipment_press', 'equipment_test', 'equipment_cylinder', 'equipment_fire', 'equipment_special', 'equipment_machine');
