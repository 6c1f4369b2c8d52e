package accrual_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/accrual"
	"anbiao/kit/day"
	"anbiao/kit/fen"
)

// yuan is an amount as the worked cases write it.
type yuan fen.Amount

func (y *yuan) UnmarshalJSON(b []byte) error {
	a, err := fen.Parse(string(bytes.Trim(b, `"`)))
	*y = yuan(a)
	return err
}

// measure is a quantity or rate, as a string or a number.
type measure string

func (m *measure) UnmarshalJSON(b []byte) error {
	*m = measure(bytes.Trim(b, `"`))
	return nil
}

// monthly is one amount for every month, or twelve.
type monthly [12]fen.Amount

func (m *monthly) UnmarshalJSON(b []byte) error {
	var each []yuan
	if b[0] != '[' {
		var all yuan
		if err := json.Unmarshal(b, &all); err != nil {
			return err
		}
		for range 12 {
			each = append(each, all)
		}
	} else if err := json.Unmarshal(b, &each); err != nil {
		return err
	}
	if len(each) != 12 {
		return fmt.Errorf("%d months", len(each))
	}
	for i, a := range each {
		m[i] = fen.Amount(a)
	}
	return nil
}

// total is an amount of the year, which stands in December, or twelve.
type total [12]fen.Amount

func (u *total) UnmarshalJSON(b []byte) error {
	if b[0] == '[' {
		return json.Unmarshal(b, (*monthly)(u))
	}
	return json.Unmarshal(b, (*yuan)(&u[11]))
}

type caseRevision struct {
	FromMonth int   `json:"from_month"`
	Prior     *yuan `json:"prior_year_revenue"`
	Revenue   *yuan
}

type caseLine struct {
	Category     string
	Sub          string
	Hazards      []string
	Unit         string
	Contract     string
	Rule         string
	Rules        string
	Version      string
	RuleVersion  string         `json:"rule_version"`
	RateOverride *measure       `json:"rate_override"`
	Qty          []measure      `json:"qty"`
	Prior        *yuan          `json:"prior_year_revenue"`
	Current      *yuan          `json:"current_year_revenue"`
	Net          *yuan          `json:"net_revenue"`
	Outsourced   *yuan          `json:"outsourced_cost"`
	Revised      *yuan          `json:"revised_prior_year_revenue"`
	RevisedFrom  int            `json:"revised_from_month"`
	Revisions    []caseRevision `json:"revisions"`
	Note         string         `json:"note"`
}

type caseInputs struct {
	caseLine
	Schedule        string
	Year            int
	Lines           []caseLine
	MultiBusiness   string   `json:"multi_business"`
	FirstYear       bool     `json:"first_year"`
	ProductionStart string   `json:"production_start"`
	OpeningBalance  yuan     `json:"opening_balance"`
	PriorYearDue    yuan     `json:"prior_year_due"`
	MonthlyUse      *monthly `json:"monthly_use"`
	Used            *total
	AnnualUse       *total `json:"annual_use"`
}

type fundCase struct {
	ID       string
	Category string
	Inputs   caseInputs
	Annual   yuan     `json:"expected_annual"`
	Monthly  monthly  `json:"expected_monthly"`
	Standard *yuan    `json:"expected_standard"`
	TopUp    *yuan    `json:"expected_topup"`
	Closing  *monthly `json:"expected_closing"`
	Note     string
}

// onRevenue reports whether a schedule goes by a year's revenue.
func onRevenue(t *testing.T, schedule string) bool {
	t.Helper()
	for prefix, yes := range map[string]bool{"average_": true, "year_end_": true, "month_end_": false, "project_": false} {
		if strings.HasPrefix(schedule, prefix) {
			return yes
		}
	}
	t.Fatalf("schedule %q", schedule)
	return false
}

var signed = regexp.MustCompile(`signed ([0-9-]{10})`)

// kept is the version whose rules a line keeps: the one it names, or the old one where its contract
// was signed before the new.
func (c caseLine) kept(t *testing.T) string {
	t.Helper()
	if c.named() == "2012" {
		return "2012.1"
	}
	if c.Contract == "" {
		return ""
	}
	on := signed.FindStringSubmatch(c.Contract)
	require.NotNil(t, on, "when was %q signed?", c.Contract)
	d, err := day.Parse(on[1])
	require.NoError(t, err)
	if d.Before(day.Of(2022, 11, 21)) {
		return "2012.1"
	}
	return ""
}

// named is the law that a case names, "2012" or "2022" or none.
func (c caseLine) named() string {
	all := c.Rule + c.Rules + c.Version + c.RuleVersion
	for _, law := range []string{"2012", "2022"} {
		if strings.Contains(all, law) {
			return law
		}
	}
	return all
}

