package fund_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/accrual"
	"anbiao/kit/fen"
	"anbiao/testkit"
)

func TestCalculateKeepsNothing(t *testing.T) {
	t.Parallel()
	w, api := serve(t)
	finance := api.As(w.Actor(t, w.Company(t, "330784105"), "finance"))
	var r accrual.Result
	whole := finance.Post("/api/fund/calculate", `{"year":2026,"firstYear":false,"openingFen":100,"usedFen":[0,50],"lines":[
		{"key":"mine","category":"coal","sub":"open_pit","quantities":["1000","","41250.505"]},
		{"key":"lorries","category":"transport","sub":"freight","revenueFen":1200000000,"rate":"0.02","revised":[{"fromMonth":7,"revenueFen":2400000000}]}]}`).OK(t, &r)
	for _, list := range []string{"lines", "slices", "clauses", "notes", "months"} {
		require.NotContains(t, string(whole.Body), fmt.Sprintf("%q:null", list))
	}
	require.Equal(t, fen.Amount(500_000+2_000_000), r.Months[0].AccruedFen, "1,000 t at 5 yuan, a twelfth of 2 %")
	require.Equal(t, fen.Amount(20_625_253), r.Months[2].Working.OutputFen, "half a fen up")
	require.Equal(t, fen.Amount(100+2_500_000+2_000_000-50), r.Months[1].ClosingFen)
	require.Equal(t, []string{"lorries", "mine"}, []string{r.Months[0].Working.Lines[0].Key, r.Months[0].Working.Lines[1].Key})
	require.True(t, r.Months[0].Working.Lines[0].Override)
	require.Equal(t, fen.Amount(14_000_000), r.Months[6].CatchUpFen+r.Months[6].StandardFen-2_000_000, "the second half's rise and what the first lacked")
	require.Zero(t, testkit.One[int](t, w, "SELECT (SELECT count(*) FROM fund_year) + (SELECT count(*) FROM fund_line) + (SELECT count(*) FROM audit_entry)"))
}

