package company_test

import (
	"net/http"
	"strconv"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/stretchr/testify/require"

	"anbiao/kit/db"
	"anbiao/kit/sheet"
	"anbiao/modules/company"
	"anbiao/rbac"
	"anbiao/testkit"
	"anbiao/web/webtest"
)

type object = map[string]any

func TestFileOverTheWire(t *testing.T) {
	t.Parallel()
	w := setup(t)
	api := webtest.New(t, func(a huma.API) { company.Mount(a, w.s) })
	f := w.old(t, "330784105")
	w.on(march1.AddDays(40))
	own, county := api.As(w.Actor(t, f, "safety")), api.As(w.Regulator(t, "county", "330784"))
	foreign, worker := api.As(w.Regulator(t, "county", "330783")), api.As(w.Actor(t, f, "worker"))
	path := "/api/company/companies/" + f.ID.String()

	own.Put(path+"/profile", object{"tags": []string{}, "address": "新址", "staffCount": 12}).OK(t, nil)
	own.Post(path+"/headcounts", object{"on": "2026-04-01", "staffCount": 15}).OK(t, nil)
	own.Put(path+"/years/2025", object{"staffCount": 14, "revenueFen": 100}).OK(t, nil)
	county.Put(path+"/registration", object{"name": "新名称", "uscc": "91330784MAXXXX0152", "status": "active", "reason": "办证"}).OK(t, nil)
	var got struct {
		Name, Code, USCC, Address, LineName, On string
		StaffCount                              int
	}
	own.Get(path+"?on=2026-03-02").OK(t, &got)
	require.Equal(t, []string{"旧址", "LS330784-" + testkitID(f), "", "2026-03-02", "工贸及综合"}, []string{got.Address, got.Code, got.USCC, got.On, got.LineName})
	county.Get(path).OK(t, &got)
	require.Equal(t, "91330784MAXXXX0152", got.Code)
	var history struct {
		Items []struct {
			Source, Reason string
			Changes        []company.FieldChange
		}
	}
	county.Get(path+"/history").OK(t, &history)
	require.Equal(t, "registration", history.Items[0].Source)
	require.Contains(t, history.Items[0].Changes, company.FieldChange{Field: "code", Old: "LS330784-" + testkitID(f), New: "91330784MAXXXX0152"}, "the history keeps both")

	for _, lang := range []struct{ lang, detail string }{{"zh-CN", "该日期企业尚未登记（登记于 2026-03-01）"}, {"en", "The company was not on the register on that day (registered on 2026-03-01)"}} {
		p := own.In(lang.lang).Get(path+"?on=2025-01-01").Refused(t, http.StatusNotFound, "company.not-yet")
		require.Equal(t, lang.detail, p.Detail)
	}
	own.Get(path+"?on=2026-02-31").Refused(t, 422, "http.unprocessable-entity")
	own.Put(path+"/years/2026", object{}).Refused(t, 422, "company.future")
	require.Equal(t, 422, own.Put(path+"/years/1066", object{}).Problem(t).Status)
	n := own.Key("once").Post(path+"/licences", object{"kind": "fire", "validFrom": "2026-01-01"}).Made(t)
	require.Equal(t, n, own.Key("once").Post(path+"/licences", object{"kind": "fire", "validFrom": "2026-01-01"}).Made(t), "repeated with its key")
	own.Post(path+"/licences", object{"kind": "other", "validFrom": "2026-01-01"}).Refused(t, 422, "company.licence-name")
	own.Put("/api/company/licences/"+strconv.FormatInt(n, 10), object{"kind": "fire", "validFrom": "2026-01-01", "validTo": "2025-01-01"}).Refused(t, 422, "company.dates")
	own.Post(path+"/contacts", object{"role": "duty", "name": "值班", "phone": "123"}).Refused(t, 422, "code.phone")
	own.Post(path+"/tenants", object{"name": "没有的企业", "code": "91330784MAXXXX0152", "from": "2026-01-01"}).Refused(t, 422, "company.partner")
	county.Post(path+"/move", object{"division": "330784106", "reason": "搬迁"}).OK(t, nil)
	county.Post(path+"/move", object{"division": "330784106", "reason": "搬迁"}).Refused(t, 409, "company.moving")
	county.Post(path+"/above-scale", object{"decision": "yes", "reason": "名录"}).OK(t, nil)

	for _, read := range []string{"", "?on=2026-03-02", "/history", "/figures", "/papers", "/links"} {
		foreign.Get(path+read).Refused(t, 404, "rbac.not-found")
		worker.Get(path+read).Refused(t, 403, "rbac.forbidden")
		api.Anonymous().Get(path+read).Refused(t, 401, "rbac.unauthenticated")
	}
	for verb, body := range map[string]object{
		"/move": {"division": "330784106", "reason": "搬迁"}, "/above-scale": {"decision": "yes", "reason": "名录"},
	} {
		foreign.Post(path+verb, body).Refused(t, 404, "rbac.not-found")
		own.Post(path+verb, body).Refused(t, 403, "rbac.forbidden")
	}
}

