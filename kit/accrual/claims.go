package accrual

import (
	"fmt"
	"iter"
)

// claim is a figure or a sentence with what it rests on.
type claim struct {
	what   string
	source string
	seenIn []string
}

// claims lists all that a version says. The items of a list without a source of their own rest on
// the list's.
func (r *Rules) claims() iter.Seq[claim] {
	return func(yield func(claim) bool) {
		for _, of := range []func() []claim{r.lawClaims, r.categoryClaims} {
			for _, c := range of() {
				if !yield(c) {
					return
				}
			}
		}
	}
}

func (r *Rules) lawClaims() []claim {
	t := r.Treatment
	out := []claim{
		{"version", r.Source, r.SeenIn},
		{"first year", t.FirstYear.Source, t.FirstYear.SeenIn},
		{"suspension", t.Suspension.Source, t.Suspension.SeenIn},
		{"deficit", t.Deficit.Source, t.Deficit.SeenIn},
		{"inseparable", t.Inseparable.Source, t.Inseparable.SeenIn},
		{"net revenue", t.NetRevenue.Source, t.NetRevenue.SeenIn},
	}
	for i, n := range r.Notes {
		out = append(out, claim{fmt.Sprint("note ", i+1), n.Source, n.SeenIn})
	}
	if len(r.Generic.Items) > 0 {
		out = append(out, claim{"generic scopes", r.Generic.Source, r.Generic.SeenIn})
	}
	for _, p := range r.Provisions {
		out = append(out, claim{"provision " + p.ID, p.Source, p.SeenIn})
	}
	for _, n := range r.NotChargeable {
		out = append(out, claim{"not chargeable " + n.Code, n.Source, n.SeenIn})
	}
	for _, p := range r.Penalties {
		out = append(out, claim{"penalty " + p.Law, p.Source, p.SeenIn})
	}
	return out
}

func (r *Rules) categoryClaims() (out []claim) {
	for _, c := range r.Categories {
		out = append(out, claim{c.Code + " base", c.Base.Source, c.Base.SeenIn})
		for i, n := range c.Notes {
			out = append(out, claim{fmt.Sprint(c.Code, " note ", i+1), n.Source, n.SeenIn})
		}
		for _, s := range c.Subs {
			out = append(out, claim{c.Code + "." + s.Code, s.Source, s.SeenIn})
		}
		if u := c.UseScopes; u.Count > 0 {
			out = append(out, claim{c.Code + " scopes", u.Source, u.SeenIn})
			for _, i := range u.Items {
				out = append(out, claim{fmt.Sprint(c.Code, " scope ", i.Item), i.Source, i.SeenIn})
			}
		}
		for _, i := range c.Industries {
			out = append(out, claim{c.Code + " industry " + i.Prefix, i.Source, nil})
		}
	}
	return out
}