func TestJunkIsRefusedWithItsField(t *testing.T) {
	t.Parallel()
	w, api := serve(t)
	finance := api.As(w.Actor(t, w.Company(t, "330784105"), "finance"))
	line := func(rest string) string {
		return `{"year":2026,"lines":[{"category":"coal","sub":"open_pit"},{` + rest + `}]}`
	}
	with := func(rest string) string {
		return `{"year":2026,` + rest + `,"lines":[{"category":"coal","sub":"open_pit"}]}`
	}
	lorries := `"category":"transport","sub":"freight"`
	for name, c := range map[string]struct{ body, code, field string }{
		"category":         {line(`"category":"gold"`), "fund.category", "body.lines[1].category"},
		"no category":      {line(`"sub":"freight"`), "http.unprocessable-entity", "body.lines[1]"},
		"sub":              {line(`"category":"coal","sub":"gold"`), "fund.sub", "body.lines[1].sub"},
		"sub missing":      {line(`"category":"coal"`), "fund.sub", "body.lines[1].sub"},
		"hazard":           {line(`"category":"coal","sub":"open_pit","hazards":["gold"]`), "fund.sub", "body.lines[1]"},
		"version":          {line(lorries + `,"rules":"1999.1"`), "fund.rule-kept", "body.lines[1].rules"},
		"lower":            {line(lorries + `,"rate":"0.001"`), "fund.rate", "body.lines[1].rate"},
		"above all":        {line(lorries + `,"rate":"1.5"`), "fund.rate", "body.lines[1].rate"},
		"rate":             {line(lorries + `,"rate":"-1"`), "http.unprocessable-entity", "body.lines[1].rate"},
		"rate of words":    {line(lorries + `,"rate":"two"`), "http.unprocessable-entity", "body.lines[1].rate"},
		"rate too fine":    {line(lorries + `,"rate":"0.0123456789"`), "http.unprocessable-entity", "body.lines[1].rate"},
		"negative":         {line(lorries + `,"revenueFen":-1`), "http.unprocessable-entity", "body.lines[1].revenueFen"},
		"huge":             {line(lorries + `,"revenueFen":9223372036854775807`), "http.unprocessable-entity", "body.lines[1].revenueFen"},
		"a fraction":       {line(lorries + `,"revenueFen":1.5`), "http.unprocessable-entity", "body.lines[1].revenueFen"},
		"revision":         {line(lorries + `,"revised":[{"fromMonth":5,"revenueFen":1},{"fromMonth":5,"revenueFen":2}]`), "fund.revision", "body.lines[1].revised"},
		"month":            {line(lorries + `,"revised":[{"fromMonth":13,"revenueFen":1}]`), "http.unprocessable-entity", "body.lines[1].revised[0].fromMonth"},
		"quantity":         {line(`"category":"coal","sub":"open_pit","quantities":["1","-3"]`), "fund.quantity", "body.lines[1].quantities[1]"},
		"too fine":         {line(`"category":"coal","sub":"open_pit","quantities":["1.2345"]`), "fund.quantity", "body.lines[1].quantities[0]"},
		"exponent":         {line(`"category":"coal","sub":"open_pit","quantities":["1e9"]`), "fund.quantity", "body.lines[1].quantities[0]"},
		"much":             {line(`"category":"coal","sub":"open_pit","quantities":["","","9000000000000"]`), "fund.amount", "body.lines[1].quantities[2]"},
		"much of yuan":     {line(`"category":"coal","sub":"outburst","quantities":["999999999999"]`), "fund.amount", "body.lines[1].quantities[0]"},
		"thirteen months":  {line(`"category":"coal","sub":"open_pit","quantities":["","","","","","","","","","","","","1"]`), "http.unprocessable-entity", "body.lines[1].quantities"},
		"year":             {strings.Replace(line(lorries), "2026", "1949", 1), "http.unprocessable-entity", "body.year"},
		"before any law":   {strings.Replace(line(lorries), "2026", "2006", 1), "fund.year", "body.year"},
		"no lines":         {`{"year":2026,"lines":[]}`, "http.unprocessable-entity", "body.lines"},
		"nothing":          {`{}`, "http.unprocessable-entity", "body"},
		"use":              {with(`"usedFen":[0,-1]`), "fund.amount", "body.usedFen[1]"},
		"use beyond":       {with(`"usedFen":[0,9000000000000000000]`), "fund.amount", "body.usedFen[1]"},
		"opening":          {with(`"openingFen":9223372036854775807`), "http.unprocessable-entity", "body.openingFen"},
		"prior due":        {with(`"priorDueFen":-1`), "http.unprocessable-entity", "body.priorDueFen"},
		"approval of 2012": {with(`"suspendedByApproval":[false,true]`), "fund.approval", "body.suspendedByApproval[1]"},
		"unknown field":    {with(`"gold":1`), "http.unprocessable-entity", "body"},
	} {
		a := finance.Post("/api/fund/calculate", c.body)
		require.Equal(t, http.StatusUnprocessableEntity, a.Status, "%s: %s", name, a.Body)
		p := a.Problem(t)
		require.Equal(t, c.code, p.Code, "%s: %v", name, p)
		require.NotEmpty(t, p.Errors, name)
		require.True(t, strings.HasPrefix(p.Errors[0].Location, c.field), "%s: %v", name, p.Errors)
		require.False(t, strings.HasPrefix(p.Errors[0].Message, "fund."), "%s: no text for %v", name, p.Errors)
	}
	many := `{"year":2026,"lines":[` + strings.Repeat(`{"category":"coal","sub":"open_pit"},`, 500) + `{"category":"coal","sub":"open_pit"}]}`
	require.Equal(t, "http.unprocessable-entity", finance.Post("/api/fund/calculate", many).Problem(t).Code)
	for _, broken := range []string{`{"year":`, line(lorries + `,"revenueFen":1e400`)} {
		require.Equal(t, http.StatusBadRequest, finance.Post("/api/fund/calculate", broken).Status, "what is no JSON, or no number that fits")
	}
}
