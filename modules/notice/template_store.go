package notice

import (
	"context"
	"slices"

	"anbiao/kit/db"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// TableName names the table.
func (Template) TableName() string { return "notice_template" }

// templatesFor returns the templates of companies for codes, by templateKey.
func templatesFor(ctx context.Context, tx db.Tx, l text.Lang, companies []rbac.CompanyID, codes []string) (map[string]Template, error) {
	ids := make(db.Ints, 0, len(companies))
	for _, c := range companies {
		if !slices.Contains(ids, int64(c)) {
			ids = append(ids, int64(c))
		}
	}
	var rows []Template
	err := tx.WithContext(ctx).Raw("SELECT * FROM notice_template WHERE company_id = ANY(?) AND lang = ? AND code = ANY(?)", ids, string(l), db.Texts(codes)).Scan(&rows).Error
	out := make(map[string]Template, len(rows))
	for _, t := range rows {
		out[templateKey(t.CompanyID, t.Code)] = t
	}
	return out, err
}

// templatesOf returns what a company has worded itself, by code.
func templatesOf(ctx context.Context, tx db.Tx, home rbac.Home, l text.Lang) (map[string]Template, error) {
	var rows []Template
	err := tx.WithContext(ctx).Raw("SELECT * FROM notice_template WHERE company_id = ? AND lang = ?", int64(home.CompanyID), string(l)).Scan(&rows).Error
	out := make(map[string]Template, len(rows))
	for _, t := range rows {
		out[t.Code] = t
	}
	return out, err
}

// putTemplate keeps a company's words, in place of those before, and returns their id.
func putTemplate(ctx context.Context, tx db.Tx, t Template) (n int64, err error) {
	err = tx.WithContext(ctx).Raw(`INSERT INTO notice_template (company_id, code, lang, title, body, updated_at, updated_by_name) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT ON CONSTRAINT notice_template_pkey DO UPDATE SET title = excluded.title, body = excluded.body, updated_at = excluded.updated_at, updated_by_name = excluded.updated_by_name
		RETURNING id`, int64(t.CompanyID), t.Code, string(t.Lang), t.Title, t.Body, t.UpdatedAt, t.UpdatedByName).Scan(&n).Error
	return n, err
}

func dropTemplate(ctx context.Context, tx db.Tx, t Template) error {
	return tx.WithContext(ctx).Exec("DELETE FROM notice_template WHERE company_id = ? AND lang = ? AND code = ?", int64(t.CompanyID), string(t.Lang), t.Code).Error
}
