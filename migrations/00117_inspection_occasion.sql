-- What calls for checks, by kind as the catalogue of occasions names them; an event names its point and the items it asks, and whoever reports the same one twice changes nothing.
-- +goose Up
ALTER TABLE inspection_event DROP CONSTRAINT inspection_event_kind_check;
ALTER TABLE inspection_plan DROP CONSTRAINT inspection_plan_event_check;
UPDATE inspection_event SET kind = 'equipment.new' WHERE kind = 'equipment';
UPDATE inspection_plan SET event = 'equipment.new' WHERE event = 'equipment';
ALTER TABLE inspection_event
  ADD point_id bigint,                        -- where; NULL: nowhere in particular
  ADD items    text[] NOT NULL DEFAULT '{}',  -- codes it asks; empty: whatever waits for it
  ADD unplaced text[] NOT NULL DEFAULT '{}',  -- codes of them that no task asks
  ADD ref      text NOT NULL DEFAULT '',      -- what it is about, e.g. a permit; '' noted by hand
  ADD CONSTRAINT inspection_event_kind_check CHECK (kind IN ('permit.hot_work', 'permit.confined_space', 'permit.height', 'permit.temporary_power', 'permit.lifting',
    'permit.line_breaking', 'permit.excavation', 'dangerous_work', 'equipment.die_change', 'equipment.wheel_change', 'equipment.maintenance', 'equipment.power_switching',
    'equipment.cleaning', 'equipment.new', 'equipment.battery', 'staff.joined', 'staff.transferred', 'process.changed', 'project.started', 'resume', 'contractor.entered',
    'hazard.major', 'accident', 'other')),
  ADD CONSTRAINT inspection_event_point_id_fkey FOREIGN KEY (company_id, point_id) REFERENCES checklist_point (company_id, id);
CREATE UNIQUE INDEX inspection_event_ref_key ON inspection_event (company_id, ref) WHERE ref <> '';
ALTER TABLE inspection_plan ADD CONSTRAINT inspection_plan_event_check CHECK (event IN ('', 'permit.hot_work', 'permit.confined_space', 'permit.height', 'permit.temporary_power',
  'permit.lifting', 'permit.line_breaking', 'permit.excavation', 'dangerous_work', 'equipment.die_change', 'equipment.wheel_change', 'equipment.maintenance',
  'equipment.power_switching', 'equipment.cleaning', 'equipment.new', 'equipment.battery', 'staff.joined', 'staff.transferred', 'process.changed', 'project.started', 'resume',
  'contractor.entered', 'hazard.major', 'accident', 'other'));

-- +goose Down
ALTER TABLE inspection_plan DROP CONSTRAINT inspection_plan_event_check;
DROP INDEX inspection_event_ref_key;
ALTER TABLE inspection_event DROP CONSTRAINT inspection_event_point_id_fkey, DROP CONSTRAINT inspection_event_kind_check, DROP point_id, DROP items, DROP unplaced, DROP ref;
UPDATE inspection_event SET kind = CASE WHEN kind LIKE 'equipment.%' THEN 'equipment' WHEN kind LIKE 'permit.%' THEN 'dangerous_work' ELSE 'other' END
  WHERE kind NOT IN ('resume', 'accident', 'dangerous_work', 'other');
UPDATE inspection_plan SET event = CASE WHEN event LIKE 'equipment.%' THEN 'equipment' WHEN event LIKE 'permit.%' THEN 'dangerous_work' ELSE 'other' END
  WHERE event NOT IN ('', 'resume', 'accident', 'dangerous_work', 'other');
ALTER TABLE inspection_event ADD CONSTRAINT inspection_event_kind_check CHECK (kind IN ('resume', 'equipment', 'accident', 'dangerous_work', 'other'));
ALTER TABLE inspection_plan ADD CONSTRAINT inspection_plan_event_check CHECK (event IN ('', 'resume', 'equipment', 'accident', 'dangerous_work', 'other'));
