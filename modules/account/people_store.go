package account

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Contact is where messages to a person go.
type Contact struct {
	PersonID id.Of[id.Person]
	Name     string
	Phone    string
	Email    string
	Lang     string
}

// Contacts returns where messages to people go; who may not sign in any more is missing.
// It belongs to a transaction of the job runner.
func Contacts(ctx context.Context, tx db.Tx, people []id.Of[id.Person]) (out []Contact, err error) {
	err = tx.WithContext(ctx).Raw(`SELECT id AS person_id, name, coalesce(phone, '') AS phone, email, lang FROM account_person
		WHERE id = ANY(?) AND disabled_at IS NULL`, ints(people)).Scan(&out).Error
	return out, err
}

// Holding returns, for each company, the people who hold one of roles there. It belongs to
// the caller's transaction, which sees its own company only.
func Holding(ctx context.Context, tx db.Tx, companies []rbac.CompanyID, roles ...string) (map[rbac.CompanyID][]id.Of[id.Person], error) {
	var found []struct {
		CompanyID rbac.CompanyID
		PersonID  id.Of[id.Person]
	}
	err := tx.WithContext(ctx).Raw(`SELECT company_id, person_id FROM account_membership WHERE company_id = ANY(?) AND ended_at IS NULL AND roles && ?::text[]
		ORDER BY company_id, id`, ints(companies), db.Texts(roles)).Scan(&found).Error
	out := map[rbac.CompanyID][]id.Of[id.Person]{}
	for _, f := range found {
		out[f.CompanyID] = append(out[f.CompanyID], f.PersonID)
	}
	return out, err
}

// Activated tells which companies have somebody who can sign in. It belongs to a
// transaction of the job runner.
func Activated(ctx context.Context, tx db.Tx, companies []rbac.CompanyID) (map[rbac.CompanyID]bool, error) {
	var found []rbac.CompanyID
	err := tx.WithContext(ctx).Raw("SELECT DISTINCT company_id FROM account_membership WHERE company_id = ANY(?) AND ended_at IS NULL", ints(companies)).Scan(&found).Error
	out := map[rbac.CompanyID]bool{}
	for _, c := range found {
		out[c] = true
	}
	return out, err
}

func ints[I ~int64](ids []I) db.Ints {
	out := make(db.Ints, len(ids))
	for i, n := range ids {
		out[i] = int64(n)
	}
	return out
}
