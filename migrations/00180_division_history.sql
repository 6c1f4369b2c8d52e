-- Areas are kept by the platform's administrator too: added, renamed, merged, with their history.
-- +goose Up

ALTER TABLE division
  ADD COLUMN managed boolean NOT NULL DEFAULT false,  -- an administrator entered or changed it: the library built into the program leaves it alone
  ADD CONSTRAINT division_span_check CHECK (valid_until IS NULL OR valid_until >= valid_from),
  ADD CONSTRAINT division_successor_path_check CHECK ((valid_until IS NULL) = (successor_path = ''));
CREATE POLICY platform_adds ON division FOR INSERT TO anbiao_platform WITH CHECK (managed);
CREATE POLICY platform_changes ON division FOR UPDATE TO anbiao_platform USING (true) WITH CHECK (managed);
GRANT INSERT, UPDATE ON division TO anbiao_platform;

-- +goose Down
REVOKE INSERT, UPDATE ON division FROM anbiao_platform;
DROP POLICY platform_changes ON division;
DROP POLICY platform_adds ON division;
ALTER TABLE division DROP CONSTRAINT division_successor_path_check, DROP CONSTRAINT division_span_check, DROP COLUMN managed;
