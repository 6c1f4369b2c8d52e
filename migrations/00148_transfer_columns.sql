-- An export holds the columns its maker sees, in his order; none: all of the list.
-- +goose Up
ALTER TABLE transfer ADD COLUMN columns text[] NOT NULL DEFAULT '{}';

-- +goose Down
ALTER TABLE transfer DROP COLUMN columns;
