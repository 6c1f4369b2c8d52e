package company_test

import (
	"net/http"
	"strconv"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/stretchr/testify/require"

	"anbiao/modules/company"
	"anbiao/testkit"
	"anbiao/web/webtest"
)

func TestAPI(t *testing.T) {
	t.Parallel()
	w := setup(t)
	api := webtest.New(t, func(a huma.API) { company.Mount(a, w.s) })
	f := w.Company(t, "330784106")
	county, foreign, own := api.As(w.Regulator(t, "county", "330784")), api.As(w.Regulator(t, "county", "330783")), api.As(w.Actor(t, f, "safety"))
	body := func(also map[string]any) map[string]any {
		b := map[string]any{"name": "永康市接口五金厂", "uscc": "91330784MAXXXX0152", "division": "330784105", "industry": "3360", "tags": []string{"press"}, "staffCount": 25, "revenueFen": 200 * 1_000_000}
		for k, v := range also {
			b[k] = v
		}
		return b
	}
	n := county.Key("once").Post("/api/company/companies", body(nil)).Made(t)
	require.Equal(t, n, county.Key("once").Post("/api/company/companies", body(nil)).Made(t), "repeated with its key")
	county.Post("/api/company/companies", body(nil)).Refused(t, http.StatusConflict, "company.taken")

	var got struct {
		Name, USCC, DivisionName string
		Size                     int
		Tags                     []string
	}
	path := "/api/company/companies/" + strconv.FormatInt(n, 10)
	county.Get(path).OK(t, &got)
	require.Equal(t, "浙江省金华市永康市石柱镇", got.DivisionName)
	require.Equal(t, 4, got.Size)
	foreign.Get(path).Refused(t, http.StatusNotFound, "rbac.not-found")
	own.Get(path).Refused(t, http.StatusNotFound, "rbac.not-found")
	api.Anonymous().Get(path).Refused(t, http.StatusUnauthorized, "rbac.unauthenticated")
	own.Post("/api/company/companies", body(nil)).Refused(t, http.StatusForbidden, "rbac.forbidden")

	for name, bad := range map[string]map[string]any{
		"check sign": {"uscc": "91330784MAXXXX0153"}, "letter": {"uscc": "91330784MAOXXX0152"}, "long": {"name": string(make([]rune, 101))},
		"division": {"division": "33-84"}, "tag": {"tags": []string{"x"}}, "type": {"staffCount": "many"}, "negative": {"staffCount": -1}, "extra": {"companyId": "1"},
	} {
		p := county.In("en").Post("/api/company/companies", body(bad)).Problem(t)
		require.Equal(t, http.StatusUnprocessableEntity, p.Status, name)
	}
	for _, bad := range []string{`{`, `[]`, `"x"`, `{"name":null}`} {
		p := county.Post("/api/company/companies", bad).Problem(t)
		require.Less(t, p.Status, 500, bad)
	}

	mine := "/api/company/companies/" + f.ID.String()
	own.Put(mine+"/profile", map[string]any{"tags": []string{"spray_paint"}, "staffCount": 9, "contactPhone": "１３８００００００００"}).OK(t, nil)
	var profile struct {
		ContactPhone string
		StaffCount   int
	}
	own.Get(mine).OK(t, &profile)
	require.Equal(t, "13800000000", profile.ContactPhone)
	own.Put(path+"/profile", map[string]any{"tags": []string{}}).Refused(t, http.StatusNotFound, "rbac.not-found")
	require.Equal(t, int64(1), testkit.One[int64](t, w.W, "SELECT count(*) FROM audit_entry WHERE noun = 'company' AND object_id = $1", int64(f.ID)))
	for _, id := range []string{"abc", "-1", "99999999999999999999", "1.5", "%20"} {
		require.Less(t, own.Get("/api/company/companies/"+id).Problem(t).Status, 500, id)
	}
}
