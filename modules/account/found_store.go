package account

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/id"
)

// regulatorOf finds the regulator that covers an area on every line, the one that covers least besides.
func regulatorOf(ctx context.Context, tx db.Tx, area string) (o Organisation, found bool, err error) {
	var rows []Organisation
	err = tx.WithContext(ctx).Raw("SELECT * FROM account_organisation WHERE kind = 'regulator' AND ? = ANY(areas) AND lines = '{}' ORDER BY cardinality(areas), id LIMIT 1", area).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return o, false, err
	}
	return rows[0], true, nil
}

// freeName returns the first of names that no regulator has. Errors: ErrNameTaken.
func freeName(ctx context.Context, tx db.Tx, names []string) (string, error) {
	for _, name := range names {
		taken := false
		if err := tx.WithContext(ctx).Raw("SELECT EXISTS (SELECT FROM account_organisation WHERE kind = 'regulator' AND name = ?)", name).Scan(&taken).Error; err != nil || !taken {
			return name, err
		}
	}
	return "", ErrNameTaken
}

// waysIn tells how many members of an organisation have a role, and whether an invitation to it is open.
func waysIn(ctx context.Context, tx db.Tx, o id.Of[id.Organisation], role string) (members int, invited bool, err error) {
	var row struct {
		Members int
		Invited bool
	}
	err = tx.WithContext(ctx).Raw(`SELECT (SELECT count(*) FROM account_membership WHERE organisation_id = ? AND ended_at IS NULL AND ? = ANY(roles)) AS members,
		EXISTS (SELECT FROM account_pass WHERE purpose = 'invitation' AND organisation_id = ? AND used_at IS NULL AND expires_at > ? AND ? = ANY(roles)) AS invited`,
		int64(o), role, int64(o), tx.Now, role).Scan(&row).Error
	return row.Members, row.Invited, err
}