// testkitID is a firm's number as the id that stands in for its code shows it.
func testkitID(f testkit.Firm) string {
	n := strconv.FormatInt(int64(f.ID), 10)
	for len(n) < 6 {
		n = "0" + n
	}
	return n
}

// TestRosterKeepsThePast imports a roster over a company and a new one.
func TestRosterKeepsThePast(t *testing.T) {
	t.Parallel()
	w := setup(t)
	f := w.old(t, "330784105")
	w.on(march1.AddDays(30))
	officer := w.Regulator(t, "county", "330784")
	save := func(values ...map[string]string) {
		t.Helper()
		rows := make([]sheet.Row, len(values))
		for i, v := range values {
			rows[i] = sheet.Row{Number: i + 2, Values: v}
		}
		require.NoError(t, w.Gate.System(t.Context(), "transfer.save", func(tx db.Tx, _ rbac.Scope) error {
			_, err := w.s.SaveRoster(t.Context(), tx, officer, rows)
			return err
		}))
		for _, r := range rows {
			require.Empty(t, r.Faults)
		}
	}
	known := map[string]string{"name": f.Name, "uscc": "无", "division": "石柱镇", "staff": "46", "revenue": "2300", "address": "新址"}
	fresh := map[string]string{"name": "永康市新来的五金厂", "uscc": "91330784MAXXXX0152", "division": "芝英镇", "staff": "9"}
	save(known, fresh)
	save(known, fresh)
	own := w.as(t, w.Actor(t, f, "safety"))
	steps := w.history(t, own, f.ID)
	require.Len(t, steps, 2, "a second time nothing changes")
	require.Equal(t, company.FromImport, steps[0].Source)
	require.Equal(t, officer.Name, steps[0].ByName)
	require.Equal(t, "旧址", steps[0].Was.V.Address)
	require.Equal(t, "新址", steps[0].Card.V.Address)
	figures, err := w.s.Figures(own, f.ID)
	require.NoError(t, err)
	require.Equal(t, int32(46), figures.Headcounts[0].StaffCount)
	require.Equal(t, int64(2300*1_000_000), int64(*figures.Years[0].RevenueFen))
	require.Equal(t, int64(1), testkit.One[int64](t, w.W, "SELECT count(*) FROM company_version v JOIN company c USING (company_id) WHERE c.uscc = '91330784MAXXXX0152'"))

	fresh["division"] = "石柱镇"
	save(fresh)
	moved := rbac.CompanyID(testkit.One[int64](t, w.W, "SELECT company_id FROM company WHERE uscc = '91330784MAXXXX0152'"))
	steps = w.history(t, w.as(t, officer), moved)
	require.NotEqual(t, "330784105", steps[0].Was.V.Division, "a roster that moves a company says so in its history")
	require.Equal(t, "330784105", steps[0].Card.V.Division)
}
