package account

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Officer is a member of a regulator.
type Officer struct {
	OrganisationID id.Of[id.Organisation]
	PersonID       id.Of[id.Person]
	Name           string
}

// Overseeing returns the living members, holding one of roles, of the regulators whose areas and
// lines cover a region. It belongs to a transaction of the job runner.
func Overseeing(ctx context.Context, tx db.Tx, region string, line int16, roles ...string) (out []Officer, err error) {
	err = tx.WithContext(ctx).Raw(`SELECT o.id AS organisation_id, m.person_id, p.name FROM account_organisation o
		JOIN account_membership m ON m.organisation_id = o.id AND m.ended_at IS NULL AND m.roles && ?::text[]
		JOIN account_person p ON p.id = m.person_id AND p.disabled_at IS NULL
		WHERE o.kind = 'regulator' AND (o.lines = '{}' OR ? = ANY (o.lines)) AND EXISTS (SELECT FROM unnest(o.areas) a WHERE starts_with(?, a))
		ORDER BY o.id, m.id`, db.Texts(roles), line, region).Scan(&out).Error
	return out, err
}

// Colleagues returns the living members of the actor's own organisation, and its name.
func Colleagues(ctx context.Context, tx db.Tx, scope rbac.Scope) (name string, out []Officer, err error) {
	org := scope.Actor().OrganisationID
	err = tx.WithContext(ctx).Raw(`SELECT m.organisation_id, m.person_id, p.name FROM account_membership m JOIN account_person p ON p.id = m.person_id
		WHERE m.organisation_id = ? AND m.ended_at IS NULL AND p.disabled_at IS NULL ORDER BY p.name, m.id`, org).Scan(&out).Error
	if err != nil {
		return "", nil, err
	}
	err = tx.WithContext(ctx).Raw("SELECT name FROM account_organisation WHERE id = ?", org).Scan(&name).Error
	return name, out, err
}

// Members returns the living members of an organisation. It belongs to a transaction of the job runner.
func Members(ctx context.Context, tx db.Tx, org id.Of[id.Organisation]) (out []Officer, err error) {
	err = tx.WithContext(ctx).Raw(`SELECT m.organisation_id, m.person_id, p.name FROM account_membership m JOIN account_person p ON p.id = m.person_id
		WHERE m.organisation_id = ? AND m.ended_at IS NULL AND p.disabled_at IS NULL ORDER BY m.id`, org).Scan(&out).Error
	return out, err
}

// Operators returns the living members of the organisation that runs the program. It belongs
// to a transaction of the job runner.
func Operators(ctx context.Context, tx db.Tx) (out []Officer, err error) {
	err = tx.WithContext(ctx).Raw(`SELECT m.organisation_id, m.person_id, p.name FROM account_membership m JOIN account_person p ON p.id = m.person_id
		WHERE m.kind = 'platform' AND m.ended_at IS NULL AND p.disabled_at IS NULL ORDER BY m.id`).Scan(&out).Error
	return out, err
}