func (c caseLine) line(t *testing.T, category string) accrual.Line {
	t.Helper()
	l := accrual.Line{Category: category, Sub: c.Sub, Hazards: c.Hazards, Rules: c.kept(t)}
	if c.RateOverride != nil {
		l.Rate = rate(t, string(*c.RateOverride))
	}
	if c.Category != "" {
		l.Category = c.Category
	}
	require.Contains(t, []string{"", "2012", "2022"}, c.named(), "which rules?")
	bases := 0
	for _, r := range []*yuan{c.Prior, c.Current} {
		if r != nil {
			l.RevenueFen = fen.Amount(*r)
			bases++
		}
	}
	if c.Net != nil {
		l.RevenueFen = fen.Amount(*c.Net)
	}
	if c.Outsourced != nil {
		l.RevenueFen, _ = accrual.On(accrual.Library(), day.Of(2024, 1, 1)).Net(l.RevenueFen, fen.Amount(*c.Outsourced))
	}
	if c.Qty != nil {
		require.Len(t, c.Qty, 12)
		for i, q := range c.Qty {
			require.NoError(t, l.Quantities[i].UnmarshalText([]byte(q)))
		}
		bases++
	}
	require.Equal(t, 1, bases, "each line has one base")
	for _, r := range c.Revisions {
		if r.Revenue == nil {
			r.Revenue = r.Prior
		}
		l.Revised = append(l.Revised, accrual.Revision{FromMonth: r.FromMonth, RevenueFen: fen.Amount(*r.Revenue)})
	}
	if c.Revised != nil {
		l.Revised = append(l.Revised, accrual.Revision{FromMonth: c.RevisedFrom, RevenueFen: fen.Amount(*c.Revised)})
	}
	return l
}

func (c fundCase) year(t *testing.T) accrual.Year {
	t.Helper()
	in := c.Inputs
	y := accrual.Year{Year: in.Year, FirstYear: in.FirstYear, Inseparable: in.MultiBusiness == "inseparable", OpeningFen: fen.Amount(in.OpeningBalance), PriorDueFen: fen.Amount(in.PriorYearDue)}
	require.Contains(t, []string{"", "separable", "inseparable"}, in.MultiBusiness)
	byRevenue := onRevenue(t, in.Schedule)
	y.FirstYear = y.FirstYear || in.Schedule == "year_end_lump"
	if y.Year == 0 {
		y.Year = map[string]int{"": 2024, "2022": 2024, "2012": 2015}[in.named()]
	}
	for _, used := range []*[12]fen.Amount{(*[12]fen.Amount)(in.MonthlyUse), (*[12]fen.Amount)(in.Used), (*[12]fen.Amount)(in.AnnualUse)} {
		if used != nil {
			require.Zero(t, y.UsedFen, "use is given once")
			y.UsedFen = *used
		}
	}
	if len(in.Lines) == 0 {
		in.Lines = []caseLine{in.caseLine}
	} else {
		require.True(t, in.Prior == nil && in.Current == nil && in.Qty == nil && in.Revised == nil && in.Revisions == nil, "figures stand with the lines")
	}
	for _, l := range in.Lines {
		if l.named() == "" {
			l.Rules = in.named()
		}
		if l.Sub == "" && len(l.Hazards) == 0 && (l.Category == "" || l.Category == c.Category) {
			l.Sub = in.Sub
		}
		line := l.line(t, c.Category)
		y.Lines = append(y.Lines, line)
		if line.Category == c.Category {
			require.Equal(t, byRevenue, l.Qty == nil, "the schedule and the base")
		}
	}
	return y
}

var closings = regexp.MustCompile(`closing balances ((?:-?[0-9.]+ ?){12})`)

func (c fundCase) run(t *testing.T) {
	got, err := accrual.Compute(accrual.Library(), c.year(t))
	require.NoError(t, err)
	want, annual := [12]fen.Amount(c.Monthly), fen.Amount(c.Annual)
	if got.TopUpFen != 0 && annual == got.AccruedFen+got.TopUpFen {
		want[11] -= got.TopUpFen // written as one posting of December
		annual -= got.TopUpFen
	}
	for i, m := range got.Months {
		require.Equal(t, want[i].Yuan(), m.AccruedFen.Yuan(), "month %d", i+1)
	}
	require.Equal(t, annual.Yuan(), got.AccruedFen.Yuan(), "the year")
	if c.TopUp != nil {
		require.Equal(t, fen.Amount(*c.TopUp).Yuan(), got.TopUpFen.Yuan(), "top-up")
	}
	if c.Standard != nil {
		require.Equal(t, fen.Amount(*c.Standard).Yuan(), got.StandardFen.Yuan(), "standard")
	}
	if c.Closing == nil && strings.Contains(c.Note, "closing balances") {
		told := closings.FindStringSubmatch(c.Note)
		require.NotNil(t, told, "twelve closing balances")
		c.Closing = new(monthly)
		for i, s := range strings.Fields(told[1]) {
			c.Closing[i], err = fen.Parse(s)
			require.NoError(t, err)
		}
	}
	if c.Closing != nil {
		for i, m := range got.Months {
			require.Equal(t, c.Closing[i].Yuan(), m.ClosingFen.Yuan(), "closing of month %d", i+1)
		}
	}
}

// readCases reads a file of worked cases. A field that is not known is refused: a case that is read
// in part proves nothing.
func readCases(t *testing.T, path string) (out []fundCase) {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	require.NoError(t, d.Decode(&out))
	require.NotEmpty(t, out)
	return out
}

func TestCasesFund(t *testing.T) {
	t.Parallel()
	path := filepath.Join("testdata", "fund_cases.json")
	if dir := os.Getenv("ANBIAO_CASES"); dir != "" {
		path = filepath.Join(dir, "fund_cases.json")
		if _, err := os.Stat(path); os.IsNotExist(err) {
			return // this package is not asked
		}
	}
	for _, c := range readCases(t, path) {
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			require.NotEmpty(t, c.ID)
			c.run(t)
		})
	}
}
