-- What rings the open pages of people: a message for them, one read or withdrawn, a session ended.
-- +goose Up

-- live_ring says on the channel "anbiao_live", once the transaction commits, whose pages may have news.
-- A payload holds at most 8000 bytes: 300 persons in one.
-- +goose StatementBegin
CREATE FUNCTION live_ring(persons bigint[]) RETURNS void LANGUAGE sql AS $$
  SELECT pg_notify('anbiao_live', string_agg(p::text, ','))
  FROM (SELECT p, (row_number() OVER (ORDER BY p) - 1) / 300 AS part FROM (SELECT DISTINCT p FROM unnest(persons) p) d) parts GROUP BY part $$;
-- +goose StatementEnd
GRANT EXECUTE ON FUNCTION live_ring(bigint[]) TO anbiao_company, anbiao_service, anbiao_regulator, anbiao_agency, anbiao_platform, anbiao_public, anbiao_system;

-- +goose StatementBegin
CREATE FUNCTION notice_ring() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM live_ring(ARRAY(SELECT person_id FROM new_rows));
  RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER notice_inserted AFTER INSERT ON notice REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION notice_ring();
CREATE TRIGGER notice_updated AFTER UPDATE ON notice REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION notice_ring();

-- +goose StatementBegin
CREATE FUNCTION account_session_ring() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM live_ring(ARRAY[NEW.person_id]);
  RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER account_session_moved AFTER UPDATE OF revoked_at, membership_id, company_id ON account_session FOR EACH ROW EXECUTE FUNCTION account_session_ring();

-- +goose Down
DROP TRIGGER account_session_moved ON account_session;
DROP TRIGGER notice_updated ON notice;
DROP TRIGGER notice_inserted ON notice;
DROP FUNCTION account_session_ring(), notice_ring(), live_ring(bigint[]);
