package fund_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/stretchr/testify/require"

	"anbiao/kit/accrual"
	"anbiao/kit/db"
	"anbiao/kit/fen"
	"anbiao/modules/fund"
	"anbiao/rbac"
	"anbiao/testkit"
	"anbiao/web/webtest"
)

// versions are what a reader is shown of the list.
type versions struct {
	Items []struct {
		Version, Docno, Base, MadeBy, Note string
		BuiltIn, Current, Newest           bool
		Entries, ToVerify, Changes         int
	}
}

// document is what a reader is shown of a version.
type document struct {
	Version, Previous string
	Sources           map[string]accrual.Source
	Categories        []struct {
		Code, Clause string
		Subs         []struct {
			Code                string
			Rate                *accrual.Rate
			Brackets            []accrual.Bracket
			ToVerify            bool
			SeenIn              []string
			Previous, Corrected *struct {
				Version  string
				Rate     *accrual.Rate
				Brackets []accrual.Bracket
			}
		}
	}
	Provisions, NotChargeable, Penalties, Generic, Treatment []map[string]any
}

// serve mounts the module alone.
func serve(t *testing.T) (*testkit.W, *webtest.API) {
	w := testkit.World(t)
	return w, webtest.New(t, func(a huma.API) { fund.Mount(a, &fund.Service{Gate: w.Gate}) })
}

func correction(base, rate string) map[string]any {
	return map[string]any{"base": base, "note": "对照原文", "changes": []any{map[string]any{"category": "transport", "sub": "freight", "rate": rate, "read": "第二十四条，第9页", "url": "https://example.org/136.pdf"}}}
}

// freight is a year of a carrier with twelve million yuan of revenue.
func freight(year int) map[string]any {
	return map[string]any{"year": year, "lines": []any{map[string]any{"category": "transport", "sub": "freight", "revenueFen": 1_200_000_000}}}
}

func TestRulesAreReadByEveryKind(t *testing.T) {
	t.Parallel()
	w, api := serve(t)
	firm := w.Company(t, "330784105")
	for who, a := range map[string]rbac.Actor{
		"finance": w.Actor(t, firm, "finance"), "town": w.Regulator(t, "town", "330784105"), "agency": w.Member(t, rbac.Agency, "reviewer"), "platform": w.Member(t, rbac.Platform, "admin"),
	} {
		var v versions
		raw := api.As(a).Get("/api/fund/rules").OK(t, &v)
		require.Len(t, v.Items, len(accrual.Library()), who)
		require.Equal(t, "2022.1", v.Items[0].Version)
		require.True(t, v.Items[0].BuiltIn && v.Items[0].Current && v.Items[0].Newest)
		require.False(t, v.Items[1].Current)
		require.NotContains(t, string(raw.Body), "null")
		require.Equal(t, 51, v.Items[0].Entries)
		require.Equal(t, 10, v.Items[0].ToVerify)
		var d document
		whole := api.As(a).Get("/api/fund/rules/2022.1").OK(t, &d)
		for _, list := range []string{"notes", "subs", "uses", "seenIn", "brackets", "provisions", "prefixes"} {
			require.NotContains(t, string(whole.Body), fmt.Sprintf("%q:null", list), who)
		}
		require.Equal(t, "2012.1", d.Previous)
		require.NotEmpty(t, d.Provisions)
		require.NotEmpty(t, d.NotChargeable)
		require.NotEmpty(t, d.Penalties)
		require.Len(t, d.Generic, 7)
		require.Len(t, d.Treatment, 5)
		coal := d.Categories[0]
		require.Equal(t, []string{"coal", "第七条"}, []string{coal.Code, coal.Clause})
		require.Equal(t, []string{"50", "30"}, []string{coal.Subs[0].Rate.String(), coal.Subs[0].Previous.Rate.String()}, "beside the law before")
		require.Contains(t, d.Sources, coal.Subs[0].SeenIn[0])
		api.As(a).Post("/api/fund/calculate", freight(2026)).OK(t, nil)
		api.As(a).Get("/api/fund/rules/2022.9").Refused(t, http.StatusNotFound, "rbac.not-found")
	}
	worker := api.As(w.Actor(t, firm, "worker"))
	worker.Get("/api/fund/rules").Refused(t, http.StatusForbidden, "rbac.forbidden")
	worker.Post("/api/fund/calculate", freight(2026)).Refused(t, http.StatusForbidden, "rbac.forbidden")
}

