-- Somebody whose certificate lapsed still works on a post that needs it (无证上岗风险): the hazard that was entered, once per version and due day.
-- +goose Up

CREATE TABLE certificate_lapse (
  company_id     bigint NOT NULL,
  certificate_id bigint NOT NULL,
  due_on         date NOT NULL,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  staff_id       bigint NOT NULL,
  post_id        bigint NOT NULL,
  hazard_id      bigint NOT NULL,
  at             timestamptz NOT NULL,
  CONSTRAINT certificate_lapse_pkey PRIMARY KEY (company_id, certificate_id, due_on),
  CONSTRAINT certificate_lapse_certificate_id_fkey FOREIGN KEY (company_id, certificate_id) REFERENCES certificate (company_id, id),
  CONSTRAINT certificate_lapse_hazard_id_fkey FOREIGN KEY (company_id, hazard_id) REFERENCES hazard (company_id, id)
);
CREATE INDEX certificate_lapse_company_id_hazard_id_idx ON certificate_lapse (company_id, hazard_id);
CREATE INDEX certificate_lapse_region_path_idx ON certificate_lapse (region_path, company_id);
SELECT declare_table('certificate_lapse', 'company');

-- +goose Down
DROP TABLE certificate_lapse;
DELETE FROM table_class WHERE name = 'certificate_lapse';
