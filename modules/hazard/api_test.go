package hazard_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/stretchr/testify/require"

	"anbiao/modules/hazard"
	"anbiao/rbac"
	"anbiao/testkit"
	"anbiao/web/webtest"
)

type seen struct {
	ID      string
	Number  string
	State   string
	Level   string
	May     []string
	Before  []string
	After   []string
	Overdue int `json:"overdueDays"`
	Steps   []struct {
		Event, From, To, ActorName, Note string
		Photos                           []string
	}
}

type listed struct {
	Items []seen
	Next  string
	Prev  string
}

func TestWalkOverHTTP(t *testing.T) {
	t.Parallel()
	w := setup(t)
	api := webtest.New(t, func(a huma.API) { hazard.Mount(a, w.s) })
	worker, safety, leader, head, county := api.As(w.worker), api.As(w.safety), api.As(w.leader), api.As(w.head), api.As(w.county)
	const base = "/api/hazard/hazards"

	report := fmt.Sprintf(`{"place":"抛光车间","description":"除尘管道积尘","photos":["%d"]}`, w.photo(t, w.firm))
	made := worker.Key("snap-1").Post(base, report).Made(t)
	require.Equal(t, made, worker.Key("snap-1").Post(base, report).Made(t), "sent twice, made once")
	at := fmt.Sprintf("%s/%d", base, made)

	assign := fmt.Sprintf(`{"ownerId":"%d","deadline":"2026-03-20","measures":"清理管道","level":"general","category":"B03"}`, w.leader.StaffID)
	worker.Post(at+"/assign", assign).Refused(t, 403, "rbac.forbidden")
	safety.Post(at+"/assign", strings.Replace(assign, "2026-03-20", "2026-02-31", 1)).Refused(t, 422, "http.unprocessable-entity")
	safety.Post(at+"/assign", strings.Replace(assign, "2026-03-20", "2026-03-01", 1)).Refused(t, 422, "hazard.deadline")
	require.Equal(t, 200, safety.Post(at+"/assign", assign).OK(t, nil).Status)
	safety.Post(at+"/fix", `{"note":"清理"}`).Refused(t, 422, "hazard.photo-needed")
	fix := fmt.Sprintf(`{"note":"已清理","photos":["%d"],"actualFundsFen":120000}`, w.photo(t, w.firm))
	worker.Post(at+"/fix", fix).Refused(t, 403, "hazard.not-owner")
	leader.Post(at+"/fix", fix).OK(t, nil)
	leader.Post(at+"/accept", `{}`).Refused(t, 403, "hazard.own-acceptance")
	head.Post(at+"/reject", `{}`).Refused(t, 422, "hazard.reason")
	head.Post(at+"/accept", `{"note":"合格"}`).OK(t, nil)
	p := safety.In("en").Post(at+"/accept", `{}`).Refused(t, 409, "hazard.now-cancelled")
	require.Equal(t, "The hazard has been closed (since 03-10 12:00)", p.Detail)

	var d seen
	county.Get(at).OK(t, &d)
	require.Equal(t, []any{"330784-2026-000001", "cancelled", "general", 1, 1}, []any{d.Number, d.State, d.Level, len(d.Before), len(d.After)})
	require.Len(t, d.Steps, 7)
	require.Empty(t, d.May)
	var l listed
	county.Get(base+"?state=cancelled&state=voided&limit=5").OK(t, &l)
	require.Len(t, l.Items, 1)
	safety.Get("/api/hazard/work").OK(t, nil)
	safety.Get("/api/hazard/taxonomy").OK(t, nil)
	api.Anonymous().Get(base).Refused(t, 401, "rbac.unauthenticated")
	api.As(w.stranger).Get(at).Refused(t, 404, "rbac.not-found")
	api.As(w.elsewhere).Get(at).Refused(t, 404, "rbac.not-found")
	require.NotContains(t, string(api.As(w.stranger).Get(base).OK(t, nil).Body), d.Number)
}

