package certificate_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/modules/certificate"
	"anbiao/rbac"
	"anbiao/testkit"
)

var may = day.Of(2026, 5, 1)

func (p *plant) close(t *testing.T) {
	t.Helper()
	enqueue(t, p.W, certificate.Close{Month: may})
	p.work(t)
}

func (p *plant) kept(t *testing.T, rate certificate.RateID) string {
	t.Helper()
	return testkit.One[string](t, p.W, "SELECT coalesce(string_agg(num || '/' || den || ' ' || verified_num || ' ' || coalesce(permille::text, '-'), ', '), '') FROM certificate_snapshot WHERE rate = $1", string(rate))
}

func TestMonthEndIsKeptOnce(t *testing.T) {
	t.Parallel()
	p := setUpPlant(t)
	p.certs.Batch = 2
	for range 4 {
		p.Company(t, town) // without people: not counted
	}
	post := p.post(t, "电工", "electrician")
	ann := p.person(t, "安", "")
	p.seat(t, ann, post)
	p.seat(t, p.holder.StaffID, post)
	c := p.card(t, ann, "special_operation", "SO0102", june1.AddMonths(-3))
	require.NoError(t, p.certs.Verify(p.safety, c, certificate.Note{On: day.Of(2026, 5, 20)}))
	p.card(t, p.holder.StaffID, "special_operation", "SO0102", june1) // from the next month on
	p.close(t)
	assert.Equal(t, "1/2 1 500", p.kept(t, certificate.OperationsByPerson))
	assert.Equal(t, "0/0 0 -", p.kept(t, certificate.EquipmentByPair))
	assert.Equal(t, "1/3 1 333", p.kept(t, certificate.ThreePosts), "nobody is safety manager, one is needed")

	require.NoError(t, p.certs.Revoke(p.safety, c, certificate.Ending{Type: "revoked", On: day.Of(2026, 5, 2), Reason: "冒用"}))
	p.close(t)
	assert.Equal(t, "1/2 1 500", p.kept(t, certificate.OperationsByPerson), "a closed month is never computed again")
	enqueue(t, p.W, certificate.Close{Month: june1})
	p.work(t)
	assert.Zero(t, testkit.One[int64](t, p.W, "SELECT count(*) FROM certificate_snapshot WHERE month_on = '2026-06-01'"), "June is not over")

	r, err := p.certs.Rates(p.safety, 0)
	require.NoError(t, err)
	assert.Equal(t, certificate.Share{Num: 1, Den: 2}, r.Rates[certificate.OperationsByPerson], "today")
	assert.Len(t, r.Months, 7)
}

func TestAreasPoolTheirCompanies(t *testing.T) {
	t.Parallel()
	p := setUpPlant(t)
	other := p.Company(t, "330784102")
	p.Company(t, "330784102")
	put := func(f testkit.Firm, num, den, verified int) {
		p.Exec(t, `INSERT INTO certificate_snapshot (company_id, month_on, rate, region_path, oversight_line, num, den, verified_num, rule_version, made_at)
			VALUES ($1, '2026-05-01', 'CR-06', $2, $3, $4, $5, $6, '1', now())`, int64(f.ID), f.RegionPath, f.Line, num, den, verified)
	}
	put(p.firm, 999, 1000, 0)
	put(other, 3, 3, 3)
	ctx := rbac.WithActor(t.Context(), p.Regulator(t, "county", "330784"))
	a, err := p.certs.Areas(ctx, certificate.AreaQuery{Rate: certificate.ThreePosts})
	require.NoError(t, err)
	require.Len(t, a.Rows, 2)
	assert.Equal(t, may, a.Month)
	assert.Equal(t, int64(1002), a.Total.Num)
	assert.Equal(t, int64(1003), a.Total.Den)
	assert.Equal(t, int64(3), a.Total.Verified)
	assert.Equal(t, int64(1), a.Total.Whole)
	assert.True(t, a.Rows[0].Grey(), "one of two companies counted")
	assert.False(t, a.Rows[1].Grey())
	f := certificate.FirmsFilter{AreaQuery: certificate.AreaQuery{Rate: certificate.ThreePosts}}
	f.Limit = 10
	rows, _, _, err := p.certs.Firms(ctx, f)
	require.NoError(t, err)
	require.Len(t, rows, 2)
	assert.Equal(t, p.firm.ID, rows[0].CompanyID, "the lowest first, by what is verified")
	_, err = p.certs.Areas(ctx, certificate.AreaQuery{Area: "330783", Rate: certificate.ThreePosts})
	require.ErrorIs(t, err, certificate.ErrArea)
}
