-- Safety meetings of a company (安全会议), from the safety committee's to those before a shift.
-- +goose Up

CREATE TABLE meeting (
  company_id     bigint NOT NULL,
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
  kind           text NOT NULL CONSTRAINT meeting_kind_check CHECK (kind IN ('committee', 'management', 'workshop', 'shift', 'special', 'accident')),
  title          text NOT NULL,
  held_on        date NOT NULL,
  place          text NOT NULL,
  chair_id       bigint,
  chair_name     text NOT NULL,
  recorder_id    bigint,
  recorder_name  text NOT NULL,
  present        int NOT NULL,              -- people
  attendees      text[] NOT NULL,
  agenda         text NOT NULL,
  minutes        text NOT NULL,
  resolutions    text NOT NULL,
  follower_id    bigint,                    -- who sees to what was resolved
  follower_name  text NOT NULL,
  follow_due_on  date,
  follow_done_on date,
  next_on        date,                      -- of the next one of its kind, computed; NULL: none is due by rule
  CONSTRAINT meeting_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT meeting_company_id_unit_id_fkey FOREIGN KEY (company_id, unit_id) REFERENCES staff_unit (company_id, id),
  CONSTRAINT meeting_company_id_chair_id_fkey FOREIGN KEY (company_id, chair_id) REFERENCES staff_person (company_id, id),
  CONSTRAINT meeting_company_id_recorder_id_fkey FOREIGN KEY (company_id, recorder_id) REFERENCES staff_person (company_id, id),
  CONSTRAINT meeting_company_id_follower_id_fkey FOREIGN KEY (company_id, follower_id) REFERENCES staff_person (company_id, id)
);
CREATE INDEX meeting_company_id_kind_held_on_idx ON meeting (company_id, kind, held_on);
SELECT declare_table('meeting', 'company');

-- +goose Down
DROP TABLE meeting;
DELETE FROM table_class WHERE name = 'meeting';