func TestBadInput(t *testing.T) {
	t.Parallel()
	w := setup(t)
	api := webtest.New(t, func(a huma.API) { hazard.Mount(a, w.s) })
	c := api.As(w.safety)
	photo := fmt.Sprint(int64(w.photo(t, w.firm)))
	report := func(place, description, photo string) string {
		return fmt.Sprintf(`{"place":%s,"description":%s,"photos":[%s]}`, place, description, photo)
	}
	for name, body := range map[string]string{
		"nothing":              ``,
		"not JSON":             `{"place":`,
		"a list":               `[]`,
		"a missing place":      `{"description":"积尘","photos":["` + photo + `"]}`,
		"a number as place":    report(`7`, `"积尘"`, `"`+photo+`"`),
		"a long description":   report(`"车间"`, `"`+strings.Repeat("尘", 1001)+`"`, `"`+photo+`"`),
		"NUL":                  report(`"车间"`, `"积\u0000尘"`, `"`+photo+`"`),
		"bytes not UTF-8":      report(`"车间"`, "\"\xff\xfe积尘\"", `"`+photo+`"`),
		"a photo of nobody":    report(`"车间"`, `"积尘"`, `"99999999"`),
		"a photo not a number": report(`"车间"`, `"积尘"`, `"drop table"`),
		"a huge photo id":      report(`"车间"`, `"积尘"`, `"999999999999999999999999"`),
		"a point of nobody":    `{"place":"车间","description":"积尘","photos":["` + photo + `"],"pointId":"7"}`,
		"full-width digits":    report(`"车间"`, `"积尘"`, `"１２"`),
		"ten photos":           report(`"车间"`, `"积尘"`, strings.TrimSuffix(strings.Repeat(`"1",`, 10), ",")),
		"an unknown property":  `{"place":"车间","description":"积尘","photos":["` + photo + `"],"state":"cancelled"}`,
		"an unknown source":    `{"place":"车间","description":"积尘","photos":["` + photo + `"],"source":"rumour"}`,
	} {
		a := c.Post("/api/hazard/hazards", body)
		require.True(t, a.Status >= 400 && a.Status < 500, "%s: %d %s", name, a.Status, a.Body)
		a.Problem(t)
	}
	require.Zero(t, testkit.One[int64](t, w.W, "SELECT count(*) FROM hazard"))
	for _, place := range []string{`"🔥 车间"`, `"'; DROP TABLE hazard; --"`, `"<script>alert(1)</script>"`, `"１２３"`} {
		c.Post("/api/hazard/hazards", report(place, `"积尘"`, `"`+photo+`"`)).Made(t)
	}
	for _, q := range []string{"limit=0", "limit=101", "limit=x", "cursor=%00", "cursor=abc", "state=open", "companyId=x", "foundFrom=2026-02-31", "sort=name", "nonsense=1", "checkId=99999999999999999999"} {
		a := c.Get("/api/hazard/hazards?" + q)
		require.True(t, a.Status >= 400 && a.Status < 500, "%s: %d %s", q, a.Status, a.Body)
		a.Problem(t)
	}
	for _, at := range []string{"/api/hazard/hazards/x", "/api/hazard/hazards/0", "/api/hazard/hazards/99999999999999999999", "/api/hazard/hazards/-1"} {
		a := c.Get(at)
		require.True(t, a.Status >= 400 && a.Status < 500, "%s: %d %s", at, a.Status, a.Body)
	}
}

func TestEveryActionIsGrantedToSomebody(t *testing.T) {
	t.Parallel()
	w := setup(t)
	for action, kinds := range map[rbac.Action][]rbac.Kind{
		hazard.ActionList: {rbac.Company, rbac.Service, rbac.Regulator}, hazard.ActionReport: {rbac.Company, rbac.Service}, hazard.ActionGrade: {rbac.Company, rbac.Service},
		hazard.ActionAssign: {rbac.Company, rbac.Service}, hazard.ActionFix: {rbac.Company}, hazard.ActionAccept: {rbac.Company, rbac.Service},
		hazard.ActionVoid: {rbac.Company, rbac.Service}, hazard.ActionAnswer: {rbac.Company, rbac.Service, rbac.Regulator}, hazard.ActionReview: {rbac.Regulator}, hazard.ActionWork: {rbac.Company, rbac.Service},
	} {
		for _, k := range rbac.Kinds {
			want := false
			for _, x := range kinds {
				want = want || x == k
			}
			require.Equal(t, want, w.Gate.Granted(k, action), "%s %s", k, action)
		}
	}
}
