-- A person's account at an OpenID Connect provider, bound by himself.
-- +goose Up
CREATE TABLE account_identity (
  issuer    text NOT NULL,
  subject   text NOT NULL,       -- unchanging, of this person at this issuer
  person_id bigint NOT NULL CONSTRAINT account_identity_person_id_fkey REFERENCES account_person (id),
  name      text NOT NULL,       -- as the provider showed it when it was bound
  bound_at  timestamptz NOT NULL,
  used_at   timestamptz,
  CONSTRAINT account_identity_pkey PRIMARY KEY (issuer, subject),
  CONSTRAINT account_identity_person_id_issuer_key UNIQUE (person_id, issuer)
);
SELECT declare_table('account_identity', 'person');
GRANT DELETE ON account_identity TO anbiao_company, anbiao_service, anbiao_regulator, anbiao_agency, anbiao_platform;

-- +goose Down
DROP TABLE account_identity;
DELETE FROM table_class WHERE name = 'account_identity';
