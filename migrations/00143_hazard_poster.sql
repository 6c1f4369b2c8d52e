-- The workers know (公示): a notice-board poster of each month's hazards, and proof that it hung. Work Safety Law 2021 art. 41.
-- +goose Up
CREATE TABLE hazard_poster (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  month_on       date NOT NULL,              -- first day of the month it is about
  unit_id        bigint,                     -- of one workshop; NULL: of the whole company
  due_on         date NOT NULL,              -- last day to hang it
  hung_on        date,                       -- NULL: not yet
  place          text NOT NULL,              -- where it hangs
  photos         bigint[] NOT NULL,          -- of the hung poster
  hung_by_id     bigint,
  hung_by_name   text NOT NULL,
  found          int NOT NULL,               -- as the poster said on the day it was hung
  fixed          int NOT NULL,
  open           int NOT NULL,
  majors         int NOT NULL,               -- of the open ones
  made_at        timestamptz NOT NULL,
  CONSTRAINT hazard_poster_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT hazard_poster_month_on_unit_id_key UNIQUE NULLS NOT DISTINCT (company_id, month_on, unit_id),
  CONSTRAINT hazard_poster_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id),
  CONSTRAINT hazard_poster_unit_id_fkey FOREIGN KEY (company_id, unit_id) REFERENCES staff_unit (company_id, id),
  CONSTRAINT hazard_poster_hung_by_id_fkey FOREIGN KEY (company_id, hung_by_id) REFERENCES staff_person (company_id, id),
  CONSTRAINT hazard_poster_month_on_check CHECK (extract(day FROM month_on) = 1),
  CONSTRAINT hazard_poster_hung_check CHECK (hung_on IS NULL OR (place <> '' AND cardinality(photos) > 0 AND hung_on >= month_on))
);
CREATE INDEX hazard_poster_region_path_idx ON hazard_poster (region_path, company_id);
CREATE INDEX hazard_poster_due_on_idx ON hazard_poster (company_id, due_on) WHERE unit_id IS NULL;
SELECT declare_table('hazard_poster', 'company');

-- Deadlines of fixes join what falls due; open ones of companies that worked here before are put there once.
INSERT INTO due_item (company_id, region_path, oversight_line, kind, ref, title, due_on, owner_id, unit_id, before_days, path, remind_on, created_at)
SELECT h.company_id, h.region_path, h.oversight_line, 'hazard.fix', h.id, h.number || ' ' || h.place || ' ' || left(h.description, 40), h.deadline, h.owner_id, h.unit_id, '{7,1,0}',
  '/hazards/' || h.id, greatest(h.deadline - 7, current_date), now()
FROM hazard h WHERE h.cancelled_on IS NULL AND h.voided_on IS NULL AND h.fixed_on IS NULL AND h.deadline IS NOT NULL AND h.owner_id IS NOT NULL
ON CONFLICT ON CONSTRAINT due_item_company_id_kind_ref_key DO NOTHING;

-- +goose Down
DELETE FROM due_item WHERE kind IN ('hazard.fix', 'hazard.poster');
DROP TABLE hazard_poster;
DELETE FROM table_class WHERE name = 'hazard_poster';
