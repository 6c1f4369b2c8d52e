package account

import (
	"context"
	"time"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// TableName names the table.
func (Refusal) TableName() string { return "account_refusal" }

// TableName names the table.
func (Throttle) TableName() string { return "account_throttle" }

// countRefusal notes one more refusal of a person in the row of its minute (system only).
func countRefusal(ctx context.Context, tx db.Tx, r Refusal) error {
	return tx.WithContext(ctx).Exec(`INSERT INTO account_refusal AS r (person_id, minute, kind, what, address, times, latest_at) VALUES (?, ?, ?, ?, ?, 1, ?)
		ON CONFLICT ON CONSTRAINT account_refusal_pkey DO UPDATE SET what = excluded.what, address = excluded.address, times = r.times + 1, latest_at = excluded.latest_at`,
		r.PersonID, r.LatestAt.Truncate(time.Minute), r.Kind, r.What, r.Address, r.LatestAt).Error
}

// throttleOf reads how often an address was refused lately (system only).
func throttleOf(ctx context.Context, tx db.Tx, network string) (t Throttle, err error) {
	err = tx.WithContext(ctx).Raw("SELECT * FROM account_throttle WHERE network = ?", network).Scan(&t).Error
	return t, err
}

// throttle counts a refusal of an address, anew once the time of the former ones is over (system only).
func throttle(ctx context.Context, tx db.Tx, network string) error {
	return tx.WithContext(ctx).Exec(`INSERT INTO account_throttle AS t (network, since, refusals) VALUES (?, ?, 1)
		ON CONFLICT ON CONSTRAINT account_throttle_pkey DO UPDATE SET
			since = CASE WHEN t.since <= ?::timestamptz THEN excluded.since ELSE t.since END, refusals = CASE WHEN t.since <= ?::timestamptz THEN 1 ELSE t.refusals + 1 END`,
		network, tx.Now, tx.Now.Add(-refusalsWithin), tx.Now.Add(-refusalsWithin)).Error
}

// refusalsOf are a person's latest refusals.
func refusalsOf(ctx context.Context, tx db.Tx, person id.Of[id.Person], limit int) (out []Refusal, err error) {
	err = tx.WithContext(ctx).Raw("SELECT * FROM account_refusal WHERE person_id = ? ORDER BY minute DESC, kind LIMIT ?", person, limit).Scan(&out).Error
	return out, err
}

// MemberRefusal is a refusal of a member.
type MemberRefusal struct {
	Refusal
	Name, Login string
}

// refusalsOfMembers are those of the members of the actor's company or organisation, of the platform of all but companies' people,
// newest first from k on, one row more than limit.
func refusalsOfMembers(ctx context.Context, tx db.Tx, a rbac.Actor, k page.Key, limit int) (out []MemberRefusal, err error) {
	place, of := "m.organisation_id = ?", int64(a.OrganisationID)
	switch a.Kind {
	case rbac.Company:
		place, of = "m.company_id = ?", int64(a.CompanyID)
	case rbac.Platform:
		place, of = "m.company_id IS NULL AND ? <> 0", int64(a.OrganisationID)
	default:
	}
	q := `SELECT r.*, p.name, p.login FROM account_refusal r JOIN account_person p ON p.id = r.person_id
		WHERE r.person_id IN (SELECT m.person_id FROM account_membership m WHERE m.ended_at IS NULL AND ` + place + `)`
	args, order := []any{of}, "r.minute DESC, r.person_id DESC, r.kind DESC"
	if !k.First() {
		past := "<"
		if k.Back {
			past, order = ">", "r.minute, r.person_id, r.kind"
		}
		q += " AND (r.minute, r.person_id, r.kind) " + past + " (?::timestamptz, ?::bigint, ?::text)"
		args = append(args, k.Vals[0], k.Vals[1], k.Vals[2])
	}
	err = tx.WithContext(ctx).Raw(q+" ORDER BY "+order+" LIMIT ?", append(args, limit+1)...).Scan(&out).Error
	return out, err
}

// forget drops a batch of what need not be kept any longer, and reports whether there may be more (system only).
func forget(ctx context.Context, tx db.Tx, batch int) (more bool, err error) {
	for _, q := range []struct {
		sql    string
		before time.Time
	}{
		{"DELETE FROM account_throttle WHERE network IN (SELECT network FROM account_throttle WHERE since < ? LIMIT ?)", tx.Now.Add(-24 * time.Hour)},
		{"DELETE FROM account_refusal WHERE (person_id, minute, kind) IN (SELECT person_id, minute, kind FROM account_refusal WHERE minute < ? LIMIT ?)", tx.Now.Add(-refusalsKept)},
	} {
		r := tx.WithContext(ctx).Exec(q.sql, q.before, batch)
		if r.Error != nil {
			return false, r.Error
		}
		more = more || r.RowsAffected == int64(batch)
	}
	return more, nil
}

// lift takes the second factor off a member, or with who of anybody, and returns what became of it and of whom.
func lift(ctx context.Context, tx db.Tx, m id.Of[id.Membership], who string) (outcome string, person id.Of[id.Person], err error) {
	var found struct {
		Outcome string
		Person  *id.Of[id.Person]
	}
	if who != "" {
		err = tx.WithContext(ctx).Raw("SELECT * FROM account_lift_totp_of(?, ?)", who, tx.Now).Scan(&found).Error
	} else {
		err = tx.WithContext(ctx).Raw("SELECT * FROM account_lift_totp(?, ?)", m, tx.Now).Scan(&found).Error
	}
	if found.Person != nil {
		person = *found.Person
	}
	return found.Outcome, person, err
}

// endSessions ends what is open in a membership that the actor looks after.
func endSessions(ctx context.Context, tx db.Tx, m id.Of[id.Membership]) (n int64, err error) {
	err = tx.WithContext(ctx).Raw("SELECT account_end_sessions(?, ?)", m, tx.Now).Scan(&n).Error
	return n, err
}

// membershipSeen reads a living membership in scope.
func membershipSeen(ctx context.Context, tx db.Tx, m id.Of[id.Membership]) (Membership, error) {
	var found []Membership
	err := tx.WithContext(ctx).Raw("SELECT * FROM account_membership WHERE id = ? AND ended_at IS NULL", m).Scan(&found).Error
	return one(found, err)
}

// endSignIn ends one sign-in, and no API token (system only).
func endSignIn(ctx context.Context, tx db.Tx, hash []byte) error {
	return tx.WithContext(ctx).Exec("UPDATE account_session SET revoked_at = ? WHERE token_hash = ? AND name = '' AND revoked_at IS NULL", tx.Now, hash).Error
}

// revokeTokens ends all of a person's API tokens.
func revokeTokens(ctx context.Context, tx db.Tx, person id.Of[id.Person]) error {
	return tx.WithContext(ctx).Exec("UPDATE account_session SET revoked_at = ? WHERE person_id = ? AND name <> '' AND revoked_at IS NULL", tx.Now, person).Error
}
