package account

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Member is one row of a list of members.
type Member struct {
	ID         id.Of[id.Membership]
	PersonID   id.Of[id.Person]
	Name       string
	Login      string
	Phone      *string
	Roles      db.Texts
	CreatedAt  time.Time
	DisabledAt *time.Time
}

// membersOf lists the living members of the actor's company or organisation after a
// member's id, or of another organisation for the platform.
func membersOf(ctx context.Context, tx db.Tx, a rbac.Actor, org id.Of[id.Organisation], after int64, limit int) (out []Member, err error) {
	q := tx.WithContext(ctx).Table("account_membership m").Joins("JOIN account_person p ON p.id = m.person_id").
		Select("m.id, m.person_id, p.name, p.login, p.phone, m.roles, m.created_at, p.disabled_at").
		Where("m.ended_at IS NULL AND m.id > ?", after).Order("m.id").Limit(limit)
	if a.Kind == rbac.Company {
		q = q.Where("m.company_id = ?", a.CompanyID)
	} else {
		q = q.Where("m.organisation_id = ?", org)
	}
	err = q.Scan(&out).Error
	return out, err
}

func insertMembership(ctx context.Context, tx db.Tx, m *Membership) error {
	err := gorm.G[Membership](tx.DB).Create(ctx, m)
	if db.Violates(err, "account_membership_person_id_company_id_key") || db.Violates(err, "account_membership_person_id_organisation_id_key") {
		return ErrMemberExists.Because(err)
	}
	return err
}

// ownMembership reads a living membership of the person.
func ownMembership(ctx context.Context, tx db.Tx, person id.Of[id.Person], m id.Of[id.Membership]) (Membership, error) {
	return one(gorm.G[Membership](tx.DB).Where("id = ? AND person_id = ? AND ended_at IS NULL", m, person).Find(ctx))
}

// membershipLocked locks a living membership in scope.
func membershipLocked(ctx context.Context, tx db.Tx, m id.Of[id.Membership]) (Membership, error) {
	return one(gorm.G[Membership](tx.DB, clause.Locking{Strength: "UPDATE"}).Where("id = ? AND ended_at IS NULL", m).Find(ctx))
}

func saveMembership(ctx context.Context, tx db.Tx, m Membership) error {
	return tx.WithContext(ctx).Exec("UPDATE account_membership SET roles = ?, ended_at = ? WHERE id = ?", m.Roles, m.EndedAt, m.ID).Error
}

