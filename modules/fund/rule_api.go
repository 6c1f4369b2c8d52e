package fund

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/accrual"
	"anbiao/kit/fault"
	"anbiao/rbac"
	"anbiao/web"
)

// bracketBody is a slice of revenue with its rate, as it is corrected.
type bracketBody struct {
	FromYuan  int64  `json:"fromYuan" minimum:"0" maximum:"10000000000000" doc:"exclusive"`
	UntilYuan *int64 `json:"untilYuan,omitempty" minimum:"1" maximum:"10000000000000" doc:"inclusive; left out: no bound"`
	Rate      string `json:"rate" minLength:"1" maxLength:"20" pattern:"^[0-9]{1,9}(\\.[0-9]{1,8})?$" doc:"a share: 0.045 is 4.5 %"`
}

// changeBody is a figure that was read in the official text.
type changeBody struct {
	Category string        `json:"category" minLength:"1" maxLength:"40"`
	Sub      string        `json:"sub" minLength:"1" maxLength:"40"`
	Rate     string        `json:"rate,omitempty" maxLength:"20" pattern:"^([0-9]{1,9}(\\.[0-9]{1,8})?)?$" doc:"a share, or yuan for a unit"`
	Brackets []bracketBody `json:"brackets,omitempty" maxItems:"20"`
	Read     string        `json:"read" minLength:"1" maxLength:"500" doc:"what was read: document, page, wording"`
	URL      string        `json:"url,omitempty" maxLength:"500" pattern:"^(https?://\\S+)?$" doc:"where it was read"`
}

// correctionBody is a correction of a version.
type correctionBody struct {
	Base    string       `json:"base" minLength:"1" maxLength:"20" doc:"version that is corrected: the newest of its law"`
	Version string       `json:"version,omitempty" maxLength:"20" pattern:"^([0-9]{4}\\.[1-9][0-9]{0,5})?$" doc:"empty: the next number"`
	Changes []changeBody `json:"changes" minItems:"1" maxItems:"200" nullable:"false"`
	Note    string       `json:"note,omitempty" maxLength:"1000"`
}

// correction reads the body. Errors: ErrRule, with its field.
func (b correctionBody) correction() (c Correction, err error) {
	c = Correction{Base: b.Base, Version: b.Version, Note: b.Note}
	for i, x := range b.Changes {
		one := accrual.Change{Category: x.Category, Sub: x.Sub, Read: x.Read, URL: x.URL}
		if x.Rate != "" {
			rate, err := accrual.ParseRate(x.Rate)
			if err != nil {
				return c, wrong("body.changes[%d].rate", i, fieldRate)
			}
			one.Rate = &rate
		}
		for _, s := range x.Brackets {
			rate, err := accrual.ParseRate(s.Rate)
			if err != nil {
				return c, wrong("body.changes[%d].brackets", i, fieldBracket)
			}
			one.Brackets = append(one.Brackets, accrual.Bracket{FromYuan: s.FromYuan, UntilYuan: s.UntilYuan, Rate: rate})
		}
		c.Changes = append(c.Changes, one)
	}
	return c, nil
}

type rulePath struct {
	Version string `path:"version" maxLength:"20"`
}

func mountRules(api huma.API, s *Service) {
	web.Handle(api, web.Op{ID: "listFundRules", Route: "GET /fund/rules", Action: ActionRules, Summary: "Versions of the rates of the safety fund, the newest first"}, s.getRules)
	web.Handle(api, web.Op{
		ID: "getFundRule", Route: "GET /fund/rules/{version}", Action: ActionRules, Summary: "A version whole: rates, uses, provisions, and how sure each figure is",
		Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getRule)
	web.Handle(api, web.Op{
		ID: "correctFundRules", Route: "POST /fund/rules", Action: ActionCorrect, Summary: "Publish a version with corrected figures; the id is its number within the law",
		Faults: []*fault.Error{ErrRule, ErrRuleTaken, ErrRuleKept, ErrState, ErrCategory, ErrSub},
	}, s.postRule)
	mountCalculator(api, s)
}

func (s *Service) getRules(ctx context.Context, _ *web.None) (*web.Body[rulesView], error) {
	all, err := s.Rules(ctx)
	return &web.Body[rulesView]{Body: viewRules(all)}, err
}

func (s *Service) getRule(ctx context.Context, in *rulePath) (*web.Body[ruleView], error) {
	r, all, err := s.Rule(ctx, in.Version)
	if err != nil {
		return nil, err
	}
	return &web.Body[ruleView]{Body: viewRule(r, all)}, nil
}

func (s *Service) postRule(ctx context.Context, in *web.Body[correctionBody]) (*web.Body[web.Made], error) {
	c, err := in.Body.correction()
	if err != nil {
		return nil, err
	}
	return web.MadeOf(s.Correct(ctx, c))
}
