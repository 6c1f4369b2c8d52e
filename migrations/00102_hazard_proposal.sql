-- What the finder of a hazard proposed: who mends it and by when. It binds nobody; whoever assigns sees it first.
-- +goose Up
ALTER TABLE hazard
  ADD COLUMN proposed_owner_id   bigint,
  ADD COLUMN proposed_owner_name text NOT NULL DEFAULT '', -- as he was called then
  ADD COLUMN proposed_due_on     date,
  ADD CONSTRAINT hazard_proposed_owner_id_fkey FOREIGN KEY (company_id, proposed_owner_id) REFERENCES staff_person (company_id, id);

-- +goose Down
ALTER TABLE hazard
  DROP CONSTRAINT hazard_proposed_owner_id_fkey,
  DROP COLUMN proposed_due_on,
  DROP COLUMN proposed_owner_name,
  DROP COLUMN proposed_owner_id;
