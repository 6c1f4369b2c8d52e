package certificate_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/modules/certificate"
	"anbiao/modules/due"
	"anbiao/modules/hazard"
	"anbiao/modules/staff"
	"anbiao/rbac"
	"anbiao/testkit"
)

// plant is a walk through a company with a workshop and posts.
type plant struct {
	*walk
	unit   id.Of[id.Unit]
	raised []certificate.Uncertified
}

func setUpPlant(t *testing.T) *plant {
	t.Helper()
	p := &plant{walk: setUp(t)}
	p.unit = p.Unit(t, p.firm, 0, "workshop", "机修车间")
	p.certs.Leaders, p.certs.Principals = leaders, holding("principal")
	p.certs.Place = func(ctx context.Context, tx db.Tx, open, over []certificate.Placed) error {
		for _, one := range []struct {
			list []certificate.Placed
			keep func(context.Context, db.Tx, []due.Placed) error
		}{{over, due.SettleMany}, {open, due.PutMany}} {
			of := make([]due.Placed, len(one.list))
			for i, x := range one.list {
				of[i] = due.Placed(x)
			}
			if err := one.keep(ctx, tx, of); err != nil {
				return err
			}
		}
		return nil
	}
	p.certs.Recognise = func(ctx context.Context, tx db.Tx, c rbac.CompanyID, list []certificate.Called) ([][]certificate.Known, error) {
		asked := make([]staff.Sought, len(list))
		for i, x := range list {
			asked[i] = staff.Sought{StaffID: x.Known, Name: x.Name, EmployeeNo: x.EmployeeNo, Phone: x.Phone, Identity: x.Identity}
		}
		found, err := p.people.Recognise(ctx, tx, c, asked)
		out := make([][]certificate.Known, len(found))
		for i, of := range found {
			for _, r := range of {
				out[i] = append(out[i], certificate.Known(r))
			}
		}
		return out, err
	}
	ledger := &hazard.Service{Gate: p.Gate, Claim: p.certs.Claim, Touch: func(context.Context, db.Tx, rbac.CompanyID) error { return nil }}
	p.certs.Raise = func(ctx context.Context, tx db.Tx, list []certificate.Uncertified) (ids []id.Of[id.Hazard], err error) {
		p.raised = append(p.raised, list...)
		for _, u := range list {
			n, err := ledger.EnterFor(ctx, tx, rbac.ScopeOf(ctx), u.Home, hazard.Discovery{Ref: u.Ref, Source: hazard.SelfCheck, Place: u.PostName, Description: "无证", Category: "A01", Major: u.Major}, hazard.Member{})
			if err != nil {
				return nil, err
			}
			ids = append(ids, n)
		}
		return ids, tx.WithContext(ctx).Exec("DELETE FROM job_outbox WHERE kind LIKE 'hazard.%'").Error // nobody here tells of hazards
	}
	return p
}

// post makes a post of types.
func (p *plant) post(t *testing.T, name string, types ...string) id.Of[id.Post] {
	t.Helper()
	return testkit.One[id.Of[id.Post]](t, p.W, `INSERT INTO staff_post (company_id, region_path, oversight_line, unit_id, name, types)
		SELECT company_id, region_path, oversight_line, $2, $3, $4 FROM company WHERE company_id = $1 RETURNING id`, int64(p.firm.ID), int64(p.unit), name, types)
}

// seat puts a person on a post from the beginning of the year before.
func (p *plant) seat(t *testing.T, who id.Of[id.Staff], post id.Of[id.Post]) {
	t.Helper()
	p.Exec(t, `INSERT INTO staff_assignment (company_id, region_path, oversight_line, staff_id, post_id, main, from_on)
		SELECT company_id, region_path, oversight_line, $2, $3, NOT EXISTS (SELECT FROM staff_assignment x WHERE x.company_id = $1 AND x.staff_id = $2 AND x.main AND x.until_on IS NULL), '2025-01-01'
		FROM company WHERE company_id = $1`, int64(p.firm.ID), int64(who), int64(post))
}

// person adds somebody without a login.
func (p *plant) person(t *testing.T, name, no string) id.Of[id.Staff] {
	t.Helper()
	return testkit.One[id.Of[id.Staff]](t, p.W, `INSERT INTO staff_person (company_id, region_path, oversight_line, name, employee_no, unit_id)
		SELECT company_id, region_path, oversight_line, $2, $3, $4 FROM company WHERE company_id = $1 RETURNING id`, int64(p.firm.ID), name, no, int64(p.unit))
}

func (p *plant) card(t *testing.T, who id.Of[id.Staff], kind, operation string, from day.Date) id.Of[id.Certificate] {
	t.Helper()
	r := certificate.Registration{StaffID: who, Kind: kind, Operation: operation, Printed: certificate.Printed{ValidFrom: from}}
	if kind == "special_equipment_operator" {
		r.CodeSet = "2021"
	}
	c, err := p.certs.Register(p.safety, r)
	require.NoError(t, err)
	return c
}

func (p *plant) gaps(t *testing.T, state string) []certificate.Gap {
	t.Helper()
	f := certificate.GapFilter{State: state}
	f.Limit = 100
	rows, _, _, err := p.certs.Gaps(p.safety, f)
	require.NoError(t, err)
	return rows
}

func leaders(ctx context.Context, tx db.Tx, keys []certificate.LeaderKey) (map[certificate.LeaderKey][]id.Of[id.Person], error) {
	asked := make([]staff.Under, len(keys))
	for i, k := range keys {
		asked[i] = staff.Under(k)
	}
	found, err := staff.Leaders(ctx, tx, asked)
	out := map[certificate.LeaderKey][]id.Of[id.Person]{}
	for k, list := range found {
		out[certificate.LeaderKey(k)] = list
	}
	return out, err
}

func holding(role string) certificate.Watchers {
	return func(ctx context.Context, tx db.Tx, companies []rbac.CompanyID) (map[rbac.CompanyID][]id.Of[id.Person], error) {
		ids := db.Ints{}
		for _, c := range companies {
			ids = append(ids, int64(c))
		}
		var rows []struct {
			CompanyID rbac.CompanyID
			PersonID  id.Of[id.Person]
		}
		err := tx.WithContext(ctx).Raw("SELECT company_id, person_id FROM account_membership WHERE company_id = ANY(?) AND ended_at IS NULL AND ? = ANY(roles)", ids, role).Scan(&rows).Error
		out := map[rbac.CompanyID][]id.Of[id.Person]{}
		for _, r := range rows {
			out[r.CompanyID] = append(out[r.CompanyID], r.PersonID)
		}
		return out, err
	}
}
