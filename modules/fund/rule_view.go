package fund

import (
	"encoding/json"
	"slices"
	"time"

	"anbiao/kit/accrual"
	"anbiao/kit/day"
)

// RuleListed is a version in short, on the wire.
type RuleListed struct {
	Version  string     `json:"version"`
	Docno    string     `json:"docno"`
	Name     string     `json:"name"`
	InForce  day.Date   `json:"inForce"`
	BuiltIn  bool       `json:"builtIn" doc:"came with the program; otherwise corrected by the platform"`
	Current  bool       `json:"current" doc:"by which months are reckoned now"`
	Newest   bool       `json:"newest" doc:"the last of its law, which can be corrected"`
	Base     string     `json:"base" doc:"version it was made from"`
	MadeBy   string     `json:"madeBy"`
	MadeAt   *time.Time `json:"madeAt,omitempty"`
	Note     string     `json:"note"`
	Changes  int        `json:"changes"`
	Entries  int        `json:"entries" doc:"sub-categories with a rate"`
	ToVerify int        `json:"toVerify" doc:"of them resting on memory"`
}

type rulesView struct {
	Items []RuleListed `json:"items" nullable:"false"`
}

// figureView is a rate or brackets.
type figureView struct {
	Version  string            `json:"version"`
	Docno    string            `json:"docno"`
	Rate     *accrual.Rate     `json:"rate,omitempty"`
	Brackets []accrual.Bracket `json:"brackets" nullable:"false"`
	Unit     string            `json:"unit"`
}

// subView is a sub-category with the figure of the law before beside its own.
type subView struct {
	Code          string            `json:"code"`
	Zh            string            `json:"zh"`
	En            string            `json:"en"`
	Method        accrual.Method    `json:"method" enum:"per_unit,percent,regressive_brackets"`
	Timing        accrual.Timing    `json:"timing" enum:"month_end_actual,average_monthly,project_monthly"`
	Rate          *accrual.Rate     `json:"rate,omitempty"`
	Brackets      []accrual.Bracket `json:"brackets" nullable:"false"`
	Unit          string            `json:"unit"`
	ToVerify      bool              `json:"toVerify" doc:"rests on memory: to be compared with the official text"`
	SeenIn        []string          `json:"seenIn" nullable:"false" doc:"keys of sources"`
	Corroboration string            `json:"corroboration"`
	Note          string            `json:"note"`
	Previous      *figureView       `json:"previous,omitempty" doc:"of the law before"`
	Corrected     *figureView       `json:"corrected,omitempty" doc:"what stood in the version it was made from, where it was changed"`
}

type categoryView struct {
	Code     string           `json:"code"`
	NameZh   string           `json:"nameZh"`
	NameEn   string           `json:"nameEn"`
	Clause   string           `json:"clause"`
	Base     accrual.BaseKind `json:"base"`
	Notes    []accrual.Note   `json:"notes" nullable:"false"`
	Subs     []subView        `json:"subs" nullable:"false"`
	Uses     []accrual.Scope  `json:"uses" nullable:"false"`
	UsesNote string           `json:"usesNote"`
	UsesSure bool             `json:"usesSure" doc:"the number of items was read in a copy"`
	Prefixes []string         `json:"prefixes" nullable:"false" doc:"industries (GB/T 4754) it is proposed for"`
}

// treatmentView is what a law does out of the ordinary.
type treatmentView struct {
	Key      string        `json:"key" enum:"firstYear,suspension,deficit,inseparable,netRevenue"`
	Way      string        `json:"way"`
	Multiple int64         `json:"multiple"`
	Above    *accrual.Rate `json:"above,omitempty"`
	Clause   string        `json:"clause"`
	ToVerify bool          `json:"toVerify"`
	SeenIn   []string      `json:"seenIn" nullable:"false"`
}

// ruleView is a version whole.
type ruleView struct {
	RuleListed
	Issuers       []string                  `json:"issuers" nullable:"false"`
	Previous      string                    `json:"previous" doc:"version of the law before, compared with; empty: none"`
	PreviousDocno string                    `json:"previousDocno"`
	Notes         []accrual.Note            `json:"notes" nullable:"false"`
	Sources       map[string]accrual.Source `json:"sources"`
	Treatment     []treatmentView           `json:"treatment" nullable:"false"`
	Generic       []accrual.Scope           `json:"generic" nullable:"false"`
	GenericSeenIn []string                  `json:"genericSeenIn" nullable:"false"`
	Categories    []categoryView            `json:"categories" nullable:"false"`
	Provisions    []accrual.Provision       `json:"provisions" nullable:"false"`
	NotChargeable []accrual.NotChargeable   `json:"notChargeable" nullable:"false"`
	Penalties     []accrual.Penalty         `json:"penalties" nullable:"false"`
}