// TestCorrectionHoldsForOpenMonths: what is corrected changes the calculator and the months that are open; a month that
// is closed keeps its amounts and the version it was reckoned by.
func TestCorrectionHoldsForOpenMonths(t *testing.T) {
	t.Parallel()
	w, api := serve(t)
	firm := w.Company(t, "330784105")
	admin := w.Member(t, rbac.Platform, "admin")
	platform, finance := api.As(admin), api.As(w.Actor(t, firm, "finance"))
	w.Exec(t, `INSERT INTO fund_month (company_id, region_path, oversight_line, month_on, state, source, round, rules, opening_fen, standard_fen, catch_up_fen, accrued_fen, top_up_fen, excess_fen,
		used_expense_fen, used_capital_fen, moved_fen, closing_fen, suspended, working, closed_at, closed_by_name)
		VALUES ($1, $2, 0, '2026-01-01', 'closed', 'closed', 1, '2022.1', 0, 1000000, 0, 1000000, 0, 0, 0, 0, 0, 1000000, false, '{"rules": "2022.1"}', now(), '张会计')`, int64(firm.ID), firm.RegionPath)
	kept := func() string {
		return testkit.One[string](t, w, "SELECT to_jsonb(m)::text FROM fund_month m WHERE company_id = $1", int64(firm.ID))
	}
	was := kept()
	var r accrual.Result
	finance.Post("/api/fund/calculate", freight(2026)).OK(t, &r)
	require.Equal(t, fen.Amount(12_000_000), r.AccruedFen, "1 %")

	body := correction("2022.1", "0.02")
	require.Equal(t, int64(2), platform.Key("once").Post("/api/fund/rules", body).Made(t))
	require.Equal(t, int64(2), platform.Key("once").Post("/api/fund/rules", body).Made(t), "asked again")
	finance.Post("/api/fund/calculate", freight(2026)).OK(t, &r)
	require.Equal(t, fen.Amount(24_000_000), r.AccruedFen, "2 %")
	require.Equal(t, "2022.2", r.Months[0].Working.Rules)
	require.False(t, r.Months[0].Working.Lines[0].ToVerify)
	require.Equal(t, was, kept())

	read := func() (all []*accrual.Rules) {
		require.NoError(t, w.Gate.System(t.Context(), "test", func(tx db.Tx, _ rbac.Scope) (err error) {
			all, err = fund.RulesNow(t.Context(), tx)
			return err
		}))
		return all
	}
	y := accrual.Year{Year: 2026, Lines: []accrual.Line{{Category: "transport", Sub: "freight", RevenueFen: 1_200_000_000}}}
	y.Posted[0] = &accrual.Posted{StandardFen: 1_000_000, AccruedFen: 1_000_000}
	got, err := accrual.Compute(read(), y)
	require.NoError(t, err)
	require.Equal(t, []fen.Amount{1_000_000, 3_000_000, 2_000_000}, []fen.Amount{got.Months[0].AccruedFen, got.Months[1].AccruedFen, got.Months[2].AccruedFen}, "the first open month settles it")

	var v versions
	finance.Get("/api/fund/rules").OK(t, &v)
	is := v.Items[0]
	require.Equal(t, []string{"2022.2", "2022.1", admin.Name, "对照原文"}, []string{is.Version, is.Base, is.MadeBy, is.Note})
	require.True(t, is.Current && is.Newest && !is.BuiltIn && !v.Items[1].Newest)
	require.Equal(t, 1, is.Changes)
	var d document
	finance.Get("/api/fund/rules/2022.2").OK(t, &d)
	for _, c := range d.Categories {
		for _, s := range c.Subs {
			if c.Code == "transport" && s.Code == "freight" {
				require.Equal(t, []string{"0.02", "0.01", "2012.1", "2022.1"}, []string{s.Rate.String(), s.Corrected.Rate.String(), s.Previous.Version, s.Corrected.Version})
				require.Equal(t, accrual.Source{URL: "https://example.org/136.pdf", Saw: "第二十四条，第9页"}, d.Sources[s.SeenIn[0]])
			} else {
				require.Nil(t, s.Corrected)
			}
		}
	}
	require.Equal(t, int64(3), platform.Post("/api/fund/rules", correction("2022.2", "0.015")).Made(t), "corrected again")
	require.Equal(t, "2022.3", read()[len(read())-1].Version)
	require.Equal(t, 2, testkit.One[int](t, w, "SELECT count(*)::int FROM audit_entry WHERE noun = 'fund_rule'"))

	w.Exec(t, `INSERT INTO fund_rule SELECT '2022.1', docno, in_force, base_version, jsonb_set(document, '{version}', '"2022.1"'), changes, note, made_by_name, made_at FROM fund_rule WHERE version = '2022.2'`)
	all := read()
	require.Len(t, all, len(accrual.Library())+2, "a number stands once")
	category, _ := accrual.Version(all, "2022.1").Category("transport")
	one, _ := category.Sub("freight")
	require.Equal(t, "0.02", one.Rate.String(), "the one months were reckoned by")
}

