-- Entries older than the chains are chained too. Apart from 00250, whose trigger holds a lock on the trail until it commits.
-- +goose Up
INSERT INTO audit_pending (entry_id, entry_at)
SELECT e.id, e.at FROM audit_entry e
WHERE NOT EXISTS (SELECT FROM audit_seal s WHERE s.entry_at = e.at AND s.entry_id = e.id)
ON CONFLICT ON CONSTRAINT audit_pending_pkey DO NOTHING;

-- +goose Down
SELECT 1;
