-- What changed, for systems that keep a copy (增量同步): the key of each row that was made, changed or deleted, with the number of the
-- transaction that did it. Contents are read from the tables themselves, so that nothing stands here that a reader may not see there.
-- +goose Up

CREATE TABLE sync_change (
  company_id     bigint NOT NULL,
  xid            bigint NOT NULL,               -- pg_current_xact_id: everything below the snapshot's xmin has ended
  id             bigint GENERATED ALWAYS AS IDENTITY,
  at             timestamptz NOT NULL,
  kind           text COLLATE "C" NOT NULL,
  object_id      bigint NOT NULL,
  on_day         date,                          -- where the day is part of the row's key
  region_path    text COLLATE "C" NOT NULL,     -- of the row, or where it was before
  oversight_line smallint NOT NULL,
  CONSTRAINT sync_change_pkey PRIMARY KEY (company_id, xid, id, at)
) PARTITION BY RANGE (at);
CREATE INDEX sync_change_xid_idx ON sync_change (xid, id); -- of regulators, who read across companies
SELECT ensure_partitions('sync_change', 'month', current_date, 3);
-- custom: triggers write it as the owner; a company and its service agency read their own, regulators their area. Nobody changes it.
SELECT declare_table('sync_change', 'custom');
CREATE POLICY company_own ON sync_change FOR SELECT TO anbiao_company USING (company_id = scope_company());
CREATE POLICY service_engaged ON sync_change FOR SELECT TO anbiao_service USING (company_id = scope_company() AND (SELECT scope_engaged()));
CREATE POLICY regulator_area ON sync_change FOR SELECT TO anbiao_regulator
  USING (region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
GRANT SELECT ON sync_change TO anbiao_company, anbiao_service, anbiao_regulator;
REVOKE UPDATE ON sync_change FROM anbiao_system;

-- How far back the log goes: changes of transactions below xid are no longer kept.
CREATE TABLE sync_floor (
  id  smallint CONSTRAINT sync_floor_pkey PRIMARY KEY CONSTRAINT sync_floor_id_check CHECK (id = 1),
  xid bigint NOT NULL
);
SELECT declare_table('sync_floor', 'reference');
CREATE POLICY owner_functions ON sync_floor TO CURRENT_USER USING (true) WITH CHECK (true);
INSERT INTO sync_floor VALUES (1, 0);

-- One function for each shape of key; all of a statement's rows are noted by one statement.
-- +goose StatementBegin
DO $do$
DECLARE
  shape record;
BEGIN
  FOR shape IN SELECT * FROM (VALUES ('sync_note', 'id', 'NULL::date'), ('sync_note_company', 'company_id', 'NULL::date'), ('sync_note_check', 'id', 'started_on')) v (name, key, day) LOOP
    EXECUTE format($f$
      CREATE FUNCTION %1$I() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      DECLARE x bigint := pg_current_xact_id()::text::bigint;
      BEGIN
        IF TG_OP = 'INSERT' THEN
          INSERT INTO sync_change (company_id, xid, at, kind, object_id, on_day, region_path, oversight_line)
            SELECT company_id, x, now(), TG_ARGV[0], %2$s, %3$s, region_path, oversight_line FROM new_rows;
        ELSIF TG_OP = 'DELETE' THEN
          INSERT INTO sync_change (company_id, xid, at, kind, object_id, on_day, region_path, oversight_line)
            SELECT company_id, x, now(), TG_ARGV[0], %2$s, %3$s, region_path, oversight_line FROM old_rows;
        ELSE -- a row that moved is told where it was and where it is
          INSERT INTO sync_change (company_id, xid, at, kind, object_id, on_day, region_path, oversight_line)
            SELECT company_id, x, now(), TG_ARGV[0], %2$s, %3$s, region_path, oversight_line FROM new_rows
            UNION SELECT company_id, x, now(), TG_ARGV[0], %2$s, %3$s, region_path, oversight_line FROM old_rows;
        END IF;
        RETURN NULL;
      END $$ $f$, shape.name, shape.key, shape.day);
  END LOOP;
END $do$;
-- +goose StatementEnd

-- sync_follow puts the three triggers on a table.
-- +goose StatementBegin
CREATE FUNCTION sync_follow(t regclass, kind text, note text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE TRIGGER sync_insert AFTER INSERT ON %s REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION %I(%L)', t, note, kind);
  EXECUTE format('CREATE TRIGGER sync_update AFTER UPDATE ON %s REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION %I(%L)', t, note, kind);
  EXECUTE format('CREATE TRIGGER sync_delete AFTER DELETE ON %s REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION %I(%L)', t, note, kind);
END $$;
-- +goose StatementEnd

SELECT sync_follow('company', 'company', 'sync_note_company');
SELECT sync_follow('staff_unit', 'unit', 'sync_note');
SELECT sync_follow('staff_post', 'post', 'sync_note');
SELECT sync_follow('staff_person', 'person', 'sync_note');
SELECT sync_follow('staff_assignment', 'assignment', 'sync_note');
SELECT sync_follow('checklist_point', 'point', 'sync_note');
SELECT sync_follow('risk_unit', 'riskUnit', 'sync_note');
SELECT sync_follow('risk_event', 'riskEvent', 'sync_note');
SELECT sync_follow('inspection_check', 'check', 'sync_note_check');
SELECT sync_follow('hazard', 'hazard', 'sync_note');
SELECT sync_follow('selfreport', 'report', 'sync_note');
SELECT sync_follow('award', 'award', 'sync_note');
SELECT sync_follow('certificate', 'certificate', 'sync_note');

-- drop_sync_before drops the months that ended by "before" and raises the floor, so that who stayed away for longer begins anew.
-- +goose StatementBegin
CREATE FUNCTION drop_sync_before(before date) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE r record; n int := 0; top bigint;
BEGIN
  FOR r IN SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
           WHERE i.inhparent = 'sync_change'::regclass AND c.relname ~ '_[0-9]{6}$' AND (to_date(right(c.relname, 6), 'YYYYMM') + interval '1 month')::date <= before LOOP
    EXECUTE format('SELECT max(xid) + 1 FROM %I', r.relname) INTO top;
    UPDATE sync_floor SET xid = greatest(xid, coalesce(top, 0));
    EXECUTE format('DROP TABLE %I', r.relname);
    n := n + 1;
  END LOOP;
  WITH gone AS (DELETE FROM sync_change_default WHERE at < before RETURNING xid)
  UPDATE sync_floor SET xid = greatest(sync_floor.xid, coalesce((SELECT max(g.xid) + 1 FROM gone g), 0));
  RETURN n;
END $$;
-- +goose StatementEnd
GRANT EXECUTE ON FUNCTION drop_sync_before(date) TO anbiao_system;

-- +goose Down
-- +goose StatementBegin
DO $do$
DECLARE r record;
BEGIN
  FOR r IN SELECT tgrelid::regclass AS t, tgname FROM pg_trigger WHERE tgname IN ('sync_insert', 'sync_update', 'sync_delete') AND tgparentid = 0 LOOP
    EXECUTE format('DROP TRIGGER %I ON %s', r.tgname, r.t);
  END LOOP;
END $do$;
-- +goose StatementEnd
DROP FUNCTION drop_sync_before(date), sync_follow(regclass, text, text), sync_note(), sync_note_company(), sync_note_check();
DROP TABLE sync_change, sync_floor;
DELETE FROM table_class WHERE name IN ('sync_change', 'sync_floor');
