package account

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// TableName names the table.
func (Person) TableName() string { return "account_person" }

// TableName names the table.
func (Organisation) TableName() string { return "account_organisation" }

// TableName names the table.
func (Engagement) TableName() string { return "account_engagement" }

// TableName names the table.
func (Membership) TableName() string { return "account_membership" }

// TableName names the table.
func (Session) TableName() string { return "account_session" }

// TableName names the table.
func (Pass) TableName() string { return "account_pass" }

// visible are the columns of account_person that a person's own pool may read.
const visible = "id, login, phone, name, email, lang, must_change, totp_confirmed_at, locked_until, disabled_at, created_at"

func one[T any](found []T, err error) (T, error) {
	var none T
	switch {
	case err != nil:
		return none, err
	case len(found) == 0:
		return none, rbac.ErrNotFound
	}
	return found[0], nil
}

// personByLogin locks the person with that login or phone number (system only).
func personByLogin(ctx context.Context, tx db.Tx, login string) (Person, error) {
	return one(gorm.G[Person](tx.DB, clause.Locking{Strength: "UPDATE"}).Where("login = ? OR phone = ?", login, login).Order("id").Limit(1).Find(ctx))
}

// personLocked locks a person (system only).
func personLocked(ctx context.Context, tx db.Tx, person id.Of[id.Person]) (Person, error) {
	return one(gorm.G[Person](tx.DB, clause.Locking{Strength: "UPDATE"}).Where("id = ?", person).Find(ctx))
}

// personSeen reads what anybody may know of a person in scope.
func personSeen(ctx context.Context, tx db.Tx, person id.Of[id.Person]) (Person, error) {
	var p []Person
	err := tx.WithContext(ctx).Raw("SELECT "+visible+" FROM account_person WHERE id = ?", person).Scan(&p).Error
	return one(p, err)
}

func insertPerson(ctx context.Context, tx db.Tx, p *Person) error {
	err := gorm.G[Person](tx.DB).Create(ctx, p)
	switch {
	case db.Violates(err, "account_person_login_key"):
		return ErrLoginTaken.At("body.login").Because(err)
	case db.Violates(err, "account_person_phone_key"):
		return ErrPhoneTaken.At("body.phone").Because(err)
	}
	return err
}

// savePerson writes the columns that guard an account (system only).
func savePerson(ctx context.Context, tx db.Tx, p Person) error {
	return tx.WithContext(ctx).Exec(`UPDATE account_person SET password_hash = ?, must_change = ?, totp_secret = ?, totp_confirmed_at = ?, totp_last_step = ?,
		failures = ?, locked_until = ?, disabled_at = ? WHERE id = ?`,
		p.PasswordHash, p.MustChange, p.TotpSecret, p.TotpConfirmedAt, p.TotpLastStep, p.Failures, p.LockedUntil, p.DisabledAt, p.ID).Error
}

// saveOwn writes what a person may change of himself.
func saveOwn(ctx context.Context, tx db.Tx, person id.Of[id.Person], email, lang string) error {
	return tx.WithContext(ctx).Exec("UPDATE account_person SET email = ?, lang = ? WHERE id = ?", email, lang, person).Error
}

// place is a membership with the names a person knows it by.
type place struct {
	ID           id.Of[id.Membership]
	Kind         rbac.Kind
	Roles        db.Texts
	Organisation string
	CompanyID    *rbac.CompanyID
	StaffID      *id.Of[id.Staff]
	OrgID        *id.Of[id.Organisation]
}

// placesOf returns a person's living memberships, oldest first (system only: it names
// companies that the chosen membership may not see).
func placesOf(ctx context.Context, tx db.Tx, person id.Of[id.Person]) (out []place, err error) {
	err = tx.WithContext(ctx).Raw(`SELECT m.id, m.kind, m.roles, coalesce(c.name, o.name) AS organisation, m.company_id, m.staff_id, m.organisation_id AS org_id
		FROM account_membership m LEFT JOIN company c ON c.company_id = m.company_id LEFT JOIN account_organisation o ON o.id = m.organisation_id
		WHERE m.person_id = ? AND m.ended_at IS NULL ORDER BY m.id`, person).Scan(&out).Error
	return out, err
}

