package fund

import (
	"context"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/accrual"
	"anbiao/kit/fault"
	"anbiao/kit/fen"
	"anbiao/web"
)

// calcLine is a business to be reckoned.
type calcLine struct {
	Key        string         `json:"key,omitempty" maxLength:"100" doc:"comes back in the working"`
	Category   string         `json:"category" minLength:"1" maxLength:"40"`
	Sub        string         `json:"sub,omitempty" maxLength:"40"`
	Hazards    []string       `json:"hazards,omitempty" maxItems:"20" doc:"further sub-categories that apply: the highest rate holds"`
	Rules      string         `json:"rules,omitempty" maxLength:"20" doc:"version kept for a contract signed before the law; empty: the month's"`
	Rate       string         `json:"rate,omitempty" maxLength:"20" pattern:"^([0-9]{1,9}(\\.[0-9]{1,8})?)?$" doc:"the company's own, upward only"`
	RevenueFen fen.Amount     `json:"revenueFen,omitempty" minimum:"0" maximum:"1000000000000000" doc:"the prior year's; of a first year the current one's"`
	Revised    []calcRevision `json:"revised,omitempty" maxItems:"12"`
	Quantities []string       `json:"quantities,omitempty" maxItems:"12" doc:"output or completed cost by month, up to three decimals; empty: none"`
}

type calcRevision struct {
	FromMonth  int        `json:"fromMonth" minimum:"1" maximum:"12"`
	RevenueFen fen.Amount `json:"revenueFen" minimum:"0" maximum:"1000000000000000"`
}

// calcBody is a year to be worked out.
type calcBody struct {
	Year                int        `json:"year" minimum:"2005" maximum:"2100"`
	Lines               []calcLine `json:"lines" minItems:"1" maxItems:"500" nullable:"false"`
	FirstYear           bool       `json:"firstYear,omitempty" doc:"new, or less than a year in production"`
	Inseparable         bool       `json:"inseparable,omitempty" doc:"the revenue of the lines cannot be told apart"`
	OpeningFen          fen.Amount `json:"openingFen,omitempty" minimum:"-1000000000000000" maximum:"1000000000000000"`
	PriorDueFen         fen.Amount `json:"priorDueFen,omitempty" minimum:"0" maximum:"1000000000000000" doc:"0: nothing is suspended by balance"`
	SuspendedByApproval []bool     `json:"suspendedByApproval,omitempty" maxItems:"12"`
	UsedFen             []int64    `json:"usedFen,omitempty" maxItems:"12"`
}

// year reads the body. Errors: ErrRate, ErrQuantity, ErrAmount, each with its field.
func (b calcBody) year() (y accrual.Year, err error) {
	y = accrual.Year{Year: b.Year, Inseparable: b.Inseparable, FirstYear: b.FirstYear, OpeningFen: b.OpeningFen, PriorDueFen: b.PriorDueFen}
	copy(y.SuspendedByApproval[:], b.SuspendedByApproval)
	for i, used := range b.UsedFen {
		if used < 0 {
			return y, ErrAmount.At(fmt.Sprintf("body.usedFen[%d]", i))
		}
		y.UsedFen[i] = fen.Amount(used)
	}
	for i, l := range b.Lines {
		line, err := l.line(fmt.Sprintf("body.lines[%d].", i))
		if err != nil {
			return y, err
		}
		y.Lines = append(y.Lines, line)
	}
	return y, nil
}

func (l calcLine) line(path string) (is accrual.Line, err error) {
	is = accrual.Line{Key: l.Key, Category: l.Category, Sub: l.Sub, Hazards: l.Hazards, Rules: l.Rules, RevenueFen: l.RevenueFen}
	if l.Rate != "" {
		rate, err := accrual.ParseRate(l.Rate)
		if err != nil {
			return is, ErrRate.At(path + "rate")
		}
		is.Rate = &rate
	}
	for _, r := range l.Revised {
		is.Revised = append(is.Revised, accrual.Revision{FromMonth: r.FromMonth, RevenueFen: r.RevenueFen})
	}
	for i, q := range l.Quantities {
		if q == "" {
			continue
		}
		if is.Quantities[i], err = accrual.ParseQuantity(q); err != nil {
			return is, ErrQuantity.At(fmt.Sprintf("%squantities[%d]", path, i))
		}
	}
	return is, nil
}

func mountCalculator(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "calculateFund", Route: "POST /fund/calculate", Action: ActionRules, Exempt: true, Status: http.StatusOK, Summary: "Work out a year of the safety fund with every step; nothing is kept",
		Faults: []*fault.Error{ErrYear, ErrLines, ErrCategory, ErrSub, ErrRate, ErrRevenue, ErrQuantity, ErrAmount, ErrRuleKept, ErrRevision, ErrApproval},
	}, s.postCalculate)
}

func (s *Service) postCalculate(ctx context.Context, in *web.Body[calcBody]) (*web.Body[accrual.Result], error) {
	y, err := in.Body.year()
	if err != nil {
		return nil, err
	}
	r, err := s.Calculate(ctx, y)
	return &web.Body[accrual.Result]{Body: r}, err
}
