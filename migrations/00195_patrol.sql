-- Visits of grid workers (网格走访) and what they hand up to the town (上报).
-- +goose Up

CREATE TABLE patrol (
  company_id        bigint NOT NULL,
  id                bigint GENERATED ALWAYS AS IDENTITY,
  region_path       text COLLATE "C" NOT NULL,
  oversight_line    smallint NOT NULL,
  client_id         uuid NOT NULL,               -- made by the phone; the same visit sent twice is one
  company_name      text NOT NULL,
  organisation_id   bigint NOT NULL,
  organisation_name text NOT NULL,
  person_id         bigint NOT NULL,
  person_name       text NOT NULL,
  on_day            date NOT NULL,
  started_at        timestamptz NOT NULL,        -- as the phone says
  ended_at          timestamptz NOT NULL,
  received_at       timestamptz NOT NULL,
  longitude_e6      int,                         -- NULL: the phone did not say where it was (无定位)
  latitude_e6       int,
  accuracy_m        int,
  distance_m        int,                         -- from the company's own position; NULL: one of them is not known
  version           text NOT NULL,               -- of the items
  items             jsonb NOT NULL,              -- answers by code
  found             int NOT NULL,                -- items that were not in order
  photos            bigint[] NOT NULL,
  remark            text NOT NULL,
  note_text         text NOT NULL,               -- 告知单 left with the firm; '' none
  note_to           text NOT NULL,               -- who took it
  CONSTRAINT patrol_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT patrol_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id),
  CONSTRAINT patrol_company_id_client_id_key UNIQUE (company_id, client_id)
);
CREATE INDEX patrol_id_idx ON patrol (id);
CREATE INDEX patrol_company_id_on_day_idx ON patrol (company_id, on_day DESC);
CREATE INDEX patrol_region_path_idx ON patrol (region_path, on_day) INCLUDE (company_id, found);
SELECT declare_table('patrol', 'shared');
-- A grid worker of the area writes it, once; the company reads it.
REVOKE INSERT, UPDATE ON patrol FROM anbiao_company, anbiao_service;
CREATE POLICY regulator_patrols ON patrol FOR INSERT TO anbiao_regulator
  WITH CHECK (organisation_id = scope_organisation() AND person_id = scope_person() AND region_path >= scope_lo() AND region_path < scope_hi()
    AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
GRANT INSERT ON patrol TO anbiao_regulator;

CREATE TABLE patrol_handed (
  company_id        bigint NOT NULL,
  id                bigint GENERATED ALWAYS AS IDENTITY,
  region_path       text COLLATE "C" NOT NULL,
  oversight_line    smallint NOT NULL,
  patrol_id         bigint NOT NULL,
  company_name      text NOT NULL,
  organisation_id   bigint NOT NULL,             -- whose grid worker handed it up
  organisation_name text NOT NULL,
  person_id         bigint NOT NULL,
  person_name       text NOT NULL,
  at                timestamptz NOT NULL,
  place             text NOT NULL,
  text              text NOT NULL,
  urgent            boolean NOT NULL,
  photos            bigint[] NOT NULL,
  due_on            date NOT NULL,               -- of the town's answer
  state             text NOT NULL CONSTRAINT patrol_handed_state_check CHECK (state IN ('handed', 'received', 'hazard', 'visit', 'answered')),
  received_at       timestamptz,
  received_by       text NOT NULL,
  answered_at       timestamptz,
  answered_by       text NOT NULL,
  answer            text NOT NULL,
  hazard_id         bigint,                      -- what was made of it
  visit_id          bigint,
  CONSTRAINT patrol_handed_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT patrol_handed_patrol_id_fkey FOREIGN KEY (company_id, patrol_id) REFERENCES patrol (company_id, id),
  CONSTRAINT patrol_handed_patrol_id_key UNIQUE (company_id, patrol_id),
  CONSTRAINT patrol_handed_received_check CHECK ((state = 'handed') = (received_at IS NULL)),
  CONSTRAINT patrol_handed_answered_check CHECK ((state IN ('hazard', 'visit', 'answered')) = (answered_at IS NOT NULL))
);
CREATE INDEX patrol_handed_id_idx ON patrol_handed (id);
CREATE INDEX patrol_handed_region_path_idx ON patrol_handed (region_path, id DESC);
CREATE INDEX patrol_handed_open_idx ON patrol_handed (region_path, due_on) WHERE answered_at IS NULL;
-- custom: between the grid worker and the offices above; the company learns of it by what becomes of it.
SELECT declare_table('patrol_handed', 'custom');
CREATE POLICY regulator_area ON patrol_handed FOR SELECT TO anbiao_regulator
  USING (region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
CREATE POLICY regulator_hands_up ON patrol_handed FOR INSERT TO anbiao_regulator
  WITH CHECK (state = 'handed' AND organisation_id = scope_organisation() AND person_id = scope_person() AND region_path >= scope_lo() AND region_path < scope_hi()
    AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
CREATE POLICY regulator_answers ON patrol_handed FOR UPDATE TO anbiao_regulator
  USING (region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)))
  WITH CHECK (region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
GRANT SELECT, INSERT, UPDATE (state, received_at, received_by, answered_at, answered_by, answer, hazard_id, visit_id) ON patrol_handed TO anbiao_regulator;

-- company_move goes through the classes that name a company in every row; these follow a company that moves by themselves.
-- +goose StatementBegin
CREATE FUNCTION company_moved_instruments() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE missive SET region_path = NEW.region_path, oversight_line = NEW.oversight_line WHERE company_id = NEW.company_id;
  UPDATE circular_receipt SET region_path = NEW.region_path, oversight_line = NEW.oversight_line WHERE company_id = NEW.company_id;
  UPDATE instrument_call SET region_path = NEW.region_path, oversight_line = NEW.oversight_line WHERE company_id = NEW.company_id;
  UPDATE patrol_handed SET region_path = NEW.region_path, oversight_line = NEW.oversight_line WHERE company_id = NEW.company_id;
  RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER company_moved_instruments AFTER UPDATE OF region_path, oversight_line ON company
  FOR EACH ROW WHEN ((OLD.region_path, OLD.oversight_line) IS DISTINCT FROM (NEW.region_path, NEW.oversight_line)) EXECUTE FUNCTION company_moved_instruments();

-- +goose Down
DROP TRIGGER company_moved_instruments ON company;
DROP FUNCTION company_moved_instruments();
DROP TABLE patrol_handed, patrol;
DELETE FROM table_class WHERE name IN ('patrol', 'patrol_handed');
