-- How a company words the messages to its own people (消息模板), in place of the built-in texts.
-- +goose Up

CREATE TABLE notice_template (
  company_id      bigint NOT NULL CONSTRAINT notice_template_company_id_fkey REFERENCES company (company_id),
  id              bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT notice_template_id_key UNIQUE,
  code            text NOT NULL, -- of the text catalogues
  lang            text NOT NULL,
  title           text NOT NULL,
  body            text NOT NULL,
  updated_at      timestamptz NOT NULL,
  updated_by_name text NOT NULL,
  CONSTRAINT notice_template_pkey PRIMARY KEY (company_id, lang, code)
);
SELECT declare_table('notice_template', 'private');
GRANT DELETE ON notice_template TO anbiao_company, anbiao_service; -- the built-in text again

-- +goose Down
DROP TABLE notice_template;
DELETE FROM table_class WHERE name = 'notice_template';