func TestWrongCorrectionsNameTheField(t *testing.T) {
	t.Parallel()
	w, api := serve(t)
	firm := w.Company(t, "330784105")
	platform := api.As(w.Member(t, rbac.Platform, "admin"))
	for who, a := range map[string]rbac.Actor{
		"company": w.Actor(t, firm, "principal"), "city": w.Regulator(t, "city", "3307"), "agency": w.Member(t, rbac.Agency, "reviewer"), "staff of the platform": w.Member(t, rbac.Platform, "support"),
	} {
		require.Equal(t, "rbac.forbidden", api.As(a).Post("/api/fund/rules", correction("2022.1", "0.02")).Refused(t, http.StatusForbidden, "rbac.forbidden").Code, who)
	}
	change := func(edit string) string {
		one := `"category":"transport","sub":"freight","rate":"0.02","read":"p. 9"`
		if edit != "" {
			one = edit
		}
		return `{"base":"2022.1","changes":[{` + one + `}]}`
	}
	machinery := func(brackets string) string {
		return change(`"category":"machinery","sub":"default","read":"p. 9","brackets":[` + brackets + `]`)
	}
	require.Equal(t, int64(2), platform.Post("/api/fund/rules", change("")).Made(t))
	for name, c := range map[string]struct{ body, code, field string }{
		"old base":   {change(""), "fund.state", "body.base"},
		"base":       {strings.Replace(change(""), "2022.1", "2033.1", 1), "fund.rule-kept", "body.base"},
		"no change":  {`{"base":"2022.2","changes":[]}`, "http.unprocessable-entity", "body.changes"},
		"no body":    {`{}`, "http.unprocessable-entity", "body"},
		"taken":      {`{"version":"2022.1",` + change("")[1:], "fund.rule-taken", "body.version"},
		"taken too":  {`{"version":"2022.2",` + change("")[1:], "fund.rule-taken", "body.version"},
		"other law":  {`{"version":"2026.1",` + change("")[1:], "fund.rule", "body.version"},
		"no version": {`{"version":"2022.x",` + change("")[1:], "http.unprocessable-entity", "body.version"},
		"same":       {change(`"category":"transport","sub":"freight","rate":"0.020","read":"p. 9"`), "fund.rule", "body.changes[0].rate"},
		"category":   {change(`"category":"gold","sub":"freight","rate":"0.02","read":"p. 9"`), "fund.category", "body.changes[0].category"},
		"sub":        {change(`"category":"transport","sub":"gold","rate":"0.02","read":"p. 9"`), "fund.sub", "body.changes[0].sub"},
		"twice":      {change(`"category":"coal","sub":"open_pit","rate":"6","read":"p. 9"},{"category":"coal","sub":"open_pit","rate":"7","read":"p. 9"`), "fund.rule", "body.changes[1].sub"},
		"not read":   {change(`"category":"coal","sub":"open_pit","rate":"6","read":" "`), "fund.rule", "body.changes[0].read"},
		"no rate":    {change(`"category":"coal","sub":"open_pit","read":"p. 9"`), "fund.rule", "body.changes[0].rate"},
		"negative":   {change(`"category":"coal","sub":"open_pit","rate":"-6","read":"p. 9"`), "http.unprocessable-entity", "body.changes[0].rate"},
		"nought":     {change(`"category":"coal","sub":"open_pit","rate":"0","read":"p. 9"`), "fund.rule", "body.changes[0].rate"},
		"above all":  {change(`"category":"transport","sub":"freight","rate":"1.01","read":"p. 9"`), "fund.rule", "body.changes[0].rate"},
		"number":     {change(`"category":"transport","sub":"freight","rate":1e9,"read":"p. 9"`), "http.unprocessable-entity", "body.changes[0].rate"},
		"both":       {change(`"category":"coal","sub":"open_pit","rate":"6","brackets":[{"fromYuan":0,"rate":"0.1"}],"read":"p. 9"`), "fund.rule", "body.changes[0].rate"},
		"gap":        {machinery(`{"fromYuan":0,"untilYuan":10,"rate":"0.1"},{"fromYuan":11,"rate":"0.05"}`), "fund.rule", "body.changes[0].brackets"},
		"bounded":    {machinery(`{"fromYuan":0,"untilYuan":10,"rate":"0.1"}`), "fund.rule", "body.changes[0].brackets"},
		"late":       {machinery(`{"fromYuan":1,"rate":"0.1"}`), "fund.rule", "body.changes[0].brackets"},
		"beyond":     {machinery(`{"fromYuan":0,"untilYuan":99999999999999999,"rate":"0.1"},{"fromYuan":99999999999999999,"rate":"0.05"}`), "http.unprocessable-entity", "body.changes[0].brackets[0].untilYuan"},
		"script":     {change(`"category":"coal","sub":"open_pit","rate":"6","read":"p. 9","url":"javascript:alert(1)"`), "http.unprocessable-entity", "body.changes[0].url"},
		"junk":       {`{"base":"2022.2","changes":"all"}`, "http.unprocessable-entity", "body.changes"},
	} {
		body := c.body
		if name != "old base" && name != "base" {
			body = strings.Replace(body, `"base":"2022.1"`, `"base":"2022.2"`, 1)
		}
		p := platform.Post("/api/fund/rules", body).Problem(t)
		require.Equal(t, c.code, p.Code, name)
		require.NotEmpty(t, p.Errors, name)
		require.True(t, strings.HasPrefix(p.Errors[0].Location, c.field), "%s: %v", name, p.Errors)
		require.False(t, strings.HasPrefix(p.Errors[0].Message, "fund."), "%s: no text for %v", name, p.Errors)
	}
	require.Equal(t, 1, testkit.One[int](t, w, "SELECT count(*)::int FROM fund_rule"), "nothing else was kept")
}

// TestOneOfTwoCorrectionsWins: who corrects a version that was corrected meanwhile would undo that; he is told.
func TestOneOfTwoCorrectionsWins(t *testing.T) {
	t.Parallel()
	w, api := serve(t)
	platform := api.As(w.Member(t, rbac.Platform, "admin"))
	const rivals = 6
	got := make(chan webtest.Answer, rivals)
	for i := range rivals {
		body := correction("2022.1", "0.02")
		body["version"] = fmt.Sprintf("2022.%d", i+2)
		go func() { got <- platform.Post("/api/fund/rules", body) }()
	}
	made := 0
	for range rivals {
		a := <-got
		if a.Status == http.StatusCreated {
			made++
			continue
		}
		require.Contains(t, []string{"fund.state", "fund.rule-taken"}, a.Problem(t).Code)
	}
	require.Equal(t, 1, made)
	require.Equal(t, 1, testkit.One[int](t, w, "SELECT count(*)::int FROM fund_rule"))
}
