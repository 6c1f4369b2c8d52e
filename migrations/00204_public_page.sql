-- The public page of an area: levels in force or revoked and listed major hazards, with search by name. Nothing of a person.
-- +goose Up

-- +goose StatementBegin
CREATE FUNCTION award_page(area text, standing text, grams int[], pattern text, today date, before bigint, n int) RETURNS SETOF award_open
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT a.id, a.public_id, a.company_name, a.uscc, a.industry, a.speciality, a.level, a.level_name, a.certificate_no, a.authority, a.review_unit, a.announced_on, a.valid_until, a.notice_no,
    a.state, a.revoked_on
  FROM award a WHERE a.region_path >= area AND a.region_path < area || '~' AND length(area) >= 2
    AND CASE standing WHEN 'revoked' THEN a.state = 'revoked' ELSE a.state IN ('in_force', 'renewal_due') AND a.valid_until >= today END
    AND a.name_bi @> grams AND a.name_fold LIKE pattern AND (before = 0 OR a.id < before)
  ORDER BY a.id DESC LIMIT least(n, 101) $$;
CREATE FUNCTION listing_page(area text, term text, before bigint, n int)
RETURNS TABLE (id bigint, number_prefix text, number_year smallint, number_seq bigint, company_name text, hazard_text text, level text, listing_gov text, listing_dept text,
  listed_on date, finish_by date, announced_on date, delisted_on date, published_on date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT l.id, l.number_prefix, l.number_year, l.number_seq, l.company_name, l.hazard_text, l.level, l.listing_gov, l.listing_dept, l.listed_on, l.finish_by, l.announced_on,
    CASE WHEN l.published_on IS NOT NULL THEN l.delisted_on END, l.published_on
  FROM listing l WHERE l.announced_on IS NOT NULL AND l.region_path >= area AND l.region_path < area || '~' AND length(area) >= 2
    AND strpos(l.company_name, term) > 0 AND (before = 0 OR l.id < before)
  ORDER BY l.id DESC LIMIT least(n, 101) $$;
CREATE FUNCTION division_name(area text) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT coalesce((SELECT d.name FROM division d WHERE d.path = area AND d.valid_until IS NULL), '') $$;
-- +goose StatementEnd
REVOKE EXECUTE ON FUNCTION award_page(text, text, int[], text, date, bigint, int), listing_page(text, text, bigint, int), division_name(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION award_page(text, text, int[], text, date, bigint, int), listing_page(text, text, bigint, int), division_name(text) TO anbiao_public;
CREATE POLICY owner_functions ON division FOR SELECT TO CURRENT_USER USING (true);

-- +goose Down
DROP POLICY owner_functions ON division;
DROP FUNCTION division_name(text);
DROP FUNCTION listing_page(text, text, bigint, int);
DROP FUNCTION award_page(text, text, int[], text, date, bigint, int);
