package company_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/modules/company"
	"anbiao/modules/division"
	"anbiao/rbac"
	"anbiao/testkit"
)

type world struct {
	*testkit.W
	s    *company.Service
	told *[]rbac.CompanyID // what s.Changed heard
}

func setup(t *testing.T) world {
	t.Helper()
	w := testkit.World(t)
	err := w.Gate.System(t.Context(), "division.load", func(tx db.Tx, _ rbac.Scope) error { return division.Load(t.Context(), tx) })
	require.NoError(t, err)
	told := &[]rbac.CompanyID{}
	s := &company.Service{Gate: w.Gate, Changed: func(_ context.Context, _ db.Tx, ids []rbac.CompanyID) error {
		*told = append(*told, ids...)
		return nil
	}}
	return world{w, s, told}
}

func registration() company.Registration {
	return company.Registration{Name: "永康市测试五金有限公司", USCC: "91330784MAXXXX0152", SiteNo: 1, Division: "330784105", Industry: "3360", Profile: company.Profile{Tags: []string{"press"}}}
}

func TestRegister(t *testing.T) {
	t.Parallel()
	w := setup(t)
	county := rbac.WithActor(t.Context(), w.Regulator(t, "county", "330784"))
	id, err := w.s.Register(county, registration())
	require.NoError(t, err)
	require.Equal(t, []rbac.CompanyID{id}, *w.told)

	c, area, err := w.s.Read(county, id)
	require.NoError(t, err)
	require.Equal(t, "浙江省金华市永康市石柱镇", area)
	require.Equal(t, "91330784MAXXXX0152", c.USCC)
	require.Equal(t, "330784105", c.RegionPath)

	_, err = w.s.Register(county, registration())
	require.ErrorIs(t, err, company.ErrTaken)
	second := registration()
	second.SiteNo = 2
	_, err = w.s.Register(county, second)
	require.NoError(t, err, "another site under the same code")

	none := registration()
	none.USCC = ""
	_, err = w.s.Register(county, none)
	require.NoError(t, err)
	_, err = w.s.Register(county, none)
	require.ErrorIs(t, err, company.ErrNamesake)

	for name, bend := range map[string]struct {
		want *fault.Error
		do   func(*company.Registration)
	}{
		"another county": {company.ErrOutside, func(r *company.Registration) { r.Division = "330783100" }},
		"no such area":   {company.ErrDivision, func(r *company.Registration) { r.Division = "330784999" }},
		"no such line":   {company.ErrLine, func(r *company.Registration) { r.Line = 99 }},
		"unknown tag":    {company.ErrTag, func(r *company.Registration) { r.Tags = []string{"x"} }},
	} {
		r := registration()
		r.SiteNo = 9
		bend.do(&r)
		_, err := w.s.Register(county, r)
		require.ErrorIs(t, err, bend.want, name)
	}
	require.Equal(t, int64(3), testkit.One[int64](t, w.W, "SELECT count(*) FROM company"))
	require.Equal(t, "industry", testkit.One[string](t, w.W,
		"SELECT f->>'name' FROM audit_entry a, jsonb_array_elements(a.fields) f WHERE noun = 'company' AND object_id = $1 AND f->>'name' = 'industry'", int64(id)))
}

func TestWhoSeesAndChangesACompany(t *testing.T) {
	t.Parallel()
	w := setup(t)
	a, b := w.Company(t, "330784105"), w.Company(t, "330784105")
	own := rbac.WithActor(t.Context(), w.Actor(t, a, "safety"))
	worker := rbac.WithActor(t.Context(), w.Actor(t, a, "worker"))
	other := rbac.WithActor(t.Context(), w.Actor(t, b, "safety"))
	county := rbac.WithActor(t.Context(), w.Regulator(t, "county", "330784"))
	elsewhere := rbac.WithActor(t.Context(), w.Regulator(t, "county", "330783"))

	for _, ctx := range []context.Context{own, county} {
		c, _, err := w.s.Read(ctx, a.ID)
		require.NoError(t, err)
		require.Equal(t, a.Name, c.Name)
	}
	for _, ctx := range []context.Context{other, elsewhere} {
		_, _, err := w.s.Read(ctx, a.ID)
		require.ErrorIs(t, err, rbac.ErrNotFound)
	}
	_, _, err := w.s.Read(worker, a.ID)
	require.ErrorIs(t, err, rbac.ErrForbidden)

	staff := int32(12)
	p := company.Profile{StaffCount: &staff, Tags: []string{"spray_paint"}, Address: "新址", ContactPhone: "13800000000"}
	require.NoError(t, w.s.Describe(own, a.ID, p))
	c, _, err := w.s.Read(own, a.ID)
	require.NoError(t, err)
	require.Equal(t, "新址", c.Address)
	require.Equal(t, []string{"spray_paint"}, []string(c.Tags))
	require.ErrorIs(t, w.s.Describe(other, a.ID, p), rbac.ErrNotFound)
	require.ErrorIs(t, w.s.Describe(county, a.ID, p), rbac.ErrForbidden)

	err = w.Gate.Write(own, company.ActionEdit, func(tx db.Tx, _ rbac.Scope) error {
		return tx.Exec("UPDATE company SET uscc = '91330784MAXXXX0152' WHERE company_id = ?", a.ID).Error
	})
	require.ErrorContains(t, err, "permission denied", "a company does not rewrite its registration")
	err = w.Gate.Write(elsewhere, company.ActionRegister, func(tx db.Tx, _ rbac.Scope) error {
		return tx.Exec("INSERT INTO company (region_path, oversight_line, name) VALUES ('330784105', 0, 'x')").Error
	})
	require.ErrorContains(t, err, "row-level security")
}

func TestMoveTakesEverythingAlong(t *testing.T) {
	t.Parallel()
	w := setup(t)
	f := w.Company(t, "330784105")
	w.Actor(t, f, "safety") // makes a row of staff, which copies the place
	err := w.Gate.System(t.Context(), "test.move", func(tx db.Tx, _ rbac.Scope) error {
		return tx.Exec("SELECT company_move(?, '330784106', 1::smallint)", f.ID).Error
	})
	require.NoError(t, err)
	require.Equal(t, "330784106", testkit.One[string](t, w.W, "SELECT region_path FROM company WHERE company_id = $1", int64(f.ID)))
	require.Equal(t, "330784106", testkit.One[string](t, w.W, "SELECT region_path FROM staff_person WHERE company_id = $1", int64(f.ID)))
	require.Equal(t, int16(1), testkit.One[int16](t, w.W, "SELECT oversight_line FROM staff_person WHERE company_id = $1", int64(f.ID)))
}
