package certificate

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"anbiao/kit/day"
	"anbiao/kit/id"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// RateID names a certificate rate (持证率) of data/rates.yaml.
type RateID string

// Rates.
const (
	OperationsByPerson RateID = "CR-01"
	OperationsByPair   RateID = "CR-02"
	EquipmentByPair    RateID = "CR-03"
	Principals         RateID = "CR-04"
	Managers           RateID = "CR-05"
	ThreePosts         RateID = "CR-06"
	InTime             RateID = "CR-09"
)

// RateRules is one version of the rates and of what they go by.
type RateRules struct {
	Version   string `yaml:"version"`
	ValidFrom string `yaml:"valid_from"`
	Rates     []struct {
		ID    RateID `yaml:"id"`
		Zh    string `yaml:"zh"`
		En    string `yaml:"en"`
		Group string `yaml:"group"`
		Basis string `yaml:"basis"`
	} `yaml:"rates"`
	Staffing struct {
		Least           int `yaml:"least"`
		ChemicalPercent int `yaml:"chemical_percent"`
	} `yaml:"staffing"`
	Industries struct {
		Hazardous        []string `yaml:"hazardous"`
		Chemical         []string `yaml:"chemical"`
		TradeAndIndustry []string `yaml:"trade_and_industry"`
	} `yaml:"industries"`
	Grey int `yaml:"coverage_grey_percent"`
}

//go:embed data/rates.yaml
var ratesYAML []byte

// Rules are the rates, read once.
var Rules = mustRates(ratesYAML)

func mustRates(b []byte) (r RateRules) {
	if err := yaml.UnmarshalWithOptions(b, &r, yaml.Strict()); err != nil {
		panic(fmt.Errorf("certificate: rates: %w", err))
	}
	text.WideAll(&r)
	return r
}

func within(industry string, codes []string) bool {
	return slices.ContainsFunc(codes, func(c string) bool { return strings.HasPrefix(industry, c) })
}

// major reports whether an industry stands under 令10号 art. 3(2): working uncertified is a major hazard there.
func (r RateRules) major(industry string) bool {
	return within(industry, r.Industries.TradeAndIndustry) || within(industry, r.Industries.Chemical)
}

// managersNeeded is how many safety managers a unit must have at least.
func (r RateRules) managersNeeded(industry string, staff int) int {
	if within(industry, r.Industries.Chemical) {
		return max(r.Staffing.Least, (staff*r.Staffing.ChemicalPercent+99)/100)
	}
	return r.Staffing.Least
}

// Share is num of den, and how many of num the authority's register confirms.
type Share struct{ Num, Den, Verified int }

func (s *Share) add(met, verified bool) {
	s.Den++
	if met {
		s.Num++
	}
	if met && verified {
		s.Verified++
	}
}

func (s Share) plus(o Share) Share {
	return Share{s.Num + o.Num, s.Den + o.Den, s.Verified + o.Verified}
}

// permille is the rate in tenths of a percent, truncated; false where it does not apply.
func permille(num, den int64) (int, bool) {
	if den == 0 {
		return 0, false
	}
	return int(num * 1000 / den), true
}

// Scale is what of a company decides how many safety managers it needs.
type Scale struct {
	CompanyID     rbac.CompanyID
	RegionPath    string
	OversightLine int16
	Industry      string
	Staff         int  // registered number, or people on the list
	Peopled       bool // somebody holds a post: the company has begun to report
	on            day.Date
}

// personal is what one person covers of one kind.
type personal struct{ met, verified bool }

// rates computes a company's rates on a day from what its people need. untrained are people whose
// training of the last full year falls short.
func (f firm) rates(k Scale, untrained map[id.Of[id.Staff]]bool) map[RateID]Share {
	out := map[RateID]Share{}
	people := map[string]map[id.Of[id.Staff]]personal{}
	for _, n := range f.needs() {
		met, verified := n.how.works(), n.card != nil && n.card.verified
		switch n.Kind {
		case operationKind:
			share(out, OperationsByPair, met, verified)
		case operatorKind:
			share(out, EquipmentByPair, met, verified)
		}
		if slices.Contains([]string{"principal_general", "manager_general", "safety_director"}, n.Kind) {
			met, verified = met && !untrained[n.StaffID], verified && !untrained[n.StaffID]
		}
		post := postOf(n.Kind)
		if people[post] == nil {
			people[post] = map[id.Of[id.Staff]]personal{}
		}
		p, seen := people[post][n.StaffID]
		if !seen {
			p = personal{true, true}
		}
		people[post][n.StaffID] = personal{p.met && met, p.verified && verified}
	}
	for post, rate := range map[string]RateID{operationKind: OperationsByPerson, "principal": Principals, "manager": Managers} {
		sum := Share{}
		for _, p := range people[post] {
			sum.add(p.met, p.verified)
		}
		out[rate] = sum
	}
	if k.Peopled {
		m := out[Managers]
		m.Den = max(m.Den, Rules.managersNeeded(k.Industry, k.Staff))
		out[Managers] = m
	}
	out[ThreePosts] = out[OperationsByPerson].plus(out[Principals]).plus(out[Managers])
	out[InTime] = f.inTime(k.on)
	return out
}

func share(out map[RateID]Share, r RateID, met, verified bool) {
	s := out[r]
	s.add(met, verified)
	out[r] = s
}

// postOf is the one of the three posts that needs a kind; others stand for themselves.
func postOf(kind string) string {
	switch kind {
	case "principal_general", "principal_hazardous":
		return "principal"
	case "manager_general", "manager_hazardous", "safety_director":
		return "manager"
	}
	return kind
}

// inTime counts what fell due this year up to a day, and was done by then.
func (f firm) inTime(on day.Date) (sum Share) {
	for _, cards := range f.cards {
		for _, h := range cards {
			facts, err := h.c.facts()
			if err == nil {
				sum = sum.plus(facts.dues(day.Of(on.Year(), 1, 1), on, h.verified))
			}
		}
	}
	return sum
}

// dues are the reviews and renewals that fell due in a period for somebody who worked there, and how many were done in time.
func (f Facts) dues(from, until day.Date, verified bool) (s Share) {
	if f.ValidFrom.IsZero() {
		return s
	}
	gone := func(on day.Date) bool {
		for _, d := range []day.Date{f.RevokedOn, f.CancelledOn} {
			if !d.IsZero() && !d.After(on) {
				return true
			}
		}
		return !f.HolderLeftOn.IsZero() && f.HolderLeftOn.Before(on)
	}
	asked := func(on day.Date) bool { return !on.Before(from) && !on.After(until) && !gone(on) }
	since := f.ValidFrom
	for _, due := range f.reviewDues() {
		at, done := f.reviewSince(since, until)
		if asked(due) && (f.SupersededOn.IsZero() || f.SupersededOn.After(due)) {
			s.add(done && !at.After(due), verified)
		}
		if !done {
			return s // the certificate had lapsed by its last day
		}
		if since = due; at.After(due) {
			since = at
		}
	}
	if end := f.validTo(); !end.IsZero() && asked(end) {
		s.add(!f.SupersededOn.IsZero() && !f.SupersededOn.After(end.AddDays(1)), verified)
	}
	return s
}
