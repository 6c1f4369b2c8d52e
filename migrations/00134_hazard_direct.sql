-- The safety officer's direct line to the regulator (Work Safety Law 2021, art. 46).
-- +goose Up
CREATE TABLE hazard_direct (
  company_id       bigint NOT NULL,
  id               bigint GENERATED ALWAYS AS IDENTITY,
  region_path      text COLLATE "C" NOT NULL,
  oversight_line   smallint NOT NULL,
  hazard_id        bigint,                 -- in the ledger; NULL: it is not there
  place            text NOT NULL,
  description      text NOT NULL,
  told_on          date,                   -- when somebody in charge of the company was told
  told_whom        text NOT NULL,
  sender_id        bigint NOT NULL,        -- the login
  sender_name      text NOT NULL,
  phone            text NOT NULL,          -- as he likes to be called; '' not at all
  sent_at          timestamptz NOT NULL,
  handled_at       timestamptz,
  handled_name     text NOT NULL,
  handled_note     text NOT NULL,          -- the answer the sender reads
  opened_id        bigint,                 -- the hazard the regulator entered because of it
  CONSTRAINT hazard_direct_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT hazard_direct_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id),
  CONSTRAINT hazard_direct_hazard_id_fkey FOREIGN KEY (company_id, hazard_id) REFERENCES hazard (company_id, id),
  CONSTRAINT hazard_direct_opened_id_fkey FOREIGN KEY (company_id, opened_id) REFERENCES hazard (company_id, id),
  CONSTRAINT hazard_direct_handled_check CHECK ((handled_at IS NULL) = (handled_note = ''))
);
CREATE INDEX hazard_direct_region_path_idx ON hazard_direct (region_path, id);
CREATE INDEX hazard_direct_sender_id_idx ON hazard_direct (company_id, sender_id, id);
-- custom: hidden from the company. Of its people only the sender reads a row, his own; regulators of the area read all and
-- write what they did about it. Nobody else, not the company's service agency either.
SELECT declare_table('hazard_direct', 'custom');
CREATE POLICY sender_own ON hazard_direct FOR SELECT TO anbiao_company USING (company_id = scope_company() AND sender_id = scope_person());
CREATE POLICY sender_adds ON hazard_direct FOR INSERT TO anbiao_company WITH CHECK (company_id = scope_company() AND sender_id = scope_person() AND handled_at IS NULL AND opened_id IS NULL);
CREATE POLICY regulator_area ON hazard_direct FOR SELECT TO anbiao_regulator
  USING (region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
CREATE POLICY regulator_handles ON hazard_direct FOR UPDATE TO anbiao_regulator
  USING (region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)))
  WITH CHECK (region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
GRANT SELECT, INSERT ON hazard_direct TO anbiao_company;
GRANT SELECT, UPDATE (handled_at, handled_name, handled_note, opened_id) ON hazard_direct TO anbiao_regulator;

-- He may enter a hazard of what he was told: registered, as a tip, with no finder.
CREATE POLICY regulator_enters ON hazard FOR INSERT TO anbiao_regulator
  WITH CHECK (state = 'registered' AND source = 'tip' AND found_by_staff_id IS NULL AND found_by_person_id IS NULL AND found_by_name = ''
    AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
GRANT INSERT ON hazard TO anbiao_regulator;

-- +goose Down
DROP POLICY regulator_enters ON hazard;
REVOKE INSERT ON hazard FROM anbiao_regulator;
DROP TABLE hazard_direct;
DELETE FROM table_class WHERE name = 'hazard_direct';