func viewRules(all Standards) rulesView {
	v := rulesView{Items: []RuleListed{}}
	for _, r := range all.Down() {
		v.Items = append(v.Items, listed(r, all))
	}
	return v
}

func listed(r *accrual.Rules, all Standards) RuleListed {
	made, corrected := all.Corrected[r.Version]
	v := RuleListed{
		Version: r.Version, Docno: r.Docno, Name: r.Name, InForce: r.InForce, BuiltIn: !corrected, Current: r.Version == all.Current, Newest: all.Newest(r.Version),
		Base: made.BaseVersion, MadeBy: made.MadeByName, Note: made.Note, Changes: len(changesOf(made)),
	}
	if corrected {
		v.MadeAt = &made.MadeAt
	}
	for _, c := range r.Categories {
		v.Entries += len(c.Subs)
		for _, s := range c.Subs {
			if s.ToVerify() {
				v.ToVerify++
			}
		}
	}
	return v
}

func changesOf(r Rule) (out []accrual.Change) {
	_ = json.Unmarshal(r.Changes.V, &out) // written by rowOf; of a version built in there are none
	return out
}

func viewRule(r *accrual.Rules, all Standards) ruleView {
	v := ruleView{
		RuleListed: listed(r, all), Issuers: full(r.Issuers), Notes: full(r.Notes), Sources: r.Sources, Generic: full(r.Generic.Items), GenericSeenIn: full(r.Generic.SeenIn),
		Provisions: full(r.Provisions), NotChargeable: full(r.NotChargeable), Penalties: full(r.Penalties), Treatment: treatments(r.Treatment), Categories: make([]categoryView, len(r.Categories)),
	}
	was := before(all.All, r)
	if was != nil {
		v.Previous, v.PreviousDocno = was.Version, was.Docno
	}
	base, changes := accrual.Version(all.All, v.Base), changesOf(all.Corrected[r.Version])
	for i, c := range r.Categories {
		one := categoryView{
			Code: c.Code, NameZh: c.NameZh, NameEn: c.NameEn, Clause: accrual.Clause(c.Article), Base: c.Base, Notes: full(c.Notes), Subs: make([]subView, len(c.Subs)),
			Uses: full(c.UseScopes.Items), UsesNote: c.UseScopes.Note, UsesSure: c.UseScopes.Source == accrual.Verified, Prefixes: make([]string, len(c.Industries)),
		}
		for k, x := range c.Industries {
			one.Prefixes[k] = x.Prefix
		}
		for k, x := range c.Subs {
			s, _ := c.Sub(x.Code)
			one.Subs[k] = viewSub(s)
			one.Subs[k].Previous = figureIn(was, c.Code, s.Code)
			if slices.ContainsFunc(changes, func(x accrual.Change) bool { return x.Category == c.Code && x.Sub == s.Code }) {
				one.Subs[k].Corrected = figureIn(base, c.Code, s.Code)
			}
		}
		v.Categories[i] = one
	}
	return v
}

func viewSub(s accrual.Sub) subView {
	return subView{
		Code: s.Code, Zh: s.Zh, En: s.En, Method: s.Method, Timing: s.Timing, Rate: s.Rate, Brackets: full(s.Brackets), Unit: s.Unit,
		ToVerify: s.ToVerify(), SeenIn: full(s.SeenIn), Corroboration: s.Corroboration, Note: s.Note,
	}
}

// figureIn is a sub-category's figure in another version; nil where that has none.
func figureIn(r *accrual.Rules, category, sub string) *figureView {
	if r == nil {
		return nil
	}
	c, _ := r.Category(category)
	s, ok := c.Sub(sub)
	if !ok {
		return nil
	}
	return &figureView{r.Version, r.Docno, s.Rate, full(s.Brackets), s.Unit}
}

func treatments(t accrual.Treatment) (out []treatmentView) {
	for _, x := range []struct {
		key string
		accrual.Rule
	}{{"firstYear", t.FirstYear}, {"suspension", t.Suspension}, {"deficit", t.Deficit}, {"inseparable", t.Inseparable}, {"netRevenue", t.NetRevenue}} {
		one := treatmentView{Key: x.key, Way: x.Way, Multiple: x.Multiple, Above: x.Above, ToVerify: x.Source != accrual.Verified, SeenIn: full(x.SeenIn)}
		if x.Article > 0 {
			one.Clause = accrual.Clause(x.Article)
		}
		out = append(out, one)
	}
	return out
}

// full is a list that is never null on the wire.
func full[T any](list []T) []T { return append([]T{}, list...) }
