package account

import (
	"context"

	"anbiao/kit/db"
	"anbiao/rbac"
)

// CreateAdmin makes a platform administrator, for a fresh installation. Without a password
// it makes one and returns it. Whoever signs in with either sets another first, and does nothing else before. Errors: ErrLoginTaken, ErrPasswordShort, ErrPasswordWeak.
func (s *Service) CreateAdmin(ctx context.Context, login, name, password string) (made string, err error) {
	if password == "" {
		made = newToken()[:20]
		password = made
	}
	if err := checkPassword(password, login, name); err != nil {
		return "", err
	}
	err = s.Gate.System(ctx, "account.create-admin", func(tx db.Tx, scope rbac.Scope) error {
		org, err := platform(ctx, tx)
		if err != nil {
			return err
		}
		p := Person{Login: normal(login), Name: name, Lang: "zh-CN", PasswordHash: Hash(password), MustChange: true, CreatedAt: tx.Now}
		if err := insertPerson(ctx, tx, &p); err != nil {
			return err
		}
		m := Membership{PersonID: p.ID, Kind: rbac.Platform, OrganisationID: &org.ID, Roles: db.Texts{"admin"}, CreatedAt: tx.Now}
		scope.Changed("membership", int64(m.ID), 0, Membership{}, m)
		return insertMembership(ctx, tx, &m)
	})
	return made, err
}
