-- Making or dropping a partition locks the whole table, and waits behind a dump of hours while every request waits behind it. It gives up soon
-- and is tried again by its job; partitions are made days and months ahead.
-- +goose Up
ALTER FUNCTION ensure_partitions(text, text, date, int) SET lock_timeout = '800ms';
ALTER FUNCTION drop_idempotency_before(date) SET lock_timeout = '800ms';
ALTER FUNCTION drop_sync_before(date) SET lock_timeout = '800ms';

-- +goose Down
ALTER FUNCTION drop_sync_before(date) RESET lock_timeout;
ALTER FUNCTION drop_idempotency_before(date) RESET lock_timeout;
ALTER FUNCTION ensure_partitions(text, text, date, int) RESET lock_timeout;
