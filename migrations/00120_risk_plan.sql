-- Four-colour plans (安全风险四色分布图): areas drawn over the picture of a floor.
-- +goose Up
CREATE TABLE risk_plan (
  company_id     bigint NOT NULL CONSTRAINT risk_plan_company_id_fkey REFERENCES company (company_id),
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  name           text NOT NULL,
  floor          int NOT NULL,               -- order of the plans
  attachment_id  bigint NOT NULL,            -- the picture
  width          int NOT NULL,               -- of the picture, pixels
  height         int NOT NULL,
  north          int NOT NULL CONSTRAINT risk_plan_north_check CHECK (north BETWEEN 0 AND 359), -- degrees clockwise from up
  areas          jsonb NOT NULL,             -- units with their outlines, in ten-thousandths of width and height
  made_by        text NOT NULL,
  created_at     timestamptz NOT NULL,
  updated_at     timestamptz NOT NULL,
  ended_on       date,
  CONSTRAINT risk_plan_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT risk_plan_company_id_attachment_id_fkey FOREIGN KEY (company_id, attachment_id) REFERENCES attachment (company_id, id)
);
CREATE INDEX risk_plan_region_path_idx ON risk_plan (region_path, company_id);
SELECT declare_table('risk_plan', 'company');

-- +goose Down
DELETE FROM table_class WHERE name = 'risk_plan';
DROP TABLE risk_plan;
