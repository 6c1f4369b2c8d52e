package account

import (
	"context"
	"time"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// ActorOfMembership returns the actor a membership stands for now, for work done in a person's
// name after they have gone: the rights are those of today, not those it was started with.
// serving is the company a service agency works for, and 0 for others.
// Errors: rbac.ErrNotFound where the membership or the engagement has ended or the person may
// no longer sign in.
func (s *Service) ActorOfMembership(ctx context.Context, m id.Of[id.Membership], serving rbac.CompanyID) (a rbac.Actor, err error) {
	var who identified
	var at time.Time
	err = s.Gate.System(ctx, "account.actor", func(tx db.Tx, _ rbac.Scope) (err error) {
		at = tx.Now
		if who, err = actorRow(ctx, tx, m, serving); err != nil || who.Kind != rbac.Service || serving == 0 {
			return err
		}
		ok, err := engaged(ctx, tx, who.OrganisationID, serving)
		if err == nil && !ok {
			return rbac.ErrNotFound
		}
		return err
	})
	if err != nil {
		return rbac.Actor{}, err
	}
	a = who.actor()
	a.ConfirmedAt = at // whoever ordered the work was asked then
	return a, nil
}

// actorRow reads what session_used does, by membership (system only).
func actorRow(ctx context.Context, tx db.Tx, m id.Of[id.Membership], serving rbac.CompanyID) (identified, error) {
	var found []identified
	err := tx.WithContext(ctx).Raw(`SELECT p.id AS person_id, m.id AS membership_id, m.kind, m.roles, p.name, c.company_id, c.region_path, c.oversight_line, m.staff_id,
			m.organisation_id, coalesce(o.areas, '{}') AS areas, coalesce(o.lines, '{}') AS lines, coalesce(u.unit_path, '') AS unit_path, CASE m.kind WHEN 'regulator' THEN 1 + write_count(p.id) ELSE 0 END AS wrote
		FROM account_membership m
		JOIN account_person p ON p.id = m.person_id AND p.disabled_at IS NULL
		LEFT JOIN account_organisation o ON o.id = m.organisation_id
		LEFT JOIN staff_person sp ON sp.company_id = m.company_id AND sp.id = m.staff_id
		LEFT JOIN staff_unit u ON u.company_id = sp.company_id AND u.id = sp.unit_id
		LEFT JOIN company c ON c.company_id = CASE m.kind WHEN 'company' THEN m.company_id WHEN 'service' THEN ?::bigint END
		WHERE m.id = ? AND m.ended_at IS NULL`, serving, m).Scan(&found).Error
	return one(found, err)
}

// actor is who was identified, with all rights of the membership.
func (who identified) actor() rbac.Actor {
	return rbac.Actor{
		PersonID: who.PersonID, MembershipID: who.MembershipID, Kind: who.Kind, Roles: who.Roles, Name: who.Name, CompanyID: who.CompanyID,
		RegionPath: who.RegionPath, Line: who.OversightLine, StaffID: who.StaffID, OrganisationID: who.OrganisationID, Areas: who.Areas, Lines: who.Lines,
		UnitPath: who.UnitPath, Wrote: who.Wrote,
	}
}
