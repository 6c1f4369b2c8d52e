-- Landlords and tenants at one address (厂中厂): links between two firms, the safety agreement between them, joint checks.
-- +goose Up

-- company_id is the landlord, whose place the row is. The tenant sees the row and what hangs on it, nothing else of the landlord.
CREATE TABLE company_link (
  company_id     bigint NOT NULL,              -- the landlord
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  tenant_id      bigint NOT NULL,
  landlord_name  text NOT NULL,                -- names are all that each shows the other; they follow the register
  tenant_name    text NOT NULL,
  place          text NOT NULL DEFAULT '',     -- building and floor
  area_m2        int CONSTRAINT company_link_area_m2_check CHECK (area_m2 >= 0),
  from_on        date NOT NULL,
  until_on       date,                         -- last day; NULL: still so
  note           text NOT NULL DEFAULT '',
  state          text NOT NULL CONSTRAINT company_link_state_check CHECK (state IN ('proposed', 'confirmed', 'declined', 'ended')),
  by_regulator   boolean NOT NULL DEFAULT false,
  proposed_by    text NOT NULL,
  proposed_at    timestamptz NOT NULL,
  answered_by    text NOT NULL DEFAULT '',
  answered_at    timestamptz,
  end_reason     text NOT NULL DEFAULT '',
  CONSTRAINT company_link_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT company_link_company_id_id_tenant_id_key UNIQUE (company_id, id, tenant_id),
  CONSTRAINT company_link_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id),
  CONSTRAINT company_link_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES company (company_id),
  CONSTRAINT company_link_tenant_id_check CHECK (tenant_id <> company_id),
  CONSTRAINT company_link_until_on_check CHECK (until_on >= from_on)
);
CREATE UNIQUE INDEX company_link_company_id_tenant_id_key ON company_link (company_id, tenant_id) WHERE state IN ('proposed', 'confirmed');
CREATE INDEX company_link_tenant_id_idx ON company_link (tenant_id);
CREATE INDEX company_link_id_idx ON company_link (id); -- a reader is given an id only
-- shared: the landlord proposes or a regulator of his area makes it; the tenant answers. Columns that make the link never change.
SELECT declare_table('company_link', 'shared');
REVOKE UPDATE ON company_link FROM anbiao_company, anbiao_service;
REVOKE INSERT ON company_link FROM anbiao_service;
CREATE POLICY tenant_reads ON company_link FOR SELECT TO anbiao_company USING (tenant_id = scope_company());
CREATE POLICY tenant_answers ON company_link FOR UPDATE TO anbiao_company USING (tenant_id = scope_company()) WITH CHECK (tenant_id = scope_company());
CREATE POLICY tenant_service_reads ON company_link FOR SELECT TO anbiao_service USING (tenant_id = scope_company() AND (SELECT scope_engaged()));
-- The tenant's regulator, whose area may be another. A firm has few links and they are reached by a firm's id, so asking the
-- register for each costs nothing; its own policies decide.
CREATE POLICY tenant_area ON company_link FOR SELECT TO anbiao_regulator USING (EXISTS (SELECT FROM company c WHERE c.company_id = tenant_id));
CREATE POLICY tenant_area_ends ON company_link FOR UPDATE TO anbiao_regulator USING (EXISTS (SELECT FROM company c WHERE c.company_id = tenant_id));
CREATE POLICY regulator_makes ON company_link FOR INSERT TO anbiao_regulator
  WITH CHECK (region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
CREATE POLICY regulator_ends ON company_link FOR UPDATE TO anbiao_regulator
  USING (region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)))
  WITH CHECK (region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
GRANT UPDATE (state, until_on, answered_by, answered_at, end_reason) ON company_link TO anbiao_company;
GRANT INSERT, UPDATE (state, until_on, end_reason, landlord_name, tenant_name) ON company_link TO anbiao_regulator;

-- The safety agreement (安全生产管理协议, Work Safety Law art. 49), one row each time one was signed.
CREATE TABLE company_agreement (
  company_id     bigint NOT NULL,              -- the landlord
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  link_id        bigint NOT NULL,
  tenant_id      bigint NOT NULL,
  signed_on      date NOT NULL,
  valid_to       date,                         -- last day; NULL: until the tenancy ends
  attachment_ids bigint[] NOT NULL DEFAULT '{}', -- of the firm that entered it
  note           text NOT NULL DEFAULT '',
  by_company     bigint NOT NULL,              -- which of the two entered it
  by_name        text NOT NULL,
  at             timestamptz NOT NULL,
  CONSTRAINT company_agreement_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT company_agreement_company_id_link_id_tenant_id_fkey FOREIGN KEY (company_id, link_id, tenant_id) REFERENCES company_link (company_id, id, tenant_id),
  CONSTRAINT company_agreement_by_company_check CHECK (by_company IN (company_id, tenant_id)),
  CONSTRAINT company_agreement_valid_to_check CHECK (valid_to >= signed_on)
);
CREATE INDEX company_agreement_link_id_idx ON company_agreement (company_id, link_id, signed_on);
CREATE INDEX company_agreement_tenant_id_idx ON company_agreement (tenant_id);

-- A check that both made together.
CREATE TABLE company_joint_check (
  company_id     bigint NOT NULL,              -- the landlord
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  link_id        bigint NOT NULL,
  tenant_id      bigint NOT NULL,
  on_day         date NOT NULL,
  participants   text[] NOT NULL,              -- names, of both
  findings       text NOT NULL,
  attachment_ids bigint[] NOT NULL DEFAULT '{}', -- of the firm that entered it
  by_company     bigint NOT NULL,
  by_name        text NOT NULL,
  at             timestamptz NOT NULL,
  CONSTRAINT company_joint_check_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT company_joint_check_company_id_link_id_tenant_id_fkey FOREIGN KEY (company_id, link_id, tenant_id) REFERENCES company_link (company_id, id, tenant_id),
  CONSTRAINT company_joint_check_by_company_check CHECK (by_company IN (company_id, tenant_id))
);
CREATE INDEX company_joint_check_link_id_idx ON company_joint_check (company_id, link_id, on_day);
CREATE INDEX company_joint_check_tenant_id_idx ON company_joint_check (tenant_id);

-- shared, both: either firm enters, both read, and so do the regulators of either. Nobody rewrites one.
SELECT declare_table('company_agreement', 'shared');
SELECT declare_table('company_joint_check', 'shared');
-- +goose StatementBegin
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['company_agreement', 'company_joint_check'] LOOP
    EXECUTE format('REVOKE UPDATE ON %s FROM anbiao_company, anbiao_service', t);
    EXECUTE format('CREATE POLICY tenant_reads ON %s FOR SELECT TO anbiao_company USING (tenant_id = scope_company())', t);
    EXECUTE format('CREATE POLICY tenant_enters ON %s FOR INSERT TO anbiao_company WITH CHECK (tenant_id = scope_company() AND by_company = scope_company())', t);
    EXECUTE format('CREATE POLICY tenant_service_reads ON %s FOR SELECT TO anbiao_service USING (tenant_id = scope_company() AND (SELECT scope_engaged()))', t);
    EXECUTE format('CREATE POLICY tenant_service_enters ON %s FOR INSERT TO anbiao_service WITH CHECK (tenant_id = scope_company() AND by_company = scope_company() AND (SELECT scope_engaged()))', t);
    EXECUTE format('CREATE POLICY tenant_area ON %s FOR SELECT TO anbiao_regulator USING (EXISTS (SELECT FROM company c WHERE c.company_id = tenant_id))', t);
  END LOOP;
END $$;
-- +goose StatementEnd

-- Files of a link are shown to whoever sees the link: the subquery runs under the reader's own policies.
CREATE POLICY link_partner ON attachment FOR SELECT TO anbiao_company, anbiao_service, anbiao_regulator
  USING (bound_noun = 'company_link' AND EXISTS (SELECT FROM company_link l WHERE l.id = bound_id AND attachment.company_id IN (l.company_id, l.tenant_id)));

-- company_partner finds the firm that somebody names by code, site and name together, so that neither a name nor a code can be
-- tried out alone. Code is a social credit code, or the id that stands in for one.
CREATE FUNCTION company_partner(of_code text, of_site smallint, of_name_fold text) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT c.company_id FROM company c
  WHERE c.name_fold = of_name_fold AND c.status <> 'closed' AND c.site_no = of_site
    AND (c.uscc <> '' AND c.uscc = of_code OR c.uscc = '' AND c.company_id = CASE WHEN of_code ~ '^LS[0-9A-Z]{1,6}-[0-9]{6,18}$' THEN split_part(of_code, '-', 2)::bigint END) $$;
GRANT EXECUTE ON FUNCTION company_partner(text, smallint, text) TO anbiao_company, anbiao_regulator;

-- +goose Down
DROP FUNCTION company_partner(text, smallint, text);
DROP POLICY link_partner ON attachment;
DROP TABLE company_joint_check, company_agreement, company_link;
DELETE FROM table_class WHERE name IN ('company_joint_check', 'company_agreement', 'company_link');
