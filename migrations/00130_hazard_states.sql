-- The whole life of a hazard: extension, transfer and what needs two people, the steps of a major hazard, old and tagged rows.
-- +goose Up
ALTER TABLE hazard
  DROP CONSTRAINT hazard_state_check,
  DROP CONSTRAINT hazard_owner_check,
  ADD CONSTRAINT hazard_state_check CHECK (state IN ('registered','graded','assigned','plan_filed','rectifying','extension_pending','awaiting_acceptance','self_evaluated','accepted','under_review','cancelled','transferred','voided')),
  ADD CONSTRAINT hazard_owner_check CHECK (state NOT IN ('assigned','plan_filed','rectifying','extension_pending') OR (owner_id IS NOT NULL AND deadline IS NOT NULL)),
  ADD COLUMN asked           text NOT NULL DEFAULT '',        -- what waits for a second person: void, transfer, extension; '' nothing
  ADD COLUMN asked_person_id bigint,                          -- who asked
  ADD COLUMN asked_staff_id  bigint,
  ADD COLUMN asked_name      text NOT NULL DEFAULT '',
  ADD COLUMN asked_on        date,
  ADD COLUMN asked_note      text NOT NULL DEFAULT '',        -- his reason
  ADD COLUMN asked_deadline  date,                            -- of an extension
  ADD COLUMN asked_to        text NOT NULL DEFAULT '',        -- of a transfer: to whom
  ADD COLUMN extensions      smallint NOT NULL DEFAULT 0,     -- granted so far
  ADD COLUMN protection      text NOT NULL DEFAULT '',        -- temporary protection until it is fixed (临时防护措施)
  ADD COLUMN transferred_to  text NOT NULL DEFAULT '',        -- voided_on is the day it left this ledger
  ADD COLUMN danger_source   smallint NOT NULL DEFAULT 0,     -- 1 … 10: kind of check of the dual-prevention upload; 0 not said
  ADD COLUMN historical      boolean NOT NULL DEFAULT false,  -- closed before it was entered (历史)
  ADD COLUMN stock           boolean NOT NULL DEFAULT false,  -- open when the company began here (存量)
  ADD COLUMN campaign        text NOT NULL DEFAULT '',        -- tag of the campaign (专项整治) it belongs to
  ADD COLUMN reported_at     timestamptz,                     -- a major hazard: to the regulator, by the system
  ADD COLUMN congress_on     date,                            -- and to the workers' congress
  ADD COLUMN stopped_on      date,                            -- work stopped because of it
  ADD COLUMN resumed_on      date,                            -- and allowed again
  ADD COLUMN listed_on       date,                            -- under listed supervision (挂牌督办) since
  ADD COLUMN delisted_on     date,
  ADD COLUMN listed_level    text NOT NULL DEFAULT '',        -- town, county, prefecture, province
  ADD CONSTRAINT hazard_asked_check CHECK (asked IN ('', 'void', 'transfer', 'extension') AND (asked = '') = (asked_on IS NULL)),
  ADD CONSTRAINT hazard_danger_source_check CHECK (danger_source BETWEEN 0 AND 10),
  ADD CONSTRAINT hazard_transferred_check CHECK ((state = 'transferred') = (transferred_to <> '')),
  ADD CONSTRAINT hazard_listed_level_check CHECK (listed_level IN ('', 'town', 'county', 'prefecture', 'province'));
ALTER TABLE hazard ALTER COLUMN asked DROP DEFAULT, ALTER COLUMN asked_name DROP DEFAULT, ALTER COLUMN asked_note DROP DEFAULT, ALTER COLUMN asked_to DROP DEFAULT,
  ALTER COLUMN extensions DROP DEFAULT, ALTER COLUMN protection DROP DEFAULT, ALTER COLUMN transferred_to DROP DEFAULT, ALTER COLUMN danger_source DROP DEFAULT,
  ALTER COLUMN historical DROP DEFAULT, ALTER COLUMN stock DROP DEFAULT, ALTER COLUMN campaign DROP DEFAULT, ALTER COLUMN listed_level DROP DEFAULT;

-- +goose Down
ALTER TABLE hazard
  DROP CONSTRAINT hazard_state_check, DROP CONSTRAINT hazard_owner_check, DROP CONSTRAINT hazard_transferred_check,
  DROP COLUMN asked, DROP COLUMN asked_person_id, DROP COLUMN asked_staff_id, DROP COLUMN asked_name, DROP COLUMN asked_on, DROP COLUMN asked_note,
  DROP COLUMN asked_deadline, DROP COLUMN asked_to, DROP COLUMN extensions, DROP COLUMN protection, DROP COLUMN transferred_to, DROP COLUMN danger_source,
  DROP COLUMN historical, DROP COLUMN stock, DROP COLUMN campaign, DROP COLUMN reported_at, DROP COLUMN congress_on, DROP COLUMN stopped_on,
  DROP COLUMN resumed_on, DROP COLUMN listed_on, DROP COLUMN delisted_on, DROP COLUMN listed_level,
  ADD CONSTRAINT hazard_state_check CHECK (state IN ('registered','graded','assigned','rectifying','awaiting_acceptance','accepted','under_review','cancelled','voided')),
  ADD CONSTRAINT hazard_owner_check CHECK (state NOT IN ('assigned','rectifying') OR (owner_id IS NOT NULL AND deadline IS NOT NULL));
