-- Who was put on a post although something barred him from it, by whom and why.
-- +goose Up

CREATE TABLE staff_override (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  assignment_id  bigint NOT NULL,
  staff_id       bigint NOT NULL,
  post_id        bigint NOT NULL,
  unit_id        bigint NOT NULL,     -- where he works on it
  staff_name     text NOT NULL,
  post_name      text NOT NULL,
  from_on        date NOT NULL,
  bars           jsonb NOT NULL,      -- [{source, code, params}], as they were
  reason         text NOT NULL,
  by_person_id   bigint NOT NULL,
  by_name        text NOT NULL,
  at             timestamptz NOT NULL,
  CONSTRAINT staff_override_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT staff_override_assignment_id_fkey FOREIGN KEY (company_id, assignment_id) REFERENCES staff_assignment (company_id, id)
);
CREATE INDEX staff_override_company_id_staff_id_idx ON staff_override (company_id, staff_id);
-- private: names people of the staff list.
SELECT declare_table('staff_override', 'private');

-- +goose Down
DROP TABLE staff_override;
DELETE FROM table_class WHERE name = 'staff_override';