func insertSession(ctx context.Context, tx db.Tx, s *Session) error {
	return gorm.G[Session](tx.DB).Create(ctx, s)
}

// sessionsOf returns a person's living sessions or, if named, API tokens; newest first.
func sessionsOf(ctx context.Context, tx db.Tx, person id.Of[id.Person], named bool) ([]Session, error) {
	cond := "person_id = ? AND revoked_at IS NULL AND expires_at > ? AND (name <> '') = ?"
	return gorm.G[Session](tx.DB).Where(cond, person, tx.Now, named).Order("id DESC").Limit(200).Find(ctx)
}

// sessionByToken reads the session of a token hash.
func sessionByToken(ctx context.Context, tx db.Tx, hash []byte) (Session, error) {
	return one(gorm.G[Session](tx.DB).Where("token_hash = ?", hash).Find(ctx))
}

// revokeSessions ends sessions of a person: one, or with 0 all but keep.
func revokeSessions(ctx context.Context, tx db.Tx, person id.Of[id.Person], only id.Of[Session], keep []byte) (int64, error) {
	q := tx.WithContext(ctx).Table("account_session").Where("person_id = ? AND revoked_at IS NULL", person)
	if only != 0 {
		q = q.Where("id = ?", only)
	} else {
		q = q.Where("name = '' AND token_hash <> ?", keep)
	}
	r := q.Update("revoked_at", tx.Now)
	return r.RowsAffected, r.Error
}

// confirmSession notes that the person of a session has shown that it is he (system only).
func confirmSession(ctx context.Context, tx db.Tx, hash []byte) error {
	return tx.WithContext(ctx).Exec("UPDATE account_session SET confirmed_at = ? WHERE token_hash = ? AND name = '' AND revoked_at IS NULL", tx.Now, hash).Error
}

// moveSession changes the membership, or the company served, of a session.
func moveSession(ctx context.Context, tx db.Tx, hash []byte, m id.Of[id.Membership], company *rbac.CompanyID) error {
	return tx.WithContext(ctx).Exec("UPDATE account_session SET membership_id = ?, company_id = ? WHERE token_hash = ?", m, company, hash).Error
}

// identified is one row of session_used.
type identified struct {
	SessionID      id.Of[Session]
	PersonID       id.Of[id.Person]
	MembershipID   id.Of[id.Membership]
	Kind           rbac.Kind
	Roles          db.Texts
	Name           string
	CompanyID      rbac.CompanyID
	RegionPath     string
	OversightLine  int16
	StaffID        id.Of[id.Staff]
	OrganisationID id.Of[id.Organisation]
	Areas          db.Texts
	Lines          db.Shorts
	OnlyActions    db.Texts
	UnitPath       string
	Wrote          rbac.Mark
	ConfirmedAt    *time.Time
	Token          bool
	Totp           bool
	MustChange     bool
	Way            Way
}

// identify asks who a token stands for, and ends it where it has rested for longer than idle. (A parameter right behind a
// parenthesis would be spread by gorm, were it a slice: hence the space.)
func identify(ctx context.Context, tx db.Tx, hash []byte, idle time.Duration) (identified, error) {
	var found []identified
	err := tx.WithContext(ctx).Raw(`SELECT s.*, CASE s.kind WHEN 'regulator' THEN 1 + write_count(s.person_id) ELSE 0 END AS wrote
		FROM session_used( ?::bytea, ?::date, ?::timestamptz, make_interval(secs => ?::int), ?::text[], ?::boolean) s`,
		hash, tx.Now.In(day.Shanghai).Format(time.DateOnly), tx.Now, int(idle/time.Second), idleKinds, !rbac.RequestOf(ctx).Unattended).Scan(&found).Error
	return one(found, err)
}
