-- The graded list shows and filters more: grid, validity of the level, certificate and fund rates, must-join, signals, who is in charge.
-- +goose Up

ALTER TABLE oversight_board
  ADD COLUMN grid        text COLLATE "C" NOT NULL GENERATED ALWAYS AS (CASE WHEN length(region_path) > 9 THEN region_path ELSE '' END) STORED, -- village or grid
  ADD COLUMN grade_until int NOT NULL DEFAULT 0,           -- last day of the level as YYYYMMDD; 0: none held
  ADD COLUMN cert_num    int NOT NULL DEFAULT 0,           -- certificates that must be held and are valid
  ADD COLUMN cert_den    int NOT NULL DEFAULT 0,           -- certificates that must be held
  ADD COLUMN fund_num    bigint,                           -- of the safety fund (安全生产费用), used this year, in fen; NULL: not measured
  ADD COLUMN fund_den    bigint,                           -- to be set aside this year, in fen
  ADD COLUMN must_rules  text[] NOT NULL DEFAULT '{}',     -- rules by which it must join standardization (六个一律)
  ADD COLUMN must_join   boolean NOT NULL GENERATED ALWAYS AS (must_rules <> '{}') STORED,
  ADD COLUMN signals     int NOT NULL DEFAULT 0,           -- signals about its records that are open to regulators and not looked at
  ADD COLUMN person      text NOT NULL DEFAULT '',         -- principal, or whom to call
  ADD COLUMN person_fold text NOT NULL DEFAULT '',         -- those in charge as names are compared, a space between them
  ADD COLUMN person_bi   int[] NOT NULL DEFAULT '{}';      -- the bigrams of their names
CREATE INDEX oversight_board_major_idx ON oversight_board (region_path) WHERE major_open > 0;
CREATE INDEX oversight_board_signals_idx ON oversight_board (region_path) WHERE signals > 0;
CREATE INDEX oversight_board_grade_until_idx ON oversight_board (grade_until, region_path) WHERE grade_until > 0;
CREATE INDEX oversight_board_person_bi_idx ON oversight_board USING gin (person_bi);
CREATE OR REPLACE VIEW oversight_area AS
  SELECT b.* FROM oversight_board b
  WHERE b.region_path >= scope_lo() AND b.region_path < scope_hi()
    AND ((SELECT current_setting('app.areas', true) = '') OR EXISTS (
         SELECT FROM unnest((SELECT string_to_array(current_setting('app.areas', true), ','))) a
         WHERE b.region_path >= a COLLATE "C" AND b.region_path < (a || '~') COLLATE "C"))
    AND ((SELECT current_setting('app.lines', true) = '')
         OR b.oversight_line = ANY ((SELECT string_to_array(current_setting('app.lines', true), ',')::smallint[])::smallint[]));
CREATE OR REPLACE VIEW oversight_own AS
  SELECT b.* FROM oversight_board b WHERE b.company_id = scope_company();

-- +goose Down
DROP VIEW oversight_own, oversight_area;
DROP INDEX oversight_board_person_bi_idx, oversight_board_grade_until_idx, oversight_board_signals_idx, oversight_board_major_idx;
ALTER TABLE oversight_board DROP COLUMN person_bi, DROP COLUMN person_fold, DROP COLUMN person, DROP COLUMN signals, DROP COLUMN must_join, DROP COLUMN must_rules,
  DROP COLUMN fund_den, DROP COLUMN fund_num, DROP COLUMN cert_den, DROP COLUMN cert_num, DROP COLUMN grade_until, DROP COLUMN grid;
CREATE VIEW oversight_area AS
  SELECT b.* FROM oversight_board b
  WHERE b.region_path >= scope_lo() AND b.region_path < scope_hi()
    AND ((SELECT current_setting('app.areas', true) = '') OR EXISTS (
         SELECT FROM unnest((SELECT string_to_array(current_setting('app.areas', true), ','))) a
         WHERE b.region_path >= a COLLATE "C" AND b.region_path < (a || '~') COLLATE "C"))
    AND ((SELECT current_setting('app.lines', true) = '')
         OR b.oversight_line = ANY ((SELECT string_to_array(current_setting('app.lines', true), ',')::smallint[])::smallint[]));
GRANT SELECT ON oversight_area TO anbiao_regulator;
CREATE VIEW oversight_own AS
  SELECT b.* FROM oversight_board b WHERE b.company_id = scope_company();
GRANT SELECT ON oversight_own TO anbiao_company;
