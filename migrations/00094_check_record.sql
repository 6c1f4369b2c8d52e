-- What a check record says besides its answers, and where points are.
-- +goose Up

ALTER TABLE checklist_point
  ADD explosive    text NOT NULL DEFAULT '' CONSTRAINT checklist_point_explosive_check CHECK (explosive IN ('', 'dust', 'paint', 'gas')), -- atmosphere (爆炸危险区域)
  ADD sign         boolean NOT NULL DEFAULT false, -- a check there is signed
  ADD longitude_e6 int,                            -- NULL: nobody noted where it is
  ADD latitude_e6  int,
  ADD CONSTRAINT checklist_point_place_check CHECK ((longitude_e6 IS NULL) = (latitude_e6 IS NULL));

-- Columns that few checks fill are NULL where they do not: that costs a bit.
ALTER TABLE inspection_check
  ADD accuracy     int,                            -- of the position, metres
  ADD clock_ms     bigint,                         -- server time less the phone's
  ADD signature_id bigint,
  ADD rest_at      timestamptz,                    -- when 其余合格 (rest is fine) was pressed
  ADD route        bigint[],                       -- points in the order they were walked; NULL: point_id alone
  ADD by_exception boolean NOT NULL DEFAULT false, -- team card: confirmed says what was found in order as a whole
  ADD paper        boolean NOT NULL DEFAULT false, -- copied from a printed card
  ADD confirmed    jsonb,
  ADD outcome      text NOT NULL DEFAULT '',       -- what became of the task it was made for; '' where nothing is to be said
  ADD outcome_name text NOT NULL DEFAULT '',
  ADD entered_by   bigint,                         -- who entered it, where that is not who looked; NULL for a consultant
  ADD entered_name text NOT NULL DEFAULT '',
  ADD version      smallint NOT NULL DEFAULT 1,    -- a correction is the next version
  ADD root_id      bigint,                         -- the first version; NULL: this is it
  ADD corrects_id  bigint,                         -- the version before; both lie on one day
  ADD reason       text NOT NULL DEFAULT '',       -- why it was corrected
  ADD CONSTRAINT inspection_check_outcome_check CHECK (outcome IN ('', 'task-done-by-other', 'task-gone')),
  ADD CONSTRAINT inspection_check_version_check CHECK ((version > 1) = (corrects_id IS NOT NULL) AND (corrects_id IS NULL) = (root_id IS NULL) AND (corrects_id IS NULL OR reason <> '')),
  ADD CONSTRAINT inspection_check_signature_id_fkey FOREIGN KEY (company_id, signature_id) REFERENCES attachment (company_id, id),
  ADD CONSTRAINT inspection_check_entered_by_fkey FOREIGN KEY (company_id, entered_by) REFERENCES staff_person (company_id, id),
  ADD CONSTRAINT inspection_check_corrects_fkey FOREIGN KEY (company_id, started_on, corrects_id) REFERENCES inspection_check (company_id, started_on, id);
-- A version is replaced once.
CREATE UNIQUE INDEX inspection_check_corrects_key ON inspection_check (company_id, started_on, corrects_id) WHERE corrects_id IS NOT NULL;

-- On a route one item may fail at several points.
DROP INDEX hazard_check_item_key;
CREATE UNIQUE INDEX hazard_check_item_key ON hazard (company_id, check_started_on, check_id, point_id, item_code) NULLS NOT DISTINCT
  WHERE check_id IS NOT NULL AND item_code <> '';

-- +goose Down
DROP INDEX hazard_check_item_key;
CREATE UNIQUE INDEX hazard_check_item_key ON hazard (company_id, check_started_on, check_id, item_code) WHERE check_id IS NOT NULL AND item_code <> '';
DROP INDEX inspection_check_corrects_key;
ALTER TABLE inspection_check
  DROP CONSTRAINT inspection_check_corrects_fkey, DROP CONSTRAINT inspection_check_entered_by_fkey, DROP CONSTRAINT inspection_check_signature_id_fkey,
  DROP CONSTRAINT inspection_check_version_check, DROP CONSTRAINT inspection_check_outcome_check,
  DROP accuracy, DROP clock_ms, DROP signature_id, DROP rest_at, DROP route, DROP by_exception, DROP paper, DROP confirmed, DROP outcome, DROP outcome_name,
  DROP entered_by, DROP entered_name, DROP version, DROP root_id, DROP corrects_id, DROP reason;
ALTER TABLE checklist_point DROP CONSTRAINT checklist_point_place_check, DROP explosive, DROP sign, DROP longitude_e6, DROP latitude_e6;