// insertPass adds p. It reads nothing back, for only the job runner may see hashes.
func insertPass(ctx context.Context, tx db.Tx, p *Pass) error {
	return tx.WithContext(ctx).Raw(`INSERT INTO account_pass (purpose, token_hash, person_id, membership_id, organisation_id, company_id, staff_id, kind, roles, name,
		only_actions, path, made_by, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
		p.Purpose, p.TokenHash, p.PersonID, p.MembershipID, p.OrganisationID, p.CompanyID, p.StaffID, p.Kind, p.Roles, p.Name,
		p.OnlyActions, p.Path, p.MadeBy, p.CreatedAt, p.ExpiresAt).Scan(&p.ID).Error
}

// passByToken locks the unspent pass of a token (system only).
func passByToken(ctx context.Context, tx db.Tx, purpose Purpose, hash []byte) (Pass, error) {
	return one(gorm.G[Pass](tx.DB, clause.Locking{Strength: "UPDATE"}).Where("purpose = ? AND token_hash = ?", purpose, hash).Find(ctx))
}

// newestPass locks a person's newest unspent pass (system only).
func newestPass(ctx context.Context, tx db.Tx, person id.Of[id.Person], purpose Purpose) (Pass, error) {
	return one(gorm.G[Pass](tx.DB, clause.Locking{Strength: "UPDATE"}).
		Where("person_id = ? AND purpose = ? AND used_at IS NULL", person, purpose).Order("id DESC").Limit(1).Find(ctx))
}

// spendPass counts a try and, when it was good, marks the pass used (system only).
func spendPass(ctx context.Context, tx db.Tx, p id.Of[Pass], good bool) error {
	return tx.WithContext(ctx).Exec("UPDATE account_pass SET attempts = attempts + 1, used_at = CASE WHEN ? THEN ?::timestamptz END WHERE id = ?", good, tx.Now, p).Error
}

func passesSince(ctx context.Context, tx db.Tx, person id.Of[id.Person], purpose Purpose, since time.Time) (n int, err error) {
	err = tx.WithContext(ctx).Raw("SELECT count(*) FROM account_pass WHERE person_id = ? AND purpose = ? AND created_at > ?", person, purpose, since).Scan(&n).Error
	return n, err
}

// invitationsOpen lists invitations in scope that nobody has taken up, newest first.
func invitationsOpen(ctx context.Context, tx db.Tx) (out []Pass, err error) {
	err = tx.WithContext(ctx).Raw(`SELECT id, name, kind, roles, organisation_id, created_at, expires_at FROM account_pass
		WHERE purpose = 'invitation' AND used_at IS NULL AND expires_at > ? ORDER BY id DESC LIMIT 200`, tx.Now).Scan(&out).Error
	return out, err
}

func insertOrganisation(ctx context.Context, tx db.Tx, o *Organisation) error {
	err := gorm.G[Organisation](tx.DB).Create(ctx, o)
	if db.Violates(err, "account_organisation_kind_name_key") {
		return ErrNameTaken.At("body.name").Because(err)
	}
	return err
}

func organisationByID(ctx context.Context, tx db.Tx, o id.Of[id.Organisation]) (Organisation, error) {
	return one(gorm.G[Organisation](tx.DB).Where("id = ?", o).Find(ctx))
}

// organisationsAfter lists organisations in scope by id, of one kind if named.
func organisationsAfter(ctx context.Context, tx db.Tx, kind string, after int64, limit int) ([]Organisation, error) {
	return gorm.G[Organisation](tx.DB).Where("id > ? AND (? = '' OR kind = ?)", after, kind, kind).Order("id").Limit(limit).Find(ctx)
}

// Client is a company that has engaged the actor's agency.
type Client struct {
	CompanyID rbac.CompanyID
	Name      string
	FromOn    time.Time
	UntilOn   *time.Time
}

// companyName reads a company's name (system only).
func companyName(ctx context.Context, tx db.Tx, company rbac.CompanyID) (name string, err error) {
	err = tx.WithContext(ctx).Raw("SELECT name FROM company WHERE company_id = ?", company).Scan(&name).Error
	return name, err
}

// linkStaff ties a staff row to the login of its person (system only).
func linkStaff(ctx context.Context, tx db.Tx, company rbac.CompanyID, staff id.Of[id.Staff], person id.Of[id.Person]) error {
	return tx.WithContext(ctx).Exec("UPDATE staff_person SET person_id = ? WHERE company_id = ? AND id = ?", person, company, staff).Error
}

// memberOfStaff reads the living membership of a staff row in the actor's company.
func memberOfStaff(ctx context.Context, tx db.Tx, company rbac.CompanyID, staff id.Of[id.Staff]) (Membership, error) {
	return one(gorm.G[Membership](tx.DB).Where("company_id = ? AND staff_id = ? AND ended_at IS NULL", company, staff).Find(ctx))
}

// platform returns the organisation that operates this installation, made on first use.
func platform(ctx context.Context, tx db.Tx) (Organisation, error) {
	o, err := one(gorm.G[Organisation](tx.DB).Where("kind = 'platform'").Order("id").Limit(1).Find(ctx))
	if errors.Is(err, rbac.ErrNotFound) {
		o = Organisation{Kind: rbac.Platform, Name: "安标平台", Areas: db.Texts{}, Lines: db.Shorts{}, CreatedAt: tx.Now}
		err = insertOrganisation(ctx, tx, &o)
	}
	return o, err
}

// endOf ends the memberships of a person of a company's staff who has left, unless he has come
// back meanwhile (system only).
func endOf(ctx context.Context, tx db.Tx, company rbac.CompanyID, staff id.Of[id.Staff]) (ended []Membership, err error) {
	err = tx.WithContext(ctx).Raw(`UPDATE account_membership m SET ended_at = ? FROM staff_person p
		WHERE m.company_id = ? AND m.staff_id = ? AND m.ended_at IS NULL AND p.company_id = m.company_id AND p.id = m.staff_id AND p.left_on IS NOT NULL RETURNING m.*`,
		tx.Now, company, staff).Scan(&ended).Error
	return ended, err
}
