-- What lets a streaming replica answer for the primary: how far it is, and whether it shows what a person has written.
-- +goose Up

-- One row. Each program that reads from a replica counts it up once a second; the count that a replica shows dates what it shows.
CREATE TABLE replica_pulse (
  one boolean CONSTRAINT replica_pulse_pkey PRIMARY KEY DEFAULT true CONSTRAINT replica_pulse_one_check CHECK (one),
  n   bigint NOT NULL
) WITH (fillfactor = 20);
INSERT INTO replica_pulse (n) VALUES (1);
SELECT declare_table('replica_pulse', 'reference');

-- How many transactions of a regulator have written. The row is written in the transaction itself, so that a snapshot which
-- shows the count shows the write.
CREATE TABLE write_mark (
  person_id bigint CONSTRAINT write_mark_pkey PRIMARY KEY,
  n         bigint NOT NULL
) WITH (fillfactor = 50);
SELECT declare_table('write_mark', 'person');
CREATE POLICY owner_functions ON write_mark TO CURRENT_USER USING (true) WITH CHECK (true);

-- write_marked counts the running transaction for a person, if it has written anything, and returns the count; 0 otherwise.
CREATE FUNCTION write_marked(person bigint) RETURNS bigint LANGUAGE sql AS $$
  WITH counted AS (
    INSERT INTO write_mark AS w (person_id, n) SELECT person, 1 WHERE pg_current_xact_id_if_assigned() IS NOT NULL
    ON CONFLICT ON CONSTRAINT write_mark_pkey DO UPDATE SET n = w.n + 1 RETURNING w.n)
  SELECT coalesce((SELECT n FROM counted), 0) $$;

-- write_count returns the count of a person, for whoever is about to be told who asks.
CREATE FUNCTION write_count(person bigint) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT coalesce((SELECT n FROM write_mark WHERE person_id = person), 0) $$;
GRANT EXECUTE ON FUNCTION write_marked(bigint) TO anbiao_regulator, anbiao_system;
GRANT EXECUTE ON FUNCTION write_count(bigint) TO anbiao_public, anbiao_system;

-- +goose Down
DROP FUNCTION write_count(bigint), write_marked(bigint);
DROP TABLE write_mark, replica_pulse;
DELETE FROM table_class WHERE name IN ('write_mark', 'replica_pulse');
